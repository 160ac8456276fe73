"""A model is assessed by its unit, scored by two who do not see each other's points, and decided on."""

import datetime
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core.agenda import Ask, items
from core.models import StateChanged, today
from models_registry.choices import ModelState
from models_registry.models import (
    Appraisal,
    Conclusion,
    MobilizationModel,
    Rubric,
    RubricCriterion,
    Score,
)
from notifications.engine import dispatch
from notifications.models import Event, Message
from notifications.registry import get_source
from notifications.rules import defaults
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def address(name: str, *args: Any) -> str:
    return reverse(f"models_registry:{name}", args=args)


@pytest.fixture
def appraisal(world: World) -> Appraisal:
    """Of a model of `cell`, scored by the leadership and by the head of the other cell."""
    registration = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    return make.opened(registration, world.campaign_officer, [world.leadership, world.neighbour])


@pytest.fixture
def scored(world: World, appraisal: Appraisal) -> MobilizationModel:
    make.hand_in(appraisal, world.leadership, 60, 30, reason="Mới được bốn tháng")
    make.hand_in(appraisal, world.neighbour, 45, 40)
    return MobilizationModel.objects.get(pk=appraisal.mobilization_model_id)


def told(kind: str) -> set[Any]:
    dispatch.run()
    return {message.user for message in Message.objects.filter(event__kind=kind).select_related("user")}


# ---- the unit's own assessment --------------------------------------------------------------------------
def test_a_self_assessment_needs_evidence_and_every_number_and_leaves_nothing_half_done(world: World) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    target = row.targets.get()
    with pytest.raises(ValidationError) as refused:
        row.self_assess(by=world.head, summary="Xong")
    assert "giấy tờ chứng minh" in str(refused.value)
    assert target.name in str(refused.value)
    with pytest.raises(ValidationError):
        row.self_assess(by=world.head, summary="Xong", values={target: Decimal(5)})
    row.refresh_from_db()
    assert (row.state, row.updates.count()) == (ModelState.ACTIVE, 0)
    assert not row.steps.filter(done_on__isnull=False).exists()
    row.self_assess(by=world.head, **make.proof(row))
    assert row.state == ModelState.SELF_ASSESSED
    assert row.steps.get(kind="review").done_on == today()
    assert told("models_registry.model.self_assessed") == {world.leadership, world.campaign_officer}
    assert MobilizationModel.objects.registered_on(today()).filter(pk=row.pk).exists()


def test_the_form_has_the_last_totals_and_the_page_shows_what_was_said(world: World, sign_in: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    target = row.targets.get()
    row.record_progress(by=world.head, on=today(), values={target: Decimal(7)})
    client, url = sign_in(world.head), address("model_self_assess", row.key)
    page = client.get(url).content.decode()
    assert 'value="7"' in page
    assert "Còn thiếu" in page
    said = {"on": today().strftime("%d/%m/%Y"), f"target_{target.pk}": "7", "note": "Đủ cả, khó vì mưa"}
    refused = client.post(url, said).content.decode()
    assert "ảnh hoặc giấy tờ" in refused
    assert "Đủ cả, khó vì mưa" in refused
    assert client.post(url, said | {"evidence": make.photo()}).status_code == 302
    page = sign_in(world.leadership).get(row.get_absolute_url()).content.decode()
    assert page.count("Đủ cả, khó vì mưa") == 1
    assert "Mở thẩm định" in page
    assert row.updates.count() == 2
    assert not row.updates.first().values.exists()  # the number is as it was


def test_sent_back_to_work_it_assesses_itself_again(world: World, appraisal: Appraisal) -> None:
    row = appraisal.mobilization_model
    make.hand_in(appraisal, world.neighbour, 60, 40)
    row.send_to_work(by=world.leadership, reason="Bổ sung danh sách hộ")
    assert told("models_registry.model.sent_to_work") == {world.head}
    with pytest.raises(StateChanged):
        make.hand_in(Appraisal.objects.get(pk=appraisal.pk), world.leadership, 60, 40)
    row.self_assess(by=world.head, **make.proof(row))
    again = make.opened(row, world.campaign_officer, [world.leadership, world.neighbour])
    assert not Score.objects.filter(assessment__appraisal=again).exists()
    assert row.appraisals.count() == 2


# ---- who scores -----------------------------------------------------------------------------------------
def test_two_score_and_none_of_them_from_the_models_own_unit(world: World, sign_in: Callable) -> None:
    row = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    due_on = today() + 3 * DAY
    with pytest.raises(ValidationError, match="Tiêu chí"):
        row.open_review(by=world.leadership, people=[world.leadership, world.neighbour], due_on=due_on)
    make.rubric(world.ward, world.leadership)
    for people in ([world.leadership], [world.leadership, world.head]):
        with pytest.raises(ValidationError):
            row.open_review(by=world.leadership, people=people, due_on=due_on)
    row.refresh_from_db()
    assert row.state == ModelState.SELF_ASSESSED
    client, url = sign_in(world.campaign_officer), address("review_open", row.key)
    page = client.get(url).content.decode()
    assert world.neighbour.full_name in page
    assert world.head.full_name not in page
    said = {"due_on": due_on.strftime("%d/%m/%Y"), "question_due_on": "1", "people": [world.leadership.pk]}
    assert "ít nhất hai người" in client.post(url, said).content.decode()


def test_the_person_of_an_individual_model_does_not_score_it(world: World) -> None:
    own = {"subject": "individual", "person_name": world.neighbour.full_name}
    row = make.self_assessed(world.campaign, world.cell, world.head, world.leadership, **own)
    with pytest.raises(ValidationError, match=world.neighbour.full_name):
        make.opened(row, world.leadership, [world.leadership, world.neighbour])


def test_those_named_are_told_and_find_it_without_being_readers_of_the_model(
    world: World, appraisal: Appraisal, sign_in: Callable
) -> None:
    row = appraisal.mobilization_model
    assert told("models_registry.assessment.named") == {world.leadership, world.neighbour}
    client = sign_in(world.neighbour)
    assert client.get(row.get_absolute_url()).status_code == 404
    page = client.get(appraisal.score_url).content.decode()
    assert "khó vì mưa" in page
    assert page.count('name="points_') == 2
    photo = row.updates.get().evidence.get()
    file = client.get(address("model_file", row.key, "result", photo.pk))
    assert b"".join(file.streaming_content).startswith(b"\xff\xd8")
    assert client.get(address("assessment_list")).content.decode().count(appraisal.score_url) == 1
    refused = sign_in(world.head).get(appraisal.score_url)  # of the unit: reads the model and does not score it
    assert (refused.status_code, "không chấm mô hình này" in refused.content.decode()) == (403, True)


def test_who_can_not_score_stands_aside_and_another_is_named(
    world: World, appraisal: Appraisal, sign_in: Callable
) -> None:
    row = appraisal.mobilization_model
    sheet = appraisal.assessments.get(assessor=world.neighbour)
    make.hand_in(appraisal, world.leadership, 60, 40)
    client, url = sign_in(world.neighbour), address("assessor_aside", row.key, sheet.pk)
    assert client.post(url, {"reason": "Là người nhà của trưởng nhóm"}).status_code == 302
    assert client.get(appraisal.score_url).status_code == 404
    appraisal.refresh_from_db()
    assert appraisal.completed_at is None  # one alone is not enough
    with pytest.raises(ValidationError):
        appraisal.name_assessors([world.neighbour], by=world.campaign_officer)
    with pytest.raises(ValidationError):
        appraisal.name_assessors([world.head], by=world.campaign_officer)
    sign_in(world.campaign_officer).post(address("assessor_new", row.key), {"people": [world.media_officer.pk]})
    make.hand_in(appraisal, world.media_officer, 50, 40)
    appraisal.refresh_from_db()
    assert appraisal.completed_at
    assert told("models_registry.appraisal.completed") == {world.leadership, world.campaign_officer}


def test_a_third_who_stands_aside_completes_what_two_have_scored(world: World, appraisal: Appraisal) -> None:
    appraisal.name_assessors([world.media_officer], by=world.leadership)
    make.hand_in(appraisal, world.leadership, 60, 40)
    make.hand_in(appraisal, world.neighbour, 60, 40)
    appraisal.refresh_from_db()
    assert appraisal.completed_at is None
    third = appraisal.assessments.get(assessor=world.media_officer)
    third.stand_aside(by=world.leadership, reason="Đi công tác")
    appraisal.refresh_from_db()
    assert appraisal.completed_at


# ---- blind ----------------------------------------------------------------------------------------------
def test_nobody_sees_anothers_scores_before_all_are_in(world: World, appraisal: Appraisal, sign_in: Callable) -> None:
    secret = "Thiếu chữ ký của tổ trưởng"
    row, sheet = appraisal.mobilization_model, make.hand_in(appraisal, world.neighbour, 44, 40, reason=secret)
    assert Score.objects.shown_to_assessor(world.neighbour).count() == 2
    everybody = [world.leadership, world.campaign_officer, world.administrator, world.supervisor, world.head]
    for person in everybody:
        assert not Score.objects.visible_to(person).exists()
        assert not Score.objects.shown_to_assessor(person).exists()
    pages = [row.get_absolute_url(), row.conclude_url, address("assessment_list"), appraisal.score_url]
    score = sheet.scores.order_by("points").first()
    pages.append(reverse("accounts:history_detail", args=["models_registry", "score", score.pk]))
    pages += [reverse("admin:models_registry_score_changelist")]
    pages += [reverse(f"admin:models_registry_score_{view}", args=[score.pk]) for view in ("change", "history")]
    for person in everybody:
        client = sign_in(person)
        for page in pages:
            said = client.get(page, follow=True).content.decode()
            assert secret not in said, f"{person} {page}"
            assert ">44<" not in said, f"{person} {page}"
    make.hand_in(appraisal, world.leadership, 60, 40)
    assert Score.objects.visible_to(world.campaign_officer).count() == 4
    assert Score.objects.shown_to_assessor(world.neighbour).count() == 4
    for person in (world.supervisor, world.head):  # what the ward decides comes first
        assert not Score.objects.visible_to(person).exists()
    assert secret in sign_in(world.leadership).get(row.get_absolute_url()).content.decode()
    assert secret not in sign_in(world.head).get(row.get_absolute_url()).content.decode()


def test_scores_are_changed_until_all_are_in_and_not_after(world: World, appraisal: Appraisal) -> None:
    sheet = make.hand_in(appraisal, world.neighbour, 44, 40)
    make.hand_in(appraisal, world.neighbour, 50, 40)
    assert list(sheet.scores.values_list("points", flat=True)) == [50, 40]
    with pytest.raises(PermissionDenied):
        sheet.hand_in(by=world.leadership, scores={c: (c.most, "") for c in appraisal.rubric.all_criteria})
    with pytest.raises(ValidationError):
        sheet.hand_in(by=world.neighbour, scores={c: (c.most, "") for c in appraisal.rubric.all_criteria[:1]})
    make.hand_in(appraisal, world.leadership, 60, 40)
    with pytest.raises(StateChanged):
        make.hand_in(appraisal, world.neighbour, 60, 40)
    assert list(sheet.scores.values_list("points", flat=True)) == [50, 40]


def test_points_taken_off_need_a_reason_and_what_was_typed_is_kept(
    world: World, appraisal: Appraisal, sign_in: Callable
) -> None:
    client, (first, second) = sign_in(world.neighbour), appraisal.rubric.all_criteria
    assert "checked" not in client.get(appraisal.score_url).content.decode()
    typed = {f"points_{first.pk}": "52,5", f"points_{second.pk}": "41"}
    page = client.post(appraisal.score_url, typed).content.decode()
    assert "Ghi lý do trừ điểm" in page
    assert "không quá 40." in page
    assert 'value="52,5"' in page
    typed |= {f"points_{second.pk}": "40", f"reason_{first.pk}": "Thiếu ảnh", f"reason_{second.pk}": "không cần"}
    assert client.post(appraisal.score_url, typed).status_code == 302
    sheet = appraisal.assessments.get(assessor=world.neighbour)
    assert list(sheet.scores.values_list("points", "reason")) == [(Decimal("52.5"), "Thiếu ảnh"), (40, "")]


# ---- the ward's decision --------------------------------------------------------------------------------
def test_the_result_is_computed_and_the_decision_stands_apart(
    world: World, scored: MobilizationModel, sign_in: Callable
) -> None:
    client = sign_in(world.leadership)
    page = client.get(scored.conclude_url).content.decode()
    assert "87,5" in page  # (90 + 85) / 2
    assert "Tốt" in page
    typed = {"outcome": "not_recognised", "decided_on": today().strftime("%d/%m/%Y")}
    refused = client.post(scored.conclude_url, typed).content.decode()
    assert "Ghi số quyết định" in refused
    assert "lý do chưa công nhận" in refused
    typed |= {"number": "15-QĐ/ĐU", "reason": "Chờ thêm sáu tháng"}
    page = client.post(scored.conclude_url, typed, follow=True).content.decode()
    assert "Hoàn tác</button>" in page
    assert "15-QĐ/ĐU" in page
    assert "Đã duyệt" in page  # the decision about the registration in its own words
    assert told("models_registry.model.concluded") == {world.head}
    page = sign_in(world.head).get(scored.get_absolute_url()).content.decode()
    assert "Mới được bốn tháng" in page
    assert "Chưa công nhận" in page
    client.post(address("conclusion_undo", scored.key))
    scored.refresh_from_db()
    assert scored.state == ModelState.UNDER_REVIEW
    assert scored.conclusions.get().replaced_on == today()
    assert scored.valid_conclusion() is None


def test_nothing_is_decided_before_all_scores_are_in(world: World, appraisal: Appraisal, sign_in: Callable) -> None:
    row = appraisal.mobilization_model
    with pytest.raises(ValidationError):
        row.conclude(by=world.leadership, **make.decision())
    assert "Chưa đủ phiếu" in sign_in(world.leadership).get(row.conclude_url).content.decode()
    assert not Conclusion.objects.exists()


def test_who_decides_second_is_told_who_was_first(world: World, scored: MobilizationModel, sign_in: Callable) -> None:
    scored.conclude(by=world.leadership, **make.decision())
    late = {"outcome": "recognised", "number": "16-QĐ/ĐU", "decided_on": today().strftime("%d/%m/%Y")}
    page = sign_in(world.campaign_officer).post(scored.conclude_url, late, follow=True).content.decode()
    assert f"Công nhận, 15-QĐ/ĐU, {today():%d/%m/%Y}, {world.leadership.full_name}" in page
    assert scored.conclusions.get().number == "15-QĐ/ĐU"


def test_a_concluded_model_is_archived_or_taken_up_again(world: World, scored: MobilizationModel) -> None:
    scored.conclude(by=world.leadership, **make.decision())
    scored.reopen_review(by=world.leadership, reason="Đơn vị kiến nghị")
    scored.conclude(by=world.leadership, **make.decision(number="20-QĐ/ĐU"))
    scored.archive(by=world.leadership)
    with pytest.raises(StateChanged):
        scored.reopen_review(by=world.leadership, reason="x")
    assert MobilizationModel.objects.registered_on(today()).filter(pk=scored.pk).exists()
    assert scored.conclusions.count() == 2
    kinds = Event.objects.about(scored).order_by("id").values_list("kind", flat=True)
    assert [kind.rpartition(".")[2] for kind in kinds][-4:] == ["concluded", "review_reopened", "concluded", "archived"]


# ---- two at once ----------------------------------------------------------------------------------------
def at_once(acts: list[Callable[[], None]]) -> list[Exception]:
    """Each in a connection of its own; what they raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait(20)
            act()
        except Exception as error:  # looked at by the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_wins_and_the_other_is_told_of_it(world: World) -> None:
    waiting = make.submitted(world.campaign, world.cell, world.head)

    def load() -> MobilizationModel:
        return MobilizationModel.objects.select_related("campaign", "unit").get(pk=waiting.pk)

    yes, no = load(), load()
    [lost] = at_once(
        [
            lambda: yes.accept(by=world.leadership),
            lambda: no.reject(by=world.campaign_officer, reason="Trùng"),
        ]
    )
    assert isinstance(lost, StateChanged)
    row = load()
    [move] = row.transitions.filter(old=ModelState.SUBMITTED)
    assert str(move.words) in str(lost)
    assert move.by.full_name in str(lost)
    assert row.steps.count() == (5 if row.state == ModelState.ACTIVE else 0)


@pytest.mark.django_db(transaction=True)
def test_the_last_two_sheets_at_the_same_moment_complete_the_appraisal_once(world: World) -> None:
    registration = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    opened = make.opened(registration, world.campaign_officer, [world.leadership, world.neighbour])

    def give(person: Any) -> Callable[[], None]:
        mine = Appraisal.objects.select_related("mobilization_model__campaign", "rubric").get(pk=opened.pk)

        def act() -> None:
            make.hand_in(mine, person, 60, 40)

        return act

    assert not at_once([give(world.leadership), give(world.neighbour)])
    assert Event.objects.filter(kind="models_registry.appraisal.completed").count() == 1
    row = MobilizationModel.objects.get(pk=registration.pk)

    def decide(number: str) -> Callable[[], None]:
        mine = MobilizationModel.objects.select_related("campaign", "unit").get(pk=row.pk)
        return lambda: mine.conclude(by=world.leadership, **make.decision(number=number))

    [lost] = at_once([decide("15-QĐ/ĐU"), decide("16-QĐ/ĐU")])
    assert Conclusion.objects.get().number in str(lost)


# ---- the criteria ---------------------------------------------------------------------------------------
def test_a_new_edition_ends_the_one_before_and_leaves_what_was_scored(
    world: World, scored: MobilizationModel, sign_in: Callable
) -> None:
    client, old = sign_in(world.leadership), Rubric.objects.get()
    page = client.get(address("rubric_new")).content.decode()
    assert "Kết quả so với chỉ tiêu; 60" in page
    typed = {"name": "Bộ mới", "source": "Hướng dẫn 02", "criteria": "Lan tỏa; 100\nHồ sơ", "bands": ""}
    refused = client.post(address("rubric_new"), typed | {"valid_from": old.valid_from.strftime("%d/%m/%Y")})
    assert "Dòng 2" in refused.content.decode()
    typed["criteria"] = "Lan tỏa; 90,5\nHồ sơ; 9,5"
    refused = client.post(address("rubric_new"), typed | {"valid_from": old.valid_from.strftime("%d/%m/%Y")})
    assert "chọn ngày sau" in refused.content.decode()
    client.post(address("rubric_new"), typed | {"valid_from": (today() + DAY).strftime("%d/%m/%Y")})
    old.refresh_from_db()
    assert old.valid_to == today()
    new = Rubric.objects.exclude(pk=old.pk).get()
    assert new.most == 100
    assert Appraisal.objects.get().rubric == old
    with pytest.raises(DatabaseError), transaction.atomic():
        RubricCriterion.objects.filter(rubric=old).update(most=10)
    assert "Bộ mới" in sign_in(world.head).get(address("rubric_list")).content.decode()


def test_the_proposed_set_makes_a_hundred_points(world: World, sign_in: Callable) -> None:
    client = sign_in(world.leadership)
    form = client.get(address("rubric_new")).context["form"]
    typed = {"name": "Đề xuất", "source": "QĐ 1", "valid_from": today().strftime("%d/%m/%Y")}
    typed |= {name: form.initial[name] for name in ("criteria", "bands")}
    client.post(address("rubric_new"), typed)
    row = Rubric.objects.get()
    assert row.most == 100
    assert row.band(Decimal("79.9")) == "Khá"


# ---- who still owes -------------------------------------------------------------------------------------
def asked(world: World, person: str) -> list[str]:
    end = today() + 60 * DAY
    ask = Ask(user=world.people[person], campaign=world.campaign, start=today(), end=end, today=today())
    return [item.action_url for item in items(ask) if item.action_url]


def test_what_is_owed_stands_with_whom_it_waits_for(world: World, sign_in: Callable) -> None:
    row = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    assert row.review_open_url in asked(world, "campaign_officer")
    appraisal = make.opened(row, world.campaign_officer, [world.leadership, world.neighbour])
    url = address("assessment_list")
    assert appraisal.score_url in asked(world, "neighbour")
    assert appraisal.score_url not in asked(world, "head")
    make.hand_in(appraisal, world.neighbour, 60, 40)
    assert appraisal.score_url not in asked(world, "neighbour")
    owing = sign_in(world.campaign_officer).get(url, {"state": "owed"}).context["page"].object_list
    assert [sheet.assessor for sheet in owing] == [world.leadership]
    make.hand_in(appraisal, world.leadership, 60, 40)
    assert row.conclude_url in asked(world, "leadership")
    assert row.conclude_url not in asked(world, "head")


def test_reminders_are_of_what_is_still_owed(world: World, appraisal: Appraisal) -> None:
    rules = {rule.source: rule for rule in defaults(world.ward, world.campaign.year)}
    span = (today(), today() + 90 * DAY)
    source = get_source("models_registry.assessment.due")
    targets = list(source.targets(rules[source.code], *span))
    assert {target.subject.assessor for target in targets} == {world.leadership, world.neighbour}
    assert all(target.on == appraisal.due_on and source.still_due(target) for target in targets)
    decision = get_source("models_registry.appraisal.decision_due")
    assert not list(decision.targets(rules[decision.code], *span))
    make.hand_in_all(appraisal.mobilization_model)
    assert not list(source.targets(rules[source.code], *span))
    [target] = decision.targets(rules[decision.code], *span)
    assert decision.still_due(target)
    target.subject.mobilization_model.conclude(by=world.leadership, **make.decision())
    assert not decision.still_due(target)
