import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from campaigns.models import CampaignClosed, Document, NumberPeriod, PaperStyle
from core.files import accept
from core.models import StateChanged
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import accepted_file, days_ago, superior_plan, upload, ward_plan
from tests.parallel import together
from tests.world import World


def fields(world: World, **changes: object) -> dict:
    kind = make.document_kind(world.ward)
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


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Đảng ủy phường Hòa Bình", "82-KH/ĐU"),
        ("ĐẢNG UỶ PHƯỜNG 7", "82-KH/ĐU"),
        ("Chi bộ Tổ dân phố 12 và 13", "82-KH/CB"),
        ("Ủy ban nhân dân phường Hoà Bình", "82/KH-UBND"),
        ("Hội Cựu chiến binh phường", ""),
    ],
)
def test_a_body_is_abbreviated_as_its_kind_is_and_not_by_its_initials(world: World, name: str, symbol: str) -> None:
    branch = "government" if "nhân dân" in name else "party"
    document = Document(ward=world.ward, number=82, kind=make.document_kind(world.ward))
    document.issuer, document.dated_on = make.unit(world.ward, name, branch), days_ago(1)
    assert document.composed_symbol() == symbol


def test_the_wards_own_abbreviation_comes_first_from_its_day_on(world: World) -> None:
    style = {"ward": world.ward, "unit": world.committee, "source": "Quyết định thử"}
    PaperStyle.objects.create(abbreviation="ĐUP", valid_from=days_ago(10), **style)
    document = Document(ward=world.ward, number=82, kind=make.document_kind(world.ward), issuer=world.committee)
    document.dated_on = days_ago(10)
    assert document.composed_symbol() == "82-KH/ĐUP"
    document.dated_on = days_ago(11)
    assert document.composed_symbol() == "82-KH/ĐU"


def test_a_body_of_unknown_abbreviation_goes_on_as_it_wrote_before_or_is_asked(world: World, sign_in: Callable) -> None:
    union = make.unit(world.ward, "Hội Cựu chiến binh phường")
    kind = make.document_kind(world.ward).pk
    data = fields(world, direction="out", issuer=union.pk, kind=kind, number="3")
    client = sign_in(world.records_clerk)
    response = client.post("/documents/new/", data)
    assert "Nhập ký hiệu" in str(response.context["form"].errors["symbol"])
    client.post("/documents/new/", data | {"symbol": "03-KH/CCB"})
    client.post("/documents/new/", data | {"number": "4"})
    assert Document.objects.get(number=4).symbol == "04-KH/CCB"


def test_state_papers_are_written_their_own_way(world: World) -> None:
    kind = make.document_kind(world.ward, code="QĐ")
    document = Document(ward=world.ward, issuer=world.government, kind=kind, number=9)
    assert document.composed_symbol() == "09/QĐ-UBND"
    document.kind = make.document_kind(world.ward, code="CV")
    assert document.composed_symbol() == "09/UBND"


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


def test_the_second_issue_is_told_that_it_is_done(world: World) -> None:
    draft = ward_plan(world, state="draft")
    stale = Document.objects.get(pk=draft.pk)
    draft.issue(by=world.records_clerk)
    with pytest.raises(StateChanged):
        stale.issue(by=world.records_clerk)


def test_a_new_document_replaces_the_old_one_when_it_is_issued(world: World, sign_in: Callable) -> None:
    old = ward_plan(world)
    data = fields(world, direction="out", issuer=world.committee.pk, kind=old.kind_id, number=str(old.number + 1))
    client = sign_in(world.records_clerk)
    client.post(f"/documents/new/?replaces={old.pk}", data)
    new = Document.objects.get(number=old.number + 1)
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
    incoming, own = superior_plan(world), ward_plan(world, kind=make.document_kind(world.ward, code="CV"))
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


# ---- one number once ------------------------------------------------------------------------------
def own(world: World, number: int, **fields: object) -> Document:
    return ward_plan(world, number=number, symbol=f"{number:02}-KH/ĐU", **fields)


def typed(world: World, **changes: object) -> dict:
    return fields(world, direction="out", issuer=world.committee.pk, kind=make.document_kind(world.ward).pk) | changes


@pytest.mark.parametrize("day", [5, 4])
def test_a_number_is_issued_once_whatever_the_day(world: World, sign_in: Callable, day: int) -> None:
    first = own(world, 15, dated_on=days_ago(5))
    second = own(world, 15, dated_on=days_ago(day), state="draft")
    response = sign_in(world.records_clerk).post(f"/documents/{second.pk}/issue/", follow=True)
    assert response.status_code == 200
    assert f"15-KH/ĐU ngày {first.dated_on:%d/%m/%Y} đã có trong sổ" in response.content.decode()
    second.refresh_from_db()
    assert second.state == "draft"


def test_the_sentence_stands_at_the_symbol_and_nothing_is_lost(world: World, sign_in: Callable) -> None:
    own(world, 15)
    response = sign_in(world.records_clerk).post("/documents/new/", typed(world, number="15"))
    assert "đã có trong sổ" in str(response.context["form"].errors["symbol"])
    assert "Kế hoạch năm Dân vận khéo" in response.content.decode()


def test_who_takes_the_number_a_moment_earlier_wins_and_the_other_is_told(
    world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check before saving sees nothing yet: the database refuses, and its constraint has a sentence."""
    own(world, 15)
    draft = own(world, 15, state="draft", dated_on=days_ago(4))
    monkeypatch.setattr(Document, "_require_free_symbol", lambda self: None)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        draft.issue(by=world.records_clerk)
    assert isinstance(refused.value, ValidationError)
    response = sign_in(world.records_clerk).post(f"/documents/{draft.pk}/issue/", follow=True)
    assert "đã có trong sổ" in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_database_refuses_a_second_symbol_and_a_second_number(world: World) -> None:
    own(world, 15)
    for fields in ({"symbol": "15-kh/đu", "number": None}, {"symbol": "15-KH/ĐUP", "number": 15}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ward_plan(world, **fields)


def test_a_withdrawn_number_is_not_given_again(world: World) -> None:
    first = own(world, 15)
    first.withdraw(by=world.records_clerk, on=days_ago(0), reason="Ban hành nhầm")
    with pytest.raises(ValidationError):
        own(world, 15, state="draft").issue(by=world.records_clerk)


def test_party_numbers_run_by_kind_and_term_and_state_numbers_by_kind_and_year(world: World) -> None:
    kind = make.document_kind(world.ward, code="QĐ")
    day = days_ago(0).replace(month=1, day=1)
    for on in (day, day - datetime.timedelta(days=1)):
        make.document(world.campaign, world.government, kind=kind, number=1, symbol="01/QĐ-UBND", dated_on=on)
    own(world, 1, dated_on=day - datetime.timedelta(days=1))
    ward_plan(world, number=1, symbol="01-NQ/ĐU", kind=make.document_kind(world.ward, code="NQ"), dated_on=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        own(world, 1, dated_on=day)
    term = {"ward": world.ward, "issuer": world.committee, "label": "Nhiệm kỳ mới"}
    NumberPeriod.objects.create(valid_from=day, **term)
    assert own(world, 1, dated_on=day).series_from == day


def test_documents_move_into_the_term_that_is_entered_later(world: World) -> None:
    document = own(world, 7, dated_on=days_ago(3))
    term = NumberPeriod(ward=world.ward, issuer=world.committee, label="Nhiệm kỳ mới", valid_from=days_ago(5))
    term.save()
    document.refresh_from_db()
    assert document.series_from == days_ago(5)


def test_a_gap_is_asked_about_and_goes_through_with_the_tick(world: World, sign_in: Callable) -> None:
    own(world, 15)
    client = sign_in(world.records_clerk)
    asked = client.post("/documents/new/", typed(world, number="99"))
    assert "16-98" in str(asked.context["form"].errors["number"])
    tick = {"keep": asked.context["form"].fields["keep"].choices[0][0]}
    assert tick["keep"] in asked.content.decode()
    other = client.post("/documents/new/", typed(world, number="98") | tick)
    assert "16-97" in str(other.context["form"].errors["number"]), "the tick was for another question"
    assert client.post("/documents/new/", typed(world, number="99") | tick).status_code == 302
    assert client.post("/documents/new/", typed(world, number="16")).status_code == 302


def test_an_incoming_document_is_not_asked_about_the_senders_other_numbers(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    client.post("/documents/new/", fields(world, number="90"))
    assert client.post("/documents/new/", fields(world, number="103")).status_code == 302


# ---- one symbol in one form ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    ["77-KH/TU", "77–KH/TU", "77 - KH / TU", "077-KH/TU", "77-kh/tu", "Số: 77-KH/TU", "７７-KH/TU", "77‐KH/TU."],
)
def test_a_symbol_registers_once_in_whatever_spelling(world: World, sign_in: Callable, typed: str) -> None:
    superior_plan(world, symbol="77-KH/TU", number=77)
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, symbol=typed, number=""))
    assert "đã có trong sổ" in str(response.context["form"].errors["symbol"])


def test_the_number_is_read_from_the_symbol(world: World, sign_in: Callable) -> None:
    sign_in(world.records_clerk).post("/documents/new/", fields(world, symbol="5-kh/qu", number=""))
    assert Document.objects.get(number=5).symbol == "05-KH/QU"


def test_a_composed_symbol_follows_number_and_kind(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    client.post("/documents/new/", typed(world, number="45"))
    document = Document.objects.get(number=45)
    decision = make.document_kind(world.ward, code="QĐ", label="Quyết định")
    change = typed(world, number="46", kind=decision.pk, symbol=document.symbol)
    assert client.post(f"/documents/{document.pk}/edit/", change).status_code == 302
    document.refresh_from_db()
    assert (document.symbol, document.number) == ("46-QĐ/ĐU", 46)


def test_the_symbol_of_an_issued_document_follows_only_when_asked_for(world: World, sign_in: Callable) -> None:
    document = own(world, 45)
    client = sign_in(world.records_clerk)
    change = typed(world, number="46", symbol="45-KH/ĐU")
    asked = client.post(f"/documents/{document.pk}/edit/", change)
    assert "Đã ban hành với ký hiệu 45-KH/ĐU" in str(asked.context["form"].errors["symbol"])
    token = asked.context["form"].fields["keep"].choices[0][0]
    client.post(f"/documents/{document.pk}/edit/", change | {"keep": token})
    document.refresh_from_db()
    assert (document.symbol, document.number) == ("46-KH/ĐU", 46)


@pytest.mark.parametrize("change", [{"number": "46"}, {"kind": "QĐ"}])
def test_a_typed_symbol_that_does_not_fit_is_asked_about(world: World, sign_in: Callable, change: dict) -> None:
    document = ward_plan(world, state="draft", symbol="45-KH/ĐU-T", number=45)
    decision = make.document_kind(world.ward, code="QĐ", label="Quyết định")
    given = {"number": "45", "symbol": "45-KH/ĐU-T"} | change
    data = typed(world, **given) | ({"kind": decision.pk} if "kind" in change else {})
    response = sign_in(world.records_clerk).post(f"/documents/{document.pk}/edit/", data)
    assert "45-KH/ĐU-T" in str(response.context["form"].errors["symbol"])
    document.refresh_from_db()
    assert document.number == 45


# ---- order, issuer, secrecy ------------------------------------------------------------------------
def test_documents_of_a_day_stand_by_number_and_can_be_narrowed_to_an_issuer(world: World, sign_in: Callable) -> None:
    for number in (52, 50, 51):
        own(world, number, dated_on=days_ago(3))
    superior_plan(world, dated_on=days_ago(3))
    page = sign_in(world.head).get(f"/documents/?issuer={world.committee.slug}").context["page"]
    assert [row.number for row in page] == [52, 51, 50]


SECRET = [
    "MẬT",
    "Tối mật",
    "TUYỆT MẬT",
    "[MẬT] Kế hoạch phòng thủ",
    "Mật - kế hoạch",
    "MẬT Kế hoạch phòng thủ",
    "M Ậ T",
    "Độ mật: Mật. Kế hoạch",
    "Kế hoạch phòng thủ (Mật)",
    "TUYET MAT",
    "MAT: ke hoach",
]
OPEN = ["Mật độ dân số", "Giữ bí mật nhà nước", "MẬT ĐỘ XÂY DỰNG", "Mặt trận Tổ quốc", "mat tran to quoc", "Mật ong"]


@pytest.mark.parametrize("summary", SECRET)
def test_what_bears_a_mark_of_secrecy_is_refused_with_the_reason(world: World, sign_in: Callable, summary: str) -> None:
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, summary=summary))
    assert "bí mật" in str(response.context["form"].errors["summary"])
    assert not Document.objects.exists()


@pytest.mark.parametrize("summary", OPEN)
def test_words_that_only_begin_like_a_mark_pass(world: World, sign_in: Callable, summary: str) -> None:
    sign_in(world.records_clerk).post("/documents/new/", fields(world, summary=summary))
    assert Document.objects.get().summary == summary


def test_a_file_named_secret_and_a_secret_plan_item_are_refused(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    response = client.post("/documents/new/", fields(world, file=upload("MẬT ke hoach.pdf")))
    assert "file" in response.context["form"].errors
    plan = ward_plan(world)
    response = client.post(f"/documents/{plan.pk}/items/new/", {"text": "MẬT: rà phá"})
    assert "text" in response.context["form"].errors
    assert not plan.plan_items.exists()


def test_the_administrator_is_told_too(world: World) -> None:
    own(world, 15)
    second = Document(ward=world.ward, campaign=world.campaign, kind=make.document_kind(world.ward), number=15)
    second.issuer, second.dated_on, second.direction, second.summary = world.committee, days_ago(1), "out", "Trùng số"
    with pytest.raises(ValidationError) as refused:
        second.full_clean()
    assert "symbol" in refused.value.error_dict


def draft_of(world: World, **fields: object) -> Document:
    return ward_plan(world, state="draft", symbol="", number=None, carries_out=None, **fields)


def test_a_draft_gets_the_next_number_of_its_series_when_it_is_issued(world: World, sign_in: Callable) -> None:
    ward_plan(world, number=44, symbol="44-KH/ĐU")  # taken by hand before the portal came
    draft, client = draft_of(world), sign_in(world.records_clerk)
    assert "45-KH/ĐU" in client.get(f"/documents/{draft.pk}/issue/").content.decode()
    client.post(f"/documents/{draft.pk}/issue/")
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.symbol) == ("issued", 45, "45-KH/ĐU")
    draft.withdraw(by=world.records_clerk, on=draft.dated_on, reason="Sai thể thức")
    later = draft_of(world)
    later.issue(by=world.records_clerk)
    assert later.number == 46  # a withdrawn document keeps its number


def test_a_draft_of_a_body_without_abbreviation_is_not_issued_without_symbol(world: World, sign_in: Callable) -> None:
    kind = make.document_kind(world.ward)
    body = make.unit(world.ward, "Hội Cựu chiến binh phường", "association")
    draft = make.document(world.campaign, body, kind=kind, direction="out", state="draft", symbol="", number=None)
    assert "sẽ mang số" not in sign_in(world.records_clerk).get(f"/documents/{draft.pk}/issue/").content.decode()
    with pytest.raises(ValidationError, match="viết tắt"):
        draft.issue(by=world.records_clerk)
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", None)


@pytest.mark.django_db(transaction=True)
def test_eight_who_issue_at_the_same_moment_leave_no_gap_and_give_no_number_twice(world: World) -> None:
    ward_plan(world, number=9, symbol="09-KH/ĐU")
    drafts = [draft_of(world) for _n in range(24)]
    waiting = iter([drafts[n::8] for n in range(8)])

    def issue_some() -> None:
        for draft in next(waiting):
            draft.issue(by=world.records_clerk)

    together(issue_some, 8)
    numbers = Document.objects.filter(pk__in=[draft.pk for draft in drafts]).values_list("number", flat=True)
    assert sorted(numbers) == list(range(10, 34))


def test_the_officer_hands_a_draft_to_the_clerk_who_finds_it_among_the_work(world: World, sign_in: Callable) -> None:
    draft, officer, clerk = draft_of(world), sign_in(world.campaign_officer), sign_in(world.records_clerk)
    assert officer.get(f"/documents/{draft.pk}/issue/").status_code == 403
    assert draft.summary not in clerk.get("/work/").content.decode()
    officer.post(f"/documents/{draft.pk}/ask-number/")
    assert f"/documents/{draft.pk}/issue/" in clerk.get("/work/").content.decode()
    page = officer.get(draft.get_absolute_url()).content.decode()
    assert "chờ cấp số từ ngày" in page
    assert f"/documents/{draft.pk}/ask-number/" not in page
    again = officer.post(f"/documents/{draft.pk}/ask-number/", follow=True)
    assert "Văn thư đã nhận văn bản này" in again.content.decode()


def test_the_file_of_an_issued_document_stays_as_it_is(world: World, sign_in: Callable) -> None:
    plan = draft_of(world)
    plan.edit(by=world.records_clerk, file=accepted_file())
    plan.issue(by=world.records_clerk)
    other = accept(SimpleUploadedFile("khac.pdf", b"%PDF-1.4 other"))
    with pytest.raises(ValidationError, match="Thay thế"):
        plan.edit(by=world.records_clerk, file=other)
    plan.edit(by=world.records_clerk, file=accepted_file("cung-mot-tep.pdf"))  # the very same once more is no change
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=plan.pk).update(sha256="0" * 64)
    incoming = superior_plan(world)
    incoming.edit(by=world.records_clerk, file=accepted_file())
    incoming.edit(by=world.records_clerk, file=other)  # a scan of somebody else's may be redone
