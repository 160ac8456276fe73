"""Who changed what in the whole ward: from all histories, in words, and nothing of personal files."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Unit
from core import changes
from core.models import today
from tests import factories as make
from tests.clearance import factories as clearance

URL = reverse("accounts:change_list")


def keys(world, **asked):
    return changes.newest(changes.Asked(world.ward.pk, **asked))


def told(world, user, **asked):
    return changes.lines(keys(world, **asked)[: changes.SHOWN], user, world.ward.pk)


def test_who_changed_what_in_words(world, sign_in):
    head = sign_in(world.administrator)
    form = reverse("admin:accounts_unit_change", args=[world.cell.pk])
    values = {"name": "Chi bộ 7A", "slug": world.cell.slug, "kind": world.cell.kind_id, "valid_from": "01/01/2020"}
    values |= {"history_reason": "Theo Quyết định 12"}
    for prefix in ("memberships", "duties", "origins"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert head.post(form, values).status_code == 302
    page = sign_in(world.leadership).get(URL).content.decode()
    for words in ("Chi bộ 7A", "Theo Quyết định 12", world.administrator.full_name, "Tên: Chi bộ 7 →"):
        assert words in page
    line = next(line for line in told(world, world.leadership) if line.reason)
    assert line.by == world.administrator
    assert line.url == reverse("accounts:history_detail", args=["accounts", "unit", world.cell.pk])


def test_every_row_of_every_history_is_told_once_however_the_pages_fall(world):
    for _n in range(70):
        make.unit(world.ward)
    found, before = [], None
    while page := keys(world, before=before):
        found += page[: changes.SHOWN]
        before = page[: changes.SHOWN][-1]
    assert len(found) == len(set(found))
    in_tables = {
        (place, pk)
        for place, history in enumerate(changes.histories())
        for pk in history._base_manager.filter(ward=world.ward).values_list("pk", flat=True)
    }
    assert {(key.place, key.event) for key in found} == in_tables
    assert found == sorted(found, reverse=True)
    assert all(changes.Key.read(str(key)) == key for key in found)


def test_narrowed_to_a_day_a_person_and_a_part(world, sign_in):
    Unit.objects.filter(pk=world.cell.pk).update(name="Chi bộ 7 ghép")
    client = sign_in(world.administrator)
    assert keys(world, area="accounts")
    assert not [
        key for key in keys(world, area="accounts") if changes.histories()[key.place]._meta.app_label != "accounts"
    ]
    for query, there in (
        ({"day": f"{today():%d/%m/%Y}"}, True),
        ({"day": f"{today() - datetime.timedelta(days=1):%d/%m/%Y}"}, False),
        ({"person": world.administrator.pk}, False),
        ({"area": "accounts"}, True),
        ({"area": "reports"}, False),
        ({"area": "no-such"}, False),
        ({"day": "32/13/2026"}, False),
        ({"before": "no key"}, True),
    ):
        page = client.get(URL, query)
        assert page.status_code == 200
        assert ("Chi bộ 7 ghép" in page.content.decode()) is there, query


def test_of_personal_files_and_rows_that_the_reader_may_not_see_the_kind_alone_is_told(world):
    project = clearance.project(world.campaign, world.government)
    household = clearance.household(project, world.campaign, world.team)
    visit = clearance.visit(household, world.campaign, world.team)
    nouns = {str(row._meta.verbose_name) for row in (household, visit)}
    for reader in (world.administrator, world.leadership):
        lines = [line for line in told(world, reader) if line.noun in nouns]
        assert lines
        assert not any(line.changes or line.name or line.page for line in lines)
        assert any(line.url for line in lines) is (reader == world.leadership)


def test_another_ward_is_never_told(world):
    other = world.other_ward
    mine = {(key.place, key.event) for key in keys(world)}
    others = {(key.place, key.event) for key in changes.newest(changes.Asked(other.pk))}
    assert others
    assert not mine & others


def test_the_statements_do_not_grow_with_the_lines(world, sign_in):
    client = sign_in(world.administrator)

    def statements():
        client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            client.get(URL)
        return len(asked)

    few = statements()
    for _n in range(60):
        make.unit(world.ward)
    assert statements() <= few
