"""The ward's units, people and reference data, shared by both years. All people are invented."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.choices import Branch, DutyCode, Role
from accounts.models import Duty, Membership, Unit, UnitKind, User, Ward
from campaigns.models import DocumentKind, NumberPeriod
from campaigns.models.papers import enter_usual_papers
from models_registry.models import OfficialField
from publicity.models import take_over_usual
from wardportal.demonstration import PASSWORD, PEOPLE

SINCE = datetime.date(2020, 1, 1)

KINDS = [
    ("dang-uy", "Đảng ủy", Branch.PARTY),
    ("khoi-dan-van", "Khối Dân vận", Branch.PARTY),
    ("chi-bo", "Chi bộ", Branch.PARTY),
    ("ubnd", "Ủy ban nhân dân", Branch.GOVERNMENT),
    ("mat-tran", "Mặt trận Tổ quốc", Branch.FRONT),
    ("doan-the", "Đoàn thể chính trị - xã hội", Branch.ASSOCIATION),
    ("to-dan-pho", "Tổ dân phố", Branch.RESIDENTIAL),
    ("to-cong-tac", "Tổ công tác", Branch.TEAM),
    ("ngoai-phuong", "Cơ quan ngoài phường", Branch.OUTSIDE),
]
# The terms in which Party bodies number their papers. Invented days.
TERMS = [
    ("2020-2025", SINCE, datetime.date(2025, 6, 30)),
    ("2025-2030", datetime.date(2025, 7, 1), None),
]
FIELDS = [
    ("kinh-te", "Kinh tế"),
    ("van-hoa-xa-hoi", "Văn hóa - xã hội"),
    ("quoc-phong-an-ninh", "Quốc phòng - an ninh"),
    ("he-thong-chinh-tri", "Xây dựng hệ thống chính trị"),
]


@dataclass
class Ground:
    """What both years stand on: the ward, its units by address, its people by role."""

    ward: Ward
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def unit(self, slug: str) -> Unit:
        return self.units[slug]

    def kind(self, code: str) -> DocumentKind:
        return DocumentKind.objects.get(ward=self.ward, code=code)

    @property
    def officer(self) -> User:
        return self.people[Role.CAMPAIGN_OFFICER]

    @property
    def head(self) -> User:
        return self.people[Role.UNIT_HEAD]


def lay() -> Ground:
    ground = Ground(Ward.objects.create(name="Phường Long Biên", slug="long-bien", valid_from=SINCE))
    _reference(ground)
    _units(ground)
    _people(ground)
    return ground


def _reference(ground: Ground) -> None:
    ward = ground.ward
    for order, (code, label, branch) in enumerate(KINDS):
        UnitKind.objects.create(ward=ward, code=code, label=label, branch=branch, order=order)
    enter_usual_papers(ward)
    for code, label in FIELDS:
        OfficialField.objects.create(ward=ward, code=code, label=label, valid_from=SINCE)
    take_over_usual(ward, by=None)


def _units(ground: Ground) -> None:
    kinds = {kind.code: kind for kind in UnitKind.objects.filter(ward=ground.ward)}

    def add(slug: str, name: str, kind: str, parent: str = "", **fields: object) -> None:
        ground.units[slug] = Unit.objects.create(
            ward=ground.ward,
            slug=slug,
            name=name,
            kind=kinds[kind],
            parent=ground.units.get(parent),
            valid_from=SINCE,
            **fields,
        )

    add("quan-uy", "Quận ủy Long Biên", "ngoai-phuong", is_outside=True)
    add("to-gpmb-quan", "Tổ công tác giải phóng mặt bằng quận", "ngoai-phuong", is_outside=True)
    add("thanh-uy", "Thành ủy", "ngoai-phuong", is_outside=True)
    add("dang-uy", "Đảng ủy phường Long Biên", "dang-uy")
    add("khoi-dan-van", "Khối Dân vận Đảng ủy", "khoi-dan-van", "dang-uy")
    add("ubnd", "Ủy ban nhân dân phường Long Biên", "ubnd")
    add("mttq", "Mặt trận Tổ quốc phường", "mat-tran")
    for slug, name in [
        ("phu-nu", "Hội Phụ nữ phường"),
        ("cuu-chien-binh", "Hội Cựu chiến binh phường"),
        ("doan-thanh-nien", "Đoàn Thanh niên phường"),
        ("nong-dan", "Hội Nông dân phường"),
    ]:
        add(slug, name, "doan-the")
    for number in range(1, 11):
        add(f"chi-bo-{number}", f"Chi bộ {number}", "chi-bo", "dang-uy")
    for number in range(1, 11):
        add(f"to-dan-pho-{number}", f"Tổ dân phố {number}", "to-dan-pho")
    add("to-dan-van", "Tổ dân vận phường", "to-cong-tac")
    add("to-dan-van-2", "Tổ dân vận số 2", "to-cong-tac")
    for code, slug in [
        (DutyCode.MOBILIZATION_OFFICE, "khoi-dan-van"),
        (DutyCode.RECORDS, "dang-uy"),
        (DutyCode.EDITORIAL_BOARD, "ubnd"),
        (DutyCode.GRIEVANCE_DESK, "ubnd"),
    ]:
        Duty.objects.create(ward=ground.ward, code=code, unit=ground.unit(slug), valid_from=SINCE)
    for slug, unit in ground.units.items():
        if slug in {"dang-uy", "thanh-uy"} or slug.startswith("chi-bo"):
            for label, first, last in TERMS:
                term = {"label": f"Nhiệm kỳ {label}", "valid_from": first, "valid_to": last}
                NumberPeriod.objects.create(ward=ground.ward, issuer=unit, **term)


SEATS = {
    Role.ADMINISTRATOR: "ubnd",
    Role.LEADERSHIP: "dang-uy",
    Role.CAMPAIGN_OFFICER: "khoi-dan-van",
    Role.RECORDS_CLERK: "dang-uy",
    Role.CLEARANCE_OFFICER: "ubnd",
    Role.GRIEVANCE_OFFICER: "ubnd",
    Role.MEDIA_OFFICER: "ubnd",
    Role.UNIT_HEAD: "chi-bo-7",
    Role.FIELD_MEMBER: "to-dan-van",
    Role.SUPERVISOR: "mttq",
    Role.SUPERIOR_VIEWER: "thanh-uy",
}
# More heads of units, so that messages and lists have somebody to name. Invented.
HEADS = [
    ("chi-bo-1", "Nguyễn Đình Phúc"),
    ("chi-bo-3", "Lưu Thị Kim Oanh"),
    ("chi-bo-8", "Trần Văn Khánh"),
    ("chi-bo-9", "Mai Xuân Trường"),
    ("phu-nu", "Đặng Thị Mỹ Hạnh"),
    ("cuu-chien-binh", "Tạ Quang Thắng"),
    ("doan-thanh-nien", "Phan Anh Tuấn"),
    ("mttq", "Cao Thị Ánh Tuyết"),
    ("ubnd", "Dương Văn Hòa"),
]


def _people(ground: Ground) -> None:
    for role, (username, name, position) in PEOPLE.items():
        person = User.objects.create_user(username, PASSWORD, full_name=name, email=f"{username}@phuong.example")
        ground.people[role] = person
        _seat(ground, person, SEATS[role], role, position)
    for number, (slug, name) in enumerate(HEADS):
        person = User.objects.create_user(f"donvi{number}", PASSWORD, full_name=name)
        _seat(ground, person, slug, Role.UNIT_HEAD, "Người đứng đầu đơn vị")


def _seat(ground: Ground, person: User, slug: str, role: str, position: str) -> None:
    Membership.objects.create(
        ward=ground.ward, user=person, unit=ground.unit(slug), role=role, position=position, valid_from=SINCE
    )


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of a day in the ward's time."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))
