import datetime
from collections.abc import Callable

from django.utils import timezone

from core.figures import FigureValue, Scope, get_figure
from core.models import today
from tests import factories as basic
from tests.publicity import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def value(world: World, key: str, on: datetime.date | None = None) -> FigureValue:
    return get_figure(key).value(Scope(world.ward, world.campaign), on or today())


def days_ago(number: int) -> datetime.datetime:
    return timezone.now() - number * DAY


def listed(client: object, url: str) -> int:
    return client.get(url).context["page"].paginator.count


def test_broadcasts_are_no_data_until_the_year_has_one(world: World) -> None:
    assert value(world, "publicity.broadcasts").value is None
    make.broadcast(basic.campaign(world.ward, year=2021))
    assert value(world, "publicity.broadcasts").value is None
    make.broadcast(world.campaign)
    assert value(world, "publicity.broadcasts").value == 0


def test_only_what_was_aired_by_the_day_counts_and_the_link_lists_it(world: World, sign_in: Callable) -> None:
    broadcast = make.broadcast(world.campaign)
    for number in (1, 3, 5):
        make.airing(broadcast, days_ago(number), aired=True)
    make.airing(broadcast, days_ago(2))
    make.airing(broadcast, timezone.now() + DAY)
    make.airing(broadcast, days_ago(4)).cancel(by=None)
    client = sign_in(world.leadership)
    for on, expected in [(today(), 3), (today() - 3 * DAY, 2), (today() - 6 * DAY, 0)]:
        figure = value(world, "publicity.broadcasts", on)
        assert figure.value == len(figure.rows) == listed(client, figure.url) == expected


def test_an_article_counts_on_the_days_it_stood_published(world: World, sign_in: Callable) -> None:
    make.published(world.campaign, at=days_ago(5))
    gone = make.published(world.campaign, at=days_ago(5))
    gone.retire(by=None, reason="Sai", on=today() - 2 * DAY)
    make.article(world.campaign)
    client = sign_in(world.media_officer)
    for on, expected in [(today(), 1), (today() - 3 * DAY, 2), (today() - 6 * DAY, 0)]:
        figure = value(world, "publicity.articles", on)
        assert figure.value == len(figure.rows) == listed(client, figure.url) == expected


def test_what_a_person_may_not_see_is_not_counted_for_that_person(world: World, sign_in: Callable) -> None:
    gone = make.published(world.campaign, at=days_ago(5))
    gone.retire(by=None, reason="Sai", on=today())
    scope = Scope(world.ward, world.campaign, user=world.head)
    figure = get_figure("publicity.articles").value(scope, today() - DAY)
    assert figure.value == listed(sign_in(world.head), figure.url) == 0


def test_views_are_a_reading_and_never_a_sum_over_days(world: World, sign_in: Callable) -> None:
    article = make.published(world.campaign, at=days_ago(9))
    assert value(world, "publicity.article_views").value is None
    article.note_views(by=None, value=100, read_on=today() - 5 * DAY)
    article.note_views(by=None, value=139, read_on=today() - 2 * DAY)
    figure = value(world, "publicity.article_views")
    assert (figure.value, figure.as_of) == (139, today() - 2 * DAY)
    told = get_figure("publicity.article_views").as_json(figure)
    assert told == {"value": 139, "read_on": (today() - 2 * DAY).isoformat()}
    assert value(world, "publicity.article_views", today() - 3 * DAY).value == 100
    assert value(world, "publicity.article_views", today() - 8 * DAY).value is None


def test_views_of_several_articles_add_the_newest_reading_of_each(world: World, sign_in: Callable) -> None:
    for views in (10, 20):
        article = make.published(world.campaign)
        article.note_views(by=None, value=1, read_on=today() - 4 * DAY)
        article.note_views(by=None, value=views, read_on=today() - DAY)
    figure = value(world, "publicity.article_views")
    assert figure.value == sum(row.value for row in figure.rows) == 30
    assert listed(sign_in(world.leadership), figure.url) == len(figure.rows) == 2


def test_a_unit_has_no_publicity_figures(world: World) -> None:
    make.published(world.campaign)
    scope = Scope(world.ward, world.campaign, unit=world.cell)
    for key in ("publicity.broadcasts", "publicity.articles", "publicity.article_views"):
        assert get_figure(key).value(scope, today()).value is None
