"""Who judges and how, the copy that the officer looks through, points, ties and prizes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.forms.meeting import PeopleField
from core.dates import full_date
from core.forms import ChoiceBoxes, HouseForm, HouseModelForm, NumberField, WholeNumberField
from core.models import today
from core.paste import read_rows
from core.text import number, read_number
from deadlines.forms import AsksDayOff
from models_registry.models import BlindCopy, JudgeSheet, Judging, Prize
from models_registry.models.judging import FEWEST_JUDGES, Ranked, traces

USUAL = _("First prize; 1\nSecond prize; 2\nThird prize; 3\nEncouragement prize; 5")


class JudgingForm(AsksDayOff, HouseModelForm):
    submit_label = _("Save the judging")
    due_days = ("due_on",)

    judges = PeopleField(
        label=_("Judges"),
        help_text=_("At least two. Who runs the contest, or has written an entry, can not judge."),
    )
    chief = forms.ModelChoiceField(User.objects.none(), label=_("Chief judge"), required=False)
    prizes = forms.CharField(
        label=_("Prizes"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, the highest first: name; how many."),
    )

    class Meta:
        model = Judging
        fields = ["points_most", "result_by", "tie_rule", "due_on"]
        widgets = {"result_by": ChoiceBoxes(columns=1), "tie_rule": ChoiceBoxes(columns=1)}

    FIXED = ("points_most", "result_by", "tie_rule", "prizes")  # once the judges read

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        judging = self.instance
        self.fields["judges"].offer(judging.ward_id)
        self.fields["chief"].queryset = self.fields["judges"].queryset.order_by("sort_key")
        self.fields["chief"].empty_label = gettext("None")
        named = [] if judging._state.adding else judging.live_judges()
        self.initial["judges"] = [judge.person_id for judge in named]
        self.initial["chief"] = next((judge.person_id for judge in named if judge.is_chief), None)
        kept = [] if judging._state.adding else [f"{prize.name}; {prize.count}" for prize in judging.prizes.all()]
        self.initial["prizes"] = "\n".join(kept) or str(USUAL)
        for name in self.FIXED if judging.opened_on else ():
            self.fields[name].disabled = True

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < today():
            raise ValidationError(gettext("Choose a day from today, %(day)s, on") % {"day": full_date(today())})
        return day

    def clean_prizes(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for row in read_rows(self.cleaned_data["prizes"]):
            cells = [cell for cell in row.cells if cell]
            count = read_number(cells[-1]) if len(cells) == 2 else None
            if count is None or count != int(count) or not 1 <= count <= 200 or len(cells[0]) > 60:
                told = gettext("Line %(line)d: write the prize, a semicolon, and how many, for example 3.")
                raise ValidationError(told % {"line": row.line})
            found.append((cells[0], int(count)))
        if len({name.casefold() for name, _count in found}) < len(found):
            raise ValidationError(gettext("Give each prize a name of its own."))
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        judges, chief = values.get("judges"), values.get("chief")
        if judges is not None and len(judges) < FEWEST_JUDGES:
            self.add_error("judges", gettext("Choose at least two judges."))
        if judges is not None and chief and chief not in judges:
            self.add_error("chief", gettext("Choose one of the judges."))
        if values.get("tie_rule") == "chief" and not chief:
            self.add_error("chief", gettext("Choose the chief judge, who puts equals in order."))
        return values


class CopyClearForm(HouseForm):
    submit_label = _("Judges may read it")
    is_sticky = True
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text that judges read"), widget=forms.Textarea(attrs={"rows": 22}))
    kept = forms.CharField(
        label=_("Why a name stays"),
        required=False,
        max_length=300,
        help_text=_("Only where a name is left in the text, for example: another person of the same name."),
    )

    def __init__(self, *args: Any, copy: BlindCopy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copy = copy
        self.initial |= {"title": copy.title, "text": copy.text, "kept": copy.kept}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.found = traces(self.copy.entry, f"{values.get('title', '')}\n{values.get('text', '')}")
        if self.found and not values.get("kept"):
            names = ", ".join(dict.fromkeys(name for name, _sentence in self.found))
            told = gettext("The text still names: %(names)s. Take it out, or say here why it stays.")
            self.add_error("kept", told % {"names": names})
        return values


class PointsForm(HouseForm):
    submit_label = _("Give the points")
    points = NumberField(label=_("Points"), min_value=0, max_digits=5, decimal_places=1)
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, sheet: JudgeSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = sheet.most
        self.fields["points"].help_text = gettext("from 0 to %(most)s") % {"most": number(sheet.most)}
        self.initial |= {"points": sheet.points, "remark": sheet.remark}

    def clean_points(self) -> Any:
        points = self.cleaned_data["points"]
        if points > self.most:
            raise ValidationError(gettext("Enter a number of at most %(most)s.") % {"most": number(self.most)})
        return points


class TiesForm(HouseForm):
    submit_label = _("Put them in this order")
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, tied: Iterable[Ranked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tied = list(tied)
        for row in self.tied:
            self.fields[self.name(row)] = WholeNumberField(
                label=gettext("Entry %(code)s, %(points)s points") % {"code": row.copy, "points": number(row.result)},
                min_value=1,
                max_value=200,
            )
        self.order_fields([*(self.name(row) for row in self.tied), "reason"])

    @staticmethod
    def name(row: Ranked) -> str:
        return f"place_{row.copy.pk}"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        seen: set[Any] = set()
        for row in self.tied:
            place = (row.result, values.get(self.name(row)))
            if None not in place and place in seen:
                self.add_error(self.name(row), gettext("Give each of them another number."))
            seen.add(place)
        return values

    def order(self) -> dict[BlindCopy, int]:
        return {row.copy: self.cleaned_data[self.name(row)] for row in self.tied}


class AwardForm(HouseForm):
    """A prize for each entry, proposed by its place; the officer decides."""

    submit_label = _("Award the prizes and open the names")

    def __init__(self, *args: Any, judging: Judging, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = judging.ranking()
        self.prizes = {str(prize.pk): prize for prize in judging.prizes.all()}
        offered = [prize for prize in self.prizes.values() for _n in range(prize.count)]
        choices = [("", gettext("No prize")), *((pk, str(prize)) for pk, prize in self.prizes.items())]
        for row in self.rows:
            proposed = offered[row.place - 1].pk if row.place <= len(offered) else ""
            facts = {"place": row.place, "code": row.copy, "points": number(row.result)}
            self.fields[self.name(row)] = forms.ChoiceField(
                label=gettext("Place %(place)d: entry %(code)s, %(points)s points") % facts,
                choices=choices,
                required=False,
                initial=proposed,
            )

    @staticmethod
    def name(row: Ranked) -> str:
        return f"prize_{row.copy.pk}"

    def given(self) -> dict[BlindCopy, Prize | None]:
        return {row.copy: self.prizes.get(self.cleaned_data[self.name(row)]) for row in self.rows}
