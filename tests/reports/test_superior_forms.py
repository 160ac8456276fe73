"""A superior's Excel form: brought in once, its cells given to facts, filled from each month's report."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.figures import Scope, get_figure
from reports.filling import WORDS, fact_labels, values_of
from reports.models import FilledForm, SuperiorForm
from reports.narrative import freeze
from tests import factories as make
from tests.core.test_filled import superiors_form
from tests.models_registry import factories as registry
from tests.reports import factories

FIGURE = "campaigns.tasks"


@pytest.fixture
def form(world, sign_in):
    """Brought in through the page, with three cells."""
    client = sign_in(world.campaign_officer)
    upload = SimpleUploadedFile("Biểu mẫu tháng.xlsx", superiors_form())
    typed = {"name": "Biểu 01 dân vận khéo", "asked_by": world.superior.pk, "upload": upload}
    answer = client.post(reverse("reports:superior_form_new"), typed)
    row = SuperiorForm.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == row.get_absolute_url()
    for cell, fact in (("b3", FIGURE), ("$D$9", "=day"), ("B4", "campaigns.resolutions")):
        given = {"sheet": "Biểu 01", "cell": cell, "fact": fact}
        assert client.post(reverse("reports:superior_form_cell", args=[row.pk]), given).status_code == 302
    return row


def fill(client, form, report) -> FilledForm:
    answer = client.post(reverse("reports:superior_form_fill", args=[form.pk]), {"report": report.pk})
    assert answer.status_code == 302
    row = FilledForm.objects.latest("pk")
    assert answer.headers["Location"] == row.get_absolute_url()
    return row


def sheet_of(client, row: FilledForm):
    answer = client.get(reverse("reports:superior_form_download", args=[row.pk]))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer)))["Biểu 01"]


def test_filled_from_a_report_it_holds_the_reports_numbers_and_says_what_they_are_now(world, sign_in, form):
    make.task(world.campaign, world.cell)
    report, client = factories.report(world), sign_in(world.campaign_officer)
    first = fill(client, form, report)
    scope = Scope(ward=world.ward, campaign=world.campaign)
    sheet = sheet_of(client, first)
    assert sheet["B3"].value == get_figure(FIGURE).value(scope, report.on).value == 1
    assert sheet["D9"].value == f"{report.on:%d/%m/%Y}"
    assert sheet["B4"].value == get_figure("campaigns.resolutions").value(scope, report.on).value
    assert sheet["B5"].value == "=SUM(B3:B4)"
    make.task(world.campaign, world.cell)
    page = client.get(first.get_absolute_url()).content.decode()
    assert "<b>2</b>" in page
    assert sheet_of(client, first)["B3"].value == 1
    assert sheet_of(client, fill(client, form, report))["B3"].value == 2


def test_of_a_signed_report_it_says_what_was_signed(world):
    report = factories.signed(world)
    row, key, scope = form_row(world), "models.registered", Scope(ward=world.ward, campaign=world.campaign)
    row.cells.create(ward=world.ward, sheet="Biểu 01", cell="B3", fact=key)
    signed = report.figures.get(key=key).value
    registry.accepted(world.campaign, world.cell, world.head, world.campaign_officer)
    assert get_figure(key).value(scope, report.on).value != signed
    assert [one.value for one in values_of(report, row.cells.all(), scope)] == [signed]


def form_row(world) -> SuperiorForm:
    from core import tables

    upload = tables.accept(SimpleUploadedFile("Biểu.xlsx", superiors_form()))
    fields = {"ward": world.ward, "name": "Biểu", "asked_by": world.superior}
    return SuperiorForm.bring_in(by=world.campaign_officer, upload=upload, former=None, **fields)


def test_what_can_not_be_is_said_and_what_was_typed_stays(world, sign_in, form):
    client = sign_in(world.campaign_officer)
    to = reverse("reports:superior_form_cell", args=[form.pk])
    for cell, words in (("B5", "công thức"), ("C1", "A1"), ("7C", "7C"), ("", "")):
        page = client.post(to, {"sheet": "Biểu 01", "cell": cell, "fact": FIGURE})
        assert page.status_code == 200
        assert words in page.content.decode()
    assert form.cells.count() == 3
    for name, data in (
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.csv", b"a,b"),
    ):
        typed = {"name": "Biểu hỏng", "asked_by": world.superior.pk, "upload": SimpleUploadedFile(name, data)}
        page = client.post(reverse("reports:superior_form_new"), typed)
        assert page.status_code == 200
        assert "Biểu hỏng" in page.content.decode()
    assert SuperiorForm.objects.count() == 1


def test_a_new_edition_takes_the_cells_over_and_ends_the_one_before(world, sign_in, form):
    client = sign_in(world.campaign_officer)
    typed = {"name": "Biểu 01, bản mới", "asked_by": world.superior.pk, "former": form.pk}
    typed["upload"] = SimpleUploadedFile("moi.xlsx", superiors_form())
    assert client.post(reverse("reports:superior_form_new"), typed).status_code == 302
    form.refresh_from_db()
    new = SuperiorForm.objects.exclude(pk=form.pk).get()
    assert form.ended_on
    assert [str(cell) for cell in new.cells.all()] == [str(cell) for cell in form.cells.all()]
    report = factories.report(world)
    to = reverse("reports:superior_form_fill", args=[form.pk])
    assert client.post(to, {"report": report.pk}).status_code == 403
    fill(client, new, report)


def test_pressed_twice_it_is_kept_once_and_anew_after_the_signature(world, sign_in, form):
    report, client = factories.report(world), sign_in(world.campaign_officer)
    first = fill(client, form, report)
    assert fill(client, form, report) == first
    report.hand_in(by=world.campaign_officer)
    report.pass_check(by=world.records_clerk)
    paper, figures = freeze(report, Scope(ward=world.ward, campaign=report.campaign))
    report.sign(by=world.leadership, paper=paper, figures=figures)
    assert fill(client, form, report) != first, "who reads signed reports sees this one"


def test_a_form_without_cells_is_not_filled(world):
    with pytest.raises(ValidationError):
        form_row(world).fill(by=world.campaign_officer, report=factories.report(world), values=[])


def test_what_was_filled_never_changes(world, sign_in, form):
    row = fill(sign_in(world.campaign_officer), form, factories.report(world))
    for change in (lambda: FilledForm.objects.filter(pk=row.pk).update(sha256=""), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_cell_that_is_taken_out_is_no_longer_filled(world, sign_in, form):
    client = sign_in(world.campaign_officer)
    client.post(reverse("reports:superior_form_clear", args=[form.pk]), {"sheet": "Biểu 01", "cell": "B3"})
    assert sheet_of(client, fill(client, form, factories.report(world)))["B3"].value == 0  # as the superior sent it


def test_every_fact_that_is_offered_says_something(world):
    scope = Scope(ward=world.ward, campaign=world.campaign)
    report = factories.numbered(world)
    labels = fact_labels(scope, report.on)
    assert set(WORDS) < set(labels)
    assert all(labels.values())
    row = form_row(world)
    for number, fact in enumerate(labels, 10):
        row.cells.create(ward=world.ward, sheet="Biểu 01", cell=f"B{number}", fact=fact)
    said = {one.fact: one.value for one in values_of(report, row.cells.all(), scope)}
    assert {said[name] for name in WORDS} >= {world.ward.name, f"{report.on:%d/%m/%Y}"}


def test_the_page_shows_the_sheets_and_what_is_filled_where(world, sign_in, form):
    client = sign_in(world.campaign_officer)
    page = client.get(form.get_absolute_url()).content.decode()
    for words in ("BIỂU TỔNG HỢP &lt;KẾT QUẢ&gt;", "Mô hình đăng ký", "Biểu 01, B3", "Tổng", "Danh mục"):
        assert words in page
    assert "Danh mục" in client.get(form.get_absolute_url(), {"sheet": "Danh mục"}).content.decode()
    assert "Biểu 01 dân vận khéo" in client.get(reverse("reports:superior_form_list")).content.decode()


def test_who_reads_signed_reports_alone_sees_no_draft_behind_a_form(world, sign_in):
    filled = factories.filled_form(world)
    assert FilledForm.objects.visible_to(world.campaign_officer).get() == filled
    report = filled.report
    for reader in (world.supervisor, world.superior_viewer):
        page = sign_in(reader).get(filled.form.get_absolute_url()).content.decode()
        assert filled.get_absolute_url() not in page
    report.hand_in(by=world.campaign_officer)
    report.pass_check(by=world.records_clerk)
    paper, figures = factories.freeze(report, Scope(ward=world.ward, campaign=report.campaign))
    report.sign(by=world.leadership, paper=paper, figures=figures)
    assert not FilledForm.objects.visible_to(world.superior_viewer), "it holds the numbers of the draft"
    later = filled.form.fill(by=world.campaign_officer, report=report, values=filled.values)
    assert FilledForm.objects.visible_to(world.superior_viewer).get() == later


def test_a_sheet_further_down_than_is_read_is_said_and_filled_all_the_same(world, sign_in):
    row = factories.superior_form(world)
    book = openpyxl.Workbook()
    book.active["A200000"] = "cuối"
    out = io.BytesIO()
    book.save(out)
    row.file.save("lon.xlsx", io.BytesIO(out.getvalue()))
    page = sign_in(world.campaign_officer).get(SuperiorForm.objects.get().get_absolute_url())
    assert page.status_code == 200
    assert page.context["too_large"]
