"""Vietnamese text: one normal form, one way to fold for search."""

import unicodedata


def nfc(text: str) -> str:
    """Text in Unicode NFC without outer blanks, as it is stored."""
    return unicodedata.normalize("NFC", text).strip()
