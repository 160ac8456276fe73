import datetime
from typing import Any

from accounts.choices import Branch
from campaigns.models import PaperStandard
from core.models import today
from reports.models import Report
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
