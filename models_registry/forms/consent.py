"""A consent to publishing, as it was signed."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceBoxes, DateField, HouseForm, UploadsField
from core.models import today
from models_registry.choices import ConsentOf
from models_registry.forms.progress import not_later
from models_registry.models import ContestEntry


class ConsentForm(HouseForm):
    submit_label = _("Record the consent")
    of = forms.ChoiceField(label=_("Consent of"), choices=ConsentOf, widget=ChoiceBoxes(columns=1))
    person_name = forms.CharField(
        label=_("Who signed"),
        max_length=100,
        help_text=_("Full name, as on the paper. Of a statement that nobody is named: who made it."),
    )
    signed_on = DateField(label=_("Signed on"))
    reference = forms.CharField(
        label=_("Where the signed paper is"), max_length=200, help_text=_("For example: file of the contest, sheet 4")
    )
    papers = UploadsField(label=_("Photo or scan of the signed paper"), required=False)

    def __init__(self, *args: Any, entry: ContestEntry, **kwargs: Any) -> None:
        super().__init__(*args, year=entry.campaign.year, **kwargs)
        self.authors = entry.authors
        self.initial |= {"signed_on": today(), "person_name": self.authors[0] if len(self.authors) == 1 else ""}

    def clean_signed_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["signed_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        known = {name.casefold() for name in self.authors}
        if values.get("of") == ConsentOf.AUTHOR and (values.get("person_name") or "").casefold() not in known:
            told = gettext("Enter one of the authors of the entry: %(names)s.")
            self.add_error("person_name", told % {"names": ", ".join(self.authors) or "–"})
        return values
