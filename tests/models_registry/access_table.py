from decimal import Decimal
from typing import Any

from core.files import accept
from core.models import today
from models_registry.models import JudgeSheet, Judging, MobilizationModel, Replication
from models_registry.models.consent import record_consent
from tests.access_rules import Line
from tests.models_registry import factories as make
from tests.world import World

READERS = {"administrator", "leadership", "campaign_officer", "records_clerk", "clearance_officer", "supervisor"}
OUTSIDE = {"superior_viewer", "field_member"}


def _accepted(world: World) -> list[Any]:
    return [make.accepted(world.campaign, world.cell, world.head, world.leadership).key]


def _submitted(world: World) -> list[Any]:
    return [make.submitted(world.campaign, world.cell, world.head).key]


def _draft(world: World) -> list[Any]:
    return [make.draft(world.campaign, world.cell, world.head).key]


def _rejected(world: World) -> list[Any]:
    registration = make.submitted(world.campaign, world.cell, world.head)
    registration.reject(by=world.leadership, reason="Trùng")
    return [registration.key]


def _paused(world: World) -> list[Any]:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    registration.pause(by=world.head, reason="Chờ")
    return [registration.key]


def _step(world: World) -> list[Any]:
    return [*_accepted(world), "resolution"]


def _file(world: World) -> list[Any]:
    registration = make.draft(world.campaign, world.cell, world.head)
    registration.save_draft(by=world.head, fields={}, documents=[accept(make.paper())])
    registration.submit(by=world.head)
    return [registration.key, "paper", registration.documents.get().pk]


def _contest(world: World) -> list[Any]:
    return [make.contest(world.campaign, world.campaign_officer).pk]


def _entry(world: World) -> list[Any]:
    return [make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head).pk]


def _written(world: World) -> Any:
    """An entry with one version handed in, and one picture kept for the next."""
    contest = make.contest(world.campaign, world.campaign_officer, takes="text")
    entry = make.entry(contest, world.cell, world.head)
    entry.keep_draft(by=world.head, author_name="Nguyễn Thử", text="Phố sạch", pictures=[accept(make.photo())])
    return entry


def _version(world: World) -> list[Any]:
    entry = _written(world)
    entry.hand_in(by=world.head)
    return [entry.pk, 1]


def _entry_file(world: World) -> list[Any]:
    entry = _written(world)
    return [entry.pk, entry.files.get().pk]


def _consented(world: World) -> Any:
    """An approved entry with every consent and one paper, of a contest that nobody judges."""
    make.contest(world.campaign, world.campaign_officer, takes="either")
    entry = make.handed_in(world.campaign, world.cell, world.head)
    entry.take("approved", by=world.campaign_officer)
    said = {"signed_on": today(), "reference": "Tờ 4", "by": world.head, "person_name": entry.author_name}
    record_consent(entry, of="nobody", **said)
    return record_consent(entry, of="author", papers=[accept(make.photo())], **said)


def _consent(world: World) -> list[Any]:
    consent = _consented(world)
    return [consent.entry_id, consent.pk]


def _consent_file(world: World) -> list[Any]:
    consent = _consented(world)
    return [consent.entry_id, consent.pk, consent.papers.get().pk]


JUDGES = {"leadership", "records_clerk"}
BUT_JUDGES = {"head", "neighbour", "supervisor"} | OUTSIDE


def _approved(world: World) -> Any:
    entry = make.handed_in(world.campaign, world.cell, world.head)
    entry.take("approved", by=world.campaign_officer)
    return entry.contest


def _judging(world: World) -> Any:
    _approved(world)
    judges = [world.people[name] for name in sorted(JUDGES)]
    return make.judging(world.campaign, world.campaign_officer, judges, tie_rule="chief", chief=world.leadership)


def _judged(world: World) -> Any:
    """The one copy, with the judges."""
    judging = _judging(world)
    judging.open(by=world.campaign_officer)
    return judging.copies.first()


def _points_in(world: World) -> list[Any]:
    """All points of two entries are in, and equal."""
    entry = make.handed_in(world.campaign, world.other_cell, world.neighbour)
    entry.take("approved", by=world.campaign_officer)
    copy = _judged(world)
    for sheet in JudgeSheet.objects.filter(copy_of__judging=copy.judging):
        sheet.hand_in(by=sheet.judge.person, points=Decimal(5))
    return [copy.judging.contest_id]


def _in_order(world: World) -> list[Any]:
    [contest] = _points_in(world)
    judging = Judging.objects.get(contest=contest)
    order = {copy: n for n, copy in enumerate(judging.copies.all(), start=1)}
    judging.order_ties(by=world.leadership, order=order, reason="thử")
    return [contest]


def _awarded(world: World) -> list[Any]:
    [contest] = _in_order(world)
    judging = Judging.objects.get(contest=contest)
    judging.award(by=world.campaign_officer, prizes=dict.fromkeys(judging.copies.all()))
    return [contest]


def _self_assessed(world: World) -> list[Any]:
    return [make.self_assessed(world.campaign, world.cell, world.head, world.leadership).key]


def _review(world: World) -> Any:
    """Scored by the leadership and by the head of the other cell."""
    registration = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    return make.opened(registration, world.campaign_officer, [world.leadership, world.neighbour])


def _under_review(world: World) -> list[Any]:
    return [_review(world).mobilization_model.key]


def _sheet(world: World) -> list[Any]:
    appraisal = _review(world)
    return [appraisal.mobilization_model.key, appraisal.assessments.get(assessor=world.neighbour).pk]


def _scored(world: World) -> list[Any]:
    registration = _review(world).mobilization_model
    make.hand_in_all(registration)
    return [registration.key]


def _concluded(world: World) -> list[Any]:
    registration = _review(world).mobilization_model
    make.hand_in_all(registration)
    registration.conclude(by=world.leadership, **make.decision())
    return [registration.key]


def _proposed(world: World) -> list[Any]:
    (key,) = _concluded(world)
    return [key, make.proposed(MobilizationModel.objects.get(code=key), world.leadership).pk]


def _replicated(world: World) -> list[Any]:
    (key,) = _accepted(world)
    origin = MobilizationModel.objects.get(code=key)
    row = Replication(ward=world.ward, mobilization_model=origin, unit=world.other_cell, decided_on=today())
    row.enter(by=world.leadership)
    return [key, row.pk]


def _certificate(world: World) -> list[Any]:
    (key,) = _concluded(world)
    return [key, "conclusion", MobilizationModel.objects.get(code=key).valid_conclusion().pk, "docx"]


def _sent(world: World) -> list[Any]:
    _accepted(world)
    return [make.sent_table(world.campaign, world.leadership).pk]


REGISTER = {"campaign_officer", "head"}
DECIDE = {"campaign_officer", "leadership"}

LINES = [
    Line("models_registry:model_list", may=READERS | {"head", "media_officer", "grievance_officer"}, denied=OUTSIDE),
    Line("models_registry:field_list", may={"administrator"}, denied={"campaign_officer", "leadership", "head"}),
    Line("models_registry:model_remind", may={"campaign_officer", "leadership"}, denied={"head"}),
    Line("models_registry:blank_form", may=READERS | {"head"}, denied=OUTSIDE),
    Line("models_registry:model_paper", args=_accepted, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line("models_registry:model_new", may=REGISTER, denied=OUTSIDE | {"leadership", "supervisor"}),
    Line(
        "models_registry:model_autosave_new",
        method="post",
        data=lambda world: {"title": "Thử", "unit": world.cell.pk, "subject": "collective", "origin": "new"},
        may=REGISTER,
        denied=OUTSIDE | {"leadership"},
    ),
    Line("models_registry:model_detail", args=_accepted, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line("models_registry:model_edit", args=_draft, may=REGISTER, unseen=OUTSIDE | {"neighbour", "leadership"}),
    Line(
        "models_registry:model_autosave",
        args=_draft,
        method="post",
        data=lambda world: {"title": "Thử", "unit": world.cell.pk, "subject": "collective", "origin": "new"},
        may=REGISTER,
        unseen={"neighbour", "leadership"},
    ),
    Line("models_registry:model_review", args=_submitted, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:model_correct", args=_accepted, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line(
        "models_registry:model_undo",
        args=_accepted,
        method="post",
        code=302,
        may={"leadership"},
        denied={"head", "supervisor"},
        unseen=OUTSIDE,
    ),
    Line("models_registry:model_reopen", args=_rejected, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:model_withdraw", args=_accepted, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:model_pause", args=_accepted, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:model_resume", args=_paused, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:step_report", args=_step, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:step_reschedule", args=_step, may=DECIDE, denied={"head"}, unseen={"neighbour"}),
    Line("models_registry:progress_new", args=_accepted, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:model_file", args=_file, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line(
        "models_registry:model_self_assess", args=_accepted, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}
    ),
    Line(
        "models_registry:model_to_work", args=_self_assessed, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE
    ),
    Line("models_registry:review_open", args=_self_assessed, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:assessor_new", args=_under_review, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line(
        "models_registry:assessor_aside",
        args=_sheet,
        may=DECIDE | {"neighbour"},
        denied={"head", "supervisor"},
        unseen=OUTSIDE,
    ),
    Line(
        "models_registry:model_score",
        args=_under_review,
        may={"leadership", "neighbour"},
        denied={"head", "campaign_officer", "supervisor"},
        unseen=OUTSIDE,
        why="the sheet of one person",
    ),
    Line(
        "models_registry:model_conclude",
        args=_scored,
        may=DECIDE,
        denied={"head", "supervisor"},
        unseen=OUTSIDE | {"neighbour"},
    ),
    Line(
        "models_registry:conclusion_undo",
        args=_concluded,
        method="post",
        code=302,
        may={"leadership"},
        denied={"head", "supervisor"},
        unseen=OUTSIDE,
    ),
    Line("models_registry:review_reopen", args=_concluded, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:model_archive", args=_concluded, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line(
        "models_registry:model_tasks",
        args=_accepted,
        may=REGISTER | {"leadership"},
        denied={"supervisor"},
        unseen=OUTSIDE | {"neighbour"},
    ),
    Line("models_registry:inspection_new", args=_accepted, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:honour_new", args=_accepted, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:replication_link", args=_replicated, may=DECIDE, denied={"head", "supervisor"}),
    Line("models_registry:certificate", args=_certificate, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line(
        "models_registry:model_dossier",
        args=_accepted,
        method="post",
        code=302,
        may=READERS | {"head"},
        unseen=OUTSIDE | {"neighbour"},
    ),
    Line("models_registry:proposal_new", args=_concluded, may=DECIDE, denied={"head", "supervisor"}, unseen=OUTSIDE),
    Line("models_registry:proposal_take_back", args=_proposed, may=DECIDE, denied={"head", "supervisor"}),
    Line("models_registry:upward_list", may=READERS, denied=OUTSIDE | {"head"}),
    Line("models_registry:upward_table", args=lambda world: ["sums"], may=READERS, denied=OUTSIDE | {"head"}),
    Line("models_registry:sent_table", args=_sent, may=READERS, denied=OUTSIDE | {"head"}),
    Line("models_registry:table_send", args=lambda world: ["list"], may=DECIDE, denied=OUTSIDE | {"head"}),
    Line("models_registry:table_columns", args=lambda world: ["list"], may=DECIDE, denied=OUTSIDE | {"head"}),
    Line("models_registry:assessment_list", may=DECIDE, denied=OUTSIDE | {"head", "supervisor"}),
    Line("models_registry:rubric_list", may=READERS | {"head"}, denied=OUTSIDE),
    Line("models_registry:rubric_new", may=DECIDE, denied=OUTSIDE | {"head", "administrator"}),
    Line("models_registry:contest_list", may=READERS | {"head"}, denied=OUTSIDE),
    Line("models_registry:contest_new", may={"campaign_officer"}, denied={"leadership", "head"} | OUTSIDE),
    Line(
        "models_registry:contest_edit", args=_contest, may={"campaign_officer"}, denied={"leadership", "head"} | OUTSIDE
    ),
    Line(
        "models_registry:contest_quotas",
        args=_contest,
        may={"campaign_officer"},
        denied={"leadership", "head"} | OUTSIDE,
    ),
    Line(
        "models_registry:contest_owed",
        args=_contest,
        may=READERS | {"head"},
        unseen={"stranger"},
        denied=OUTSIDE - {"stranger"},
    ),
    Line("models_registry:entry_list", may=READERS | {"head"}, denied=OUTSIDE),
    Line("models_registry:entry_new", args=_contest, may=REGISTER, denied={"leadership"} | OUTSIDE),
    Line("models_registry:entry_detail", args=_entry, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line(
        "models_registry:contest_rules",
        args=_contest,
        may={"campaign_officer"},
        denied={"leadership", "head"} | OUTSIDE,
    ),
    Line(
        "models_registry:entry_hand_in",
        args=lambda world: [_written(world).pk],
        may=REGISTER,
        denied={"leadership"},
        unseen={"neighbour"},
    ),
    Line("models_registry:entry_version", args=_version, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line("models_registry:entry_file", args=_entry_file, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line(
        "models_registry:judging_detail",
        args=lambda world: [_judging(world).contest_id],
        may={"campaign_officer"} | JUDGES,
        denied=BUT_JUDGES,
    ),
    Line(
        "models_registry:judging_edit",
        args=lambda world: [_approved(world).pk],
        may={"campaign_officer"},
        denied={"leadership", "head"} | OUTSIDE,
    ),
    Line(
        "models_registry:judging_open",
        args=lambda world: [_judging(world).contest_id],
        method="post",
        code=302,
        may={"campaign_officer"},
        denied=JUDGES | BUT_JUDGES,
    ),
    Line(
        "models_registry:judging_ties",
        args=_points_in,
        may={"leadership"},
        denied={"campaign_officer"} | BUT_JUDGES,
    ),
    Line("models_registry:judging_award", args=_in_order, may={"campaign_officer"}, denied=JUDGES | BUT_JUDGES),
    Line("models_registry:judging_reopen", args=_awarded, may={"campaign_officer"}, denied=JUDGES | BUT_JUDGES),
    Line(
        "models_registry:judge_aside",
        args=lambda world: [(row := _judged(world)).judging.contest_id, row.judging.judges.first().pk],
        may={"campaign_officer", "leadership"},
        denied=BUT_JUDGES | {"records_clerk"},
    ),
    Line(
        "models_registry:judge_entry",
        args=lambda world: [(row := _judged(world)).judging.contest_id, row.code],
        may=JUDGES,
        denied=BUT_JUDGES | {"campaign_officer"},
    ),
    Line(
        "models_registry:judge_picture",
        args=lambda world: [(row := _judged(world)).judging.contest_id, row.code, 1],
        may=JUDGES,
        denied=BUT_JUDGES | {"campaign_officer"},
    ),
    Line(
        "models_registry:copy_clear",
        args=lambda world: [_judging(world).copies.first().pk],
        may={"campaign_officer"},
        denied=JUDGES | BUT_JUDGES,
    ),
    Line("models_registry:consent_new", args=_entry, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:consent_withdraw", args=_consent, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
    Line("models_registry:consent_file", args=_consent_file, may=READERS | {"head"}, unseen=OUTSIDE | {"neighbour"}),
    Line(
        "models_registry:entry_publish",
        args=lambda world: [_consented(world).entry_id],
        may={"campaign_officer"},
        denied={"leadership", "head"},
        unseen={"neighbour"},
    ),
    Line("models_registry:entry_edit", args=_entry, may=REGISTER, denied={"leadership"}, unseen={"neighbour"}),
]
