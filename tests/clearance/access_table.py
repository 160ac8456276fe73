import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from clearance.models import (
    AgreementScan,
    Breach,
    CaseCode,
    Delivery,
    DeliveryEvidence,
    DialogueSignature,
    Disposal,
    InvitationEvidence,
    LoopMinutes,
    Milestone,
    MinutesScan,
    MobilisationLoop,
    Obstacle,
    OwnStep,
    PlannedVisit,
    Plot,
    PlotHolding,
    PlotPart,
    ProcedureStep,
    ProjectBatch,
    Promise,
    SetDay,
    SignedAgreement,
    SigningAuthority,
    VisitCallback,
    VisitDraw,
    VisitRound,
)
from clearance.retention import LOOK_KEPT
from core.files import accept
from core.models import today
from deadlines.models import DeadlineRule
from notifications.models import Job
from tests.access_rules import Line
from tests.campaigns.factories import standards
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.world import World

READERS = {"clearance_officer", "leadership"}
COUNTERS = {"administrator", "campaign_officer", "records_clerk", "media_officer", "supervisor"}  # no households
STRANGERS = {"grievance_officer", "superior_viewer"}
SLUG = "cum-truong-thu"


def scene(world: World) -> dict[str, Any]:
    """The scene of this world, made once: several lines may be tried in one world."""
    if "clearance" not in world.__dict__:
        world.__dict__["clearance"] = make.scene(world)
    return world.__dict__["clearance"]


def project(world: World) -> list[Any]:
    return [scene(world)["project"].slug]


def household(world: World) -> list[Any]:
    return [SLUG, scene(world)["of_cell"][0].number]


def party(world: World) -> list[Any]:
    row = scene(world)["of_cell"][0]
    return [SLUG, row.number, row.representative.pk]


def of_kind(kind: str, world: World) -> list[Any]:
    return [*household(world), kind]


def people_row(kind: str, world: World) -> list[Any]:
    return [kind, make.people_row(scene(world)["of_cell"][0], world.campaign, kind).pk]


def need(world: World) -> list[Any]:
    return people_row("need", world)[1:]


def dialogue(world: World, held: bool = False) -> list[Any]:
    row = scene(world)["project"]
    plan = make.held_dialogue if held else make.dialogue
    return [SLUG, plan(row, world.campaign).pk]


def due_dialogue(world: World) -> list[Any]:
    return [SLUG, make.dialogue(scene(world)["project"], world.campaign, days=-1).pk]


def dialogue_minutes(world: World, closed: bool = False) -> list[Any]:
    return [SLUG, make.minutes(scene(world)["project"], world.campaign, closed_by=world.head if closed else None).pk]


def printed(world: World, of: Any) -> list[Any]:
    """Of a page that hands out an official paper."""
    standards(world.ward)
    return of(world)


def dialogue_signature(world: World) -> list[Any]:
    dialogue = make.minutes(scene(world)["project"], world.campaign)
    row = DialogueSignature(kind="ward", name="Ông Phường")
    dialogue.record.sign(row, by=None, campaign=world.campaign)
    return [SLUG, dialogue.pk, row.pk]


def dialogue_scan(world: World) -> list[Any]:
    dialogue = make.minutes(scene(world)["project"], world.campaign)
    dialogue.record.add_scan(accept(photo()), by=None, campaign=world.campaign)
    return [SLUG, dialogue.pk, dialogue.record.scans.get().pk]


def visit(world: World) -> list[Any]:
    row = scene(world)["of_cell"][0]
    return [make.visit(row, world.campaign, world.cell, by=world.head).pk]


def invitation(world: World) -> list[Any]:
    plan = make.dialogue(scene(world)["project"], world.campaign)
    return [make.invitation(plan, scene(world)["of_cell"][0]).pk]


def evidence(world: World) -> list[Any]:
    pk = invitation(world)[0]
    row = InvitationEvidence.objects.create(ward=world.ward, invitation_id=pk, **accept(photo()).fields())
    return [pk, row.pk]


def question(world: World) -> list[Any]:
    """Of a household of the cell; the other cell has to answer."""
    return [make.question(scene(world)["of_cell"][0], world.campaign, world.other_cell).pk]


def a_round(world: World, state: str = "") -> list[Any]:
    """Of the cell, with a household on the list of its only team."""
    row = VisitRound(
        ward=world.ward, project=scene(world)["project"], purpose="explain", from_on=today(), to_on=today()
    )
    own: dict[str, Any] = {"by": world.clearance_officer, "campaign": world.campaign}
    row.plan(**own)
    team = row.add_team(unit=world.cell, people=[world.head], guests=["Bà Tám"], **own)
    PlannedVisit(ward=world.ward, round=row, household=scene(world)["of_cell"][0], team=team, on=today()).save()
    if state:
        row.hand_out(**own)
    return [team.pk] if state == "out" else [SLUG, row.number]


def callback(world: World) -> list[Any]:
    visit = make.visit(scene(world)["of_cell"][0], world.campaign, world.cell)
    draw = VisitDraw.objects.create(ward=world.ward, week_from=today(), percent=5, of_count=1)
    return [VisitCallback.objects.create(ward=world.ward, draw=draw, visit=visit).pk]


def round_team(world: World) -> list[Any]:
    return [*a_round(world), world.cell.pk]


def plot(world: World) -> list[Any]:
    return [SLUG, make.plot(scene(world)["of_cell"][0], world.campaign).pk]


def plot_part(world: World) -> list[Any]:
    row = Plot.objects.get(pk=plot(world)[1])
    Plot.objects.filter(pk=row.pk).update(area=100)
    part = PlotPart(ward=world.ward, plot=row, area=40)
    part.record(by=world.clearance_officer, campaign=world.campaign)
    return [part.pk]


def holding(world: World) -> list[Any]:
    return [PlotHolding.objects.get(plot=plot(world)[1]).pk]


def land_kind(world: World) -> list[Any]:
    return [make.land_kind(world, "ONT").pk]


def batch(world: World) -> list[Any]:
    row = scene(world)["project"]
    if not ProjectBatch.objects.filter(ward=world.ward, project=row).exists():
        ProjectBatch(ward=world.ward, project=row, number=1).enter(by=None, campaign=world.campaign)
    return [SLUG, 1]


def authority(world: World) -> list[Any]:
    facts = {"act": "plan", "signer": "Chủ tịch", "legal_ref": "Luật thử", "source": "thử"}
    return [SigningAuthority.objects.create(ward=world.ward, **facts).pk]


def owed(model: type[Promise] | type[Obstacle], world: World) -> list[Any]:
    """At a household of the cell; the other cell sees to it."""
    own = {"kind": "work"} if model is Promise else {"reason": "other"}
    facts = {"household": scene(world)["of_cell"][0], "owner": world.other_cell, "text": "thử", "due_on": today()}
    row = model(ward=world.ward, **own, **facts)
    row.enter(by=None, campaign=world.campaign)
    return [row.pk]


def file_row(model: type[Delivery] | type[Milestone], world: World) -> list[Any]:
    own = {"title": "thử", "way": "posted_up", "kind": "other"} if model is Delivery else {"kind": "paid"}
    row = model(ward=world.ward, household=scene(world)["of_cell"][0], **own)
    row.record(by=None, campaign=world.campaign)
    return [row.pk]


def loop(world: World, kind: str = "inventory") -> list[Any]:
    """Of a household of the cell, without a rule set."""
    bodies = {"ward_body": "UBND", "front_body": "MTTQ", "unit_body": "Ban"}
    row = MobilisationLoop(ward=world.ward, household=scene(world)["of_cell"][0], kind=kind, words="thử", **bodies)
    row.open(by=None, campaign=world.campaign)
    return [row.pk]


def minutes(world: World) -> list[Any]:
    there = {"of_ward": "A", "of_front": "B", "of_unit": "C", "of_household": "D", "paper": "12", "signed": "signed"}
    row = LoopMinutes(ward=world.ward, loop_id=loop(world)[0], **there)
    row.write(by=None, campaign=world.campaign, scan=accept(photo()))
    return [row.pk]


def scan(world: World) -> list[Any]:
    return [MinutesScan.objects.get(minutes=minutes(world)[0]).pk]


def proven_loop(world: World) -> list[Any]:
    """Whose gate is complete: no rule counts its days."""
    row = LoopMinutes.objects.get(pk=minutes(world)[0])
    facts = {"kind": "notice", "title": "thử", "way": "posted_up"}
    Delivery(ward=world.ward, household=row.household, **facts).record(by=None, campaign=world.campaign)
    facts = {"signer": "Chủ tịch", "legal_ref": "Luật thử", "source": "thử"}
    SigningAuthority.objects.create(ward=world.ward, act="inventory", **facts)
    return [row.loop_id]


def decided_loop(world: World) -> list[Any]:
    (pk,) = proven_loop(world)
    row = MobilisationLoop.objects.get(pk=pk)
    row.record_decision(by=world.leadership, campaign=world.campaign, number="7/QĐ", on=today())
    return [pk]


def own_step(world: World) -> list[Any]:
    facts = {
        "code": "B99",
        "version": "thử",
        "order": 1,
        "kind": "main",
        "name": "thử",
        "actor": "thử",
        "source": "thử",
    }
    step = ProcedureStep.objects.create(ward=world.ward, valid_from=datetime.date(2020, 1, 1), **facts)
    row = OwnStep(ward=world.ward, household=scene(world)["of_cell"][0], step=step, state="step_done")
    row.record(by=None, campaign=world.campaign)
    return [row.pk]


def agreement(world: World) -> list[Any]:
    facts = {"signer": "thử", "scope": "thử", "household": scene(world)["of_cell"][0]}
    row = SignedAgreement(ward=world.ward, **facts)
    row.enter(by=None, campaign=world.campaign, scan=accept(photo()))
    return [row.pk]


def agreement_scan(world: World) -> list[Any]:
    return [AgreementScan.objects.get(agreement=agreement(world)[0]).pk]


def set_day(world: World) -> list[Any]:
    row = SetDay(ward=world.ward, household=scene(world)["of_cell"][0], kind="inventory")
    row.set(by=None, campaign=world.campaign)
    return [row.pk]


def delivery_photo(world: World) -> list[Any]:
    pk = file_row(Delivery, world)[0]
    row = DeliveryEvidence.objects.create(ward=world.ward, delivery_id=pk, **accept(photo()).fields())
    return [pk, row.pk]


def answered(world: World) -> list[Any]:
    row = make.question(scene(world)["of_cell"][0], world.campaign, world.other_cell)
    row.give_answer(by=world.clearance_officer, campaign=world.campaign, answer="Tháng sau", on=row.asked_on)
    return [row.pk]


def grievance(world: World, sorted_as: str = "") -> list[Any]:
    row = make.grievance(world, sorted_as)
    return [row.year, row.number]


def grievance_code(world: World) -> list[Any]:
    return [world.ward.slug, make.grievance(world).code]


def case_code(world: World) -> list[Any]:
    row = scene(world)["of_cell"][0]
    return [world.ward.slug, CaseCode.hand_over(row, by=world.clearance_officer, campaign=world.campaign)]


def grievance_paper(world: World) -> list[Any]:
    row = make.grievance(world)
    row.attach(by=world.grievance_officer, papers=[accept(photo())])
    return [row.year, row.number, row.evidence.get().pk]


def step(world: World) -> list[Any]:
    return [*grievance(world, "complaint"), "accepted"]


def privacy(world: World) -> list[Any]:
    row = make.privacy_request(world)
    return [row.year, row.number]


def answered_erasure(world: World) -> list[Any]:
    row = make.privacy_request(world, "erase")
    row.answer(by=world.administrator, on=today(), checked_how="Tại quầy")
    row.name_person(scene(world)["of_cell"][0].representative, by=world.administrator)
    return [row.year, row.number]


def looked_kept(world: World) -> dict[str, Any]:
    """The dry run of today."""
    make.clocks(world)
    done: dict[str, Any] = {"state": "done", "ended_at": timezone.now(), "asked_by": world.administrator}
    Job.objects.create(ward=world.ward, kind=LOOK_KEPT, arguments={"of": "keep-log"}, **done)
    return {"of": "keep-log"}


def disposal(world: World) -> list[Any]:
    make.clocks(world)
    rule = DeadlineRule.objects.get(ward=world.ward, code="keep-log")
    facts = {"until": today(), "said": "Sẽ xóa 1 dòng.", "what": "Nhật ký"}
    return [Disposal.begin(rule, by=world.administrator, **facts).pk]


def person_past_time(world: World) -> list[Any]:
    """Of a project that ended long ago."""
    make.clocks(world)
    row = scene(world)["project"]
    type(row.undertaking).objects.filter(pk=row.undertaking_id).update(valid_to=datetime.date(2020, 12, 31))
    party = scene(world)["of_cell"][0].parties.get()
    make.visit(scene(world)["of_cell"][0], world.campaign, world.cell, note="Ghi chép")
    return ["keep-notes", party.pk]


def breach(world: World) -> list[Any]:
    row = Breach(ward=world.ward, what="Mất điện thoại", whom="30 hộ", measures="Đã khóa")
    row.note(by=world.administrator)
    return [row.pk]


NOT_PRIVACY = {"leadership", "clearance_officer", "campaign_officer", "grievance_officer", "head", "supervisor"}
_NEITHER = NOT_PRIVACY - {"leadership"}
SECOND = {"may": {"administrator", "leadership"}, "unseen": _NEITHER}
CONFIRMS = {"may": {"leadership"}, "denied": {"administrator"}, "unseen": _NEITHER}
PRIVACY = {"may": {"administrator"}, "unseen": NOT_PRIVACY}
DESK = {"may": {"grievance_officer"}, "denied": {"leadership", "supervisor"}, "unseen": {"clearance_officer", "head"}}
REGISTER = {"grievance_officer", "leadership", "supervisor"}
OUTSIDE = {"clearance_officer", "campaign_officer", "administrator", "head", "field_member", "superior_viewer"}
OFFICER = {
    "may": {"clearance_officer"},
    "denied": {"leadership", "campaign_officer", "head", "supervisor"},
    "unseen": {"superior_viewer"},
}
MINUTES = {"may": READERS, "denied": {"campaign_officer", "head", "supervisor"}}
OFFICER_OF_WARD = {
    "may": {"clearance_officer"},
    "denied": {"leadership", "campaign_officer", "head", "supervisor", "superior_viewer"},
}
FILE = {
    "may": {*READERS, "head"},
    "unseen": {"neighbour", "field_member", "campaign_officer", "administrator", "supervisor", "superior_viewer"},
}
FILE_OFFICER = {
    "may": {"clearance_officer"},
    "denied": {"leadership", "head"},
    "unseen": {"neighbour", "field_member", "campaign_officer", "supervisor"},
}
OWED = {
    "may": {*READERS, "head", "neighbour"},
    "unseen": {"field_member", "campaign_officer", "supervisor", "superior_viewer"},
}
FILE_TEAM = {
    "may": {"clearance_officer", "head"},
    "denied": {"leadership"},
    "unseen": {"neighbour", "field_member", "campaign_officer", "supervisor"},
}
NEEDS = {
    "may": {"clearance_officer", "head"},
    "unseen": {"leadership", "neighbour", "field_member", "campaign_officer", "supervisor"},
}
LISTED = {"may": {*READERS, "head", "neighbour", "field_member"}, "denied": COUNTERS, "unseen": STRANGERS}
COUNTS = {"may": {*READERS, *COUNTERS, "head", "neighbour"}, "unseen": STRANGERS}

LINES = [
    Line(
        "clearance:project_list",
        may={*READERS, *COUNTERS, "head", "neighbour", "field_member"},
        denied=STRANGERS,
    ),
    Line("clearance:week", may={*READERS, *COUNTERS}, denied={*STRANGERS, "head", "neighbour", "field_member"}),
    Line("clearance:project_new", may={"clearance_officer"}, denied={"leadership", "head", "superior_viewer"}),
    Line("clearance:project_detail", args=project, may={*COUNTS["may"], "field_member"}, unseen=STRANGERS),
    Line("clearance:project_edit", args=project, **OFFICER),
    Line(
        "clearance:household_list",
        args=project,
        may={*READERS, "head", "neighbour", "field_member"},
        denied=COUNTERS,
        unseen=STRANGERS,
    ),
    Line("clearance:household_new", args=project, **OFFICER),
    Line("clearance:households_assign", args=project, **OFFICER),
    Line("clearance:household_new_many", args=project, **OFFICER),
    Line("clearance:household_detail", args=household, **FILE),
    Line("clearance:household_edit", args=household, **FILE_OFFICER),
    Line("clearance:representative_correct", args=household, **FILE_OFFICER),
    Line("clearance:representative_new", args=household, **FILE_OFFICER),
    Line("clearance:household_assign", args=household, **FILE_OFFICER),
    Line("clearance:household_pause", args=household, **FILE_OFFICER),
    Line("clearance:household_resume", args=household, method="post", code=302, **FILE_OFFICER),
    Line(
        "clearance:plot_list",
        args=project,
        may={*READERS, "head", "neighbour", "field_member"},
        denied=COUNTERS,
        unseen=STRANGERS,
    ),
    Line("clearance:plot_map", args=project, may={*READERS, "head", "field_member"}, denied=COUNTERS, unseen=STRANGERS),
    Line("clearance:shapes_draw", args=project, **OFFICER),
    Line("clearance:shapes_wipe", args=project, **OFFICER),
    Line("clearance:plot_detail", args=plot, **FILE),
    Line("clearance:plot_new", args=household, **FILE_OFFICER),
    Line("clearance:plot_edit", args=plot, **FILE_OFFICER),
    Line("clearance:plot_part_new", args=plot, **FILE_OFFICER),
    Line("clearance:plot_part_void", args=plot_part, **FILE_OFFICER),
    Line("clearance:plot_remove", args=plot, **FILE_OFFICER),
    Line("clearance:holding_end", args=holding, **FILE_OFFICER),
    Line(
        "clearance:land_kind_list", may={*READERS, *COUNTERS, "head", "neighbour"}, denied={"field_member", *STRANGERS}
    ),
    Line("clearance:land_kind_new", **OFFICER_OF_WARD),
    Line("clearance:land_kind_edit", args=land_kind, **OFFICER_OF_WARD),
    Line("clearance:land_kind_propose", method="post", code=302, **OFFICER_OF_WARD),
    Line("clearance:household_people", args=household, **FILE),
    Line("clearance:party_new", args=household, **FILE_OFFICER),
    *(
        line
        for kind in ("member", "authorisation", "asset", "need")
        for line in (
            Line("clearance:people_row_new", args=partial(of_kind, kind), **FILE_TEAM),
            Line(
                "clearance:people_row_void",
                args=partial(people_row, kind),
                **(NEEDS if kind == "need" else FILE_TEAM),
            ),
        )
    ),
    Line("clearance:needs_open", args=household, **FILE_TEAM),
    Line("clearance:need_offer", args=need, **NEEDS),
    Line("clearance:party_details", args=party, **FILE_TEAM),
    Line("clearance:party_open", args=party, **FILE),
    Line("clearance:number_find", may={*READERS, "head", "neighbour", "field_member"}, denied={*COUNTERS, *STRANGERS}),
    Line("clearance:household_card", args=household, **FILE_TEAM),
    Line("clearance:delivery_new", args=household, **FILE_TEAM),
    Line("clearance:milestone_new", args=household, **FILE_TEAM),
    Line("clearance:delivery_void", args=partial(file_row, Delivery), **FILE_TEAM),
    Line("clearance:delivery_photo", args=partial(file_row, Delivery), **FILE_TEAM),
    Line("clearance:delivery_evidence", args=delivery_photo, **FILE),
    Line("clearance:milestone_void", args=partial(file_row, Milestone), **FILE_TEAM),
    Line("clearance:plan_new", args=project, **OFFICER),
    Line("clearance:public_plans", args=lambda world: [world.ward.slug], public=True),
    Line(
        "clearance:agreement_list",
        args=project,
        may={*READERS},
        denied={"campaign_officer", "head", "supervisor", "field_member"},
        unseen={"superior_viewer"},
    ),
    Line("clearance:agreement_new", args=project, **OFFICER),
    Line("clearance:agreement_form", args=project, **OFFICER),
    Line("clearance:agreement_count", args=project, **OFFICER),
    Line(
        "clearance:agreement_withdraw",
        args=agreement,
        may={"clearance_officer"},
        denied={"leadership"},
        unseen={"head", "neighbour", "field_member", "campaign_officer", "supervisor"},
    ),
    Line(
        "clearance:agreement_scan",
        args=agreement_scan,
        may={*READERS},
        unseen={"head", "neighbour", "field_member", "campaign_officer", "supervisor"},
    ),
    Line("clearance:own_step_new", args=household, **FILE_OFFICER),
    Line("clearance:own_step_void", args=own_step, **FILE_OFFICER),
    Line("clearance:loop_new", args=household, **FILE_OFFICER),
    Line("clearance:loop_detail", args=loop, **FILE),
    Line("clearance:loop_end", args=loop, **FILE_TEAM),
    Line("clearance:loop_mistake", args=loop, **FILE_OFFICER),
    Line("clearance:loop_decide", args=proven_loop, **FILE_OFFICER),
    Line("clearance:loop_confirm", args=decided_loop, **FILE_OFFICER),
    Line("clearance:minutes_new", args=loop, **FILE_TEAM),
    Line("clearance:minutes_void", args=minutes, **FILE_TEAM),
    Line("clearance:minutes_paper", args=partial(printed, of=minutes), **FILE),
    Line("clearance:loop_sheet", args=partial(printed, of=loop), **FILE_TEAM),
    Line("clearance:minutes_scan", args=scan, **FILE),
    Line("clearance:set_day_new", args=household, **FILE_OFFICER),
    Line("clearance:set_day_void", args=set_day, **FILE_OFFICER),
    Line("clearance:promise_new", args=household, **FILE_TEAM),
    Line("clearance:obstacle_new", args=household, **FILE_TEAM),
    Line("clearance:promise_detail", args=partial(owed, Promise), **OWED),
    Line("clearance:obstacle_detail", args=partial(owed, Obstacle), **OWED),
    Line("clearance:visit_new", args=household, **FILE_TEAM),
    Line("clearance:visit_void", args=visit, **FILE_TEAM),
    Line("clearance:visit_amend", args=visit, **FILE_TEAM),
    Line("clearance:visit_minutes", args=visit, **FILE),
    Line("clearance:visit_paper", args=partial(printed, of=visit), **FILE),
    Line(
        "clearance:visits_today",
        may={"clearance_officer", "head", "neighbour", "field_member"},
        denied={"leadership", *COUNTERS, *STRANGERS},
    ),
    Line("clearance:round_list", args=project, **LISTED),
    Line("clearance:round_detail", args=a_round, **LISTED),
    Line("clearance:round_new", args=project, **OFFICER),
    Line("clearance:round_team", args=round_team, **OFFICER),
    Line("clearance:households_plan", args=project, **OFFICER),
    Line("clearance:round_hand_out", args=a_round, method="post", code=302, **OFFICER),
    Line("clearance:round_close", args=a_round, method="post", code=302, **OFFICER),
    Line(
        "clearance:round_return",
        args=partial(a_round, state="out"),
        method="post",
        code=302,
        may={"head"},
        denied={"leadership"},
        unseen={"neighbour", "field_member", "campaign_officer", "supervisor", "superior_viewer"},
    ),
    Line("clearance:rule_new", **OFFICER_OF_WARD),
    Line("clearance:callback_list", may=COUNTS["may"], denied={*STRANGERS, "field_member"}),
    Line("clearance:callback_draw", method="post", code=302, may={"supervisor"}, denied={*READERS, "head"}),
    Line("clearance:callback_answer", args=callback, may={"supervisor"}, unseen={*READERS, "head", "neighbour"}),
    Line("clearance:visiting", may={*COUNTS["may"], "field_member"}, denied=STRANGERS),
    Line("clearance:visiting_propose", method="post", code=302, **OFFICER_OF_WARD),
    Line("clearance:script_new", **OFFICER_OF_WARD),
    Line("clearance:dialogue_list", args=project, **COUNTS),
    Line("clearance:dialogue_new", args=project, **OFFICER),
    Line("clearance:dialogue_detail", args=dialogue, **COUNTS),
    Line("clearance:dialogue_edit", args=dialogue, **OFFICER),
    Line("clearance:dialogue_invite", args=dialogue, **OFFICER),
    Line("clearance:dialogue_attendance", args=partial(dialogue, held=True), **OFFICER),
    Line("clearance:dialogue_opinions", args=partial(dialogue, held=True), **OFFICER),
    Line("clearance:dialogue_minutes_edit", args=partial(dialogue, held=True), **OFFICER),
    Line("clearance:dialogue_minutes", args=dialogue_minutes, **OFFICER | MINUTES),
    Line("clearance:dialogue_minutes_paper", args=partial(printed, of=dialogue_minutes), **OFFICER),
    Line("clearance:dialogue_signature_new", args=dialogue_minutes, **OFFICER),
    Line("clearance:dialogue_unsign", args=dialogue_signature, method="post", code=302, **OFFICER),
    Line("clearance:dialogue_scan_new", args=dialogue_minutes, **OFFICER),
    Line("clearance:dialogue_scan", args=dialogue_scan, **OFFICER | MINUTES),
    Line("clearance:dialogue_minutes_close", args=dialogue_minutes, method="post", code=302, **OFFICER),
    Line("clearance:dialogue_minutes_reopen", args=dialogue_minutes, **OFFICER),
    Line("clearance:dialogue_summary", args=partial(dialogue_minutes, closed=True), **OFFICER),
    Line("clearance:dialogue_hold", args=due_dialogue, **OFFICER),
    Line("clearance:dialogue_cancel", args=dialogue, **OFFICER),
    Line("clearance:question_new", args=due_dialogue, **OFFICER),
    Line("clearance:invitation_deliver", args=invitation, **FILE_TEAM),
    Line("clearance:invitation_letter", args=partial(printed, of=invitation), **FILE_TEAM),
    Line("clearance:dialogue_letters", args=dialogue, method="post", code=302, **OFFICER),
    Line("clearance:invitation_void", args=invitation, **FILE_TEAM),
    Line("clearance:invitation_evidence", args=evidence, **FILE),
    Line(
        "clearance:promise_list",
        may={*READERS, "head", "neighbour", "field_member"},
        denied={*COUNTERS, *STRANGERS},
    ),
    Line(
        "clearance:obstacle_list",
        may={*READERS, "head", "neighbour", "field_member"},
        denied={*COUNTERS, *STRANGERS},
    ),
    Line(
        "clearance:question_list",
        may={*READERS, "head", "neighbour", "field_member"},
        denied={*COUNTERS, *STRANGERS},
    ),
    Line(
        "clearance:question_detail",
        args=question,
        may={*READERS, "head", "neighbour"},
        unseen={"field_member", "campaign_officer", "supervisor", "superior_viewer"},
    ),
    Line(
        "clearance:question_answer",
        args=question,
        may={"clearance_officer", "neighbour"},
        denied={"leadership", "head"},
        unseen={"field_member", "campaign_officer", "superior_viewer"},
    ),
    Line(
        "clearance:question_tell",
        args=answered,
        may={"clearance_officer", "head"},
        denied={"leadership", "neighbour"},
        unseen={"field_member", "campaign_officer", "superior_viewer"},
    ),
    Line("clearance:procedure", may=COUNTS["may"], denied={*STRANGERS, "field_member"}),
    Line("clearance:procedure_propose", method="post", code=302, **OFFICER_OF_WARD),
    Line("clearance:authority_new", **OFFICER_OF_WARD),
    Line("clearance:authority_edit", args=authority, **OFFICER_OF_WARD),
    Line("clearance:step_reach", args=project, **OFFICER),
    Line("clearance:batch_new", args=project, **OFFICER),
    Line("clearance:batch_edit", args=batch, **OFFICER),
    Line("clearance:households_batch", args=project, **OFFICER),
    Line("clearance:grievance_list", may=REGISTER, denied=OUTSIDE),
    Line("clearance:grievance_new", may={"grievance_officer"}, denied={"leadership", "supervisor", *OUTSIDE}),
    Line("clearance:grievance_poster", may={"grievance_officer"}, denied={"leadership", "supervisor", *OUTSIDE}),
    Line("clearance:grievance_detail", args=grievance, may=REGISTER, unseen=OUTSIDE),
    Line("clearance:grievance_papers", args=grievance, **DESK),
    Line(
        "clearance:grievance_evidence",
        args=grievance_paper,
        may={"grievance_officer", "leadership"},
        unseen={"supervisor", *OUTSIDE},
    ),
    Line("clearance:grievance_receipt", args=grievance, **DESK),
    Line("clearance:grievance_sort", args=grievance, **DESK),
    Line("clearance:grievance_step", args=step, **DESK),
    Line("clearance:public_grievance", args=lambda world: [world.ward.slug], public=True),
    Line("clearance:public_visits", args=lambda world: [world.ward.slug], public=True),
    Line("clearance:public_case_find", args=lambda world: [world.ward.slug], public=True),
    Line("clearance:public_case", args=case_code, public=True),
    Line("clearance:public_receipt", args=grievance_code, public=True),
    Line("clearance:privacy_list", may={"administrator"}, denied=NOT_PRIVACY),
    Line("clearance:privacy_keeping", may={"administrator"}, denied=NOT_PRIVACY),
    Line(
        "clearance:privacy_begin",
        args=person_past_time,
        method="post",
        code=302,
        may={"administrator"},
        denied=NOT_PRIVACY,
    ),
    Line("clearance:privacy_new", may={"administrator"}, denied=NOT_PRIVACY),
    Line("clearance:breach_new", may={"administrator"}, denied=NOT_PRIVACY),
    Line("clearance:privacy_detail", args=privacy, **PRIVACY),
    Line("clearance:privacy_answer", args=privacy, **PRIVACY),
    Line("clearance:privacy_end", args=privacy, **PRIVACY),
    Line("clearance:privacy_person", args=privacy, **PRIVACY),
    Line("clearance:privacy_export", args=answered_erasure, method="post", code=302, **PRIVACY),
    Line(
        "clearance:privacy_look_kept",
        data=lambda world: {"of": "keep-log"},
        method="post",
        code=302,
        may={"administrator"},
        denied=NOT_PRIVACY,
    ),
    Line("clearance:privacy_clear", data=looked_kept, may={"administrator"}, denied=NOT_PRIVACY),
    Line("clearance:privacy_disposal", args=disposal, **SECOND),
    Line("clearance:privacy_disposal_confirm", args=disposal, method="post", code=302, **CONFIRMS),
    Line("clearance:privacy_disposal_leave", args=disposal, method="post", code=302, **SECOND),
    Line("clearance:privacy_look", args=answered_erasure, method="post", code=302, **PRIVACY),
    Line("clearance:privacy_erase", args=answered_erasure, **PRIVACY),
    Line("clearance:breach_detail", args=breach, **PRIVACY),
]
