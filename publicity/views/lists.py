from functools import partial
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import require
from core.http import HouseRequest
from core.listing import hand_over
from core.opening import onward
from core.pages import attempt
from publicity.filters import CHANNELS
from publicity.forms.lists import CategoryForm, ChannelForm
from publicity.models import Article, ArticleCategory, Channel, can_keep_lists, take_over_usual
from publicity.views.kept import kept_page


def channel_list(request: HouseRequest) -> HttpResponse:
    """The official channels and the categories of articles."""
    channels = Channel.objects.visible_to(request.user)
    hand_over(request, channels, CHANNELS)
    year = request.campaign.pk if request.campaign else None  # there is none yet in a ward that begins
    written = Article.objects.visible_to(request.user).filter(campaign=year)
    counts = dict(written.order_by().values_list("category").annotate(Count("pk")))
    categories = ArticleCategory.objects.visible_to(request.user)
    context = {
        "channels": channels,
        "categories": [(row, counts.get(row.pk, 0)) for row in categories],
        "may_edit": can_keep_lists(request.user),
    }
    return render(request, "publicity/channel_list.html", context)


@require_POST
def lists_take(request: HouseRequest) -> HttpResponse:
    """Enter the usual channels and categories that are missing."""
    require(can_keep_lists(request.user))

    def said(count: int) -> str:
        words = ngettext("%(count)d row entered", "%(count)d rows entered", count) % {"count": count}
        return words if count else _("All of them are there already.")

    attempt(request, partial(take_over_usual, request.ward), said)
    return redirect(onward(request, reverse("publicity:channel_list")))


def channel_new(request: HouseRequest) -> HttpResponse:
    row = Channel(ward=request.ward)
    return _kept_page(request, ChannelForm(request.POST or None, instance=row), row.add, _("Add a channel"))


def channel_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Channel.objects.visible_to(request.user), pk=pk)
    return _kept_page(request, ChannelForm(request.POST or None, instance=row), row.edit, _("Change the channel"))


def category_new(request: HouseRequest) -> HttpResponse:
    row = ArticleCategory(ward=request.ward)
    return _kept_page(request, CategoryForm(request.POST or None, instance=row), row.add, _("Add a category"))


def category_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ArticleCategory.objects.visible_to(request.user), pk=pk)
    return _kept_page(request, CategoryForm(request.POST or None, instance=row), row.edit, _("Change the category"))


def _kept_page(request: HouseRequest, form: Any, verb: Any, title: str) -> HttpResponse:
    up = (_("Channels and categories"), reverse("publicity:channel_list"))
    return kept_page(request, form, verb, title, may=can_keep_lists(request.user), up=up)
