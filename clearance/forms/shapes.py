"""Outlines of plots out of a GeoJSON file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.models import Project
from clearance.models.land import plot_code
from core.drawings import DrawingForm
from core.geo import Shape
from core.text import fold

DATA = Path(__file__).parent.parent / "data"
TOLD = 5  # shapes named in one sentence


def _titles() -> dict[str, list[str]]:
    """What programs call map sheet and plot number, folded and without signs."""
    return json.loads((DATA / "shape_titles.json").read_text(encoding="utf-8"))


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(title))


class PlotShapesForm(DrawingForm):
    submit_label = _("Draw these plots")

    sheet_title = forms.CharField(
        label=_("What the file calls the map sheet"),
        required=False,
        max_length=60,
        help_text=_("Only where it is not found by itself."),
    )
    number_title = forms.CharField(label=_("What the file calls the plot number"), required=False, max_length=60)
    skip_unknown = forms.BooleanField(label=_("Leave out shapes whose plot is not on the list"), required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["file"].help_text = _("One area for each plot, with its map sheet and plot number beside it.")

    def clean(self) -> dict[str, Any]:
        data: Any = super().clean()
        if "file" not in data or "epsg" not in data:
            return data
        epsg = self.system(data)
        plots = self._plots(data)
        matched = {shape.number: plot for shape, plot in self._match(plots, data)}
        kept = [shape for shape in self.shapes if shape.number in matched]
        if not kept:
            raise ValidationError({"file": gettext("None of the shapes is a plot of the list. Enter the plots first.")})
        found = self.in_degrees(kept, epsg, data)
        data["drawn"] = {matched[shape.number]: geometry for shape, geometry in zip(kept, found, strict=True)}
        data["used_epsg"], data["left_out"] = epsg, len(self.shapes) - len(kept)
        return data

    def _plots(self, data: dict[str, Any]) -> dict[tuple[str, str], int]:
        rows = self.project.plots.values_list("map_sheet", "number", "pk")
        return {(sheet, number): pk for sheet, number, pk in rows}

    def _match(self, plots: dict[tuple[str, str], int], data: dict[str, Any]) -> Iterator[tuple[Shape, int]]:
        """Each shape with its plot. Raises ValidationError for unknown plots, unless they are to be left out."""
        sheet, number = self._title("sheet", data["sheet_title"]), self._title("number", data["number_title"])
        seen: dict[int, int] = {}
        unknown: list[str] = []
        for shape in self.shapes:
            key = tuple(plot_code(str(shape.properties.get(title) or "")) for title in (sheet, number))
            plot = plots.get((key[0], key[1]))
            if plot is None:
                unknown.append(f"{shape.number} ({key[0] or '?'}/{key[1] or '?'})")
                continue
            if plot in seen:
                words = gettext("Shapes %(one)d and %(two)d are the same plot %(plot)s. Join them into one area.")
                facts = {"one": seen[plot], "two": shape.number, "plot": "/".join(key)}
                raise ValidationError({"file": words % facts})
            seen[plot] = shape.number
            yield shape, plot
        if unknown and not data["skip_unknown"]:
            shown = ", ".join(unknown[:TOLD]) + (" …" if len(unknown) > TOLD else "")
            words = gettext(
                "%(count)d shapes are no plot of the list, by number and sheet/plot: %(shown)s. Enter these plots, or "
                "tick that they are left out."
            )
            raise ValidationError({"skip_unknown": words % {"count": len(unknown), "shown": shown}})

    def _title(self, what: str, typed: str) -> str:
        """The file's own name for the map sheet or the plot number."""
        there = {_plain(title): title for shape in self.shapes for title in shape.properties}
        wanted = [_plain(typed)] if typed else _titles()[what]
        found = next((there[title] for title in wanted if title in there), None)
        if found is None:
            shown = ", ".join(sorted(there.values())[:12]) or gettext("nothing")
            words = gettext("Neither name is in the file. It has: %(titles)s.")
            raise ValidationError({f"{what}_title": words % {"titles": shown}})
        return found
