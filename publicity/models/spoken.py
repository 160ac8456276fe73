"""Text as it is read aloud in Vietnamese: numbers, days, times and telephone numbers in words, abbreviations in full.

A proposal: the person at the microphone looks it through. The words are those of the North ("nghìn", "linh", "hai mươi
tư"). num2words was looked at: it reads 12,05 as 12,5 (findings/num2words-vietnamese-decimals.sh).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_SCALES = ["", " nghìn", " triệu"]
BILLION = 10**9
LONGEST_NUMBER = 15  # digits; what is longer is read one by one
SYLLABLES_A_SECOND = 3  # slowly, with pauses

_SAID = "\x01"  # behind what has been turned into words, so that a dash after it is read


class Short(NamedTuple):
    """short: as it is written. said: as it is read. after_number: only behind a number, such as a measure."""

    short: str
    said: str
    after_number: bool = False


# ---- numbers ------------------------------------------------------------------------------------------
def cardinal(value: int) -> str:
    """A whole number from 0 on in words."""
    if value >= BILLION:
        billions, rest = divmod(value, BILLION)
        return f"{cardinal(billions)} tỷ" + (f" {_below_billion(rest, is_inside=True)}" if rest else "")
    return _below_billion(value, is_inside=False) if value else DIGITS[0]


def _below_billion(value: int, *, is_inside: bool) -> str:
    """is_inside: something was said before it, so that its hundreds are said even when there are none."""
    words: list[str] = []
    for place in (2, 1, 0):
        group = value // 1000**place % 1000
        if group:
            words.append(_group(group, is_inside=is_inside or bool(words)) + _SCALES[place])
    return " ".join(words)


def _group(value: int, *, is_inside: bool) -> str:
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or is_inside else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [DIGITS[tens], "mươi"]
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_ones(ones, tens, after=bool(words)))
    return " ".join(words)


def _ones(ones: int, tens: int, *, after: bool) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and (tens > 1 or (tens == 0 and after)):
        return "tư"
    if ones == 5 and tens:
        return "lăm"
    return DIGITS[ones]


def one_by_one(digits: str) -> str:
    return " ".join(DIGITS[int(digit)] for digit in digits)


def decimals(digits: str) -> str:
    """Behind the comma: two digits as a number, others one by one, and a zero is always heard."""
    if len(digits) == 2 and digits[0] != "0":
        return cardinal(int(digits))
    return one_by_one(digits)


def _number(whole: str, behind: str = "") -> str:
    digits = whole.replace(".", "")
    is_code = len(digits) > LONGEST_NUMBER or (digits[0] == "0" and len(digits) > 2)
    said = one_by_one(digits) if is_code else cardinal(int(digits))
    return f"{said} phẩy {decimals(behind)}" if behind else said


# ---- days and times -----------------------------------------------------------------------------------
def day_of_month(day: int) -> str:
    return f"mùng {cardinal(day)}" if day <= 10 else cardinal(day)


def month(number: int) -> str:
    return "tư" if number == 4 else cardinal(number)


def _is_day(day: str, number: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(number) <= 12


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def _roman(text: str) -> int:
    values = [_ROMAN[sign] for sign in text]
    return sum(-v if v < max(values[n:], default=0) else v for n, v in enumerate(values))


# ---- what stands in texts, in the order in which it is looked for ----------------------------------------
def _phone(found: re.Match) -> str:
    digits = re.sub(r"\D", "", found["phone"].replace("+84", "0"))
    parts = re.split(r"[ .\-]+", found["phone"].replace("+84", "0").strip())
    if len(parts) == 1:
        parts = [digits[:4], digits[4:7], digits[7:]] if len(digits) == 10 else [digits]
    return ", ".join(one_by_one(part) for part in parts if part)


def _symbol(found: re.Match) -> str:
    """The letters behind a document's number are left out: its kind and issuer are named beside it."""
    year = f" năm {cardinal(int(found['of']))}" if found["of"] else ""
    return cardinal(int(found["symbol"])) + year


def _date(found: re.Match) -> str:
    if not _is_day(found["d"], found["m"]):
        return found.group()
    begin = "" if found["named"] else "ngày "
    return (
        f"{found['named'] or ''}{begin}{day_of_month(int(found['d']))} tháng {month(int(found['m']))}"
        f" năm {cardinal(int(found['y']))}"
    )


def _day(found: re.Match) -> str:
    if not _is_day(found["d"], found["m"]):
        return found.group()
    lead = found["lead"]
    begin = "" if lead.lower().strip().endswith(("ngày", "hôm")) else "ngày "
    return f"{lead}{begin}{day_of_month(int(found['d']))} tháng {month(int(found['m']))}"


def _month_of_year(found: re.Match) -> str:
    if not 1 <= int(found["m"]) <= 12:
        return found.group()
    begin = found["named"] or "tháng "
    said = cardinal(int(found["m"])) if begin.lower().startswith("quý") else month(int(found["m"]))
    return f"{begin}{said} năm {cardinal(int(found['y']))}"


def _time(found: re.Match) -> str:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if hour > 24 or minute > 59:
        return found.group()
    return f"{cardinal(hour)} giờ" + (f" {cardinal(minute)} phút" if minute else "")


def _ratio(found: re.Match) -> str:
    """26/58 is a part of a whole; 30/4, more than its whole, is a day."""
    day, number = found["a"], found["b"]
    if max(len(day), len(number)) <= 2 and int(day) > int(number) and _is_day(day, number):
        return f"ngày {day_of_month(int(day))} tháng {month(int(number))}"
    return f"{_number(found['a'])} trên {_number(found['b'])}"


def _roman_number(found: re.Match) -> str:
    year = f" năm {cardinal(int(found['y']))}" if found["y"] else ""
    return f"{found['lead']}{cardinal(_roman(found['roman']))}{year}"


def _listed(found: re.Match) -> str:
    return ", ".join(_number(number) for number in found.group().split(","))


def _service(found: re.Match) -> str:
    return f"{found['lead']}{one_by_one(found['digits'])}"


def _plain(found: re.Match) -> str:
    said = _number(found["whole"], found["behind"] or "")
    sign = {"%": " phần trăm", "‰": " phần nghìn"}.get(found["sign"] or "", "")
    return said + sign


_N = r"\d{1,3}(?:\.\d{3})+|\d+"
_BEFORE, _AFTER = r"(?<![\w.,/])", r"(?![\w])"
_LEAD = r"(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|từ|đến|tới|trước|sau|và|dịp|kỷ niệm)\s+(?:ngày\s+)?"
_STEPS: list[tuple[re.Pattern[str], Callable[[re.Match], str]]] = [
    (
        re.compile(
            r"(?P<lead>(?:tổng đài|đường dây nóng|số máy)(?:\s+số)?\s*:?\s+)(?P<digits>\d{3,8})(?!\d)", re.IGNORECASE
        ),
        _service,
    ),
    (re.compile(rf"{_BEFORE}(?P<phone>(?:\+84[ .\-]?|0)\d(?:[ .\-]?\d){{7,9}})(?!\d){_AFTER}"), _phone),
    (
        re.compile(
            r"(?<![\w/])(?P<symbol>\d{1,5})(?:/(?P<of>\d{4}))?(?:[-/][A-ZĐƯ]{1,6}\d{0,2})+(?:[-/][A-ZĐƯ]+)*(?!\w)"
        ),
        _symbol,
    ),
    (
        re.compile(
            r"(?P<named>ngày\s+)?(?<![\d/.\-])(?P<d>\d{1,2})(?P<sep>[/.\-])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)",
            re.IGNORECASE,
        ),
        _date,
    ),
    (
        re.compile(r"(?P<named>(?:tháng|quý)\s+)?(?<![\d/.])(?P<m>\d{1,2})/(?P<y>\d{4})(?!\d)", re.IGNORECASE),
        _month_of_year,
    ),
    (re.compile(rf"(?<!\w)(?P<lead>{_LEAD})(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?![\d/])", re.IGNORECASE), _day),
    (
        re.compile(rf"{_BEFORE}(?P<hour>\d{{1,2}})\s?(?:h|g|giờ\s?(?=\d))(?P<minute>\d{{2}})?(?:\s?phút)?{_AFTER}"),
        _time,
    ),
    (re.compile(rf"{_BEFORE}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?!\d)"), _time),
    (re.compile(rf"{_BEFORE}\d+(?:,\d+){{2,}}(?![\w,])"), _listed),
    (re.compile(rf"{_BEFORE}(?P<a>{_N})/(?P<b>{_N})(?![\w/])"), _ratio),
    (
        re.compile(
            r"(?P<lead>(?:quý|khóa|khoá|thứ|nhiệm kỳ|kỳ|chương|phần|thế kỷ|Đại hội)\s+)(?P<roman>[IVXL]{1,6})"
            r"(?:/(?P<y>\d{4}))?(?!\w)"
        ),
        _roman_number,
    ),
]
_RANGE = re.compile(rf"(?<=[\d%{_SAID}])\s*[-–—]\s*(?=\d)")
_PLAIN = re.compile(rf"(?<![\w.])(?P<whole>{_N})(?:,(?P<behind>\d+)(?!,?\d))?\s?(?P<sign>[%‰])?(?!\d)(?![^\W\d_])")
_CAPITALS = re.compile(r"(?<!\w)(?=\w*[A-ZĐ])[A-ZĐƠƯÂÊÔĂ\d]{2,}(?!\w)")


def spoken(text: str, shorts: Iterable[Short] = ()) -> str:
    """The text as it is read aloud. Lines stay lines; what is not understood stays as it is written."""
    known = sorted(shorts, key=lambda short: -len(short.short))
    for short in (s for s in known if s.after_number):
        text = re.sub(rf"(?<=\d)\s?{re.escape(short.short)}(?!\w)", f" {short.said}", text)
    for pattern, said in _STEPS:
        text = pattern.sub(partial(_marked, said), text)
    text = _RANGE.sub(" đến ", text)
    text = _PLAIN.sub(partial(_marked, _plain), text)
    text = re.sub(rf"(?<={_SAID})\s*[-–—]\s*(?=[^\s{_SAID}]+{_SAID}|\w+ \w*{_SAID})", " đến ", text)
    for short in (s for s in known if not s.after_number):
        text = re.sub(rf"(?<!\w){re.escape(short.short)}(?!\w)", short.said, text)
    return re.sub(r" {2,}", " ", text.replace(_SAID, ""))


def _marked(said: Callable[[re.Match], str], found: re.Match) -> str:
    words = said(found)
    return words if words == found.group() else words + _SAID


def unknown(text: str) -> list[str]:
    """Capital letters that are still there, each once: whoever reads it aloud looks at them."""
    return list(dict.fromkeys(_CAPITALS.findall(text)))


def seconds_of(text: str) -> int:
    """About how long it lasts, read slowly; at least 1."""
    return max(1, round(len(text.split()) / SYLLABLES_A_SECOND))


def shorts_of(rows: Iterable[Mapping]) -> list[Short]:
    return [Short(**row) for row in rows]
