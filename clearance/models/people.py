"""What a household's file knows of its people beyond the name: sealed, masked, and opened with a reason."""

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from campaigns.models import Campaign
from clearance.models.households import Household, Party
from clearance.querysets import PartyDetailsQuerySet
from core.fields import EncryptedText, KeyedHash, Sealed
from core.keys import WardOneToOneKey
from core.models import WardModel, tracked_without
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

DETAILS = ("phone", "identity_number", "permanent_address")


@tracked_without("phone_hash", "identity_number_hash")
class PartyDetails(WardModel):
    """Phone, identity number and permanent address; apart from the person's row, so that no list has them."""

    party = WardOneToOneKey(Party, models.CASCADE, related_name="details", verbose_name=_("party"))
    phone = EncryptedText(_("phone"), blank=True, shows_last=3)
    phone_hash = KeyedHash(_("keyed hash"), of="phone")
    identity_number = EncryptedText(_("identity number"), blank=True, shows_last=3)
    identity_number_hash = KeyedHash(_("keyed hash"), of="identity_number")
    permanent_address = EncryptedText(_("permanent address"), blank=True)

    objects = PartyDetailsQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone, identity number and permanent address")
        verbose_name_plural = _("phones, identity numbers and permanent addresses")

    @property
    def personal_file(self) -> Party:
        return self.party

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def sealed(self, name: str) -> Sealed:
        return getattr(self, name)

    @property
    def is_readable(self) -> bool:
        """Whether this portal has the keys of what is kept here."""
        return all(self.sealed(name).is_readable for name in DETAILS)

    @classmethod
    def of(cls, party: Party) -> "PartyDetails":
        """The person's row, or a new one that is not yet saved."""
        found = cls.objects.filter(ward=party.ward_id, party=party).first()
        return found or cls(ward_id=party.ward_id, party=party, phone="", identity_number="", permanent_address="")

    def change(self, *, by: "User", campaign: Campaign, household: Household, **values: str) -> None:
        """Keep new values, by the names of `DETAILS`; "" takes one away."""
        campaign.require_open()
        for name, value in values.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save()
            outbox.record("clearance.party.details_changed", subject=household, by=by)


def parts_to_open(user: "User", household: Household) -> tuple[str, ...]:
    """Who visits the household may have its phone; all of it is for those who keep or lead the files of the ward."""
    if access.is_ward_wide(user, Permission.PERSONAL_READ):
        return DETAILS
    return ("phone",) if access.can(user, Permission.VISIT_RECORD, unit=household.team) else ()


def can_open(user: "User", household: Household) -> Decision:
    return access.ALLOWED if parts_to_open(user, household) else access.can(user, Permission.PERSONAL_READ)


def found_by(text: str, rows: Any, ward_id: int) -> Any:
    """Of these households, those with a person of exactly this phone or identity number."""
    return rows.filter(parties__party__in=PartyDetails.objects.numbered(text, ward_id).values("party")).distinct()
