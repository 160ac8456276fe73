"""Abstract models that every floor above builds on. No table of its own."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import pghistory
import pgtrigger
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from core.dated import correcting
from core.dates import HERE
from core.files import TYPES, no_room_said, stored_path
from core.refusals import refusals_said
from core.text import nfc, nfc_values
from core.tracking import Deletes, Inserts, Updates

if TYPE_CHECKING:
    from accounts.models import User


class HasState(Protocol):
    def get_state_display(self) -> str: ...


class StateChanged(Exception):
    """Somebody else moved the row first, or the step does not start from its present state."""

    def __init__(self, subject: HasState, wanted: str) -> None:
        self.subject, self.wanted = subject, wanted
        label = subject.get_state_display()
        super().__init__(_("This is now “%(state)s”, so that step is not possible any more.") % {"state": label})


def tracked(model: type[models.Model]) -> type[models.Model]:
    """Class decorator: field history by database triggers in `<Model>History`, for auditors."""
    return tracked_without()(model)


def tracked_without(*exclude: str) -> Callable:
    """As `tracked`, without the named fields (secrets, noise)."""

    def decorate(model: type[models.Model]) -> type[models.Model]:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        of_ward = any(field.name == "ward" for field in model._meta.fields)  # a ward's newest changes: core.changes
        newest = [models.Index(fields=["ward", "pgh_created_at", "pgh_id"])] if of_ward else []
        return pghistory.track(
            Inserts(),
            Updates(),
            Deletes(),
            model_name=f"{model.__name__}History",
            obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_query"),
            exclude=[*exclude, *generated],
            meta={"verbose_name": _("history"), "verbose_name_plural": _("history"), "indexes": newest},
        )(model)

    return decorate


def today() -> datetime.date:
    """The business day in the ward's time zone."""
    return timezone.now().astimezone(HERE).date()


def take_in(row: models.Model) -> None:
    """Put the loaded text of a row through the door (core.text.nfc); for `save()`. Secrets stay as they are."""
    for field in row._meta.concrete_fields:
        value = row.__dict__.get(field.attname)
        if isinstance(value, str) and field.name != "password":
            row.__dict__[field.attname] = nfc(value)


def save_all(rows: "Sequence[WardModel]", **options: Any) -> None:
    """New rows of one model as `save()` saves each, in one statement; for models without a `save` of their own.

    options: of Django's bulk_create.
    """
    if rows:
        for row in rows:
            take_in(row)
        with refusals_said():
            type(rows[0])._base_manager.bulk_create(rows, **options)


def insert_all(model: type[models.Model], **columns: Any) -> list[int]:
    """New rows told column by column, without an object for each; their ids, in the order of the lists.

    columns: field name -> a list, one value a row, or one value for all; what is not named has its field's default.
    """
    fields: list[Any] = [f for f in model._meta.local_concrete_fields if not f.generated and not f.primary_key]
    given = {f: columns.pop(f.name, columns.pop(f.attname, f.get_default())) for f in fields}
    if columns:
        raise TypeError(f"{model.__name__} has no {', '.join(columns)}")
    arrays = {f for f in fields if hasattr(f, "base_field")}  # of these one list is one value, for all rows
    lists: dict[Any, list[Any]] = {f: v for f, v in given.items() if isinstance(v, list) and f not in arrays}
    lists = {f: [nfc(v) if isinstance(v, str) else v for v in values] for f, values in lists.items()}
    values: dict[Any, Any] = {f: nfc(v) if isinstance(v, str) else v for f, v in given.items() if f not in lists}
    names = ", ".join(f'"{f.column}"' for f in [*lists, *values])
    plain = [f.db_type(connection).partition("(")[0] for f in lists]  # varchar(50)[] would cut what is too long
    placed = ", ".join(f"%s::{of_type}[]" for of_type in plain)
    constants = "".join(f", %s::{f.db_type(connection)}" for f in values)
    sql = (
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT told.*{constants} FROM unnest({placed}) AS told'
        f" RETURNING {model._meta.pk.column}"
    )
    with refusals_said(), connection.cursor() as cursor:
        cursor.execute(sql, [*(f.get_db_prep_save(v, connection) for f, v in values.items()), *lists.values()])
        return [pk for (pk,) in cursor.fetchall()]


def history_of(model: type[models.Model]) -> Any:
    """The table that keeps the former values of a tracked model."""
    return cast(Any, model).history.rel.related_model


def delete_all(model: type[models.Model], *, ward: int, **keys: Sequence[int]) -> None:
    """Rows of a ward by one column's keys, in one statement: nothing that refers to them is looked for."""
    ((column, wanted),) = keys.items()
    rows: Any = model._base_manager.filter(ward_id=ward, **{f"{column}__in": wanted})
    rows._raw_delete(rows.db)


@cache
def _labels(field: models.Field) -> dict[Any, Any]:
    return dict(field.flatchoices)


class WardModel(models.Model):
    """A row of one ward. Its text has come through the door (core.text.nfc); a saved row never changes its ward.

    is_correction: what is saved next was wrong from the beginning, so that the past is corrected with it (core.dated).
    quotes_files: what is typed into its rows may be the words of a personal file.
    """

    is_correction = False
    quotes_files = False

    ward = models.ForeignKey("accounts.Ward", models.PROTECT, related_name="+", editable=False, verbose_name=_("ward"))

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        take_in(self)
        if not self._state.adding and kwargs.get("update_fields") is None and not args:
            kwargs["update_fields"] = [
                f.name
                for f in self._meta.concrete_fields
                if not f.primary_key and f.name != "ward" and not f.generated and f.attname in self.__dict__
            ]
        with refusals_said(), correcting(self.is_correction):
            super().save(*args, **kwargs)

    def _get_FIELD_display(self, field: models.Field) -> Any:  # Django's name, and its words
        """As Django's, which gathers all choices anew for each row."""
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet | None = None,
    ) -> None:
        if from_queryset is None and "ward_id" in self.__dict__:
            from_queryset = type(self)._base_manager.filter(ward_id=self.ward_id)
        super().refresh_from_db(using, fields, from_queryset)

    def _do_update(self, base_qs: models.QuerySet, *args: Any) -> Any:
        """A saved row is looked for in its ward, as every other query does (docs/adr/0007)."""
        return super()._do_update(base_qs.filter(ward_id=self.ward_id), *args)

    @property
    def words_in_log(self) -> str:
        """What was read, in the access log: a household by its number, and nobody by name."""
        return str(self._meta.verbose_name if is_personal(type(self)) else self)

    @property
    def personal_file(self) -> "WardModel | None":
        """The household's or person's file that the row is a part of; who reads its history is written down."""
        return None


def is_personal(model: type[models.Model]) -> bool:
    """Whether its rows, or the rows whose history it keeps, are part of a household's or person's file."""
    tracked_model = getattr(model, "pgh_tracked_model", model)
    return getattr(tracked_model, "personal_file", None) not in (None, WardModel.personal_file)


def is_log(model: type[models.Model]) -> bool:
    """Histories, dated steps and every other table that only grows: nobody corrects what it says."""
    return hasattr(model, "pgh_tracked_model") or any(
        isinstance(trigger, pgtrigger.Protect) for trigger in model._meta.original_attrs.get("triggers", ())
    )


class Period(models.Model):
    """Valid from a first day to a last day, both included; no last day means still valid."""

    valid_from = models.DateField(_("valid from"), default=today)
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_valid_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("The last valid day can not be before the first."),
            )
        ]

    def is_valid_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class PeriodQuerySet(models.QuerySet):
    def valid_on(self, day: datetime.date) -> Self:
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day), valid_from__lte=day)


class Transition(WardModel):
    """One dated change of state. `on` is the business day, `at` the moment of entry. Rows are never changed."""

    old = models.CharField(_("from"), max_length=30, blank=True)
    new = models.CharField(_("to"), max_length=30)
    on = models.DateField(_("on"), default=today)
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-on", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class StatefulQuerySet(models.QuerySet):
    """For models with a `state` and dated transition rows under the related name `transitions`."""

    def with_state_on(self, day: datetime.date) -> Self:
        """Rows that existed on `day`, each with `state_then`: its state at the end of that day.

        Of the steps up to the day the one entered last counts: a step may be written down late with its true day, so
        a row that was entered today may have been sent last week. No step lies in the future: today it is the state.
        """
        if day >= today():
            return self.annotate(state_then=models.F("state"))
        steps: Any = self.model._meta.get_field("transitions")
        latest = steps.related_model.objects.filter(**{steps.field.name: models.OuterRef("pk")}, on__lte=day).order_by(
            "-id"
        )
        return self.annotate(state_then=models.Subquery(latest.values("new")[:1])).filter(state_then__isnull=False)

    def with_last_move(self) -> Self:
        """Each with `moved_on`: the day on which it came into its present state."""
        steps: Any = self.model._meta.get_field("transitions")
        latest = steps.related_model.objects.filter(**{steps.field.name: models.OuterRef("pk")}).order_by("-id")
        return self.annotate(moved_on=models.Subquery(latest.values("on")[:1]))


class Stateful(models.Model):
    """A model with a `state` field that changes only through `start()` and `move()`, leaving dated rows."""

    state: Any  # a CharField of its choices
    ward_id: Any
    transitions: Any  # the manager of <Model>Transition
    get_state_display: Callable[[], str]

    class Meta:
        abstract = True

    def start(self, *, by: "User | None", on: datetime.date | None = None, reason: str = "") -> None:
        """Save the new row and write its first transition."""
        with transaction.atomic():
            self.save()
            self._note_transition("", self.state, by, on, reason)

    @classmethod
    def start_all(
        cls,
        rows: "Sequence[Self]",
        *,
        by: "User | None",
        on: datetime.date | None = None,
        reasons: Iterable[str] | None = None,
    ) -> None:
        """As `start` for each, in two statements. reasons: one for each row."""
        steps: Any = cast(Any, cls)._meta.get_field("transitions")
        with transaction.atomic():
            save_all(cast(Any, rows))
            save_all(
                [
                    steps.related_model(
                        **{steps.field.name: row},
                        ward_id=row.ward_id,
                        old="",
                        new=row.state,
                        by=by,
                        on=on or today(),
                        reason=reason,
                    )
                    for row, reason in zip(rows, reasons or [""] * len(rows), strict=True)
                ]
            )

    def move(
        self,
        to: str,
        *,
        since: Iterable[str],
        by: "User | None",
        on: datetime.date | None = None,
        reason: str = "",
        **fields: Any,
    ) -> None:
        """Change the state by a conditional update on the state that was loaded, with a dated row.

        Raises StateChanged when the present state is not in `since` or somebody else moved the row first.
        """
        old = self.state
        fields = nfc_values(fields)
        if old not in set(since):
            raise StateChanged(self, to)
        # Auditors find the reason in the field history too.
        why = pghistory.context(reason=nfc(reason)) if reason else nullcontext()
        with transaction.atomic(), why, refusals_said():
            rows: Any = cast(Any, type(self)._base_manager).filter(pk=self.pk, ward_id=self.ward_id, state=old)
            if rows.update(state=to, **fields) != 1:
                self.refresh_from_db(fields=["state"])
                raise StateChanged(self, to)
            self._note_transition(old, to, by, on, reason)
        self.state = to
        for name, value in fields.items():
            setattr(self, name, value)

    def _note_transition(self, old: str, new: str, by: "User | None", on: datetime.date | None, reason: str) -> None:
        self.transitions.create(ward_id=self.ward_id, old=old, new=new, by=by, on=on or today(), reason=nfc(reason))


class StoredFile(WardModel):
    """An uploaded file that was checked and stripped on the way in (core.files.accept)."""

    file = models.FileField(_("file"), upload_to=stored_path, max_length=200)
    original_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    mime = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.original_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with no_room_said():
            super().save(*args, **kwargs)

    @property
    def is_photo(self) -> bool:
        return self.mime == TYPES["jpg"]
