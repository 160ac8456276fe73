"""Tables for the superior: what they hold as of a day, whether they add up, and what was sent."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts import access
from campaigns.models.campaign import CampaignClosed
from core import past
from core.listing import Listed
from core.models import StateChanged, today
from models_registry import upward
from models_registry.choices import UpwardTable
from models_registry.models import MobilizationModel, OfficialField, Proposal, SentTable, TableLayout
from models_registry.upward import Ask
from reports import exports
from tests import factories
from tests.models_registry import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

FORMULA = '=HYPERLINK("http://x";"mở")'


def _sheet(user: Any, code: str, query: str = "") -> list[list[Any]]:
    """The first sheet of the table as .xlsx, as a spreadsheet reads it."""
    path = reverse("models_registry:upward_table", args=[code])
    user = type(user).objects.get(pk=user.pk)
    access.enter(user, None)

    def write(listed: Listed, request: Any) -> Any:
        return exports.write(listed, request, kind="xlsx")

    content, _name, _count = exports.ask(path, query, user, write)
    with content:
        return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()


def test_a_table_goes_out_in_the_superiors_order_with_days_as_days_and_no_formula(
    world: World, sign_in: Callable
) -> None:
    day = today() - datetime.timedelta(days=3)
    row = make.accepted(
        world.campaign, world.cell, world.head, world.leadership, day, title=FORMULA, starts_on=day, ends_on=today()
    )
    row.record_progress(by=world.head, on=day, values={row.targets.get(): Decimal("4.5")})
    layout = {"title": "Biểu của Quận", "source": "CV 92-CV/QU", "table": "list", "valid_from": day}
    columns = [("starts_on", "Bắt đầu"), ("title", "Tên"), ("no", "TT")]
    TableLayout.put_in_force(world.ward, by=world.leadership, columns=columns, **layout)
    with pytest.raises(ValidationError, match="có hiệu lực từ"):
        TableLayout.put_in_force(world.ward, by=world.leadership, columns=columns, **layout)
    head, line = _sheet(world.leadership, "list")
    assert head == ["Bắt đầu", "Tên", "TT"]
    assert line == [day, FORMULA, 1]  # a text that stays one, a day, a number
    usual = _sheet(world.leadership, "list", f"on={day - datetime.timedelta(days=1):%Y-%m-%d}")
    assert usual[0][:2] == ["STT", "Tên mô hình"]
    assert len(usual) == 1
    results = dict(zip(*_sheet(world.leadership, "results"), strict=True))
    assert (results["Kế hoạch"], results["Kết quả"], results["Tỷ lệ (%)"]) == (12, 4.5, 37.5)
    before = _sheet(world.leadership, "results", f"on={day:%Y-%m-%d}")[1]
    assert before[results_place(results, "Kết quả")] == 4.5
    page = sign_in(world.leadership).get(reverse("models_registry:upward_table", args=["list"])).content.decode()
    assert "Biểu của Quận" in page
    assert "CV 92-CV/QU" in page


def results_place(results: dict[str, Any], heading: str) -> int:
    return list(results).index(heading)


def test_the_order_is_typed_one_column_a_line_and_what_is_unknown_is_told(world: World, sign_in: Callable) -> None:
    client, url = sign_in(world.campaign_officer), reverse("models_registry:table_columns", args=["sums"])
    typed = client.get(url).context["form"].initial["columns"]
    assert typed.splitlines()[1] == "Đơn vị; Đơn vị"
    said = {"title": "Biểu 2", "source": "HD 12", "valid_from": f"{today():%d/%m/%Y}"}
    for wrong in ("Cộng; cái gì đó", "Cộng", "Cộng; Đơn vị\nCộng; Đơn vị", ""):
        assert client.post(url, said | {"columns": wrong}).status_code == 200
    assert not TableLayout.objects.exists()
    client.post(url, said | {"columns": typed.replace("Đơn vị; Đơn vị", "Tên đơn vị; Đơn vị")})
    assert ["unit", "Tên đơn vị"] in TableLayout.objects.get().columns
    with pytest.raises(DatabaseError), transaction.atomic():
        TableLayout.objects.create(ward=world.ward, table="sums", title="x", source="x", columns=[["no", "x"]])


def test_a_table_whose_sums_do_not_agree_is_not_sent_and_the_odd_rows_are_shown(
    world: World, sign_in: Callable
) -> None:
    good = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    ended = OfficialField.objects.create(
        ward=world.ward, code="cu", label="Lĩnh vực cũ", valid_from="2020-01-01", valid_to="2020-12-31"
    )
    field = make.theme_field(world.campaign, "cu", "Lĩnh vực ánh xạ cũ")
    type(field).objects.filter(pk=field.pk).update(official_field=ended)
    odd = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership, theme_field=field)
    twin = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership, title=good.title)
    client, url = sign_in(world.leadership), reverse("models_registry:upward_table", args=["sums"])
    page = client.get(url)
    assert not page.context["check"].agrees
    assert [row.code for row in page.context["blocking"]] == [odd.code]
    assert {row.code for row in page.context["hints"]} == {good.code, twin.code}
    assert 'dv-zero">0</td>' in page.content.decode()
    assert 'data-value="0"' not in page.content.decode()  # nothing to open
    said = {"on": f"{today():%d/%m/%Y}", "sent_on": f"{today():%d/%m/%Y}", "sent_to": "Quận ủy"}
    refused = client.post(reverse("models_registry:table_send", args=["sums"]), said).content.decode()
    assert "3 mô hình" in refused
    assert "2" in refused
    assert 'value="Quận ủy"' in refused
    assert not SentTable.objects.exists()
    type(field).objects.filter(pk=field.pk).update(official_field=make.official_field(world.ward))
    assert client.post(reverse("models_registry:table_send", args=["sums"]), said).status_code == 302
    sent = SentTable.objects.get()
    assert (sent.count, sent.by, sent.sent_to, sent.is_whole) == (3, world.leadership, "Quận ủy", True)


def test_what_was_sent_stays_and_later_changes_stand_beside_it(world: World, sign_in: Callable) -> None:
    day = today() - datetime.timedelta(days=5)
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership, day)
    sent = make.sent_table(world.campaign, world.leadership, on=day)
    late = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership, day)  # entered afterwards
    MobilizationModel.objects.filter(pk=row.pk).update(contact="Người khác")
    client = sign_in(world.supervisor)
    page = client.get(sent.get_absolute_url())
    text = page.content.decode()
    assert len(page.context["lines"]) == 1
    assert "hiện nay: 2" in text
    assert [part["rows"] for part in page.context["since"]] == [
        [(late.title, late.get_absolute_url())],
        [(row.title, row.get_absolute_url())],
    ]
    listed = client.get(reverse("models_registry:upward_table", args=["list"])).content.decode()
    assert "1 tính đến" in listed
    assert "hiện nay: 2" in listed
    for change in ({"sent_to": "Ai đó"}, {"kept": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SentTable.objects.filter(pk=sent.pk).update(**change)
    with pytest.raises(ValidationError):
        make.sent_table(world.campaign, world.leadership, sent_on=today() + datetime.timedelta(days=1))
    world.campaign.close(by=world.leadership)
    with pytest.raises(CampaignClosed):
        make.sent_table(world.campaign, world.leadership)


def test_registered_as_of_a_day_is_exact_in_each_table(world: World) -> None:
    days = [today() - datetime.timedelta(days=n) for n in (9, 6, 3, 0)]
    rows = [make.accepted(world.campaign, world.cell, world.head, world.leadership, day) for day in days[:3]]
    rows[0].withdraw(by=world.head, reason="Trùng", on=days[2])
    for day, expected in zip(days, [1, 2, 2, 2], strict=True):
        with past.reading(on=day):
            ask = Ask(world.campaign, day, world.leadership)
            found = {code: upward.body(ask, TableLayout.of(world.ward.pk, code, day)) for code in ("list", "results")}
            layout = TableLayout.of(world.ward.pk, "sums", day)
            sums = upward.body(ask, layout)
            assert [len(body.all_lines()) for body in found.values()] == [expected, expected]
            assert sums.total
            assert sums.total.cells[-1].value == expected == upward.add_up(ask, layout).check.total


def test_a_recognised_model_is_proposed_once_and_stands_in_its_table_until_taken_back(
    world: World, sign_in: Callable
) -> None:
    waiting = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    with pytest.raises(StateChanged):
        make.proposed(waiting, world.leadership)
    people = [world.leadership, world.neighbour]
    row = make.concluded(world.campaign, world.cell, world.head, world.campaign_officer, people)
    client, url = sign_in(world.campaign_officer), reverse("models_registry:proposal_new", args=[row.key])
    said = {"kind": "commendation", "level": "city", "achievement": "12/12 hộ", "proposed_on": f"{today():%d/%m/%Y}"}
    assert "Ghi hình thức khen" in client.post(url, said).content.decode()
    assert client.post(url, said | {"praise": "Bằng khen"}).status_code == 302
    assert client.post(url, said | {"praise": "Bằng khen"}).status_code == 200  # once on this level
    assert Proposal.objects.get().words == "Bằng khen"
    line = dict(zip(*_sheet(world.leadership, "proposals"), strict=True))
    assert (line["Điểm"], line["Hình thức"], line["Quyết định của phường"]) == (100, "Bằng khen", "15-QĐ/ĐU")
    assert line["Ngày quyết định"] == today()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Bằng khen" in page
    back = reverse("models_registry:proposal_take_back", args=[row.key, Proposal.objects.get().pk])
    client.post(back, {"reason": "Nhầm cấp"})
    assert len(_sheet(world.leadership, "proposals")) == 1
    assert "Bằng khen" not in client.get(row.get_absolute_url()).content.decode().split("dv-log", 1)[0]
    row.reopen_review(by=world.leadership, reason="Xem lại")
    assert sign_in(world.leadership).get(url).status_code == 403


def test_the_tables_cost_the_same_with_more_models(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    people = [world.leadership, world.neighbour]
    row = make.concluded(world.campaign, world.cell, world.head, world.campaign_officer, people)
    make.proposed(row, world.leadership)
    client, sent = sign_in(world.leadership), make.sent_table(world.campaign, world.leadership)
    for code in UpwardTable.values:
        url = reverse("models_registry:upward_table", args=[code])
        query_baseline.check(f"models_registry.upward_table {code}", client, url)

    def more() -> None:
        for _n in range(5):
            unit = factories.unit(world.ward)
            make.accepted(world.campaign, unit, world.campaign_officer, world.leadership)

    query_baseline.check("models_registry.upward_list", client, reverse("models_registry:upward_list"))
    query_baseline.check("models_registry.sent_table", client, sent.get_absolute_url())
    query_baseline.assert_flat(client, reverse("models_registry:upward_table", args=["list"]), more)
    query_baseline.assert_flat(client, sent.get_absolute_url(), more)
