"""The tree from the superior's order to the unit's task: what is missing at each level, and who owes it."""

import datetime
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.cascade import Branch, trees
from campaigns.models import CampaignClosed, Document, DocumentRecipient, Instruction, MemberAssignment, Task
from core.models import insert_all, today
from deadlines.models import CalendarYear, DeadlineRule
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting, plan_item, recipient, superior_plan, ward_plan
from tests.query_baseline import QueryBaseline
from tests.world import World


def tree(world: World, root: Document, on: datetime.date | None = None) -> Branch:
    (found,) = trees([root], user=world.campaign_officer, on=on or today())
    return found


def owed(share: object) -> list[str]:
    return [one.unit for one in share.owed]  # type: ignore[attr-defined]


@pytest.fixture
def chain(world: World) -> tuple[Document, Document]:
    parent = superior_plan(world, symbol="90-KH/QU")
    return parent, ward_plan(world, symbol="82-KH/ĐU", carries_out=parent)


def test_resolutions_are_siblings_below_the_plan_and_not_a_chain(world: World, chain: tuple) -> None:
    parent, own = chain
    for unit in (world.cell, world.other_cell):
        answer = make.document(world.campaign, unit, carries_out=own, symbol=f"0{unit.pk}-NQ/CB")
        recipient(own, unit, answered_by=answer)
    found = tree(world, parent)
    (branch,) = found.children
    assert (branch.document, branch.children) == (own, [])
    assert [row.unit for row in branch.answers] == [world.cell, world.other_cell]
    assert (branch.resolutions.done, branch.resolutions.total, branch.resolutions.is_whole) == (2, 2, True)


def test_who_owes_a_resolution_is_named_and_late_after_its_day(world: World, chain: tuple) -> None:
    _parent, own = chain
    recipient(own, world.cell, due_on=days_ago(1))
    recipient(own, world.other_cell, due_on=today())
    recipient(own, world.front, must_issue_resolution=False)
    share = tree(world, own).resolutions
    assert (share.done, share.total) == (0, 2)
    assert [one.unit for one in share.late] == [world.cell.name]
    assert [one.unit for one in share.waiting] == [world.other_cell.name]


def test_a_withdrawn_resolution_is_owed_again(world: World, chain: tuple) -> None:
    _parent, own = chain
    answer = make.document(world.campaign, world.cell, carries_out=own)
    recipient(own, world.cell, answered_by=answer)
    answer.withdraw(by=world.records_clerk, on=today(), reason="Sai thẩm quyền")
    assert owed(tree(world, own).resolutions) == [world.cell.name]


def test_tasks_stand_by_item_and_what_was_handed_in_is_owed_by_nobody(world: World, chain: tuple) -> None:
    _parent, own = chain
    first, second = plan_item(own), plan_item(own)
    late = make.task(world.campaign, world.cell, plan_item=first, due_on=days_ago(3))
    handed_in = make.task(world.campaign, world.other_cell, plan_item=first, due_on=days_ago(3))
    handed_in.submit(by=world.neighbour, note="Đã xong")
    done = make.task(world.campaign, world.front, plan_item=first)
    done.submit(by=world.campaign_officer)
    done.accept(by=world.leadership)
    branch = tree(world, own)
    share = branch.items[0].share
    assert (share.done, share.total, [one.unit for one in share.late]) == (1, 3, [world.cell.name])
    assert share.late[0].url == late.get_absolute_url()
    assert [one.item for one in branch.empty_items] == [second]
    assert (branch.tasks.done, branch.tasks.total) == (1, 3)


def test_a_unit_sees_its_own_tasks_only(world: World, chain: tuple, sign_in: Callable) -> None:
    parent, own = chain
    item = plan_item(own)
    make.task(world.campaign, world.cell, plan_item=item, title="Việc của chi bộ 7")
    make.task(world.campaign, world.other_cell, plan_item=item, title="Việc của chi bộ 8")
    page = sign_in(world.head).get(f"/campaigns/{world.campaign.year}/cascade/{parent.pk}/").content.decode()
    assert "Việc của chi bộ 7" in page
    assert "Việc của chi bộ 8" not in page
    assert "Nhiệm vụ của đơn vị mình" in page


def test_a_superiors_document_with_nothing_below_says_for_how_long_and_whose_turn_it_is(world: World) -> None:
    for year in sorted({today().year, days_ago(40).year}):
        CalendarYear.propose(world.ward, year, by=None)
    DeadlineRule.propose(world.ward, by=None)
    parent = superior_plan(world, dated_on=days_ago(40))
    found = tree(world, parent)
    assert (found.undone_days, found.is_undone_late) == (40, True)
    task = make.task(world.campaign, world.cell)
    Instruction.objects.create(ward=world.ward, document=parent, leader=world.leadership, text="Giao", task=task)
    branch = tree(world, parent)
    assert branch.undone_days is None
    assert branch.items[0].tasks == [task]


def test_the_register_lists_what_nothing_was_done_about_for_some_days(world: World, sign_in: Callable) -> None:
    old, young, known, carried = (superior_plan(world, dated_on=days_ago(n)) for n in (12, 9, 20, 20))
    Instruction.objects.create(ward=world.ward, document=known, leader=world.leadership, text="Để biết")
    ward_plan(world, carries_out=carried, dated_on=days_ago(5))
    client = sign_in(world.head)
    assert list(client.get("/documents/?undone=10").context["page"]) == [old]
    assert list(client.get("/documents/?undone=9").context["page"]) == [young, old]


def test_all_cells_are_asked_for_a_resolution_in_one_act(world: World, chain: tuple, sign_in: Callable) -> None:
    _parent, own = chain
    recipient(own, world.front, must_issue_resolution=False)
    client, due = sign_in(world.records_clerk), make.worked(days_ago(-10))
    asked = client.get(f"/documents/{own.pk}/expect/")
    kind = world.cell.kind
    assert f"{kind} (" in asked.content.decode()
    said = client.post(f"/documents/{own.pk}/expect/", {"kind": kind.pk, "due_on": due.strftime("%d/%m/%Y")})
    assert said.status_code == 302
    rows = {row.unit: (row.must_issue_resolution, row.due_on) for row in own.recipients.all()}
    assert rows[world.front] == (False, None)
    assert rows[world.cell] == rows[world.other_cell] == (True, due)
    assert Event.objects.about(own).filter(kind="campaigns.document.addressed").count() == 1


def test_a_resolution_is_not_due_before_the_plan(world: World, chain: tuple, sign_in: Callable) -> None:
    _parent, own = chain
    day = make.worked(own.dated_on - datetime.timedelta(days=1), -1).strftime("%d/%m/%Y")
    data = {"kind": world.cell.kind_id, "due_on": day}
    response = sign_in(world.records_clerk).post(f"/documents/{own.pk}/expect/", data)
    assert own.dated_on.strftime("%d/%m/%Y") in str(response.context["form"].errors["due_on"])
    assert not own.recipients.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        recipient(own, world.front, must_issue_resolution=False, due_on=today())


def test_a_secretary_writes_down_who_does_what(world: World, chain: tuple, sign_in: Callable) -> None:
    _parent, own = chain
    answer = make.document(world.campaign, world.cell, carries_out=own)
    row = recipient(own, world.cell, answered_by=answer)
    assert owed(tree(world, own).members) == [world.cell.name]
    client, path = sign_in(world.head), f"/documents/resolutions/{row.pk}/members/"
    lines = "- Nguyễn Văn An: phụ trách ngõ 12\n\nTrần Thị Bình : phụ trách ngõ 14"
    assert client.post(path, {"lines": lines}).status_code == 302
    assert [str(one) for one in row.assignments.all()] == [
        "Nguyễn Văn An: phụ trách ngõ 12",
        "Trần Thị Bình: phụ trách ngõ 14",
    ]
    assert tree(world, own).members.is_whole
    client.post(path, {"lines": "Trần Thị Bình: phụ trách ngõ 14\nLê Văn Cường: tổ trưởng"})
    assert [one.member for one in row.assignments.all()] == ["Trần Thị Bình", "Lê Văn Cường"]
    client.post(path, {"lines": ""})
    assert not MemberAssignment.objects.exists()


def test_a_line_without_work_is_told_with_its_number(world: World, chain: tuple, sign_in: Callable) -> None:
    _parent, own = chain
    row = recipient(own, world.cell)
    lines = "Nguyễn Văn An: phụ trách ngõ 12\nTrần Thị Bình"
    response = sign_in(world.head).post(f"/documents/resolutions/{row.pk}/members/", {"lines": lines})
    assert "Dòng 2" in str(response.context["form"].errors["lines"])
    assert "Trần Thị Bình" in response.content.decode()
    assert not MemberAssignment.objects.exists()


def test_a_unit_with_members_at_work_stays_a_recipient(world: World, chain: tuple) -> None:
    _parent, own = chain
    row = recipient(own, world.cell)
    row.assign_members(by=world.head, lines=[("Nguyễn Văn An", "phụ trách ngõ 12")])
    own.send_to(by=world.records_clerk, units=[])
    assert own.recipients.get() == row


def test_a_closed_year_shares_out_no_work(world: World, chain: tuple) -> None:
    _parent, own = chain
    row = recipient(own, world.cell)
    world.campaign.close(by=world.campaign_officer)
    row = DocumentRecipient.objects.get(pk=row.pk)
    assert not row.can_assign_members(world.head)
    with pytest.raises(CampaignClosed):
        row.assign_members(by=world.head, lines=[("Nguyễn Văn An", "phụ trách ngõ 12")])


def sixty_units(world: World, own: Document) -> None:
    units = [world.cell, world.other_cell, *(make.unit(world.ward, f"Chi bộ {n}") for n in range(9, 67))]
    for unit in units[:30]:
        recipient(own, unit, answered_by=make.document(world.campaign, unit, carries_out=own))
    for unit in units[30:]:
        recipient(own, unit, due_on=days_ago(1))
    for _n in range(10):
        item = plan_item(own)
        insert_all(
            Task,
            ward_id=world.ward.pk,
            campaign_id=world.campaign.pk,
            plan_item_id=item.pk,
            lead_unit_id=[unit.pk for unit in units],
            title="Việc thử",
            due_on=today(),
        )


def test_the_tree_of_sixty_units_and_six_hundred_tasks_takes_eight_statements_at_most(
    world: World, chain: tuple, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    parent, own = chain
    sixty_units(world, own)
    meeting(world.campaign, document=own, state="held", held_on=days_ago(40))
    with CaptureQueriesContext(connection) as captured:
        found = tree(world, parent)
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    (branch,) = found.children
    assert (branch.resolutions.done, branch.resolutions.total, branch.tasks.total) == (30, 60, 600)
    assert len(branch.resolutions.late) == 30
    assert len(asked) <= 8, asked
    cache.clear()
    path = f"/campaigns/{world.campaign.year}/cascade/"
    query_baseline.check("cascade_list", sign_in(world.campaign_officer), path)
    query_baseline.check("cascade_detail", sign_in(world.campaign_officer), f"{path}{parent.pk}/")
