"""The watch over sending: a mail to the administrators when it stands still, and one when all is well again.

It needs neither worker nor timetable nor queue, and tells also while the database is away: whom it would tell and what
it has told stand in a file. What is seen twice in a row counts, so that a restart wakes nobody.
"""

import datetime
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.models import Membership, User
from notifications.operations import vitals
from notifications.operations.vitals import Trouble

logger = logging.getLogger(__name__)

TIMES = 2  # looks in a row that make trouble, or its end, sure
REMIND = datetime.timedelta(hours=24)


def check() -> None:
    """Look once, and tell what is new."""
    found, state = vitals.look(), _read()
    if found.database:
        with suppress(DatabaseError, InterfaceError):  # it may go away at any moment
            state["people"] = _people()
    troubles = found.troubles()
    looks, seen = state.get("looks", {}), {trouble.code for trouble in troubles}
    state["looks"] = {code: looks.get(code, 0) + 1 for code in seen}
    state["good"] = 0 if troubles else state.get("good", 0) + 1
    sure = [trouble for trouble in troubles if state["looks"][trouble.code] >= TIMES]
    if sure and _is_news(state, sure):
        _alarm(state, sure)
    elif state["good"] >= TIMES and "told_at" in state and _tell(state, list(_all_clear())):
        state = {name: value for name, value in state.items() if name not in {"told_at", "told"}}
    _write(state)


def tell_of_end(reason: str) -> None:
    """The runner stops the whole portal because a part of it ended: nobody will look any more."""
    state = _read()
    if "ended" not in state.get("told", []):
        _alarm(state, [Trouble("ended", format_lazy(_ENDED, reason=reason), _ENDED_THEN)])
    _write(state)


_ENDED = gettext_lazy("A part of the portal has ended, and with it the whole portal: {reason}.")
_ENDED_THEN = gettext_lazy("Start the portal again. The reason stands at the end of the log of that part.")


def _is_news(state: dict[str, Any], troubles: list[Trouble]) -> bool:
    """Nobody was told of one of them, or a day ago."""
    told = state.get("told_at")
    if told is None or timezone.now() - datetime.datetime.fromisoformat(told) >= REMIND:
        return True
    return bool({trouble.code for trouble in troubles} - set(state.get("told", [])))


def _alarm(state: dict[str, Any], troubles: list[Trouble]) -> None:
    if _tell(state, list(_words(troubles))):
        state["told_at"] = timezone.now().isoformat()
        state["told"] = sorted({*state.get("told", []), *(trouble.code for trouble in troubles)})


# ---- whom and what -------------------------------------------------------------------------------
def _people() -> list[list[str]]:
    """Address and language of the administrators of all wards, and of those who operate the host."""
    seats = Membership.objects.filter(role=Role.ADMINISTRATOR).valid_on(timezone.localdate())
    people = User.objects.filter(Q(pk__in=seats.values("user")) | Q(is_superuser=True), is_active=True)
    rows = people.exclude(email=None).order_by("pk").values_list("email", "language")
    return [[str(address), language] for address, language in rows]


def _tell(state: dict[str, Any], by_language: list[tuple[str, str, str]]) -> bool:
    """To each alone; whether anybody could be told, so that a mail server that is away is tried at the next look."""
    texts = {language: (subject, body) for language, subject, body in by_language}
    people = [*state.get("people", []), *([address, settings.LANGUAGE_CODE] for address in settings.WATCH_MAIL)]
    told = False
    for address, language in people:
        subject, body = texts.get(language) or texts[settings.LANGUAGE_CODE]
        try:
            EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"}).send()
            told = True
        except Exception as error:  # one address that fails keeps the others from nothing
            logger.error("the watch could not tell %s: %s", address, error)
    if not people:
        logger.error("the watch has nobody to tell: %s", texts[settings.LANGUAGE_CODE][1])
    return told


def _words(troubles: list[Trouble]) -> Iterator[tuple[str, str, str]]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            lines = [_("The portal at %(address)s needs help.") % {"address": settings.BASE_URL}, ""]
            for trouble in troubles:
                lines += [f"- {trouble.what}", f"  {trouble.then}", ""]
            lines += [_("Operations: %(address)s") % {"address": f"{settings.BASE_URL}/operations/"}, ""]
            lines.append(_("You are told once, again of something new or after 24 hours, and when all is well."))
            yield language, _("The portal needs help: messages may stand still"), "\n".join(lines)


def _all_clear() -> Iterator[tuple[str, str, str]]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            body = _("Everything at %(address)s is at work again. What waited leaves by itself.")
            yield language, _("The portal is well again"), body % {"address": settings.BASE_URL}


# ---- what is kept --------------------------------------------------------------------------------
def _file() -> Path:
    return Path(settings.VAR) / "run" / "watch.json"


def _read() -> dict[str, Any]:
    try:
        return json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write(state: dict[str, Any]) -> None:
    """Whole or not at all; it holds addresses, so it is its owner's alone."""
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        fresh = _file().with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state), encoding="utf-8")
        fresh.replace(_file())
    except OSError as error:
        logger.error("the watch could not keep what it has told: %s", error)
