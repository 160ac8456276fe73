"""Every admin page of accounts opens, shows one ward, and costs the same with more rows."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AccessLog, AccessRequest, Duty, Membership, SavedView, Unit, UnitMerger, UnitSuccession
from clearance.models import Household, Project
from core.models import today
from tests import factories as make

FORMSETS = ["memberships", "duties", "origins"]
MODELS = [model for model in apps.get_app_config("accounts").get_models() if admin.site.is_registered(model)]


@pytest.fixture
def office(world, sign_in):
    UnitSuccession.objects.create(ward=world.ward, predecessor=world.cell, successor=world.other_cell, on="2024-01-01")
    merging = {"units": [world.cell, world.other_cell], "on": today()}
    UnitMerger(ward=world.ward).prepare(by=world.administrator, into=world.cell, **merging)
    AccessLog.objects.note(user=world.leadership, subject=world.cell)
    AccessRequest.begun("password", world.head, by=world.administrator).ask(by=world.administrator)
    view = {"page": "/tasks/", "query": "state=late", "name": "Việc trễ", "is_first": True}
    SavedView.keep(by=world.head, ward=world.ward, **view)
    return sign_in(world.administrator)


def page(model, view, *args):
    return reverse(f"admin:accounts_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_list_and_form_open(office, model):
    assert office.get(page(model, "changelist")).status_code == 200
    assert office.get(page(model, "changelist"), {"q": "chi bo"}).status_code == 200
    row = admin.site.get_model_admin(model).model._default_manager.order_by("pk").first()
    assert office.get(page(model, "change", row.pk)).status_code == 200


def test_search_needs_no_marks(office):
    assert "Chi bộ 7" in office.get(page(Unit, "changelist"), {"q": "chi bo"}).content.decode()
    assert "Chi bộ 7" in office.get(page(Unit, "changelist"), {"q": "Chi bộ"}).content.decode()


def test_another_wards_row_is_not_there(office, world):
    theirs = make.unit(world.other_ward, "Đơn vị nơi khác")
    assert "Đơn vị nơi khác" not in office.get(page(Unit, "changelist")).content.decode()
    assert office.get(page(Unit, "change", theirs.pk)).status_code == 302


def test_autocomplete_offers_the_ward_only(office, world):
    query = {"app_label": "accounts", "model_name": "duty", "field_name": "unit", "term": "dang uy"}
    names = [row["text"] for row in office.get(reverse("admin:autocomplete"), query).json()["results"]]
    assert names == ["Đảng ủy phường"]


def test_saved_row_belongs_to_the_ward_and_keeps_the_reason(office, world):
    values = {"code": "records", "unit": world.government.pk, "valid_from": "01/02/2024", "history_reason": "QĐ 12"}
    assert office.post(page(Duty, "add"), values).status_code == 302
    duty = Duty.objects.get(code="records")
    assert duty.ward == world.ward
    assert duty.history.get().pgh_context.metadata["reason"] == "QĐ 12"


def test_overlap_is_told_in_the_form(office, world):
    values = {"code": "mobilization_office", "unit": world.government.pk, "valid_from": "01/02/2024"}
    shown = office.post(page(Duty, "add"), values)
    assert shown.status_code == 200
    assert "errornote" in shown.content.decode()


def test_another_wards_unit_can_not_be_chosen(office, world):
    theirs = make.unit(world.other_ward)
    values = {"code": "records", "unit": theirs.pk, "valid_from": "01/02/2024"}
    assert office.post(page(Duty, "add"), values).status_code == 200


def test_lists_and_forms_cost_the_same_with_more_rows(office, world, query_baseline):
    def add_rows():
        for _n in range(10):
            make.member(make.unit(world.ward, parent=world.committee), Role.UNIT_HEAD)
            make.member(world.cell, Role.FIELD_MEMBER)

    make.member(world.cell, Role.FIELD_MEMBER)
    make.unit(world.ward, parent=world.committee)
    query_baseline.assert_flat(office, page(Unit, "changelist"), add_rows)
    query_baseline.assert_flat(office, page(Membership, "changelist"), add_rows)
    query_baseline.assert_flat(office, page(Unit, "change", world.cell.pk), add_rows)


def test_logs_are_read_only(office):
    log = AccessLog.objects.get()
    assert office.post(page(AccessLog, "change", log.pk), {"reason": "x"}).status_code == 403
    assert office.get(page(AccessLog, "add")).status_code == 403


@pytest.mark.parametrize("role", [Role.CAMPAIGN_OFFICER, Role.LEADERSHIP])
def test_others_do_not_enter(world, sign_in, role):
    assert sign_in(world.people[role]).get(reverse("admin:index"), follow=True).status_code == 403


def test_an_address_left_empty_is_made_from_the_name_and_is_free(office, world):
    kind = make.kind(world.ward)
    values = {"kind": kind.pk, "name": "Tổ dân phố Ươm Ơ", "slug": "", "valid_from": "1/2/2024"}
    values |= {f"{prefix}-{form}_FORMS": 0 for prefix in FORMSETS for form in ("TOTAL", "INITIAL")}
    for slug in ("to-dan-pho-uom-o", "to-dan-pho-uom-o-2"):
        assert office.post(page(Unit, "add"), values).status_code == 302
        assert Unit.objects.filter(ward=world.ward, slug=slug).exists(), slug
    assert office.post(page(Unit, "add"), values | {"name": "Đồng Đảng"}).status_code == 302
    assert Unit.objects.filter(slug="dong-dang", ward=world.ward).exists()


def test_a_day_that_no_calendar_has_is_refused_with_a_sentence(office, world):
    values = {"code": "records", "unit": world.government.pk, "valid_from": "01/02/2024", "valid_to": "31/12/9999"}
    assert "1900" in office.post(page(Duty, "add"), values).content.decode()


def test_who_can_not_delete_a_unit_learns_nothing_of_households(office, world):
    undertaking = make.undertaking(world.campaign)
    project = Project.objects.create(
        ward=world.ward, undertaking=undertaking, name="Dự án", slug="du-an", shape="line", host=world.government
    )
    household = Household.objects.create(
        ward=world.ward, project=project, number=77, address_line="Ngõ 5", residential_group=world.team
    )
    shown = office.get(page(Unit, "delete", world.team.pk)).content.decode()
    assert str(household) not in shown
