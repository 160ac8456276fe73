"""The Front's call-back: a draw that nobody steers, two questions about the visit, and the sums of the answers."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AccessLog
from clearance import actions
from clearance.models import Visit, VisitCallback, VisitDraw
from clearance.models.callbacks import WEEK, chosen_of, last_week
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.clearance.test_visit_depth import amended
from tests.world import World

LIST = reverse("clearance:callback_list")


@pytest.fixture
def visits(world: World, place: dict) -> list[Visit]:
    """Entered in the week that is over."""
    rows = [make.visit(row, world.campaign, world.cell) for row in make.households(place["project"], world.campaign, 4)]
    moment = make.at((last_week(today()) - today()).days + 1)
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(received_at=moment)
    return rows


def test_the_draw_depends_on_the_key_and_the_week_alone() -> None:
    week, keys = datetime.date(2026, 11, 23), range(1, 101)
    first = chosen_of(1, week, keys, 5)
    assert len(first) == 5
    assert first == chosen_of(1, week, reversed(keys), 5)
    assert first != chosen_of(1, week + WEEK, keys, 5)
    assert chosen_of(1, week, [7], 5) == [7], "no week with a visit goes unasked"
    assert chosen_of(1, week, [], 5) == []


def test_the_front_draws_asks_and_sees_no_file(
    world: World, sign_in: Callable, place: dict, visits: list[Visit]
) -> None:
    front, officer = sign_in(world.supervisor), sign_in(world.clearance_officer)
    assert officer.post(reverse("clearance:callback_draw")).status_code == 403
    assert front.post(reverse("clearance:callback_draw")).status_code == 302
    assert front.post(reverse("clearance:callback_draw"), follow=True).status_code == 200
    draw, row = VisitDraw.objects.get(), VisitCallback.objects.get()
    assert (draw.percent, draw.of_count, draw.by) == (5, 4, world.supervisor)
    page, household = front.get(LIST).content.decode(), row.visit.household
    assert household.address_line in page
    assert household.representative.name not in page
    assert household.address_line not in officer.get(LIST).content.decode(), (
        "whoever visits does not learn who is asked"
    )
    answer = reverse("clearance:callback_answer", args=[row.pk])
    assert officer.get(answer).status_code == 404
    assert front.get(household.get_absolute_url()).status_code in (403, 404)
    assert front.post(answer, {"came": "yes"}).context["form"].errors["as_written"]
    assert front.post(answer, {"came": "yes", "as_written": "partly"}).status_code == 302
    assert AccessLog.objects.filter(user=world.supervisor, subject_id=household.pk).exists()
    assert front.post(answer, {"came": "no"}).status_code == 403
    sums = officer.get(LIST).context["answers"]
    assert sums == {"drawn": 1, "asked": 1, "yes": 1, "no": 0, "written": 0}
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"clearance.callbacks.drawn", "clearance.callbacks.answered"} <= kinds


def test_a_week_is_drawn_once_when_it_is_over_and_a_correction_gets_nobody_out(
    world: World, visits: list[Visit]
) -> None:
    week = last_week(today())
    for wrong in (week + WEEK, week + datetime.timedelta(days=1)):
        with pytest.raises(ValidationError):
            VisitDraw.draw(world.ward, by=world.supervisor, week_from=wrong)
    amended(visits[0], world)
    gone = amended(visits[1], world)
    actions.void_visit(gone, by=world.head, campaign=world.campaign, reason="nhầm hộ")
    found = Visit.objects.entered_in(world.ward, week, week + WEEK)
    assert set(found) == {visits[0], visits[2], visits[3]}
    assert VisitDraw.draw(world.ward, by=world.supervisor, week_from=week).of_count == 3
    with pytest.raises(ValidationError):
        VisitDraw.draw(world.ward, by=world.supervisor, week_from=week)


def test_the_database_keeps_answer_and_day_together(world: World, visits: list[Visit]) -> None:
    VisitDraw.draw(world.ward, by=world.supervisor, week_from=last_week(today()))
    row = VisitCallback.objects.get()
    for wrong in ({"came": "yes"}, {"asked_on": today()}, {"asked_on": today(), "came": "no", "as_written": "yes"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VisitCallback.objects.filter(pk=row.pk).update(**wrong)
    row.answer(by=world.supervisor, came="not_reached", as_written="yes")
    assert (row.asked_on, row.as_written) == (today(), "")
    with pytest.raises(ValidationError):
        row.answer(by=world.supervisor, came="no")
