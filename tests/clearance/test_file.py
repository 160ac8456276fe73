from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clearance.choices import OfficeState
from clearance.models import Delivery, Household, Milestone
from clearance.models.file import office_state
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.world import World


def address(name: str, household: Household) -> str:
    return reverse(f"clearance:{name}", args=[household.project.slug, household.number])


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.head)


def test_a_paper_is_recorded_with_the_proof_that_its_way_needs(client: Client, world: World, place: dict) -> None:
    household = place["of_cell"][0]
    sent: dict[str, Any] = {"kind": "notice", "title": "15/TB-UBND", "on": f"{today():%d/%m/%Y}"}
    wrong = [
        ({"way": "signed"}, "ai nhận"),
        ({"way": "refused", "witness": "Ông An"}, "hai người chứng kiến"),
        ({"way": "by_post"}, "biên nhận"),
        ({"way": "posted_up", "on": "31/12/2099"}, "chưa tới"),
    ]
    for facts, said in wrong:
        form = client.post(address("delivery_new", household), sent | facts).context["form"]
        assert said in str(form.errors), facts
    assert not Delivery.objects.exists()
    right = sent | {"way": "refused", "witness": "Ông An", "second_witness": "Bà Bình"}
    assert client.post(address("delivery_new", household), right).status_code == 302
    page = client.get(household.get_absolute_url()).content.decode()
    assert "Thông báo thu hồi đất: 15/TB-UBND" in page
    assert "Bà Bình" in page
    row = Delivery.objects.get()
    assert row.by == world.head
    void = reverse("clearance:delivery_void", args=[row.pk])
    assert client.post(void, {"reason": ""}).status_code == 200
    assert client.post(void, {"reason": "Nhầm hộ"}).status_code == 302
    with pytest.raises(ValidationError):
        row.declare_void(by=world.head, campaign=world.campaign, reason="nữa")
    assert "Nhầm hộ" in client.get(household.get_absolute_url()).content.decode()
    kinds = set(Event.objects.filter(subject_id=household.pk).values_list("kind", flat=True))
    assert {"clearance.delivery.recorded", "clearance.delivery.voided"} <= kinds
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(void_reason="")


def test_the_office_s_roll_up_follows_its_own_rows_alone(client: Client, world: World, place: dict) -> None:
    household = place["of_cell"][0]

    def stands() -> OfficeState:
        return client.get(household.get_absolute_url()).context["office"]

    def reach(kind: str) -> Any:
        sent = {"kind": kind, "on": f"{today():%d/%m/%Y}", "paper": ""}
        return client.post(address("milestone_new", household), sent)

    found = [stands()]
    for kind in ("inventoried", "approved", "deposited", "handed_over"):
        assert reach(kind).status_code == 302
        found.append(stands())
    assert found == [
        OfficeState.NOT_INVENTORIED,
        OfficeState.INVENTORIED,
        OfficeState.IN_WORK,
        OfficeState.PAID,
        OfficeState.HANDED_OVER,
    ]
    assert "đã ghi" in str(reach("handed_over").context["form"].errors).lower()
    assert "Đã bàn giao mặt bằng" in client.get(household.get_absolute_url()).content.decode()
    last = Milestone.objects.get(kind="handed_over")
    assert (
        reverse("clearance:milestone_void", args=[last.pk]) in client.get(household.get_absolute_url()).content.decode()
    )
    client.post(reverse("clearance:milestone_void", args=[last.pk]), {"reason": "Nhầm hộ"})
    assert stands() == OfficeState.PAID
    assert reach("handed_over").status_code == 302, "what is void makes room"
    assert office_state([], held_up=True, on=today()) == OfficeState.OBSTACLE
    make.visit(household, world.campaign, world.cell, outcome="declined")
    assert stands() == OfficeState.HANDED_OVER, "no visit moves it"


def test_no_amount_of_money_has_a_place() -> None:
    names = {field.name for model in (Delivery, Milestone) for field in model._meta.concrete_fields}
    assert not [name for name in names if any(part in name for part in ("amount", "money", "sum", "price"))]
