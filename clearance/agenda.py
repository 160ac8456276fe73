import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission
from clearance.choices import OPENED, DialogueState
from clearance.models import (
    Dialogue,
    Disposal,
    Grievance,
    Household,
    Invitation,
    MobilisationLoop,
    Obstacle,
    PlannedVisit,
    Project,
    Promise,
    Question,
    SetDay,
    SigningAuthority,
    VisitRound,
)
from clearance.models.procedure import WARNED_BEFORE
from clearance.tracks import ClockKind, GrievanceState
from core.agenda import Ask, Item, agenda
from core.dates import full_date


def _households(ask: Ask) -> Any:
    """Households whose work is the asker's: of the asked unit's team, or of all that the person may see."""
    rows = Household.objects.visible_to(ask.user).filter(project__in=Project.objects.of(ask.campaign))
    return rows.of_teams([ask.unit.pk], ask.today) if ask.unit else rows


@agenda("clearance.follow_ups")
def follow_ups(ask: Ask) -> Iterator[Item]:
    """Households to visit again, missed days too: by appointment, or planned by the team when nobody opened."""
    may_record = access.can(ask.user, Permission.VISIT_RECORD) and ask.campaign.can_change()
    rows = _households(ask).to_visit_again().select_related("project")
    for household in rows.filter(follow_up_on__lte=ask.end).order_by("follow_up_on", "number"):
        url = reverse("clearance:visit_new", args=[household.project.slug, household.number])
        agreed = household.last_outcome in OPENED
        title = (
            _("Appointment with household no. %(number)s") if agreed else _("Come again to household no. %(number)s")
        )
        yield Item(
            title=title % {"number": household.number},
            due_on=household.follow_up_on,
            url=household.get_absolute_url(),
            note=str(household.project),
            action=_("Record a visit") if may_record else "",
            action_url=url if may_record else "",
            is_appointment=agreed,
            subject=household,
        )


@agenda("clearance.questions")
def questions(ask: Ask) -> Iterator[Item]:
    """Answers the asker's units owe; and, for the team, answers to bring to the household."""
    rows = Question.objects.visible_to(ask.user).of(ask.campaign).open(ask.today).filter(due_on__lte=ask.end)
    units = [ask.unit.pk] if ask.unit else access.units_for(ask.user, Permission.VISIT_RECORD)
    ward_wide = access.is_ward_wide(ask.user, Permission.CLEARANCE_MANAGE) and not ask.unit
    teams = Household.objects.filter(ward=ask.campaign.ward_id).of_teams(units or [], ask.today)
    of_team = set(rows.to_tell().filter(household__in=teams).values_list("pk", flat=True))
    owned = access.grants(ask.user).units_with(Permission.TASK_REPORT)
    for question in rows.for_list():
        if question.answered_on and (ward_wide or question.pk in of_team):
            yield _question(question, _("Bring the answer to household no. %(number)s"), _("Record the answer brought"))
        elif not question.answered_on and (ward_wide or question.owner_id in (units or owned)):
            asked = _question(question, _("Answer household no. %(number)s"), _("Answer the question"))
            yield replace(asked, owed_by=None if ask.unit else question.owner)


def _question(question: Question, title: str, action: str) -> Item:
    url = question.get_absolute_url()
    return Item(
        title=title % {"number": question.household.number},
        due_on=question.due_on,
        url=url,
        note=f"{question.household.project}, {question.owner}",
        action=action,
        action_url=url,
        subject=question,
    )


@agenda("clearance.dialogues")
def dialogues(ask: Ask) -> Iterator[Item]:
    """Dialogue conferences to come, and the invitations that have to reach their households before."""
    rows = Dialogue.objects.visible_to(ask.user).filter(project__in=Project.objects.of(ask.campaign))
    rows = rows.filter(held_on__range=(min(ask.event_days[0], ask.today), max(ask.end, ask.today)))
    rows = rows if ask.whole else rows.filter(state=DialogueState.PLANNED)
    households = _households(ask)
    for dialogue in rows.for_list().order_by("held_on", "pk"):
        day = cast(datetime.date, dialogue.held_on)  # in the range
        is_coming = dialogue.state == DialogueState.PLANNED and day >= ask.today
        waiting = (
            is_coming and Invitation.objects.to_deliver().filter(dialogue=dialogue, household__in=households).count()
        )
        if waiting:
            yield _to_deliver(dialogue, waiting, ask)
        if (is_coming or ask.whole) and ask.start <= day <= ask.end:
            yield Item(
                title=_("Dialogue conference: %(project)s") % {"project": dialogue.project},
                due_on=dialogue.held_on,
                url=dialogue.get_absolute_url(),
                kind="event",
                note=", ".join(filter(None, [str(dialogue.host), dialogue.place])),
                at=dialogue.starts_at,
                place=dialogue.place,
                subject=dialogue,
                is_cancelled=dialogue.state == DialogueState.CANCELLED,
            )


def _to_deliver(dialogue: Dialogue, waiting: int, ask: Ask) -> Item:
    words = ngettext("Hand over %(count)d invitation", "Hand over %(count)d invitations", waiting)
    return Item(
        title=words % {"count": waiting},
        due_on=dialogue.held_on,
        url=f"{dialogue.get_absolute_url()}?year={ask.campaign}&state=to_deliver",
        note=f"{dialogue.project}, {dialogue.name}",
        subject=dialogue,
    )


@agenda("clearance.grievances")
def grievances(ask: Ask) -> Iterator[Item]:
    """What the desk still has to sort, and what has to be answered, accepted or settled by its clock."""
    if ask.unit or not access.can(ask.user, Permission.GRIEVANCE_KEEP):
        return
    words = {
        ClockKind.ANSWER: _("Answer: %(grievance)s"),
        ClockKind.ACCEPT: _("Accept or not: %(grievance)s"),
        ClockKind.SETTLE: _("Settle: %(grievance)s"),
    }
    for row in Grievance.objects.visible_to(ask.user).open(ask.today).for_list().most_urgent_first():
        if row.state == GrievanceState.RECEIVED:
            title, since, due = _("Sort: %(grievance)s"), row.received_on, row.received_on
        elif (
            row.due_on
            and row.due_on <= ask.end
            and row.state not in (GrievanceState.PAUSED, GrievanceState.WITHDRAWING)
        ):
            title, since, due = words[ClockKind(row.clock_kind)], None, row.due_on
        else:
            continue
        url = row.get_absolute_url()
        yield Item(title=title % {"grievance": row}, due_on=due, url=url, since=since, subject=row)


@agenda("clearance.authorities")
def authorities(ask: Ask) -> Iterator[Item]:
    """Authorities to sign that end soon, for those who keep the projects, until somebody is entered who signs after."""
    if ask.unit or not access.is_ward_wide(ask.user, Permission.CLEARANCE_MANAGE):
        return
    may_act = ask.campaign.can_change()
    rows = SigningAuthority.objects.visible_to(ask.user).lapsing(ask.today, WARNED_BEFORE)
    for authority in rows:
        last = cast(datetime.date, authority.valid_to)
        if ask.start <= last <= ask.end or not ask.whole:
            yield Item(
                title=_("Authority to sign ends: %(what)s") % {"what": authority.get_act_display()},
                due_on=last if ask.whole else min(last, ask.end),
                since=authority.warned_on,
                url=authority.get_absolute_url(),
                note=_("%(signer)s signs until %(day)s (%(law)s)")
                % {"signer": authority.signer, "day": full_date(last), "law": authority.legal_ref},
                action=_("Enter who signs after") if may_act else "",
                action_url=reverse("clearance:authority_new") if may_act else "",
                subject=authority,
            )


@agenda("clearance.disposals")
def disposals(ask: Ask) -> Iterator[Item]:
    """What somebody else began to take out for good, and a second person has to confirm."""
    if ask.unit or ask.whole or not access.can(ask.user, Permission.ACCESS_CONFIRM):
        return
    for row in Disposal.objects.visible_to(ask.user).waiting().exclude(begun_by=ask.user).select_related("rule"):
        begun_on = timezone.localdate(row.begun_at)
        yield Item(
            title=_("Confirm what is taken out for good: %(rule)s") % {"rule": row.rule.name},
            due_on=max(begun_on, ask.today),
            since=begun_on,
            url=row.get_absolute_url(),
            note=row.said,
            action=_("Look and confirm"),
            action_url=row.get_absolute_url(),
            subject=row,
        )


@agenda("clearance.loops")
def loops(ask: Ask) -> Iterator[Item]:
    """Written mobilisations whose days end and of which no minutes are written, for the household's team and the
    officers; and the days set towards households."""
    may_act = access.can(ask.user, Permission.VISIT_RECORD) and ask.campaign.can_change()
    households = _households(ask)
    rows = MobilisationLoop.objects.filter(household__in=households).owing(ask.today).without_minutes()
    for loop in rows.filter(window__due_on__lte=ask.end).select_related("household__project", "window"):
        yield Item(
            title=_("Write the minutes of the mobilisation of household no. %(number)s")
            % {"number": loop.household.number},
            due_on=cast(Any, loop.window).due_on,
            url=loop.get_absolute_url(),
            note=str(loop.household.project),
            action=_("Write the minutes") if may_act else "",
            action_url=reverse("clearance:minutes_new", args=[loop.pk]) if may_act else "",
            subject=loop,
        )
    days = SetDay.objects.filter(household__in=households).coming(ask.start, ask.end)
    for row in days.select_related("household__project").order_by("on", "at", "pk"):
        title = _("%(what)s: household no. %(number)s") % {"what": row, "number": row.household.number}
        yield Item(
            title=title,
            due_on=row.on,
            url=row.household.get_absolute_url(),
            kind="event",
            note=", ".join(filter(None, [str(row.household.project), row.place])),
            at=row.at,
            place=row.place,
            subject=row,
        )


@agenda("clearance.owed")
def owed(ask: Ask) -> Iterator[Item]:
    """Promises and obstacles that the asker's units see to; for those who keep the projects, of all."""
    units = {ask.unit.pk} if ask.unit else access.grants(ask.user).units_with(Permission.TASK_REPORT)
    ward_wide = access.is_ward_wide(ask.user, Permission.CLEARANCE_MANAGE) and not ask.unit
    titles: list[tuple[Any, str]] = [
        (Promise, _("Keep the promise to household no. %(number)s")),
        (Obstacle, _("Clear an obstacle at household no. %(number)s")),
    ]
    for model, title in titles:
        rows = model.objects.visible_to(ask.user).of(ask.campaign).open(ask.today).filter(due_on__lte=ask.end)
        for row in (rows if ward_wide else rows.filter(owner__in=units)).for_list():
            yield Item(
                title=title % {"number": row.household.number},
                due_on=row.due_on,
                url=row.get_absolute_url(),
                note=f"{row.household.project}, {row.owner}",
                action=_("Say what came of it") if row.can_close(ask.user, ask.campaign) else "",
                action_url=row.get_absolute_url(),
                subject=row,
                owed_by=None if ask.unit else row.owner,
            )


@agenda("clearance.rounds")
def rounds(ask: Ask) -> Iterator[Item]:
    """What is on one's own list, a day a line; and, for those who keep the projects, lists that are still out."""
    if not ask.unit:
        mine = PlannedVisit.objects.visible_to(ask.user).to_visit().filter(team__people__user=ask.user)
        mine = mine.filter(round__handed_out_on__isnull=False, team__returned_on=None, on__lte=ask.end)
        for day, count in mine.order_by("on").values_list("on").annotate(Count("pk")):
            title = ngettext("%(count)d home visit on your list", "%(count)d home visits on your list", count)
            url = reverse("clearance:visits_today")
            yield Item(title=title % {"count": count}, due_on=day, url=url)
    if ask.unit or not access.is_ward_wide(ask.user, Permission.CLEARANCE_MANAGE):
        return
    out = VisitRound.objects.visible_to(ask.user).filter(project__in=Project.objects.of(ask.campaign)).out()
    for row in out.filter(to_on__lte=ask.end).select_related("project"):
        title = _("Lists to come back: %(round)s") % {"round": row}
        yield Item(title=title, due_on=row.to_on, url=row.get_absolute_url(), note=str(row.project), subject=row)
