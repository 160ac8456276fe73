"""Who may open which page of the campaign."""

import datetime

from campaigns.models import (
    Document,
    DocumentRecipient,
    Meeting,
    MeetingInvitee,
    MeetingOutcome,
    NumberStart,
    PlanItem,
    Task,
    TaskEvidence,
    TaskSeries,
    YearTurnover,
)
from tests import factories as make
from tests.access_rules import Line
from tests.campaigns.factories import (
    accepted_file,
    days_ago,
    meeting,
    plan_item,
    recipient,
    standards,
    superior_plan,
    ward_plan,
)
from tests.world import World

READERS = {"administrator", "leadership", "campaign_officer", "records_clerk", "supervisor", "head"}
NOT_READERS = {"field_member", "superior_viewer", "grievance_officer"}
EVERYBODY = {"administrator", "leadership", "head", "field_member", "superior_viewer"}


def year(world: World) -> list[int]:
    return [world.campaign.year]


def next_year(world: World) -> list[int]:
    """A year that is prepared to take over from this one."""
    row = YearTurnover.begin(world.campaign, by=world.campaign_officer, year=world.campaign.year + 1, theme="Năm sau")
    return [row.campaign.year]


def plan(world: World) -> Document:
    return Document.objects.filter(ward=world.ward, state="issued").first() or ward_plan(world)


def plan_args(world: World) -> list[int]:
    return [plan(world).pk]


def plan_of_year(world: World) -> list[int]:
    return [world.campaign.year, plan(world).pk]


def incoming_args(world: World) -> list[int]:
    return [superior_plan(world).pk]


def paper_args(world: World) -> list[int]:
    standards(world.ward)
    return draft_args(world)


def paper_meeting_args(world: World) -> list[int]:
    standards(world.ward)
    return meeting_args(world)


def draft_args(world: World) -> list[int]:
    return [ward_plan(world, state="draft").pk]


def file_args(world: World) -> list[int]:
    file = accepted_file()
    row = ward_plan(world, file=file.content, sha256=file.sha256, original_name=file.original_name)
    return [row.pk]


def item_args(world: World) -> list[int]:
    return [(PlanItem.objects.first() or plan_item(plan(world))).pk]


def recipient_args(world: World) -> list[int]:
    return [(DocumentRecipient.objects.first() or recipient(plan(world), world.cell)).pk]


def task_args(world: World) -> list[int]:
    return [(Task.objects.first() or make.task(world.campaign, world.cell)).pk]


def start_args(world: World) -> list[int]:
    where = {"ward": world.ward, "issuer": world.committee, "kind": make.document_kind(world.ward)}
    return [NumberStart.objects.create(series_from=days_ago(9), last=7, **where).pk]


def submitted_args(world: World) -> list[int]:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Đã xong")
    return [task.pk]


def evidence_args(world: World) -> list[int]:
    task = make.task(world.campaign, world.cell)
    task.report(by=world.head, note="Đang làm", files=[accepted_file()])
    return [TaskEvidence.objects.get(task=task).pk]


def extension_args(world: World) -> list[int]:
    task = make.task(world.campaign, world.cell)
    until = task.due_on + datetime.timedelta(days=5)
    return [task.ask_extension(by=world.head, wanted_on=until, reason="Nhiều hộ vắng nhà").pk]


def series_args(world: World) -> list[int]:
    if row := TaskSeries.objects.filter(ended_on=None).first():
        return [row.pk]
    row = TaskSeries(ward=world.ward, campaign=world.campaign, title="Báo cáo tháng", first_on=world.campaign.opens_on)
    row.plan(by=None, lead_units=[world.cell])
    return [row.pk]


def meeting_args(world: World) -> list[int]:
    return [(Meeting.objects.first() or meeting(world.campaign)).pk]


def invitee_args(world: World) -> list[int]:
    row = meeting(world.campaign)
    return [MeetingInvitee.objects.create(ward=world.ward, meeting=row, unit=world.cell).pk]


def outcome_args(world: World) -> list[int]:
    row = meeting(world.campaign)
    return [MeetingOutcome.objects.create(ward=world.ward, meeting=row, text="Giao Chi bộ 7").pk]


OFFICER = {"campaign_officer"}
CLERKS = {"campaign_officer", "records_clerk"}
NOT_OFFICER = {"administrator", "leadership", "records_clerk", "head", "field_member", "superior_viewer"}
UNIT_OR_OFFICE = {"head", "campaign_officer", "records_clerk"}

LINES = [
    Line("campaigns:campaign_list", may=EVERYBODY),
    Line("campaigns:campaign_new", may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:campaign_detail", args=year, may=EVERYBODY),
    Line("campaigns:campaign_edit", args=year, may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:campaign_open", args=year, may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:campaign_close", args=year, may={"campaign_officer", "leadership"}, denied={"head"}),
    Line("campaigns:turnover_new", args=year, may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:turnover_detail", args=next_year, may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:turnover_rows", args=lambda world: [*next_year(world), "fields"], may=OFFICER, denied=NOT_OFFICER),
    Line("campaigns:plan_list", args=year, may=READERS, denied=NOT_READERS),
    Line("campaigns:plan_detail", args=plan_of_year, may=READERS, denied=NOT_READERS),
    Line("campaigns:cascade_list", args=year, may=READERS, denied=NOT_READERS),
    Line("campaigns:cascade_detail", args=plan_of_year, may=READERS, denied=NOT_READERS),
    Line("campaigns:document_list", may=READERS, denied=NOT_READERS),
    Line("campaigns:document_new", may=CLERKS, denied={"head", "leadership", "field_member", "supervisor"}),
    Line("campaigns:number_list", may=READERS, denied=NOT_READERS),
    Line("campaigns:number_new", may={"records_clerk"}, denied={"campaign_officer", "leadership", "head"}),
    Line("campaigns:number_remove", args=start_args, may={"records_clerk"}, denied={"campaign_officer", "head"}),
    Line("campaigns:resolution_list", may=READERS, denied=NOT_READERS),
    Line("campaigns:resolution_new", args=recipient_args, may=UNIT_OR_OFFICE, denied={"neighbour", "leadership"}),
    Line("campaigns:resolution_members", args=recipient_args, may=UNIT_OR_OFFICE, denied={"neighbour", "leadership"}),
    Line("campaigns:document_detail", args=plan_args, may=READERS, unseen=NOT_READERS),
    Line(
        "campaigns:document_deadline", args=incoming_args, may=CLERKS, denied={"head", "leadership"}, unseen=NOT_READERS
    ),
    Line("campaigns:document_edit", args=plan_args, may=CLERKS, denied={"head", "leadership"}, unseen=NOT_READERS),
    Line("campaigns:document_file", args=file_args, may=READERS, unseen=NOT_READERS),
    Line("campaigns:document_paper", args=paper_args, may=READERS, unseen=NOT_READERS),
    Line("campaigns:meeting_invitation", args=paper_meeting_args, may=READERS, unseen=NOT_READERS),
    Line("campaigns:meeting_minutes", args=paper_meeting_args, may=READERS, unseen=NOT_READERS),
    Line(
        "campaigns:document_ask_number",
        args=draft_args,
        method="post",
        code=302,
        may=CLERKS,
        denied={"head", "leadership"},
        unseen=NOT_READERS,
    ),
    Line(
        "campaigns:document_present",
        args=incoming_args,
        method="post",
        code=302,
        may=CLERKS,
        denied={"head", "leadership"},
        unseen=NOT_READERS,
    ),
    Line(
        "campaigns:document_instruct",
        args=incoming_args,
        may={"leadership", "records_clerk"},
        denied={"campaign_officer", "head"},
        unseen=NOT_READERS,
    ),
    Line(
        "campaigns:document_issue",
        args=draft_args,
        may={"records_clerk"},
        denied={"campaign_officer", "head", "leadership"},
        unseen=NOT_READERS,
    ),
    Line("campaigns:document_withdraw", args=plan_args, may=CLERKS, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:document_send", args=plan_args, may=CLERKS, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:document_expect", args=plan_args, may=CLERKS, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:plan_new", args=incoming_args, may=OFFICER, denied={"head", "leadership"}, unseen=NOT_READERS),
    Line("campaigns:plan_item_new", args=plan_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:plan_item_edit", args=item_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:plan_item_remove", args=item_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:plan_item_assign", args=item_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line(
        "campaigns:plan_item_shift",
        args=item_args,
        method="post",
        code=302,
        may=OFFICER,
        denied={"head"},
        unseen=NOT_READERS,
    ),
    Line(
        "campaigns:task_list",
        may={"leadership", "campaign_officer", "supervisor", "head", "neighbour"},
        denied={"field_member", "superior_viewer"},
    ),
    Line("campaigns:task_give", may=OFFICER, denied={"head", "leadership", "field_member"}),
    Line("campaigns:task_remind", may=OFFICER, denied={"head", "leadership", "field_member"}),
    Line("campaigns:task_remind", method="post", may=OFFICER, denied={"head", "leadership"}, code=302),
    Line("campaigns:task_new", may=OFFICER, denied={"head", "leadership", "field_member"}),
    Line(
        "campaigns:task_detail",
        args=task_args,
        may={"head", "leadership", "campaign_officer", "supervisor"},
        unseen={"neighbour", "field_member", "superior_viewer"},
    ),
    Line("campaigns:task_edit", args=task_args, may=OFFICER, denied={"head", "leadership"}, unseen={"neighbour"}),
    Line(
        "campaigns:task_acknowledge",
        args=task_args,
        method="post",
        code=302,
        may={"head"},
        denied={"leadership", "supervisor", "media_officer"},
        unseen={"neighbour", "field_member"},
    ),
    Line(
        "campaigns:task_progress",
        args=task_args,
        may={"head", "campaign_officer"},
        denied={"leadership", "supervisor", "media_officer"},
        unseen={"neighbour", "field_member"},
    ),
    Line(
        "campaigns:task_submit",
        args=task_args,
        may={"head", "campaign_officer"},
        denied={"leadership", "supervisor", "media_officer"},
        unseen={"neighbour", "field_member"},
    ),
    Line(
        "campaigns:task_accept",
        args=submitted_args,
        method="post",
        code=302,
        may={"leadership"},
        denied={"head", "supervisor", "records_clerk"},
        unseen={"neighbour"},
    ),
    Line(
        "campaigns:task_return",
        args=submitted_args,
        may={"leadership", "campaign_officer"},
        denied={"head", "supervisor"},
        unseen={"neighbour"},
    ),
    Line(
        "campaigns:task_person",
        args=task_args,
        may={"head", "campaign_officer"},
        denied={"leadership", "supervisor", "media_officer"},
        unseen={"neighbour", "field_member"},
    ),
    Line(
        "campaigns:extension_new",
        args=task_args,
        may={"head", "campaign_officer"},
        denied={"leadership", "supervisor", "media_officer"},
        unseen={"neighbour", "field_member"},
    ),
    Line(
        "campaigns:extension_answer",
        args=extension_args,
        may={"leadership", "campaign_officer"},
        denied={"head", "supervisor", "records_clerk"},
        unseen={"neighbour", "field_member"},
    ),
    Line("campaigns:task_cancel", args=task_args, may=OFFICER, denied={"head", "leadership"}, unseen={"neighbour"}),
    Line(
        "campaigns:evidence_file",
        args=evidence_args,
        may={"head", "leadership", "campaign_officer"},
        unseen={"neighbour", "field_member", "superior_viewer"},
    ),
    Line(
        "campaigns:task_board",
        may={"leadership", "campaign_officer", "supervisor", "head", "neighbour"},
        denied={"field_member", "superior_viewer"},
    ),
    Line(
        "campaigns:task_load",
        may={"leadership", "campaign_officer", "supervisor"},
        denied={"head", "field_member", "superior_viewer"},
    ),
    Line(
        "campaigns:series_list",
        may={"leadership", "campaign_officer", "supervisor"},
        denied={"head", "field_member", "superior_viewer"},
    ),
    Line("campaigns:series_new", may=OFFICER, denied={"head", "leadership", "field_member"}),
    Line(
        "campaigns:series_detail",
        args=series_args,
        may={"leadership", "campaign_officer", "supervisor"},
        unseen={"head", "field_member", "superior_viewer"},
    ),
    Line("campaigns:series_edit", args=series_args, may=OFFICER, denied={"leadership"}, unseen={"head"}),
    Line("campaigns:series_end", args=series_args, may=OFFICER, denied={"leadership"}, unseen={"head"}),
    Line("campaigns:meeting_list", may=READERS, denied=NOT_READERS),
    Line("campaigns:meeting_new", may=OFFICER, denied={"head", "leadership", "field_member"}),
    Line("campaigns:meeting_detail", args=meeting_args, may=READERS, unseen=NOT_READERS),
    Line("campaigns:meeting_edit", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:meeting_hold", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:meeting_cancel", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:meeting_invite", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:meeting_attendance", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:outcome_new", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:outcome_edit", args=outcome_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:outcome_remove", args=outcome_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:outcome_assign", args=outcome_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:invitee_new", args=meeting_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
    Line("campaigns:invitee_edit", args=invitee_args, may=OFFICER, denied={"head"}, unseen=NOT_READERS),
]
