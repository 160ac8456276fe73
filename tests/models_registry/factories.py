"""Rows of the registry for tests."""

import datetime
import io
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Unit, User
from campaigns.models import Campaign
from core.files import accept
from core.models import today
from models_registry import upward
from models_registry.models import (
    Appraisal,
    Assessment,
    Contest,
    ContestEntry,
    Judging,
    MobilizationModel,
    OfficialField,
    Proposal,
    Rubric,
    SentTable,
    ThemeField,
)

_number = count(7001)  # far from the numbers that tests type


def official_field(ward: Any, code: str = "van-hoa-xa-hoi") -> OfficialField:
    defaults = {"label": "Văn hóa, xã hội", "valid_from": "2020-01-01"}
    return OfficialField.objects.get_or_create(ward=ward, code=code, defaults=defaults)[0]


def theme_field(campaign: Campaign, code: str = "chinh-trang", label: str = "Chỉnh trang đô thị") -> ThemeField:
    defaults = {"label": label, "official_field": official_field(campaign.ward)}
    return ThemeField.objects.get_or_create(ward=campaign.ward, campaign=campaign, code=code, defaults=defaults)[0]


def target(**fields: Any) -> dict[str, Any]:
    due_on = today() + datetime.timedelta(days=30)
    return {"name": "Hộ ký cam kết", "target": 12, "unit_of_measure": "hộ", "due_on": due_on} | fields


def draft(campaign: Campaign, unit: Unit, by: User, **fields: Any) -> MobilizationModel:
    """A draft that may be sent."""
    registration = MobilizationModel(ward=campaign.ward, campaign=campaign, unit=unit)
    said = {
        "title": f"Khéo trong việc thử {next(_number)}",
        "approach": "Mỗi tổ nhận một đoạn đường.",
        "theme_field": fields.get("theme_field") or theme_field(campaign),
    }
    registration.save_draft(by=by, fields=said | fields, targets=[target()])
    return registration


def submitted(
    campaign: Campaign, unit: Unit, by: User, on: datetime.date | None = None, **fields: Any
) -> MobilizationModel:
    registration = draft(campaign, unit, by, **fields)
    registration.submit(by=by, on=on)
    return registration


def accepted(
    campaign: Campaign, unit: Unit, by: User, officer: User, on: datetime.date | None = None, **fields: Any
) -> MobilizationModel:
    registration = submitted(campaign, unit, by, on, **fields)
    registration.accept(by=officer, on=on)
    return registration


def contest(campaign: Campaign, by: User, **fields: Any) -> Contest:
    row = Contest(**{"ward": campaign.ward, "campaign": campaign, "name": "Viết về Dân vận khéo"} | fields)
    row.save_details(by=by)
    return row


def entry(contest: Contest, unit: Unit, by: User, **fields: Any) -> ContestEntry:
    row = ContestEntry(
        **{"ward": contest.ward, "contest": contest, "unit": unit, "title": f"Bài thử {next(_number)}"} | fields
    )
    row.save_details(by=by)
    return row


def handed_in(campaign: Campaign, unit: Unit, by: User, text: str = "Phố sạch", **fields: Any) -> ContestEntry:
    """The first version of an entry that came through the portal, with one picture."""
    of = Contest.objects.filter(campaign=campaign, takes="either").first() or contest(campaign, by, takes="either")
    row = entry(of, unit, by, **fields)
    row.keep_draft(by=by, author_name=row.author_name or "Nguyễn Thử", text=text, pictures=[accept(photo())])
    row.hand_in(by=by)
    return row


def photo(name: str = "anh.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def paper(name: str = "nghi-quyet.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 thu", "application/pdf")


# ---- appraisal ----------------------------------------------------------------------------------------
def rubric(ward: Any, by: User, **fields: Any) -> Rubric:
    """The edition that is valid; the first time it is put in force."""
    said = {
        "name": "Bộ tiêu chí thử",
        "source": "Hướng dẫn thử",
        "valid_from": today() - datetime.timedelta(days=30),
        "criteria": [("Kết quả so với chỉ tiêu", Decimal(60)), ("Bền vững", Decimal(40))],
        "bands": [("Tốt", Decimal(80)), ("Chưa đạt", Decimal(0))],
    }
    return Rubric.objects.filter(ward=ward).first() or Rubric.put_in_force(ward, by=by, **said | fields)


def proof(registration: MobilizationModel) -> dict[str, Any]:
    """What a self-assessment needs: words, a number for each target, a photo."""
    values = {target: Decimal(11) for target in registration.targets.all()}
    return {"summary": "Đã vận động 11 hộ; khó vì mưa.", "values": values, "evidence": [accept(photo())]}


def self_assessed(campaign: Campaign, unit: Unit, by: User, officer: User, **fields: Any) -> MobilizationModel:
    registration = accepted(campaign, unit, by, officer, **fields)
    registration.self_assess(by=by, **proof(registration))
    return registration


def opened(registration: MobilizationModel, officer: User, people: list[User]) -> Appraisal:
    """The appraisal of a model that assessed itself."""
    rubric(registration.ward, officer)
    registration.open_review(by=officer, people=people, due_on=today() + datetime.timedelta(days=5))
    return registration.appraisals.get(ended_on=None)


def hand_in(appraisal: Appraisal, person: User, *points: int, reason: str = "Thiếu minh chứng") -> Assessment:
    sheet = appraisal.assessments.get(assessor=person)
    given = zip(appraisal.rubric.all_criteria, points, strict=True)
    sheet.hand_in(by=person, scores={c: (Decimal(p), "" if p == c.most else reason) for c, p in given})
    return sheet


def hand_in_all(registration: MobilizationModel) -> None:
    """Full points of whoever still owes them."""
    for sheet in Assessment.objects.filter(appraisal__mobilization_model=registration).owed():
        sheet.hand_in(by=sheet.assessor, scores={c: (c.most, "") for c in sheet.appraisal.rubric.all_criteria})


def decision(**fields: Any) -> dict[str, Any]:
    return {"outcome": "recognised", "number": "15-QĐ/ĐU", "decided_on": today()} | fields


def concluded(campaign: Campaign, unit: Unit, by: User, officer: User, people: list[User]) -> MobilizationModel:
    """Scored by the people and recognised."""
    registration = self_assessed(campaign, unit, by, officer)
    opened(registration, officer, people)
    hand_in_all(registration)
    registration.conclude(by=officer, **decision())
    return registration


# ---- tables for the superior --------------------------------------------------------------------------
def proposed(registration: MobilizationModel, by: User, **fields: Any) -> Proposal:
    said = {"kind": "commendation", "praise": "Giấy khen", "level": "ward", "achievement": "11/12 hộ ký cam kết."}
    row = Proposal(ward=registration.ward, mobilization_model=registration, **said | fields)
    row.enter(by=by)
    return row


def sent_table(campaign: Campaign, by: User, **fields: Any) -> SentTable:
    said = {"table": "list", "on": today(), "sent_to": "Quận ủy"} | fields
    row = SentTable(ward=campaign.ward, campaign=campaign, **said)
    upward.send(row, by=by)
    return row


# ---- judging ------------------------------------------------------------------------------------------
def judging(campaign: Campaign, officer: User, judges: list[User], **settings: Any) -> Judging:
    """Of the approved entries of the year's contest, every copy looked through."""
    newest = Contest.objects.filter(campaign=campaign, takes="either").first()
    row = Judging(ward=campaign.ward, contest=newest)
    said = {"points_most": 10, "due_on": today() + datetime.timedelta(days=9), "chief": None}
    row.save_details(by=officer, judges=judges, **said | {"prizes": [("Giải nhất", 1)]} | settings)
    for copy in row.copies.all():
        copy.clear(by=officer, title=copy.title, text=copy.text)
    return row
