"""A page of a past day leads on to pages of the same day: its links and filters carry `on=` and `known=`."""

import re
from html import escape
from urllib.parse import parse_qsl, urlencode

from core.past import Reading

LINK = re.compile(r'(<a\b[^>]*?\bhref=")([/?][^"#]*)((?:#[^"]*)?")')
FILTER = re.compile(r'<form\b[^>]*\bmethod="get"[^>]*>')
MAIN = re.compile(r"(<main\b.*</main>)", re.DOTALL)
ELSEWHERE = ("/static/", "/media/", "/admin/", "/accounts/", "//")


def parameters(reading: Reading) -> dict[str, str]:
    """What an address says of the day that is read."""
    days = {"on": reading.on, "known": reading.known}
    return {name: day.isoformat() for name, day in days.items() if day}


def address_at(path: str, query: str, wanted: dict[str, str]) -> str:
    """The address with these days in place of its own."""
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in {"on", "known"}]
    said = urlencode([*kept, *wanted.items()])
    return f"{path}?{said}" if said else path


def carry(page: str, reading: Reading) -> str:
    """The page with the day in every link of its content that names none itself, but those marked `data-today`."""
    wanted = parameters(reading)
    hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in wanted.items())

    def link(found: re.Match) -> str:
        before, address, after = found.groups()
        path, _mark, query = address.replace("&amp;", "&").partition("?")
        named = dict(parse_qsl(query, keep_blank_values=True))
        if address.startswith(ELSEWHERE) or "on" in named or "data-today" in before:
            return found[0]
        added = f"{query}&{urlencode(wanted)}" if query else urlencode(wanted)
        return f"{before}{escape(f'{path}?{added}')}{after}"

    def content(found: re.Match) -> str:
        return FILTER.sub(lambda form: form[0] + hidden, LINK.sub(link, found[0]))

    return MAIN.sub(content, page, count=1)
