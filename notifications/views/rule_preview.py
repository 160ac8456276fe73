"""What a rule would send, day by day, before anybody is disturbed."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.models import today
from notifications import registry, rules
from notifications.engine import planner
from notifications.engine.planner import Planned
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target

DAYS = 30
MOST_LINES = 60
NEXT_SECONDS = 600


@dataclass(frozen=True)
class Line:
    at: datetime.datetime
    text: str
    url: str
    people: list[tuple[str, str]]
    channels: str


@dataclass(frozen=True)
class Preview:
    """days: each with its lines. total: reminders; copies: messages of all ways. empty: why there are none."""

    words: str
    days: list[tuple[datetime.date, list[Line]]] = field(default_factory=list)
    total: int = 0
    copies: int = 0
    shown: int = 0
    empty: str = ""
    samples: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, Any]] = field(default_factory=list)
    to_copy: str = ""


def preview(
    rule: ReminderRule,
    user: Any,
    *,
    units: Collection[Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Preview:
    """`units` and `texts` as they are typed; None: as they are stored."""
    source = registry.all_sources().get(rule.source)
    if source is None:
        return Preview(
            rules.in_words(rule), empty=_("This version of the portal does not know what the rule is about.")
        )
    texts = texts if texts is not None else {text.language: text.line for text in rule.texts.all()}
    keys = None if units is None else [unit.pk for unit in units]
    plans = planner.preview(rule, days=DAYS, units=keys)
    shown = plans[:MOST_LINES]
    sample = shown[0].target if shown else _any_target(rule, source)
    day = timezone.localdate(shown[0].moment) if shown else today()
    return Preview(
        words=rules.in_words(rule),
        days=_days(shown, _Reader(rule, source, texts, user, shown)),
        total=len(plans),
        copies=sum(len(plan.to) for plan in plans),
        shown=len(shown),
        empty="" if plans else _why_empty(rule, source),
        samples=[
            (str(_(str(name))), _said(rule, source, sample, texts, code, day)) for code, name in settings.LANGUAGES
        ]
        if sample
        else [],
        names=[(name, registry.PLACEHOLDER_WORDS[name]) for name in registry.names_for(source)],
        to_copy=_to_copy(rule, source, sample, texts) if sample and source.may_be_copied else "",
    )


def next_sends(of_rules: Iterable[ReminderRule]) -> dict[int, datetime.datetime | None]:
    """By rule: when each one that is on sends next, within a month; kept for some minutes."""
    known = registry.all_sources()
    on = {_next_key(rule): rule for rule in of_rules if rule.enabled and rule.source in known}
    found = cache.get_many(on)
    fresh = {key: _next_send(rule) for key, rule in on.items() if key not in found}
    if fresh:
        cache.set_many(fresh, NEXT_SECONDS)
    moments = found | fresh
    return {rule.pk: moments[key] or None for key, rule in on.items()}


def _next_key(rule: ReminderRule) -> str:
    terms = [getattr(rule, name) for name in rules.TERMS]
    units = sorted(row.unit_id for row in rule.only_units.all())
    return f"rule-next:{rule.pk}:{rules.digest([terms, units, rule.enabled_at])}"


def _next_send(rule: ReminderRule) -> datetime.datetime | str:
    """A cache can not tell None from nothing: "" when nothing comes."""
    units = [row.unit_id for row in rule.only_units.all()]
    for days in (2, DAYS):
        if plans := planner.preview(rule, days=days, units=units):
            return plans[0].moment
    return ""


# ---- lines ---------------------------------------------------------------------------------------------
class _Reader:
    """What the lines need to know of all of them at once: units of the people, and what the reader may open."""

    def __init__(self, rule: ReminderRule, source: Source, texts: Mapping, user: Any, plans: list[Planned]) -> None:
        self.rule, self.source, self.texts = rule, source, texts
        self.units = _units_of(rule, {person.pk for plan in plans for person in plan.people})
        self.open = _may_open(user, [plan.target.subject for plan in plans])

    def line(self, plan: Planned) -> Line:
        row, language = plan.target.subject, translation.get_language() or "vi"
        return Line(
            at=plan.moment,
            text=_said(self.rule, self.source, plan.target, self.texts, language, timezone.localdate(plan.moment)),
            url=row.get_absolute_url() if row.pk in self.open else "",
            people=[(person.full_name, self.units.get(person.pk, "")) for person in plan.people],
            channels=rules.channel_words(plan.channels),
        )


def _days(plans: list[Planned], reader: _Reader) -> list[tuple[datetime.date, list[Line]]]:
    by_day = groupby(plans, key=lambda plan: timezone.localdate(plan.moment))
    return [(day, [reader.line(plan) for plan in group]) for day, group in by_day]


def _units_of(rule: ReminderRule, people: Collection[int]) -> dict[int, str]:
    seats = Membership.objects.valid_on(today()).filter(ward=rule.ward_id, user__in=people).select_related("unit")
    return {seat.user_id: str(seat.unit) for seat in seats}


def _may_open(user: Any, rows: list[Model]) -> set[int]:
    """Those that the reader of the preview may see; of the others only the text is shown."""
    if not rows or not hasattr(rows[0], "get_absolute_url"):
        return set()
    manager: Any = type(rows[0])._default_manager
    return set(manager.visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _said(
    rule: ReminderRule,
    source: Source,
    target: Target,
    texts: Mapping[str, str],
    language: str,
    day: datetime.date,
) -> str:
    """The line as it would read in a language on that day."""
    draft = Message(ward_id=rule.ward_id, words=source.words, occurrence_on=target.on)
    own = texts.get(language, "")
    own = "" if registry.text_problem(own, registry.PLACEHOLDERS) else own
    with translation.override(language):
        return registry.render(draft, target.subject, day, own).line


def _to_copy(rule: ReminderRule, source: Source, target: Target, texts: Mapping[str, str]) -> str:
    address = getattr(target.subject, "get_absolute_url", lambda: "/")()
    return rules.text_to_copy(_said(rule, source, target, texts, "vi", today()), address, rule.ward)


# ---- nothing to show -----------------------------------------------------------------------------------
def _any_target(rule: ReminderRule, source: Source) -> Target | None:
    """A row of the last or the next year, so that a text can be shown where nothing is due."""
    year = datetime.timedelta(days=365)
    return next(iter(source.targets(rule, today() - year, today() + year)), None)


def _why_empty(rule: ReminderRule, source: Source) -> str:
    if planner.preview(_for_all(rule), days=DAYS, units=[]):
        return _("Something is due, but nobody of the chosen roles and units is to act on it.")
    offset = datetime.timedelta(days=rule.offset_days)
    due = list(source.targets(rule, today() - offset, today() + datetime.timedelta(days=DAYS) - offset))
    if not due:
        return _("Nothing that this rule reminds of is due in the next %(days)s days.") % {"days": DAYS}
    if not any(planner.is_on(rule, source, target) for target in due):
        return _("What is due belongs to a year that is closed or not this one, or somebody has acted already.")
    return _("Something is due, but no time for reminding of it is left, or nobody is there to act on it.")


def _for_all(rule: ReminderRule) -> ReminderRule:
    fields: dict[str, Any] = {name: getattr(rule, name) for name in rules.TERMS if name != "roles"}
    return ReminderRule(ward_id=rule.ward_id, year=rule.year, **fields)
