"""The one way to narrow a list by its address: a figure's link, a bookmark and a pasted link agree.

class TaskFilter(ListFilter):
    q = WordsFilter("search_key", label=_("Search tasks"))
    unit = SlugFilter(field_name="lead_unit", label=_("Unit"))
    typed_first_by = ["title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("unit", Unit.objects.filter(...))

filters = TaskFilter(request.GET, rows, request=request)
page = page_of(request, filters.typed_first(filters.qs.for_list()))      {% filter_bar filters %}

A value that a filter does not know is never read as none: no row is listed, and the page says why.
"""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import django_filters
from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.counts import COUNTED
from core.forms import DateField
from core.listing import is_export
from core.search import as_typed_first, found
from core.together import read_together

ALL = gettext_lazy("All")
NEVER_SAVED = {"year", "on", "known", "day", "q", "row"}  # of one day alone, or the name of somebody who was looked for
EVERY = "every"  # of the address: a bulk act on all that fit the filters, whatever is ticked


class ShownAt(Exception):
    """The list is shown by another query of its address: that of a saved view. gone: what of it is known no more."""

    def __init__(self, query: str, gone: Iterable[Any] = ()) -> None:
        super().__init__(query)
        self.query, self.gone = query, [str(one) for one in gone]


def in_one_spelling(asked: Iterable[tuple[str, str]]) -> str:
    """Filters of an address as a saved view keeps them, so that the same ones are known again."""
    return urlencode(sorted({(name, value) for name, value in asked if value and name not in NEVER_SAVED}))


class WordsFilter(django_filters.CharFilter):
    """Words in one of the folded columns, with or without marks."""

    def __init__(self, *keys: str, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)
        self.keys = keys

    def filter(self, qs: models.QuerySet, value: str) -> models.QuerySet:
        return qs.filter(found(value, *self.keys)) if value else qs


class CodeFilter(django_filters.ChoiceFilter):
    """One of the codes of a field, or of what `method` understands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"empty_label": ALL} | kwargs)


class RowFilter(django_filters.ModelChoiceFilter):
    """A related row by its key; what may be chosen is said by `offer` or `queryset`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"empty_label": ALL} | kwargs)


class SlugFilter(RowFilter):
    """A related row by its address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="slug", **kwargs)


class HiddenCodeFilter(django_filters.ChoiceFilter):
    """One of the codes that a tab or a figure's link carries; the view asks for it, no row is narrowed here.

    codes: as tabs of the page show them. choices: codes with their words, where a link alone carries them.
    """

    def __init__(self, *, codes: Iterable[str] = (), choices: Any = (), **kwargs: Any) -> None:
        self.is_tab = not choices
        choices = choices or [(code, code) for code in codes if code]
        super().__init__(choices=choices, widget=forms.HiddenInput, label=gettext_lazy("State"), **kwargs)

    def filter(self, qs: models.QuerySet, value: Any) -> models.QuerySet:
        return qs


class TickedFilter(django_filters.ModelMultipleChoiceFilter):
    """`row`: the rows that somebody has ticked; what may be ticked is said by `offer`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.MultipleHiddenInput, label=gettext_lazy("Rows"), **kwargs)

    def filter(self, qs: models.QuerySet, value: Any) -> models.QuerySet:
        return qs.filter(pk__in=[row.pk for row in value]) if value and EVERY not in self.parent.data else qs


class HiddenRowFilter(RowFilter):
    """As RowFilter, for a link that no box of the page offers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)


class HiddenSlugFilter(SlugFilter):
    """As SlugFilter, for a link that no box of the page offers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)


class DayFilter(django_filters.Filter):
    field_class = DateField


class HiddenDayFilter(DayFilter):
    """`on`: the business day that a figure's link carries; the list asks for it with `asked`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)

    def filter(self, qs: models.QuerySet, value: Any) -> models.QuerySet:
        return qs


class ListFilter(django_filters.FilterSet):
    """kept: what the address carries beside the filters and keeps: the year, the day, the tab.

    in_tabs: filters without a box that tabs of the page show; any other that a link carries is shown by `carried_on`.
    known: what boxes of rows offer, where it is known already.
    typed_first_by: columns of which those come first that hold the searched words with the marks as typed.
    finds_many: whether the searched words are in more than COUNTED rows.
    """

    has_choices = False
    finds_many = False
    kept: ClassVar[list[str]] = ["year", "on"]
    in_tabs: ClassVar[list[str]] = []
    field_order: ClassVar[list[str]] = []
    typed_first_by: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.known: dict[str, list[tuple[str, str]]] = {}
        super().__init__(*args, **kwargs)
        if self.request is not None and self.request.method == "GET" and not self.request.GET and not self._is_export:
            for view in self.saved_views:
                if view.is_first:
                    raise ShownAt(view.shown)

    @property
    def form(self) -> forms.Form:
        if not hasattr(self, "_form"):
            form = super().form
            form.auto_id = "f_%s"
            form.order_fields(self.field_order)
        return self._form

    @property
    def carried_on(self) -> list[tuple[str, str, str]]:
        """Of each filter without a box that the address carries its name, its value and what they say: a figure's link
        narrows by it, so it can be seen and taken away as any other."""
        return [
            (name, self.data[name], self.said(name))
            for name, one in self.filters.items()
            if self.form.fields[name].widget.is_hidden and self.asked(name) and not self._is_shown(name, one)
        ]

    def _is_shown(self, name: str, one: Any) -> bool:
        """By a tab, by the frame that names the day, or as ticks of the rows."""
        return name in self.in_tabs or getattr(one, "is_tab", False) or isinstance(one, HiddenDayFilter | TickedFilter)

    def said(self, name: str) -> str:
        """The filter and its value in words."""
        field, value = self.form.fields[name], self.asked(name)
        label = capfirst(str(field.label or name))
        if isinstance(field, forms.ModelChoiceField):
            word = str(field.label_from_instance(value))
        elif isinstance(value, datetime.date):
            word = f"{value:%d/%m/%Y}"
        elif value is True:
            word = label
        else:
            word = str(dict(getattr(field, "choices", ())).get(value, value))
        return label if word == label else f"{label}: {word}"

    @property
    def in_words(self) -> list[str]:
        """The filters of the address with their values, as a printed list says them beside its tab."""
        shown = [name for name, one in self.filters.items() if not self._is_shown(name, one)]
        return [self.said(name) for name in shown if self.asked(name)]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form hands on unseen."""
        return [(name, self.data[name]) for name in self.kept if self.data.get(name)]

    @property
    def _is_export(self) -> bool:
        return self.request is not None and is_export(self.request)

    @property
    def saved_views(self) -> list[Any]:
        """The reader's own ways to look at this list (accounts.models.SavedView), put on the request by the frame."""
        return list(getattr(self.request, "saved_views", ()))

    @property
    def to_save(self) -> str:
        """What the address narrows by, in one spelling, as a saved view keeps it."""
        values: Any = getattr(self.data, "getlist", lambda name: [])
        return in_one_spelling([(name, value) for name in {*self.filters, *self.kept} for value in values(name)])

    def _leave_gone(self) -> None:
        """Raises ShownAt where a saved view is asked for that names a filter, or a value, that is known no more."""
        view = next((view for view in self.saved_views if str(view.pk) == self.data.get("saved")), None)
        if view is None or self._is_export:
            return
        known = {*self.filters, *self.kept}
        asked = [(name, value) for name, value in parse_qsl(view.query) if self.data.get(name) == value]
        gone = {name: None for name, _value in asked if name not in known or name in self.form.errors}
        if gone:
            left = urlencode([(name, value) for name, value in asked if name not in gone] + [("saved", "")])
            raise ShownAt(left, [self._label(name) if name in self.form.fields else name for name in gone])

    def offer(self, name: str, rows: models.QuerySet, label: Any = None) -> None:
        """What may be chosen; label: how a row is called."""
        self.filters[name].queryset = rows
        if label:
            field: Any = self.form.fields[name]
            field.label_from_instance = label

    def read_choices(self, *beside: models.QuerySet) -> None:
        """All rows that the boxes offer, and `beside`, in one statement; once, before the form is shown."""
        if self.has_choices:
            return
        self.has_choices = True
        fields: dict[str, Any] = {n: f for n, f in self.form.fields.items() if isinstance(f, forms.ModelChoiceField)}
        boxes = {name: field for name, field in fields.items() if not field.widget.is_hidden}
        offered = {name: box.queryset.all() for name, box in boxes.items() if name not in self.known}
        read_together(*offered.values(), *beside)
        for name, box in boxes.items():
            rows, first = offered.get(name, ()), [] if box.empty_label is None else [("", box.empty_label)]
            read = [(box.prepare_value(row), box.label_from_instance(row)) for row in rows]
            box.widget.choices = [*first, *self.known.get(name, read)]

    def asked(self, name: str) -> Any:
        """The value that was asked for, or None."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        """Words are asked last, and once: page, count and order then need only the keys of what they found."""
        if self.refused:
            return queryset.none()
        rows: Any = queryset
        for name, value in self.form.cleaned_data.items():
            if name != "q":
                rows = self.filters[name].filter(rows, value)
        words = self.form.cleaned_data.get("q")
        if not words:
            return rows
        keys = self.first_found(rows, words)
        self.finds_many = keys is None
        return self.filters["q"].filter(rows, words) if keys is None else rows.filter(pk__in=keys)

    def first_found(self, rows: Any, words: str) -> list[Any] | None:
        """The keys of the rows that have the words; None where these are more than COUNTED."""
        found_rows = self.filters["q"].filter(rows, words)
        keys = list(found_rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])
        return keys if len(keys) <= COUNTED else None

    def typed_first(self, rows: models.QuerySet, *, after: int = 0) -> models.QuerySet:
        """The narrowed and ordered rows, the best findings first; after: how many terms of the order go before that.

        Of more than COUNTED findings nobody reads the best ones off the top: they stay in their order.
        """
        words = self.asked("q") if "q" in self.filters else ""
        return rows if not words or self.finds_many else as_typed_first(rows, words, *self.typed_first_by, after=after)

    @property
    def refused(self) -> list[str]:
        """A sentence for each value that no filter knows; no row is listed then."""
        if self.data.get("saved"):
            self._leave_gone()
        said = _("“%(value)s” is nothing that “%(filter)s” can be; so no row is listed.")
        return [
            said % {"value": str(self.data.get(name, "")).replace("\x00", "␀")[:60], "filter": self._label(name)}
            for name in self.form.errors
        ]

    def _label(self, name: str) -> Any:
        return self.form.fields[name].label or name

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(field.name) for field in self.form.visible_fields()) or bool(self.carried_on)


def unticked(query: QueryDict) -> QueryDict:
    """The query of the list on which rows are ticked for a bulk act, without the ticks and the page."""
    query = query.copy()
    for name in ("row", "ticked", EVERY, "list", "page", "after", "before", "end"):
        query.pop(name, None)
    return query


def nothing_ticked(query: QueryDict) -> bool:
    """A bulk act on ticked rows was asked for, and none is ticked; an act on all that fit asks for none."""
    return "ticked" in query and not query.getlist("row") and EVERY not in query
