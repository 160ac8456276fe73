"""A ward's own text can use the names of its source and nothing else."""

import datetime
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import registry, rules
from notifications.models import Message, ReminderRule, RuleText
from tests import factories as people
from tests.notifications import factories as make
from tests.world import World

NAMES = ["title", "due"]
PIECES = ["{title}", "{due}", "{unit}", "{", "}", "{{", "}}", "{title.x}", "{title[0]}", "{0}", "{}", "{title!r}"]
PIECES += ["{title:>9}", "Việc", " ", "{ title }", "{title}}", "%s", "$x"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_what_is_accepted_fills_plain_names_only(text: str) -> None:
    if registry.text_problem(text, NAMES):
        return
    fields = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    assert all(name in NAMES and not spec and conversion is None for name, spec, conversion in fields)
    filled = text.format_map({"title": "T", "due": "D"})
    assert filled == text.replace("{title}", "T").replace("{due}", "D")


@given(st.lists(st.one_of(st.sampled_from(["{title}", "{due}"]), st.text().filter(lambda t: not set(t) & set("{}")))))
def test_plain_text_with_the_names_is_accepted(parts: list[str]) -> None:
    assert registry.text_problem("".join(parts), NAMES) == ""


def test_no_text_for_a_group_where_a_household_could_be_meant_or_nothing_is_left_to_do(
    world: World, taught: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = people.task(world.campaign, world.cell)
    args = ("tests.task.due", task, task.due_on, world.ward)
    assert rules.to_copy(*args).startswith(f"Chi bộ 7: {task.title}, ")
    assert rules.to_copy("tests.task.due", task, task.due_on + datetime.timedelta(days=1), world.ward) == ""
    monkeypatch.setitem(registry._sources, "tests.task.due", replace(make.DUE, may_be_copied=False))
    assert rules.to_copy(*args) == ""


def test_marks_inside_a_quoted_title_are_single_ones(world: World) -> None:
    task = people.task(world.campaign, world.cell, title="Thực hiện chủ đề “Phố sạch” năm 2022")
    about = {"ward": world.ward, "words": "campaigns.task.due", "occurrence_on": task.due_on}
    line = registry.render(Message(**about), task, task.due_on, "").line
    assert "“Thực hiện chủ đề ‘Phố sạch’ năm 2022”" in line
    assert "chủ đề “Phố sạch”" in registry.render(Message(**about), task, task.due_on, "Nhớ {title}").line


def test_nothing_about_households_can_be_copied() -> None:
    about_people = [source for code, source in registry.all_sources().items() if code.startswith("clearance.")]
    copied = {source.code for source in about_people if source.may_be_copied}
    assert about_people
    assert all(code.startswith("clearance.dialogue.") for code in copied), copied


def test_the_wards_own_text_is_sent_in_its_language_and_a_spoiled_one_is_not(world: World, taught: None) -> None:
    rule: ReminderRule = make.rule(world)
    own = RuleText.objects.create(ward=world.ward, rule=rule, language="vi", line="Nhớ {title}, {due}")
    message = Message(ward=world.ward, rule=rule, words="tests.greeting", occurrence_on=datetime.date(2026, 4, 5))
    assert registry.render(message, world.cell, datetime.date(2026, 4, 1)).line == "Nhớ Chi bộ 7, 05/04"
    RuleText.objects.filter(pk=own.pk).update(line="{title.__class__}")
    assert "class" not in registry.render(message, world.cell, datetime.date(2026, 4, 1)).line
