"""The roll, the opinions and the minutes of a conference, to their closing and the summary for the public."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx

from clearance.models import (
    Dialogue,
    DialogueMinutes,
    DialogueSignature,
    Household,
    OpinionLine,
    PlanOpinion,
    Question,
    RollLine,
    record_opinions,
)
from clearance.summaries import draft_article, minutes
from core.figures import Scope, get_figure
from core.models import today
from core.word import to_docx
from publicity.models import Article
from tests.campaigns.factories import standards
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.query_baseline import QueryBaseline
from tests.world import World


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def hall(world: World) -> tuple[Dialogue, list[Household]]:
    """Seven households were invited; the conference was held."""
    project = make.project(world.campaign, world.government)
    households = make.households(project, world.campaign, 7, world.cell)
    dialogue = make.invited_dialogue(project, world.campaign, days=-3)
    dialogue.hold(by=None, campaign=world.campaign, on=dialogue.held_on)
    return dialogue, households


def by(world: World) -> dict[str, Any]:
    return {"by": world.clearance_officer, "campaign": world.campaign}


def url(dialogue: Dialogue, name: str, *more: int) -> str:
    return reverse(f"clearance:{name}", args=[dialogue.project.slug, dialogue.pk, *more])


def take(world: World, dialogue: Dialogue, households: list[Household]) -> None:
    """Three came (one with two of its three land users), one sent somebody, one wrote, one stayed away."""
    lines = [
        RollLine("self", 3, 2),
        RollLine("self"),
        RollLine("self", is_late=True),
        RollLine("proxy", note="con trai"),
    ]
    lines += [RollLine("written", 2), RollLine("absent_with_reason", note="đi viện")]
    dialogue.record_attendance(**by(world), roll=dict(zip(households, lines, strict=False)))


def test_households_and_land_users_are_two_counts(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    roll = officer.get(dialogue.get_absolute_url()).context["roll"]
    assert (roll["took_part"], roll["invited"]) == (5, 7)
    assert (roll["came"], roll["users"]) == (5, 3 + 1 + 1 + 1 + 2 + 1 + 1)
    assert (roll["stayed_away"], roll["none"], roll["uninvited"]) == (1, 1, 0)
    for kind, count in {"self": 3, "took_part": 5, "stayed_away": 1, "none": 1, "absent": 0}.items():
        page = officer.get(f"{dialogue.get_absolute_url()}?roll={kind}").context["page"]
        assert page.paginator.count == count, kind


def test_those_who_stayed_away_are_a_list_to_plan_visits_from(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    dialogue.record_attendance(**by(world), roll={households[6]: RollLine("absent")})
    address = f"{reverse('clearance:household_list', args=[dialogue.project.slug])}?missed={dialogue.pk}"
    assert address in officer.get(dialogue.get_absolute_url()).content.decode()
    listed = officer.get(address).context["page"].object_list
    assert [household.pk for household in listed] == [households[5].pk, households[6].pk]
    assert officer.get(f"{address}0").context["page"].paginator.count == 0


def test_the_roll_is_taken_in_pages_and_what_nobody_touched_stays(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    page = officer.get(url(dialogue, "dialogue_attendance"), {"q": str(households[6].number), "roll": "none"})
    assert [household.number for household, _f, _s in page.context["form"].lines] == [households[6].number]
    key = f"h{households[6].pk}"
    sent = {f"{key}-kind": "self", f"{key}-users": "2", f"{key}-came": "3", f"{key}-note": ""}
    address = f"{url(dialogue, 'dialogue_attendance')}?q={households[6].number}"
    form = officer.post(address, sent).context["form"]
    assert "Không thể" in str(form.errors[f"{key}-came"]), form.errors
    assert officer.post(address, sent | {f"{key}-came": "2"}).status_code == 302
    assert dialogue.attendance.count() == 7
    assert dialogue.attendance.get(household=households[0]).came == 2


def shown(page: Any, household: Household) -> dict[str, Any]:
    """What the browser would send of a line that nobody touches."""
    _one, fields, _shows = next(line for line in page.context["form"].lines if line[0].pk == household.pk)
    said = {f"h{household.pk}-{name}": field.value() for name, field in fields.items()}
    return {name: "" if value is None else value for name, value in said.items() if value is not False}


def test_two_who_write_the_roll_at_once_never_take_a_line_from_each_other(
    world: World, officer: Client, hall: tuple
) -> None:
    dialogue, households = hall
    address = f"{url(dialogue, 'dialogue_attendance')}?roll=none"
    mine, touched, other = officer.get(address), households[0], households[1]
    dialogue.record_attendance(**by(world), roll={other: RollLine("proxy", note="con trai")})
    sent = shown(mine, touched) | shown(mine, other) | {f"h{touched.pk}-kind": "self"}
    assert officer.post(address, sent).status_code == 302
    assert dialogue.attendance.get(household=touched).kind == "self"
    assert dialogue.attendance.get(household=other).note == "con trai"


def test_a_line_written_elsewhere_meanwhile_is_told_before_it_is_written_over(
    world: World, officer: Client, hall: tuple
) -> None:
    dialogue, households = hall
    address, line = url(dialogue, "dialogue_attendance"), households[0]
    sent = shown(officer.get(address), line) | {f"h{line.pk}-kind": "absent", f"h{line.pk}-note": "đi vắng"}
    dialogue.record_attendance(**by(world), roll={line: RollLine("self")})
    page = officer.post(address, sent)
    assert "Đến dự" in str(page.context["form"].errors[f"h{line.pk}-kind"])
    assert "đi vắng" in page.content.decode()
    assert dialogue.attendance.get(household=line).kind == "self"
    again = shown(page, line)
    assert (again[f"h{line.pk}-kind"], again[f"h{line.pk}-note"]) == ("absent", "đi vắng")
    assert officer.post(address, again).status_code == 302
    assert dialogue.attendance.get(household=line).kind == "absent"


def test_two_who_write_opinions_at_once_never_take_a_line_from_each_other(
    world: World, officer: Client, hall: tuple
) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    address, mine, other = url(dialogue, "dialogue_opinions"), households[0], households[1]
    page = officer.get(address)
    record_opinions(dialogue, **by(world), opinions={other: OpinionLine("other", words="Chờ tái định cư")})
    sent = shown(page, mine) | shown(page, other) | {f"h{mine.pk}-after": "agrees"}
    assert officer.post(address, sent).status_code == 302
    assert PlanOpinion.objects.get(attendance__household=other).words == "Chờ tái định cư"
    told = officer.post(address, sent | {f"h{other.pk}-after": "agrees"}).context["form"]
    assert "Ý kiến khác" in str(told.errors[f"h{other.pk}-after"])


def test_two_who_write_the_minutes_lose_nothing(world: World, officer: Client, hall: tuple) -> None:
    """What is changed in one window alone is kept; what is changed in both is told before it is written over."""
    dialogue, _households = hall
    write = url(dialogue, "dialogue_minutes_edit")
    first = {"chair": "Hoàng Văn Lâm", "secretary": "Trần Thị Hai", "ended_at": "", "course": "Mở đầu."}
    assert officer.post(write, first).status_code == 302
    page = officer.get(write)
    assert f'value="{page.context["form"]["seen"].value().replace(chr(34), "&quot;")}"' in page.content.decode()
    seen = {"seen": page.context["form"]["seen"].value()}
    officer.post(write, first | {"course": "Ban bồi thường trình bày.", "was_read_back": "on"})
    assert officer.post(write, first | seen | {"chair": "Lê Văn Ba"}).status_code == 302
    kept = DialogueMinutes.objects.get()
    assert (kept.chair, kept.course, kept.was_read_back) == ("Lê Văn Ba", "Ban bồi thường trình bày.", True)
    form = officer.post(write, first | seen | {"course": "Ghi khác."}).context["form"]
    assert "Ban bồi thường trình bày." in str(form.errors["course"])
    assert (form["course"].value(), form["chair"].value()) == ("Ghi khác.", "Lê Văn Ba")
    again = {name: form[name].value() or "" for name in (*first, "seen")} | {"was_read_back": "on"}
    assert officer.post(write, again).status_code == 302
    kept.refresh_from_db()
    assert (kept.chair, kept.course, kept.was_read_back) == ("Lê Văn Ba", "Ghi khác.", True)
    assert officer.post(write, first | {"seen": "x"}).status_code == 302, "a seen that nobody sent counts as none"


def test_who_came_uninvited_is_told_apart(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    more = make.household(dialogue.project, world.campaign)
    dialogue.record_attendance(**by(world), roll={more: RollLine("self"), households[0]: RollLine("self")})
    roll = officer.get(dialogue.get_absolute_url()).context["roll"]
    assert (roll["took_part"], roll["invited"], roll["uninvited"]) == (1, 7, 1)


def test_a_question_is_answered_in_the_hall_or_owed(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    sent = {"number": str(households[0].number), "text": "Khi nào chi trả?", "owner": dialogue.host_id}
    sent |= {"due_on": f"{dialogue.held_on + datetime.timedelta(days=14):%d/%m/%Y}", "answer": "", "accepted": "yes"}
    address = url(dialogue, "question_new")
    assert "answer" in officer.post(address, sent).context["form"].errors
    asked = officer.post(address, sent | {"answer": "x"}).context  # on some days the answer is due on a day off
    if asked and (keep := asked["form"].fields.get("keep")):
        sent["keep"] = [keep.choices[0][0]]
    Question.objects.all().delete()
    basis = {"answer": "Trong 30 ngày.", "legal_basis": "Điều 94 Luật Đất đai 2024"}
    response = officer.post(address, sent | basis)
    assert response.status_code == 302, response.context["form"].errors
    question = dialogue.questions.get()
    assert (question.answered_on, question.told_household_on) == (dialogue.held_on, dialogue.held_on)
    assert question.accepted_by_household is True
    households[0].refresh_from_db()
    assert households[0].outreach != "ward_owes_answer"
    assert "Điều 94" in officer.get(question.get_absolute_url()).content.decode()
    officer.post(address, sent | {"accepted": ""})
    assert dialogue.questions.open(today()).count() == 1


def test_opinions_belong_to_those_who_took_part(world: World, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    with pytest.raises(ValidationError, match=f"{households[5].number}"):
        record_opinions(dialogue, **by(world), opinions={households[5]: OpinionLine("agrees")})
    record_opinions(
        dialogue,
        **by(world),
        opinions={
            households[0]: OpinionLine("agrees", "disagrees"),
            households[4]: OpinionLine("other", words="Xin tạm cư"),
        },
    )
    record_opinions(dialogue, **by(world), opinions={households[0]: OpinionLine("agrees", "other")})
    assert PlanOpinion.objects.count() == 2
    for line in (RollLine("absent"), None):
        with pytest.raises(ValidationError, match=f"{households[0].number}"):
            dialogue.record_attendance(**by(world), roll={households[0]: line})
    record_opinions(dialogue, **by(world), opinions={households[0]: None})
    dialogue.record_attendance(**by(world), roll={households[0]: None})
    assert PlanOpinion.objects.count() == 1


def test_opinions_are_counts_from_five_on_and_no_team_sees_them(
    world: World, officer: Client, sign_in: Callable, hall: tuple
) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    said = {h: OpinionLine("agrees", "disagrees") for h in households[:4]}
    record_opinions(dialogue, **by(world), opinions=said)
    assert officer.get(dialogue.get_absolute_url()).context["opinions"] == []
    record_opinions(dialogue, **by(world), opinions={households[4]: OpinionLine("disagrees", words="Giá thấp")})
    counts = dict(officer.get(dialogue.get_absolute_url()).context["opinions"])
    assert [count for _label, count in counts["Trước khi giải thích"]] == [0, 4, 0]
    assert [count for _label, count in counts["Sau khi giải thích"]] == [4, 1, 0]
    head = sign_in(world.head)
    assert head.get(dialogue.get_absolute_url()).context["opinions"] == []
    assert head.get(url(dialogue, "dialogue_opinions")).status_code == 403
    assert PlanOpinion.objects.visible_to(world.head).count() == 0
    assert PlanOpinion.objects.visible_to(world.clearance_officer).count() == 5


def test_an_opinion_other_than_yes_needs_its_words(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    key = f"h{households[0].pk}"
    sent = {f"{key}-after": "disagrees", f"{key}-before": "", f"{key}-words": ""}
    address = url(dialogue, "dialogue_opinions")
    assert f"{key}-words" in officer.post(address, sent).context["form"].errors
    assert f"{key}-after" in officer.post(address, {f"{key}-words": "Giá thấp"}).context["form"].errors
    assert officer.post(address, sent | {f"{key}-words": "Giá thấp"}).status_code == 302
    assert PlanOpinion.objects.get().words == "Giá thấp"
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanOpinion.objects.update(words="")


def written(world: World, dialogue: Dialogue, **fields: Any) -> DialogueMinutes:
    row = DialogueMinutes(
        ward=world.ward, dialogue=dialogue, **{"chair": "Ông Chủ Tọa", "secretary": "Bà Thư Ký"} | fields
    )
    row.write(**by(world))
    return row


def signed(world: World, row: DialogueMinutes) -> None:
    for kind, name in (("ward", "Ông Phường"), ("people", "Bà Đại Diện")):
        row.sign(DialogueSignature(kind=kind, name=name), **by(world))
    row.sign(
        DialogueSignature(kind="unit", name="Ông Ban", has_signed=False, reason="Chờ ý kiến cấp trên"), **by(world)
    )


def test_minutes_close_once_all_is_there_and_then_nothing_moves(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    record_opinions(dialogue, **by(world), opinions={h: OpinionLine("agrees") for h in households[:4]})
    officer.post(
        url(dialogue, "dialogue_minutes_edit"), {"chair": "Ông Chủ Tọa", "secretary": "Bà Thư Ký", "ended_at": "10h30"}
    )
    row = DialogueMinutes.objects.get()
    assert len(row.missing()) == 6, row.missing()
    officer.post(url(dialogue, "dialogue_minutes_close"))
    row.refresh_from_db()
    assert not row.is_closed
    sent = {"kind": "unit", "name": "Ông Ban", "has_signed": "", "reason": ""}
    assert "reason" in officer.post(url(dialogue, "dialogue_signature_new"), sent).context["form"].errors
    signed(world, row)
    assert "scan" in officer.post(url(dialogue, "dialogue_scan_new"), {"typed": "nothing"}).context["form"].errors
    assert officer.post(url(dialogue, "dialogue_scan_new"), {"scan": photo()}).status_code == 302
    dialogue.record_attendance(**by(world), roll={households[6]: RollLine("absent")})
    record_opinions(dialogue, **by(world), opinions={households[4]: OpinionLine("other", words="Xin tạm cư")})
    edit = {"chair": "Ông Chủ Tọa", "secretary": "Bà Thư Ký", "course": "Trình bày phương án.", "was_read_back": "on"}
    officer.post(url(dialogue, "dialogue_minutes_edit"), edit)
    row.refresh_from_db()
    assert row.missing() == []
    assert "Khóa biên bản" in officer.get(row.get_absolute_url()).content.decode()
    officer.post(url(dialogue, "dialogue_minutes_close"))
    row.refresh_from_db()
    assert row.closed_by == world.clearance_officer
    for act in (
        lambda: dialogue.record_attendance(**by(world), roll={households[6]: RollLine("self")}),
        lambda: record_opinions(dialogue, **by(world), opinions={households[0]: None}),
        lambda: row.write(**by(world)),
        lambda: row.sign(DialogueSignature(kind="front", name="Ông Mặt Trận"), **by(world)),
        lambda: row.unsign(row.signatures.first().pk, **by(world)),
        lambda: row.close(**by(world)),
    ):
        with pytest.raises(ValidationError):
            act()
    officer.post(url(dialogue, "dialogue_minutes_reopen"), {"reason": ""})
    row.refresh_from_db()
    assert row.is_closed
    officer.post(url(dialogue, "dialogue_minutes_reopen"), {"reason": "Ghi sai giờ"})
    row.refresh_from_db()
    assert (row.is_closed, row.reopen_reason) == (False, "Ghi sai giờ")
    assert officer.post(url(dialogue, "dialogue_unsign", row.signatures.first().pk)).status_code == 302
    assert row.signatures.count() == 2


def test_minutes_are_a_paper_and_read_by_those_who_read_every_household(
    world: World, officer: Client, sign_in: Callable, hall: tuple
) -> None:
    standards(world.ward)
    dialogue, households = hall
    take(world, dialogue, households)
    asked = make.question(households[0], world.campaign, world.government, dialogue=dialogue)
    row = written(world, dialogue, course="Trình bày phương án.\nNgười dân nêu ý kiến.", was_read_back=True)
    signed(world, row)
    response = officer.get(url(dialogue, "dialogue_minutes_paper"))
    text = "\n".join(p.text for p in Docx(io.BytesIO(b"".join(response.streaming_content))).paragraphs)
    for words in ("5 trên 7", asked.text, "Người dân nêu ý kiến.", "Chờ ý kiến cấp trên", "Bà Đại Diện"):
        assert words in text, words
    signing = minutes(row)
    assert (signing.second_name, signing.signer_name) == (row.secretary, row.chair)
    paper = Docx(io.BytesIO(to_docx(signing)))
    last = [p for p in paper.paragraphs if p.text][-2:]
    assert all(p.paragraph_format.keep_with_next for p in last), "the signatures never stand alone on a page"
    assert row.secretary in paper.tables[-1].rows[0].cells[0].text
    officer.post(url(dialogue, "dialogue_scan_new"), {"scan": photo()})
    scan = url(dialogue, "dialogue_scan", row.scans.get().pk)
    head = sign_in(world.head)
    assert [
        head.get(page).status_code for page in (scan, row.get_absolute_url(), url(dialogue, "dialogue_minutes_paper"))
    ] == [403] * 3
    served = officer.get(scan)
    assert served["X-Content-Type-Options"] == "nosniff"
    assert b"".join(served.streaming_content)
    leader = sign_in(world.leadership)
    assert leader.get(row.get_absolute_url()).status_code == 200
    assert leader.get(url(dialogue, "dialogue_minutes_edit")).status_code == 403


def test_the_summary_for_the_public_names_nobody(world: World, officer: Client, hall: tuple) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    answered = make.question(
        households[0], world.campaign, world.government, dialogue=dialogue, text="Khi nào chi trả?"
    )
    answered.give_answer(by=world.clearance_officer, campaign=world.campaign, answer="Trong tháng tới.", on=today())
    make.question(households[1], world.campaign, world.government, dialogue=dialogue, text="Tái định cư ở đâu?")
    row = written(world, dialogue, was_read_back=True)
    assert officer.get(url(dialogue, "dialogue_summary")).status_code == 403
    DialogueMinutes.objects.update(closed_at=timezone.now(), closed_by=world.clearance_officer)
    assert officer.post(url(dialogue, "dialogue_summary")).status_code == 302
    article = Article.objects.get()
    assert article.state == "draft"
    assert "5 hộ tham dự" in article.body, article.body
    assert "trên 7" not in article.body, "beside the total the two who stayed away could be counted"
    assert "Khi nào chi trả?" in article.body
    assert "Trong tháng tới." in article.body
    assert "Tái định cư ở đâu?" not in article.body
    assert "1 câu hỏi" in article.body
    for household in households:
        assert household.representative.name not in article.body
    row.refresh_from_db()
    with pytest.raises(ValidationError):
        draft_article(row, **by(world))
    assert Article.objects.count() == 1


def test_figures_open_the_households_that_they_count(
    world: World, officer: Client, sign_in: Callable, hall: tuple
) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    record_opinions(dialogue, **by(world), opinions={h: OpinionLine("agrees") for h in households[:4]})
    scope = Scope(world.ward, world.campaign, user=world.clearance_officer)
    assert get_figure("clearance.opinions.by_kind").value(scope, today()).value is None, "four could be told apart"
    record_opinions(dialogue, **by(world), opinions={households[4]: OpinionLine("other", words="Xin tạm cư")})
    found = get_figure("clearance.opinions.by_kind").value(scope, today())
    assert {kind: part.value for kind, part in found.parts.items()} == {"agrees": 4, "disagrees": 0, "other": 1}
    for key, count in (("conference_invited", 7), ("conference_took_part", 5)):
        figure = get_figure(f"clearance.{key}.by_dialogue")
        part = figure.value(scope, today()).parts[str(dialogue.pk)]
        assert part.value == part.rows.count() == count
        assert officer.get(part.url).context["page"].paginator.count == count, key
        assert figure.value(scope, dialogue.held_on - datetime.timedelta(days=1)).value is None
        of_team = figure.value(Scope(world.ward, world.campaign, user=world.head), today()).parts[str(dialogue.pk)]
        assert (of_team.value, of_team.url) == (count, "")
        assert figure.value(Scope(world.ward, world.campaign, unit=world.cell), today()).value is None


def test_the_pages_cost_the_same_with_more_households(
    world: World, officer: Client, query_baseline: QueryBaseline, hall: tuple
) -> None:
    dialogue, households = hall
    take(world, dialogue, households)
    record_opinions(dialogue, **by(world), opinions={h: OpinionLine("agrees") for h in households[:4]})
    signed(world, written(world, dialogue))
    pages = {name: url(dialogue, name) for name in ("dialogue_attendance", "dialogue_opinions", "dialogue_minutes")}
    pages["dialogue_detail"] = dialogue.get_absolute_url()
    for name, page in pages.items():
        officer.get(page)
        query_baseline.check(f"{name} of a held one", officer, page)
    more = make.households(dialogue.project, world.campaign, 10)
    dialogue.record_attendance(**by(world), roll={h: RollLine("self") for h in more})
    record_opinions(dialogue, **by(world), opinions={h: OpinionLine("agrees") for h in more})
    for name, page in pages.items():
        query_baseline.check(f"{name} of a held one", officer, page)


def test_the_database_refuses_minutes_that_can_not_be(world: World, hall: tuple) -> None:
    dialogue, _households = hall
    row = written(world, dialogue)
    signed(world, row)
    wrong = {
        "closed without reading back": lambda: DialogueMinutes.objects.update(
            closed_at=timezone.now(), closed_by=world.clearance_officer
        ),
        "two minutes": lambda: DialogueMinutes.objects.create(
            ward=world.ward, dialogue=dialogue, chair="a", secretary="b"
        ),
        "signed with a reason": lambda: DialogueSignature.objects.update(reason="x"),
        "the same line twice": lambda: DialogueSignature.objects.create(
            ward=world.ward, minutes=row, kind="ward", name="Ông Phường"
        ),
    }
    for act in wrong.values():
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
