"""Charts as plain geometry: numbers for the attributes of an SVG, so that no inline style is needed."""

import zlib
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, BASE, TOP = 308, 150, 122, 22


@dataclass(frozen=True)
class Column:
    """Geometry as text: a template would write 5.5 as "5,5" in Vietnamese."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    value: int | None
    label: str
    css: str
    is_nearly: bool = False


@dataclass(frozen=True)
class Columns:
    title: Any
    columns: list[Column]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE

    @property
    def identity(self) -> str:
        """An id for the title, the same at every rendering of the same chart."""
        seed = f"{self.title}{[c.label for c in self.columns]}"
        return f"chart-{zlib.crc32(seed.encode()):x}"


def columns(rows: list[tuple[Any, int | None, bool]], title: Any) -> Columns:
    """The last 12 rows: label, value, is_nearly. The last known value stands out, planned ones are dashed."""
    rows = rows[-12:]
    most = max((row[1] for row in rows if row[1] is not None), default=0) or 1
    last = max((n for n, row in enumerate(rows) if row[1] is not None), default=-1)
    slot = WIDTH / max(len(rows), 4)
    return Columns(title, [_column(n, row, slot, most, is_last=n == last) for n, row in enumerate(rows)])


def _column(n: int, row: tuple[Any, int | None, bool], slot: float, most: int, is_last: bool) -> Column:
    label, value, is_nearly = row
    height = (BASE - TOP) * (0.96 if value is None else value / most)
    x, y, width = n * slot + 5, BASE - height, slot - 10
    css = "plan" if value is None else "f1" if is_last else "f2"
    middle = x + width / 2
    return Column(_px(x), _px(y), _px(width), _px(height), _px(middle), _px(y - 6), value, str(label), css, is_nearly)


def _px(number: float) -> str:
    return f"{number:.1f}"


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    css: str


@dataclass(frozen=True)
class Stacks:
    """Columns made of parts. ticks: where a label stands, and the label."""

    bars: list[Bar]
    ticks: list[tuple[str, str]]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def stacks(rows: list[tuple[str, list[tuple[str, int]]]], tick_every: int = 1) -> Stacks:
    """rows: label and its parts as (class, value), the lowest first. The highest column fills the chart."""
    most = max((sum(value for _css, value in parts) for _label, parts in rows), default=0)
    slot = WIDTH / max(len(rows), 1)
    bars, ticks = [], []
    for n, (label, parts) in enumerate(rows):
        y = float(BASE)
        for css, value in parts:
            height = (BASE - TOP) * value / (most or 1)
            y -= height
            if value:
                bars.append(Bar(_px(n * slot + 1), _px(y), _px(slot - 2), _px(height), css))
        if n % tick_every == 0:
            ticks.append((_px(n * slot + slot / 2), label))
    return Stacks(bars, ticks, most)


@dataclass(frozen=True)
class Band:
    """points: of a polygon, as wide above as this value and below as the next. x, y: where its words stand."""

    points: str
    x: str
    y: str
    label: str
    value: int
    css: str
    is_narrow: bool  # its words stand beside it


@dataclass(frozen=True)
class Funnel:
    title: Any
    bands: list[Band]
    height: int
    width: int = WIDTH

    @property
    def identity(self) -> str:
        return f"funnel-{zlib.crc32(f'{self.title}{[band.label for band in self.bands]}'.encode()):x}"


def funnel(rows: list[tuple[Any, int]], title: Any) -> Funnel:
    """rows: label and value, from the widest stage to the last. Each band is as wide as its value."""
    step, most = 38, max((value for _label, value in rows), default=0) or 1
    half = [max(WIDTH / 2 * value / most, 1) for _label, value in rows]
    middle, bands = WIDTH / 2, []
    for n, (label, value) in enumerate(rows):
        top, below = half[n], min(half[n], half[min(n + 1, len(half) - 1)])
        y, foot = n * step, n * step + step - 4
        corners = [(middle - top, y), (middle + top, y), (middle + below, foot), (middle - below, foot)]
        points = " ".join(f"{_px(x)},{_px(at)}" for x, at in corners)
        css = "f1" if n == 0 else "f2"
        is_narrow = top + below < 150
        x = middle + top + 8 if is_narrow else middle
        bands.append(Band(points, _px(x), _px(y + step / 2 + 3), str(label), value, css, is_narrow))
    return Funnel(title, bands, step * len(rows))
