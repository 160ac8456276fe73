"""Rows of this app for its tests; those of the campaign itself stand in tests/factories.py."""

import datetime
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Unit, Ward
from campaigns.choices import MeetingKind
from campaigns.models import Campaign, Document, DocumentRecipient, Meeting, PaperStandard, PlanItem
from core.files import Accepted, accept
from core.models import today
from tests import factories as make
from tests.world import World

_number = count(7001)  # far from the numbers that tests type


def upload(name: str = "bien-ban.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 test", content_type="application/pdf")


def accepted_file(name: str = "bien-ban.pdf") -> Accepted:
    return accept(upload(name))


def days_ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def superior_plan(world: World, **fields: Any) -> Document:
    day = fields.pop("dated_on", days_ago(60))
    kind = make.document_kind(world.ward)
    defaults = {"direction": "in", "kind": kind, "symbol": f"{next(_number)}-KH/QU", "dated_on": day}
    return make.document(world.campaign, world.superior, **defaults | fields)


def ward_plan(world: World, **fields: Any) -> Document:
    return make.document(world.campaign, world.committee, **{"dated_on": days_ago(50)} | fields)


def plan_item(document: Document, **fields: Any) -> PlanItem:
    n = next(_number)
    defaults = {"campaign": document.campaign, "text": f"Việc thứ {n} của kế hoạch", "order": n}
    return PlanItem.objects.create(ward=document.ward, document=document, **defaults | fields)


def recipient(document: Document, unit: Unit, **fields: Any) -> DocumentRecipient:
    defaults = {"must_issue_resolution": True}
    return DocumentRecipient.objects.create(ward=document.ward, document=document, unit=unit, **defaults | fields)


def meeting(campaign: Campaign, **fields: Any) -> Meeting:
    defaults = {"kind": MeetingKind.DISSEMINATION, "title": f"Hội nghị thử {next(_number)}"}
    row = Meeting(ward=campaign.ward, campaign=campaign, **defaults | fields)
    row.start(by=None, on=row.held_on)
    return row


def standards(ward: Ward) -> None:
    """The Party's two guidances and the State's decree, with their days."""
    for code, branch, first, last, sizes in [
        ("36-HD/VPTW", "party", "2018-04-03", "2026-05-26", {"kind": 16, "summary": 15}),
        ("05-HD/VPTW", "party", "2026-05-27", None, {"kind": 15, "summary": 14, "about_words": "Về việc"}),
        ("30/2020/NĐ-CP", "government", "2020-03-05", None, {}),
    ]:
        days = {"valid_from": first, "valid_to": last}
        PaperStandard.objects.get_or_create(ward=ward, code=code, defaults={"branch": branch, "sizes": sizes} | days)
