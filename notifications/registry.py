"""What apps teach this app: the texts of messages and the sources of reminders, both in `<app>/reminders.py`.

    from notifications.registry import Source, Target, Words, add_source, add_words

    add_words(Words(
        "campaigns.task.due",
        line=_("{unit}: {title}, due {due}"),
        values=lambda task, message: {"unit": task.lead_unit, "due": task.due_on},
        related=("campaign", "lead_unit"),
    ))
    add_source(Source(
        code="campaigns.task.due",
        label=_("Task due"),
        anchors={"due_on": _("due day")},
        targets=lambda rule, start, end: (
            Target(task, task.due_on) for task in Task.objects.unfinished().filter(
                ward=rule.ward_id, due_on__range=(start, end)).select_related("campaign")),
        recipients=lambda target, seats: seats.in_units(Permission.TASK_REPORT, [target.subject.lead_unit_id]),
        still_due=lambda target: target.subject.is_unfinished and target.subject.due_on == target.on,
        words="campaigns.task.due",
    ))

The file is found by itself. Sources know no clock but the days they are given.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from string import Formatter
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.seats import Seats
from core.discovery import discover
from core.events import all_kinds
from core.models import today as business_day
from core.text import within_quotes
from notifications.models import Event, Message, ReminderRule

# The only names that a text may use. title: the row; unit, who, place, reason: words; due: a day; when: a day or a
# moment; days: days from today to the day the message is about, without sign; count: a number.
PLACEHOLDER_WORDS = {
    "title": gettext_lazy("what it is about"),
    "unit": gettext_lazy("the unit"),
    "due": gettext_lazy("the day it is about"),
    "days": gettext_lazy("number of days from today to that day"),
    "who": gettext_lazy("the person who did it"),
    "when": gettext_lazy("when it takes place or happened"),
    "place": gettext_lazy("the place, or the step of the model"),
    "count": gettext_lazy("a number, for example of the household"),
    "reason": gettext_lazy("the reason"),
}
PLACEHOLDERS = frozenset(PLACEHOLDER_WORDS)
_ALWAYS_KNOWN = frozenset({"title", "due", "days"})


@dataclass(frozen=True)
class Words:
    """A text in the source language with {placeholders}; rendered when it is sent, in the receiver's language.

    line: who, what, when, in one line, for the portal and the mail's body. subject: of the mail (default: the line).
    body: a further paragraph of the mail, when one is needed.
    values(row, message): what fills the placeholders, over the defaults title=str(row), who and unit of the event,
    due and days from the day the message is about. Values are rows, days, moments or numbers.
    label: the kind of message in a person's own choices (default: the label of its reminder source, or the words of the
    event of the same code). related: the paths to other rows that `values` and the source follow, read for many
    messages at once. permission: what those may do who get it; None for anybody. wanted(row, message, seats): of news,
    just before they are sent: they are still true, and still for this person.
    """

    code: str
    line: Any
    subject: Any = ""
    body: Any = ""
    values: Callable[[Any, Message], Mapping[str, Any]] = field(default=lambda row, message: {})
    label: Any = ""
    related: tuple[str, ...] = ()
    permission: Permission | None = None
    wanted: Callable[[Any, Message, Seats], bool] = lambda row, message, seats: True


@dataclass(frozen=True)
class Target:
    """One occurrence that a rule may remind of: the row and the day it is about.

    since: reminders whose moment came before it are not made (the task was given later). expires_at: when the reminder
    becomes useless; by default at the end of the day it is about, or three days after the reminder if that is later.
    """

    subject: Any
    on: datetime.date
    since: datetime.datetime | None = None
    expires_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Source:
    """Rows that rules remind of.

    anchors: code -> label of the days a rule may count from (rule.anchor).
    targets(rule, start, end): occurrences of the rule's ward whose anchor day is in start..end. A source that repeats
    gives one occurrence for every day of start..end on which the matter is open ("overdue" is daily).
    recipients(target, seats): the users who shall act, out of those who hold a role in the ward today.
    still_due(target): nobody has acted yet and the day still holds.
    Both are asked, of rows with `related` of the words, when the message is made and again just before it is sent.
    campaign(row): the campaign that must be open, None for a row that belongs to no year.
    repeats: on a day off a repeating occurrence is left out; a single one moves to a working day.
    may_be_copied: the text may be handed on in a group chat; never where a household could be meant by it.
    """

    code: str
    label: Any
    anchors: Mapping[str, Any]
    targets: Callable[[ReminderRule, datetime.date, datetime.date], Iterable[Target]]
    recipients: Callable[[Target, Seats], Iterable[Any]]
    still_due: Callable[[Target], bool]
    words: str
    campaign: Callable[[Any], Any] = attrgetter("campaign")
    repeats: bool = False
    may_be_copied: bool = True


_words: dict[str, Words] = {}
_sources: dict[str, Source] = {}


def add_words(words: Words) -> None:
    if words.code in _words:
        raise ValueError(f"text {words.code} is registered twice")
    for text in (words.line, words.subject, words.body):
        if unknown := placeholders(text) - PLACEHOLDERS:
            raise ValueError(f"text {words.code} uses unknown placeholders: {', '.join(sorted(unknown))}")
    _words[words.code] = words


def add_source(source: Source) -> None:
    if source.code in _sources:
        raise ValueError(f"reminder source {source.code} is registered twice")
    _sources[source.code] = source


def placeholders(text: Any) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(str(text)) if name is not None}


def names_for(source: Source) -> list[str]:
    """The names that a ward's own text of this source may use: those that its rows fill."""
    words = get_words(source.words)
    used = placeholders(words.line) | placeholders(words.subject) | placeholders(words.body)
    return [name for name in PLACEHOLDER_WORDS if name in used | _ALWAYS_KNOWN]


def text_problem(text: str, names: Iterable[str]) -> str:
    """What is wrong with a ward's own text, as a sentence; "" when nothing is. Only plain {names} of the list may
    stand in it: no dot, no index, no format. A text without a problem can be given to str.format_map."""
    known = set(names)
    listed = ", ".join(f"{{{name}}}" for name in PLACEHOLDER_WORDS if name in known)
    for inside in re.findall(r"\{([^{}]*)\}", text):
        if inside in known:
            continue
        if re.fullmatch(r"\w*", inside) and not inside.isdigit() and inside:
            return _("There is no name {%(name)s}. Use: %(names)s.") % {"name": inside, "names": listed}
        return _("Between braces only a name of the list may stand: %(names)s. Correct {%(name)s}.") % {
            "name": inside,
            "names": listed,
        }
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        return _("A brace stands alone. Write each name as {title}, with one brace on each side.")
    return ""


def all_words() -> dict[str, Words]:
    discover("reminders")
    return dict(_words)


def get_words(code: str) -> Words:
    """Raises KeyError for a text that no app has registered."""
    discover("reminders")
    return _words[code]


def label(code: str) -> str:
    """What kind of message a text makes, in a few words; of a text that no app registers any more, its code."""
    if (words := all_words().get(code)) and words.label:
        return str(words.label)
    if source := next((source for source in all_sources().values() if source.words == code), None):
        return str(source.label)
    kind = all_kinds().get(code)
    return str(kind.words) if kind and not placeholders(kind.words) else code


def all_sources() -> dict[str, Source]:
    discover("reminders")
    return dict(_sources)


def get_source(code: str) -> Source:
    """Raises KeyError for a source that no app has registered."""
    discover("reminders")
    return _sources[code]


# ---- rendering -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rendered:
    line: str
    subject: str
    body: str


def render(message: Message, subject: Model, today: datetime.date, own_line: str | None = None) -> Rendered:
    """The message's text in the active language: the ward's own of the rule where there is one, else the source's.
    `own_line`: the ward's own text that is not saved yet, "" for none."""
    words = get_words(message.words)
    own = _own_line(message) if own_line is None else own_line
    event = message.event
    values: dict[str, Any] = {"title": subject, "due": message.occurrence_on}
    if event is not None:
        values |= {"who": event.by, "unit": event.unit, "when": event.on}
    values |= words.values(subject, message)
    if isinstance(due := values["due"], datetime.date):
        values.setdefault("days", abs((due - today).days))
    said = dict.fromkeys(PLACEHOLDERS, "") | {name: say(value, today) for name, value in values.items()}
    texts = (own, "", words.body) if own else (words.line, words.subject, words.body)
    line, mail_subject, body = (_filled(str(text), said) for text in texts)
    return Rendered(line=line, subject=" ".join((mail_subject or line).split()), body=body)


def _filled(text: str, said: Mapping[str, str]) -> str:
    """Quotation marks of a value become single ones where the text puts marks around it."""
    quoted = {name: within_quotes(value) for name, value in said.items() if "“" in value and f"“{{{name}}}" in text}
    return text.format_map({**said, **quoted})


def _own_line(message: Message) -> str:
    """The ward's wording in the active language; a text that was spoiled past the form is passed over."""
    if message.rule is None:
        return ""
    texts = {text.language: text.line for text in message.rule.texts.all()}
    line = texts.get(get_language() or "", "")
    return "" if text_problem(line, PLACEHOLDERS) else line


def say(value: Any, today: datetime.date) -> str:
    """A value in words: dd/mm in this year, dd/mm/yyyy in others, the time before the day."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        local = timezone.localtime(value)
        return f"{local:%H:%M} {say(local.date(), today)}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m}" if value.year == today.year else f"{value:%d/%m/%Y}"
    return str(value)


def event_words(event: Event) -> str:
    """What happened, in the declared words of its kind; {placeholders} are filled from the event's facts."""
    kind = all_kinds().get(event.kind)
    if kind is None:
        return _("Something that this version of the portal does not know.")
    text = str(kind.words)
    return text.format_map({name: _fact(event.facts.get(name)) for name in placeholders(text)})


def _fact(value: Any) -> str:
    """A fact in words; days are kept in JSON as yyyy-mm-dd."""
    if isinstance(value, str):
        try:
            return say(datetime.date.fromisoformat(value), business_day())
        except ValueError:
            return value
    return "…" if value is None else str(value)


def why(message: Message) -> str:
    """Why the receiver got it: the rule or the event behind it."""
    if message.rule is not None:
        source = all_sources().get(message.rule.source)
        label = source.label if source else message.rule.code
        return _("You get this because of the reminder “%(rule)s”.") % {"rule": label}
    return _("You get this because of: %(event)s.") % {"event": event_words(message.event) if message.event else ""}
