from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns.models import CampaignClosed, Document
from core.models import StateChanged
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import accepted_file, days_ago, superior_plan, upload, ward_plan
from tests.world import World


def fields(world: World, **changes: object) -> dict:
    kind = make.document_kind(world.ward, branch="outside")
    known = {
        "direction": "in",
        "kind": kind.pk,
        "issuer": world.superior.pk,
        "number": "90",
        "symbol": "",
        "dated_on": days_ago(30).strftime("%d/%m/%Y"),
        "summary": "Kế hoạch năm Dân vận khéo",
    }
    return known | changes


def test_the_clerk_registers_an_incoming_plan_with_its_file(world: World, sign_in: Callable) -> None:
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, file=upload("ke-hoach.pdf")))
    document = Document.objects.get(summary="Kế hoạch năm Dân vận khéo")
    assert response.status_code == 302
    assert response.url == document.get_absolute_url()
    assert (document.state, document.direction, document.campaign) == ("issued", "in", world.campaign)
    assert document.original_name == "ke-hoach.pdf"
    assert Event.objects.about(document).get().kind == "campaigns.document.registered"


def test_a_symbol_composed_for_somebody_elses_document_is_an_inference(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    client.post("/documents/new/", fields(world))
    document = Document.objects.get(number=90)
    assert document.symbol == "90-KH/QU"
    assert document.symbol_inferred
    assert "ký hiệu suy ra" in client.get(document.get_absolute_url()).content.decode()


def test_the_issuers_earlier_ending_is_used_again(world: World) -> None:
    ward_plan(world, symbol="81-KH/ĐUP")
    document = Document(ward=world.ward, campaign=world.campaign, kind=make.document_kind(world.ward))
    document.issuer, document.number = world.committee, 82
    assert document.composed_symbol() == "82-KH/ĐUP"


def test_state_papers_are_written_their_own_way(world: World) -> None:
    kind = make.document_kind(world.ward, code="QĐ", branch="government")
    document = Document(ward=world.ward, issuer=world.government, kind=kind, number=9)
    assert document.composed_symbol() == "09/QĐ-UBND"


def test_a_typed_symbol_stays(world: World, sign_in: Callable) -> None:
    sign_in(world.records_clerk).post("/documents/new/", fields(world, symbol="90-KH/QU-T"))
    document = Document.objects.get(number=90)
    assert document.symbol == "90-KH/QU-T"
    assert not document.symbol_inferred


def test_a_date_before_the_parents_is_refused_with_the_day(world: World, sign_in: Callable) -> None:
    parent = superior_plan(world, dated_on=days_ago(10))
    data = fields(world, carries_out=parent.pk, dated_on=days_ago(11).strftime("%d/%m/%Y"))
    response = sign_in(world.records_clerk).post("/documents/new/", data)
    assert response.status_code == 200
    assert parent.dated_on.strftime("%d/%m/%Y") in str(response.context["form"].errors["dated_on"])
    assert "Kế hoạch năm Dân vận khéo" in response.content.decode()


def test_the_database_refuses_a_date_before_the_parents(world: World) -> None:
    parent = superior_plan(world, dated_on=days_ago(10))
    with pytest.raises(IntegrityError), transaction.atomic():
        ward_plan(world, carries_out=parent, dated_on=days_ago(11))
    child = ward_plan(world, carries_out=parent, dated_on=days_ago(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=parent.pk).update(dated_on=days_ago(8))
    assert child.carries_out == parent


def test_the_database_refuses_an_issued_document_without_symbol(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ward_plan(world, symbol="")


def test_the_same_document_twice_is_told_and_what_was_typed_stays(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    client.post("/documents/new/", fields(world))
    again = client.post("/documents/new/", fields(world))
    assert again.status_code == 200
    assert "đã có trong sổ" in again.content.decode()
    assert Document.objects.filter(number=90).count() == 1


def test_an_incoming_document_needs_its_number_or_symbol(world: World, sign_in: Callable) -> None:
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, number=""))
    assert "symbol" in response.context["form"].errors


def test_a_draft_is_issued_on_its_own_day(world: World) -> None:
    draft = ward_plan(world, state="draft", dated_on=days_ago(5))
    draft.issue(by=world.records_clerk)
    assert draft.transitions.first().on == days_ago(5)
    assert Event.objects.about(draft).get().kind == "campaigns.document.issued"


def test_a_draft_without_symbol_is_not_issued(world: World, sign_in: Callable) -> None:
    draft = ward_plan(world, state="draft", symbol="", number=None)
    with pytest.raises(ValidationError):
        draft.issue(by=world.records_clerk)
    response = sign_in(world.records_clerk).post(f"/documents/{draft.pk}/issue/", follow=True)
    assert "Nhập số, ký hiệu" in response.content.decode()


def test_the_second_issue_is_told_that_it_is_done(world: World) -> None:
    draft = ward_plan(world, state="draft")
    stale = Document.objects.get(pk=draft.pk)
    draft.issue(by=world.records_clerk)
    with pytest.raises(StateChanged):
        stale.issue(by=world.records_clerk)


def test_a_new_document_replaces_the_old_one_when_it_is_issued(world: World, sign_in: Callable) -> None:
    old = ward_plan(world)
    data = fields(world, direction="out", issuer=world.committee.pk, kind=old.kind_id, number="83")
    client = sign_in(world.records_clerk)
    client.post(f"/documents/new/?replaces={old.pk}", data)
    new = Document.objects.get(number=83)
    old.refresh_from_db()
    assert (new.replaces, new.state, old.state) == (old, "draft", "issued")
    client.post(f"/documents/{new.pk}/issue/")
    old.refresh_from_db()
    assert old.state == "replaced"
    assert old.transitions.first().on == new.dated_on


def test_a_withdrawn_document_keeps_its_reason(world: World, sign_in: Callable) -> None:
    document = ward_plan(world)
    today = days_ago(0).strftime("%d/%m/%Y")
    sign_in(world.records_clerk).post(f"/documents/{document.pk}/withdraw/", {"on": today, "reason": "Ban hành nhầm"})
    document.refresh_from_db()
    assert document.state == "withdrawn"
    assert document.transitions.first().reason == "Ban hành nhầm"


def test_a_corrected_day_counts_from_that_day(world: World) -> None:
    document = ward_plan(world, dated_on=days_ago(5))
    document.edit(by=world.records_clerk, dated_on=days_ago(9))
    assert Document.objects.in_force_on(days_ago(9)).get() == document
    document.edit(by=world.records_clerk, dated_on=days_ago(2))
    assert not Document.objects.in_force_on(days_ago(3)).exists()
    assert Document.objects.in_force_on(days_ago(2)).get() == document


def test_a_document_is_not_issued_before_its_day(world: World) -> None:
    draft = ward_plan(world, state="draft", dated_on=days_ago(-2))
    with pytest.raises(ValidationError):
        draft.issue(by=world.records_clerk)


def test_a_replacement_is_not_older(world: World) -> None:
    old = ward_plan(world, dated_on=days_ago(5))
    new = ward_plan(world, dated_on=days_ago(6), replaces=old, state="draft")
    with pytest.raises(ValidationError):
        new.issue(by=world.records_clerk)
    new.refresh_from_db()
    assert new.state == "draft"


def test_a_restricted_document_is_hidden_from_units(world: World, sign_in: Callable) -> None:
    file = accepted_file()
    given = {"file": file.content, "sha256": file.sha256, "original_name": file.original_name}
    document = ward_plan(world, is_restricted=True, summary="Chỉ trong nội bộ", **given)
    head, clerk = sign_in(world.head), sign_in(world.records_clerk)
    assert head.get(document.get_absolute_url()).status_code == 404
    assert head.get(f"/documents/{document.pk}/file/").status_code == 404
    assert "Chỉ trong nội bộ" not in head.get("/documents/").content.decode()
    assert "Chỉ trong nội bộ" in clerk.get("/documents/").content.decode()


def test_a_file_is_sent_as_an_attachment(world: World, sign_in: Callable) -> None:
    file = accepted_file("ke-hoach.pdf")
    document = ward_plan(world, file=file.content, sha256=file.sha256, original_name=file.original_name)
    response = sign_in(world.head).get(f"/documents/{document.pk}/file/")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/pdf"


def test_search_needs_no_marks(world: World, sign_in: Callable) -> None:
    ward_plan(world, summary="Chỉnh trang tuyến phố Trạm", symbol="82-KH/ĐU")
    ward_plan(world, summary="Cuộc thi viết")
    client = sign_in(world.head)
    for words in ("tram", "82-kh/du", "Trạm"):
        page = client.get("/documents/", {"q": words})
        assert [row.symbol for row in page.context["page"]] == ["82-KH/ĐU"], words


def test_filters_narrow_the_list(world: World, sign_in: Callable) -> None:
    incoming, own = superior_plan(world), ward_plan(world)
    client = sign_in(world.head)
    assert list(client.get("/documents/?direction=in").context["page"]) == [incoming]
    assert list(client.get(f"/documents/?kind={own.kind_id}").context["page"]) == [own]
    assert not list(client.get("/documents/?state=withdrawn").context["page"])


def test_a_closed_year_registers_nothing(world: World, sign_in: Callable) -> None:
    document = ward_plan(world, state="draft")
    world.campaign.close(by=world.campaign_officer)
    document.campaign.refresh_from_db()
    with pytest.raises(CampaignClosed):
        document.issue(by=world.records_clerk)
    response = sign_in(world.records_clerk).get("/documents/new/")
    assert response.status_code == 403
    assert str(world.campaign.year) in response.content.decode()


def test_another_wards_unit_is_no_issuer(world: World, sign_in: Callable) -> None:
    elsewhere = make.unit(world.other_ward)
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, issuer=elsewhere.pk))
    assert "issuer" in response.context["form"].errors
