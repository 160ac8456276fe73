from collections.abc import Callable

import pytest
from django.utils import timezone

from core.models import today
from publicity.models import ViewReading
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World


@pytest.mark.parametrize("url", ["/articles/", "/articles/readings/", "/broadcasts/", "/broadcasts/airings/"])
def test_lists_cost_the_same_with_ten_rows_more(
    world: World, sign_in: Callable, query_baseline: QueryBaseline, url: str
) -> None:
    def rows(count: int) -> None:
        for _n in range(count):
            article = make.published(world.campaign, author=world.media_officer)
            article.note_views(by=None, value=5, read_on=today())
            make.airing(make.broadcast(world.campaign), timezone.now())

    rows(1)
    client = sign_in(world.media_officer)
    client.get(url)
    query_baseline.check(url.strip("/").replace("/", "_"), client, url)
    query_baseline.assert_flat(client, url, lambda: rows(10))


def test_detail_pages_have_baselines(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    article, broadcast = make.published(world.campaign), make.broadcast(world.campaign)
    client = sign_in(world.media_officer)
    client.get(article.get_absolute_url())
    query_baseline.check("article_detail", client, article.get_absolute_url())
    query_baseline.check("broadcast_detail", client, broadcast.get_absolute_url())


def test_the_list_finds_titles_without_marks_and_by_state(world: World, sign_in: Callable) -> None:
    make.article(world.campaign, title="Phố Trạm sạch đẹp")
    make.published(world.campaign, title="Giải phóng mặt bằng")
    client = sign_in(world.media_officer)
    assert "Phố Trạm" in client.get("/articles/?q=tram").content.decode()
    assert "Giải phóng" not in client.get("/articles/?q=tram").content.decode()
    assert "Phố Trạm" not in client.get("/articles/?state=published").content.decode()
    assert client.get("/articles/?q=khong+co").status_code == 200


@pytest.mark.parametrize("url", ["/articles/", "/articles/readings/", "/broadcasts/", "/broadcasts/airings/"])
def test_a_day_that_is_none_is_not_found_and_empty_lists_say_what_next(
    world: World, sign_in: Callable, url: str
) -> None:
    client = sign_in(world.head)
    assert "dv-empty" in client.get(url).content.decode()
    if url != "/broadcasts/":
        assert client.get(f"{url}?on=2022-02-30").status_code == 404


def test_a_reading_is_noted_and_a_second_one_of_the_day_replaces_it(world: World, sign_in: Callable) -> None:
    article = make.published(world.campaign)
    client, url = sign_in(world.media_officer), f"{article.get_absolute_url()}readings/new/"
    day = f"{today():%d/%m/%Y}"
    assert client.post(url, {"value": "1.200", "read_on": day, "source": "Cổng"}).status_code == 302
    assert client.post(url, {"value": "1.300", "read_on": day, "source": "Cổng"}).status_code == 302
    assert ViewReading.objects.get().value == 1300


@pytest.mark.parametrize("day", ["1/1/2010", "1/1/2099", "hôm nay"])
def test_a_reading_on_an_impossible_day_is_refused_and_keeps_what_was_typed(
    world: World, sign_in: Callable, day: str
) -> None:
    article = make.published(world.campaign)
    url = f"{article.get_absolute_url()}readings/new/"
    page = sign_in(world.media_officer).post(url, {"value": "77", "read_on": day})
    assert page.status_code == 200
    assert 'value="77"' in page.content.decode()
    assert not ViewReading.objects.exists()
