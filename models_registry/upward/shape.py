"""What a table for the superior is made of: headings, lines and cells in the superior's order."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.models import Campaign
from core.figures import address
from core.listing import CHUNK
from core.text import number
from models_registry.choices import UpwardTable
from models_registry.models import MobilizationModel, TableLayout

# What a table can hold, in the words of the page on which its columns are ordered.
KNOWN: dict[str, dict[str, Any]] = {
    UpwardTable.LIST: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "subject": gettext_lazy("Collective or individual"),
        "official_field": gettext_lazy("Official field"),
        "theme_field": gettext_lazy("Theme field"),
        "origin": gettext_lazy("Origin"),
        "approach": gettext_lazy("How it is done"),
        "targets": gettext_lazy("Targets"),
        "place": gettext_lazy("Place and people served"),
        "starts_on": gettext_lazy("Starts on"),
        "ends_on": gettext_lazy("Ends on"),
        "contact": gettext_lazy("Person in charge"),
        "level": gettext_lazy("Level that it is proposed to"),
        "note": gettext_lazy("Note"),
    },
    UpwardTable.SUMS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "unit": gettext_lazy("Unit"),
        "official_fields": gettext_lazy("Each official field, collective and individual"),
        "theme_fields": gettext_lazy("Each theme field, collective and individual"),
        "collective": gettext_lazy("Collectives together"),
        "individual": gettext_lazy("Individuals together"),
        "all": gettext_lazy("All together"),
    },
    UpwardTable.RESULTS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "target": gettext_lazy("Target"),
        "measure": gettext_lazy("Counted in"),
        "wanted": gettext_lazy("To reach"),
        "due_on": gettext_lazy("By"),
        "reached": gettext_lazy("Reached"),
        "percent": gettext_lazy("Percent, computed"),
        "evidence": gettext_lazy("Papers and photos"),
        "assessment": gettext_lazy("How far it is, what was decided"),
    },
    UpwardTable.PROPOSALS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "subject": gettext_lazy("Collective or individual"),
        "achievement": gettext_lazy("Achievement in short"),
        "points": gettext_lazy("Points of the appraisal"),
        "praise": gettext_lazy("Proposed for"),
        "level": gettext_lazy("Level"),
        "decision": gettext_lazy("The ward's decision"),
        "decided_on": gettext_lazy("Decided on"),
        "proposed_on": gettext_lazy("Proposed on"),
    },
}
WIDTHS = {
    **dict.fromkeys(("approach", "targets", "place", "achievement"), "dv-broad"),
    **dict.fromkeys(("who", "official_field", "target", "assessment", "contact"), "dv-mid"),
    **dict.fromkeys(("title", "unit"), "dv-name"),
    "no": "dv-narrow",
}
NUMBERS = {"no", "wanted", "reached", "percent", "evidence", "points", "collective", "individual", "all"}


@dataclass(frozen=True)
class Ask:
    """Whose models of which year, as of the end of which day. user: who reads them; None: the ward's own report."""

    campaign: Campaign
    on: datetime.date
    user: Any

    def registered(self) -> Any:
        return self.seen(MobilizationModel.objects).filter(campaign=self.campaign).registered_on(self.on)

    def seen(self, rows: Any) -> Any:
        """What the reader may see; without one all of the ward, as a report tells it."""
        return rows.visible_to(self.user) if self.user else rows.filter(ward=self.campaign.ward_id)

    def list_of(self, **query: Any) -> str:
        """The address of these registered models."""
        return address(reverse("models_registry:model_list"), self.on, self.campaign, **query)


@dataclass(frozen=True)
class Head:
    """top: what stands over it and the next, as a field does over collectives and individuals.

    counts: whether its cells count models, and with which `query` their list is opened.
    """

    code: str
    label: str
    top: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    counts: bool = False

    @property
    def flat(self) -> str:
        """In one line, as a sheet has it."""
        return f"{self.top}: {self.label}" if self.top else self.label

    @property
    def is_number(self) -> bool:
        return self.code in NUMBERS or bool(self.top)

    @property
    def is_name(self) -> bool:
        """Of what the line is about."""
        return WIDTHS.get(self.code) == "dv-name"

    @property
    def css(self) -> str:
        width = WIDTHS.get(self.code, "")
        return f"dv-num {width}".strip() if self.is_number else width


@dataclass(frozen=True)
class Cell:
    """value: text, a number, a day, or None. url: its rows, of a number that counts some."""

    value: Any
    url: str = ""

    @property
    def shown(self) -> str:
        if self.value is None or isinstance(self.value, str):
            return self.value or ""
        return f"{self.value:%d/%m/%Y}" if isinstance(self.value, datetime.date) else number(self.value)


@dataclass(frozen=True)
class Line:
    """key: the same in each reading, so that two can be compared. about: the model, where it is of one."""

    key: str
    cells: tuple[Cell, ...]
    about: MobilizationModel | None = None

    @property
    def url(self) -> str:
        return self.about.get_absolute_url() if self.about else ""


@dataclass(frozen=True)
class Body:
    """A table as of a day. rows: what pages are cut from; lines(rows, first): as lines, numbered from `first` on."""

    layout: TableLayout
    heads: list[Head]
    rows: QuerySet | Sequence[Any]
    lines: Callable[[Sequence[Any], int], list[Line]]
    total: Line | None = None

    def all_lines(self) -> list[Line]:
        rows = self.rows.iterator(chunk_size=CHUNK) if isinstance(self.rows, QuerySet) else iter(self.rows)
        found: list[Line] = []
        while chunk := list(islice(rows, CHUNK)):
            found += self.lines(chunk, len(found) + 1)
        return found

    @property
    def head_rows(self) -> tuple[list[tuple[str, int, int, str]], list[str]]:
        """The heading's cells as (words, columns, rows, class), and those of a second line below."""
        two = any(head.top for head in self.heads)
        first: list[tuple[str, int, int, str]] = []
        for top, heads in groupby(self.heads, key=lambda head: head.top):
            found = list(heads)
            if top:
                first.append((top, len(found), 1, "dv-over"))
            else:
                first += [(head.label, 1, 2 if two else 1, head.css) for head in found]
        return first, [head.label for head in self.heads if head.top]
