"""Channels of information and categories of articles: taken over in one act, kept on one page."""

from collections.abc import Callable
from importlib import import_module
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client

from core.models import today
from core.opening import steps
from publicity.models import Article, ArticleCategory, Channel, take_over_usual
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

ATOM = "{http://www.w3.org/2005/Atom}"
lists_migration = import_module("publicity.migrations.0007_lists")


def lacks(world: World) -> list[str]:
    found = next(step for step in steps(world.administrator, world.ward) if step.code == "channels")
    return [lack.what for lack in found.lacks]


def test_an_empty_ward_takes_over_the_official_channels_in_their_order_and_only_once(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    client = sign_in(world.administrator)
    assert "dv-empty" in client.get("/channels/").content.decode()
    assert lacks(world) == ["Chưa nhập kênh thông tin nào."]
    answer = client.post("/channels/usual/?opening=channels")
    assert answer.status_code == 302
    assert not lacks(world)
    channels = Channel.objects.filter(ward=world.ward)
    assert [row.order for row in channels] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert channels[0].label == "Đài truyền thanh cấp xã"
    assert {row.legal_ref for row in channels} == {"Nghị định 49/2024/NĐ-CP"}
    assert ArticleCategory.objects.filter(ward=world.ward).count() == 6
    channels[2].edit(by=None, label="Bản tin phường")
    ArticleCategory.objects.filter(code="tin-hoat-dong").delete()
    assert take_over_usual(world.ward, by=None) == 1, "what is there stays as it is"
    assert take_over_usual(world.ward, by=None) == 0
    assert "Bản tin phường" in client.get("/channels/").content.decode()
    query_baseline.check("channels", client, "/channels/")


def test_a_row_is_added_changed_and_ended_by_a_person_and_a_name_stands_once(world: World, sign_in: Callable) -> None:
    client = sign_in(world.media_officer)
    sent = {"label": "Tổ công nghệ số", "legal_ref": "Quyết định của phường", "order": "9", "valid_from": "1/7/2025"}
    assert client.post("/channels/new/", sent).status_code == 302
    row = Channel.objects.get(ward=world.ward)
    assert (row.code, row.order, row.valid_from.isoformat()) == ("to-cong-nghe-so", 9, "2025-07-01")
    page = client.post("/channels/new/", sent)
    assert "đã có trong danh sách" in page.content.decode()
    assert 'value="Quyết định của phường"' in page.content.decode(), "what was typed is kept"
    wrong = client.post(f"/channels/{row.pk}/edit/", sent | {"valid_to": "1/6/2025"})
    assert list(wrong.context["form"].errors) == ["valid_to"], "beside the later of the two days"
    assert client.post(f"/channels/{row.pk}/edit/", sent | {"valid_to": "1/6/2026"}).status_code == 302
    assert client.post("/channels/categories/new/", {"label": "Hỏi đáp", "order": "1"}).status_code == 302
    assert ArticleCategory.objects.get().code == "hoi-dap"


def test_an_article_has_a_category_that_lists_pages_and_feed_show(world: World, sign_in: Callable) -> None:
    take_over_usual(world.ward, by=None)
    news = ArticleCategory.objects.get(code="tin-hoat-dong")
    over = ArticleCategory.objects.get(code="tra-loi-nguoi-dan")
    over.edit(by=None, valid_to=over.valid_from)
    client = sign_in(world.media_officer)
    choices = client.get("/articles/new/").context["form"].fields["category"].queryset
    assert news in choices
    assert over not in choices
    sent = {"title": "Ra quân", "body": "Nội dung.", "category": news.pk}
    assert client.post("/articles/new/", sent).status_code == 302
    article = Article.objects.get()
    assert article.category == news
    make.published(world.campaign, title="Phố sạch", category=news)
    make.published(world.campaign, title="Bài cũ", category=over)
    listed = client.get("/articles/?category=tin-hoat-dong")
    assert listed.context["page"].paginator.count == 2
    assert '<a class="dv-link" data-value="2"' in client.get("/channels/").content.decode()
    public, home = Client(), f"/p/{world.ward.slug}/"
    page = public.get(f"{home}articles/?category=tin-hoat-dong").content.decode()
    assert "Phố sạch" in page
    assert "Bài cũ" not in page
    assert "?category=tra-loi-nguoi-dan" in page, "what was written in it is still found"
    for unknown in ("khong-co", "\0", "chinh-trang-do-thi"):
        assert public.get(f"{home}articles/", {"category": unknown}).status_code in (200, 404)
    assert public.get(f"{home}articles/?category=chinh-trang-do-thi").status_code == 404
    feed = ElementTree.fromstring(public.get(f"{home}feed.xml").content.decode())
    terms = {entry.findtext(f"{ATOM}title"): entry.find(f"{ATOM}category") for entry in feed.iter(f"{ATOM}entry")}
    assert terms["Phố sạch"].get("term") == "Tin hoạt động"
    assert over.valid_to < today()


# ---- the texts of earlier editions -------------------------------------------------------------------
@pytest.mark.slow
def test_texts_become_rows_and_no_article_loses_its_category(world: World) -> None:
    told = {"Tin hoạt động": 2, "tin hoạt động": 1, " Phố & phường ": 1, "": 1}
    rows = [(text, make.article(world.campaign)) for text, times in told.items() for _n in range(times)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("publicity_article", "publicity_articlehistory"):
            cursor.execute(f"ALTER TABLE {table} ADD category_text varchar(80) NOT NULL DEFAULT ''")
        cursor.execute("ALTER TABLE publicity_article DISABLE TRIGGER USER")
        for text, article in rows:
            cursor.execute("UPDATE publicity_article SET category_text = %s WHERE id = %s", [text, article.pk])
        cursor.execute("ALTER TABLE publicity_article ENABLE TRIGGER USER")
        cursor.execute(
            "UPDATE publicity_articlehistory SET category_text = 'Chuyên mục cũ' WHERE pgh_obj_id = %s", [rows[0][1].pk]
        )
        history = Article.history.rel.related_model.objects
        before = history.count()
        cursor.execute(lists_migration.CARRY)
    kept = {row.label: row for row in ArticleCategory.objects.filter(ward=world.ward)}
    assert set(kept) == {"Tin hoạt động", "tin hoạt động", "Phố & phường", "Chuyên mục cũ"}
    assert kept["Tin hoạt động"].order == 1, "what is used most stands first"
    assert {kept[label].code for label in kept} == {"tin-hoat-dong", "tin-hoat-dong-2", "pho-phuong", "chuyen-muc-cu"}
    assert [label for label, row in kept.items() if row.valid_to] == ["Chuyên mục cũ"], "only the history says it"
    for text, article in rows:
        article.refresh_from_db()
        assert str(article.category or "") == text.strip()
    assert history.count() == before, "nothing of an article changed"
    assert history.filter(pgh_obj_id=rows[0][1].pk).first().category == kept["Chuyên mục cũ"]
