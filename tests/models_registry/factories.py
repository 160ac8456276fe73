"""Rows of the registry for tests."""

import datetime
import io
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Unit, User
from campaigns.models import Campaign
from core.models import today
from models_registry.models import Contest, ContestEntry, MobilizationModel, OfficialField, ThemeField

_number = count(1)


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


def photo(name: str = "anh.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def paper(name: str = "nghi-quyet.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 thu", "application/pdf")
