"""A street as a line: any coordinates of Vietnam in, degrees kept, drawn with what waits to be mended, or without."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from beautification.models import Street, StreetLine
from beautification.views.drawing import drawn
from core.geo import Drawing, in_degrees, length_of, read
from tests.beautification import factories as make
from tests.world import World

METRES = [[587_000, 2_326_300], [587_300, 2_326_300], [587_300, 2_326_700]]


def file(*lines: Any, kind: str = "LineString", crs: str = "") -> SimpleUploadedFile:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": line}} for line in lines
    ]
    data: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        data["crs"] = {"type": "name", "properties": {"name": crs}}
    return SimpleUploadedFile("tuyen.geojson", json.dumps(data).encode())


def send(world: World, sign_in: Callable, street: Street, **fields: Any) -> Any:
    return sign_in(world.campaign_officer).post(reverse("beautification:line_draw", args=[street.slug]), fields)


def line(street: Street) -> StreetLine:
    points = [[105.84, 21.03], [105.845, 21.031]]
    return StreetLine.objects.create(
        ward=street.ward,
        street=street,
        geometry={"type": "MultiLineString", "coordinates": [points]},
        length=Decimal("531.0"),
        epsg=4326,
        source="tuyen.geojson",
    )


def test_a_file_in_vn2000_is_kept_in_degrees_with_its_length(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    assert send(world, sign_in, street, file=file(METRES), epsg="5897").status_code == 302
    row = street.line
    assert row.geometry["type"] == "MultiLineString"
    longitude, latitude = row.geometry["coordinates"][0][0]
    assert (round(longitude, 2), round(latitude, 2)) == (105.84, 21.03)
    assert abs(row.length - 700) < 1
    page = sign_in(world.head).get(street.get_absolute_url())
    assert 'class="dv-street"' in page.content.decode()


def test_a_second_file_replaces_the_first_and_may_be_taken_away(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    send(world, sign_in, street, file=file(METRES, crs="urn:ogc:def:crs:EPSG::5897"))
    swapped = [[y, x] for x, y in METRES[:2]]
    assert send(world, sign_in, street, file=file(swapped), epsg="5897", north_first="on").status_code == 302
    assert abs(StreetLine.objects.get().length - 300) < 1
    sign_in(world.campaign_officer).post(reverse("beautification:line_wipe", args=[street.slug]))
    assert not StreetLine.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"file": SimpleUploadedFile("a.geojson", b"nothing")}, "file"),
        ({"file": file()}, "file"),
        ({"file": file([[105.8, 21.0]])}, "file"),
        ({"file": file([105.8, 21.0], kind="Point")}, "file"),
        ({"file": file(METRES)}, "epsg"),
        ({"file": file(METRES, crs="EPSG:9999")}, "epsg"),
        ({"file": file([[105.8, 21.0], [105.8, 21.0]])}, "file"),
        ({"file": file([[105.0, 21.0], [107.0, 21.0]])}, "file"),
        ({}, "file"),
    ],
)
def test_what_is_no_line_of_a_street_is_told(world: World, sign_in: Callable, sent: dict, field: str) -> None:
    street = make.street(world)
    if "file" in sent:
        sent["file"].seek(0)
    answer = send(world, sign_in, street, **sent, epsg="")
    assert answer.context["form"].errors[field]
    assert not StreetLine.objects.exists()


def test_plots_and_lines_are_not_taken_for_each_other() -> None:
    ring = [[105.8, 21.0], [105.9, 21.0], [105.9, 21.1], [105.8, 21.0]]
    with pytest.raises(ValidationError):
        read(file([ring], kind="Polygon").read(), lines=True)
    with pytest.raises(ValidationError):
        read(file(METRES).read())
    [shape] = read(file([METRES, METRES[:2]], kind="MultiLineString").read(), lines=True)[0]
    [geometry] = in_degrees([shape], 5897)
    assert [len(part) for part in geometry["coordinates"]] == [3, 2]
    assert abs(length_of(geometry) - 1000) < 1


def test_a_straight_street_is_drawn_in_the_middle_of_its_sheet() -> None:
    geometry = {"type": "MultiLineString", "coordinates": [[[105.84, 21.03], [105.85, 21.03]]]}
    sheet = Drawing([geometry], 480, 20, least=170)
    assert sheet.height == 170
    assert sheet.outline(geometry).path == "M20 85L460 85"


def test_what_waits_is_a_numbered_mark_beside_the_line(world: World) -> None:
    street = make.street(world)
    assert drawn(street) is None
    line(street)
    near = make.defect(street, longitude=Decimal("105.842000"), latitude=Decimal("21.030500"))
    wordy = make.defect(street, kind="Dây")
    far = make.defect(street, kind="Hố", longitude=Decimal("105.900000"), latitude=Decimal("21.030000"))
    found = drawn(street, [far, wordy, near])
    assert found is not None
    assert [(mark["number"], mark["row"]) for mark in found["marks"]] == [(1, near)]


def test_everybody_sees_the_line_and_verified_criteria_and_never_what_waits(
    world: World, sign_in: Callable, client: Any
) -> None:
    street, edition = make.street(world), make.criteria(world)
    line(street)
    defect = make.defect(street, longitude=Decimal("105.842000"), latitude=Decimal("21.030500"))
    make.assessment(street, met=2)
    public = reverse("beautification:public_street", args=[world.ward.slug, street.slug])
    text = client.get(public).content.decode()
    assert 'class="dv-street"' in text
    assert defect.place not in text
    assert "Vỉa hè thông thoáng" not in text, "nobody has verified the criteria"
    edition.verify(by=world.campaign_officer)
    assert "2/3" in client.get(public).content.decode()


def test_the_database_refuses_an_area_and_a_line_without_length(world: World) -> None:
    row = line(make.street(world))
    for wrong in ({"length": 0}, {"geometry": {"type": "MultiPolygon", "coordinates": []}}):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            StreetLine.objects.filter(pk=row.pk).update(**wrong)


# ---- who came ------------------------------------------------------------------------------------------
def test_turnout_by_unit_stands_in_the_units_order_and_adds_up(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    for days, counts in ((-14, {world.cell: 5, world.other_cell: 50}), (-7, {world.cell: 7, None: 20})):
        row = make.cleanup(street, make.days(days), state="open")
        for unit, count in counts.items():
            make.turnout(row, count, unit, exactness="exact" if unit else "nearly")
        row.close(by=None)
    make.cleanup(street, make.days(-1), state="open")
    page = sign_in(world.head).get(reverse("beautification:street_turnout", args=[street.slug])).context
    order = list(type(world.cell).objects.filter(pk__in=[world.cell.pk, world.other_cell.pk]).for_list())
    assert page["units"] == [*order, None]
    sums = dict(zip(page["units"], page["sums"], strict=True))
    assert sums == {world.cell: (12, False), world.other_cell: (50, False), None: (20, True)}
    assert page["total"] == (82, True), "with one that is nearly the sum is nearly, too"
    assert [row.turnout for row, _counts in page["rows"]] == [27, 55]
    assert all(sum(count.people for count in counts if count) == row.turnout for row, counts in page["rows"])
