"""Sentences as data: places for facts, what drops out and what is said as a gap, and the writer's own wording."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.figures import Scope, all_figures
from core.models import StateChanged, today
from core.papers import Run
from reports.models import Report, ReportFigure, ReportText, ReportWording
from reports.narrative import NAMED, compose, entry_of, fact_names, freeze
from reports.sentences import PLACE, Place, Said, mark_of, printed, problems, without
from reports.sums import odd_sums
from tests.models_registry import factories as registry
from tests.reports import factories as make
from tests.world import World

KNOWN = {"a": 2, "b": 0, "parts": None}


def say(place: Place) -> Said:
    value = KNOWN.get(place.name)
    if place.name == "label":
        return Said((Run(place.code),))
    if value is None:
        return Said((Run(f"[{place.gap}]", missing=True),), counts=False)
    return Said((Run(f"{value:02d} {place.unit}".strip()),), counts=value > 0)


def text(*lines: str) -> list[str]:
    found = printed(list(lines), say, lambda name: ["x", "y"] if name == "parts" else [], "s")
    return ["".join(run.text for run in runs) for runs in found]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Có {a:bài}."], ["Có 02 bài."]),
        (["Có {none|chưa có bài}."], ["Có [chưa có bài]."]),
        (["?Có {none|chưa có bài}."], []),
        (["?Có {none}.", "/Chưa có gì."], ["Chưa có gì."]),
        (["?Có {a}.", "/Chưa có gì."], ["Có 02."]),
        (["?Có {none}.", "/?Có {none}.", "/Ba."], ["Ba."]),
        (["Trễ {b!:đơn}."], []),
        (["Trong {b} có {a!}."], ["Trong 00 có 02."]),
        (["*parts", "{label}: {a}.", "*", "Hết."], ["x: 02.", "y: 02.", "Hết."]),
        (["*parts", "?{label}: {none}.", "/{label} trống.", "*"], ["x trống.", "y trống."]),
        (["*nothing|không có dự án", "{label}."], ["[không có dự án]"]),
        (["{a.__class__} {0} {a!r} {{a}}"], ["[] {0} {a!r} {02}"]),
    ],
)
def test_a_line_is_printed_left_out_or_says_its_gap(lines: list[str], said: list[str]) -> None:
    assert text(*lines) == said


def test_a_gap_knows_its_sentence() -> None:
    _first, second = printed(["Có {a}.", "Có {none|gì}."], say, lambda name: [], "s")
    assert [run.sentence for run in second if run.missing] == [f"s:{mark_of('Có {none|gì}.')}"]


def test_a_sentence_goes_with_what_stands_in_its_place() -> None:
    lines = ["một", "?hai", "/hai thay", "/hai nữa", "ba"]
    assert without(lines, mark_of("/hai thay")) == ["một", "ba"]
    assert without(lines, mark_of("một")) == lines[1:]
    assert without(lines[1:], mark_of("một")) is None


@pytest.mark.parametrize(
    ("line", "word"),
    [("Có {ngoai}", "ngoai"), ("Có {models.registered", "{name}"), ("{plan@never}", "@never"), ("*x|y", "“x”")],
)
def test_what_can_not_be_printed_is_told(line: str, word: str) -> None:
    found = list(problems([line], fact_names(), set(all_figures())))
    assert found
    assert word in found[0] or "{" in line


def test_every_shipped_sentence_can_be_printed(world: World) -> None:
    for row in ReportText.objects.shipped(world.ward.pk):
        assert not list(problems(row.sentences, fact_names(), set(all_figures()))), row.code


def test_every_fact_is_entered_on_a_page(world: World) -> None:
    for row in ReportText.objects.shipped(world.ward.pk):
        for line in row.sentences:
            for name in _places(line):
                assert entry_of(name), name


def _places(line: str) -> set[str]:
    """Names of a line that are figures, or the plan."""
    return {place[0] for place in PLACE.findall(line)} - NAMED | ({"plan"} if "{plan|" in line else set())


def paper_text(report: Report) -> str:
    fresh = Report.objects.for_list().get(pk=report.pk)
    paper = compose(fresh, Scope(ward=fresh.campaign.ward, campaign=fresh.campaign))
    return "\n".join("".join(run.text for run in part.runs) for part in paper.paragraphs)


def test_the_wards_own_sentences_serve_from_their_day_on(world: World, sign_in: Callable) -> None:
    report = make.report(world)
    client = sign_in(world.administrator)
    assert client.post("/reports/texts/enter/").status_code == 302
    assert ReportText.objects.propose(world.ward.pk) == 0, "a second time adds nothing"
    rows = ReportText.objects.filter(code="models")
    day = today() + datetime.timedelta(days=1)
    new = ReportText(ward=world.ward, code="models", heading="Mô hình mới", lines="Câu mới.", order=2, source="thử")
    new.valid_from = day
    new.save()
    assert "Câu mới." not in paper_text(report)
    rows.filter(valid_from=day).update(valid_from=today())
    assert "Câu mới." in paper_text(report)
    assert "Câu mới." in client.get("/reports/texts/").content.decode()
    for wrong in ({"lines": ""}, {"source": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_the_administration_refuses_a_fact_that_is_not_there(world: World, sign_in: Callable) -> None:
    data = {"code": "thu", "heading": "Thử", "lines": "Có {khong.co}.", "order": "9", "source": "thử"}
    data |= {"valid_from": today().strftime("%d/%m/%Y")}
    answer = sign_in(world.administrator).post("/admin/reports/reporttext/add/", data)
    assert "khong.co" in str(answer.context["adminform"].form.errors["lines"])
    assert not ReportText.objects.exists()


def test_the_writers_wording_stays_while_its_facts_go_on(world: World, sign_in: Callable) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    report = make.report(world)
    client, path = sign_in(world.campaign_officer), f"/reports/{report.pk}/wording/models/"
    shown = client.get(path).context["form"]["lines"].value()
    assert "{models.registered:mô hình" in shown
    refused = client.post(path, {"lines": "Phường có {khong.co}."})
    assert "lines" in refused.context["form"].errors
    assert client.post(path, {"lines": "Phường đã có {models.registered:mô hình}."}).status_code == 302
    assert "Phường đã có 01 mô hình." in paper_text(report)
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    assert "Phường đã có 02 mô hình." in paper_text(report)
    assert client.post(path, {"lines": "bất kỳ", "as_usual": "on"}).status_code == 302
    assert not ReportWording.objects.exists()
    assert client.get(f"/reports/{report.pk}/wording/khong-co/").status_code == 404


def test_a_sentence_with_a_gap_is_left_out_by_one_click(world: World, sign_in: Callable) -> None:
    report = make.report(world)
    client = sign_in(world.campaign_officer)
    page = client.get(report.get_absolute_url())
    gap = next(run for run in page.context["paper"].missing if "buổi quán triệt" in run.text)
    assert gap.href == entry_of("campaigns.dissemination_sessions")
    address = f"/reports/{report.pk}/leave-out/"
    assert client.post(address, {"sentence": gap.sentence}).status_code == 302
    left = paper_text(report)
    assert "quán triệt kế hoạch" not in left
    again = client.post(address, {"sentence": gap.sentence}, follow=True)
    assert "không còn trong báo cáo này" in again.content.decode(), "a second click means no other sentence"
    assert paper_text(report) == left
    for wrong in ("", "nothing:0"):
        assert client.post(address, {"sentence": wrong}).status_code == 404


def test_what_is_handed_in_is_not_worded_anew(world: World) -> None:
    report = make.handed_in(world)
    with pytest.raises(StateChanged):
        report.reword(by=world.campaign_officer, code="models", lines=["khác"])


# ---- sums that must agree ----------------------------------------------------------------------------
def figures(world: World) -> list[ReportFigure]:
    return freeze(make.report(world), Scope(ward=world.ward, campaign=world.campaign))[1]


def test_figures_of_a_report_add_up(world: World) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    assert odd_sums(figures(world)) == []


@pytest.mark.parametrize("key", ["models.registered.collective", "models.registered"])
def test_a_sum_that_does_not_agree_names_its_rows(world: World, key: str) -> None:
    model = registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    found = figures(world)
    (wrong,) = [row for row in found if row.key == key]
    wrong.row_ids, wrong.value = [], 0
    odd = odd_sums(found)
    assert odd
    assert {row.pk for one in odd for row in one.rows} == {model.pk}


def test_what_is_no_part_of_its_whole_is_told(world: World) -> None:
    def row(key: str, keys: list[int]) -> ReportFigure:
        return ReportFigure(ward=world.ward, key=key, value=len(keys), table="clearance.household", row_ids=keys)

    part = row("clearance.households_invited.by_project:p", [1, 2])
    whole = row("clearance.households.by_project:p", [1])
    assert len(odd_sums([part, whole])) == 1
    assert odd_sums([row(part.key, [1]), whole]) == []


def test_who_signs_is_asked_about_sums_that_do_not_agree(
    world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports import sums

    report = make.checked(world)
    monkeypatch.setattr(sums, "odd_sums", lambda rows: [sums.Odd("Không khớp: 16 và 15.", ())])
    client = sign_in(world.leadership)
    assert "Không khớp" in client.get(report.get_absolute_url()).content.decode()
    asked: Any = client.post(f"/reports/{report.pk}/sign/", {})
    assert "Không khớp" in asked.context["form"].fields["keep"].help_text
