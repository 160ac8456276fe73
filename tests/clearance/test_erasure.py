"""A person is taken out: afterwards neither name, phone nor address stands in any table or file, however written."""

import datetime
import io
import json
import unicodedata
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pghistory.models import Context

from accounts.models import AccessLog
from clearance.models import Household, Party, PartyDetails, PrivacyRequest, Question
from clearance.models.erasure import MARK, Erasure, blotted
from core.models import today
from notifications import outbox
from notifications.engine import jobs
from notifications.models import Job
from tests.clearance import factories as make
from tests.reports.test_exports import entered
from tests.world import World

NAME, PHONE, ADDRESS = "Kiều Thị Ngọc Uyển", "0912876543", "Số 77 ngách Hoè Vọng"


def without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d")


def forms(text: str) -> set[str]:
    return {text, unicodedata.normalize("NFD", text), without_marks(text), text.upper(), without_marks(text).lower()}


def found_in(text: str) -> list[str]:
    """Tables and files that hold it, in any of its forms or as the portal folds it."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(vi_fold(t::text), vi_fold(%s)) > 0', [text])
            if cursor.fetchone()[0]:
                found.append(table)
    for root in (Path(settings.MEDIA_ROOT), Path(settings.MADE_ROOT)):
        for path in (p for p in root.rglob("*") if p.is_file()):
            data = path.read_bytes()
            if any(form.encode() in data for form in forms(text)):
                found.append(str(path))
    return found


@pytest.fixture
def erased(world: World, place: dict) -> tuple[PrivacyRequest, Household]:
    """A request to erase; the person is named in a file, its history, an event, the log and what people wrote."""
    household = place["of_cell"][0]
    by, campaign = world.clearance_officer, world.campaign
    household.correct_name(by=by, campaign=campaign, name=NAME)
    household.change(by=by, campaign=campaign, address_line=ADDRESS, residential_group=None)
    party = household.representative
    facts = {"by": by, "campaign": campaign, "household": household}
    PartyDetails.of(party).change(phone=PHONE, identity_number="001099000001", permanent_address=ADDRESS, **facts)
    note = f"Gặp {NAME.upper()}, nhà {without_marks(ADDRESS)}"
    make.visit(household, campaign, world.cell, by=world.head, note=note)
    make.question(household, campaign, world.cell, text=f"Bà {without_marks(NAME)} hỏi: bao giờ?")
    make.people_row(household, campaign, "member", name=NAME)
    make.grievance(world, name=NAME, address_line=ADDRESS)
    outbox.record("clearance.household.changed", subject=household, by=by, title=f"hộ {NAME}")
    AccessLog.objects.note(user=by, subject=household, reason=f"gọi cho {NAME}")
    household.pause(by=by, campaign=campaign, reason=f"{NAME} đề nghị")
    Context.objects.create(id=uuid.uuid4(), metadata={"ward": world.ward.pk, "reason": f"{NAME} đề nghị"})
    request = make.privacy_request(world, "erase", name=NAME, text="Xin xóa")
    request.name_person(party, by=world.administrator)
    return request, household


def looked(desk: Client, request: PrivacyRequest) -> None:
    assert desk.post(reverse("clearance:privacy_look", args=[request.year, request.number])).status_code == 302
    jobs.run_all(10)
    request.refresh_from_db()


def test_nothing_of_the_person_stays_in_tables_and_files(world: World, erased: Any, sign_in: Callable) -> None:
    request, household = erased
    other = Household.objects.exclude(pk=household.pk).filter(ward=world.ward).first()
    neighbour: Any = other.representative
    neighbour.name = NAME
    neighbour.save()
    Household.objects.filter(pk=other.pk).update(address_line=f"{ADDRESS}1")
    Party.objects.filter(pk=neighbour.pk).update(name="Kiều Thị Ngọc Uyển Khác")
    assert len(found_in(NAME)) > 8, "the search finds it before"
    with pytest.raises(ValidationError):
        Erasure(request.party).carry_out(request, by=world.administrator)
    request.answer(by=world.administrator, on=today(), checked_how="Tại quầy")
    with pytest.raises(ValidationError, match="Xem"):
        Erasure(request.party).carry_out(request, by=world.administrator)
    desk = sign_in(world.administrator)
    looked(desk, request)
    url = reverse("clearance:privacy_erase", args=[request.year, request.number])
    page = desk.get(url)
    assert "câu hỏi" in page.content.decode().lower()
    assert Question.objects.filter(text__contains=MARK).count() == 0, "looking changes nothing"
    neighbour_names = Party.objects.filter(pk=neighbour.pk)
    assert neighbour_names.get().name == "Kiều Thị Ngọc Uyển Khác"
    with TestCase.captureOnCommitCallbacks(execute=True):
        Erasure(request.party).carry_out(request, by=world.administrator)
    assert neighbour_names.get().name == "Kiều Thị Ngọc Uyển Khác", "a namesake's own row stays"
    assert Household.objects.get(pk=other.pk).address_line == f"{ADDRESS}1", "a neighbour's address stays"
    # The namesake's own rows leave the stage, so that what is still found would be the person.
    Party.objects.filter(pk=neighbour.pk).update(name="Ai Đó")
    Household.objects.filter(pk=other.pk).update(address_line="Nơi khác")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clearance_partyhistory WHERE pgh_obj_id = %s", [neighbour.pk])
        cursor.execute("DELETE FROM clearance_householdhistory WHERE pgh_obj_id = %s", [other.pk])
    for needle in (NAME, PHONE, ADDRESS):
        for form in forms(needle):
            assert not found_in(form), (form, found_in(form))
    assert not PartyDetails.objects.filter(party=request.party).exists()
    assert not PartyDetails.history.rel.related_model.objects.exists()
    household.refresh_from_db()
    assert (Party.objects.get(pk=request.party_id).name, household.address_line) == (MARK, MARK)
    assert household.visits.count() == 1, "rows and their counts stay"
    assert sign_in(world.head).get(household.get_absolute_url()).status_code == 200


def test_the_desk_asks_for_it_as_a_job(world: World, erased: Any, sign_in: Callable) -> None:
    request, _household = erased
    desk: Client = sign_in(world.administrator)
    url = reverse("clearance:privacy_erase", args=[request.year, request.number])
    assert desk.get(url).status_code == 403, "not answered yet"
    request.answer(by=world.administrator, on=today(), checked_how="Tại quầy")
    with CaptureQueriesContext(connection) as queries:
        before = desk.get(url).content.decode()
    assert len(queries) < 20, "the looking is a job, not the page"
    assert "Bản sao lưu" not in before
    assert desk.post(url).status_code == 403, "nobody has looked yet"
    looked(desk, request)
    log = AccessLog.objects.get(user=world.administrator, subject_type="clearance.party")
    assert log.reason == str(request)
    assert "Bản sao lưu" in desk.get(url).content.decode()
    PrivacyRequest.objects.filter(pk=request.pk).update(looked_at=request.looked_at - datetime.timedelta(days=1))
    assert desk.post(url).status_code == 403, "what was seen holds for its day"
    looked(desk, request)
    assert desk.post(url).status_code == 302
    jobs.run_all(10)
    done = Job.objects.get(kind="clearance.privacy.erase")
    assert (done.state, done.error) == ("done", "")
    assert Party.objects.get(pk=request.party_id).name == MARK


def test_the_own_data_come_as_a_page_and_as_json(world: World, erased: Any) -> None:
    request, household = erased
    request.answer(by=world.administrator, on=today(), checked_how="Tại quầy")
    other = household.parties.create(
        ward=world.ward, party=Party.objects.create(ward=world.ward, name="Người Chung Đất")
    )
    Job.ask("clearance.privacy.own_data", by=entered(world.administrator), request=request.pk, ward=world.ward.pk)
    jobs.run_all(10)
    made = Job.objects.get(kind="clearance.privacy.own_data")
    assert (made.state, made.error) == ("done", "")
    with made.file.open("rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    told, page = archive.read("du-lieu.json").decode(), archive.read("du-lieu.html").decode()
    for text in (NAME, PHONE, ADDRESS):
        assert text in told
        assert text in page
    assert json.loads(told)
    assert other.party.name not in told, "nothing of others"
    line = AccessLog.objects.get(act="export", subject_id=request.party_id)
    assert line.reason == str(request)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gặp kieu  thi\nNgoc uyen ở cửa", f"Gặp {MARK} ở cửa"),
        (unicodedata.normalize("NFD", "Bà KIỀU THỊ NGỌC UYỂN."), f"Bà {MARK}."),
        ("Kiều Thị Ngọc Uyểnh", "Kiều Thị Ngọc Uyểnh"),
        ({"a": ["Kiều Thị Ngọc Uyển", 3]}, {"a": [MARK, 3]}),
    ],
)
def test_a_name_is_blotted_however_it_is_written_and_no_other(text: Any, left: Any) -> None:
    assert blotted(text, [NAME]) == left
