"""From an empty portal to the first registered model through the pages alone: no dead end on the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Unit, UnitKind, User
from campaigns.models import Campaign
from core.models import today
from models_registry.models import MobilizationModel, OfficialField, ThemeField
from tests import factories as make

FIRST = "01/01/2020"


def person(client: Client, username: str, *places: tuple[Unit, str]) -> User:
    """Added in the admin by whoever is signed in, with roles in units of the ward where there is one."""
    data: dict[str, Any] = {"username": username, "full_name": username.title(), "language": "vi", "is_active": "on"}
    data |= {"memberships-TOTAL_FORMS": len(places), "memberships-INITIAL_FORMS": 0}
    for i, (unit, role) in enumerate(places):
        row = f"memberships-{i}"
        data |= {f"{row}-unit": unit.pk, f"{row}-role": role, f"{row}-valid_from": FIRST}
    assert client.post(reverse("admin:accounts_user_add"), data).status_code == 302
    return User.objects.get(username=username)


def enter(host: Client, someone: User) -> Client:
    """With the one-time password from the page, and a password of one's own."""
    page = host.post(reverse("accounts:one_time_password", args=[someone.pk]))
    assert page.status_code == 200
    client = Client()
    first, own = page.context["password"], "mot-mat-khau-rieng-2026"
    client.post(reverse("account_login"), {"login": someone.username, "password": first})
    change = {"oldpassword": first, "password1": own, "password2": own}
    assert client.post(reverse("account_change_password"), change).status_code == 302
    return client


def added(client: Client, model: str, **data: Any) -> None:
    response = client.post(reverse(f"admin:{model}_add"), data)
    assert response.status_code == 302, response.context["errors"]


@pytest.mark.slow
def test_from_an_empty_portal_to_the_first_registered_model(db: None, sign_in: Callable) -> None:
    host = sign_in(make.user(is_superuser=True))
    administrator = person(host, "quan.tri")
    ward = {"name": "Phường Mới", "slug": "phuong-moi", "valid_from": FIRST, "office": "Văn phòng Đảng ủy"}
    added(host, "accounts_ward", **ward, administrator=administrator.pk)
    office = Unit.objects.get()

    admin = enter(host, administrator)
    added(admin, "accounts_unitkind", code="chi-bo", label="Chi bộ", branch="party", order=1)
    inlines = {f"{name}-{form}_FORMS": 0 for name in unit_inlines(admin) for form in ("TOTAL", "INITIAL")}
    kind = UnitKind.objects.get(code="chi-bo")
    added(admin, "accounts_unit", kind=kind.pk, name="Chi bộ 1", slug="chi-bo-1", valid_from=FIRST, **inlines)
    cell = Unit.objects.get(slug="chi-bo-1")
    officer = enter(admin, person(admin, "can.bo", (office, Role.CAMPAIGN_OFFICER)))
    head = enter(admin, person(admin, "bi.thu", (cell, Role.UNIT_HEAD)))

    assert reverse("campaigns:campaign_new") in officer.get("/models/").content.decode()
    year = today().year
    days = {"opens_on": f"01/01/{year}", "closes_on": f"31/12/{year}"}
    assert officer.post("/campaigns/new/", {"year": year, "theme": "Năm Dân vận khéo", **days}).status_code == 302
    assert officer.post(f"/campaigns/{year}/open/").status_code == 302
    campaign = Campaign.objects.get()

    page = head.get("/models/new/").content.decode()
    assert 'data-nothing="theme_field"' in page
    assert str(Role.ADMINISTRATOR.label) in page
    page = admin.get(reverse("admin:models_registry_themefield_add"))
    assert page.status_code == 200
    added(admin, "models_registry_officialfield", code="kinh-te", label="Kinh tế", valid_from=FIRST)
    official = OfficialField.objects.get()
    field = {"code": "kinh-te", "label": "Kinh tế", "order": 1, "official_field": official.pk}
    added(admin, "models_registry_themefield", campaign=campaign.pk, **field)

    page = head.get("/models/new/").content.decode()
    assert not re.search('data-nothing="(theme_field|unit)"', page)
    whole = {
        "title": "Ngõ 45 tự quản",
        "theme_field": ThemeField.objects.get().pk,
        "subject": "collective",
        "unit": cell.pk,
        "contact": "Bí Thư",
        "approach": "12 hộ ký cam kết",
        "origin": "new",
        "targets-TOTAL_FORMS": "1",
        "targets-0-name": "Hộ ký cam kết",
        "targets-0-target": "12",
        "targets-0-unit_of_measure": "hộ",
        "targets-0-due_on": f"31/12/{year}",
    }
    head.post("/models/new/", whole | {"send": "1"})
    model = MobilizationModel.objects.get()
    assert model.state == "submitted"
    assert model.review_url in officer.get("/models/").content.decode()


def unit_inlines(client: Client) -> list[str]:
    page = client.get(reverse("admin:accounts_unit_add"))
    return [formset.formset.prefix for formset in page.context["inline_admin_formsets"]]
