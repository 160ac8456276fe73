"""The closed year 2022: only the facts of a public article of 12/04/2022.

Where a fact needs rows that the article does not describe (which unit registered which model, the households, the day
of the session), the rows are filled with text that says so: "giả định" is "assumed".
"""

import datetime

from accounts.models import Unit
from beautification.choices import CleanupState, Exactness, TurnoutSource
from beautification.models import Cleanup, CleanupSeries, CleanupTurnout, Street
from campaigns.choices import CampaignState, Direction, DocumentState, MeetingKind, MeetingState, UndertakingKind
from campaigns.models import (
    Campaign,
    CampaignFocus,
    Document,
    Meeting,
    MeetingInvitee,
    PaperStandard,
    Undertaking,
)
from clearance.choices import DialogueState, InvitationState, Outreach, PartyKind, Purpose, Shape, VisitOutcome
from clearance.models import (
    Dialogue,
    Household,
    HouseholdParty,
    Invitation,
    Party,
    Project,
    Representation,
    TeamAssignment,
    Visit,
    VisitCompanion,
)
from models_registry.choices import EntryState, ModelState, SubjectType
from models_registry.models import Contest, ContestEntry, MobilizationModel, OfficialField, ThemeField
from publicity.choices import ArticleState
from publicity.models import Article, ArticleCategory, ViewReading
from reports.choices import ReportKind, ReportState, SectionCode
from reports.models import Report
from wardportal.demonstration.ward import SINCE, Ground, at

THEME = "Năm Dân vận khéo, trọng tâm công tác giải phóng mặt bằng và chỉnh trang đô thị"
DAY = datetime.date(2022, 4, 12)
ASSUMED = "giả định"

# Field of the theme -> official field, models of collectives, models of individuals.
FIELDS = [
    ("urban_beautification", "Chỉnh trang đô thị", "van-hoa-xa-hoi", 5, 1),
    ("land_clearance", "Giải phóng mặt bằng", "kinh-te", 5, 1),
    ("tax_arrears", "Thu thuế nợ đọng", "kinh-te", 2, 0),
    ("herd_reduction", "Giảm đàn", "kinh-te", 1, 0),
    ("environment", "Môi trường", "van-hoa-xa-hoi", 1, 0),
]
NEXT_TASKS = [
    "Tiếp tục tuyên truyền chủ đề năm",
    "Tăng cường kiểm tra, giám sát, đôn đốc việc thực hiện các mô hình đã đăng ký",
    "Biểu dương, khen thưởng và nhân rộng các mô hình tốt",
]


def load(ground: Ground) -> None:
    campaign = Campaign(
        ward=ground.ward,
        year=2022,
        theme=THEME,
        superior=ground.unit("quan-uy"),
        opens_on=datetime.date(2022, 1, 1),
        closes_on=datetime.date(2022, 12, 31),
        state=CampaignState.OPEN,
    )
    campaign.start(by=None, on=campaign.opens_on)
    documents = _documents(ground, campaign)
    _session(ground, campaign, documents[82])
    _models(ground, campaign)
    _clearance(ground, campaign)
    _street(ground, campaign)
    _contest(ground, campaign, documents)
    _article(ground, campaign)
    _report(ground, campaign)
    campaign.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=None, on=campaign.closes_on)


def _documents(ground: Ground, campaign: Campaign) -> dict[int, Document]:
    superior, committee = ground.unit("quan-uy"), ground.unit("dang-uy")
    found: dict[int, Document] = {}

    def add(
        number: int, symbol: str, day: datetime.date, issuer: Unit, code: str, summary: str, carries: int = 0
    ) -> None:
        is_own = issuer == committee
        document = Document(
            ward=ground.ward,
            campaign=campaign,
            direction=Direction.OUT if is_own else Direction.IN,
            kind=ground.kind(code),
            issuer=issuer,
            number=number,
            symbol=symbol,
            symbol_inferred=is_own,
            dated_on=day,
            summary=summary,
            carries_out=found.get(carries),
            state=DocumentState.ISSUED,
        )
        document.start(by=None, on=day)
        found[number] = document

    add(90, "90-KH/QU", datetime.date(2022, 1, 14), superior, "KH", f"Thực hiện chủ đề “{THEME}” năm 2022")
    add(82, "82-KH/ĐU", datetime.date(2022, 1, 26), committee, "KH", f"Thực hiện chủ đề “{THEME}” năm 2022", 90)
    add(103, "103-KH/QU", datetime.date(2022, 2, 7), superior, "KH", "Tổ chức cuộc thi viết về điển hình Dân vận khéo")
    add(
        92,
        "92-CV/ĐU",
        datetime.date(2022, 2, 15),
        committee,
        "CV",
        "Phân bổ bài dự thi viết về điển hình Dân vận khéo",
        103,
    )
    return found


def _session(ground: Ground, campaign: Campaign, plan: Document) -> None:
    meeting = Meeting.objects.create(
        ward=ground.ward,
        campaign=campaign,
        kind=MeetingKind.DISSEMINATION,
        title="Hội nghị quán triệt kế hoạch năm Dân vận khéo 2022",
        held_on=datetime.date(2022, 1, 28),
        place=f"ngày họp {ASSUMED}, bài viết không ghi",
        document=plan,
        state=MeetingState.HELD,
    )
    for group in [
        "Ban Chấp hành Đảng bộ phường",
        "Cơ quan Ủy ban nhân dân phường",
        "Mặt trận Tổ quốc phường",
        "Các đoàn thể",
        "Các chi bộ tổ dân phố",
    ]:
        MeetingInvitee.objects.create(ward=ground.ward, meeting=meeting, group=group)


def _models(ground: Ground, campaign: Campaign) -> None:
    officials = {field.code: field for field in OfficialField.objects.filter(ward=ground.ward)}
    units = [ground.unit(slug) for slug in _registrants()]
    number = 0
    for order, (code, label, official, collectives, individuals) in enumerate(FIELDS):
        field = ThemeField.objects.create(
            ward=ground.ward, campaign=campaign, code=code, label=label, official_field=officials[official], order=order
        )
        for index in range(collectives + individuals):
            number += 1
            is_person = index >= collectives
            model = MobilizationModel(
                ward=ground.ward,
                campaign=campaign,
                code=f"MH-2022-{number:02d}",
                title=f"Mô hình {ASSUMED} số {number:02d}: {label.lower()}",
                subject=SubjectType.INDIVIDUAL if is_person else SubjectType.COLLECTIVE,
                person_name=f"Cá nhân {ASSUMED} {index - collectives + 1}" if is_person else None,
                unit=units[(number - 1) % len(units)],
                theme_field=field,
                approach=f"Nội dung {ASSUMED}: bài viết chỉ nêu số lượng theo lĩnh vực.",
                state=ModelState.SUBMITTED,
            )
            model.start(by=None, on=datetime.date(2022, 2, 1) + datetime.timedelta(days=number))
            accepted = datetime.date(2022, 2, 25) + datetime.timedelta(days=number)
            model.move(ModelState.ACTIVE, since=[ModelState.SUBMITTED], by=None, on=accepted)


def _registrants() -> list[str]:
    return ["mttq", "phu-nu", "cuu-chien-binh", "doan-thanh-nien", "nong-dan", "ubnd"] + [
        f"chi-bo-{number}" for number in range(1, 11)
    ]


def _undertaking(ground: Ground, campaign: Campaign, kind: str, name: str, slug: str, label: str) -> Undertaking:
    row = Undertaking.objects.create(
        ward=ground.ward,
        kind=kind,
        name=name,
        slug=slug,
        valid_from=campaign.opens_on,
        valid_to=campaign.closes_on,
    )
    CampaignFocus.objects.create(ward=ground.ward, campaign=campaign, undertaking=row, label=label)
    return row


def _clearance(ground: Ground, campaign: Campaign) -> None:
    focus = "Giải phóng mặt bằng"
    for name, slug, has_list in [("Dự án E6HT", "e6ht", False), ("Dự án cụm trường học", "cum-truong-hoc", True)]:
        undertaking = _undertaking(ground, campaign, UndertakingKind.CLEARANCE, name, slug, focus)
        project = Project.objects.create(
            ward=ground.ward,
            undertaking=undertaking,
            name=name,
            slug=slug,
            shape=Shape.WARD_CARRIES,
            host=ground.unit("quan-uy"),
            has_household_list=has_list,
        )
        if has_list:
            _households(ground, project)


def _households(ground: Ground, project: Project) -> None:
    team, superior_team = ground.unit("to-dan-van"), ground.unit("to-gpmb-quan")
    dialogue = Dialogue.objects.create(
        ward=ground.ward, project=project, host=ground.unit("quan-uy"), state=DialogueState.PLANNED
    )
    for number in range(1, 30):
        household = Household.objects.create(
            ward=ground.ward,
            project=project,
            number=number,
            address_line=f"Thửa {ASSUMED} số {number:02d}",
            outreach=Outreach.MET,
        )
        party = Party.objects.create(ward=ground.ward, kind=PartyKind.HOUSEHOLD, name=f"Hộ {ASSUMED} {number:02d}")
        HouseholdParty.objects.create(ward=ground.ward, household=household, party=party)
        Representation.objects.create(
            ward=ground.ward, household=household, party=party, valid_from=project.undertaking.valid_from
        )
        TeamAssignment.objects.create(
            ward=ground.ward,
            household=household,
            team=team,
            valid_from=datetime.date(2022, 3, 1),
            valid_to=datetime.date(2022, 12, 31),
        )
        visited_at = at(datetime.date(2022, 3, 21) + datetime.timedelta(days=number // 2), 9)
        visit = Visit.objects.create(
            ward=ground.ward,
            household=household,
            purpose=Purpose.DELIVER_INVITATION,
            visited_at=visited_at,
            outcome=VisitOutcome.MET_FAMILY,
            note=f"Ngày và người gặp {ASSUMED}; bài viết chỉ nêu 29 hộ được đến nhà giao giấy mời.",
            team=team,
        )
        VisitCompanion.objects.create(ward=ground.ward, visit=visit, unit=superior_team)
        Invitation.to(
            dialogue,
            household=household,
            state=InvitationState.TAKEN_BY_FAMILY,
            delivered_at=visited_at,
            delivered_in=visit,
            receiver=f"người nhà ({ASSUMED})",
        ).save()


def _street(ground: Ground, campaign: Campaign) -> None:
    undertaking = _undertaking(ground, campaign, UndertakingKind.STREET, "Phố Trạm", "pho-tram", "Chỉnh trang đô thị")
    street = Street.objects.create(
        ward=ground.ward,
        undertaking=undertaking,
        name="Phố Trạm",
        slug="pho-tram",
        lead_unit=ground.unit("mttq"),
        registered_with=ground.unit("quan-uy"),
    )
    saturday = datetime.date(2022, 4, 9)
    series = CleanupSeries.objects.create(
        ward=ground.ward,
        street=street,
        rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=SA",
        starts_at=datetime.time(7),
        duration=datetime.timedelta(hours=2),
        first_on=saturday,
        until=campaign.closes_on,
    )
    cleanup = Cleanup(
        ward=ground.ward, series=series, street=street, original_on=saturday, on=saturday, starts_at=series.starts_at
    )
    cleanup.start(by=None, on=saturday)
    CleanupTurnout.objects.create(
        ward=ground.ward, cleanup=cleanup, source=TurnoutSource.ESTIMATE, exactness=Exactness.NEARLY, count=100
    )
    cleanup.move(
        CleanupState.DONE,
        since=[CleanupState.PLANNED],
        by=None,
        on=saturday,
        closed_at=at(saturday, 10),
        closed_by=ground.officer,
    )


def _contest(ground: Ground, campaign: Campaign, documents: dict[int, Document]) -> None:
    contest = Contest.objects.create(
        ward=ground.ward,
        campaign=campaign,
        name="Cuộc thi viết về điển hình Dân vận khéo năm 2022",
        ordered_by=documents[103],
        shared_out_by=documents[92],
    )
    for number, slug in enumerate(["mttq", "chi-bo-1", "chi-bo-3"], start=1):
        entry = ContestEntry(
            ward=ground.ward,
            contest=contest,
            unit=ground.unit(slug),
            title=f"Bài dự thi {ASSUMED} số {number}",
            state=EntryState.SUBMITTED,
        )
        entry.start(by=None, on=datetime.date(2022, 3, 20))
        if number == 3:
            entry.move(EntryState.REVISING, since=[EntryState.SUBMITTED], by=None, on=datetime.date(2022, 4, 1))
            continue
        entry.move(EntryState.APPROVED, since=[EntryState.SUBMITTED], by=None, on=datetime.date(2022, 3, 28))
        sent_on = datetime.date(2022, 4, 4)
        entry.move(EntryState.SENT, since=[EntryState.APPROVED], by=None, on=sent_on, sent_on=sent_on)


def _article(ground: Ground, campaign: Campaign) -> None:
    own = {"code": "bai-viet-chuyen-sau", "label": "Bài viết chuyên sâu", "order": 7, "valid_from": SINCE}
    category = ArticleCategory.objects.create(ward=ground.ward, **own)
    article = Article(
        ward=ground.ward,
        campaign=campaign,
        title="Kết quả bước đầu thực hiện chủ đề năm Dân vận khéo 2022",
        slug="ket-qua-buoc-dau-nam-dan-van-kheo-2022",
        category=category,
        body="Toàn văn ở trang của phường ngày 12/04/2022; cổng này chỉ giữ các số liệu của bài.",
        published_at=at(DAY, 13, 27),
        state=ArticleState.PUBLISHED,
    )
    article.start(by=None, on=DAY)
    ViewReading.objects.create(
        ward=ground.ward, article=article, value=139, read_on=DAY, source="Bộ đếm lượt xem trên trang của phường"
    )


def _report(ground: Ground, campaign: Campaign) -> None:
    report = Report(
        ward=ground.ward,
        campaign=campaign,
        kind=ReportKind.DAY,
        on=DAY,
        title=f"kết quả bước đầu thực hiện chủ đề “{THEME}” năm 2022",
        body=ground.unit("dang-uy"),
        standard=PaperStandard.objects.get(ward=ground.ward, code="36-HD/VPTW"),
        header="Đảng bộ quận Long Biên",
        symbol_suffix="BC/ĐU",
        place="Long Biên",
        authority="T/M Đảng ủy",
        signer_title="Bí thư",
        recipients="Quận ủy Long Biên\nThường trực Đảng ủy\nLưu Văn thư",
        state=ReportState.DRAFT,
    )
    report.start(by=None, on=DAY)
    report.replace_sections({SectionCode.NEXT.value: NEXT_TASKS})
