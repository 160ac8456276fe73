"""Consents to publishing an entry: signed records, and no article without them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import today
from models_registry.models import ContestEntry, EntryConsent
from models_registry.models.consent import can_publish, missing_consents, publish, record_consent
from notifications.engine import dispatch
from notifications.models import Message
from publicity.models import Article
from tests.models_registry import factories as make
from tests.world import World

AUTHORS = "Nguyễn Thị Hường, Lê Văn Tám"


@pytest.fixture
def entry(world: World) -> ContestEntry:
    row = make.handed_in(world.campaign, world.cell, world.head, text="Phố sạch nhờ bà con.", author_name=AUTHORS)
    row.take("approved", by=world.campaign_officer)
    return row


def consent(entry: ContestEntry, by: Any, of: str, name: str) -> EntryConsent:
    return record_consent(entry, by=by, of=of, person_name=name, signed_on=today(), reference="Hồ sơ thi, tờ 4")


def test_no_article_without_every_consent(world: World, sign_in: Callable, entry: ContestEntry) -> None:
    officer, unit = sign_in(world.campaign_officer), sign_in(world.head)
    new = reverse("models_registry:consent_new", args=[entry.pk])
    make_article = reverse("models_registry:entry_publish", args=[entry.pk])
    day = today().strftime("%d/%m/%Y")
    typed = {"of": "author", "person_name": "Người Khác", "signed_on": day, "reference": "Tờ 4"}
    assert "Nhập một trong các tác giả" in unit.post(new, typed).content.decode()
    for number, name in enumerate(("Nguyễn Thị Hường", "LÊ VĂN TÁM"), start=1):
        refused = officer.get(make_article)
        assert refused.status_code == 403
        assert "Lê Văn Tám" in refused.content.decode()
        unit.post(new, typed | {"person_name": name, "papers": [make.photo()]})
        assert entry.consents.count() == number
    assert missing_consents(entry) == ["Thiếu đồng ý của người được viết về."]
    with pytest.raises(PermissionDenied):
        publish(entry, by=world.campaign_officer)
    unit.post(new, typed | {"of": "subject", "person_name": "Trần Thị Mơ"})
    assert unit.post(make_article).status_code == 403, "the unit does not publish"
    type(world.campaign_officer).objects.filter(pk=world.campaign_officer.pk).update(language="en")
    assert officer.post(make_article).status_code == 302
    article = Article.objects.get()
    assert (article.title, article.state, article.campaign) == (entry.title, "draft", world.campaign)
    assert article.body == f"Phố sạch nhờ bà con.\n\nTác giả: {AUTHORS}"
    assert officer.post(make_article).status_code == 403, "one article of an entry"
    page = officer.get(entry.get_absolute_url()).content.decode()
    assert article.get_absolute_url() in page
    assert "Trần Thị Mơ" in page
    paper = entry.consents.first().papers.get()
    url = reverse("models_registry:consent_file", args=[entry.pk, paper.consent_id, paper.pk])
    assert b"".join(unit.get(url).streaming_content)
    assert sign_in(world.neighbour).get(url).status_code == 404


def test_a_consent_that_is_withdrawn_counts_no_more(world: World, sign_in: Callable, entry: ContestEntry) -> None:
    for name in entry.authors:
        consent(entry, world.head, "author", name)
    last = consent(entry, world.head, "nobody", "Nguyễn Thị Hường")
    assert can_publish(entry, world.campaign_officer)
    publish(entry, by=world.campaign_officer)
    url = reverse("models_registry:consent_withdraw", args=[entry.pk, last.pk])
    sign_in(world.head).post(url, {"reason": "Gia đình đổi ý"})
    assert len(missing_consents(entry)) == 1
    dispatch.run()
    told = Message.objects.filter(event__kind="models_registry.consent.withdrawn").values_list("user", flat=True)
    assert world.leadership.pk in told
    page = sign_in(world.campaign_officer).get(entry.get_absolute_url()).content.decode()
    assert "Gia đình đổi ý" in page
    assert "Hãy gỡ bài đăng" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryConsent.objects.filter(pk=last.pk).update(withdrawn_why="")


def test_nothing_is_published_while_it_is_judged(world: World, entry: ContestEntry) -> None:
    for name in entry.authors:
        consent(entry, world.head, "author", name)
    consent(entry, world.head, "subject", "Trần Thị Mơ")
    make.judging(world.campaign, world.campaign_officer, [world.leadership, world.records_clerk])
    assert "chấm" in can_publish(entry, world.campaign_officer).reason
