import datetime

import pytest
from django.test import Client
from django.utils import timezone

from publicity.models import Article
from tests import factories as basic
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)


def with_picture(article: Article) -> str:
    article.edit(by=None, picture=make.accepted(), alt="Phố sạch", title=article.title)
    return f"{article.get_public_url()}pictures/{article.pictures.get().pk}/"


def unpublished(world: World, how: str) -> Article:
    if how == "draft":
        return make.article(world.campaign)
    if how == "review":
        article = make.article(world.campaign)
        article.submit(by=None)
        return article
    if how == "retired":
        article = make.published(world.campaign)
        article.retire(by=None, reason="Sai số liệu")
        return article
    if how == "ended":
        return make.published(world.campaign, expires_at=timezone.now() - HOUR)
    return make.published(world.campaign, at=timezone.now() + HOUR)


def test_a_citizen_reads_a_published_article_with_its_picture(world: World) -> None:
    article = make.published(world.campaign, body="Một <b>đậm</b>.\n\nHai.")
    picture_url, client = with_picture(article), Client()
    page = client.get(article.get_public_url()).content.decode()
    assert "<p>Một &lt;b&gt;đậm&lt;/b&gt;.</p>" in page
    assert f'src="{picture_url}"' in page
    assert 'alt="Phố sạch"' in page
    picture = client.get(picture_url)
    assert b"nha so 5" not in b"".join(picture.streaming_content)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert article.title in client.get(f"/p/{world.ward.slug}/articles/").content.decode()


@pytest.mark.parametrize("how", ["draft", "review", "retired", "ended", "future"])
def test_nothing_unpublished_leaks(world: World, how: str) -> None:
    article = unpublished(world, how)
    picture_url = f"{article.get_public_url()}pictures/1/"
    if how in {"draft", "ended", "future"}:
        picture_url = with_picture(article)
    client = Client()
    assert client.get(article.get_public_url()).status_code == (410 if how in {"retired", "ended"} else 404)
    assert client.get(picture_url).status_code == 404
    assert article.title not in client.get(f"/p/{world.ward.slug}/articles/").content.decode()


def test_an_article_is_read_in_its_own_ward_only(world: World) -> None:
    article = make.published(world.campaign)
    other = make.published(basic.campaign(world.other_ward))
    page = Client().get(f"/p/{world.ward.slug}/articles/").content.decode()
    assert article.title in page
    assert other.title not in page
    assert Client().get(f"/p/{world.ward.slug}/articles/{other.slug}/").status_code == 404
    assert Client().get("/p/khong-co/articles/").status_code == 404


def test_a_picture_is_not_served_under_another_article(world: World) -> None:
    shown, hidden = make.published(world.campaign), make.article(world.campaign)
    with_picture(hidden)
    picture = hidden.pictures.get()
    assert Client().get(f"{shown.get_public_url()}pictures/{picture.pk}/").status_code == 404


def test_the_public_page_names_no_officer(world: World) -> None:
    article = make.published(world.campaign, author=world.media_officer)
    assert world.media_officer.full_name not in Client().get(article.get_public_url()).content.decode()


def test_queries(world: World, query_baseline: QueryBaseline) -> None:
    address = f"/p/{world.ward.slug}/articles/"
    article = make.published(world.campaign)
    with_picture(article)
    query_baseline.check("public_article", Client(), article.get_public_url())
    query_baseline.check("public_article_list", Client(), address)
    query_baseline.assert_flat(Client(), address, lambda: [make.published(world.campaign) for _n in range(10)])
