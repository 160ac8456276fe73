"""Who edits what past days have counted says since when the change is true; nobody else is asked."""

from collections.abc import Callable

import pytest

from campaigns.models import Task
from core.forms import SINCE_WHEN
from core.models import today
from models_registry.models import MobilizationModel
from tests import factories as base
from tests.models_registry import factories as models
from tests.past.ageing import age
from tests.past.life import ago, answers
from tests.world import World

pytestmark = pytest.mark.django_db
QUESTION = f'name="{SINCE_WHEN}"'


@pytest.fixture
def task(world: World) -> Task:
    row = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Việc cũ", due_on=ago(5))
    row.assign(by=world.campaign_officer, on=ago(30))
    age(30)
    return row


def edit(client: object, task: Task, **answer: str) -> None:
    day = f"{today():%d/%m/%Y}"
    data = {"title": "Việc mới", "lead_unit": task.lead_unit.pk, "due_on": day, "priority": task.priority, **answer}
    response = client.post(f"/tasks/{task.pk}/edit/", data)  # type: ignore[attr-defined]
    if response.status_code == 200 and "keep" in response.context["form"].fields:  # today is a day off, and is meant
        data |= {"keep": [response.context["form"].fields["keep"].choices[0][0]]}
        response = client.post(f"/tasks/{task.pk}/edit/", data)  # type: ignore[attr-defined]
    assert response.status_code == 302, response.context["form"].errors


def test_an_edit_is_a_change_from_today_on_unless_it_says_otherwise(
    world: World, task: Task, sign_in: Callable
) -> None:
    overdue = ("campaigns.tasks.overdue", False)
    before = answers(world, ago(1), None)[overdue]
    edit(sign_in(world.campaign_officer), task)
    assert Task.objects.get().title == "Việc mới"
    assert answers(world, ago(1), None)[overdue] == before
    assert answers(world, today(), None)[overdue][0] == 0


def test_a_correction_counts_for_the_past(world: World, task: Task, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    edit(client, task, **{SINCE_WHEN: "correction"})
    overdue = ("campaigns.tasks.overdue", False)
    assert answers(world, ago(1), None)[overdue][0] == 0
    assert answers(world, ago(1), ago(1))[overdue][0] == 1
    page = client.get(f"/?on={ago(1)}").content.decode()
    assert "đã biết ngày đó" in page


def test_only_what_past_days_have_counted_is_asked_about(world: World, task: Task, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    assert QUESTION in client.get(f"/tasks/{task.pk}/edit/").content.decode()
    new = base.task(world.campaign, world.cell)
    assert QUESTION not in client.get(f"/tasks/{new.pk}/edit/").content.decode()
    assert QUESTION not in client.get("/tasks/new/").content.decode()


def test_the_administrator_is_asked_too(world: World, sign_in: Callable) -> None:
    row = models.accepted(world.campaign, world.cell, world.head, world.campaign_officer, on=ago(30))
    age(30)
    client = sign_in(world.administrator)
    address = f"/admin/models_registry/mobilizationmodel/{row.pk}/change/"
    page = client.get(address)
    data = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if value is not None and name in page.context["adminform"].form.fields
    }
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    data |= {"subject": "individual", "person_name": "Lê Văn Tám", "history_correction": "on"}
    response = client.post(address, data)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert MobilizationModel.objects.get().subject == "individual"
    assert answers(world, ago(5), None)["models.registered.individual", False][0] == 1
    assert answers(world, ago(5), ago(5))["models.registered.individual", False][0] == 0
