"""Scripts made from articles and postings, and airings against the hours of the loudspeakers."""

import datetime
from collections.abc import Callable

from django.utils import timezone

from core.figures import Scope, get_figure
from core.models import today
from publicity.models import Abbreviation, Airing, Broadcast, LoudspeakerCluster, LoudspeakerSlot
from tests.publicity import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def test_an_article_becomes_a_script_for_the_ear_that_the_officer_edits(world: World, sign_in: Callable) -> None:
    Abbreviation.objects.create(ward=world.ward, short="BQLDA", said="ban quản lý dự án")
    article = make.published(world.campaign, title="Tổng vệ sinh", body="UBND, BQLDA họp lúc 7h30, ngày 15/8/2022.")
    client, url = sign_in(world.media_officer), f"/broadcasts/new/?article={article.slug}"
    form = client.get(url).context["form"]
    heard = (
        "Ủy ban nhân dân, ban quản lý dự án họp lúc bảy giờ ba mươi phút,"
        " ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi hai."
    )
    assert (form["title"].value(), form["script"].value()) == ("Tổng vệ sinh", heard)
    assert not Broadcast.objects.exists(), "a proposal"
    sent = {"title": "Tổng vệ sinh", "script": f"Thưa bà con. {heard}", "seconds": "40"}
    assert client.post(url, sent).status_code == 302
    row = Broadcast.objects.get()
    assert (row.article, row.script) == (article, sent["script"])


def test_what_is_typed_is_written_out_and_nothing_is_saved(world: World, sign_in: Callable) -> None:
    broadcast = make.broadcast(world.campaign, script="Cũ")
    url = f"{broadcast.get_absolute_url()}edit/"
    sent = {"title": "Tin E6HT", "script": "Có 105 hộ E6HT", "seconds": "9", "spoken": "1"}
    form = sign_in(world.media_officer).post(url, sent).context["form"]
    assert (form["title"].value(), form["script"].value()) == ("Tin E6HT", "Có một trăm linh năm hộ E6HT")
    assert "E6HT" in str(form.fields["script"].help_text)
    broadcast.refresh_from_db()
    assert broadcast.script == "Cũ"


def test_a_script_that_names_somebody_is_asked_about(world: World, sign_in: Callable) -> None:
    sent = {"title": "Gương sáng", "script": "Ông Nguyễn Văn An hiến đất.", "seconds": "30"}
    form = sign_in(world.media_officer).post("/broadcasts/new/", sent).context["form"]
    assert "Nguyễn Văn An" in str(form.errors["script"])


def test_airings_are_asked_about_outside_the_hours_and_beyond_their_minutes(world: World, sign_in: Callable) -> None:
    LoudspeakerSlot.objects.create(ward=world.ward, starts_at=datetime.time(17), minutes=20, valid_from=today())
    tomorrow = today() + DAY
    make.broadcast(world.campaign).plan_airing(by=None, at=at(tomorrow, 17, 10), minutes=15)
    broadcast = make.broadcast(world.campaign, seconds=300)
    odd = list(broadcast.odd_about(at(tomorrow, 12)))
    assert any("12:00 ngoài khung giờ phát thanh: 17:00-17:20" in sentence for sentence in odd)
    assert not list(broadcast.odd_about(at(tomorrow, 17))), "fifteen and five are twenty"
    (sentence,) = broadcast.odd_about(at(tomorrow, 17), minutes=6)
    assert "21 phút, nhiều nhất 20" in sentence
    client = sign_in(world.media_officer)
    sent = {"day": f"{tomorrow:%d/%m/%Y}", "time": "17:00", "minutes": "6"}
    assert client.post(f"{broadcast.get_absolute_url()}airings/new/", sent).context["form"].errors["time"]


def test_minutes_follow_from_the_length_when_nobody_says_them(world: World) -> None:
    airing = make.broadcast(world.campaign, seconds=61).plan_airing(by=None, at=at(today() + DAY, 17))
    assert airing.minutes == 2


def test_three_days_in_a_row_on_the_loudspeakers_are_counted(world: World, sign_in: Callable) -> None:
    rule = make.hanging_rule(world.ward)
    make.hanging_rule(world.ward, code="posting-aloud", value=3)
    posting = make.up(world.ward, rule=rule, ends_on=None)
    broadcast = make.broadcast(world.campaign, posting=posting)
    for back in (2, 3, 5):
        make.airing(broadcast, at(today() - back * DAY, 17), aired=True)
    assert (posting.read_aloud, posting.days_aloud) == (2, 3)
    assert "2/3 ngày liền" in sign_in(world.records_clerk).get(posting.get_absolute_url()).content.decode()


def test_minutes_are_shown_week_on_week_and_each_week_opens_its_airings(world: World, sign_in: Callable) -> None:
    broadcast = make.broadcast(world.campaign)
    monday = today() - datetime.timedelta(days=today().weekday() + 14)
    for day in (monday, monday + 6 * DAY, monday + 7 * DAY):
        make.airing(broadcast, at(day, 17), aired=True)
    rows = Airing.objects.filter(ward=world.ward)
    assert [(week["week"], week["minutes"]) for week in rows.by_week()] == [(monday, 10), (monday + 7 * DAY, 5)]
    client = sign_in(world.leadership)
    page = client.get(f"/broadcasts/airings/?year={world.campaign.year}&week={monday}")
    assert page.context["page"].paginator.count == 2
    assert f"week={monday}" in client.get("/broadcasts/airings/").content.decode()
    assert client.get("/broadcasts/airings/?week=gì").status_code == 404


def test_figures_of_minutes_open_exactly_their_airings(world: World, sign_in: Callable) -> None:
    broadcast = make.broadcast(world.campaign)
    sunday = today() - datetime.timedelta(days=today().weekday() + 1)
    for day in (sunday, sunday - 7 * DAY):
        make.airing(broadcast, at(day, 17), aired=True)
    scope = Scope(world.ward, world.campaign)
    client = sign_in(world.leadership)
    for key, value, count in (("publicity.minutes", 10, 2), ("publicity.minutes_week", 5, 1)):
        figure = get_figure(key).value(scope, sunday)
        assert (figure.value, len(figure.rows)) == (value, count)
        assert client.get(figure.url).context["page"].paginator.count == count


def test_hours_and_abbreviations_are_kept_on_one_page(world: World, sign_in: Callable) -> None:
    client = sign_in(world.media_officer)
    client.post("/broadcasts/loudspeakers/hours/new/", {"starts_at": "17h", "minutes": "20", "valid_from": "1/1/2022"})
    client.post("/broadcasts/loudspeakers/abbreviations/new/", {"short": "BQLDA", "said": "ban quản lý dự án"})
    page = client.get("/broadcasts/loudspeakers/").content.decode()
    assert "17:00-17:20" in page
    assert "ban quản lý dự án" in page
    answer = client.post("/broadcasts/loudspeakers/abbreviations/new/", {"short": "BQLDA", "said": "khác"})
    assert answer.context["form"].errors["short"]
    answer = client.post("/broadcasts/loudspeakers/hours/new/", {"starts_at": "25h", "minutes": "0"})
    assert {"starts_at", "minutes"} <= set(answer.context["form"].errors)


def test_an_article_is_published_on_a_day_and_shown_from_then_on(world: World, sign_in: Callable) -> None:
    article = make.article(world.campaign)
    article.submit(by=None)
    client, url = sign_in(world.media_officer), f"{article.get_absolute_url()}publish/"
    assert client.post(url, {"day": f"{today() - DAY:%d/%m/%Y}"}).context["form"].errors["day"]
    assert client.post(url, {"time": "8h"}).context["form"].errors["day"]
    assert client.post(url, {"day": f"{today() + DAY:%d/%m/%Y}", "time": "8h"}).status_code == 302
    article.refresh_from_db()
    assert article.published_at == at(today() + DAY, 8)
    assert not article.is_public
    assert "Bài tự hiện từ" in client.get(article.get_absolute_url()).content.decode()
    assert sign_in(world.head).get(article.get_public_url()).status_code == 404


def test_airings_name_their_clusters_and_those_on_others_do_not_clash(world: World, sign_in: Callable) -> None:
    client, tomorrow = sign_in(world.media_officer), today() + DAY
    for name in ("Cụm 1", "Cụm 2"):
        sent = {"name": name, "place": "Nhà văn hóa"}
        assert client.post("/broadcasts/loudspeakers/clusters/new/", sent).status_code == 302
    twice = client.post("/broadcasts/loudspeakers/clusters/new/", {"name": "Cụm 1"})
    assert twice.context["form"].errors["name"]
    first, second = LoudspeakerCluster.objects.filter(ward=world.ward)
    broadcast = make.broadcast(world.campaign, seconds=600)
    url = f"{broadcast.get_absolute_url()}airings/new/"
    form = client.get(url).context["form"]
    assert form.fields["on_clusters"].initial == [first.pk, second.pk]
    assert "clusters" not in form.fields, "their number follows"
    sent = {"day": f"{tomorrow:%d/%m/%Y}", "time": "17:00", "on_clusters": [first.pk]}
    assert "on_clusters" in client.post(url, sent | {"on_clusters": []}).context["form"].errors
    assert client.post(url, sent).status_code == 302
    airing = Airing.objects.get()
    assert (airing.clusters, airing.cluster_names) == (1, "Cụm 1")
    other = make.broadcast(world.campaign, seconds=600)
    assert not [said for said in other.odd_about(airing.at, None, [second]) if "trùng" in said or "chồng" in said]
    assert list(other.odd_about(airing.at, None, [first, second]))
    assert list(other.odd_about(airing.at)), "none named is all of them"
    assert "Cụm 1" in client.get(broadcast.get_absolute_url()).content.decode()
    Airing.objects.filter(pk=airing.pk).update(at=timezone.now() - DAY)
    done = f"/broadcasts/airings/{airing.pk}/done/"
    assert client.get(done).context["form"].fields["on_clusters"].initial == [first.pk]
    assert client.post(done, {"on_clusters": [first.pk, second.pk]}).status_code == 302
    airing = Airing.objects.get()
    assert (airing.state, airing.clusters, airing.cluster_names) == ("aired", 2, "Cụm 1, Cụm 2")
