import datetime
import threading
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.models import CampaignClosed
from core.models import StateChanged, today
from models_registry.choices import STEP_PLAN, ModelState, SubjectType, Verdict
from models_registry.models import MobilizationModel, MobilizationModelTransition, RegistrationTerms
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests.factories import worked
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def kinds(registration: MobilizationModel) -> list[str]:
    return list(Event.objects.about(registration).order_by("id").values_list("kind", flat=True))


def test_submitting_gives_codes_in_a_row(world: World) -> None:
    first = make.submitted(world.campaign, world.cell, world.head)
    second = make.submitted(world.campaign, world.cell, world.head)
    assert [first.code, second.code] == [f"MH-{world.campaign.year}-01", f"MH-{world.campaign.year}-02"]
    assert first.state == ModelState.SUBMITTED
    assert kinds(first) == ["models_registry.model.drafted", "models_registry.model.submitted"]


def test_the_hundredth_code_follows_the_ninety_ninth(world: World) -> None:
    first = make.submitted(world.campaign, world.cell, world.head)
    for number in (99, 100):
        MobilizationModel.objects.filter(pk=first.pk).update(code=f"MH-{world.campaign.year}-{number}")
        following = make.submitted(world.campaign, world.cell, world.head)
        assert following.code == f"MH-{world.campaign.year}-{number + 1}"
        following.withdraw(by=world.head, reason="thử")
        MobilizationModel.objects.filter(pk=following.pk).update(code=None)


def test_a_code_is_kept_when_it_is_sent_again(world: World) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    code = registration.code
    registration.send_back(by=world.leadership, reason="Thiếu chỉ tiêu")
    registration.submit(by=world.head)
    assert registration.code == code


def test_what_is_missing_can_not_be_sent(world: World) -> None:
    registration = make.draft(world.campaign, world.cell, world.head, title="")
    with pytest.raises(ValidationError):
        registration.submit(by=world.head)
    registration.refresh_from_db()
    assert registration.state == ModelState.DRAFT
    assert registration.code is None


def test_late_is_marked_and_not_refused(world: World) -> None:
    RegistrationTerms.objects.create(ward=world.ward, campaign=world.campaign, registers_until=today() - DAY)
    assert make.submitted(world.campaign, world.cell, world.head).is_late
    assert not make.submitted(world.campaign, world.cell, world.head, on=today() - DAY).is_late


def test_acceptance_lays_out_five_steps_between_start_and_end(world: World) -> None:
    start, end = today(), today() + 100 * DAY
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership, starts_on=start, ends_on=end)
    steps = list(registration.steps.all())
    days = [(kind.value, worked(start + share * DAY)) for kind, share in STEP_PLAN]
    days[-1] = (days[-1][0], worked(end, -1))  # the next working day is behind the end
    assert [(step.kind, step.due_on) for step in steps] == days


def test_the_first_step_may_be_given_its_day(world: World) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    first = today() + 50 * DAY
    registration.accept(by=world.leadership, first_due_on=first)
    days = list(registration.steps.values_list("due_on", flat=True))
    assert days[0] == first
    assert days == sorted(days)


def test_two_decisions_at_once_leave_one(world: World) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    other = MobilizationModel.objects.get(pk=registration.pk)
    registration.accept(by=world.leadership)
    with pytest.raises(StateChanged):
        other.reject(by=world.campaign_officer, reason="Trùng")
    assert registration.steps.count() == 5


def test_a_decision_is_corrected_and_counts_from_its_own_day(world: World) -> None:
    yesterday = today() - DAY
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership, on=yesterday)
    registration.correct(by=world.leadership, verdict=Verdict.RETURN, reason="Duyệt nhầm")
    registration.refresh_from_db()
    assert registration.state == ModelState.RETURNED
    assert not registration.steps.exists()
    assert not MobilizationModel.objects.registered_on(yesterday).exists()
    registration.correct(by=world.leadership, verdict=Verdict.ACCEPT, reason="Vẫn duyệt")
    assert registration.steps.count() == 5
    assert MobilizationModel.objects.registered_on(yesterday).exists()


def aged(registration: MobilizationModel, hours: int) -> None:
    """Let the transitions look entered some hours ago; the table itself refuses changes."""
    with pgtrigger.ignore("models_registry.MobilizationModelTransition:append_only"):
        rows = MobilizationModelTransition.objects.filter(mobilization_model=registration)
        rows.update(at=timezone.now() - datetime.timedelta(hours=hours))


@pytest.mark.parametrize("hours, possible", [(23, True), (25, False)])
def test_a_decision_is_corrected_for_24_hours(world: World, hours: int, possible: bool) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    aged(registration, hours)
    assert bool(registration.can_correct(world.leadership)) is possible
    if not possible:
        with pytest.raises(PermissionDenied):
            registration.correct(by=world.leadership, verdict=Verdict.REJECT, reason="Nhầm")


def test_correcting_does_not_start_the_24_hours_anew(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    aged(registration, 25)
    MobilizationModelTransition.objects.create(
        ward=world.ward, mobilization_model=registration, old=ModelState.ACTIVE, new=ModelState.RETURNED
    )
    assert not registration.is_correctable()


def test_begun_work_is_not_undone_by_a_correction(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    registration.steps.first().mark_done(by=world.head, on=today())
    with pytest.raises(PermissionDenied):
        registration.correct(by=world.leadership, verdict=Verdict.REJECT, reason="Nhầm")


def test_a_rejected_one_is_taken_up_for_a_new_decision(world: World) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    registration.reject(by=world.leadership, reason="Trùng")
    aged(registration, 48)
    registration.reopen(by=world.leadership, reason="Đơn vị đã giải trình")
    registration.accept(by=world.leadership)
    assert registration.state == ModelState.ACTIVE


def test_pause_resume_and_withdraw(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership, on=today() - DAY)
    registration.pause(by=world.head, reason="Chờ mặt bằng")
    with pytest.raises(StateChanged):
        registration.steps.first().mark_done(by=world.head, on=today())
    registration.resume(by=world.head)
    registration.withdraw(by=world.head, reason="Không còn phù hợp")
    assert not MobilizationModel.objects.registered_on(today()).exists()
    assert MobilizationModel.objects.registered_on(today() - DAY).exists()


def test_a_step_is_done_once(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    step, twin = registration.steps.first(), registration.steps.first()
    step.mark_done(by=world.head, on=today(), note="Đã họp")
    with pytest.raises(StateChanged):
        twin.mark_done(by=world.head, on=today())


def test_results_are_totals_and_the_latest_counts(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    target = registration.targets.get()
    registration.record_progress(by=world.head, on=today(), values={target: 9})
    registration.record_progress(by=world.head, on=today() - DAY, values={target: 5})
    shown = registration.targets.with_reached().get()
    assert (shown.reached, shown.reached_on) == (9, today())


def test_work_for_another_unit_is_marked(world: World) -> None:
    mine = make.draft(world.campaign, world.cell, world.head)
    theirs = make.accepted(world.campaign, world.cell, world.campaign_officer, world.leadership)
    assert mine.entered_for_unit_by is None
    assert theirs.entered_for_unit_by == world.campaign_officer
    theirs.record_progress(by=world.campaign_officer, on=today(), values={})
    assert theirs.updates.get().entered_for_unit_by == world.campaign_officer


@pytest.mark.parametrize("verb", ["submit", "accept", "withdraw", "pause", "save_draft"])
def test_a_closed_year_takes_nothing(world: World, verb: str) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    world.campaign.close(by=world.leadership)
    registration = MobilizationModel.objects.get(pk=registration.pk)
    arguments: dict[str, Any] = {"withdraw": {"reason": "x"}, "pause": {"reason": "x"}, "save_draft": {"fields": {}}}
    with pytest.raises(CampaignClosed):
        getattr(registration, verb)(by=world.head, **arguments.get(verb, {}))


# ---- what the database refuses --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"approach": ""},
        {"theme_field": None},
        {"code": None},
        {"subject": SubjectType.INDIVIDUAL},
        {"subject": SubjectType.INDIVIDUAL, "person_name": ""},
        {"person_name": "Ai đó"},
        {"starts_on": "2026-05-02", "ends_on": "2026-05-01"},
    ],
)
def test_the_database_refuses_an_incomplete_submission(world: World, change: dict[str, Any]) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        MobilizationModel.objects.filter(pk=registration.pk).update(**change)


def test_the_database_refuses_a_code_twice(world: World) -> None:
    first = make.submitted(world.campaign, world.cell, world.head)
    second = make.submitted(world.campaign, world.cell, world.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        MobilizationModel.objects.filter(pk=second.pk).update(code=first.code)


def test_the_database_refuses_a_new_model_that_continues_another(world: World) -> None:
    first = make.submitted(world.campaign, world.cell, world.head)
    second = make.submitted(world.campaign, world.cell, world.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        MobilizationModel.objects.filter(pk=second.pk).update(previous=first)


@pytest.mark.django_db(transaction=True)
def test_submissions_at_the_same_moment_get_codes_without_gap_or_double(world: World) -> None:
    drafts = [make.draft(world.campaign, world.cell, world.head) for _n in range(6)]
    barrier, failures = threading.Barrier(len(drafts)), []

    def send(pk: int) -> None:
        try:
            registration = MobilizationModel.objects.select_related("campaign", "unit").get(pk=pk)
            barrier.wait(20)
            registration.submit(by=world.head)
        except Exception as error:  # shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[row.pk]) for row in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    codes = sorted(MobilizationModel.objects.values_list("code", flat=True))
    assert codes == [f"MH-{world.campaign.year}-{n:02}" for n in range(1, 7)]


# ---- who is told ----------------------------------------------------------------------------------------
def told(event_kind: str) -> set[Any]:
    dispatch.run()
    return {message.user for message in Message.objects.filter(event__kind=event_kind).select_related("user")}


def test_those_who_decide_are_told_of_a_submission(world: World) -> None:
    make.submitted(world.campaign, world.cell, world.head)
    assert told("models_registry.model.submitted") == {world.leadership, world.campaign_officer}


@pytest.mark.parametrize("verb, kind", [("send_back", "returned"), ("reject", "rejected")])
def test_the_unit_is_told_of_the_decision(world: World, verb: str, kind: str) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    getattr(registration, verb)(by=world.leadership, reason="Cần nêu rõ chỉ tiêu")
    assert told(f"models_registry.model.{kind}") == {world.head}


def test_the_unit_is_told_of_an_approval(world: World) -> None:
    make.accepted(world.campaign, world.cell, world.head, world.leadership)
    assert told("models_registry.model.accepted") == {world.head}
