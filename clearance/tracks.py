"""The four tracks of a grievance, sorted when it comes in, and the steps that each may take."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Track(models.TextChoices):
    FEEDBACK = "feedback", _("Feedback or request")
    COMPLAINT = "complaint", _("Complaint")
    DENUNCIATION = "denunciation", _("Denunciation")
    DISPUTE = "dispute", _("Dispute between people")


class Door(models.TextChoices):
    """Where it came in."""

    COUNTER = "counter", _("At the counter")
    RECEPTION = "reception", _("When the chair received citizens")
    POST = "post", _("By post")
    PHONE = "phone", _("By phone")
    DIALOGUE = "dialogue", _("At a dialogue conference")
    PORTAL = "portal", _("By the public page")


class GrievanceState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("grievance", "Received, to be sorted")
    UNDER_REVIEW = "under_review", pgettext_lazy("grievance", "Under review")
    WAITING = "waiting", pgettext_lazy("grievance", "Waits for the person to add something")
    ACCEPTED = "accepted", pgettext_lazy("grievance", "Accepted for settlement")
    PAUSED = "paused", pgettext_lazy("grievance", "Suspended")
    WITHDRAWING = "withdrawing", pgettext_lazy("grievance", "Withdrawal to be confirmed")
    ANSWERED = "answered", pgettext_lazy("grievance", "Answered")
    SETTLED = "settled", pgettext_lazy("grievance", "Settled")
    REJECTED = "rejected", pgettext_lazy("grievance", "Not accepted")
    FORWARDED = "forwarded", pgettext_lazy("grievance", "Passed on to another body")
    HANDED_OVER = "handed_over", pgettext_lazy("grievance", "Handed to the body for denunciations")
    WITHDRAWN = "withdrawn", pgettext_lazy("grievance", "Withdrawn")
    CLOSED = "closed", pgettext_lazy("grievance", "Closed")


_S = GrievanceState
OPEN = (_S.RECEIVED, _S.UNDER_REVIEW, _S.WAITING, _S.ACCEPTED, _S.PAUSED, _S.WITHDRAWING)
OVER = tuple(state for state in _S if state not in OPEN)


class Finding(models.TextChoices):
    """What the settlement found of the complaint."""

    RIGHT = "right", _("Right")
    PARTLY = "partly", _("Partly right")
    WRONG = "wrong", _("Not right")


class WithdrawnAt(models.TextChoices):
    """Where a withdrawal was signed. A visit of a mobilizing team is no such place."""

    COUNTER = "counter", _("At the counter")
    POST = "post", _("By a signed letter")
    RECEPTION = "reception", _("When the chair received citizens")


class ClockKind(models.TextChoices):
    ANSWER = "answer", _("Answer")
    ACCEPT = "accept", _("Acceptance")
    SETTLE = "settle", _("Settlement")


# The ward's rule (`deadlines.DeadlineRule.code`) by which a clock is counted; its length and law are rows.
RULES = {
    ClockKind.ANSWER: "feedback-answer",
    ClockKind.ACCEPT: "complaint-accept",
    ClockKind.SETTLE: "complaint-settle",
}
EXTENDED_RULE = "complaint-settle-complex"
FIRST_CLOCK = {Track.FEEDBACK: ClockKind.ANSWER, Track.DISPUTE: ClockKind.ANSWER, Track.COMPLAINT: ClockKind.ACCEPT}


class Step(models.TextChoices):
    """What may happen to a sorted grievance; the value is the last word of its event."""

    ASK_MORE = "more_asked", _("Ask the person to add something")
    RESORT = "resorted", _("Sort it anew")
    COMPLETE = "completed", _("Record that it was added")
    ANSWER = "answered", _("Record the answer")
    ACCEPT = "accepted", _("Accept for settlement")
    REFUSE = "refused", _("Record that it is not accepted")
    FORWARD = "forwarded", _("Pass on to another body")
    EXTEND = "extended", _("Extend the settlement")
    SUSPEND = "suspended", _("Suspend the settlement")
    RESUME = "resumed", _("Go on with the settlement")
    SETTLE = "settled", _("Record the settlement")
    ASK_WITHDRAWAL = "withdrawal_asked", _("Record a signed withdrawal")
    CONFIRM_WITHDRAWAL = "withdrawal_confirmed", _("Confirm the withdrawal")
    GO_ON = "gone_on", _("It is not withdrawn: go on")
    CLOSE = "closed", _("Close the grievance")
    REOPEN = "reopened", _("Take up again")


@dataclass(frozen=True)
class Move:
    """From which states to which one; None where it follows from what went before.

    tracks: of which it is a step. asks: the fields of its form that have to be filled. ends: the clock that runs is
    over with it. met: what the clock asked for is done. confirms: by a second person.
    """

    since: tuple[GrievanceState, ...]
    to: GrievanceState | None
    tracks: tuple[Track, ...] = (Track.FEEDBACK, Track.COMPLAINT, Track.DISPUTE)
    asks: tuple[str, ...] = ()
    ends: bool = False
    met: bool = False
    confirms: bool = False


_LOOKED_AT = (_S.UNDER_REVIEW, _S.WAITING)
_COMPLAINT = (Track.COMPLAINT,)
MOVES: dict[Step, Move] = {
    Step.ANSWER: Move(_LOOKED_AT, _S.ANSWERED, (Track.FEEDBACK, Track.DISPUTE), ("reply",), ends=True, met=True),
    Step.ACCEPT: Move(_LOOKED_AT, _S.ACCEPTED, _COMPLAINT, ends=True, met=True),
    Step.SETTLE: Move((_S.ACCEPTED,), _S.SETTLED, _COMPLAINT, ("finding", "decision", "reply"), ends=True, met=True),
    Step.ASK_MORE: Move((_S.UNDER_REVIEW,), _S.WAITING, asks=("reason",)),
    Step.COMPLETE: Move((_S.WAITING,), _S.UNDER_REVIEW),
    Step.EXTEND: Move((_S.ACCEPTED,), _S.ACCEPTED, _COMPLAINT, ("reason",)),
    Step.SUSPEND: Move((_S.ACCEPTED,), _S.PAUSED, _COMPLAINT, ("reason",)),
    Step.RESUME: Move((_S.PAUSED,), _S.ACCEPTED, _COMPLAINT),
    Step.RESORT: Move((_S.UNDER_REVIEW,), _S.RECEIVED, asks=("reason",), ends=True),
    Step.REFUSE: Move(_LOOKED_AT, _S.REJECTED, _COMPLAINT, ("reason",), ends=True, met=True),
    Step.FORWARD: Move(_LOOKED_AT, _S.FORWARDED, asks=("body",), ends=True, met=True),
    Step.ASK_WITHDRAWAL: Move((*_LOOKED_AT, _S.ACCEPTED), _S.WITHDRAWING, asks=("place", "reason")),
    Step.CONFIRM_WITHDRAWAL: Move((_S.WITHDRAWING,), _S.WITHDRAWN, asks=("reason",), ends=True, confirms=True),
    Step.GO_ON: Move((_S.WITHDRAWING,), None, asks=("reason",)),
    Step.CLOSE: Move((_S.ANSWERED, _S.SETTLED), _S.CLOSED),
    Step.REOPEN: Move(
        (_S.ANSWERED, _S.SETTLED, _S.REJECTED, _S.FORWARDED, _S.WITHDRAWN, _S.CLOSED), _S.UNDER_REVIEW, asks=("reason",)
    ),
}
