"""Numbers and symbols of documents: one form for each, and what is generally known of how bodies are abbreviated."""

import functools
import json
import re
import unicodedata
from pathlib import Path

from core.text import fold, nfc

_DASHES = re.compile(r"[\u2010-\u2015\u2043\u2212\uFE58\uFE63\uFF0D\u00ad]+")
_SLASHES = re.compile(r"[\u2044\u2215\uFF0F]")
_SAID_BEFORE = re.compile(r"^số\s*:?(?=\s*\d)", re.IGNORECASE)
_NUMBER = re.compile(r"^0*(\d{1,9})(?=\D|$)")


def one_form(typed: str) -> str:
    """The symbol as the register keeps it: "Số: 077 – kh / tu" is 77-KH/TU. Below ten it has two digits: 05-NQ/ĐU."""
    text = _SLASHES.sub("/", _DASHES.sub("-", typed.replace("\u00ad", "-")))
    text = _SAID_BEFORE.sub("", unicodedata.normalize("NFKC", nfc(text)).strip())
    text = re.sub(r"-+", "-", "".join(text.split())).rstrip(".,;")
    if not any(sign.isupper() for sign in text):
        text = text.upper()
    return _NUMBER.sub(lambda found: f"{int(found[1]):02}", text)


def key(symbol: str) -> str:
    """What two spellings of one symbol share. Mirrors the generated column `symbol_form`."""
    return symbol.upper().lstrip("0")


def number_in(symbol: str) -> int | None:
    found = _NUMBER.match(symbol)
    return int(found[1]) if found else None


@functools.cache
def _customs() -> list[dict]:
    return json.loads(Path(__file__).with_name("customs.json").read_text(encoding="utf-8"))


def custom_of(name: str) -> dict[str, str]:
    """How bodies of this name are generally abbreviated and sign, by the beginning of the folded name; else empty.

    A ward's own rows (PaperStyle) come first.
    """
    plain = " ".join(fold(name).split())
    for row in _customs():
        if any(re.match(rf"{begin}(?!\w)", plain) for begin in row["names"]):
            return {part: text for part, text in row.items() if part != "names"}
    return {}
