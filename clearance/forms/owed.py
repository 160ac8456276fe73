import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.forms.households import teams_of
from clearance.models import Obstacle, Promise
from clearance.validators import no_personal_number
from core.dates import full_date
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm
from core.models import today
from deadlines.forms import AsksDayOff


class _OwedForm(AsksDayOff, HouseModelForm):
    due_days = ("due_on",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = teams_of(self.instance.ward_id)
        self.fields["text"].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, due = values.get("opened_on"), values.get("due_on")
        if first and due and due < first:
            self.add_error("due_on", gettext("It can not be due or closed before it began."))
        return values


class PromiseForm(_OwedForm):
    submit_label = _("Save the promise")

    class Meta:
        model = Promise
        fields = ["kind", "text", "owner", "opened_on", "due_on"]
        labels = {"text": _("What was promised, in plain words"), "opened_on": _("Promised on")}
        widgets = {"kind": ChoiceBoxes(columns=3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Promise.kind.field.choices  # none is blank


class ObstacleForm(_OwedForm):
    submit_label = _("Save the obstacle")

    class Meta:
        model = Obstacle
        fields = ["reason", "text", "owner", "opened_on", "due_on"]
        labels = {"owner": _("Who clears it")}


class OwedCloseForm(HouseForm):
    submit_label = _("Close it")

    result = forms.CharField(
        label=_("What came of it"), validators=[no_personal_number], widget=forms.Textarea(attrs={"rows": 3})
    )
    on = DateField(label=_("On the day"))

    def __init__(self, *args: Any, first: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
        self.first = first

    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        if not self.first <= day <= today():
            words = {"first": full_date(self.first), "last": full_date(today())}
            raise ValidationError(gettext("Write a day from %(first)s to %(last)s.") % words)
        return day
