"""Codes that people read from paper and type on a phone."""

import secrets

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read as another
LENGTH = 10


def random_code() -> str:
    return "".join(secrets.choice(LETTERS) for _n in range(LENGTH))


def plain_code(typed: str) -> str:
    """As it is kept, of what somebody typed: with blanks, hyphens or small letters."""
    return "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())[: LENGTH + 1]


def shown_code(code: str) -> str:
    """In two halves, as it is printed."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"
