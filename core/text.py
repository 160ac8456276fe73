"""Vietnamese text: one door for what comes in, names masked, numbers read and written."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import QuerySet
from django.utils import formats
from django.utils.text import slugify

_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_BLANKS = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_INVISIBLE = [0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_NO_LETTERS = [*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF]
_DOOR: dict[int, str | None] = (
    dict.fromkeys([*_CONTROLS, *_INVISIBLE, *_NO_LETTERS])
    | dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(map(ord, _LINE_ENDS), "\n")
    | {0x09: "\t", 0x0A: "\n", 0x1E: "-", 0xF0B7: "•"}
    | str.maketrans("ÐƉðɖ", "ĐĐđđ")
)
_LOOK_ALIKE = frozenset("ÐƉðɖ")
_D_BAR = str.maketrans("đĐ", "dD")
_INNER_MARKS = str.maketrans("“”", "‘’")


def nfc(text: str) -> str:
    """Text as it is stored: the one door for all that comes in, by forms, the admin, an import or a verb.

    composed letters                             kept, in Unicode NFC
    line break, tab                              kept; outer ones go, as outer blanks do
    CR, CRLF, U+000B, U+000C, U+0085, U+2028/9   a line break (Word's line and page breaks)
    no-break, thin, wide and other blanks        a blank
    U+001E (Word's hyphen that does not break)   a hyphen
    U+F0B7 (Word's bullet in its own font)       •
    Ð U+00D0, Ɖ U+0189, and their small letters  Đ, đ
    other control signs, halves of letters       dropped: no paper, page or database can hold them
    zero-width signs, soft hyphens, directions   dropped: nobody sees them, and every comparison fails on them
    """
    if text.isprintable() and not _LOOK_ALIKE.intersection(text):  # nearly every text: nothing of the table is in it
        return unicodedata.normalize("NFC", text).strip()
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_DOOR)).strip()


def nfc_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, those that are text through `nfc`."""
    return {name: nfc(value) if isinstance(value, str) else value for name, value in values.items()}


def fold(text: str) -> str:
    """Text for addresses: no marks, no đ, lower case. For search the database folds (core.search)."""
    bare = (sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", "".join(bare)).translate(_D_BAR).lower()


def slug(text: str, most: int) -> str:
    """The address of a name: "Tổ dân phố Ươm Ơ" -> to-dan-pho-uom-o; of at most so many signs, "" for no letters."""
    return slugify(fold(text))[:most].strip("-")


def free_slug(text: str, *rows: QuerySet, most: int, otherwise: str) -> str:
    """The address of a name, with -2, -3 … behind it while one of the rows has it."""
    stem = slug(text, most - 4) or otherwise
    found, n = stem, 1
    while any(some.filter(slug=found).exists() for some in rows):
        n += 1
        found = f"{stem}-{n}"
    return found


def initials(name: str) -> str:
    """A person's name as lists show it: all but the given name as initials ("N. V. Thành"), a single word as "T."."""
    words = nfc(name).split()
    if len(words) == 1:
        return f"{words[0][0].upper()}."
    return " ".join([f"{word[0].upper()}." for word in words[:-1]] + words[-1:])


def one_line(text: str) -> str:
    """Text of several lines as one, with single blanks between its words."""
    return " ".join(text.split())


# What is written between letters or digits and holds them together: "E-6", "1.500", "19/5", "7:30".
_WORD = re.compile(r"[^\W_]+(?:(?:[-\u2010'’]|(?<=\d)[.,:/](?=\d))[^\W_]+)*")


def count_words(text: str) -> int:
    """The words of a text, in NFC: runs of letters and digits, each syllable of Vietnamese one, as a word processor
    counts them. A hyphen or an apostrophe inside, and a sign within a number, holds a word together; a dash alone,
    a bullet or a line of stars is none."""
    return sum(1 for _word in _WORD.finditer(nfc(text)))


# "- ", "• ", "3. ", "3.1) ", "(a) ", "IV- " at the beginning of a point, where the page puts its own.
_POINT = re.compile(
    r"\s*(?:[-–—•●▪◦*+]\s*|\(?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-zđ]|[IVX]{1,4})[.)](?:\s+|$)|[IVX]{1,4}\s?[-–]\s+)"
)


def without_bullet(text: str) -> str:
    """A point of a list without the dash, number or letter that somebody typed before it."""
    while (found := _POINT.match(text)) and found.end() < len(text):
        text = text[found.end() :]
    return "" if not text.strip(" -–—•●▪◦*+\t") else text.strip()


def points(text: str) -> list[str]:
    """The points of a list that was typed or pasted, one a line."""
    return [point for line in text.splitlines() if (point := without_bullet(line))]


def within_quotes(words: object) -> str:
    """Words that quotation marks are put around: their own become single ones."""
    return str(words).translate(_INNER_MARKS)


def number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """A number as the page's language writes it: 1.234,5 in Vietnamese."""
    written = plain(value) if decimals is None else value
    return formats.number_format(written, decimals, use_l10n=True, force_grouping=True)


def plain(value: int | float | Decimal) -> int | float | Decimal:
    """12 for the 12.00 that a column of two decimals gives back; 1.5 for 1.50."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else value.normalize()


def read_number(text: str) -> Decimal | None:
    """The number somebody typed in the page's language ("1.234,5", "1 234"), or None when it is none.

    A separator of thousands must stand before three digits, so that "1.5" is refused and never read as 15.
    """
    thousands, mark = formats.get_format("THOUSAND_SEPARATOR"), formats.get_format("DECIMAL_SEPARATOR")
    group = rf"[{re.escape(thousands)} \u00a0]"
    shape = rf"[-−]?(\d+|\d{{1,3}}({group}\d{{3}})+)({re.escape(mark)}\d+)?"
    if not re.fullmatch(shape, text.strip(), re.ASCII):
        return None
    plain = re.sub(group, "", text.strip()).replace(mark, ".").replace("−", "-")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
