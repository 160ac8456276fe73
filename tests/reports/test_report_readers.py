"""What was written before the signature is for those who write, check and sign; a draft saved late changes nothing."""

import pytest
from django.urls import reverse

from core.figures import Scope
from core.models import StateChanged
from reports import narrative
from reports.choices import ReportState
from reports.models import Report
from tests.reports import factories


@pytest.fixture
def returned(world) -> Report:
    """Sent back once, then signed."""
    row = factories.handed_in(world)
    paper = narrative.compose(row, Scope(ward=world.ward, campaign=row.campaign))
    row.send_back(by=world.records_clerk, reason="Sai số hộ của tổ 5", paper=paper)
    row.hand_in(by=world.campaign_officer)
    row.pass_check(by=world.records_clerk)
    paper, figures = narrative.freeze(row, Scope(ward=world.ward, campaign=row.campaign))
    row.sign(by=world.leadership, paper=paper, figures=figures)
    return row


def test_a_reader_of_signed_reports_sees_nothing_of_what_was_sent_back(world, sign_in, returned):
    versions = reverse("reports:report_versions", args=[returned.pk])
    for person, sees in (
        (world.campaign_officer, True),
        (world.leadership, True),
        (world.supervisor, False),
        (world.head, False),
    ):
        client = sign_in(person)
        page = client.get(returned.get_absolute_url())
        assert page.status_code == 200
        assert ("Sai số hộ của tổ 5" in page.content.decode()) is sees
        assert (versions in page.content.decode()) is sees
        assert client.get(versions).status_code == (200 if sees else 403)


def test_a_draft_that_was_handed_in_meanwhile_is_not_written_over(world, sign_in):
    report = factories.report(world)
    late = Report.objects.get(pk=report.pk)
    report.hand_in(by=world.campaign_officer)
    late.title = "kết quả khác"
    with pytest.raises(StateChanged):
        late.write(by=world.campaign_officer, words={})
    report.refresh_from_db()
    assert (report.state, report.title, report.handed_in_by) == (
        ReportState.SUBMITTED,
        "kết quả thử",
        world.campaign_officer,
    )


def test_who_began_it_does_not_check_it_though_another_handed_it_in(world):
    report = factories.report(world)
    Report.objects.filter(pk=report.pk).update(entered_by=world.records_clerk)
    report.refresh_from_db()
    report.hand_in(by=world.campaign_officer)
    assert not report.can_check(world.records_clerk)
    assert report.can_check(world.leadership)


def test_now_is_asked_of_the_figures_whatever_the_sentences_say_today(world, monkeypatch):
    report = factories.signed(world)
    monkeypatch.setattr(narrative, "texts_of", lambda report: [])
    assert narrative.changes(report, Scope(ward=world.ward, campaign=report.campaign)) == {}


@pytest.mark.parametrize("line", ["*plan|x", "*day", "*issuer"])
def test_a_fact_without_parts_is_refused_after_the_star(line):
    from core.figures import all_figures
    from reports.narrative import fact_names
    from reports.sentences import problems

    assert list(problems([line], fact_names(), set(all_figures())))
