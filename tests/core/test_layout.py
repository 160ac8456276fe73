"""Templates are laid out for their reader, and no page sees it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.layout import BLANK, WIDTH, flatten, lay_out

TEMPLATES = sorted((Path(settings.ROOT) / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<ul>\n  <li>một</li>\n</ul>\n", "<ul><li>một</li></ul>"),
        ("{% if a %}\n  {% icon 'x' %}\n{% endif %}", "{% if a %}{% icon 'x' %}{% endif %}"),
        ("<p>\n  hai chữ\n  {{ x }}\n</p>", "<p> hai chữ {{ x }} </p>"),
        (f"<b>a</b>{BLANK}\n<i>b</i>", "<b>a</b> <i>b</i>"),
        ('<a\n  class="b"\n  href="c">d</a>', '<a class="b" href="c">d</a>'),
        ("<a>b</a> <a>c</a>", "<a>b</a> <a>c</a>"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ('{% empty_state\n  _("một")\n  url %}', '{% empty_state _("một") url %}'),
    ],
)
def test_a_line_break_between_tags_is_nothing_and_beside_words_a_blank(written: str, read: str) -> None:
    assert flatten(written) == read


def test_a_translated_sentence_keeps_its_lines() -> None:
    sentence = "{% blocktranslate trimmed %}\n  một\n  hai\n{% endblocktranslate %}"
    assert flatten(f"<p>\n{sentence}\n</p>") == f"<p>{sentence}</p>"


def test_elements_stand_on_lines_of_their_own() -> None:
    source = '<ul class="a"><li>một</li><li><p>hai</p><p>ba</p></li></ul>'
    assert lay_out(source) == (
        '<ul class="a">\n  <li>một</li>\n  <li>\n    <p>hai</p>\n    <p>ba</p>\n  </li>\n</ul>\n'
    )


def test_a_long_tag_has_an_attribute_a_line() -> None:
    parts = [f'data-{n}="{"x" * 60}"' for n in range(3)]
    assert lay_out(f"<a {' '.join(parts)}>b</a>").splitlines()[:4] == [
        "<a",
        *(f"  {part}" for part in parts[:2]),
        f"  {parts[2]}>b</a>",
    ]


def test_a_blank_between_inline_tags_is_kept_where_a_line_ends() -> None:
    words = [f"<b>{'x' * 60}</b>" for _n in range(3)]
    written = lay_out(f"<p>{' '.join(words)}</p>")
    assert all(len(line) <= WIDTH for line in written.splitlines())
    assert flatten(written) == f"<p>{' '.join(words)}</p>"


def test_tags_that_do_not_pair_are_named() -> None:
    with pytest.raises(ValueError, match="</div> closes nothing"):
        lay_out("<p></div>")


_PIECES = [
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "x",
    "y",
    " ",
    "\n",
    "{{ v }}",
    "{% icon 'i' %}",
    "{% if a %}",
    "{% else %}",
    "{% endif %}",
    "<br>",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=25))
def test_what_is_laid_out_is_left_alone_and_tears_no_word(pieces: list[str]) -> None:
    source = "".join(pieces)
    try:
        written = lay_out(source)
    except ValueError:
        return
    assert lay_out(written) == written
    words = [re.sub(r"\s+", "", text) for text in (flatten(written), flatten(source))]
    assert words[0] == words[1]
