"""The code by which a household opens its own file: handed over on paper, renewed at will, kept as a keyed hash."""

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from clearance.models.households import Household
from clearance.querysets import ThroughHouseholdQuerySet
from core.codes import plain_code, random_code
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import Ward


def _digest(ward_id: int, code: str) -> str:
    """What stands in the database of a code; without the portal's secret key nobody finds the code to it."""
    return salted_hmac(f"clearance.case:{ward_id}", plain_code(code), algorithm="sha256").hexdigest()


class CaseCodeQuerySet(ThroughHouseholdQuerySet):
    def opened_by(self, ward: "Ward", code: str) -> "CaseCode | None":
        """The valid one, looked for by its hash, so that the time it takes says nothing about the others."""
        return self.filter(ward=ward, digest=_digest(ward.pk, code), ended_on=None).first()  # type: ignore[return-value]


@tracked
class CaseCode(WardModel):
    household = WardKey(Household, models.PROTECT, related_name="codes", verbose_name=_("household"))
    digest = models.CharField(_("hash of the code"), max_length=64, editable=False)
    issued_on = models.DateField(_("handed over on"), default=today)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("handed over by"))
    ended_on = models.DateField(_("void since"), null=True, blank=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0, editable=False)
    opened_at = models.DateTimeField(_("last opened"), null=True, editable=False)

    objects = CaseCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("household's code")
        verbose_name_plural = _("households' codes")
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint("ward", "digest", name="clearance_code_digest"),
            models.UniqueConstraint(
                "ward", "household", condition=Q(ended_on=None), name="clearance_code_one_is_valid"
            ),
            models.CheckConstraint(
                name="clearance_code_order", condition=Q(ended_on=None) | Q(ended_on__gte=F("issued_on"))
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}, {self.issued_on:%d/%m/%Y}"

    @classmethod
    def hand_over(cls, household: Household, *, by: User, campaign: Campaign) -> str:
        """A new code, said this once; the former one is void from now on."""
        campaign.require_open()
        code = random_code()
        with transaction.atomic():
            rows = cls.objects.filter(ward=household.ward_id, household=household)
            rows.filter(ended_on=None).update(ended_on=today())
            row = cls(ward_id=household.ward_id, household=household, issued_by=by)
            row.digest = _digest(household.ward_id, code)
            row.save()
            outbox.record("clearance.code.handed_over", subject=household, by=by)
        return code

    def note_opening(self) -> None:
        rows = CaseCode.objects.filter(pk=self.pk, ward_id=self.ward_id)
        rows.update(opened=F("opened") + 1, opened_at=timezone.now())
