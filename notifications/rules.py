"""Reminder rules: in words, changed, switched, copied; and those that a ward begins with. Whatever is made begins
switched off, until somebody switches it on."""

import datetime
import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from accounts.models import User, Ward
from core.models import today
from notifications import outbox, registry
from notifications.choices import Channel, MessageClass, MessageState
from notifications.models import Event, Message, ReminderRule, RuleText, RuleUnit
from notifications.moments import at
from notifications.registry import Target

EIGHT = datetime.time(8, 0)
BEFORE_NOON = datetime.time(11, 0)
EVENING = datetime.time(18, 0)
_DEFAULTS = (
    {
        "code": "task-due-soon",
        "source": "campaigns.task.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {"code": "task-overdue", "source": "campaigns.task.overdue", "anchor": "day", "local_time": EIGHT},
    {
        "code": "extension-waiting",
        "source": "campaigns.extension.waiting",
        "anchor": "asked_on",
        "offset_days": 2,
        "local_time": EIGHT,
    },
    {
        "code": "not-presented",
        "source": "campaigns.document.unpresented",
        "anchor": "entered_on",
        "offset_days": 2,
        "local_time": EIGHT,
    },
    {
        "code": "opinion-waiting",
        "source": "campaigns.document.opinion",
        "anchor": "presented_on",
        "offset_days": 2,
        "local_time": EIGHT,
    },
    {
        "code": "meeting-tomorrow",
        "source": "campaigns.meeting.coming",
        "anchor": "held_on",
        "offset_days": -1,
        "local_time": EIGHT,
    },
    {
        "code": "model-step-due-soon",
        "source": "models_registry.step.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {
        "code": "model-silent",
        "source": "models_registry.model.silent",
        "anchor": "last_sign",
        "offset_days": 30,
        "local_time": EIGHT,
    },
    {
        "code": "scores-due-soon",
        "source": "models_registry.assessment.due",
        "anchor": "due_on",
        "offset_days": -2,
        "local_time": EIGHT,
    },
    {
        "code": "model-decision-due",
        "source": "models_registry.appraisal.decision_due",
        "anchor": "due_on",
        "offset_days": 0,
        "local_time": EIGHT,
    },
    {
        "code": "contest-closes-soon",
        "source": "models_registry.quota.due",
        "anchor": "closes_on",
        "offset_days": -7,
        "local_time": EIGHT,
    },
    {
        "code": "dialogue-tomorrow",
        "source": "clearance.dialogue.coming",
        "anchor": "held_on",
        "offset_days": -1,
        "local_time": EIGHT,
    },
    {
        "code": "grievance-due-soon",
        "source": "clearance.grievance.due",
        "anchor": "due_on",
        "offset_days": -2,
        "local_time": EIGHT,
    },
    {"code": "grievance-overdue", "source": "clearance.grievance.overdue", "anchor": "day", "local_time": EIGHT},
    {
        "code": "privacy-due-soon",
        "source": "clearance.privacy.due",
        "anchor": "due_on",
        "offset_days": -1,
        "local_time": EIGHT,
    },
    {"code": "privacy-overdue", "source": "clearance.privacy.overdue", "anchor": "day", "local_time": EIGHT},
    {"code": "loop-silent", "source": "clearance.loop.silent", "anchor": "day", "local_time": EIGHT},
    {
        "code": "report-due-soon",
        "source": "reports.report.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {
        "code": "report-lying",
        "source": "reports.report.lying",
        "anchor": "moved_on",
        "offset_days": 2,
        "local_time": EIGHT,
    },
    {
        "code": "answer-due-soon",
        "source": "campaigns.document.answer_due",
        "anchor": "due_on",
        "offset_days": -2,
        "local_time": EIGHT,
    },
    {"code": "answer-passed", "source": "campaigns.document.answer_passed", "anchor": "day", "local_time": EIGHT},
    {
        "code": "cleanup-tomorrow",
        "source": "beautification.cleanup.coming",
        "anchor": "on",
        "offset_days": -1,
        "local_time": EVENING,
        "working_days_only": False,
    },
    {
        "code": "cleanup-undecided",
        "source": "beautification.cleanup.undecided",
        "anchor": "on",
        "offset_days": -14,
        "repeat_days": 7,
        "repeat_until": -1,
        "local_time": EIGHT,
    },
    {
        "code": "cleanup-short",
        "source": "beautification.cleanup.shortage",
        "anchor": "on",
        "offset_days": -1,
        "local_time": EIGHT,
        "working_days_only": False,
    },
    {
        "code": "cleanup-unclosed",
        "source": "beautification.cleanup.unclosed",
        "anchor": "on",
        "offset_days": 0,
        "repeat_days": 1,
        "repeat_until": 2,
        "local_time": BEFORE_NOON,
        "working_days_only": False,
    },
    {
        "code": "street-assessment-due-soon",
        "source": "beautification.assessment.due",
        "anchor": "due_on",
        "offset_days": -7,
        "local_time": EIGHT,
    },
    {
        "code": "posting-ends-soon",
        "source": "publicity.posting.ending",
        "anchor": "ends_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {"code": "posting-over", "source": "publicity.posting.over", "anchor": "day", "local_time": EIGHT},
)


def defaults(ward: Ward, year: int | None) -> list[ReminderRule]:
    """The ward's standard rules of a year: a task due in 3 days, an overdue task on each working day until somebody
    acts, a request for more time and an incoming document two days without an answer or not presented, a step of a
    model or a report due in 3 days, a report that lies at a desk for two days, a model of which nothing was
    reported for 30 days, scores of a model due in 2 days and the decision on it on its day, an answer by law or a
    grievance due in 2 days or passed, a request to the privacy desk due tomorrow or passed, a mobilisation whose
    days are over with nothing written since, a meeting and a dialogue on the day before, a clean-up on the evening
    before, one on a holiday about which nobody has decided two weeks and a week before, one to which too few come on
    the morning before, one that is not closed at eleven and on the two days after, the criteria of a street to be
    assessed in a week. Rules that are there already stay as they are."""
    rules = []
    for fields in _DEFAULTS:
        rest = {name: value for name, value in fields.items() if name != "code"} | {
            "channels": [Channel.EMAIL, Channel.PUSH]
        }
        rule, _new = ReminderRule.objects.get_or_create(ward=ward, year=year, code=fields["code"], defaults=rest)
        rules.append(rule)
    return rules


class ChangedMeanwhile(Exception):
    """Somebody else saved the rule after it was read. `by` and `at` say who and when, where that is known."""

    def __init__(self, rule: ReminderRule) -> None:
        last = Event.objects.about(rule).first()
        self.rule = rule
        self.by = last.by if last else None
        self.at = last.at if last else None
        super().__init__(str(rule))


# ---- in words --------------------------------------------------------------------------------------
def title(rule: ReminderRule) -> str:
    """What it reminds of."""
    source = registry.all_sources().get(rule.source)
    return str(source.label) if source else rule.code


def title_with_year(rule: ReminderRule) -> str:
    return f"{title(rule)}, {when(rule)}" + (f" ({rule.year})" if rule.year else "")


def start_of(day: datetime.date) -> datetime.datetime:
    return at(day, datetime.time.min)


def in_words(rule: ReminderRule) -> str:
    """ "Nhắc trước ngày đến hạn 3 ngày, 08:00, ngày làm việc; gửi: trong cổng, thư điện tử" """
    parts = [_("Reminds %(when)s") % {"when": when(rule)}, f"{rule.local_time:%H:%M}"]
    if rule.repeat_days and rule.repeat_until is not None:
        parts.append(repetition(rule))
    parts.append(_("working days") if rule.working_days_only else _("every day of the week"))
    return _("%(times)s; sent: %(channels)s") % {"times": ", ".join(parts), "channels": channel_words(rule.channels)}


def when(rule: ReminderRule) -> str:
    source = registry.all_sources().get(rule.source)
    anchor = str(source.anchors.get(rule.anchor, rule.anchor)) if source else rule.anchor
    return from_anchor(rule.offset_days, anchor)


def from_anchor(offset: int, anchor: str) -> str:
    if offset == 0:
        return _("on the %(anchor)s") % {"anchor": anchor}
    days = abs(offset)
    if offset < 0:
        text = ngettext("%(days)d day before the %(anchor)s", "%(days)d days before the %(anchor)s", days)
    else:
        text = ngettext("%(days)d day after the %(anchor)s", "%(days)d days after the %(anchor)s", days)
    return text % {"days": days, "anchor": anchor}


def repetition(rule: ReminderRule) -> str:
    every = ngettext("again every day", "again every %(days)d days", rule.repeat_days or 1) % {"days": rule.repeat_days}
    until = from_anchor(rule.repeat_until or 0, _("day counted from"))
    return _("%(every)s until %(until)s") % {"every": every, "until": until}


def channel_words(channels: Collection[str]) -> str:
    """The portal first; it shows everything."""
    wanted = [Channel.IN_APP, *(channel for channel in Channel if channel in channels and channel != Channel.IN_APP)]
    labels = [str(channel.label) for channel in wanted]
    return ", ".join(label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels)


def audience(rule: ReminderRule, units: Collection[Any]) -> str:
    """Whom it means, where not everybody who shall act."""
    roles = [str(role.label) for role in Role if role in rule.roles]
    return "; ".join(part for part in (", ".join(roles), ", ".join(str(unit) for unit in units)) if part)


def cause(message: Message) -> str:
    """The rule or the event behind a message; facts of events are numbers and days, never names."""
    if message.rule is not None:
        return title(message.rule)
    if message.event is not None:
        return registry.event_words(message.event)
    return _("Summary of the day")


def text_to_copy(line: str, address: str, ward: Ward) -> str:
    """A reminder for a group chat: what, where to look, who says it."""
    return f"{line}\n{settings.BASE_URL}{address}\n({ward})"


def line(code: str, row: Any) -> str:
    """What somebody is told of a row today, in the language in which people of the ward read it."""
    with translation.override(settings.LANGUAGE_CODE):
        draft = Message(ward_id=row.ward_id, words=code, occurrence_on=today())
        return registry.render(draft, row, today(), own_line="").line


def to_copy(code: str, row: Any, on: datetime.date, ward: Ward) -> str:
    """What this source reminds of, for a group chat; "" when a household could be meant, or nothing is left to do."""
    source = registry.all_sources()[code]
    if not source.may_be_copied or not source.still_due(Target(row, on)):
        return ""
    draft = Message(ward_id=row.ward_id, words=source.words, occurrence_on=on)
    with translation.override(settings.LANGUAGE_CODE):
        line = registry.render(draft, row, today(), own_line="").line
    return text_to_copy(line, row.get_absolute_url(), ward)


def is_mandatory(rule: ReminderRule) -> bool:
    return rule.klass == MessageClass.MANDATORY


# ---- changing --------------------------------------------------------------------------------------
TERMS = (
    "source",
    "anchor",
    "offset_days",
    "local_time",
    "working_days_only",
    "klass",
    "repeat_days",
    "repeat_until",
    "roles",
    "channels",
)


def fingerprint(rule: ReminderRule) -> str:
    """The same while nobody has changed what the form shows; switching on and off is no change of terms."""
    terms = [str(getattr(rule, name)) for name in TERMS]
    units = sorted(rule.only_units.values_list("unit_id", flat=True))
    texts = sorted(rule.texts.values_list("language", "line"))
    return digest([terms, units, texts])


def digest(terms: Any) -> str:
    return hashlib.sha256(json.dumps(terms, default=str).encode()).hexdigest()[:32]


@transaction.atomic
def add(rule: ReminderRule, *, by: User, units: Collection[Any], texts: Mapping[str, str]) -> ReminderRule:
    """Save a new rule, switched off."""
    rule.code, rule.enabled = _free_code(rule), False
    rule.save()
    _keep(rule, units, texts)
    outbox.record("notifications.rule.made", subject=rule, by=by)
    return rule


@transaction.atomic
def change(
    rule: ReminderRule, *, by: User, seen: str, units: Collection[Any], texts: Mapping[str, str]
) -> ReminderRule:
    """Save the terms that stand on `rule`. Occasions that were planned by the old ones and have not begun to leave are
    void in the same transaction, so that the planner makes them anew. Raises ChangedMeanwhile when the stored rule is
    not the one that was `seen`."""
    stored = ReminderRule.objects.select_for_update().get(pk=rule.pk, ward=rule.ward_id)
    if fingerprint(stored) != seen:
        raise ChangedMeanwhile(stored)
    rule.enabled, rule.enabled_at = stored.enabled, stored.enabled_at
    with pghistory.context(reason="reminder rule changed"):
        rule.save(update_fields=list(TERMS))
        _keep(rule, units, texts)
    note_change(rule, by=by)
    return rule


def note_change(rule: ReminderRule, *, by: User) -> None:
    """In the transaction that changed it."""
    outbox.record("notifications.rule.changed", subject=rule, by=by, void=withdraw(rule))


@transaction.atomic
def switch(rule: ReminderRule, on: bool, *, by: User) -> None:
    """Switch on or off, once; what was made and has not left goes with the switching off."""
    stored = ReminderRule.objects.select_for_update().get(pk=rule.pk, ward=rule.ward_id)
    if stored.enabled == on:
        return
    stored.switch(on)
    if on:
        outbox.record("notifications.rule.switched_on", subject=stored, by=by)
    else:
        outbox.record("notifications.rule.switched_off", subject=stored, by=by, void=withdraw(stored))


@transaction.atomic
def copy_year(ward: Ward, year: int, *, since: int, by: User) -> int:
    """Copy the rules of an earlier year into this one, all switched off; how many. What is there already stays."""
    there = set(ReminderRule.objects.filter(ward=ward, year=year).values_list("code", flat=True))
    old = ReminderRule.objects.filter(ward=ward, year=since).exclude(code__in=there)
    copied = 0
    for rule in old.prefetch_related("only_units__unit", "texts"):
        units = [row.unit for row in rule.only_units.all()]
        texts = {text.language: text.line for text in rule.texts.all()}
        fields = {name: getattr(rule, name) for name in TERMS}
        fresh = ReminderRule.objects.create(ward=ward, code=rule.code, year=year, **fields)
        _keep(fresh, units, texts)
        outbox.record("notifications.rule.copied", subject=fresh, by=by, year=since)
        copied += 1
    return copied


def year_to_copy(ward: Ward, year: int) -> int | None:
    """The newest earlier year with rules that this year does not have."""
    there = ReminderRule.objects.filter(ward=ward, year=year).values("code")
    old = ReminderRule.objects.filter(ward=ward, year__lt=year).exclude(code__in=there)
    return old.order_by("-year").values_list("year", flat=True).first()


def _free_code(rule: ReminderRule) -> str:
    base = rule.source.replace(".", "-").replace("_", "-")[:40]
    taken = set(ReminderRule.objects.filter(ward=rule.ward_id, code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := base if n == 1 else f"{base}-{n}") not in taken)


def _keep(rule: ReminderRule, units: Collection[Any], texts: Mapping[str, str]) -> None:
    """Exactly these units and texts."""
    wanted = {unit.pk for unit in units}
    rule.only_units.exclude(unit__in=wanted).delete()
    there = set(rule.only_units.values_list("unit_id", flat=True))
    for unit in sorted(wanted - there):
        RuleUnit.objects.create(ward_id=rule.ward_id, rule=rule, unit_id=unit)
    for language, line in texts.items():
        if line:
            RuleText.objects.update_or_create(
                ward_id=rule.ward_id, rule=rule, language=language, defaults={"line": line}
            )
        else:
            rule.texts.filter(language=language).delete()


def withdraw(rule: ReminderRule) -> int:
    """Void what waits of a rule that was changed, where nothing of the occasion has left yet, so that the planner makes
    it anew by the new terms; how many. The rest of an occasion that has begun goes out by the old ones."""
    same = {name: OuterRef(name) for name in ("subject_id", "occurrence_on", "repetition")}
    of_rule = Message.objects.filter(ward_id=rule.ward_id, rule=rule)
    begun = of_rule.filter(**same).exclude(state__in=[MessageState.READY, MessageState.VOID])
    return of_rule.filter(~Exists(begun), state=MessageState.READY).update(state=MessageState.VOID)


# ---- what they have done -----------------------------------------------------------------------------
SENT = frozenset({MessageState.SENT})
NOT_SENT = frozenset({MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN})


def outcomes(ward: Ward, since: datetime.datetime) -> dict[int, dict[str, int]]:
    """By rule: how many copies whose moment came since then were sent, and how many missed, failed or unknown."""
    rows = Message.objects.filter(ward=ward, rule__isnull=False, not_before__gte=since).values("rule")
    counted = rows.annotate(sent=Count("pk", Q(state__in=SENT)), missed=Count("pk", Q(state__in=NOT_SENT)))
    return {row["rule"]: {"sent": row["sent"], "missed": row["missed"]} for row in counted.order_by("rule")}
