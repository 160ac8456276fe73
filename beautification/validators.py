"""What is written about a street is about the street: never about a person or a vehicle."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.personal import no_personal_number, people_named
from core.secrecy import refuse_secret

# 29A-123.45, 30F1 23456, 29-H1 123.45, 29LD-12345
_PLATE = re.compile(r"(?<![\w.,])\d{2}\s?[-–.]?\s?[A-ZĐ]{1,2}\d?\s?[-–. ]?\s?\d{3}\.?\d{1,2}(?![\w])", re.IGNORECASE)


def about_the_place(text: str) -> None:
    refuse_secret(text)
    no_personal_number(text)
    if _PLATE.search(text):
        raise ValidationError(_("Leave the number plate out: write what is wrong with the street."))
    if people_named(text):
        raise ValidationError(_("Leave the person's name out: write where it is and what is wrong with the street."))
