"""Criteria of a civilised street: editions with their days, assessments by day, and what stands where."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.seats import Seats
from beautification.choices import CriterionState
from beautification.models import CriteriaSet, CriterionEvidence, CriterionResult, Street, StreetAssessment
from core import agenda, opening
from core.figures import FigureValue, Scope, get_figure
from core.files import accept
from core.models import today
from notifications.models import Event, ReminderRule
from notifications.registry import all_sources
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.world import World

MET, NOT_YET, UNSEEN = CriterionState.MET, CriterionState.NOT_YET, CriterionState.UNSEEN


# ---- editions ------------------------------------------------------------------------------------------
def test_the_proposal_is_taken_over_once_and_waits_to_be_verified(world: World, sign_in: Callable) -> None:
    officer, address = sign_in(world.campaign_officer), reverse("beautification:criteria")
    assert "Dùng bản đề xuất" in officer.get(address).content.decode()
    for _time in range(2):
        officer.post(reverse("beautification:criteria_propose"))
    edition = CriteriaSet.objects.get(ward=world.ward)
    assert edition.criteria.count() == 9
    assert not edition.is_verified
    officer.post(reverse("beautification:criteria_verify", args=[edition.pk]))
    edition.refresh_from_db()
    assert (edition.verified_by, edition.verified_on) == (world.campaign_officer.full_name, today())


def test_a_new_edition_ends_the_former_the_day_before_and_assessments_keep_theirs(
    world: World, sign_in: Callable
) -> None:
    old, street = make.criteria(world), make.street(world)
    assessed = make.assessment(street, make.days(-3))
    data = {
        "version": "Bộ mới",
        "valid_from": f"{today():%d/%m/%Y}",
        "criteria": "1. Vỉa hè thông thoáng\n- Đèn sáng\n\n",
        "legal_ref": "45-KH/ĐU",
        "source": "Công văn",
    }
    assert sign_in(world.campaign_officer).post(reverse("beautification:criteria_new"), data).status_code == 302
    old.refresh_from_db()
    new = CriteriaSet.of(world.ward.pk, today())
    assert old.valid_to == make.days(-1)
    assert list(new.criteria.values_list("number", "text")) == [(1, "Vỉa hè thông thoáng"), (2, "Đèn sáng")]
    assert assessed.criteria_set == CriteriaSet.of(world.ward.pk, make.days(-3)) == old


def test_an_edition_does_not_begin_before_the_present_one(world: World) -> None:
    old = make.criteria(world)
    with pytest.raises(ValidationError, match=f"{old.valid_from:%d/%m/%Y}"):
        make.criteria(world, valid_from=old.valid_from)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        CriteriaSet(ward=world.ward, version="Chồng", legal_ref="x", source="y", valid_from=today()).save()


# ---- assessments ---------------------------------------------------------------------------------------
def form_of(street: Street, *states: str, **more: str) -> dict[str, str]:
    edition = CriteriaSet.of(street.ward_id, today())
    data = {"on": f"{today():%d/%m/%Y}"} | more
    for criterion, state in zip(edition.criteria.all(), states, strict=True):
        data[f"state_{criterion.pk}"] = state
    return data


def test_a_street_is_assessed_on_a_form_and_its_page_says_how_it_stands(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street, officer = make.street(world), sign_in(world.campaign_officer)
    address = reverse("beautification:assessment_new", args=[street.slug])
    answer = officer.post(address, form_of(street, MET, NOT_YET, UNSEEN))
    row = StreetAssessment.objects.get(street=street)
    assert answer.url == row.get_absolute_url()
    assert list(row.results.values_list("state", flat=True)) == [MET, NOT_YET, UNSEEN]
    page = officer.get(street.get_absolute_url())
    assert (page.context["standing"].met, page.context["standing"].total) == (1, 3)
    assert [str(one.criterion) for one in page.context["lacking"]] == ["2. Rác đúng giờ", "3. Dây gọn gàng"]
    met = officer.get(f"{reverse('beautification:result_list')}?street={street.slug}&result={MET}")
    assert [str(one.criterion) for one in met.context["page"]] == ["1. Vỉa hè thông thoáng"]
    event = Event.objects.get(kind="beautification.street.assessed")
    assert (event.facts["met"], event.facts["total"]) == (1, 3)


def test_the_same_day_twice_a_day_to_come_and_an_empty_form_are_told(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street, officer = make.street(world), sign_in(world.campaign_officer)
    address = reverse("beautification:assessment_new", args=[street.slug])
    empty = officer.post(address, form_of(street, UNSEEN, UNSEEN, UNSEEN))
    assert empty.context["form"].non_field_errors()
    late = officer.post(address, form_of(street, MET, MET, MET, on=f"{make.days(1):%d/%m/%Y}"))
    assert late.context["form"].errors["on"]
    secret = officer.post(address, form_of(street, MET, MET, MET, note="Hộ có số 001199012345"))
    assert secret.context["form"].errors["note"]
    assert not StreetAssessment.objects.exists()
    officer.post(address, form_of(street, MET, MET, MET))
    twice = officer.post(address, form_of(street, MET, NOT_YET, MET))
    assert "đã được đánh giá" in twice.content.decode()
    assert StreetAssessment.objects.get().results.filter(state=MET).count() == 3


def test_a_note_on_a_criterion_that_is_too_long_is_told_as_everywhere(world: World, sign_in: Callable) -> None:
    street, edition = make.street(world), make.criteria(world)
    note = f"note_{edition.criteria.first().pk}"
    refused = sign_in(world.campaign_officer).post(f"{street.get_absolute_url()}assessments/new/", {note: "x" * 301})
    assert refused.context["form"].errors[note] == ["Viết tối đa 300 ký tự; đang có 301."]


def test_a_street_without_criteria_is_sent_to_them(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    answer = sign_in(world.campaign_officer).get(reverse("beautification:assessment_new", args=[street.slug]))
    assert answer.url == reverse("beautification:criteria")


def test_a_correction_counts_for_its_own_day(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street = make.street(world)
    make.assessment(street, make.days(-10), met=1)
    row = make.assessment(street, make.days(-5), met=3)
    address = reverse("beautification:assessment_edit", args=[street.slug, row.pk])
    officer = sign_in(world.campaign_officer)
    assert "Ngày" not in officer.get(address).context["form"].fields, "an assessment keeps its day"
    data = form_of(street, MET, MET, NOT_YET)
    third = row.results.last().criterion_id
    assert officer.post(address, data | {f"note_{third}": "Còn dây chùng"}).status_code == 302
    assert row.results.get(criterion=third).note == "Còn dây chùng"
    assert [read(world, make.days(-day)).value for day in (4, 6, 11)] == [2, 1, None]


def corrected(page: object) -> dict[str, str]:
    """What the page shows, as a browser sends it back."""
    form = page.context["form"]  # type: ignore[attr-defined]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_a_correction_in_two_windows_keeps_what_each_changed(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street = make.street(world)
    row = make.assessment(street, make.days(-5), met=3)
    address = reverse("beautification:assessment_edit", args=[street.slug, row.pk])
    officer = sign_in(world.campaign_officer)
    first = second = corrected(officer.get(address))
    one, two, _three = (result.criterion_id for result in row.results.all())
    assert officer.post(address, first | {f"state_{one}": NOT_YET, f"note_{one}": "Còn quán nước"}).status_code == 302
    assert officer.post(address, second | {f"state_{two}": NOT_YET, "note": "Chiều"}).status_code == 302
    assert list(row.results.values_list("state", flat=True)) == [NOT_YET, NOT_YET, MET]
    assert row.results.first().note == "Còn quán nước"


def test_what_both_windows_changed_is_told_once_before_it_is_written_over(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street = make.street(world)
    row = make.assessment(street, make.days(-5), met=3)
    address = reverse("beautification:assessment_edit", args=[street.slug, row.pk])
    officer = sign_in(world.campaign_officer)
    opened = corrected(officer.get(address))
    name = f"state_{row.results.first().criterion_id}"
    assert officer.post(address, opened | {name: NOT_YET}).status_code == 302
    told = officer.post(address, opened | {name: UNSEEN})
    assert "Chưa đạt" in told.context["form"].errors[name][0]
    assert row.results.first().state == NOT_YET
    assert officer.post(address, corrected(told) | {name: UNSEEN}).status_code == 302
    assert row.results.first().state == UNSEEN


def test_as_many_criteria_as_there_are_are_saved_in_one_statement(world: World) -> None:
    counts = []
    for number in (2, 9):
        texts = [f"Tiêu chí {n}" for n in range(number)]
        edition = make.criteria(world, *texts, valid_from=make.days(-300 + number))
        row = make.assessment(make.street(world), make.days(-5), met=number)
        said = dict.fromkeys(edition.criteria.all(), (NOT_YET, "Còn thiếu"))
        with CaptureQueriesContext(connection) as caught:
            row.correct(by=world.campaign_officer, said=said)
        counts.append(len(caught))
        assert set(row.results.values_list("state", "note")) == {(NOT_YET, "Còn thiếu")}
    assert counts[0] == counts[1]


def test_nobody_assesses_on_a_day_of_no_year(world: World) -> None:
    make.criteria(world, valid_from=make.days(-1000))
    with pytest.raises(ValidationError, match="không thuộc năm"):
        make.assessment(make.street(world), make.days(-900))


# ---- evidence ------------------------------------------------------------------------------------------
def test_evidence_is_added_seen_and_taken_away(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    row = make.assessment(make.street(world)).results.first()
    officer, head = sign_in(world.campaign_officer), sign_in(world.head)
    address = reverse("beautification:evidence_new", args=[row.assessment.street.slug, row.pk])
    assert officer.post(address, {"papers": [picture(), picture()]}).status_code == 302
    assert officer.post(address, {"sent": "1"}).context["form"].errors["papers"]
    first, second = row.evidence.all()
    shown = head.get(reverse("beautification:evidence_file", args=[first.pk]))
    assert b"".join(shown.streaming_content)
    assert head.post(reverse("beautification:evidence_remove", args=[first.pk])).status_code == 403
    officer.post(reverse("beautification:evidence_remove", args=[first.pk]))
    assert list(CriterionEvidence.objects.all()) == [second]
    kept = Event.objects.filter(kind__startswith="beautification.criterion.").values_list("kind", flat=True)
    assert sorted(kept) == ["beautification.criterion.evidence_added", "beautification.criterion.evidence_removed"]


# ---- what others read ----------------------------------------------------------------------------------
def read(world: World, on: datetime.date | None = None, **scope: object) -> FigureValue:
    return get_figure("beautification.criteria.met").value(Scope(world.ward, world.campaign, **scope), on or today())


def test_the_figure_opens_exactly_its_rows(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    one, other = make.street(world), make.street(world, lead_unit=world.other_cell)
    make.assessment(one, make.days(-9), met=1)
    make.assessment(one, make.days(-2), met=2)
    make.assessment(other, make.days(-5), met=3)
    client = sign_in(world.campaign_officer)
    for on, unit, expected in (
        (today(), None, 5),
        (make.days(-5), None, 4),
        (make.days(-9), None, 1),
        (today(), world.cell, 2),
    ):
        value = read(world, on, unit=unit)
        assert value.value == expected == len(value.rows)
        for part in (value, *value.parts.values()):
            assert client.get(part.url).context["page"].paginator.count == part.value
    assert read(world, make.days(-10)).value is None


def test_what_is_due_stands_in_the_agenda_of_those_who_assess(world: World) -> None:
    make.criteria(world)
    aimed, looked_at = make.street(world, target_on=make.days(5)), make.street(world, target_on=make.days(60))
    make.street(world)
    make.assessment(looked_at, make.days(-20), next_on=make.days(-1))
    ask = {"campaign": world.campaign, "start": today(), "end": make.days(7), "today": today()}
    items = agenda.items(agenda.Ask(world.campaign_officer, **ask))
    found = [item for item in items if item.subject in (aimed, looked_at)]
    assert [(item.subject, item.due_on) for item in found] == [(looked_at, make.days(-1)), (aimed, make.days(5))]
    assert not [item for item in agenda.items(agenda.Ask(world.head, **ask)) if item.subject in (aimed, looked_at)]


def test_the_reminder_is_for_those_who_assess_until_it_is_done(world: World) -> None:
    make.criteria(world)
    street, source = make.street(world, target_on=make.days(7)), all_sources()["beautification.assessment.due"]
    assert source.campaign(street) == world.campaign
    rule = ReminderRule(ward=world.ward, code="x", source=source.code, anchor="due_on", offset_days=-7)
    (target,) = source.targets(rule, make.days(7), make.days(7))
    assert (target.subject, target.on) == (street, make.days(7))
    assert list(source.recipients(target, Seats(world.ward.pk))) == [world.campaign_officer]
    assert source.still_due(target)
    make.assessment(street, next_on=make.days(90))
    assert not source.still_due(target)
    assert not list(source.targets(rule, make.days(7), make.days(7)))


def test_the_opening_asks_for_criteria_until_they_are_verified(world: World) -> None:
    def left() -> list[str]:
        found = next(one for one in opening.steps(world.campaign_officer, world.ward) if one.code == "streets")
        return [str(lack.what) for lack in found.lacks]

    assert len(left()) == 1
    edition = make.criteria(world)
    assert len(left()) == 1
    edition.verify(by=world.campaign_officer)
    assert left() == []
    assert Event.objects.filter(kind="beautification.criteria.verified").count() == 1


def test_the_database_refuses_what_is_no_assessment(world: World) -> None:
    make.criteria(world)
    row = make.assessment(make.street(world))
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        CriterionResult.objects.filter(pk=row.results.first().pk).update(state="good")
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        StreetAssessment.objects.filter(pk=row.pk).update(next_on=row.on)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        CriterionResult(ward=world.ward, assessment=row, criterion=row.results.first().criterion, state=MET).save()


def test_the_history_of_a_street_is_a_chart_with_its_table(world: World, sign_in: Callable) -> None:
    make.criteria(world)
    street = make.street(world)
    for day, met in ((-30, 0), (-20, 1), (-10, 3)):
        make.assessment(street, make.days(day), met=met)
    page = sign_in(world.head).get(reverse("beautification:assessment_list", args=[street.slug]))
    assert [column["value"] for column in page.context["columns"]] == [0, 1, 3]
    assert [row.met for row in page.context["page"]] == [3, 1, 0]
    assert "<svg" in page.content.decode()


def test_a_file_that_is_no_photo_of_a_street_is_kept_as_paper(world: World) -> None:
    make.criteria(world)
    row = make.assessment(make.street(world)).results.first()
    row.add_evidence([accept(picture())], by=world.campaign_officer)
    assert row.evidence.get().is_photo
