import datetime
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.dates import weekday_date
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from deadlines.choices import DayKind, RuleKind
from deadlines.models import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    CalendarDay,
    CalendarMissing,
    DaySwap,
    DeadlineRule,
    closed_by,
)

FAR = 31  # days between the two of an exchange


class AsksDayOff(AsksFirst):
    """A form with days of work, which are asked about when the ward's calendar says that nobody is at work.

    due_days: the fields by whose day something is to be done; every day off is asked about. event_days: the fields on
    whose day people meet; a plain weekend is good for that, a holiday and the days off around it are asked about, and
    nothing is asked of what is over. A day that an edited row had already is not asked about again.
    """

    due_days: tuple[str, ...] = ()
    event_days: tuple[str, ...] = ()

    @property
    def ward_id(self) -> int:
        """Whose calendar is asked; of forms without a row the form says so."""
        return self.instance.ward_id  # type: ignore[attr-defined]

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        calendar = Calendar(self.ward_id)
        for name in self.due_days:
            if (day := self._typed(name)) and (why := calendar.why_off(day)):
                yield self._question(name, day, why)
        for name in self.event_days:
            if (day := self._typed(name)) and day >= today() and (why := calendar.why_no_event(day)):
                yield self._question(name, day, why)

    def _typed(self, name: str) -> datetime.date | None:
        form: Any = self
        is_kept = getattr(form, "instance", None) and form.instance.pk and name not in form.changed_data
        return None if is_kept else form.cleaned_data.get(name)

    def _question(self, name: str, day: datetime.date, why: str) -> Question:
        told = _("%(day)s is a day off: %(why)s.")
        return Question(name, told % {"day": weekday_date(day, today()), "why": why})


class KeepsClosedTimes(AsksFirst):
    """A form with a day that the ward sets towards a household. A verified closed time refuses it and says why; one
    that nobody has verified yet is asked about.

    set_days: field of the day -> field of the hour, or "" where the form has none.
    """

    set_days: dict[str, str] = {}

    @property
    def ward_id(self) -> int:
        return self.instance.ward_id  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = cast(Any, super()).clean()
        self._asked: list[Question] = []
        for name, hour in self.set_days.items():
            if day := data.get(name):
                self._close(name, day, data.get(hour) if hour else None)
        return data

    def _close(self, name: str, day: datetime.date, at: datetime.time | None) -> None:
        form: Any = self
        try:
            closed = list(closed_by(self.ward_id, day, at))
        except CalendarMissing as missing:
            form.add_error(name, str(missing))
            return
        for row, why in closed:
            said = f"{why} {row.legal_ref}"
            if row.is_verified:
                form.add_error(name, said)
            else:
                self._asked.append(Question(name, f"{said} ({gettext('not yet verified')})"))

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        yield from self._asked


class DayForm(HouseModelForm):
    submit_label = _("Save the day")

    class Meta:
        model = CalendarDay
        fields = ["date", "kind", "name", "source"]
        widgets = {"kind": ChoiceBoxes()}
        help_texts = {
            "name": _("For example: Hùng Kings' day"),
            "source": _("The notice or decision that says so"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.date = cleaned.get("date") or self.instance.date
        if cleaned.get("date"):
            self.instance.require_year()
        return cleaned


class SwapForm(AsksFirst, HouseModelForm):
    """A line of the ward's own table of exchanged days."""

    submit_label = _("Save the exchange")

    class Meta:
        model = DaySwap
        fields = ["off", "worked", "number", "issuer", "dated_on", "source"]
        help_texts = {
            "off": _("A day from Monday to Friday that is free"),
            "worked": _("The Saturday or Sunday on which it is worked instead"),
            "number": _("As it stands on the paper, such as 9441/TB-BNV"),
            "source": _("The address, or which paper of the ward"),
        }

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        data, calendar = self.cleaned_data, Calendar(self.instance.ward_id)
        if abs((data["off"] - data["worked"]).days) > FAR:
            yield Question("worked", gettext("The two days lie more than a month apart."))
        if data["dated_on"] > min(data["off"], data["worked"]):
            yield Question("dated_on", gettext("The decision is of a later day than what it decides."))
        day = calendar.special(data["off"]) if calendar.has_year(data["off"].year) else None
        if day and day.kind in (DayKind.HOLIDAY, DayKind.TET):
            yield Question("off", gettext("That day is off already: %(name)s.") % {"name": day.name})


class YearNewForm(HouseForm):
    submit_label = _("Propose the calendar")
    year = WholeNumberField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class YearConfirmForm(HouseForm):
    submit_label = _("Confirm the calendar")
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("The official notice that you have compared the days with, with its number and day"),
    )

    def clean_source(self) -> str:
        source = self.cleaned_data["source"].strip()
        if not source:
            raise ValidationError(self.fields["source"].error_messages["required"])
        return source


class CountForm(HouseForm):
    """Try a rule: from a day on, which day follows?"""

    submit_label = _("Count")

    rule = forms.ModelChoiceField(DeadlineRule.objects.none(), label=pgettext_lazy("law", "Rule"))
    start = DateField(label=_("Counted from"))

    def __init__(self, *args: Any, ward: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = DeadlineRule.objects.filter(ward=ward)
        self.initial = {"start": today()}

    def clean(self) -> dict:
        data = super().clean()
        if "rule" in data and "start" in data:
            try:
                data["due_on"] = data["rule"].term.due_on(data["start"], Calendar(data["rule"].ward_id))
            except CalendarMissing as missing:
                self.add_error("start", str(missing))
        return data


class DeadlineForm(HouseForm):
    """A deadline of a row: by which rule, counted from which day, and why from that one."""

    submit_label = _("Count the deadline")

    rule = forms.ModelChoiceField(DeadlineRule.objects.none(), label=pgettext_lazy("law", "Rule"))
    on = DateField(label=_("Counted from"))
    reason = forms.CharField(
        label=_("Why from that day"),
        max_length=200,
        required=False,
        help_text=_("Needed where it is another day than proposed, such as the day on which the file was complete."),
    )

    def __init__(self, *args: Any, ward: Any, proposed: datetime.date, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = DeadlineRule.objects.filter(ward=ward, kind=RuleKind.DO_BY).valid_on(proposed)
        self.fields["rule"].queryset = rules
        self.proposed = proposed
        self.initial = {"rule": rules.filter(code=code).first(), "on": proposed}

    def clean(self) -> dict:
        data = super().clean()
        if data.get("on") and data["on"] != self.proposed and not data.get("reason"):
            self.add_error("reason", _("Write why it is counted from that day."))
        return data


class PauseForm(HouseForm):
    submit_label = _("Pause the deadline")

    on = DateField(label=_("First paused day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class ResumeForm(HouseForm):
    submit_label = _("Go on")

    on = DateField(label=_("First day that counts again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class MeetForm(HouseForm):
    submit_label = _("It is met")

    on = DateField(label=_("Met on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
