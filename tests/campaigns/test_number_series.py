"""Series of numbers: one kind of document for all bodies, and numbers that were taken by hand."""

import datetime
from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import Campaign, Document, DocumentKind, NumberStart, PaperStandard
from core.models import today
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import days_ago, superior_plan, ward_plan
from tests.query_baseline import QueryBaseline
from tests.world import World

one_kind = import_module("campaigns.migrations.0011_one_kind")


def draft_of(world: World, **fields: object) -> Document:
    return ward_plan(world, state="draft", symbol="", number=None, carries_out=None, **fields)


# ---- one kind ---------------------------------------------------------------------------------------
def test_form_and_number_of_one_kind_follow_from_who_issues_it(world: World) -> None:
    kind = make.document_kind(world.ward, code="QĐ", label="Quyết định")
    said = {}
    for issuer in (world.committee, world.government, world.front, world.superior):
        document = Document(ward=world.ward, issuer=issuer, kind=kind, number=9, dated_on=days_ago(0))
        said[issuer] = document.composed_symbol(), document.series_start().year
    year = today().year
    assert said == {
        world.committee: ("09-QĐ/ĐU", 1900),
        world.government: ("09/QĐ-UBND", year),
        world.front: ("09/QĐ-MTTQ-BTT", year),
        world.superior: ("09-QĐ/QU", 1900),
    }


def test_a_kind_that_is_numbered_in_a_way_of_its_own_says_so(world: World) -> None:
    kind = make.document_kind(world.ward, code="GM", label="Giấy mời", numbering="year")
    document = Document(ward=world.ward, issuer=world.committee, kind=kind, number=9, dated_on=days_ago(0))
    assert document.series_start() == datetime.date(today().year, 1, 1)


def test_each_kind_stands_once_in_the_filter_and_in_the_form(world: World, sign_in: Callable) -> None:
    for code, label in (("CV", "Công văn"), ("KH", "Kế hoạch")):
        make.document_kind(world.ward, code=code, label=label)
    client = sign_in(world.records_clerk)
    assert client.get("/documents/").content.decode().count("Công văn (CV)") == 1
    assert client.get("/documents/new/").content.decode().count("Công văn (CV)") == 1


@pytest.mark.slow
def test_kinds_of_the_branches_become_one_and_every_document_keeps_its_number(world: World) -> None:
    committee, government = world.committee, world.government
    rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX campaigns_documentkind_code")
        cursor.execute("ALTER TABLE campaigns_documentkind ADD branch varchar(20) NOT NULL DEFAULT 'party'")
        cursor.execute("ALTER TABLE campaigns_documentkind DISABLE TRIGGER USER")
        for branch, numbering in (("outside", "term"), ("government", "year"), ("party", "term")):
            kind = DocumentKind.objects.create(ward=world.ward, code="CV", label="Công văn", numbering=numbering)
            cursor.execute("UPDATE campaigns_documentkind SET branch = %s WHERE id = %s", [branch, kind.pk])
            rows[branch] = kind
        day = days_ago(3)
        kept = [
            make.document(world.campaign, committee, kind=rows["party"], number=5, symbol="05-CV/ĐU", dated_on=day),
            make.document(world.campaign, committee, kind=rows["party"], number=6, symbol="06-CV/ĐU", dated_on=day),
            make.document(world.campaign, committee, kind=rows["party"], number=7, symbol="07-CV/ĐU", dated_on=day),
            make.document(
                world.campaign, government, kind=rows["government"], number=5, symbol="05/UBND", dated_on=day
            ),
        ]
        clash = make.document(
            world.campaign, committee, kind=rows["government"], number=5, symbol="5b-CV/ĐU", dated_on=day
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(one_kind.MERGE)
    left = DocumentKind.objects.get(ward=world.ward, code="CV")
    assert (left, left.numbering) == (rows["party"], "")
    documents = {row.pk: row for row in Document.objects.all()}
    assert {row.kind_id for row in documents.values()} == {left.pk}
    assert [documents[row.pk].series_from.year for row in kept] == [1900, 1900, 1900, today().year]
    assert documents[clash.pk].series_from is None  # its number was given twice, which nobody can mend here
    history = Document.history.rel.related_model.objects
    assert set(history.filter(pgh_obj_id__in=documents).values_list("kind_id", flat=True)) == {left.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        make.document(world.campaign, committee, kind=left, number=6, symbol="06-CV/ĐU-T", dated_on=day)


# ---- numbers taken by hand ---------------------------------------------------------------------------
def typed(world: World, **changes: object) -> dict:
    kind = make.document_kind(world.ward)
    return {"issuer": world.committee.pk, "kind": kind.pk, "last": "81", "source": "Sổ công văn đi, trang 14"} | changes


def test_the_clerk_enters_the_last_number_by_hand_and_the_series_goes_on(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    assert client.post("/documents/numbers/new/", typed(world)).status_code == 302
    start = NumberStart.objects.get()
    assert (start.last, start.entered_by) == (81, world.records_clerk)
    assert Event.objects.about(start).get().kind == "campaigns.number_start.entered"
    draft = draft_of(world)
    draft.issue(by=world.records_clerk)
    assert draft.symbol == "82-KH/ĐU"
    page = client.get("/documents/numbers/").content.decode()
    assert "đến số 81" in page
    assert "81 số" not in page, "what was taken by hand is not missing"
    assert f"/documents/numbers/{start.pk}/remove/" not in page, "82 was given after it"


def test_a_number_by_hand_twice_is_refused_and_what_was_typed_stays(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    client.post("/documents/numbers/new/", typed(world))
    again = client.post("/documents/numbers/new/", typed(world, last="90"))
    assert again.status_code == 200
    assert "đã được nhập" in again.content.decode()
    assert 'value="90"' in again.content.decode()
    assert NumberStart.objects.get().last == 81
    first = NumberStart.objects.get()
    same = {"ward": world.ward, "issuer": first.issuer, "kind": first.kind, "series_from": first.series_from}
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberStart.objects.create(last=90, **same)


def test_a_number_by_hand_below_the_register_is_refused_with_the_next_one(world: World, sign_in: Callable) -> None:
    ward_plan(world, number=90, symbol="90-KH/ĐU")
    response = sign_in(world.records_clerk).post("/documents/numbers/new/", typed(world))
    assert "91" in str(response.context["form"].errors["last"])
    assert not NumberStart.objects.exists()


def test_an_older_document_is_entered_later_and_moves_nothing(world: World) -> None:
    NumberStart(ward=world.ward, issuer=world.committee, kind=make.document_kind(world.ward), last=81).enter(by=None)
    ward_plan(world, number=60, symbol="60-KH/ĐU")
    draft = draft_of(world)
    assert draft.gap_question() == ""
    draft.issue(by=world.records_clerk)
    assert (draft.number, draft.gap_question()) == (82, "")


def test_a_wrong_number_is_taken_back_until_one_is_given_after_it(world: World, sign_in: Callable) -> None:
    start = NumberStart(ward=world.ward, issuer=world.committee, kind=make.document_kind(world.ward), last=811)
    start.enter(by=world.records_clerk)
    client = sign_in(world.records_clerk)
    assert "811" in client.get(f"/documents/numbers/{start.pk}/remove/").content.decode()
    client.post(f"/documents/numbers/{start.pk}/remove/")
    assert not NumberStart.objects.exists()
    later = NumberStart(ward=world.ward, issuer=world.committee, kind=make.document_kind(world.ward), last=81)
    later.enter(by=world.records_clerk)
    draft_of(world).issue(by=world.records_clerk)
    refused = client.post(f"/documents/numbers/{later.pk}/remove/")
    assert refused.status_code == 403
    assert "82-KH/ĐU" in refused.content.decode()


def test_the_register_of_numbers_counts_what_is_missing(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    ward_plan(world, number=3, symbol="03-KH/ĐU")
    superior_plan(world)
    page = query_baseline.check("number_list", sign_in(world.head), "/documents/numbers/")
    assert [(one.last, one.missing) for one in page.context["series"]] == [(3, 2)]
    assert "Nhập số cuối" not in page.content.decode()


def test_the_first_year_of_a_ward_brings_the_usual_kinds_and_layouts(world: World) -> None:
    ward = make.ward()
    days = {"opens_on": datetime.date(2026, 1, 1), "closes_on": datetime.date(2026, 12, 31)}
    Campaign(ward=ward, year=2026, theme="Năm thử", **days).prepare(by=None)
    assert {"KH", "CV", "NQ", "GM", "BB"} <= set(DocumentKind.objects.filter(ward=ward).values_list("code", flat=True))
    codes = PaperStandard.objects.filter(ward=ward).valid_on(datetime.date(2026, 5, 27)).values_list("code", flat=True)
    assert set(codes) == {"05-HD/VPTW", "30/2020/NĐ-CP"}
    DocumentKind.objects.filter(ward=ward).exclude(code="KH").delete()  # what the ward took out stays out
    Campaign(ward=ward, year=2027, theme="Năm sau", opens_on="2027-01-01", closes_on="2027-12-31").prepare(by=None)
    assert DocumentKind.objects.get(ward=ward).code == "KH"
