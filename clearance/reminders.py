"""What reminds of appointments, answers owed and invitations, and the texts of the app's messages."""

import datetime
from collections.abc import Iterator
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.models import Campaign
from clearance.choices import DialogueState
from clearance.models import (
    Dialogue,
    Grievance,
    GrievanceClock,
    Household,
    MobilisationLoop,
    PrivacyClock,
    Project,
    Promise,
    Question,
    SigningAuthority,
    TeamAssignment,
    VisitRound,
)
from clearance.tracks import GrievanceState
from core.models import today
from deadlines.models import Deadline
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


# ---- who ------------------------------------------------------------------------------------------
def answerers(question: Question, seats: Seats) -> list[User]:
    """The heads of the unit that owes the answer; where nobody of it signs in, the clearance officers for it."""
    return seats.in_units(Permission.TASK_REPORT, [question.owner_id]) or officers(seats)


def officers(seats: Seats) -> list[User]:
    return seats.in_ward(Permission.CLEARANCE_MANAGE)


def bringers(question: Question, seats: Seats) -> list[User]:
    """The team brings the answer to the household; without a team the officers see to it."""
    team = question.household.team
    return seats.in_units(Permission.VISIT_RECORD, [team.pk]) if team else officers(seats)


def taking_part(dialogue: Dialogue, seats: Seats) -> list[User]:
    """The officers, the host and the teams that speak with the households of the project."""
    assignments = TeamAssignment.objects.filter(
        ward=dialogue.ward_id, household__project=dialogue.project_id, valid_to__isnull=True
    )
    teams = seats.in_units(Permission.VISIT_RECORD, assignments.values_list("team", flat=True))
    return [*officers(seats), *seats.in_units(Permission.TASK_REPORT, [dialogue.host_id]), *teams]


def desk(seats: Seats) -> list[User]:
    """Who receives grievances."""
    return seats.in_ward(Permission.GRIEVANCE_KEEP)


def privacy_desk(seats: Seats) -> list[User]:
    return seats.in_ward(Permission.PRIVACY_KEEP)


def mobilisers(loop: MobilisationLoop, seats: Seats) -> list[User]:
    """The officers and the team of the household."""
    return [*officers(seats), *seats.in_units(Permission.VISIT_RECORD, _team(loop.household))]


def _team(household: Household) -> list[int]:
    return [household.team.pk] if household.team else []


def _answerers(target: Target, seats: Seats) -> list[User]:
    return answerers(target.subject, seats)


def campaign_of(project: Project) -> Campaign | None:
    """The newest year of the project: reminders of a closed one are not made."""
    return Campaign.objects.filter(ward=project.ward_id, foci__undertaking=project.undertaking_id).first()


# ---- texts: a household is named by its number only -----------------------------------------------
def _question(row: Question, message: Message) -> dict:
    return {"title": row.household.project, "count": row.household.number, "unit": row.owner, "due": row.due_on}


def _dialogue(row: Dialogue, message: Message) -> dict:
    return {
        "title": row.project,
        "unit": row.host,
        "due": row.held_on or _("a day to come"),
        "place": row.place or _("place not yet known"),
    }


def _cancelled(row: Dialogue, message: Message) -> dict:
    return _dialogue(row, message) | {"reason": row.cancel_reason}


def _household(row: Household, message: Message) -> dict:
    return {"title": row.project, "count": row.number, "unit": row.team or ""}


def _grievance(row: Grievance, message: Message) -> dict:
    return {"title": row, "due": row.clock.deadline.due_on if row.clock else row.received_on}


def _authority(row: SigningAuthority, message: Message) -> dict:
    return {"title": row.get_act_display(), "who": row.signer, "due": row.valid_to}


def _loop(row: MobilisationLoop, message: Message) -> dict:
    due = row.window.due_on if row.window else row.opened_on
    return {"title": row.household.project, "count": row.household.number, "unit": row.household.team or "", "due": due}


def _silent_loop(row: MobilisationLoop, message: Message) -> dict:
    return _loop(row, message) | {"due": row.followed_until or row.opened_on}


def _privacy(row: PrivacyClock, message: Message) -> dict:
    """A request by its number, or a breach by its day."""
    return {"title": row, "due": row.deadline.due_on}


def _promise(row: Promise, message: Message) -> dict:
    return {"title": row.household.project, "count": row.household.number, "unit": row.owner, "due": row.due_on}


def _round(row: VisitRound, message: Message) -> dict:
    return {"title": row.project, "count": row.number, "due": row.to_on}


_RELATED: dict[Any, Any] = {
    _round: ("project",),
    _promise: ("household__project", "owner"),
    _loop: ("household__project", "window"),
    _silent_loop: ("household__project", "window", "wait"),
    _privacy: ("request", "breach", "deadline"),
    _grievance: (),
    _authority: (),
    _question: ("household__project", "owner", "visit"),
    _dialogue: ("project", "host"),
    _cancelled: ("project", "host"),
    _household: ("project",),
}
_PERMISSIONS: dict[Any, Permission] = {_grievance: Permission.GRIEVANCE_KEEP, _privacy: Permission.PRIVACY_KEEP}
_WANTED: dict[str, Any] = {
    "question.asked": lambda row, message, seats: _is_owed(row) and message.user in answerers(row, seats),
    "question.answered": lambda row, message, seats: row.answered_on and message.user in bringers(row, seats),
    "grievance.received": lambda row, message, seats: row.state == GrievanceState.RECEIVED,
    "dialogue.planned": lambda row, message, seats: row.state == DialogueState.PLANNED,
    "dialogue.moved": lambda row, message, seats: row.state == DialogueState.PLANNED,
    "dialogue.cancelled": lambda row, message, seats: row.state == DialogueState.CANCELLED,
}
for code, line, values in [
    ("question.asked", _("{unit}: household no. {count}, {title}, asked a question. Answer due {due}"), _question),
    (
        "question.answered",
        _("Household no. {count}, {title}: the answer is there. Bring it to the household"),
        _question,
    ),
    ("question.due", _("{unit}: answer to household no. {count}, {title}, due {due}"), _question),
    ("question.overdue", _("{unit}: answer to household no. {count}, {title}, is {days} days overdue"), _question),
    ("dialogue.planned", _("{title}: dialogue conference on {due}, {place}"), _dialogue),
    ("dialogue.moved", _("{title}: the dialogue conference is moved to {due}, {place}"), _dialogue),
    ("dialogue.cancelled", _("{title}: the dialogue conference of {due} is cancelled. {reason}"), _cancelled),
    ("dialogue.coming", _("{title}: dialogue conference on {due}, {place}. {unit} hosts it"), _dialogue),
    ("dialogue.invitations", _("{title}: hand over the invitations before the dialogue of {due}"), _dialogue),
    ("grievance.received", _("{title} came in and is to be sorted"), _grievance),
    ("grievance.due", _("{title}: the ward acts by {due}"), _grievance),
    ("grievance.overdue", _("{title} is {days} days overdue"), _grievance),
    ("promise.due", _("{unit}: promise to household no. {count}, {title}, to be kept by {due}"), _promise),
    ("loop.window", _("{title}: the mobilisation of household no. {count} lasts until {due}"), _loop),
    (
        "loop.silent",
        _("{unit}: the mobilisation of household no. {count}, {title}, lasted until {due}. Write down how it went on"),
        _silent_loop,
    ),
    ("privacy.due", _("{title}: the ward acts by {due}"), _privacy),
    ("privacy.overdue", _("{title} is {days} days overdue"), _privacy),
    ("authority.lapsing", _("{title}: {who} signs until {due}. See to who signs after"), _authority),
    ("round.not_returned", _("{title}: the lists of round {count} come back by {due}"), _round),
    ("household.follow_up", _("{unit}: come to household no. {count}, {title}, on {due}"), _household),
]:
    add_words(
        Words(
            f"clearance.{code}",
            line=line,
            values=cast(Any, values),
            related=_RELATED[values],
            permission=_PERMISSIONS.get(values, Permission.VISIT_RECORD),
            wanted=_WANTED.get(code, lambda row, message, seats: True),
        )
    )


# ---- sources ----------------------------------------------------------------------------------------
def _owed(rule: ReminderRule) -> QuerySet:
    rows = Question.objects.filter(ward=rule.ward_id).valid().unanswered()
    return rows.select_related("household__project", "owner")


def _questions_due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for question in _owed(rule).filter(due_on__range=(start, end)):
        yield Target(question, question.due_on)


def _questions_overdue(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for question in _owed(rule).filter(due_on__lt=end):
        first = max(start, question.due_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(question, first + datetime.timedelta(days=days))


def _is_owed(question: Question) -> bool:
    return question.answered_on is None and not (question.visit and question.visit.is_void)


def _running(rule: ReminderRule) -> QuerySet:
    rows: Any = GrievanceClock.objects.filter(ward=rule.ward_id, ended_on=None)
    return rows.filter(deadline__in=Deadline.objects.running()).select_related("grievance", "deadline")


def _grievances_due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for clock in _running(rule).filter(deadline__due_on__range=(start, end)):
        yield Target(clock.grievance, clock.deadline.due_on)


def _grievances_overdue(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for clock in _running(rule).filter(deadline__due_on__lt=end):
        first = max(start, clock.deadline.due_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(clock.grievance, first + datetime.timedelta(days=days))


def _runs(target: Target) -> datetime.date | None:
    """The day by which the ward acts, of a clock that runs."""
    clock = target.subject.clock
    return clock.deadline.due_on if clock and not clock.deadline.running_pause else None


def _is_late(target: Target) -> bool:
    due_on = _runs(target)
    return due_on is not None and due_on < target.on


def _follow_ups(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Household.objects.filter(ward=rule.ward_id).to_visit_again()
    found: Any = rows
    for household in found.filter(follow_up_on__range=(start, end)).select_related("project"):
        yield Target(household, household.follow_up_on)


def _still_agreed(target: Target) -> bool:
    newest = target.subject.visits.valid().first()
    return newest is not None and newest.follow_up_on == target.on and not target.subject.is_paused


def _dialogues(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Dialogue.objects.filter(ward=rule.ward_id, state=DialogueState.PLANNED, held_on__range=(start, end))
    for dialogue in rows.select_related("project", "host"):
        yield Target(dialogue, cast(datetime.date, dialogue.held_on))


def teams_of(dialogue: Dialogue) -> set[int]:
    """Teams that still carry invitations to this dialogue."""
    waiting = dialogue.invitations.to_deliver().filter(household__assignments__valid_to__isnull=True)
    return set(waiting.values_list("household__assignments__team", flat=True)) - {None}


def _takes_place(target: Target) -> bool:
    return target.subject.state == DialogueState.PLANNED and target.subject.held_on == target.on


def _still_planned(target: Target) -> bool:
    return _takes_place(target) and target.subject.invitations.to_deliver().exists()


add_source(
    Source(
        code="clearance.question.due",
        label=_("Answer to a household due"),
        anchors={"due_on": _("due day")},
        targets=_questions_due,
        recipients=_answerers,
        still_due=lambda target: _is_owed(target.subject) and target.subject.due_on == target.on,
        campaign=lambda question: campaign_of(question.household.project),
        words="clearance.question.due",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="clearance.question.overdue",
        label=_("Answer to a household overdue"),
        anchors={"day": _("days overdue")},
        targets=_questions_overdue,
        recipients=_answerers,
        still_due=lambda target: _is_owed(target.subject) and target.subject.due_on < target.on,
        campaign=lambda question: campaign_of(question.household.project),
        words="clearance.question.overdue",
        may_be_copied=False,
        repeats=True,
    )
)
add_source(
    Source(
        code="clearance.grievance.due",
        label=_("Clock of a grievance"),
        anchors={"due_on": _("due day")},
        targets=_grievances_due,
        recipients=lambda target, seats: desk(seats),
        still_due=lambda target: _runs(target) == target.on,
        campaign=lambda grievance: None,
        words="clearance.grievance.due",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="clearance.grievance.overdue",
        label=_("Grievance overdue"),
        anchors={"day": _("days overdue")},
        targets=_grievances_overdue,
        recipients=lambda target, seats: desk(seats),
        still_due=_is_late,
        campaign=lambda grievance: None,
        words="clearance.grievance.overdue",
        may_be_copied=False,
        repeats=True,
    )
)
add_source(
    Source(
        code="clearance.household.follow_up",
        label=_("Appointment with a household"),
        anchors={"follow_up_on": _("day of the appointment")},
        targets=_follow_ups,
        recipients=lambda target, seats: seats.in_units(Permission.VISIT_RECORD, _team(target.subject)),
        still_due=_still_agreed,
        campaign=lambda household: campaign_of(household.project),
        words="clearance.household.follow_up",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="clearance.dialogue.coming",
        label=_("Dialogue conference coming"),
        anchors={"held_on": _("day of the dialogue conference")},
        targets=_dialogues,
        recipients=lambda target, seats: taking_part(target.subject, seats),
        still_due=_takes_place,
        campaign=lambda dialogue: campaign_of(dialogue.project),
        words="clearance.dialogue.coming",
    )
)
add_source(
    Source(
        code="clearance.dialogue.invitations",
        label=_("Invitations not yet handed over"),
        anchors={"held_on": _("day of the dialogue conference")},
        targets=_dialogues,
        recipients=lambda target, seats: seats.in_units(Permission.VISIT_RECORD, teams_of(target.subject)),
        still_due=_still_planned,
        campaign=lambda dialogue: campaign_of(dialogue.project),
        words="clearance.dialogue.invitations",
    )
)


# ---- authorities to sign -----------------------------------------------------------------------------
def _lapsing(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for authority in SigningAuthority.objects.filter(ward=rule.ward_id).lapsing(start, end - start):
        yield Target(authority, cast(datetime.date, authority.valid_to))


def _still_lapsing(target: Target) -> bool:
    rows = SigningAuthority.objects.filter(ward=target.subject.ward_id, pk=target.subject.pk)
    return rows.lapsing(target.on, datetime.timedelta(0)).exists()


add_source(
    Source(
        code="clearance.authority.lapsing",
        label=_("Authority to sign about to lapse"),
        anchors={"valid_to": _("last day of the authority")},
        targets=_lapsing,
        recipients=lambda target, seats: officers(seats),
        still_due=_still_lapsing,
        campaign=lambda authority: None,
        words="clearance.authority.lapsing",
        may_be_copied=False,
    )
)


# ---- mobilisations -----------------------------------------------------------------------------------
def _windows(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows: Any = MobilisationLoop.objects.filter(ward=rule.ward_id, window__due_on__range=(start, end))
    for loop in rows.owing(today()).select_related("household__project", "window"):
        yield Target(loop, loop.window.due_on)


def _still_mobilised(target: Target) -> bool:
    loop = target.subject
    return loop.is_open and not loop.decision and loop.window.due_on == target.on


add_source(
    Source(
        code="clearance.loop.window",
        label=_("End of a written mobilisation"),
        anchors={"due_on": _("last day of the mobilisation")},
        targets=_windows,
        recipients=lambda target, seats: mobilisers(target.subject, seats),
        still_due=_still_mobilised,
        campaign=lambda loop: campaign_of(loop.household.project),
        words="clearance.loop.window",
        may_be_copied=False,
    )
)


def _silent(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows: Any = MobilisationLoop.objects.filter(ward=rule.ward_id, window__due_on__lt=end)
    rows = rows.owing(today()).select_related("household__project", "window", "wait").prefetch_related("minutes")
    for loop in rows:
        first = max(start, loop.followed_until + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(loop, first + datetime.timedelta(days=days))


def _still_silent(target: Target) -> bool:
    loop = target.subject
    return loop.is_open and not loop.decision and loop.followed_until < target.on


add_source(
    Source(
        code="clearance.loop.silent",
        label=_("Mobilisation whose days are over, with nothing since"),
        anchors={"day": _("days since then")},
        targets=_silent,
        recipients=lambda target, seats: mobilisers(target.subject, seats),
        still_due=_still_silent,
        campaign=lambda loop: campaign_of(loop.household.project),
        words="clearance.loop.silent",
        may_be_copied=False,
        repeats=True,
    )
)


# ---- the privacy desk --------------------------------------------------------------------------------
def _privacy_clocks(rule: ReminderRule) -> QuerySet:
    rows: Any = PrivacyClock.objects.filter(ward=rule.ward_id, ended_on=None)
    return rows.filter(deadline__in=Deadline.objects.running()).select_related("request", "breach", "deadline")


def _still_runs(clock: PrivacyClock) -> bool:
    return clock.ended_on is None and not clock.deadline.running_pause


def _privacy_due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for clock in _privacy_clocks(rule).filter(deadline__due_on__range=(start, end)):
        yield Target(clock, clock.deadline.due_on)


def _privacy_overdue(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for clock in _privacy_clocks(rule).filter(deadline__due_on__lt=end):
        first = max(start, clock.deadline.due_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(clock, first + datetime.timedelta(days=days))


add_source(
    Source(
        code="clearance.privacy.due",
        label=_("Clock of the privacy desk"),
        anchors={"due_on": _("due day")},
        targets=_privacy_due,
        recipients=lambda target, seats: privacy_desk(seats),
        still_due=lambda target: _still_runs(target.subject) and target.subject.deadline.due_on == target.on,
        campaign=lambda row: None,
        words="clearance.privacy.due",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="clearance.privacy.overdue",
        label=_("Clock of the privacy desk overdue"),
        anchors={"day": _("days overdue")},
        targets=_privacy_overdue,
        recipients=lambda target, seats: privacy_desk(seats),
        still_due=lambda target: _still_runs(target.subject) and target.subject.deadline.due_on < target.on,
        campaign=lambda row: None,
        words="clearance.privacy.overdue",
        may_be_copied=False,
        repeats=True,
    )
)


# ---- promises ----------------------------------------------------------------------------------------
def _promises_due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Promise.objects.filter(ward=rule.ward_id, closed_on__isnull=True, due_on__range=(start, end)).valid()
    for promise in rows.select_related("household__project", "owner"):
        yield Target(promise, promise.due_on)


add_source(
    Source(
        code="clearance.promise.due",
        label=_("Promise to a household due"),
        anchors={"due_on": _("due day")},
        targets=_promises_due,
        recipients=lambda target, seats: (
            seats.in_units(Permission.TASK_REPORT, [target.subject.owner_id]) or officers(seats)
        ),
        still_due=lambda target: target.subject.is_open and target.subject.due_on == target.on,
        campaign=lambda promise: campaign_of(promise.household.project),
        words="clearance.promise.due",
        may_be_copied=False,
    )
)


# ---- rounds of visits ---------------------------------------------------------------------------------
def _rounds_out(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows: Any = VisitRound.objects.filter(ward=rule.ward_id, to_on__range=(start, end)).out()
    for row in rows.select_related("project"):
        yield Target(row, row.to_on)


def _still_out(target: Target) -> bool:
    return VisitRound.objects.filter(ward=target.subject.ward_id, pk=target.subject.pk, to_on=target.on).out().exists()


def holders(row: VisitRound, seats: Seats) -> list[User]:
    """Those on a team whose list is still out, and the officers."""
    out = row.teams.filter(returned_on=None, people__user__isnull=False)
    own = User.objects.filter(pk__in=out.values("people__user"))
    return [*officers(seats), *(user for user in own if user in seats)]


add_source(
    Source(
        code="clearance.round.not_returned",
        label=_("Lists of a round not yet returned"),
        anchors={"to_on": _("day when the lists come back")},
        targets=_rounds_out,
        recipients=lambda target, seats: holders(target.subject, seats),
        still_due=_still_out,
        campaign=lambda row: campaign_of(row.project),
        words="clearance.round.not_returned",
        may_be_copied=False,
    )
)
