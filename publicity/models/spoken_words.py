"""How abbreviations are read aloud, and when the loudspeakers speak."""

import datetime
import json
from functools import cache
from pathlib import Path

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.querysets import TermQuerySet, WardQuerySet
from core.models import Period, tracked
from publicity.models.kept import Kept
from publicity.models.spoken import Short

DATA = Path(__file__).parent.parent / "data" / "abbreviations.json"


@cache
def shipped() -> tuple[Short, ...]:
    """Abbreviations that are read alike everywhere."""
    return tuple(Short(*row) for row in json.loads(DATA.read_text(encoding="utf-8")))


@tracked
class Abbreviation(Kept):
    """The ward's own reading of an abbreviation, before the shipped one."""

    short = models.CharField(_("abbreviation"), max_length=20)
    said = models.CharField(_("as it is read"), max_length=120)
    after_number = models.BooleanField(_("only behind a number"), default=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("abbreviation")
        verbose_name_plural = _("abbreviations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "short",
                name="publicity_abbreviation_once",
                violation_error_message=_("This abbreviation is there already. Change it there."),
            ),
            models.CheckConstraint(name="publicity_abbreviation_said", condition=~Q(short="") & ~Q(said="")),
        ]

    def __str__(self) -> str:
        return self.short

    def get_absolute_url(self) -> str:
        return reverse("publicity:loudspeakers")

    @classmethod
    def shorts_of(cls, ward_id: int) -> list[Short]:
        """The ward's own and the shipped ones that it has not changed."""
        own = {row.short: Short(row.short, row.said, row.after_number) for row in cls.objects.filter(ward_id=ward_id)}
        return [*own.values(), *(short for short in shipped() if short.short not in own)]


@tracked
class LoudspeakerSlot(Kept, Period):
    """When the loudspeakers speak each day, and for how many minutes at most."""

    starts_at = models.TimeField(_("from"))
    minutes = models.PositiveSmallIntegerField(_("minutes at most"))

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours of the loudspeakers")
        verbose_name_plural = _("hours of the loudspeakers")
        ordering = ["starts_at", "id"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="publicity_slot_minutes",
                condition=Q(minutes__gte=1, minutes__lte=240),
                violation_error_message=_("Enter 1 to 240 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}, {self.minutes}"

    def get_absolute_url(self) -> str:
        return reverse("publicity:loudspeakers")

    @property
    def length(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.minutes)

    @property
    def hours(self) -> str:
        """ "17:00-17:20" """
        last = datetime.datetime.combine(datetime.date.min, self.starts_at) + self.length
        return f"{self.starts_at:%H:%M}-{last:%H:%M}"

    def holds(self, time: datetime.time) -> bool:
        first = self.starts_at.hour * 60 + self.starts_at.minute
        return first <= time.hour * 60 + time.minute < first + self.minutes


@tracked
class LoudspeakerCluster(Kept, Period):
    """A group of loudspeakers that speaks as one."""

    name = models.CharField(_("name"), max_length=80)
    place = models.CharField(_("where the loudspeakers stand"), max_length=200, blank=True)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.BROADCAST_EDIT, "publicity:cluster_new")

    class Meta:
        verbose_name = _("loudspeaker cluster")
        verbose_name_plural = _("loudspeaker clusters")
        ordering = ["id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "name",
                name="publicity_cluster_name",
                violation_error_message=_("A cluster of this name is there already. Change it there."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("publicity:loudspeakers")
