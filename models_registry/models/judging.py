"""How the entries of a contest are judged: by two or more people, each alone, who see a code instead of a name.

What a judge reads is made anew: a text that the officer has looked through, and pictures that the portal saved anew.
No file of the author reaches a judge. Points are of an entry in its contest, never of a person or a unit.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import ALLOWED, Decision, Permission, denied
from accounts.models import Membership, User
from campaigns.models import Campaign
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, today, tracked
from core.prepared import Prepared
from core.search import folded_all
from models_registry.choices import JUDGED, EntryPart, EntryState, EntryStep, ResultBy, TieRule
from models_registry.models.appraisal import Assessment
from models_registry.models.contest import Contest, ContestEntry
from models_registry.models.entry import EntryFile, EntryVersion
from models_registry.querysets import BlindQuerySet, JudgeQuerySet, JudgeSheetQuerySet, JudgingQuerySet
from notifications import outbox
from publicity.models import Article

FEWEST_JUDGES = 2
HUNDREDTH = Decimal("0.01")
CODE_SIGNS = "ABCDEGHKLMNPQRSTUVXY"  # no two of them look alike
MASK = "[…]"
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\+84|0)(?:[\s.-]?\d){8,10}")
_SENTENCE = re.compile(r"[^\n.!?]+[.!?]*")


@tracked
class Judging(WardModel):
    """opened_on: the judges read from then on. closed_on: the prizes are awarded, and the names are open again.

    reopened_on, reopened_why: prizes were taken back, the last time; they are awarded anew.
    """

    contest = WardOneToOneKey(Contest, models.PROTECT, related_name="judging", verbose_name=_("contest"))
    points_most = models.PositiveSmallIntegerField(_("most points"), default=100)
    result_by = models.CharField(_("result"), max_length=8, choices=ResultBy, default=ResultBy.MEAN)
    tie_rule = models.CharField(
        _("entries with the same result"), max_length=8, choices=TieRule, default=TieRule.SHARED
    )
    due_on = models.DateField(_("points due on"))
    opened_on = models.DateField(_("opened on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    reopened_on = models.DateField(_("reopened on"), null=True, blank=True, editable=False)
    reopened_why = models.CharField(_("why it was reopened"), max_length=300, blank=True, editable=False)

    objects = JudgingQuerySet.as_manager()

    class Meta:
        verbose_name = _("judging of a contest")
        verbose_name_plural = _("judging of contests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="registry_judging_points", condition=Q(points_most__gte=1, points_most__lte=1000)
            ),
            models.CheckConstraint(
                name="registry_judging_days",
                condition=Q(closed_on__isnull=True) | Q(opened_on__isnull=False, closed_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(
                name="registry_judging_reopened",
                condition=Q(reopened_on__isnull=True, reopened_why="")
                | Q(reopened_on__isnull=False, reopened_why__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contest)

    def get_absolute_url(self) -> str:
        return reverse("models_registry:judging_detail", args=[self.contest_id])

    @property
    def campaign(self) -> Campaign:
        return self.contest.campaign

    @property
    def is_open(self) -> bool:
        return self.opened_on is not None and self.closed_on is None

    def can_read(self, user: Any) -> Decision:
        """Who runs the contest, and its judges."""
        right = access.can_in_ward(user, Permission.CONTEST_MANAGE)
        if right or self.judges.filter(person=user).exists():
            return ALLOWED
        return denied(gettext("The judging is open to those who run the contest and to its judges."))

    def can_manage(self, user: Any) -> Decision:
        right = self.contest.can_manage(user)
        return right and (denied(gettext("The judging is closed.")) if self.closed_on else ALLOWED)

    def live_judges(self) -> "list[Judge]":
        return list(self.judges.filter(stood_aside_on=None).select_related("person"))

    # ---- preparing -----------------------------------------------------------------------------------
    def save_details(
        self, *, by: Any, judges: Iterable[User], chief: User | None, prizes: Sequence[tuple[str, int]], **settings: Any
    ) -> None:
        """Who judges and how, until the judging is opened; afterwards judges may be added and the day moved.

        Raises ValidationError for somebody who sees the names, or who wrote.
        """
        self.campaign.require_open()
        people = list(judges)
        self._refuse(people)
        if self.opened_on:
            settings = {name: value for name, value in settings.items() if name == "due_on"}
        for name, value in settings.items():
            setattr(self, name, value)
        is_new = self._state.adding
        with transaction.atomic():
            self.save()
            there = {judge.person_id: judge for judge in self.judges.all()}
            if not self.opened_on:
                self.judges.exclude(person__in=people).delete()
                self._set_prizes(prizes)
            self.judges.filter(is_chief=True).exclude(person=chief).update(is_chief=False)
            for person in people:
                judge = there.get(person.pk)
                if judge is None:
                    judge = self.judges.create(ward_id=self.ward_id, person=person, named_by=by)
                    outbox.record("models_registry.judge.named", subject=judge, by=by)
                if person == chief and not judge.is_chief:
                    judge.is_chief = True
                    judge.save(update_fields=["is_chief"])
            self.gather()
            if self.opened_on:
                self._share_out()
            verb = "prepared" if is_new else "changed"
            outbox.record(f"models_registry.judging.{verb}", subject=self, by=by)

    def _refuse(self, people: Sequence[User]) -> None:
        roles = access.roles_with([Permission.CONTEST_MANAGE, Permission.REFERENCE_EDIT])
        held = Membership.objects.valid_on(today()).filter(ward=self.ward_id, user__in=people, role__in=roles)
        knowing = set(held.values_list("user", flat=True))
        if names := [p.full_name for p in people if p.pk in knowing or p.is_superuser]:
            told = gettext(
                "%(names)s: runs the contest or keeps its data, and so sees the names. Choose somebody else."
            )
            raise ValidationError({"judges": told % {"names": ", ".join(names)}})
        authors = self.contest.entries.exclude(state=EntryState.WITHDRAWN).exclude(author_name="")
        for person in people:
            if authors.filter(author_name__icontains=person.full_name).exists():
                told = gettext("%(name)s has written an entry of this contest. Choose somebody else.")
                raise ValidationError({"judges": told % {"name": person.full_name}})

    def _set_prizes(self, prizes: Sequence[tuple[str, int]]) -> None:
        self.prizes.all().delete()
        for order, (name, count) in enumerate(prizes, start=1):
            self.prizes.create(ward_id=self.ward_id, name=name, count=count, order=order)

    def gather(self) -> None:
        """A copy for each entry that may be judged, of its last version, under a code by chance."""
        if self.opened_on:
            return
        self.copies.exclude(entry__state__in=JUDGED).delete()
        there = {copy.entry_id: copy for copy in self.copies.all()}
        taken = {copy.code for copy in there.values()}
        rows = self.contest.entries.filter(state__in=JUDGED, versions__isnull=False).distinct()
        for entry in rows.select_related("unit"):
            version, copy = entry.versions.first(), there.get(entry.pk)
            if copy and copy.version_id == version.pk:
                continue
            if copy is None:
                code = next(code for code in iter(_code, "") if code not in taken)
                taken.add(code)
                copy = BlindCopy(ward_id=self.ward_id, judging=self, entry=entry, code=code)
            copy.version, copy.cleared_by, copy.cleared_at = version, None, None
            copy.title, copy.text = masked(entry, entry.title), masked(entry, version.text)
            copy.save()

    def open(self, *, by: Any) -> None:
        """Give the copies to the judges. Raises ValidationError with what is still to be done."""
        self.campaign.require_open()
        with transaction.atomic():
            copies = list(self.copies.select_related("entry__unit"))
            if not copies:
                raise ValidationError(gettext("There is no entry yet that the ward has approved."))
            if left := [copy.code for copy in copies if copy.cleared_at is None]:
                told = gettext("Look through these copies first: %(codes)s.")
                raise ValidationError(told % {"codes": ", ".join(left)})
            rows = type(self).objects.filter(pk=self.pk, ward=self.ward_id, opened_on=None)
            if rows.update(opened_on=today()) != 1:
                raise ValidationError(gettext("The judging is open already."))
            self.opened_on = today()
            self._share_out()
            for copy in copies:
                for step in (EntryStep.SEND, EntryStep.PRELIMINARY):
                    if step in copy.entry.steps_for(by):
                        copy.entry.take(step, by=by, on=today())
            outbox.record("models_registry.judging.opened", subject=self, by=by, entries=len(copies))

    def _share_out(self) -> None:
        """A sheet for each judge and each copy, without those of the own unit; at least two for each."""
        judges = self.live_judges()
        for copy in self.copies.select_related("entry"):
            there = set(copy.sheets.values_list("judge", flat=True))
            fit = [judge for judge in judges if not judge.has_conflict(copy.entry)]
            if len(fit) < FEWEST_JUDGES:
                told = gettext("Entry %(code)s needs at least two judges who are not of the unit that wrote it.")
                raise ValidationError(told % {"code": copy.code})
            for judge in fit:
                if judge.pk not in there and not copy.is_complete:
                    copy.sheets.create(ward_id=self.ward_id, judge=judge, most=self.points_most)

    # ---- result --------------------------------------------------------------------------------------
    def ranking(self) -> "list[Ranked]":
        """Every copy with its result and place, the best first; empty until all points are in."""
        copies = list(self.copies.prefetch_related("sheets").select_related("prize", "entry"))
        if not copies or not all(copy.is_complete for copy in copies):
            return []
        results = {copy.pk: copy.result(self.result_by) for copy in copies}
        keys = {copy: (-results[copy.pk], copy.tie_order or 0) for copy in copies}
        rows: list[Ranked] = []
        for n, copy in enumerate(sorted(copies, key=lambda copy: (keys[copy], copy.code)), start=1):
            shares = bool(rows) and keys[rows[-1].copy] == keys[copy]
            is_tied = list(keys.values()).count(keys[copy]) > 1
            rows.append(Ranked(copy, results[copy.pk], rows[-1].place if shares else n, is_tied))
        return rows

    def ties(self) -> "list[BlindCopy]":
        """What the chief judge has still to put in order."""
        return [row.copy for row in self.ranking() if row.is_tied] if self.tie_rule == TieRule.CHIEF else []

    def can_order(self, user: Any) -> Decision:
        """The chief judge, where the rule says so and there is something to put in order."""
        if not self.judges.filter(person=user, is_chief=True, stood_aside_on=None).exists():
            return denied(gettext("The chief judge decides on entries with the same result."))
        if not self.is_open or not self.ties():
            return denied(gettext("There is nothing to put in order."))
        return self.campaign.can_change()

    def order_ties(self, *, by: Any, order: "Mapping[BlindCopy, int]", reason: str) -> None:
        """Put entries with the same result in order: 1 before 2."""
        access.require(self.can_order(by))
        with transaction.atomic():
            for copy, place in order.items():
                copy.tie_order, copy.tie_reason = place, reason
                copy.save(update_fields=["tie_order", "tie_reason"])
            outbox.record("models_registry.judging.ordered", subject=self, by=by)

    def can_award(self, user: Any) -> Decision:
        right = self.can_manage(user)
        if right and not self.ranking():
            return denied(gettext("Prizes are awarded once all points are in."))
        if right and self.ties():
            return denied(gettext("The chief judge first puts the entries with the same result in order."))
        return right

    def award(self, *, by: Any, prizes: "Mapping[BlindCopy, Prize | None]") -> None:
        """Award the prizes and close the judging: entries get their last state, and the names are open again."""
        access.require(self.can_award(by))
        for prize in self.prizes.all():
            if (given := sum(1 for one in prizes.values() if one == prize)) > prize.count:
                told = gettext("%(prize)s: there are %(count)d, and %(given)d are given.")
                raise ValidationError(told % {"prize": prize, "count": prize.count, "given": given})
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, ward=self.ward_id, closed_on=None)
            if rows.update(closed_on=today()) != 1:
                raise ValidationError(gettext("The judging is closed."))
            self.closed_on = today()
            for copy, won in prizes.items():
                copy.prize = won
                copy.save(update_fields=["prize"])
                step = EntryStep.AWARD if won else EntryStep.NOT_AWARDED
                may = step in copy.entry.steps_for(by)
                if won and not may and copy.entry.state != EntryState.AWARDED:
                    told = gettext("Entry %(code)s is now “%(state)s”, so it gets no prize.")
                    raise ValidationError(told % {"code": copy.code, "state": copy.entry.get_state_display()})
                if may:
                    copy.entry.take(step, by=by, on=today(), reason=str(won) if won else "")
            outbox.record("models_registry.judging.closed", subject=self, by=by)

    # ---- once more -----------------------------------------------------------------------------------
    def can_reopen(self, user: Any) -> Decision:
        right = self.contest.can_manage(user)
        return right and (ALLOWED if self.closed_on else denied(gettext("The prizes are not awarded yet.")))

    def published(self) -> list[Article]:
        """What was made of its entries, which stays whatever becomes of the prizes."""
        rows = Article.objects.filter(ward=self.ward_id, contest_entry__contest=self.contest_id)
        return list(rows.order_by("id"))

    def reopen(self, *, by: Any, reason: str) -> None:
        """Take the prizes back: entries go back to the final round, and the prizes are awarded anew. Points stay."""
        access.require(self.can_reopen(by))
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, ward=self.ward_id, closed_on__isnull=False)
            if rows.update(closed_on=None, reopened_on=today(), reopened_why=reason) != 1:
                raise ValidationError(gettext("The prizes are not awarded yet."))
            self.closed_on, self.reopened_on, self.reopened_why = None, today(), reason
            for copy in self.copies.select_related("entry__unit", "entry__contest__campaign"):
                copy.prize = None
                copy.save(update_fields=["prize"])
                if EntryStep.REOPEN in copy.entry.steps_for(by):
                    copy.entry.take(EntryStep.REOPEN, by=by, on=today(), reason=reason)
            outbox.record("models_registry.judging.reopened", subject=self, by=by, reason=reason)


@dataclass(frozen=True)
class Ranked:
    """A copy with its result and its place in the contest. is_tied: another one has both."""

    copy: "BlindCopy"
    result: Decimal
    place: int
    is_tied: bool


def _code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _n in range(2)) + str(secrets.randbelow(90) + 10)


@tracked
class Prize(WardModel):
    judging = WardKey(Judging, models.CASCADE, related_name="prizes", verbose_name=_("judging"))
    name = models.CharField(_("prize"), max_length=60)
    count = models.PositiveSmallIntegerField(_("how many"))
    order = models.PositiveSmallIntegerField(_("order"))

    objects = BlindQuerySet.as_manager()

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint("ward", "judging", "name", name="registry_prize_name"),
            models.CheckConstraint(name="registry_prize_count", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Judge(WardModel):
    judging = WardKey(Judging, models.CASCADE, related_name="judges", verbose_name=_("judging"))
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("judge"))
    is_chief = models.BooleanField(_("chief judge"), default=False)
    named_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("named by"))
    named_on = models.DateField(_("named on"), default=today, editable=False)
    stood_aside_on = models.DateField(_("stood aside on"), null=True, blank=True, editable=False)
    stood_aside_why = models.CharField(_("why"), max_length=300, blank=True)

    objects = JudgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("judge")
        verbose_name_plural = _("judges")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "judging", "person", name="registry_judge_pair"),
            models.UniqueConstraint(
                fields=["ward", "judging"], condition=Q(is_chief=True), name="registry_judge_chief"
            ),
            models.CheckConstraint(
                name="registry_judge_aside",
                condition=Q(stood_aside_on__isnull=True, stood_aside_why="")
                | (Q(stood_aside_on__isnull=False) & ~Q(stood_aside_why="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return self.judging.get_absolute_url()

    def has_conflict(self, entry: ContestEntry) -> bool:
        """Of the unit that wrote it, or of the author's name."""
        held = Membership.objects.valid_on(today()).filter(ward=self.ward_id, user=self.person_id, unit=entry.unit_id)
        return held.exists() or self.person.full_name.casefold() in entry.author_name.casefold()

    def can_stand_aside(self, user: Any) -> Decision:
        if self.stood_aside_on or self.judging.closed_on:
            return denied(gettext("The judging is closed."))
        return ALLOWED if user.pk == self.person_id else self.judging.can_manage(user)

    def stand_aside(self, *, by: Any, reason: str) -> None:
        """Points that are in stay, the others are owed no more. Raises ValidationError where too few are left."""
        access.require(self.can_stand_aside(by))
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, ward=self.ward_id, stood_aside_on=None)
            if rows.update(stood_aside_on=today(), stood_aside_why=reason, is_chief=False) != 1:
                raise ValidationError(gettext("This judge has stood aside already."))
            copies = [sheet.copy_of for sheet in self.sheets.filter(handed_in_at=None).select_related("copy_of")]
            self.sheets.filter(handed_in_at=None).delete()
            if few := [copy.code for copy in copies if copy.sheets.count() < FEWEST_JUDGES]:
                told = gettext("Too few judges would be left for %(codes)s. The officer first names somebody else.")
                raise ValidationError(told % {"codes": ", ".join(few)})
            outbox.record("models_registry.judge.stood_aside", subject=self, by=by)


@tracked
class BlindCopy(WardModel):
    """What judges read of an entry. cleared_at: the officer has looked it through; kept: why a name may stay."""

    judging = WardKey(Judging, models.PROTECT, related_name="copies", verbose_name=_("judging"))
    entry = WardKey(ContestEntry, models.PROTECT, related_name="copies", verbose_name=_("entry"))
    version = WardKey(EntryVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    code = models.CharField(_("code"), max_length=8)
    title = models.CharField(pgettext_lazy("entry", "title"), max_length=200)
    text = models.TextField(_("text"))
    kept = models.CharField(_("why a name stays"), max_length=300, blank=True)
    cleared_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("looked through by")
    )
    cleared_at = models.DateTimeField(_("looked through at"), null=True, editable=False)
    tie_order = models.PositiveSmallIntegerField(_("order among equals"), null=True, editable=False)
    tie_reason = models.CharField(_("reason for the order"), max_length=500, blank=True, editable=False)
    prize = WardKey(
        Prize, models.PROTECT, null=True, blank=True, editable=False, related_name="copies", verbose_name=_("prize")
    )

    objects = BlindQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy for judges")
        verbose_name_plural = _("copies for judges")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("ward", "judging", "code", name="registry_copy_code"),
            models.UniqueConstraint("ward", "judging", "entry", name="registry_copy_entry"),
            models.CheckConstraint(
                name="registry_copy_cleared",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("models_registry:judge_entry", args=[self.judging.contest_id, self.code])

    @property
    def clear_url(self) -> str:
        return reverse("models_registry:copy_clear", args=[self.pk])

    @property
    def is_complete(self) -> bool:
        """Every sheet is in, and there are enough."""
        sheets = list(self.sheets.all())
        return len(sheets) >= FEWEST_JUDGES and all(sheet.handed_in_at for sheet in sheets)

    @property
    def points_in(self) -> int:
        """How many of its judges have given their points."""
        return sum(1 for sheet in self.sheets.all() if sheet.handed_in_at)

    def pictures(self) -> list[EntryFile]:
        return [file for file in self.version.files.all() if file.part == EntryPart.PICTURE]

    def result(self, by: str) -> Decimal:
        """Of its points, to a hundredth."""
        points = [sheet.points for sheet in self.sheets.all() if sheet.points is not None]
        found = median(points) if by == ResultBy.MEDIAN else mean(points)
        return Decimal(found).quantize(HUNDREDTH, ROUND_HALF_UP)

    def clear(self, *, by: Any, title: str, text: str, kept: str = "") -> None:
        """The officer has looked it through: judges may read it as it stands here."""
        access.require(self.judging.can_manage(by))
        if not text.strip():
            raise ValidationError({"text": gettext("There is no text to judge. Type it, or ask the unit for a file.")})
        if found := traces(self.entry, f"{title}\n{text}"):
            if not kept:
                raise ValidationError({"kept": gettext("Take these names out, or say why they stay.")})
        with transaction.atomic():
            rows = Judging.objects.select_for_update(no_key=True).filter(ward=self.ward_id, opened_on=None)
            if not rows.filter(pk=self.judging_id).exists():
                raise ValidationError(gettext("The judges read it already, so it stays as it is."))
            self.title, self.text, self.kept = title, text, kept if found else ""
            self.cleared_by, self.cleared_at = by, timezone.now()
            self.save(update_fields=["title", "text", "kept", "cleared_by", "cleared_at"])
            outbox.record("models_registry.copy.cleared", subject=self.judging, by=by)


def _names(entry: ContestEntry) -> list[str]:
    """Of the author or authors, of the unit, and of the people of the unit."""
    authors = entry.authors
    held = Membership.objects.filter(ward=entry.ward_id, unit=entry.unit_id)
    people = held.values_list("user__full_name", flat=True).distinct()
    return [name for name in dict.fromkeys([*authors, entry.unit.name, *people]) if len(name) > 2]


def masked(entry: ContestEntry, text: str) -> str:
    """The text with a mask in the place of each name; what is written otherwise is found by `traces`."""
    for name in sorted(_names(entry), key=len, reverse=True):
        spaced = r"\s+".join(re.escape(word) for word in name.split())
        text = re.sub(rf"(?<!\w){spaced}(?!\w)", MASK, text, flags=re.IGNORECASE)
    return _CONTACT.sub(MASK, text)


def traces(entry: ContestEntry, text: str) -> list[tuple[str, str]]:
    """(name, sentence) wherever the text names the author, the unit or its people, with or without marks."""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(text) if found.group().strip()]
    names = _names(entry)
    folded = folded_all([*sentences, *names])
    found = [
        (name, sentence[:200])
        for sentence in sentences
        for name in names
        if f" {_bare(folded[name])} " in f" {_bare(folded[sentence])} "
    ]
    return found + [(contact.group(), contact.group()) for contact in _CONTACT.finditer(text)]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


@tracked
class JudgeSheet(WardModel):
    """The points of one judge for one entry. Nobody else sees them until all points of the entry are in."""

    copy_of = WardKey(BlindCopy, models.PROTECT, related_name="sheets", verbose_name=_("copy"))
    judge = WardKey(Judge, models.PROTECT, related_name="sheets", verbose_name=_("judge"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1, null=True, blank=True)
    most = models.PositiveSmallIntegerField(_("most points"), editable=False)
    remark = models.TextField(_("remark"), blank=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True, editable=False)

    objects = JudgeSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("points of a judge")
        verbose_name_plural = _("points of judges")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "copy_of", "judge", name="registry_sheet_pair"),
            models.CheckConstraint(
                name="registry_sheet_points",
                condition=Q(points__isnull=True, handed_in_at__isnull=True)
                | Q(points__gte=0, points__lte=F("most"), handed_in_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.copy_of)

    def get_absolute_url(self) -> str:
        return self.copy_of.get_absolute_url()

    def can_score(self, user: Any) -> Decision:
        """The judge alone, until all points of the entry are in."""
        judging = self.copy_of.judging
        if user.pk != self.judge.person_id or self.judge.stood_aside_on:
            return denied(gettext("Only its judge gives these points."))
        if not judging.is_open:
            return denied(gettext("The judging is closed."))
        if self.copy_of.is_complete:
            return denied(gettext("All points are in, so none is changed any more."))
        return judging.campaign.can_change()

    def hand_in(self, *, by: Any, points: Decimal, remark: str = "") -> None:
        """Give the points; again until the other judges of the entry have given theirs."""
        with transaction.atomic():
            judgings = Judging.objects.select_for_update(no_key=True).filter(ward=self.ward_id)
            judgings.get(pk=self.copy_of.judging_id)  # the last two judges do not miss each other
            access.require(self.can_score(by))
            self.points, self.remark, self.handed_in_at = points, remark, timezone.now()
            self.save(update_fields=["points", "remark", "handed_in_at"])
            outbox.record("models_registry.sheet.handed_in", subject=self.copy_of.judging, by=by)
            judging = self.copy_of.judging
            if not JudgeSheet.objects.filter(ward=self.ward_id, copy_of__judging=judging, handed_in_at=None).exists():
                outbox.record("models_registry.judging.completed", subject=judging, by=by)


def _alone(held: access.Grants, *, person: int) -> dict[str, models.QuerySet]:
    user = access.reader(person, held)
    scores = Assessment.objects.of(user).owed().filter(assessor=OuterRef("pk"))
    judges = Judge.objects.blind(user).filter(person=OuterRef("pk"))
    return {"alone": User.objects.filter(Exists(scores) | Exists(judges), pk=person).values_list("pk", flat=True)}


ALONE = Prepared(_alone)


def judges_alone(user: Any) -> bool:
    """Scores a model or judges a contest: sees other rows and items than others who hold the same roles."""
    return bool(ALONE.read(access.grants(user), person=user.pk)["alone"])
