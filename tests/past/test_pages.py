"""Every page of a past day shows the same before and after a day of edits, and says which question it answers."""

import datetime
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from beautification.choices import Exactness
from beautification.models import Cleanup
from campaigns.models import Campaign, Document, Task
from clearance import actions
from clearance.models import Household, Visit
from core import past
from core.models import today
from models_registry.models import ContestEntry, MobilizationModel
from publicity.models import Article
from tests.beautification import factories as streets
from tests.past.ageing import age
from tests.past.life import ago
from tests.world import World

CHANGING = re.compile(
    r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>|nonce="[^"]*"|<aside class="dv-side".*?</aside>|'
    r'<nav class="dv-tabs".*?</nav>|<header class="dv-top".*?</header>|\b\d\d:\d\d\b',
    re.DOTALL,
)


def shown(client: Client, address: str) -> str:
    """What the page says, without what is of today on every page: the menu with its counts."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return CHANGING.sub("", response.content.decode())


def first_difference(old: str, new: str) -> tuple[str, str]:
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return old[at - 150 : at + 150], new[at - 150 : at + 150]


def closed_clean_up(campaign: Campaign) -> Cleanup:
    return Cleanup.objects.of_campaign(campaign).filter(state="done", on__lt=ago(30)).latest("on")


def pages(campaign: Campaign) -> list[str]:
    """Lists, boards and pages of single rows."""
    row = {
        "task": Task.objects.filter(campaign=campaign, state="doing").first(),
        "model": MobilizationModel.objects.filter(campaign=campaign, state="active").first(),
        "clean-up": closed_clean_up(campaign),
        "plan": Document.objects.ward_plan(campaign, today()),
    }
    unit = row["task"].lead_unit
    project = Household.objects.filter(project__undertaking__foci__campaign=campaign).first().project
    lists = [
        "/",
        "/reports/figures/",
        "/tasks/",
        "/models/",
        "/cleanups/?state=done",
        "/briefings/",
        "/articles/",
        "/documents/resolutions/",
    ]
    lists += [f"/units/{unit.slug}/", project.get_absolute_url(), f"{project.get_absolute_url()}households/?visited=1"]
    return [*lists, *(one.get_absolute_url() for one in row.values() if one)]


def a_day_of_edits(campaign: Campaign, officer: User) -> None:
    """Through the verbs that people use, and once past them all."""
    MobilizationModel.objects.filter(campaign=campaign, subject="collective").exclude(state="draft").update(
        subject="individual", person_name="Nguyễn Thị Hoa"
    )
    for task in Task.objects.filter(campaign=campaign, state__in=["assigned", "acknowledged", "doing"])[:3]:
        task.edit(by=officer, helpers=[], title=f"{task.title} (mới)", due_on=ago(60))
    for task in Task.objects.filter(campaign=campaign, state__in=["assigned", "doing"])[:2]:
        task.cancel(by=officer, reason="Thôi")
    model = MobilizationModel.objects.filter(campaign=campaign, state="active").first()
    model.withdraw(by=officer, reason="Thôi")
    cleanup = closed_clean_up(campaign)
    cleanup.reopen(by=officer, reason="Đếm thiếu")
    cleanup.count(counts={None: 30})
    entry = ContestEntry.objects.filter(contest__campaign=campaign).first()
    entry.title = "Tên bài khác"
    entry.save_details(by=officer)
    article = Article.objects.filter(campaign=campaign, state="published").first()
    article.retire(by=officer, reason="Sai")
    plan = Document.objects.ward_plan(campaign, today())
    plan.edit(by=officer, summary="Trích yếu khác")
    street = cleanup.street
    street.edit(campaign=campaign, by=officer, residential_groups=[], name="Phố đổi tên")


@pytest.fixture
def demonstration(db: None) -> Campaign:
    """The demonstration ward, entered a hundred days ago."""
    call_command("demonstration", stdout=StringIO())
    age(100)
    return Campaign.objects.open().get()


@pytest.mark.slow
def test_a_day_of_edits_changes_no_page_of_a_past_day(demonstration: Campaign, sign_in: Callable) -> None:
    campaign, officer = demonstration, User.objects.get(username="dieuphoi")
    client, day = sign_in(User.objects.get(username="lanhdao")), ago(30)
    asked = pages(campaign)
    addresses = [
        f"{page}{'&' if '?' in page else '?'}on={day}{known}" for page in asked for known in ("", f"&known={day}")
    ]
    before = {address: shown(client, address) for address in addresses}
    a_day_of_edits(campaign, officer)
    visit = Visit.objects.filter(household__project__undertaking__foci__campaign=campaign, void_at=None).latest("pk")
    after = {address: shown(client, address) for address in addresses}
    changed = [address for address in addresses if before[address] != after[address]]
    assert not changed, [first_difference(before[address], after[address]) for address in changed]
    actions.void_visit(visit, by=officer, campaign=campaign, reason="nhầm hộ")
    as_known = [address for address in addresses if "known" in address]
    changed = [address for address in as_known if before[address] != shown(client, address)]
    assert not changed, "what was known stands also when a visit is declared void"


@pytest.mark.django_db
def test_a_page_of_a_past_day_says_which_question_it_answers_and_leads_on_with_it(
    world: World, sign_in: Callable
) -> None:
    row = streets.done(streets.street(world), ago(15), 98, exactness=Exactness.NEARLY)
    age(14)
    client, day = sign_in(world.campaign_officer), ago(10)
    known = client.get(f"/cleanups/?state=done&on={day}&known={day}").content.decode()
    assert f"Số liệu như đã biết ngày {day:%d/%m/%Y}" in known
    assert f'{row.get_absolute_url()}?on={day}&amp;known={day}"' in known
    assert f'<input type="hidden" name="known" value="{day}">' in known
    corrected = client.get(f"/cleanups/?state=done&on={day}").content.decode()
    assert "tính cả đính chính sau đó" in corrected
    assert f'{row.get_absolute_url()}?on={day}"' in corrected
    figures = client.get(f"/reports/figures/?on={day}&known={day}").content.decode()
    assert f"known={day}" in figures
    assert "Số liệu như đã biết" not in client.get("/cleanups/").content.decode()


@pytest.mark.django_db
def test_an_estimate_is_said_wherever_the_closing_is(world: World, sign_in: Callable) -> None:
    row = streets.cleanup(streets.street(world), ago(3), state="open")
    row.count(counts={None: 98}, exactness=Exactness.NEARLY, source="estimate")
    client = sign_in(world.campaign_officer)
    assert "gần 98" in client.get(row.url_of("close")).content.decode()
    row.close(by=world.campaign_officer)
    for page in (row.get_absolute_url(), row.street.get_absolute_url(), "/cleanups/", "/"):
        text = re.sub(r"<[^>]+>", " ", client.get(page).content.decode())
        numbers = re.findall(r"(\S+)\s+98\b", text)
        assert numbers, page
        assert set(numbers) == {"gần"}, page


@pytest.mark.django_db
def test_nothing_is_changed_on_a_page_of_a_past_day(world: World, sign_in: Callable) -> None:
    row = streets.done(streets.street(world), ago(15), 98)
    age(14)
    page = sign_in(world.campaign_officer).get(f"{row.get_absolute_url()}?known={ago(10)}").content.decode()
    assert row.url_of("reopen") not in page
    assert row.url_of("reopen") in sign_in(world.campaign_officer).get(row.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_day_that_is_none_is_not_found(world: World, sign_in: Callable) -> None:
    assert sign_in(world.campaign_officer).get("/tasks/?known=gestern").status_code == 404


@pytest.mark.django_db
def test_who_had_a_household_on_a_past_day_opens_nothing_by_it(world: World, sign_in: Callable) -> None:
    from tests.clearance import factories as clearance

    project = clearance.project(world.campaign, world.superior)
    household = clearance.household(project, world.campaign, world.team)
    age(20)
    client = sign_in(world.field_member)
    address = f"{household.get_absolute_url()}?known={ago(5)}"
    assert client.get(address).status_code == 200
    household.assign(world.cell, by=world.clearance_officer, campaign=world.campaign)
    for read in ("", f"?on={ago(5)}", f"?known={ago(5)}"):
        assert client.get(f"{household.get_absolute_url()}{read}").status_code == 404, read


@pytest.mark.django_db
def test_a_list_of_a_past_day_names_who_spoke_for_a_household_and_whose_it_was(world: World, sign_in: Callable) -> None:
    from tests.clearance import factories as clearance

    project = clearance.project(world.campaign, world.superior)
    household = clearance.household(project, world.campaign, world.team)
    Household.objects.filter(pk=household.pk).get().correct_name(
        by=world.clearance_officer, campaign=world.campaign, name="Đỗ Văn Ước"
    )
    age(20)
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    household.represent(**by, on=today(), party=None, name="Nguyễn Thị Lành")
    household.assign(None, **by)
    client, rows = sign_in(world.clearance_officer), f"/clearance/projects/{project.slug}/households/"

    def listed(query: str) -> list[tuple[str, str | None]]:
        return [(row.name, row.team_name) for row in client.get(rows + query).context["page"]]

    assert listed("") == [("Nguyễn Thị Lành", None)]
    for day in (5, 25):  # before the file was entered, its first person is the one to name
        assert listed(f"?on={ago(day)}")[0][0] == "Đỗ Văn Ước", day
    for read in (f"on={ago(5)}", f"known={ago(5)}"):
        assert listed(f"?{read}") == [("Đỗ Văn Ước", world.team.name)], read
        assert listed(f"?{read}&team=none") == [], read
        page = client.get(f"{household.get_absolute_url()}?{read}").content.decode()
        assert "<h1>1. Đỗ Văn Ước</h1>" in page.replace("\n", ""), read
    assert listed("?team=none") == [("Nguyễn Thị Lành", None)]


@pytest.mark.django_db
def test_a_document_restricted_today_is_closed_on_every_day(world: World, sign_in: Callable) -> None:
    from tests import factories as base

    document = base.document(world.campaign, world.committee, dated_on=ago(20))
    age(19)
    Document.objects.filter(pk=document.pk).update(is_restricted=True)
    client = sign_in(world.head)
    for read in ("", f"?on={ago(5)}", f"?known={ago(5)}"):
        assert client.get(f"{document.get_absolute_url()}{read}").status_code == 404, read


def test_today_is_no_past() -> None:
    with past.reading(on=today(), known=today() + datetime.timedelta(days=1)) as read:
        assert not read.is_past
