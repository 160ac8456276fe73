"""What the lists of this app are narrowed by."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter

from accounts.filters import units_of
from campaigns.models import Campaign
from clearance.choices import (
    OFFICE_ORDER,
    AttendanceKind,
    ConcernKind,
    DialogueState,
    InvitationState,
    MilestoneKind,
    ObstacleReason,
    OfficeState,
    Outreach,
    PrivacyKind,
    PrivacyOutcome,
    PromiseKind,
)
from clearance.models import Dialogue, LandKind, Project, TeamAssignment, VisitRule
from clearance.models.conference import may_read_opinions
from clearance.models.people import may_know_all_needs
from clearance.querysets import (
    ROLL,
    GrievanceQuerySet,
    HouseholdQuerySet,
    InvitationQuerySet,
    OwedQuerySet,
    PlotQuerySet,
    QuestionQuerySet,
)
from clearance.tracks import OVER, ClockKind, GrievanceState, Track
from core.dates import full_date
from core.filters import CodeFilter, HiddenDayFilter, ListFilter, RowFilter, SlugFilter, TickedFilter
from core.listing import Column, table, words, yes_no
from core.text import initials


class _OnDayFilter(ListFilter):
    """`on`: the business day that a figure's link carries; otherwise the last day of the year so far."""

    kept = ["year"]

    on = HiddenDayFilter(label=_("Day"))

    def __init__(self, *args: Any, campaign: Campaign, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.today = campaign, day

    @property
    def day(self) -> datetime.date:
        return self.asked("on") or self.today

    @property
    def names_a_day(self) -> str:
        return full_date(self.asked("on")) if self.asked("on") else ""


def _yes_no(label: Any, yes: Any, no: Any, method: str) -> CodeFilter:
    return CodeFilter(label=label, choices=[("1", yes), ("0", no)], method=method)


def _ticked(label: Any, method: str) -> CodeFilter:
    """Of a link alone."""
    return CodeFilter(label=label, choices=[("1", label)], widget=HiddenInput, method=method)


class _FilesFilter(_OnDayFilter):
    NO_TEAM = "none"

    typed_first_by = ["address_line", "name"]

    q = CharFilter(label=_("Number, address or name"), max_length=100, method="by_words")
    team = CodeFilter(label=_("Team"), method="of_team")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = units_of(self.request, Q(pk__in=TeamAssignment.objects.all().teams(project.ward_id)), "team")
        self.teams = {team.slug: team for team in teams}
        known = [(slug, team.name) for slug, team in self.teams.items()]
        self.filters["team"].extra["choices"] = [(self.NO_TEAM, _("No team")), *known]

    def by_words(self, rows: HouseholdQuerySet, _name: str, words: str) -> HouseholdQuerySet:
        return rows.search(words)

    def first_found(self, rows: HouseholdQuerySet, words: str) -> list[int] | None:
        return rows.first_found(words)

    def of_team(self, rows: HouseholdQuerySet, _name: str, team: str) -> HouseholdQuerySet:
        return rows.without_team() if team == self.NO_TEAM else rows.of_teams([self.teams[team].pk], self.day)


class InviteFilter(_FilesFilter):
    """Whom a dialogue is still to invite."""

    group = SlugFilter(label=_("Residential group"), field_name="residential_group")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        lived_in = project.households.filter(residential_group=OuterRef("pk"))
        self.offer("group", units_of(self.request, Q(Exists(lived_in)), "group"))


class RollFilter(_FilesFilter):
    """The roll of a conference: who is not on it yet, took part or stayed away."""

    field_order = ["q", "roll", "team"]
    ON_ROLL = [
        ("none", _("Not recorded")),
        ("took_part", _("Took part")),
        ("stayed_away", _("Stayed away")),
        ("uninvited", _("Without an invitation")),
    ]

    roll = CodeFilter(label=_("Attendance"), choices=ON_ROLL, method="on_roll")

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialogue = dialogue

    def on_roll(self, rows: HouseholdQuerySet, _name: str, roll: str) -> HouseholdQuerySet:
        if roll == "uninvited":
            return rows.exclude(pk__in=self.dialogue.invited().values("household"))
        lines = self.dialogue.attendance.filter(household=OuterRef("pk"))
        if roll == "none":
            return rows.filter(~Exists(lines))
        return rows.filter(Exists(lines.filter(kind__in=ROLL[roll])))


REACHED = [
    (code.value, code.label) for code in (MilestoneKind.INVENTORIED, MilestoneKind.PAID, MilestoneKind.HANDED_OVER)
]


class HouseholdFilter(_FilesFilter):
    field_order = ["q", "outreach", "office", "team", "batch"]

    office = CodeFilter(label=_("State of the file"), choices=OfficeState.choices, method="by_office")
    batch = RowFilter(label=_("Batch"))
    outreach = CodeFilter(label=_("Outreach"), choices=Outreach.choices)
    visited = _yes_no(_("Visited"), _("Visited"), _("Not yet visited"), "by_visit")
    invited = _yes_no(_("Invitation"), _("Handed over"), _("Not yet handed over"), "by_invitation")
    row = TickedFilter()
    MET = [("1", _("Met")), ("0", _("Visited, nobody met yet"))]
    CONCERNS = [("any", _("Any concern")), *ConcernKind.choices]

    met = CodeFilter(label=_("Met"), choices=MET, widget=HiddenInput, method="by_meeting")
    concern = CodeFilter(label=_("Concerns raised"), choices=CONCERNS, widget=HiddenInput, method="by_concern")
    often = CodeFilter(
        label=_("Visited too often"), choices=[("1", _("In a week"))], widget=HiddenInput, method="by_number_of_visits"
    )
    reached = CodeFilter(label=_("Milestone"), choices=REACHED, widget=HiddenInput, method="by_milestone")

    dialogue = _ticked(_("Took part in a dialogue"), "by_part_in_dialogue")
    missed = RowFilter(label=_("Stayed away from the conference"), widget=HiddenInput, method="by_absence")

    own = _ticked(_("Own step of the procedure"), "by_own_step")
    late = _ticked(_("After the cut-off date"), "by_arrival")
    unpaid = _ticked(_("Handed over before payment"), "by_money")
    in_time = _ticked(_("Paid in the days of the law"), "by_payment")
    paid_late = _ticked(_("Paid late, or past the last day"), "by_late_payment")
    enforced = _ticked(_("With a decision after the mobilisation to hand over"), "by_decision")
    NEEDS = [
        ("any", _("Told a need for help")),
        ("offered", _("Help was offered for each need")),
        ("waiting", _("A need without an offer of help")),
    ]
    need = CodeFilter(label=_("Needs for help"), choices=NEEDS, widget=HiddenInput, method="by_need")
    voluntary = _ticked(_("Handed over voluntarily"), "by_hand_over")
    away = _ticked(_("Can not be reached"), "by_absence_from_home")
    proved = _ticked(_("Invitation signed for, or its refusal on record"), "by_proof")
    HEARD = [
        ("any", _("Did not agree with a plan")),
        ("in_time", _("Heard in the days of the law")),
        ("owed", _("No dialogue yet")),
    ]
    heard = CodeFilter(label=_("Dialogue on a plan"), choices=HEARD, widget=HiddenInput, method="by_dialogue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("row", self.queryset)
        self.offer("batch", kwargs["project"].batches.all())
        self.offer("missed", kwargs["project"].dialogues.all())
        if not kwargs["project"].has_batches:
            self.form.fields["batch"].widget = HiddenInput()

    def by_visit(self, rows: HouseholdQuerySet, _name: str, visited: str) -> HouseholdQuerySet:
        narrow = rows.visited if visited == "1" else rows.not_visited
        return narrow(self.campaign, self.day)

    def by_invitation(self, rows: HouseholdQuerySet, _name: str, invited: str) -> HouseholdQuerySet:
        narrow = rows.invited if invited == "1" else rows.not_invited
        return narrow(self.campaign, self.day)

    def by_meeting(self, rows: HouseholdQuerySet, _name: str, met: str) -> HouseholdQuerySet:
        return (rows.met if met == "1" else rows.not_met)(self.campaign, self.day)

    def by_office(self, rows: HouseholdQuerySet, _name: str, office: str) -> HouseholdQuerySet:
        return rows.with_office(self.day).filter(office_rank=OFFICE_ORDER.index(OfficeState(office)))

    def by_concern(self, rows: HouseholdQuerySet, _name: str, kind: str) -> HouseholdQuerySet:
        return rows.raised(self.campaign, self.day, "" if kind == "any" else kind)

    def by_number_of_visits(self, rows: HouseholdQuerySet, _name: str, _often: str) -> HouseholdQuerySet:
        return rows.visited_often(self.campaign, self.day, VisitRule.of(self.campaign.ward, self.day).per_week)

    def by_milestone(self, rows: HouseholdQuerySet, _name: str, reached: str) -> HouseholdQuerySet:
        return rows.reached(reached, self.day)

    def by_part_in_dialogue(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.at_dialogue(self.campaign, self.day)

    def by_absence(self, rows: HouseholdQuerySet, _name: str, missed: Dialogue) -> HouseholdQuerySet:
        return rows.filter(pk__in=missed.invited().on_roll("stayed_away").values("household"))

    def by_own_step(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.with_own_step(self.day)

    def by_arrival(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.arrived_late()

    def by_money(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.handed_before_paid(self.day)

    def by_payment(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.paid_in_time(self.day)

    def by_late_payment(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.paid_late(self.day)

    def by_decision(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.enforcement_decided(self.day)

    def by_need(self, rows: HouseholdQuerySet, _name: str, need: str) -> HouseholdQuerySet:
        if not may_know_all_needs(self.request.user):
            return rows.none()
        return rows.in_need(self.day, {"any": "", "offered": "yes", "waiting": "no"}[need])

    def by_hand_over(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.handed_voluntarily(self.day)

    def by_absence_from_home(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.away(self.campaign, self.day)

    def by_proof(self, rows: HouseholdQuerySet, _name: str, _yes: str) -> HouseholdQuerySet:
        return rows.proved(self.campaign, self.day)

    def by_dialogue(self, rows: HouseholdQuerySet, _name: str, heard: str) -> HouseholdQuerySet:
        if not may_read_opinions(self.request.user):
            return rows.none()
        return rows.did_not_agree(self.campaign, self.day, "" if heard == "any" else heard)

    @property
    def is_narrowed(self) -> bool:
        hidden = (
            "away",
            "proved",
            "heard",
            "met",
            "concern",
            "often",
            "reached",
            "dialogue",
            "missed",
            "own",
            "late",
            "unpaid",
            "in_time",
            "paid_late",
            "enforced",
            "need",
            "voluntary",
        )
        return super().is_narrowed or any(self.data.get(name) for name in hidden)


class PlotFilter(_FilesFilter):
    """team: of one of the households that hold the plot."""

    field_order = ["q", "kind", "held", "team", "office", "part", "area", "outline"]
    typed_first_by: ClassVar[list[str]] = []
    HELD = [("several", _("By several households")), ("nobody", _("By no household"))]

    q = CharFilter(label=_("Plot, or sheet/plot"), max_length=100, method="by_words")
    kind = RowFilter(label=_("Kind of land"))
    held = CodeFilter(label=_("Holders"), choices=HELD, method="by_holders")
    area = CodeFilter(
        label=_("Area to be recovered"),
        choices=[("known", _("Entered")), ("open", _("Not yet entered"))],
        method="by_area",
    )

    office = CodeFilter(label=_("State of the file"), choices=OfficeState.choices, method="by_office")
    outline = CodeFilter(
        label=_("Outline"),
        choices=[("yes", _("Drawn")), ("no", _("Not drawn")), ("differs", _("Area differs from what is entered"))],
        method="by_outline",
    )

    part = CodeFilter(label=_("Hand-over"), choices=[("yes", _("In part"))], method="by_part")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        of_project = project.plots.filter(kind=OuterRef("pk"))
        self.offer("kind", LandKind.objects.visible_to(self.request.user).filter(Exists(of_project)))

    def by_office(self, rows: PlotQuerySet, _name: str, office: str) -> PlotQuerySet:
        return rows.with_office(self.day).filter(office_rank=OFFICE_ORDER.index(OfficeState(office)))

    def by_part(self, rows: PlotQuerySet, _name: str, _part: str) -> PlotQuerySet:
        return rows.handed_in_part(self.day)

    def by_outline(self, rows: PlotQuerySet, _name: str, outline: str) -> PlotQuerySet:
        return rows.drawn(outline)

    def by_holders(self, rows: PlotQuerySet, _name: str, held: str) -> PlotQuerySet:
        return rows.shared() if held == "several" else rows.without_holder()

    def by_area(self, rows: PlotQuerySet, _name: str, area: str) -> PlotQuerySet:
        return rows.filter(area_recovered__isnull=area == "open")


class QuestionFilter(_OnDayFilter):
    STATES = [
        ("open", _("Owed to the household")),
        ("unanswered", _("No answer yet")),
        ("to_tell", _("Answered, household not yet told")),
        ("overdue", _("Overdue")),
        ("due", _("Due in the year until now")),
        ("in_time", _("Answered by their day")),
        ("all", _("All")),
    ]
    state = CodeFilter(label=_("State"), choices=STATES, method="as_asked", empty_label=None)
    project = SlugFilter(label=_("Project"), field_name="household__project")
    owner = SlugFilter(label=_("Who answers"))

    def __init__(self, data: Any, queryset: QuestionQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.offer("project", Project.objects.filter(Exists(queryset.filter(household__project=OuterRef("pk")))))
        self.offer("owner", units_of(self.request, Q(Exists(queryset.filter(owner=OuterRef("pk")))), "owner"))

    def as_asked(self, rows: QuestionQuerySet, _name: str, _state: str) -> QuestionQuerySet:
        return rows  # below, for a list without a state is that of what is open

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        match self.asked("state") or "open":
            case "open":
                return rows.open(self.day)
            case "unanswered":
                return rows.open(self.day).unanswered()
            case "to_tell":
                return rows.to_tell()
            case "overdue":
                return rows.overdue(self.day)
            case "due":
                return rows.due_in(self.campaign, self.day)
            case "in_time":
                return rows.in_time(self.campaign, self.day)
        return rows


class _OwedFilter(_OnDayFilter):
    """Promises or obstacles; without a state those that are open."""

    STATES = [
        ("open", pgettext_lazy("owed", "Open")),
        ("overdue", _("Overdue")),
        ("closed", pgettext_lazy("owed", "Closed")),
        ("due", _("Due in the year until now")),
        ("in_time", _("Done by their day")),
        ("all", _("All")),
    ]

    state = CodeFilter(label=_("State"), choices=STATES, method="as_asked", empty_label=None)
    project = SlugFilter(label=_("Project"), field_name="household__project")
    owner = SlugFilter(label=_("Who sees to it"))

    def __init__(self, data: Any, queryset: OwedQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.offer("project", Project.objects.filter(Exists(queryset.filter(household__project=OuterRef("pk")))))
        self.offer("owner", units_of(self.request, Q(Exists(queryset.filter(owner=OuterRef("pk")))), "owner"))

    def as_asked(self, rows: OwedQuerySet, _name: str, _state: str) -> OwedQuerySet:
        return rows  # below, for a list without a state is that of what is open

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        match self.asked("state") or "open":
            case "open":
                return rows.open(self.day)
            case "overdue":
                return rows.overdue(self.day)
            case "closed":
                return rows.filter(closed_on__lte=self.day)
            case "due":
                return rows.due_in(self.campaign, self.day)
            case "in_time":
                return rows.in_time(self.campaign, self.day)
        return rows


class PromiseFilter(_OwedFilter):
    kind = CodeFilter(label=_("What was promised"), choices=PromiseKind.choices)
    group = SlugFilter(label=_("Residential group"), field_name="household__residential_group", widget=HiddenInput)

    def __init__(self, data: Any, queryset: OwedQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        lived_in = queryset.filter(household__residential_group=OuterRef("pk"))
        self.offer("group", units_of(self.request, Q(Exists(lived_in)), "group"))


class ObstacleFilter(_OwedFilter):
    reason = CodeFilter(label=_("What holds it up"), choices=ObstacleReason.choices)


class InvitationFilter(ListFilter):
    """letters: the versions of the letter that there are; the present one is listed unless another is asked for."""

    kept = ["year"]

    on = HiddenDayFilter(label=_("Day"))
    letter = CodeFilter(label=_("Version of the letter"), widget=HiddenInput)
    state = CodeFilter(label=_("State"), choices=InvitationState.choices)
    roll = CodeFilter(
        label=_("Attendance"),
        choices=[*AttendanceKind.choices, *RollFilter.ON_ROLL[:3]],
        widget=HiddenInput,
        method="on_roll",
    )

    def __init__(self, *args: Any, letters: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["letter"].extra["choices"] = [(str(letter), str(letter)) for letter in letters]

    def on_roll(self, rows: InvitationQuerySet, _name: str, roll: str) -> InvitationQuerySet:
        return rows.on_roll(roll)


class GrievanceFilter(_OnDayFilter):
    """may_read: whether what people wrote may be searched; others find a grievance by its number alone."""

    STATES = [
        ("open", pgettext_lazy("grievance", "Still open")),
        ("to_sort", pgettext_lazy("grievance", "To be sorted")),
        ("overdue", _("Overdue")),
        ("over", pgettext_lazy("grievance", "Done with")),
        ("accepted", pgettext_lazy("grievance", "Accepted by the day")),
        ("settled", pgettext_lazy("grievance", "Settled by the day")),
        ("all", _("All")),
    ]

    q = CharFilter(label=_("Number, name or matter"), max_length=100, method="by_words")
    state = CodeFilter(label=_("State"), choices=STATES, method="as_asked", empty_label=None)
    track = CodeFilter(label=_("Kind"), choices=Track.choices)

    def __init__(self, *args: Any, may_read: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_read = may_read
        if not may_read:
            self.filters["q"].label = _("Receipt number")

    def by_words(self, rows: GrievanceQuerySet, _name: str, words: str) -> GrievanceQuerySet:
        return rows.search(words) if self.may_read else rows.numbered(words)

    def as_asked(self, rows: GrievanceQuerySet, _name: str, _state: str) -> GrievanceQuerySet:
        return rows  # below, for a list without a state is that of what is open

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        match self.asked("state") or "open":
            case "open":
                return rows.open(self.day)
            case "to_sort":
                return rows.filter(state=GrievanceState.RECEIVED)
            case "overdue":
                return rows.overdue(self.day)
            case "over":
                return rows.filter(state__in=OVER)
            case "accepted":
                return rows.in_time(ClockKind.ACCEPT, self.campaign, self.day)
            case "settled":
                return rows.in_time(ClockKind.SETTLE, self.campaign, self.day)
        return rows


# ---- what the lists are exported as ------------------------------------------------------------------
def _masked(name: str | None) -> str:
    return initials(name) if name else ""


def _in_full(name: str | None) -> str:
    return name or ""


def _answer(told: Any, answered: Any) -> str:
    if told:
        return str(_("Household informed"))
    return str(_("Answered, household not yet told") if answered else _("No answer yet"))


HOUSEHOLDS = table(
    "clearance:household_list",
    _("Households"),
    Column(_("No."), "number"),
    Column(_("Household"), "name", say=_masked, full=_in_full),
    Column(_("Address"), "address_line"),
    Column(_("Residential group"), "residential_group__name"),
    Column(_("Outreach"), "outreach", say=words(Outreach)),
    Column(_("State of the file"), "office_rank", say=lambda rank: str(OFFICE_ORDER[rank].label)),
    Column(_("Invitation handed over"), "is_invited", say=yes_no(_("yes"), _("no"))),
    Column(_("Team"), "team_name"),
    Column(_("Last visit"), "last_visit_at"),
    Column(_("Appointment"), "follow_up_on"),
    logged="pk",
)
PLOTS = table(
    "clearance:plot_list",
    _("Plots"),
    Column(_("Map sheet"), "map_sheet"),
    Column(_("Plot number"), "number"),
    Column(_("Kind of land"), "kind__code"),
    Column(_("Whole plot, m²"), "area"),
    Column(_("To be recovered, m²"), "area_recovered"),
    Column(_("Held by households"), "held_by", say=lambda numbers: ", ".join(map(str, numbers))),
    Column(_("Note"), "note"),
)
QUESTIONS = table(
    "clearance:question_list",
    _("Questions of households"),
    Column(_("Question"), "text"),
    Column(_("Household"), "household__number"),
    Column(_("Project"), "household__project__undertaking__name"),
    Column(_("Who answers"), "owner__name"),
    Column(_("State"), "told_household_on", "answered_on", say=_answer),
    Column(_("Due"), "due_on"),
)
PROMISES = table(
    "clearance:promise_list",
    _("Promises to households"),
    Column(_("Promise"), "text"),
    Column(_("Household"), "household__number"),
    Column(_("Project"), "household__project__undertaking__name"),
    Column(_("Who sees to it"), "owner__name"),
    Column(_("Due"), "due_on"),
    Column(_("What came of it"), "result"),
)
OBSTACLES = table(
    "clearance:obstacle_list",
    _("Obstacles"),
    Column(_("What holds it up"), "reason", say=words(ObstacleReason)),
    Column(_("Obstacle"), "text"),
    Column(_("Household"), "household__number"),
    Column(_("Project"), "household__project__undertaking__name"),
    Column(_("Who sees to it"), "owner__name"),
    Column(_("Due"), "due_on"),
    Column(_("What came of it"), "result"),
)
DIALOGUES = table(
    "clearance:dialogue_list",
    _("Dialogue conferences"),
    Column(_("Day"), "held_on"),
    Column(_("Place"), "place"),
    Column(_("Held by"), "host__name"),
    Column(_("State"), "state", say=words(DialogueState)),
    Column(_("Invitations"), "invited"),
    Column(_("Handed over"), "handed_over"),
)
INVITATIONS = table(
    "clearance:dialogue_detail",
    _("Invitations to a dialogue"),
    Column(_("No."), "household__number"),
    Column(_("Household"), "name", say=_masked, full=_in_full),
    Column(_("Team"), "team_name"),
    Column(_("State"), "state", say=words(InvitationState)),
    logged="household",
)
GRIEVANCES = table(
    "clearance:grievance_list",
    _("Grievances"),
    Column(_("Receipt number"), "number", "year", say=lambda number, year: f"{number}/{year}"),
    Column(_("Received on"), "received_on"),
    Column(_("Kind"), "track", say=words(Track)),
    Column(_("Person"), "name", say=_masked, full=_in_full),
    Column(_("State"), "state", say=words(GrievanceState)),
    Column(_("Due"), "due_on"),
    logged="pk",
)


class PrivacyFilter(ListFilter):
    STATES = [("open", pgettext_lazy("privacy", "Open")), ("ended", pgettext_lazy("privacy", "Ended"))]

    state = CodeFilter(label=_("State"), choices=STATES, method="by_state")
    kind = CodeFilter(label=_("What is asked"), choices=PrivacyKind.choices)

    def by_state(self, rows: Any, _name: str, state: str) -> Any:
        return rows.open() if state == "open" else rows.ended()


PRIVACY = table(
    "clearance:privacy_list",
    _("Privacy requests"),
    Column(_("Receipt number"), "number", "year", say=lambda number, year: f"{number}/{year}"),
    Column(_("What is asked"), "kind", say=words(PrivacyKind)),
    Column(_("Received on"), "received_on"),
    Column(_("Due"), "due_on"),
    Column(_("What came of it"), "outcome", say=words(PrivacyOutcome)),
    Column(_("Request ended on"), "ended_on"),
)
