"""One order of buttons: at the head of a page the primary one stands last, at the right; in a form's foot first."""

import re

import pytest
from django.conf import settings

TOKENS = re.compile(r"{% (if|elif|else|endif)\b|btn btn-(outline-primary|primary)\b")
LABEL = re.compile(r'_\("([^"]+)"\)')
HEADS = {
    path.relative_to(settings.ROOT / "templates").as_posix(): block[1]
    for path in sorted((settings.ROOT / "templates").rglob("*.html"))
    if (block := re.search(r"{% block actions %}(.+?){% endblock %}", path.read_text(), re.S))
}


def primary_before_another(head: str) -> bool:
    """Whether on any way through the conditions a primary button stands before another one."""
    seen, before, kept = False, [], []  # on this branch; before each open `if`; any of its branches so far
    for token in TOKENS.finditer(head):
        match token[1], token[2]:
            case "if", _:
                before.append(seen)
                kept.append(False)
            case "elif" | "else", _:
                kept[-1] |= seen
                seen = before[-1]
            case "endif", _:
                seen = kept.pop() | seen | before.pop()
            case _, "primary":
                if seen:
                    return True
                seen = True
            case _, _:
                if seen:
                    return True
    return False


def offered_again(page: str, head: str) -> set[str]:
    """Labels of the head's buttons that an empty state has, too, be its tag on one line or on several."""
    empty = {label for tag in re.findall(r"{%\s*empty_state\s(.+?)%}", page, re.S) for label in LABEL.findall(tag)}
    return empty & set(re.findall(r'{%\s*translate\s+"([^"]+)"', head))


@pytest.mark.parametrize("name", HEADS)
def test_the_primary_button_stands_last_at_the_head_of_a_page(name: str) -> None:
    assert not primary_before_another(HEADS[name]), f"templates/{name}: put the primary button last in actions"


@pytest.mark.parametrize("name", HEADS)
def test_an_empty_page_does_not_offer_again_what_its_head_offers(name: str) -> None:
    text = (settings.ROOT / "templates" / name).read_text()
    assert not offered_again(text, HEADS[name]), f"templates/{name}: leave the address and the label out of empty_state"


def test_the_check_knows_branches() -> None:
    primary, other = '<a class="btn btn-primary">', '<a class="btn btn-outline-primary">'
    assert primary_before_another(primary + other)
    assert primary_before_another(f"{{% if a %}}{primary}{{% endif %}}{other}")
    assert not primary_before_another(f"{{% if a %}}{primary}{{% else %}}{other}{{% endif %}}")
    assert not primary_before_another(f"{other}{{% if a %}}{primary}{{% elif b %}}{primary}{{% endif %}}")


def test_the_check_knows_tags_on_several_lines() -> None:
    head = '<a class="btn btn-primary">{% translate "Add" %}</a>'
    assert offered_again('{% empty_state _("None") _("x") url _("Add") %}', head)
    assert offered_again('{% empty_state\n  _("None")\n  _("x") url\n  _("Add") %}', head)
    assert not offered_again('{% empty_state\n  _("None")\n  _("Press “Add”.") %}', head)
