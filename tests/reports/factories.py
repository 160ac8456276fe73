import datetime
import io
from typing import Any, cast

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.choices import Branch
from campaigns.models import Document, PaperStandard
from core import tables
from core.figures import Scope
from core.models import today
from reports.models import FilledForm, Report, SuperiorForm, WardNumber
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


def superior_form(world: World, **fields: Any) -> SuperiorForm:
    """An empty workbook of one sheet, asked for by the superior."""
    book = openpyxl.Workbook()
    cast(Any, book.active)["A1"] = "Biểu tổng hợp"
    out = io.BytesIO()
    book.save(out)
    upload = tables.accept(SimpleUploadedFile("Biểu.xlsx", out.getvalue()))
    fields = {"ward": world.ward, "name": "Biểu tổng hợp", "asked_by": world.superior} | fields
    return SuperiorForm.bring_in(by=world.campaign_officer, upload=upload, former=None, **fields)


def filled_form(world: World) -> FilledForm:
    """Of a report that is still a draft."""
    values = [{"sheet": "Sheet", "cell": "B3", "fact": "campaigns.tasks", "value": 3}]
    return superior_form(world).fill(by=world.campaign_officer, report=report(world), values=values)


def ward_numbers(world: World, on: datetime.date | None = None, **values: int) -> None:
    """Numbers of the ward by their words, "_" for a blank."""
    told = {label.replace("_", " "): value for label, value in (values or {"hộ_dân": 4512, "nhân_khẩu": 15230}).items()}
    WardNumber.enter(
        world.ward, by=world.campaign_officer, on=on or today(), source="Công an phường, báo cáo số 12", values=told
    )
