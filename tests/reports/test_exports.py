"""Lists go out: each list of the portal, by each role, read back as it was listed."""

import csv
import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from accounts import access
from accounts.choices import RequestKind
from accounts.models import AccessLog, AccessRequest, UnitMerger, User
from campaigns.models import DocumentRecipient, Meeting, Task, TaskSeries
from clearance.models import Obstacle, Party, Promise
from core.jobs import CanNot
from core.listing import Listed, all_tables
from core.models import today
from intake.models import Batch
from notifications.engine import jobs
from notifications.models import Job, Message
from publicity.models import ViewReading, take_over_usual
from reports import exports
from tests import factories as make
from tests.beautification import factories as streets
from tests.clearance import factories as clearance
from tests.deadlines import factories as calendars
from tests.models_registry import factories as registry
from tests.notifications import factories as messages
from tests.publicity import factories as publicity
from tests.reports import factories as written
from tests.world import World

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://x";"mở")'


@pytest.fixture
def full(world: World) -> dict[str, Any]:
    """A row at least in every list; the address of each list below a row."""
    year, now = world.campaign, datetime.datetime.now(datetime.UTC)
    make.task(year, world.cell, title=FORMULA)
    make.task(year, world.other_cell)
    plan = make.document(year, world.superior, state="issued", symbol="90-KH/QU")
    DocumentRecipient.objects.create(ward=world.ward, document=plan, unit=world.cell, must_issue_resolution=True)
    Meeting.objects.create(ward=world.ward, campaign=year, kind="dissemination", place="Nhà văn hóa")
    scene = clearance.scene(world)
    dialogue = clearance.invited_dialogue(scene["project"], year)
    clearance.visit(scene["of_cell"][0], year, world.cell, by=world.head)
    clearance.question(scene["of_cell"][0], year, world.cell)
    clearance.plot(scene["of_cell"][0], year)
    owed = {
        "ward": world.ward,
        "household": scene["of_cell"][0],
        "owner": world.cell,
        "due_on": today(),
        "text": "Giấy",
    }
    Promise(kind="paper", **owed).enter(by=None, campaign=year)
    Obstacle(reason="other", **owed).enter(by=None, campaign=year)
    clearance.grievance(world)
    clearance.privacy_request(world)
    AccessLog.objects.note(user=world.head, subject=scene["of_cell"][0], fields="name")
    street = streets.street(world)
    streets.done(street, today() - datetime.timedelta(days=2))
    streets.defect(street)
    streets.criteria(world)
    streets.assessment(street)
    registry.submitted(year, world.cell, world.head)
    registry.accepted(year, world.cell, world.head, world.campaign_officer)
    assessed = registry.self_assessed(year, world.cell, world.head, world.campaign_officer)
    registry.opened(assessed, world.campaign_officer, [world.leadership, world.neighbour])
    contest = registry.contest(year, world.campaign_officer)
    contest.share_out(by=None, required={world.cell: 2})
    registry.entry(contest, world.cell, world.head)
    article = publicity.published(year)
    ViewReading.objects.create(ward=world.ward, article=article, read_on=today(), value=12)
    publicity.airing(publicity.broadcast(year), now)
    rule = messages.rule(world, code="campaigns-task-due", source="campaigns.task.due", anchor="due_on")
    messages.message(world, rule=rule, channel="email", state="failed", words="campaigns.task.due")
    asked = {"person": world.head, "asked_by": world.administrator, "expires_at": now + datetime.timedelta(days=2)}
    AccessRequest.objects.create(ward=world.ward, kind=RequestKind.PASSWORD, reason="Quên", **asked)
    calendars.day_off(world.ward, today())
    letter = make.document(year, world.superior, state="issued", direction="in", symbol="5-CV/QU")
    letter.count_deadline(by=world.records_clerk, rule=calendars.rule(world.ward), on=letter.dated_on)
    calendars.swap(world.ward, datetime.date(2026, 8, 31), datetime.date(2026, 8, 22))
    written.report(world)
    written.superior_form(world)
    written.ward_numbers(world)
    household = scene["of_cell"][0]
    file = {"original_name": "hộ.xlsx", "mime": "x", "size": 1, "sha256": "0" * 64, "uploaded_by": world.administrator}
    lists = {"kind": "households", "target": scene["project"].pk, "state": "done", "row_count": 1, "new_count": 1}
    batch = Batch.objects.create(ward=world.ward, **file, **lists)
    batch.made.create(ward=world.ward, row=2, key=household.pk)
    publicity.up(world.ward)
    take_over_usual(world.ward, by=None)
    publicity.output(year, world.cell)
    again = TaskSeries(ward=world.ward, campaign=year, title="Báo cáo tháng", first_on=year.opens_on)
    again.plan(by=None, lead_units=[world.cell])
    merger = {"by": world.administrator, "units": [world.cell, world.other_cell], "on": today()}
    UnitMerger(ward=world.ward).prepare(into=world.cell, **merger)
    slug = scene["project"].slug
    return {
        "scene": scene,
        "clearance:household_list": [slug],
        "clearance:plot_list": [slug],
        "clearance:dialogue_list": [slug],
        "clearance:dialogue_detail": [slug, dialogue.pk],
        "campaigns:plan_list": [year.year],
        "models_registry:upward_table": ["results"],
        "reports:annex_detail": ["land"],
        "models_registry:sent_table": [registry.sent_table(year, world.leadership).pk],
        "beautification:assessment_list": [street.slug],
        "deadlines:year_detail": [today().year],
        "intake:batch_rows": [batch.pk],
    }


def entered(user: User) -> User:
    user = User.objects.get(pk=user.pk)
    access.enter(user, None)
    return user


def export(path: str, user: User, query: str = "", kind: str = "csv", reason: str = "") -> tuple[list[list[str]], int]:
    def write(listed: Listed, request: Any) -> Any:
        return exports.write(listed, request, kind=kind, reason=reason)

    content, name, count = exports.ask(path, query, entered(user), write)
    with content:
        assert name.endswith(f" {today():%d-%m-%Y}.{kind}")
        return list(csv.reader(io.StringIO(content.read().decode("utf-8-sig")))), count


ROW = {  # what each row of a list has once that is no table of rows
    "deadlines:year_detail": 'class="dv-day',
    "reports:work_list": 'class="dv-row-t"',
}


def total_of(name: str, page: Any) -> int:
    """How many rows the page says that there are, or shows."""
    if "page" in page.context:
        return page.context["page"].paginator.count
    if "total" in page.context:
        return page.context["total"]
    if name == "reports:figure_list":
        return sum(len(value.parts or [value]) for _figure, value in page.context["rows"])
    return page.content.decode().count(ROW.get(name, '<th scope="row"'))


def test_every_list_goes_out_by_every_role_as_it_is_listed(world: World, full: dict, sign_in: Callable) -> None:
    """As many rows as the page says, or a refusal; a stranger reads nothing of the ward, nobody a full name."""
    names, exported, compared = set(Party.objects.values_list("name", flat=True)), set(), set()
    for role, person in world.people.items():
        for name, table in all_tables().items():
            path = reverse(name, args=full.get(name, []))
            try:
                (head, *rows), count = export(path, person)
            except (PermissionDenied, Http404, CanNot):
                continue  # the list's own view refused, of whom the access table says what it does
            assert len(rows) == count
            if (name, count) not in compared:  # a page takes ten times as long
                compared.add((name, count))
                page = sign_in(person).get(path)
                assert count == total_of(name, page), f"{name} by {role}"
                assert not count or "/exports/new/" in page.content.decode(), f"{name} offers no file"
            if table.columns:  # else laid out as the superior wants it
                assert set(head) <= {str(column.heading) for column in table.columns}
            assert not names & {cell for row in rows for cell in row}, f"{name} by {role}: a name in full"
            if role == "stranger":
                seen = {cell for row in rows for cell in row}
                assert not seen & {world.cell.name, world.head.full_name}, f"{name} shows a stranger the ward"
            exported |= {name} if rows else set()
    assert exported == set(all_tables()), f"empty for everybody: {set(all_tables()) - exported}"


def test_a_workbook_holds_the_cells_as_what_they_are(world: World, full: dict) -> None:
    for name in all_tables():
        for person in (world.campaign_officer, world.clearance_officer, world.administrator):
            path = reverse(name, args=full.get(name, []))
            try:
                wanted, book = exports.ask(path, "", entered(person), both)
            except PermissionDenied:
                continue
            got = book.get_sheet_by_index(0).to_python()[1:]
            assert [[plain(cell) for cell in row] for row in got] == wanted, name
            break


def both(listed: Listed, request: Any) -> tuple[list, CalamineWorkbook]:
    wanted = [[plain(cell) for cell in row] for chunk in listed.table.cells(listed.rows, request) for row in chunk]
    content, _name, _count = exports.write(listed, request, kind="xlsx")
    with content:
        return wanted, CalamineWorkbook.from_filelike(io.BytesIO(content.read()))


def plain(cell: Any) -> Any:
    """To the minute, in the ward's time; an empty cell is an empty text."""
    if isinstance(cell, datetime.datetime):
        local = cell.astimezone(datetime.timezone(datetime.timedelta(hours=7))) if cell.tzinfo else cell
        return local.replace(tzinfo=None, second=0, microsecond=0)
    return "" if cell is None else float(cell) if isinstance(cell, int | Decimal) else cell


def test_what_is_narrowed_and_ordered_goes_out_narrowed_and_ordered(world: World) -> None:
    for title in ("Đào", "Bưởi", "Cam đào"):
        make.task(world.campaign, world.cell, title=title)
    make.task(world.campaign, world.other_cell, title="Đào khác")
    rows, _count = export("/tasks/", world.campaign_officer, "unit=chi-bo-7&q=%C4%91%C3%A0o&page=7")
    assert [row[0] for row in rows[1:]] == ["Đào", "Cam đào"]
    assert rows[1][3] == Task.objects.get(title="Đào").due_on.isoformat()
    nothing, _count = export("/tasks/", world.campaign_officer, "unit=khong-co")
    assert len(nothing) == 1


def test_a_text_never_becomes_a_formula(world: World, full: dict) -> None:
    rows, _count = export("/tasks/", world.campaign_officer)
    assert f"'{FORMULA}" in {row[0] for row in rows}
    wanted, book = exports.ask("/tasks/", "", entered(world.campaign_officer), both)
    assert FORMULA in {row[0] for row in book.get_sheet_by_index(0).to_python()}
    assert FORMULA in {row[0] for row in wanted}


def test_names_in_full_need_a_reason_and_are_written_down(world: World, full: dict) -> None:
    path = reverse("clearance:household_list", args=full["clearance:household_list"])
    before = AccessLog.objects.count()
    rows, count = export(path, world.clearance_officer, reason="In giấy mời")
    assert {row[1] for row in rows[1:]} & set(Party.objects.values_list("name", flat=True))
    noted = AccessLog.objects.filter(act="export", user=world.clearance_officer, reason="In giấy mời", fields="name")
    assert noted.count() == count == AccessLog.objects.count() - before
    assert {line.subject_type for line in noted} == {"clearance.household"}


def test_who_may_not_read_households_gets_no_names(world: World, full: dict, sign_in: Callable) -> None:
    path = reverse("clearance:dialogue_detail", args=full["clearance:dialogue_detail"])
    with pytest.raises(PermissionDenied):
        export(path, world.campaign_officer, reason="In giấy mời")
    page = sign_in(world.campaign_officer).get(reverse("reports:export_new"), {"list": path})
    assert "full" not in page.context["form"].fields


@pytest.mark.parametrize("path", ["/tasks/new/", "/no-such/", "", "https://evil.example/", "/tasks/?a=1"])
def test_only_a_list_can_be_exported(world: World, sign_in: Callable, path: str) -> None:
    with pytest.raises(CanNot):
        exports.ask(path, "", entered(world.campaign_officer), lambda listed, request: None)
    if "?" not in path:
        page = sign_in(world.campaign_officer).get(reverse("reports:export_new"), {"list": path})
        assert page.status_code == 404


def test_from_the_list_to_the_file(world: World, full: dict, sign_in: Callable) -> None:
    client: Client = sign_in(world.campaign_officer)
    listed = client.get("/tasks/", {"unit": "chi-bo-7"}).content.decode()
    address = listed.partition('href="/exports/new/?')[2].partition('"')[0]
    ask = f"/exports/new/?{address}"
    assert client.get(ask).status_code == 200
    answer = client.post(ask, {"kind": "xlsx"})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    jobs.run_all(10)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert (job.done, job.total) == (1, 1)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Nhiệm vụ" in page
    assert 'href="/tasks/?unit=chi-bo-7' in page
    file = client.get(reverse("notifications:job_file", args=[job.pk]))
    assert "filename*=utf-8''Nhi%E1%BB%87m%20v%E1%BB%A5" in file["Content-Disposition"]
    assert "sheet" in file["Content-Type"]
    b"".join(file.streaming_content)


def test_a_full_name_without_a_reason_is_asked_for_one(world: World, full: dict, sign_in: Callable) -> None:
    path = reverse("clearance:household_list", args=full["clearance:household_list"])
    ask = f"{reverse('reports:export_new')}?list={path}"
    client = sign_in(world.clearance_officer)
    assert "reason" in client.post(ask, {"kind": "csv", "full": "on"}).context["form"].errors
    assert client.post(ask, {"kind": "csv", "reason": "thừa"}).status_code == 302
    assert Job.objects.get().arguments["reason"] == "", "nobody wanted them"


def test_headings_are_in_the_language_of_who_asks(world: World, full: dict) -> None:
    with translation.override("en"):
        (head, *_rows), _count = export("/units/", world.head)
    assert head[:2] == ["Unit", "Kind"]


def test_receivers_are_hidden_as_in_the_log(world: World, full: dict) -> None:
    (head, *_rows), _count = export("/reminders/log/", world.records_clerk)
    assert "Người nhận" not in head
    (head, *_rows), _count = export("/reminders/log/", world.campaign_officer)
    assert "Người nhận" in head
    assert Message.objects.exists()
