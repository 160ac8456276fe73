"""What is written at the door beside who was met, how it is corrected, and the minutes of it."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from campaigns.models.papers import enter_usual_papers
from clearance import actions
from clearance.actions import Asked, HandOver, MinutesKept, Promised
from clearance.agenda import owed
from clearance.choices import InvitationState, MinutesState
from clearance.forms.visits import COMMON_OUTCOMES
from clearance.models import Delivery, Household, Promise, Question, Visit, VisitConcern, VisitScript
from core.agenda import Ask
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.clearance.test_owed import ONE_DAY, day, post
from tests.clearance.test_visit_new import address, answers
from tests.world import World


@pytest.fixture
def household(place: dict) -> Household:
    return place["of_cell"][0]


@pytest.fixture
def head(world: World, sign_in: Callable) -> Client:
    return sign_in(world.head)


def amended(visit: Visit, world: World, **fields: Any) -> Visit:
    facts = {"outcome": "met_family", "purpose": visit.purpose, "note": "", "follow_up_on": None}
    facts |= {"attendance_reply": None, "concerns": {}, "minutes": MinutesKept(), "reason": "gặp con trai"}
    facts |= {"by": world.head, "campaign": world.campaign, "client_id": uuid.uuid4()}
    return actions.amend_visit(visit, **facts | fields)


def test_not_to_wish_to_talk_stands_among_the_first_answers(head: Client, household: Household) -> None:
    assert "declined" in COMMON_OUTCOMES
    page = head.get(address(household)).content.decode()
    assert page.index('value="declined"') < page.index("<details", page.index("div_id_outcome"))
    assert head.post(address(household), answers(outcome="declined")).status_code == 302
    assert Visit.objects.get().outcome == "declined"


def test_one_form_saves_concerns_questions_a_promise_a_paper_and_minutes(
    world: World, head: Client, household: Household
) -> None:
    unit = world.government.pk
    sent = answers(concerns=["price", "resettlement"], words_price="Giá đất thấp hơn giá thị trường")
    sent |= {"question": "Bao giờ đo lại?", "owner": unit, "due_on": day(5)}
    sent |= {"question_2": "Tạm cư ở đâu?", "owner_2": unit, "due_on_2": day(6)}
    sent |= {"promise": "Gửi bản sao trích đo", "promise_kind": "paper", "promise_owner": unit, "promise_due": day(3)}
    sent |= {"paper_title": "15/TB-UBND", "paper_kind": "notice", "paper_way": "signed", "paper_receiver": "chủ hộ"}
    sent |= {"minutes": "minutes_unsigned", "minutes_witness": "Tổ trưởng", "read_back": "on"}
    assert post(head, address(household), sent).status_code == 302
    visit = Visit.objects.get()
    raised = {row.kind: row.words for row in visit.concerns.all()}
    assert raised == {"price": "Giá đất thấp hơn giá thị trường", "resettlement": ""}
    assert [row.text for row in visit.questions.all()] == ["Bao giờ đo lại?", "Tạm cư ở đâu?"]
    assert visit.promises.get().owner == world.government
    assert visit.papers.get().title == "15/TB-UBND"
    assert (visit.minutes, visit.minutes_witness, visit.read_back) == (MinutesState.UNSIGNED, "Tổ trưởng", True)
    page = head.get(household.get_absolute_url()).content.decode()
    for words in ("Giá đất thấp hơn", "Không ký biên bản", "Đã đọc lại cho gia đình nghe", "15/TB-UBND"):
        assert words in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"outcome": "nobody_home", "concerns": ["price"]}, "outcome"),
        ({"outcome": "nobody_home", "promise": "Gửi giấy"}, "outcome"),
        ({"concerns": ["other"]}, "words_other"),
        ({"words_price": "gọi 0912345678"}, "words_price"),
        ({"promise": "Gửi giấy"}, "promise_owner"),
        ({"question_2": "Bao giờ?"}, "owner_2"),
        ({"paper_title": "15/TB"}, "paper_kind"),
        ({"paper_title": "15/TB", "paper_kind": "notice", "paper_way": "signed"}, "paper_receiver"),
        ({"paper_title": "15/TB", "paper_kind": "notice", "paper_way": "refused"}, "paper_witness"),
        (
            {"outcome": "nobody_home", "paper_title": "15/TB", "paper_kind": "notice", "paper_way": "family"},
            "paper_way",
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field(head: Client, household: Household, sent: dict, field: str) -> None:
    response = head.post(address(household), answers(**sent))
    assert field in response.context["form"].errors
    assert not Visit.objects.exists()


def test_words_beside_a_box_that_is_not_ticked_are_not_lost(head: Client, household: Household) -> None:
    assert head.post(address(household), answers(words_area="Thiếu 3 m²")).status_code == 302
    assert VisitConcern.objects.get().kind == "area"


def test_minutes_of_nobody_are_dropped_and_refused_by_the_database(
    world: World, head: Client, household: Household
) -> None:
    sent = answers(outcome="nobody_home", minutes="minutes_signed", read_back="on")
    assert head.post(address(household), sent).status_code == 302
    visit = Visit.objects.get()
    assert (visit.minutes, visit.read_back) == ("none", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(minutes="minutes_signed")


def test_a_void_visit_takes_its_promise_and_paper_along(world: World, household: Household) -> None:
    promised = Promised("work", "Gọi lại", world.government, today())
    paper = Delivery(ward=world.ward, kind="notice", title="15/TB", way="posted_up")
    visit = make.visit(household, world.campaign, world.cell, promised=promised, paper=paper)
    ask = Ask(world.clearance_officer, world.campaign, today(), today() + ONE_DAY, today())
    assert len(list(owed(ask))) == 1
    actions.void_visit(visit, by=world.head, campaign=world.campaign, reason="nhầm hộ")
    assert not list(owed(ask))
    assert not household.promises.for_file()
    assert household.papers.get().void_reason == "nhầm hộ"


# ---- corrections --------------------------------------------------------------------------------------
def test_a_correction_is_a_new_row_and_the_former_is_kept(world: World, head: Client, household: Household) -> None:
    asked = [Asked("Bao giờ đo lại?", world.government, today())]
    visit = make.visit(household, world.campaign, world.cell, asked=asked, concerns={"price": "thấp"}, by=world.head)
    url = reverse("clearance:visit_amend", args=[visit.pk])
    form = head.get(url).context["form"]
    assert form["words_price"].value() == "thấp"
    sent = {"client_id": str(uuid.uuid4()), "reason": "gặp con trai, không phải chủ hộ", "outcome": "met_family"}
    sent |= {"purpose": "explain", "concerns": ["area"], "words_area": "thiếu 3 m²"}
    assert "reason" in head.post(url, sent | {"reason": ""}).context["form"].errors
    assert head.post(url, sent).status_code == 302
    anew = Visit.objects.valid().get()
    visit.refresh_from_db()
    assert (visit.outcome, anew.outcome, anew.amends) == ("met_head", "met_family", visit)
    assert [row.kind for row in visit.concerns.all()] == ["price"]
    assert [row.kind for row in anew.concerns.all()] == ["area"]
    assert Question.objects.get().visit == anew
    page = head.get(household.get_absolute_url()).content.decode()
    assert "gặp con trai, không phải chủ hộ" in page
    assert page.count("Bao giờ đo lại?") == 1
    assert head.post(url, sent).status_code == 403, "it is corrected in its newest version"
    assert Event.objects.filter(kind="clearance.visit.amended").count() == 1
    assert household.visits.counted().count() == 1


def test_a_correction_twice_or_against_the_facts_is_refused(world: World, household: Household) -> None:
    dialogue = make.dialogue(household.project, world.campaign)
    invitation = make.invitation(dialogue, household)
    hand_over = HandOver(invitation, InvitationState.TAKEN_BY_FAMILY, "con trai")
    visit = make.visit(household, world.campaign, world.cell, outcome="met_family", hand_over=hand_over)
    with pytest.raises(ValidationError, match="“"):
        amended(visit, world, outcome="met_head")
    sent = uuid.uuid4()
    first = amended(visit, world, note="đã nói rõ", client_id=sent)
    assert amended(visit, world, client_id=sent) == first, "sent twice"
    with pytest.raises(ValidationError):
        amended(visit, world)
    invitation.refresh_from_db()
    assert invitation.delivered_in == first
    actions.void_visit(first, by=world.head, campaign=world.campaign, reason="nhầm hộ")
    assert not household.visits.valid().exists()
    other = make.visit(household, world.campaign, world.cell, asked=[Asked("?", world.government, today())])
    with pytest.raises(ValidationError):
        amended(other, world, outcome="nobody_home")


def test_the_database_wants_one_successor_with_its_reason(world: World, household: Household) -> None:
    visit = make.visit(household, world.campaign, world.cell)
    first = amended(visit, world)
    second = make.visit(household, world.campaign, world.cell, visited_at=make.at(-1))
    for wrong in ({"amends": visit, "amend_reason": "x"}, {"amend_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=second.pk).update(**wrong)
    assert first.amends == visit


# ---- minutes ------------------------------------------------------------------------------------------
def test_the_minutes_hold_the_visit_and_the_rights_with_their_source(
    world: World, head: Client, household: Household
) -> None:
    concerns = {"price": "Giá <thấp> & chậm"}
    facts = {"concerns": concerns, "asked": [Asked("Bao giờ đo lại?", world.government, today())], "by": world.head}
    kept = MinutesKept(MinutesState.UNSIGNED, "Tổ trưởng tổ dân phố", True)
    visit = make.visit(household, world.campaign, world.cell, minutes=kept, **facts)
    page, paper = (reverse(f"clearance:visit_{name}", args=[visit.pk]) for name in ("minutes", "paper"))
    assert head.get(page).context["paper"] is None, "without a layout the page says so"
    enter_usual_papers(world.ward)
    VisitScript.propose(world.ward, by=world.clearance_officer)
    assert "Giá &lt;thấp&gt; &amp; chậm" in head.get(page).content.decode()
    response = head.get(paper)
    text = "\n".join(row.text for row in Document(io.BytesIO(b"".join(response.streaming_content))).paragraphs)
    for words in ("Giá <thấp> & chậm", "Bao giờ đo lại?", "Gia đình không ký biên bản", "Tổ trưởng tổ dân phố"):
        assert words in text
    script = VisitScript.objects.get()
    assert script.source in text
    assert all(line in text for line in script.rights_told)
    assert "đọc lại cho gia đình nghe" in text


# ---- the script ---------------------------------------------------------------------------------------
def test_the_script_is_the_same_for_staff_and_public_and_has_editions(world: World, sign_in: Callable) -> None:
    officer: Client = sign_in(world.clearance_officer)
    here, public = reverse("clearance:visiting"), reverse("clearance:public_visits", args=[world.ward.slug])
    assert "Đây là bản đề xuất" in officer.get(here).content.decode()
    assert officer.post(reverse("clearance:visiting_propose")).status_code == 302
    assert VisitScript.propose(world.ward, by=None) == 0
    first = VisitScript.objects.get()
    form = officer.get(reverse("clearance:script_new")).context["form"]
    assert form["may_say"].value() == first.may_say
    sent = {
        "version": "02",
        "valid_from": day(0),
        "may_say": "Chào hỏi.",
        "may_not_say": "Không hứa.",
        "rights": "Từ chối.",
    }
    sent |= {"source": "QĐ thử"}
    assert "valid_from" in officer.post(reverse("clearance:script_new"), sent).context["form"].errors
    VisitScript.objects.filter(pk=first.pk).update(valid_from=today() - 3 * ONE_DAY)
    assert officer.post(reverse("clearance:script_new"), sent).status_code == 302
    first.refresh_from_db()
    assert first.valid_to == today() - ONE_DAY
    for page in (officer.get(here), Client().get(public)):
        text = page.content.decode()
        assert all(words in text for words in ("Chào hỏi.", "Không hứa.", "QĐ thử"))
    assert Event.objects.filter(kind="clearance.script.entered").count() == 2


def test_promises_keep_their_visit(world: World, household: Household) -> None:
    visit = make.visit(
        household, world.campaign, world.cell, promised=Promised("work", "Gọi lại", world.government, today())
    )
    assert Promise.objects.get().visit == visit


def test_of_many_visits_and_questions_the_newest_stand_open_and_the_others_one_tap_away(
    world: World, sign_in: Callable, place: dict
) -> None:
    household = place["of_cell"][0]
    for days in range(14):
        make.visit(household, world.campaign, world.cell, visited_at=make.at(-days - 1))
        make.question(household, world.campaign, world.government)
    page = lxml.html.fromstring(sign_in(world.clearance_officer).get(household.get_absolute_url()).content.decode())
    folded = [len(more.findall("ul/li")) for more in page.xpath("//details[contains(@class, 'dv-more')]")]
    assert folded == [8, 4]
    assert "4 lượt thăm trước đó" in page.text_content()
    assert len(page.xpath("//a[contains(@href, '/minutes/') and contains(@href, '/visits/')]")) == 14
