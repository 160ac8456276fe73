import datetime
import io
import re
from typing import Any

import docx
import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.choices import Branch
from accounts.models import Unit, UnitKind, Ward
from campaigns.choices import CampaignState
from campaigns.models import DocumentKind, PaperStandard
from core.figures import Scope
from core.models import today
from core.word import to_docx
from notifications.models import Event
from reports.choices import SectionCode
from reports.models import Report
from reports.narrative import compose
from tests.campaigns import factories as documents
from tests.clearance import factories as households
from tests.models_registry import factories as registry
from tests.reports import factories as make
from tests.world import World


def typed(world: World, **changes: Any) -> dict:
    return {
        "kind": "day",
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
    report = make.sent(world)
    response = sign_in(world.superior_viewer).get(f"/reports/{report.pk}.docx")
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.startswith(b"PK")


def test_a_report_says_the_same_to_every_reader(world: World, sign_in: Any) -> None:
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    address = make.sent(world).get_absolute_url()
    for person in ("campaign_officer", "head", "superior_viewer", "supervisor"):
        paper = sign_in(world.people[person]).get(address).context["paper"]
        words = "".join(run.text for part in paper.paragraphs for run in part.runs)
        assert "02 mô hình" in words, person
        assert bool(paper.sources) is (person in {"campaign_officer", "supervisor"})


@pytest.mark.parametrize("path", ["/reports/figures/", "/reports/"])
def test_a_superior_sees_sums_without_links_to_rows(world: World, sign_in: Any, path: str) -> None:
    page = sign_in(world.superior_viewer).get(path).content.decode()
    assert "&amp;on=" not in page


def government_report(world: World, sign_in: Any, **changes: Any) -> Report:
    """As the form gives it: begun after a report of the Party committee, then another body chosen."""
    make.report(world, header="Quận ủy", authority="T/M Đảng ủy", signer_title="Bí thư", recipients="Quận ủy")
    government = {"branch": Branch.GOVERNMENT, "code": "30-ND", "valid_from": datetime.date(2020, 1, 1)}
    PaperStandard.objects.create(ward=world.ward, **government)
    client = sign_in(world.campaign_officer)
    form = client.get("/reports/new/").context["form"]
    begun = {name: form[name].value() or "" for name in ("header", "symbol_suffix", "place", "authority")}
    begun |= {name: form[name].value() or "" for name in ("signer_title", "recipients")}
    assert begun["authority"] == "T/M Đảng ủy"
    response = client.post("/reports/new/", typed(world, body=world.government.pk, **begun) | changes)
    assert response.status_code == 302
    return Report.objects.get(body=world.government)


def test_each_body_reports_with_its_own_head_formula_and_number(world: World, sign_in: Any) -> None:
    parent = documents.superior_plan(world, symbol="90-KH/QU")
    documents.ward_plan(world, symbol="15-KH/ĐU", number=15, carries_out=parent)
    report = government_report(world, sign_in)
    paper = sign_in(world.campaign_officer).get(report.get_absolute_url()).context["paper"]
    assert paper.family == "state"
    assert (paper.superior, paper.issuer) == ("", "Ủy ban nhân dân phường")
    assert paper.symbol == "Số: … /BC-UBND"
    assert (paper.authority, paper.signer_title) == ("TM. Ủy ban nhân dân", "Chủ tịch")
    opening = "".join(run.text for run in paper.paragraphs[0].runs)
    assert "ban hành" not in opening
    assert "Kế hoạch số 15-KH/ĐU" in opening
    assert "của Đảng ủy phường, Ủy ban nhân dân phường báo cáo kết quả" in opening


def test_the_issuer_of_the_plan_says_that_it_issued_it(world: World, sign_in: Any) -> None:
    documents.ward_plan(world, symbol="15-KH/ĐU", number=15)
    report = make.report(world)
    paper = sign_in(world.campaign_officer).get(report.get_absolute_url()).context["paper"]
    assert "Đảng ủy phường ban hành Kế hoạch số 15-KH/ĐU" in "".join(run.text for run in paper.paragraphs[0].runs)


def test_a_deputy_of_the_government_signs_for_the_head(world: World, sign_in: Any) -> None:
    report = government_report(world, sign_in, signer_title="Phó Chủ tịch")
    page = sign_in(world.campaign_officer).get(report.get_absolute_url())
    assert page.context["paper"].signer_title.splitlines() == ["KT. Chủ tịch", "Phó Chủ tịch"]
    assert "KT. CHỦ TỊCH<br>PHÓ CHỦ TỊCH" in page.content.decode()
    deputy = make.report(world, signer_title="Phó Bí thư")
    paper = sign_in(world.campaign_officer).get(deputy.get_absolute_url()).context["paper"]
    assert paper.signer_title == "Phó Bí thư"


def test_what_was_typed_for_the_other_body_stays(world: World, sign_in: Any) -> None:
    report = government_report(world, sign_in, recipients="- Như trên;\n- Lưu: VT.")
    paper = sign_in(world.campaign_officer).get(report.get_absolute_url()).context["paper"]
    assert paper.recipients == ("Như trên", "Lưu: VT")


def test_a_secret_title_is_refused(world: World, sign_in: Any) -> None:
    make.standard(world)
    response = sign_in(world.campaign_officer).post("/reports/new/", typed(world, title="(Tối mật) kết quả"))
    assert "bí mật" in str(response.context["form"].errors["title"])


CONTROL = "".join(map(chr, [0x0B, 0x1E, 0x1F, 0x07, 0x02, 0x0C, 0x1B, 0xFFFE, 0xFFFF]))


def test_a_report_never_leaves_out_what_is_late_of_the_grievances(world: World) -> None:
    scope = Scope(ward=world.ward, campaign=world.campaign)

    def said() -> str:
        return "".join(run.text for part in compose(make.report(world), scope).paragraphs for run in part.runs)

    grievance = households.grievance(world, "feedback")
    assert "Đơn thư" not in said()
    clock = grievance.clock
    assert clock is not None
    before = today() - datetime.timedelta(days=1)
    rows = type(clock.deadline).objects.filter(pk=clock.deadline_id)
    rows.update(anchor_on=before - datetime.timedelta(days=20), due_on=before)
    assert "Đơn thư đã quá thời hạn theo luật: 01 đơn thư." in said()


def test_a_paper_is_made_whatever_signs_its_texts_hold(world: World) -> None:
    """Every text that reaches a report holds what Word and old systems leave in copied text."""
    bad = f"a{CONTROL}z"
    parent = documents.superior_plan(world, symbol=f"90-KH/QU{bad}")
    documents.ward_plan(world, symbol=f"82{bad}", carries_out=parent)
    for table in (Unit, UnitKind, DocumentKind, Ward):
        name = "label" if hasattr(table, "label") else "name"
        table.objects.update(**{name: Concat(name, Value(bad))})
    texts = ("title", "header", "symbol_suffix", "place", "authority", "signer_title", "recipients")
    report = make.report(world, **{name: f"{name[:8]}{bad}" for name in texts if name != "symbol_suffix"})
    report.symbol_suffix = bad
    report.replace_sections({code.value: [bad] for code in SectionCode})
    registration = registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    type(registration.theme_field).objects.update(label=bad)
    report = Report.objects.for_list().get(pk=report.pk)
    paper = docx.Document(io.BytesIO(to_docx(compose(report, Scope(ward=world.ward, campaign=world.campaign)))))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "title" in words
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", words)
    assert "a\n-\nz" in words, "line breaks and hyphens of Word are kept as such"
