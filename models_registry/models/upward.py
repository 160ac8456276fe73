"""Tables for the superior: in which order and under which headings they go, and what was sent, as it was sent."""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User, Ward, days
from accounts.querysets import TermQuerySet
from campaigns.models import Campaign
from core.keys import WardKey
from core.models import Period, WardModel, today, tracked
from models_registry.choices import UpwardTable
from models_registry.models.rubric import end_edition_before
from models_registry.querysets import SentTableQuerySet
from notifications import outbox

Columns = Sequence[tuple[str, str]]  # (what the column holds, its heading), in order


@cache
def usual(table: str) -> dict[str, Any]:
    """Title and columns as the portal proposes them."""
    known = json.loads(Path(__file__).parent.parent.joinpath("data", "tables.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = known[table]
    return found


@tracked
class TableLayout(WardModel, Period):
    """How the superior wants one table: the columns in their order with their headings, by which paper, since when."""

    table = models.CharField(_("which table"), max_length=10, choices=UpwardTable)
    title = models.CharField(_("title of the table"), max_length=200)
    columns = models.JSONField(_("columns"))
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("columns of a table")
        verbose_name_plural = _("columns of tables")
        ordering = ["table", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(name="registry_layout_said", condition=~Q(source="") & ~Q(title="")),
            models.CheckConstraint(name="registry_layout_columns", condition=~Q(columns=[])),
            ExclusionConstraint(
                name="registry_layout_no_overlap",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("table", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Other columns of this table are valid during these days."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, ward_id: int, table: str, on: datetime.date) -> "TableLayout":
        """The columns in force on the day; while none are entered, the usual ones."""
        rows = cls.objects.filter(ward_id=ward_id, table=table).valid_on(on)
        return rows.first() or cls(ward_id=ward_id, table=table, **usual(table))

    @property
    def is_usual(self) -> bool:
        return self.pk is None

    @classmethod
    def put_in_force(
        cls,
        ward: Ward,
        *,
        by: User,
        table: str,
        title: str,
        source: str,
        valid_from: datetime.date,
        columns: Columns,
    ) -> "TableLayout":
        """New columns from the day on; those before end the day before.

        Raises ValidationError where others begin on that day or later already.
        """
        access.require(access.can_in_ward(by, Permission.MODEL_DECIDE))
        with transaction.atomic():
            end_edition_before(cls.objects.filter(ward=ward, table=table), valid_from)
            row = cls(ward=ward, table=UpwardTable(table), title=title, source=source, valid_from=valid_from)
            row.columns = [list(column) for column in columns]
            row.save()
            outbox.record("models_registry.layout.entered", subject=row, by=by)
        return row


@tracked
class SentTable(WardModel):
    """A table as it left: who sent it to whom on which day, as of which day, and all it said. Never changed."""

    now: Any  # the same number read today, of the page

    campaign = WardKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    table = models.CharField(_("which table"), max_length=10, choices=UpwardTable)
    title = models.CharField(_("title of the table"), max_length=200)
    on = models.DateField(_("figures as of"))
    sent_on = models.DateField(_("sent on"), default=today)
    sent_to = models.CharField(_("to whom it was sent"), max_length=200)
    number = models.CharField(_("number of the letter"), max_length=50, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    count = models.PositiveIntegerField(_("models in it"))
    kept = models.JSONField(_("table as it was sent"))
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"))
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = SentTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table that was sent")
        verbose_name_plural = _("tables that were sent")
        ordering = ["-sent_on", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(name="registry_senttable_said", condition=~Q(sent_to="") & ~Q(sha256="")),
            models.CheckConstraint(
                name="registry_senttable_days",
                condition=Q(on__lte=models.F("sent_on")),
                violation_error_message=_("A table is sent on the day of its figures or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("models_registry:sent_table", args=[self.pk])

    @staticmethod
    def can_send(campaign: Campaign, user: Any) -> Decision:
        return access.can_in_ward(user, Permission.MODEL_DECIDE) and campaign.can_change()

    def send(self, *, by: User, kept: Mapping[str, Any], disagreement: str) -> None:
        """Keep what left. disagreement: what does not add up; where it says something, ValidationError with it."""
        self.campaign.require_open()
        access.require(self.can_send(self.campaign, by))
        if self.sent_on > today():
            raise ValidationError({"sent_on": gettext("Choose a day that is not later than today.")})
        if disagreement:
            raise ValidationError(disagreement)
        self.kept, self.by = dict(kept), by
        self.sha256 = digest(kept)
        with transaction.atomic():
            self.save()
            outbox.record("models_registry.table.sent", subject=self, by=by, on=self.sent_on, count=self.count)

    @property
    def is_whole(self) -> bool:
        """What is kept is what was sent."""
        return self.sha256 == digest(self.kept)


def digest(kept: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
