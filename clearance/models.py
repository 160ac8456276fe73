"""Land-clearance outreach: projects, households, visits, invitations, dialogue and the questions the ward must answer.

No field of this app holds what somebody thinks of a household. Its reply to an invitation is a fact about a meeting.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, folded, sort_key
from accounts.querysets import WardQuerySet
from campaigns.models import Document, Undertaking
from clearance.choices import (
    DELIVERED,
    AttendanceKind,
    AttendanceReply,
    DialogueState,
    InvitationState,
    Outreach,
    PartyKind,
    Purpose,
    Shape,
    VisitOutcome,
)
from clearance.querysets import (
    AssignmentQuerySet,
    HouseholdQuerySet,
    ProjectQuerySet,
    QuestionQuerySet,
    ThroughHouseholdQuerySet,
    VisitQuerySet,
)
from core.models import Period, StoredFile, WardModel, tracked

User = settings.AUTH_USER_MODEL


@tracked
class Project(WardModel):
    undertaking = models.OneToOneField(
        Undertaking, models.PROTECT, related_name="clearance_project", verbose_name=_("undertaking")
    )
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("address"), max_length=80)
    shape = models.CharField(_("who runs it"), max_length=15, choices=Shape)
    host = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("body in charge"))
    has_household_list = models.BooleanField(_("has a household list"), default=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("clearance project")
        verbose_name_plural = _("clearance projects")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("ward", "slug", name="clearance_project_slug")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clearance:project_detail", args=[self.slug])


@tracked
class Party(WardModel):
    """A household, person or organisation; one party may have a file in several projects."""

    kind = models.CharField(_("kind"), max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    name = models.CharField(_("name"), max_length=120)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    search_key = folded("name")
    sort_key = sort_key("name", "vi_name_key")

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [GinIndex(name="clearance_party_search", fields=["search_key"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.name


@tracked
class Household(WardModel):
    """The file of one household in one project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="households", verbose_name=_("project"))
    number = models.PositiveIntegerField(_("household number"))
    address_line = models.CharField(_("address"), max_length=200)
    residential_group = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("residential group")
    )
    outreach = models.CharField(_("outreach"), max_length=20, choices=Outreach, default=Outreach.NOT_REACHED)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["project", "number"]
        constraints = [models.UniqueConstraint("ward", "project", "number", name="clearance_household_number")]

    def __str__(self) -> str:
        return str(_("household no. %(number)s") % {"number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("clearance:household_detail", args=[self.project.slug, self.number])


@tracked
class HouseholdParty(WardModel):
    household = models.ForeignKey(Household, models.CASCADE, related_name="parties", verbose_name=_("household"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="households", verbose_name=_("party"))
    relation = models.CharField(_("relation"), max_length=60, blank=True)
    is_representative = models.BooleanField(_("represents the household"), default=False)

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household file")
        verbose_name_plural = _("members of household files")
        constraints = [
            models.UniqueConstraint("ward", "household", "party", name="clearance_householdparty_pair"),
            models.UniqueConstraint(
                "ward", "household", condition=Q(is_representative=True), name="clearance_one_representative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.party)


@tracked
class TeamAssignment(WardModel, Period):
    """Which team visits a household. One open assignment per household."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="assignments", verbose_name=_("household"))
    team = models.ForeignKey(Unit, models.PROTECT, related_name="household_assignments", verbose_name=_("team"))

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "household",
                condition=Q(valid_to__isnull=True),
                name="clearance_one_open_assignment",
                violation_error_message=_("This household already has a team. End that assignment first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} → {self.team}"


@tracked
class Visit(WardModel):
    """One visit at the door. Never changed: a mistaken one becomes void with a reason and leaves the counts."""

    client_id = models.UUIDField(_("device's id"), default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name=_("household"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    visited_at = models.DateTimeField(_("visited at"))
    received_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    outcome = models.CharField(_("who was met"), max_length=20, choices=VisitOutcome)
    note = models.TextField(_("note"), blank=True)
    follow_up_on = models.DateField(_("come again on"), null=True, blank=True)
    attendance_reply = models.CharField(
        _("reply to the invitation"), max_length=20, choices=AttendanceReply, null=True, blank=True
    )
    team = models.ForeignKey(Unit, models.PROTECT, related_name="visits", verbose_name=_("team"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the team by")
    )
    void_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("declared void by")
    )
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_at", "-id"]
        indexes = [models.Index(fields=["ward", "household", "-visited_at"], name="clearance_visit_household")]
        constraints = [
            models.UniqueConstraint("ward", "client_id", name="clearance_visit_client_id"),
            models.CheckConstraint(
                name="clearance_visit_void_pair",
                condition=Q(void_at__isnull=True, void_by__isnull=True, void_reason="")
                | (Q(void_at__isnull=False, void_by__isnull=False) & ~Q(void_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {timezone.localtime(self.visited_at):%d/%m/%Y}"


@tracked
class VisitCompanion(WardModel):
    """Another body that came along, such as the superior's clearance team."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="companions", verbose_name=_("visit"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        constraints = [models.UniqueConstraint("ward", "visit", "unit", name="clearance_companion_pair")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class Dialogue(WardModel):
    """A dialogue conference with the households of a project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="dialogues", verbose_name=_("project"))
    host = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("held by"))
    held_on = models.DateField(_("date"), null=True, blank=True)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    step_code = models.CharField(_("procedure step"), max_length=10, blank=True)
    minutes = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="dialogues", verbose_name=_("minutes")
    )
    state = models.CharField(_("state"), max_length=10, choices=DialogueState, default=DialogueState.PLANNED)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialogue conference")
        verbose_name_plural = _("dialogue conferences")
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.project}"

    def get_absolute_url(self) -> str:
        return reverse("clearance:dialogue_detail", args=[self.project.slug, self.pk])


@tracked
class Invitation(WardModel):
    """A household's invitation to a dialogue. A corrected letter is a new edition."""

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="invitations", verbose_name=_("dialogue"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="invitations", verbose_name=_("household"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(_("delivery"), max_length=20, choices=InvitationState, default=InvitationState.TO_DELIVER)
    delivered_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    delivered_in = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("during the visit")
    )
    receiver = models.CharField(_("received by"), max_length=100, blank=True)

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["household", "edition"]
        constraints = [
            models.UniqueConstraint("ward", "dialogue", "household", "edition", name="clearance_invitation_edition"),
            models.CheckConstraint(
                name="clearance_invitation_delivered_at",
                condition=Q(state__in=[*DELIVERED, InvitationState.REFUSED], delivered_at__isnull=False)
                | Q(state=InvitationState.TO_DELIVER, delivered_at__isnull=True)
                | Q(state=InvitationState.VOID),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} ({self.get_state_display()})"


class InvitationEvidence(StoredFile):
    """A photo of the signed receipt."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="evidence")

    objects = WardQuerySet.as_manager()


@tracked
class DialogueAttendance(WardModel):
    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="attendance", verbose_name=_("dialogue"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="attendance", verbose_name=_("household"))
    kind = models.CharField(_("attendance"), max_length=20, choices=AttendanceKind)

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint("ward", "dialogue", "household", name="clearance_attendance_pair")]

    def __str__(self) -> str:
        return f"{self.household}: {self.get_kind_display()}"


@tracked
class Question(WardModel):
    """What a household asked, in its own words, and what the ward owes for it."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="questions", verbose_name=_("household"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("asked at the visit")
    )
    dialogue = models.ForeignKey(
        Dialogue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked at the dialogue"),
    )
    text = models.TextField(_("question, in the household's words"))
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="questions", verbose_name=_("who answers"))
    due_on = models.DateField(_("answer due on"))
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    told_household_on = models.DateField(_("household informed on"), null=True, blank=True)
    accepted_by_household = models.BooleanField(_("the household considers it answered"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["ward", "due_on"], name="clearance_question_due")]
        constraints = [
            models.CheckConstraint(
                name="clearance_question_answered",
                condition=Q(answered_on__isnull=True, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                violation_error_message=_("Give the answer and its day, or neither."),
            ),
            models.CheckConstraint(
                name="clearance_question_told_after_answer",
                condition=Q(told_household_on__isnull=True) | Q(answered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
