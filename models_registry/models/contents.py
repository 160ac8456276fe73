"""What a registration holds beside its own columns: targets, milestones, who takes part and where, papers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from accounts.querysets import WardQuerySet
from campaigns.models import Task, Undertaking
from core.keys import WardKey
from core.models import StoredFile, WardModel, tracked
from core.search import folded
from models_registry.choices import ParticipationRole
from models_registry.querysets import TargetIndicatorQuerySet

if TYPE_CHECKING:
    import datetime

    from models_registry.models.registration import MobilizationModel

MODEL = "models_registry.MobilizationModel"
Rows = Iterable[Mapping[str, Any]]


@tracked
class TargetIndicator(WardModel):
    """What the model wants to reach, in a number by a day. A draft's row may be half filled in."""

    reached: int | None  # of with_reached()
    reached_on: "datetime.date | None"

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="targets", verbose_name=_("model"))
    name = models.CharField(_("target"), max_length=150, blank=True)
    unit_of_measure = models.CharField(_("counted in"), max_length=30, blank=True)
    target = models.DecimalField(
        pgettext_lazy("target", "number"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField(_("by"), null=True, blank=True)

    objects = TargetIndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="registry_target_positive", condition=Q(target__isnull=True) | Q(target__gt=0))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        return bool(self.name and self.target and self.due_on)


@tracked
class ModelMilestone(WardModel):
    """By when what is there. A draft's row may be half filled in."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="milestones", verbose_name=_("model"))
    name = models.CharField(_("milestone"), max_length=150, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


@tracked
class FellowRegistrant(WardModel):
    """A further person of ONE model that several people register together, behind the one named on the model."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="fellows", verbose_name=_("model"))
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name of the person"), max_length=100)
    search_key = folded("name")

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("person who registers with it")
        verbose_name_plural = _("people who register with it")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint("ward", "mobilization_model", "order", name="registry_fellow_order"),
            models.CheckConstraint(name="registry_fellow_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Participation(WardModel):
    """A unit that does the model together with the one that registers it, which leads by being named on the model."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="participations", verbose_name=_("model"))
    unit = WardKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="participations", verbose_name=_("unit of the ward")
    )
    name = models.CharField(_("body outside the ward"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=ParticipationRole, default=ParticipationRole.COOPERATES)
    part = models.CharField(_("what it does"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit that takes part")
        verbose_name_plural = _("units that take part")
        ordering = ["role", "id"]
        constraints = [
            models.CheckConstraint(
                name="registry_participation_who",
                condition=Q(unit__isnull=True) & ~Q(name="") | Q(unit__isnull=False, name=""),
                violation_error_message=_("Choose a unit of the ward, or write the name of a body outside of it."),
            ),
            models.UniqueConstraint(
                "ward",
                "mobilization_model",
                "unit",
                name="registry_participation_unit",
                violation_error_message=_("A unit takes part in a model once."),
            ),
            models.UniqueConstraint(
                "ward",
                "mobilization_model",
                "name",
                condition=~Q(name=""),
                name="registry_participation_name",
                violation_error_message=_("A unit takes part in a model once."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit) if self.unit else self.name


@tracked
class ModelArea(WardModel):
    """A residential group in which the model is done."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="areas", verbose_name=_("model"))
    unit = WardKey(Unit, models.PROTECT, related_name="models_done_there", verbose_name=_("residential group"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a model")
        verbose_name_plural = _("places of models")
        ordering = ["unit__sort_key"]
        constraints = [models.UniqueConstraint("ward", "mobilization_model", "unit", name="registry_area_pair")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class ModelUndertaking(WardModel):
    """What a model is about: a clearance project, a street."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="about", verbose_name=_("model"))
    undertaking = WardKey(Undertaking, models.PROTECT, related_name="models", verbose_name=_("undertaking"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertaking of a model")
        verbose_name_plural = _("undertakings of models")
        constraints = [
            models.UniqueConstraint("ward", "mobilization_model", "undertaking", name="registry_modelundertaking_pair")
        ]

    def __str__(self) -> str:
        return str(self.undertaking)


@tracked
class ModelTask(WardModel):
    """A task that the model helps to carry out."""

    mobilization_model = WardKey(MODEL, models.CASCADE, related_name="served", verbose_name=_("model"))
    task = WardKey(Task, models.PROTECT, related_name="models", verbose_name=_("task"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a model")
        verbose_name_plural = _("tasks of models")
        ordering = ["task__due_on", "task_id"]
        constraints = [models.UniqueConstraint("ward", "mobilization_model", "task", name="registry_modeltask_pair")]

    def __str__(self) -> str:
        return str(self.task)


class ModelDocument(StoredFile):
    """A paper attached to a registration."""

    mobilization_model = WardKey(MODEL, models.PROTECT, related_name="documents", verbose_name=_("model"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a model")
        verbose_name_plural = _("papers of models")


class Contents(TypedDict, total=False):
    """All rows of each kind, in their order; what is left out or None stays as it is."""

    targets: Rows | None
    milestones: Rows | None
    fellows: Rows | None
    participations: Rows | None
    areas: Iterable[Unit] | None
    undertakings: Iterable[Undertaking] | None


_CHOSEN = {"areas": ("areas", "unit"), "undertakings": ("about", "undertaking")}


def keep(registration: "MobilizationModel", contents: Contents) -> None:
    """Make the rows what `contents` says; for the verb that keeps a draft."""
    for name in ("targets", "milestones"):
        if (rows := contents.get(name)) is not None:
            _keep_in_place(registration, name, list(rows))  # type: ignore[call-overload]  # the two hold rows
    if (fellows := contents.get("fellows")) is not None:
        _keep_in_place(registration, "fellows", [row | {"order": n} for n, row in enumerate(map(dict, fellows), 1)])
    if (units := contents.get("participations")) is not None:
        _keep_participations(registration, list(units))
    for name, (related, key) in _CHOSEN.items():
        if (chosen := contents.get(name)) is not None:
            keep_chosen(registration, related, key, chosen)  # type: ignore[arg-type]  # both hold rows of a table


def _keep_in_place(registration: "MobilizationModel", related: str, wanted: Sequence[Mapping[str, Any]]) -> None:
    """By position, so that a page that was saved in the background does not double its rows."""
    rows = getattr(registration, related)
    kept = list(rows.order_by("id"))
    for row, said in zip(kept, wanted, strict=False):
        if changed := {name: value for name, value in said.items() if getattr(row, name) != value}:
            for name, value in changed.items():
                setattr(row, name, value)
            row.save(update_fields=list(changed))
    for said in wanted[len(kept) :]:
        rows.create(ward_id=registration.ward_id, **said)
    for row in kept[len(wanted) :]:
        row.delete()


def _keep_participations(registration: "MobilizationModel", wanted: Sequence[Mapping[str, Any]]) -> None:
    """By who it is, so that rows that change places never meet. The unit that registers leads, and takes no part."""
    kept = {(row.unit_id, row.name): row for row in registration.participations.all()}
    for said in wanted:
        unit = said.get("unit")
        if unit is not None and unit.pk == registration.unit_id:
            continue
        row = kept.pop((unit.pk if unit else None, said["name"]), None)
        if row is None:
            registration.participations.create(ward_id=registration.ward_id, **said)
        elif (row.role, row.part) != (said["role"], said["part"]):
            row.role, row.part = said["role"], said["part"]
            row.save(update_fields=["role", "part"])
    for row in kept.values():
        row.delete()


def keep_chosen(registration: "MobilizationModel", related: str, key: str, chosen: Iterable[models.Model]) -> None:
    """Make the rows of a plain link those that are chosen."""
    rows, wanted = getattr(registration, related), {row.pk for row in chosen}
    rows.exclude(**{f"{key}__in": wanted}).delete()
    for pk in sorted(wanted - set(rows.values_list(key, flat=True))):
        rows.create(ward_id=registration.ward_id, **{f"{key}_id": pk})
