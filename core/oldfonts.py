"""Vietnamese text typed in fonts of before Unicode (TCVN3: .VnTime, ABC; VNI: VNI-Times), or in Windows-1258.

Such a font draws other letters for the signs of Western Europe, so "Lê Văn Ánh" is stored as "Lª V¨n ¸nh" or as
"Leâ Vaên AÙnh". Which of them it is shows in the words: only read the right way are they Vietnamese syllables.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

TCVN3, VNI = "tcvn3", "vni"
WORDS = {TCVN3: ".VnTime (TCVN3)", VNI: "VNI"}

_TCVN3 = str.maketrans(
    dict(
        zip(
            "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
            "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
            strict=True,
        )
    )
)
_VNI_MARKS = {
    "a": {
        **dict(zip("øùûõï", "àáảãạ", strict=True)),
        **dict(zip("êèéúüë", "ăằắẳẵặ", strict=True)),
        **dict(zip("âàáåãä", "âầấẩẫậ", strict=True)),
    },
    "e": {**dict(zip("øùûõï", "èéẻẽẹ", strict=True)), **dict(zip("âàáåãä", "êềếểễệ", strict=True))},
    "o": {**dict(zip("øùûõï", "òóỏõọ", strict=True)), **dict(zip("âàáåãä", "ôồốổỗộ", strict=True))},
    "u": dict(zip("øùûõï", "ùúủũụ", strict=True)),
    "y": dict(zip("øùûõ", "ỳýỷỹ", strict=True)),
    "ô": dict(zip("øùûõï", "ờớởỡợ", strict=True)),  # the sign ô is drawn as ơ, ö as ư
    "ö": dict(zip("øùûõï", "ừứửữự", strict=True)),
}
_VNI_SIGNS = dict(zip("ñæóòîôö", "đỉĩịỵơư", strict=True))
_VNI = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()} | _VNI_SIGNS
_VNI |= {pair.upper(): letter.upper() for pair, letter in _VNI.items()}
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    r"(?:oa[iy]|oă|oe|oo|uyê|uya|uyu|uy|uâ|uê|uơ|uô[i]?|ươ[iu]?|ưa|ưu|ưi|ua|ui|iêu|iê|ia|iu|yêu|yê|ao|ai|ay|au|âu|ây"
    r"|eo|êu|oi|ôi|ơi|oa|oeo|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_WORD = re.compile(r"[^\W\d_]+|[µ¸¶·¹¨»¾¼½©®ª«¬\u00ad¡¢£¤¥¦§×÷]+")
_TONE_SIGNS = "\u0300\u0301\u0303\u0309\u0323"
_TONES = dict.fromkeys(map(ord, _TONE_SIGNS))
_TCVN3_CAPITALS = "¡¢£¤¥¦§"
_WESTERN = bytes(range(0x80, 0x100)).decode("cp1252", "ignore")
_OTHER = re.compile(f"[^\\x00-\\xff{_WESTERN}]")  # what no font of one byte a letter has


def unicode_from(text: str, font: str) -> str:
    """Text typed in such a font, in Unicode. Capitals with marks, which TCVN3 draws by a second font, are seen by the
    words around them."""
    if font == VNI:
        return unicodedata.normalize("NFC", _VNI_PAIR.sub(lambda found: _VNI[found[0]], text))
    words = re.split(r"(\s+)", text)
    read = [word.translate(_TCVN3) for word in words]
    starts = [word[0].isupper() for word in words if word and word[0].isascii() and word[0].isalpha()]
    for n, word in enumerate(words):
        plain = [sign for sign in word if (sign.isascii() and sign.isalpha()) or sign in _TCVN3_CAPITALS]
        if len(plain) > 1 and all(sign in _TCVN3_CAPITALS or sign.isupper() for sign in plain):
            read[n] = read[n].upper()
        elif starts and all(starts) and word[:1] and not word[0].isascii():
            read[n] = read[n][:1].upper() + read[n][1:]
    return "".join(read)


def recognised(texts: Iterable[str]) -> str:
    """The old font that cells of a sheet were typed in; "" where all is Unicode. Judged by all together: a single
    word may be right both ways, and headings may have been typed anew."""
    votes: Counter[str] = Counter()
    for text in dict.fromkeys(texts):
        if text.isascii():
            continue
        if not _is_western(text):
            votes[""] += 1
            continue
        scores = {font: _share(unicode_from(text, font)) for font in (TCVN3, VNI)} | {"": _share(text)}
        best = max(scores.values())
        of = [font for font, score in scores.items() if score == best]
        if best > 0 and len(of) == 1:
            votes[of[0]] += 1
    font = max((TCVN3, VNI), key=lambda one: votes[one])
    return font if votes[font] > min(1, votes[""]) else ""


def converted(texts: Iterable[str], font: str) -> Mapping[str, str]:
    """Text -> its Unicode, of those that were typed in the font: what has letters of Unicode alone is left."""
    found = {
        text: unicode_from(text, font) for text in dict.fromkeys(texts) if not text.isascii() and _is_western(text)
    }
    return {text: read for text, read in found.items() if text != read}


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file that is no UTF-8, and what it was: Windows-1258 or an old font."""
    western = data.decode("cp1252", "replace") if b"\x81" not in data else data.decode("latin-1")
    lines = western.splitlines()
    font = recognised(lines)
    vietnamese = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    if font and _share(unicode_from(western, font)) > _share(vietnamese):
        return western, ""  # recognised later, cell by cell, and asked about
    return vietnamese, "Windows-1258"


def _is_western(text: str) -> bool:
    return _OTHER.search(text) is None


def _share(text: str) -> float:
    """Of the words with other letters than ASCII: how many are Vietnamese syllables."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    if sum(map(parts.count, _TONE_SIGNS)) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", parts.translate(_TONES))) is not None
