"""What an inspection found, and what is to be mended, one thing a line with its day."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import any_date, full_date
from core.forms import DateField, HouseForm, UploadsField
from core.models import today
from core.paste import read_rows
from core.personal import no_personal_number
from core.questions import Question
from core.secrecy import refuse_secret
from deadlines.forms import AsksDayOff
from deadlines.models import Calendar
from models_registry.forms.progress import not_later
from models_registry.models import MobilizationModel

LONGEST = 250  # signs of a task's title


class InspectionForm(AsksDayOff, HouseForm):
    submit_label = _("Save the inspection")
    on = DateField(label=_("Inspected on"))
    inspectors = forms.CharField(
        label=_("Who inspected"), max_length=200, help_text=_("For example: the steering committee, Ms Lê Thu Hà")
    )
    findings = forms.CharField(
        label=_("What was found"),
        max_length=4000,
        validators=[no_personal_number],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    mend = forms.CharField(label=_("What is to be mended"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = UploadsField(label=_("Minutes, photos"), required=False)

    def __init__(self, *args: Any, registration: MobilizationModel, **kwargs: Any) -> None:
        self.registration = registration
        super().__init__(*args, year=registration.campaign.year, **kwargs)
        self.initial.setdefault("on", today())
        example = full_date(registration.campaign.closes_on)
        self.fields["mend"].help_text = gettext(
            "One a line: what; by which day, for example: Bổ sung danh sách hộ; %(day)s. Each becomes the unit’s task."
        ) % {"day": example}

    @property
    def ward_id(self) -> int:
        return self.registration.ward_id

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        calendar = Calendar(self.ward_id)
        for _what, day in self.cleaned_data["mend"]:
            if why := calendar.why_off(day):
                yield self._question("mend", day, why)

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])

    def clean_mend(self) -> list[tuple[str, datetime.date]]:
        campaign = self.registration.campaign
        found = []
        for row in read_rows(self.cleaned_data["mend"]):
            cells = [cell for cell in row.cells if cell]
            day = any_date(cells[-1], campaign.year) if len(cells) == 2 else None
            if day is None or len(cells[0]) > LONGEST:
                told = gettext("Line %(line)d: write what is to be mended, a semicolon, and the day as dd/mm/yyyy.")
                raise ValidationError(told % {"line": row.line})
            if not today() <= day <= campaign.closes_on:
                told = gettext("Line %(line)d: choose a day from %(first)s to %(last)s.")
                span = {"first": full_date(today()), "last": full_date(campaign.closes_on)}
                raise ValidationError(told % ({"line": row.line} | span))
            refuse_secret(cells[0])
            no_personal_number(cells[0])
            found.append((cells[0], day))
        return found
