"""Corrections by the administrator. Files of households stay closed to the admin (accounts.access)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clearance import models
from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline


class ClosedAdmin(ReadOnlyAdmin):
    """What a household did or said is no reference data: the administrator does not read it here."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DialogueInline(HouseInline):
    model = models.Dialogue
    fields = ["host", "held_on", "place", "step_code"]
    readonly_fields = ["held_on", "place"]


@admin.register(models.Project)
class ProjectAdmin(HouseAdmin):
    list_display = ["name", "undertaking", "shape", "host", "has_household_list"]
    list_filter = ["shape", "has_household_list"]
    search_fields = ["name", "slug"]
    inlines = [DialogueInline]


@admin.register(models.PlotShape)
class PlotShapeAdmin(ReadOnlyAdmin):
    list_display = ["plot", "area", "epsg", "source", "entered_at"]
    list_filter = ["epsg"]
    search_fields = ["plot__number"]


@admin.register(models.LandKind)
class LandKindAdmin(HouseAdmin):
    list_display = ["code", "name", "group", "source", "valid_from", "valid_to"]
    list_filter = ["group"]
    search_fields = ["code", "name"]


@admin.register(models.RuleSet)
class RuleSetAdmin(HouseAdmin):
    list_display = ["name", "legal_ref", "valid_from", "valid_to"]
    search_fields = ["name", "code"]


@admin.register(models.ProcedureStep)
class ProcedureStepAdmin(HouseAdmin):
    list_display = ["code", "name", "version", "kind", "actor", "valid_from", "valid_to"]
    list_filter = ["version", "kind"]
    search_fields = ["code", "name"]


@admin.register(models.SigningAuthority)
class SigningAuthorityAdmin(HouseAdmin):
    list_display = ["act", "signer", "legal_ref", "valid_from", "valid_to"]
    list_filter = ["act"]
    search_fields = ["signer"]


@admin.register(models.ProjectBatch)
class ProjectBatchAdmin(HouseAdmin):
    list_display = ["project", "number", "name", "rule_set", "cut_off_on"]
    list_filter = ["project"]
    search_fields = ["name"]


@admin.register(models.StepTransition)
class StepTransitionAdmin(ReadOnlyAdmin):
    list_display = ["project", "batch", "step", "on", "by"]
    list_filter = ["project"]


@admin.register(models.Plot)
class PlotAdmin(ReadOnlyAdmin):
    list_display = ["map_sheet", "number", "project", "kind", "area_recovered"]
    list_filter = ["project"]
    search_fields = ["number"]


@admin.register(models.PlotPart)
class PlotPartAdmin(ReadOnlyAdmin):
    list_display = ["plot", "area", "on", "void_at"]
    search_fields = ["plot__number"]


@admin.register(models.PlotHolding)
class PlotHoldingAdmin(ReadOnlyAdmin):
    list_display = ["plot", "household", "valid_from", "valid_to"]
    search_fields = ["plot__number", "household__number"]


@admin.register(models.Party)
class PartyAdmin(HouseAdmin):
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["search_key"]


class HouseholdPartyInline(HouseInline):
    model = models.HouseholdParty


class RepresentationInline(ReadOnlyInline):
    model = models.Representation


class AssignmentInline(HouseInline):
    model = models.TeamAssignment


@admin.register(models.Household)
class HouseholdAdmin(HouseAdmin):
    list_display = ["number", "project", "address_line", "residential_group", "outreach"]
    list_filter = ["project", "outreach"]
    search_fields = ["number", "search_key"]
    inlines = [HouseholdPartyInline, RepresentationInline, AssignmentInline]


@admin.register(models.HouseholdParty)
class HouseholdPartyAdmin(HouseAdmin):
    list_display = ["household", "party", "relation"]
    search_fields = ["party__search_key"]


@admin.register(models.Representation)
class RepresentationAdmin(ReadOnlyAdmin):
    list_display = ["household", "party", "valid_from", "valid_to"]
    search_fields = ["party__search_key", "household__number"]


@admin.register(models.TeamAssignment)
class TeamAssignmentAdmin(HouseAdmin):
    list_display = ["household", "team", "valid_from", "valid_to"]
    list_filter = ["team"]
    search_fields = ["team__search_key", "household__number"]


@admin.register(models.Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ["visited_at", "household", "team", "outcome", "void_at"]
    list_filter = ["outcome", "purpose"]
    search_fields = ["household__number"]


@admin.register(models.VisitCompanion)
class VisitCompanionAdmin(HouseAdmin):
    list_display = ["visit", "unit"]
    list_filter = ["unit"]
    search_fields = ["unit__search_key"]


@admin.register(models.VisitConcern)
class VisitConcernAdmin(ClosedAdmin):
    list_display = ["kind", "visit"]
    list_filter = ["kind"]
    search_fields = ["visit__household__number"]


@admin.register(models.VisitScript)
class VisitScriptAdmin(HouseAdmin):
    list_display = ["version", "valid_from", "valid_to", "source"]
    search_fields = ["version"]


@admin.register(models.Dialogue)
class DialogueAdmin(HouseAdmin):
    list_display = ["project", "held_on", "host", "place", "state"]
    list_filter = ["state", "project"]
    search_fields = ["project__name", "place"]
    readonly_fields = [
        "state",
        "cancel_reason",
        "held_on",
        "starts_at",
        "place",
    ]  # moved in the portal, where it is told


@admin.register(models.Disposal)
class DisposalAdmin(ReadOnlyAdmin):
    list_display = ["code", "until", "begun_by", "begun_at", "confirmed_by", "confirmed_at", "done_at"]
    list_filter = ["code"]
    search_fields = ["code"]


@admin.register(models.Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["household", "dialogue", "edition", "for_day", "for_place", "state", "delivered_at"]
    list_filter = ["state"]
    search_fields = ["household__number"]


@admin.register(models.InvitationEvidence)
class InvitationEvidenceAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "invitation", "uploaded_by", "uploaded_at"]
    search_fields = ["original_name"]


@admin.register(models.DialogueAttendance)
class DialogueAttendanceAdmin(ClosedAdmin):
    list_display = ["dialogue", "household", "kind"]
    list_filter = ["kind"]
    search_fields = ["household__number"]


@admin.register(models.PlanOpinion)
class PlanOpinionAdmin(ClosedAdmin):
    list_display = ["attendance", "after"]
    search_fields = ["attendance__household__number"]


@admin.register(models.DialogueMinutes)
class DialogueMinutesAdmin(ClosedAdmin):
    list_display = ["dialogue", "chair", "closed_at"]
    search_fields = ["chair"]


@admin.register(models.DialogueSignature)
class DialogueSignatureAdmin(ClosedAdmin):
    list_display = ["minutes", "kind", "name", "has_signed"]
    search_fields = ["name"]


@admin.register(models.DialogueScan)
class DialogueScanAdmin(ClosedAdmin):
    list_display = ["original_name", "minutes", "uploaded_at"]
    search_fields = ["original_name"]


@admin.register(models.Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ["text", "household", "owner", "due_on", "answered_on", "told_household_on"]
    list_filter = ["owner"]
    search_fields = ["text"]


@admin.register(models.Grievance)
class GrievanceAdmin(ClosedAdmin):
    list_display = ["number", "year", "track", "state"]
    search_fields = ["number"]


@admin.register(models.GrievanceClock)
class GrievanceClockAdmin(ClosedAdmin):
    list_display = ["grievance", "kind", "ended_on"]
    search_fields = ["grievance__number"]


@admin.register(models.CaseCode)
class CaseCodeAdmin(ReadOnlyAdmin):
    list_display = ["household", "issued_on", "ended_on", "opened", "opened_at"]
    search_fields = ["household__number"]


@admin.register(models.Promise)
class PromiseAdmin(ReadOnlyAdmin):
    list_display = ["text", "household", "owner", "due_on", "closed_on"]
    list_filter = ["owner", "kind"]
    search_fields = ["text"]


@admin.register(models.Obstacle)
class ObstacleAdmin(ReadOnlyAdmin):
    list_display = ["reason", "household", "owner", "due_on", "closed_on"]
    list_filter = ["owner", "reason"]
    search_fields = ["text"]


@admin.register(models.Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "title", "household", "way", "on", "void_at"]
    list_filter = ["kind", "way"]
    search_fields = ["title"]


@admin.register(models.Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    list_display = ["kind", "household", "on", "void_at"]
    list_filter = ["kind"]
    search_fields = ["household__number"]


@admin.register(models.Member, models.Authorisation, models.Asset)
class PeopleRowAdmin(ClosedAdmin):
    list_display = ["household", "on", "by"]


@admin.register(models.MobilisationLoop)
class MobilisationLoopAdmin(ReadOnlyAdmin):
    list_display = ["kind", "household", "opened_on", "ended_on", "ending", "decided_on"]
    list_filter = ["kind", "ending"]
    search_fields = ["household__number"]


@admin.register(models.LoopMinutes)
class LoopMinutesAdmin(ReadOnlyAdmin):
    list_display = ["loop", "number", "on", "signed", "void_at"]
    list_filter = ["signed"]
    search_fields = ["loop__household__number"]


@admin.register(models.MinutesScan)
class MinutesScanAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "minutes", "uploaded_by", "uploaded_at"]
    search_fields = ["original_name"]


@admin.register(models.SetDay)
class SetDayAdmin(ReadOnlyAdmin):
    list_display = ["kind", "household", "on", "at", "void_at"]
    list_filter = ["kind"]


@admin.register(models.VisitRule)
class VisitRuleAdmin(HouseAdmin):
    list_display = ["per_week", "starts_at", "ends_at", "callback_percent", "valid_from", "valid_to"]


class RoundPersonInline(ReadOnlyInline):
    model = models.RoundPerson


@admin.register(models.VisitRound)
class VisitRoundAdmin(ReadOnlyAdmin):
    list_display = ["number", "project", "purpose", "from_on", "to_on", "handed_out_on", "returned_on", "closed_on"]
    list_filter = ["project"]
    search_fields = ["project__name"]


@admin.register(models.RoundTeam)
class RoundTeamAdmin(ReadOnlyAdmin):
    list_display = ["number", "round", "unit", "returned_on"]
    list_filter = ["unit"]
    search_fields = ["unit__search_key"]
    inlines = [RoundPersonInline]


@admin.register(models.RoundPerson)
class RoundPersonAdmin(ReadOnlyAdmin):
    list_display = ["name", "team"]
    search_fields = ["name"]


@admin.register(models.PlannedVisit)
class PlannedVisitAdmin(ClosedAdmin):
    list_display = ["household", "on", "team"]
    search_fields = ["household__number"]


@admin.register(models.OwnStep)
class OwnStepAdmin(ReadOnlyAdmin):
    list_display = ["household", "step", "state", "on", "void_at"]
    list_select_related = ["step", "household__project"]
    list_filter = ["state"]
    search_fields = ["household__number"]


@admin.register(models.PlanPosting)
class PlanPostingAdmin(ReadOnlyAdmin):
    list_display = ["project", "batch", "version", "name"]
    list_filter = ["project"]
    search_fields = ["name"]


@admin.register(models.AgreementRule)
class AgreementRuleAdmin(HouseAdmin):
    """A new reading is a new row with its first day; the legal officer's name and day stand beside it."""

    list_display = ["percent", "is_strict", "base", "legal_ref", "valid_from", "verified_on"]
    list_filter = ["base"]
    search_fields = ["legal_ref"]


@admin.register(models.SignedAgreement, models.AgreementScan, models.AgreementCount)
class SealedAdmin(ClosedAdmin):
    """Who signed is seen on the portal's own page, by those who may."""

    list_display = ["id"]
    search_fields = ["id"]


@admin.register(models.VisitDraw)
class VisitDrawAdmin(ReadOnlyAdmin):
    list_display = ["week_from", "percent", "of_count", "drawn_at"]


@admin.register(models.VisitCallback)
class VisitCallbackAdmin(ClosedAdmin):
    list_display = ["draw", "asked_on", "came"]
    list_filter = ["came"]
    search_fields = ["visit__household__number"]
