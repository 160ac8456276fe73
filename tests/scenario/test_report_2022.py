"""The report of 12/04/2022, read back from the .docx."""

import datetime
import json
import re
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from wardportal.demonstration.year_2022 import NEXT_TASKS

DAY = datetime.date(2022, 4, 12)


def read(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def write(folder: Path) -> Path:
    out = folder / "bao-cao.docx"
    call_command("report", campaign=2022, on=DAY, out=out)
    return out


def test_the_report_holds_the_facts(campaign: Campaign, tmp_path: Path) -> None:
    text = read(write(tmp_path))
    for fact in ["90-KH/QU", "103-KH/QU", "số 82 ", "số 92 ", "16 mô hình", "14 tập thể", "02 cá nhân", "29 hộ"]:
        assert fact in text, fact
    assert "gần 100 người" in text
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "ĐẢNG ỦY PHƯỜNG LONG BIÊN" in text
    assert "ĐẢNG BỘ QUẬN LONG BIÊN" in text
    assert re.search(r"ngày\s+tháng\s+năm 2022", text), "the clerk gives the day"


def test_gaps_are_printed_as_gaps(campaign: Campaign, tmp_path: Path) -> None:
    text = read(write(tmp_path))
    assert "E6HT: [chưa có danh sách hộ]" in text
    assert "[chưa có số liệu về tin phát thanh]" in text
    assert "None" not in text


def test_next_tasks_are_a_section(campaign: Campaign, tmp_path: Path) -> None:
    text = read(write(tmp_path))
    section = text.partition("Nhiệm vụ thời gian tới")[2]
    assert section
    for task in NEXT_TASKS:
        assert task in section


def test_the_report_is_vietnamese_whatever_the_language(campaign: Campaign, tmp_path: Path) -> None:
    from django.utils import translation

    vietnamese = read(write(tmp_path))
    with translation.override("en"):
        assert read(write(tmp_path)) == vietnamese


def test_a_day_without_a_report_is_said_so(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no report of 11/04/2022"):
        call_command("report", campaign=2022, on=DAY - datetime.timedelta(days=1), out=tmp_path / "x.docx")


def test_the_facts_name_three_next_tasks() -> None:
    facts = json.loads(Path(__file__).with_name("long-bien-2022.json").read_text(encoding="utf-8"))
    assert len(NEXT_TASKS) == len(facts["next_tasks"])
