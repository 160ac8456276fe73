import datetime
from typing import Any

from accounts.choices import Branch
from campaigns.models import Document, PaperStandard
from core.figures import Scope
from core.models import today
from reports.models import Report
from reports.narrative import freeze
from tests.factories import document_kind
from tests.world import World


def standard(world: World, **fields: Any) -> PaperStandard:
    defaults = {"branch": Branch.PARTY, "valid_from": datetime.date(2020, 1, 1), "sizes": {}}
    row, _new = PaperStandard.objects.get_or_create(ward=world.ward, code="36-HD", defaults=defaults | fields)
    return row


def report(world: World, **fields: Any) -> Report:
    row = Report(
        ward=world.ward,
        body=world.committee,
        standard=standard(world),
        **{
            "campaign": world.campaign,
            "on": today(),
            "title": "kết quả thử",
            "place": "Sông Hồng",
            "symbol_suffix": "BC/ĐU",
        }
        | fields,
    )
    row.start(by=None)
    return row


def handed_in(world: World, **fields: Any) -> Report:
    row = report(world, **fields)
    row.hand_in(by=world.campaign_officer)
    return row


def checked(world: World, **fields: Any) -> Report:
    row = handed_in(world, **fields)
    row.pass_check(by=world.records_clerk)
    return row


def signed(world: World, **fields: Any) -> Report:
    row = checked(world, **fields)
    paper, figures = freeze(row, Scope(ward=world.ward, campaign=row.campaign))
    row.sign(by=world.leadership, paper=paper, figures=figures)
    return row


def numbered(world: World, **fields: Any) -> Report:
    row = signed(world, **fields)
    document_kind(world.ward, code="BC", label="Báo cáo")
    row.give_number(by=world.records_clerk, number=Document.objects.count() + 1, on=today())
    return row


def sent(world: World, **fields: Any) -> Report:
    """A report that went the whole way, with the number it bears."""
    row = numbered(world, **fields)
    row.send(by=world.records_clerk, on=today())
    return row


def withdrawn(world: World, **fields: Any) -> Report:
    row = sent(world, **fields)
    row.withdraw(by=world.leadership, reason="sai số hộ")
    return row
