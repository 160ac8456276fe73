"""The page of one task: the reminder that a group chat gets."""

import html
import re
from collections.abc import Callable

import pytest
from django.conf import settings

from campaigns.models import Task
from core.models import today
from notifications.registry import say
from tests import factories as make
from tests.campaigns.factories import days_ago
from tests.world import World


def text_for_the_group(client: Callable, task: Task) -> str | None:
    page = client.get(task.get_absolute_url()).text
    box = re.search(r'<textarea[^>]*id="copy-text"[^>]*readonly[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(box[1]) if box else None


@pytest.mark.parametrize("who", ["head", "campaign_officer"])
def test_who_may_act_finds_the_reminder_for_the_group(world: World, sign_in: Callable, who: str) -> None:
    task = make.task(world.campaign, world.cell, title='Họp "dân" <7>', due_on=days_ago(-3))
    assert text_for_the_group(sign_in(getattr(world, who)), task) == (
        f'Chi bộ 7: “Họp "dân" <7>”, hạn {say(task.due_on, today())}\n'
        f"{settings.BASE_URL}{task.get_absolute_url()}\n({world.ward})"
    )


def test_it_is_in_the_language_of_the_ward_and_says_how_late_the_task_is(world: World, sign_in: Callable) -> None:
    world.head.language = "en"
    world.head.save(update_fields=["language"])
    task = make.task(world.campaign, world.cell, title="Họp dân", due_on=days_ago(2))
    text = text_for_the_group(sign_in(world.head), task)
    assert text.startswith(f"Chi bộ 7: “Họp dân” quá hạn 2 ngày, hạn {say(task.due_on, today())}\n")


def test_the_page_has_no_reminder_when_it_is_not_the_units_turn_or_the_reader_can_not_act(
    world: World, sign_in: Callable
) -> None:
    task = make.task(world.campaign, world.cell, due_on=days_ago(-3))
    assert text_for_the_group(sign_in(world.leadership), task) is None
    task.submit(by=world.head, note="Xong")
    assert text_for_the_group(sign_in(world.head), task) is None
    assert text_for_the_group(sign_in(world.campaign_officer), task) is None
