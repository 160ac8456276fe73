import datetime
from typing import Any

from accounts.choices import Branch
from campaigns.models import Document, PaperStandard
from core.figures import Scope
from core.models import today
from reports.models import Report
from reports.narrative import compose
from tests.factories import document_kind
from tests.world import World


def standard(world: World, **fields: Any) -> PaperStandard:
    defaults = {"branch": Branch.PARTY, "valid_from": datetime.date(2020, 1, 1), "sizes": {}}
    row, _new = PaperStandard.objects.get_or_create(ward=world.ward, code="36-HD", defaults=defaults | fields)
    return row


def report(world: World, **fields: Any) -> Report:
    row = Report(
        ward=world.ward,
        campaign=world.campaign,
        on=today(),
        body=world.committee,
        standard=standard(world),
        **{"title": "kết quả thử", "place": "Sông Hồng", "symbol_suffix": "BC/ĐU"} | fields,
    )
    row.start(by=None)
    return row


def sent(world: World, **fields: Any) -> Report:
    """A report that has left, with the number it bears."""
    row = report(world, **fields)
    document_kind(world.ward, code="BC", label="Báo cáo")
    scope = Scope(ward=world.ward, campaign=row.campaign)
    number = Document.objects.count() + 1
    row.send(by=world.campaign_officer, number=number, on=today(), paper=lambda document: compose(row, scope, document))
    return row
