"""The calendar is asked everywhere: no form takes a due day without asking about a day off."""

from django.urls import get_resolver

from core.forms import HouseForm, HouseModelForm
from deadlines.forms import AsksDayOff

DUE = {"due_on", "first_due_on", "follow_up_on"}
# Rows of targets and milestones are asked about by their registration; the styleguide shows an example.
ASKED_ELSEWHERE = {"TargetForm", "MilestoneForm", "SampleForm"}


def every_form(base: type) -> list[type]:
    return [form for child in base.__subclasses__() for form in (child, *every_form(child))]


def test_every_form_with_a_due_day_asks_about_days_off() -> None:
    assert get_resolver().url_patterns  # the views, and with them every form that a page has
    found = {form for base in (HouseForm, HouseModelForm) for form in every_form(base)}
    forms = {form for form in found if not form.__module__.startswith("tests.")}
    due = {form for form in forms if DUE & set(form.base_fields)}
    silent = {form.__name__ for form in due if not issubclass(form, AsksDayOff)} - ASKED_ELSEWHERE
    assert len(due) > 5
    assert not silent, f"mix in deadlines.forms.AsksDayOff and name the field in due_days: {sorted(silent)}"
