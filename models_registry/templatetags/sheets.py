"""The lines of a table for the superior: written here, for a template of each cell takes half of the page’s time."""

from collections.abc import Iterable, Iterator, Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from models_registry.upward import Head, Line

register = template.Library()
SHOWN = 110  # signs of a long text


@register.simple_tag
def sheet_lines(heads: Sequence[Head], lines: Iterable[Line], total: Line | None = None) -> SafeString:
    """The rows of the table's body. A number opens the rows that it counts; 0 opens nothing."""
    begun = [f'<th scope="row" data-l="{escape(h.flat)}">' if h.is_name else _td(h) for h in heads]
    written = [f"<tr>{''.join(_cells(heads, begun, line))}</tr>" for line in lines]
    if total:
        written.append(f'<tr class="dv-total">{"".join(_cells(heads, begun, total))}</tr>')
    return mark_safe("".join(written))


def _td(head: Head) -> str:
    return f'<td data-l="{escape(head.flat)}" class="{head.css}'


def _cells(heads: Sequence[Head], begun: list[str], line: Line) -> Iterator[str]:
    for head, begin, cell in zip(heads, begun, line.cells, strict=True):
        if head.is_name:
            name = escape(cell.shown)
            yield (
                f'{begin}<a class="dv-cell" href="{escape(line.url)}">{name}</a></th>'
                if line.url
                else f"{begin}{name}</th>"
            )
        elif cell.url and not cell.value:
            yield f'{begin} dv-zero">{escape(cell.shown)}</td>'
        elif cell.url:
            yield f'{begin}"><a href="{escape(cell.url)}" data-value="{cell.value}">{escape(cell.shown)}</a></td>'
        else:
            yield f'{begin}">{escape(Truncator(cell.shown).chars(SHOWN))}</td>'
