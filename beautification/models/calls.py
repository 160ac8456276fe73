"""What is asked of units for a clean-up, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.querysets import WardQuerySet
from beautification.choices import COMING, MOST_PEOPLE
from beautification.models.cleanup import Cleanup
from beautification.models.series import CleanupSeries
from core.keys import WardKey
from core.models import StateChanged, WardModel, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class CleanupNeed(WardModel):
    """How many people and which tools a unit is asked for: at each clean-up of a series, or at one only."""

    series = WardKey(
        CleanupSeries, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name=_("series")
    )
    cleanup = WardKey(Cleanup, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name=_("clean-up"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    people = models.PositiveIntegerField(_("persons"), null=True, blank=True)
    tools = models.CharField(_("tools"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a clean-up")
        verbose_name_plural = _("needs of clean-ups")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="beautification_need_of_one",
                condition=Q(series__isnull=True, cleanup__isnull=False) | Q(series__isnull=False, cleanup__isnull=True),
            ),
            models.CheckConstraint(
                name="beautification_need_says_something",
                condition=Q(people__isnull=False, people__gt=0, people__lte=MOST_PEOPLE) | ~Q(tools=""),
                violation_error_message=_("Say how many people or which tools."),
            ),
            models.UniqueConstraint(
                "ward", "series", "unit", condition=Q(series__isnull=False), name="beautification_need_of_series"
            ),
            models.UniqueConstraint(
                "ward", "cleanup", "unit", condition=Q(cleanup__isnull=False), name="beautification_need_of_cleanup"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}"


@tracked
class CleanupReply(WardModel):
    """How many of a unit come. on: the day that was asked about; to a clean-up that was moved it is no answer yet."""

    cleanup = WardKey(Cleanup, models.CASCADE, related_name="replies", verbose_name=_("clean-up"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    people = models.PositiveIntegerField(_("how many come"))
    note = models.CharField(_("what they bring, or why not"), max_length=200, blank=True)
    on = models.DateField(_("for the day"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a unit")
        verbose_name_plural = _("answers of units")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "cleanup", "unit", name="beautification_reply_once"),
            models.CheckConstraint(
                name="beautification_reply_possible",
                condition=Q(people__lte=MOST_PEOPLE),
                violation_error_message=_("Enter a number up to 9999."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.people}"


@dataclass(frozen=True)
class Call:
    """One unit's line: what it is asked for, and what it answered about the present day."""

    unit: Any
    people: int | None
    tools: str
    reply: Any


def asked(cleanup: Cleanup) -> list[CleanupNeed]:
    """What is asked for this clean-up: what its series asks each time, unless it asks for itself, perhaps nobody."""
    own = list(cleanup.needs.select_related("unit"))
    if own or cleanup.asks_own or cleanup.series is None:
        return own
    return list(cleanup.series.needs.select_related("unit"))


def calls(cleanup: Cleanup) -> list[Call]:
    """Each unit that is asked or has answered, by name."""
    replies = {row.unit_id: row for row in cleanup.replies.filter(on=cleanup.on).select_related("unit", "by")}
    needs = {need.unit_id: need for need in asked(cleanup)}
    named: list[Any] = [*replies.values(), *needs.values()]
    units = {row.unit_id: row.unit for row in named}
    lines = [
        Call(unit, needs[pk].people if pk in needs else None, needs[pk].tools if pk in needs else "", replies.get(pk))
        for pk, unit in units.items()
    ]
    return sorted(lines, key=lambda line: line.unit.sort_key)


def missing(lines: list[Call]) -> int:
    """How many people fewer have been said than are asked for; 0 where nobody is asked for a number."""
    wanted = sum(line.people or 0 for line in lines)
    return max(0, wanted - sum(line.reply.people for line in lines if line.reply))


def set_needs(
    of: Cleanup | CleanupSeries,
    wanted: Mapping[Unit, tuple[int | None, str]],
    *,
    by: "User | None",
    as_series: bool = False,
) -> None:
    """What is asked from now on, in place of what was. wanted: people and tools by unit; of one clean-up nobody means
    nobody, whatever its series asks. as_series: of one clean-up, that it asks what its series asks, again."""
    name = "cleanup" if isinstance(of, Cleanup) else "series"
    rows = [
        CleanupNeed(ward_id=of.ward_id, unit=unit, people=people or None, tools=tools, **{name: of})
        for unit, (people, tools) in wanted.items()
        if (people or tools) and not as_series
    ]
    if isinstance(of, Cleanup):
        of.street.require_open_on(of.on)
    with transaction.atomic():
        of.needs.all().delete()
        for row in rows:
            row.save()
        if isinstance(of, Cleanup):
            of.asks_own = not as_series
            of.save(update_fields=["asks_own"])
        subject = of if isinstance(of, Cleanup) else of.street
        outbox.record(f"beautification.{name}.needs_set", subject=subject, by=by, unit=of.leader)


def reply(cleanup: Cleanup, *, by: "User | None", unit: Unit, people: int, note: str = "") -> None:
    """Say how many of a unit come, in place of what was said before; 0: nobody can."""
    cleanup.street.require_open_on(cleanup.on)
    if cleanup.needs_decision:
        raise ValidationError(gettext("Nobody has decided yet whether it takes place."))
    with transaction.atomic():
        rows = Cleanup.objects.filter(pk=cleanup.pk, ward_id=cleanup.ward_id, state__in=COMING)
        if (found := rows.select_for_update().first()) is None:
            cleanup.refresh_from_db(fields=["state"])
            raise StateChanged(cleanup, cleanup.state)
        said: Any = {"people": people, "note": note, "on": found.on, "by": by, "at": timezone.now()}
        CleanupReply.objects.update_or_create(ward_id=cleanup.ward_id, cleanup=cleanup, unit=unit, defaults=said)
        outbox.record("beautification.cleanup.replied", subject=cleanup, by=by, unit=unit, count=people)
