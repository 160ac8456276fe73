from collections.abc import Callable

from campaigns.models import Document, DocumentRecipient
from tests import factories as make
from tests.campaigns.factories import days_ago, recipient, upload, ward_plan
from tests.world import World


def resolution(world: World, **changes: object) -> dict:
    kind = make.document_kind(world.ward, code="NQ", label="Nghị quyết")
    known = {"kind": kind.pk, "number": "5", "symbol": "", "dated_on": days_ago(3).strftime("%d/%m/%Y")}
    return known | {"summary": "Lãnh đạo thực hiện Kế hoạch 82"} | changes


def test_the_officer_writes_down_who_receives_and_who_must_answer(world: World, sign_in: Callable) -> None:
    plan = ward_plan(world)
    data = {"units": [world.front.pk], "resolutions_from": [world.cell.pk, world.other_cell.pk]}
    sign_in(world.campaign_officer).post(f"/documents/{plan.pk}/recipients/", data)
    found = dict(plan.recipients.values_list("unit__slug", "must_issue_resolution"))
    assert found == {"mttq": False, "chi-bo-7": True, "chi-bo-8": True}


def test_changing_the_recipients_keeps_who_has_answered(world: World) -> None:
    plan = ward_plan(world)
    answer = make.document(world.campaign, world.cell)
    recipient(plan, world.cell, answered_by=answer)
    recipient(plan, world.front)
    plan.send_to(by=world.campaign_officer, units=[], resolutions_from=[world.other_cell])
    assert {row.unit for row in plan.recipients.all()} == {world.cell, world.other_cell}


def test_a_unit_head_registers_the_own_resolution(world: World, sign_in: Callable) -> None:
    asked = recipient(ward_plan(world), world.cell)
    client = sign_in(world.head)
    response = client.post(f"/documents/resolutions/{asked.pk}/new/", resolution(world, file=upload()))
    assert response.status_code == 302
    asked.refresh_from_db()
    answer = asked.answered_by
    assert (answer.direction, answer.issuer, answer.state) == ("internal", world.cell, "issued")
    assert answer.symbol == "05-NQ/CB"
    assert answer.carries_out == asked.document
    assert answer.transitions.first().on == days_ago(3)


def test_the_second_answer_is_refused(world: World, sign_in: Callable) -> None:
    asked = recipient(ward_plan(world), world.cell)
    client = sign_in(world.head)
    client.post(f"/documents/resolutions/{asked.pk}/new/", resolution(world))
    again = client.post(f"/documents/resolutions/{asked.pk}/new/", resolution(world, number="6"))
    assert again.status_code == 403
    assert Document.objects.filter(kind__code="NQ").count() == 1


def test_a_resolution_is_not_dated_before_the_plan(world: World, sign_in: Callable) -> None:
    asked = recipient(ward_plan(world, dated_on=days_ago(2)), world.cell)
    response = sign_in(world.head).post(f"/documents/resolutions/{asked.pk}/new/", resolution(world))
    assert "dated_on" in response.context["form"].errors


def test_the_list_tells_who_has_not_answered(world: World, sign_in: Callable) -> None:
    plan = ward_plan(world)
    answer = make.document(world.campaign, world.cell, dated_on=days_ago(4))
    recipient(plan, world.cell, answered_by=answer)
    waiting = recipient(plan, world.other_cell)
    client = sign_in(world.leadership)
    page = client.get("/documents/resolutions/?state=waiting")
    assert list(page.context["page"]) == [waiting]
    assert (page.context["answered"], page.context["expected"]) == (1, 2)
    before = client.get("/documents/resolutions/", {"state": "waiting", "on": days_ago(5).isoformat()})
    assert DocumentRecipient.objects.count() == len(before.context["page"]) == 2
    assert f"Số liệu tới {days_ago(5):%d/%m/%Y}" in before.content.decode()
