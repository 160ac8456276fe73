"""Forms of the superior, brought in once and filled every period (docs/adr/0030)."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from core.files import Accepted
from core.filled import Form, Place, place
from core.keys import WardKey
from core.models import StoredFile, WardModel, tracked
from core.tables import Cell, Sheet, Wrong
from core.titles import TITLE
from notifications import outbox
from reports.querysets import FilledFormQuerySet

BROAD = 14  # signs, from which a square of the shown sheet is given more room


@tracked
class SuperiorForm(StoredFile):
    """An Excel workbook that the superior wants back with numbers in it.

    The file never changes: a new edition is a form of its own, which takes the cells over.
    """

    name = models.CharField(_("name of the form"), max_length=200, validators=TITLE)
    asked_by = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    ended_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("form of the superior")
        verbose_name_plural = _("forms of the superior")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reports:superior_form_detail", args=[self.pk])

    @cached_property
    def book(self) -> Form:
        with self.file.open("rb") as file:
            return Form(file.read())

    added_by = AddedBy(Permission.REPORT_EDIT, "reports:superior_form_new")

    def can_change(self, user: User) -> Decision:
        if self.ended_on:
            return access.denied(gettext("This form is no longer used."))
        return access.can(user, Permission.REPORT_EDIT)

    @classmethod
    @transaction.atomic
    def bring_in(cls, *, by: User, upload: Accepted, former: "SuperiorForm | None", **fields: Any) -> "SuperiorForm":
        """Keep a new form; of the one before it takes the cells that are still cells in it, and ends it."""
        row = cls(
            file=upload.content,
            original_name=upload.original_name,
            sha256=upload.sha256,
            mime=upload.mime,
            size=upload.size,
            uploaded_by=by,
            **fields,
        )
        row.save()
        if former is not None:
            for cell in former.cells.all():
                if not row.trouble(cell.sheet, cell.cell):
                    row.cells.create(ward_id=row.ward_id, sheet=cell.sheet, cell=cell.cell, fact=cell.fact)
            former.end(by=by)
        outbox.record("reports.superior_form.brought_in", subject=row, by=by)
        return row

    def trouble(self, sheet: str, cell: str) -> str:
        """Why no number can stand in a cell; "" where it can."""
        at = place(cell)
        if at is None:
            return gettext("“%(cell)s” is no cell. Write its column and row, such as C7.") % {"cell": cell}
        return self.book.trouble(sheet, at)

    @transaction.atomic
    def map_cell(self, *, by: User, sheet: str, cell: str, fact: str) -> "SuperiorFormCell":
        """From now on the fact stands in the cell, in place of what stood there."""
        access.require(self.can_change(by))
        if trouble := self.trouble(sheet, cell):
            raise ValidationError(trouble)
        row, _new = self.cells.update_or_create(
            ward_id=self.ward_id, sheet=sheet, cell=str(place(cell)), defaults={"fact": fact}
        )
        return row

    @transaction.atomic
    def clear_cell(self, *, by: User, sheet: str, cell: str) -> None:
        access.require(self.can_change(by))
        self.cells.filter(sheet=sheet, cell=cell).delete()

    @transaction.atomic
    def end(self, *, by: User) -> None:
        """Nobody fills it any more; what was filled stays."""
        ended = type(self).objects.filter(ward=self.ward_id, pk=self.pk, ended_on=None)
        if ended.update(ended_on=timezone.localdate()):
            self.refresh_from_db(fields=["ended_on"])
            outbox.record("reports.superior_form.ended", subject=self, by=by)

    @transaction.atomic
    def fill(self, *, by: User, report: Any, values: list[dict[str, Any]]) -> "FilledForm":
        """Keep what a report says of each cell; the file is made of it whenever somebody asks."""
        access.require(self.can_change(by))
        if not values:
            raise ValidationError(gettext("Say first which number stands in which cell."))
        filled = FilledForm.objects.filter(ward_id=self.ward_id, form=self, report=report)
        if step := report.transitions.order_by("-id").first():
            filled = filled.filter(at__gte=step.at)  # readers of signed reports see what was filled since
        last = filled.order_by("-pk").first()
        if last and last.values == values:  # pressed twice
            return last
        row = FilledForm(ward_id=self.ward_id, form=self, report=report, values=values, by=by)
        row.sha256 = hashlib.sha256(row.content()).hexdigest()
        row.save()
        outbox.record("reports.superior_form.filled", subject=self, by=by, report=report.pk)
        return row


@tracked
class SuperiorFormCell(WardModel):
    """fact: a figure's key, with ":part" for a part of it, or a word of `reports.filling.WORDS`."""

    form = WardKey(SuperiorForm, models.CASCADE, related_name="cells", verbose_name=_("form"))
    sheet = models.CharField(_("sheet"), max_length=31)
    cell = models.CharField(_("cell"), max_length=10)
    fact = models.CharField(_("what stands there"), max_length=140)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("cell of a form")
        verbose_name_plural = _("cells of forms")
        ordering = ["sheet", "id"]
        constraints = [
            models.UniqueConstraint("ward", "form", "sheet", "cell", name="reports_superiorformcell_once"),
            models.CheckConstraint(
                name="reports_superiorformcell_cell", condition=Q(cell__regex="^[A-Z]{1,3}[1-9][0-9]{0,6}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, {self.cell}"


class FilledForm(WardModel):
    """A form as it was filled from a report. values: of each cell its sheet, cell, fact and value (None: no data)."""

    form = WardKey(SuperiorForm, models.PROTECT, related_name="fills", verbose_name=_("form"))
    report = WardKey("reports.Report", models.PROTECT, related_name="fills", verbose_name=_("report"))
    values = models.JSONField(_("values"))
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    objects = FilledFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("filled form")
        verbose_name_plural = _("filled forms")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.form}, {self.report}"

    def get_absolute_url(self) -> str:
        return reverse("reports:superior_form_filled", args=[self.pk])

    def content(self) -> bytes:
        """The workbook, the same bytes each time."""
        return self.form.book.filled({(row["sheet"], _at(row["cell"])): row["value"] for row in self.values})


def _at(cell: str) -> Place:
    found = place(cell)
    assert found is not None, cell
    return found


@dataclass(frozen=True)
class Spot:
    """A square of a sheet as it is shown: what stands in it, which fact will, and over how many it reaches."""

    at: str
    text: str
    fact: str
    columns: int = 1
    rows: int = 1

    @property
    def is_broad(self) -> bool:
        return self.columns == 1 and len(self.fact or self.text) > BROAD


def squares(form: SuperiorForm, sheet: Sheet, labels: dict[str, str], rows: int, columns: int) -> Iterator[list[Spot]]:
    """The sheet's upper left part, row by row. labels: fact -> its words."""
    facts = {cell.cell: cell.fact for cell in form.cells.all() if cell.sheet == sheet.name}
    wide = min(columns, max((len(row) for row in sheet.rows[:rows]), default=0))
    reach = {Place(top, left): (right - left + 1, low - top + 1) for top, left, low, right in sheet.merged}
    hidden = {
        Place(row, column)
        for at, (across, down) in reach.items()
        for row in range(at.row, min(at.row + down, rows + 1))
        for column in range(at.column, min(at.column + across, columns + 1))
    } - set(reach)
    for number, row in enumerate(sheet.rows[:rows], 1):
        line = []
        for column in range(1, wide + 1):
            if (at := Place(number, column)) in hidden:
                continue
            fact = facts.get(str(at), "")
            across, down = reach.get(at, (1, 1))
            text = _text(row[column - 1]) if column <= len(row) else ""
            line.append(Spot(str(at), text, labels.get(fact, fact), min(across, wide - column + 1), down))
        yield line


def _text(cell: Cell) -> str:
    """A formula that was never calculated has no text."""
    if isinstance(cell, Wrong) or cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return f"{cell:%d/%m/%Y}" if isinstance(cell, datetime.date) else str(cell)
