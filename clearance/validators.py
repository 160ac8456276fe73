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
