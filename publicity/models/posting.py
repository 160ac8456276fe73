"""Postings: what the law has the ward put on display, where, from when to when, by which rule, and the proof of it."""

import datetime
import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import User
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.choices import DocumentState
from campaigns.models import Document
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import Period, StateChanged, Stateful, StoredFile, Transition, WardModel, save_all, today, tracked
from core.search import folded
from core.titles import TITLE
from deadlines.models import Calendar, CalendarMissing, Deadline, DeadlineRule
from notifications import outbox
from publicity.choices import AiringState, Phase, PlaceKind, PostingState, ProofKind
from publicity.querysets import PostingQuerySet

# Rules of one set (deadlines/data/rules.json): how long it hangs, by when it is put up, on how many days it is read.
HANGS, PUT_UP, READ_ALOUD = "posting", "posting-by", "posting-aloud"
ONE_DAY = datetime.timedelta(days=1)
UP = (PostingState.POSTED, PostingState.CLOSED, PostingState.WITHDRAWN)


@tracked
class PostingPlace(WardModel, Period):
    """Where papers are hung: the office, a culture house, a residents' board."""

    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind)
    name = models.CharField(_("name"), max_length=120)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.POSTING_EDIT, "publicity:place_new")

    class Meta:
        verbose_name = _("place of postings")
        verbose_name_plural = _("places of postings")
        ordering = ["id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "name",
                name="publicity_place_name",
                violation_error_message=_("A place of this name is there already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("publicity:place_list")

    def add(self, *, by: User | None) -> None:
        with transaction.atomic():
            self.save()
            outbox.record("publicity.place.added", subject=self, by=by)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            outbox.record("publicity.place.edited", subject=self, by=by)


@tracked
class Posting(Stateful, WardModel):
    """One thing on display. A draft may change; what was put up stays as it was, and its files keep their hashes.

    It belongs to no campaign year: what hangs at the turn of a year hangs on. `rule` says how long at least; with it go
    the other rules of its set, PUT_UP and READ_ALOUD.
    """

    title = models.CharField(_("what is put on display"), max_length=250, validators=TITLE)
    text = models.TextField(_("text"), blank=True)
    document = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("document")
    )
    rule = WardKey(
        DeadlineRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by which rule")
    )
    starts_on = models.DateField(_("on display from"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    on_portal = models.BooleanField(_("also on the ward's public page"), default=True)
    names_people = models.BooleanField(
        _("the files name people, as the law wants it"),
        default=False,
        help_text=_("The public page then hides them from search engines, and nobody finds them by a name."),
    )
    token = models.CharField(max_length=22, editable=False)
    hang_deadline = WardOneToOneKey(
        Deadline, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("hangs at least until")
    )
    put_up_deadline = WardOneToOneKey(
        Deadline, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("to be put up by")
    )
    opinions = models.PositiveIntegerField(_("opinions received"), null=True, blank=True)
    register_of = models.DateField(_("list of the quarter from"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=PostingState, default=PostingState.DRAFT)
    search_key = folded("title")

    objects = PostingQuerySet.as_manager()

    deadline_units = ("document__issuer",)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["ward", "-starts_on", "-id"], name="publicity_posting_list"),
            GinIndex(name="publicity_posting_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint("ward", "token", name="publicity_posting_token"),
            models.UniqueConstraint(
                fields=["ward", "register_of"],
                condition=~Q(state=PostingState.WITHDRAWN),
                name="publicity_posting_register",
                violation_error_message=_("The list of this quarter is there already."),
            ),
            models.CheckConstraint(
                name="publicity_posting_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day can not be before the first."),
            ),
            models.CheckConstraint(
                name="publicity_posting_has_end",
                condition=Q(ends_on__isnull=False) | Q(state__in=[PostingState.DRAFT, PostingState.REVIEW]),
                violation_error_message=_("What is on display has a last day."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:posting_detail", args=[self.pk])

    def get_public_url(self) -> str:
        return reverse("publicity:public_posting", args=[self.ward.slug, self.token])

    # ---- days -----------------------------------------------------------------------------------------
    def phase_on(self, day: datetime.date) -> Phase:
        if self.state != PostingState.POSTED:
            return Phase(self.state)
        if day < self.starts_on:
            return Phase.PLANNED
        return Phase.OVER if self.ends_on and self.ends_on < day else Phase.POSTED

    @property
    def phase(self) -> Phase:
        return self.phase_on(today())

    @property
    def rule_told(self) -> DeadlineRule | None:
        """What a paper for the public names: no rule that nobody has verified."""
        return self.rule if self.rule and self.rule.is_verified else None

    @property
    def last_told(self) -> datetime.date | None:
        """The last day as such a paper says it; None where a rule counted it that nobody has verified."""
        counted = self.hang_deadline
        return None if counted and counted.due_on == self.ends_on and not self.rule_told else self.ends_on

    @property
    def where(self) -> list[str]:
        """Its places by name, the public page among them."""
        return [str(spot) for spot in self.spots.all()] + ([gettext("public page")] if self.on_portal else [])

    @property
    def is_public(self) -> bool:
        return self.on_portal and self.phase == Phase.POSTED

    def least_end(self) -> datetime.date | None:
        """The last day that the rule allows at the earliest; None without a rule. Raises CalendarMissing."""
        if self.hang_deadline:
            return self.hang_deadline.due_on
        return self.rule.term.due_on(self.starts_on, Calendar(self.ward_id)) if self.rule else None

    @property
    def due_up(self) -> Deadline | None:
        """By when it has to be put up: the deadline, or as it would be counted today; None where nothing says so."""
        if self.put_up_deadline or not (rule := self._beside(PUT_UP)):
            return self.put_up_deadline
        found = Deadline(ward_id=self.ward_id, rule=rule, anchor_on=self._decided_on)
        try:
            found.due_on = rule.term.due_on(found.anchor_on, Calendar(self.ward_id))
        except CalendarMissing:
            return None
        return found

    @property
    def days_aloud(self) -> int:
        """On how many days in a row it has to be read on the loudspeakers; 0 where no rule says so."""
        rule = self._beside(READ_ALOUD)
        return rule.value if rule else 0

    @property
    def read_aloud(self) -> int:
        """On how many days in a row it was read on the loudspeakers, at most."""
        moments = self.broadcasts.filter(airings__state=AiringState.AIRED).values_list("airings__at", flat=True)
        longest = run = 0
        before: datetime.date | None = None
        for day in sorted({timezone.localdate(at) for at in moments}):
            run = run + 1 if before and day - before == ONE_DAY else 1
            longest, before = max(longest, run), day
        return longest

    @property
    def _decided_on(self) -> datetime.date:
        """The day of what was decided."""
        return self.document.dated_on if self.document else self.starts_on

    def _beside(self, code: str) -> DeadlineRule | None:
        """Another rule of the same set, as it was in force when the document was made."""
        if self.rule is None or (code == PUT_UP and self.document is None):
            return None
        rows = DeadlineRule.objects.filter(ward_id=self.ward_id, rule_set=self.rule.rule_set)
        return rows.rule(code, self._decided_on)

    # ---- who may --------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        return self._may(user, Permission.POSTING_EDIT, [PostingState.DRAFT])

    def can_submit(self, user: User) -> Decision:
        return self.can_edit(user)

    def can_put_up(self, user: User) -> Decision:
        """Put it up, or return it."""
        return self._may(user, Permission.ARTICLE_PUBLISH, [PostingState.REVIEW])

    def can_prove(self, user: User) -> Decision:
        """Add a photo or the minutes."""
        return self._may(user, Permission.POSTING_EDIT, UP)

    def can_close(self, user: User) -> Decision:
        may = self._may(user, Permission.POSTING_EDIT, [PostingState.POSTED])
        if may and self.phase != Phase.OVER:
            said = {"day": date_format(self.ends_on or today(), "d/m/Y")}
            return access.denied(gettext("It is on display until %(day)s and is closed after that day.") % said)
        return may

    def can_take_down(self, user: User) -> Decision:
        """Before its last day."""
        may = self._may(user, Permission.ARTICLE_PUBLISH, [PostingState.POSTED])
        if may and self.phase == Phase.OVER:
            return access.denied(gettext("Its days are over: write the closing record."))
        return may

    def can_open_files(self, user: User) -> Decision:
        """While it is on display everybody may read them; afterwards those who keep them."""
        if self.phase == Phase.POSTED or access.can(user, Permission.ARTICLE_PUBLISH):
            return access.ALLOWED
        return access.can(user, Permission.POSTING_EDIT)

    def _may(self, user: User, permission: Permission, states: Iterable[str]) -> Decision:
        allowed = access.can(user, permission)
        if allowed and self.state not in states:
            return access.denied(gettext("This posting is now “%(state)s”.") % {"state": self.phase.label})
        return allowed

    # ---- verbs ----------------------------------------------------------------------------------------
    def write(self, *, by: User | None, places: Iterable[PostingPlace] = (), papers: Iterable[Accepted] = ()) -> None:
        """Begin a draft; its public address is made now and cannot be guessed."""
        self.token = self.token or secrets.token_urlsafe(12)
        with transaction.atomic():
            self.start(by=by)
            self._hang_at(places)
            self._attach(papers, by)
            self.record("written", by)

    def edit(
        self,
        *,
        by: User | None,
        places: Iterable[PostingPlace] | None = None,
        papers: Iterable[Accepted] = (),
        **fields: Any,
    ) -> None:
        """places: None leaves them. papers are added to its files."""
        self._require_draft()
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            if places is not None:
                self._hang_at(places)
            self._attach(papers, by)
            self.record("edited", by)

    def submit(self, *, by: User | None) -> None:
        """Hand it to those who put it up."""
        self._require_whole()
        self._step(PostingState.REVIEW, [PostingState.DRAFT], "submitted", by)

    def send_back(self, *, by: User | None, reason: str) -> None:
        self._step(PostingState.DRAFT, [PostingState.REVIEW], "returned", by, reason=reason)

    def put_up(self, *, by: User | None, starts_on: datetime.date, ends_on: datetime.date | None = None) -> None:
        """On display from a day on; without `ends_on` for as long as the rule wants it.

        The rules are counted now and stay as they were counted. A later day waits for itself.
        """
        self._require_whole()
        self.starts_on = starts_on
        with transaction.atomic():
            counted = self._count(by)
            ends_on = ends_on or (self.hang_deadline.due_on if self.hang_deadline else self.ends_on)
            self._require_days(ends_on)
            fields = counted | {"starts_on": starts_on, "ends_on": ends_on}
            self._step(PostingState.POSTED, [PostingState.REVIEW], "posted", by, on=min(starts_on, today()), **fields)

    def close(
        self, *, by: User | None, on: datetime.date, record: Accepted, opinions: int | None = None
    ) -> "PostingProof":
        """Its days are over and it was taken down. record: the signed closing record. opinions: how many came in."""
        if self.ends_on and on <= self.ends_on:
            said = {"day": date_format(self.ends_on, "d/m/Y")}
            raise ValidationError({"on": gettext("It is on display until %(day)s; choose a later day.") % said})
        self._require_past(on)
        with transaction.atomic():
            self._step(PostingState.CLOSED, [PostingState.POSTED], "closed", by, on=on, opinions=opinions)
            return self._prove(by, ProofKind.CLOSING, None, on, record, "")

    def take_down(self, *, by: User | None, reason: str) -> None:
        """Before its last day: the public page says at once that it is gone."""
        self._step(PostingState.WITHDRAWN, [PostingState.POSTED], "taken_down", by, reason=reason)

    def prove(
        self,
        *,
        by: User | None,
        kind: str,
        taken_on: datetime.date,
        file: Accepted,
        place: PostingPlace | None = None,
        note: str = "",
    ) -> "PostingProof":
        """Add a photo or a signed record. Proof is never changed or taken away."""
        if self.state not in UP:
            raise StateChanged(self, PostingState.POSTED)
        if taken_on < self.starts_on:
            raise ValidationError({"taken_on": gettext("Choose a day after it was put up.")})
        self._require_past(taken_on, "taken_on")
        with transaction.atomic():
            proof = self._prove(by, kind, place, taken_on, file, note)
            self.record("proved", by, taken_on)
        return proof

    # ---- their parts ----------------------------------------------------------------------------------
    def _step(
        self,
        to: str,
        since: Iterable[str],
        what: str,
        by: User | None,
        on: datetime.date | None = None,
        reason: str = "",
        **fields: Any,
    ) -> None:
        with transaction.atomic():
            self.move(to, since=since, by=by, on=on, reason=reason, **fields)
            self.record(what, by, on)

    def _require_draft(self) -> None:
        if self.state != PostingState.DRAFT:
            raise StateChanged(self, self.state)

    def _require_whole(self) -> None:
        """Something to read, a place, a day that fits the document, and an end."""
        has_file = self.files.exists() or (self.document and self.document.file)
        if not self.text and not has_file:
            raise ValidationError(
                gettext("There is nothing to read yet: add the text, a file, or a document with one.")
            )
        if not self.on_portal and not self.spots.exists():
            raise ValidationError(gettext("Say where it is put on display: tick a place or the public page."))
        if self.document and self.document.state == DocumentState.DRAFT:
            raise ValidationError(gettext("The document is not issued yet. Issue it first."))
        if self.document and self.document.is_restricted:
            raise ValidationError(gettext("The document is restricted, so it is not put on display."))
        if not self.rule and not self.ends_on:
            raise ValidationError(gettext("Choose the rule that says how long, or enter the last day."))

    def _require_days(self, ends_on: datetime.date | None) -> None:
        if self.document and self.starts_on < self.document.dated_on:
            said = {"day": date_format(self.document.dated_on, "d/m/Y")}
            raise ValidationError(
                {"starts_on": gettext("The document is of %(day)s; choose that day or later.") % said}
            )
        if self.on_portal and self.starts_on < today():
            raise ValidationError({"starts_on": gettext("The public page shows it from today on at the earliest.")})
        if ends_on is None:
            raise ValidationError({"ends_on": gettext("Choose the rule that says how long, or enter the last day.")})
        if ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("The last day can not be before the first.")})
        if self.hang_deadline and ends_on < self.hang_deadline.due_on:
            said = {"rule": self.hang_deadline.legal_ref, "day": date_format(self.hang_deadline.due_on, "d/m/Y")}
            raise ValidationError({"ends_on": gettext("By %(rule)s it hangs until %(day)s at least.") % said})

    @staticmethod
    def _require_past(day: datetime.date, field: str = "on") -> None:
        if day > today():
            raise ValidationError({field: gettext("Choose a day up to today.")})

    def _count(self, by: User | None) -> dict[str, Any]:
        """The deadlines of its rules, counted from their days."""
        counted: dict[str, Any] = {}
        try:
            if self.rule:
                if not self.rule.is_valid_on(self.starts_on):
                    raise ValidationError({"starts_on": gettext("The chosen rule is not in force on this day.")})
                counted["hang_deadline"] = self.hang_deadline = self.rule.start(by=by, on=self.starts_on)
            if rule := self._beside(PUT_UP):
                counted["put_up_deadline"] = self.put_up_deadline = rule.start(by=by, on=self._decided_on)
                self.put_up_deadline.meet(by=by, on=max(self.starts_on, self._decided_on))
        except CalendarMissing as missing:
            raise ValidationError(str(missing)) from missing
        return counted

    def _hang_at(self, places: Iterable[PostingPlace]) -> None:
        wanted = {place.pk for place in places}
        there = set(self.spots.values_list("place", flat=True))
        self.spots.exclude(place__in=wanted).delete()
        save_all([PostingSpot(ward_id=self.ward_id, posting=self, place_id=key) for key in sorted(wanted - there)])

    def _attach(self, papers: Iterable[Accepted], by: User | None) -> None:
        for file in papers:
            self.files.create(ward_id=self.ward_id, uploaded_by=by, **file.fields())

    def _prove(
        self,
        by: User | None,
        kind: str,
        place: PostingPlace | None,
        taken_on: datetime.date,
        file: Accepted,
        note: str,
    ) -> "PostingProof":
        own = {"kind": kind, "place": place, "taken_on": taken_on, "note": note}
        return self.proofs.create(ward_id=self.ward_id, uploaded_by=by, **own, **file.fields())

    def record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: Any) -> None:
        outbox.record(f"publicity.posting.{what}", subject=self, by=by, on=on, **facts)


class PostingTransition(Transition):
    posting = WardKey(Posting, models.PROTECT, related_name="transitions", verbose_name=_("posting"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a posting")
        verbose_name_plural = _("steps of postings")


@tracked
class PostingSpot(WardModel):
    """One of the places where a posting hangs."""

    posting = WardKey(Posting, models.CASCADE, related_name="spots", verbose_name=_("posting"))
    place = WardKey(PostingPlace, models.PROTECT, related_name="spots", verbose_name=_("place"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a posting")
        verbose_name_plural = _("places of a posting")
        ordering = ["place_id"]
        constraints = [models.UniqueConstraint("ward", "posting", "place", name="publicity_spot_once")]

    def __str__(self) -> str:
        return str(self.place)


@tracked
class PostingFile(StoredFile):
    """What hangs, byte for byte."""

    posting = WardKey(Posting, models.CASCADE, related_name="files", verbose_name=_("posting"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("file on display")
        verbose_name_plural = _("files on display")
        ordering = ["id"]

    def get_absolute_url(self) -> str:
        return reverse("publicity:posting_file", args=[self.pk])

    def remove(self, *, by: User | None) -> None:
        """Out of a draft."""
        self.posting._require_draft()
        with transaction.atomic():
            self.delete()
            self.posting.record("edited", by)
            transaction.on_commit(partial(self.file.storage.delete, str(self.file.name)))


@tracked
class PostingProof(StoredFile):
    """A photo or signed record of a posting, with its day and place; kept with its hash, never changed."""

    posting = WardKey(Posting, models.PROTECT, related_name="proofs", verbose_name=_("posting"))
    kind = models.CharField(_("what it shows"), max_length=10, choices=ProofKind)
    place = WardKey(PostingPlace, models.PROTECT, null=True, blank=True, related_name="proofs", verbose_name=_("place"))
    taken_on = models.DateField(_("of which day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of a posting")
        verbose_name_plural = _("proof of postings")
        ordering = ["taken_on", "id"]

    def get_absolute_url(self) -> str:
        return reverse("publicity:proof_file", args=[self.pk])
