"""The ward's first page, its feed and its sitemap: for everybody, and of nobody."""

import datetime
from xml.etree import ElementTree

from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from core.models import today
from tests.beautification import factories as streets
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

ATOM, MAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DAY = datetime.timedelta(days=1)


def page(world: World, name: str = "") -> str:
    answer = Client().get(f"/p/{world.ward.slug}/{name}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=120"
    return answer.content.decode()


def test_everybody_reads_what_is_on_display_the_news_and_what_comes(world: World) -> None:
    make.up(world.ward, title="Quy hoạch chợ")
    make.over(world.ward, title="Hết hạn rồi")
    make.published(world.campaign, title="Phố sạch")
    make.article(world.campaign, title="Bản nháp")
    street = streets.street(world, name="Phố Trạm")
    streets.cleanup(street, on=today() + DAY)
    shown = page(world)
    for title in ("Quy hoạch chợ", "Phố sạch", "Phố Trạm"):
        assert title in shown
    for title in ("Hết hạn rồi", "Bản nháp"):
        assert title not in shown
    assert "<script" not in shown, "a page for everybody runs nothing"


def test_the_feed_tells_articles_and_postings_newest_first_and_names_nobody(world: World) -> None:
    make.published(world.campaign, title="Bài <cũ>", body="Nội dung <b>đậm</b>.", author=world.media_officer)
    make.up(world.ward, title="Quy hoạch chợ")
    make.up(world.ward, title="Danh sách hộ", names_people=True)
    make.published(world.campaign, title="Hẹn", at=timezone.now() + DAY)
    text = page(world, "feed.xml")
    feed = ElementTree.fromstring(text)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Niêm yết công khai: Quy hoạch chợ", "Bài <cũ>"]
    assert entries[1].findtext(f"{ATOM}summary") == "Nội dung &lt;b&gt;đậm&lt;/b&gt;."
    assert all(entry.find(f"{ATOM}link").get("href").startswith(settings.BASE_URL) for entry in entries)
    assert world.media_officer.full_name not in text


def test_the_sitemap_holds_what_may_be_found_and_nothing_that_names_people(world: World) -> None:
    article, posting = make.published(world.campaign), make.up(world.ward)
    hidden = make.up(world.ward, names_people=True)
    found = {row.text for row in ElementTree.fromstring(page(world, "sitemap.xml")).iter(f"{MAP}loc")}
    assert f"{settings.BASE_URL}{article.get_public_url()}" in found
    assert f"{settings.BASE_URL}{posting.get_public_url()}" in found
    assert f"{settings.BASE_URL}{hidden.get_public_url()}" not in found
    assert len(found) == 5


def test_search_engines_are_led_to_the_public_pages_alone(world: World) -> None:
    said = Client().get("/robots.txt").content.decode()
    assert "Disallow: /\n" in said
    assert f"Sitemap: {settings.BASE_URL}/p/{world.ward.slug}/sitemap.xml" in said


def test_a_ward_that_is_none_or_no_more_is_not_found(world: World) -> None:
    assert Client().get("/p/khong-co/").status_code == 404
    world.ward.valid_to = today() - DAY
    world.ward.save()
    for name in ("", "feed.xml", "sitemap.xml", "postings/", "articles/"):
        assert Client().get(f"/p/{world.ward.slug}/{name}").status_code == 404


@override_settings(BASE_URL="https://danvan.example.vn")
def test_addresses_in_the_feed_are_those_of_the_ward_and_not_of_who_asked(world: World) -> None:
    make.published(world.campaign)
    said = Client(headers={"host": "testserver"}).get(f"/p/{world.ward.slug}/feed.xml").content.decode()
    assert "https://danvan.example.vn/p/" in said
    assert "testserver" not in said


def test_queries(world: World, query_baseline: QueryBaseline) -> None:
    make.up(world.ward)
    make.published(world.campaign)
    for name, url in {"public_home": "", "public_feed": "feed.xml", "public_sitemap": "sitemap.xml"}.items():
        address = f"/p/{world.ward.slug}/{url}"
        query_baseline.check(name, Client(), address)
        query_baseline.assert_flat(Client(), address, lambda: [make.up(world.ward) for _n in range(10)])
