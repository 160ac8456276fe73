"""A ward's days: what people enter, and what they change, void, take up again, merge and take away later."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from beautification.choices import Exactness
from beautification.models import Cleanup, StreetGroup
from campaigns.models import CampaignFocus, Document, DocumentRecipient, Meeting, Task
from clearance import actions
from clearance.models import Dialogue, Household, Invitation, Question, TeamAssignment, Visit
from core import past
from core.dated import correcting
from core.figures import Scope, all_figures
from core.models import StateChanged, today
from models_registry.models import ContestEntry, MobilizationModel, ModelStep, ThemeField
from publicity.models import Airing, Article, Output
from tests import factories as base
from tests.beautification import factories as streets
from tests.clearance import factories as clearance
from tests.models_registry import factories as models
from tests.publicity import factories as publicity
from tests.world import World

Act = Callable[[World, int], Any]


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def moment(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


def newest(model: type, **fields: Any) -> Any:
    return model.objects.filter(**fields).order_by("-pk").first()


def unit(world: World, n: int) -> Any:
    return world.cell if n % 2 else world.other_cell


# ---- what people enter: of a day so many days ago -------------------------------------------------------
def accept_model(world: World, n: int) -> None:
    person = {"subject": "individual", "person_name": "Lê Văn Tám"} if n % 3 == 0 else {}
    field = models.theme_field(world.campaign, *(("an-sinh", "An sinh xã hội") if n % 2 else ()))
    models.accepted(
        world.campaign, unit(world, n), world.head, world.campaign_officer, on=ago(n), theme_field=field, **person
    )


def hand_in_model(world: World, n: int) -> None:
    models.submitted(world.campaign, unit(world, n), world.head, on=ago(n))


def give_task(world: World, n: int) -> None:
    task = Task(
        ward=world.ward, campaign=world.campaign, lead_unit=unit(world, n), title=f"Việc {n}", due_on=ago(n - 3)
    )
    task.assign(by=world.campaign_officer, on=ago(n))
    if n % 2:
        task.submit(by=world.head, on=ago(n))
        task.accept(by=world.campaign_officer, on=ago(n))


def hold_clean_up(world: World, n: int) -> None:
    street = newest(streets.Street) or streets.street(world, groups=(world.team,))
    if not Cleanup.objects.filter(street=street, on=ago(n)).exists():
        streets.done(street, ago(n), 40 + n, exactness=Exactness.NEARLY if n % 2 else Exactness.EXACT)


def visit(world: World, n: int) -> None:
    project = newest(clearance.Project) or clearance.project(world.campaign, world.superior)
    if project.households.count() < 3:
        clearance.household(project, world.campaign, unit(world, n))
    household = project.households.order_by("?" if n < 0 else "pk")[n % project.households.count()]
    clearance.visit(household, world.campaign, unit(world, n), visited_at=moment(n))
    clearance.question(household, world.campaign, unit(world, n), asked_on=ago(n), due_on=ago(n - 5))


def invite(world: World, n: int) -> None:
    if (household := newest(Household)) is None:
        return
    dialogue = newest(Dialogue) or clearance.dialogue(household.project, world.campaign)
    if not Invitation.objects.filter(dialogue=dialogue, household=household).exists():
        row = clearance.invitation(dialogue, household)
        row.deliver(by=None, campaign=world.campaign, at=moment(n), outcome="signed", receiver="Bà Thử")


def send_plan(world: World, n: int) -> None:
    plan = base.document(world.campaign, world.committee, dated_on=ago(n))
    plan.send_to(by=None, units=[], resolutions_from=[world.cell, world.other_cell])


def brief(world: World, n: int) -> None:
    row = Meeting(ward=world.ward, campaign=world.campaign, kind="dissemination", held_on=ago(n))
    row.call(by=None)
    row.hold(by=None, held_on=ago(n))


def air(world: World, n: int) -> None:
    publicity.airing(publicity.broadcast(world.campaign), moment(n), aired=True)


def publish(world: World, n: int) -> None:
    publicity.published(world.campaign, at=moment(n)).note_views(by=None, value=100 + n, read_on=ago(n))


def bring_out(world: World, n: int) -> None:
    kind = "leaflet" if n % 2 else "banner"
    publicity.output(world.campaign, unit(world, n), kind=kind, quantity=n % 7 + 1, on=ago(n))


def write_entry(world: World, n: int) -> None:
    contest = newest(models.Contest) or models.contest(world.campaign, world.campaign_officer)
    row = models.entry(contest, unit(world, n), world.head)
    for step in ("submitted", "approved", "sent"):
        row.take(step, by=world.campaign_officer, on=ago(n))


ENTER: list[Act] = [
    accept_model, hand_in_model, give_task, hold_clean_up, visit, invite, send_plan, brief, air, publish,
    bring_out, write_entry,
]  # fmt: skip


# ---- what people do with it later ------------------------------------------------------------------------
def edit_model(world: World, n: int) -> None:
    fields = [
        {"subject": "individual", "person_name": "Nguyễn Thị Hoa"},
        {"unit": unit(world, n + 1)},
        {"theme_field": models.theme_field(world.campaign, "khac", "Lĩnh vực khác")},
    ]
    with correcting(n % 2 == 0):
        MobilizationModel.objects.exclude(state="draft").update(**fields[n % 3])


def withdraw_model(world: World, n: int) -> None:
    if row := newest(MobilizationModel, state__in=["active", "submitted"]):
        row.withdraw(by=world.campaign_officer, reason="Thôi", on=ago(n % 5))


def move_step(world: World, n: int) -> None:
    if row := newest(ModelStep, done_on=None, mobilization_model__state="active"):
        row.reschedule(by=world.campaign_officer, due_on=ago(n), reason="Lùi")


def rename_field(world: World, n: int) -> None:
    ThemeField.objects.update(label=f"Tên mới {n}")


def edit_task(world: World, n: int) -> None:
    if row := newest(Task, state__in=["assigned", "acknowledged", "doing"]):
        row.is_correction = n % 2 == 0
        row.edit(by=world.campaign_officer, helpers=[], lead_unit=unit(world, n), due_on=ago(n), title=f"Đổi {n}")


def cancel_task(world: World, n: int) -> None:
    if row := newest(Task, state__in=["assigned", "acknowledged", "doing"]):
        row.cancel(by=world.campaign_officer, reason="Thôi")


def count_again(world: World, n: int) -> None:
    if row := newest(Cleanup, state="done"):
        row.reopen(by=world.campaign_officer, reason="Đếm thiếu")
        row.count(counts={None: 7 + n})
        if n % 2:
            row.close(by=world.campaign_officer)


def void_visit(world: World, n: int) -> None:
    if row := newest(Visit, void_at=None):
        actions.void_visit(row, by=world.clearance_officer, campaign=world.campaign, reason="nhầm hộ")


def void_invitation(world: World, n: int) -> None:
    if row := newest(Invitation, state="signed"):
        row.void(by=world.clearance_officer, campaign=world.campaign)


def answer_question(world: World, n: int) -> None:
    if row := newest(Question, answered_on=None):
        row.give_answer(by=world.head, campaign=world.campaign, answer="Tháng sau", on=max(row.asked_on, ago(n)))
        row.tell(by=world.head, campaign=world.campaign, on=max(row.answered_on, ago(n)), accepted=True)


def withdraw_document(world: World, n: int) -> None:
    if row := newest(Document, state="issued"):
        row.withdraw(by=world.campaign_officer, on=today(), reason="Thôi")


def take_off_recipient(world: World, n: int) -> None:
    for row in Document.objects.filter(state="issued"):
        row.send_to(by=world.campaign_officer, units=[], resolutions_from=[world.cell] if n % 2 else [])


def move_meeting(world: World, n: int) -> None:
    if row := newest(Meeting):
        row.edit(by=world.campaign_officer, kind="conference" if n % 2 else "dissemination", held_on=ago(n))


def retire_article(world: World, n: int) -> None:
    if row := newest(Article, state="published"):
        row.note_views(by=None, value=5000 + n, read_on=ago(n % 5))
        row.retire(by=world.leadership, reason="Sai")


def move_airing(world: World, n: int) -> None:
    if row := newest(Airing):
        Airing.objects.filter(pk=row.pk).update(at=moment(n) - datetime.timedelta(seconds=row.pk))


def correct_output(world: World, n: int) -> None:
    if row := newest(Output, void_reason=""):
        row.edit(by=world.media_officer, quantity=n % 5 + 1, kind="board")
        if n % 2:
            row.void(by=world.media_officer, reason="Ghi thừa")


def merge_units(world: World, n: int) -> None:
    """One cell goes on as the other: all its rows are written to that one, and it ends."""
    old, new = (world.cell, world.other_cell) if n % 2 else (world.other_cell, world.cell)
    for model, name in [(MobilizationModel, "unit"), (Task, "lead_unit"), (ContestEntry, "unit"), (Question, "owner")]:
        model.objects.filter(**{name: old}).update(**{name: new})
    streets.Street.objects.filter(lead_unit=old).update(lead_unit=new, name=f"Phố đổi tên {n}")
    type(old).objects.filter(pk=old.pk).update(name=f"Chi bộ cũ {n}", valid_to=today())


def delete_rows(world: World, n: int) -> None:
    for model in (DocumentRecipient, StreetGroup, TeamAssignment, CampaignFocus, ModelStep):
        model.objects.order_by("pk")[: n % 3 + 1].first() and model.objects.order_by("pk").first().delete()


CHANGE: list[Act] = [
    edit_model, withdraw_model, move_step, rename_field, edit_task, cancel_task, count_again, void_visit,
    void_invitation, answer_question, withdraw_document, take_off_recipient, move_meeting, retire_article,
    move_airing, correct_output, merge_units, delete_rows,
]  # fmt: skip
REFUSED = (ValidationError, StateChanged)


# ---- what is asked --------------------------------------------------------------------------------------
def answers(world: World, on: datetime.date, known: datetime.date | None, *units: Any) -> dict[str, Any]:
    """Every figure of the ward and of some units, with what its readers see beside the number."""
    found = {}
    with past.reading(on=on, known=known):
        campaign = past.held(world.campaign) or world.campaign
        for scope in [Scope(world.ward, campaign), *(Scope(world.ward, campaign, unit=unit) for unit in units)]:
            for key, figure in all_figures().items():
                value = figure.value(scope, on)
                parts = {code: (p.value, p.label, p.exactness) for code, p in (value.parts or {}).items()}
                found[key, bool(scope.unit)] = (value.value, value.exactness, value.as_of, value.label, parts)
    return found
