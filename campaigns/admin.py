"""Reference data of the campaign, and corrections by the administrator. States move only through verbs."""

from typing import Any

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest

from campaigns import models
from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from core.http import house


class StatefulAdmin(HouseAdmin):
    """A new row starts with its first dated step."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.start(by=house(request).user, on=getattr(obj, "dated_on", None))


class FocusInline(HouseInline):
    model = models.CampaignFocus


class CampaignStepInline(ReadOnlyInline):
    model = models.CampaignTransition


@admin.register(models.Campaign)
class CampaignAdmin(StatefulAdmin):
    list_display = ["year", "theme", "state", "opens_on", "closes_on"]
    list_filter = ["state"]
    search_fields = ["year", "theme"]
    inlines = [FocusInline, CampaignStepInline]


class TurnoverStepInline(ReadOnlyInline):
    model = models.YearTurnoverTransition


@admin.register(models.YearTurnover)
class YearTurnoverAdmin(ReadOnlyAdmin):
    """Prepared and carried out in the portal, once."""

    list_display = ["campaign", "since", "state"]
    list_filter = ["state"]
    search_fields = ["campaign__year", "since__year"]
    inlines = [TurnoverStepInline]


admin.site.register(models.YearTurnoverTransition, TransitionAdmin)


@admin.register(models.Undertaking)
class UndertakingAdmin(HouseAdmin):
    list_display = ["name", "kind", "slug", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["search_key", "name", "slug"]
    inlines = [FocusInline]


@admin.register(models.CampaignFocus)
class CampaignFocusAdmin(HouseAdmin):
    list_display = ["undertaking", "campaign", "label"]
    list_filter = ["campaign"]
    search_fields = ["undertaking__search_key", "label"]


@admin.register(models.DocumentKind)
class DocumentKindAdmin(HouseAdmin):
    list_display = ["label", "code", "numbering"]
    list_filter = ["numbering"]
    search_fields = ["label", "code"]


@admin.register(models.PaperStandard)
class PaperStandardAdmin(HouseAdmin):
    list_display = ["code", "branch", "valid_from", "valid_to"]
    list_filter = ["branch"]
    search_fields = ["code"]


@admin.register(models.PaperStyle)
class PaperStyleAdmin(HouseAdmin):
    list_display = ["abbreviation", "unit_kind", "unit", "authority", "valid_from", "valid_to"]
    list_filter = ["unit_kind"]
    search_fields = ["abbreviation", "unit__search_key"]
    list_select_related = ["unit_kind", "unit"]


@admin.register(models.NumberPeriod)
class NumberPeriodAdmin(HouseAdmin):
    list_display = ["label", "issuer", "valid_from", "valid_to"]
    list_filter = ["issuer"]
    search_fields = ["label", "issuer__search_key"]
    list_select_related = ["issuer"]


@admin.register(models.NumberStart)
class NumberStartAdmin(ReadOnlyAdmin):
    list_display = ["issuer", "kind", "series_from", "last", "entered_by"]
    list_filter = ["kind"]
    search_fields = ["issuer__search_key", "source"]
    list_select_related = ["issuer", "kind", "entered_by"]


class RecipientInline(HouseInline):
    model = models.DocumentRecipient
    fk_name = "document"


class InstructionInline(ReadOnlyInline):
    model = models.Instruction


class DocumentStepInline(ReadOnlyInline):
    model = models.DocumentTransition


@admin.register(models.Document)
class DocumentAdmin(StatefulAdmin):
    list_display = ["symbol", "kind", "issuer", "dated_on", "direction", "state", "campaign"]
    list_filter = ["direction", "state", "kind", "campaign"]
    search_fields = ["search_key", "symbol", "summary"]
    readonly_fields = ["answers", "file", "original_name", "sha256"]
    inlines = [RecipientInline, InstructionInline, DocumentStepInline]


@admin.register(models.DocumentRecipient)
class DocumentRecipientAdmin(HouseAdmin):
    list_display = ["document", "unit", "must_issue_resolution", "due_on", "answered_by"]
    list_filter = ["must_issue_resolution", "unit"]
    search_fields = ["document__symbol", "unit__search_key"]
    list_select_related = ["document__kind", "unit", "answered_by__kind"]


@admin.register(models.MemberAssignment)
class MemberAssignmentAdmin(ReadOnlyAdmin):
    list_display = ["member", "duty", "recipient"]
    list_filter = ["recipient__unit"]
    search_fields = ["duty", "recipient__unit__search_key"]
    list_select_related = ["recipient__document__kind", "recipient__unit"]


@admin.register(models.DocumentText)
class DocumentTextAdmin(ReadOnlyAdmin):
    list_display = ["document", "state", "since"]
    list_filter = ["state"]
    search_fields = ["document__symbol"]
    list_select_related = ["document__kind"]
    exclude = ["text"]


@admin.register(models.PlanItem)
class PlanItemAdmin(HouseAdmin):
    list_display = ["text", "document", "campaign", "undertaking", "order"]
    list_filter = ["campaign"]
    search_fields = ["text", "document__symbol"]
    list_select_related = ["document__kind", "campaign", "undertaking"]


class TaskUnitInline(HouseInline):
    model = models.TaskUnit


class TaskStepInline(ReadOnlyInline):
    model = models.TaskTransition


@admin.register(models.Task)
class TaskAdmin(StatefulAdmin):
    list_display = ["title", "lead_unit", "due_on", "state", "campaign"]
    list_filter = ["state", "campaign", "lead_unit", "priority"]
    search_fields = ["search_key", "title"]
    inlines = [TaskUnitInline, TaskStepInline]


@admin.register(models.TaskUnit)
class TaskUnitAdmin(HouseAdmin):
    list_display = ["task", "unit"]
    list_filter = ["unit"]
    search_fields = ["task__search_key", "unit__search_key"]


@admin.register(models.TaskProgress)
class TaskProgressAdmin(HouseAdmin):
    list_display = ["task", "on", "value", "by", "entered_for_unit_by"]
    list_filter = ["on"]
    search_fields = ["task__search_key", "note"]


@admin.register(models.TaskEvidence)
class TaskEvidenceAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "task", "on", "uploaded_by", "size"]
    list_filter = ["on"]
    search_fields = ["original_name", "task__search_key"]


class SeriesUnitInline(HouseInline):
    model = models.SeriesUnit


@admin.register(models.TaskSeries)
class TaskSeriesAdmin(HouseAdmin):
    list_display = ["title", "every", "first_on", "until", "ended_on", "campaign"]
    list_filter = ["every", "campaign"]
    search_fields = ["title"]
    inlines = [SeriesUnitInline]


@admin.register(models.TaskLink)
class TaskLinkAdmin(HouseAdmin):
    list_display = ["url", "task", "on", "by"]
    list_filter = ["on"]
    search_fields = ["url", "task__search_key"]
    formfield_overrides = HouseAdmin.formfield_overrides | {URLField: {"assume_scheme": "https"}}


@admin.register(models.TaskExtension)
class TaskExtensionAdmin(ReadOnlyAdmin):
    """Asked for and answered on the task's page alone."""

    list_display = ["task", "state", "asked_on", "due_then", "wanted_on", "granted_until"]
    list_filter = ["state", "asked_on"]
    search_fields = ["task__search_key", "reason"]


class InviteeInline(HouseInline):
    model = models.MeetingInvitee


class OutcomeInline(HouseInline):
    model = models.MeetingOutcome


class MeetingStepInline(ReadOnlyInline):
    model = models.MeetingTransition


@admin.register(models.Meeting)
class MeetingAdmin(StatefulAdmin):
    list_display = ["__str__", "kind", "held_on", "place", "state", "campaign"]
    list_filter = ["kind", "state", "campaign"]
    search_fields = ["title", "place", "chair"]
    inlines = [InviteeInline, OutcomeInline, MeetingStepInline]


@admin.register(models.MeetingInvitee)
class MeetingInviteeAdmin(HouseAdmin):
    list_display = ["meeting", "unit", "group", "invited", "present", "absence"]
    list_filter = ["absence"]
    search_fields = ["group", "unit__search_key", "meeting__title"]


for transition in (
    models.CampaignTransition,
    models.DocumentTransition,
    models.TaskTransition,
    models.MeetingTransition,
):
    admin.site.register(transition, TransitionAdmin)
