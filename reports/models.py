"""Reports: the officer's own words beside computed facts. Facts are not stored as text until the paper is sent."""

import datetime
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User, Ward
from accounts.querysets import WardQuerySet
from campaigns.choices import Direction, DocumentState
from campaigns.models import Campaign, Document, DocumentKind, PaperStandard
from core.keys import WardKey, WardOneToOneKey
from core.models import Period, StateChanged, Stateful, Transition, WardModel, save_all, today, tracked
from core.papers import Paper, to_json
from core.periods import Span
from core.text import slug
from core.titles import TITLE
from notifications import outbox
from reports.choices import (
    IN_FORCE_STATES,
    SIGNED_STATES,
    UNSENT_STATES,
    UNSIGNED_STATES,
    AnnexCode,
    ReportKind,
    ReportState,
    SectionCode,
)
from reports.querysets import (
    CalendarFeedQuerySet,
    PeriodRuleQuerySet,
    ReportQuerySet,
    ReportTextQuerySet,
    WardNumberQuerySet,
)

REPORT_CODE = "BC"
SECRET_BYTES = 32
CODE = 80  # signs of a ward number's address
LAST_DAY = 31  # of every month
CLOSING_DAY = Path(__file__).parent / "data" / "closing_day.json"
# What is signed with a report, and stays.
SIGNED = [
    *("snapshot", "sha256", "kind", "first_on", "on", "known_on", "title", "body", "standard", "header", "annexes"),
    *("symbol_suffix", "place", "authority", "signer_title", "recipients", "handed_in_by", "checked_by", "signed_by"),
]


@tracked
class Report(Stateful, WardModel):
    moved_on: datetime.date  # of with_last_move()
    came_back: bool  # of with_returns()
    campaign = WardKey(Campaign, models.PROTECT, related_name="reports", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind, default=ReportKind.DAY)
    first_on = models.DateField(
        _("first day of the period"),
        null=True,
        blank=True,
        help_text=_("Empty: the report tells how things stand on the last day."),
    )
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
    annexes = ArrayField(
        models.CharField(max_length=10, choices=AnnexCode), verbose_name=_("tables behind it"), default=list, blank=True
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("checked by"),
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed by"),
    )
    issued_as = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("issued as")
    )
    replaces = WardOneToOneKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces the report"),
    )
    snapshot = models.JSONField(_("paper as it was signed"), null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)

    objects = ReportQuerySet.as_manager()
    added_by = AddedBy(Permission.REPORT_EDIT, "reports:report_new")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ward", "campaign", "-on", "-id"], name="reports_report_list")]
        constraints = [
            models.CheckConstraint(
                name="reports_report_signed_kept",
                condition=Q(state__in=SIGNED_STATES, snapshot__isnull=False)
                | Q(state__in=UNSIGNED_STATES, snapshot__isnull=True),
            ),
            models.CheckConstraint(
                name="reports_report_numbered",
                condition=Q(state__in=(ReportState.NUMBERED, ReportState.SENT), issued_as__isnull=False)
                | Q(state__in=(*UNSIGNED_STATES, ReportState.SIGNED), issued_as__isnull=True)
                | Q(state=ReportState.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="reports_report_desks",
                condition=Q(state=ReportState.SUBMITTED, handed_in_by__isnull=False, checked_by__isnull=True)
                | Q(state=ReportState.CHECKED, handed_in_by__isnull=False, checked_by__isnull=False)
                | ~Q(state__in=(ReportState.SUBMITTED, ReportState.CHECKED)),
            ),
            models.CheckConstraint(
                name="reports_report_second_person",
                condition=~Q(checked_by=F("handed_in_by")) & ~Q(signed_by=F("handed_in_by")),
                violation_error_message=_("Another person than the one who wrote it checks and signs a report."),
            ),
            models.CheckConstraint(
                name="reports_report_period",
                condition=Q(first_on=None) | Q(first_on__lte=F("on")) & ~Q(kind=ReportKind.DAY),
                violation_error_message=_("The first day of the period can not lie after the last."),
            ),
            models.CheckConstraint(
                name="reports_report_replaces_another", condition=Q(replaces=None) | ~Q(replaces=F("pk"))
            ),
            models.CheckConstraint(
                name="reports_report_annexes", condition=Q(annexes__contained_by=[code.value for code in AnnexCode])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__snapshot__isnull=False)
                & reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in SIGNED)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:report_detail", args=[self.pk])

    @property
    def is_unsent(self) -> bool:
        return self.state in UNSENT_STATES

    @property
    def span(self) -> Span | None:
        """The period that it tells of; None where it tells of a day."""
        if self.first_on is None:
            return None
        return Span(self.kind, self.first_on, self.on, PeriodRule.objects.closes_on(self.ward_id, self.on))

    @property
    def is_signed(self) -> bool:
        return self.state in SIGNED_STATES

    @property
    def replacement(self) -> "Report | None":
        return Report.objects.filter(ward_id=self.ward_id, replaces=self).first() if self.pk else None

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        return self._is(ReportState.DRAFT) and access.can(user, Permission.REPORT_EDIT)

    @staticmethod
    def can_read_drafts(user: User) -> Decision:
        """What was written before the signature: for those who write, check and sign."""
        others = access.can(user, Permission.REPORT_CHECK) or access.can(user, Permission.REPORT_SIGN)
        return access.can(user, Permission.REPORT_EDIT) or others

    def can_hand_in(self, user: User) -> Decision:
        return self.can_edit(user)

    def can_check(self, user: User) -> Decision:
        allowed = self._is(ReportState.SUBMITTED) and access.can(user, Permission.REPORT_CHECK)
        return allowed and self._is_second(user)

    def can_sign(self, user: User) -> Decision:
        allowed = self._is(ReportState.CHECKED) and access.can(user, Permission.REPORT_SIGN)
        return allowed and self._is_second(user)

    def can_send_back(self, user: User) -> Decision:
        return self.can_sign(user) if self.state == ReportState.CHECKED else self.can_check(user)

    def can_number(self, user: User) -> Decision:
        return self._is(ReportState.SIGNED) and access.can(user, Permission.DOCUMENT_ISSUE)

    def can_send(self, user: User) -> Decision:
        return self._is(ReportState.NUMBERED) and access.can(user, Permission.DOCUMENT_ISSUE)

    def can_withdraw(self, user: User) -> Decision:
        return self._is(*IN_FORCE_STATES) and access.can(user, Permission.REPORT_SIGN)

    def can_replace(self, user: User) -> Decision:
        allowed = self._is(ReportState.WITHDRAWN) and access.can(user, Permission.REPORT_EDIT)
        if allowed and (other := self.replacement):
            return access.denied(gettext("“%(title)s” replaces it already.") % {"title": other.title})
        return allowed

    def _is(self, *states: str) -> Decision:
        if self.state not in states:
            return access.denied(gettext("This report is now “%(state)s”.") % {"state": self.get_state_display()})
        return self.campaign.can_change()

    def _is_second(self, user: User) -> Decision:
        if user.pk in (self.handed_in_by_id, self.entered_by_id):
            return access.denied(gettext("Another person than the one who wrote it checks and signs a report."))
        return access.ALLOWED

    # ---- words and verbs ----------------------------------------------------------------------------
    def lines(self, code: str) -> list[str]:
        """The officer's own words of a section, in order; empty for a report that is not saved."""
        return [row.text for row in self.sections.all() if row.code == code] if self.pk else []

    @transaction.atomic
    def write(self, *, by: User, words: dict[str, list[str]]) -> None:
        """Save a draft with its sections as lines, as one act. Refused for a closed year and once it is handed in."""
        self.campaign.require_open()
        if self.state != ReportState.DRAFT:
            raise StateChanged(self, self.state)
        is_new = self._state.adding
        if is_new:
            self.entered_by = by
            self.start(by=by)
        else:
            self._lock_draft()
            self.save()
        self.replace_sections(words)
        kind = "reports.report.written" if is_new else "reports.report.reworded"
        outbox.record(kind, subject=self, by=by, unit=self.body)

    @transaction.atomic
    def reword(self, *, by: User, code: str, lines: list[str] | None) -> None:
        """Word a section in this report alone. None: as the ward's text has it."""
        self.campaign.require_open()
        self._lock_draft()
        self.wordings.filter(code=code).delete()
        if lines is not None:
            self.wordings.create(ward_id=self.ward_id, code=code, lines="\n".join(lines))
        outbox.record("reports.report.reworded", subject=self, by=by, unit=self.body)

    @transaction.atomic
    def overrule(self, own: "ReportOverride", *, by: User) -> None:
        """Another number than the computed one; `own` says why and what was computed."""
        self.campaign.require_open()
        self._lock_draft()
        self.overrides.filter(key=own.key).delete()
        fields = {"key": own.key, "value": own.value, "is_nearly": own.is_nearly, "reason": own.reason}
        self.overrides.create(ward_id=self.ward_id, by=by, computed=own.computed, **fields)
        facts = {"key": own.key, "value": own.value, "computed": own.computed, "reason": own.reason}
        outbox.record("reports.report.overruled", subject=self, by=by, unit=self.body, **facts)

    @transaction.atomic
    def count_again(self, *, by: User, key: str) -> None:
        """The computed number again. StateChanged where somebody went back to it already."""
        self.campaign.require_open()
        self._lock_draft()
        if self.overrides.filter(key=key).delete()[0]:
            outbox.record("reports.report.counted_again", subject=self, by=by, unit=self.body, key=key)

    def _lock_draft(self) -> None:
        """Nobody hands it in meanwhile. StateChanged where somebody has."""
        rows = Report.objects.select_for_update(of=("self",)).filter(ward_id=self.ward_id, pk=self.pk)
        state = rows.values_list("state", flat=True).get()
        if state != ReportState.DRAFT:
            self.state = state
            raise StateChanged(self, ReportState.DRAFT)

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
    def hand_in(self, *, by: User) -> None:
        """From here on the words stay: they are checked as they are, or sent back."""
        self.campaign.require_open()
        self.move(ReportState.SUBMITTED, since=[ReportState.DRAFT], by=by, handed_in_by=by)
        outbox.record("reports.report.handed_in", subject=self, by=by, unit=self.body)

    @transaction.atomic
    def pass_check(self, *, by: User) -> None:
        self.campaign.require_open()
        self.move(ReportState.CHECKED, since=[ReportState.SUBMITTED], by=by, checked_by=by)
        outbox.record("reports.report.checked", subject=self, by=by, unit=self.body)

    @transaction.atomic
    def send_back(self, *, by: User, reason: str, paper: Paper) -> None:
        """To who wrote it, with the reason; the text that was not good enough is kept."""
        self.campaign.require_open()
        nobody = {"handed_in_by": None, "checked_by": None}
        since = [ReportState.SUBMITTED, ReportState.CHECKED]
        self.move(ReportState.DRAFT, since=since, by=by, reason=reason, **nobody)
        ReportVersion.objects.create(ward_id=self.ward_id, report=self, by=by, reason=reason, paper=to_json(paper))
        outbox.record("reports.report.sent_back", subject=self, by=by, unit=self.body, reason=reason)

    @transaction.atomic
    def sign(self, *, by: User, paper: Paper, figures: "Sequence[ReportFigure]") -> None:
        """Keep the paper as it is signed, each figure with the rows behind it. Nothing of it changes any more."""
        self.campaign.require_open()
        kept = to_json(paper)
        self.move(
            ReportState.SIGNED,
            since=[ReportState.CHECKED],
            by=by,
            signed_by=by,
            snapshot=kept,
            sha256=hash_of(kept, figures),
        )
        save_all(figures)
        outbox.record("reports.report.signed", subject=self, by=by, unit=self.body)

    @transaction.atomic
    def give_number(self, *, by: User, on: datetime.date, number: int | None = None) -> None:
        """Into the register of documents, issued on the day that stands on the paper. Without a number the next."""
        self.campaign.require_open()
        if on > today():
            raise ValidationError({"on": gettext("Choose a day up to today.")})
        document = self.as_document(number=number, on=on)
        document.register(by=by)
        document.issue(by=by)
        self.move(ReportState.NUMBERED, since=[ReportState.SIGNED], by=by, issued_as=document)
        facts = {"document": document.pk, "symbol": document.symbol}
        outbox.record("reports.report.numbered", subject=self, by=by, unit=self.body, **facts)

    @transaction.atomic
    def send(self, *, by: User, on: datetime.date) -> None:
        self.campaign.require_open()
        if self.issued_as and on < self.issued_as.dated_on:
            raise ValidationError({"on": gettext("A report is sent on the day that stands on it or later.")})
        if on > today():
            raise ValidationError({"on": gettext("Choose a day up to today.")})
        self.move(ReportState.SENT, since=[ReportState.NUMBERED], by=by, on=on)
        outbox.record("reports.report.sent", subject=self, by=by, on=on, unit=self.body)

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """The paper and its number stay to be read, as withdrawn; another report may replace it."""
        self.campaign.require_open()
        self.move(ReportState.WITHDRAWN, since=IN_FORCE_STATES, by=by, reason=reason)
        if self.issued_as and self.issued_as.state == DocumentState.ISSUED:
            self.issued_as.withdraw(by=by, on=today(), reason=reason)
        outbox.record("reports.report.withdrawn", subject=self, by=by, unit=self.body, reason=reason)

    def replace_sections(self, words: dict[str, list[str]]) -> None:
        self.sections.all().delete()
        for code, texts in words.items():
            for order, text in enumerate(texts):
                self.sections.create(ward_id=self.ward_id, code=code, text=text, order=order)


@tracked
class PeriodRule(WardModel, Period):
    """On which day of the month periods of reports close: by the 14th, April runs from 15/03 to 14/04."""

    closes_on = models.PositiveSmallIntegerField(
        _("last day of the period in its month"),
        help_text=_("14: the month of April runs from 15/03 to 14/04. Without a rule a month ends on its last day."),
    )
    source = models.CharField(_("source"), max_length=200)

    objects = PeriodRuleQuerySet.as_manager()
    added_by = AddedBy(Permission.REFERENCE_EDIT, "reports:closing_day_new")

    class Meta:
        verbose_name = _("closing day of reports")
        verbose_name_plural = _("closing days of reports")
        ordering = ["-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="reports_periodrule_day",
                condition=Q(closes_on__range=(1, 31)) & ~Q(source=""),
                violation_error_message=_("Enter a day from 1 to 31, and where it is written."),
            ),
            models.UniqueConstraint(
                "ward",
                "valid_from",
                name="reports_periodrule_once",
                violation_error_message=_("A closing day is kept from that day on already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closes_on}, {self.source}"

    def get_absolute_url(self) -> str:
        return reverse("reports:closing_days")

    @property
    def is_last_day(self) -> bool:
        return self.closes_on == LAST_DAY

    @classmethod
    def propose(cls, ward: Ward, *, by: User | None) -> int:
        """Take over the shipped closing day from today on, where the ward keeps none; how many."""
        if cls.objects.filter(ward=ward).exists():
            return 0
        cls.proposal(ward).enter(by=by)
        return 1

    @classmethod
    def proposal(cls, ward: Ward) -> "PeriodRule":
        """The shipped closing day, not saved."""
        return cls(ward=ward, **json.loads(CLOSING_DAY.read_text(encoding="utf-8")))

    def enter(self, *, by: User | None) -> None:
        """It holds from its first day on, in place of the one before."""
        with transaction.atomic():
            self.save()
            outbox.record("reports.closing_day.entered", subject=self, by=by, on=self.valid_from, count=self.closes_on)


@tracked
class WardNumber(WardModel):
    """How large the ward is, as another body told it for a day: so many households, people, members of the Party.

    label: the words behind the number, "hộ dân"; code: the same as an address has it. value: a whole number.
    """

    label = models.CharField(_("what is counted"), max_length=80, validators=TITLE)
    code = models.SlugField(_("code"), max_length=80, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    value = models.PositiveBigIntegerField(_("number"))
    on = models.DateField(_("as it stood on"))
    source = models.CharField(_("source"), max_length=200)

    objects = WardNumberQuerySet.as_manager()
    added_by = AddedBy(Permission.REPORT_EDIT, "reports:ward_number_new")

    class Meta:
        verbose_name = _("number of the ward")
        verbose_name_plural = _("numbers of the ward")
        ordering = ["order", "code", "-on"]
        constraints = [
            models.CheckConstraint(
                name="reports_wardnumber_said",
                condition=~Q(label="") & ~Q(code="") & ~Q(source=""),
                violation_error_message=_("Enter what is counted, and where the number comes from."),
            ),
            models.UniqueConstraint(
                "ward",
                "code",
                "on",
                name="reports_wardnumber_once",
                violation_error_message=_("The number of that day is entered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"

    def get_absolute_url(self) -> str:
        return f"{reverse('reports:ward_number_list')}?code={self.code}"

    @classmethod
    def enter(cls, ward: Ward, *, by: User | None, on: datetime.date, source: str, values: Mapping[str, int]) -> int:
        """Numbers of a day by their words, in this order; one that is there for the day is corrected. How many."""
        places = {code: place for place, code in enumerate(cls.objects.codes(ward.pk))}
        rows = []
        for label, value in values.items():
            code = slug(label, CODE)
            place = places.setdefault(code, len(places))
            rows.append(cls(ward=ward, label=label, code=code, order=place, value=value, on=on, source=source))
        with transaction.atomic():
            save_all(
                rows,
                update_conflicts=True,
                unique_fields=["ward", "code", "on"],
                update_fields=["label", "value", "source"],
            )
            outbox.record("reports.ward_numbers.entered", subject=rows[0], by=by, on=on, count=len(rows))
        return len(rows)


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


@tracked
class ReportText(WardModel, Period):
    """A section of the report's text: sentences with places for facts (reports.sentences), since when and by whom."""

    code = models.SlugField(_("code"), max_length=20)
    heading = models.CharField(_("heading of the section"), max_length=200, blank=True)
    lines = models.TextField(_("sentences, one a line"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kinds = ArrayField(
        models.CharField(max_length=10, choices=ReportKind),
        verbose_name=_("in these reports alone"),
        default=list,
        blank=True,
        help_text=_("None: in all of them."),
    )
    source = models.CharField(_("source"), max_length=200)

    objects = ReportTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("section of the report's text")
        verbose_name_plural = _("sections of the report's text")
        ordering = ["order", "code", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="reports_reporttext_said",
                condition=~Q(lines="") & ~Q(source=""),
                violation_error_message=_("Enter the sentences, and where they come from."),
            ),
            models.UniqueConstraint(
                "ward",
                "code",
                "valid_from",
                name="reports_reporttext_once",
                violation_error_message=_("The section has a text from that day on already."),
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.code

    @property
    def sentences(self) -> list[str]:
        return [line for line in self.lines.splitlines() if line.strip()]

    @property
    def of_kinds(self) -> str:
        """The reports that alone have the section, in words; "" for all."""
        return ", ".join(str(ReportKind(kind).label) for kind in self.kinds)


@tracked
class ReportWording(WardModel):
    """How a section is worded in one report: as its writer changed it, the facts in it still bound."""

    report = WardKey(Report, models.CASCADE, related_name="wordings", verbose_name=_("report"))
    code = models.SlugField(_("code"), max_length=20)
    lines = models.TextField(_("sentences, one a line"), blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording of a report")
        verbose_name_plural = _("wordings of reports")
        constraints = [models.UniqueConstraint("ward", "report", "code", name="reports_reportwording_once")]

    def __str__(self) -> str:
        return f"{self.report}, {self.code}"


@tracked
class ReportOverride(WardModel):
    """A number of a report as somebody says it, who and why, beside what the portal counted when it was entered."""

    report = WardKey(Report, models.CASCADE, related_name="overrides", verbose_name=_("report"))
    key = models.CharField(_("figure"), max_length=100)
    value = models.BigIntegerField(_("value"))
    is_nearly = models.BooleanField(_("nearly"), default=False)
    computed = models.BigIntegerField(_("as the portal counted it"), null=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("number entered by hand")
        verbose_name_plural = _("numbers entered by hand")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "report", "key", name="reports_reportoverride_once"),
            models.CheckConstraint(
                name="reports_reportoverride_said",
                condition=Q(value__gte=0) & ~Q(reason=""),
                violation_error_message=_("Enter a number from 0 on, and why it is another than the computed one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class ReportVersion(WardModel):
    """A text as it was sent back, with the reason. What was signed stands on the report itself."""

    report = WardKey(Report, models.PROTECT, related_name="versions", verbose_name=_("report"))
    paper = models.JSONField(_("paper"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("entered at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("text that was sent back")
        verbose_name_plural = _("texts that were sent back")
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [models.CheckConstraint(name="reports_reportversion_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.report}, {self.at:%d/%m/%Y}"


class ReportFigure(WardModel):
    """A number of a signed report with the rows behind it, as they were counted then."""

    report = WardKey(Report, models.PROTECT, related_name="figures", verbose_name=_("report"))
    key = models.CharField(_("figure"), max_length=100)
    value = models.BigIntegerField(_("value"), null=True)
    is_nearly = models.BooleanField(_("nearly"), default=False)
    table = models.CharField(_("rows of"), max_length=100, blank=True)
    row_ids = ArrayField(models.BigIntegerField(), verbose_name=_("rows behind it"), default=list)
    computed = models.BigIntegerField(_("as the portal counted it"), null=True)
    reason = models.TextField(_("why it is another number than the computed one"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by hand by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a signed report")
        verbose_name_plural = _("figures of signed reports")
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint("ward", "report", "key", name="reports_reportfigure_once"),
            models.CheckConstraint(
                name="reports_reportfigure_by_hand",
                condition=Q(by=None, reason="", computed=None) | Q(by__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


def hash_of(kept: dict, figures: "Sequence[ReportFigure]") -> str:
    """Of the paper and of the rows behind its figures; of a number entered by hand also why and instead of which."""
    told = [[row.key, row.value, row.is_nearly, row.table, row.row_ids] for row in figures]
    for line, row in zip(told, figures, strict=True):
        line += [row.computed, row.reason] if row.reason else []
    said = [kept, told]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


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


from reports.superior import FilledForm, SuperiorForm, SuperiorFormCell  # noqa: E402, F401
