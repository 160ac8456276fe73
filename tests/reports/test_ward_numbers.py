"""What reports rest on: the closing day of their periods, and how large the ward is as others told it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.figures import Scope, get_figure
from core.models import today
from core.opening import steps
from notifications.models import Event
from reports.models import PeriodRule, Report, ReportText, WardNumber
from reports.narrative import compose, texts_of
from tests import factories as people
from tests.reports import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def said_of(report: Report, world: World) -> str:
    paper = compose(Report.objects.for_list().get(pk=report.pk), Scope(world.ward, world.campaign))
    return "\n".join("".join(run.text for run in part.runs) for part in paper.paragraphs)


# ---- the closing day -----------------------------------------------------------------------------------
def test_a_ward_takes_over_the_proposed_day_once_from_today_on(world: World, sign_in: Callable) -> None:
    client = sign_in(world.administrator)

    def lacks() -> list:
        return next(step.lacks for step in steps(world.administrator, world.ward) if step.code == "reports")

    assert len(lacks()) == 1
    page = client.get("/reports/closing-days/?opening=reports").content.decode()
    assert 'action="/reports/closing-days/enter/?opening=reports"' in page
    assert "Đề xuất: ngày 14 hằng tháng, theo Nghị định 09/2019/NĐ-CP" in page
    assert client.post("/reports/closing-days/enter/?opening=reports").status_code == 302
    row = PeriodRule.objects.get()
    assert (row.closes_on, row.valid_from, "09/2019" in row.source) == (14, today(), True)
    assert not lacks()
    assert PeriodRule.propose(world.ward, by=world.administrator) == 0
    assert Event.objects.filter(kind="reports.closing_day.entered").count() == 1
    assert PeriodRule.objects.closes_on(world.ward.pk, today() - DAY) is None, "earlier reports keep their periods"


def test_another_day_takes_its_place_from_its_first_day_on(world: World, sign_in: Callable) -> None:
    client = sign_in(world.administrator)
    typed = {"closes_on": "14", "valid_from": f"{today() - 9 * DAY:%d/%m/%Y}", "source": "Công văn 5-CV/QU"}
    assert client.post("/reports/closing-days/new/", typed).status_code == 302
    typed |= {"closes_on": "31", "valid_from": f"{today():%d/%m/%Y}"}
    assert client.post("/reports/closing-days/new/", typed).status_code == 302
    assert PeriodRule.objects.closes_on(world.ward.pk, today() - DAY) == 14
    assert PeriodRule.objects.closes_on(world.ward.pk, today()) == 31
    page = client.get("/reports/closing-days/")
    assert page.context["held"].closes_on == 31
    assert "Ngày cuối tháng" in page.content.decode()
    refused = client.post("/reports/closing-days/new/", typed | {"closes_on": "20"})
    assert "đã" in refused.content.decode()
    assert PeriodRule.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"closes_on": "0"}, {"closes_on": "32"}, {"closes_on": "x"}, {"source": ""}])
def test_a_day_that_no_month_has_is_refused_and_stays_typed(world: World, sign_in: Callable, wrong: dict) -> None:
    typed = {"closes_on": "14", "valid_from": f"{today():%d/%m/%Y}", "source": "Công văn 5-CV/QU"} | wrong
    page = sign_in(world.administrator).post("/reports/closing-days/new/", typed)
    assert set(page.context["form"].errors) == set(wrong)
    assert page.context["form"]["source"].value() == typed["source"]
    assert not PeriodRule.objects.exists()


# ---- how large the ward is -----------------------------------------------------------------------------
def entry(**typed: Any) -> dict[str, Any]:
    return {"on": f"{today():%d/%m/%Y}", "source": "Công an phường"} | typed


def test_numbers_are_entered_together_and_corrected_by_the_same_day(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    labels = client.get("/reports/ward-numbers/new/").context["form"].labels
    places = {label: name for name, label in labels.items()}
    typed = entry(**{places["hộ dân"]: "4.512", places["nhân khẩu"]: "15230"}, other="doanh nghiệp", other_value="88")
    assert client.post("/reports/ward-numbers/new/", typed).status_code == 302
    assert dict(WardNumber.objects.values_list("label", "value")) == {
        "hộ dân": 4512,
        "nhân khẩu": 15230,
        "doanh nghiệp": 88,
    }
    form = client.get("/reports/ward-numbers/new/").context["form"]
    assert "doanh nghiệp" in form.labels.values(), "what the ward counts is asked for the next time"
    again = entry(**{next(name for name, label in form.labels.items() if label == "hộ dân"): "4520"})
    assert client.post("/reports/ward-numbers/new/", again).status_code == 302
    assert WardNumber.objects.get(label="hộ dân").value == 4520
    assert list(WardNumber.objects.get(label="hộ dân").history.values_list("value", flat=True)) == [4512, 4520]
    assert Event.objects.filter(kind="reports.ward_numbers.entered").count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "__all__"),
        ({"n0": "-1"}, "n0"),
        ({"n0": "bốn"}, "n0"),
        ({"n0": "1", "on": f"{today() + DAY:%d/%m/%Y}"}, "on"),
        ({"n0": "1", "source": " "}, "source"),
        ({"n0": "1", "other": "doanh nghiệp"}, "other_value"),
        ({"n0": "1", "other_value": "3"}, "other"),
    ],
)
def test_what_can_not_be_read_is_said_and_nothing_is_kept(
    world: World, sign_in: Callable, typed: dict, field: str
) -> None:
    page = sign_in(world.campaign_officer).post("/reports/ward-numbers/new/", entry(**typed))
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["n0"].value() == typed.get("n0")
    assert not WardNumber.objects.exists()


def test_each_number_opens_its_row_on_each_day(world: World, sign_in: Callable) -> None:
    make.ward_numbers(world, on=today() - 9 * DAY, hộ_dân=4500)
    make.ward_numbers(world, hộ_dân=4512, nhân_khẩu=15230)
    figure, client = get_figure("reports.ward_numbers"), sign_in(world.campaign_officer)
    for on, wanted in ((today() - DAY, {"hộ dân": 4500}), (today(), {"hộ dân": 4512, "nhân khẩu": 15230})):
        value = figure.value(Scope(world.ward, world.campaign, user=world.campaign_officer), on)
        assert value.value is None, "households and people are not added up"
        assert {part.label: part.value for part in (value.parts or {}).values()} == wanted
        for part in (value.parts or {}).values():
            page = client.get(part.url)
            assert page.context["total"] == part.value
            assert page.context["page"].paginator.count == 1
    assert not figure.value(Scope(world.ward, world.campaign, unit=world.cell), today()).parts
    page = client.get("/reports/ward-numbers/")
    assert page.context["page"].paginator.count == 3


def test_units_are_told_by_kind_as_they_stood(world: World, sign_in: Callable) -> None:
    figure, client = get_figure("accounts.units.by_kind"), sign_in(world.campaign_officer)
    world.other_cell.__class__.objects.filter(pk=world.other_cell.pk).update(valid_to=today() - DAY)
    people.unit(world.ward, name="Chi bộ 99")
    listed = {}
    for on in (today() - DAY, today()):
        value = figure.value(Scope(world.ward, world.campaign, user=world.campaign_officer), on)
        assert value.value == sum(part.value or 0 for part in (value.parts or {}).values())
        pages = [client.get(part.url).context["page"] for part in (value.parts or {}).values()]
        assert [page.paginator.count for page in pages] == [part.value for part in (value.parts or {}).values()]
        listed[on] = {unit.name for page in pages for unit in page}
    assert listed[today() - DAY] - listed[today()] == {world.other_cell.name}
    assert "Chi bộ 99" in listed[today()]
    own = figure.value(Scope(world.ward, world.campaign, unit=world.cell), today())
    assert (own.value, own.parts) == (None, None), "its list is of the whole ward"


def test_the_situation_of_the_ward_begins_half_year_and_annual_reports_alone(world: World) -> None:
    make.ward_numbers(world)
    month, year = make.report(world), make.report(world, kind="year", first_on=world.campaign.opens_on)
    assert "Đặc điểm tình hình" not in said_of(month, world)
    told = said_of(year, world)
    assert f"4.512 hộ dân ({today():%d/%m/%Y}); 15.230 nhân khẩu" in told
    assert "Hệ thống tổ chức của phường: " in told
    ReportText.objects.propose(world.ward.pk)
    ReportText.objects.filter(code="ward").update(kinds=["day"])
    assert "ward" in {text.code for text in texts_of(month)}
    assert "ward" not in {text.code for text in texts_of(year)}


def test_without_a_number_the_paper_says_so_and_leads_there(world: World) -> None:
    year = make.report(world, kind="year", first_on=world.campaign.opens_on)
    paper = compose(Report.objects.for_list().get(pk=year.pk), Scope(world.ward, world.campaign))
    gaps = {run.text: run.href for part in paper.paragraphs for run in part.runs if run.missing}
    assert gaps["[chưa có số liệu cơ bản của phường]"] == "/reports/ward-numbers/"


def test_the_database_keeps_a_number_once_a_day_with_its_source(world: World) -> None:
    make.ward_numbers(world)
    row = WardNumber.objects.first()
    assert row
    for wrong in ({"source": ""}, {"label": ""}, {"code": WardNumber.objects.last().code}, {"value": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WardNumber.objects.filter(pk=row.pk).update(**wrong)
