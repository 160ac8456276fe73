import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import CampaignClosed
from core.models import StateChanged
from notifications.engine import dispatch
from notifications.models import Event, Message
from publicity.choices import ArticleState
from publicity.models import Article
from tests.publicity import factories as make
from tests.world import World


def test_an_article_goes_from_draft_to_the_public_page(world: World, sign_in: Callable) -> None:
    writer, leader = sign_in(world.campaign_officer), sign_in(world.leadership)
    page = writer.post("/articles/new/", {"title": "Phố Trạm sạch đẹp", "body": "Một.\n\nHai."})
    assert page.url == "/articles/pho-tram-sach-dep/"
    writer.post("/articles/pho-tram-sach-dep/submit/")
    leader.post("/articles/pho-tram-sach-dep/publish/")
    article = Article.objects.get()
    assert article.state == ArticleState.PUBLISHED
    assert article.author == world.campaign_officer
    assert [t.new for t in article.transitions.order_by("id")] == ["draft", "review", "published"]
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [f"publicity.article.{what}" for what in ("written", "submitted", "published")]


def test_those_who_approve_are_told_and_the_writer_is_told_of_the_outcome(world: World) -> None:
    article = make.article(world.campaign, author=world.media_officer)
    article.submit(by=world.media_officer)
    dispatch.run()
    assert {m.user for m in Message.objects.all()} == {world.leadership}
    article.send_back(by=world.leadership, reason="Thiếu số liệu")
    dispatch.run()
    assert {m.user for m in Message.objects.filter(words="publicity.article.returned")} == {world.media_officer}


def test_a_second_approval_is_told_that_it_is_done(world: World, sign_in: Callable) -> None:
    article = make.article(world.campaign)
    article.submit(by=None)
    stale = Article.objects.get(pk=article.pk)
    article.publish(by=world.leadership)
    with pytest.raises(StateChanged):
        stale.publish(by=world.media_officer)
    assert Event.objects.filter(kind="publicity.article.published").count() == 1


def test_a_closed_year_takes_no_change(world: World) -> None:
    article = make.published(world.campaign)
    world.campaign.close(by=None)
    article.campaign.refresh_from_db()
    for act in (
        lambda: article.edit(by=None, title="x"),
        lambda: article.retire(by=None, reason="x"),
        lambda: article.note_views(by=None, value=1, read_on=timezone.localdate()),
        lambda: make.article(article.campaign),
        lambda: make.broadcast(article.campaign),
    ):
        with pytest.raises(CampaignClosed):
            act()


def test_two_articles_of_one_title_have_two_addresses(world: World) -> None:
    slugs = [make.article(world.campaign, title="Mới").slug for _n in range(3)]
    assert slugs == ["moi", "moi-2", "moi-3"]
    assert make.article(world.campaign, title="New").slug == "new-2", "new is a page of its own"


def test_a_picture_needs_words_and_loses_its_place(world: World, sign_in: Callable) -> None:
    client = sign_in(world.media_officer)
    fields = {"title": "Có ảnh", "body": "Một."}
    page = client.post("/articles/new/", fields | {"picture": make.photo()})
    assert page.status_code == 200
    assert "id_alt" in page.content.decode()
    client.post("/articles/new/", fields | {"picture": make.photo(), "alt": "Phố sạch"})
    picture = Article.objects.get().pictures.get()
    assert (picture.alt, picture.mime) == ("Phố sạch", "image/jpeg")
    with picture.file.open() as file:
        assert b"nha so 5" not in file.read()


def test_a_pdf_is_no_picture(world: World, sign_in: Callable) -> None:
    upload = make.SimpleUploadedFile("a.pdf", b"%PDF-1.4 x", "application/pdf")
    fields = {"title": "Có ảnh", "body": "Một.", "picture": upload, "alt": "x"}
    assert sign_in(world.media_officer).post("/articles/new/", fields).status_code == 200
    assert not Article.objects.exists()


@pytest.mark.parametrize("fields", [{"published_at": timezone.now()}, {"state": ArticleState.PUBLISHED}])
def test_the_database_refuses_a_published_article_without_its_moment(world: World, fields: dict) -> None:
    article = make.article(world.campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**fields)


def test_the_database_refuses_a_picture_without_words(world: World) -> None:
    article = make.article(world.campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        article.edit(by=None, picture=make.accepted(), alt="")


def test_shown_until_keeps_the_whole_day(world: World, sign_in: Callable) -> None:
    fields = {"title": "Hết hạn", "body": "Một.", "shown_until": "30/04/2030"}
    sign_in(world.media_officer).post("/articles/new/", fields)
    article = Article.objects.get()
    assert timezone.localtime(article.expires_at).date() == datetime.date(2030, 5, 1)
    page = sign_in(world.media_officer).get(f"/articles/{article.slug}/edit/").content.decode()
    assert "30/04/2030" in page


@pytest.mark.parametrize("day", ["31/12/9999", "01/01/2099"])
def test_an_article_is_not_shown_for_ever_by_a_day_far_away(world: World, sign_in: Callable, day: str) -> None:
    data = {"title": "Tổng vệ sinh", "body": "Thưa bà con.", "shown_until": day}
    response = sign_in(world.media_officer).post("/articles/new/", data)
    assert response.status_code == 200
    assert "shown_until" in response.context["form"].errors
