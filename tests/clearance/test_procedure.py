import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clearance.models import Household, ProcedureStep, Project, ProjectBatch, RuleSet, SigningAuthority, StepTransition
from clearance.models.procedure import propose_procedure, reach
from clearance.reminders import _lapsing, _still_lapsing
from core.agenda import Ask
from core.models import today
from deadlines.models import DeadlineRule
from notifications.models import Event, ReminderRule
from notifications.registry import Target
from tests.query_baseline import QueryBaseline
from tests.world import World

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def known(world: World) -> World:
    propose_procedure(world.ward, by=world.clearance_officer)
    return world


def step(code: str) -> ProcedureStep:
    return ProcedureStep.objects.get(code=code)


def test_laws_steps_and_authorities_are_rows_that_are_entered_once(client: Client, world: World) -> None:
    client.post(reverse("clearance:procedure_propose"))
    counts = RuleSet.objects.count(), ProcedureStep.objects.count(), SigningAuthority.objects.count()
    assert counts == (2, 23, 4)
    client.post(reverse("clearance:procedure_propose"))
    assert counts == (RuleSet.objects.count(), ProcedureStep.objects.count(), SigningAuthority.objects.count())
    page = client.get(reverse("clearance:procedure")).content.decode()
    for said in ("B07a. Đối thoại", "Nghị quyết 254/2025/QH15", "Luật Đất đai 2024", "Nghị định 151/2025"):
        assert said in page
    old, new = RuleSet.objects.order_by("valid_from")
    assert old.valid_to + ONE_DAY == new.valid_from
    DeadlineRule.propose(world.ward, by=None)
    rules = set(DeadlineRule.objects.values_list("rule_set", flat=True))
    assert {old.name, new.name} <= rules, "each has its numbers of days"
    codes = set(DeadlineRule.objects.values_list("code", flat=True))
    assert set(ProcedureStep.objects.exclude(rule_code="").values_list("rule_code", flat=True)) <= codes


def test_the_law_is_chosen_on_the_project_and_shown(client: Client, known: World, place: dict) -> None:
    project: Project = place["project"]
    assert "chưa chọn" in client.get(project.get_absolute_url()).content.decode()
    law = RuleSet.objects.get(code="land-law-2024")
    sent = {"name": project.name, "shape": project.shape, "host": project.host_id, "rule_set": law.pk}
    client.post(reverse("clearance:project_edit", args=[project.slug]), sent | {"cut_off_on": "15/03/2026"})
    project.refresh_from_db()
    assert (project.rule_set, project.cut_off_on) == (law, datetime.date(2026, 3, 15))
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Luật Đất đai 2024" in page
    assert "15/03/2026" in page


def test_a_project_and_its_batches_stand_at_dated_steps(client: Client, known: World, place: dict) -> None:
    project: Project = place["project"]
    law = RuleSet.objects.get(code="land-law-2024")
    new = reverse("clearance:batch_new", args=[project.slug])
    client.post(new, {"number": "1", "name": "Nhà mặt đường", "rule_set": law.pk, "cut_off_on": ""})
    batch = ProjectBatch.objects.get()
    assert "đã có đợt" in str(client.post(new, {"number": "1"}).context["form"].errors)
    there, before = f"{today():%d/%m/%Y}", f"{today() - 5 * ONE_DAY:%d/%m/%Y}"
    address = reverse("clearance:step_reach", args=[project.slug])
    assert client.post(address, {"batch": "", "step": step("B03").pk, "on": before}).status_code == 302
    assert client.post(address, {"batch": batch.pk, "step": step("B06").pk, "on": there}).status_code == 302
    again = client.post(address, {"batch": batch.pk, "step": step("B06").pk, "on": there}).context["form"]
    assert "Đã ở bước này" in str(again.errors["step"])
    late = client.post(address, {"batch": "", "step": step("B04").pk, "on": "31/12/2099"}).context["form"]
    assert late.errors["on"]

    page = client.get(project.get_absolute_url())
    whole, own = page.context["stages"]
    assert (whole["move"].step.code, whole["next"].code) == ("B03", "B04")
    assert (own["batch"], own["move"].step.code, own["next"].code) == (batch, "B06", "B07")
    earlier = today() - 3 * ONE_DAY
    past = client.get(project.get_absolute_url(), {"on": earlier.isoformat()})
    assert [stage["move"] and stage["move"].new for stage in past.context["stages"]] == ["B03", None]
    assert set(Event.objects.filter(subject_id=project.pk).values_list("kind", flat=True)) >= {
        "clearance.batch.entered",
        "clearance.batch.step_reached",
        "clearance.project.step_reached",
    }
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        StepTransition.objects.update(new="B09")


def test_a_step_is_of_the_edition_of_its_day(known: World, place: dict) -> None:
    row = step("B05")
    row.valid_to = row.valid_from
    row.save(update_fields=["valid_to"])
    with pytest.raises(ValidationError, match="hiệu lực"):
        reach(row, place["project"], by=None, campaign=known.campaign, on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureStep.objects.create(
            ward=known.ward, code="B06", version="mới", order=1, kind="main", name="x", actor="x", source="x"
        )


def test_ticked_households_go_into_a_batch_that_the_list_asks_for(client: Client, known: World, place: dict) -> None:
    project, one = place["project"], place["of_cell"][0]
    address = reverse("clearance:households_batch", args=[project.slug])
    listed = reverse("clearance:household_list", args=[project.slug])
    assert "chưa có đợt" in str(client.post(f"{address}?row={one.pk}", {"batch": ""}).context["form"].errors)
    batch = ProjectBatch(ward=known.ward, project=project, number=2)
    batch.enter(by=None, campaign=known.campaign)
    assert client.post(f"{address}?row={one.pk}", {"batch": batch.pk}).status_code == 302
    assert list(Household.objects.filter(batch=batch)) == [one]
    assert list(client.get(listed, {"batch": batch.pk}).context["page"].object_list) == [one]
    assert "Đợt 2" in client.get(one.get_absolute_url()).content.decode()
    client.post(f"{address}?row={one.pk}", {"batch": ""})
    assert not Household.objects.filter(batch=batch).exists()
    assert client.post(f"{address}?ticked=1", {"batch": batch.pk}).status_code == 302, "nothing ticked is said"


def test_an_authority_that_ends_soon_is_told_until_somebody_signs_after(
    client: Client, world: World, place: dict
) -> None:
    from clearance.agenda import authorities

    authority = SigningAuthority(
        ward=world.ward,
        act="plan",
        signer="Chủ tịch Ủy ban nhân dân phường",
        legal_ref="Nghị định thử",
        source="thử",
        valid_from=today() - 300 * ONE_DAY,
        valid_to=today() + 61 * ONE_DAY,
    )
    authority.enter(by=world.clearance_officer)

    def asked(user: object) -> list:
        ask = Ask(user, world.campaign, today(), today() + 7 * ONE_DAY, today())
        return list(authorities(ask))

    rule = ReminderRule(ward=world.ward, code="x")
    assert asked(world.clearance_officer) == [], "61 days before nobody is troubled"
    authority.valid_to = today() + 60 * ONE_DAY
    authority.enter(by=world.clearance_officer)
    (item,) = asked(world.clearance_officer)
    assert item.since == today()
    assert "Phê duyệt phương án" in item.title
    assert asked(world.head) == []
    targets = list(_lapsing(rule, today(), authority.valid_to))
    assert targets == [Target(authority, authority.valid_to)]
    assert _still_lapsing(targets[0])
    assert "Hãy nhập người ký" in client.get(reverse("clearance:procedure")).content.decode()

    sent = {"act": "plan", "signer": "Chủ tịch", "legal_ref": "Luật mới", "source": "Công báo", "valid_to": ""}
    new = reverse("clearance:authority_new")
    assert "người khác" in str(client.post(new, sent | {"valid_from": f"{today():%d/%m/%Y}"}).context["form"].errors)
    after = authority.valid_to + ONE_DAY
    assert client.post(new, sent | {"valid_from": f"{after:%d/%m/%Y}"}).status_code == 302
    assert asked(world.clearance_officer) == []
    assert not _still_lapsing(targets[0])


def test_pages_keep_their_number_of_queries(
    client: Client, known: World, place: dict, query_baseline: QueryBaseline
) -> None:
    address = reverse("clearance:procedure")
    client.get(address)
    query_baseline.check("procedure", client, address)
