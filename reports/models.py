"""Reports: the officer's own words beside computed facts. Facts are not stored as text until the paper is sent."""

import datetime
import hashlib
import json
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User, Ward
from accounts.querysets import WardQuerySet
from campaigns.choices import Direction
from campaigns.models import Campaign, Document, DocumentKind, PaperStandard, require_day
from core.keys import WardKey
from core.models import StateChanged, Stateful, Transition, WardModel, tracked
from core.papers import Paper, to_json
from core.titles import TITLE
from notifications import outbox
from reports.choices import UNSENT_STATES, ReportKind, ReportState, SectionCode
from reports.querysets import CalendarFeedQuerySet, ReportQuerySet

REPORT_CODE = "BC"
SECRET_BYTES = 32


@tracked
class Report(Stateful, WardModel):
    campaign = WardKey(Campaign, models.PROTECT, related_name="reports", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind, default=ReportKind.DAY)
    on = models.DateField(_("figures of"))
    known_on = models.DateField(
        _("figures as known on"),
        null=True,
        blank=True,
        help_text=_("Empty: with what was corrected later."),
    )
    due_on = models.DateField(_("to be sent by"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, validators=TITLE)
    body = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    standard = WardKey(PaperStandard, models.PROTECT, related_name="+", verbose_name=_("paper standard"))
    header = models.CharField(_("superior's line in the header"), max_length=120, blank=True)
    symbol_suffix = models.CharField(_("symbol behind the number"), max_length=20, blank=True)
    place = models.CharField(_("place in the date line"), max_length=60, blank=True)
    authority = models.CharField(_("signs on behalf of"), max_length=80, blank=True)
    signer_title = models.CharField(_("title of the signer"), max_length=80, blank=True)
    recipients = models.TextField(_("recipients, one a line"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    issued_as = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("issued as")
    )
    snapshot = models.JSONField(_("paper as it was sent"), null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ward", "campaign", "-on", "-id"], name="reports_report_list")]
        constraints = [
            models.CheckConstraint(
                name="reports_report_sent_kept",
                condition=Q(state=ReportState.SENT, snapshot__isnull=False, issued_as__isnull=False)
                | (~Q(state=ReportState.SENT) & Q(snapshot__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:report_detail", args=[self.pk])

    @property
    def is_unsent(self) -> bool:
        return self.state in UNSENT_STATES

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        return self._can_write(user) and access.can(user, Permission.REPORT_EDIT)

    def can_send(self, user: User) -> Decision:
        """Who writes reports states that the signed paper left, and gives it the number it bears."""
        allowed = self._can_write(user) and access.can(user, Permission.REPORT_EDIT)
        return allowed and access.can(user, Permission.DOCUMENT_EDIT)

    def _can_write(self, user: User) -> Decision:
        if not self.is_unsent:
            return access.denied(gettext("This report is now “%(state)s”.") % {"state": self.get_state_display()})
        return self.campaign.can_change()

    # ---- words and verbs ----------------------------------------------------------------------------
    def lines(self, code: str) -> list[str]:
        """The officer's own words of a section, in order; empty for a report that is not saved."""
        return [row.text for row in self.sections.all() if row.code == code] if self.pk else []

    @transaction.atomic
    def write(self, *, by: User, words: dict[str, list[str]]) -> None:
        """Save a draft with its sections as lines, as one act. Refused for a closed year and for a signed report."""
        self.campaign.require_open()
        if not self.is_unsent:
            raise StateChanged(self, self.state)
        is_new = self._state.adding
        if is_new:
            self.entered_by = by
            self.start(by=by)
        else:
            self.save()
        self.replace_sections(words)
        kind = "reports.report.written" if is_new else "reports.report.reworded"
        outbox.record(kind, subject=self, by=by, unit=self.body)

    def as_document(self, *, number: int | None, on: datetime.date) -> Document:
        """The report as it goes into the register of documents, not yet saved."""
        kind = DocumentKind.objects.filter(ward_id=self.ward_id, code=REPORT_CODE).first()
        if kind is None:
            raise ValidationError(gettext("No kind of document “BC” is kept. An administrator adds it."))
        where = {"ward_id": self.ward_id, "campaign": self.campaign, "direction": Direction.OUT}
        return Document(
            **where, kind=kind, issuer=self.body, number=number, dated_on=on, summary=capfirst(self.title)[:500]
        )

    @transaction.atomic
    def send(self, *, by: User, number: int, on: datetime.date, paper: Callable[[Document], Paper]) -> None:
        """The signed paper left on this day under this number: it goes into the register and never changes again."""
        self.campaign.require_open()
        require_day(self, on)
        document = self.as_document(number=number, on=on)
        document.register(by=by)
        document.issue(by=by)
        kept = to_json(paper(document))
        sha256 = hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        self.move(
            ReportState.SENT,
            since=UNSENT_STATES,
            by=by,
            on=on,
            issued_as=document,
            snapshot=kept,
            sha256=sha256,
        )
        outbox.record("reports.report.sent", subject=self, by=by, on=on, unit=self.body, document=document.pk)

    def replace_sections(self, words: dict[str, list[str]]) -> None:
        self.sections.all().delete()
        for code, texts in words.items():
            for order, text in enumerate(texts):
                self.sections.create(ward_id=self.ward_id, code=code, text=text, order=order)


class ReportTransition(Transition):
    report = WardKey(Report, models.PROTECT, related_name="transitions", verbose_name=_("report"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")


@tracked
class ReportSection(WardModel):
    """What the officer writes: an assessment, a next task."""

    report = WardKey(Report, models.CASCADE, related_name="sections", verbose_name=_("report"))
    code = models.CharField(_("section"), max_length=12, choices=SectionCode)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["code", "order", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class CalendarFeed(WardModel):
    """The address of a person's calendar in one ward. Whoever knows it reads it without signing in, so the address is
    told once and only what it is hashed to is kept; a new one ends the one before."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name=_("person")
    )
    secret_hash = models.CharField(_("hash of the address"), max_length=64, editable=False)
    since = models.DateTimeField(_("since"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar for a phone")
        verbose_name_plural = _("calendars for phones")
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint("ward", "secret_hash", name="reports_calendarfeed_secret"),
            models.UniqueConstraint(
                "ward", "user", name="reports_calendarfeed_one_live", condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="reports_calendarfeed_hashed", condition=Q(secret_hash__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="reports_calendarfeed_order", condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def begin(cls, *, by: User, ward: Ward) -> str:
        """A new address, ending the one before. Gives its secret part, which nobody can read again."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # two at once would both be the only one
            cls.objects.of(by, ward).end()
            cls(ward=ward, user=by, secret_hash=cls.hashed(secret)).save()
        return secret

    @staticmethod
    def hashed(secret: str) -> str:
        """256 random bits need no slow hash: there is nothing to guess."""
        return hashlib.sha256(secret.encode()).hexdigest()
