"""What the lists of this app are exported as."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from accounts.models import Unit
from core.agenda import Item
from core.figures import Figure, FigureValue, all_figures
from core.filters import CodeFilter, ListFilter, RowFilter, SlugFilter
from core.listing import Column, Table, table, words
from core.models import today
from core.papers import Annex, Run
from core.periods import Span
from core.text import one_line
from reports.calendar import ABOUT, about
from reports.choices import ReportState
from reports.models import WardNumber

FIGURES_ABOUT = {
    "campaigns": _("Plans, tasks and sessions"),
    "models_registry": ABOUT["models_registry"],
    "clearance": ABOUT["clearance"],
    "beautification": ABOUT["beautification"],
    "publicity": ABOUT["publicity"],
    "deadlines": _("Working days"),
    "accounts": _("Units"),
    "reports": _("Numbers of the ward"),
}


class CalendarFilter(ListFilter):
    """What of the calendar is shown. The unit is read by the view, which asks for the right; here it is offered."""

    kept = ["year", "view", "day", "of"]

    unit = SlugFilter(label=_("Unit"))
    about = CodeFilter(label=pgettext_lazy("calendar", "About"), choices=list(ABOUT.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        if access.is_ward_wide(user, Permission.WARD_READ):
            self.offer("unit", Unit.objects.visible_to(user).inside().order_by("sort_key"))
        else:
            del self.filters["unit"]

    @property
    def narrowing(self) -> dict[str, str]:
        asked = self.asked("about")
        return {"about": asked} if asked else {}

    def narrow(self, items: list[Item]) -> list[Item]:
        asked = self.asked("about")
        return [] if self.refused else [item for item in items if not asked or about(item) == asked]


class FigureFilter(ListFilter):
    """What the figures are about: the app that counts them."""

    kept = ["year", "on", "kind"]

    about = CodeFilter(label=pgettext_lazy("calendar", "About"), choices=list(FIGURES_ABOUT.items()))

    @property
    def keys(self) -> list[str]:
        asked = self.asked("about")
        return [] if self.refused else [key for key, of in all_figures().items() if asked in (None, "", of.about)]

    @property
    def narrowing(self) -> dict[str, str]:
        asked = self.asked("about")
        return {"about": asked} if asked else {}


class WardNumberFilter(ListFilter):
    code = RowFilter(to_field_name="code", label=_("What is counted"), method="by_code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = WardNumber.objects.visible_to(self.request.user).latest_on(today())
        self.offer("code", rows, label=lambda row: capfirst(row.label))

    def by_code(self, rows: Any, _name: str, row: WardNumber) -> Any:
        return rows.filter(code=row.code)


class PeriodFilter(FigureFilter):
    """The unit is read by the view, which asks for the right; here it is offered to those who follow all."""

    unit = SlugFilter(label=_("Unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        if access.is_ward_wide(user, Permission.WARD_READ):
            self.offer("unit", Unit.objects.visible_to(user).inside().order_by("sort_key"))
        else:
            del self.filters["unit"]
            self.kept = [*self.kept, "unit"]  # type: ignore[misc]  # of this reader alone

    @property
    def narrowing(self) -> dict[str, str]:
        return super().narrowing | ({"unit": self.data["unit"]} if self.data.get("unit") else {})


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
    Column(_("Beside it"), "beside"),
    Column(_("Exactness"), "exactness"),
    Column(_("As it stood on"), "as_of"),
    Column(_("What is counted"), "definition"),
)
table("reports:figure_compare", _("Figures by period"))  # its columns are the periods
WORK = table(
    "reports:work_list",
    _("To deal with"),
    Column(_("Thing to do"), "title"),
    Column(_("Unit or place"), "note"),
    Column(_("Due"), of=lambda item: None if item.since else item.due_on),
    Column(_("Waiting since"), "since"),
)


WARD_NUMBERS = table(
    "reports:ward_number_list",
    _("Numbers of the ward"),
    Column(_("What is counted"), "label"),
    Column(_("Number"), "value"),
    Column(_("As it stood on"), "on"),
    Column(_("Source"), "source"),
)

table("reports:annex_detail", _("Table behind a report"))  # its columns are those of the table asked for


def annex_table(annex: Annex) -> Table:
    """One of the tables 05 to 07 as it goes out: numbers as numbers."""
    columns = zip(annex.heads, annex.numbers, strict=True)
    of = (Column(head, of=partial(_cell, n, is_number)) for n, (head, is_number) in enumerate(columns))
    return Table("reports:annex_detail", annex.title, tuple(of))


def periods_table(spans: Sequence[Span]) -> Table:
    """Figures by period as they go out: a column for each period."""
    columns = [
        Column(_("Figure"), of=lambda line: str(line.figure.label)),
        Column(_("Part"), of=lambda line: line.part),
        *(Column(capfirst(span.words), of=partial(_value, n)) for n, span in enumerate(spans)),
    ]
    return Table("reports:figure_compare", _("Figures by period"), tuple(columns))


def _value(place: int, line: Any) -> int | None:
    return line.values[place].value


def _cell(place: int, is_number: bool, line: Sequence[Run]) -> Any:
    plain = line[place].text.replace(".", "")
    return int(plain) if is_number and plain.isdecimal() else line[place].text


def figure_lines(rows: Iterable[tuple[Figure, FigureValue]]) -> list[dict[str, Any]]:
    """Of each figure its number, or the number of each of its parts."""
    return [
        {
            "figure": str(figure.label),
            "part": str(part.label) if value.parts else "",
            "value": part.value,
            "beside": part.beside,
            "exactness": gettext("nearly") if part.exactness == "nearly" else "",
            "as_of": part.as_of or value.as_of,
            "definition": one_line(gettext(figure.definition)),
        }
        for figure, value in rows
        for part in (value.parts or {"": value}).values()
    ]
