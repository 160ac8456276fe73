"""A report's way through the house: handed in, checked, signed, numbered, sent; sent back, withdrawn, replaced."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client

from campaigns.choices import CampaignState
from core.agenda import Ask, items
from core.figures import Scope
from core.models import StateChanged, today
from core.refusals import Refused
from notifications import registry as registry_of_words
from notifications.engine import dispatch
from notifications.models import Event, Message
from reports import versions
from reports.choices import SectionCode
from reports.models import Report, ReportFigure, ReportVersion
from reports.narrative import compose, freeze
from tests.factories import document_kind
from tests.models_registry import factories as registry
from tests.reports import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def words(page: Any) -> str:
    return "".join(run.text for part in page.context["paper"].paragraphs for run in part.runs)


def confirmed(client: Client, path: str, data: dict) -> Any:
    """Send the form, and once more with the box ticked where it asks."""
    answer = client.post(path, data)
    if answer.status_code == 200 and "keep" in answer.context["form"].fields:
        box = answer.context["form"].fields["keep"]
        answer = client.post(path, data | {"keep": box.choices[0][0]})
    return answer


def scope(world: World) -> Scope:
    return Scope(ward=world.ward, campaign=world.campaign)


def test_four_people_bring_a_report_on_its_way(world: World, sign_in: Callable) -> None:
    registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    document_kind(world.ward, code="BC", label="Báo cáo")
    report = make.report(world)
    here, day = f"/reports/{report.pk}/", today().strftime("%d/%m/%Y")
    assert sign_in(world.campaign_officer).post(f"{here}hand-in/").status_code == 302
    assert sign_in(world.records_clerk).post(f"{here}check/").status_code == 302
    assert confirmed(sign_in(world.leadership), f"{here}sign/", {}).status_code == 302
    assert confirmed(sign_in(world.records_clerk), f"{here}number/", {"on": day, "number": "12"}).status_code == 302
    assert sign_in(world.records_clerk).post(f"{here}send/", {"on": day}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.issued_as.symbol, report.issued_as.state) == ("sent", "12-BC/ĐU", "issued")
    assert (report.handed_in_by, report.checked_by, report.signed_by) == (
        world.campaign_officer,
        world.records_clerk,
        world.leadership,
    )
    kinds = list(Event.objects.about(report).order_by("pk").values_list("kind", flat=True))
    assert kinds == [f"reports.report.{step}" for step in ("handed_in", "checked", "signed", "numbered", "sent")]
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    page = sign_in(world.superior_viewer).get(here)
    assert "01 mô hình" in words(page)
    assert page.context["paper"].symbol == "Số 12-BC/ĐU"
    assert not page.context["paper"].sources


def test_without_a_number_the_next_of_the_series_is_given(world: World, sign_in: Callable) -> None:
    before = make.sent(world).issued_as
    report = make.signed(world)
    data = {"on": today().strftime("%d/%m/%Y"), "number": ""}
    assert sign_in(world.records_clerk).post(f"/reports/{report.pk}/number/", data).status_code == 302
    report.refresh_from_db()
    assert report.issued_as.number == before.number + 1


def test_a_day_before_the_signature_is_asked_about_and_a_later_one_refused(world: World, sign_in: Callable) -> None:
    document_kind(world.ward, code="BC", label="Báo cáo")
    report = make.signed(world)
    client, path = sign_in(world.records_clerk), f"/reports/{report.pk}/number/"
    asked = client.post(path, {"on": (today() - DAY).strftime("%d/%m/%Y"), "number": ""})
    assert "được ký ngày" in str(asked.context["form"].errors["on"])
    refused = client.post(path, {"on": (today() + DAY).strftime("%d/%m/%Y"), "number": ""})
    assert "on" in refused.context["form"].errors
    report.refresh_from_db()
    assert report.state == "signed"


def test_a_number_that_is_taken_is_told_and_nothing_is_numbered(world: World, sign_in: Callable) -> None:
    taken = make.sent(world).issued_as
    report = make.signed(world)
    data = {"number": str(taken.number), "on": today().strftime("%d/%m/%Y")}
    response = confirmed(sign_in(world.records_clerk), f"/reports/{report.pk}/number/", data)
    assert "đã có trong sổ" in response.content.decode()
    report.refresh_from_db()
    assert (report.state, report.issued_as) == ("signed", None)


@pytest.mark.parametrize("begin", [make.handed_in, make.checked, make.signed, make.sent])
def test_what_is_handed_in_is_not_changed_any_more(world: World, sign_in: Callable, begin: Any) -> None:
    report = begin(world)
    assert sign_in(world.campaign_officer).get(f"/reports/{report.pk}/edit/").status_code == 403
    with pytest.raises(StateChanged):
        report.write(by=world.campaign_officer, words={})


def test_nobody_checks_or_signs_what_he_wrote(world: World, sign_in: Callable) -> None:
    report = make.report(world)
    report.hand_in(by=world.leadership)
    client = sign_in(world.leadership)
    assert client.post(f"/reports/{report.pk}/check/").status_code == 403
    with pytest.raises(Refused):
        report.pass_check(by=world.leadership)
    report.refresh_from_db()
    report.pass_check(by=world.records_clerk)
    assert client.get(f"/reports/{report.pk}/sign/").status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(signed_by=world.leadership)


def test_readers_see_what_was_signed_alone(world: World, sign_in: Callable) -> None:
    draft, waits = make.report(world, title="kết quả nháp"), make.handed_in(world, title="kết quả chờ")
    left = [make.sent(world, title="kết quả đã gửi"), make.signed(world, title="kết quả đã ký")]
    for person in ("superior_viewer", "supervisor", "head", "administrator"):
        client = sign_in(world.people[person])
        assert {row.pk for row in client.get("/reports/").context["reports"]} == {row.pk for row in left}, person
        for hidden in (draft, waits):
            assert client.get(hidden.get_absolute_url()).status_code == 404
            assert client.get(f"/reports/{hidden.pk}.docx").status_code == 404
    shown = sign_in(world.records_clerk).get("/reports/").context["reports"]
    assert {row.pk for row in shown} == {row.pk for row in [waits, *left]}
    for person in ("campaign_officer", "leadership"):
        assert draft in sign_in(world.people[person]).get("/reports/").context["reports"]


def test_each_step_waits_for_the_right_person(world: World) -> None:
    def waiting(person: Any) -> list[str]:
        ask = Ask(person, world.campaign, today(), today(), today())
        return [item.action_url for item in items(ask) if item.subject == report]

    report = make.report(world)
    assert not waiting(world.records_clerk)
    report.hand_in(by=world.campaign_officer)
    here = report.get_absolute_url()
    assert waiting(world.records_clerk) == [here]
    assert not waiting(world.campaign_officer)
    report.send_back(by=world.records_clerk, reason="thiếu số hộ", paper=compose(report, scope(world)))
    report.entered_by = world.campaign_officer
    report.save()
    assert waiting(world.campaign_officer) == [f"{here}edit/"]
    report.hand_in(by=world.campaign_officer)
    report.pass_check(by=world.records_clerk)
    assert waiting(world.leadership) == [here]
    paper, figures = freeze(report, scope(world))
    report.sign(by=world.leadership, paper=paper, figures=figures)
    assert waiting(world.records_clerk) == [f"{here}number/"]
    assert not waiting(world.leadership)


def test_a_report_that_came_back_keeps_the_text_and_says_what_changed(world: World, sign_in: Callable) -> None:
    report = make.report(world)
    report.replace_sections({SectionCode.NEXT.value: ["Mời hộ dự hội nghị", "Bỏ việc này"]})
    report.hand_in(by=world.campaign_officer)
    here = f"/reports/{report.pk}/"
    clerk = sign_in(world.records_clerk)
    assert "reason" in clerk.post(f"{here}send-back/", {"reason": ""}).context["form"].errors
    assert clerk.post(f"{here}send-back/", {"reason": "Ghi rõ số hộ"}).status_code == 302
    assert "Ghi rõ số hộ" in sign_in(world.campaign_officer).get(here).content.decode()
    report.refresh_from_db()
    report.write(by=world.campaign_officer, words={SectionCode.NEXT.value: ["Mời 29 hộ dự hội nghị"]})
    page = sign_in(world.campaign_officer).get(f"{here}versions/")
    (step,) = page.context["steps"]
    assert step.reason == "Ghi rõ số hộ"
    assert [change.kind for change in step.changes] == ["changed", "gone"]
    assert ("29 ", "ins") in [(text.strip() + " ", kind) for text, kind in step.changes[0].pieces]
    assert "<ins>" in page.content.decode()
    with pytest.raises(InternalError), transaction.atomic():
        ReportVersion.objects.update(reason="khác")


def test_words_that_are_the_same_show_no_change(world: World) -> None:
    paper = compose(make.report(world), scope(world))
    assert versions.differences(paper, paper) == []


def test_what_is_entered_later_stands_beside_the_signed_figure(world: World, sign_in: Callable) -> None:
    first = registry.accepted(world.campaign, world.cell, world.head, world.leadership)
    report = make.signed(world)
    figure = ReportFigure.objects.get(report=report, key="models.registered")
    assert (figure.value, figure.row_ids, figure.table) == (1, [first.pk], "models_registry.mobilizationmodel")
    client = sign_in(world.campaign_officer)
    assert "now" not in client.get(report.get_absolute_url()).context
    registry.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    page = client.get(report.get_absolute_url())
    assert page.context["now"]["models.registered"] == "02"
    assert "01 mô hình" in words(page)
    assert "hiện nay: 02" in page.content.decode()
    run = next(run for part in page.context["paper"].paragraphs for run in part.runs if run.figure == figure.key)
    assert f"known={today().isoformat()}" in run.href
    assert client.get(run.href).status_code == 200


def test_the_database_keeps_what_was_signed(world: World) -> None:
    report = make.signed(world)
    for change in ({"snapshot": {}}, {"sha256": "0" * 64}, {"title": "khác"}, {"on": today() - DAY}):
        with pytest.raises(InternalError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        ReportFigure.objects.filter(report=report).delete()
    for wrong in ("sent", "draft"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(state=wrong)


def test_a_withdrawn_report_is_replaced_once_and_both_lead_to_each_other(world: World, sign_in: Callable) -> None:
    report = make.sent(world)
    report.replace_sections({})
    leader, officer = sign_in(world.leadership), sign_in(world.campaign_officer)
    assert leader.post(f"/reports/{report.pk}/withdraw/", {"reason": "sai số hộ"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.issued_as.state) == ("withdrawn", "withdrawn")
    path = f"/reports/{report.pk}/replace/"
    form = officer.get(path).context["form"]
    assert form["title"].value() == report.title
    data = {"title": "kết quả đã sửa", "kind": "day", "on": today().strftime("%d/%m/%Y")}
    data |= {"body": world.committee.pk, "next": "Việc"}
    assert officer.post(path, data).status_code == 302
    other = Report.objects.get(replaces=report)
    assert officer.get(path).status_code == 403
    assert other.get_absolute_url() in officer.get(report.get_absolute_url()).content.decode()
    assert report.get_absolute_url() in officer.get(other.get_absolute_url()).content.decode()
    (step,) = officer.get(f"/reports/{other.pk}/versions/").context["steps"]
    assert step.reason == "sai số hộ"
    # whoever may not see the draft is not led to it
    assert (
        other.get_absolute_url() not in sign_in(world.superior_viewer).get(report.get_absolute_url()).content.decode()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=other.pk).update(replaces=other)


def test_a_report_is_not_sent_before_its_day(world: World, sign_in: Callable) -> None:
    report = make.numbered(world)
    data = {"on": (today() - DAY).strftime("%d/%m/%Y")}
    answer = sign_in(world.records_clerk).post(f"/reports/{report.pk}/send/", data)
    assert "on" in answer.context["form"].errors
    report.refresh_from_db()
    assert report.state == "numbered"


def test_in_a_closed_year_nothing_moves(world: World, sign_in: Callable) -> None:
    report = make.checked(world)
    world.campaign.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=None)
    assert sign_in(world.leadership).get(f"/reports/{report.pk}/sign/").status_code == 403


@pytest.mark.parametrize(
    ("begin", "verb", "kind", "told"),
    [
        (make.report, "hand_in", "handed_in", {"records_clerk", "leadership"}),
        (make.handed_in, "pass_check", "checked", {"leadership"}),
    ],
)
def test_the_next_one_is_told(world: World, begin: Any, verb: str, kind: str, told: set[str]) -> None:
    report = begin(world)
    getattr(report, verb)(by=world.campaign_officer if verb == "hand_in" else world.records_clerk)
    dispatch.run()
    people = {message.user for message in Message.objects.filter(words=f"reports.report.{kind}")}
    assert people == {world.people[name] for name in told}


@pytest.mark.parametrize("kind", ["handed_in", "checked", "signed", "sent_back", "withdrawn"])
def test_news_says_what_it_is_about(world: World, kind: str) -> None:
    report = make.withdrawn(world, title="kết quả tháng", entered_by=world.campaign_officer)
    row = {"withdrawn": report}.get(kind) or _lying_at(world, kind)
    dispatch.run()
    message = Message.objects.filter(words=f"reports.report.{kind}", subject_id=row.pk).first()
    assert message is not None
    assert row.title in registry_of_words.render(message, row, today()).line


def _lying_at(world: World, kind: str) -> Report:
    if kind == "sent_back":
        row = make.handed_in(world, title="kết quả quay lại", entered_by=world.campaign_officer)
        row.send_back(by=world.records_clerk, reason="thiếu số", paper=compose(row, scope(world)))
        return row
    return {"handed_in": make.handed_in, "checked": make.checked, "signed": make.signed}[kind](world, title="kết quả")
