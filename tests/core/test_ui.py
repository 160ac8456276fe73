import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString

from core import charts, ui
from core.figures import FigureValue


def render(source: str, **values: Any) -> str:
    return Template(source).render(Context(values))


def test_every_state_of_every_app_has_its_look() -> None:
    codes = {
        code
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "name", "") in {"state", "outreach"} and getattr(field, "choices", None)
        for code, _label in field.choices
    }

    assert codes
    assert codes <= set(ui.LOOKS), codes - set(ui.LOOKS)


def test_a_chip_says_the_state_in_words() -> None:
    class State(TextChoices):
        DONE = "done", "Hoàn thành"

    html = render(
        "{% status_chip row %}", row=SimpleNamespace(state=State.DONE, get_state_display=lambda: "Hoàn thành")
    )

    assert "dv-ok" in html
    assert "Hoàn thành" in html


def test_no_data_is_said_and_never_shown_as_zero() -> None:
    html = render("{% figure value caption='Dự án' empty='Chưa có danh sách hộ' %}", value=FigureValue(None))

    assert "Chưa có danh sách hộ" in html
    assert "0" not in html


def test_an_estimate_is_nearly_and_the_whole_figure_is_its_link() -> None:
    value = FigureValue(1200, url="/rows/?on=2022-04-09", as_of=datetime.date(2022, 4, 9), exactness="nearly")
    html = render("{% figure value unit='người' %}", value=value)

    assert "gần</small> 1.200" in html
    assert html.startswith('<a href="/rows/?on=2022-04-09" class="dv-fig"')
    assert "09/04/2022" in html


@pytest.mark.parametrize("value, most, green", [(9, 11, False), (11, 11, True)])
def test_a_bar_is_green_only_when_full(value: int, most: int, green: bool) -> None:
    html = render("{% progress 'Xong' value most 'hộ' %}", value=value, most=most)

    assert f"{value}/{most} hộ" in html
    assert ("dv-p-ok" in html) is green


def test_nothing_to_reach_is_no_percentage() -> None:
    assert "<progress" not in render("{% progress 'Xong' 0 0 %}")


def test_columns_are_drawn_in_attributes_that_every_language_can_read() -> None:
    html = render(
        "{% columns rows 'Số người' %}", rows=[{"label": "05/03", "value": 84}, {"label": "12/03", "value": None}]
    )

    assert 'y="22.0"' in html
    assert "style" not in html
    assert "05/03 84, 12/03 dự kiến" in html


def test_a_chart_without_any_value_is_still_a_chart() -> None:
    assert charts.columns([("05/03", None, False)], "x").columns[0].css == "plan"
    assert charts.columns([], "x").columns == []


def test_squares_show_the_offices_work_and_count_it() -> None:
    row = {"state": "done", "label": "Đã giao giấy mời", "url": "/h/"}
    owed = {"mark": "ward_owes_answer", "mark_label": "Phường còn nợ trả lời"}
    html = render("{% household_grid rows %}", rows=[row | {"number": 1}, row | {"number": 2} | owed])

    assert html.count("dv-w-done") == 3
    assert html.count("dv-w-owes") == 2
    assert 'aria-label="Hộ số 2: Đã giao giấy mời, Phường còn nợ trả lời"' in html
    assert "<b>2</b> Đã giao giấy mời" in html
    assert "<b>1</b> Phường còn nợ trả lời" in html


def test_the_pager_keeps_the_filters() -> None:
    page = Paginator(range(120), 50).get_page(2)
    request = RequestFactory().get("/tasks/", {"state": "late", "page": "2"})
    html = render("{% pager page 'nhiệm vụ' %}", page=page, request=request)

    assert "Hiện 51–100 trong 120 nhiệm vụ" in html
    assert "?state=late&amp;page=3" in html


def test_captured_text_stays_escaped() -> None:
    assert render("{% capture x %}<b>{{ name }}</b>{% endcapture %}{{ x }}", name="<i>") == "<b>&lt;i&gt;</b>"


def test_a_note_escapes_what_stands_in_it() -> None:
    assert "&lt;script&gt;" in render("{% note 'warn' %}{{ name }}{% endnote %}", name="<script>")


def test_a_part_is_written_once_for_what_looks_the_same_and_anew_for_what_does_not() -> None:
    shown = [
        render("{% empty_state why then %}", why=why, then=then)
        for why, then in [("<b>", ""), (SafeString("<b>"), ""), (1, ""), (True, ""), (1, 1.0), (1, 1)]
    ]
    assert len(set(shown)) == 6
    assert "&lt;b&gt;" in shown[0]
    assert "<b><b></b>" in shown[1]


def test_a_part_follows_the_language_and_the_day(time_machine: Any) -> None:
    value, words = FigureValue(3, as_of=datetime.date(2026, 5, 4), label="x"), "{% figure value %}"
    time_machine.move_to(datetime.datetime(2026, 5, 4, 3, tzinfo=datetime.UTC))
    with translation.override("vi"):
        vietnamese = render(words, value=value)
    with translation.override("en"):
        assert render(words, value=value) != vietnamese
    assert "04/05/2026" not in vietnamese
    time_machine.move_to(datetime.datetime(2027, 1, 2, 3, tzinfo=datetime.UTC))
    with translation.override("vi"):
        assert "04/05/2026" in render(words, value=value)
