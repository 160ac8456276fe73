"""How the ward visits: the script that says what is said, what is not, and what the household's rights are.

The script is a row with its days and source, the same for those who come and for those who are visited.
"""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
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

DATA = Path(__file__).parent.parent / "data"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@tracked
class VisitScript(WardModel, Period):
    """One edition; each line is a sentence. A new edition is a new row and ends the former the day before."""

    version = models.CharField(_("edition"), max_length=40)
    may_say = models.TextField(_("what is said"))
    may_not_say = models.TextField(_("what is not said and not done"))
    rights = models.TextField(_("rights of the household"))
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:visiting")

    class Meta:
        verbose_name = _("script of home visits")
        verbose_name_plural = _("scripts of home visits")
        ordering = ["-valid_from"]
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

    def get_absolute_url(self) -> str:
        return reverse("clearance:visiting")

    @property
    def sentences(self) -> list[str]:
        return _lines(self.may_say)

    @property
    def not_said(self) -> list[str]:
        return _lines(self.may_not_say)

    @property
    def rights_told(self) -> list[str]:
        return _lines(self.rights)

    def enter(self, *, by: "User | None") -> None:
        """Save a new edition; the one before holds until the day before."""
        with transaction.atomic():
            former = VisitScript.objects.filter(ward=self.ward_id, valid_to=None).select_for_update().first()
            if former:
                if former.valid_from >= self.valid_from:
                    said = gettext("Edition %(version)s holds from %(day)s on. Write a later day.")
                    words = {"version": former.version, "day": full_date(former.valid_from)}
                    raise ValidationError({"valid_from": said % words})
                former.valid_to = self.valid_from - datetime.timedelta(days=1)
                former.save(update_fields=["valid_to"])
            self.save()
            outbox.record("clearance.script.entered", subject=self, by=by, on=self.valid_from, version=self.version)

    @classmethod
    def of(cls, ward: Ward, on: datetime.date) -> "VisitScript":
        """That of the day; of a ward that has entered none, what it is proposed, so that rights are never blank."""
        return cls.objects.filter(ward=ward).valid_on(on).first() or cls.proposal(ward)

    @classmethod
    def proposal(cls, ward: Ward) -> "VisitScript":
        """Not saved."""
        known = json.loads((DATA / "visit_script.json").read_text(encoding="utf-8"))
        lines = {name: "\n".join(known[name]) for name in ("may_say", "may_not_say", "rights")}
        return cls(ward=ward, version=known["version"], source=known["source"], valid_from=today(), **lines)

    @classmethod
    def propose(cls, ward: Ward, *, by: "User | None") -> int:
        """Enter the script that the ward begins with, where it has none; how many."""
        if cls.objects.filter(ward=ward).exists():
            return 0
        cls.proposal(ward).enter(by=by)
        return 1
