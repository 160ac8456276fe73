"""Shapes drawn on the ground: GeoJSON (RFC 7946) in, whatever coordinates it is in, and paths for a page.

Degrees are WGS 84, longitude first. VN-2000's zones are metres by three degrees with a meridian of their own; pyproj
knows them by EPSG code and converts them (its transformation "VN-2000 to WGS 84 (2)" is good to a metre).
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import number as as_said

WGS84 = 4326
VN2000 = 4756  # its own degrees: the area of use is the land of Vietnam
LARGEST = 20_000  # features of one file
LONGEST = 2_000  # points of one shape
METRE = 111_320  # metres a degree of latitude, near enough for a picture
DECIMALS = 7  # a centimetre
DATA = Path(__file__).parent / "data"

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Shape:
    """A feature of a file. polygons: each its outer ring and its holes, as they stand in the file. lines: of a feature
    that has no area."""

    number: int
    properties: dict[str, Any]
    polygons: tuple[tuple[Ring, ...], ...] = ()
    lines: tuple[Ring, ...] = ()


def zones() -> list[dict[str, Any]]:
    """The systems of coordinates that land of Vietnam is drawn in, by EPSG code."""
    return json.loads((DATA / "zones.json").read_text(encoding="utf-8"))


def read(raw: bytes, *, lines: bool = False) -> tuple[list[Shape], int | None]:
    """The polygons of a GeoJSON file, or its lines, and the EPSG code that it names; None where it names none.

    Raises ValidationError with what is wrong and what to do.
    """
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        words = (
            _("This is no GeoJSON file. Export the line as GeoJSON and choose that file.")
            if lines
            else _("This is no GeoJSON file. Export the plots as GeoJSON and choose that file.")
        )
        raise ValidationError(words) from error
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        none = _("The file has no line: a GeoJSON FeatureCollection is needed.")
        raise ValidationError(none if lines else _("The file has no plots: a GeoJSON FeatureCollection is needed."))
    if len(features) > LARGEST:
        words = _("The file has more than %(most)d shapes. Bring it in by parts.")
        raise ValidationError(words % {"most": LARGEST})
    read_one = _line if lines else _shape
    return [read_one(number, feature) for number, feature in enumerate(features, start=1)], _named(data)


def _named(data: dict[str, Any]) -> int | None:
    """Programs still write the coordinates' system as GeoJSON of 2008 had it."""
    crs = data.get("crs")
    name = (crs.get("properties") or {}).get("name", "") if isinstance(crs, dict) else ""
    if re.search(r"CRS84$", str(name)):
        return WGS84
    found = re.search(r"EPSG:+(?:[\d.]*:)?(\d{4,6})$", str(name))
    return int(found[1]) if found else None


def _shape(number: int, feature: Any) -> Shape:
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        words = _("Shape %(number)d is no area (%(kind)s). Leave points and lines out of the file.")
        raise ValidationError(words % {"number": number, "kind": kind or _("empty")})
    listed = geometry.get("coordinates")
    try:
        polygons = [listed] if kind == "Polygon" else listed
        read_ones = tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons)
        if not read_ones or not all(read_ones) or sum(len(r) for p in read_ones for r in p) > LONGEST:
            raise ValueError
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        words = _("The outline of shape %(number)d is broken: it needs four points or more, and the last is the first.")
        raise ValidationError(words % {"number": number}) from error
    properties = feature.get("properties")
    return Shape(number, properties if isinstance(properties, dict) else {}, read_ones)


def _line(which: int, feature: Any) -> Shape:
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("LineString", "MultiLineString"):
        words = _("Shape %(number)d is no line (%(kind)s). Leave points and areas out of the file.")
        raise ValidationError(words % {"number": which, "kind": kind or _("empty")})
    listed = geometry.get("coordinates")
    try:
        parts = tuple(_points(part) for part in ([listed] if kind == "LineString" else listed))
        if not parts or min(map(len, parts)) < 2 or sum(map(len, parts)) > LONGEST:
            raise ValueError
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        words = _("The line of shape %(number)d is broken: it needs two points or more.")
        raise ValidationError(words % {"number": which}) from error
    return Shape(which, {}, lines=parts)


def _points(points: Sequence[Sequence[float]]) -> Ring:
    found = [(float(point[0]), float(point[1])) for point in points]
    if not all(math.isfinite(n) for point in found for n in point):
        raise ValueError
    return found


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring = _points(points)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError
    return ring


@lru_cache(maxsize=8)
def _way(epsg: int) -> tuple[Any, tuple[float, float, float, float]]:
    """The transformer into degrees, and the degrees between which the system is used."""
    from pyproj import CRS, Transformer

    source = CRS.from_epsg(epsg if epsg != WGS84 else VN2000)
    area: Any = source.area_of_use
    return Transformer.from_crs(epsg, WGS84, always_xy=True), area.bounds


def in_degrees(shapes: Iterable[Shape], epsg: int, *, north_first: bool = False) -> list[dict[str, Any]]:
    """The shapes' geometry as GeoJSON in WGS 84, in their order.

    north_first: the file writes x to the north, as Vietnam's maps do. Raises ValidationError where a shape lies
    outside of where its system is used: then the system or the order was wrong, for pyproj converts whatever it gets.
    """
    transformer, (west, south, east, north) = _way(epsg)

    def converted(shape: Shape, points: Ring) -> list[list[float]]:
        x, y = zip(*((b, a) if north_first else (a, b) for a, b in points), strict=True)
        found = list(zip(*transformer.transform(x, y), strict=True))
        if not all(west <= a <= east and south <= b <= north for a, b in found):
            words = _(
                "Shape %(number)d lies outside of where these coordinates are used. Choose another system of "
                "coordinates, or whether north or east comes first."
            )
            raise ValidationError(words % {"number": shape.number})
        return [[round(a, DECIMALS), round(b, DECIMALS)] for a, b in found]

    made = []
    for shape in shapes:
        if shape.lines:
            made.append({"type": "MultiLineString", "coordinates": [converted(shape, line) for line in shape.lines]})
        else:
            areas = [[converted(shape, ring) for ring in polygon] for polygon in shape.polygons]
            made.append({"type": "MultiPolygon", "coordinates": areas})
    return made


# ---- on a page ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Outline:
    """For SVG: a path in whole units of the drawing, and where its label stands."""

    path: str
    x: int
    y: int


class Drawing:
    """Geometries laid on a sheet `width` units wide, north above, with room for `places` (points in degrees).

    `height`: in the same units; least: what it is at least, with the drawing in its middle.
    """

    def __init__(
        self,
        geometries: Sequence[dict[str, Any]],
        width: int = 1000,
        margin: int = 16,
        *,
        places: Sequence[Point] = (),
        least: int = 0,
    ) -> None:
        points = [point for geometry in geometries for ring in _rings(geometry) for point in ring] + list(places)
        self.west, self.north = min(p[0] for p in points), max(p[1] for p in points)
        east, south = max(p[0] for p in points), min(p[1] for p in points)
        self.squeeze = math.cos(math.radians((self.north + south) / 2))  # a degree of longitude is shorter
        self.scale = (width - 2 * margin) / max((east - self.west) * self.squeeze, (self.north - south), 1e-9)
        self.margin, self.width = margin, width
        drawn = round((self.north - south) * self.scale) + 2 * margin
        self.height = max(drawn, least)
        wide = round((east - self.west) * self.squeeze * self.scale) + 2 * margin
        self.shift = ((width - wide) // 2, (self.height - drawn) // 2) if least else (0, 0)
        self.metres = METRE / self.scale  # a unit of the drawing

    def outline(self, geometry: dict[str, Any]) -> Outline:
        rings = [[self.at(point) for point in ring] for ring in _rings(geometry)]
        end = "" if geometry["type"] == "MultiLineString" else "Z"
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + end for ring in rings)
        outer = max(rings, key=len)[:-1]
        return Outline(path, *(round(sum(p[axis] for p in outer) / len(outer)) for axis in (0, 1)))

    def at(self, point: Sequence[float]) -> tuple[int, int]:
        """Where a point in degrees stands on the sheet."""
        x = (point[0] - self.west) * self.squeeze * self.scale + self.margin
        return round(x) + self.shift[0], round((self.north - point[1]) * self.scale + self.margin) + self.shift[1]

    @property
    def bar(self) -> dict[str, Any]:
        """A scale bar of a round number of metres, at most a quarter of the sheet."""
        most = self.width / 4 * self.metres
        metres = next((m for m in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if m <= most), 1)
        return {"length": round(metres / self.metres), "words": f"{as_said(metres)} m"}


def _rings(geometry: dict[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    if geometry["type"] == "MultiLineString":
        yield from geometry["coordinates"]
        return
    for polygon in geometry["coordinates"]:
        yield from polygon


def area_of(geometry: dict[str, Any]) -> float:
    """Square metres on the ellipsoid, to one decimal; holes are taken off."""
    from pyproj import Geod

    earth, area = Geod(ellps="WGS84"), 0.0
    for polygon in geometry["coordinates"]:
        for number, ring in enumerate(polygon):
            x, y = zip(*ring, strict=True)
            part = abs(earth.polygon_area_perimeter(x, y)[0])
            area += -part if number else part
    return round(area, 1)


def length_of(geometry: dict[str, Any]) -> float:
    """Metres along the lines on the ellipsoid, to one decimal."""
    from pyproj import Geod

    earth, length = Geod(ellps="WGS84"), 0.0
    for line in geometry["coordinates"]:
        x, y = zip(*line, strict=True)
        length += earth.line_length(x, y)
    return round(length, 1)
