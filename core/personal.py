"""People in free text: phone and identity numbers, which nobody collects, and names, which nobody publishes unasked."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A run of 9 to 12 digits is an identity or phone number; written in groups only when it begins as a phone number
# does, so that sums of money in groups of three stay possible.
_IN_ONE_RUN = re.compile(r"(?<![\d.,])\d{9,12}(?![\d.,]?\d)")
_IN_GROUPS = re.compile(r"(?<![\d.,])(?:\+84|0)(?:[ .\-]?\d){8,11}(?!\d)")


_WHAT_IT_IS = r"(?:số\s+)?(?:cccd|cmnd|cmtnd|cmt|căn cước(?: công dân)?|định danh|đdcn|sđt|sdt|đt|điện thoại|tel)"
_NUMBER = rf"(?:{_IN_ONE_RUN.pattern}|{_IN_GROUPS.pattern})"
_ISSUED = r"(?:ngày cấp|cấp ngày|cấp)\s*:?\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:\s*,?\s*(?:tại|nơi cấp:?)\s+[^;\n)]*)?"
_LEFT_OUT = re.compile(
    rf"[\s,(–-]*(?:{_WHAT_IT_IS}\s*(?:số)?\s*[:.]?\s*)?{_NUMBER}\)?|[\s,(–-]*{_ISSUED}\)?", re.IGNORECASE
)


# What is left out has six digits at least; most text has fewer, and looking for them costs little.
_MANY_DIGITS = re.compile(r"(?:\d\D*){6}")


def without_personal_numbers(text: str) -> str:
    """The text without phone and identity numbers, the word before them and their day of issue."""
    left = _LEFT_OUT.sub("", text) if _MANY_DIGITS.search(text) else text
    return left.strip(" ,;-–")


def no_personal_number(text: str) -> None:
    """Free text holds no phone or identity number: such numbers are not collected."""
    if _IN_ONE_RUN.search(text) or _IN_GROUPS.search(text):
        raise ValidationError(_("This text holds what looks like a phone or identity number. Leave the number out."))


def personal_numbers(text: str) -> list[str]:
    """What looks like a phone or identity number, as it is written there; an office's own number is among them."""
    return [found.group() for found in re.finditer(_NUMBER, text)] if _MANY_DIGITS.search(text) else []


EXAMPLE_PHONE = "0912 345 678"  # as the sentences about phone numbers write it: nobody's


def masked_numbers(text: str) -> str:
    """The text with dots for what looks like a phone or identity number; an example stays."""
    for found in personal_numbers(text):
        if found != EXAMPLE_PHONE:
            text = text.replace(found, "•••")
    return text


# ---- names ---------------------------------------------------------------------------------------------
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đinh|Mai|Tạ|Cao|Lương|Trịnh|Trương"
    "|Lưu|Đoàn|Hà|Tô|Chu|Kiều|Quách|Thái|Nghiêm|La|Lâm|Phùng|Triệu|Tống|Vương|Khuất|Đàm|Doãn|Lại|Cù|Bạch|Đồng|Ninh"
)
_CAPITAL = r"[A-ZÀ-ÝĂĐƠƯẠ-Ỹ]"
# What is called after somebody is nobody: streets, schools, and those of whom everybody speaks.
_CALLED_AFTER = (
    r"(?i:phố|đường|tuyến|ngõ|ngách|ngã ba|ngã tư|cầu|trường|chợ|công viên|khu đô thị|phường|giải thưởng|số)\s+"
    r"(?:\d+\w*(?:/\d+\w*)*\s+)?"
)
_NAME = re.compile(
    rf"(?P<after>{_CALLED_AFTER})?(?<!\w)(?P<name>(?:{_SURNAMES})(?:\s{_CAPITAL}\w*){{2,3}}"
    rf"|(?<=ông\s)(?:{_SURNAMES})\s{_CAPITAL}\w*|(?<=bà\s)(?:{_SURNAMES})\s{_CAPITAL}\w*)",
)
_EVERYBODY_KNOWS = {"Hồ Chí Minh"}


def people_named(text: str) -> list[str]:
    """Names of people in a text, each once, by the way they are written. It looks into no register: whoever asks about
    a text learns nothing from the answer."""
    found = [match["name"] for match in _NAME.finditer(text) if not match["after"]]
    return [name for name in dict.fromkeys(found) if name not in _EVERYBODY_KNOWS]
