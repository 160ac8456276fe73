"""A number entered by hand: who, why and what the portal counted stay beside it, before the signature and after."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from docx import Document as read_docx

from core.figures import Scope
from core.models import StateChanged
from core.word import to_docx
from notifications.models import Event
from reports.filling import values_of
from reports.models import Report, ReportFigure, ReportOverride, SuperiorFormCell
from reports.narrative import changes, compose, freeze
from reports.sums import odd_sums
from tests.models_registry import factories as registry
from tests.reports import factories as make
from tests.world import World

KEY = "models.registered"
TYPED = {"value": "5", "reason": "Hai mô hình của trường học chưa nhập"}


def scope(world: World) -> Scope:
    return Scope(ward=world.ward, campaign=world.campaign)


def words(report: Report, world: World) -> str:
    found = Report.objects.get(pk=report.pk)
    return "".join(run.text for part in compose(found, scope(world)).paragraphs for run in part.runs)


def overruled(world: World, report: Report, **fields: Any) -> ReportOverride:
    own = ReportOverride(**{"key": KEY, "value": 5, "computed": 1, "reason": "Chưa nhập"} | fields)
    report.overrule(own, by=world.campaign_officer)
    return own


def test_another_number_stands_on_the_paper_and_the_counted_one_beside_it(world: World, sign_in: Callable) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    report = make.report(world)
    client, path = sign_in(world.campaign_officer), f"/reports/{report.pk}/numbers/{KEY}/"
    assert path in client.get(report.get_absolute_url()).content.decode()
    asked = client.get(path)
    assert "01" in asked.content.decode()
    assert "as_computed" not in asked.context["form"].fields
    for wrong in ({"value": "5", "reason": " "}, {"value": "-1", "reason": "x"}, {"value": "1", "reason": "x"}):
        assert client.post(path, wrong).context["form"].errors, wrong
    assert client.post(path, TYPED).status_code == 302
    own = report.overrides.get()
    assert (own.value, own.computed, own.by) == (5, 1, world.campaign_officer)
    assert "05 mô hình" in words(report, world)
    page = client.get(report.get_absolute_url()).content.decode()
    assert TYPED["reason"] in page
    run = next(run for part in compose(report, scope(world)).paragraphs for run in part.runs if run.figure == KEY)
    assert run.counted == "01"
    file = read_docx(io.BytesIO(to_docx(compose(report, scope(world)))))
    printed = "\n".join(part.text for part in file.paragraphs)
    assert "05 mô hình" in printed
    assert TYPED["reason"] not in printed
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    assert "05 mô hình" in words(report, world), "what somebody says stays"
    assert client.post(path, {"value": "6", "reason": "Thêm một"}).status_code == 302
    assert report.overrides.get().computed == 2
    assert client.post(path, TYPED | {"as_computed": "on"}).status_code == 302
    assert not report.overrides.exists()
    assert "02 mô hình" in words(report, world)
    kinds = list(Event.objects.about(report).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["reports.report.overruled"] * 2 + ["reports.report.counted_again"]
    assert client.get(f"/reports/{report.pk}/numbers/khong.co/").status_code == 404
    assert client.get(f"/reports/{report.pk}/numbers/models.registered.by_field:khong-co/").status_code == 404


def test_it_is_signed_with_its_reason_and_compared_by_what_was_counted(world: World, sign_in: Callable) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    report = make.report(world)
    overruled(world, report)
    figures = freeze(report, scope(world))[1]
    assert "5" in odd_sums(figures)[0].sentence, "the parts add up to another sum, which is asked about"
    report.hand_in(by=world.campaign_officer)
    report.pass_check(by=world.records_clerk)
    with pytest.raises(StateChanged):
        overruled(world, report, value=7)
    with pytest.raises(StateChanged):
        report.count_again(by=world.campaign_officer, key=KEY)
    paper, figures = freeze(report, scope(world))
    report.sign(by=world.leadership, paper=paper, figures=figures)
    row = ReportFigure.objects.get(report=report, key=KEY)
    assert (row.value, row.computed, row.reason, row.by) == (5, 1, "Chưa nhập", world.campaign_officer)
    assert len(row.row_ids) == 1
    assert KEY not in changes(report, scope(world))
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    assert changes(report, scope(world))[KEY] == "02"
    assert "05 mô hình" in words(report, world)
    page = sign_in(world.superior_viewer).get(report.get_absolute_url())
    assert not any(run.counted for part in page.context["paper"].paragraphs for run in part.runs)
    assert "Chưa nhập" not in page.content.decode(), "the desk's reasons are the ward's"


def test_a_part_is_overruled_and_its_whole_adds_up(world: World) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    report = make.report(world)
    fields = freeze(report, scope(world))[1]
    part = next(row for row in fields if row.key.startswith("models.registered.by_field:") and row.value)
    overruled(world, report, key=part.key, value=9)
    report = Report.objects.get(pk=report.pk)
    again = {row.key: row for row in freeze(report, scope(world))[1]}
    assert (again[part.key].value, again[part.key].computed) == (9, part.value)
    cell = SuperiorFormCell(sheet="A", cell="B1", fact=part.key)
    assert values_of(report, [cell], scope(world))[0].value == 9, "a superior's form says the same"


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"value": -1}])
def test_the_database_wants_a_reason(world: World, wrong: dict) -> None:
    report = make.report(world)
    fields: dict[str, Any] = {"key": KEY, "value": 5, "reason": "Chưa nhập"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        report.overrides.create(ward=world.ward, by=world.campaign_officer, **fields)


def test_a_number_by_hand_is_signed_with_a_name(world: World) -> None:
    report = make.signed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFigure.objects.create(ward=world.ward, report=report, key="x", value=1, reason="vì thế")


def test_the_docs_table_tells_all_figures() -> None:
    out = io.StringIO()
    call_command("figures", "--definitions", stdout=out)
    told = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    assert told == out.getvalue(), "write it anew: ./run figures --definitions > docs/figures.md"
