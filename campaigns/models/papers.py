"""How a body writes its papers: kinds, layout, abbreviation and formulas, and the periods in which it numbers them."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.choices import Branch
from accounts.models import Unit, UnitKind, Ward, days
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.choices import Numbering
from campaigns.querysets import PaperStandardQuerySet, PaperStyleQuerySet
from core.keys import WardKey
from core.models import Period, WardModel, save_all, tracked
from core.search import in_order

BEFORE_TERMS = datetime.date(1900, 1, 1)


@tracked
class DocumentKind(WardModel):
    """Plan, letter, resolution …: one row, whoever issues it. Layout and numbering follow from the issuer."""

    code = models.CharField(_("code"), max_length=10)
    label = models.CharField(_("label"), max_length=60)
    numbering = models.CharField(
        _("numbered"),
        max_length=5,
        choices=Numbering,
        blank=True,
        help_text=_("Empty: as the issuer numbers, the Party by term and the others by calendar year."),
    )

    objects = WardQuerySet.as_manager()

    added_by = AddedBy(Permission.REFERENCE_EDIT, "admin:campaigns_documentkind_add")

    class Meta:
        verbose_name = _("kind of document")
        verbose_name_plural = _("kinds of documents")
        ordering = [in_order("label"), "code"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "code",
                name="campaigns_documentkind_code",
                violation_error_message=_("There is a kind of document with this code already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


@tracked
class PaperStandard(WardModel, Period):
    """The layout of official papers: which guidance, for whose papers, since when, with its sizes."""

    code = models.CharField(_("code"), max_length=30)
    branch = models.CharField(_("branch"), max_length=20, choices=Branch)
    sizes = models.JSONField(_("sizes"), default=dict)

    objects = PaperStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper standard")
        verbose_name_plural = _("paper standards")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="campaigns_paperstandard_code"),
        ]

    def __str__(self) -> str:
        return self.code


@tracked
class PaperStyle(WardModel, Period):
    """How one body, or every body of a kind, is abbreviated in symbols and signs its papers."""

    unit_kind = WardKey(
        UnitKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of all units of the kind")
    )
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of one unit"))
    abbreviation = models.CharField(_("abbreviation in symbols"), max_length=20)
    superior = models.CharField(_("superior's line in the header"), max_length=120, blank=True)
    authority = models.CharField(_("signs on behalf of"), max_length=80, blank=True)
    head_title = models.CharField(_("title of the head"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = PaperStyleQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper style")
        verbose_name_plural = _("paper styles")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="campaigns_paperstyle_whose",
                condition=Q(unit_kind__isnull=True, unit__isnull=False) | Q(unit_kind__isnull=False, unit__isnull=True),
                violation_error_message=_("Choose either a kind of unit or one unit."),
            ),
            ExclusionConstraint(
                name="campaigns_paperstyle_kind_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("unit_kind", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(unit_kind__isnull=False),
                violation_error_message=_("This kind of unit has a paper style during these days already."),
            ),
            ExclusionConstraint(
                name="campaigns_paperstyle_unit_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(unit__isnull=False),
                violation_error_message=_("This unit has a paper style during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.abbreviation} ({self.unit or self.unit_kind})"


@tracked
class NumberPeriod(WardModel, Period):
    """A term of a committee: within it each kind of document is numbered from 1 on, whatever the calendar year."""

    issuer = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    label = models.CharField(_("term"), max_length=60)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term of numbering")
        verbose_name_plural = _("terms of numbering")
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="campaigns_numberperiod_no_overlap",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("issuer", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another term of this body covers some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}, {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The documents of the body move into the term to which their day belongs."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._sort_documents()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            self._sort_documents()
        return gone

    def _sort_documents(self) -> None:
        from campaigns.models.document import Document  # its module imports this one

        for document in Document.objects.filter(ward_id=self.ward_id, issuer_id=self.issuer_id).select_related("kind"):
            first = document.series_start()
            if document.series_from not in {first, None}:
                document.save(update_fields=["series_from"])


def enter_usual_papers(ward: Ward) -> None:
    """The kinds and layouts that are generally in use, for a ward that has none yet; it changes them as it likes."""
    known = json.loads(Path(__file__).parent.with_name("papers.json").read_text(encoding="utf-8"))
    if not DocumentKind.objects.filter(ward=ward).exists():
        save_all([DocumentKind(ward=ward, code=code, label=label) for code, label in known["kinds"]])
    if not PaperStandard.objects.filter(ward=ward).exists():
        save_all([PaperStandard(ward=ward, **standard) for standard in known["standards"]])


def writes_as_state(issuer: Unit, on: datetime.date) -> bool:
    """Whether the State's form holds for the body's papers. Of an outside body that is told by how it signs."""
    if issuer.branch != Branch.OUTSIDE:
        return issuer.branch != Branch.PARTY
    style = PaperStyle.objects.of(issuer, on)
    return not style.abbreviation or style.authority.startswith("TM.")  # the Party writes T/M


def series_start(kind: DocumentKind, issuer: Unit, on: datetime.date) -> datetime.date:
    """The first day of the period in which the number is given once: the calendar year, or the committee's term.

    As long as no term of the body is entered for the day, all its numbers of that kind are one series.
    """
    numbering = kind.numbering or (Numbering.YEAR if writes_as_state(issuer, on) else Numbering.TERM)
    if numbering == Numbering.YEAR:
        return datetime.date(on.year, 1, 1)
    term = NumberPeriod.objects.filter(ward_id=issuer.ward_id, issuer=issuer).valid_on(on).first()
    return term.valid_from if term else BEFORE_TERMS
