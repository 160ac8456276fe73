"""Plots in lists: their columns, which a list of households may have too, and lists of plots of households that are
there already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clearance import actions
from clearance.actions import NewPlot
from clearance.imports.of_project import OfProject, between, find_households, household_column
from clearance.models import LandKind, Plot, PlotHolding, Project
from clearance.models.land import plot_code
from clearance.validators import without_personal_numbers
from core.imports import Column, Line, Scope, as_text, decimal, declared, text
from core.models import today
from core.tables import Cell
from core.text import number

Key = tuple[str, str]
Known = Mapping[Key, Plot]
_MOST = 20  # signs of a sheet or a plot
_area = decimal(Decimal("0.01"), Decimal("9999999"), 2)
SHEET, NUMBER, KIND, WHOLE, PART = "map_sheet", "plot", "land_kind", "area", "area_recovered"
_FACTS = (KIND, WHOLE, PART)


def _code(cell: Cell) -> str:
    found = plot_code(as_text(cell))
    if not found or len(found) > _MOST:
        raise ValidationError(
            _t("Write the number as the map has it, for example 45 or 45A; here stands “%(said)s”.")
            % {"said": as_text(cell)[:40]}
        )
    return found


def plot_columns(*, is_needed: bool = False) -> list[Column]:
    return [
        Column(
            SHEET,
            _("Map sheet"),
            _code,
            ("so to ban do", "to ban do", "to bd", "so to bd", "to bd so", "to ban do so", "map sheet"),
            is_needed=is_needed,
            example="12",
            help_text=_("Of the cadastral map. A household with several plots has a row for each of them."),
        ),
        Column(
            NUMBER,
            _("Plot number"),
            _code,
            ("so thua", "thua dat", "thua dat so", "thua so", "so thua dat", "thua", "plot", "plot number"),
            is_needed=is_needed,
            example="45",
            help_text=_("Several households may hold one plot: each has its row with the same sheet and number."),
        ),
        Column(
            KIND,
            _("Kind of land"),
            text(120),
            ("loai dat", "ky hieu loai dat", "muc dich su dung", "muc dich su dung dat", "kind of land"),
            example="ODT",
            help_text=_("Its sign, as the list of kinds of land has it."),
        ),
        Column(
            WHOLE,
            _("Area of the whole plot, m²"),
            _area,
            ("dien tich thua", "dien tich thua dat", "tong dien tich", "dien tich", "dt thua", "dien tich m2", "area"),
            example="120,5",
        ),
        Column(
            PART,
            _("Area to be recovered, m²"),
            _area,
            (
                *("dien tich thu hoi", "dt thu hoi", "dien tich dat thu hoi", "dien tich bi thu hoi"),
                *("dien tich thu hoi m2", "area to be recovered"),
            ),
            example="85,5",
            help_text=_("No more than the whole plot. Leave areas blank that nobody has measured."),
        ),
    ]


def key_of(line: Line) -> Key | None:
    """Of a row with a plot, once `read_plots` has read it."""
    return (line[SHEET], line[NUMBER]) if line[SHEET] and line[NUMBER] else None


def plot_of(line: Line) -> NewPlot:
    return NewPlot(line[SHEET], line[NUMBER], line[KIND], line[WHOLE], line[PART], line["note"] or "")


def read_plots(lines: Sequence[Line], scope: Scope) -> None:
    """The kinds by their signs; and a row that says half of a plot, or other things of it than a row before does or
    the project has, is told so."""
    if not any(line[name] for line in lines for name in (SHEET, NUMBER, KIND, WHOLE, PART)):
        return
    kinds = {row.code: row for row in LandKind.objects.filter(ward_id=scope.ward_id).valid_on(today())}
    known: dict[Key, dict[str, tuple[Any, int]]] = {}  # what is said of a plot, and in which row
    there = plots_there(scope.target, lines)
    for line in lines:
        _read_kind(line, kinds)
        _say_half(line)
        if (key := key_of(line)) is None:
            continue
        said = known.setdefault(key, {})
        before = {name: said.setdefault(name, (line[name], line.number)) for name in _FACTS if line[name]}
        if unlike := _unlike(line, {name: value for name, (value, _row) in before.items()}):
            rows = [row for name, (value, row) in before.items() if value != line[name]]
            words = _plot_words(line) | {"row": rows[0], "said": unlike}
            line.wrong(
                _t("Plot %(plot)s, map sheet %(sheet)s, stands in row %(row)d too, with other data: %(said)s.") % words,
                NUMBER,
            )
        elif (plot := there.get(key)) and (unlike := _unlike(line, _facts(plot))):
            words = _plot_words(line) | {"said": unlike}
            line.wrong(
                _t("The project has plot %(plot)s, map sheet %(sheet)s, with other data: %(said)s.") % words, NUMBER
            )
    for line in lines:  # of several rows of one plot one may say its areas
        if (key := key_of(line)) and any(not line[name] for name in known[key]):
            line.values |= {name: value for name, (value, _row) in known[key].items()}


def plots_there(project: Project, lines: Sequence[Line]) -> dict[Key, Plot]:
    numbers = {line[NUMBER] for line in lines if line[NUMBER]}
    rows = Plot.objects.filter(ward_id=project.ward_id, project=project)
    if len(numbers) < 1000:  # of very many all are asked for: to name them takes longer
        rows = rows.filter(number__in=numbers)
    return {(row.map_sheet, row.number): row for row in rows.select_related("kind")}


def held_there(project: Project, between: tuple[int, int]) -> set[tuple[int, str, str]]:
    """(household number, map sheet, plot) of what the project's households hold today."""
    rows = PlotHolding.objects.now().filter(ward_id=project.ward_id, household__project=project)
    rows = rows.filter(household__number__range=between)
    return set(rows.values_list("household__number", "plot__map_sheet", "plot__number"))


def _read_kind(line: Line, kinds: Mapping[str, LandKind]) -> None:
    said = line[KIND]
    if not isinstance(said, str):
        return
    line.values[KIND] = kinds.get(said.split(" ")[0].strip(".,;:-–").upper())
    if line[KIND] is None:
        line.wrong(
            _t("Kind of land: the ward's list has no sign “%(said)s”. Correct it, or add the kind to the list.")
            % {"said": said[:40]},
            KIND,
        )


def _say_half(line: Line) -> None:
    given = [name for name in (SHEET, NUMBER) if line[name]]
    is_told = any(column in (SHEET, NUMBER) for column, _sentence in line.errors)
    if len(given) == 1 and not is_told:
        line.wrong(_t("A plot has both its map sheet and its number. Write the other one, too."), given[0])
    elif not given and not is_told and any(line[name] for name in (KIND, WHOLE, PART)):
        line.wrong(_t("Here stands an area or a kind of land without a plot. Write its map sheet and number."), NUMBER)
    if line[WHOLE] and line[PART] and line[PART] > line[WHOLE]:
        line.wrong(_t("No more than the whole plot can be recovered. Correct one of the two areas."), PART)


def _facts(plot: Plot) -> dict[str, Any]:
    return {KIND: plot.kind, WHOLE: plot.area, PART: plot.area_recovered}


def _unlike(line: Line, facts: Mapping[str, Any]) -> str:
    """What is known, in words, where the row says something else; what is blank in the row says nothing."""
    said = {
        KIND: lambda kind: f"{_t('Kind of land')}: {kind.code if kind else '–'}",
        WHOLE: lambda area: f"{_t('Area of the whole plot, m²')}: {number(area) if area else '–'}",
        PART: lambda area: f"{_t('Area to be recovered, m²')}: {number(area) if area else '–'}",
    }
    return "; ".join(
        say(facts[name]) for name, say in said.items() if line[name] and name in facts and line[name] != facts[name]
    )


def _plot_words(line: Line) -> dict[str, Any]:
    return {"plot": line[NUMBER], "sheet": line[SHEET]}


@declared
class Plots(OfProject):
    code = "plots"
    label = _("Plots")
    lead = _(
        "Of households that the project has already, one plot a row. Households with their plots come as one list."
    )

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("clearance:plot_list", args=[scope.target.slug]), _("Plots")

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            household_column(),
            *plot_columns(is_needed=True),
            Column("note", _("Note"), text(200), ("ghi chu", "note")),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        read_plots(lines, scope)
        find_households(lines, scope)
        held, seen = held_there(scope.target, between(lines)), dict[Any, int]()
        for line in lines:
            if line["note"]:
                line.values["note"] = without_personal_numbers(line["note"])
            if not line["file"] or (key := key_of(line)) is None:
                continue
            whose = (line["number"], *key)
            if (row := seen.setdefault(whose, line.number)) != line.number:
                line.wrong(_t("The same as row %(row)d. Delete one of the two.") % {"row": row}, NUMBER)
            line.is_known = whose in held and not line.errors

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new: Iterator[Any] = ((line["file"], plot_of(line)) for line in lines)
        return actions.add_plots(scope.target, by=scope.user, campaign=scope.year, plots=new, advance=advance)

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_plots(scope.target, by=scope.user, campaign=scope.year, holdings=keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = PlotHolding.objects.visible_to(scope.user).filter(pk__in=keys)
        found = rows.select_related("household", "plot__project")
        return {row.pk: (str(row), row.plot.get_absolute_url()) for row in found}
