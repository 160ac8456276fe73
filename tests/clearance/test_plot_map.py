"""Outlines of plots come in from a surveyor's file, and the map counts what it draws."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearance.choices import OFFICE_ORDER, MilestoneKind
from clearance.models import Household, Milestone, Obstacle, Plot, PlotShape
from clearance.models.file import office_state
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.core.test_geo import EAST, square
from tests.query_baseline import QueryBaseline
from tests.world import World


def feature(plot: Plot | tuple[str, str], at: int = 0, **titles: str) -> dict[str, Any]:
    sheet, number = plot if isinstance(plot, tuple) else (plot.map_sheet, plot.number)
    named = titles or {"sheet": "SoHieuToBanDo", "number": "SoThuTuThua"}
    return {
        "type": "Feature",
        "properties": {named["sheet"]: sheet, named["number"]: number, "DienTich": 5000},
        "geometry": {"type": "Polygon", "coordinates": [square(EAST + at * 110)]},
    }


def upload(*features: dict[str, Any], **more: Any) -> dict[str, Any]:
    raw = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"file": SimpleUploadedFile("thua-dat.geojson", raw), "epsg": "5897"} | more


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def plots(world: World, place: dict) -> list[Plot]:
    homes = [*place["of_cell"], place["of_team"]]
    return [make.plot(home, world.campaign, "12", str(41 + n), area=5000) for n, home in enumerate(homes)]


def address(place: dict, name: str) -> str:
    return reverse(f"clearance:{name}", args=[place["project"].slug])


def test_a_surveyors_file_becomes_a_map_whose_legend_opens_its_plots(
    world: World, officer: Client, place: dict, plots: list[Plot]
) -> None:
    make.plot(place["of_cell"][0], world.campaign, "12", "99")  # without an outline: in no count of the drawing
    assert officer.get(address(place, "plot_map")).context["undrawn"] == 4
    response = officer.post(address(place, "shapes_draw"), upload(*(feature(plot, n) for n, plot in enumerate(plots))))
    assert response.status_code == 302, response.context["form"].errors
    assert [float(shape.area) for shape in PlotShape.objects.all()] == pytest.approx([5000] * 3, rel=0.001)
    row = Milestone(ward=world.ward, household=place["of_cell"][0], kind="inventoried")
    row.record(by=None, campaign=world.campaign)
    page = officer.get(address(place, "plot_map"))
    assert {item["label"]: item["count"] for item in page.context["legend"]} == {"Chưa kiểm đếm": 2, "Đã kiểm đếm": 1}
    for item in page.context["legend"]:
        assert officer.get(item["url"]).context["page"].paginator.count == item["count"]
    html = page.content.decode()
    assert f"Tờ bản đồ 12, thửa {plots[0].number}: Đã kiểm đếm" in html
    assert "style=" not in html.split('<svg class="dv-map"')[1].split("</svg>")[0]
    assert Event.objects.filter(kind="clearance.shapes.drawn").count() == 1


def test_the_file_again_replaces_and_changes_nothing_else(officer: Client, place: dict, plots: list[Plot]) -> None:
    for n in (0, 3):
        officer.post(address(place, "shapes_draw"), upload(feature(plots[0], n), feature(plots[1], 5)))
    assert PlotShape.objects.count() == 2
    west = PlotShape.objects.get(plot=plots[0]).geometry["coordinates"][0][0][0][0]
    assert west > PlotShape.objects.get(plot=plots[1]).geometry["coordinates"][0][0][0][0] - 0.01
    officer.post(address(place, "shapes_wipe"))
    assert not PlotShape.objects.exists()
    assert place["project"].plots.count() == 3


def test_a_team_sees_its_own_plots_alone(
    world: World, officer: Client, sign_in: Callable, place: dict, plots: list[Plot]
) -> None:
    officer.post(address(place, "shapes_draw"), upload(*(feature(plot, n) for n, plot in enumerate(plots))))
    shown = sign_in(world.head).get(address(place, "plot_map")).context["shapes"]
    assert {shape["number"] for shape in shown} == {plots[0].number, plots[1].number}
    assert sign_in(world.campaign_officer).get(address(place, "plot_map")).status_code == 403


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("file", {"file": SimpleUploadedFile("x.geojson", b"khong phai")}),
        ("skip_unknown", {"unknown": ("99", "1")}),
        ("epsg", {"epsg": "4326"}),
        ("epsg", {"north_first": "on"}),
        ("sheet_title", {"sheet_title": "Cột không có"}),
    ],
)
def test_bad_files_are_told_beside_what_to_change(
    officer: Client, place: dict, plots: list[Plot], field: str, sent: dict[str, Any]
) -> None:
    unknown = sent.pop("unknown", None)
    features = [feature(plots[0]), *([feature(unknown, 1)] if unknown else [])]
    form = officer.post(address(place, "shapes_draw"), upload(*features) | sent).context["form"]
    assert field in form.errors, form.errors
    assert not PlotShape.objects.exists()
    if unknown:
        assert "99/1" in str(form.errors[field])
        again = officer.post(address(place, "shapes_draw"), upload(*features, skip_unknown="on"), follow=True)
        assert "1 hình" in again.content.decode()
        assert PlotShape.objects.count() == 1


def test_two_shapes_of_one_plot_and_names_of_ones_own(officer: Client, place: dict, plots: list[Plot]) -> None:
    form = officer.post(address(place, "shapes_draw"), upload(feature(plots[0]), feature(plots[0], 1))).context["form"]
    assert "1" in str(form.errors["file"])
    own = {"sheet": "Bản vẽ", "number": "Lô"}
    sent = upload(feature(plots[0], **own), sheet_title="ban ve", number_title="LÔ")
    assert officer.post(address(place, "shapes_draw"), sent).status_code == 302


def test_points_on_one_line_are_no_plot(officer: Client, place: dict, plots: list[Plot]) -> None:
    flat = feature(plots[0])
    east, north = flat["geometry"]["coordinates"][0][0]
    flat["geometry"]["coordinates"] = [[[east, north], [east, north], [east, north], [east, north]]]
    form = officer.post(address(place, "shapes_draw"), upload(flat, feature(plots[1], 1))).context["form"]
    assert f"thửa {plots[0].number}" in str(form.errors["file"])
    assert not PlotShape.objects.exists()


def test_an_outline_that_differs_from_the_area_entered_is_listed(
    officer: Client, place: dict, plots: list[Plot]
) -> None:
    Plot.objects.filter(pk=plots[1].pk).update(area=4000, area_recovered=None)
    officer.post(address(place, "shapes_draw"), upload(feature(plots[0]), feature(plots[1], 1)))
    page = officer.get(address(place, "plot_map"))
    assert (page.context["differing"], page.context["undrawn"]) == (1, 1)
    for name, plot in (("differs", plots[1]), ("no", plots[2])):
        listed = officer.get(f"{address(place, 'plot_list')}?outline={name}").context["page"].object_list
        assert [row.pk for row in listed] == [plot.pk]


def test_the_database_keeps_areas_alone(officer: Client, place: dict, plots: list[Plot]) -> None:
    officer.post(address(place, "shapes_draw"), upload(feature(plots[0])))
    for wrong in ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, {"area": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlotShape.objects.update(**wrong)


def test_the_map_costs_the_same_with_more_plots(
    world: World, officer: Client, place: dict, plots: list[Plot], query_baseline: QueryBaseline
) -> None:
    officer.post(address(place, "shapes_draw"), upload(*(feature(plot, n) for n, plot in enumerate(plots))))
    officer.get(address(place, "plot_map"))
    query_baseline.check("plot_map", officer, address(place, "plot_map"))
    more = [make.plot(place["of_cell"][0], world.campaign, "13") for _n in range(10)]
    officer.post(address(place, "shapes_draw"), upload(*(feature(plot, n) for n, plot in enumerate(more))))
    query_baseline.check("plot_map", officer, address(place, "plot_map"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    kinds=st.sets(st.sampled_from(list(MilestoneKind)), max_size=5),
    void=st.sets(st.sampled_from(list(MilestoneKind)), max_size=2),
    held_up=st.booleans(),
)
def test_the_state_in_lists_is_that_of_the_file(
    world: World, place: dict, kinds: set[str], void: set[str], held_up: bool
) -> None:
    home: Household = place["of_cell"][0]
    with transaction.atomic():
        for kind in kinds:
            row = Milestone(ward=world.ward, household=home, kind=kind, on=today())
            row.record(by=None, campaign=world.campaign)
            if kind in void:
                row.declare_void(by=world.clearance_officer, campaign=world.campaign, reason="Ghi nhầm")
        if held_up:
            words = {"reason": "other", "text": "Chờ giấy", "owner": world.government, "due_on": today()}
            Obstacle(ward=world.ward, household=home, **words).enter(by=None, campaign=world.campaign)
        found = Household.objects.filter(pk=home.pk).with_office(today()).get().office_rank
        assert OFFICE_ORDER[found] == office_state(home.milestones.all(), held_up=held_up, on=today())
        transaction.set_rollback(True)
