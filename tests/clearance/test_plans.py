"""Plans on display with their proof, and signed agreements that nobody is pressed for."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clearance.agenda import loops, owed
from clearance.models import AgreementCount, AgreementRule, Household, PlanPosting, SignedAgreement
from clearance.models.agreements import tally
from core.agenda import Ask
from core.figures import all_figures
from core.files import accept
from core.models import today
from deadlines.models import DeadlineRule
from notifications.models import Event, ReminderRule
from notifications.registry import event_words
from publicity.models import Posting, PostingPlace
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.clearance.test_loops import household, said
from tests.world import World

__all__ = ["household"]
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def places(world: World) -> list[PostingPlace]:
    return [
        PostingPlace.objects.create(ward=world.ward, kind=kind, name=name, valid_from=datetime.date(2020, 1, 1))
        for kind, name in (("office", "Trụ sở phường"), ("common", "Nhà văn hóa tổ 7"))
    ]


def put_up(plan: PlanPosting) -> Posting:
    posting = plan.posting
    posting.submit(by=None)
    posting.put_up(by=None, starts_on=today())
    return posting


def test_a_plan_is_prepared_for_the_three_places_by_the_project_s_law(
    world: World, sign_in: Callable, household: Household, places: list, client: Client
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    project = household.project
    new = reverse("clearance:plan_new", args=[project.slug])
    assert officer.post(new, {"name": "05/PA-BT", "papers": [photo()]}).status_code == 302
    plan = PlanPosting.objects.get()
    assert (plan.version, plan.posting.state, plan.posting.rule.value) == (1, "draft", 10)
    assert {spot.place.kind for spot in plan.posting.spots.all()} == {"office", "common"}
    assert plan.posting.on_portal
    assert plan.posting.names_people
    assert plan.posting.files.get().sha256
    assert len(plan.gate(today()).missing) == 6
    here = reverse("clearance:public_plans", args=[world.ward.slug])
    assert project.name not in client.get(here).content.decode()
    posting = put_up(plan)
    assert posting.ends_on == today() + 10 * ONE_DAY
    plan.posting.rule.verify(by=world.campaign_officer)
    page = client.get(here).content.decode()
    assert project.name in page
    assert said(posting.ends_on) in page
    assert str(household.representative) not in page
    second = PlanPosting(ward=world.ward, project=project, name="06/PA-BT")
    second.prepare(by=None, campaign=world.campaign, papers=[accept(photo())])
    assert second.version == 2
    assert "06/PA-BT" in officer.get(project.get_absolute_url()).content.decode()
    assert Event.objects.filter(kind="clearance.plan.prepared").count() == 2


def test_the_older_law_wants_thirty_days_and_no_law_prepares_nothing(
    world: World, household: Household, places: list
) -> None:
    project = household.project
    project.rule_set = type(project.rule_set).objects.get(ward=world.ward, code="land-law-2024")
    row = PlanPosting(ward=world.ward, project=project, name="05")
    assert row.rule
    assert row.rule.value == 30
    project.rule_set = None
    with pytest.raises(ValidationError):
        row.prepare(by=None, campaign=world.campaign)


def test_the_posting_is_complete_with_proof_its_days_and_the_closing_record(
    world: World, household: Household, places: list
) -> None:
    for rule in DeadlineRule.objects.filter(ward=world.ward, code="posting"):
        rule.verify(by=world.campaign_officer)
    plan = PlanPosting(ward=world.ward, project=household.project, name="05")
    plan.prepare(by=None, campaign=world.campaign, papers=[accept(photo())])
    posting = put_up(plan)
    posting.prove(by=None, kind="minutes", taken_on=today(), file=accept(photo()))

    def there(day: datetime.date) -> list[bool]:
        return [proof.is_there for proof in PlanPosting.objects.get(pk=plan.pk).gate(day).proofs]

    assert there(today()) == [True, True, True, True, False, False]
    last: Any = posting.ends_on
    assert there(last)[4] is False
    assert there(last + ONE_DAY)[4] is True
    past = today() - 20 * ONE_DAY
    Posting.objects.filter(pk=posting.pk).update(starts_on=past, ends_on=past + 10 * ONE_DAY)
    posting.hang_deadline.__class__.objects.filter(pk=posting.hang_deadline_id).update(
        anchor_on=past, due_on=past + 10 * ONE_DAY
    )
    Posting.objects.get(pk=posting.pk).close(by=None, on=today(), record=accept(photo()))
    assert PlanPosting.objects.get(pk=plan.pk).gate(today()).is_complete


# ---- signed agreements -------------------------------------------------------------------------------
@pytest.fixture
def law(world: World) -> AgreementRule:
    assert AgreementRule.propose(world.ward) == 1
    assert AgreementRule.propose(world.ward) == 0
    return AgreementRule.objects.get(ward=world.ward)


def signed(household: Household, world: World, days: int = 5, **fields: object) -> SignedAgreement:
    facts = {"signer": "Chủ hộ", "scope": "Thu hồi trước khi phê duyệt phương án", "paper": "Đơn số 3"}
    row = SignedAgreement(ward=world.ward, household=household, **facts | fields)
    row.signed_on = today() - days * ONE_DAY
    row.enter(by=world.clearance_officer, campaign=world.campaign)
    return row


def test_the_share_is_counted_from_signed_papers_valid_on_the_day(
    world: World, household: Household, place: dict, law: AgreementRule
) -> None:
    project = household.project
    everybody = [household, place["of_cell"][1], place["of_team"], place["of_neighbour"]]
    for row in everybody:
        row.project = project
        make.plot(row, world.campaign)
    assert tally(project, today())["out_of"] == 4
    rows = [signed(row, world) for row in everybody[:3]]
    found = tally(project, today())
    assert (found["signed"], found["is_reached"]) == (3, False), "exactly three quarters is not more than that"
    rows.append(signed(everybody[3], world, days=1))
    assert tally(project, today())["is_reached"]
    assert tally(project, today() - 2 * ONE_DAY)["signed"] == 3
    rows[0].withdraw(by=world.clearance_officer, campaign=world.campaign, on=today(), paper="Đơn rút")
    found = tally(project, today())
    assert (found["signed"], found["is_reached"]) == (3, False)
    assert tally(project, today() - ONE_DAY)["signed"] == 4, "valid until the day before"
    with pytest.raises(ValidationError):
        rows[0].withdraw(by=world.clearance_officer, campaign=world.campaign, on=today(), paper="nữa")
    make.visit(everybody[0], world.campaign, world.cell, outcome="met_head")
    assert tally(project, today())["signed"] == 3, "no visit counts as a signature"
    AgreementRule.objects.filter(pk=law.pk).update(is_strict=False)
    assert tally(project, today())["is_reached"]
    AgreementRule.objects.filter(pk=law.pk).update(base="households")
    assert tally(project, today())["out_of"] == project.households.count()


def test_a_count_for_a_decision_stays_as_it_was(
    world: World, sign_in: Callable, household: Household, law: AgreementRule
) -> None:
    make.plot(household, world.campaign)
    row = signed(household, world)
    officer: Client = sign_in(world.clearance_officer)
    count = reverse("clearance:agreement_count", args=[household.project.slug])
    assert officer.post(count, {"decision": "9/QĐ", "on": said(today() + ONE_DAY)}).context["form"].errors
    assert officer.post(count, {"decision": "9/QĐ", "on": said(today())}).status_code == 302
    row.withdraw(by=world.clearance_officer, campaign=world.campaign, on=today(), paper="Đơn rút")
    kept = AgreementCount.objects.get()
    assert (kept.signed, kept.out_of, kept.is_reached) == (1, 1, True)
    assert kept.rows[0]["household"] == household.number
    assert "chưa đối chiếu" in kept.formula
    page = officer.get(reverse("clearance:agreement_list", args=[household.project.slug])).content.decode()
    assert "9/QĐ: 1/1" in page
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {f"clearance.agreement.{verb}" for verb in ("entered", "withdrawn", "counted")} <= kinds


def test_an_agreement_is_entered_from_a_paper_alone(world: World, sign_in: Callable, household: Household) -> None:
    officer: Client = sign_in(world.clearance_officer)
    new = reverse("clearance:agreement_new", args=[household.project.slug])
    sent = {"household": household.pk, "signer": "Chủ hộ", "scope": "Thu hồi sớm", "signed_on": said(today())}
    assert officer.post(new, sent).context["form"].errors, "neither a paper nor a scan"
    assert officer.post(new, sent | {"scan": photo()}).status_code == 302
    assert officer.post(new, sent | {"paper": "Đơn 4"}).context["form"].errors, "one of a household"
    row = SignedAgreement.objects.get()
    withdraw = reverse("clearance:agreement_withdraw", args=[row.pk])
    assert officer.post(withdraw, {"on": said(today()), "paper": ""}).context["form"].errors
    assert officer.post(withdraw, {"on": said(today()), "paper": "Đơn rút 1"}).status_code == 302
    for wrong in ({"withdrawn_on": None}, {"withdrawal_paper": ""}, {"withdrawn_on": row.signed_on - ONE_DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignedAgreement.objects.filter(pk=row.pk).update(**wrong)


def test_who_signed_is_on_no_team_s_page_agenda_figure_or_reminder(
    world: World, sign_in: Callable, household: Household, law: AgreementRule
) -> None:
    signed(household, world, signer="Người ký đơn")
    team: Client = sign_in(world.head)
    for page in (
        household.get_absolute_url(),
        household.project.get_absolute_url(),
        reverse("clearance:household_list", args=[household.project.slug]),
    ):
        text = team.get(page).content.decode()
        assert "Người ký đơn" not in text
        assert "đồng ý thu hồi" not in text.lower()
        assert reverse("clearance:agreement_list", args=[household.project.slug]) not in text
    told = str(event_words(Event.objects.get(kind="clearance.agreement.entered")))
    project = household.project.get_absolute_url()
    assert told in sign_in(world.clearance_officer).get(project).content.decode()
    assert told not in team.get(project).content.decode(), "by day and hour a team would know whose paper it is"
    assert team.get(reverse("clearance:agreement_list", args=[household.project.slug])).status_code == 403
    assert not SignedAgreement.objects.visible_to(world.head).exists()
    assert not [key for key in all_figures() if "agreement" in key]
    assert not [code for code in dict(ReminderRule._meta.get_field("code").choices or ()) if "agreement" in code]
    ask = Ask(world.clearance_officer, world.campaign, today(), today() + 7 * ONE_DAY, today())
    assert not [item for agenda in (loops, owed) for item in agenda(ask) if "đồng ý" in item.title]
