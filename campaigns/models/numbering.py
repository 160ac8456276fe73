"""Number and symbol of a document: composed, completed, given once in a series, and the series itself."""

import datetime
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns import symbols
from campaigns.choices import LETTER_CODE, Direction, DocumentState
from campaigns.models.papers import BEFORE_TERMS, DocumentKind, PaperStyle, series_start, writes_as_state
from campaigns.querysets import NEWEST_FIRST
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications import outbox


def lock_numbers(issuer: Unit) -> None:
    """Until the transaction ends nobody else takes a number of this body."""
    Unit.objects.select_for_update(no_key=True).get(pk=issuer.pk, ward_id=issuer.ward_id)


@tracked
class NumberStart(WardModel):
    """The last number of a series that was taken by hand, before numbers were given here: they go on after it."""

    issuer = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    kind = WardKey(DocumentKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    series_from = models.DateField(_("numbered since"), editable=False)
    last = models.PositiveIntegerField(_("last number taken by hand"))
    source = models.CharField(_("where it stands"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("last number taken by hand")
        verbose_name_plural = _("last numbers taken by hand")
        constraints = [
            models.UniqueConstraint(
                "ward",
                "issuer",
                "kind",
                "series_from",
                name="campaigns_numberstart_once",
                violation_error_message=_(
                    "The last number by hand of this series is entered already. Take that back first if it is wrong."
                ),
            ),
            models.CheckConstraint(name="campaigns_numberstart_positive", condition=Q(last__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}, {self.kind.label}: {self.last}"

    def can_remove(self, user: User) -> Decision:
        allowed = access.can(user, Permission.DOCUMENT_ISSUE)
        if allowed and (later := self._given().filter(number__gt=self.last).first()):
            return access.denied(gettext("%(document)s was numbered after it, so it stays.") % {"document": later})
        return allowed

    def enter(self, *, by: User | None) -> None:
        """For the series that runs today. Refused where the register is further on by itself."""
        self.series_from = series_start(self.kind, self.issuer, today())
        with transaction.atomic():
            lock_numbers(self.issuer)
            newest = self._given().aggregate(last=models.Max("number"))["last"]
            if newest and newest >= self.last:
                words = gettext(
                    "The register has number %(newest)s of this series, so the next one is %(next)s anyway."
                )
                raise ValidationError({"last": words % {"newest": newest, "next": newest + 1}})
            self.entered_by = by
            self.full_clean(exclude=["entered_by"])
            self.save()
            outbox.record("campaigns.number_start.entered", subject=self, by=by, unit=self.issuer, last=self.last)

    def remove(self, *, by: User) -> None:
        with transaction.atomic():
            lock_numbers(self.issuer)
            if not (allowed := self.can_remove(by)):
                raise ValidationError(allowed.reason)
            outbox.record("campaigns.number_start.removed", subject=self, by=by, unit=self.issuer, last=self.last)
            self.delete()

    def _given(self) -> models.QuerySet:
        """The documents of the series that have a number."""
        rows = self.kind.documents.filter(ward_id=self.ward_id, issuer=self.issuer, series_from=self.series_from)
        return rows.exclude(direction=Direction.IN).exclude(state=DocumentState.DRAFT).select_related("kind")


class Numbered:
    """The part of a document that is its number and symbol."""

    pk: Any
    ward_id: Any
    kind: Any
    issuer: Any
    number: Any
    symbol: str
    symbol_inferred: bool
    series_from: Any
    dated_on: Any
    direction: Any

    def _documents(self) -> Any:
        return type(self).objects  # type: ignore[attr-defined]

    def _take_number(self) -> dict[str, Any]:
        lock_numbers(self.issuer)
        self.number = self.next_number()
        self.complete_symbol()
        return {"number": self.number, "symbol": self.symbol, "series_from": self.series_from}

    def next_number(self) -> int:
        """After the last of the series in the register, also where that was taken by hand or withdrawn."""
        self.series_from = self.series_start()
        return (self._last_before(None) or 0) + 1

    def _last_before(self, number: int | None, *, drafts: bool = False) -> int | None:
        """The highest number of the series below this one: in the register, or said to be taken by hand."""
        own = self._documents().in_series_of(self).filter(kind=self.kind).exclude(direction=Direction.IN)
        rows = own if drafts else own.exclude(state=DocumentState.DRAFT)
        series = {"issuer": self.issuer, "kind": self.kind, "series_from": self.series_from}
        by_hand = NumberStart.objects.filter(ward_id=self.ward_id, **series)
        taken = [by_hand.aggregate(last=models.Max("last"))["last"]]
        if number is not None:
            rows, taken = rows.filter(number__lt=number), [min(last, number - 1) for last in taken if last]
        taken.append(rows.aggregate(last=models.Max("number"))["last"])
        return max((last for last in taken if last), default=None)

    def next_symbol(self) -> str:
        """The symbol that it would get now; its own, where somebody has given it one by hand."""
        if self.symbol:
            return self.symbol
        self.number = self.next_number()
        symbol, self.number = self.composed_symbol(), None
        return symbol

    def series_start(self) -> datetime.date:
        return series_start(self.kind, self.issuer, self.dated_on)

    def complete_symbol(self) -> None:
        """Bring number and symbol into one form: each is taken from the other where it is missing, and a symbol that
        was composed follows a number, kind or issuer that changes. For somebody else's document it is our inference.
        """
        self.symbol = symbols.one_form(self.symbol)
        before = self._kept()
        was_composed = before and before.symbol == self.symbol and before.symbol == before.composed_symbol()
        if before and was_composed and before.number == symbols.number_in(self.symbol):
            parts = ("number", "kind_id", "issuer_id")
            if self.number and any(getattr(before, part) != getattr(self, part) for part in parts):
                self.symbol = ""
        if self.symbol and not self.number:
            self.number = symbols.number_in(self.symbol)
        if self.number and not self.symbol:
            self.symbol = self.composed_symbol()
            if not self.symbol:
                words = gettext("Enter the symbol: it is not known how %(issuer)s is abbreviated.")
                raise ValidationError({"symbol": words % {"issuer": self.issuer}})
            self.symbol_inferred = self.symbol_inferred or self.direction == Direction.IN
        self.series_from = self.series_start()

    def _kept(self) -> Any:
        rows = self._documents().filter(pk=self.pk, ward_id=self.ward_id).select_related("kind", "issuer")
        return rows.first() if self.pk else None

    def composed_symbol(self) -> str:
        """`82-KH/ĐU` on Party papers, `09/QĐ-UBND` on the others; "" where the issuer's abbreviation is not known."""
        day = self.dated_on or today()
        is_party = not writes_as_state(self.issuer, day)
        ending = PaperStyle.objects.of(self.issuer, day).abbreviation or self._earlier_ending()
        if not self.number or not ending:
            return ""
        if is_party:
            return f"{self.number:02}-{self.kind.code}/{ending}"
        code = "" if self.kind.code == LETTER_CODE else f"{self.kind.code}-"  # a letter of the State names no kind
        return f"{self.number:02}/{code}{ending}"

    def _earlier_ending(self) -> str:
        """As the issuer's own papers ended before."""
        earlier = self._documents().filter(ward_id=self.ward_id, issuer=self.issuer, symbol__contains="/")
        used = earlier.filter(symbol_inferred=False).select_related("kind").order_by(*NEWEST_FIRST).first()
        return used.symbol.rpartition("/")[2].removeprefix(f"{used.kind.code}-") if used else ""

    def symbol_question(self) -> str:
        """What does not agree between number, kind and symbol, as a sentence to be asked; "" when all does."""
        said = {"symbol": self.symbol, "number": self.number, "kind": self.kind.label}
        inside = symbols.number_in(self.symbol)
        if self.number and inside and inside != self.number:
            return gettext("The symbol %(symbol)s does not have the number %(number)s.") % said
        codes = DocumentKind.objects.filter(ward_id=self.ward_id).exclude(code=self.kind.code).values_list("code")
        named = set(re.split(r"[-/\d]+", self.symbol.upper()))
        other = next((code for (code,) in codes if code.upper() in named), "")
        if other and self.kind.code.upper() not in named:
            return gettext("The symbol %(symbol)s is not that of the kind “%(kind)s”.") % said
        return ""

    def gap_question(self) -> str:
        """Which numbers before this one are not in the register, as a sentence to be asked; "" when none is missing."""
        if self.direction == Direction.IN or not self.number:
            return ""
        last = self._last_before(self.number, drafts=True)
        if last is None or last + 1 == self.number:
            return ""
        missing = str(last + 1) if last + 2 == self.number else f"{last + 1}-{self.number - 1}"
        words = gettext("The last number before %(number)s in the register is %(last)s; not there: %(missing)s.")
        return words % {"number": self.number, "last": last, "missing": missing}

    def _require_free_symbol(self) -> None:
        """The database refuses it in any case; here the sentence says which document has it."""
        same = Q(symbol_form=symbols.key(self.symbol))
        if self.number and self.direction != Direction.IN:
            same |= Q(kind=self.kind, number=self.number) & ~Q(direction=Direction.IN)
        others = self._documents().in_series_of(self).exclude(state=DocumentState.DRAFT).exclude(symbol="")
        taken = others.filter(same).first() if self.symbol else None
        if taken:
            words = gettext("%(symbol)s of %(day)s is in the register already. Each number is given once in a series.")
            said = {"symbol": taken.symbol, "day": date_format(taken.dated_on, "d/m/Y")}
            sentence = words % said
            if self.series_from == BEFORE_TERMS:
                sentence += " " + gettext("If a new term has begun, an administrator adds it as a term of numbering.")
            raise ValidationError({"symbol": sentence})
