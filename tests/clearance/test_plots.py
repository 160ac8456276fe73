import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clearance import actions
from clearance.actions import NewPlot
from clearance.models import Household, HouseholdParty, LandKind, Milestone, Plot, PlotHolding, PlotPart, Project
from core import past
from core.figures import Scope, get_figure
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.intake import files
from tests.query_baseline import QueryBaseline
from tests.world import World

WITH_PLOTS = [*files.HEADINGS, "Tờ bản đồ", "Số thửa", "Loại đất", "Diện tích thửa", "Diện tích thu hồi"]


def sent(household: Household, **more: Any) -> dict[str, Any]:
    facts = {"map_sheet": " 012", "number": "Thửa số 45a", "kind": "", "area": "120,5", "area_recovered": "85,25"}
    return facts | {"party": "", "on": "01/03/2022", "note": ""} | more


def enter(client: Client, household: Household, **more: Any) -> Any:
    address = reverse("clearance:plot_new", args=[household.project.slug, household.number])
    return client.post(address, sent(household, **more))


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def test_a_plot_is_entered_with_its_household_and_shared_by_the_next(client: Client, world: World, place: dict) -> None:
    one, two = place["of_cell"]
    kind = make.land_kind(world)
    assert enter(client, one, kind=kind.pk).status_code == 302
    plot = Plot.objects.get()
    assert (plot.map_sheet, plot.number, plot.area_recovered) == ("12", "45A", Decimal("85.25"))

    other = enter(client, two, area="99").context["form"]
    assert "120,5" in str(other.non_field_errors()), "it says what is known"
    assert enter(client, two, map_sheet="12", number=" 45 A", area="", area_recovered="").status_code == 302
    again = enter(client, two, area="", area_recovered="").context["form"]
    assert "đã sử dụng" in str(again.errors)
    assert PlotHolding.objects.filter(plot=plot).count() == 2

    page = client.get(one.get_absolute_url()).content.decode()
    assert "Tờ 12, thửa 45A, ODT" in page
    assert "Thu hồi 85,25 m² trong 120,5 m²" in page
    assert f"Sử dụng chung với hộ số {two.number}" in page
    assert Event.objects.filter(kind="clearance.plot.held", subject_id=one.pk).get().facts == {
        "plot": "45A",
        "sheet": "12",
    }


@pytest.mark.parametrize(
    "wrong, field, said",
    [
        ({"map_sheet": "0"}, "map_sheet", "45A"),
        ({"area": "80"}, None, "không thể lớn hơn"),
        ({"area": "-3", "area_recovered": ""}, None, "lớn hơn 0"),
        ({"on": "31/12/2099"}, "on", "chưa tới"),
        ({"note": "gọi 0912345678"}, "note", "số điện thoại"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(
    client: Client, place: dict, wrong: dict, field: str | None, said: str
) -> None:
    form = enter(client, place["of_cell"][0], **wrong).context["form"]
    assert said in str(form.errors[field] if field else form.errors)
    assert not Plot.objects.exists()


def test_the_database_keeps_plots_apart_and_areas_true(world: World, place: dict) -> None:
    one, _two = place["of_cell"]
    plot = make.plot(one, world.campaign, "12", "45")
    wrong: list[dict[str, Any]] = [
        {"map_sheet": "12", "number": "45"},
        {"map_sheet": "012", "number": "1"},
        {"map_sheet": "12", "number": "46", "area": Decimal(10), "area_recovered": Decimal(11)},
        {"map_sheet": "12", "number": "46", "area": Decimal(0)},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Plot.objects.create(ward=world.ward, project=plot.project, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlotHolding.objects.create(ward=world.ward, plot=plot, household=one)
    stranger = HouseholdParty.objects.filter(household=place["of_team"]).get().party
    with pytest.raises(ValidationError):
        plot.hold(place["of_cell"][1], by=None, campaign=world.campaign, on=today(), party=stranger)


def test_a_household_lets_a_plot_go_and_a_plot_leaves_the_list(client: Client, world: World, place: dict) -> None:
    one, two = place["of_cell"]
    plot = make.plot(one, world.campaign, area_recovered=Decimal(40))
    actions.enter_plot(two, by=None, campaign=world.campaign, plot=NewPlot(plot.map_sheet, plot.number), on=today())
    holding = plot.holdings.get(household=one)
    end = reverse("clearance:holding_end", args=[holding.pk])
    assert client.post(end, {"on": "01/01/2001"}).status_code == 200
    yesterday = today() - datetime.timedelta(days=1)
    assert client.post(end, {"on": f"{yesterday:%d/%m/%Y}"}).status_code == 302
    holding.refresh_from_db()
    assert holding.valid_to == yesterday
    assert "không còn" in client.post(end, {"on": f"{yesterday:%d/%m/%Y}"}).content.decode()

    listed = reverse("clearance:plot_list", args=[plot.project.slug])
    assert client.get(listed).context["page"].object_list[0].held_by == [two.number]
    remove = reverse("clearance:plot_remove", args=[plot.project.slug, plot.pk])
    assert client.post(remove, {"reason": ""}).status_code == 200
    assert client.post(remove, {"reason": "Điều chỉnh ranh giới"}).status_code == 302
    assert not Plot.objects.exists()
    assert Event.objects.filter(kind="clearance.plot.removed", subject_id=plot.project_id).exists()


def test_a_plot_is_corrected_where_it_was_written_wrong(client: Client, world: World, place: dict) -> None:
    plot = make.plot(place["of_cell"][0], world.campaign, "12", "45")
    other = make.plot(place["of_cell"][0], world.campaign, "12", "46")
    address = reverse("clearance:plot_edit", args=[plot.project.slug, plot.pk])
    facts = {"map_sheet": "12", "number": "46", "kind": "", "area": "", "area_recovered": "12,5", "note": ""}
    assert "đã có thửa" in str(client.post(address, facts).context["form"].errors)
    assert client.post(address, facts | {"number": "47"}).status_code == 302
    plot.refresh_from_db()
    assert (plot.number, plot.area_recovered, other.number) == ("47", Decimal("12.5"), "46")


def test_the_project_page_says_how_many_plots_and_square_metres_and_opens_them(
    client: Client, world: World, place: dict, sign_in: Callable
) -> None:
    one, two = place["of_cell"]
    plot = make.plot(one, world.campaign, area_recovered=Decimal("40.5"))
    make.plot(two, world.campaign)
    make.plot(place["of_team"], world.campaign, area_recovered=Decimal(60))
    project: Project = place["project"]
    page = client.get(project.get_absolute_url())
    assert (page.context["counts"]["plots"].value, page.context["area"]["area"]) == (3, Decimal("100.5"))
    listed = client.get(page.context["counts"]["plots"].url + "&area=known")
    assert [row.area_recovered for row in listed.context["page"].object_list] != []
    assert listed.context["sum"]["area"] == Decimal("100.5")
    assert len(client.get(page.context["counts"]["plots"].url + "&area=open").context["page"].object_list) == 1
    assert client.get(reverse("clearance:plot_list", args=[project.slug]), {"q": f"12/{plot.number}"}).context[
        "page"
    ].object_list == [plot]

    own = sign_in(world.head).get(reverse("clearance:plot_list", args=[project.slug]))
    assert len(own.context["page"].object_list) == 2, "the plots of the own households alone"


def test_plots_are_handed_over_with_the_last_of_their_households(world: World, sign_in: Callable, place: dict) -> None:
    one, two = place["of_cell"]
    shared = make.plot(one, world.campaign, number="1", area_recovered=Decimal("120.5"))
    own = make.plot(two, world.campaign, number="2")
    shared.hold(two, by=None, campaign=world.campaign, on=today() - datetime.timedelta(days=30))
    for row, days in ((one, 9), (two, 4)):
        day = today() - datetime.timedelta(days=days)
        Milestone(ward=world.ward, household=row, kind="handed_over", on=day).record(by=None, campaign=world.campaign)
    scope = Scope(world.ward, world.campaign, user=world.clearance_officer)
    figure = get_figure("clearance.plots_handed_over.by_project")
    found = [figure.value(scope, today() - datetime.timedelta(days=days)).value for days in (9, 5, 4)]
    assert found == [0, 0, 2]
    part = figure.value(scope, today()).parts[place["project"].slug]
    assert part.beside == "120,50 m²"
    listed = sign_in(world.clearance_officer).get(part.url).context["page"].object_list
    assert {row.pk for row in listed} == {shared.pk, own.pk}


def part_of(plot: Plot, world: World, area: int, days: int = 3) -> PlotPart:
    part = PlotPart(ward=world.ward, plot=plot, area=Decimal(area), on=today() - datetime.timedelta(days=days))
    part.record(by=world.clearance_officer, campaign=world.campaign)
    return part


def test_a_plot_handed_over_in_parts_adds_its_area_and_hands_over_no_household(
    world: World, sign_in: Callable, place: dict
) -> None:
    one, two = place["of_cell"]
    plot = make.plot(one, world.campaign, number="1", area=Decimal(200), area_recovered=Decimal(100))
    whole = make.plot(two, world.campaign, number="2", area_recovered=Decimal(50))
    done = today() - datetime.timedelta(days=4)
    Milestone(ward=world.ward, household=two, kind="handed_over", on=done).record(by=None, campaign=world.campaign)
    part_of(plot, world, 30, days=3)
    part_of(plot, world, 20, days=1)
    part_of(whole, world, 10, days=5)
    scope = Scope(world.ward, world.campaign, user=world.clearance_officer)
    figure, slug = get_figure("clearance.plots_handed_over.by_project"), place["project"].slug

    def told(days: int) -> tuple[Any, str]:
        part = figure.value(scope, today() - datetime.timedelta(days=days)).parts[slug]
        return part.value, part.beside

    assert told(5) == (0, "10,00 m² của thửa giao một phần"), "before the household handed all of it over"
    assert told(4) == (1, "50,00 m²")
    assert told(3) == (1, "50,00 m², 30,00 m² của thửa giao một phần")
    assert told(0) == (1, "50,00 m², 50,00 m² của thửa giao một phần")
    handed = get_figure("clearance.households_handed_over.by_project").value(scope, today()).parts[slug]
    assert handed.value == 1, "a part hands over no household"
    of_cell = figure.value(Scope(world.ward, world.campaign, user=world.head, unit=world.cell), today()).parts[slug]
    assert of_cell.beside == "50,00 m², 50,00 m² của thửa giao một phần"
    client = sign_in(world.clearance_officer)
    listed = client.get(reverse("clearance:plot_list", args=[slug]), {"part": "yes"}).context["page"].object_list
    assert list(listed) == [plot]


def test_no_more_of_a_plot_is_handed_over_in_parts_than_there_is(world: World, client: Client, place: dict) -> None:
    plot = make.plot(place["of_cell"][0], world.campaign, area=Decimal(200), area_recovered=Decimal(100))
    new = reverse("clearance:plot_part_new", args=[plot.project.slug, plot.pk])
    day = f"{today():%d/%m/%Y}"
    assert client.post(new, {"area": "60,5", "on": day, "paper": "Biên bản 12"}).status_code == 302
    part = PlotPart.objects.get()
    page = client.get(plot.get_absolute_url()).content.decode()
    assert "60,5" in page
    assert "Biên bản 12" in page
    for wrong in ({"area": "40"}, {"area": "0"}, {"area": "-3"}, {"area": ""}, {"area": "1", "on": "01/01/2090"}):
        assert client.post(new, {"on": day, "paper": "", **wrong}).context["form"].errors, wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        PlotPart.objects.create(ward=world.ward, plot=plot, area=40)
    edit = reverse("clearance:plot_edit", args=[plot.project.slug, plot.pk])
    facts = {"map_sheet": plot.map_sheet, "number": plot.number, "kind": "", "area": "200", "note": ""}
    answer = client.post(edit, facts | {"area_recovered": "50"})
    assert "60,5" in str(answer.context["form"].errors)
    plot.refresh_from_db()
    assert plot.area_recovered == 100
    void = reverse("clearance:plot_part_void", args=[part.pk])
    assert client.post(void, {"reason": ""}).context["form"].errors
    assert client.post(void, {"reason": "Ghi nhầm thửa"}).status_code == 302
    assert client.post(void, {"reason": "Ghi nhầm thửa"}).status_code == 404
    assert client.post(new, {"area": "100", "on": day, "paper": ""}).status_code == 302
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"clearance.plot.part_handed", "clearance.plot.part_voided"} <= kinds
    with pytest.raises(IntegrityError), transaction.atomic():
        PlotPart.objects.filter(pk=part.pk).update(void_reason="")
    other = make.plot(place["of_cell"][1], world.campaign)
    unmeasured = reverse("clearance:plot_part_new", args=[plot.project.slug, other.pk])
    assert client.post(unmeasured, {"area": "1", "on": day, "paper": ""}).context["form"].errors


def test_a_past_day_keeps_the_plots_that_left_the_list(world: World, place: dict) -> None:
    plot = make.plot(place["of_cell"][0], world.campaign, area_recovered=Decimal(40))
    before = today() - datetime.timedelta(days=3)
    PlotHolding.history.rel.related_model.objects.update(pgh_created_at=make.at(-9))
    Plot.history.rel.related_model.objects.update(pgh_created_at=make.at(-9))
    plot.remove(by=world.clearance_officer, campaign=world.campaign, reason="Nhập nhầm")
    with past.reading(on=before):
        kept = Plot.objects.filter(ward=world.ward)
        assert [(row.number, row.area_recovered) for row in kept] == [(plot.number, Decimal(40))]
        assert kept.without_holder().count() == 0
    assert not Plot.objects.exists()


def test_the_kinds_of_land_are_rows_that_the_ward_takes_over_and_keeps(client: Client, world: World) -> None:
    home = reverse("clearance:land_kind_list")
    client.post(reverse("clearance:land_kind_propose"))
    count = LandKind.objects.filter(ward=world.ward).count()
    assert count > 20
    client.post(reverse("clearance:land_kind_propose"))
    assert LandKind.objects.count() == count, "what is there stays"
    kind = {"code": "odt", "name": "Đất ở đô thị", "group": "other", "source": "Luật mới", "valid_from": "01/01/2027"}
    assert "đã dùng" in str(client.post(reverse("clearance:land_kind_new"), kind).context["form"].errors)
    old = LandKind.objects.get(code="ODT")
    facts = kind | {"valid_from": "01/08/2024", "valid_to": "31/12/2026"}
    client.post(reverse("clearance:land_kind_edit", args=[old.pk]), facts)
    assert client.post(reverse("clearance:land_kind_new"), kind).status_code == 302
    assert client.get(home).content.decode().count("ODT – Đất ở đô thị") == 2


# ---- in lists ----------------------------------------------------------------------------------------
def rows(*plots: tuple) -> list[list[Any]]:
    """number, sheet, plot, kind, whole, part; name and address in the first row of a number only."""
    seen: set[int] = set()
    found: list[list[Any]] = [WITH_PLOTS]
    for number, *plot in plots:
        who = ["", ""] if number in seen else [f"Nguyễn Văn {chr(65 + number % 26)}", f"Số {number}, phố Trạm"]
        seen.add(number)
        found.append([number, *who, "", *plot])
    return found


def bring(client: Client, place: dict, table: list[list[Any]], kind: str = "households") -> Any:
    return files.bring(client, kind, table, target=place["project"].pk)


def told(batch: Any) -> dict[int, str]:
    return {message.row: message.text for message in batch.messages.filter(is_hint=False)}


def test_households_come_with_their_plots_and_go_with_them(client: Client, world: World, place: dict) -> None:
    make.land_kind(world)
    table = rows(
        (101, 12, 45, "ODT", "120,5", 85.25),
        (101, "012", "45a", "odt", "", ""),
        (102, 12, 45, "", "", 85.25),
        (103, "", "", "", "", ""),
    )
    batch = bring(client, place, table)
    assert (batch.new_count, batch.wrong_count) == (4, 0), told(batch)
    assert not Plot.objects.exists()
    assert files.act(client, batch, "take") == "done"
    made = dict(Household.objects.filter(number__gte=100).values_list("number", "pk"))
    held = PlotHolding.objects.values_list("household__number", "plot__number", "plot__area_recovered")
    assert set(held) == {(101, "45", Decimal("85.25")), (101, "45A", None), (102, "45", Decimal("85.25"))}
    assert Plot.objects.get(number="45").area == Decimal("120.5"), "the row that says it"
    assert list(batch.made.values_list("row", "key")) == [
        (2, made[101]),
        (3, made[101]),
        (4, made[102]),
        (5, made[103]),
    ]

    again = bring(client, place, table)
    assert (again.known_count, again.new_count, again.wrong_count) == (4, 0, 0)
    more = bring(client, place, rows((102, 12, 46, "", "", "")))
    assert "danh sách thửa đất" in told(more)[2]
    assert files.act(client, batch, "take_back") == "withdrawn"
    assert not Plot.objects.exists()
    assert not Household.objects.filter(number__gte=100).exists()


def test_what_a_list_says_twice_and_otherwise_is_told_by_row(client: Client, world: World, place: dict) -> None:
    make.land_kind(world)
    make.plot(place["of_cell"][0], world.campaign, "12", "40", area_recovered=Decimal(30))
    table = rows(
        (101, 12, 45, "ODT", "", 85),
        (102, 12, 45, "", "", 86),
        (103, 12, 46, "XYZ", "", ""),
        (104, 12, "", "", "", ""),
        (105, "", "", "", "", 30),
        (106, 12, 47, "", 50, 60),
        (107, 12, 48, "", "", ""),
        (107, 12, 48, "", "", ""),
        (108, 12, 40, "", "", 31),
        (109, "", "", "", "", ""),
        (109, "", "", "", "", ""),
        (110, 12, "chưa rõ", "", "", ""),
        (111, 12, 49, "", "", ""),
    )
    table[11][1:3], table[13][1:3] = table[10][1:3], ["", ""]
    said = told(bring(client, place, table))
    assert "dòng 2" in said[3]
    assert "85" in said[3]
    assert "XYZ" in said[4]
    assert "cả số tờ" in said[5]
    assert "chưa có thửa" in said[6]
    assert "không thể lớn hơn" in said[7]
    assert "dòng 8" in said[9]
    assert "30" in said[10]
    assert "dòng 11" in said[12]
    assert "45A" in said[13]
    assert "còn trống" in said[14]
    assert 2 not in said
    assert 8 not in said


def test_plots_of_households_that_are_there_come_as_a_list_of_plots(client: Client, world: World, place: dict) -> None:
    one, two = place["of_cell"]
    there = make.plot(one, world.campaign, "12", "45", area_recovered=Decimal(30))
    heading = ["Số hộ", "Tờ bản đồ", "Số thửa", "Loại đất", "Diện tích thửa", "Diện tích thu hồi", "Ghi chú"]
    table = [
        heading,
        [one.number, 12, 45, "", "", 30, ""],
        [two.number, 12, 45, "", "", "", "chung, gọi 0912345678"],
        [two.number, 13, 1, "", "", 9.5, ""],
    ]
    batch = bring(client, place, table, "plots")
    assert (batch.known_count, batch.new_count, batch.wrong_count) == (1, 2, 0), told(batch)
    assert files.act(client, batch, "take") == "done"
    assert set(two.holdings.values_list("plot__map_sheet", "plot__number")) == {("12", "45"), ("13", "1")}
    assert client.get(reverse("intake:batch_rows", args=[batch.pk])).status_code == 200
    wrong = [heading, [999, 12, 1, "", "", "", ""], [two.number, 12, 45, "", "", 31, ""]]
    said = told(bring(client, place, wrong, "plots"))
    assert "999" in said[2]
    assert "30" in said[3]
    assert files.act(client, batch, "take_back") == "withdrawn"
    assert list(Plot.objects.all()) == [there], "the shared one stays with who holds it"


def test_pages_keep_their_number_of_queries(
    client: Client, world: World, place: dict, query_baseline: QueryBaseline
) -> None:
    plot = make.plot(place["of_cell"][0], world.campaign)
    project = place["project"]
    for name, address in {
        "plot_list": reverse("clearance:plot_list", args=[project.slug]),
        "plot_detail": plot.get_absolute_url(),
        "land_kind_list": reverse("clearance:land_kind_list"),
    }.items():
        client.get(address)
        query_baseline.check(name, client, address)
    address = reverse("clearance:plot_list", args=[project.slug])
    query_baseline.assert_flat(
        client, address, lambda: [make.plot(place["of_cell"][1], world.campaign) for _n in range(10)]
    )
