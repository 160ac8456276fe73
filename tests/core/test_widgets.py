"""Selects and lines of text are the same marks as Django's templates make."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from core.widgets import HouseRenderer

CHOICES = [
    ("", "All"),
    ("a", "Tổ 1 <b>"),
    (3, "Ba & bốn"),
    ("Nhóm", [("x", "X"), ("y", SafeString("<i>Y</i>"))]),
]
WIDGETS = [
    (
        forms.TextInput(attrs={"class": "form-control", "required": True, "disabled": False, "data-x": 'a"b'}),
        "ủy <ban>",
    ),
    (forms.TextInput(), None),
    (forms.NumberInput(attrs={"min": 0}), 1234),
    (forms.HiddenInput(), 5),
    (forms.EmailInput(attrs={"maxlength": 40}), ""),
    (forms.DateInput(), date(2026, 2, 1)),
    (forms.PasswordInput(), "secret"),
    (forms.Select(choices=CHOICES, attrs={"class": "form-select"}), "a"),
    (forms.Select(choices=CHOICES), 3),
    (forms.SelectMultiple(choices=CHOICES), ["a", "y"]),
    (forms.NullBooleanSelect(), True),
]


def marks(html: str) -> list[str]:
    return [part for part in re.split(r"(<[^>]*>)|\s{2,}|\n", html) if part and part.strip()]


@pytest.mark.parametrize("number", range(len(WIDGETS)))
def test_a_small_widget_looks_as_djangos_own(number: int) -> None:
    widget, value = WIDGETS[number]
    asked = {"name": "field", "value": value, "attrs": {"id": "id_field"}}
    assert marks(widget.render(**asked, renderer=HouseRenderer())) == marks(
        widget.render(**asked, renderer=TemplatesSetting())
    )


def test_the_choice_of_nothing_is_a_word() -> None:
    drawn = forms.Select(choices=[("", "---------"), ("a", "A")]).render("field", "", renderer=HouseRenderer())
    assert "---" not in drawn
    assert "Chọn" in drawn
