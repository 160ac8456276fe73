"""How the ward visits: the script that says what is said, what is not, and what the household's rights are, and the
rule of how often and at what hours.

Each is a row with its days and source, the same for those who come and for those who are visited.
"""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.models import Ward, days
from accounts.querysets import TermQuerySet
from core.dates import full_date
from core.models import Period, WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

ENTERED = {"script": "clearance.script.entered", "rule": "clearance.rule.entered"}
DATA = Path(__file__).parent.parent / "data"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Edition(WardModel, Period):
    """One holds at a time. A new one is a new row and ends the former the day before."""

    code: ClassVar[str]  # in its event

    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:visiting")

    class Meta:
        abstract = True
        ordering = ["-valid_from"]

    def get_absolute_url(self) -> str:
        return reverse("clearance:visiting")

    @classmethod
    def of(cls, ward: Ward, on: datetime.date) -> Self:
        """That of the day; of a ward that has entered none, what it is proposed: there is always one."""
        found: Any = cls._rows(ward).valid_on(on).first()
        return found or cls.proposal(ward)

    @classmethod
    def proposal(cls, ward: Ward) -> Self:
        """Not saved."""
        raise NotImplementedError

    @classmethod
    def _rows(cls, ward: Ward) -> Any:
        return cls._default_manager.filter(ward=ward)

    @classmethod
    def propose(cls, ward: Ward, *, by: "User | None") -> int:
        """Enter what the ward begins with, where it has none; how many."""
        if cls._rows(ward).exists():
            return 0
        cls.proposal(ward).enter(by=by)
        return 1

    def enter(self, *, by: "User | None") -> None:
        """Save a new edition; the one before holds until the day before."""
        with transaction.atomic():
            former: Any = self._rows(self.ward).filter(valid_to=None).select_for_update(of=("self",)).first()
            if former:
                if former.valid_from >= self.valid_from:
                    said = gettext("The present one holds from %(day)s on. Write a later day.")
                    raise ValidationError({"valid_from": said % {"day": full_date(former.valid_from)}})
                former.valid_to = self.valid_from - datetime.timedelta(days=1)
                former.save(update_fields=["valid_to"])
            self.save()
            outbox.record(ENTERED[self.code], subject=self, by=by, on=self.valid_from)


@tracked
class VisitScript(Edition):
    """One edition; each line is a sentence. A new edition is a new row and ends the former the day before."""

    code = "script"

    version = models.CharField(_("edition"), max_length=40)
    may_say = models.TextField(_("what is said"))
    may_not_say = models.TextField(_("what is not said and not done"))
    rights = models.TextField(_("rights of the household"))

    class Meta(Edition.Meta):
        verbose_name = _("script of home visits")
        verbose_name_plural = _("scripts of home visits")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "version",
                name="clearance_script_version",
                violation_error_message=_("There is a script of this edition already."),
            ),
            ExclusionConstraint(
                name="clearance_script_once",
                expressions=[("ward", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Another script holds during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def sentences(self) -> list[str]:
        return _lines(self.may_say)

    @property
    def not_said(self) -> list[str]:
        return _lines(self.may_not_say)

    @property
    def rights_told(self) -> list[str]:
        return _lines(self.rights)

    @classmethod
    def proposal(cls, ward: Ward) -> Self:
        """Not saved."""
        known = json.loads((DATA / "visit_script.json").read_text(encoding="utf-8"))
        lines = {name: "\n".join(known[name]) for name in ("may_say", "may_not_say", "rights")}
        return cls(ward=ward, version=known["version"], source=known["source"], valid_from=today(), **lines)


@tracked
class VisitRule(Edition):
    """How often and at what hours a household is visited, and of how many visits the Front asks how they were.

    Days on which nobody visits are those that the ward's calendar has as holidays or as its own days off.
    """

    code = "rule"

    per_week = models.PositiveSmallIntegerField(
        _("visits to a household in a week, at most"), validators=[MinValueValidator(1), MaxValueValidator(14)]
    )
    starts_at = models.TimeField(_("earliest hour"))
    ends_at = models.TimeField(_("latest hour"))
    callback_percent = models.PositiveSmallIntegerField(
        _("visits that the Front asks about, in percent"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta(Edition.Meta):
        verbose_name = _("rule of home visits")
        verbose_name_plural = _("rules of home visits")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="clearance_visitrule_hours",
                condition=Q(ends_at__gt=F("starts_at"), per_week__gte=1, callback_percent__range=(1, 100)),
                violation_error_message=_("The last hour comes after the first."),
            ),
            ExclusionConstraint(
                name="clearance_visitrule_once",
                expressions=[("ward", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Another rule holds during these days already."),
            ),
        ]

    def __str__(self) -> str:
        words = gettext("at most %(count)d visits a week, from %(first)s to %(last)s")
        return words % {"count": self.per_week, "first": f"{self.starts_at:%H:%M}", "last": f"{self.ends_at:%H:%M}"}

    @classmethod
    def proposal(cls, ward: Ward) -> Self:
        known = json.loads((DATA / "visit_rule.json").read_text(encoding="utf-8"))
        hours = {name: datetime.time.fromisoformat(known[name]) for name in ("starts_at", "ends_at")}
        plain = {name: known[name] for name in ("per_week", "callback_percent", "source")}
        return cls(ward=ward, valid_from=today(), **plain, **hours)
