"""Changes over several models. Each begins by asking whether the campaign year is open."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Unit
from campaigns.choices import UndertakingKind
from campaigns.models import Campaign, CampaignFocus, Undertaking
from clearance.choices import (
    DELIVERIES,
    HANDED_OVER,
    LOOP_MILESTONES,
    MET_OUTCOMES,
    OPENED,
    InvitationState,
    LoopKind,
    MilestoneKind,
    MinutesState,
    VisitOutcome,
)
from clearance.models import (
    Delivery,
    Dialogue,
    Household,
    HouseholdParty,
    Invitation,
    LandKind,
    Milestone,
    MobilisationLoop,
    Party,
    PartyDetails,
    PlannedVisit,
    Plot,
    PlotHolding,
    Project,
    ProjectBatch,
    Promise,
    Question,
    Representation,
    TeamAssignment,
    Visit,
    VisitCompanion,
    VisitConcern,
)
from clearance.querysets import HouseholdQuerySet
from core.imports import built_on, changed_since
from core.models import delete_all, insert_all, refusals_said, save_all, today
from core.text import free_slug
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


AT_ONCE = 2_000  # households in one statement


@dataclass(frozen=True, slots=True)
class NewPlot:
    """What a list says of a plot; the codes as `plot_code` writes them, the areas in m²."""

    map_sheet: str
    number: str
    kind: LandKind | None = None
    area: Decimal | None = None
    area_recovered: Decimal | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.map_sheet, self.number


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """What is known of a household when its file is opened."""

    number: int
    name: str
    address_line: str
    residential_group: Unit | None = None
    others: tuple[str, ...] = ()  # further people of the file
    team: Unit | None = None  # if it is another than that of all
    plots: tuple[NewPlot, ...] = ()
    batch: ProjectBatch | None = None
    phone: str = ""  # of the representative
    identity_number: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        return (self.name, *self.others)


@dataclass(frozen=True)
class Asked:
    """A question in the household's own words, and who answers until when."""

    text: str
    owner: Unit
    due_on: datetime.date


@dataclass(frozen=True)
class Promised:
    """What somebody promised at the door."""

    kind: str
    text: str
    owner: Unit
    due_on: datetime.date


@dataclass(frozen=True)
class MinutesKept:
    """What became of the paper that the household was asked to sign."""

    state: str = MinutesState.NONE
    witness: str = ""
    read_back: bool = False


@dataclass(frozen=True)
class HandOver:
    """What became of the invitation that the team carried."""

    invitation: Invitation
    outcome: str
    receiver: str = ""
    witness: str = ""


def start_project(
    *, by: "User | None", campaign: Campaign, name: str, shape: str, host: Unit, undertaking: Undertaking | None = None
) -> Project:
    """Enter a project of this year: for an undertaking of the campaign, or for a new one of the same name."""
    campaign.require_open()
    taken = (Project.objects.filter(ward_id=campaign.ward_id), Undertaking.objects.filter(ward_id=campaign.ward_id))
    slug = free_slug(name, *taken, most=74, otherwise="du-an")
    with transaction.atomic():
        if undertaking is None:
            undertaking = Undertaking.objects.create(
                ward_id=campaign.ward_id,
                kind=UndertakingKind.CLEARANCE,
                name=name,
                slug=slug,
                valid_from=campaign.opens_on,
            )
            CampaignFocus.objects.create(ward_id=campaign.ward_id, campaign=campaign, undertaking=undertaking)
        project = Project.objects.create(
            ward_id=campaign.ward_id, undertaking=undertaking, name=name, slug=slug, shape=shape, host=host
        )
        outbox.record("clearance.project.started", subject=project, by=by, unit=host)
    return project


def add_households(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    households: Iterable[NewHousehold],
    team: Unit | None = None,
    on: datetime.date | None = None,
    advance: Callable[[int], object] = int,
) -> list[int]:
    """Open the files of these households, all or none, and give them to a team if one is named; their keys, in order.

    advance: told how many are done, in between.
    """
    campaign.require_open()
    new, files = iter(households), list[int]()
    with transaction.atomic():
        project.has_list()
        while part := list(islice(new, AT_ONCE)):
            opened = _open_files(project, part)
            _give_to_teams(project, [(file, one.team or team) for file, one in zip(opened, part, strict=True)], on)
            _hold(project, [(file, plot) for file, one in zip(opened, part, strict=True) for plot in one.plots])
            files += opened
            advance(len(files))
        outbox.record("clearance.household.added", subject=project, by=by, on=on, unit=team, count=len(files))
    return files


def _give_to_teams(project: Project, given: list[tuple[int, Unit | None]], on: datetime.date | None) -> None:
    files = [file for file, team in given if team]
    if files:
        teams = [team.pk for _file, team in given if team]
        insert_all(TeamAssignment, ward=project.ward_id, household=files, team=teams, valid_from=on or today())


def assign_households(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    households: HouseholdQuerySet,
    team: Unit | None,
    on: datetime.date | None = None,
) -> int:
    """Give households to a team from a day on, as Household.assign does; how many changed. None ends it only."""
    campaign.require_open()
    on = on or today()
    with transaction.atomic():
        keys = list(households.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        own = TeamAssignment.objects.open().filter(ward_id=project.ward_id, household__in=keys)
        teams, wanted = dict(own.values_list("household", "team")), team.pk if team else None
        changed = [key for key in keys if teams.get(key) != wanted]
        former = own.filter(household__in=changed)
        former.filter(valid_from__gte=on).delete()  # no team had it for a day; the history keeps the row
        former.update(valid_to=on - datetime.timedelta(days=1))
        _give_to_teams(project, [(key, team) for key in changed], on)
        if changed:
            kind = "clearance.household.assigned_together" if team else "clearance.household.released_together"
            outbox.record(kind, subject=project, by=by, on=on, unit=team, count=len(changed))
    return len(changed)


def fill_batch(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    households: HouseholdQuerySet,
    batch: ProjectBatch | None,
) -> int:
    """Put households into a batch, or out of any; how many changed."""
    campaign.require_open()
    with transaction.atomic():
        rows = Household.objects.filter(ward_id=project.ward_id, project=project, pk__in=households.values("pk"))
        own = {"batch": batch} if batch else {"batch__isnull": True}
        count = rows.exclude(**own).update(batch=batch)
        if count:
            outbox.record("clearance.batch.filled", subject=project, by=by, count=count)
    return count


def remove_households(project: Project, *, by: "User | None", campaign: Campaign, files: Sequence[int]) -> None:
    """Files that were opened by mistake, all or none: ValidationError says what was written into them since."""
    campaign.require_open()
    ward_id, own = project.ward_id, [HouseholdParty, Representation, TeamAssignment, PlotHolding]
    with transaction.atomic():
        parts = {model: Q(household__in=files) for model in own}
        held = list(Plot.objects.filter(ward_id=ward_id, holdings__household__in=files).values_list("pk", flat=True))
        members = HouseholdParty.objects.filter(ward_id=ward_id, household__in=files)
        people = list(members.values_list("party", flat=True))
        parts[PartyDetails] = Q(party__in=people)
        used = built_on(Household, files, ward=ward_id, own=own)
        used += changed_since(Household, files, ward=ward_id, parts=parts)
        if HouseholdParty.objects.filter(ward_id=ward_id, party__in=people).exclude(household__in=files).exists():
            used.append(_("people who are in other households, too"))
        if used:
            words = {"what": "; ".join(used)}
            raise ValidationError(_("These households are in use, so they stay: %(what)s.") % words)
        for model in own:
            delete_all(model, ward=ward_id, household=files)
        _remove_unheld(ward_id, held)
        delete_all(Household, ward=ward_id, id=files)
        delete_all(PartyDetails, ward=ward_id, party=people)
        delete_all(Party, ward=ward_id, id=people)
        project.has_list(project.households.exists())
        outbox.record("clearance.household.removed", subject=project, by=by, count=len(files))


def _open_files(project: Project, new: list[NewHousehold]) -> list[int]:
    """Keys of the files; one statement a table, whatever the number of households."""
    ward_id = project.ward_id
    files = insert_all(
        Household,
        ward=ward_id,
        project=project.pk,
        number=[one.number for one in new],
        address_line=[one.address_line for one in new],
        residential_group=[one.residential_group.pk if one.residential_group else None for one in new],
        batch=[one.batch.pk if one.batch else None for one in new],
    )
    of_file = [(file, name) for file, one in zip(files, new, strict=True) for name in one.people]
    in_files, names = [pk for pk, _name in of_file], [name for _pk, name in of_file]
    parties = insert_all(Party, ward=ward_id, name=names)
    insert_all(HouseholdParty, ward=ward_id, household=in_files, party=parties)
    first: dict[int, int] = {}
    for household, party in zip(in_files, parties, strict=True):
        first.setdefault(household, party)
    since = since_list(project)
    insert_all(Representation, ward=ward_id, household=[*first], party=[*first.values()], valid_from=since)
    told = zip(first.values(), new, strict=True)
    PartyDetails.keep_all(ward_id, [(party, one.phone, one.identity_number) for party, one in told])
    return files


# ---- what was reached and done before the portal stood ------------------------------------------------
@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone of a household, by the household's key."""

    household: int
    kind: str
    on: datetime.date
    paper: str = ""


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit as a paper list has it, by the household's key. At midnight: the list does not say the time."""

    household: int
    visited_at: datetime.datetime
    team: Unit
    purpose: str
    outcome: str
    companions: tuple[Unit, ...] = ()


def add_milestones(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    milestones: Iterable[Reached],
    advance: Callable[[int], object] = int,
) -> list[int]:
    """Milestones of many households, all or none, as Milestone.record writes each; their keys, in order."""
    campaign.require_open()
    new, made = iter(milestones), list[int]()
    with transaction.atomic():
        while part := list(islice(new, AT_ONCE)):
            made += _write_milestones(project, part, by, campaign)
            advance(len(made))
        outbox.record("clearance.milestones.added", subject=project, by=by, count=len(made))
    return made


def _write_milestones(project: Project, new: list[Reached], by: "User | None", campaign: Campaign) -> list[int]:
    for day in {one.on for one in new}:
        project.check_day(campaign, day)
    keys = insert_all(
        Milestone,
        ward=project.ward_id,
        household=[one.household for one in new],
        kind=[one.kind for one in new],
        on=[one.on for one in new],
        paper=[one.paper for one in new],
        by=by.pk if by else None,
    )
    ends = {(one.household, LOOP_MILESTONES.get(MilestoneKind(one.kind))): one for one in new}
    loops = MobilisationLoop.objects.filter(ward_id=project.ward_id, household__project=project, ended_on=None)
    for loop in loops.select_related("household__project__undertaking"):
        one = ends.get((loop.household_id, LoopKind(loop.kind)))
        if one and loop.opened_on <= one.on:
            loop.end(by=by, campaign=campaign, on=one.on, note=str(MilestoneKind(one.kind).label))
    return keys


def take_milestones_back(project: Project, *, by: "User", campaign: Campaign, milestones: Sequence[int]) -> None:
    """Milestones that a list brought by mistake become void, as if each were declared so."""
    campaign.require_open()
    with transaction.atomic():
        rows = Milestone.objects.filter(ward_id=project.ward_id, pk__in=milestones, void_at__isnull=True)
        rows.update(void_at=timezone.now(), void_by=by, void_reason=_("The list that brought it was taken back"))
        outbox.record("clearance.milestones.taken_back", subject=project, by=by, count=len(milestones))


def add_visits(
    project: Project,
    *,
    by: "User",
    campaign: Campaign,
    visits: Iterable[PastVisit],
    advance: Callable[[int], object] = int,
) -> list[int]:
    """Visits of a paper list, all or none, as record_visit writes each; their keys, in order."""
    campaign.require_open()
    new, made = iter(visits), list[int]()
    with transaction.atomic():
        while part := list(islice(new, AT_ONCE)):
            made += _write_visits(project, part, by, campaign)
            advance(len(made))
        outbox.record("clearance.visits.added", subject=project, by=by, count=len(made))
    return made


def _write_visits(project: Project, new: list[PastVisit], by: "User", campaign: Campaign) -> list[int]:
    for day in {timezone.localdate(one.visited_at) for one in new}:
        project.check_day(campaign, day)
    own, ward_id = access.grants(by).unit_ids, project.ward_id
    keys = insert_all(
        Visit,
        ward=ward_id,
        client_id=[uuid.uuid4() for _one in new],
        household=[one.household for one in new],
        visited_at=[one.visited_at for one in new],
        team=[one.team.pk for one in new],
        purpose=[one.purpose for one in new],
        outcome=[one.outcome for one in new],
        by=by.pk,
        entered_for_unit_by=[None if one.team.pk in own else by.pk for one in new],
    )
    came = [(key, unit.pk) for key, one in zip(keys, new, strict=True) for unit in one.companions]
    if came:
        insert_all(VisitCompanion, ward=ward_id, visit=[key for key, _unit in came], unit=[unit for _key, unit in came])
    files = Household.objects.filter(ward_id=ward_id, project=project, pk__in={one.household for one in new})
    _note_as_planned(files, [(one.household, one.visited_at, key) for one, key in zip(new, keys, strict=True)])
    files.settle_outreach()
    return keys


def _note_as_planned(files: HouseholdQuerySet, made: Sequence[tuple[int, datetime.datetime, int]]) -> None:
    """What a round planned, and a list says was done since its lists were out, is done."""
    rows = PlannedVisit.objects.to_visit().filter(household__in=files, round__handed_out_on__isnull=False)
    done = []
    for row in rows.select_related("round"):
        out = row.round.handed_out_on
        of_household = ((at, key) for file, at, key in made if file == row.household_id)
        key = next((key for at, key in of_household if timezone.localdate(at) >= out), None)
        if key:
            row.visit_id = key
            done.append(row)
    PlannedVisit.objects.bulk_update(done, ["visit"])


def take_visits_back(project: Project, *, by: "User", campaign: Campaign, visits: Sequence[int]) -> None:
    """Visits that a list brought by mistake become void, as if each were declared so; all or none."""
    campaign.require_open()
    rows = Visit.objects.filter(ward_id=project.ward_id, pk__in=visits)
    with transaction.atomic():
        if corrected := rows.filter(amended_at__isnull=False, void_at__isnull=True).count():
            raise ValidationError(
                _("%(count)d of these visits were corrected since, so the list stays.") % {"count": corrected}
            )
        files = Household.objects.filter(ward_id=project.ward_id, pk__in=rows.values("household"))
        rows.valid().update(
            void_at=timezone.now(), void_by=by, void_reason=_("The list that brought it was taken back")
        )
        files.settle_outreach()
        outbox.record("clearance.visits.taken_back", subject=project, by=by, count=len(visits))


# ---- plots -------------------------------------------------------------------------------------------
def since_list(project: Project) -> datetime.date:
    """Since when the first list of a project is taken to hold: it held before the portal had it."""
    return min(project.undertaking.valid_from, today())


def enter_plot(
    household: Household,
    *,
    by: "User | None",
    campaign: Campaign,
    plot: NewPlot,
    on: datetime.date,
    party: Party | None = None,
) -> PlotHolding:
    """A household holds a plot, which another of the project may hold too: its facts are then those that are there.

    Raises ValidationError where they are said otherwise.
    """
    campaign.require_open()
    facts = {"kind": plot.kind, "area": plot.area, "area_recovered": plot.area_recovered, "note": plot.note}
    with transaction.atomic(), refusals_said():
        row, is_new = Plot.objects.get_or_create(
            ward_id=household.ward_id,
            project=household.project,
            map_sheet=plot.map_sheet,
            number=plot.number,
            defaults=facts,
        )
        if not is_new and (known := row.differs(**facts)):
            raise ValidationError(
                _("The project has this plot already (%(known)s). Leave these blank, or correct them on its page.")
                % {"known": "; ".join(known)}
            )
        return row.hold(household, by=by, campaign=campaign, on=on, party=party)


def add_plots(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    plots: Iterable[tuple[int, NewPlot]],
    advance: Callable[[int], object] = int,
) -> list[int]:
    """Plots that households hold, each with the key of its household, all or none; the keys of the holdings, in order.

    advance: told how many are done, in between.
    """
    campaign.require_open()
    new, made = iter(plots), list[int]()
    with transaction.atomic():
        while part := list(islice(new, AT_ONCE)):
            made += _hold(project, part)
            advance(len(made))
        outbox.record("clearance.plots.added", subject=project, by=by, count=len(made))
    return made


def remove_plots(project: Project, *, by: "User | None", campaign: Campaign, holdings: Sequence[int]) -> None:
    """Holdings that a list brought by mistake, with the plots that nobody else holds; all or none."""
    campaign.require_open()
    ward_id = project.ward_id
    with transaction.atomic():
        rows = PlotHolding.objects.filter(ward_id=ward_id, pk__in=holdings)
        plots = list(rows.values_list("plot", flat=True))
        used = changed_since(PlotHolding, holdings, ward=ward_id, parts={Plot: Q(pgh_obj__in=plots)})
        if used:
            words = {"what": "; ".join(used)}
            raise ValidationError(_("These plots are in use, so they stay: %(what)s.") % words)
        delete_all(PlotHolding, ward=ward_id, id=holdings)
        _remove_unheld(ward_id, plots)
        outbox.record("clearance.plots.taken_back", subject=project, by=by, count=len(holdings))


def _hold(project: Project, held: list[tuple[int, NewPlot]]) -> list[int]:
    """The plots that the project lacks, and who holds them; the keys of the holdings, in order."""
    if not held:
        return []
    ward_id, wanted = project.ward_id, {plot.key: plot for _file, plot in held}
    keys = _plots_there(project, wanted)
    new = [plot for key, plot in wanted.items() if key not in keys]
    made = insert_all(
        Plot,
        ward=ward_id,
        project=project.pk,
        map_sheet=[plot.map_sheet for plot in new],
        number=[plot.number for plot in new],
        kind=[plot.kind.pk if plot.kind else None for plot in new],
        area=[plot.area for plot in new],
        area_recovered=[plot.area_recovered for plot in new],
        note=[plot.note for plot in new],
    )
    keys |= {plot.key: pk for plot, pk in zip(new, made, strict=True)}
    files, plots = [file for file, _plot in held], [keys[plot.key] for _file, plot in held]
    return insert_all(PlotHolding, ward=ward_id, plot=plots, household=files, valid_from=since_list(project))


def _plots_there(project: Project, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    rows = Plot.objects.filter(
        ward_id=project.ward_id, project=project, number__in=[number for _sheet, number in wanted]
    )
    return {(sheet, number): pk for pk, sheet, number in rows.values_list("pk", "map_sheet", "number")}


def _remove_unheld(ward_id: int, plots: Sequence[int]) -> None:
    """Of these plots those that no household holds or held."""
    free = Plot.objects.filter(ward_id=ward_id, pk__in=plots).exclude(Exists(_held(OuterRef("pk"))))
    delete_all(Plot, ward=ward_id, id=list(free.values_list("pk", flat=True)))


def _held(plot: Any) -> Any:
    return PlotHolding.objects.filter(ward=OuterRef("ward"), plot=plot)


def check_delivery(outcome: str, delivery: str) -> None:
    """What became of the paper must fit who was met: ValidationError says what to choose."""
    if delivery not in DELIVERIES.get(VisitOutcome(outcome), ()):
        words = {"met": VisitOutcome(outcome).label, "delivery": InvitationState(delivery).label}
        raise ValidationError(
            _("“%(met)s” and “%(delivery)s” do not go together. Correct the one that is wrong.") % words
        )


def record_visit(
    household: Household,
    *,
    by: "User | None",
    campaign: Campaign,
    client_id: uuid.UUID,
    visited_at: datetime.datetime,
    team: Unit,
    purpose: str,
    outcome: str,
    note: str = "",
    follow_up_on: datetime.date | None = None,
    attendance_reply: str | None = None,
    asked_for: Dialogue | None = None,
    companions: Iterable[Unit] = (),
    concerns: Mapping[str, str] | None = None,
    asked: Iterable[Asked] = (),
    promised: Promised | None = None,
    hand_over: HandOver | None = None,
    paper: Delivery | None = None,
    minutes: MinutesKept | None = None,
    entered_for_unit_by: "User | None" = None,
) -> Visit:
    """One visit with what came of it. The same `client_id` a second time is the same visit and changes nothing.

    concerns: kind -> the household's words. paper: what was brought beside the invitation, not saved yet.
    """
    campaign.require_open()
    day = timezone.localdate(visited_at)
    household.project.check_day(campaign, day)
    if not household.allows(purpose):
        raise ValidationError(household.pause_sentence())
    if hand_over:
        check_delivery(outcome, hand_over.outcome)
    reply = attendance_reply if asked_for and outcome in MET_OUTCOMES else None
    kept = minutes or MinutesKept()
    with transaction.atomic():
        # get_or_create settles the race of two posts by the unique client_id.
        visit, is_new = Visit.objects.get_or_create(
            ward_id=household.ward_id,
            client_id=client_id,
            defaults={
                "household": household,
                "visited_at": visited_at,
                "team": team,
                "purpose": purpose,
                "outcome": outcome,
                "note": note,
                "follow_up_on": follow_up_on,
                "attendance_reply": reply,
                "asked_for": asked_for if reply else None,
                "reply_letter": asked_for.letter if asked_for and reply else None,
                "by": by,
                "entered_for_unit_by": entered_for_unit_by,
                "minutes": kept.state,
                "minutes_witness": kept.witness,
                "read_back": kept.read_back,
            },
        )
        if visit.household_id != household.pk:
            raise ValidationError(_("This form was used for another household. Open it anew."))
        if is_new:
            _write_companions_and_concerns(visit, companions, concerns or {})
            _record_what_came_of_it(visit, by, campaign, asked, promised, hand_over, paper)
            planned = PlannedVisit.objects.to_visit().filter(ward_id=household.ward_id, household=household)
            planned.filter(round__handed_out_on__lte=day).update(visit=visit)
            household.settle_outreach()
            facts = {"visit": visit.pk}
            outbox.record("clearance.visit.recorded", subject=household, by=by, on=day, unit=team, **facts)
    return visit


def _write_companions_and_concerns(visit: Visit, companions: Iterable[Unit], concerns: Mapping[str, str]) -> None:
    for unit in companions:
        visit.companions.create(ward_id=visit.ward_id, unit=unit)
    save_all(
        [VisitConcern(ward_id=visit.ward_id, visit=visit, kind=kind, words=said) for kind, said in concerns.items()]
    )


def _record_what_came_of_it(
    visit: Visit,
    by: "User | None",
    campaign: Campaign,
    asked: Iterable[Asked],
    promised: Promised | None,
    hand_over: HandOver | None,
    paper: Delivery | None,
) -> None:
    household, ward_id, day = visit.household, visit.ward_id, timezone.localdate(visit.visited_at)
    for one in asked:
        question = Question(ward_id=ward_id, household=household, visit=visit, asked_on=day, **vars(one))
        question.ask(by=by, campaign=campaign)
    if promised:
        promise = Promise(ward_id=ward_id, household=household, visit=visit, opened_on=day, **vars(promised))
        promise.enter(by=by, campaign=campaign)
    if paper:
        paper.household, paper.visit, paper.on = household, visit, day
        paper.record(by=by, campaign=campaign)
    if hand_over:
        hand_over.invitation.deliver(
            by=by,
            campaign=campaign,
            at=visit.visited_at,
            outcome=hand_over.outcome,
            receiver=hand_over.receiver,
            witness=hand_over.witness,
            visit=visit,
        )


def void_visit(visit: Visit, *, by: "User", campaign: Campaign, reason: str) -> None:
    """A mistaken visit never happened: it stays to be seen and leaves every count, also of earlier days.

    An invitation handed over in it becomes void with it, so the household gets a new edition, and so does another
    paper; what was asked or promised in it is no longer owed.
    """
    campaign.require_open()
    visit.household.project.check_day(campaign, timezone.localdate(visit.visited_at))
    with transaction.atomic():
        rows = Visit.objects.valid().filter(pk=visit.pk, ward_id=visit.ward_id)
        if rows.update(void_at=timezone.now(), void_by=by, void_reason=reason) != 1:
            raise ValidationError(_("This visit is void already, or was corrected. Read it first."))
        for invitation in visit.deliveries.delivered():
            invitation.void(by=by, campaign=campaign)
        for paper in visit.papers.filter(void_at=None):
            paper.declare_void(by=by, campaign=campaign, reason=reason)
        visit.household.settle_outreach()
        outbox.record("clearance.visit.voided", subject=visit.household, by=by, unit=visit.team, visit=visit.pk)
    visit.refresh_from_db()


def amend_visit(
    visit: Visit,
    *,
    by: "User",
    campaign: Campaign,
    client_id: uuid.UUID,
    reason: str,
    outcome: str,
    purpose: str,
    note: str,
    follow_up_on: datetime.date | None,
    attendance_reply: str | None,
    concerns: Mapping[str, str],
    minutes: MinutesKept,
) -> Visit:
    """What was written wrong, written anew. The former row stays to be read and leaves the counts; what was asked,
    promised and handed over goes on with the new one. The same `client_id` a second time changes nothing."""
    campaign.require_open()
    day = timezone.localdate(visit.visited_at)
    visit.household.project.check_day(campaign, day)
    if known := Visit.objects.filter(ward_id=visit.ward_id, client_id=client_id, amends=visit).first():
        return known
    reply = attendance_reply if visit.asked_for and outcome in MET_OUTCOMES else None
    with transaction.atomic(), refusals_said():
        if Visit.objects.valid().filter(pk=visit.pk, ward_id=visit.ward_id).update(amended_at=timezone.now()) != 1:
            raise ValidationError(_("Somebody else has corrected this visit or declared it void. Read it first."))
        _check_what_is_kept(visit, outcome)
        anew = Visit.objects.create(
            ward_id=visit.ward_id,
            client_id=client_id,
            household=visit.household,
            visited_at=visit.visited_at,
            team=visit.team,
            by=by,
            amends=visit,
            amend_reason=reason,
            outcome=outcome,
            purpose=purpose,
            note=note,
            follow_up_on=follow_up_on,
            attendance_reply=reply,
            asked_for=visit.asked_for if reply else None,
            reply_letter=visit.reply_letter if reply else None,
            minutes=minutes.state,
            minutes_witness=minutes.witness,
            read_back=minutes.read_back,
        )
        _write_companions_and_concerns(anew, [row.unit for row in visit.companions.select_related("unit")], concerns)
        for rows in (visit.questions, visit.promises, visit.papers, visit.planned):
            rows.update(visit=anew)
        visit.deliveries.update(delivered_in=anew)
        visit.household.settle_outreach()
        outbox.record("clearance.visit.amended", subject=visit.household, by=by, on=day, unit=visit.team, visit=anew.pk)
    visit.refresh_from_db(fields=["amended_at"])
    return anew


def _check_what_is_kept(visit: Visit, outcome: str) -> None:
    """Whoever was met must fit what was handed over and asked."""
    for invitation in visit.deliveries.filter(state__in=HANDED_OVER).exclude(state=InvitationState.POSTED):
        check_delivery(outcome, invitation.state)
    if outcome not in OPENED and (visit.questions.exists() or visit.promises.exists()):
        raise ValidationError(
            _("Something was asked or promised at this visit, so somebody opened. Otherwise declare it void.")
        )
