"""Short texts for users, kept as Markdown beside the code: `docs/help/<language>/<name>.md`, and what is new.

The first line is the title. Signs of HTML in a text are shown as they are written, never obeyed.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

_reader = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Guide:
    name: str
    title: str
    body: SafeString


def guide(name: str) -> Guide | None:
    """In the page's language, else in Vietnamese; None where there is none of this name."""
    return _read(Path("docs", "help", get_language() or "vi"), name) or _read(Path("docs", "help", "vi"), name)


def news() -> Guide:
    """What changed from edition to edition, in the users' words."""
    name = "CHANGELOG" if get_language() == "en" else "CHANGELOG.vi"
    found = _read(Path(), name)
    assert found
    return found


@cache
def _read(folder: Path, name: str) -> Guide | None:
    path = Path(settings.ROOT, folder, f"{name}.md")
    if not path.is_file():
        return None
    title, _line, body = path.read_text(encoding="utf-8").partition("\n")
    return Guide(name, title.removeprefix("# "), mark_safe(_reader.render(body)))
