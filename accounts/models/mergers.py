"""Units that merge on a day: prepared, looked at, then carried out in one act."""

import datetime
import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.choices import MergerState
from accounts.models.rows import FormerValues, Unit, UnitSuccession, User
from accounts.querysets import MergerQuerySet, WardQuerySet
from core import merger, outbox
from core.keys import WardKey
from core.models import Stateful, Transition, WardModel, save_all, today, tracked
from core.text import free_slug

ONE_DAY = datetime.timedelta(days=1)
FURTHEST = datetime.timedelta(days=366)  # a later day is a slip of the pen


def can_merge(user: User) -> Decision:
    """Units and who holds a role in them change together."""
    return access.can(user, Permission.REFERENCE_EDIT) and access.can(user, Permission.USER_MANAGE)


@tracked
class UnitMerger(Stateful, WardModel):
    """Two or more units become one on a day: a new one, or one of them goes on and takes the others in.

    carried: what went over, code of the part -> key of the former unit -> keys of the rows; kept when it is done.
    """

    on = models.DateField(_("first day of the merged unit"))
    into = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that goes on"))
    new_name = models.CharField(_("name of the new unit"), max_length=120, blank=True)
    decision_symbol = models.CharField(_("by decision"), max_length=50, blank=True)
    decision_on = models.DateField(_("decision of"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MergerState, default=MergerState.PREPARED)
    carried = models.JSONField(_("what went over"), default=dict, editable=False)

    objects = MergerQuerySet.as_manager()

    class Meta:
        verbose_name = _("merger of units")
        verbose_name_plural = _("mergers of units")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="accounts_unitmerger_into",
                condition=(~Q(state=MergerState.DONE) & Q(into__isnull=False, new_name=""))
                | (~Q(state=MergerState.DONE) & Q(into__isnull=True) & ~Q(new_name=""))
                | Q(state=MergerState.DONE, into__isnull=False),
                violation_error_message=_("Either one of the units goes on, or a new one with a name of its own."),
            )
        ]

    def __str__(self) -> str:
        names = " + ".join(unit.name for unit in self.units)
        return f"{names} → {self.name_after}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:merger_detail", args=[self.pk])

    # ---- what it is about -----------------------------------------------------------------------------
    @cached_property
    def units(self) -> list[Unit]:
        """All that merge, by name."""
        rows = self.merging.select_related("unit__kind", "unit__parent")
        return [row.unit for row in rows.order_by("unit__sort_key")]

    @property
    def ending(self) -> list[Unit]:
        """Of these, those that end; a new unit is none of them."""
        return [unit for unit in self.units if unit.pk != self.into_id]

    @property
    def name_after(self) -> str:
        return self.new_name or str(self.into)

    @property
    def is_new(self) -> bool:
        """Whether the unit that goes on is made by the merger."""
        return bool(self.new_name)

    def merge(self, *, by: User | None = None, leaving: Collection[int] = ()) -> merger.Merge:
        ended = tuple(unit.pk for unit in self.ending)
        return merger.Merge(self.ward_id, ended, self.on, self.into, by, self.reason_said, frozenset(leaving))

    @property
    def reason_said(self) -> str:
        """For whoever is asked to agree to a role."""
        return gettext("Merger of units: %(merger)s") % {"merger": str(self)[:170]}

    def counts(self) -> "list[Carried]":
        """What goes over, or what went over: for each part the number of rows of each ending unit. Parts without any
        are left out."""
        kept = self.carried if self.state == MergerState.DONE else self._found()
        found = [Carried(part, kept.get(part.code, {}), self.ending) for part in merger.parts()]
        return [line for line in found if line.total]

    def _found(self) -> dict[str, dict[str, list[int]]]:
        return {part.code: self._rows_now(part) for part in merger.parts()}

    def _rows_now(self, part: merger.Part) -> dict[str, list[int]]:
        """Key of the ending unit -> keys of its rows that would go over."""
        rows: dict[str, list[int]] = {}
        for pk, unit in part.rows(self.merge()).order_by("pk").values_list("pk", part.key):
            rows.setdefault(str(unit), []).append(pk)
        return rows

    def rows_of(self, code: str, unit: Unit | None = None) -> tuple[merger.Part, models.QuerySet] | None:
        """Exactly the rows that are counted under a part, of one of the ending units or of all; None: no such part."""
        part = next((one for one in merger.parts() if one.code == code), None)
        if part is None:
            return None
        kept = self.carried.get(code, {}) if self.state == MergerState.DONE else self._rows_now(part)
        ids = [pk for one in ([unit] if unit else self.ending) for pk in kept.get(str(one.pk), [])]
        return part, part.model._default_manager.filter(ward_id=self.ward_id, pk__in=ids)

    def hindrances(self) -> list[str]:
        """Why it can not be carried out as it is prepared, as sentences that say what to do."""
        return [*self._wrong(self.units, self.into, self.on), *merger.hindrances(self.merge())]

    @staticmethod
    def fingerprint(counts: "Sequence[Carried]") -> str:
        """Of what somebody has looked at."""
        seen = [[line.part.code, sorted(line.of_unit.items())] for line in counts]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]

    # ---- who may --------------------------------------------------------------------------------------
    def can_change(self, user: User) -> Decision:
        """Prepare it anew, carry it out or drop it."""
        if self.state != MergerState.PREPARED:
            return access.denied(gettext("This merger is now “%(state)s”.") % {"state": self.get_state_display()})
        return can_merge(user)

    # ---- verbs ----------------------------------------------------------------------------------------
    def prepare(
        self,
        *,
        by: User,
        units: Iterable[Unit],
        on: datetime.date,
        into: Unit | None = None,
        new_name: str = "",
        decision_symbol: str = "",
        decision_on: datetime.date | None = None,
    ) -> None:
        """Write down which units merge and when; nothing changes for them yet. Also of one that is prepared already."""
        access.require(self.can_change(by))
        rows = Unit.objects.filter(ward_id=self.ward_id, pk__in=[unit.pk for unit in units])
        wanted = {unit.pk: unit for unit in rows.select_related("kind").order_by("sort_key")}
        for sentence in self._wrong(list(wanted.values()), into, on):
            raise ValidationError(sentence)
        if new_name and Unit.objects.filter(ward_id=self.ward_id, name__iexact=new_name).valid_on(on).exists():
            raise ValidationError({"new_name": gettext("A unit with this name is there already. Choose another.")})
        self.on, self.into, self.new_name = on, into, new_name
        self.decision_symbol, self.decision_on = decision_symbol, decision_on
        with transaction.atomic():
            if self._state.adding:
                self.start(by=by)
            else:
                self.save()
                self.merging.exclude(unit__in=wanted).delete()
            known = set(self.merging.values_list("unit", flat=True))
            save_all([MergingUnit(ward_id=self.ward_id, merger=self, unit_id=pk) for pk in wanted if pk not in known])
        self.__dict__.pop("units", None)

    def carry_out(self, *, by: User, seen: str = "", leaving: Collection[int] = ()) -> None:
        """Everything that is open goes over in one transaction; the units that are taken in end on the day before.

        seen: the fingerprint of what `by` has looked at; leaving: memberships that end with their unit. Raises
        ValidationError with a sentence when something else is true by now, such as what a second merger has done.
        """
        access.require(self.can_change(by))
        if self.on > today():
            day = date_format(self.on, "d/m/Y")
            raise ValidationError(gettext("Carry it out from %(day)s on, or choose an earlier day.") % {"day": day})
        with transaction.atomic():
            ids = [unit.pk for unit in self.units]
            locked = Unit.objects.filter(ward_id=self.ward_id, pk__in=ids).select_for_update(no_key=True)
            units = list(locked.order_by("pk"))
            into = next((unit for unit in units if unit.pk == self.into_id), None)
            for sentence in [*self._wrong(units, into, self.on), *merger.hindrances(self.merge())]:
                raise ValidationError(sentence)
            if seen and seen != self.fingerprint(self.counts()):
                raise ValidationError(gettext("Something changed since you looked. These are the numbers now."))
            into = into or self._found_unit()
            carried = self._carry(replace(self.merge(by=by, leaving=leaving), into=into))
            self._end([unit for unit in units if unit.pk != into.pk], into)
            self.move(MergerState.DONE, since=[MergerState.PREPARED], by=by, into=into, carried=carried)
            outbox.record("accounts.unit.merged", subject=self, by=by, on=self.on, unit=into)

    def drop(self, *, by: User) -> None:
        access.require(self.can_change(by))
        self.move(MergerState.DROPPED, since=[MergerState.PREPARED], by=by)

    # ---- how ------------------------------------------------------------------------------------------
    def _carry(self, merge: merger.Merge) -> dict[str, dict[str, list[int]]]:
        """Part by part, in the order in which one builds on another; what was there of each unit."""
        found, moved = self._found(), []
        for part in merger.parts():
            if not any(found[part.code].values()):
                continue
            gone = set(part.carry(merge, part.rows(merge)))
            of_unit = {unit: [pk for pk in pks if pk not in gone] for unit, pks in found[part.code].items()}
            moved.append((part.model._meta.db_table, [pk for pks in found[part.code].values() for pk in pks]))
            found[part.code] = of_unit
        if self.on < today():
            for table, pks in moved:
                self._backdate(table, pks)
        return {code: of_unit for code, of_unit in found.items() if any(of_unit.values())}

    def _backdate(self, table: str, pks: list[int]) -> None:
        """The day lies before today, and nothing was done since: what was kept until yesterday held until that day."""
        kept = FormerValues.objects.filter(ward_id=self.ward_id, table_name=table, row_id__in=pks)
        other = kept.filter(until=self.on - ONE_DAY).values("row_id")
        kept.filter(until=today() - ONE_DAY).exclude(row_id__in=other).update(until=self.on - ONE_DAY)

    def _found_unit(self) -> Unit:
        """The new unit, of the kind and at the place of the first of the merged."""
        first = self.units[0]
        parents = {unit.parent_id for unit in self.units}
        return Unit.objects.create(
            ward_id=self.ward_id,
            kind=first.kind,
            parent=first.parent if len(parents) == 1 else None,
            name=self.new_name,
            slug=free_slug(self.new_name, Unit.objects.filter(ward=self.ward_id), most=60, otherwise="don-vi"),
            valid_from=self.on,
            decision_symbol=self.decision_symbol,
            decision_on=self.decision_on,
        )

    def _end(self, ending: Sequence[Unit], into: Unit) -> None:
        """Each on the day before, once: the condition stands in the update, and the part of a merger counts once."""
        last, still = self.on - ONE_DAY, Q(valid_to__isnull=True) | Q(valid_to__gte=self.on)
        rows = Unit.objects.filter(ward_id=self.ward_id, pk__in=[unit.pk for unit in ending])
        if rows.filter(still, valid_from__lt=self.on).update(valid_to=last) != len(ending):
            raise ValidationError(gettext("One of the units has ended meanwhile. Look at the list of units."))
        self.merging.filter(unit__in=[unit.pk for unit in ending]).update(has_ended=True)
        save_all(
            [
                UnitSuccession(
                    ward_id=self.ward_id, predecessor=unit, successor=into, on=self.on, note=self.decision_symbol
                )
                for unit in ending
            ],
            ignore_conflicts=True,
        )

    @staticmethod
    def _wrong(units: Sequence[Unit], into: Unit | None, on: datetime.date) -> Iterable[str]:
        day = date_format(on, "d/m/Y")
        if len(units) < 2:
            yield gettext("Choose at least two different units.")
            return
        if on > today() + FURTHEST:
            yield gettext("%(day)s is more than a year away. Check the day.") % {"day": day}
        if into is not None and into.pk not in {unit.pk for unit in units}:
            yield gettext("The unit that goes on is one of those that merge. Choose one of them, or name a new one.")
        for unit in units:
            if unit.valid_to is not None and unit.valid_to < on:
                yield _ended(unit)
            elif unit.valid_from >= on:
                said = {"unit": unit, "day": date_format(unit.valid_from, "d/m/Y")}
                yield gettext("%(unit)s itself begins on %(day)s. Choose a later day.") % said
        first = units[0]
        for unit in units[1:]:
            if unit.kind_id != first.kind_id:
                said = {"one": first, "other": unit, "kind": first.kind, "other_kind": unit.kind}
                words = gettext("“%(one)s” is “%(kind)s” and “%(other)s” is “%(other_kind)s”. Units of one kind merge.")
                yield words % said
                break
        for unit in units:
            if unit.parent_id in {other.pk for other in units}:
                yield gettext("“%(unit)s” belongs to a unit that it would merge with. Change that first.") % {
                    "unit": unit
                }


def _ended(unit: Unit) -> str:
    assert unit.valid_to is not None
    said = {"unit": unit, "day": date_format(unit.valid_to, "d/m/Y")}
    after = unit.successions.select_related("successor").first()
    if after is None:
        return gettext("%(unit)s ended on %(day)s. Take it off the list.") % said
    said["after"] = after.successor
    return gettext("%(unit)s ended on %(day)s and became %(after)s. Take it off the list.") % said


class Carried:
    """One line of the preview: a part and its numbers, unit by unit in the order given."""

    def __init__(self, part: merger.Part, of_unit: dict[str, list[int]], units: Sequence[Unit]) -> None:
        self.part, self.of_unit = part, of_unit
        self.cells = [(unit, len(of_unit.get(str(unit.pk), []))) for unit in units]
        self.total = sum(number for _unit, number in self.cells)


class UnitMergerTransition(Transition):
    merger = WardKey(UnitMerger, models.PROTECT, related_name="transitions", verbose_name=_("merger of units"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a merger of units")
        verbose_name_plural = _("steps of mergers of units")

    @property
    def words(self) -> str:
        return str(MergerState(self.new).label)


@tracked
class MergingUnit(WardModel):
    """A unit that is part of a merger. It ends by one of them only."""

    merger = WardKey(UnitMerger, models.CASCADE, related_name="merging", verbose_name=_("merger of units"))
    unit = WardKey(Unit, models.PROTECT, related_name="mergers", verbose_name=_("unit"))
    has_ended = models.BooleanField(_("ended by it"), default=False, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a merger")
        verbose_name_plural = _("units of mergers")
        constraints = [
            models.UniqueConstraint("ward", "merger", "unit", name="accounts_mergingunit_pair"),
            models.UniqueConstraint(
                fields=["ward", "unit"],
                name="accounts_mergingunit_ends_once",
                condition=Q(has_ended=True),
                violation_error_message=_("This unit has ended by another merger."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)
