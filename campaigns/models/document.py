"""The register of documents in and out, and what they ask of units."""

import datetime
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User
from campaigns.choices import Direction, DocumentState
from campaigns.models.campaign import Campaign, require_day
from campaigns.models.numbering import Numbered
from campaigns.models.papers import DocumentKind
from campaigns.querysets import NEWEST_FIRST, DocumentQuerySet
from core.dated import dated
from core.files import TYPES, Accepted, stored_path
from core.keys import WardKey, WardOneToOneKey
from core.models import StateChanged, Stateful, Transition, WardModel, save_all, today, tracked
from core.search import folded, folding
from core.secrecy import refuse_secret
from core.text import without_bullet
from deadlines.models import Deadline, DeadlineRule
from notifications import outbox

if TYPE_CHECKING:
    from campaigns.models.campaign import Undertaking
    from campaigns.models.plan import PlanItem

IN_FORCE = (DocumentState.DRAFT, DocumentState.ISSUED)
GIVEN = (DocumentState.ISSUED, DocumentState.REPLACED)  # of an answer: a correction does not make it later


@dated("direction", "kind", "issuer", "number", "symbol", "summary", "carries_out", unless_in="draft")
@tracked
class Document(Numbered, Stateful, WardModel):
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    kind = WardKey(DocumentKind, models.PROTECT, related_name="documents", verbose_name=_("kind"))
    issuer = WardKey(Unit, models.PROTECT, related_name="documents", verbose_name=_("issued by"))
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    symbol = models.CharField(_("number and symbol"), max_length=50, blank=True, validators=[refuse_secret])
    symbol_form = models.GeneratedField(  # mirrored by symbols.key
        expression=Func(
            Func(Upper("symbol"), Value(r"\s+"), Value(""), Value("g"), function="regexp_replace"),
            Value("^0+"),
            Value(""),
            function="regexp_replace",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    symbol_inferred = models.BooleanField(
        _("symbol inferred"), default=False, help_text=_("The source gives the number only.")
    )
    dated_on = models.DateField(_("dated"))
    # First day of the year or term in which the number is given once. Empty: given twice before this was watched.
    series_from = models.DateField(_("numbered since"), null=True, editable=False)
    summary = models.CharField(_("summary"), max_length=500, validators=[refuse_secret])
    campaign = WardKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("campaign")
    )
    carries_out = WardKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_out_by", verbose_name=_("carries out")
    )
    replaces = WardKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    answers = WardKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_with",
        verbose_name=pgettext_lazy("document", "answers"),
    )
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT)
    asked_on = models.DateField(_("number asked for"), null=True, editable=False)  # by whom: the event says it
    presented_on = models.DateField(_("presented to the leadership"), null=True, editable=False)
    answer_deadline = WardOneToOneKey(
        Deadline,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="document",
        verbose_name=_("deadline of the answer"),
    )
    file = models.FileField(_("file"), upload_to=stored_path, max_length=200, blank=True)
    original_name = models.CharField(_("file name"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    is_restricted = models.BooleanField(_("restricted"), default=False)
    search_key = folded("summary")

    objects = DocumentQuerySet.as_manager()

    added_by = AddedBy(Permission.DOCUMENT_EDIT, "campaigns:document_new")
    deadline_units = ("issuer", "instructions__task__lead_unit")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = NEWEST_FIRST
        indexes = [
            models.Index("ward", "campaign", *NEWEST_FIRST, name="campaigns_document_newest"),
            GinIndex(name="campaigns_document_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
            GinIndex(OpClass(folding("symbol"), name="gin_trgm_ops"), name="campaigns_document_symbol_key"),
        ]
        constraints = [
            models.CheckConstraint(
                name="campaigns_document_file_hash",
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="campaigns_document_number_asked",
                condition=Q(asked_on=None) | ~Q(direction=Direction.IN),
            ),
            models.CheckConstraint(
                name="campaigns_document_presented",
                condition=Q(presented_on=None) | Q(direction=Direction.IN),
            ),
            models.CheckConstraint(
                name="campaigns_document_issued_numbered",
                condition=~Q(state=DocumentState.ISSUED) | ~Q(symbol=""),
                violation_error_message=_("An issued document has a number and symbol."),
            ),
            models.CheckConstraint(name="campaigns_document_not_own_parent", condition=~Q(carries_out=F("id"))),
            models.CheckConstraint(name="campaigns_document_not_own_successor", condition=~Q(replaces=F("id"))),
            models.CheckConstraint(
                name="campaigns_document_answers_out",
                condition=Q(answers=None) | ~Q(direction=Direction.IN),
                violation_error_message=_("Only a document that goes out answers another."),
            ),
            models.UniqueConstraint(
                fields=["ward", "issuer", "series_from", "symbol_form"],
                name="campaigns_document_symbol_once",
                condition=~Q(state=DocumentState.DRAFT) & ~Q(symbol=""),
                violation_error_message=_(
                    "This symbol is in the register already. A body gives each symbol once in a series."
                ),
            ),
            models.UniqueConstraint(
                fields=["ward", "issuer", "kind", "series_from", "number"],
                name="campaigns_document_number_once",
                condition=~Q(state=DocumentState.DRAFT) & ~Q(direction=Direction.IN),
                violation_error_message=_(
                    "This number is in the register already. A body gives each number once in a series."
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="not_before_parent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (SELECT 1 FROM campaigns_document AS parent
                               WHERE parent.id = NEW.carries_out_id AND parent.dated_on > NEW.dated_on)
                       OR EXISTS (SELECT 1 FROM campaigns_document AS child
                                  WHERE child.carries_out_id = NEW.id AND child.dated_on < NEW.dated_on)
                    THEN RAISE EXCEPTION 'a document is dated before the one it carries out'
                         USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="answers_what_came_in",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("answers_id", "dated_on"),
                condition=pgtrigger.Condition("NEW.answers_id IS NOT NULL"),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM campaigns_document AS asked
                                   WHERE asked.id = NEW.answers_id AND asked.direction = 'in'
                                     AND asked.dated_on <= NEW.dated_on)
                    THEN RAISE EXCEPTION 'a document answers what came in by its day'
                         USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="file_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("file", "sha256"),
                condition=pgtrigger.Condition(
                    "OLD.state <> 'draft' AND OLD.direction <> 'in' AND OLD.sha256 <> ''"
                    " AND (NEW.sha256, NEW.file) IS DISTINCT FROM (OLD.sha256, OLD.file)"
                ),
                func="RAISE EXCEPTION 'the file of an issued document is frozen' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.symbol or f"{self.kind.label} …"

    def get_absolute_url(self) -> str:
        return reverse("campaigns:document_detail", args=[self.pk])

    @property
    def is_file_frozen(self) -> bool:
        """Our own file, once issued, is what others hold in their hands."""
        return bool(self.sha256) and self.direction != Direction.IN and self.state != DocumentState.DRAFT

    @property
    def mime(self) -> str:
        return TYPES.get(PurePath(self.original_name).suffix.lstrip("."), "application/octet-stream")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.series_from = self.series_start()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.state == DocumentState.ISSUED and self.dated_on and self.dated_on > today():
            raise ValidationError({"dated_on": gettext("Choose a day up to today.")})
        if self.kind_id and self.issuer_id and self.dated_on:
            self.complete_symbol()
            self._require_free_symbol()
        parent = self.carries_out
        if parent and self.dated_on and self.dated_on < parent.dated_on:
            day = date_format(parent.dated_on, "d/m/Y")
            words = gettext("Choose a day from %(day)s on: that is the day of %(parent)s, which this carries out.")
            raise ValidationError({"dated_on": words % {"day": day, "parent": parent}})
        self._require_answerable()

    def _require_answerable(self) -> None:
        if (asked := self.answers) is None:
            return
        if self.direction == Direction.IN or asked.direction != Direction.IN:
            raise ValidationError({"answers": gettext("A document that goes out answers one that came in.")})
        if self.dated_on and self.dated_on < asked.dated_on:
            said = {"day": date_format(asked.dated_on, "d/m/Y"), "document": asked}
            words = gettext("Choose a day from %(day)s on: that is the day of %(document)s, which this answers.")
            raise ValidationError({"dated_on": words % said})

    # ---- who may ------------------------------------------------------------------------------------
    def can_change(self) -> Decision:
        return self.campaign.can_change() if self.campaign else access.ALLOWED

    def can_edit(self, user: User) -> Decision:
        return self.can_change() and access.can(user, Permission.DOCUMENT_EDIT) and self._is(*IN_FORCE)

    def can_ask_number(self, user: User) -> Decision:
        """A finished draft goes to the records clerk, who gives it its number."""
        allowed = self.can_change() and access.can(user, Permission.DOCUMENT_EDIT)
        return allowed and self._is(DocumentState.DRAFT)

    def can_present(self, user: User) -> Decision:
        """An incoming document goes to the leadership, which says what is to be done about it."""
        allowed = self.can_change() and access.can(user, Permission.DOCUMENT_EDIT)
        return allowed and self._is_incoming()

    def can_instruct(self, user: User) -> Decision:
        """The leaders themselves; and who keeps the register writes down what a leader wrote on paper."""
        may = access.can(user, Permission.DOCUMENT_INSTRUCT) or access.can(user, Permission.DOCUMENT_ISSUE)
        return self.can_change() and may and self._is_incoming()

    def can_keep_deadline(self, user: User) -> Decision:
        """By when it is to be answered, counted by law: whoever keeps the register."""
        return self.can_change() and access.can(user, Permission.DOCUMENT_EDIT) and self._is_incoming()

    def _is_incoming(self) -> Decision:
        if self.direction != Direction.IN:
            return access.denied(gettext("Only what comes in is presented for an opinion."))
        return self._is(DocumentState.ISSUED)

    def can_issue(self, user: User) -> Decision:
        allowed = self.can_change() and access.can(user, Permission.DOCUMENT_ISSUE)
        return allowed and self._is(DocumentState.DRAFT)

    def can_withdraw(self, user: User) -> Decision:
        allowed = self.can_change() and access.can(user, Permission.DOCUMENT_EDIT)
        return allowed and self._is(DocumentState.ISSUED)

    def can_plan(self, user: User) -> Decision:
        """Make the ward's own plan from this, and write down what a plan orders."""
        return self.can_change() and access.can(user, Permission.CAMPAIGN_EDIT) and self._is(*IN_FORCE)

    def _is(self, *states: str) -> Decision:
        if self.state in states:
            return access.ALLOWED
        return access.denied(gettext("This document is now “%(state)s”.") % {"state": self.get_state_display()})

    # ---- verbs --------------------------------------------------------------------------------------
    def register(self, *, by: User | None, file: Accepted | None = None) -> None:
        """Enter into the register. An incoming document is in force as it is; one of our own begins as a draft."""
        self.require_open()
        self._attach(file)
        incoming = self.direction == Direction.IN
        self.state = DocumentState.ISSUED if incoming else DocumentState.DRAFT
        self.full_clean(validate_unique=False, exclude=["file"])
        with transaction.atomic():
            self.start(by=by, on=self.dated_on)
            self._read_text(file)
            outbox.record("campaigns.document.registered", subject=self, by=by, on=self.dated_on, unit=self.issuer)

    def edit(self, *, by: User | None, file: Accepted | None = None, **fields: Any) -> None:
        self.require_open()
        if self.state not in IN_FORCE:
            raise StateChanged(self, self.state)
        if file and self.is_file_frozen:
            if file.sha256 != self.sha256:
                words = gettext("The file was issued and stays as it is. Replace the document, or withdraw it.")
                raise ValidationError({"file": words})
            file = None  # the very same once more
        for name, value in fields.items():
            setattr(self, name, value)
        self._attach(file)
        self.full_clean(validate_unique=False, exclude=["file"])
        with transaction.atomic():
            former = self._answered_before()
            self.save()
            self._read_text(file)
            first = self.transitions.last()
            if first and self.dated_on < first.on:  # it was there earlier than the register said
                self._note_transition(self.state, self.state, by, self.dated_on, "")
            for asked in {former, self.answers} - {None}:
                asked.settle_answer(by=by)
            outbox.record("campaigns.document.edited", subject=self, by=by, unit=self.issuer)

    def ask_number(self, *, by: User | None) -> None:
        """Hand the draft to the records clerk."""
        self.require_open()
        with transaction.atomic():
            waiting = Document.objects.filter(pk=self.pk, ward_id=self.ward_id, state=DocumentState.DRAFT)
            if waiting.filter(asked_on=None).update(asked_on=today()) != 1:
                raise ValidationError(gettext("The records clerk has it already."))
            self.asked_on = today()
            outbox.record("campaigns.document.number_asked", subject=self, by=by, unit=self.issuer)

    def present(self, *, by: User | None) -> None:
        """Hand an incoming document to the leadership."""
        self.require_open()
        with transaction.atomic():
            rows = Document.objects.filter(pk=self.pk, ward_id=self.ward_id, direction=Direction.IN)
            if rows.filter(presented_on=None).update(presented_on=today()) != 1:
                raise ValidationError(gettext("The leadership has it already."))
            self.presented_on = today()
            outbox.record("campaigns.document.presented", subject=self, by=by, unit=self.issuer)

    def count_deadline(self, *, by: User, rule: DeadlineRule, on: datetime.date, reason: str = "") -> Deadline:
        """By when it is to be answered; the rule is kept as it stands. Once: pauses and a changed rule move it then."""
        self.require_open()
        access.require(self.can_keep_deadline(by))
        with transaction.atomic():
            deadline = rule.start(by=by, on=on, reason=reason)
            free = Document.objects.filter(pk=self.pk, ward_id=self.ward_id, answer_deadline=None)
            if free.update(answer_deadline=deadline) != 1:
                raise ValidationError(gettext("Its deadline is counted already."))
            self.answer_deadline = deadline
            outbox.record("deadlines.deadline.started", subject=self, by=by, on=today())
            self.settle_answer(by=by)
        deadline.refresh_from_db()
        return deadline

    def _answered_before(self) -> "Document | None":
        """What it answers by the register as it stands, while it is being corrected."""
        rows = Document.objects.filter(ward_id=self.ward_id, pk=self.pk).exclude(answers=None)
        former = rows.select_related("answers").first()
        return former and former.answers

    def settle_answer(self, *, by: User | None) -> None:
        """Its deadline is met by the first answer given, and runs again when none is in force any more.

        What somebody wrote down as met stays as it is. Of several who issue or withdraw at once one comes after the
        other.
        """
        rows = Deadline.objects.filter(ward_id=self.ward_id, pk=cast(int, self.answer_deadline_id))
        deadline = rows.select_for_update(of=("self",), no_key=True).first()
        if deadline is None or (deadline.met_on and not deadline.met_with):
            return
        given: Any = self.answered_with
        answers = list(given.filter(state__in=GIVEN).order_by("dated_on", "id"))
        first = answers[0] if any(one.state == DocumentState.ISSUED for one in answers) else None
        met = (max(first.dated_on, deadline.anchor_on), str(first)) if first else (None, "")
        if met == (deadline.met_on, deadline.met_with):
            return
        if deadline.met_on:
            deadline.reopen(by=by)
        if met[0] and met[0] <= today():
            deadline.meet(by=by, on=met[0], answer=met[1])
        self.answer_deadline = deadline

    def issue(self, *, by: User | None) -> None:
        """Put into force on its own day; what it replaces goes out of force on the same day.

        A draft without number gets the next of its series, under the issuer's lock: of several who issue at the same
        moment each gets its own number, and none is left out.
        """
        self.require_open()
        require_day(self, self.dated_on)
        with transaction.atomic():
            taken = {} if self.symbol else self._take_number()
            self._require_free_symbol()
            self.move(DocumentState.ISSUED, since=[DocumentState.DRAFT], by=by, on=self.dated_on, **taken)
            if self.replaces:
                self.replaces.give_way(to=self, by=by)
            for asked in {self.answers, self.replaces and self.replaces.answers} - {None}:
                asked.settle_answer(by=by)
            outbox.record("campaigns.document.issued", subject=self, by=by, on=self.dated_on, unit=self.issuer)

    def give_way(self, *, to: "Document", by: User | None) -> None:
        require_day(self, to.dated_on)
        with transaction.atomic():
            self.move(DocumentState.REPLACED, since=[DocumentState.ISSUED], by=by, on=to.dated_on)
            outbox.record("campaigns.document.replaced", subject=self, by=by, on=to.dated_on, replaced_by=to.pk)

    def withdraw(self, *, by: User | None, on: datetime.date, reason: str) -> None:
        self.require_open()
        require_day(self, on)
        with transaction.atomic():
            self.move(DocumentState.WITHDRAWN, since=[DocumentState.ISSUED], by=by, on=on, reason=reason)
            if self.answers:
                self.answers.settle_answer(by=by)
            outbox.record("campaigns.document.withdrawn", subject=self, by=by, on=on, unit=self.issuer)

    def send_to(
        self,
        *,
        by: User | None,
        units: Iterable[Unit],
        resolutions_from: Iterable[Unit] = (),
        due_on: datetime.date | None = None,
    ) -> None:
        """Set the recipients, and by when resolutions are due. One that has answered stays, with its answer."""
        self.require_open()
        answering = {unit.pk for unit in resolutions_from}
        wanted = {unit.pk for unit in units} | answering
        recipients: Any = self.recipients
        with transaction.atomic():
            recipients.exclude(unit__in=wanted).filter(answered_by__isnull=True, assignments=None).delete()
            self._address(sorted(wanted), answering, due_on)
            outbox.record(
                "campaigns.document.addressed", subject=self, by=by, units=sorted(wanted), resolutions=len(answering)
            )

    def expect_from(self, *, by: User | None, units: Iterable[Unit], due_on: datetime.date) -> int:
        """Ask all of these units for a resolution, beside the recipients that there are; how many are asked."""
        self.require_open()
        asked = sorted({unit.pk for unit in units})
        with transaction.atomic():
            self._address(asked, set(asked), due_on)
            outbox.record("campaigns.document.addressed", subject=self, by=by, units=asked, resolutions=len(asked))
        return len(asked)

    def _address(self, units: Iterable[int], answering: set[int], due_on: datetime.date | None) -> None:
        recipient: Any = self.recipients.model
        rows = [
            recipient(
                ward_id=self.ward_id,
                document=self,
                unit_id=unit,
                must_issue_resolution=unit in answering,
                due_on=due_on if unit in answering else None,
            )
            for unit in units
        ]
        same = {"update_conflicts": True, "unique_fields": ["ward", "document", "unit"]}
        save_all(rows, **same, update_fields=["must_issue_resolution", "due_on"])

    def add_item(self, *, by: User | None, text: str, undertaking: "Undertaking | None" = None) -> "PlanItem":
        """Write down one thing that this plan orders, after the others."""
        self.require_open()
        last = self.plan_items.aggregate(last=models.Max("order"))["last"] or 0
        with transaction.atomic():
            item = self.plan_items.create(
                ward_id=self.ward_id,
                campaign=self.campaign,
                text=without_bullet(text),
                undertaking=undertaking,
                order=last + 1,
            )
            outbox.record("campaigns.plan_item.added", subject=self, by=by, plan_item=item.pk)
        return item

    def require_open(self) -> None:
        if self.campaign:
            self.campaign.require_open()

    def _read_text(self, file: Accepted | None) -> None:
        """The text of a new file is read in the background."""
        if file:
            texts: Any = self.texts
            texts.model.wait_for(self)

    def _attach(self, file: Accepted | None) -> None:
        if file:
            self.file, self.original_name, self.sha256 = file.content, file.original_name, file.sha256


class DocumentTransition(Transition):
    document = WardKey(Document, models.PROTECT, related_name="transitions", verbose_name=_("document"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a document")
        verbose_name_plural = _("steps of documents")
