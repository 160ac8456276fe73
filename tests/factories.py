"""Rows for tests, one function per model of the lower floors. Everything is invented."""

import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.choices import Branch, Role
from accounts.models import Membership, Unit, UnitKind, User, Ward
from campaigns.choices import CampaignState, Direction, DocumentState, UndertakingKind
from campaigns.models import Campaign, CampaignFocus, Document, DocumentKind, Task, Undertaking
from core.models import today

_number = count(7001)  # far from the numbers that tests type


def worked(day: datetime.date, step: int = 1) -> datetime.date:
    """The day, or the next one (step -1: the one before) that is no weekend: due days on others are asked about."""
    while day.weekday() > 4:
        day += datetime.timedelta(days=step)
    return day


def ward(**fields: Any) -> Ward:
    n = next(_number)
    return Ward.objects.create(
        **{"name": f"Phường Thử {n}", "slug": f"phuong-thu-{n}", "valid_from": "2020-01-01"} | fields
    )


def kind(ward: Ward, branch: str = Branch.PARTY, **fields: Any) -> UnitKind:
    found = UnitKind.objects.filter(ward=ward, branch=branch, **fields).first()
    code = f"loai-{next(_number)}"
    return found or UnitKind.objects.create(**{"ward": ward, "branch": branch, "code": code, "label": code} | fields)


def unit(ward: Ward, name: str = "", branch: str = Branch.PARTY, **fields: Any) -> Unit:
    n = next(_number)
    defaults = {"name": name or f"Chi bộ thử {n}", "slug": f"don-vi-{n}", "valid_from": "2020-01-01"}
    return Unit.objects.create(**{"ward": ward, "kind": kind(ward, branch)} | defaults | fields)


def user(name: str = "", **fields: Any) -> User:
    n = next(_number)
    defaults = {"full_name": name or f"Người Thử {n}", "greeted_at": timezone.now()}  # not new here
    return User.objects.create_user(f"nguoi{n}", "mat-khau-thu-123", **defaults | fields)


def member(unit: Unit, role: str = Role.UNIT_HEAD, person: User | None = None, **fields: Any) -> User:
    """A person (new unless given) who holds the role in the unit."""
    person = person or user()
    Membership.objects.create(
        **{"ward": unit.ward, "unit": unit, "user": person, "role": role, "valid_from": "2020-01-01"} | fields
    )
    return person


def campaign(ward: Ward, **fields: Any) -> Campaign:
    day = today()
    defaults = {
        "year": day.year,
        "theme": "Năm Dân vận khéo thử",
        "opens_on": day - datetime.timedelta(days=100),
        "closes_on": day + datetime.timedelta(days=200),
        "state": CampaignState.OPEN,
    }
    row = Campaign(ward=ward, **defaults | fields)
    row.start(by=None, on=row.opens_on)
    return row


def undertaking(campaign: Campaign, kind: str = UndertakingKind.OTHER, **fields: Any) -> Undertaking:
    n = next(_number)
    row = Undertaking.objects.create(
        **{"ward": campaign.ward, "kind": kind, "name": f"Công trình {n}", "slug": f"cong-trinh-{n}"}
        | {"valid_from": "2020-01-01"}
        | fields
    )
    CampaignFocus.objects.create(ward=campaign.ward, campaign=campaign, undertaking=row)
    return row


def document_kind(ward: Ward, code: str = "KH", **fields: Any) -> DocumentKind:
    row, _created = DocumentKind.objects.get_or_create(ward=ward, code=code, defaults={"label": "Kế hoạch"} | fields)
    return row


def document(campaign: Campaign, issuer: Unit, **fields: Any) -> Document:
    n = next(_number)
    defaults = {
        "direction": Direction.OUT,
        "kind": document_kind(campaign.ward),
        "number": n,
        "symbol": f"{n}-KH/ĐU",
        "dated_on": today(),
        "summary": f"Kế hoạch thử {n}",
        "state": DocumentState.ISSUED,
    }
    row = Document(ward=campaign.ward, campaign=campaign, issuer=issuer, **defaults | fields)
    row.start(by=None, on=row.dated_on)
    return row


def task(campaign: Campaign, lead_unit: Unit, **fields: Any) -> Task:
    defaults = {"title": f"Nhiệm vụ thử {next(_number)}", "due_on": today() + datetime.timedelta(days=5)}
    row = Task(ward=campaign.ward, campaign=campaign, lead_unit=lead_unit, **defaults | fields)
    row.start(by=None, on=today())
    return row
