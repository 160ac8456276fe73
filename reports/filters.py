"""What the lists of this app are exported as."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.figures import Figure, FigureValue
from core.listing import Column, table, words
from core.text import one_line
from reports.choices import ReportState

REPORTS = table(
    "reports:report_list",
    _("Reports"),
    Column(_("Report"), "title"),
    Column(_("Figures of"), "on"),
    Column(_("To be sent by"), "due_on"),
    Column(_("Issued by"), "body__name"),
    Column(_("State"), "state", say=words(ReportState)),
)
FIGURES = table(
    "reports:figure_list",
    _("Figures"),
    Column(_("Figure"), "figure"),
    Column(_("Part"), "part"),
    Column(_("Value"), "value"),
    Column(_("Exactness"), "exactness"),
    Column(_("As it stood on"), "as_of"),
    Column(_("What is counted"), "definition"),
)
WORK = table(
    "reports:work_list",
    _("To deal with"),
    Column(_("Thing to do"), "title"),
    Column(_("Unit or place"), "note"),
    Column(_("Due"), of=lambda item: None if item.since else item.due_on),
    Column(_("Waiting since"), "since"),
)


def figure_lines(rows: Iterable[tuple[Figure, FigureValue]]) -> list[dict[str, Any]]:
    """Of each figure its number, or the number of each of its parts."""
    return [
        {
            "figure": str(figure.label),
            "part": str(part.label) if value.parts else "",
            "value": part.value,
            "exactness": gettext("nearly") if part.exactness == "nearly" else "",
            "as_of": part.as_of or value.as_of,
            "definition": one_line(gettext(figure.definition)),
        }
        for figure, value in rows
        for part in (value.parts or {"": value}).values()
    ]
