"""A spot of a street before and after."""

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from beautification.choices import Moment
from beautification.models.cleanup import Cleanup
from beautification.models.street import Street
from beautification.querysets import PhotoPairQuerySet
from core.files import Accepted
from core.keys import WardKey
from core.models import StoredFile, WardModel, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class PhotoPair(WardModel):
    """cleared: somebody has looked at both photos and says that everybody may see them."""

    street = WardKey(Street, models.PROTECT, related_name="photo_pairs", verbose_name=_("street"))
    cleanup = WardKey(
        Cleanup, models.PROTECT, null=True, blank=True, related_name="photo_pairs", verbose_name=_("clean-up")
    )
    defect = WardKey(
        "beautification.Defect",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="photo_pairs",
        verbose_name=_("defect of a street"),
    )
    spot = models.CharField(_("where on the street"), max_length=120)
    cleared_at = models.DateTimeField(_("cleared for publishing at"), null=True, editable=False)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = PhotoPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("photos of a spot")
        verbose_name_plural = _("photos of spots")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="beautification_pair_cleared",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True) | Q(cleared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="beautification_pair_of_one", condition=Q(cleanup__isnull=True) | Q(defect__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.spot

    @property
    def before(self) -> Any:
        return next((photo for photo in self.photos.all() if photo.moment == Moment.BEFORE), None)

    @property
    def after(self) -> Any:
        return next((photo for photo in self.photos.all() if photo.moment == Moment.AFTER), None)

    @property
    def subject(self) -> Any:
        """What it was taken at: a clean-up, a defect, or else the street."""
        return self.cleanup or self.defect or self.street

    @property
    def sides(self) -> list[tuple[Any, str]]:
        return [(self.before, str(Moment.BEFORE.label)), (self.after, str(Moment.AFTER.label))]

    # ---- verbs --------------------------------------------------------------------------------------
    def add(self, accepted: Accepted, *, moment: str, by: "User | None", client_id: Any = None) -> Any:
        """A photo of the spot. The same act sent twice is one photo: client_id, of the device, tells it."""
        client_id = client_id or uuid.uuid4()
        if not accepted.mime.startswith("image/"):
            raise ValidationError({"photo": gettext("Choose a photo: a JPG or PNG file.")})
        if self.cleanup is not None:
            self.street.require_open_on(self.cleanup.on)
        with transaction.atomic():
            if (sent := Photo.objects.filter(ward_id=self.ward_id, client_id=client_id).first()) is not None:
                return sent
            if self._state.adding:
                self.save()
            elif not PhotoPair.objects.filter(pk=self.pk, ward_id=self.ward_id, cleared_at=None).select_for_update():
                raise ValidationError(gettext("These photos are public. Take them back first, then change them."))
            if self.photos.filter(moment=moment).exists():
                raise ValidationError({"photo": gettext("There is such a photo of this spot already.")})
            photo = Photo(ward_id=self.ward_id, pair=self, moment=moment, client_id=client_id, uploaded_by=by)
            for name, value in accepted.fields().items():
                setattr(photo, name, value)
            photo.save()
            outbox.record("beautification.photo.added", subject=self.subject, by=by)
        return photo

    def clear(self, *, by: "User") -> None:
        """Everybody may see both photos from now on."""
        rows = PhotoPair.objects.filter(pk=self.pk, ward_id=self.ward_id)
        if not rows.whole().exists():
            raise ValidationError(gettext("A photo before and one after are needed first."))
        with transaction.atomic():
            if rows.filter(cleared_at=None).update(cleared_at=timezone.now(), cleared_by=by):
                outbox.record("beautification.photo.cleared", subject=self.subject, by=by)

    def hide(self, *, by: "User") -> None:
        with transaction.atomic():
            rows = PhotoPair.objects.filter(pk=self.pk, ward_id=self.ward_id, cleared_at__isnull=False)
            if rows.update(cleared_at=None, cleared_by=None):
                outbox.record("beautification.photo.hidden", subject=self.subject, by=by)

    def remove(self, *, by: "User") -> None:
        """Take the photos of the spot away, which were taken by mistake or show somebody."""
        with transaction.atomic():
            rows = PhotoPair.objects.filter(pk=self.pk, ward_id=self.ward_id, cleared_at=None)
            if not rows.select_for_update():
                raise ValidationError(gettext("These photos are public. Take them back first, then change them."))
            files = [photo.file for photo in self.photos.all()]
            self.photos.all().delete()
            subject = self.subject
            rows.delete()
            outbox.record("beautification.photo.removed", subject=subject, by=by)
            for file in files:
                transaction.on_commit(partial(file.storage.delete, str(file.name)))


@tracked
class Photo(StoredFile):
    """client_id: of the sending device, so that what is sent twice is kept once."""

    pair = WardKey(PhotoPair, models.PROTECT, related_name="photos", verbose_name=_("photos of a spot"))
    moment = models.CharField(_("when"), max_length=6, choices=Moment)
    client_id = models.UUIDField(_("device's id"), editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a spot")
        verbose_name_plural = _("photos of spots")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "pair", "moment", name="beautification_photo_moment"),
            models.UniqueConstraint("ward", "client_id", name="beautification_photo_sent_once"),
        ]
