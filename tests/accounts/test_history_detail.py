"""Who changed what: the page reads the triggers' rows."""

import pytest
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Membership, Unit
from core import history
from tests import factories as make


def url(row) -> str:
    return reverse("accounts:history_detail", args=["accounts", row._meta.model_name, row.pk])


@pytest.fixture
def changed(world, sign_in):
    """The cell, renamed and moved by the administrator in the admin with a reason."""
    client = sign_in(world.administrator)
    form = reverse("admin:accounts_unit_change", args=[world.cell.pk])
    values = {
        "name": "Chi bộ 7A",
        "slug": world.cell.slug,
        "kind": world.cell.kind_id,
        "valid_from": "01/01/2020",
        "valid_to": "31/12/2030",
        "history_reason": "Theo Quyết định 12",
    }
    for prefix in ("memberships", "duties", "origins"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert client.post(form, values).status_code == 302
    return world.cell


def test_who_when_why_and_which_fields(world, sign_in, changed):
    newest = history.entries(changed)[0]
    assert newest.by == world.administrator
    assert newest.reason == "Theo Quyết định 12"
    assert newest.page == reverse("admin:accounts_unit_change", args=[changed.pk])
    fields = {change.label: (change.old, change.new) for change in newest.changes}
    assert fields["Tên"] == ("Chi bộ 7", "Chi bộ 7A")
    assert fields["Ngày hết hiệu lực"] == ("", "31/12/2030")
    assert fields["Trực thuộc"] == ("Đảng ủy phường", "")
    page = sign_in(world.leadership).get(url(changed)).content.decode()
    for words in ("Chi bộ 7A", "Theo Quyết định 12", world.administrator.full_name):
        assert words in page


def test_the_admin_shows_the_same(world, sign_in, changed):
    page = sign_in(world.administrator).get(reverse("admin:accounts_unit_history", args=[changed.pk]))
    assert "Theo Quyết định 12" in page.content.decode()


def test_values_are_words(world):
    entry = history.entries(Membership.objects.get(user=world.head))[0]
    shown = {change.label: change.new for change in entry.changes}
    assert str(Role.UNIT_HEAD.label) in shown.values()
    assert world.head.full_name in shown.values()
    assert entry.by is None


def test_an_encrypted_field_stays_hidden(world, monkeypatch):
    monkeypatch.setattr(Unit._meta.get_field("name"), "is_encrypted", True, raising=False)
    shown = {change.new for change in history.entries(world.cell)[0].changes}
    assert history.HIDDEN in shown
    assert "Chi bộ 7" not in shown


def test_a_password_is_not_in_the_history(world):
    world.head.give_one_time_password(by=world.administrator)
    labels = {str(change) for entry in history.entries(world.head) for change in entry.changes}
    assert not any("pbkdf2" in words or "md5" in words for words in labels)


@pytest.mark.parametrize("path", ["accounts/nothing/1", "nowhere/unit/1", "accounts/accesslog/1", "sessions/session/1"])
def test_what_has_no_history_is_not_there(world, sign_in, path):
    assert sign_in(world.administrator).get(f"/history/{path}/").status_code == 404


def test_cost_does_not_grow_with_the_changes(world, sign_in, query_baseline):
    def change_ten_times():
        for n in range(10):
            world.cell.name = f"Chi bộ 7 lần {n}"
            world.cell.parent = make.unit(world.ward)
            world.cell.save()

    query_baseline.assert_flat(sign_in(world.administrator), url(world.cell), change_ten_times)
