"""Tables behind a report: the numbers of its text again, on wide pages of their own, signed with it."""

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.db import IntegrityError, InternalError, transaction
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from pypdf import PdfReader

from clearance.models import Party
from core.figures import Scope, all_figures
from core.models import today
from core.papers import Annex, Paper, Run, from_json, to_json
from core.pdf import paper_to_pdf
from core.word import to_docx
from models_registry.models import EntryQuota
from reports.annexes import ENTRIES
from reports.choices import AnnexCode
from reports.models import Report, ReportFigure
from reports.narrative import annex_of, compose, freeze
from tests.clearance import factories as clearance
from tests.models_registry import factories as registry
from tests.publicity import factories as publicity
from tests.reports import factories as make
from tests.world import World

ALL = [code.value for code in AnnexCode]


def scope(world: World, user: Any = None) -> Scope:
    return Scope(ward=world.ward, campaign=world.campaign, user=user)


@pytest.fixture
def full(world: World) -> dict[str, Any]:
    """Two projects, a held conference, a broadcast, an article, leaflets, and a contest with a quota."""
    place = clearance.scene(world)
    other = clearance.project(world.campaign, world.committee, name="Dự án thứ hai", slug="thu-hai")
    clearance.households(other, world.campaign, 3)
    clearance.visit(place["of_cell"][0], world.campaign, world.cell, by=world.head)
    clearance.held_dialogue(place["project"], world.campaign)
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    publicity.published(world.campaign)
    publicity.airing(publicity.broadcast(world.campaign), datetime.datetime.now(datetime.UTC), aired=True)
    publicity.output(world.campaign, world.cell)
    contest = registry.contest(world.campaign, world.campaign_officer)
    EntryQuota.objects.create(ward=world.ward, contest=contest, unit=world.cell, required=3)
    registry.entry(contest, world.cell, world.head)
    return place


def composed(world: World, report: Report) -> Paper:
    return compose(Report.objects.get(pk=report.pk), scope(world))


def test_the_columns_are_facts_that_are_there() -> None:
    from reports.annexes import _laid_out

    told = {code: _laid_out(code) for code in (AnnexCode.LAND, AnnexCode.PUBLICITY, AnnexCode.CONTEST)}
    land = [key for key, _head in told[AnnexCode.LAND]["columns"][2:]] + [k for _w, k in told[AnnexCode.LAND]["note"]]
    assert set(land) <= set(all_figures())
    lines = told[AnnexCode.PUBLICITY]["lines"]
    assert {value for line in lines for name, value in line.items() if name != "name"} <= set(all_figures())
    assert [key for key, _head in told[AnnexCode.CONTEST]["columns"][3:]] == list(ENTRIES)


def test_a_table_says_what_the_text_and_the_figures_say(world: World, full: dict) -> None:
    report = make.report(world, annexes=ALL)
    paper = composed(world, report)
    tables = dict(zip(ALL, paper.annexes, strict=True))
    land = tables["land"]
    figure = all_figures()["clearance.households.by_project"].value(scope(world), today())
    column = land.heads.index("Tổng số hộ")
    assert [line[column].text for line in land.lines] == [str(part.value) for part in (figure.parts or {}).values()]
    assert land.total[column].text == str(figure.value)
    assert all(line[column].href for line in land.lines)
    channels = {line[1].text: [run.text for run in line[2:]] for line in tables["publicity"].lines}
    assert channels["Đài truyền thanh"][1] == "1"
    assert channels["Bài viết trên cổng của phường"][0] == "1"
    assert len(channels) == 3
    contest = tables["contest"]
    assert [run.text for run in contest.lines[0][1:4]] == [str(world.cell), "3", "0"]
    assert [line[1].text for line in tables["list"].lines]
    assert "Đơn thư đang giải quyết: 0" in land.note_text
    assert all(run.href for run in land.note if run.figure), "these numbers open their rows, too"


def test_no_household_or_writer_is_named_in_tables_05_to_07(world: World, full: dict) -> None:
    names = [str(world.head), *Party.objects.values_list("name", flat=True)]
    assert len(names) > 1
    told = json.dumps([to_json_of(annex_of(code, scope(world), today())) for code in list(AnnexCode)[4:]])
    assert not [name for name in names if name in told]


def to_json_of(table: Annex) -> list[list[str]]:
    return [[run.text for run in line] for line in table.all_lines]


def test_it_is_signed_with_the_report_and_every_number_keeps_its_rows(world: World, full: dict) -> None:
    report = make.report(world, annexes=["land", "contest"])
    paper, figures = freeze(Report.objects.get(pk=report.pk), scope(world))
    assert from_json(json.loads(json.dumps(to_json(paper)))) == paper
    told = {row.key: row for row in figures}
    key = f"clearance.households_visited.by_project:{full['project'].slug}"
    assert (told[key].value, len(told[key].row_ids)) == (1, 1)
    report.hand_in(by=world.campaign_officer)
    report.pass_check(by=world.records_clerk)
    report.sign(by=world.leadership, paper=paper, figures=figures)
    clearance.visit(full["of_cell"][1], world.campaign, world.cell, by=world.head)
    signed = composed(world, report).annexes[0]
    column = signed.heads.index("Đã thăm")
    assert signed.total[column].text == "1"
    assert "known=" in signed.lines[0][column].href
    assert ReportFigure.objects.filter(report=report, key=key, value=1).exists()
    with pytest.raises(InternalError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(annexes=[])


def test_a_kind_of_table_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.report(world, annexes=["bieu-99"])


def test_the_writer_ticks_them(world: World, sign_in: Callable, full: dict) -> None:
    report = make.report(world)
    client = sign_in(world.campaign_officer)
    path = f"/reports/{report.pk}/edit/"
    form = client.get(path).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "annexes"}
    data |= {name: value.strftime("%d/%m/%Y") for name, value in data.items() if isinstance(value, datetime.date)}
    assert client.post(path, data | {"annexes": ["land", "publicity"]}).status_code == 302
    page = client.get(report.get_absolute_url()).content.decode()
    for words in ("Biểu 05. Kết quả vận động giải phóng mặt bằng", "Dự án thứ hai", "Biểu 06. Kết quả tuyên truyền"):
        assert words in page
    assert "Biểu 07" not in page.partition("dv-annex")[2].partition("Biểu kèm")[0]


@pytest.fixture
def long(world: World) -> Paper:
    paper = compose(make.report(world), scope(world))
    lines = tuple(
        (Run(str(n)), Run(f"Mô hình {n}: " + "vườn hoa < & " * (200 if n == 7 else 3)), Run("12")) for n in range(1, 90)
    )
    table = Annex(
        "Danh mục",
        ("STT", "Tên mô hình", "Số hộ"),
        (True, False, True),
        lines,
        (Run(""), Run("Cộng"), Run("89")),
        (Run("Ghi chú."),),
    )
    return Paper(**{**paper.__dict__, "annexes": (table, table)})


def test_an_annex_stands_on_wide_pages_with_numbers_of_their_own(long: Paper) -> None:
    document = docx.Document(io.BytesIO(to_docx(long)))
    first, wide, last = document.sections
    assert (first.orientation, wide.orientation, last.orientation) == (
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.LANDSCAPE,
    )
    assert (round(wide.page_width / Mm(1)), round(wide.page_height / Mm(1))) == (297, 210)
    assert 'w:start="1"' in wide._sectPr.xml
    grid = document.tables[-1]
    assert "tblHeader" in grid.rows[0]._tr.xml
    assert [cell.text for cell in grid.rows[0].cells] == ["STT", "Tên mô hình", "Số hộ"]
    assert grid.rows[1].cells[1].text.startswith("Mô hình 1: vườn hoa < &")
    assert len(grid.rows) == 91
    said = [part.text for part in document.paragraphs]
    assert [text for text in said if text.startswith("Phụ lục")] == ["Phụ lục I", "Phụ lục II"]
    assert any(text.startswith("(Kèm theo Báo cáo số") for text in said)
    pages = PdfReader(io.BytesIO(paper_to_pdf(long))).pages
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    start = sizes.index((842, 595))
    assert set(sizes[:start]) == {(595, 842)}
    assert set(sizes[start:]) == {(842, 595)}
    texts = [page.extract_text() for page in pages[start:]]
    begins = [n for n, text in enumerate(texts) if "Phụ lục" in text]
    assert len(begins) == 2
    assert "2" in texts[1].splitlines(), "the second page of the annex bears its own number"
    assert "2" not in texts[begins[1]].splitlines()[:1]
    assert texts[1].count("Tên mô hình") == 1, "the heading stands on each page"
    assert "Mô hình 89" in texts[-1]


def test_tables_05_to_07_are_pages_and_sheets(world: World, sign_in: Callable, full: dict) -> None:
    client = sign_in(world.campaign_officer)
    page = client.get("/reports/tables/").content.decode()
    for code in ALL:
        assert code in page
    for code in ("land", "publicity", "contest"):
        answer = client.get(f"/reports/tables/{code}/")
        assert answer.status_code == 200
        assert str(answer.context["annex"].title) in answer.content.decode()
    for wrong in ("list", "khong-co"):
        assert client.get(f"/reports/tables/{wrong}/").status_code == 404
    assert sign_in(world.superior_viewer).get("/reports/tables/land/").status_code == 403
