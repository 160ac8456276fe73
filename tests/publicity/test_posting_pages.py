"""Lists, the quarter's list, the agenda and reminders of postings."""

import datetime
from collections.abc import Callable

from core.agenda import Ask, items
from core.dates import quarter_of
from core.models import today
from notifications import registry, rules
from publicity.models import Posting
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

DAY = datetime.timedelta(days=1)


def titles(world: World, user: object, days: int = 30) -> dict[str, str]:
    found = items(Ask(user, world.campaign, today(), today() + days * DAY, today()))
    return {item.title: item.kind for item in found}


def test_the_agenda_says_what_waits_and_what_ends(world: World) -> None:
    make.waiting(world.ward, title="Chờ")
    make.up(world.ward, title="Đang treo", ends_on=today() + 3 * DAY)
    make.over(world.ward, title="Hết hạn")
    clerk, leader = titles(world, world.records_clerk), titles(world, world.leadership)
    assert clerk["Lập biên bản kết thúc niêm yết “Hết hạn”"] == "work"
    assert clerk["Chụp ảnh “Đang treo” đang niêm yết"] == "work"
    assert clerk["Ngày cuối niêm yết: Đang treo"] == "event"
    assert leader["Cho niêm yết “Chờ”"] == "work"
    assert "Cho niêm yết “Chờ”" not in clerk
    assert not [title for title in titles(world, world.head) if "Hết hạn" in title]


def test_the_list_of_the_quarter_that_is_over_is_asked_for_until_it_is_written(world: World, sign_in: Callable) -> None:
    this_quarter, _last = quarter_of(today())
    last_quarter = quarter_of(this_quarter - DAY)[0]
    row = make.up(world.ward, title="Quyết định 12", starts_on=last_quarter, ends_on=this_quarter + 200 * DAY)
    asked = [title for title in titles(world, world.records_clerk) if "quý" in title]
    assert len(asked) == 1
    client = sign_in(world.records_clerk)
    page = client.get(f"/postings/register/?quarter={last_quarter}")
    assert row.title in page.content.decode()
    answer = client.post("/postings/register/post/", {"quarter": f"{last_quarter}"})
    draft = Posting.objects.get(register_of=last_quarter)
    assert answer.url == draft.get_absolute_url()
    assert "1. Quyết định 12" in draft.text
    assert not [title for title in titles(world, world.records_clerk) if "quý" in title]
    client.post("/postings/register/post/", {"quarter": f"{last_quarter}"})
    assert Posting.objects.filter(register_of=last_quarter).count() == 1


def test_the_list_of_a_quarter_that_runs_is_not_written_yet(world: World, sign_in: Callable) -> None:
    make.up(world.ward)
    page = sign_in(world.records_clerk).post("/postings/register/post/", {"quarter": f"{today()}"}, follow=True)
    assert "chưa kết thúc" in page.content.decode()
    assert not Posting.objects.exclude(register_of=None).exists()


def test_reminders_of_a_posting_that_ends_are_data_and_begin_switched_off(world: World) -> None:
    made = {rule.source: rule for rule in rules.defaults(world.ward, world.campaign.year)}
    ending, over = made["publicity.posting.ending"], made["publicity.posting.over"]
    assert not ending.enabled
    assert not over.enabled
    up = make.up(world.ward, ends_on=today() + 3 * DAY)
    late = make.over(world.ward)
    source = registry.get_source("publicity.posting.ending")
    assert [target.subject for target in source.targets(ending, today(), today() + 5 * DAY)] == [up]
    source = registry.get_source("publicity.posting.over")
    (target,) = source.targets(over, today(), today())
    assert (target.subject, source.still_due(target)) == (late, True)


def test_lists_cost_the_same_with_ten_rows_more(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    client = sign_in(world.records_clerk)
    for url in ("/postings/", "/postings/register/"):
        make.up(world.ward)
        client.get(url)
        query_baseline.check(url.strip("/").replace("/", "_"), client, url)
        query_baseline.assert_flat(client, url, lambda: [make.up(world.ward) for _n in range(10)])
    posting = make.up(world.ward)
    client.get(posting.get_absolute_url())
    query_baseline.check("posting_detail", client, posting.get_absolute_url())


def test_the_list_is_narrowed_by_words_state_and_place(world: World, sign_in: Callable) -> None:
    place = make.place(world.ward, name="Nhà văn hóa tổ 7")
    make.up(world.ward, title="Quy hoạch chợ", places=[place])
    make.over(world.ward, title="Danh sách hỗ trợ")
    client = sign_in(world.head)
    for query, shown in (("q=quy+hoach", True), (f"place={place.pk}", True), ("state=posted", True)):
        page = client.get(f"/postings/?{query}").content.decode()
        assert ("Quy hoạch chợ" in page) is shown
        assert "Danh sách hỗ trợ" not in page, query
    assert "Danh sách hỗ trợ" in client.get("/postings/?state=to_close").content.decode()


def test_a_place_is_added_once_and_ends_on_a_day(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    assert client.post("/postings/places/new/", {"name": "Bảng tin trụ sở", "kind": "office"}).status_code == 302
    page = client.post("/postings/places/new/", {"name": "Bảng tin trụ sở", "kind": "common"})
    assert "đã có" in str(page.context["form"].errors)
    assert "Bảng tin trụ sở" in client.get("/postings/places/").content.decode()
