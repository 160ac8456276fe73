import datetime
from typing import Any

import pytest

from campaigns.choices import CampaignState
from core.models import today
from notifications.models import Event
from reports.choices import SectionCode
from reports.models import Report
from tests.models_registry import factories as registry
from tests.reports import factories as make
from tests.world import World


def typed(world: World, **changes: Any) -> dict:
    return {
        "title": "kết quả tháng",
        "on": today().strftime("%d/%m/%Y"),
        "body": world.committee.pk,
        "next": "Việc một\n- Việc hai\n\n",
        "situation": "",
        "proposal": "",
    } | changes


def test_an_officer_writes_a_report_and_its_next_tasks(world: World, sign_in: Any) -> None:
    make.standard(world)
    response = sign_in(world.campaign_officer).post("/reports/new/", typed(world))
    report = Report.objects.get()
    assert response.status_code == 302
    assert report.lines(SectionCode.NEXT) == ["Việc một", "Việc hai"]
    assert Event.objects.about(report).get().kind == "reports.report.written"


def test_wording_is_changed_and_facts_are_not_kept_as_text(world: World, sign_in: Any) -> None:
    report = make.report(world)
    client = sign_in(world.campaign_officer)
    client.post(f"/reports/{report.pk}/edit/", typed(world, next="Việc ba"))
    assert Report.objects.get().lines(SectionCode.NEXT) == ["Việc ba"]
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "Việc ba" in page
    assert "[chưa có" in page


def test_a_day_outside_the_year_is_refused_and_words_are_kept(world: World, sign_in: Any) -> None:
    make.standard(world)
    day = (world.campaign.closes_on + datetime.timedelta(days=3)).strftime("%d/%m/%Y")
    response = sign_in(world.campaign_officer).post("/reports/new/", typed(world, on=day))
    assert response.status_code == 200
    assert "Chọn ngày trong năm chủ đề" in response.content.decode()
    assert "Việc một" in response.content.decode()
    assert not Report.objects.exists()


def test_without_a_paper_standard_of_that_day_the_form_says_who_helps(world: World, sign_in: Any) -> None:
    response = sign_in(world.campaign_officer).post("/reports/new/", typed(world))
    assert "Quản trị viên" in response.content.decode()
    assert not Report.objects.exists()


def test_a_closed_year_takes_no_report(world: World, sign_in: Any) -> None:
    world.campaign.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=None)
    make.standard(world)
    client = sign_in(world.campaign_officer)
    assert client.post("/reports/new/", typed(world)).status_code == 403
    assert not Report.objects.exists()


def test_the_docx_is_an_attachment(world: World, sign_in: Any) -> None:
    report = make.report(world)
    response = sign_in(world.superior_viewer).get(f"/reports/{report.pk}.docx")
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.startswith(b"PK")


def test_a_report_says_the_same_to_every_reader(world: World, sign_in: Any) -> None:
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    address = make.report(world).get_absolute_url()
    for person in ("campaign_officer", "head", "superior_viewer", "supervisor"):
        paper = sign_in(world.people[person]).get(address).context["paper"]
        words = "".join(run.text for part in paper.paragraphs for run in part.runs)
        assert "02 mô hình" in words, person
        assert bool(paper.sources) is (person in {"campaign_officer", "supervisor"})


@pytest.mark.parametrize("path", ["/reports/figures/", "/reports/"])
def test_a_superior_sees_sums_without_links_to_rows(world: World, sign_in: Any, path: str) -> None:
    page = sign_in(world.superior_viewer).get(path).content.decode()
    assert "&amp;on=" not in page
