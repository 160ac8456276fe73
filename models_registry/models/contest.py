"""The writing contest: what each unit has to write and what became of its entries."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign, Document
from core.dated import dated
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import Stateful, Transition, WardModel, save_all, today, tracked
from core.search import folded
from core.text import count_words, number, one_line
from core.titles import TITLE
from models_registry.choices import (
    ENTRY_MOVES,
    HANDS_IN,
    OUT_OF_HAND,
    SENT_AND_AFTER,
    EntryPart,
    EntryState,
    EntryStep,
    HandIn,
)
from models_registry.querysets import ContestEntryQuerySet, EntryQuotaQuerySet
from notifications import outbox
from publicity.models import Article

if TYPE_CHECKING:
    from models_registry.models.board import Line
    from models_registry.models.entry import EntryFile


_AND = re.compile(r"[,;&\n]|\s-\s|\svà\s")
WRITABLE = (EntryState.PLANNED, EntryState.DRAFTING, EntryState.REVISING)


class Finding(NamedTuple):
    """What of an entry does not keep to a rule. field: of the form; "" none. blocks: it is not taken at all."""

    field: str
    text: str
    blocks: bool


@tracked
class Contest(WardModel):
    is_blind: bool  # of the board: for a judge
    lines: "list[Line]"
    sums: "Line"

    campaign = WardKey(Campaign, models.PROTECT, related_name="contests", verbose_name=_("campaign"))
    name = models.CharField(_("name"), max_length=200, validators=TITLE)
    ordered_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="ordered_contests", verbose_name=_("ordered by")
    )
    shared_out_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="shared_contests", verbose_name=_("shared out by")
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    takes = models.CharField(_("how entries come"), max_length=8, choices=HandIn, default=HandIn.PAPER)
    words_from = models.PositiveIntegerField(_("fewest words"), null=True, blank=True)
    words_to = models.PositiveIntegerField(_("most words"), null=True, blank=True)
    pictures_from = models.PositiveSmallIntegerField(_("fewest pictures"), default=0)
    pictures_to = models.PositiveSmallIntegerField(_("most pictures"), default=3)
    declaration = models.CharField(_("what the author declares"), max_length=300, blank=True)
    refuses_words = models.BooleanField(_("another number of words is not taken"), default=False)
    refuses_days = models.BooleanField(_("what comes before or after the days is not taken"), default=False)
    refuses_pictures = models.BooleanField(_("another number of pictures is not taken"), default=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("writing contest")
        verbose_name_plural = _("writing contests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="registry_contest_days",
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("The end can not be before the start."),
            ),
            models.CheckConstraint(
                name="registry_contest_words",
                condition=Q(words_to__isnull=True) | Q(words_from__isnull=True) | Q(words_to__gte=F("words_from")),
                violation_error_message=_("The most words can not be fewer than the fewest."),
            ),
            models.CheckConstraint(
                name="registry_contest_pictures",
                condition=Q(pictures_to__gte=F("pictures_from")),
                violation_error_message=_("The most pictures can not be fewer than the fewest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('models_registry:contest_list')}#contest-{self.pk}"

    @property
    def new_entry_url(self) -> str:
        return reverse("models_registry:entry_new", args=[self.pk])

    def can_manage(self, user: Any) -> Decision:
        return access.can(user, Permission.CONTEST_MANAGE) and self.campaign.can_change()

    def can_see_names(self, user: Any) -> Decision:
        """Who judges does not, until the prizes are awarded."""
        if not blind_contests(user).filter(pk=self.pk).exists():
            return access.ALLOWED
        return access.denied(gettext("You judge this contest: who wrote stays hidden until the prizes are awarded."))

    def save_details(self, *, by: Any) -> None:
        """Save a new or changed contest."""
        self.campaign.require_open()
        verb = "announced" if self._state.adding else "changed"
        with transaction.atomic():
            self.save()
            outbox.record(f"models_registry.contest.{verb}", subject=self, by=by)

    # ---- rules ---------------------------------------------------------------------------------------
    @property
    def takes_content(self) -> bool:
        """Entries come through the portal, with their text."""
        return self.takes != HandIn.PAPER

    def set_rules(self, *, by: Any, without_units: Iterable[Unit], without_people: Iterable[str], **rules: Any) -> None:
        """Change the rules, and who may not enter; what was handed in before stays as it is."""
        self.campaign.require_open()
        for name, value in rules.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(rules))
            units, people = {unit.pk: unit for unit in without_units}, {*without_people}
            for row in self.exclusions.all():
                if row.unit_id in units:
                    units.pop(row.unit_id)
                elif row.person_name in people:
                    people.discard(row.person_name)
                else:
                    row.delete()
            rows = [ContestExclusion(ward_id=self.ward_id, contest=self, unit=unit) for unit in units.values()]
            rows += [ContestExclusion(ward_id=self.ward_id, contest=self, person_name=name) for name in sorted(people)]
            save_all(rows)
            outbox.record("models_registry.contest.ruled", subject=self, by=by)

    def rule_lines(self) -> list[str]:
        """The rules in sentences, for those who write."""
        lines = []
        if self.opens_on and self.closes_on:
            days = {"first": full_date(self.opens_on), "last": full_date(self.closes_on)}
            lines.append(gettext("Hand in from %(first)s to %(last)s.") % days)
        elif self.closes_on:
            lines.append(gettext("Hand in by %(last)s.") % {"last": full_date(self.closes_on)})
        if wanted := self._span(self.words_from, self.words_to):
            lines.append(gettext("Length: %(span)s words.") % {"span": wanted})
        if self.pictures_to:
            span = self._span(self.pictures_from, self.pictures_to)
            lines.append(gettext("Pictures: %(span)s.") % {"span": span})
        elif self.takes_content:
            lines.append(gettext("No pictures."))
        if out := [str(row) for row in self.exclusions.select_related("unit")]:
            lines.append(gettext("May not enter: %(who)s.") % {"who": ", ".join(out)})
        return lines

    @staticmethod
    def _span(least: int | None, most: int | None) -> str:
        if least and most:
            return number(most) if least == most else f"{number(least)}–{number(most)}"
        if least:
            return gettext("at least %(n)s") % {"n": number(least)}
        return gettext("at most %(n)s") % {"n": number(most)} if most else ""

    def findings(
        self, *, unit: Unit, author_name: str, words: int | None, pictures: int, on: datetime.date
    ) -> Iterator[Finding]:
        """What of an entry does not keep to the rules. words: None where nothing could be counted.

        A unit that may not enter is never taken, nor a text without words; a name like that of somebody who may not
        enter is asked about, for two people may have one name. The rest is as the contest's own rules say.
        """
        if self.exclusions.filter(unit=unit).exists():
            yield Finding("", gettext("%(unit)s may not enter this contest.") % {"unit": unit}, True)
        rows = Contest.objects.filter(pk=self.pk, ward=self.ward_id)
        judges = Q(judging__judges__person__full_name__iexact=author_name)
        listed = Q(exclusions__person_name__iexact=author_name)
        if author_name and rows.filter(judges | listed).exists():
            told = gettext("%(name)s may not enter this contest. Is this another person of the same name?")
            yield Finding("author_name", told % {"name": author_name}, False)
        if self.opens_on and on < self.opens_on:
            told = gettext("The contest opens on %(day)s.") % {"day": full_date(self.opens_on)}
            yield Finding("on", told, self.refuses_days)
        if self.closes_on and on > self.closes_on:
            told = gettext("The contest closed on %(day)s.") % {"day": full_date(self.closes_on)}
            yield Finding("on", told, self.refuses_days)
        yield from self._words_found(words)
        if not self.pictures_from <= pictures <= self.pictures_to:
            span = self._span(self.pictures_from, self.pictures_to) or gettext("none")
            told = gettext("Pictures: %(count)s, wanted: %(span)s.") % {"count": number(pictures), "span": span}
            yield Finding("pictures", told, self.refuses_pictures)

    def _words_found(self, words: int | None) -> Iterator[Finding]:
        span = self._span(self.words_from, self.words_to)
        if words is None and span:
            told = gettext("The words of this file can not be counted (a scan?). Wanted: %(span)s words.")
            yield Finding("text", told % {"span": span}, self.refuses_words)
        elif words is not None and (words < (self.words_from or 0) or words > (self.words_to or words)):
            facts = {"count": number(words), "span": span}
            yield Finding("text", gettext("%(count)s words, wanted: %(span)s.") % facts, self.refuses_words)

    def share_out(self, *, by: Any, required: Mapping[Unit, int]) -> None:
        """Set how many entries each unit has to write; a unit with 0 has none to write."""
        self.campaign.require_open()
        with transaction.atomic():
            of_none = [unit for unit, number in required.items() if not number]
            self.quotas.filter(unit__in=of_none).delete()
            save_all(
                [
                    EntryQuota(ward_id=self.ward_id, contest=self, unit=unit, required=number)
                    for unit, number in required.items()
                    if number
                ],
                update_conflicts=True,
                unique_fields=["ward", "contest", "unit"],
                update_fields=["required"],
            )
            total = sum(required.values())
            outbox.record("models_registry.contest.shared_out", subject=self, by=by, entries=total)


def blind_contests(user: Any) -> Any:
    """Those that the person judges."""
    judged = Q(judging__judges__person=user, judging__closed_on=None)
    return Contest.objects.visible_to(user).filter(judged)


@tracked
class ContestExclusion(WardModel):
    """A unit, or a person by name, that may not enter: who organises and who judges."""

    contest = WardKey(Contest, models.CASCADE, related_name="exclusions", verbose_name=_("contest"))
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    person_name = models.CharField(_("person"), max_length=100, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("who may not enter")
        verbose_name_plural = _("who may not enter")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "contest", "unit", "person_name", name="registry_exclusion_pair"),
            models.CheckConstraint(
                name="registry_exclusion_one",
                condition=Q(unit__isnull=True) & ~Q(person_name="") | Q(unit__isnull=False, person_name=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit) if self.unit else self.person_name


@dated("unit", "required", removed_by=("contest", "unit"))
@tracked
class EntryQuota(WardModel):
    done_count: int  # of with_done()

    contest = WardKey(Contest, models.CASCADE, related_name="quotas", verbose_name=_("contest"))
    unit = WardKey(Unit, models.PROTECT, related_name="entry_quotas", verbose_name=_("unit"))
    required = models.PositiveSmallIntegerField(_("entries to write"))

    objects = EntryQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [models.UniqueConstraint("ward", "contest", "unit", name="registry_quota_pair")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.required}"

    def get_absolute_url(self) -> str:
        return self.contest.get_absolute_url()

    @property
    def campaign(self) -> Campaign:
        return self.contest.campaign

    @property
    def short(self) -> int:
        """How many the unit has still to hand in."""
        if "done_count" not in self.__dict__:
            rows = EntryQuota.objects.filter(pk=self.pk, ward=self.ward_id)
            self.done_count = rows.with_done(OUT_OF_HAND).get().done_count
        return max(self.required - self.done_count, 0)


@dated("unit", "title", "author_name")
@tracked
class ContestEntry(Stateful, WardModel):
    contest = WardKey(Contest, models.PROTECT, related_name="entries", verbose_name=_("contest"))
    unit = WardKey(Unit, models.PROTECT, related_name="entries", verbose_name=_("unit"))
    title = models.CharField(pgettext_lazy("entry", "title"), max_length=200, validators=TITLE)
    author_name = models.CharField(_("author"), max_length=100, blank=True)
    text = models.TextField(_("text being written"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EntryState, default=EntryState.PLANNED)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    article = WardOneToOneKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="contest_entry",
        verbose_name=_("article"),
    )
    search_key = folded("title")

    objects = ContestEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                name="registry_entry_sent_on",
                condition=Q(state__in=SENT_AND_AFTER, sent_on__isnull=False)
                | (~Q(state__in=SENT_AND_AFTER) & Q(sent_on__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("models_registry:entry_detail", args=[self.pk])

    @property
    def campaign(self) -> Campaign:
        return self.contest.campaign

    @property
    def authors(self) -> list[str]:
        """Each author, as they stand in one field: several by commas, semicolons, a dash or “và”."""
        return [name for name in (part.strip() for part in _AND.split(self.author_name)) if name]

    def can_edit(self, user: Any) -> Decision:
        """Until it is sent; the officer may put a mistake right later too."""
        if access.can(user, Permission.CONTEST_MANAGE):
            return self.campaign.can_change()
        right = access.can(user, Permission.ENTRY_WRITE, unit=self.unit) and self.campaign.can_change()
        if right and self.state in SENT_AND_AFTER:
            return access.can(user, Permission.CONTEST_MANAGE)
        return right

    def save_details(self, *, by: Any, on: datetime.date | None = None) -> None:
        """Save a new or changed entry; its state changes by `take` alone."""
        self.campaign.require_open()
        with transaction.atomic():
            if self._state.adding:
                self.start(by=by, on=on)
                self._record("planned", by=by, on=on)
            else:
                self.save(update_fields=["title", "author_name", "unit"])
                self._record("changed", by=by)

    def steps_for(self, user: Any) -> list[EntryStep]:
        """What may happen next, as far as this user may record it."""
        if not self.campaign.can_change():
            return []
        as_officer = access.can(user, Permission.CONTEST_MANAGE)
        as_unit = access.can(user, Permission.ENTRY_WRITE, unit=self.unit)
        moves = [(step, move) for step, move in ENTRY_MOVES.items() if self.state in move.since]
        if self.contest.takes_content:
            moves = [(step, move) for step, move in moves if step not in HANDS_IN]
        if self.is_prize_of_judging:
            moves = [(step, move) for step, move in moves if step != EntryStep.REOPEN]
        return [step for step, move in moves if as_officer or (move.by_unit and as_unit)]

    @property
    def is_prize_of_judging(self) -> bool:
        """Judges gave it what came of it, all entries at once: the judging is reopened, not the entry alone."""
        judging = getattr(self.contest, "judging", None)
        return judging is not None and judging.closed_on is not None

    # ---- writing and handing in ------------------------------------------------------------------------
    @property
    def hand_in_url(self) -> str:
        return reverse("models_registry:entry_hand_in", args=[self.pk])

    @property
    def waiting_files(self) -> Any:
        """What is kept for the next version."""
        return self.files.filter(version=None)

    def can_hand_in(self, user: Any) -> Decision:
        """Write it and hand it in, in a contest whose entries come through the portal."""
        right = access.can(user, Permission.ENTRY_WRITE, unit=self.unit) and self.campaign.can_change()
        if right and not self.contest.takes_content:
            return access.denied(gettext("Entries of this contest come on paper."))
        if right and self.state not in WRITABLE:
            return access.denied(gettext("This entry is now “%(state)s”.") % {"state": self.get_state_display()})
        return right

    def keep_draft(
        self,
        *,
        by: Any,
        author_name: str,
        text: str,
        file: "tuple[Accepted, str] | None" = None,
        pictures: Iterable[Accepted] = (),
        drop: "Iterable[EntryFile]" = (),
    ) -> None:
        """Keep what was written until it is handed in. file: with the text in it; it replaces the one kept before."""
        self.campaign.require_open()
        with transaction.atomic():
            type(self).objects.select_for_update(no_key=True).get(pk=self.pk, ward_id=self.ward_id)
            self.refresh_from_db(fields=["state"])
            if self.state not in WRITABLE:
                raise ValidationError(self.can_hand_in(by).reason)
            self.author_name, self.text = author_name, text
            self.save(update_fields=["author_name", "text"])
            if self.state == EntryState.PLANNED and (text or file or pictures):
                self._go(EntryStep.BEGIN, by=by)
            self._drop(drop)
            if file:
                self._drop(self.waiting_files.filter(part=EntryPart.TEXT))
                accepted, said = file
                self._add_file(accepted, by, part=EntryPart.TEXT, text=said)
            for picture in pictures:
                self._add_file(picture, by, part=EntryPart.PICTURE)

    def _add_file(self, accepted: Accepted, by: Any, **fields: Any) -> None:
        self.files.create(ward_id=self.ward_id, uploaded_by=by, **fields, **accepted.fields())

    def _drop(self, files: "Iterable[EntryFile]") -> None:
        """Leave out what was not handed in yet."""
        for file in files:
            if self.waiting_files.filter(pk=file.pk).delete()[0]:
                transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))

    def content(self) -> tuple[str, int | None]:
        """The text that would be handed in now, and its words: of the file if there is one, else as typed."""
        file = self.waiting_files.filter(part=EntryPart.TEXT).first()
        text = file.text if file else self.text
        return text, (count_words(text) or None) if file else count_words(text)

    def findings(self, on: datetime.date) -> list[Finding]:
        """What of the content does not keep to the rules of the contest."""
        _text, words = self.content()
        pictures = self.waiting_files.filter(part=EntryPart.PICTURE).count()
        facts = {"unit": self.unit, "author_name": one_line(self.author_name), "words": words, "pictures": pictures}
        found = list(self.contest.findings(**facts, on=on))
        if not self.text and not self.waiting_files.filter(part=EntryPart.TEXT).exists():
            found = [one for one in found if one.field != "text"]
            return [Finding("text", gettext("There is no text yet. Write it, or choose the file."), True), *found]
        return found

    def hand_in(self, *, by: Any, on: datetime.date | None = None, declared: bool = False) -> None:
        """Hand in what was kept as the next version. Raises ValidationError with what a rule does not let through."""
        self.campaign.require_open()
        step = EntryStep.RESUBMIT if self.state == EntryState.REVISING else EntryStep.SUBMIT
        with transaction.atomic():
            self._go(step, by=by, on=on)
            if blocking := [one for one in self.findings(on or today()) if one.blocks]:
                raise ValidationError([one.text for one in blocking])
            if self.contest.declaration and not declared:
                raise ValidationError({"declared": gettext("Tick that the author declares this.")})
            text, words = self.content()
            last = self.versions.aggregate(last=Max("number"))["last"] or 0
            version = self.versions.create(
                ward_id=self.ward_id,
                number=last + 1,
                title=self.title,
                author_name=self.author_name,
                text=text,
                words=words,
                declared=self.contest.declaration,
                on=on or today(),
                by=by,
                entered_for_unit_by=access.entered_for(by, self.unit),
            )
            self.waiting_files.update(version=version)

    def take(self, step: str, *, by: Any, on: datetime.date | None = None, reason: str = "") -> None:
        """Go one step on. The day of sending is kept on the row."""
        self.campaign.require_open()
        if step in HANDS_IN and self.contest.takes_content:
            raise ValidationError(gettext("Hand in the entry with its text."))
        self._go(EntryStep(step), by=by, on=on, reason=reason)

    def _go(self, step: EntryStep, *, by: Any, on: datetime.date | None = None, reason: str = "") -> None:
        move = ENTRY_MOVES[step]
        fields = {"sent_on": on} if step == EntryStep.SEND else {}
        with transaction.atomic():
            self.move(move.to, since=move.since, by=by, on=on, reason=reason, **fields)
            if judging := getattr(self.contest, "judging", None):
                judging.gather()
            self._record(EntryStep(step).value, by=by, on=on)

    def _record(self, verb: str, *, by: Any, on: datetime.date | None = None) -> None:
        outbox.record(f"models_registry.entry.{verb}", subject=self, by=by, on=on, unit=self.unit)


class ContestEntryTransition(Transition):
    entry = WardKey(ContestEntry, models.PROTECT, related_name="transitions", verbose_name=_("entry"))

    class Meta(Transition.Meta):
        verbose_name = _("step of an entry")
        verbose_name_plural = _("steps of entries")
