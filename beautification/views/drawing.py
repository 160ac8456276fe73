"""The street as a line on a sheet, and what waits to be mended beside it."""

from collections.abc import Sequence
from typing import Any

from beautification.models import Defect, Street, StreetLine
from core.geo import Drawing

WIDTH, MARGIN, LEAST = 480, 28, 170
BESIDE = 0.003  # degrees: what lies farther from the line was taken elsewhere, and is told in words alone


def drawn(street: Street, defects: Sequence[Defect] = ()) -> dict[str, Any] | None:
    """The sheet with the line and a numbered mark for each of the defects whose point is known, which is told the
    number; None without a line."""
    line = StreetLine.objects.filter(ward_id=street.ward_id, street=street).first()
    if line is None:
        return None
    points = [point for part in line.geometry["coordinates"] for point in part]
    (west, east), (south, north) = ((min(p[n] for p in points), max(p[n] for p in points)) for n in (0, 1))
    placed = [(row, (float(row.longitude), float(row.latitude))) for row in defects if row.longitude and row.latitude]
    known = [
        (row, (x, y))
        for row, (x, y) in placed
        if west - BESIDE <= x <= east + BESIDE and south - BESIDE <= y <= north + BESIDE
    ]
    sheet = Drawing([line.geometry], WIDTH, MARGIN, places=[place for _row, place in known], least=LEAST)
    ends = [sheet.at(point) for point in (line.geometry["coordinates"][0][0], line.geometry["coordinates"][-1][-1])]
    marks = []
    for number, (row, place) in enumerate(known, 1):
        row.mark = number
        marks.append({"number": number, "at": sheet.at(place), "row": row, "url": row.get_absolute_url()})
    path = sheet.outline(line.geometry).path
    return {"line": line, "sheet": sheet, "path": path, "ends": ends, "marks": marks, "bar": sheet.bar}
