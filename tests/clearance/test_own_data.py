"""A person's own data are whole: every table of a household's file is handed out, or says why not."""

import io
import json
import zipfile
from typing import Any

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clearance.models import DialogueAttendance, Party, PlanOpinion, PlotPart, VisitCompanion, VisitConcern
from clearance.own_data import LEFT_OUT, OwnData, tables_of
from core.files import accept
from core.models import is_personal, today
from notifications.engine import jobs
from notifications.models import Job
from tests.clearance import access_table as rows
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.reports.test_exports import entered
from tests.world import World

TOLD_ABOVE = {
    "clearance.household": "the file itself",
    "clearance.party": "the person",
    "clearance.partydetails": "told with the person, opened",
    "clearance.plot": "told with the right to it",
    "clearance.plotpart": "told with the plot",
    "clearance.privacyrequest": "told beside the files",
    "clearance.privacyclock": "the days of a request, which the person was told",
    "clearance.breach": "of no one person: who is meant stands there as words",
}


def test_every_table_of_a_persons_file_is_told_or_says_why_not() -> None:
    told = {model._meta.label_lower for model in tables_of()}
    personal = {
        model._meta.label_lower
        for model in apps.get_models()
        if is_personal(model) and not hasattr(model, "pgh_tracked_model")
    }
    missing = personal - told - LEFT_OUT.keys() - TOLD_ABOVE.keys()
    assert not missing, "it hangs on no household: tell it in own_data, or say in LEFT_OUT why not"
    assert not told & (LEFT_OUT.keys() | TOLD_ABOVE.keys())
    assert LEFT_OUT.keys() | TOLD_ABOVE.keys() <= personal
    assert all(LEFT_OUT.values())


def filled(world: World) -> Any:
    """A household with a row in every table that is told."""
    household = rows.scene(world)["of_cell"][0]
    household.parties.update(relation="chủ hộ")
    for build in (rows.agreement, rows.minutes, rows.delivery_photo, rows.evidence, rows.callback, rows.a_round):
        build(world)
    for build in (rows.plot_part, rows.own_step, rows.set_day, rows.answered):
        build(world)
    rows.owed(rows.Promise, world)
    rows.owed(rows.Obstacle, world)
    rows.file_row(rows.Milestone, world)
    for kind in ("member", "authorisation", "asset"):
        make.people_row(household, world.campaign, kind)
    need = make.people_row(household, world.campaign, "need", text="Cần xe lăn")
    need.offer(by=world.head, campaign=world.campaign, text="Đã tặng xe lăn", body="Chi hội", on=today())
    dialogue = make.held_dialogue(household.project, world.campaign)
    came = {"dialogue": dialogue, "household": household, "kind": "self", "came": 1}
    line = DialogueAttendance.objects.create(ward=world.ward, **came)
    PlanOpinion.objects.create(ward=world.ward, attendance=line, after="agrees", words="Nhất trí")
    visit = household.visits.get()
    VisitCompanion.objects.create(ward=world.ward, visit=visit, unit=world.team)
    VisitConcern.objects.create(ward=world.ward, visit=visit, kind="price", words="Giá thấp hơn")
    grievance = make.grievance(world, "feedback", name=household.representative.name)
    type(grievance).objects.filter(pk=grievance.pk).update(household=household)
    grievance.attach(by=world.grievance_officer, papers=[accept(photo())])
    return household


def test_the_file_holds_a_row_of_each_table_and_the_photos(world: World) -> None:
    household = filled(world)
    others = make.grievance(world, "feedback", name="Người Khác Hẳn", text="Việc riêng của người khác")
    type(others).objects.filter(pk=others.pk).update(household=household)
    co_owner = Party.objects.create(ward=world.ward, name="Người Chung Đất")
    household.parties.create(ward=world.ward, party=co_owner, relation="đồng sở hữu")
    request = make.privacy_request(world)
    request.answer(by=world.administrator, on=today(), checked_how="Tại quầy")
    request.name_person(household.representative, by=world.administrator)
    Job.ask("clearance.privacy.own_data", by=entered(world.administrator), request=request.pk, ward=world.ward.pk)
    jobs.run_all(10)
    made = Job.objects.get(kind="clearance.privacy.own_data")
    assert (made.state, made.error) == ("done", "")
    with made.file.open("rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
        text, page = archive.read("du-lieu.json").decode(), archive.read("du-lieu.html").decode()
        photos = [archive.read(name) for name in archive.namelist() if name.startswith("giay-to/")]
    told = json.loads(text)
    titles = {str(model._meta.verbose_name_plural) for model in tables_of()}
    missing = {title for title in titles if f'"{title}"' not in text}
    assert not missing, "make a row of it in `filled`"
    assert len(photos) == 5
    assert all(content[:2] == b"\xff\xd8" for content in photos)
    assert str(PlotPart._meta.verbose_name_plural) in text
    for words in ("Cần xe lăn", "Đã tặng xe lăn", "Nhất trí", "Giá thấp hơn", "Trần Thị Con", "Tháng sau"):
        assert words in text
        assert words in page
    for words in ("Người Chung Đất", "Việc riêng của người khác", world.head.full_name):
        assert words not in text
        assert words not in page
    assert len(told) == 3
    assert "[{" not in page, "lists stand as lists"


def test_it_costs_no_more_for_more_rows_of_a_table(world: World) -> None:
    household = rows.scene(world)["of_cell"][0]
    party = household.representative

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            OwnData(party).told()
        return len(queries)

    make.visit(household, world.campaign, world.cell, by=world.head)
    before = cost()
    for _time in range(3):
        make.visit(household, world.campaign, world.cell, by=world.head)
    assert cost() == before
