"""Dated rules of how long something may or must take, and the deadlines that were counted by them."""

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import User, Ward, days
from core import outbox
from core.keys import WardKey
from core.models import Period, WardModel, refusals_said, today, tracked
from deadlines.choices import RuleKind, RuleUnit, Standing
from deadlines.models.calendar import Calendar, CalendarMissing
from deadlines.models.rows import _noted
from deadlines.models.terms import Term
from deadlines.querysets import DeadlineQuerySet, RuleQuerySet, owner_keys

DATA = Path(__file__).parent.parent / "data" / "rules.json"
YEAR = 12  # months
VERIFIED_PAIR = Q(verified_by="", verified_on=None) | (~Q(verified_by="") & Q(verified_on__isnull=False))


class Counted(models.Model):
    """The part of a rule that the arithmetic reads; a deadline keeps a copy of it."""

    kind = models.CharField(_("says"), max_length=10, choices=RuleKind)
    value = models.PositiveSmallIntegerField(_("how long"))
    unit = models.CharField(_("counted in"), max_length=12, choices=RuleUnit)
    rolls = models.BooleanField(
        _("ends on a working day"), default=False, help_text=_("An end on a day off moves to the next working day.")
    )
    after_last = models.BooleanField(
        _("only after the last day"), default=False, help_text=_("Free on the day after, not on the last day itself.")
    )
    pausable = models.BooleanField(_("can be paused"), default=False)
    legal_ref = models.CharField(_("legal reference"), max_length=200)

    class Meta:
        abstract = True

    @property
    def term(self) -> Term:
        return Term(self.kind, self.value, self.unit, self.rolls, self.after_last, self.pausable)

    @property
    def length(self) -> str:
        """`30 days`, `5 working days`, `12 months`, `5 years`."""
        if self.unit == RuleUnit.MONTH and self.value > YEAR and self.value % YEAR == 0:
            years = self.value // YEAR
            return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
        words = {
            RuleUnit.DAY: ngettext("%(count)d day", "%(count)d days", self.value),
            RuleUnit.WORKING_DAY: ngettext("%(count)d working day", "%(count)d working days", self.value),
            RuleUnit.MONTH: ngettext("%(count)d month", "%(count)d months", self.value),
        }
        return words[RuleUnit(self.unit)] % {"count": self.value}


COUNTED = ["kind", "value", "unit", "rolls", "after_last", "pausable", "legal_ref"]


@tracked
class DeadlineRule(Counted, WardModel, Period):
    """One legal or agreed length of time, as it stands from a day on. A new law is a new row, never a changed one."""

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    rule_set = models.CharField(_("rule set"), max_length=60, help_text=_("Such as the law and the year it began."))
    anchor = models.CharField(_("counted from"), max_length=120)
    applies_when = models.CharField(_("applies when"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    verified_by = models.CharField(_("verified by"), max_length=80, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    added_by = AddedBy(Permission.CALENDAR_EDIT, "deadlines:rule_list")

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        ordering = ["rule_set", "code", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="deadlines_rule_value",
                condition=Q(value__gte=1),
                violation_error_message=_("Enter a length of at least 1."),
            ),
            models.CheckConstraint(
                name="deadlines_rule_wait_never_rolls",
                condition=~Q(kind=RuleKind.MUST_WAIT, rolls=True),
                violation_error_message=_("What must be waited for is not moved by a day off: leave that empty."),
            ),
            models.CheckConstraint(
                name="deadlines_rule_verified",
                condition=VERIFIED_PAIR,
                violation_error_message=_("Say both who verified the rule and when."),
            ),
            ExclusionConstraint(
                name="deadlines_rule_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("rule_set", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This rule set has a rule of this code during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.length}"

    def get_absolute_url(self) -> str:
        return f"{reverse('deadlines:rule_list')}#{self.code}"

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None

    @classmethod
    def propose(cls, ward: Ward, *, by: User | None) -> int:
        """Enter the rules that are generally known and that the ward has not, none of them verified; how many."""
        known = set(cls.objects.filter(ward=ward).values_list("rule_set", "code"))
        rows = [
            row for row in json.loads(DATA.read_text(encoding="utf-8")) if (row["rule_set"], row["code"]) not in known
        ]
        with _noted(by):
            return len(cls.objects.bulk_create([cls(ward=ward, **row) for row in rows], ignore_conflicts=True))

    def can_verify(self, user: User) -> Decision:
        return access.can(user, Permission.CALENDAR_EDIT)

    def verify(self, *, by: User) -> None:
        """Somebody has compared the row with the text of the law."""
        with _noted(by):
            waiting = DeadlineRule.objects.filter(pk=self.pk, ward_id=self.ward_id, verified_on=None)
            waiting.update(verified_by=by.full_name, verified_on=today())

    def start(self, *, by: User | None, on: datetime.date, reason: str = "") -> "Deadline":
        """Count from a day on. reason: why from that day, where somebody chose it.

        Raises ValidationError where a day has to be known of a year without a calendar.
        """
        with _missing_said("on"):
            due_on = self.term.due_on(on, Calendar(self.ward_id))
        frozen = {name: getattr(self, name) for name in COUNTED}
        deadline = Deadline(ward_id=self.ward_id, rule=self, anchor_on=on, anchor_reason=reason, **frozen)
        deadline.due_on = due_on
        with _noted(by), refusals_said():
            deadline.save()
        return deadline


@tracked
class Deadline(Counted, WardModel):
    """A day counted by a rule as it stood then. Who owes it points here; a changed rule changes nothing by itself."""

    rule = WardKey(DeadlineRule, models.PROTECT, related_name="deadlines", verbose_name=_("deadline rule"))
    anchor_on = models.DateField(_("counted from"))
    anchor_reason = models.CharField(_("why from that day"), max_length=200, blank=True)
    due_on = models.DateField(_("day"))
    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("met by")
    )
    # The symbol of the answer whose issue met it; empty where somebody wrote it down.
    met_with = models.CharField(_("met with"), max_length=60, blank=True, editable=False)

    quotes_files = True  # of a grievance its reasons are its words
    thing: Any = None  # the row that owes it, where a list has found it (`with_owners`)
    about: Any = ""
    standing: str  # of those read `as_of` a day

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="deadlines_deadline_after_anchor", condition=Q(due_on__gt=F("anchor_on"))),
            models.CheckConstraint(
                name="deadlines_deadline_met_after_anchor",
                condition=Q(met_on=None) | Q(met_on__gte=F("anchor_on")),
                violation_error_message=_("It can not be met before it begins."),
            ),
            models.CheckConstraint(
                name="deadlines_deadline_met_whole",
                condition=Q(met_on__isnull=False) | Q(met_by=None, met_with=""),
                violation_error_message=_("Say on which day it was met."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.name}, {date_format(self.due_on, 'd/m/Y')}"

    def get_absolute_url(self) -> str:
        return reverse("deadlines:deadline_detail", args=[self.pk])

    @cached_property
    def owner(self) -> Any:
        """The row that owes it; None of one that was counted to try a rule."""
        for key in owner_keys(Deadline):
            owners: Any = key.related_model._default_manager
            if found := owners.filter(ward_id=self.ward_id, **{key.field.name: self.pk}).first():
                return found
        return None

    def can_keep(self, user: User) -> Decision:
        """Pause, resume, meet, count anew: whoever keeps the row that owes it."""
        owner = self.owner
        if owner is None:
            return access.denied(gettext("Nothing owes this deadline."))
        if self.met_on is not None:
            return access.denied(gettext("It was met already."))
        return owner.can_keep_deadline(user)

    @property
    def running_pause(self) -> "DeadlinePause | None":
        return next((row for row in self.pauses.all() if row.last is None), None)

    def is_over(self, on: datetime.date) -> bool:
        """Not while it is paused: `due_on` moves on when it is resumed."""
        return self.met_on is None and self.due_on < on and all(row.last for row in self.pauses.all())

    @property
    def paused(self) -> list[tuple[datetime.date, datetime.date]]:
        """First and last day of each pause; one that still runs lasts until today."""
        return [(row.first, row.last or max(today(), row.first)) for row in self.pauses.all()]

    def get_standing_display(self) -> str:
        """After `as_of`."""
        return str(Standing(self.standing).label)

    @property
    def thing_words(self) -> str:
        """After `with_owners`: the row that owes it, and what it is about where its name does not say so."""
        return ": ".join(filter(None, [str(self.thing or ""), getattr(self.thing, "summary", "")]))

    @property
    def paused_days(self) -> int:
        return sum((last - first).days + 1 for first, last in self.paused)

    @property
    def days_left(self) -> int | None:
        """Days from today to the last; negative when it is past, None when it is met or paused."""
        return None if self.met_on or self.running_pause else (self.due_on - today()).days

    def pause(self, *, by: User | None, on: datetime.date, reason: str) -> None:
        if not self.pausable:
            raise ValidationError(gettext("By its rule this deadline is not paused."))
        if self.met_on or on <= self.anchor_on:
            raise ValidationError(gettext("Choose a day after it began, of a deadline that is still open."))
        if self.running_pause:
            raise ValidationError(gettext("It is paused already. Resume it first."))
        if on > today():
            raise ValidationError({"on": gettext("Choose a day up to today.")})
        with transaction.atomic(), _noted(by), refusals_said():
            self.pauses.create(ward_id=self.ward_id, first=on, reason=reason)
            self._recount()
            self._tell("paused", by, on)

    def resume(self, *, by: User | None, on: datetime.date) -> None:
        """on: the first day that counts again."""
        with transaction.atomic(), _noted(by), refusals_said():
            running = self.pauses.filter(last=None, first__lt=on)
            if running.update(last=on - datetime.timedelta(days=1)) != 1:
                raise ValidationError(gettext("It is not paused, or not before that day."))
            self._recount()
            self._tell("resumed", by, on)

    def meet(self, *, by: User | None, on: datetime.date, answer: str = "") -> None:
        """answer: the symbol of the document whose issue meets it; it is reopened when that is withdrawn."""
        if on > today():
            raise ValidationError({"on": gettext("Choose a day up to today.")})
        with transaction.atomic(), _noted(by), refusals_said():
            waiting = Deadline.objects.filter(pk=self.pk, ward_id=self.ward_id, met_on=None)
            if waiting.update(met_on=on, met_by=by, met_with=answer) != 1:
                raise ValidationError(gettext("It was met already."))
            if answer:
                self._tell("answered", by, on, answer=answer)
            else:
                self._tell("met", by, on)
        self.met_on, self.met_by, self.met_with = on, by, answer

    def reopen(self, *, by: User | None) -> None:
        """What met it was withdrawn. One that somebody wrote down as met stays met."""
        with transaction.atomic(), _noted(by):
            met = Deadline.objects.filter(pk=self.pk, ward_id=self.ward_id).exclude(met_with="")
            if met.update(met_on=None, met_by=None, met_with="") != 1:
                raise ValidationError(gettext("No answer has met this deadline."))
            self._tell("reopened", by, today(), answer=self.met_with)
        self.met_on, self.met_by, self.met_with = None, None, ""

    def offer(self) -> dict[str, tuple[Any, Any]]:
        """What the rule in force on the day it began says otherwise today: field -> (as counted, as it is now).

        Empty where nothing changed. `due_on` stands among them with the day that would follow.
        """
        rules = DeadlineRule.objects.filter(ward_id=self.ward_id, rule_set=self.rule.rule_set)
        now = rules.rule(self.rule.code, self.anchor_on)
        if now is None:
            return {}
        changed = {name: (getattr(self, name), getattr(now, name)) for name in COUNTED}
        found = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if found:
            found["due_on"] = (self.due_on, now.term.due_on(self.anchor_on, Calendar(self.ward_id), self.paused))
        return found

    def recalculate(self, *, by: User | None) -> None:
        """Take over what `offer` shows."""
        with _missing_said(""):
            offered = self.offer()
        if not offered:
            raise ValidationError(gettext("The rule says the same as it is counted by."))
        for name, (_then, now) in offered.items():
            setattr(self, name, now)
        with transaction.atomic(), _noted(by), refusals_said():
            self.save(update_fields=[*offered])
            self._tell("recounted", by, today())

    def _recount(self) -> None:
        self.__dict__.pop("_prefetched_objects_cache", None)
        with _missing_said("on"):
            self.due_on = self.term.due_on(self.anchor_on, Calendar(self.ward_id), self.paused)
        self.save(update_fields=["due_on"])

    def _tell(self, what: str, by: User | None, on: datetime.date, **facts: str) -> None:
        """In the log of the row that owes it."""
        if (owner := self.owner) is not None:
            outbox.record(f"deadlines.deadline.{what}", subject=owner, by=by, on=on, **facts)


@contextmanager
def _missing_said(field: str) -> Iterator[None]:
    """A year without a calendar is told at the field whose day needs it."""
    try:
        yield
    except CalendarMissing as missing:
        raise ValidationError({field: str(missing)} if field else str(missing)) from missing


@tracked
class DeadlinePause(WardModel):
    quotes_files = True

    deadline = WardKey(Deadline, models.CASCADE, related_name="pauses", verbose_name=_("deadline"))
    first = models.DateField(_("first paused day"))
    last = models.DateField(_("last paused day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("pause of a deadline")
        verbose_name_plural = _("pauses of deadlines")
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(
                name="deadlines_pause_order",
                condition=Q(last=None) | Q(last__gte=F("first")),
                violation_error_message=_("The last paused day can not be before the first."),
            ),
            models.CheckConstraint(name="deadlines_pause_reason", condition=~Q(reason="")),
            ExclusionConstraint(
                name="deadlines_pause_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("deadline", RangeOperators.EQUAL),
                    (
                        Func(F("first"), F("last"), Value("[]"), function="daterange", output_field=models.DateField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("It is paused on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
