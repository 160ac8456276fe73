import datetime

import pytest
from django.template import Context, Template

from core import dates
from core.dates import short_date
from core.ui import deadline

DAY = datetime.date(2022, 4, 5)
TODAY = datetime.date(2022, 4, 12)


@pytest.mark.parametrize(
    "typed",
    ["5/4", "05/04", "05042022", "0504", "5/4/22", "050422", "5-4-2022", "5.4.2022", " 05/04/2022 ", "2022-04-05"],
)
def test_a_day_is_read_however_it_is_typed(typed: str) -> None:
    assert dates.parse_date(typed, year=2022) == DAY


@pytest.mark.parametrize("typed", ["31/4", "5", "5/13/2022", "abc", "5/4/2", "2022-13-01", "٥/٤", "0/4"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert dates.parse_date(typed, year=2022) is None


@pytest.mark.parametrize("typed", ["7h", "7h00", "07:00", "7:00", "7g", "7", "0700", "700", "7 giờ", "７h", "07:00:00"])
def test_a_time_is_read_however_it_is_typed(typed: str) -> None:
    assert dates.parse_time(typed) == datetime.time(7)


@pytest.mark.parametrize("typed", ["0730", "730", "7g30", "7h30", "7:30", "7.30", "7 giờ 30 phút", "07h30p", "7H30"])
def test_half_past_seven_is_read_from_a_number_pad_as_from_a_keyboard(typed: str) -> None:
    assert dates.parse_time(typed) == datetime.time(7, 30)


def test_minutes_of_one_digit_are_minutes() -> None:
    assert dates.parse_time("19h5") == datetime.time(19, 5)


@pytest.mark.parametrize("typed", ["2460", "7.5", "7h60", "24h", "25:00", "7:60", "sáng", ""])
def test_what_is_no_time_is_refused(typed: str) -> None:
    assert dates.parse_time(typed) is None


def test_dates_show_the_year_only_where_it_differs() -> None:
    assert dates.short_date(DAY, TODAY) == "05/04"
    assert dates.short_date(DAY, datetime.date(2026, 1, 1)) == "05/04/2022"
    assert dates.weekday_date(datetime.date(2022, 4, 16), TODAY) == "Thứ Bảy 16/04"


@pytest.mark.parametrize(
    "days, kind, words",
    [
        (-4, "bad", "Quá hạn 4 ngày"),
        (0, "warn", "Hôm nay"),
        (2, "warn", "Còn 2 ngày"),
        (3, "", "Còn 3 ngày"),
        (7, "", "Còn 7 ngày"),
        (8, "", "20/04"),
    ],
)
def test_a_deadline_says_how_near_it_is(days: int, kind: str, words: str) -> None:
    badge = deadline(TODAY + datetime.timedelta(days=days), TODAY)

    assert (badge.kind, badge.text) == (kind, words)


def test_what_counts_days_has_its_date_beside_it() -> None:
    render = Template("{% deadline_badge due None today %}|{% deadline_badge due None today dated=False %}").render
    dated, bare = render(Context({"due": TODAY - datetime.timedelta(days=4), "today": TODAY})).split("|")
    assert "Quá hạn 4 ngày" in dated
    assert short_date(TODAY - datetime.timedelta(days=4), TODAY) in dated
    assert short_date(TODAY - datetime.timedelta(days=4), TODAY) not in bare


def test_what_is_done_is_never_overdue() -> None:
    badge = deadline(DAY, TODAY, done=datetime.date(2022, 4, 8))

    assert (badge.kind, badge.text) == ("ok", "Xong 08/04")
