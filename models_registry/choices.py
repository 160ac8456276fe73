from dataclasses import dataclass
from typing import Any

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


class ParticipationRole(models.TextChoices):
    """Beside the unit that registers the model and leads it."""

    COOPERATES = "cooperates", pgettext_lazy("participation", "Cooperates")
    JOINS = "joins", pgettext_lazy("participation", "Joins")


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
    WITHDRAWN = "withdrawn", pgettext_lazy("model", "Withdrawn")


ACCEPTED = (
    ModelState.ACTIVE,
    ModelState.PAUSED,
    ModelState.SELF_ASSESSED,
    ModelState.UNDER_REVIEW,
    ModelState.CONCLUDED,
    ModelState.ARCHIVED,
)


class Verdict(models.TextChoices):
    """What the ward decides about a registration."""

    ACCEPT = "accept", pgettext_lazy("verdict", "Approve")
    RETURN = "return", pgettext_lazy("verdict", "Ask for more")
    REJECT = "reject", pgettext_lazy("verdict", "Do not approve")
    WAIT = "wait", pgettext_lazy("verdict", "Back to waiting for approval")


VERDICT_STATES = {
    Verdict.ACCEPT: ModelState.ACTIVE,
    Verdict.RETURN: ModelState.RETURNED,
    Verdict.REJECT: ModelState.REJECTED,
    Verdict.WAIT: ModelState.SUBMITTED,  # only as a correction: the decision was made by mistake
}
# The ward's decision in its own words, whatever the model does afterwards.
DECISION_WORDS = {
    ModelState.ACTIVE: pgettext_lazy("decision", "Approved"),
    ModelState.RETURNED: pgettext_lazy("decision", "Asked for more"),
    ModelState.REJECTED: pgettext_lazy("decision", "Not approved"),
}
FEWEST_ASSESSORS = 2
EDITABLE = (ModelState.DRAFT, ModelState.RETURNED)
RUNNING = (ModelState.ACTIVE, ModelState.PAUSED)
APPRAISED = (ModelState.SELF_ASSESSED, ModelState.UNDER_REVIEW)
SETTLED = (ModelState.CONCLUDED, ModelState.ARCHIVED)
INSPECTED = (*RUNNING, *APPRAISED)
LINKED = (*EDITABLE, ModelState.SUBMITTED, *INSPECTED)  # to the tasks that it serves


class Outcome(models.TextChoices):
    """What the ward decides about a model that was appraised."""

    RECOGNISED = "recognised", _("Recognised")
    NOT_RECOGNISED = "not_recognised", _("Not recognised yet")


class HonourKind(models.TextChoices):
    RECOGNITION = "recognition", _("Recognition")
    COMMENDATION = "commendation", _("Commendation")
    PLAQUE = "plaque", _("Plaque")
    REPLICATION = "replication", pgettext_lazy("model", "Taken up elsewhere")


class Level(models.TextChoices):
    WARD = "ward", pgettext_lazy("level", "Ward")
    DISTRICT = "district", pgettext_lazy("level", "District (until 2025)")
    CITY = "city", pgettext_lazy("level", "City or province")
    STATE = "state", pgettext_lazy("level", "State")


class Stage(models.TextChoices):
    """How far registered models came: from the registration to the praise."""

    REGISTERED = "registered", pgettext_lazy("stage", "Registered")
    CARRIED_OUT = "carried_out", pgettext_lazy("stage", "Carried out")
    EFFECTIVE = "effective", pgettext_lazy("stage", "Effective")
    RECOGNISED = "recognised", pgettext_lazy("stage", "Recognised")
    COMMENDED = "commended", pgettext_lazy("stage", "Commended")


class UpwardTable(models.TextChoices):
    """The tables about models that go to the superior, by what they hold."""

    LIST = "list", pgettext_lazy("table", "01 List of models")
    SUMS = "sums", pgettext_lazy("table", "02 Numbers by unit and field")
    RESULTS = "results", pgettext_lazy("table", "03 Results against targets")
    PROPOSALS = "proposals", pgettext_lazy("table", "04 Proposals for recognition and praise")


# What a model can be proposed for; another unit takes it up of its own.
PROPOSED = (HonourKind.RECOGNITION, HonourKind.COMMENDATION, HonourKind.PLAQUE)


class StepKind(models.TextChoices):
    RESOLUTION = "resolution", _("Issue a leadership resolution")
    ASSIGNMENT = "assignment", _("Assign each member")
    SPREAD = "spread", _("Spread the plan to members and residents")
    CARRY_OUT = "carry_out", _("Carry out")
    REVIEW = "review", _("Review, propose praise")


# The steps that acceptance lays out, in order, each due when this share (percent) of the model's days has passed.
STEP_PLAN = (
    (StepKind.RESOLUTION, 7),
    (StepKind.ASSIGNMENT, 12),
    (StepKind.SPREAD, 20),
    (StepKind.CARRY_OUT, 75),
    (StepKind.REVIEW, 100),
)


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
    WITHDRAWN = "withdrawn", pgettext_lazy("model", "Withdrawn")


SENT_AND_AFTER = (
    EntryState.SENT,
    EntryState.RECEIVED,
    EntryState.INVALID,
    EntryState.PRELIMINARY,
    EntryState.FINAL,
    EntryState.AWARDED,
    EntryState.NOT_AWARDED,
)


# On the board of a contest, in this order: the code of a column is one of the filter `state` of the entries too.
ENTRY_GROUPS: dict[str, tuple[tuple[EntryState, ...], Any]] = {
    "being_written": ((EntryState.PLANNED, EntryState.DRAFTING), _("Being written")),
    "submitted": ((EntryState.SUBMITTED,), pgettext_lazy("entries", "Handed in")),
    "revising": ((EntryState.REVISING,), pgettext_lazy("entries", "Being revised")),
    "approved": ((EntryState.APPROVED,), pgettext_lazy("entries", "Approved")),
    "sent": ((EntryState.SENT,), pgettext_lazy("entries", "Sent")),
    "at_organizers": (
        (EntryState.RECEIVED, EntryState.PRELIMINARY, EntryState.FINAL, EntryState.NOT_AWARDED, EntryState.INVALID),
        pgettext_lazy("entries", "Received"),
    ),
    "awarded": ((EntryState.AWARDED,), pgettext_lazy("entries", "Awarded")),
}
# What takes something off a unit's quota: the ward has approved it. An entry found not valid takes nothing off.
FULFILS = (EntryState.APPROVED, *(state for state in SENT_AND_AFTER if state != EntryState.INVALID))
# What lies with the ward or further, so that the unit has nothing to do for it now.
OUT_OF_HAND = (EntryState.SUBMITTED, *FULFILS)


class HandIn(models.TextChoices):
    """How entries come to the ward."""

    PAPER = "paper", _("On paper: the portal keeps only how far each entry is")
    TEXT = "text", _("Typed into the portal")
    FILE = "file", _("As a .docx or .pdf file")
    EITHER = "either", _("Typed, or as a file")


class EntryPart(models.TextChoices):
    """What a file of an entry is."""

    TEXT = "text", pgettext_lazy("entry", "The text")
    PICTURE = "picture", pgettext_lazy("entry", "Picture")


class EntryStep(models.TextChoices):
    """What may happen to an entry; the value is the last word of its event."""

    BEGIN = "begun", pgettext_lazy("entry", "Begin writing")
    SUBMIT = "submitted", pgettext_lazy("entry", "Hand in to the ward")
    ASK_REVISION = "revision_asked", pgettext_lazy("entry", "Ask for a revision")
    RESUBMIT = "resubmitted", pgettext_lazy("entry", "Hand in the revised entry")
    APPROVE = "approved", pgettext_lazy("entry", "Approve the entry")
    SEND = "sent", pgettext_lazy("entry", "Record that it was sent to the organizers")
    RECEIVE = "received", pgettext_lazy("entry", "Record that the organizers received it")
    INVALIDATE = "invalidated", pgettext_lazy("entry", "Record that it is not valid")
    PRELIMINARY = "preliminary", pgettext_lazy("entry", "Record that it is in the preliminary round")
    FINAL = "final", pgettext_lazy("entry", "Record that it is in the final round")
    AWARD = "awarded", pgettext_lazy("entry", "Record an award")
    NOT_AWARDED = "not_awarded", pgettext_lazy("entry", "Record that it won no award")
    REOPEN = "reopened", pgettext_lazy("entry", "Take back what came of it")
    WITHDRAW = "withdrawn", pgettext_lazy("entry", "Withdraw the entry")


@dataclass(frozen=True)
class Move:
    """From which states to which one. by_unit: the writing unit may do it too, not only the contest's officer."""

    since: tuple[EntryState, ...]
    to: EntryState
    by_unit: bool = False
    needs_reason: bool = False


_E = EntryState
ENTRY_MOVES = {
    EntryStep.BEGIN: Move((_E.PLANNED,), _E.DRAFTING, by_unit=True),
    EntryStep.SUBMIT: Move((_E.PLANNED, _E.DRAFTING), _E.SUBMITTED, by_unit=True),
    EntryStep.ASK_REVISION: Move((_E.SUBMITTED, _E.APPROVED), _E.REVISING, needs_reason=True),
    EntryStep.RESUBMIT: Move((_E.REVISING,), _E.SUBMITTED, by_unit=True),
    EntryStep.APPROVE: Move((_E.SUBMITTED,), _E.APPROVED),
    EntryStep.SEND: Move((_E.APPROVED,), _E.SENT),
    EntryStep.RECEIVE: Move((_E.SENT,), _E.RECEIVED),
    EntryStep.INVALIDATE: Move((_E.SENT, _E.RECEIVED), _E.INVALID, needs_reason=True),
    EntryStep.PRELIMINARY: Move((_E.SENT, _E.RECEIVED), _E.PRELIMINARY),
    EntryStep.FINAL: Move((_E.PRELIMINARY,), _E.FINAL),
    EntryStep.AWARD: Move((_E.PRELIMINARY, _E.FINAL), _E.AWARDED),
    EntryStep.NOT_AWARDED: Move((_E.RECEIVED, _E.PRELIMINARY, _E.FINAL), _E.NOT_AWARDED),
    EntryStep.REOPEN: Move((_E.AWARDED, _E.NOT_AWARDED), _E.FINAL, needs_reason=True),
    EntryStep.WITHDRAW: Move(
        (_E.PLANNED, _E.DRAFTING, _E.SUBMITTED, _E.REVISING, _E.APPROVED),
        _E.WITHDRAWN,
        by_unit=True,
        needs_reason=True,
    ),
}

# Handed in to the ward or further: what a unit's quota counts as written.
WRITTEN = (EntryState.SUBMITTED, EntryState.REVISING, EntryState.APPROVED, *SENT_AND_AFTER)
# The steps that hand in what was written: in a contest whose entries come through the portal, with text and files.
HANDS_IN = (EntryStep.SUBMIT, EntryStep.RESUBMIT)


class ResultBy(models.TextChoices):
    """How the points of several judges become one result."""

    MEAN = "mean", _("Mean of all judges")
    MEDIAN = "median", _("Median: the middle one, which a single very high or low number does not move")


class TieRule(models.TextChoices):
    """What happens to entries with the same result."""

    SHARED = "shared", _("They share the place")
    CHIEF = "chief", _("The chief judge puts them in order, with a reason")


# Entries that may be judged: the ward has approved them, and nothing came of them yet.
JUDGED = (EntryState.APPROVED, EntryState.SENT, EntryState.RECEIVED, EntryState.PRELIMINARY, EntryState.FINAL)


class ConsentOf(models.TextChoices):
    """Whose consent to publishing was signed."""

    AUTHOR = "author", _("The author")
    SUBJECT = "subject", _("The person written about")
    NOBODY = "nobody", _("Statement: the entry is about no single person")


# Entries of which an article may be made.
PUBLISHABLE = FULFILS
