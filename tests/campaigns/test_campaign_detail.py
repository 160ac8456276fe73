from collections.abc import Callable

from campaigns.models import Campaign
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting, plan_item, recipient, superior_plan, ward_plan
from tests.query_baseline import QueryBaseline
from tests.world import World


def test_the_chain_leads_from_the_superiors_plan_to_the_tasks(world: World, sign_in: Callable) -> None:
    parent = superior_plan(world, symbol="90-KH/QU")
    own = ward_plan(world, symbol="82-KH/ĐU", carries_out=parent)
    make.task(world.campaign, world.cell, due_on=days_ago(1), plan_item=plan_item(own))
    page = sign_in(world.leadership).get(world.campaign.get_absolute_url()).content.decode()
    assert page.index("90-KH/QU") < page.index("82-KH/ĐU") < page.index("1 nhiệm vụ")
    assert f"/tasks/?year={world.campaign.year}&amp;state=late" in page


def test_a_plan_beside_the_years_own_is_no_link_of_the_chain(world: World, sign_in: Callable) -> None:
    ward_plan(world, symbol="82-KH/ĐU", carries_out=superior_plan(world, symbol="90-KH/QU"))
    superior_plan(world, symbol="22-KH/TU")
    page = sign_in(world.leadership).get(world.campaign.get_absolute_url())
    assert [plan.symbol for plan in page.context["chain"]] == ["90-KH/QU", "82-KH/ĐU"]
    assert "22-KH/TU" in page.content.decode()


def test_another_years_page_shows_that_year_only(world: World, sign_in: Callable) -> None:
    old = make.campaign(world.ward, year=2022, state="closed", opens_on=days_ago(900), closes_on=days_ago(600))
    make.task(world.campaign, world.cell, title="Việc của năm nay")
    client = sign_in(world.campaign_officer)
    page = client.get(old.get_absolute_url())
    assert page.context["campaign"] == old
    assert "chỉ xem" in page.content.decode()
    assert "Việc của năm nay" not in client.get("/tasks/?year=2022").content.decode()


def test_an_officer_enters_a_year_and_opens_it(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    data = {"year": "2031", "theme": "Năm thử", "opens_on": "01/01/2031", "closes_on": "31/12/2031"}
    assert client.post("/campaigns/new/", data).url == "/campaigns/2031/"
    year = Campaign.objects.get(year=2031, ward=world.ward)
    assert year.state == "draft"
    client.post("/campaigns/2031/open/")
    year.refresh_from_db()
    assert year.is_open


def test_a_year_is_entered_once(world: World, sign_in: Callable) -> None:
    data = {"year": str(world.campaign.year), "theme": "Lặp", "opens_on": "01/01/2031", "closes_on": "31/12/2031"}
    response = sign_in(world.campaign_officer).post("/campaigns/new/", data)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_the_days_of_a_year_are_in_order(world: World, sign_in: Callable) -> None:
    data = {"year": "2031", "theme": "Ngược", "opens_on": "31/12/2031", "closes_on": "01/01/2031"}
    response = sign_in(world.campaign_officer).post("/campaigns/new/", data)
    assert "closes_on" in response.context["form"].errors


def test_the_clerk_of_a_closed_year_sees_no_act(world: World, sign_in: Callable) -> None:
    item = plan_item(ward_plan(world))
    task = make.task(world.campaign, world.cell)
    world.campaign.close(by=world.campaign_officer)
    client = sign_in(world.campaign_officer)
    for path in ("/tasks/new/", f"/tasks/{task.pk}/edit/", f"/plan-items/{item.pk}/assign/", "/briefings/new/"):
        response = client.get(path)
        assert response.status_code == 403, path
        assert "đã đóng" in response.content.decode()
    assert "Giao nhiệm vụ" not in client.get("/tasks/").content.decode()


def test_query_baselines_of_the_cascade(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    parent = superior_plan(world)
    own = ward_plan(world, carries_out=parent)
    recipient(own, world.cell)
    make.task(world.campaign, world.cell, plan_item=plan_item(own))
    row = meeting(world.campaign)
    client = sign_in(world.campaign_officer)
    client.get("/documents/")
    year = world.campaign.year
    for name, url in {
        "campaign_list": "/campaigns/",
        "campaign_detail": f"/campaigns/{year}/",
        "plan_list": f"/campaigns/{year}/plans/",
        "plan_detail": f"/campaigns/{year}/plans/{own.pk}/",
        "document_list": "/documents/",
        "document_detail": own.get_absolute_url(),
        "resolution_list": "/documents/resolutions/",
        "meeting_list": "/briefings/",
        "meeting_detail": row.get_absolute_url(),
    }.items():
        query_baseline.check(name, client, url)


def test_lists_cost_the_same_with_more_rows(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    client = sign_in(world.campaign_officer)
    own = ward_plan(world)
    recipient(own, world.cell)
    make.task(world.campaign, world.cell, plan_item=plan_item(own))
    meeting(world.campaign)

    def ten_more() -> None:
        for _n in range(10):
            plan = ward_plan(world, carries_out=own, dated_on=days_ago(1))
            recipient(plan, world.cell)
            recipient(own, make.unit(world.ward))
            make.task(world.campaign, world.cell, plan_item=plan_item(own))
            meeting(world.campaign)

    year = world.campaign.year
    for url in (
        "/documents/",
        "/documents/resolutions/",
        "/briefings/",
        f"/campaigns/{year}/",
        f"/campaigns/{year}/plans/",
        f"/campaigns/{year}/plans/{own.pk}/",
        own.get_absolute_url(),
    ):
        query_baseline.assert_flat(client, url, ten_more)
