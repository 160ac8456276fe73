"""The open year: wholly invented, its dates counted from the day it is loaded, so that every screen has something.

Written with the portal's own verbs, as people would have entered it.
"""

import datetime
import io
import uuid
from copy import copy
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from accounts.choices import Role
from accounts.models import SavedView, Unit, User
from beautification.choices import CleanupState, CriterionState, Exactness, Moment, TurnoutSource
from beautification.models import (
    Cleanup,
    CleanupSeries,
    CleanupTurnout,
    CriteriaSet,
    Defect,
    DefectKind,
    PhotoPair,
    Street,
    StreetAssessment,
    StreetGroup,
)
from beautification.models.calls import reply, set_needs
from beautification.models.line import draw as draw_street
from campaigns.choices import INCOMING_RULE, Direction, DocumentState, MeetingKind, MeetingState, UndertakingKind
from campaigns.models import (
    Campaign,
    CampaignFocus,
    Document,
    Meeting,
    MeetingInvitee,
    NumberStart,
    PaperStandard,
    Task,
    Undertaking,
)
from clearance.actions import (
    Asked,
    HandOver,
    MinutesKept,
    NewHousehold,
    NewPlot,
    add_households,
    enter_plot,
    record_visit,
    since_list,
    start_project,
)
from clearance.choices import AttendanceReply, InvitationState, MinutesState, Purpose, Shape, VisitOutcome
from clearance.models import (
    AgreementCount,
    AgreementRule,
    Asset,
    Authorisation,
    Breach,
    Delivery,
    Dialogue,
    DialogueMinutes,
    DialogueSignature,
    Grievance,
    Household,
    Invitation,
    LandKind,
    LoopMinutes,
    Member,
    Milestone,
    MobilisationLoop,
    Need,
    Obstacle,
    PartyDetails,
    PlanPosting,
    PrivacyRequest,
    ProcedureStep,
    Project,
    Promise,
    Question,
    RollLine,
    RuleSet,
    SetDay,
    SignedAgreement,
    Visit,
    VisitDraw,
    VisitRound,
    VisitRule,
    VisitScript,
)
from clearance.models.callbacks import last_week
from clearance.models.procedure import propose_procedure, reach
from clearance.models.shapes import draw
from clearance.tracks import Door, Step, Track
from core.figures import Scope
from core.files import Accepted, accept
from core.geo import Shape as Feature
from core.geo import in_degrees
from core.models import today
from core.periods import span_of
from core.text import count_words
from deadlines.models import Blackout, Calendar, CalendarYear, DeadlineRule
from models_registry import upward
from models_registry.choices import (
    EntryState,
    HandIn,
    HonourKind,
    Level,
    ModelState,
    Outcome,
    StepKind,
    SubjectType,
    UpwardTable,
)
from models_registry.forms.appraisal import proposed
from models_registry.models import (
    Commendation,
    Contest,
    ContestEntry,
    EntryQuota,
    Inspection,
    MobilizationModel,
    ModelStep,
    OfficialField,
    Proposal,
    Replication,
    Rubric,
    SentTable,
    TargetIndicator,
    ThemeField,
)
from notifications import rules
from publicity.choices import AiringState, ArticleState, BroadcastState, OutputKind, PlaceKind
from publicity.measures import MEASURES
from publicity.models import (
    HANGS,
    Airing,
    Article,
    ArticleCategory,
    Broadcast,
    Channel,
    LoudspeakerCluster,
    Output,
    Posting,
    PostingPlace,
    ViewReading,
)
from reports.choices import ReportKind, ReportState, SectionCode
from reports.models import LAST_DAY, PeriodRule, Report, WardNumber
from reports.narrative import freeze
from wardportal.demonstration.ward import Ground, at

THEME = "Năm Dân vận khéo, trọng tâm ngõ phố sạch đẹp và giải phóng mặt bằng (dữ liệu trình diễn)"


class Year:
    """The invented campaign and its day zero."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.today = ground, today()
        self.campaign = Campaign(
            ward=ground.ward,
            year=self.today.year,
            theme=THEME,
            superior=ground.unit("thanh-uy"),
            opens_on=self.day(-120),
            closes_on=self.day(150),
        )
        self.campaign.start(by=None, on=self.day(-120))
        self.campaign.open(by=self.officer, on=self.day(-119))

    def day(self, offset: int) -> datetime.date:
        return self.today + datetime.timedelta(days=offset)

    def unit(self, slug: str) -> Unit:
        return self.ground.unit(slug)

    @property
    def officer(self) -> User:
        return self.ground.officer

    @property
    def head(self) -> User:
        return self.ground.head

    def undertaking(self, kind: str, name: str, slug: str, label: str) -> Undertaking:
        row = Undertaking.objects.create(
            ward=self.ground.ward, kind=kind, name=name, slug=slug, valid_from=self.campaign.opens_on
        )
        CampaignFocus.objects.create(ward=self.ground.ward, campaign=self.campaign, undertaking=row, label=label)
        return row


def load(ground: Ground) -> None:
    year = Year(ground)
    _calendar(year)
    plan, letter = _documents(year)
    _meetings(year, plan)
    project = _clearance(year)
    _street(year)
    _tasks(year, plan)
    _models(year)
    _contest(year, letter)
    _publicity(year)
    _postings(year)
    _plan_and_agreements(year, project)
    _grievances(year)
    _privacy(year, project)
    _ward_numbers(year)
    _report(year)
    late: dict[str, Any] = {"page": "/tasks/", "query": "state=late&unit=chi-bo-7", "name": "Chi bộ 7 quá hạn"}
    SavedView.keep(by=ground.people[Role.CAMPAIGN_OFFICER], ward=ground.ward, is_first=False, **late)
    for rule in rules.defaults(ground.ward, year.campaign.year):
        rule.enabled = True
        rule.save(update_fields=["enabled"])


def _calendar(year: Year) -> None:
    for number in sorted({year.today.year, year.campaign.closes_on.year, year.campaign.opens_on.year}):
        CalendarYear.propose(year.ground.ward, number, by=None)
    DeadlineRule.propose(year.ground.ward, by=None)
    Blackout.propose(year.ground.ward, by=None)


WARD_NUMBERS = {"hộ dân": 4512, "nhân khẩu": 15230, "hộ nghèo": 9, "hộ cận nghèo": 31, "đảng viên": 812}


def _ward_numbers(year: Year) -> None:
    """What other bodies told of the ward when the year began; and that its months end on their last day."""
    source = "Báo cáo của công an, phòng Kinh tế và văn phòng Đảng ủy (minh họa)"
    officer = year.ground.people[Role.CAMPAIGN_OFFICER]
    WardNumber.enter(year.ground.ward, by=officer, on=year.campaign.opens_on, source=source, values=WARD_NUMBERS)
    PeriodRule(
        ward=year.ground.ward,
        closes_on=LAST_DAY,
        valid_from=year.campaign.opens_on,
        source="Hướng dẫn của cấp trên (minh họa)",
    ).enter(by=None)


def _document(year: Year, number: int, code: str, offset: int, issuer: str, summary: str, **fields: object) -> Document:
    unit = year.unit(issuer)
    is_own = issuer != "thanh-uy"
    suffix = "TU" if not is_own else "CB" if issuer.startswith("chi-bo") else "ĐU"
    document = Document(
        ward=year.ground.ward,
        campaign=year.campaign,
        direction=Direction.IN if not is_own else Direction.INTERNAL if suffix == "CB" else Direction.OUT,
        kind=year.ground.kind(code),
        issuer=unit,
        number=number,
        symbol=f"{number:02d}-{code}/{suffix}",
        dated_on=year.day(offset),
        summary=summary,
        state=DocumentState.ISSUED,
        **fields,
    )
    document.start(by=year.ground.people[Role.RECORDS_CLERK], on=document.dated_on)
    return document


PLAN_ITEMS = [
    "Tổ chức quán triệt kế hoạch tới các chi bộ, đoàn thể và nhân dân",
    "Mỗi đơn vị đăng ký ít nhất một mô hình Dân vận khéo",
    "Vận động hộ dân dự án mở rộng đường Cầu Vồng, trả lời mọi câu hỏi của hộ đúng hạn",
    "Tổng vệ sinh phố Hoa Sữa vào sáng thứ Bảy hằng tuần",
    "Tuyên truyền chủ đề năm trên đài truyền thanh và cổng của phường",
]


MEMBERS = ["Ngô Thị Lan", "Bùi Văn Sơn", "Hồ Thị Yến", "Lý Quốc Nam", "Đinh Thị Nga", "Võ Minh Tùng", "Mai Thị Thảo"]


def _documents(year: Year) -> tuple[Document, Document]:
    clerk = year.ground.people[Role.RECORDS_CLERK]
    by_hand = [("dang-uy", "KH", 30), ("dang-uy", "CV", 43), *((f"chi-bo-{n}", "NQ", 2 + n) for n in range(1, 11))]
    for slug, code, last in by_hand:
        where = {"issuer": year.unit(slug), "kind": year.ground.kind(code), "source": "Sổ văn bản đi trên giấy"}
        NumberStart(ward=year.ground.ward, last=last, **where).enter(by=clerk)
    ordered = _document(year, 15, "KH", -112, "thanh-uy", "Chủ đề năm Dân vận khéo (trình diễn)")
    plan = _document(
        year, 31, "KH", -100, "dang-uy", "Thực hiện chủ đề năm Dân vận khéo (trình diễn)", carries_out=ordered
    )
    for text in PLAN_ITEMS:
        plan.add_item(by=year.officer, text=text)
    cells = [year.unit(f"chi-bo-{number}") for number in range(1, 11)]
    others = [year.unit(slug) for slug in ("mttq", "phu-nu", "cuu-chien-binh", "doan-thanh-nien", "nong-dan", "ubnd")]
    plan.send_to(by=clerk, units=others, resolutions_from=cells, due_on=year.day(-70))
    # Cells 7 and 9 have not issued theirs yet.
    for number in (1, 2, 3, 4, 5, 6, 8, 10):
        summary = f"Lãnh đạo thực hiện chủ đề năm, Chi bộ {number}"
        resolution = _document(year, 3 + number, "NQ", -80 + number, f"chi-bo-{number}", summary, carries_out=plan)
        recipient = plan.recipients.get(unit=resolution.issuer)
        recipient.answered_by = resolution
        recipient.save(update_fields=["answered_by"])
        if number < 6:
            lanes = [(name, f"phụ trách ngõ {number}{n}") for n, name in enumerate(MEMBERS[: 2 + number], start=1)]
            recipient.assign_members(by=year.head, lines=lanes)
    contest = _document(year, 22, "KH", -95, "thanh-uy", "Cuộc thi viết về điển hình Dân vận khéo (trình diễn)")
    letter = _document(
        year, 44, "CV", -85, "dang-uy", "Phân bổ bài dự thi viết (trình diễn)", carries_out=contest, answers=contest
    )
    _deadlines(year, contest)
    return plan, letter


def _deadlines(year: Year, answered: Document) -> None:
    """Of what came in: answered, overdue, running, and paused while a file is completed."""
    clerk = year.ground.people[Role.RECORDS_CLERK]
    rule = DeadlineRule.objects.filter(ward=year.ground.ward).rule(INCOMING_RULE, year.today)
    answered.count_deadline(by=clerk, rule=rule, on=answered.dated_on)
    for number, offset, summary in [
        (118, -16, "Báo cáo việc trả lời kiến nghị của cử tri (trình diễn)"),
        (124, -5, "Góp ý dự thảo hướng dẫn bình chọn mô hình (trình diễn)"),
        (121, -9, "Rà soát hộ có hoàn cảnh khó khăn (trình diễn)"),
    ]:
        document = _document(year, number, "CV", offset, "thanh-uy", summary)
        deadline = document.count_deadline(by=clerk, rule=rule, on=document.dated_on)
        if offset == -9:
            deadline.pause(by=clerk, on=year.day(-3), reason="Chờ các tổ dân phố gửi danh sách bổ sung")


def _meetings(year: Year, plan: Document) -> None:
    ward, campaign = year.ground.ward, year.campaign
    session = Meeting.objects.create(
        ward=ward,
        campaign=campaign,
        kind=MeetingKind.DISSEMINATION,
        title="Hội nghị quán triệt kế hoạch năm",
        held_on=year.day(-93),
        starts_at=datetime.time(8),
        place="Hội trường phường",
        chair="Phạm Minh Đức",
        document=plan,
        state=MeetingState.HELD,
    )
    for group, invited, present in [
        ("Ban Chấp hành Đảng bộ phường", 27, 26),
        ("Mặt trận và các đoàn thể", 18, 18),
        ("Bí thư, phó bí thư các chi bộ", 20, 17),
        ("Tổ trưởng tổ dân phố", 10, 9),
    ]:
        MeetingInvitee.objects.create(ward=ward, meeting=session, group=group, invited=invited, present=present)
    Meeting.objects.create(
        ward=ward,
        campaign=campaign,
        kind=MeetingKind.REVIEW,
        title="Giao ban công tác dân vận",
        held_on=year.day(9),
        starts_at=datetime.time(14),
        place="Phòng họp số 2",
    )


# Lead unit, title, days from today, and how far it has come: done, submitted, doing, received or new.
TASKS = [
    ("chi-bo-7", "Phổ biến kế hoạch tới nhân dân trong tổ", -4, "new", 0),
    ("chi-bo-7", "Báo cáo kết quả quý", -2, "received", 1),
    ("chi-bo-7", "Cử 8 người tổng vệ sinh phố Hoa Sữa", 3, "new", 3),
    ("chi-bo-7", "Ban hành nghị quyết lãnh đạo thực hiện kế hoạch", 5, "doing", 0),
    ("chi-bo-7", "Phân công đảng viên phụ trách từng ngõ", -30, "done", 0),
    ("chi-bo-7", "Lập danh sách hộ cần hỗ trợ khi bàn giao mặt bằng", -18, "done", 2),
    ("chi-bo-7", "Viết một bài tuyên truyền người tốt việc tốt", -1, "submitted", 4),
    ("chi-bo-8", "Phổ biến kế hoạch tới nhân dân trong tổ", -4, "done", 0),
    ("chi-bo-8", "Báo cáo kết quả quý", -2, "new", 1),
    ("chi-bo-9", "Ban hành nghị quyết lãnh đạo thực hiện kế hoạch", -6, "new", 0),
    ("chi-bo-9", "Phổ biến kế hoạch tới nhân dân trong tổ", 6, "doing", 0),
    ("chi-bo-1", "Phổ biến kế hoạch tới nhân dân trong tổ", -20, "done", 0),
    ("chi-bo-3", "Vận động hộ dân ngõ 12 chỉnh trang mặt ngõ", 12, "doing", 3),
    ("mttq", "Ra mắt tổ dân vận khéo", -60, "done", 2),
    ("mttq", "Giám sát việc trả lời câu hỏi của hộ dân", 14, "doing", 2),
    ("phu-nu", "Trồng hoa hai đoạn đường phố Hoa Sữa", 2, "doing", 3),
    ("cuu-chien-binh", "Giữ trật tự vỉa hè giờ cao điểm", 20, "received", 3),
    ("doan-thanh-nien", "Xóa quảng cáo trên tường ngõ 45", -8, "submitted", 3),
    ("ubnd", "Kế hoạch thực hiện tuyến phố văn minh Hoa Sữa", -3, "doing", 3),
    ("ubnd", "Trả lời bằng văn bản câu hỏi về đơn giá bồi thường", 4, "doing", 2),
    ("nong-dan", "Rà soát hộ chăn nuôi trong khu dân cư", 25, "new", 1),
]


def _tasks(year: Year, plan: Document) -> None:
    items = list(plan.plan_items.all())
    for slug, title, offset, progress, item in TASKS:
        task = Task(
            ward=year.ground.ward,
            campaign=year.campaign,
            plan_item=items[item],
            lead_unit=year.unit(slug),
            title=title,
            due_on=year.day(offset),
        )
        task.assign(by=year.officer, on=year.day(-75))
        _carry(year, task, progress)


def _carry(year: Year, task: Task, progress: str) -> None:
    """Bring a task to where it stands, on days before today."""
    by = year.head if task.lead_unit == year.unit("chi-bo-7") else year.officer
    if progress == "received":
        task.acknowledge(by=by, on=year.day(-60))
    elif progress == "doing":
        task.report(by=by, on=year.day(-10), note="Đang làm, đã họp phân công người phụ trách.")
    elif progress in {"submitted", "done"}:
        handed_in = min(task.due_on, year.day(-1))
        task.submit(by=by, on=handed_in, note="Đã làm xong, đề nghị phường xác nhận.")
        if progress == "done":
            task.accept(by=year.officer, on=min(handed_in + datetime.timedelta(days=1), year.today))


FIELDS = [
    ("ngo-pho-sach-dep", "Ngõ phố sạch đẹp", "van-hoa-xa-hoi"),
    ("giai-phong-mat-bang", "Giải phóng mặt bằng", "kinh-te"),
    ("chuyen-doi-so", "Chuyển đổi số", "he-thong-chinh-tri"),
    ("an-ninh-trat-tu", "An ninh trật tự", "quoc-phong-an-ninh"),
]
# Unit, title, field, person, state.
MODELS = [
    ("chi-bo-7", "Mỗi đảng viên đồng hành cùng một hộ", 1, "", "active"),
    ("phu-nu", "Đoạn đường phụ nữ nở hoa", 0, "", "active"),
    ("cuu-chien-binh", "Vỉa hè thông thoáng", 3, "", "concluded"),
    ("doan-thanh-nien", "Bức tường sạch, ngõ không quảng cáo", 0, "", "submitted"),
    ("chi-bo-9", "Ngõ 45 tự quản trật tự đô thị", 3, "", "submitted"),
    ("mttq", "Tổ tư vấn thủ tục cho hộ bàn giao mặt bằng", 1, "", "self_assessed"),
    ("chi-bo-3", "Dạy người cao tuổi dùng dịch vụ công", 2, "Lưu Thị Kim Oanh", "active"),
    ("chi-bo-1", "Tổ hòa giải ba cùng", 3, "", "returned"),
    ("nong-dan", "Vườn rau sạch trên sân thượng", 0, "", "under_review"),
    ("chi-bo-8", "Camera an ninh ngõ xóm", 3, "Trần Văn Khánh", "active"),
    ("chi-bo-7", "Chủ nhật không rác", 0, "", "draft"),
]


WITH_PHOTOS = (0, 2)
SILENT = 9  # of these, the one of which nothing was reported


def _models(year: Year) -> None:
    ward = year.ground.ward
    officials = {field.code: field for field in OfficialField.objects.filter(ward=ward)}
    fields = [
        ThemeField.objects.create(
            ward=ward, campaign=year.campaign, code=code, label=label, official_field=officials[official], order=order
        )
        for order, (code, label, official) in enumerate(FIELDS)
    ]
    Rubric.put_in_force(
        ward,
        by=year.officer,
        name="Bộ tiêu chí thẩm định mô hình (gợi ý)",
        source="Nội dung trình diễn",
        valid_from=year.campaign.opens_on,
        criteria=proposed("criteria"),
        bands=proposed("bands"),
    )
    for number, (slug, title, field, person, state) in enumerate(MODELS):
        model = MobilizationModel(
            ward=ward,
            campaign=year.campaign,
            title=title,
            subject=SubjectType.INDIVIDUAL if person else SubjectType.COLLECTIVE,
            person_name=person or None,
            unit=year.unit(slug),
            theme_field=fields[field],
            approach="Họp thống nhất cách làm, phân công từng người, kiểm tra hằng tuần và báo kết quả hằng tháng.",
            rationale="Nội dung trình diễn.",
            contact=person or "Người đứng đầu đơn vị",
            starts_on=year.day(-70),
            ends_on=year.day(120),
            state=ModelState.DRAFT,
        )
        model.start(by=year.officer, on=year.day(-80 + number))
        if number == 0:
            _fill_in_all(year, model)
        if person and slug == "chi-bo-3":
            for order, name in enumerate(["Vương Đình Tuấn", "Kiều Thị Thanh"], start=1):
                model.fellows.create(ward=ward, order=order, name=name)
        for name, unit, target in [("Hộ tham gia", "hộ", 12), ("Buổi kiểm tra", "buổi", 20)]:
            TargetIndicator.objects.create(
                ward=ward,
                mobilization_model=model,
                name=name,
                unit_of_measure=unit,
                target=target,
                due_on=year.day(100),
            )
        if state != "draft":
            _decide(year, model, state, number)
    _take_up(year)
    on = year.day(-30)
    said = {"table": UpwardTable.LIST, "on": on, "sent_on": on, "sent_to": "Ban Tuyên giáo và Dân vận Thành ủy"}
    upward.send(SentTable(ward=ward, campaign=year.campaign, number="24-CV/ĐU", **said), by=year.officer)


def _take_up(year: Year) -> None:
    """The model that the ward recognised, taken up by one unit that has registered it and by one that has not yet."""
    models = MobilizationModel.objects.filter(ward=year.ground.ward, campaign=year.campaign)
    origin, leader = models.get(state=ModelState.CONCLUDED), year.ground.people[Role.LEADERSHIP]
    given = {"ward": year.ground.ward, "mobilization_model": origin, "decided_on": year.today}
    for slug in ("chi-bo-9", "chi-bo-2"):
        row = Replication(unit=year.unit(slug), **given)
        row.enter(by=leader)
        if registered := models.filter(unit=row.unit).first():
            row.point_to(registered, by=leader)


def _fill_in_all(year: Year, model: MobilizationModel) -> None:
    """What the official form asks beside the first page of it."""
    ward = year.ground.ward
    model.budget, model.man_days, model.resources = 6_500_000, 120, "Loa tay, sổ theo dõi; hộ kinh doanh góp nước uống."
    model.save(update_fields=["budget", "man_days", "resources"])
    for slug, role, part in [
        ("mttq", "cooperates", "Cùng đến từng hộ, ghi ý kiến của hộ"),
        ("phu-nu", "joins", "Vận động hội viên trong tổ"),
    ]:
        model.participations.create(ward=ward, unit=year.unit(slug), role=role, part=part)
    model.participations.create(ward=ward, name="Trường THCS (giả định)", role="joins", part="Học sinh viết thư ngỏ")
    model.areas.create(ward=ward, unit=year.unit("to-dan-pho-7"))
    for name, day in [("Ký cam kết với các hộ", year.day(-40)), ("Sơ kết, rút kinh nghiệm", year.day(45))]:
        model.milestones.create(ward=ward, name=name, due_on=day)


def _decide(year: Year, model: MobilizationModel, state: str, number: int) -> None:
    waiting = state == "submitted"
    model.submit(by=year.officer, on=year.day(-3 if waiting else -70 + number))
    if state == "returned":
        model.send_back(by=year.officer, on=year.day(-50), reason="Nêu rõ chỉ tiêu hòa giải trong năm.")
    if state in {"submitted", "returned"}:
        return
    model.accept(by=year.officer, on=year.day(-60 + number))
    done = [StepKind.RESOLUTION, StepKind.ASSIGNMENT] + ([StepKind.SPREAD] if number % 2 else [])
    done = done if state == "active" else [*done, StepKind.SPREAD, StepKind.CARRY_OUT]
    for step in ModelStep.objects.filter(mobilization_model=model, kind__in=done):
        step.done_on = min(step.due_on, year.day(-2))
        step.note = "Đã họp và có biên bản."
        step.save(update_fields=["done_on", "note"])
    if number != SILENT:
        update = model.updates.create(ward=year.ground.ward, on=year.day(-5), note="Kết quả tới nay", by=year.officer)
        for index, indicator in enumerate(model.targets.all()):
            update.values.create(ward=year.ground.ward, indicator=indicator, value=7 + number % 5 + index * 4)
        if number in WITH_PHOTOS:
            for tint in ("#c9d8c5", "#d8cfc5"):
                update.evidence.create(ward=year.ground.ward, uploaded_by=year.officer, **_photo(tint).fields())
    if number == 0:
        Inspection.enter(
            model,
            by=year.officer,
            on=year.day(-6),
            inspectors="Ban chỉ đạo phong trào Dân vận khéo",
            findings="Đã phân công từng đảng viên; sổ theo dõi còn để trống hai tuần.",
            mend=[("Ghi đủ sổ theo dõi hộ được phân công", year.day(9))],
        )
    if state != "active":
        _appraise(year, model, state)


def _appraise(year: Year, model: MobilizationModel, state: str) -> None:
    """Assessed by its unit; scored by one of two; scored by both and concluded."""
    said = "Đạt phần lớn chỉ tiêu, người dân hưởng ứng; khó nhất là việc duy trì sau buổi ra quân."
    model.self_assess(by=year.officer, on=year.day(-4), summary=said, evidence=[_photo()])
    if state == "self_assessed":
        return
    leader, head = year.ground.people[Role.LEADERSHIP], year.head
    model.open_review(by=year.officer, people=[leader, head], due_on=year.day(3), on=year.day(-3))
    appraisal = model.appraisals.get(ended_on=None)
    for person in [leader, head] if state == "concluded" else [leader]:
        sheet = appraisal.assessments.get(assessor=person)
        off = {4: (Decimal("1.5"), "Có nhóm hộ chưa tham gia"), 5: (Decimal(2), "Mới duy trì được ba tháng")}
        scores = {}
        for criterion in appraisal.rubric.all_criteria:
            less, why = off.get(criterion.order, (Decimal(0), ""))
            scores[criterion] = (criterion.most - less, why)
        sheet.hand_in(by=person, scores=scores)
    if state == "concluded":
        model.conclude(by=leader, outcome=Outcome.RECOGNISED, number="41-QĐ/ĐU", decided_on=year.today)
        given = {"level": Level.WARD, "decided_by": "Ủy ban nhân dân phường Long Biên", "number": "212/QĐ-UBND"}
        row = Commendation(ward=year.ground.ward, mobilization_model=model, praise="Giấy khen", **given)
        row.decided_on = year.today
        row.enter(by=leader)
        praised = {"kind": HonourKind.COMMENDATION, "praise": "Bằng khen", "level": Level.CITY}
        achievement = "12/12 hộ tham gia, 20 buổi kiểm tra; vỉa hè giữ thông thoáng suốt sáu tháng."
        Proposal(ward=year.ground.ward, mobilization_model=model, achievement=achievement, **praised).enter(by=leader)


def _photo(tint: str = "#c9d8c5") -> Accepted:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 420), tint).save(out, "PNG")
    return accept(SimpleUploadedFile("anh-ket-qua.png", out.getvalue(), "image/png"))


NAMES = [
    "Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Chiến", "Phạm Thị Dung", "Hoàng Văn Đạt", "Vũ Thị Én",
    "Đặng Văn Giang", "Bùi Thị Hằng", "Đỗ Văn Ích", "Hồ Thị Khuyên", "Ngô Văn Lộc", "Dương Thị Mận",
    "Lý Văn Năm", "Đào Thị Oanh", "Mai Văn Phong", "Tạ Thị Quế", "Cao Văn Rạng", "Phan Thị Sâm",
]  # fmt: skip


def _clearance(year: Year) -> Project:
    by, campaign = year.ground.people[Role.CLEARANCE_OFFICER], year.campaign
    road = year.undertaking(
        UndertakingKind.CLEARANCE, "Mở rộng đường Cầu Vồng", "duong-cau-vong", "Giải phóng mặt bằng"
    )
    drain = year.undertaking(UndertakingKind.CLEARANCE, "Cống thoát nước ngõ 88", "cong-ngo-88", "Giải phóng mặt bằng")
    host = year.unit("ubnd")
    project = start_project(
        by=by, campaign=campaign, name=road.name, shape=Shape.WARD_RUNS, host=host, undertaking=road
    )
    start_project(by=by, campaign=campaign, name=drain.name, shape=Shape.WARD_RUNS, host=host, undertaking=drain)
    files: list[int] = []
    teams = ["chi-bo-7"] * 6 + ["to-dan-van"] * 8 + ["to-dan-van-2"] * 4
    for number, (name, team) in enumerate(zip(NAMES, teams, strict=True), start=1):
        new = NewHousehold(number, name, f"Số {number * 2}, đường Cầu Vồng (giả định)", year.unit("to-dan-pho-7"))
        on = year.day(-60)
        files += add_households(project, by=by, campaign=campaign, households=[new], team=year.unit(team), on=on)
    households = list(Household.objects.filter(ward=year.ground.ward, pk__in=files).order_by("number"))
    dialogue = Dialogue(
        ward=year.ground.ward,
        project=project,
        host=host,
        held_on=year.day(6),
        starts_at=datetime.time(8, 30),
        place="Nhà văn hóa tổ 7",
    )
    dialogue.plan(by=by, campaign=campaign)
    dialogue.invite(by=by, campaign=campaign, households=households)
    for household in households:
        _visit(year, household, dialogue)
    _first_meeting(year, project, households)
    _callbacks(year)
    _plots(year, households)
    _round(year, project, households)
    _outlines(project, by=by, campaign=campaign)
    propose_procedure(year.ground.ward, by=by)
    VisitScript.propose(year.ground.ward, by=by)
    VisitRule.propose(year.ground.ward, by=by)
    project.rule_set = RuleSet.objects.get(ward=year.ground.ward, code="resolution-254")
    project.cut_off_on = year.day(-45)
    project.change(by=by, campaign=campaign, fields=["rule_set", "cut_off_on"])
    steps = {step.code: step for step in ProcedureStep.objects.filter(ward=year.ground.ward)}
    for code, days in [("B02", -70), ("B03", -60), ("B04", -30)]:
        reach(steps[code], project, by=by, campaign=campaign, on=year.day(days))
    facts = {
        "owner": year.unit("ubnd"),
        "opened_on": year.day(-8),
        "ward": year.ground.ward,
        "household": households[4],
    }
    promise = Promise(kind="paper", text="Gửi gia đình bản sao trích đo địa chính", due_on=year.day(3), **facts)
    promise.enter(by=by, campaign=campaign)
    shown = {"ward": year.ground.ward, "household": households[4]}
    notice = Delivery(kind="notice", title="15/TB-UBND", way="signed", receiver="chủ hộ", on=year.day(-20), **shown)
    notice.record(by=by, campaign=campaign)
    Milestone(kind="inventoried", on=year.day(-9), **shown).record(by=by, campaign=campaign)
    _people(households[4], year, campaign=campaign, by=by)
    households[7].project = project
    _mobilisation(year, households[7])
    AgreementRule.propose(year.ground.ward)
    words = "Diện tích đo thực tế lệch so với giấy chứng nhận"
    Obstacle(reason="area_differs", text=words, due_on=year.day(9), **facts).enter(by=by, campaign=campaign)
    return project


def _people(household: Household, year: Year, **of: Any) -> None:
    """Numbers that nobody has: 0900 begins no phone, and an identity number never begins with 000."""
    shown: dict[str, Any] = {"ward": year.ground.ward, "household": household}
    facts: dict[str, Any] = {"phone": "0900000123", "identity_number": "000090000123"}
    facts["permanent_address"] = "Số 5, ngõ Thử, phường Thử"
    party: Any = household.representative
    PartyDetails.of(party).change(household=household, **of, **facts)
    for name, born, relation in (("Bùi Thị Mẫu", 1988, "vợ"), ("Bùi Văn Ví Dụ", 2015, "con")):
        Member(name=name, birth_year=born, relation=relation, on=year.day(-15), **shown).record(**of)
    facts = {"name": "Bùi Văn Thay", "paper": "215/2026, Văn phòng công chứng Thử", "valid_to": year.day(200)}
    Authorisation(on=year.day(-40), **facts, **shown).record(**of)
    for kind, what, quantity, unit in (("house", "Nhà cấp bốn", "64.5", "m²"), ("trees", "Cây bưởi", "6", "cây")):
        Asset(kind=kind, what=what, quantity=Decimal(quantity), unit=unit, on=year.day(-9), **shown).record(**of)
    need = Need(text="Mẹ già đi lại khó, xin hẹn đến vào buổi sáng", on=year.day(-8), **shown)
    need.record(**of)
    need.offer(text="Mượn xe lăn khi làm thủ tục", body="Hội Chữ thập đỏ phường", on=year.day(-6), **of)


def _mobilisation(year: Year, household: Household) -> None:
    """One that runs, with its first minutes, and a day set for the inventory."""
    by, campaign, ward = year.ground.people[Role.CLEARANCE_OFFICER], year.campaign, year.ground.ward
    bodies = {"ward_body": "Ủy ban nhân dân phường", "front_body": "Ủy ban MTTQ phường", "unit_body": "Ban bồi thường"}
    loop = MobilisationLoop(
        ward=ward,
        household=household,
        kind="inventory",
        words="Gia đình chờ con trai về mới cho đo đạc",
        opened_on=year.day(-6),
        **bodies,
    )
    loop.open(by=by, campaign=campaign)
    there = {"of_ward": "Phó Chủ tịch phường", "of_front": "Chủ tịch MTTQ", "of_unit": "Cán bộ Ban bồi thường"}
    minutes = LoopMinutes(
        ward=ward,
        loop=loop,
        on=year.day(-4),
        of_household="chủ hộ",
        said="Xin lùi đến cuối tuần sau",
        signed="signed",
        paper="Hồ sơ số 12, văn thư",
        **there,
    )
    minutes.write(by=by, campaign=campaign)
    place = {"place": "Tại thửa đất", "at": datetime.time(8, 30)}
    SetDay(ward=ward, household=household, kind="inventory", on=year.day(8), **place).set(by=by, campaign=campaign)


def _first_meeting(year: Year, project: Any, households: list[Household]) -> None:
    """Held before the notice, with those who have the next letter as well: its roll, one question and its minutes."""
    did: dict[str, Any] = {"by": year.ground.people[Role.CLEARANCE_OFFICER], "campaign": year.campaign}
    ward, host, place = year.ground.ward, year.unit("ubnd"), "Nhà văn hóa tổ 7"
    meeting = Dialogue(
        ward=ward, project=project, host=host, held_on=year.day(-40), starts_at=datetime.time(19, 30), place=place
    )
    meeting.plan(**did)
    guests = [h for h in households if h.number % 4 and h.number % 5 != 3]
    meeting.invite(**did, households=guests)
    for invitation in meeting.invitations.select_related("household__project"):
        letter: dict[str, Any] = {"at": at(year.day(-44), 18, 0), "outcome": InvitationState.SIGNED}
        letter["receiver"] = "chủ hộ"
        invitation.deliver(**did, **letter)
    meeting.hold(**did, on=year.day(-40))
    lines = [RollLine("self", 2, 2), RollLine("self", 3, 1), RollLine("proxy", note="con trai"), RollLine("written")]
    lines += [RollLine("absent_with_reason", note="đi công tác")] + [RollLine("self")] * len(guests)
    meeting.record_attendance(**did, roll=dict(zip(guests, lines, strict=False)))
    asked = Question(
        ward=ward,
        household=guests[0],
        dialogue=meeting,
        asked_on=year.day(-40),
        due_on=year.day(-30),
        owner=host,
        text="Khi nào có thông báo thu hồi đất?",
    )
    answer: dict[str, Any] = {"answer": "Phường ban hành và giao tận hộ trong tháng này.", "legal_basis": ""}
    answer["accepted"] = True
    asked.answer_at_once(**did, **answer)
    minutes = DialogueMinutes(
        ward=ward,
        dialogue=meeting,
        chair="Nguyễn Văn Chủ Tọa",
        secretary="Trần Thị Thư Ký",
        ended_at=datetime.time(21, 0),
        course="Trình bày mục đích dự án, chính sách bồi thường, tái định cư.\nTrả lời câu hỏi của các hộ.",
        was_read_back=True,
    )
    minutes.write(**did)
    minutes.sign(DialogueSignature(kind="ward", name="Nguyễn Văn Chủ Tọa"), **did)
    minutes.sign(DialogueSignature(kind="people", name="Lê Thị Đại Diện"), **did)


def _callbacks(year: Year) -> None:
    """Visits are entered an hour after they were made; of those of the last two weeks some were drawn, and what waits
    from the week before was asked."""
    ward, front = year.ground.ward, year.ground.people[Role.SUPERVISOR]
    rows = Visit.objects.filter(ward=ward, visited_at__gte=at(year.day(-21), 0, 0))
    rows.update(received_at=F("visited_at") + datetime.timedelta(hours=1))
    week = last_week(year.today)
    for first in (week - datetime.timedelta(days=7), week):
        draw = VisitDraw.draw(ward, by=front, week_from=first)
        if first != week:
            for asked in draw.callbacks.all():
                asked.answer(by=front, came="yes", as_written="yes")


def _plots(year: Year, households: list[Household]) -> None:
    """One for each household, a second for every sixth; two heirs hold one together, and one is not yet measured."""
    LandKind.propose(year.ground.ward, by=year.ground.people[Role.CLEARANCE_OFFICER])
    kinds = {kind.code: kind for kind in LandKind.objects.filter(ward=year.ground.ward)}
    for household in households:
        number = 17 if household.number == 18 else household.number
        area = Decimal(60 + household.number * 7) / 2
        plots = [NewPlot("12", str(40 + number), kinds["ODT"], area, area / 2 if number != 11 else None)]
        if household.number == 18:
            plots = [NewPlot("12", str(40 + number))]
        if household.number % 6 == 0 and household.number != 18:
            plots.append(NewPlot("13", f"{number}A", kinds["CLN"], Decimal(200), Decimal("137.5")))
        for plot in plots:
            enter_plot(
                household,
                by=year.ground.people[Role.CLEARANCE_OFFICER],
                campaign=year.campaign,
                plot=plot,
                on=since_list(household.project),
            )


def _outlines(project: Any, **did: Any) -> None:
    """Both sides of an invented street, in metres of VN-2000; one is not surveyed, one larger than on file."""
    plots = list(project.plots.order_by("pk"))[:-1]
    drawn = {}
    for n, plot in enumerate(plots):
        wide = 6 + n % 3
        deep = float(plot.area) / wide * (1.1 if plot.number == "45" else 1)
        east, north = 587_000 + n // 2 * 12, 2_326_000 + (n % 2) * 36 + n // 2
        corners = [(east, north), (east + wide, north + 1), (east + wide, north + 1 + deep), (east, north + deep)]
        shape = Feature(n + 1, {}, (([*corners, corners[0]],),))
        [drawn[plot.pk]] = in_degrees([shape], 5897)
    draw(project, shapes=drawn, epsg=5897, source="do-dac-gia-dinh.geojson", **did)


QUESTIONS = {
    2: ("Đơn giá đền bù cây lâu năm tính thế nào, gia đình muốn xem văn bản.", -3),
    5: ("Bao giờ đo lại diện tích thửa đất vì lệch so với giấy chứng nhận?", 4),
    9: ("Trong thời gian sửa nhà gia đình được thuê tạm cư ở đâu?", 8),
}


def _round(year: Year, project: Any, households: list[Household]) -> None:
    """Two teams carry what is left of the invitations; their lists are out."""
    row = VisitRound(ward=year.ground.ward, project=project, purpose=Purpose.DELIVER_INVITATION)
    row.from_on, row.to_on = year.today, year.day(4)
    own: dict[str, Any] = {"by": year.ground.people[Role.CLEARANCE_OFFICER], "campaign": year.campaign}
    row.plan(**own)
    teams = [("chi-bo-7", year.head, "Bà Tám"), ("to-dan-van", year.ground.people[Role.FIELD_MEMBER], "Ông Tư")]
    for slug, person, guest in teams:
        unit = year.unit(slug)
        team = row.add_team(unit=unit, people=[person], guests=[guest], **own)
        left = [household.pk for household in households if household.number % 4 == 0 and household.team == unit]
        rows, calendar = Household.objects.filter(ward=year.ground.ward, pk__in=left), Calendar(year.ground.ward.pk)
        on = next(day for day in map(year.day, range(5)) if not calendar.why_no_event(day))
        team.plan(households=rows, on=on, at=datetime.time(17, 30), **own)
    row.hand_out(**own)


CONCERNS = {
    2: {"price": "Giá cây lâu năm thấp hơn tiền công trồng lại.", "area": ""},
    5: {"area": "Đo thực tế thiếu 3 m² so với sổ.", "resettlement": "Muốn ở gần trường của các cháu."},
    6: {"resettlement": "Xin xem khu tái định cư trước."},
    7: {"price": "Cùng một ngõ mà hai giá."},
    9: {"temporary_home": "Sửa nhà thì ở đâu?", "price": ""},
    10: {"price": "", "livelihood": "Mất mặt tiền thì bán hàng ở đâu?"},
    11: {"area": "", "price": "Xin bảng giá để xem."},
    14: {"resettlement": "Khi nào bốc thăm?"},
    15: {"price": "Đề nghị tính cả phần sân."},
    17: {"inheritance": "Đất của ông bà, chưa chia."},
}


def _visit(year: Year, household: Household, dialogue: Dialogue) -> None:
    """Half of the households were met and have their invitation, some were not at home, the rest come later."""
    number = household.number
    if number % 4 == 0:
        return
    team: Any = household.team
    by = year.head if team == year.unit("chi-bo-7") else year.ground.people[Role.FIELD_MEMBER]
    is_home = number % 5 != 3
    text, due = QUESTIONS.get(number, ("", 0))
    invitation = Invitation.objects.get(dialogue=dialogue, household=household)
    record_visit(
        household,
        by=by,
        campaign=year.campaign,
        client_id=uuid.uuid4(),
        visited_at=at(year.day(-12 + number % 6), 17 + number % 3, 15),
        team=team,
        purpose=Purpose.DELIVER_INVITATION,
        outcome=VisitOutcome.MET_HEAD if is_home else VisitOutcome.NOBODY_HOME,
        follow_up_on=None if is_home and number != 6 else year.day(1),
        attendance_reply=AttendanceReply.WILL_COME if is_home else None,
        asked_for=dialogue if is_home else None,
        asked=[Asked(text, year.unit("ubnd"), year.day(due))] if text else [],
        hand_over=HandOver(invitation, InvitationState.SIGNED, "chủ hộ") if is_home else None,
        concerns=CONCERNS.get(number) if is_home else None,
        minutes=MinutesKept(MinutesState.SIGNED if number % 3 else MinutesState.UNSIGNED, "", True)
        if is_home
        else None,
    )


def _street(year: Year) -> None:
    ward = year.ground.ward
    undertaking = year.undertaking(UndertakingKind.STREET, "Phố Hoa Sữa", "pho-hoa-sua", "Ngõ phố sạch đẹp")
    street = Street.objects.create(
        ward=ward,
        undertaking=undertaking,
        name="Phố Hoa Sữa",
        slug="pho-hoa-sua",
        lead_unit=year.unit("chi-bo-7"),
        registered_on=year.day(-45),
        target_on=year.day(140),
    )
    for slug in ("to-dan-pho-6", "to-dan-pho-7"):
        StreetGroup.objects.create(ward=ward, street=street, unit=year.unit(slug))
    [line] = in_degrees([Feature(1, {}, lines=(LINE,))], 5897)
    draw_street(
        street, by=year.officer, campaign=year.campaign, geometry=line, epsg=5897, source="tuyen-gia-dinh.geojson"
    )
    _assess(year, street)
    _defects(year, street)
    last_saturday = year.today - datetime.timedelta(days=(year.today.weekday() - 5) % 7 or 7)
    first = last_saturday - datetime.timedelta(weeks=5)
    series = CleanupSeries.objects.create(
        ward=ward,
        street=street,
        rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=SA",
        starts_at=datetime.time(7),
        duration=datetime.timedelta(hours=2),
        first_on=first,
    )
    for week, counts in enumerate([(34, 22, 28), (38, 25, 28), (35, 24, 29), (41, 24, 31), (38, 25, 30), (40, 26, 31)]):
        saturday = first + datetime.timedelta(weeks=week)
        cleanup = Cleanup(
            ward=ward, series=series, street=street, original_on=saturday, on=saturday, starts_at=series.starts_at
        )
        cleanup.start(by=None, on=saturday)
        for slug, count in zip(["phu-nu", "doan-thanh-nien", "chi-bo-7"], counts, strict=True):
            CleanupTurnout.objects.create(
                ward=ward,
                cleanup=cleanup,
                unit=year.unit(slug),
                source=TurnoutSource.HAND,
                exactness=Exactness.EXACT,
                count=count,
            )
        cleanup.move(
            CleanupState.DONE,
            since=[CleanupState.PLANNED],
            by=year.head,
            on=saturday,
            closed_at=at(saturday, 9, 30),
            closed_by=year.head,
        )
    units = [year.unit(slug) for slug in ("phu-nu", "doan-thanh-nien", "chi-bo-7")]
    series.set_turns(units)
    asked = zip(units, (30, 20, 20), ("20 chổi", "3 xe rùa", ""), strict=True)
    set_needs(series, {unit: (people, tools) for unit, people, tools in asked}, by=None)
    series.generate(year.day(35))
    coming = series.cleanups.filter(on__gt=year.today).decided().order_by("on").first()
    if coming is not None:
        reply(coming, by=year.head, unit=units[2], people=18, note="Mang 5 chổi")


# The street and what is wrong on it, in metres of VN-2000 (105°00'); invented.
LINE = [
    (587_000.0, 2_326_300.0),
    (587_150, 2_326_270),
    (587_330, 2_326_255),
    (587_480, 2_326_210),
    (587_610, 2_326_190),
]
# What three walks along the street found: days from today, the numbers met and not looked at, notes on others.
WALKS = [
    (-44, {6, 8}, {9}, {1: "Hàng quán bày ra vỉa hè ở đầu ngõ 12", 3: "Cột điện số 4 đến số 9 dán kín rao vặt"}),
    (-24, {4, 6, 8}, set[int](), {1: "Còn ba hộ kinh doanh để biển ra vỉa hè", 9: "Bóng đèn trước số 40 hỏng"}),
    (-3, {4, 5, 6, 8, 9}, set[int](), {1: "Còn một quán nước buổi sáng", 7: "Hai cầu dẫn xe trước số 18 và 22"}),
]


def _assess(year: Year, street: Street) -> None:
    """The criteria as they are proposed, and how the street came along."""
    CriteriaSet.propose(street.ward, by=None)
    edition = CriteriaSet.objects.get(ward=street.ward)
    for day, met, unseen, notes in WALKS:
        said = {
            criterion: (
                CriterionState.MET
                if criterion.number in met
                else CriterionState.UNSEEN
                if criterion.number in unseen
                else CriterionState.NOT_YET,
                notes.get(criterion.number, ""),
            )
            for criterion in edition.criteria.all()
        }
        row = StreetAssessment(ward=street.ward, street=street, criteria_set=edition, on=year.day(day))
        row.next_on = year.day(day + 28)
        row.enter(by=year.head, said=said)


# What was wrong on the street: kind (as they are proposed, by order), where, days from today of each step, the point.
WRONG = [
    (0, "Cột điện số 4 đến số 9", [-30, -21, -6], (587_080, 2_326_290)),
    (1, "Vỉa hè trước số 18 đến 22", [-12], (587_260, 2_326_254)),
    (2, "Đầu ngõ 12, trên mái quán nước", [-9], (587_455, 2_326_224)),
    (3, "Gốc cây trước số 40", [-17, -14], (587_560, 2_326_202)),
    (5, "Cột đèn trước số 40", [-5, -2], None),
]


def _pictures(year: Year, street: Street) -> None:
    """A spot before and after, looked at and shown to everybody; and one that nobody has looked at yet."""
    for spot, is_shown in (("Gốc cây trước số 40", True), ("Tường rào đầu ngõ 12", False)):
        pair = PhotoPair(ward=street.ward, street=street, spot=spot)
        pair.defect = Defect.objects.filter(street=street, place=spot, ward=street.ward).first()
        pair.add(_scene(is_clean=False), moment=Moment.BEFORE, by=year.head)
        pair.add(_scene(is_clean=True), moment=Moment.AFTER, by=year.head)
        if is_shown:
            pair.clear(by=year.officer)


def _scene(*, is_clean: bool) -> Accepted:
    """A drawn wall, pavement and tree; with rubbish at its foot or without."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (960, 720), "#dfe6ea")
    draw_on = ImageDraw.Draw(picture)
    draw_on.rectangle((0, 250, 960, 520), fill="#e8dcc3")
    draw_on.rectangle((0, 520, 960, 720), fill="#b9bcbf")
    for east in range(0, 960, 120):
        draw_on.line((east, 520, east - 60, 720), fill="#9fa3a6", width=3)
    draw_on.rectangle((450, 220, 500, 540), fill="#6d5440")
    draw_on.ellipse((330, 20, 620, 290), fill="#5f8a55")
    if not is_clean:
        heaps = [(380, 560, "#3d4a57"), (450, 580, "#7a4a3a"), (520, 560, "#2f3b2f"), (570, 600, "#8a8f45")]
        for east, south, tint in heaps:
            draw_on.ellipse((east, south - 60, east + 110, south + 40), fill=tint)
        for east in (80, 180, 690, 800):
            draw_on.rectangle((east, 300, east + 70, 400), fill="#f7f2b8", outline="#8a8f45", width=4)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return accept(SimpleUploadedFile("anh.jpg", out.getvalue(), "image/jpeg"))


def _defects(year: Year, street: Street) -> None:
    DefectKind.propose(street.ward, by=None)
    kinds = list(DefectKind.objects.filter(ward=street.ward).order_by("id"))
    for kind, place, steps, point in WRONG:
        row = Defect(ward=street.ward, street=street, kind=kinds[kind], place=place, unit=year.unit("to-dan-pho-6"))
        if point is not None:
            [found] = in_degrees([Feature(1, {}, lines=([point],))], 5897)
            row.longitude, row.latitude = (Decimal(f"{degrees:.6f}") for degrees in found["coordinates"][0][0])
        row.reported_on = year.day(steps[0])
        row.report(by=year.head)
        for number, day in enumerate(steps[1:]):
            if number % 2:
                row.reopen(by=year.head, on=year.day(day), reason="Lại bị dán trong đêm")
            else:
                row.mend(by=year.head, on=year.day(day), reason="Đã dọn sạch")
    _pictures(year, street)
    first = Defect.objects.filter(ward=street.ward).to_mend_on(year.today).order_by("id").first()
    if first is not None:
        first.hand_to(by=year.officer, unit=year.unit("doan-thanh-nien"), due_on=year.day(5), as_task=True)


ENTRY_TEXT = "\n\n".join(
    [
        "Sáng thứ Bảy, ngõ nhỏ còn ướt sương đã nghe tiếng chổi. Không ai gõ cửa từng nhà, chỉ có tấm bảng ở đầu ngõ "
        "ghi tên các tổ và đoạn đường mỗi tổ nhận.",
        "Ban đầu chỉ có bảy người. Đến tuần thứ ba, các cháu đoàn viên mang xe rùa tới, bác tổ trưởng đun một nồi "
        "nước chè. Hộ nào có việc bận thì nhắn trước, hôm sau ra quét bù. Rác không còn chất ở gốc cây.",
        "Hỏi vì sao làm được, bác chỉ cười: việc chung thì hẹn nhau mà làm, nói ít thôi.",
        "Người viết: {author}",
    ]
)


def _contest(year: Year, letter: Document) -> None:
    ward = year.ground.ward
    contest = Contest.objects.create(
        ward=ward,
        campaign=year.campaign,
        name="Cuộc thi viết về điển hình Dân vận khéo",
        ordered_by=letter.carries_out,
        shared_out_by=letter,
        opens_on=year.day(-85),
        closes_on=year.day(10),
        takes=HandIn.EITHER,
        words_from=60,
        words_to=1500,
        declaration="Bài do tôi viết, chưa đăng ở đâu, chưa đạt giải nào.",
    )
    contest.exclusions.create(ward=ward, person_name=year.officer.full_name)
    for slug, required in [("chi-bo-7", 1), ("chi-bo-8", 1), ("mttq", 2), ("phu-nu", 1), ("doan-thanh-nien", 1)]:
        EntryQuota.objects.create(ward=ward, contest=contest, unit=year.unit(slug), required=required)
    steps = {
        "drafting": [],
        "revising": [EntryState.SUBMITTED, EntryState.REVISING],
        "submitted": [EntryState.SUBMITTED],
        "sent": [EntryState.SUBMITTED, EntryState.APPROVED, EntryState.SENT],
    }
    for slug, title, author, reached in [
        ("chi-bo-7", "Người bí thư đi trước", "Nguyễn Thị Hường", "revising"),
        ("mttq", "Chuyện ở ngõ 45", "Cao Thị Ánh Tuyết", "sent"),
        ("mttq", "Cây cầu của lòng dân", "Trần Thị Bích Thủy", "submitted"),
        ("phu-nu", "Những luống hoa trên phố", "Đặng Thị Mỹ Hạnh", "drafting"),
    ]:
        entry = ContestEntry(
            ward=ward,
            contest=contest,
            unit=year.unit(slug),
            title=title,
            author_name=author,
            state=EntryState.DRAFTING,
        )
        entry.start(by=year.officer, on=year.day(-50))
        for number, state in enumerate(steps[reached]):
            on = year.day(-40 + 10 * number)
            fields: dict[str, Any] = {"sent_on": on} if state == EntryState.SENT else {}
            entry.move(state, since=[entry.state], by=year.officer, on=on, **fields)
            if state == EntryState.SUBMITTED:
                text = ENTRY_TEXT.format(author=author)
                facts = {"number": 1, "title": title, "author_name": author, "text": text, "words": count_words(text)}
                version = {"declared": contest.declaration, "on": on, "by": year.officer}
                entry.versions.create(ward=ward, **facts | version)
        if reached == "revising":
            entry.text = ENTRY_TEXT.format(author=author)
            entry.save(update_fields=["text"])


def _publicity(year: Year) -> None:
    ward, editor = year.ground.ward, year.ground.people[Role.MEDIA_OFFICER]
    for number, (title, offset, views) in enumerate(
        [
            ("Phường phát động năm Dân vận khéo", -90, 412),
            ("Phố Hoa Sữa sau sáu sáng thứ Bảy", -6, 187),
            ("Trả lời câu hỏi của hộ dân đường Cầu Vồng", -2, None),
        ]
    ):
        article = Article(
            ward=ward,
            campaign=year.campaign,
            title=title,
            slug=f"bai-trinh-dien-{number + 1}",
            category=ArticleCategory.objects.get(ward=ward, code="tin-hoat-dong"),
            body="Bài viết trình diễn, nội dung giả định.\n\nNgười dân có thể gửi câu hỏi tại bộ phận một cửa.",
            author=editor,
            published_at=at(year.day(offset), 9) if views else None,
            state=ArticleState.PUBLISHED if views else ArticleState.REVIEW,
        )
        article.start(by=editor, on=year.day(offset))
        if views:
            ViewReading.objects.create(
                ward=ward, article=article, value=views, read_on=year.day(-1), source="Bộ đếm của cổng"
            )
    broadcast = Broadcast(
        ward=ward,
        campaign=year.campaign,
        title="Chủ đề năm Dân vận khéo",
        script="Kính thưa toàn thể nhân dân, phường ta phát động năm Dân vận khéo (bản tin trình diễn).",
        seconds=180,
        state=BroadcastState.READY,
    )
    broadcast.start(by=editor, on=year.day(-30))
    clusters = [
        LoudspeakerCluster.objects.create(
            ward=ward, name=f"Cụm loa {n}", place=place, valid_from=year.campaign.opens_on
        )
        for n, place in enumerate(CLUSTERS, start=1)
    ]
    for offset in (-21, -14, -7, 1, 4):
        is_past = offset < 0
        airing = Airing.objects.create(
            ward=ward,
            broadcast=broadcast,
            at=at(year.day(offset), 17),
            minutes=3,
            state=AiringState.AIRED if is_past else AiringState.PLANNED,
        )
        airing.name_clusters(clusters)
    for kind, channel, slug, place, quantity, measure, offset in OUTPUTS:
        row = Output(
            ward=ward,
            campaign=year.campaign,
            kind=kind,
            channel=Channel.objects.get(ward=ward, code=channel),
            unit=year.unit(slug),
            place=place,
            quantity=quantity,
            measure=measure,
            measured_in=MEASURES[kind][0] if measure else "",
            on=year.day(offset),
        )
        row.add(by=editor)


CLUSTERS = ["Tổ dân phố 1 đến 3", "Tổ dân phố 4 đến 6", "Tổ dân phố 7, 8", "Tổ dân phố 9", "Tổ dân phố 10"]
# Kind, channel, unit, where, how many, in what the kind is measured first, day. Invented.
OUTPUTS = [
    (OutputKind.BANNER, "tai-lieu", "ubnd", "Trục đường Cầu Vồng", 12, 240, -20),
    (OutputKind.BOARD, "bang-tin", "chi-bo-7", "Nhà văn hóa tổ dân phố 7", 2, 18, -14),
    (OutputKind.LEAFLET, "tai-lieu", "phu-nu", "Các ngõ phố Hoa Sữa", 350, 700, -9),
    (OutputKind.POST, "mang-xa-hoi", "doan-thanh-nien", "Trang của Đoàn phường", 5, None, -3),
]

PLACES = [
    (PlaceKind.OFFICE, "Bảng tin trụ sở phường"),
    (PlaceKind.COMMON, "Nhà văn hóa tổ dân phố 7"),
    (PlaceKind.COMMON, "Điểm sinh hoạt cộng đồng phố Hoa Sữa"),
]
# Title, text, first day, last day (None: by the rule), how far it has come.
POSTINGS = [
    (
        "Dự thảo phương án hỗ trợ dự án đường Cầu Vồng",
        "Mời các hộ và nhân dân xem, góp ý tại trụ sở.",
        0,
        None,
        "posted",
    ),
    ("Kế hoạch chỉnh trang phố Hoa Sữa", "Kế hoạch thực hiện trong năm, các mốc và đơn vị chủ trì.", 0, 35, "posted"),
    ("Danh mục thủ tục hành chính mới", "Áp dụng tại bộ phận một cửa.", -45, -3, "posted"),
    ("Kết quả xử lý kiến nghị của cử tri", "Tổng hợp kiến nghị và kết quả trả lời.", 2, 40, "review"),
]


def _postings(year: Year) -> None:
    ward, clerk = year.ground.ward, year.ground.people[Role.RECORDS_CLERK]
    places = [
        PostingPlace.objects.create(ward=ward, kind=kind, name=name, valid_from=year.campaign.opens_on)
        for kind, name in PLACES
    ]
    rule = DeadlineRule.objects.filter(ward=ward, rule_set="Luật Thực hiện dân chủ ở cơ sở").rule(HANGS, year.today)
    for number, (title, text, first, last, state) in enumerate(POSTINGS):
        posting = Posting(
            ward=ward,
            title=f"{title} (trình diễn)",
            text=text,
            rule=rule,
            starts_on=year.day(first),
            ends_on=None if last is None else year.day(last),
            on_portal=first >= 0,
        )
        posting.write(by=clerk, places=places[: number + 1])
        posting.submit(by=clerk)
        if state == "posted":
            editor = year.ground.people[Role.MEDIA_OFFICER]
            posting.put_up(by=editor, starts_on=posting.starts_on, ends_on=posting.ends_on)


def _plan_and_agreements(year: Year, project: Project) -> None:
    """A plan on display with its proof; signed papers of households that hold a plot, one of them withdrawn."""
    by, campaign, ward = year.ground.people[Role.CLEARANCE_OFFICER], year.campaign, year.ground.ward
    plan = PlanPosting(ward=ward, project=project, name="05/PA-BT (trình diễn)")
    plan.prepare(by=by, campaign=campaign, papers=[_photo("#e8e2d0")])
    plan.posting.submit(by=by)
    plan.posting.put_up(by=year.ground.people[Role.MEDIA_OFFICER], starts_on=year.today)
    place = plan.posting.spots.select_related("place").first()
    plan.posting.prove(by=by, kind="hanging", taken_on=year.today, file=_photo(), place=place.place if place else None)
    scope = "Đồng ý thu hồi đất trước khi phê duyệt phương án"
    for number, signed_on in ((1, -7), (3, -6), (4, -6), (12, -5)):
        household = project.households.get(number=number)
        row = SignedAgreement(
            ward=ward, household=household, signer="chủ hộ", scope=scope, signed_on=year.day(signed_on)
        )
        row.paper = f"Hồ sơ số {number}, văn thư"
        row.enter(by=by, campaign=campaign, scan=_photo("#eef1e6") if number == 1 else None)
        if number == 12:
            row.withdraw(by=by, campaign=campaign, on=year.day(-2), paper="Đơn rút, hồ sơ số 12")
    AgreementCount.freeze(project, by=by, campaign=campaign, on=year.day(-1), decision="Báo cáo tuần (trình diễn)")


# What is asked, who (invented), in which words, how many days ago it came, was answered and was ended, with what.
PRIVACY: list[tuple[str, str, str, int, int | None, int | None, str, str]] = [
    ("see", "Đặng Văn Trình Diễn", "Cho tôi xem phường đang giữ những gì về tôi.", 13, 12, None, "", ""),
    ("correct", "Vũ Thị Trình Diễn", "Năm sinh của tôi ghi sai.", 1, None, None, "", ""),
    ("erase", "Hồ Văn Trình Diễn", "Tôi đã bán nhà, xin xóa dữ liệu của tôi.", 6, 5, None, "", ""),
    (
        "object",
        "Lý Thị Trình Diễn",
        "Không dùng số điện thoại của tôi để mời họp.",
        20,
        19,
        12,
        "done",
        "Đã bỏ số điện thoại khỏi hồ sơ, giấy mời giao tận nhà.",
    ),
]


def _privacy(year: Year, project: Project) -> None:
    """Of each kind one request: near its day, new, answered, ended; and a breach that was reported."""
    by, ward = year.ground.people[Role.ADMINISTRATOR], year.ground.ward
    for kind, name, text, received, answered, ended, outcome, result in PRIVACY:
        row = PrivacyRequest(ward=ward, kind=kind, name=name, text=text, received_on=year.day(-received))
        row.receive(by=by)
        if kind == "erase":
            party: Any = project.households.get(number=10).representative
            row.name_person(party, by=by)
        if answered is not None:
            row.answer(by=by, on=year.day(-answered), checked_how="Đến quầy, xuất trình thẻ")
        if ended is not None:
            row.end(by=by, on=year.day(-ended), outcome=outcome, result=result)
    breach = Breach(
        ward=ward,
        noticed_on=year.day(-9),
        what="Một danh sách in của đợt thăm để quên tại nhà văn hóa, hai giờ sau tìm lại được.",
        whom="4 hộ của một tổ",
        measures="Đã thu lại danh sách, nhắc các tổ trả danh sách ngay trong ngày.",
    )
    breach.note(by=by)
    breach.report(by=by, on=year.day(-8), told="Công an thành phố (trình diễn)")


# Where it came in, who (invented), what was said, kind, what it is about, days ago, the steps that followed.
GRIEVANCES: list[tuple[Door, str, str, Track | None, str, int, list[tuple[Step, dict]]]] = [
    (Door.PORTAL, "", "Đèn đường đầu ngõ 12 hỏng đã hai tuần, tối đi lại rất khó.", None, "", 0, []),
    (
        Door.COUNTER,
        "Nguyễn Thị Trình Diễn",
        "Tôi không đồng ý với diện tích đo trong biên bản kiểm kê, đề nghị đo lại.",
        Track.COMPLAINT,
        "Diện tích đo trong biên bản kiểm kê",
        2,
        [],
    ),
    (
        Door.RECEPTION,
        "Trần Văn Trình Diễn",
        "Quyết định hỗ trợ chưa tính nhà bếp xây năm 2015.",
        Track.COMPLAINT,
        "Mức hỗ trợ chưa tính nhà bếp",
        9,
        [(Step.ACCEPT, {})],
    ),
    (
        Door.PHONE,
        "",
        "Nắp cống trước nhà văn hóa bị vỡ.",
        Track.FEEDBACK,
        "Nắp cống vỡ trước nhà văn hóa",
        8,
        [(Step.ANSWER, {"reply": "Phường đã thay nắp cống sáng nay."})],
    ),
]


def _grievances(year: Year) -> None:
    desk = year.ground.people[Role.GRIEVANCE_OFFICER]
    for door, name, text, track, summary, days, steps in GRIEVANCES:
        on = year.day(-days)
        row = Grievance(ward=year.ground.ward, door=door, name=name, text=text, received_on=on)
        row.address_line = "Phố Hoa Sữa" if name else ""
        row.receive(by=None if door == Door.PORTAL else desk)
        if track:
            row.sort(by=desk, track=track, summary=summary)
        for step, facts in steps:
            row.take(step, by=desk, on=year.today, **facts)


def _report(year: Year) -> None:
    standard = PaperStandard.objects.filter(ward=year.ground.ward, branch="party").valid_on(year.today).get()
    report = Report(
        ward=year.ground.ward,
        campaign=year.campaign,
        kind=ReportKind.MONTH,
        first_on=year.today.replace(day=1),
        on=year.today,
        title=f"kết quả công tác dân vận tháng {year.today:%m} năm {year.today.year} (trình diễn)",
        body=year.unit("dang-uy"),
        standard=standard,
        header="Đảng bộ thành phố",
        symbol_suffix="BC/ĐU",
        place="Long Biên",
        authority="T/M Đảng ủy",
        signer_title="Bí thư",
        recipients="Thành ủy\nThường trực Đảng ủy\nLưu Văn thư",
        state=ReportState.DRAFT,
    )
    words = {
        SectionCode.SITUATION.value: ["Các đơn vị triển khai đúng kế hoạch, còn chậm ở khâu ban hành nghị quyết"],
        SectionCode.NEXT.value: ["Trả lời dứt điểm câu hỏi của các hộ", "Kiểm tra các mô hình đã đăng ký"],
    }
    report.write(by=year.officer, words=words)
    waits, left = (copy(report) for _number in range(2))
    last = span_of("month", year.today).before
    left.first_on, left.on = last.first, last.last
    left.title = f"kết quả công tác dân vận tháng {last.last:%m} năm {last.last.year} (trình diễn)"
    waits.kind, waits.first_on, waits.on = ReportKind.FREE, year.day(-7), year.day(-1)
    waits.title = "kết quả tuần qua thực hiện chủ đề năm Dân vận khéo (trình diễn)"
    clerk, leader = year.ground.people[Role.RECORDS_CLERK], year.ground.people[Role.LEADERSHIP]
    for row in (left, waits):
        row.pk, row._state.adding = None, True
        row.write(by=year.officer, words=words)
        row.hand_in(by=year.officer)
        row.pass_check(by=clerk)
    paper, figures = freeze(left, Scope(ward=year.ground.ward, campaign=year.campaign))
    left.sign(by=leader, paper=paper, figures=figures)
    left.give_number(by=clerk, on=year.today)
    left.send(by=clerk, on=year.today)
