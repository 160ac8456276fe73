"""Two projects as wards have had them, entered by file alone: 58 households of which 26 handed their land over, and 367
without an approved plan, of which 153 signed the inventory, 185 were met and did not yet, and 29 were not reached."""

import csv
import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from clearance.choices import Outreach
from clearance.figures import visits_in_words
from clearance.models import Household, Milestone, Project, Visit
from core.figures import Scope, get_figure
from core.models import today
from intake.models import Batch
from notifications.engine import jobs
from reports import exports
from reports.narrative import compose
from tests.clearance import factories as make
from tests.intake import files
from tests.reports.factories import report as make_report
from tests.reports.test_exports import entered
from tests.world import World

pytestmark = pytest.mark.django_db
HOUSEHOLDS = ["Số hộ", "Họ và tên chủ hộ", "Địa chỉ", "Đợt", "Điện thoại", "Số định danh", "Tổ vận động"]
MILESTONES = ["Số hộ", "Mốc", "Ngày", "Văn bản"]
VISITS = ["Số hộ", "Ngày", "Giờ", "Tổ vận động", "Cùng đi", "Mục đích", "Gặp ai"]


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def bring(client: Client, code: str, project: Project, rows: list[list[Any]]) -> Batch:
    """From the page of the project to the last row taken over, as a person does it."""
    address = f"{reverse('intake:batch_new', args=[code])}?for={project.pk}"
    assert client.get(address).status_code == 200
    sent = client.post(address, {"file": files.upload(files.xlsx(rows), f"{code}.xlsx")})
    assert sent.status_code == 302
    batch = Batch.objects.latest("pk")
    jobs.run_all(10)
    batch.refresh_from_db()
    files.answer_questions(client, batch, {})
    jobs.run_all(10)
    batch.refresh_from_db()
    assert (batch.state, batch.wrong_count) == ("checked", 0), list(batch.messages.values_list("row", "text")[:5])
    client.post(reverse("intake:batch_take", args=[batch.pk]))
    jobs.run_all(10)
    batch.refresh_from_db()
    assert (batch.state, batch.new_count) == ("done", len(rows) - 1)
    return batch


def households(count: int, team: str, batch: str = "") -> list[list[Any]]:
    rows = [
        [n, f"Nguyễn Văn Mẫu {n}", f"Số {n}, đường Thử", batch, f"09120{n:05}", f"001099{n:06}", team]
        for n in range(1, count + 1)
    ]
    return [HOUSEHOLDS, *rows]


def handed_over(world: World, client: Client) -> Project:
    """58 households; the first 26 were inventoried, approved, paid and handed over."""
    project = make.project(world.campaign, world.superior, name="Mở rộng đường thử", slug="duong-thu")
    project.batches.create(ward=world.ward, number=1)
    bring(client, "households", project, households(58, world.cell.name, "Đợt 1"))
    done = [
        [n, kind, day, f"Biên bản {n}/BB"]
        for n in range(1, 27)
        for kind, day in (
            ("Đã kiểm kê", f"{ago(60):%d/%m/%Y}"),
            ("Đã phê duyệt phương án", ago(40)),
            ("Đã chi trả", ago(20)),
            ("bàn giao mặt bằng", ago(10)),
        )
    ]
    bring(client, "milestones", project, [MILESTONES, *done])
    bring(
        client,
        "visits",
        project,
        [VISITS, *([n, ago(70), "18h30", "", world.superior.name, "Vận động", "Chủ hộ"] for n in range(1, 59))],
    )
    return project


def without_approval(world: World, client: Client) -> Project:
    """367 households: 153 signed the inventory, 185 were met and did not, 29 have moved away."""
    project = make.project(world.campaign, world.superior, name="Đường lớn thử", slug="duong-lon-thu")
    bring(client, "households", project, households(367, world.team.name))
    bring(client, "milestones", project, [MILESTONES, *([n, "Kiểm đếm", ago(30), ""] for n in range(1, 154))])
    went = [[n, ago(45), "", "", "", "Giải thích chính sách", "Gặp chủ hộ"] for n in range(1, 339)]
    went += [[n, ago(45), "", "", "", "Giải thích chính sách", "Đã chuyển đi"] for n in range(339, 368)]
    bring(client, "visits", project, [VISITS, *went])
    return project


def listed(client: Client, project: Project, query: str) -> int:
    page = client.get(reverse("clearance:household_list", args=[project.slug]) + query)
    return page.context["page"].paginator.count


def figures(world: World, project: Project, user: User) -> dict[str, int | None]:
    scope = Scope(world.ward, world.campaign, user=user)
    names = ("households", "households_visited", "households_met", "households_not_met", "households_inventoried")
    names += ("households_paid", "households_handed_over", "handed_before_paid", "handed_voluntarily")
    parts = {name: get_figure(f"clearance.{name}.by_project").value(scope, today()).parts for name in names}
    return {name.removeprefix("households_"): of[project.slug].value for name, of in parts.items()}


def exported(project: Project, user: User, query: str) -> list[list[str]]:
    def write(found: Any, request: Any) -> Any:
        return exports.write(found, request, kind="csv", reason="")

    content, _name, _count = exports.ask(
        reverse("clearance:household_list", args=[project.slug]), query, entered(user), write
    )
    with content:
        return list(csv.reader(io.StringIO(content.read().decode("utf-8-sig"))))


def test_58_households_of_which_26_handed_over(world: World, client: Client) -> None:
    project = handed_over(world, client)
    assert figures(world, project, world.clearance_officer) == {
        "households": 58,
        "visited": 58,
        "met": 58,
        "not_met": 0,
        "inventoried": 26,
        "paid": 26,
        "handed_over": 26,
        "handed_before_paid": 0,
        "handed_voluntarily": 26,
    }
    asked = {
        "?reached=handed_over": 26,
        "?office=land_handed_over": 26,
        "?office=not_inventoried": 32,
        "?outreach=met": 58,
        "?unpaid=1": 0,
        f"?batch={project.batches.get().pk}": 58,
    }
    assert {query: listed(client, project, query) for query in asked} == asked
    page = client.get(project.get_absolute_url())
    text = page.content.decode()
    for name, value in (("handed", 26), ("paid", 26), ("households", 58)):
        assert page.context["counts"][name].value == value
        assert listed(client, project, "?" + page.context["counts"][name].url.partition("?")[2]) == value
    assert "<small>/58</small>" in text.replace("\n", "").replace(" ", "")
    rows = exported(project, world.clearance_officer, "office=land_handed_over")
    assert [row.count("Đã bàn giao mặt bằng") for row in rows[-26:]] == [1] * 26
    scope = Scope(world.ward, world.campaign, user=world.clearance_officer)
    report = " ".join(run.text for part in compose(make_report(world), scope).paragraphs for run in part.runs)
    assert re.search(r"58 hộ.*26 hộ.*26 hộ", report)
    file = client.get(reverse("clearance:household_detail", args=[project.slug, 5])).content.decode()
    assert "Biên bản 5/BB" in file
    assert re.search(rf"{ago(70):%d/%m}(/{ago(70):%Y})?, 18:30", file), "of another year the year is told"
    assert world.superior.name in file


def test_367_households_without_an_approved_plan(world: World, client: Client) -> None:
    project = without_approval(world, client)
    found = figures(world, project, world.clearance_officer)
    expected = {"households": 367, "visited": 367, "met": 338, "not_met": 29, "inventoried": 153, "paid": 0}
    assert found == expected | {"handed_over": 0, "handed_before_paid": 0, "handed_voluntarily": 0}
    asked = {
        "?office=inventory_done": 153,
        "?office=not_inventoried&outreach=met": 185,
        "?outreach=unreachable": 29,
        "?visited=1&met=0": 29,
        "?team=" + world.team.slug: 367,
    }
    assert {query: listed(client, project, query) for query in asked} == asked
    assert len(exported(project, world.clearance_officer, "outreach=unreachable")) >= 30
    page = client.get(project.get_absolute_url())
    assert page.context["counts"]["inventoried"].value == 153
    marks = [square.get("mark") for square in page.context["squares"]]
    assert marks.count(Outreach.UNREACHABLE) == 29
    assert page.context["visits_each"] == visits_in_words({"mean": 1, "p95": 1, "most": 1})
    file = client.get(reverse("clearance:household_detail", args=[project.slug, 153])).content.decode()
    assert f"{ago(45):%d/%m}" in file
    assert "00:00" not in file, "a time that nobody wrote down is not made up"


def test_what_was_brought_is_known_again_and_taken_back_as_void(world: World, client: Client) -> None:
    project = make.project(world.campaign, world.superior, slug="nho-thu")
    bring(client, "households", project, households(4, world.cell.name))
    rows = {
        "milestones": [MILESTONES, *([n, "Đã chi trả", ago(9), ""] for n in range(1, 5))],
        "visits": [VISITS, *([n, ago(9), "", "", "", "Giao giấy mời", "Vắng nhà"] for n in range(1, 5))],
    }
    for code, table in rows.items():
        batch = bring(client, code, project, table)
        again = files.bring(client, code, table, target=project.pk)
        assert (again.known_count, again.new_count) == (4, 0)
        shown = client.get(reverse("intake:batch_rows", args=[batch.pk])).content.decode()
        assert shown.count(f"/{project.slug}/households/") == 4
    assert set(Household.objects.filter(project=project).values_list("outreach", flat=True)) == {"in_contact"}
    for code, model in (("milestones", Milestone), ("visits", Visit)):
        batch = Batch.objects.filter(kind=code, state="done").latest("pk")
        assert files.act(client, batch, "take_back") == "withdrawn"
        kept = model.objects.filter(household__project=project)
        assert {row.void_reason for row in kept} == {"Danh sách đã nhập bị rút lại"}
        assert {row.void_by for row in kept} == {world.clearance_officer}
        bring(client, code, project, rows[code])  # it may come again, mended
    assert not Visit.objects.valid().filter(household__project=project).exclude(received_at__date=today()).exists()
    assert set(Household.objects.filter(project=project).values_list("outreach", flat=True)) == {"in_contact"}
