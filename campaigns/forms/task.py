import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Unit, User
from campaigns.choices import Priority
from campaigns.models import Campaign, PlanItem, Task, Undertaking, require_day
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    TargetField,
    UploadsField,
)
from core.models import today
from core.text import number, one_line
from deadlines.forms import AsksDayOff
from deadlines.models import Calendar

DEFAULT_DAYS = 10  # the usual time where the plan names no day


def usual_due_day(campaign: Campaign, day: datetime.date) -> datetime.date:
    """Ten days on, or the first day worked after that, in the campaign."""
    due = day + datetime.timedelta(days=DEFAULT_DAYS)
    return Calendar(campaign.ward_id).nearest_working_day(due, campaign.closes_on)


def _require_in(campaign: Campaign, due: datetime.date, first: datetime.date) -> datetime.date:
    if not first <= due <= campaign.closes_on:
        days = {"first": date_format(first, "d/m/Y"), "last": date_format(campaign.closes_on, "d/m/Y")}
        raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s."), params=days)
    return due


class _TaskForm(AsksDayOff, HouseModelForm):
    due_days = ("due_on",)

    class Meta:
        model = Task
        fields = [
            "title",
            "product",
            "due_on",
            "target_value",
            "target_unit",
            "priority",
            "evidence_needed",
            "undertaking",
        ]
        widgets = {"priority": ChoiceBoxes(columns=3)}
        help_texts = {
            "product": _("What is there at the end: minutes, a list, a cleaned street …"),
            "target_value": _("Only for a task that is counted."),
            "target_unit": _("For example households, metres."),
            "evidence_needed": _("The unit can not report it as done without a photo or a file."),
        }

    helpers = UnitsField(Unit.objects.none(), label=_("Cooperating units"), required=False)

    def __init__(self, *args: Any, user: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, year=campaign.year, **kwargs)
        self.campaign = campaign
        self.units = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        self.fields["helpers"].queryset = self.units
        self.fields["undertaking"].queryset = Undertaking.objects.of_campaign(campaign)
        self.fields["priority"].choices = Priority.choices

    def clean_due_on(self) -> datetime.date:
        return _require_in(self.campaign, self.cleaned_data["due_on"], self.campaign.opens_on)


class TaskNewForm(_TaskForm):
    """One task for each lead unit chosen."""

    submit_label = _("Assign the task")

    lead_units = UnitsField(
        Unit.objects.none(),
        label=_("Lead units"),
        help_text=_("Each unit chosen gets a task of its own."),
        error_messages={"required": _("Choose at least one unit.")},
    )
    on = DateField(label=_("Assigned on"))
    field_order = ["title", "lead_units", "due_on", "product", "target_value", "target_unit", "evidence_needed"]

    def __init__(self, *args: Any, plan_item: PlanItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_units"].queryset = self.units
        self.fields["on"].initial = today
        self.initial["due_on"] = usual_due_day(self.campaign, today())
        if plan_item:
            self.initial |= {"title": one_line(plan_item.text)[:250], "undertaking": plan_item.undertaking_id}

    def clean_on(self) -> datetime.date:
        if self.cleaned_data["on"] > today():
            raise forms.ValidationError(_("Choose a day up to today."))
        return self.cleaned_data["on"]


class TaskEditForm(_TaskForm):
    submit_label = _("Save the task")

    class Meta(_TaskForm.Meta):
        fields = [*_TaskForm.Meta.fields, "person"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.instance.lead_unit
        self.fields["person"].queryset = User.objects.filter(
            pk__in=unit.memberships.filter(in_force=True).values("user")
        )
        self.fields["helpers"].queryset = self.units.exclude(pk=unit.pk)
        self.fields["helpers"].initial = list(self.instance.cooperating.values_list("unit", flat=True))


class TaskGiveForm(HouseForm):
    """Another unit for several tasks, or the person in charge, where all are of one unit."""

    submit_label = _("Give the tasks")

    unit = forms.ModelChoiceField(
        label=_("To the unit"), queryset=Unit.objects.none(), required=False, empty_label=_("They stay with their unit")
    )
    person = forms.ModelChoiceField(
        label=_("Person in charge"), queryset=User.objects.none(), required=False, empty_label=_("As it is")
    )

    def __init__(self, *args: Any, user: User, units: set[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Unit.objects.visible_to(user).inside().valid_on(today()).order_by("sort_key")
        self.fields["unit"].queryset = inside
        if len(units) == 1:
            (unit,) = units
            members = unit.memberships.filter(in_force=True).values("user")
            self.fields["person"].queryset = User.objects.filter(pk__in=members)
        else:
            del self.fields["person"]

    def clean(self) -> dict:
        found = super().clean()
        unit, person = found.get("unit"), found.get("person")
        if not self.errors and not unit and not person:
            raise forms.ValidationError(_("Choose to whom the tasks are given."))
        if unit and person:
            self.add_error("person", _("Choose another unit or the person in charge; a person belongs to one unit."))
        return found


class _ReportForm(HouseForm):
    """What the unit tells about its task."""

    note = forms.CharField(label=_("What was done"), widget=forms.Textarea, max_length=2000)
    value = TargetField(label=_("Reached so far"), required=False, min_value=0)
    files = UploadsField(label=_("Photos and files"), required=False)  # type: ignore[assignment]  # a form has files of its own
    on = DateField(label=_("On"))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, year=task.campaign.year, **kwargs)
        self.task = task
        self.fields["on"].initial = today
        if task.target_value:
            goal = {"target": number(task.target_value), "unit": task.target_unit}
            self.fields["value"].help_text = _("The total up to this day, of %(target)s %(unit)s.") % goal
        else:
            del self.fields["value"]

    def clean_on(self) -> datetime.date:
        require_day(self.task, self.cleaned_data["on"])
        return self.cleaned_data["on"]


class TaskProgressForm(_ReportForm):
    submit_label = _("Note the progress")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = "value" not in self.fields

    def clean(self) -> dict:
        data = super().clean()
        if "note" in data and not data["note"] and data.get("value") is None:
            self.add_error("note", _("Enter what was done or how much was reached."))
        return data


class TaskSubmitForm(_ReportForm):
    submit_label = _("Report as done")

    def clean_files(self) -> list:
        self.task.require_evidence(self.cleaned_data["files"])
        return self.cleaned_data["files"]


class TaskReturnForm(AsksDayOff, HouseForm):
    """The time that the task lay in the office is not the unit's: it gets a new day."""

    submit_label = _("Return the task")
    due_days = ("due_on",)

    reason = forms.CharField(
        label=_("What is missing"),
        help_text=_("The unit reads this."),
        widget=forms.Textarea,
        max_length=1000,
    )
    due_on = DateField(label=_("New due day"), help_text=_("The time in which it waited for acceptance is given back."))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        proposed = task.due_after_return(today())
        super().__init__(*args, year=task.campaign.year, initial={"due_on": proposed}, **kwargs)
        self.task = task

    @property
    def ward_id(self) -> int:
        return self.task.ward_id

    def clean_due_on(self) -> datetime.date:
        return _require_in(self.task.campaign, self.cleaned_data["due_on"], today())


class TaskCancelForm(HouseForm):
    submit_label = _("Cancel the task")
    submit_is_danger = True

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)
