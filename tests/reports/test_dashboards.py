import datetime
import re
from html import unescape
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.seats import Seats
from clearance.models import Question
from core.agenda import Item
from core.models import today
from notifications.engine import dispatch
from notifications.models import Event, Message
from notifications.registry import get_words, render
from reports import actions, dashboards
from tests import factories as make
from tests.beautification import factories as cleaning
from tests.clearance import factories as clearance
from tests.models_registry import factories as registry
from tests.query_baseline import QueryBaseline
from tests.reports import factories as written
from tests.world import World


def days(offset: int) -> datetime.date:
    return today() + datetime.timedelta(days=offset)


def test_a_units_title_says_what_it_is_behind_on(world: World, sign_in: Any) -> None:
    make.task(world.campaign, world.cell, due_on=days(-4))
    make.task(world.campaign, world.cell, due_on=days(-1))
    make.task(world.campaign, world.other_cell, due_on=days(-1))
    page = sign_in(world.head).get(f"/units/{world.cell.slug}/").content.decode()
    assert "Chi bộ 7 còn 2 việc quá hạn" in page
    assert "Báo đã làm" in page


def test_a_unit_without_overdue_tasks_is_told_so(world: World, sign_in: Any) -> None:
    page = sign_in(world.head).get(f"/units/{world.cell.slug}/").content.decode()
    assert "Chi bộ 7 không có việc quá hạn" in page


def test_other_overdue_work_is_said_beside_the_tasks(world: World, sign_in: Any) -> None:
    model = registry.accepted(world.campaign, world.cell, world.head, world.campaign_officer)
    model.steps.update(due_on=days(-2))
    client, address = sign_in(world.head), f"/units/{world.cell.slug}/"
    page = client.get(address)
    listed = len(page.context["overdue"])
    assert listed
    assert "Chi bộ 7 không có nhiệm vụ quá hạn, còn việc khác" in page.content.decode()
    assert f"Ngoài nhiệm vụ còn {listed} việc khác quá hạn" in page.content.decode()
    make.task(world.campaign, world.cell, due_on=days(-1))
    cache.clear()
    page = client.get(address).content.decode()
    assert "Chi bộ 7 còn 1 việc quá hạn" in page
    assert f"Ngoài nhiệm vụ còn {listed} việc khác quá hạn" in page


def test_who_reads_no_documents_gets_no_link_to_the_plan(world: World, sign_in: Any) -> None:
    plan = make.document(world.campaign, world.committee, direction="out")
    for role, links in ((Role.GRIEVANCE_OFFICER, False), (Role.CAMPAIGN_OFFICER, True)):
        response = sign_in(make.member(world.committee, role)).get("/")
        assert [shown["symbol"] for shown in response.context["plans"]] == [str(plan)]
        assert (f'href="{plan.get_absolute_url()}"' in response.content.decode()) is links, role


def test_the_overview_counts_what_its_links_list(world: World, sign_in: Any) -> None:
    for offset in (-3, -2, 5):
        make.task(world.campaign, world.cell, due_on=days(offset))
    client = sign_in(world.campaign_officer)
    page = client.get("/").content.decode()
    links = re.findall(r'href="([^"]+state=late[^"]*)"[^>]*>([^<]*)<', page)
    assert links
    for address, words in links:
        shown = int(re.search(r"\d+", words).group())
        listed = client.get(unescape(address)).content.decode()
        assert re.search(rf"data-total>[^<]*\b{shown}\b", listed), (address, shown)


def test_a_unit_that_has_done_nothing_is_counted_with_a_zero(world: World, sign_in: Any) -> None:
    for unit in (make.unit(world.ward, name="Chi bộ 10"), make.unit(world.ward, name="Chi bộ 9")):
        make.task(world.campaign, unit, due_on=days(-1))
    page = sign_in(world.campaign_officer).get("/").content.decode()
    assert page.count(">0/1</a>") == 2
    assert page.index(">Chi bộ 9<") < page.index(">Chi bộ 10<")


def test_work_says_its_day_beside_how_late_it_is(world: World, sign_in: Any) -> None:
    make.task(world.campaign, world.cell, due_on=days(-400))
    page = sign_in(world.head).get(f"/units/{world.cell.slug}/").content.decode()
    assert f'<span class="dv-row-s">hạn {days(-400):%d/%m/%Y}</span>' in page


def test_what_waits_for_the_reader_is_apart_from_what_units_are_behind_on(world: World, sign_in: Any) -> None:
    registration = registry.submitted(world.campaign, world.cell, world.head)
    late = [make.task(world.campaign, world.cell, due_on=days(-1 - n)) for n in range(8)]
    make.task(world.campaign, world.cell, due_on=days(1))
    own = make.task(world.campaign, world.committee, due_on=days(-4))
    handed_in = make.task(world.campaign, world.cell, due_on=days(60))
    handed_in.submit(by=world.head, note="Xong")
    client = sign_in(world.campaign_officer)
    board = client.get("/").context
    assert {item.url for item in board["work"]} == {
        registration.review_url,
        handed_in.get_absolute_url(),
        own.get_absolute_url(),
    }
    dues = [item.since or item.due_on for item in board["work"]]
    assert dues == sorted(dues), "of all kinds the longest waiting first"
    assert board["work_count"] == 3
    assert [item.url for item in board["behind"]] == [task.get_absolute_url() for task in reversed(late)][:6]
    assert board["behind_count"] == 8
    listed, behind = client.get("/work/"), client.get("/work/?of=units")
    assert len(listed.context["work"]) == 3
    assert "3 việc cần xử lý" in listed.content.decode()
    assert len(behind.context["work"]) == 8
    assert "8 việc quá hạn" in behind.content.decode()
    assert client.get("/work/?of=all").status_code == 404
    waiting = {item.url for item in client.get("/today/").context["work"]}
    assert waiting == {item.url for item in board["work"]}, "what waits for me is the same on the page of today"
    leader = sign_in(world.leadership).get("/")
    assert not leader.context["behind"], "the leadership is spared it"
    assert {item.waits_for_signature for item in leader.context["work"]} == {True}


def test_units_are_reminded_of_each_thing_once_a_day_and_the_list_says_so(world: World, sign_in: Any) -> None:
    tasks = [make.task(world.campaign, world.cell, due_on=days(-n)) for n in (1, 2)]
    place = clearance.scene(world)
    question = clearance.question(place["of_cell"][0], world.campaign, world.cell)
    Question.objects.filter(pk=question.pk).update(due_on=days(-3), asked_on=days(-9))
    client = sign_in(world.clearance_officer)
    assert client.post("/work/remind/", {"item": f"campaigns.task:{tasks[0].pk}"}).status_code == 403
    client = sign_in(world.campaign_officer)
    page = client.get("/").content.decode()
    assert f'value="campaigns.task:{tasks[0].pk}"' in page
    to = {"item": f"campaigns.task:{tasks[0].pk}", "back": "overview"}
    assert client.post("/work/remind/", to, follow=True).redirect_chain[-1][0] == "/"
    page = client.get("/").content.decode()
    assert f'value="campaigns.task:{tasks[0].pk}"' not in page
    assert f"đã nhắc {today():%d/%m}" in page
    again = client.post("/work/remind/", to, follow=True).content.decode()
    assert "Không còn gì để nhắc" in again
    client.post("/work/remind/")
    told = list(Event.objects.filter(kind__endswith=".reminded").order_by("pk").values_list("kind", "subject_id"))
    assert told[0] == ("campaigns.task.reminded", tasks[0].pk)
    assert ("campaigns.task.reminded", tasks[1].pk) in told
    dispatch.run()
    listed = client.get("/work/?of=units")
    assert [item.reminded_on for item in listed.context["work"]] == [today()] * len(listed.context["work"])
    assert "Nhắc cả" not in listed.content.decode()


def test_other_work_is_reminded_of_by_number_while_it_is_owed(world: World) -> None:
    place = clearance.scene(world)
    question = clearance.question(place["of_cell"][0], world.campaign, world.cell)
    Question.objects.filter(pk=question.pk).update(due_on=days(-2), asked_on=days(-9))
    item = Item(title="x", due_on=days(-2), url="", subject=question, owed_by=world.cell)
    acts = {"by": world.campaign_officer, "campaign": world.campaign}
    assert actions.remind([item], **acts) == 1
    assert actions.remind([item], **acts) == 0, "once a day"
    dispatch.run()
    message = Message.objects.filter(words="reports.work.reminded").select_related("event__unit", "user").first()
    assert message
    assert message.user == world.head
    line = render(message, question, today()).line
    assert f"Trả lời hộ số {place['of_cell'][0].number}" in line
    assert "quá hạn 2 ngày" in line
    assert question.text not in line
    wanted = get_words("reports.work.reminded").wanted
    assert wanted(question, message, Seats(world.ward.pk))
    Question.objects.filter(pk=question.pk).update(due_on=days(3))
    assert not wanted(question, message, Seats(world.ward.pk)), "what is owed no more is no news"


def test_a_unit_its_officer_the_overview_and_the_menu_read_one_number(world: World, sign_in: Any) -> None:
    """What was reported as done waits for the ward: it is nobody's overdue task."""
    make.task(world.campaign, world.cell, due_on=days(-3))
    make.task(world.campaign, world.cell, due_on=days(-2)).submit(by=world.head, note="Xong")
    address = f"/units/{world.cell.slug}/"
    for person in (world.head, world.campaign_officer, world.leadership):
        page = sign_in(person).get(address)
        assert "Chi bộ 7 còn 1 việc quá hạn" in page.content.decode()
        assert len(page.context["overdue"]) == 1
        assert page.context["tasks_submitted"].value == 1
    overview = sign_in(world.campaign_officer).get("/")
    assert overview.context["tasks_overdue"].value == 1
    assert [(row["slug"], row["late"].value) for row in overview.context["late_units"]] == [(world.cell.slug, 1)]
    for person in (world.head, world.campaign_officer):
        menu = sign_in(person).get("/tasks/").context["frame"]["nav"]
        overdue = [count.number for item in menu for count in item.counts if count.figure == "campaigns.tasks.overdue"]
        assert overdue == [1]


def test_what_waits_for_acceptance_is_one_number_everywhere(world: World, sign_in: Any) -> None:
    """The ward's debt: on the unit's page, in the officer's list and work, in the menu and on the overview."""
    figure = "campaigns.tasks.submitted"
    for n in (2, 5):
        make.task(world.campaign, world.cell, due_on=days(n)).submit(by=world.head, note="Xong")
    done = make.task(world.campaign, world.cell)
    done.submit(by=world.head, note="Xong")
    done.accept(by=world.leadership)
    make.task(world.campaign, world.cell)
    for person in (world.campaign_officer, world.leadership):
        client = sign_in(person)
        overview, unit, tasks = client.get("/"), client.get(f"/units/{world.cell.slug}/"), client.get("/tasks/")
        shown = {
            "overview": overview.context["tasks_submitted"].value,
            "unit": unit.context["tasks_submitted"].value,
            "list": tasks.context["counts"]["submitted"],
            "rows": len(client.get("/tasks/?state=submitted").context["page"]),
            "work": sum(item.since is not None for item in client.get("/work/").context["work"]),
        } | {
            f"menu {n}": count.number
            for n, item in enumerate(overview.context["frame"]["nav"])
            for count in item.counts
            if count.figure == figure
        }
        if person == world.leadership:
            shown.pop("work")  # only what waits for a signature
        assert set(shown.values()) == {2}, shown
        assert any(name.startswith("menu") for name in shown)
        assert f'data-figure="{figure}"' in client.get("/menu/").text
    head = sign_in(world.head)
    assert head.get(f"/units/{world.cell.slug}/").context["tasks_submitted"].value == 2
    assert f'data-figure="{figure}"' not in head.get("/menu/").text, "it is not the unit's turn"


def test_a_session_to_close_is_not_said_twice_on_its_day(world: World, sign_in: Any) -> None:
    cleaning.cleanup(cleaning.street(world), days(0))
    soon = sign_in(world.head).get(f"/units/{world.cell.slug}/").context["soon"]
    assert [item.kind for item in soon] == ["work"]


def test_somebody_without_the_wards_overview_lands_on_the_own_page(world: World, sign_in: Any) -> None:
    assert sign_in(world.head).get("/", follow=True).request["PATH_INFO"] == f"/units/{world.cell.slug}/"
    assert sign_in(world.field_member).get("/", follow=True).request["PATH_INFO"] == "/today/"


def test_overview_keeps_its_number_of_queries(world: World, sign_in: Any, query_baseline: QueryBaseline) -> None:
    make.task(world.campaign, world.cell, due_on=days(-1))
    client = sign_in(world.campaign_officer)
    client.get("/")
    query_baseline.check("overview_warm", client, "/")
    cache.clear()
    query_baseline.check("overview_cold", client, "/")


def test_the_numbers_are_kept_until_something_happens_and_say_of_when_they_are(world: World, sign_in: Any) -> None:
    client = sign_in(world.campaign_officer)
    task = make.task(world.campaign, world.cell, due_on=days(-1))
    first, second = client.get("/"), client.get("/")
    assert second.context["as_of"] == first.context["as_of"]
    assert f"Số liệu lúc {timezone.localtime(first.context['as_of']):%H:%M}" in second.content.decode()
    task.submit(by=world.head, note="Xong")
    third = client.get("/")
    assert (second.context["tasks_overdue"].value, third.context["tasks_overdue"].value) == (1, 0)
    assert third.context["tasks_submitted"].value == 1


def board_of(user: Any, world: World) -> dashboards.Board:
    return dashboards.Board(User.objects.get(pk=user.pk), world.campaign, today())


def test_one_readers_numbers_do_not_reach_another(world: World, sign_in: Any) -> None:
    """The supervisor sees no drafts, whatever an officer looked at a moment before."""
    for person in (world.campaign_officer, world.leadership, world.supervisor):
        alone = dashboards._numbers(board_of(person, world))["registered"].value
        assert sign_in(person).get("/").context["registered"].value == alone


def test_cost_of_the_dashboards_does_not_grow_with_tasks(
    world: World, sign_in: Any, query_baseline: QueryBaseline
) -> None:
    def ten_more() -> None:
        for n in range(10):
            make.task(world.campaign, make.unit(world.ward), due_on=days(-n - 1))
            make.task(world.campaign, world.cell, due_on=days(-n - 1))

    make.task(world.campaign, world.cell, due_on=days(-1))
    officer = sign_in(world.campaign_officer)
    cold, _page = query_baseline.count(officer, "/")
    ten_more()
    cache.clear()
    later, _page = query_baseline.count(officer, "/")
    assert later <= cold
    query_baseline.assert_flat(sign_in(world.head), f"/units/{world.cell.slug}/", ten_more)


def test_a_ward_without_a_year_is_told_what_comes_next(world: World, sign_in: Any) -> None:
    elsewhere = sign_in(world.stranger)
    page = elsewhere.get("/").content.decode()
    assert "Phường chưa có năm chủ đề nào" in page


def test_all_that_waits_is_offered_only_where_some_of_it_is_not_shown(world: World, sign_in: Any) -> None:
    client, listed = sign_in(world.campaign_officer), 'href="/work/?year='
    for _n in range(6):
        make.task(world.campaign, world.committee, due_on=days(1))
    assert listed not in client.get("/").content.decode()
    make.task(world.campaign, world.committee, due_on=days(1))
    cache.clear()
    assert listed in client.get("/").content.decode()


def test_units_behind_stand_beside_what_they_are_behind_on(world: World, sign_in: Any) -> None:
    make.task(world.campaign, world.cell, due_on=days(-1))
    for person in (world.campaign_officer, world.leadership):
        page = sign_in(person).get("/").content.decode()
        assert page.count("Đơn vị còn việc quá hạn") == 1
        assert ("dv-columns-3" in page) is (person == world.campaign_officer)


def test_a_number_names_its_day_only_where_the_page_names_another(world: World, sign_in: Any) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.campaign_officer)
    assert "tính đến" not in sign_in(world.campaign_officer).get("/").content.decode()


def test_the_supervisor_finds_the_overview_in_the_menu(world: World, sign_in: Any) -> None:
    page = sign_in(world.supervisor).get("/reports/").content.decode()
    assert "Tổng quan" in page


def test_a_day_before_anything_began_has_nothing_that_waits(world: World, sign_in: Any) -> None:
    registry.submitted(world.campaign, world.cell, world.head)
    make.task(world.campaign, world.cell, due_on=days(3)).submit(by=world.head, note="Xong")
    written.handed_in(world)
    for person in (world.campaign_officer, world.leadership, world.records_clerk):
        page = sign_in(person).get("/", {"on": "01/01/1900"})
        assert page.status_code == 200
        assert not page.context["work"]


def test_the_chart_of_turnout_stands_as_a_table_with_ways_to_its_clean_ups(world: World, sign_in: Any) -> None:
    street = cleaning.street(world)
    for n in (14, 7):
        cleaning.done(street, days(-n))
    page = sign_in(world.campaign_officer).get("/")
    assert "Xem dạng bảng" in page.content.decode()
    for column in page.context["columns"]:
        assert f'href="{column["part"].url}"' in unescape(page.content.decode())
