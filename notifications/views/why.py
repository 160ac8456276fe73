"""Why a message came: its rule or event, its row and day, its receiver's part, its copies and what became of them."""

from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.seats import Seats
from core.http import HouseRequest
from core.models import today
from core.templatetags.ui import moment
from notifications import registry, rules
from notifications.choices import MessageState
from notifications.engine import planner
from notifications.models import Message, may_have_left
from notifications.registry import Target


def message_why(request: HouseRequest, pk: int) -> HttpResponse:
    own = Message.objects.visible_to(request.user).select_related("rule", "event__by", "event__unit", "ward", "bundle")
    message = get_object_or_404(own, pk=pk)
    subject = _subject(message)
    context = {
        "message": message,
        "line": message.line or _line(message, subject),
        "cause": rules.cause(message),
        "words": rules.in_words(message.rule) if message.rule else "",
        "part": _part(message, subject),
        "seats": _seats(message),
        "copies": [(copy, fate(copy)) for copy in _copies(message)],
        "is_mandatory": message.klass == "mandatory",
        "to_copy": _to_copy(message, subject),
    }
    return render(request, "notifications/message_why.html", context)


def fate(message: Message) -> str:
    """What became of one copy, in plain words."""
    at = {"at": moment(message.sent_at or message.not_before), "end": moment(message.expires_at)}
    words: dict[str, Any] = {
        MessageState.READY: _("Waits, to be sent at %(at)s") if not message.tries else _("Is tried again at %(at)s"),
        MessageState.LEASED: _("Is being sent just now"),
        MessageState.SENT: _("Sent %(at)s"),
        MessageState.MISSED: _("Missed: it could not be sent before %(end)s, and later it would have been useless"),
        MessageState.FAILED: _("Not sent: the way was closed or the address wrong. Somebody of the ward is told."),
        MessageState.UNKNOWN: _("Nobody knows whether it arrived. Somebody of the ward looks at it."),
        MessageState.VOID: _("Not sent: by then it was not needed any more"),
    }
    said = words[MessageState(message.state)] % at
    in_bundle = message.bundle and message.state == MessageState.UNKNOWN != message.bundle.state
    if in_bundle or (message.state == MessageState.VOID and _may_have_left(message)):
        said = _("May have arrived; then it was not needed any more")
    if message.bundle:
        said = _("%(fate)s, in the summary of %(day)s") % {"fate": said, "day": moment(message.bundle.digest_on)}
    if message.tries > 1:
        tries = ngettext("after %(count)d try", "after %(count)d tries", message.tries) % {"count": message.tries}
        said = f"{said} ({tries})"
    return said


def _may_have_left(message: Message) -> bool:
    return Message.objects.filter(may_have_left(), pk=message.pk, ward_id=message.ward_id).exists()


def _copies(message: Message) -> Any:
    """The same news by all ways."""
    same = {name: getattr(message, name) for name in ("rule_id", "event_id", "words", "subject_type", "subject_id")}
    same |= {name: getattr(message, name) for name in ("occurrence_on", "repetition", "digest_on", "user_id")}
    rows = Message.objects.filter(ward_id=message.ward_id, **same)
    return rows.select_related("bundle").order_by("edition", "pk")


def _subject(message: Message) -> Any:
    try:
        model = apps.get_model(message.subject_type)
    except (LookupError, ValueError):
        return None
    return model._base_manager.filter(pk=message.subject_id, ward_id=message.ward_id).first()


def _line(message: Message, subject: Any) -> str:
    """What it says now, of one that is not sent yet."""
    if subject is None or message.digest_on or message.words not in registry.all_words():
        return ""
    return registry.render(message, subject, today()).line


def _part(message: Message, subject: Any) -> str:
    """Why this person."""
    if message.rule is None:
        return _("The portal tells it to those whose work it concerns.") if message.event else ""
    source = registry.all_sources().get(message.rule.source)
    if source is None or subject is None:
        return ""
    target = Target(subject, message.occurrence_on or today())
    if any(user.pk == message.user_id for user in planner.receivers(message.rule, target, Seats(message.ward_id))):
        return _("You are among those who shall act on it.")
    return _("You were among those who shall act on it when it was planned; you are not any more.")


def _seats(message: Message) -> list[Membership]:
    """The person's roles and units that the rule can mean."""
    seats = Membership.objects.filter(ward_id=message.ward_id, user=message.user_id).valid_on(today())
    if message.rule and message.rule.roles:
        seats = seats.filter(role__in=message.rule.roles)
    if message.rule and (units := list(message.rule.only_units.values_list("unit_id", flat=True))):
        seats = seats.filter(unit__in=units)
    return list(seats.select_related("unit"))


def _to_copy(message: Message, subject: Any) -> str:
    """For a group chat: only of reminders whose text can mean no household."""
    source = registry.all_sources().get(message.rule.source) if message.rule else None
    if source is None or subject is None or not source.may_be_copied:
        return ""
    line = message.line or _line(message, subject)
    address = message.link or getattr(subject, "get_absolute_url", lambda: "/")()
    return rules.text_to_copy(line, address, message.ward)
