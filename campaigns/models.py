"""The campaign year: documents, the plan cascade, tasks and meetings."""

import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.choices import Branch
from accounts.models import Unit, folded
from accounts.querysets import MembershipQuerySet, WardQuerySet
from campaigns.choices import (
    Absence,
    CampaignState,
    Direction,
    DocumentState,
    MeetingKind,
    MeetingState,
    Numbering,
    Priority,
    TaskState,
    UndertakingKind,
)
from campaigns.querysets import CampaignQuerySet, DocumentQuerySet, TaskQuerySet, UndertakingQuerySet
from core.files import stored_path
from core.models import Period, Stateful, StoredFile, Transition, WardModel, tracked
from notifications import outbox

User = settings.AUTH_USER_MODEL


class CampaignClosed(PermissionDenied):
    """A verb on a row of a closed campaign. The text is for the user; uncaught it is the 403 page with this text."""


@tracked
class Campaign(Stateful, WardModel):
    """One year's campaign. A closed one is read-only: it sends nothing and generates nothing."""

    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(_("theme"), max_length=300)
    superior = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("superior body")
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    state = models.CharField(_("state"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign year")
        verbose_name_plural = _("campaign years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint("ward", "year", name="campaigns_campaign_year"),
            models.CheckConstraint(name="campaigns_campaign_days", condition=Q(closes_on__gte=F("opens_on"))),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign_detail", args=[self.year])

    @property
    def is_open(self) -> bool:
        return self.state == CampaignState.OPEN

    def can_change(self) -> Decision:
        """Whether anything of this year may still be written: for buttons. A year in preparation may."""
        if self.state != CampaignState.CLOSED:
            return access.ALLOWED
        return access.denied(gettext("Year %(year)s is closed: it can be read, not changed.") % {"year": self.year})

    def require_open(self) -> None:
        """Raises CampaignClosed. Every verb that writes a row of the year calls this first."""
        decision = self.can_change()
        if not decision:
            raise CampaignClosed(decision.reason)

    def can_open(self, user: models.Model) -> Decision:
        return access.can(user, Permission.CAMPAIGN_EDIT)

    def can_close(self, user: models.Model) -> Decision:
        return access.can(user, Permission.CAMPAIGN_CLOSE)

    def open(self, *, by: models.Model | None, on: datetime.date | None = None) -> None:
        """Begin the year, or take up one that was closed too early."""
        with transaction.atomic():
            self.move(CampaignState.OPEN, since=[CampaignState.DRAFT, CampaignState.CLOSED], by=by, on=on)
            outbox.record("campaigns.campaign.opened", subject=self, by=by, on=on, year=self.year)

    def close(self, *, by: models.Model | None, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=by, on=on)
            outbox.record("campaigns.campaign.closed", subject=self, by=by, on=on, year=self.year)


class CampaignTransition(Transition):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="transitions")


@tracked
class Undertaking(WardModel, Period):
    """A clearance project, a street or another work: what tasks and models are about. Lives over the years."""

    kind = models.CharField(_("kind"), max_length=10, choices=UndertakingKind)
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("address"), max_length=80)
    search_key = folded("name")

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = ["name"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "slug", name="campaigns_undertaking_slug"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class CampaignFocus(WardModel):
    """An undertaking belongs to a campaign, under one of the theme's focus points."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="foci", verbose_name=_("campaign"))
    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="foci", verbose_name=_("undertaking"))
    label = models.CharField(_("focus"), max_length=150, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("focus")
        verbose_name_plural = _("focus points")
        constraints = [models.UniqueConstraint("ward", "campaign", "undertaking", name="campaigns_focus_pair")]

    def __str__(self) -> str:
        return f"{self.undertaking} {self.campaign}"


@tracked
class DocumentKind(WardModel):
    code = models.CharField(_("code"), max_length=10)
    branch = models.CharField(_("branch"), max_length=20, choices=Branch)
    label = models.CharField(_("label"), max_length=60)
    numbering = models.CharField(_("numbered"), max_length=5, choices=Numbering)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of document")
        verbose_name_plural = _("kinds of documents")
        ordering = ["branch", "label"]
        constraints = [models.UniqueConstraint("ward", "branch", "code", name="campaigns_documentkind_code")]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


@tracked
class PaperStandard(WardModel, Period):
    """The layout of official papers: which guidance, for whose papers, since when, with its sizes."""

    code = models.CharField(_("code"), max_length=30)
    branch = models.CharField(_("branch"), max_length=20, choices=Branch)
    sizes = models.JSONField(_("sizes"), default=dict)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper standard")
        verbose_name_plural = _("paper standards")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="campaigns_paperstandard_code"),
        ]

    def __str__(self) -> str:
        return self.code


@tracked
class Document(Stateful, WardModel):
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="documents", verbose_name=_("kind"))
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="documents", verbose_name=_("issued by"))
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    symbol = models.CharField(_("number and symbol"), max_length=50, blank=True)
    symbol_inferred = models.BooleanField(
        _("symbol inferred"), default=False, help_text=_("The source gives the number only.")
    )
    dated_on = models.DateField(_("dated"))
    summary = models.CharField(_("summary"), max_length=500)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("campaign")
    )
    carries_out = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_out_by", verbose_name=_("carries out")
    )
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT)
    file = models.FileField(_("file"), upload_to=stored_path, max_length=200, blank=True)
    original_name = models.CharField(_("file name"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    is_restricted = models.BooleanField(_("restricted"), default=False)
    search_key = folded("summary")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-dated_on", "-id"]
        indexes = [models.Index(fields=["ward", "campaign", "-dated_on", "-id"], name="campaigns_document_list")]
        constraints = [
            models.CheckConstraint(
                name="campaigns_document_file_hash",
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="campaigns_document_issued_numbered",
                condition=~Q(state=DocumentState.ISSUED) | ~Q(symbol=""),
                violation_error_message=_("An issued document has a number and symbol."),
            ),
            models.CheckConstraint(name="campaigns_document_not_own_parent", condition=~Q(carries_out=F("id"))),
        ]

    def __str__(self) -> str:
        return self.symbol or f"{self.kind.label} …"

    def get_absolute_url(self) -> str:
        return reverse("campaigns:document_detail", args=[self.pk])


class DocumentTransition(Transition):
    document = models.ForeignKey(Document, models.PROTECT, related_name="transitions")


@tracked
class DocumentRecipient(WardModel):
    """A unit to which a document went, and what it must answer with."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="recipients", verbose_name=_("document"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="received_documents", verbose_name=_("unit"))
    must_issue_resolution = models.BooleanField(_("issues its own resolution"), default=False)
    answered_by = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("answered by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [models.UniqueConstraint("ward", "document", "unit", name="campaigns_recipient_pair")]

    def __str__(self) -> str:
        return f"{self.document} → {self.unit}"


@tracked
class PlanItem(WardModel):
    """One thing that a plan orders."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plan_items", verbose_name=_("campaign"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="plan_items", verbose_name=_("plan"))
    text = models.TextField(_("what the plan orders"))
    undertaking = models.ForeignKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="plan_items", verbose_name=_("undertaking")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class Task(Stateful, WardModel):
    """One piece of work of one lead unit. Overdue is computed, never stored."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tasks", verbose_name=_("campaign"))
    plan_item = models.ForeignKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("plan item")
    )
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="led_tasks", verbose_name=_("lead unit"))
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    undertaking = models.ForeignKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("undertaking")
    )
    title = models.CharField(_("task"), max_length=250)
    product = models.CharField(_("product"), max_length=250, blank=True)
    target_value = models.PositiveIntegerField(_("target"), null=True, blank=True, validators=[MinValueValidator(1)])
    target_unit = models.CharField(_("counted in"), max_length=30, blank=True)
    due_on = models.DateField(_("due on"))
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    evidence_needed = models.BooleanField(_("evidence needed"), default=False)
    state = models.CharField(_("state"), max_length=15, choices=TaskState, default=TaskState.ASSIGNED)
    search_key = folded("title")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["ward", "campaign", "due_on", "id"], name="campaigns_task_due"),
            models.Index(fields=["ward", "lead_unit", "due_on"], name="campaigns_task_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="campaigns_task_target_unit",
                condition=Q(target_value__isnull=True, target_unit="") | (Q(target_value__gt=0) & ~Q(target_unit="")),
                violation_error_message=_("Give a target with what it is counted in, or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:task_detail", args=[self.pk])


class TaskTransition(Transition):
    task = models.ForeignKey(Task, models.PROTECT, related_name="transitions")


class TaskEvidence(StoredFile):
    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence")
    on = models.DateField(_("on"))

    objects = WardQuerySet.as_manager()


@tracked
class TaskUnit(WardModel):
    """A cooperating unit."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="cooperating", verbose_name=_("task"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="shared_tasks", verbose_name=_("unit"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperating unit")
        verbose_name_plural = _("cooperating units")
        constraints = [models.UniqueConstraint("ward", "task", "unit", name="campaigns_taskunit_pair")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class TaskProgress(WardModel):
    """What has been reached on a day; the value is the total so far, not an increment."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="progress", verbose_name=_("task"))
    on = models.DateField(_("on"))
    value = models.PositiveIntegerField(_("reached so far"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_progress_says_something", condition=Q(value__isnull=False) | ~Q(note="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.on}"


@tracked
class Meeting(WardModel):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="meetings", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=200, blank=True)
    held_on = models.DateField(_("date"), null=True, blank=True)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    chair = models.CharField(_("chair"), max_length=100, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("document explained")
    )
    minutes = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="minutes_of", verbose_name=_("minutes")
    )
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("campaigns:meeting_detail", args=[self.pk])


@tracked
class MeetingInvitee(WardModel):
    """A unit or a group of people invited to a meeting: how many, and how many came. None present: no count yet."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="invitees", verbose_name=_("meeting"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    group = models.CharField(_("group"), max_length=150, blank=True)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    absence = models.CharField(_("attendance"), max_length=12, choices=Absence, blank=True)
    re_briefed_on = models.DateField(_("informed on"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("invited group")
        verbose_name_plural = _("invited groups")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward", "meeting", "unit", "group", name="campaigns_invitee_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="campaigns_invitee_somebody", condition=Q(unit__isnull=False) | ~Q(group="")),
            models.CheckConstraint(
                name="campaigns_invitee_re_briefed",
                condition=Q(absence=Absence.RE_BRIEFED, re_briefed_on__isnull=False)
                | (~Q(absence=Absence.RE_BRIEFED) & Q(re_briefed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.group or str(self.unit)
