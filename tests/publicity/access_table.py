import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from publicity.models import Article
from tests.access_rules import Line
from tests.publicity import factories as make
from tests.world import World

WRITERS = {"media_officer", "campaign_officer"}
READERS = {"leadership", "head", "field_member", "superior_viewer"}
TEXT = {"title": "Bài mới", "body": "Nội dung."}
SCRIPT = {"title": "Tin mới", "script": "Thưa bà con.", "seconds": "60"}


def draft(world: World) -> list[Any]:
    return [make.article(world.campaign).slug]


def waiting(world: World) -> list[Any]:
    article = make.article(world.campaign)
    article.submit(by=None)
    return [article.slug]


def published(world: World) -> list[Any]:
    return [make.published(world.campaign).slug]


def public(world: World) -> list[Any]:
    return [world.ward.slug, *published(world)]


def picture(state: Callable) -> Callable:
    def args(world: World) -> list[Any]:
        article = Article.objects.get(slug=state(world)[-1])
        article.edit(by=None, picture=make.accepted(), alt="Phố sạch", title=article.title)
        return [article.pictures.get().pk]

    return args


def public_picture(world: World) -> list[Any]:
    article = Article.objects.get(slug=published(world)[0])
    article.edit(by=None, picture=make.accepted(), alt="Phố sạch", title=article.title)
    return [world.ward.slug, article.slug, article.pictures.get().pk]


def broadcast(world: World) -> list[Any]:
    return [make.broadcast(world.campaign).pk]


def broadcast_draft(world: World) -> list[Any]:
    row = make.Broadcast(ward=world.ward, campaign=world.campaign, **SCRIPT)
    row.write(by=None)
    return [row.pk]


def past_airing(world: World) -> list[Any]:
    return [make.airing(make.broadcast(world.campaign), timezone.now() - datetime.timedelta(hours=2)).pk]


def post(name: str, args: Callable, may: set[str], denied: set[str] = frozenset(), **more: Any) -> Line:
    """A step that works once: one person of those who may takes it."""
    return Line(name, args=args, method="post", may=may, denied=set(denied), code=302, **more)


LINES = [
    Line("publicity:article_list", may=WRITERS | READERS),
    Line("publicity:reading_list", may=WRITERS | READERS),
    Line("publicity:article_new", may=WRITERS, denied=READERS),
    Line("publicity:article_new", may=WRITERS, denied=READERS, method="post", data=lambda world: TEXT, code=302),
    Line("publicity:article_detail", args=draft, may=WRITERS | {"leadership"}, unseen={"head", "field_member"}),
    Line("publicity:article_detail", args=published, may=WRITERS | READERS),
    Line("publicity:article_edit", args=draft, may=WRITERS, denied={"leadership"}, unseen={"head"}),
    Line("publicity:article_edit", args=published, may={"media_officer", "leadership"}, denied={"campaign_officer"}),
    post("publicity:article_submit", draft, {"media_officer"}, {"leadership"}, unseen={"head"}),
    Line("publicity:article_return", args=waiting, may={"leadership", "media_officer"}, denied={"campaign_officer"}),
    post("publicity:article_publish", waiting, {"leadership"}, {"campaign_officer"}, unseen={"head"}),
    Line(
        "publicity:article_retire",
        args=published,
        may={"leadership", "media_officer"},
        denied={"campaign_officer", "head"},
    ),
    Line("publicity:reading_new", args=published, may=WRITERS, denied={"leadership", "head"}),
    Line("publicity:picture_file", args=picture(draft), may=WRITERS | {"leadership"}, unseen={"head"}),
    Line("publicity:picture_file", args=picture(published), may=WRITERS | READERS),
    post("publicity:picture_delete", picture(draft), {"media_officer"}, {"leadership"}, unseen={"head"}),
    Line("publicity:broadcast_list", may=WRITERS | READERS),
    Line("publicity:airing_list", may=WRITERS | READERS),
    Line("publicity:broadcast_new", may=WRITERS, denied=READERS),
    Line("publicity:broadcast_new", may=WRITERS, denied=READERS, method="post", data=lambda world: SCRIPT, code=302),
    Line("publicity:broadcast_detail", args=broadcast, may=WRITERS | READERS),
    Line("publicity:broadcast_edit", args=broadcast, may=WRITERS, denied=READERS),
    post("publicity:broadcast_ready", broadcast_draft, {"media_officer"}, READERS),
    Line("publicity:broadcast_retire", args=broadcast, may=WRITERS, denied=READERS),
    Line("publicity:airing_new", args=broadcast, may=WRITERS, denied=READERS),
    Line("publicity:airing_done", args=past_airing, may=WRITERS, denied=READERS),
    post("publicity:airing_cancel", past_airing, {"media_officer"}, READERS),
    Line("publicity:public_article_list", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("publicity:public_article", args=public, public=True, may={"stranger"}),
    Line("publicity:public_picture", args=public_picture, public=True, may={"stranger"}),
]
