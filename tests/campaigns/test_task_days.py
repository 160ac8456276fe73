"""Due days and the ward's calendar: proposals are worked, a day off is asked about, waiting is the office's time."""

import datetime
from collections.abc import Callable

import pytest

from campaigns.choices import TaskState
from campaigns.forms.document import INCOMING_RULE
from campaigns.forms.task import usual_due_day
from campaigns.models import Meeting, Task
from campaigns.models.task import LEAST_DAYS
from core.models import today
from deadlines.models import CalendarYear, DeadlineRule
from notifications.engine import dispatch
from notifications.models import Message
from tests import factories as make
from tests.campaigns.factories import days_ago
from tests.deadlines import factories as calendars
from tests.world import World

DAY = datetime.date


@pytest.fixture
def over_tet(world: World) -> World:
    """A campaign of 2026 and 2027, with their calendars."""
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(
        opens_on=DAY(2026, 1, 1), closes_on=DAY(2027, 12, 31)
    )
    world.campaign.refresh_from_db()
    for year in (2026, 2027):
        CalendarYear.propose(world.ward, year, by=None)
    calendars.rule(world.ward, code=INCOMING_RULE, value=10, rolls=True, valid_from=DAY(2020, 1, 1))
    return world


@pytest.mark.parametrize(
    "given, due",
    [
        (DAY(2026, 12, 22), DAY(2027, 1, 4)),  # not 01/01
        (DAY(2027, 1, 29), DAY(2027, 2, 11)),  # not 08/02, the third day of Tết
        (DAY(2026, 8, 12), DAY(2026, 8, 22)),  # a Saturday that is worked
    ],
)
def test_the_proposed_due_day_is_worked(over_tet: World, given: datetime.date, due: datetime.date) -> None:
    assert usual_due_day(over_tet.campaign, given) == due


def test_the_proposed_due_day_stays_in_the_year(over_tet: World) -> None:
    over_tet.campaign.closes_on = DAY(2027, 2, 9)
    assert usual_due_day(over_tet.campaign, DAY(2027, 2, 5)) == DAY(2027, 2, 3)


def test_the_proposed_due_day_follows_the_ward_s_own_rule(over_tet: World, sign_in: Callable) -> None:
    DeadlineRule.objects.filter(ward=over_tet.ward).update(value=5)
    assert usual_due_day(over_tet.campaign, DAY(2026, 8, 12)) == DAY(2026, 8, 17)
    DeadlineRule.objects.filter(ward=over_tet.ward).update(valid_to=DAY(2026, 8, 11))
    assert usual_due_day(over_tet.campaign, DAY(2026, 8, 12)) is None
    assert not sign_in(over_tet.campaign_officer).get("/tasks/new/").context["form"].initial.get("due_on")


def answer(form: object) -> dict:
    return {"keep": [form.fields["keep"].choices[0][0]]}


@pytest.fixture
def tet(world: World) -> datetime.date:
    """A first day of Tết in three weeks, the day after it off too."""
    first = days_ago(-21)
    calendars.day_off(world.ward, first, "Tết Nguyên Đán", "tet")
    calendars.day_off(world.ward, days_ago(-22), "Mùng hai Tết Nguyên Đán", "tet")
    return first


def test_a_task_due_on_a_day_off_is_asked_about_and_taken_when_it_is_meant(
    world: World, sign_in: Callable, tet: datetime.date
) -> None:
    client = sign_in(world.campaign_officer)
    data = {"title": "Chúc Tết", "lead_units": [world.cell.pk], "priority": "2", "on": f"{today():%d/%m/%Y}"}
    data["due_on"] = f"{tet:%d/%m/%Y}"
    response = client.post("/tasks/new/", data)
    form = response.context["form"]
    assert "Tết Nguyên Đán" in str(form.errors["due_on"])
    assert "Vẫn giữ như đã nhập" in response.content.decode()
    assert not Task.objects.exists()
    other = client.post("/tasks/new/", data | answer(form) | {"due_on": f"{days_ago(-22):%d/%m/%Y}"})
    assert "due_on" in other.context["form"].errors, "the tick was for another day"
    assert client.post("/tasks/new/", data | answer(form)).status_code == 302
    assert Task.objects.get().due_on == tet


def test_a_day_off_that_a_task_has_already_is_not_asked_about_again(
    world: World, sign_in: Callable, tet: datetime.date
) -> None:
    task = make.task(world.campaign, world.cell, due_on=tet)
    data = {"title": "Tên mới", "due_on": f"{tet:%d/%m/%Y}", "priority": "2"}
    assert sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/edit/", data).status_code == 302


def test_a_briefing_on_the_first_day_of_tet_is_asked_about(world: World, sign_in: Callable, tet: datetime.date) -> None:
    client = sign_in(world.campaign_officer)
    data = {"kind": "dissemination", "title": "Quán triệt", "held_on": f"{tet:%d/%m/%Y}"}
    form = client.post("/briefings/new/", data).context["form"]
    assert "Tết Nguyên Đán" in str(form.errors["held_on"])
    assert client.post("/briefings/new/", data | answer(form)).status_code == 302
    assert Meeting.objects.count() == 1


def test_a_briefing_on_a_plain_saturday_is_not_asked_about(world: World, sign_in: Callable) -> None:
    saturday = next(day for n in range(1, 8) if (day := days_ago(-n)).weekday() == 5)
    calendars.calendar_year(world.ward, saturday.year)
    data = {"kind": "dissemination", "title": "Quán triệt", "held_on": f"{saturday:%d/%m/%Y}"}
    assert sign_in(world.campaign_officer).post("/briefings/new/", data).status_code == 302


# ---- a task that is returned ---------------------------------------------------------------------------
def test_a_returned_task_gets_a_new_day_and_is_not_overdue(world: World, sign_in: Callable) -> None:
    task = handed_in(world)
    client, url = sign_in(world.campaign_officer), f"/tasks/{task.pk}/return/"
    form = client.get(url).context["form"]
    proposed = form["due_on"].initial
    assert proposed == task.due_after_return(today())
    assert proposed >= today() + datetime.timedelta(days=LEAST_DAYS)
    assert proposed.weekday() < 5
    assert "due_on" in client.post(url, {"reason": "Thiếu ảnh", "due_on": ""}).context["form"].errors
    assert "due_on" in client.post(url, {"reason": "Thiếu", "due_on": f"{days_ago(2):%d/%m/%Y}"}).context["form"].errors
    client.post(url, {"reason": "Thiếu ảnh", "due_on": f"{proposed:%d/%m/%Y}"})
    task.refresh_from_db()
    assert (task.state, task.due_on) == (TaskState.DOING, proposed)
    assert not task.is_overdue(today())
    assert not Task.objects.overdue(today()).filter(pk=task.pk).exists()
    text = client.get(task.get_absolute_url()).content.decode()
    assert "10 ngày, không tính cho đơn vị" in text
    dispatch.run()
    message = Message.objects.filter(words="campaigns.task.returned", user=world.head).first()
    assert message is not None


def test_the_verb_alone_gives_the_time_back_too(world: World) -> None:
    task = handed_in(world)
    task.send_back(by=world.campaign_officer, reason="Thiếu ảnh")
    assert task.due_on > today()
    assert task.days_in_office(today()) == 10


def handed_in(world: World) -> Task:
    """Due nine days ago, handed in a day before that, and not looked at since."""
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Rà soát hộ", due_on=days_ago(9))
    task.assign(by=world.campaign_officer, on=days_ago(20))
    task.submit(by=world.head, note="Xong", on=days_ago(10))
    return task
