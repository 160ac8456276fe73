"""Coordinates in, outlines out. What is expected here follows from what the systems are, not from the library."""

import json
import math
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.geo import Drawing, area_of, in_degrees, read

HANOI, WGS84 = 5897, 4326
EAST, NORTH = 587_000.0, 2_326_000.0  # metres; 87 km east of the meridian 105°, some 21° north


def square(east: float = EAST, north: float = NORTH, wide: float = 100, high: float = 50) -> list[list[float]]:
    return [[east, north], [east + wide, north], [east + wide, north + high], [east, north + high], [east, north]]


def of(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def file(*rings: Any, crs: str = "", **properties: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for ring in rings
    ]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", "features": features} | named).encode()


def test_metres_of_vn_2000_become_degrees_and_keep_their_area() -> None:
    shapes, epsg = read(file(square(), crs="urn:ogc:def:crs:EPSG::5897"))
    assert epsg == HANOI
    [geometry] = in_degrees(shapes, HANOI)
    longitude, latitude = geometry["coordinates"][0][0][0]
    # 87 km at 21° north are 0.838 degrees; 2,326 km from the equator are 21.0 degrees
    assert longitude == pytest.approx(105 + 87_000 / (111_320 * math.cos(math.radians(21.03))), abs=0.005)
    assert latitude == pytest.approx(21.03, abs=0.05)
    assert area_of(geometry) == pytest.approx(5000, rel=0.001)


def test_the_meridian_of_the_zone_is_that_of_the_zone() -> None:
    shapes, _epsg = read(file(square(500_000)))
    [geometry] = in_degrees(shapes, HANOI)
    assert geometry["coordinates"][0][0][0][0] == pytest.approx(105, abs=0.003)  # the two systems lie 0.2 km apart


def test_x_to_the_north_is_turned_and_otherwise_refused() -> None:
    turned = [[north, east] for east, north in square()]
    shapes, _epsg = read(file(turned))
    with pytest.raises(ValidationError, match="1"):
        in_degrees(shapes, HANOI)
    straight, _epsg = read(file(square()))
    assert in_degrees(shapes, HANOI, north_first=True) == in_degrees(straight, HANOI)


def test_a_hole_is_taken_off() -> None:
    raw = json.loads(file(square(wide=100, high=100)))
    raw["features"][0]["geometry"]["coordinates"].append(square(EAST + 10, NORTH + 10, 10, 10))
    shapes, _epsg = read(json.dumps(raw).encode())
    assert area_of(in_degrees(shapes, HANOI)[0]) == pytest.approx(9900, rel=0.001)


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("EPSG:5897", 5897),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", WGS84),
        ("urn:ogc:def:crs:EPSG:9.9:3405", 3405),
        ("", None),
    ],
)
def test_the_system_that_a_file_names(name: str, epsg: int | None) -> None:
    assert read(file(square(), crs=name))[1] == epsg


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"[]",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": {}}',
        file([[1, 2], [3, 4], [1, 2]]),
        file([[1, 2], [3, 4], [5, 6], [7, 8]]),
        file([["a", 2], [3, 4], [5, 6], ["a", 2]]),
        file([[1e999, 2], [3, 4], [5, 6], [1e999, 2]]),
        json.dumps(
            {"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}
        ).encode(),
        json.dumps({"type": "FeatureCollection", "features": [None]}).encode(),
        json.dumps(
            {"type": "FeatureCollection", "features": [{"geometry": {"type": "MultiPolygon", "coordinates": []}}]}
        ).encode(),
    ],
)
def test_what_is_no_plot_is_told(raw: bytes) -> None:
    with pytest.raises(ValidationError) as told:
        read(raw)
    assert len(told.value.messages[0]) > 20


@given(
    st.lists(
        st.tuples(st.floats(105.80, 105.90), st.floats(21.00, 21.10), st.floats(0.0001, 0.002)), min_size=1, max_size=8
    )
)
def test_every_outline_lies_on_the_sheet_and_north_is_above(places: list[tuple[float, float, float]]) -> None:
    geometries = [
        {"type": "MultiPolygon", "coordinates": [[[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]]]}
        for x, y, d in places
    ]
    drawing = Drawing(geometries)
    outlines = [drawing.outline(geometry) for geometry in geometries]
    for outline in outlines:
        points = [tuple(map(int, part.split())) for part in outline.path.strip("MZ").split("L")]
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)
    by_north = sorted(range(len(places)), key=lambda n: places[n][1] + places[n][2] / 2)
    heights = [outlines[n].y for n in by_north]
    assert all(above >= below - 1 for above, below in pairwise(heights))
