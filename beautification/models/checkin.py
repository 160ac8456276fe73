"""Who says "I am here" on the own phone: the code of one clean-up, and one scan for each device."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User, Ward
from accounts.querysets import WardQuerySet
from beautification.choices import CleanupState, TurnoutSource
from beautification.models.cleanup import Cleanup
from beautification.querysets import CheckinCodeQuerySet
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications import outbox

DIGITS = 4
TRIES = 50  # to find digits that no other clean-up has now


@tracked
class CheckinCode(WardModel):
    """token: in the address that the QR picture holds. digits: for those who type. Both are good only while the
    session is open, on its day; a closed one's are never good again."""

    cleanup = WardKey(Cleanup, models.CASCADE, related_name="codes", verbose_name=_("clean-up"))
    token = models.CharField(_("code in the QR picture"), max_length=22, editable=False)
    digits = models.CharField(_("code to type"), max_length=DIGITS, editable=False)
    issued_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("void since"), null=True, editable=False)

    objects = CheckinCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in code")
        verbose_name_plural = _("check-in codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("ward", "token", name="beautification_checkin_token"),
            models.UniqueConstraint("ward", "digits", condition=Q(ended_at=None), name="beautification_checkin_digits"),
            models.UniqueConstraint("ward", "cleanup", condition=Q(ended_at=None), name="beautification_checkin_one"),
        ]

    def __str__(self) -> str:
        return f"{self.cleanup}"

    @property
    def address(self) -> str:
        """The whole address, as the picture has it."""
        return settings.BASE_URL + reverse("beautification:checkin", args=[self.token])

    @property
    def is_good(self) -> bool:
        return self.ended_at is None and self.cleanup.state == CleanupState.OPEN and self.cleanup.on == today()

    @classmethod
    def of(cls, cleanup: Cleanup) -> Any:
        """The living code of a clean-up that is not over, made when it is first asked for."""
        if cleanup.on < today() or cleanup.state in (CleanupState.DONE, CleanupState.CANCELLED):
            raise ValidationError(gettext("This clean-up is over. Enter who came by hand."))
        with transaction.atomic():
            Cleanup.objects.select_for_update().get(pk=cleanup.pk, ward_id=cleanup.ward_id)
            rows: Any = cls.objects.filter(ward_id=cleanup.ward_id, cleanup=cleanup)
            if (found := rows.living().first()) is not None:
                return found
            row = cls(ward_id=cleanup.ward_id, cleanup=cleanup, token=secrets.token_urlsafe(12), digits=_free_digits())
            row.save()
        return row


def _free_digits() -> str:
    """Digits that no other living code of the portal has; in a ward the constraint tells two makers at once apart."""
    for _try in range(TRIES):
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not _anywhere().filter(digits=digits, ended_at=None).exists():
            return digits
    raise ValidationError(gettext("No code is free now. Count by hand, or try again in a minute."))


@tracked
class Scan(WardModel):
    """One device at one clean-up. device: a keyed hash, another one at each clean-up, so that nobody is followed."""

    cleanup = WardKey(Cleanup, models.CASCADE, related_name="scans", verbose_name=_("clean-up"))
    device = models.CharField(_("hash of the device"), max_length=64, editable=False)
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    repeats = models.PositiveIntegerField(_("scanned again"), default=0, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("ward", "cleanup", "device", name="beautification_scan_once")]

    def __str__(self) -> str:
        return f"{self.cleanup}, {self.at:%H:%M}"

    @classmethod
    def known(cls, cleanup: Cleanup, device: str) -> Any:
        return cls.objects.filter(ward_id=cleanup.ward_id, cleanup=cleanup, device=_digest(cleanup, device)).first()

    @classmethod
    def check_in(cls, cleanup: Cleanup, *, device: str, unit: Unit | None) -> bool:
        """Count a device once. Again it only changes for which unit its person came. False: it was counted already."""
        with transaction.atomic():
            cleanup.lock_open()
            rows = cls.objects.filter(ward_id=cleanup.ward_id, cleanup=cleanup, device=_digest(cleanup, device))
            known = rows.first()
            if known is None:
                cls(ward_id=cleanup.ward_id, cleanup=cleanup, device=_digest(cleanup, device), unit=unit).save()
                _add(cleanup, unit.pk if unit else None, 1)
                return True
            if known.unit_id != (unit.pk if unit else None):
                _add(cleanup, known.unit_id, -1)
                _add(cleanup, unit.pk if unit else None, 1)
            rows.update(unit=unit, repeats=F("repeats") + 1)
        return False

    @classmethod
    def take_back(cls, cleanup: Cleanup, *, device: str) -> None:
        """Tapped by mistake: the device is not counted any more."""
        with transaction.atomic():
            cleanup.lock_open()
            known = cls.known(cleanup, device)
            if known is not None:
                known._leave()

    def take_out(self, *, by: User | None) -> None:
        """Whoever runs the clean-up takes it out, of a phone that was scanned by mistake. The phone may scan again."""
        with transaction.atomic():
            self.cleanup.lock_open()
            if not self._leave():
                raise ValidationError(gettext("This scan was taken out already."))
            outbox.record(
                "beautification.cleanup.scan_taken_out",
                subject=self.cleanup,
                by=by,
                on=self.cleanup.on,
                unit=self.cleanup.leader,
            )

    def _leave(self) -> bool:
        """Not counted any more; its history stays. False: it is gone."""
        row = Scan.objects.filter(pk=self.pk, ward_id=self.ward_id).first()
        if row is None:
            return False
        _add(row.cleanup, row.unit_id, -1)
        Scan.objects.filter(pk=row.pk, ward_id=row.ward_id).delete()
        return True


def repeated(cleanup: Cleanup) -> int:
    """How often a device that was counted already was scanned once more; none of these counts."""
    rows = Scan.objects.filter(ward_id=cleanup.ward_id, cleanup=cleanup)
    return rows.aggregate(all=models.Sum("repeats"))["all"] or 0


def found_by(*, token: str = "", digits: str = "") -> CheckinCode | None:
    """The code of that token, also one that is void; or the living one of those digits. In whichever ward."""
    joined = ("cleanup__street__lead_unit", "cleanup__series__lead_unit", "cleanup__lead_unit", "ward")
    rows = _anywhere().select_related(*joined)
    found = list(rows.filter(token=token)[:2] if token else rows.filter(digits=digits, ended_at=None)[:2])
    return found[0] if len(found) == 1 else None  # of two wards at once: rather nobody's than another's


def _anywhere() -> Any:
    """Codes of all wards: who types four digits at a street does not say in which one."""
    return CheckinCode._base_manager.filter(ward__in=Ward.objects.valid_on(today()))


def _add(cleanup: Cleanup, unit: int | None, step: int) -> None:
    own = cleanup.turnouts.filter(unit=unit, source=TurnoutSource.SCAN)
    if own.filter(count=-step).exists():
        own.delete()
    elif not own.update(count=F("count") + step):
        cleanup.turnouts.create(
            ward_id=cleanup.ward_id, unit_id=unit, source=TurnoutSource.SCAN, count=step, entered_on=today()
        )


def _digest(cleanup: Cleanup, device: str) -> str:
    return salted_hmac(f"beautification.scan:{cleanup.pk}", device, algorithm="sha256").hexdigest()
