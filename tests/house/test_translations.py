"""Vietnamese is complete: nothing missing, nothing empty, nothing fuzzy, nothing left over."""

import re
from pathlib import Path

import polib
from django.conf import settings

from core import catalogues


def test_catalogues_are_complete() -> None:
    gaps = catalogues.gaps(settings.ROOT)
    assert not gaps, "\n".join(gaps[:60]) + "\nRun ./run messages and translate."


def test_one_english_text_has_one_vietnamese_text() -> None:
    """Django merges the catalogues, so two translations of one text would depend on the order of apps."""
    seen: dict[catalogues.Text, tuple[str, str]] = {}
    clashes = []
    for app in catalogues.APPS:
        for entry in catalogues.load(catalogues.path_of(settings.ROOT, app)):
            words = entry.msgstr or "|".join(entry.msgstr_plural.values())
            other, known = seen.setdefault(catalogues.key(entry), (app, words))
            if known != words:
                clashes.append(f"{entry.msgid!r}: {other} says {known!r}, {app} says {words!r}")
    assert not clashes, "\n".join(clashes)


def test_placeholders_survive_translation() -> None:
    pattern = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    wrong = []
    for app in catalogues.APPS:
        for entry in catalogues.load(catalogues.path_of(settings.ROOT, app)):
            for words in [entry.msgstr, *entry.msgstr_plural.values()]:
                extra = set(pattern.findall(words)) - set(pattern.findall(entry.msgid + entry.msgid_plural))
                lost = set(pattern.findall(entry.msgid)) - set(pattern.findall(words)) if entry.msgstr else set()
                if extra or lost:
                    wrong.append(f"{app}: {entry.msgid!r}: extra {extra}, lost {lost}")
    assert not wrong, "\n".join(wrong)


def test_an_untranslated_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "templates" / "campaigns").mkdir(parents=True)
    (tmp_path / "core" / "x.py").write_text('_("Hello " "you")\npgettext("a", "b")\nngettext("one", "many", n)\n')
    rows = "{% blocktranslate trimmed count n=n %}one row{% plural %}{{ n }} rows{% endblocktranslate %}"
    page = '{% translate "Title" %}{% part label=_("Label") %}' + rows
    (tmp_path / "templates" / "campaigns" / "a.html").write_text(page)
    gaps = catalogues.gaps(tmp_path)
    for wanted in ["'Hello you'", "'b'", "'one'", "'Title'", "'one row'", "'Label'"]:
        assert any(wanted in line for line in gaps), (wanted, gaps)
    catalogues.complete(tmp_path, [])
    po = polib.pofile(str(catalogues.path_of(tmp_path, "campaigns")))
    for entry in po:
        entry.msgstr, entry.msgstr_plural = "x", {0: "x"} if entry.msgid_plural else {}
    po.save()
    assert not [line for line in catalogues.gaps(tmp_path) if line.startswith("campaigns")]
