"""The portal's components as template tags; a builtin library, so no {% load %}. /styleguide/ shows them all.

{% icon "check" %}                                  {% mark %}
{% status_chip task %}                              {% status_chip "late" _("Late") %}
{% deadline_badge task.due_on task.done_on %}       {{ day|dm }}  {{ day|weekday }}  {{ name|initials }}  {{ n|number }}
{% figure value unit=_("households") caption=_("reached at home") of=29 %}
{% progress _("Done") 6 9 _("tasks") %}             {% steps 3 5 %}   {% steps 2 5 late=True %}
{% bars rows unit=_("models") %}                    {% columns rows title=_("People per Saturday") %}
{% timeline steps %}                                {% household_grid households %}
{% agenda_list items %}                             {% week_strip tiles %}
{% crumbs _("Models") list_url _("Register") %}     {% pager page_obj _("models") %}
{% empty_state _("No visit this week") _("Visits recorded on the phone appear here.") url _("Record a visit") %}
{% note %}…{% endnote %}   {% note "warn" %}…{% endnote %}
{% filter_bar form %} above a list whose element has id="list"
{% doc_link url name mime size %}                   {% log_list events %}
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache, wraps
from html import escape
from typing import Any, cast

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, Select
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import charts, dates, text, ui
from core.filters import ListFilter
from core.models import today as business_day

register = template.Library()


def part(name: str) -> Callable[[Callable[..., dict]], Callable[..., SafeString]]:
    """A tag that fills a template with values alone: what it shows is written once while they stay the same."""

    def tag_of(values_of: Callable[..., dict]) -> Callable[..., SafeString]:
        @wraps(values_of)
        def tag(*args: Any, **kwargs: Any) -> SafeString:
            shown = values_of(*args, **kwargs)
            names, values = tuple(shown), tuple(shown.values())
            try:
                types = _types_of(values)
            except TypeError:
                return render_to_string(name, shown)
            return _written(name, get_language(), business_day(), names, values, types)

        return register.simple_tag(tag)

    return tag_of


@lru_cache(2000)
def _written(
    name: str, language: str, day: datetime.date, names: tuple[str, ...], values: tuple[Any, ...], types: Any
) -> SafeString:
    """types: 1 and True are equal, as are a text and one that is marked as safe, and look different."""
    return render_to_string(name, dict(zip(names, values, strict=True)))


_PLAIN = (str, int, float, bool, type(None), datetime.date, Promise, Decimal)


def _types_of(value: Any) -> Any:
    """TypeError for what may change, or look different while it is equal."""
    if isinstance(value, tuple):
        return tuple(map(_types_of, value))
    if is_dataclass(value) and cast(Any, value).__dataclass_params__.frozen:
        return (type(value), *(_types_of(getattr(value, field.name)) for field in fields(value)))
    if isinstance(value, _PLAIN):
        return type(value)
    raise TypeError


# ---- small parts ------------------------------------------------------------------------------------
@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word must stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"ico {extra}".strip(),
        static("vendor/icons.svg"),
        name,
    )


@part("_parts/places.html")
def places(items: Iterable[Any], tabs: bool = False) -> dict:
    """The menu, or the tabs of a phone."""
    return {"items": tuple(items), "tabs": tabs}


@part("_parts/mark.html")
def mark() -> dict:
    return {}


# The small parts of long lists are written here: a template for each would be half of a list's time.
@register.simple_tag
def status_chip(subject: Any, label: Any = "") -> SafeString:
    """A state with icon, word and tint: of a row with `state`, or of a code with its label."""
    return _chip(ui.look(getattr(subject, "state", subject)), str(label or subject.get_state_display()))


@lru_cache(500, typed=True)  # a label may be marked as safe
def _chip(look: ui.Look, label: str) -> SafeString:
    return format_html('<span class="dv-chip {}">{}{}</span>', look.tint, icon(look.icon), label)


@register.simple_tag
def bulk_tick(row: Any) -> SafeString:
    """The box that ticks a row of a list for _parts/bulk_bar.html."""
    return format_html(
        '<td class="dv-tcheck dv-noprint"><label class="dv-hit"><input class="dv-check" type="checkbox" name="row"'
        ' value="{}" form="bulk"><span class="visually-hidden">{}</span></label></td>',
        row.pk,
        _("Choose: %(row)s") % {"row": row},
    )


@register.simple_tag
def deadline_badge(due: Any, done: Any = None, today: Any = None, dated: bool = True) -> SafeString:
    """dated: with the date beside "3 days overdue"; False where the date stands there already."""
    if due is None and not done:
        return SafeString()
    badge = ui.deadline(due, today or business_day(), done)
    kind = f" dv-due-{badge.kind}" if badge.kind else ""
    day = format_html(' <span class="dv-due-day">({})</span>', badge.day) if dated and badge.day else ""
    return format_html('<span class="dv-due{}">{}<span>{}{}</span></span>', kind, icon(badge.icon), badge.text, day)


@register.filter
def dm(day: Any) -> str:
    """dd/mm in this year, dd/mm/yyyy otherwise."""
    return dates.short_date(day, business_day()) if day else ""


@register.filter
def weekday(day: Any) -> str:
    """ "Thứ Bảy 16/04" """
    return dates.weekday_date(day, business_day()) if day else ""


@register.filter
def weekday_short(day: Any) -> str:
    return str(dates.WEEKDAYS_SHORT[day.weekday()]) if day else ""


@register.filter
def moment(at: Any) -> str:
    """ "11/04, 08:00"; a date without its time, and so midnight, at which a day stands whose time nobody wrote."""
    if not isinstance(at, datetime.datetime):
        return dm(at)
    local = at.astimezone(dates.HERE) if timezone.is_aware(at) else at
    if local.time() == datetime.time.min:
        return dm(local.date())
    return f"{dm(local.date())}, {local.hour:02}:{local.minute:02}"


@register.filter
def initials(name: str) -> str:
    return text.initials(name)


@register.filter
def number(value: Any) -> str:
    return "" if value is None else text.number(value)


@register.filter
def webcal(address: str) -> str:
    """The same address as the calendar program of a phone takes it."""
    return f"webcal://{address.partition('://')[2]}"


# ---- numbers ----------------------------------------------------------------------------------------
@part("_parts/figure.html")
def figure(
    value: Any,
    unit: Any = "",
    caption: Any = "",
    url: str = "",
    of: int | None = None,
    empty: Any = "",
    note: Any = "",
    on: datetime.date | None = None,
) -> dict:
    """A key number that is one link to its rows. `value`: a FigureValue, or a plain number (None: no data).

    on: the day that the page itself names; the number names its own where that is another.
    """
    plain, as_of = getattr(value, "value", value), getattr(value, "as_of", None)
    return {
        "value": plain,
        "mark": value.mark if getattr(value, "key", "") else "",
        "is_nearly": getattr(value, "exactness", "exact") == "nearly",
        "as_of": None if as_of == on else as_of,
        "corrected_on": getattr(value, "corrected_on", None),
        "differs": getattr(value, "differs", False),
        "known": getattr(value, "known", None),
        "url": getattr(value, "url", "") or url,
        "caption": caption or getattr(value, "label", ""),
        "unit": unit,
        "of": of,
        "empty": empty or _("No data yet"),
        "note": note,
    }


@part("_parts/stage.html")
def stage(value: Any, label: Any, of: int | None = None, url: str = "") -> dict:
    """One box of a strip of stages. Done, with a mark, when the whole `of` is there."""
    plain = getattr(value, "value", value)
    return {
        "value": plain,
        "mark": value.mark if getattr(value, "key", "") else "",
        "url": getattr(value, "url", "") or url,
        "label": label,
        "of": of,
        "is_done": bool(of) and plain == of,
    }


@part("_parts/progress.html")
def progress(label: Any, value: int | None, most: int | None, unit: Any = "", url: str = "") -> dict:
    """ "9/11 hộ" over a bar; green only when full. Nothing to reach: says so instead of 0%."""
    return {"label": label, "value": value, "most": most, "unit": unit, "url": url}


@part("_parts/steps.html")
def steps(done: int, most: int = 5, late: bool = False) -> dict:
    dots = tuple("on" if n < done else "late" if late and n == done else "" for n in range(most))
    return {"done": done, "most": most, "dots": dots}


@register.inclusion_tag("_parts/bars.html")
def bars(rows: Iterable[Any], unit: Any = "", most: int | None = None) -> dict:
    """rows: label, value, and perhaps url and note (a word in red). `most`: what a full bar means."""
    shown = list(rows)
    top = most or max((_of(row, "value") or 0 for row in shown), default=0) or 1
    return {"rows": shown, "unit": unit, "most": top}


@part("_parts/columns.html")
def columns(rows: Iterable[Any], title: Any) -> dict:
    """A column chart as SVG. rows: label, value (None when planned), perhaps is_nearly. At most the last 12."""
    shown = [(_of(row, "label"), _of(row, "value"), bool(_of(row, "is_nearly"))) for row in rows]
    return {"chart": charts.columns(shown, title)}


# ---- lists ------------------------------------------------------------------------------------------
@register.inclusion_tag("_parts/timeline.html")
def timeline(steps: Iterable[Any]) -> dict:
    """steps: title, kind ("done", "now", "late" or ""), and perhaps text, due, done, note, files (url, name, size)."""
    return {"steps": list(steps)}


def _square(number: int, label: str, css: str, url: str, said: str) -> str:
    """Escaped by hand, since there are hundreds on a page."""
    if url:
        aria = escape(said % {"number": number, "label": label})
        return f'<li><a class="dv-square {escape(css)}" href="{escape(url)}" aria-label="{aria}">{number}</a></li>'
    hidden = f'<span class="visually-hidden">: {escape(label)}</span>'
    return f'<li><span class="dv-square {escape(css)}">{number}{hidden}</span></li>'


@register.inclusion_tag("_parts/household_grid.html")
def household_grid(households: Iterable[Any], decorative: bool = False) -> dict:
    """Squares that show the office's own work per household. Items: number, state, label, and perhaps url, and what
    waits there as `mark` with `mark_label`.

    The legend counts states and marks apart, so that a marked household still counts for its state.
    decorative: on dashboards, hidden from screen readers, with the counts as text below.
    """
    said, items = _("Household %(number)s: %(label)s"), []
    states: dict[Any, Any] = {}
    marks: dict[Any, Any] = {}
    for row in households:
        label, mark = _of(row, "label"), _of(row, "mark")
        state_css, mark_css = ui.square(_of(row, "state")), ui.square_mark(mark) if mark else ""
        shown = [label, _of(row, "mark_label")] if mark else [label]
        css = f"{state_css} {mark_css}".strip()
        if decorative:
            items.append(f'<li><span class="dv-key {escape(css)}"></span></li>')
        else:
            items.append(_square(_of(row, "number"), ", ".join(map(str, shown)), css, _of(row, "url"), said))
        states.setdefault(str(label), {"label": label, "css": state_css, "count": 0})["count"] += 1
        if mark:
            mark_label = _of(row, "mark_label")
            marks.setdefault(str(mark_label), {"label": mark_label, "css": mark_css, "count": 0})["count"] += 1
    return {
        "items": SafeString("".join(items)),
        "legend": [*states.values(), *marks.values()],
        "decorative": decorative,
    }


@register.inclusion_tag("_parts/agenda_list.html")
def agenda_list(items: Iterable[Any]) -> dict:
    """What takes place or falls due (core.agenda.Item): day box, time, title, note."""
    return {"items": list(items), "today": business_day()}


@register.inclusion_tag("_parts/week_strip.html")
def week_strip(tiles: Iterable[Any]) -> dict:
    """Saturday tiles: on, kind ("done", "next", "plan" or "off"), text, and perhaps value, unit, url."""
    return {"tiles": list(tiles)}


@register.inclusion_tag("_parts/log_list.html")
def log_list(lines: Iterable[Any]) -> dict:
    """An append-only log, newest first: at, text, and perhaps by."""
    return {"lines": list(lines)}


@part("_parts/crumbs.html")
def crumbs(*parts: Any) -> dict:
    """Label and address by turns, then the label of this page."""
    pairs = tuple(zip(parts[0:-1:2], parts[1::2], strict=True))
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else "", "up": pairs[-1] if pairs else None}


@register.inclusion_tag("_parts/pager.html", takes_context=True)
def pager(context: Context, page: Page, noun: Any) -> dict:
    """ "Showing 1-50 of 120 models" and the pages around this one, with the filters kept.

    Of a list that is longer than was counted (core.pages): "of more than 1,000", and by key the first, the next and the
    last page.
    """
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name in ("after", "before", "end"):
        query.pop(name, None)
    paginator: Any = page.paginator
    key, is_over = getattr(paginator, "key", ""), getattr(paginator, "is_over", False)
    shown = {"page": page, "noun": noun, "is_over": is_over, "counted": getattr(paginator, "counted_to", 0)}
    shown["listed"] = request.get_full_path() if request and getattr(page, "is_table", False) else ""
    if key and is_over:
        return shown | _ends(query, page, key)
    links = [
        (n, _address(query, page=n)) for n in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    known = dict(links)
    if is_over:
        known[page.number + 1] = _address(query, page=page.number + 1)
    return shown | {"links": links, "before": known.get(page.number - 1), "after": known.get(page.number + 1)}


@register.inclusion_tag("_parts/export_link.html", takes_context=True)
def export_link(context: Context) -> dict:
    """To a file of the list that the page shows, of all its pages."""
    return {"listed": context["request"].get_full_path()}


def _ends(query: QueryDict, page: Page, key: str) -> dict[str, str]:
    """The addresses of the first, the previous, the next and the last page; "" where this one is it."""
    query.pop("page", None)
    first, last = (getattr(page.object_list[place], key) for place in (0, -1)) if page.object_list else (0, 0)
    back, on = page.has_previous(), page.has_next()
    return {
        "first": _address(query) if back else "",
        "before": _address(query, before=first) if back else "",
        "after": _address(query, after=last) if on else "",
        "end": _address(query, end=1) if on else "",
    }


def _address(query: QueryDict, **more: Any) -> str:
    asked = query.copy()
    for name, value in more.items():
        asked[name] = str(value)
    return f"?{asked.urlencode()}"


@register.inclusion_tag("_parts/filter_bar.html", takes_context=True)
def filter_bar(context: Context, filters: ListFilter, target: str = "list") -> dict:
    """The form of filters, above the element with id `target`, which is swapped as the filters change."""
    filters.read_choices()
    form = filters.form
    fields = list(form.visible_fields())
    for field in fields:
        _dress(field)
    first = [f for f in fields[:1] if getattr(f.field.widget, "input_type", "") in {"text", "search"}]
    rest = [f for f in fields if f not in first]
    request = context.get("request")
    narrowed = bool(request and any(request.GET.get(f.html_name) for f in rest))
    carried_on = filters.carried_on
    has_any = bool(carried_on or (request and any(request.GET.get(f.html_name) for f in fields)))
    hidden = [f for f in form.hidden_fields() if f.html_name not in {name for name, _value, _said in carried_on}]
    bar = {"hidden": hidden, "carried_on": carried_on, "first": first, "rest": rest, "target": target}
    bar |= {"narrowed": narrowed, "has_any": has_any, "in_words": filters.in_words}
    bar["path"] = request.path if request else ""
    bar |= {"saved": filters.saved_views, "to_save": filters.to_save}
    bar["current"] = next((view for view in filters.saved_views if view.query == filters.to_save), None)
    bar["begins_otherwise"] = any(view.is_first for view in filters.saved_views)
    bar["has_any"] = has_any or bool(bar["begins_otherwise"] and filters.to_save)
    return bar | {"sentences": filters.refused, "carried": filters.carried}


def _dress(field: Any) -> None:
    widget = field.field.widget
    if getattr(widget, "input_type", "") == "text":
        widget.input_type = "search"
    css = "form-select" if isinstance(widget, Select) else "form-control"
    if not isinstance(widget, CheckboxInput):
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()


@register.inclusion_tag("_parts/refused.html")
def refused(filters: ListFilter) -> dict:
    """Which values of the address no filter knows; for a list without a bar."""
    return {"sentences": filters.refused}


@part("_parts/empty_state.html")
def empty_state(why: Any, then: Any = "", url: str = "", action: Any = "") -> dict:
    """Why nothing is here and the one thing to do about it."""
    return {"why": why, "then": then, "url": url, "action": action}


@part("_parts/doc_link.html")
def doc_link(url: str, name: str, mime: str = "", size: int | None = None) -> dict:
    """A file with its kind and size."""
    kind = name.rpartition(".")[2].upper() if "." in name else ""
    return {"url": url, "name": name.rpartition(".")[0] or name, "facts": ", ".join(filter(None, [kind, _size(size)]))}


def _size(size: int | None) -> str:
    return filesizeformat(size) if size else ""


def _of(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


# ---- blocks -----------------------------------------------------------------------------------------
class NoteNode(template.Node):
    def __init__(self, kind: FilterExpression | None, nodelist: NodeList) -> None:
        self.kind, self.nodelist = kind, nodelist

    def render(self, context: Context) -> str:
        kind = self.kind.resolve(context) if self.kind else "info"
        look = {"warn": "alert-triangle", "bad": "alert-triangle", "ok": "circle-check"}.get(kind, "info-circle")
        inner = self.nodelist.render(context)
        return format_html('<div class="dv-note dv-note-{}">{}<div>{}</div></div>', kind, icon(look), inner)


@register.tag
def note(parser: Parser, token: Token) -> NoteNode:
    """{% note "warn" %}…{% endnote %}: information beside the work. Errors of a form use its summary."""
    parts = token.split_contents()[1:]
    nodelist = parser.parse(["endnote"])
    parser.delete_first_token()
    return NoteNode(parser.compile_filter(parts[0]) if parts else None, nodelist)


class CaptureNode(template.Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> str:
        # Django has rendered and escaped it already; only the blank around it goes.
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """{% capture name %}…{% endcapture %}: keep what is rendered, so a frame can use a block twice or not at all."""
    nodelist = parser.parse(["endcapture"])
    parser.delete_first_token()
    return CaptureNode(token.split_contents()[1], nodelist)


# ---- forms ------------------------------------------------------------------------------------------
@register.filter
def folded_words(field: BoundField) -> str:
    """How much is ticked in a folded choice."""
    return field.field.widget.folded.said(len(field.value() or []))


@register.filter
def choice_columns(field: Any) -> str:
    """How many choice boxes stand side by side: as the widget says, else by the length of their labels."""
    asked = getattr(field.field.widget, "columns", None)
    longest = max((len(str(label)) for value, label in field.field.widget.choices if value != ""), default=0)
    if asked is None:
        asked = 2 if longest <= 28 else 1
    if asked == 2 and longest <= 12:
        return "dv-choices dv-choices-2 dv-keep2"
    return f"dv-choices dv-choices-{asked}" if asked > 1 else "dv-choices"


@register.filter
def any_selected(options: Iterable[Mapping]) -> bool:
    return any(option["selected"] for option in options)


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """The value under a key that is known at run time; "" when there is none."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def anchor(field: Any) -> str:
    """The id of the control that a link of the error summary leads to: of a group, its first box."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def error_count(form: Any) -> str:
    count = len(form.errors)
    return ngettext("%(count)d thing to correct", "%(count)d things to correct", count) % {"count": count}
