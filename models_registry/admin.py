from typing import Any

from django.contrib import admin

from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from models_registry.models import (
    Appraisal,
    Assessment,
    BlindCopy,
    Commendation,
    Conclusion,
    ConsentEvidence,
    Contest,
    ContestEntry,
    ContestEntryTransition,
    ContestExclusion,
    EntryConsent,
    EntryFile,
    EntryQuota,
    EntryVersion,
    FellowRegistrant,
    Inspection,
    InspectionEvidence,
    InspectionTask,
    Judge,
    Judging,
    MobilizationModel,
    MobilizationModelTransition,
    ModelArea,
    ModelDocument,
    ModelMilestone,
    ModelStep,
    ModelTask,
    ModelUndertaking,
    OfficialField,
    Participation,
    Plaque,
    Prize,
    ProgressEvidence,
    ProgressUpdate,
    ProgressValue,
    Proposal,
    Recognition,
    RegistrationTerms,
    Replication,
    Rubric,
    RubricBand,
    RubricCriterion,
    Score,
    SentTable,
    StepEvidence,
    TableLayout,
    TargetIndicator,
    ThemeField,
)

FILE_COLUMNS = ["original_name", "mime", "size", "uploaded_by", "uploaded_at"]
TRANSITION_COLUMNS = ["old", "new", "on", "by", "reason", "at"]


@admin.register(OfficialField)
class OfficialFieldAdmin(HouseAdmin):
    list_display = ["label", "code", "valid_from", "valid_to"]
    list_filter = ["valid_to"]
    search_fields = ["label", "code"]


@admin.register(ThemeField)
class ThemeFieldAdmin(HouseAdmin):
    list_display = ["label", "code", "campaign", "official_field", "order"]
    list_filter = ["campaign", "official_field"]
    search_fields = ["label", "code"]


@admin.register(RegistrationTerms)
class RegistrationTermsAdmin(HouseAdmin):
    list_display = ["campaign", "registers_until", "review_days", "amend_days"]
    list_filter = ["campaign"]
    search_fields = ["campaign__year"]


class TargetInline(HouseInline):
    model = TargetIndicator


class UndertakingInline(HouseInline):
    model = ModelUndertaking


class MilestoneInline(HouseInline):
    model = ModelMilestone


class FellowInline(HouseInline):
    model = FellowRegistrant


class ParticipationInline(HouseInline):
    model = Participation


class AreaInline(HouseInline):
    model = ModelArea


class ServedTaskInline(HouseInline):
    model = ModelTask


class StepInline(HouseInline):
    model = ModelStep


class ModelTransitionInline(ReadOnlyInline):
    model = MobilizationModelTransition
    fields = readonly_fields = tuple(TRANSITION_COLUMNS)


@admin.register(MobilizationModel)
class MobilizationModelAdmin(HouseAdmin):
    """States change through the portal's verbs, never here."""

    list_display = ["code", "title", "unit", "theme_field", "subject", "state"]
    list_display_links = ["code", "title"]
    list_filter = ["campaign", "state", "subject", "theme_field", "origin", "is_late"]
    search_fields = ["title", "search_key", "person_key", "code"]
    readonly_fields = ["code", "state", "is_late", "entered_for_unit_by", "saved_at"]
    inlines = [
        FellowInline,
        ParticipationInline,
        AreaInline,
        TargetInline,
        MilestoneInline,
        UndertakingInline,
        ServedTaskInline,
        StepInline,
        ModelTransitionInline,
    ]


@admin.register(TargetIndicator)
class TargetIndicatorAdmin(HouseAdmin):
    list_display = ["name", "mobilization_model", "target", "unit_of_measure", "due_on"]
    list_filter = ["due_on"]
    search_fields = ["name"]


@admin.register(ModelUndertaking)
class ModelUndertakingAdmin(HouseAdmin):
    list_display = ["mobilization_model", "undertaking"]
    list_filter = ["undertaking"]
    search_fields = ["mobilization_model__title"]


@admin.register(ModelMilestone)
class ModelMilestoneAdmin(HouseAdmin):
    list_display = ["name", "mobilization_model", "due_on"]
    list_filter = ["due_on"]
    search_fields = ["name"]


@admin.register(FellowRegistrant)
class FellowRegistrantAdmin(HouseAdmin):
    list_display = ["name", "mobilization_model", "order"]
    list_filter = ["mobilization_model__campaign"]
    search_fields = ["search_key", "name"]


@admin.register(Participation)
class ParticipationAdmin(HouseAdmin):
    list_display = ["mobilization_model", "unit", "name", "role", "part"]
    list_filter = ["role"]
    search_fields = ["mobilization_model__title", "name", "unit__name"]


@admin.register(ModelArea)
class ModelAreaAdmin(HouseAdmin):
    list_display = ["mobilization_model", "unit"]
    list_filter = ["unit"]
    search_fields = ["mobilization_model__title"]


@admin.register(ModelTask)
class ModelTaskAdmin(HouseAdmin):
    list_display = ["mobilization_model", "task"]
    list_filter = ["task__due_on"]
    search_fields = ["mobilization_model__title", "task__title"]


class StepEvidenceInline(ReadOnlyInline):
    model = StepEvidence
    fields = readonly_fields = tuple(FILE_COLUMNS)


@admin.register(ModelStep)
class ModelStepAdmin(HouseAdmin):
    list_display = ["mobilization_model", "kind", "due_on", "done_on"]
    list_filter = ["kind", "due_on"]
    search_fields = ["mobilization_model__title"]
    inlines = [StepEvidenceInline]


class ProgressValueInline(HouseInline):
    model = ProgressValue


class ProgressEvidenceInline(ReadOnlyInline):
    model = ProgressEvidence
    fields = readonly_fields = tuple(FILE_COLUMNS)


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(HouseAdmin):
    list_display = ["mobilization_model", "on", "by"]
    list_filter = ["on"]
    search_fields = ["mobilization_model__title", "note"]
    readonly_fields = ["entered_for_unit_by"]
    inlines = [ProgressValueInline, ProgressEvidenceInline]


@admin.register(ProgressValue)
class ProgressValueAdmin(HouseAdmin):
    list_display = ["indicator", "update", "value"]
    list_filter = ["update__on"]
    search_fields = ["indicator__name"]


class FileAdmin(ReadOnlyAdmin):
    list_filter = ["mime", "uploaded_at"]
    search_fields = ["original_name"]


@admin.register(ModelDocument)
class ModelDocumentAdmin(FileAdmin):
    list_display = ["original_name", "mobilization_model", "size", "uploaded_at"]


@admin.register(StepEvidence)
class StepEvidenceAdmin(FileAdmin):
    list_display = ["original_name", "step", "size", "uploaded_at"]


@admin.register(ProgressEvidence)
class ProgressEvidenceAdmin(FileAdmin):
    list_display = ["original_name", "update", "size", "uploaded_at"]


class CriterionInline(ReadOnlyInline):
    model = RubricCriterion
    fields = readonly_fields = ("order", "label", "most")


class BandInline(ReadOnlyInline):
    model = RubricBand
    fields = readonly_fields = ("label", "since")


@admin.register(Rubric)
class RubricAdmin(ReadOnlyAdmin):
    """A change is a new edition, which the portal puts in force."""

    list_display = ["name", "source", "valid_from", "valid_to"]
    list_filter = ["valid_to"]
    search_fields = ["name", "source"]
    inlines = [CriterionInline, BandInline]


@admin.register(RubricCriterion)
class RubricCriterionAdmin(ReadOnlyAdmin):
    list_display = ["label", "rubric", "order", "most"]
    list_filter = ["rubric"]
    search_fields = ["label"]


@admin.register(RubricBand)
class RubricBandAdmin(ReadOnlyAdmin):
    list_display = ["label", "rubric", "since"]
    list_filter = ["rubric"]
    search_fields = ["label"]


class AssessmentInline(ReadOnlyInline):
    model = Assessment
    fields = readonly_fields = ("assessor", "named_by", "handed_in_at", "stood_aside_on", "stood_aside_why")


@admin.register(Appraisal)
class AppraisalAdmin(ReadOnlyAdmin):
    list_display = ["mobilization_model", "rubric", "opened_on", "due_on", "completed_at", "ended_on"]
    list_filter = ["rubric", "due_on"]
    search_fields = ["mobilization_model__title"]
    inlines = [AssessmentInline]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["appraisal", "assessor", "handed_in_at", "stood_aside_on"]
    list_filter = ["stood_aside_on"]
    search_fields = ["assessor__search_key"]


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """Sealed here, too: an administrator may be one of those who score."""

    list_display = ["assessment", "criterion", "points", "most", "reason"]
    list_filter = ["criterion"]
    search_fields = ["reason"]

    def get_queryset(self, request: Any) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.unsealed()


@admin.register(Conclusion)
class ConclusionAdmin(ReadOnlyAdmin):
    list_display = ["mobilization_model", "outcome", "number", "decided_on", "replaced_on"]
    list_filter = ["outcome", "decided_on"]
    search_fields = ["number", "reason", "mobilization_model__title"]


class InspectionTaskInline(ReadOnlyInline):
    model = InspectionTask
    fields = readonly_fields = ("task",)


class InspectionEvidenceInline(ReadOnlyInline):
    model = InspectionEvidence
    fields = readonly_fields = tuple(FILE_COLUMNS)


@admin.register(Inspection)
class InspectionAdmin(HouseAdmin):
    list_display = ["mobilization_model", "on", "inspectors", "by"]
    list_filter = ["on"]
    search_fields = ["mobilization_model__title", "inspectors", "findings"]
    inlines = [InspectionTaskInline, InspectionEvidenceInline]


@admin.register(InspectionTask)
class InspectionTaskAdmin(ReadOnlyAdmin):
    list_display = ["inspection", "task"]
    list_filter = ["inspection__on"]
    search_fields = ["task__title"]


@admin.register(InspectionEvidence)
class InspectionEvidenceAdmin(FileAdmin):
    list_display = ["original_name", "inspection", "size", "uploaded_at"]


class DecidedAdmin(HouseAdmin):
    list_display = ["mobilization_model", "level", "decided_by", "number", "decided_on"]
    list_filter = ["level", "decided_on"]
    search_fields = ["mobilization_model__title", "number", "decided_by"]


for honour in (Recognition, Commendation, Plaque):
    admin.site.register(honour, DecidedAdmin)


@admin.register(Replication)
class ReplicationAdmin(HouseAdmin):
    list_display = ["mobilization_model", "unit", "decided_on", "number"]
    list_filter = ["decided_on"]
    search_fields = ["mobilization_model__title", "unit__name"]


@admin.register(Proposal)
class ProposalAdmin(HouseAdmin):
    """Taken back through the portal, with the reason."""

    list_display = ["mobilization_model", "kind", "praise", "level", "proposed_on", "taken_back_on"]
    list_filter = ["kind", "level", "proposed_on"]
    search_fields = ["mobilization_model__title", "praise", "achievement"]


@admin.register(TableLayout)
class TableLayoutAdmin(HouseAdmin):
    list_display = ["title", "table", "source", "valid_from", "valid_to"]
    list_filter = ["table", "valid_to"]
    search_fields = ["title", "source"]


@admin.register(SentTable)
class SentTableAdmin(ReadOnlyAdmin):
    """What left is never changed."""

    list_display = ["title", "on", "sent_on", "sent_to", "count", "by"]
    list_filter = ["table", "campaign"]
    search_fields = ["title", "sent_to", "number"]


class QuotaInline(HouseInline):
    model = EntryQuota


class ExclusionInline(HouseInline):
    model = ContestExclusion


@admin.register(Contest)
class ContestAdmin(HouseAdmin):
    list_display = ["name", "campaign", "opens_on", "closes_on"]
    list_filter = ["campaign"]
    search_fields = ["name"]
    inlines = [QuotaInline, ExclusionInline]


@admin.register(EntryQuota)
class EntryQuotaAdmin(HouseAdmin):
    list_display = ["contest", "unit", "required"]
    list_filter = ["contest"]
    search_fields = ["unit__name"]


class EntryTransitionInline(ReadOnlyInline):
    model = ContestEntryTransition
    fields = readonly_fields = tuple(TRANSITION_COLUMNS)


@admin.register(ContestEntry)
class ContestEntryAdmin(HouseAdmin):
    list_display = ["title", "unit", "contest", "state", "sent_on"]
    list_filter = ["contest", "state"]
    search_fields = ["title", "search_key"]
    readonly_fields = ["state", "sent_on"]
    inlines = [EntryTransitionInline]


class PrizeInline(ReadOnlyInline):
    model = Prize
    fields = readonly_fields = ("order", "name", "count")


class JudgeInline(ReadOnlyInline):
    model = Judge
    fields = readonly_fields = ("person", "is_chief", "named_on", "stood_aside_on", "stood_aside_why")


@admin.register(Judging)
class JudgingAdmin(ReadOnlyAdmin):
    list_display = ["contest", "opened_on", "due_on", "closed_on"]
    list_filter = ["opened_on"]
    search_fields = ["contest__name"]
    inlines = [JudgeInline, PrizeInline]


@admin.register(BlindCopy)
class BlindCopyAdmin(ReadOnlyAdmin):
    list_display = ["code", "judging", "entry", "cleared_at", "prize"]
    list_filter = ["judging"]
    search_fields = ["code", "entry__title"]


@admin.register(ContestExclusion)
class ContestExclusionAdmin(HouseAdmin):
    list_display = ["contest", "unit", "person_name"]
    list_filter = ["contest"]
    search_fields = ["person_name", "unit__name"]


@admin.register(EntryVersion)
class EntryVersionAdmin(ReadOnlyAdmin):
    list_display = ["entry", "number", "words", "on"]
    list_filter = ["entry__contest"]
    search_fields = ["title"]


@admin.register(EntryConsent)
class EntryConsentAdmin(ReadOnlyAdmin):
    list_display = ["entry", "of", "person_name", "signed_on", "withdrawn_on"]
    list_filter = ["of", "signed_on"]
    search_fields = ["person_name", "entry__title"]


@admin.register(ConsentEvidence)
class ConsentEvidenceAdmin(FileAdmin):
    list_display = ["original_name", "consent", "size", "uploaded_at"]


@admin.register(EntryFile)
class EntryFileAdmin(FileAdmin):
    list_display = ["original_name", "entry", "part", "size", "uploaded_at"]


for transition in (MobilizationModelTransition, ContestEntryTransition):
    admin.site.register(transition, TransitionAdmin)
