"""What became of a model: recognised, commended, given a plaque, taken up elsewhere.

Four facts, each with its own decision; a model may have several of each, and none follows from another.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from core.keys import WardKey
from core.models import StateChanged, WardModel, tracked
from core.refusals import refusals_said
from models_registry.choices import ACCEPTED, HonourKind, Level, ModelState
from models_registry.models.registration import MobilizationModel
from models_registry.querysets import HonourQuerySet
from notifications import outbox


class Honour(WardModel):
    """What the four share. kind: of the class."""

    kind: HonourKind

    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="%(class)ss", verbose_name=_("model"))
    decided_on = models.DateField(_("decided on"))
    number = models.CharField(_("number of the decision document"), max_length=50, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by"))

    objects = HonourQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["decided_on", "id"]

    def get_absolute_url(self) -> str:
        return self.mobilization_model.get_absolute_url()

    def enter(self, *, by: Any) -> None:
        """Write down what was decided; the unit is told."""
        registration = self.mobilization_model
        registration.campaign.require_open()
        self.by = by
        with transaction.atomic():
            registration.lock_in(ACCEPTED)
            self.save()
            facts = {"honour": self.kind.value, "row": self.pk, "unit": registration.unit, "on": self.decided_on}
            outbox.record("models_registry.model.honoured", subject=registration, by=by, **facts)

    @property
    def words(self) -> str:
        """In one line, without its number and day."""
        return str(self.kind.label)


class Decided(Honour):
    """Decided by a body on a level, with a number."""

    level = models.CharField(_("level"), max_length=10, choices=Level)
    decided_by = models.CharField(_("body that decided"), max_length=150)

    class Meta(Honour.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(app_label)s_%(class)s_decided", condition=~Q(number="") & ~Q(decided_by=""))
        ]

    def __str__(self) -> str:
        return f"{self.words}, {self.number}"

    @property
    def words(self) -> str:
        return f"{self.kind.label}, {self.get_level_display()}: {self.decided_by}"


@tracked
class Recognition(Decided):
    """By a body above the ward; the ward's own recognition is its conclusion."""

    kind = HonourKind.RECOGNITION

    class Meta(Decided.Meta):
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")


@tracked
class Commendation(Decided):
    kind = HonourKind.COMMENDATION

    praise = models.CharField(_("form of praise"), max_length=60)

    class Meta(Decided.Meta):
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")

    @property
    def words(self) -> str:
        return f"{self.praise}, {self.get_level_display()}: {self.decided_by}"


@tracked
class Plaque(Decided):
    kind = HonourKind.PLAQUE

    class Meta(Decided.Meta):
        verbose_name = _("plaque")
        verbose_name_plural = _("plaques")


@tracked
class Replication(Honour):
    """Another unit takes the model up, from the day on; once it registers it, its registration is pointed to."""

    kind = HonourKind.REPLICATION

    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that takes it up"))
    taken_up_as = WardKey(
        MobilizationModel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_up_from",
        verbose_name=_("registered as"),
    )

    class Meta(Honour.Meta):
        verbose_name = _("replication")
        verbose_name_plural = _("replications")
        constraints = [
            models.UniqueConstraint("ward", "mobilization_model", "unit", name="registry_replication_pair"),
            models.UniqueConstraint(
                "ward",
                "taken_up_as",
                name="registry_replication_once",
                violation_error_message=_("This registration takes up another model already."),
            ),
            # Numbers grow with each registration, so no chain of replications comes back to where it began.
            models.CheckConstraint(
                name="registry_replication_later",
                condition=Q(taken_up_as__isnull=True) | Q(taken_up_as__gt=models.F("mobilization_model")),
                violation_error_message=_("Only a model that was registered later takes this one up."),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return f"{self.kind.label}: {self.unit}"

    @property
    def link_url(self) -> str:
        return reverse("models_registry:replication_link", args=[self.mobilization_model.key, self.pk])

    def candidates(self, user: Any) -> Any:
        """Registrations of the unit that may be the one that takes the model up."""
        rows = MobilizationModel.objects.visible_to(user).filter(unit=self.unit_id, pk__gt=self.mobilization_model_id)
        free = Q(taken_up_from__isnull=True) | Q(taken_up_from=self.pk)
        return rows.filter(free, state__in=[ModelState.SUBMITTED, *ACCEPTED]).select_related("campaign")

    def can_point(self, user: Any) -> Decision:
        """Who decides on models, whatever became of the year of the first one."""
        return access.can_in_ward(user, Permission.MODEL_DECIDE)

    def point_to(self, registration: MobilizationModel | None, *, by: User) -> None:
        """Name the registration by which the unit takes the model up, or none. Raises ValidationError for another's."""
        access.require(self.can_point(by))
        if registration is not None:
            registration.campaign.require_open()
            if not self.candidates(by).filter(pk=registration.pk).exists():
                words = gettext("Choose a registration of %(unit)s that takes up no other model.")
                raise ValidationError({"registration": words % {"unit": self.unit}})
        with transaction.atomic(), refusals_said():
            rows = type(self).objects.filter(pk=self.pk, ward_id=self.ward_id, taken_up_as=self.taken_up_as_id)
            if rows.update(taken_up_as=registration) != 1:
                raise StateChanged(self.mobilization_model, "")
            self.taken_up_as = registration
            about = registration or self.mobilization_model
            verb = "taken_up" if registration else "not_taken_up"
            facts = {"row": self.pk, "unit": self.unit}
            outbox.record(f"models_registry.model.{verb}", subject=about, by=by, **facts)


HONOURS: dict[HonourKind, type[Honour]] = {
    model.kind: model for model in (Recognition, Commendation, Plaque, Replication)
}
