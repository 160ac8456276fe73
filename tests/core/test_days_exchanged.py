"""Days whose day and month a spreadsheet may have exchanged are asked about, never read silently."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.models import Task
from core import imports, sheets
from core.imports import Column
from tests.intake.files import act, bring
from tests.world import World

DATE = datetime.date
COLUMN = Column("on", "Ngày", imports.day)
YEAR = 2026


def doubt(*cells: Any) -> sheets.Doubt | None:
    return next(iter(sheets.doubtful_days([[cell] for cell in cells], [COLUMN], {"on": 0})), None)


def turned(*cells: Any) -> list[DATE]:
    return [imports.day(row[0]) for _n, row in sheets.turned([(n, [cell]) for n, cell in enumerate(cells)], [0])]


def test_a_day_with_the_month_first_is_told_with_the_day_that_it_means() -> None:
    with pytest.raises(ValidationError, match="Ghi ngày trước: 25/03/2026"):
        imports.day("03/25/2026")


@pytest.mark.parametrize(
    "cells",
    [
        [DATE(YEAR, 3, 4), DATE(YEAR, 3, 25)],
        [DATE(YEAR, 3, 4), DATE(YEAR, 5, 7)],
        [DATE(YEAR, month, 5) for month in range(1, 11)],  # each on the fifth, as terms are
        ["25/03/2026", "03/04/2026"],
        ["03/04/2026", "05/06/2026"],
        ["25/03/2026", "03/25/2026"],
        [DATE(YEAR, 5, 5), "13/05/2026"],
        ["", 7, "ngày mai"],
    ],
)
def test_a_list_that_reads_one_way_is_not_asked_about(cells: list[Any]) -> None:
    assert doubt(*cells) is None


@pytest.mark.parametrize(
    "cells, is_likely, as_meant",
    [
        # typed day first, opened by a spreadsheet in English
        ([DATE(YEAR, 3, 4), "25/03/2026"], True, [DATE(YEAR, 4, 3), DATE(YEAR, 3, 25)]),
        # a list in English, opened by a spreadsheet in Vietnamese
        ([DATE(YEAR, 4, 3), "03/25/2026"], True, [DATE(YEAR, 3, 4), DATE(YEAR, 3, 25)]),
        # the same as text
        (["03/04/2026", "03/25/2026"], True, [DATE(YEAR, 3, 4), DATE(YEAR, 3, 25)]),
        # nothing but chance speaks against it
        ([DATE(YEAR, n, n % 5 + 2) for n in range(1, 8)], False, [DATE(YEAR, n % 5 + 2, n) for n in range(1, 8)]),
    ],
)
def test_a_list_that_may_read_both_ways_is_asked_about(cells: list[Any], is_likely: bool, as_meant: list[DATE]) -> None:
    asked = doubt(*cells)
    assert asked is not None
    assert asked.is_likely == is_likely
    assert asked.day_first[0] != asked.month_first[0]
    assert turned(*cells) == as_meant


@pytest.mark.parametrize("answer", ["day", "month"])
def test_the_question_is_asked_once_and_heeded(world: World, sign_in: Callable, answer: str) -> None:
    client, year = sign_in(world.campaign_officer), world.campaign
    days = [year.opens_on + datetime.timedelta(days=n) for n in range((year.closes_on - year.opens_on).days)]
    both = [
        one
        for one in days
        if one.day <= 12
        and one.day != one.month
        and year.opens_on <= one.replace(day=one.month, month=one.day)
        and one.replace(day=one.month, month=one.day) <= year.closes_on
    ][:8]
    rows = [["Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"], *([f"Việc {n}", "Chi bộ 7", one] for n, one in enumerate(both))]
    batch = bring(client, "tasks", rows, answers={"due_on": answer})
    assert (batch.new_count, batch.wrong_count) == (8, 0)
    again = client.post(reverse("intake:batch_check", args=[batch.pk]))
    assert again.headers["Location"] == batch.get_absolute_url(), "asked once"
    assert act(client, batch, "take") == "done"
    due = dict(Task.objects.values_list("title", "due_on"))
    meant = [one.replace(day=one.month, month=one.day) if answer == "month" else one for one in both]
    assert [due[f"Việc {n}"] for n in range(8)] == meant
