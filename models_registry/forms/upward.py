"""Tables for the superior: their columns, sending one, and what a model is proposed for."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from core.forms import ChoiceBoxes, DateField, HouseForm
from core.models import today
from core.paste import read_rows
from core.text import fold
from models_registry.choices import PROPOSED, HonourKind, Level, UpwardTable
from models_registry.forms.honours import PRAISE
from models_registry.forms.progress import not_later
from models_registry.models import MobilizationModel, Proposal, SentTable, TableLayout
from models_registry.upward import KNOWN


class ColumnsForm(HouseForm):
    """The columns in the superior's order, one a line; it begins as those that are in force."""

    submit_label = _("Put them in force")
    title = forms.CharField(label=_("Title of the table"), max_length=200)
    source = forms.CharField(
        label=_("By which paper"), max_length=200, help_text=_("The document that says so, with its number and day")
    )
    valid_from = DateField(label=_("Valid from"))
    columns = forms.CharField(label=_("Columns"), widget=forms.Textarea(attrs={"rows": 16}))

    def __init__(self, *args: Any, ward_id: int, table: str, **kwargs: Any) -> None:
        self.known = {fold(str(words)): code for code, words in KNOWN[table].items()}
        super().__init__(*args, **kwargs)
        words = {code: str(label) for code, label in KNOWN[table].items()}
        layout = TableLayout.of(ward_id, table, today())
        typed = [f"{heading}; {words[code]}" for code, heading in layout.columns if code in words]
        self.initial |= {"title": layout.title, "source": layout.source, "valid_from": today()}
        self.initial["columns"] = "\n".join(typed)
        said = gettext("One a line, in the superior’s order: heading; what stands in it. It can be: %(known)s.")
        self.fields["columns"].help_text = said % {"known": "; ".join(words.values())}

    def clean_columns(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for row in read_rows(self.cleaned_data["columns"]):
            cells = [cell for cell in row.cells if cell]
            code = self.known.get(fold(cells[-1])) if len(cells) == 2 else None
            if code is None or len(cells[0]) > 120:
                told = gettext("Line %(line)d: write the heading, a semicolon, and one of the words named below.")
                raise ValidationError(told % {"line": row.line})
            if code in {known for known, _heading in found}:
                raise ValidationError(gettext("Line %(line)d: this stands in the table already.") % {"line": row.line})
            found.append((code, cells[0]))
        if not found:
            raise ValidationError(gettext("Write at least one column."))
        return found


class SendTableForm(HouseForm):
    submit_label = _("Keep it as sent")
    on = DateField(label=_("Figures as of"), help_text=_("The end of this day is what the table tells."))
    sent_to = forms.CharField(label=_("To whom it was sent"), max_length=200)
    sent_on = DateField(label=_("Sent on"))
    number = forms.CharField(label=_("Number of the letter"), required=False, max_length=50)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, campaign: Campaign, table: str, on: datetime.date, **kwargs: Any) -> None:
        self.campaign, self.table = campaign, table
        super().__init__(*args, year=campaign.year, **kwargs)
        self.initial |= {"on": on, "sent_on": today(), "sent_to": str(campaign.superior or "")}

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])

    def clean_sent_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["sent_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("on") and values.get("sent_on") and values["on"] > values["sent_on"]:
            self.add_error("sent_on", gettext("A table is sent on the day of its figures or later."))
        return values

    def row(self) -> SentTable:
        where = {"ward_id": self.campaign.ward_id, "campaign": self.campaign, "table": UpwardTable(self.table)}
        return SentTable(**where, **self.cleaned_data)


class ProposalForm(HouseForm):
    submit_label = _("Put the proposal forward")
    asked_by_clean = ["praise"]
    kind = forms.ChoiceField(
        label=_("What it is proposed for"), choices=[(k, k.label) for k in PROPOSED], widget=ChoiceBoxes(columns=3)
    )
    praise = forms.CharField(label=_("Form of praise"), required=False, max_length=60)
    level = forms.ChoiceField(label=_("Level"), choices=[("", "---------"), *Level.choices])
    achievement = forms.CharField(
        label=_("Achievement in short"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences, with what was reached: they stand in the table and in the letter."),
    )
    proposed_on = DateField(label=_("Proposed on"))

    def __init__(self, *args: Any, registration: MobilizationModel, **kwargs: Any) -> None:
        self.registration = registration
        super().__init__(*args, year=registration.campaign.year, **kwargs)
        self.initial.setdefault("proposed_on", today())
        said = gettext("Of a commendation, for example: %(words)s") % {"words": ", ".join(PRAISE)}
        self.fields["praise"].help_text = said

    def clean_proposed_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["proposed_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("kind") != HonourKind.COMMENDATION:
            values["praise"] = ""
        elif not values.get("praise"):
            self.add_error("praise", gettext("Write the form of praise."))
        return values

    def row(self) -> Proposal:
        where = {"ward_id": self.registration.ward_id, "mobilization_model": self.registration}
        return Proposal(**where, **self.cleaned_data)
