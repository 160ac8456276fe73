import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.agenda import Ask, items
from core.models import StateChanged, today
from publicity.choices import AiringState, BroadcastState
from publicity.models import Airing, Broadcast
from tests.publicity import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def test_a_script_becomes_final_and_is_planned_and_aired(world: World, sign_in: Callable) -> None:
    client = sign_in(world.media_officer)
    page = client.post("/broadcasts/new/", {"title": "Tổng vệ sinh", "script": "Thưa bà con.", "seconds": "90"})
    broadcast = Broadcast.objects.get()
    assert page.url == broadcast.get_absolute_url()
    client.post(f"{page.url}ready/")
    yesterday = today() - DAY
    client.post(f"{page.url}airings/new/", {"day": f"{yesterday:%d/%m/%Y}", "time": "17h", "clusters": "4"})
    airing = Airing.objects.get()
    assert timezone.localtime(airing.at).strftime("%H:%M") == "17:00"
    client.post(f"/broadcasts/airings/{airing.pk}/done/", {"clusters": "3", "minutes": "5"})
    airing.refresh_from_db()
    assert (airing.state, airing.clusters, airing.minutes) == (AiringState.AIRED, 3, 5)


def test_the_log_says_when_it_was_aired(world: World, sign_in: Callable) -> None:
    airing = make.airing(make.broadcast(world.campaign), timezone.now() - DAY, aired=True)
    page = sign_in(world.head).get(airing.get_absolute_url()).content.decode()
    assert f"{timezone.localtime(airing.at):%d/%m}" in page


def test_what_is_still_to_come_was_not_aired(world: World) -> None:
    airing = make.airing(make.broadcast(world.campaign), timezone.now() + DAY)
    with pytest.raises(ValidationError):
        airing.air(by=None)
    assert airing.state == AiringState.PLANNED


def test_the_same_time_twice_is_refused_with_words(world: World, sign_in: Callable) -> None:
    broadcast = make.broadcast(world.campaign)
    form = {"day": f"{today() + DAY:%d/%m/%Y}", "time": "17:00"}
    client, url = sign_in(world.media_officer), f"{broadcast.get_absolute_url()}airings/new/"
    assert [client.post(url, form).status_code for _n in range(2)] == [302, 200]
    assert broadcast.airings.count() == 1


def test_an_airing_is_noted_once(world: World) -> None:
    airing = make.airing(make.broadcast(world.campaign), timezone.now() - DAY)
    stale = Airing.objects.get(pk=airing.pk)
    airing.air(by=None)
    with pytest.raises(StateChanged):
        stale.cancel(by=None)


def test_a_draft_is_not_planned_and_a_retired_one_takes_its_plans_with_it(world: World) -> None:
    draft = Broadcast(ward=world.ward, campaign=world.campaign, title="Nháp", script="x", seconds=1)
    draft.write(by=None)
    with pytest.raises(StateChanged):
        draft.plan_airing(by=None, at=timezone.now())
    broadcast = make.broadcast(world.campaign)
    planned, aired = (
        make.airing(broadcast, timezone.now() + DAY),
        make.airing(broadcast, timezone.now() - DAY, aired=True),
    )
    broadcast.retire(by=None)
    assert broadcast.state == BroadcastState.RETIRED
    assert [Airing.objects.get(pk=a.pk).state for a in (planned, aired)] == [AiringState.CANCELLED, AiringState.AIRED]


def agenda(world: World, person: str) -> list[tuple[str, str]]:
    ask = Ask(world.people[person], world.campaign, today(), today() + 7 * DAY, today())
    return [(item.kind, item.url) for item in items(ask) if item.url.startswith(("/broadcasts/", "/articles/"))]


def test_the_agenda_shows_what_comes_and_what_somebody_must_note_or_approve(world: World) -> None:
    broadcast = make.broadcast(world.campaign)
    make.airing(broadcast, timezone.now() + DAY)
    late = make.broadcast(world.campaign)
    make.airing(late, timezone.now() - DAY)
    article = make.article(world.campaign)
    article.submit(by=None)
    coming = ("event", broadcast.get_absolute_url())
    assert set(agenda(world, "head")) == {coming}
    assert set(agenda(world, "campaign_officer")) == {coming, ("work", late.get_absolute_url())}
    assert set(agenda(world, "leadership")) == {coming, ("work", article.get_absolute_url())}
