import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from publicity.models import (
    Abbreviation,
    Article,
    ArticleCategory,
    Channel,
    LoudspeakerCluster,
    LoudspeakerSlot,
    Posting,
)
from tests import factories as basic
from tests.access_rules import Line
from tests.publicity import factories as make
from tests.world import World

WRITERS = {"media_officer", "campaign_officer"}
READERS = {"leadership", "head", "field_member", "superior_viewer"}
LISTERS = WRITERS | {"administrator"}
HEADS = {"head", "neighbour"}
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


def channel(world: World) -> list[Any]:
    return [Channel.objects.create(ward=world.ward, code="bang-tin", label="Bảng tin").pk]


def category(world: World) -> list[Any]:
    return [ArticleCategory.objects.create(ward=world.ward, code="tin", label="Tin").pk]


def output(world: World) -> list[Any]:
    return [make.output(world.campaign, world.cell).pk]


def output_photo(world: World) -> list[Any]:
    row = make.output(world.campaign, world.cell)
    row.prove(by=None, photos=[make.accepted()])
    return [row.proofs.get().pk]


def slot(world: World) -> list[Any]:
    return [LoudspeakerSlot.objects.create(ward=world.ward, starts_at="17:00", minutes=20).pk]


def cluster(world: World) -> list[Any]:
    return [LoudspeakerCluster.objects.create(ward=world.ward, name="Cụm 1").pk]


def abbreviation(world: World) -> list[Any]:
    return [Abbreviation.objects.create(ward=world.ward, short="BQLDA", said="ban quản lý dự án").pk]


KEEPERS = {"media_officer", "campaign_officer", "records_clerk", "clearance_officer"}
OTHERS = {"head", "field_member", "superior_viewer"}


def posting_draft(world: World) -> list[Any]:
    return [make.posting(world.ward).pk]


def posting_waiting(world: World) -> list[Any]:
    return [make.waiting(world.ward).pk]


def posting_up(world: World) -> list[Any]:
    return [make.up(world.ward).pk]


def posting_over(world: World) -> list[Any]:
    return [make.over(world.ward).pk]


def posting_file(state: Callable) -> Callable:
    def args(world: World) -> list[Any]:
        row = Posting.objects.get(pk=state(world)[0])
        row._attach([make.accepted()], None)
        return [row.files.get().pk]

    return args


def proof(world: World) -> list[Any]:
    row = make.up(world.ward)
    return [row.prove(by=None, kind="hanging", taken_on=row.starts_on, file=make.accepted()).pk]


def public_posting(world: World) -> list[Any]:
    return [world.ward.slug, make.up(world.ward).token]


def public_posting_file(world: World) -> list[Any]:
    row = make.up(world.ward)
    row._attach([make.accepted()], None)
    return [world.ward.slug, row.token, row.files.get().pk]


def public_document(world: World) -> list[Any]:
    document = basic.document(world.campaign, world.committee)
    document.edit(by=None, file=make.accepted())
    return [world.ward.slug, make.up(world.ward, document=document).token]


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
    Line("publicity:article_publish", args=waiting, may={"leadership", "media_officer"}, denied={"campaign_officer"}),
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
    Line("publicity:channel_list", may=LISTERS | READERS),
    Line("publicity:channel_new", may=LISTERS, denied=READERS),
    Line("publicity:channel_edit", args=channel, may=LISTERS, denied=READERS),
    Line("publicity:category_new", may=LISTERS, denied=READERS),
    Line("publicity:category_edit", args=category, may=LISTERS, denied=READERS),
    Line("publicity:lists_take", method="post", may=LISTERS, denied=READERS, code=302),
    Line("publicity:output_list", may=WRITERS | READERS),
    Line("publicity:output_new", may=WRITERS | HEADS, denied={"leadership", "field_member"}),
    Line("publicity:output_detail", args=output, may=WRITERS | READERS),
    Line("publicity:output_edit", args=output, may=WRITERS | {"head"}, denied={"leadership", "neighbour"}),
    Line("publicity:output_prove", args=output, may=WRITERS | {"head"}, denied={"leadership", "neighbour"}),
    Line("publicity:output_void", args=output, may=WRITERS | {"head"}, denied={"leadership", "neighbour"}),
    Line(
        "publicity:output_photo",
        args=output_photo,
        may=WRITERS | {"leadership", "head"},
        denied={"neighbour", "field_member"},
    ),
    Line("publicity:broadcast_list", may=WRITERS | READERS),
    Line("publicity:airing_list", may=WRITERS | READERS),
    Line("publicity:broadcast_new", may=WRITERS, denied=READERS),
    Line("publicity:broadcast_new", may=WRITERS, denied=READERS, method="post", data=lambda world: SCRIPT, code=302),
    Line("publicity:broadcast_detail", args=broadcast, may=WRITERS | READERS),
    Line("publicity:broadcast_edit", args=broadcast, may=WRITERS, denied=READERS),
    post("publicity:broadcast_ready", broadcast_draft, {"media_officer"}, READERS),
    Line("publicity:broadcast_retire", args=broadcast, may=WRITERS, denied=READERS),
    Line("publicity:loudspeakers", may=WRITERS | READERS),
    Line("publicity:slot_new", may=WRITERS, denied=READERS),
    Line("publicity:slot_edit", args=slot, may=WRITERS, denied=READERS),
    Line("publicity:cluster_new", may=WRITERS, denied=READERS),
    Line("publicity:cluster_edit", args=cluster, may=WRITERS, denied=READERS),
    Line("publicity:abbreviation_new", may=WRITERS, denied=READERS),
    Line("publicity:abbreviation_edit", args=abbreviation, may=WRITERS, denied=READERS),
    Line("publicity:airing_new", args=broadcast, may=WRITERS, denied=READERS),
    Line("publicity:airing_done", args=past_airing, may=WRITERS, denied=READERS),
    post("publicity:airing_cancel", past_airing, {"media_officer"}, READERS),
    Line("publicity:posting_list", may=KEEPERS | {"leadership"} | OTHERS),
    Line("publicity:posting_new", may=KEEPERS, denied={"leadership"} | OTHERS),
    Line(
        "publicity:posting_new",
        may=KEEPERS,
        denied={"leadership"} | OTHERS,
        method="post",
        data=lambda world: {"title": "Phương án mới", "starts_on": "1/1/2022"},
        code=302,
    ),
    Line("publicity:posting_detail", args=posting_draft, may=KEEPERS | {"leadership"}, unseen=OTHERS),
    Line("publicity:posting_detail", args=posting_up, may=KEEPERS | {"leadership"} | OTHERS),
    Line("publicity:posting_edit", args=posting_draft, may=KEEPERS, denied={"leadership"}, unseen=OTHERS),
    post("publicity:posting_submit", posting_draft, {"records_clerk"}, {"leadership"}, unseen=OTHERS),
    Line(
        "publicity:posting_return",
        args=posting_waiting,
        may={"leadership", "media_officer"},
        denied={"records_clerk", "clearance_officer"},
        unseen=OTHERS,
    ),
    Line(
        "publicity:posting_put_up",
        args=posting_waiting,
        may={"leadership", "media_officer"},
        denied={"records_clerk", "clearance_officer"},
        unseen=OTHERS,
    ),
    Line("publicity:posting_close", args=posting_over, may=KEEPERS, denied={"leadership"} | OTHERS),
    Line(
        "publicity:posting_take_down",
        args=posting_up,
        may={"leadership", "media_officer"},
        denied={"records_clerk"} | OTHERS,
    ),
    Line("publicity:proof_new", args=posting_up, may=KEEPERS, denied={"leadership"} | OTHERS),
    Line("publicity:proof_file", args=proof, may=KEEPERS | {"leadership", "supervisor"}, denied=OTHERS),
    Line("publicity:posting_file", args=posting_file(posting_up), may=KEEPERS | OTHERS),
    Line("publicity:posting_file", args=posting_file(posting_over), may=KEEPERS | {"leadership"}, denied=OTHERS),
    post("publicity:posting_file_delete", posting_file(posting_draft), {"records_clerk"}, {"leadership"}),
    Line("publicity:posting_minutes", args=posting_up, may=KEEPERS, denied={"leadership"} | OTHERS),
    Line("publicity:posting_closing", args=posting_up, may=KEEPERS, denied={"leadership"} | OTHERS),
    Line("publicity:register_list", may=KEEPERS | {"leadership"} | OTHERS),
    Line("publicity:register_post", method="post", may=KEEPERS, denied={"leadership"} | OTHERS, code=302),
    Line("publicity:place_list", may=KEEPERS | {"leadership"} | OTHERS),
    Line("publicity:place_new", may=KEEPERS, denied={"leadership"} | OTHERS),
    Line("publicity:place_edit", args=lambda world: [make.place(world.ward).pk], may=KEEPERS, denied=OTHERS),
    Line("publicity:public_posting_list", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("publicity:public_posting", args=public_posting, public=True, may={"stranger"}),
    Line("publicity:public_posting_file", args=public_posting_file, public=True, may={"stranger"}),
    Line("publicity:public_document", args=public_document, public=True, may={"stranger"}),
    Line("publicity:public_article_list", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("publicity:public_article", args=public, public=True, may={"stranger"}),
    Line("publicity:public_picture", args=public_picture, public=True, may={"stranger"}),
]
