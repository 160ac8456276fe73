from typing import Any

from django.db.models import Sum
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import show_year, year_of_request
from core.files import Accepted, serve
from core.http import HouseRequest
from core.pages import attempt, day_asked, form_page, page_of
from publicity.filters import ARTICLES, READINGS, ArticleFilter
from publicity.forms.article import ArticleForm, ArticlePublishForm, ArticleRetireForm, ArticleReturnForm, ReadingForm
from publicity.models import Article, ArticlePicture, ViewReading


def article_list(request: HouseRequest) -> HttpResponse:
    """The year's articles. With `on`: those that stood published at the end of that day."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = Article.objects.visible_to(request.user).filter(campaign=campaign)
    filters = ArticleFilter(request.GET, rows.published_on(day) if day else rows, request=request)
    context = {
        "page": page_of(request, filters.typed_first(filters.qs.for_list()), table=ARTICLES),
        "filters": filters,
        "day": day,
        "can_write": campaign.can_change() and access.can(request.user, Permission.ARTICLE_EDIT),
    }
    return render(request, "publicity/article_list.html", context)


def article_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.ARTICLE_EDIT))
    article = Article(ward=request.ward, campaign=campaign)
    form = ArticleForm(request.POST or None, request.FILES or None, instance=article)
    home = reverse("publicity:article_list")

    def write(by: Any, picture: Accepted | None, alt: str, expires_at: Any, **_fields: Any) -> Article:
        article.expires_at = expires_at
        article.write(by=by, picture=picture, alt=alt)
        return article

    words: dict[str, Any] = {"title": _("Write an article"), "done": _("Draft saved")}
    return form_page(request, form, write, to=home, up=(_("Articles"), home), **words)


def article_detail(request: HouseRequest, slug: str) -> HttpResponse:
    article, user = _article(request, slug), request.user
    context = {
        "article": article,
        "pictures": article.pictures.all(),
        "readings": article.readings.all()[:12],
        "returned": article.transitions.filter(old="review", new="draft").first() if article.is_draft else None,
        "can_edit": article.can_edit(user),
        "can_submit": article.can_submit(user),
        "can_publish": article.can_publish(user),
        "can_retire": article.can_retire(user),
        "can_note_views": article.can_note_views(user),
        "can_broadcast": access.can(user, Permission.BROADCAST_EDIT),
    }
    return render(request, "publicity/article_detail.html", context)


def article_edit(request: HouseRequest, slug: str) -> HttpResponse:
    article = _article(request, slug)
    require(article.can_edit(request.user))
    form = ArticleForm(request.POST or None, request.FILES or None, instance=article)
    words: dict[str, Any] = {"title": _("Change the article"), "done": _("Article saved")}
    return form_page(request, form, article.edit, **_back(article), **words)


@require_POST
def article_submit(request: HouseRequest, slug: str) -> HttpResponse:
    article = _article(request, slug)
    require(article.can_submit(request.user))
    attempt(request, article.submit, _("Article sent for approval"))
    return redirect(article)


def article_return(request: HouseRequest, slug: str) -> HttpResponse:
    article = _article(request, slug)
    require(article.can_publish(request.user))
    form = ArticleReturnForm(request.POST or None)
    words: dict[str, Any] = {"title": _("Ask for changes to the article"), "done": _("Article returned for changes")}
    return form_page(request, form, article.send_back, **_back(article), **words)


def article_publish(request: HouseRequest, slug: str) -> HttpResponse:
    """At once by the button of the article's page, or from a day on; until then it waits."""
    article = _article(request, slug)
    require(article.can_publish(request.user))
    form = ArticlePublishForm(request.POST if request.method == "POST" else None)
    words: dict[str, Any] = {"title": _("Publish on a day"), "done": _("Article published"), "lead": article.title}
    return form_page(request, form, article.publish, **_back(article), **words)


def article_retire(request: HouseRequest, slug: str) -> HttpResponse:
    article = _article(request, slug)
    require(article.can_retire(request.user))
    form = ArticleRetireForm(request.POST or None)
    words: dict[str, Any] = {
        "title": _("Take the article off the public page"),
        "done": _("Article taken off the public page"),
    }
    return form_page(request, form, article.retire, **_back(article), **words)


def reading_new(request: HouseRequest, slug: str) -> HttpResponse:
    article = _article(request, slug)
    require(article.can_note_views(request.user))
    form = ReadingForm(request.POST or None, instance=ViewReading(ward=article.ward, article=article))

    def note(**fields: Any) -> None:
        article.note_views(**fields)

    words: dict[str, Any] = {"title": _("Note the views"), "done": _("Reading saved")}
    return form_page(request, form, note, **_back(article), **words)


def reading_list(request: HouseRequest) -> HttpResponse:
    """The year's readings. With `on`: the newest one of each article up to that day, as the figure adds them."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = ViewReading.objects.visible_to(request.user).filter(article__campaign=campaign)
    rows = rows.newest_on(day) if day else rows
    total = rows.aggregate(total=Sum("value"))["total"] if day else None  # of all days they would be added twice
    context = {"page": page_of(request, rows.for_list(), table=READINGS), "day": day, "total": total}
    return render(request, "publicity/reading_list.html", context)


def picture_file(request: HouseRequest, pk: int) -> FileResponse:
    articles = Article.objects.visible_to(request.user)
    picture = get_object_or_404(ArticlePicture.objects.visible_to(request.user), pk=pk, article__in=articles)
    return serve(picture.file.open(), name=picture.original_name, mime=picture.mime)


@require_POST
def picture_delete(request: HouseRequest, pk: int) -> HttpResponse:
    pictures = ArticlePicture.objects.visible_to(request.user).select_related("article__campaign")
    picture = get_object_or_404(pictures, pk=pk, article__in=Article.objects.visible_to(request.user))
    require(picture.article.can_edit(request.user))
    attempt(request, picture.remove, _("Picture deleted"))
    return redirect(picture.article)


def _article(request: HouseRequest, slug: str) -> Article:
    rows = Article.objects.visible_to(request.user).select_related("campaign", "author", "ward", "category")
    article = get_object_or_404(rows, slug=slug)
    show_year(request, article.campaign)
    return article


def _back(article: Article) -> dict:
    here = article.get_absolute_url()
    return {"to": here, "up": (article.title, here)}
