import contextlib
import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Unit, User
from campaigns.choices import EvidenceKind, ExtensionState, Priority
from campaigns.forms.document import INCOMING_RULE
from campaigns.models import Campaign, PlanItem, Task, TaskExtension, Undertaking, require_day
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    ManyChoiceBoxes,
    TargetField,
    UploadsField,
)
from core.models import today
from core.text import number, one_line
from deadlines.forms import AsksDayOff
from deadlines.models import Calendar, CalendarMissing, DeadlineRule

WHOLE_ADDRESS = _("Copy the whole address of the page, for example https://longbien.gov.vn/bai-1.")


def usual_due_day(campaign: Campaign, day: datetime.date) -> datetime.date | None:
    """Where the plan names no day: by the ward's rule for what comes in, within the campaign; None without a rule."""
    rule = DeadlineRule.objects.filter(ward=campaign.ward_id).rule(INCOMING_RULE, day)
    calendar = Calendar(campaign.ward_id)
    with contextlib.suppress(CalendarMissing):
        return rule and calendar.nearest_working_day(rule.term.due_on(day, calendar), campaign.closes_on)
    return None


def require_in(campaign: Campaign, due: datetime.date, first: datetime.date) -> datetime.date:
    if not first <= due <= campaign.closes_on:
        days = {"first": date_format(first, "d/m/Y"), "last": date_format(campaign.closes_on, "d/m/Y")}
        raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s."), params=days)
    return due


class WorkForm(AsksDayOff, HouseModelForm):
    """What a task and a series of tasks are told alike."""

    class Meta:
        fields = ["title", "product", "target_value", "target_unit", "priority", "evidence_needed", "undertaking"]
        widgets = {"priority": ChoiceBoxes(columns=3)}
        help_texts = {
            "product": _("What is there at the end: minutes, a list, a cleaned street …"),
            "target_value": _("Only for a task that is counted."),
            "target_unit": _("For example households, metres."),
        }

    evidence_needed = forms.MultipleChoiceField(
        label=_("Evidence needed"),
        choices=EvidenceKind.choices,
        required=False,
        widget=ManyChoiceBoxes(columns=2),
        help_text=_("Without what is ticked here the task can not be reported as done."),
    )
    helpers = UnitsField(Unit.objects.none(), label=_("Cooperating units"), required=False)

    def __init__(self, *args: Any, user: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, year=campaign.year, **kwargs)
        self.campaign = campaign
        self.units = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        self.fields["helpers"].queryset = self.units
        self.fields["undertaking"].queryset = Undertaking.objects.of_campaign(campaign)
        self.fields["priority"].choices = Priority.choices

    def clean(self) -> dict:
        data = super().clean()
        if EvidenceKind.FIGURE in data.get("evidence_needed", ()) and data.get("target_value", 1) is None:
            self.add_error("target_value", _("To ask for the number reached, give the target first."))
        return data


class _TaskForm(WorkForm):
    due_days = ("due_on",)

    class Meta(WorkForm.Meta):
        model = Task
        fields = [*WorkForm.Meta.fields[:2], "due_on", *WorkForm.Meta.fields[2:]]

    def clean_due_on(self) -> datetime.date:
        return require_in(self.campaign, self.cleaned_data["due_on"], self.campaign.opens_on)


def people_of(unit: Unit) -> Any:
    """Who works in a unit today."""
    return User.objects.filter(pk__in=unit.memberships.filter(in_force=True).values("user"))


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

    def __init__(self, *args: Any, plan_item: PlanItem | None = None, says: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_units"].queryset = self.units
        self.fields["on"].initial = today
        self.initial["due_on"] = usual_due_day(self.campaign, today())
        if plan_item:
            self.initial |= {"title": one_line(plan_item.text)[:250], "undertaking": plan_item.undertaking_id}
        elif says:
            self.initial["title"] = one_line(says)[:250]

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
        self.fields["person"].queryset = people_of(unit)
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
            self.fields["person"].queryset = people_of(unit)
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
    link = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("The address of the page, for example of the article."),
        error_messages={"invalid": WHOLE_ADDRESS},
        validators=[URLValidator(["http", "https"], message=WHOLE_ADDRESS)],
    )
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
        if EvidenceKind.LINK not in task.evidence_needed:
            del self.fields["link"]

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kinds := self.task.evidence_said:
            self.fields["files"].help_text = _("This task asks for: %(kinds)s.") % {"kinds": kinds}

    def clean(self) -> dict:
        data = super().clean()
        try:
            self.task.require_evidence(data.get("files", ()), data.get("link", ""), data.get("value"))
        except ValidationError as refusal:
            self.refuse(refusal)
        return data


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
        return require_in(self.task.campaign, self.cleaned_data["due_on"], today())


class TaskCancelForm(HouseForm):
    submit_label = _("Cancel the task")
    submit_is_danger = True

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)


class TaskPersonForm(HouseForm):
    submit_label = _("Save")

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person in charge"),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("Somebody of your unit. They are told, and see the task; the unit reports it."),
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, initial={"person": task.person_id}, **kwargs)
        self.fields["person"].queryset = people_of(task.lead_unit)


class ExtensionAskForm(AsksDayOff, HouseForm):
    submit_label = _("Ask for more time")
    due_days = ("wanted_on",)

    wanted_on = DateField(label=_("Until when"))
    reason = forms.CharField(
        label=_("Why more time is needed"), help_text=_("The ward reads this."), widget=forms.Textarea, max_length=1000
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, year=task.campaign.year, **kwargs)
        self.task = task

    @property
    def ward_id(self) -> int:
        return self.task.ward_id

    def clean_wanted_on(self) -> datetime.date:
        first = max(self.task.due_on + datetime.timedelta(days=1), today())
        return require_in(self.task.campaign, self.cleaned_data["wanted_on"], first)


class ExtensionAnswerForm(AsksDayOff, HouseForm):
    """Granted until a day, or refused with the reason."""

    submit_label = _("Answer the unit")
    due_days = ("until",)

    state = forms.ChoiceField(
        label=_("Answer"),
        choices=[(ExtensionState.GRANTED, _("Grant more time")), (ExtensionState.REFUSED, _("Refuse it"))],
        widget=ChoiceBoxes(columns=2),
    )
    until = DateField(label=_("Granted until"), required=False)
    answer = forms.CharField(
        label=_("Words to the unit"),
        help_text=_("A refusal needs its reason."),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, extension: TaskExtension, **kwargs: Any) -> None:
        initial = {"until": extension.wanted_on}
        super().__init__(*args, year=extension.task.campaign.year, initial=initial, **kwargs)
        self.task = extension.task

    @property
    def ward_id(self) -> int:
        return self.task.ward_id

    def clean_until(self) -> datetime.date | None:
        until = self.cleaned_data["until"]
        if until is None or self.cleaned_data.get("state") == ExtensionState.REFUSED:
            return None
        first = max(self.task.due_on + datetime.timedelta(days=1), today())
        return require_in(self.task.campaign, until, first)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("state") == ExtensionState.GRANTED and "until" in data and data["until"] is None:
            self.add_error("until", _("Enter the day until which more time is granted."))
        if data.get("state") == ExtensionState.REFUSED and not data.get("answer"):
            self.add_error("answer", _("Say why it is refused."))
        return data
