"""The official channels of grassroots information."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import TermQuerySet
from core.models import Period, WardModel, tracked


@tracked
class Channel(WardModel, Period):
    """An official channel of grassroots information."""

    code = models.SlugField(_("code"))
    label = models.CharField(_("name"), max_length=120)
    legal_ref = models.CharField(_("legal basis"), max_length=120, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel of information")
        verbose_name_plural = _("channels of information")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="publicity_channel_code"),
        ]

    def __str__(self) -> str:
        return self.label
