"""Taking one person out of the ward's tables: the file, its histories, events, messages and what others wrote.

Nothing of it can be taken back. Rows stay, with a mark in place of the name, so that counts of past days stay true.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pgtrigger
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext
from pghistory.models import Context

from clearance.models.households import Household, Party
from clearance.models.people import DETAILS, PartyDetails
from clearance.models.privacy import ERASES, PrivacyRequest
from core.fields import EncryptedText, KeyedHash
from core.models import history_of
from core.text import nfc
from intake.choices import BatchState
from intake.models import Batch
from notifications import outbox
from notifications.models import Job

if TYPE_CHECKING:
    from accounts.models import User

MARK = "[đã ẩn danh]"
# Where a person of a household's file may stand; elsewhere it may be somebody who works for the ward, or a law's text.
OURS = {"clearance", "notifications", "intake"}
OURS_TOO = {"accounts.accesslog", "pghistory.context"}


class Place(NamedTuple):
    """Rows of one column of one table that hold something of the person."""

    model: type[models.Model]
    field: models.Field
    keys: list[Any]

    @property
    def is_ours(self) -> bool:
        return self.model._meta.app_label in OURS or self.model._meta.label_lower in OURS_TOO

    @property
    def words(self) -> str:
        return place_words(self.model, self.field)

    @property
    def kept(self) -> dict[str, Any]:
        """As a request keeps what was seen of it: no word of the person."""
        told = {"table": self.model._meta.label_lower, "column": self.field.name}
        return told | {"count": len(self.keys), "is_ours": self.is_ours}


def place_words(model: type[models.Model], field: models.Field) -> str:
    tracked: Any = getattr(model, "pgh_tracked_model", None)
    title = str((tracked or model)._meta.verbose_name)
    if tracked:
        title = gettext("%(table)s, history") % {"table": title}
    return f"{title}: {field.verbose_name}"


def words_of(kept: dict[str, Any]) -> str:
    """Of what a request keeps, in the reader's language."""
    model = apps.get_model(kept["table"])
    return place_words(model, cast(models.Field, model._meta.get_field(kept["column"])))


def _quiet(_done: int, _total: int) -> None:
    """Nobody is told how far it is."""


class Erasure:
    """names: what is looked for: the person's names and home addresses, also former ones, and numbers."""

    def __init__(self, party: Party) -> None:
        self.party, self.ward_id = party, party.ward_id
        represented = Household.objects.filter(ward=self.ward_id, representations__party=party).distinct()
        self.households = list(represented.values_list("pk", flat=True))
        self.names = sorted(
            {nfc(text) for text in self._known() if len(text) > 3 and text != MARK}, key=len, reverse=True
        )

    def _known(self) -> Iterator[str]:
        yield self.party.name
        of_ward: dict[str, Any] = {"ward_id": self.ward_id}
        former: Any = history_of(Party).objects.filter(pgh_obj=self.party.pk, **of_ward)
        yield from former.values_list("name", flat=True)
        rows: Any = history_of(Household).objects.filter(pgh_obj__in=self.households, **of_ward)
        yield from rows.values_list("address_line", flat=True)
        homes = Household.objects.filter(pk__in=self.households, **of_ward)
        yield from homes.values_list("address_line", flat=True)
        for details in PartyDetails.objects.filter(ward=self.ward_id, party=self.party):
            yield from (details.sealed(name).open() for name in DETAILS if details.sealed(name).is_readable)

    # ---- what there is ------------------------------------------------------------------------------
    def places(self, advance: Callable[[int, int], None] = _quiet) -> list[Place]:
        """Everywhere in the ward's tables, ours and others': a statement a column, each reading its whole table."""
        columns, found = list(_columns()), []
        for done, (model, field) in enumerate(columns, 1):
            place = Place(model, field, self._keys(model, field))
            if place.keys:
                found.append(place)
            advance(done, len(columns))
        return found

    def _keys(self, model: type[models.Model], field: models.Field) -> list[Any]:
        quote = connection.ops.quote_name
        pk, column = quote(str(model._meta.pk.column)), quote(str(field.column))
        wanted = " OR ".join([f"strpos(vi_fold({column}::text), vi_fold(%s)) > 0"] * len(self.names))
        sql = f"SELECT {pk} FROM {quote(model._meta.db_table)} WHERE {_of_ward(model)} = %s AND ({wanted})"
        values: list[Any] = [self.ward_id, *self.names]
        if own := self._own_rows(model, field):
            sql += f" AND {own[0]} = ANY(%s)"  # of a namesake or a neighbour the own row stays
            values.append(own[1])
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [key for (key,) in cursor.fetchall()]

    def _own_rows(self, model: type[models.Model], field: models.Field) -> tuple[str, list[int]] | None:
        is_history = hasattr(model, "pgh_tracked_model")
        tracked = getattr(model, "pgh_tracked_model", model)
        if tracked is Party:
            return ("pgh_obj_id" if is_history else "id", [self.party.pk])
        if tracked is Household and field.name == "address_line":
            return ("pgh_obj_id" if is_history else "id", self.households)
        return None

    # ---- its end ------------------------------------------------------------------------------------
    def carry_out(
        self, asked: PrivacyRequest, *, by: "User", advance: Callable[[int, int], None] = _quiet
    ) -> Counter[str]:
        """How many values of each table were emptied."""
        if not (asked.is_open and asked.answered_on and asked.kind in ERASES):
            raise ValidationError(gettext("Only an open request to erase, answered before, is carried out."))
        if not asked.was_looked_at:
            raise ValidationError(gettext("Look first what would be emptied; what was seen holds for its day."))
        if Batch.objects.filter(ward=self.ward_id, state__in=[BatchState.OPEN, BatchState.CHECKED]).exists():
            raise ValidationError(
                gettext("Lists from files wait to be taken over and may name the person: take them over or leave them.")
            )
        done: Counter[str] = Counter()
        with transaction.atomic():
            with pgtrigger.ignore():  # no history is written of it, and what only grows is emptied, too
                for place in self.places(advance):
                    if place.is_ours:
                        done[place.words] += self._empty(place)
                done[str(PartyDetails._meta.verbose_name)] += self._remove_details()
                for model in (Party, history_of(Party)):
                    key = "pk" if model is Party else "pgh_obj"
                    model._base_manager.filter(**{key: self.party.pk}).update(name=MARK, birth_year=None)
            for job in Job.objects.filter(ward=self.ward_id).exclude(file=""):
                drop_file(job)
            outbox.record("clearance.privacy.erased", subject=asked, by=by, count=sum(done.values()))
        return done

    def _empty(self, place: Place) -> int:
        rows: Any = place.model._base_manager.filter(pk__in=place.keys)
        count = 0
        for key, value in rows.values_list("pk", place.field.name):
            left = blotted(value, self.names, getattr(place.field, "max_length", None))
            if left != value:
                count += 1
                place.model._base_manager.filter(pk=key).update(**{place.field.name: left})
        return count

    def _remove_details(self) -> int:
        rows: Any = PartyDetails._base_manager.filter(ward_id=self.ward_id, party=self.party)
        history_of(PartyDetails).objects.filter(party=self.party.pk, ward_id=self.ward_id).delete()
        count = rows.count()
        rows._raw_delete(rows.db)
        return count


def drop_file(job: Job) -> None:
    """A file that the portal made for somebody: it may name the person, and is made anew by whoever needs it."""
    storage, name = job.file.storage, str(job.file.name)
    Job.objects.filter(pk=job.pk, ward_id=job.ward_id).update(file="", file_name="", expires_at=None)
    transaction.on_commit(lambda: storage.delete(name))


def _of_ward(model: type[models.Model]) -> str:
    """What a history was written for has the ward among its words."""
    return "(metadata->>'ward')::bigint" if model is Context else '"ward_id"'


def _columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column of a ward's tables in which somebody writes words."""
    yield Context, Context._meta.get_field("metadata")
    for model in apps.get_models(include_auto_created=True):
        names = {field.name: field for field in model._meta.local_concrete_fields}
        if "ward" not in names or model is PrivacyRequest or not model._meta.managed:
            continue
        for field in names.values():
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            is_ours = isinstance(field, EncryptedText | KeyedHash) or field.generated or field.choices
            if is_text and not is_ours and not isinstance(field, models.SlugField):
                yield model, field


def blotted(value: Any, names: Iterable[str], most: int | None = None) -> Any:
    """The value with the mark in place of the names, in whatever letters and marks they are written."""
    if isinstance(value, dict):
        return {key: blotted(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [blotted(inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    left = nfc(value)
    for name in names:
        left = _without(left, name)
    return value if left == nfc(value) else left[:most] if most else left


def _without(text: str, name: str) -> str:
    wanted, _places = _letters(name)
    plain, places = _letters(text)
    start = 0
    found: list[tuple[int, int]] = []
    while wanted and (at := plain.find(wanted, start)) >= 0:
        end = at + len(wanted)
        around = plain[at - 1 : at] + plain[end : end + 1]
        if not any(sign.isalnum() for sign in around):  # "Ngõ 5" is not in "Ngõ 51"
            found.append((places[at], places[end - 1] + 1))
        start = end
    for first, last in reversed(found):
        text = text[:first] + MARK + text[last:]
    return text


def _letters(text: str) -> tuple[str, list[int]]:
    """Plain small letters with single blanks, and where each stands in the text."""
    plain, places = "", []
    for place, sign in enumerate(text):
        letter = unicodedata.normalize("NFD", sign)[0].lower().replace("đ", "d")
        if letter.isspace():
            letter = " "
            if plain.endswith(" "):
                continue
        plain += letter[0]
        places.append(place)
    return plain, places
