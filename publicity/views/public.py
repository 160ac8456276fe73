"""What citizens read without signing in: published articles and what is on display, until they end or are taken off."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Ward
from core.files import serve
from core.models import today
from core.pages import page_of
from publicity.choices import ArticleState, Phase
from publicity.models import Article, ArticleCategory, ArticlePicture, Posting, PostingFile

PER_PAGE = 20
FRESH = 120  # seconds in which a page may be kept: what is taken down is gone everywhere soon after


def public_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page of a ward for everybody: read only, kept for a short time by whoever hands it on, 404 for no ward."""

    @login_not_required
    @require_safe
    @wraps(view)
    def of_ward(request: HttpRequest, ward: str, **which: Any) -> Any:
        response = view(request, get_object_or_404(Ward.objects.valid_on(today()), slug=ward), **which)
        response.headers.setdefault("Cache-Control", f"public, max-age={FRESH}")
        return response

    return of_ward


def gone(request: HttpRequest, ward: Ward, sentence: str) -> HttpResponse:
    """It was public and is no more, which is said with 410 so that search engines forget it."""
    return render(request, "publicity/public_gone.html", {"ward": ward, "sentence": sentence}, status=410)


# ---- articles -----------------------------------------------------------------------------------------
@public_page
def public_article_list(request: HttpRequest, ward: Ward) -> HttpResponse:
    """All of them, or with `category` those of one, by its code."""
    articles = Article.objects.filter(ward=ward).public(timezone.now())
    categories = ArticleCategory.objects.filter(ward=ward, pk__in=articles.values("category"))
    code = request.GET.get("category", "").replace("\0", "")
    chosen = get_object_or_404(categories, code=code) if code else None
    shown = articles.filter(category=chosen) if chosen else articles
    rows = shown.select_related("category").order_by("-published_at", "-id")
    context = {"ward": ward, "page": page_of(request, rows, PER_PAGE), "categories": categories, "chosen": chosen}
    return render(request, "publicity/public_article_list.html", context)


@public_page
def public_article(request: HttpRequest, ward: Ward, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.filter(ward=ward).select_related("category"), slug=slug)
    if not article.is_public:
        return _not_public(request, ward, article)
    context = {"ward": ward, "article": article, "pictures": article.pictures.all()}
    return render(request, "publicity/public_article.html", context)


def _not_public(request: HttpRequest, ward: Ward, article: Article) -> HttpResponse:
    """Gone when it was public; what never was is not there."""
    if article.state == ArticleState.RETIRED or article.has_expired:
        return gone(request, ward, _("This article is not shown any more."))
    raise Http404


@public_page
def public_picture(request: HttpRequest, ward: Ward, slug: str, pk: int) -> FileResponse:
    articles = Article.objects.filter(ward=ward, slug=slug).public(timezone.now())
    picture = get_object_or_404(ArticlePicture, ward=ward, pk=pk, article__in=articles)
    return serve(picture.file.open(), name=picture.original_name, mime=picture.mime, public_for=FRESH)


# ---- postings -----------------------------------------------------------------------------------------
@public_page
def public_posting_list(request: HttpRequest, ward: Ward) -> HttpResponse:
    postings = Posting.objects.filter(ward=ward).public(today()).select_related("document__kind")
    context = {"ward": ward, "page": page_of(request, postings.order_by("ends_on", "-id"), PER_PAGE)}
    return render(request, "publicity/public_posting_list.html", context)


@public_page
def public_posting(request: HttpRequest, ward: Ward, token: str) -> HttpResponse:
    rows = Posting.objects.filter(ward=ward, on_portal=True).select_related(
        "document__kind", "document__issuer", "rule", "hang_deadline"
    )
    posting = get_object_or_404(rows, token=token)
    if posting.phase in {Phase.OVER, Phase.CLOSED, Phase.WITHDRAWN}:
        return gone(request, ward, _("This posting is not on display any more."))
    if not posting.is_public:
        raise Http404
    context = {
        "ward": ward,
        "posting": posting,
        "spots": posting.spots.select_related("place"),
        "files": posting.files.all(),
    }
    return _hidden_if_named(render(request, "publicity/public_posting.html", context), posting)


@public_page
def public_posting_file(request: HttpRequest, ward: Ward, token: str, pk: int) -> FileResponse:
    posting = get_object_or_404(Posting.objects.filter(ward=ward).public(today()), token=token)
    file = get_object_or_404(PostingFile, ward=ward, pk=pk, posting=posting)
    return _hidden_if_named(_serve(posting, file.file, file.original_name, file.mime), posting)


@public_page
def public_document(request: HttpRequest, ward: Ward, token: str) -> FileResponse:
    """The file of the document that is on display."""
    rows = Posting.objects.filter(ward=ward).public(today()).select_related("document")
    posting = get_object_or_404(rows.filter(document__is_restricted=False).exclude(document__file=""), token=token)
    document: Any = posting.document
    return _hidden_if_named(_serve(posting, document.file, document.original_name, document.mime), posting)


def _serve(posting: Posting, file: Any, name: str, mime: str) -> FileResponse:
    return serve(file.open(), name=name, mime=mime, public_for=None if posting.names_people else FRESH)


def _hidden_if_named(response: Any, posting: Posting) -> Any:
    """What names people is for those who look at the board: no search engine finds it by a name."""
    if posting.names_people:
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
    return response
