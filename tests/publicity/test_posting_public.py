"""Citizens read what is on display while it is, and nothing before or after."""

import datetime

import pytest
from django.test import Client

from core.models import today
from publicity.models import Posting
from tests import factories as basic
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

DAY = datetime.timedelta(days=1)


def test_a_citizen_reads_a_posting_and_its_files_while_it_is_on_display(world: World) -> None:
    posting = make.posting(world.ward, text="Phương án <b>E6HT</b>.")
    posting.edit(by=None, papers=[make.accepted()])
    posting.submit(by=None)
    posting.put_up(by=None, starts_on=today())
    client, url = Client(), posting.get_public_url()
    page = client.get(url)
    assert "Phương án &lt;b&gt;E6HT&lt;/b&gt;." in page.content.decode()
    assert posting.title in client.get(f"/p/{world.ward.slug}/postings/").content.decode()
    file = client.get(f"{url}files/{posting.files.get().pk}/")
    assert (file.status_code, file["Content-Type"]) == (200, "image/jpeg")
    assert b"nha so 5" not in b"".join(file.streaming_content)
    assert page["Cache-Control"] == "public, max-age=120"
    assert "Set-Cookie" not in page


@pytest.mark.parametrize(
    "how, code",
    [("draft", 404), ("review", 404), ("planned", 404), ("boards", 404), ("over", 410), ("withdrawn", 410)],
)
def test_nothing_is_read_before_or_after(world: World, how: str, code: int) -> None:
    posting = {
        "draft": make.posting,
        "review": make.waiting,
        "planned": lambda ward: make.up(ward, starts_on=today() + DAY),
        "boards": lambda ward: make.up(ward, on_portal=False),
        "over": make.over,
        "withdrawn": make.up,
    }[how](world.ward)
    if how == "withdrawn":
        posting.take_down(by=None, reason="Đính chính")
    posting._attach([make.accepted()], None)
    client, url = Client(), posting.get_public_url()
    page = client.get(url)
    assert page.status_code == code
    assert posting.title not in page.content.decode()
    assert client.get(f"{url}files/{posting.files.get().pk}/").status_code == 404
    assert posting.title not in client.get(f"/p/{world.ward.slug}/postings/").content.decode()


def test_the_last_day_is_still_shown_and_the_next_morning_is_not(world: World) -> None:
    posting = make.up(world.ward)
    Posting.objects.filter(pk=posting.pk).update(starts_on=today() - DAY, ends_on=today())
    assert Client().get(posting.get_public_url()).status_code == 200
    Posting.objects.filter(pk=posting.pk).update(ends_on=today() - DAY)
    assert Client().get(posting.get_public_url()).status_code == 410


def test_what_names_people_is_kept_from_search_engines_and_caches(world: World) -> None:
    posting = make.up(world.ward, names_people=True)
    posting._attach([make.accepted()], None)
    client, url = Client(), posting.get_public_url()
    for answer in (client.get(url), client.get(f"{url}files/{posting.files.get().pk}/")):
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "private, no-store"
        b"".join(answer)  # a file that is sent is closed at its end
    assert '<meta name="robots" content="noindex, nofollow">' in client.get(url).content.decode()


def test_the_document_on_display_is_read_and_a_restricted_one_never(world: World) -> None:
    document = basic.document(world.campaign, world.committee)
    document.edit(by=None, file=make.accepted())
    posting = make.up(world.ward, document=document)
    client, url = Client(), f"{posting.get_public_url()}document/"
    assert b"".join(client.get(url).streaming_content)
    document.is_restricted = True
    document.save()
    assert client.get(url).status_code == 404


def test_it_is_read_in_its_own_ward_only_and_by_its_own_address(world: World) -> None:
    posting = make.up(world.ward)
    other = make.up(world.other_ward)
    client = Client()
    assert client.get(f"/p/{world.ward.slug}/postings/{other.token}/").status_code == 404
    assert client.get(f"/p/{world.other_ward.slug}/postings/{posting.token}/").status_code == 404
    assert client.get(f"/p/{world.ward.slug}/postings/{posting.pk}/").status_code == 404


def test_queries(world: World, query_baseline: QueryBaseline) -> None:
    posting = make.up(world.ward)
    posting._attach([make.accepted()], None)
    address = f"/p/{world.ward.slug}/postings/"
    query_baseline.check("public_posting", Client(), posting.get_public_url())
    query_baseline.check("public_posting_list", Client(), address)
    query_baseline.assert_flat(Client(), address, lambda: [make.up(world.ward) for _n in range(10)])
