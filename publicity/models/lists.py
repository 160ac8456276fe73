"""The official channels of grassroots information and the categories of articles: the ward's own rows, in its order."""

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import User, Ward
from accounts.querysets import TermQuerySet
from core.models import save_all, tracked
from notifications import outbox
from publicity.models.kept import Listed

DATA = Path(__file__).parent.parent / "data" / "lists.json"


@cache
def usual() -> dict[str, list[dict[str, Any]]]:
    """What a ward can take over: "channels" as the decree names them, "categories" as ward portals have them."""
    return json.loads(DATA.read_text(encoding="utf-8"))


@tracked
class Channel(Listed):
    """A channel of grassroots information, with the text of law that makes it one."""

    legal_ref = models.CharField(_("legal basis"), max_length=120, blank=True)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.ARTICLE_EDIT, "publicity:channel_list")

    class Meta(Listed.Meta):
        verbose_name = _("channel of information")
        verbose_name_plural = _("channels of information")

    def get_absolute_url(self) -> str:
        return reverse("publicity:channel_list")


@tracked
class ArticleCategory(Listed):
    """What an article is about, as readers look for it."""

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.ARTICLE_EDIT, "publicity:channel_list")

    class Meta(Listed.Meta):
        verbose_name = _("category of articles")
        verbose_name_plural = _("categories of articles")

    def get_absolute_url(self) -> str:
        return reverse("publicity:channel_list")


def can_keep_lists(user: User) -> Decision:
    """The editorial board, and who keeps the ward's reference data."""
    return access.can(user, Permission.REFERENCE_EDIT) or access.can(user, Permission.ARTICLE_EDIT)


def take_over_usual(ward: Ward, *, by: User | None) -> int:
    """Enter the usual channels and categories that the ward has not; how many. What is there stays as it is."""
    fresh = [*_missing(Channel, ward, usual()["channels"]), *_missing(ArticleCategory, ward, usual()["categories"])]
    with transaction.atomic():
        for model in (Channel, ArticleCategory):
            save_all([row for row in fresh if isinstance(row, model)])
        if fresh:
            outbox.record("publicity.list.taken", subject=fresh[0], by=by, count=len(fresh))
    return len(fresh)


def _missing(model: type[Listed], ward: Ward, known: list[dict[str, Any]]) -> list[Listed]:
    there = set(model._base_manager.filter(ward_id=ward.pk).values_list("code", flat=True))
    first = {"valid_from": datetime.date.fromisoformat(known[0]["valid_from"])}
    rows = [(number, row | first) for number, row in enumerate(known, start=1)]
    return [model(ward=ward, order=number, **row) for number, row in rows if row["code"] not in there]
