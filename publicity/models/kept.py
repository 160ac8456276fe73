"""Rows that somebody adds and changes on their own small page, such as hours, abbreviations and channels."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Period, WardModel
from core.text import slug
from notifications import outbox


class Kept(WardModel):
    class Meta:
        abstract = True

    def add(self, *, by: User | None) -> None:
        with transaction.atomic():
            self.save()
            self._tell(by)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self._tell(by)

    def _tell(self, by: User | None) -> None:
        outbox.record("publicity.broadcasting.changed", subject=self, by=by)


class Listed(Kept, Period):
    """One of an ordered list, known by its code wherever it is renamed to."""

    code = models.SlugField(_("code"), editable=False)
    label = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "code",
                name="%(app_label)s_%(class)s_code",
                violation_error_message=_("This name is in the list already. Change it there."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def add(self, *, by: User | None) -> None:
        self.code = self.code or slug(self.label, 50) or "muc"
        super().add(by=by)

    def _tell(self, by: User | None) -> None:
        outbox.record("publicity.list.changed", subject=self, by=by)
