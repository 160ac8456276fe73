"""What a household's file knows of its people beyond the name: sealed, masked, and opened with a reason."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from campaigns.models import Campaign
from clearance.choices import AssetKind
from clearance.models.file import FileRow
from clearance.models.households import Household, Party
from clearance.querysets import FileQuerySet, NeedOfferQuerySet, NeedQuerySet, PartyDetailsQuerySet
from clearance.validators import no_personal_number
from core import keyring
from core.fields import EncryptedText, KeyedHash, Sealed, hashes_of
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, insert_all, today, tracked, tracked_without
from core.text import nfc
from notifications import outbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

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

    @classmethod
    def keep_all(cls, ward_id: int, told: "Sequence[tuple[int, str, str]]") -> None:
        """Phone and identity number of people who are new, by the person's key; of who has neither no row is kept."""
        given = [row for row in told if row[1] or row[2]]
        if not given:
            return
        texts = {"phone": [nfc(row[1]) for row in given], "identity_number": [nfc(row[2]) for row in given]}
        columns: dict[str, list[str]] = {}
        for name, said in texts.items():
            columns[name] = [keyring.seal(text, name) for text in said]
            columns[f"{name}_hash"] = [next(iter(hashes_of(text, ward_id, name)), "") for text in said]
        insert_all(cls, ward=ward_id, party=[row[0] for row in given], permanent_address="", **columns)

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


def can_know_needs(user: "User", household: Household) -> Decision:
    """The clearance officer and the household's own team: to offer help and to visit in a fitting way."""
    return access.can(user, Permission.VISIT_RECORD, unit=household.team)


def may_know_all_needs(user: "User") -> bool:
    """Which households told a need is said to those who visit any of them, as the needs themselves are."""
    return access.is_ward_wide(user, Permission.VISIT_RECORD)


@tracked
class Member(FileRow):
    """One of the people who live with the household, from the list that it agreed among itself and signed."""

    code = "member"

    household = WardKey(Household, models.PROTECT, related_name="members", verbose_name=_("household"))
    name = models.CharField(_("full name"), max_length=120, validators=[no_personal_number])
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, validators=[MinValueValidator(1900)]
    )
    relation = models.CharField(_("relation"), max_length=60, blank=True, validators=[no_personal_number])
    is_counted = models.BooleanField(_("counted for support, as the household's own list says"), default=True)

    objects = FileQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("person living in the household")
        verbose_name_plural = _("people living in the household")

    def __str__(self) -> str:
        return self.name


@tracked
class Authorisation(FileRow):
    """Who may act for the household by a paper, and how long."""

    code = "authorisation"

    household = WardKey(Household, models.PROTECT, related_name="authorisations", verbose_name=_("household"))
    name = models.CharField(_("authorised person"), max_length=120, validators=[no_personal_number])
    paper = models.CharField(_("number and day of the paper"), max_length=150, validators=[no_personal_number])
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        constraints = [
            *FileRow.Meta.constraints,
            models.CheckConstraint(
                name="clearance_authorisation_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("on")),
                violation_error_message=_("The last valid day can not be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_lapsed(self) -> bool:
        return self.valid_to is not None and self.valid_to < today()


@tracked
class Asset(FileRow):
    """What an inventory counted at a household; a further round has rows of its own."""

    code = "asset"

    household = WardKey(Household, models.PROTECT, related_name="assets", verbose_name=_("household"))
    round = models.PositiveSmallIntegerField(_("inventory round"), default=1, validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=AssetKind)
    what = models.CharField(_("what it is"), max_length=120, validators=[no_personal_number])
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("unit of quantity"), max_length=20)

    objects = FileQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("asset of a household")
        verbose_name_plural = _("assets of households")
        ordering = ["-round", "kind", "id"]
        constraints = [
            *FileRow.Meta.constraints,
            models.CheckConstraint(
                name="clearance_asset_quantity",
                condition=Q(quantity__gt=0, round__gte=1),
                violation_error_message=_("A quantity is more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


@tracked
class Need(FileRow):
    """A need for help that the household told, sealed. It serves to offer help, and decides nothing."""

    code = "need"

    household = WardKey(Household, models.PROTECT, related_name="needs", verbose_name=_("household"))
    text = EncryptedText(_("what the household needs"))

    objects = NeedQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("need for help")
        verbose_name_plural = _("needs for help")

    def __str__(self) -> str:
        return gettext("need told on %(day)s") % {"day": f"{self.on:%d/%m/%Y}"}

    def can_void(self, user: "User", campaign: Campaign) -> Decision:
        return can_know_needs(user, self.household) and super().can_void(user, campaign)

    def offer(self, *, by: "User", campaign: Campaign, text: str, body: str, on: "datetime.date") -> None:
        """Somebody offered help; what, sealed too."""
        campaign.require_open()
        if not self.on <= on <= today():
            raise ValidationError({"on": gettext("Write a day since the need was told, up to today.")})
        with transaction.atomic():
            self.offers.create(ward_id=self.ward_id, text=text, body=body, on=on, by=by)
            outbox.record("clearance.need.offered", subject=self.household, by=by, on=on)


@tracked
class NeedOffer(WardModel):
    need = WardKey(Need, models.PROTECT, related_name="offers", verbose_name=_("need for help"))
    text = EncryptedText(_("what was offered"))
    body = models.CharField(_("offered by"), max_length=120, validators=[no_personal_number])
    on = models.DateField(_("on the day"), default=today)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = NeedOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("help offered")
        verbose_name_plural = _("help offered")
        ordering = ["on", "id"]

    @property
    def personal_file(self) -> Household:
        return self.need.household

    def __str__(self) -> str:
        return f"{self.body}, {self.on:%d/%m/%Y}"
