"""One search over everything: what it finds, what it shows of it, and that its links open exactly that many rows."""

import re
from html import unescape
from typing import Any

import pytest

from accounts.choices import Role
from campaigns.models import Meeting
from core import lookup
from core.lookup import Ask, search
from tests import factories as make
from tests.beautification import factories as cleaning
from tests.clearance import factories as clearance
from tests.models_registry import factories as models
from tests.publicity import factories as publicity
from tests.query_baseline import QueryBaseline
from tests.world import World

WORD = "Hoà Thủy"


@pytest.fixture
def full(world: World) -> World:
    """Of everything that can be searched two that hold the word, written in two ways, and one that does not."""
    scene = clearance.scene(world)
    project = scene["project"]
    for spelling in ("Hoà Thủy", "Hòa Thuỷ"):
        make.member(world.cell, Role.FIELD_MEMBER, make.user(f"Nguyễn {spelling}"))
        make.unit(world.ward, f"Tổ dân phố {spelling} {spelling[2]}", slug=f"to-{ord(spelling[2])}")
        make.task(world.campaign, world.cell, title=f"Dọn ngõ {spelling}")
        make.document(world.campaign, world.committee, summary=f"Về việc {spelling}")
        models.submitted(world.campaign, world.cell, world.head, title=f"Khéo ở {spelling}")
        cleaning.street(world, name=f"Phố {spelling} {spelling[2]}")
        Meeting(ward=world.ward, campaign=world.campaign, kind="other", title=f"Họp {spelling}").call(by=None)
        publicity.published(world.campaign, title=f"Gương sáng {spelling}")
    files = clearance.households(project, world.campaign, 3, world.cell)
    for household, spelling in zip(files[:2], ("Hoà Thủy", "Hòa Thuỷ"), strict=True):
        type(household).objects.filter(pk=household.pk).update(address_line=f"Ngõ {spelling}")
    make.task(world.campaign, world.cell, title="Việc khác")
    return world


def found(world: World, person: Any, words: str) -> dict[str, lookup.Group]:
    return {group.icon: group for group in search(Ask(person, world.campaign, words))}


ALL = {"user", "users", "checklist", "file-text", "heart-handshake", "home", "road", "calendar-event", "speakerphone"}


def test_everything_is_found_without_marks_and_in_either_way_to_place_them(full: World) -> None:
    expected = found(full, full.leadership, WORD)
    assert set(expected) == ALL
    assert {group.count for group in expected.values()} == {2}
    for words in ("hoa thuy", "HÒA THUỶ", "  hoà   thuỷ "):
        again = found(full, full.leadership, words)
        assert {icon: group.count for icon, group in again.items()} == dict.fromkeys(ALL, 2), words


def test_the_link_to_all_opens_exactly_as_many_rows(full: World, sign_in: Any) -> None:
    client = sign_in(full.leadership)
    page = client.get("/search/", {"q": WORD})
    links = re.findall(r'<a class="dv-link" href="([^"]+)" data-hit data-total="(\d+)"', page.content.decode())
    assert len(links) == len(ALL)
    for address, number in links:
        listed = client.get(unescape(address))
        assert listed.status_code == 200, address
        assert listed.context["page"].paginator.count == int(number) == 2, address


def test_nobody_finds_what_is_not_theirs(full: World) -> None:
    assert found(full, full.superior_viewer, WORD).keys() <= {"users", "speakerphone"}
    assert "home" not in found(full, full.administrator, WORD)
    assert set(found(full, full.head, WORD)) >= {"user", "checklist", "home"}
    assert "checklist" not in found(full, full.neighbour, WORD), "tasks of another unit"
    assert "home" not in found(full, full.neighbour, WORD), "households of another team"
    assert found(full, full.stranger, WORD) == {}


def test_households_are_masked_as_in_their_lists(full: World, sign_in: Any) -> None:
    page = sign_in(full.head).get("/search/", {"q": "tran thi mau"})
    shown = page.content.decode()
    [group] = [group for group in page.context["groups"] if group.icon == "home"]
    assert "Trần Thị Mẫu" not in shown
    assert all(hit.note.startswith("T") for hit, _part in group.hits)
    assert {str(part) for _hit, part in group.hits} == {"tên"}
    assert page["Cache-Control"] == "private, no-store"


def test_the_very_words_come_first_then_what_begins_with_them(world: World) -> None:
    for title in ("Báo cáo hoa sữa", "Trồng hoa sữa", "Hoa sữa nở", "Hoa sữa", "Chăm khoa sửa chữa"):
        make.task(world.campaign, world.cell, title=title)
    [group] = found(world, world.head, "hoa sua").values()
    assert [hit.title for hit, _part in group.hits[:2]] == ["Hoa sữa", "Hoa sữa nở"]
    assert group.hits[-1][0].title == "Chăm khoa sửa chữa", "inside a word comes last"


def test_slips_of_the_finger_find_what_was_meant_and_say_so(full: World, sign_in: Any) -> None:
    make.member(full.cell, Role.FIELD_MEMBER, make.user("Nguyễn Vân Anh"))
    for typed, meant in (("nguyne van", "nguyen van"), ("nguyễn vna ahn", "nguyen van anh"), ("hoa thyu", "hoa thuy")):
        page = sign_in(full.leadership).get("/search/", {"q": typed})
        assert page.context["near"] == meant
        assert page.context["groups"], typed
        assert f"Gần nhất là “{meant}”" in page.content.decode()
        for group in page.context["groups"]:
            listed = sign_in(full.leadership).get(group.url)
            assert listed.context["page"].paginator.count == group.count


def test_what_is_found_as_typed_comes_first_and_what_is_near_follows(full: World, sign_in: Any) -> None:
    make.member(full.cell, Role.FIELD_MEMBER, make.user("Nguyễn Vân Anh"))
    make.task(full.campaign, full.cell, title="Nguyne Van")
    found_groups = search(Ask(full.leadership, full.campaign, "nguyne van"))
    assert [(group.icon, group.words, group.is_near) for group in found_groups][:2] == [
        ("checklist", "nguyne van", False),
        ("user", "nguyen van", True),
    ]
    page = sign_in(full.leadership).get("/search/", {"q": "nguyne van"}).content.decode()
    assert page.index("Nguyne Van") < page.index("Gần nhất với từ đó") < page.index("Nguyễn Vân Anh")
    assert search(Ask(full.leadership, full.campaign, "zzzz qqqq")) == []


def test_what_is_plenty_or_another_word_by_one_slip_is_followed_by_nothing_near(full: World) -> None:
    make.member(full.cell, Role.FIELD_MEMBER, make.user("Trần Vân"))
    for n in range(2):
        make.task(full.campaign, full.cell, title=f"Phố Trạm {n}")
    assert {group.icon for group in search(Ask(full.leadership, full.campaign, "tram"))} == {"checklist"}
    for n in range(6):
        make.task(full.campaign, full.cell, title=f"Nguyne Van {n}")
    assert {group.icon for group in search(Ask(full.leadership, full.campaign, "nguyne van"))} == {"checklist"}


def test_a_code_and_a_symbol_are_found_and_say_where(world: World) -> None:
    model = models.submitted(world.campaign, world.cell, world.head)
    document = make.document(world.campaign, world.committee, symbol="82-KH/ĐU", summary="Kế hoạch năm")
    for words, row, part in ((model.code, model, "mã"), ("82-kh/du", document, "số, ký hiệu")):
        [group] = search(Ask(world.campaign_officer, world.campaign, words))
        assert [(hit.url, str(found_in)) for hit, found_in in group.hits] == [(row.get_absolute_url(), part)]


def test_too_few_letters_and_nothing_found_say_what_to_do(world: World, sign_in: Any) -> None:
    client = sign_in(world.head)
    for words in ("", "a", " "):
        assert "Hãy gõ ít nhất hai chữ" in client.get("/search/", {"q": words}).content.decode()
    assert "Không tìm thấy gì" in client.get("/search/", {"q": "xyzxyz"}).content.decode()
    for odd in ("%", "%%", "__", "\x00\x00", "'; --", "\\" * 3, "a" * 5000):
        assert client.get("/search/", {"q": odd}).status_code == 200, odd


def test_more_than_a_thousand_are_not_counted(world: World, monkeypatch: pytest.MonkeyPatch, sign_in: Any) -> None:
    monkeypatch.setattr("core.lookup.COUNTED", 3)
    monkeypatch.setattr("clearance.querysets.COUNTED", 3)
    monkeypatch.setattr("clearance.lookups.COUNTED", 3)
    project = clearance.project(world.campaign, world.government)
    clearance.households(project, world.campaign, 16, world.cell)
    for _n in range(6):
        make.task(world.campaign, world.cell, title="Nguyễn Văn")
    page = sign_in(world.leadership).get("/search/", {"q": "nguyen van"})
    assert {(group.icon, group.count, len(group.hits)) for group in page.context["groups"]} == {
        ("checklist", 4, 4),
        ("home", 4, 4),
    }
    assert page.content.decode().count("Xem hơn 3 kết quả") == 2


def test_a_search_costs_the_same_however_much_is_found(
    full: World, sign_in: Any, query_baseline: QueryBaseline
) -> None:
    client, address = sign_in(full.leadership), "/search/?q=hoa+thuy"
    query_baseline.check("search", client, address)

    def more() -> None:
        for _n in range(10):
            make.task(full.campaign, full.cell, title=WORD)

    query_baseline.assert_flat(client, address, more)
