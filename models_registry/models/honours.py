"""What became of a model: recognised, commended, given a plaque, taken up elsewhere.

Four facts, each with its own decision; a model may have several of each, and none follows from another.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from core.keys import WardKey
from core.models import WardModel, tracked
from models_registry.choices import ACCEPTED, HonourKind, Level
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
    """Another unit takes the model up, from the day on."""

    kind = HonourKind.REPLICATION

    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that takes it up"))

    class Meta(Honour.Meta):
        verbose_name = _("replication")
        verbose_name_plural = _("replications")
        constraints = [
            models.UniqueConstraint("ward", "mobilization_model", "unit", name="registry_replication_pair"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return f"{self.kind.label}: {self.unit}"


HONOURS: dict[HonourKind, type[Honour]] = {
    model.kind: model for model in (Recognition, Commendation, Plaque, Replication)
}
