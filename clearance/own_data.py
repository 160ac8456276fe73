"""What the ward keeps of a person, whole: every table that hangs on the files of the person's households.

The tables are found, not listed, so that a new one is told by itself; what is left out says here why.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from accounts.models import User
from clearance.models import Household, Party, PartyDetails, Plot, PlotPart, PrivacyRequest
from clearance.models.people import DETAILS
from core.fields import KeyedHash, Sealed
from core.history import plain
from core.models import StoredFile
from core.search import fold

# Tables below a household of which nothing is told, each with the reason.
LEFT_OUT = {
    "clearance.casecode": "a digest: whoever holds the card has the code, and the portal has it nowhere",
    "clearance.grievanceclock": "its day stands in the answer that the person was given by receipt",
    "clearance.plotshape": "the outline is the land register's, shown on the map",
}
# Columns that say how a row is kept, or that name somebody else: staff are never told, witnesses are other people.
KEPT_BY = {"id", "ward", "client_id", "sha256", "mime", "size", "letter", "reply_letter", "looked_at", "would_empty"}
OF_OTHERS = {"witness", "second_witness", "minutes_witness"}
YEARS = {"year", "birth_year"}  # numbers without a point in them


class OwnData:
    """files: photos and scans of the household's papers, each with its name in what is handed out."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.files: list[tuple[str, Any]] = []

    def told(self, advance: Callable[[int, int], None] = lambda done, total: None) -> dict[str, Any]:
        rows = list(Household.objects.filter(ward=self.party.ward_id, parties__party=self.party).order_by("pk"))
        homes = []
        for done, household in enumerate(rows, 1):
            homes.append(self._home(household))
            advance(done, len(rows))
        asked = PrivacyRequest.objects.filter(ward=self.party.ward_id, party=self.party).order_by("pk")
        return {
            _("person"): self._person(),
            _("files"): homes,
            str(PrivacyRequest._meta.verbose_name_plural): [self._row(row, set()) for row in asked],
        }

    def _person(self) -> dict[str, Any]:
        details = PartyDetails.of(self.party)
        told: dict[str, Any] = {_("full name"): self.party.name, _("year of birth"): self.party.birth_year}
        for name in DETAILS:
            field: Any = PartyDetails._meta.get_field(name)
            told[str(field.verbose_name)] = opened(details.sealed(name))
        return {title: value for title, value in told.items() if value}

    def _home(self, household: Household) -> dict[str, Any]:
        told = {_("household"): household.words_in_log} | self._row(household, {"project", "number"})
        (below,) = self._below(Household, [household]).values()
        return told | below

    def _below(self, model: type[models.Model], parents: list[Any]) -> dict[Any, dict[str, list[dict[str, Any]]]]:
        """Of each row its own rows of other tables, by the words of the table; one query a table."""
        found: dict[Any, dict[str, list[dict[str, Any]]]] = {parent.pk: {} for parent in parents}
        for key in keys_below(model):
            rows = list(self._own(key, parents))
            further = self._below(key.model, rows) if rows else {}
            title = str(key.model._meta.verbose_name_plural)
            for row in rows:
                if told := self._row(row, {key.name}) | further[row.pk]:
                    found[getattr(row, key.attname)].setdefault(title, []).append(told)
        return found

    def _own(self, key: models.ForeignKey, parents: list[Any]) -> Any:
        """Of the household whole, or of this person; never another land user's."""
        rows: Any = key.model._default_manager.filter(ward=self.party.ward_id, **{f"{key.name}__in": parents})
        relations = [field for field in told_columns(key.model) if field.is_relation]
        rows = rows.select_related(*(field.name for field in relations))
        parts = PlotPart.objects.filter(ward=self.party.ward_id)
        of_plots = [field.name for field in relations if field.related_model is Plot]
        rows = rows.prefetch_related(*(Prefetch(f"{name}__parts", parts) for name in of_plots))
        names = {field.name for field in key.model._meta.concrete_fields}
        if "party" in names:
            rows = rows.filter(Q(party=self.party) | Q(party=None))
        if key.model._meta.label_lower == "clearance.grievance":
            own = [row.pk for row in rows if fold(row.name) == fold(self.party.name)]
            return rows.filter(pk__in=own).order_by("pk")
        return rows.order_by("pk")

    def _row(self, row: Any, known: set[str]) -> dict[str, Any]:
        """Each column that says something, by its words. known: columns that the place itself says."""
        told: dict[str, Any] = {}
        for field in told_columns(type(row)):
            if field.name in known:
                continue
            if isinstance(field, models.FileField):
                told[str(field.verbose_name)] = self._file(row)
            elif value := self._value(row, field):
                told[str(field.verbose_name)] = value
        return told

    def _value(self, row: Any, field: Any) -> Any:
        if field.is_relation:
            other = getattr(row, field.name)
            return self._plot(other) if isinstance(other, Plot) else str(other or "")
        return said(row, field)

    def _plot(self, plot: Plot) -> dict[str, Any]:
        """With what of it was handed over in parts."""
        parts = [self._row(part, {"plot"}) for part in plot.parts.all()]
        return self._row(plot, {"project"}) | ({str(PlotPart._meta.verbose_name_plural): parts} if parts else {})

    def _file(self, row: StoredFile) -> str:
        name = f"giay-to/{len(self.files) + 1}-{row.original_name}"
        self.files.append((name, row.file))
        return name


def told_columns(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        is_left = field.name in KEPT_BY | OF_OTHERS or isinstance(field, KeyedHash) or field.generated
        if not is_left and field.related_model not in (User, Party):
            yield field


def keys_below(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    """Of other tables, the keys by which their rows hang on a row of this one; each table at one place alone."""
    for relation in model._meta.related_objects:
        key: Any = relation.field
        table = key.model
        is_told = not hasattr(table, "pgh_tracked_model") and table._meta.label_lower not in LEFT_OUT
        stands_higher = model is not Household and any(
            field.related_model is Household for field in table._meta.concrete_fields
        )
        if is_told and not stands_higher:
            yield key


def tables_of(model: type[models.Model] = Household) -> Iterator[type[models.Model]]:
    """What is told below a household."""
    for key in keys_below(model):
        yield key.model
        yield from tables_of(key.model)


def opened(value: Sealed) -> str:
    return value.open() if value.is_readable else _("Sealed with a key that the portal does not hold.")


def said(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    if isinstance(value, Sealed):
        return opened(value)
    if value is None or value == "":
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return str(value) if field.name in YEARS else plain(value)
