import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A run of 9 to 12 digits is an identity or phone number; written in groups only when it begins as a phone number
# does, so that sums of money in groups of three stay possible.
_IN_ONE_RUN = re.compile(r"(?<![\d.,])\d{9,12}(?![\d.,]?\d)")
_IN_GROUPS = re.compile(r"(?<![\d.,])(?:\+84|0)(?:[ .\-]?\d){8,11}(?!\d)")


def no_personal_number(text: str) -> None:
    """Free text holds no phone or identity number: such numbers are not collected."""
    if _IN_ONE_RUN.search(text) or _IN_GROUPS.search(text):
        raise ValidationError(_("This text holds what looks like a phone or identity number. Leave the number out."))
