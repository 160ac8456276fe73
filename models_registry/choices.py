from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SubjectType(models.TextChoices):
    COLLECTIVE = "collective", _("Collective")
    INDIVIDUAL = "individual", _("Individual")


class Origin(models.TextChoices):
    NEW = "new", pgettext_lazy("model", "New")
    KEPT = "kept", pgettext_lazy("model", "Kept up")
    IMPROVED = "improved", pgettext_lazy("model", "Improved")


class ModelState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", pgettext_lazy("model", "Waiting for approval")
    RETURNED = "returned", _("More needed")
    REJECTED = "rejected", pgettext_lazy("model", "Not accepted")
    ACTIVE = "active", _("In progress")
    PAUSED = "paused", _("Paused")
    SELF_ASSESSED = "self_assessed", _("Self-assessed")
    UNDER_REVIEW = "under_review", _("Under review")
    CONCLUDED = "concluded", _("Concluded")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ACCEPTED = (
    ModelState.ACTIVE,
    ModelState.PAUSED,
    ModelState.SELF_ASSESSED,
    ModelState.UNDER_REVIEW,
    ModelState.CONCLUDED,
    ModelState.ARCHIVED,
)


class StepKind(models.TextChoices):
    RESOLUTION = "resolution", _("Issue a leadership resolution")
    ASSIGNMENT = "assignment", _("Assign each member")
    SPREAD = "spread", _("Spread the plan to members and residents")
    CARRY_OUT = "carry_out", _("Carry out")
    REVIEW = "review", _("Review, propose praise")


class EntryState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DRAFTING = "drafting", _("Being written")
    SUBMITTED = "submitted", pgettext_lazy("entry", "Handed in to the ward")
    REVISING = "revising", _("Being revised")
    APPROVED = "approved", pgettext_lazy("entry", "Approved by the ward")
    SENT = "sent", pgettext_lazy("entry", "Sent to the organizers")
    RECEIVED = "received", pgettext_lazy("entry", "Received by the organizers")
    INVALID = "invalid", _("Invalid")
    PRELIMINARY = "preliminary", _("Preliminary round")
    FINAL = "final", _("Final round")
    AWARDED = "awarded", _("Awarded")
    NOT_AWARDED = "not_awarded", _("Not awarded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


SENT_AND_AFTER = (
    EntryState.SENT,
    EntryState.RECEIVED,
    EntryState.INVALID,
    EntryState.PRELIMINARY,
    EntryState.FINAL,
    EntryState.AWARDED,
    EntryState.NOT_AWARDED,
)
