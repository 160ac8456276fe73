"""How a person looks at a list: its filters, kept under a name."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.rows import User, Ward
from accounts.querysets import SavedViewQuerySet
from core.models import WardModel

MOST = 10  # of one person on one list: more are not found again


class SavedView(WardModel):
    """page: the list's address; query: its filters in one spelling (core.filters.ListFilter.to_save), without a day, a
    year or words that were searched. It opens nothing: the list asks for its rights each time it is read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("person")
    )
    page = models.CharField(_("list"), max_length=200)
    query = models.CharField(_("filters"), max_length=500)
    name = models.CharField(_("name"), max_length=40)
    is_first = models.BooleanField(_("shown first"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "user",
                "page",
                Lower("name"),
                name="accounts_savedview_name",
                violation_error_message=_("You have a view of this name here. Choose another name."),
            ),
            models.UniqueConstraint(
                "ward", "user", "page", name="accounts_savedview_one_first", condition=Q(is_first=True)
            ),
            models.UniqueConstraint(
                "ward",
                "user",
                "page",
                "query",
                name="accounts_savedview_query",
                violation_error_message=_("You have saved these filters here under another name."),
            ),
            models.CheckConstraint(
                name="accounts_savedview_said", condition=Q(page__startswith="/") & ~Q(query="") & ~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The query of the list that shows it; what of it is known no more is then left out with a word."""
        return f"{self.query}&saved={self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.page}?{self.shown}"

    @property
    def edit_url(self) -> str:
        return reverse("accounts:saved_view_edit", args=[self.pk])

    @classmethod
    def keep(cls, *, by: User, ward: Ward, page: str, query: str, name: str, is_first: bool) -> "SavedView":
        row = cls(ward=ward, user=by, page=page, query=query)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # two at once would both be the last one
            if cls.objects.filter(ward=ward, user=by, page=page).count() >= MOST:
                said = gettext("You have %(most)d saved views of this list. Delete one of them first.")
                raise ValidationError(said % {"most": MOST})
            row._call(name, is_first)
        return row

    def change(self, *, by: User, name: str, is_first: bool) -> "SavedView":
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)
            self._call(name, is_first)
        return self

    def _call(self, name: str, is_first: bool) -> None:
        if is_first:
            type(self).objects.filter(ward=self.ward_id, user=self.user_id, page=self.page).update(is_first=False)
        self.name, self.is_first = name, is_first
        self.save()

    def remove(self, *, by: User) -> None:
        self.delete()
