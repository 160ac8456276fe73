"""What citizens read without signing in: published articles only, until they end or are taken off."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Ward
from core.files import serve
from core.pages import page_of
from publicity.models import Article, ArticlePicture

PER_PAGE = 20


@login_not_required
def public_article_list(request: HttpRequest, ward: str) -> HttpResponse:
    place = get_object_or_404(Ward, slug=ward)
    articles = Article.objects.filter(ward=place).public(timezone.now()).order_by("-published_at", "-id")
    context = {"ward": place, "page": page_of(request, articles, PER_PAGE)}
    return render(request, "publicity/public_article_list.html", context)


@login_not_required
def public_article(request: HttpRequest, ward: str, slug: str) -> HttpResponse:
    place = get_object_or_404(Ward, slug=ward)
    article = get_object_or_404(Article.objects.filter(ward=place).public(timezone.now()), slug=slug)
    context = {"ward": place, "article": article, "pictures": article.pictures.all()}
    return render(request, "publicity/public_article.html", context)


@login_not_required
def public_picture(request: HttpRequest, ward: str, slug: str, pk: int) -> FileResponse:
    place = get_object_or_404(Ward, slug=ward)
    articles = Article.objects.filter(ward=place, slug=slug).public(timezone.now())
    picture = get_object_or_404(ArticlePicture, ward=place, pk=pk, article__in=articles)
    return serve(picture.file.open(), name=picture.original_name, mime=picture.mime)
