"""Marks of secrecy. A document that bears one is kept on paper by the rules for State secrets, never in the portal."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import fold, nfc

# Words that begin with the syllable and mean no secrecy: density, honey, code, password, dense …
_WORDS = "độ|ong|mã|khẩu|danh|thiết|thư|hiệu|vụ|lệnh|đàm|nghị|thám|tông|mía|ngọt|gấu|ước"
_LEVEL = r"(?:(?:tuyệt|tối)\s+mật|mật)"
_LEAD = r"(?:(?:dấu\s+chỉ\s+|chỉ\s+)?độ\s+mật\s*:?|(?:tài\s+liệu|văn\s+bản|công\s+văn|đóng\s+dấu|dấu|loại)\s*:?)?"
_NO_WORD = rf"(?!\s+(?:{_WORDS})\b)(?![^\W_])"
_AT_START = re.compile(rf"[\W_]*{_LEAD}[\W_]*{_LEVEL}{_NO_WORD}", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"[\[({{<*“\"']\s*{_LEVEL}\s*[\])}}>*”\"']", re.IGNORECASE)
_NAMED = re.compile(rf"độ\s+mật\s*:\s*{_LEVEL}", re.IGNORECASE)
# Typed without marks. "mat" alone may be any of several words ("mat tran"), so it must stand alone.
_BARE = re.compile(r"[\W_]*(?:(?:tuyet|toi)\s+mat(?![^\W_])|mat\s*(?:$|[^\w\s]))", re.IGNORECASE)
_SPACED = re.compile(r"\b(\w)\s(?=\w\b)")


def secrecy_mark(text: str) -> bool:
    """Whether a line begins with a mark of secrecy (MẬT, Tối mật, [TUYỆT MẬT], M Ậ T) or bears one in brackets."""
    for line in nfc(text).splitlines():
        close = _SPACED.sub(r"\1", line)
        if any(_AT_START.match(form) or _IN_BRACKETS.search(form) or _NAMED.search(form) for form in (line, close)):
            return True
        if fold(line) == line.lower() and _BARE.match(line):
            return True
    return False


def refuse_secret(text: str) -> None:
    """Validator of titles and summaries."""
    if secrecy_mark(text):
        raise ValidationError(
            _("This bears a mark of secrecy. Secret documents are not entered here: keep it by the rules for secrets."),
            code="secret",
        )
