"""Lists as people bring them."""

import datetime
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from intake.models import Batch

HEADINGS = ["Số hộ", "Họ và tên chủ hộ", "Địa chỉ", "Tổ dân phố"]


def xlsx(
    rows: Sequence[Sequence[Any]], *, name: str = "Danh sách", hidden: Sequence[int] = (), merged: Sequence[str] = ()
) -> bytes:
    """hidden: rows from 1."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet(name), book.add_format({"num_format": "dd/mm/yyyy"})
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(n, m, cell, day)
                elif cell is not None:
                    sheet.write(n, m, cell)
        for number in hidden:
            sheet.set_row(number - 1, None, None, {"hidden": True})
        for square in merged:
            first = square.split(":")[0]
            row, column = int(first[1:]) - 1, ord(first[0]) - 65
            sheet.merge_range(square, rows[row][column])
    return out.getvalue()


def upload(data: bytes, name: str = "danh sách hộ.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def households(count: int, *, since: int = 1, group: str = "") -> list[list[Any]]:
    return [HEADINGS] + [
        [number, f"Nguyễn Văn {chr(65 + number % 26)}n", f"Số {number}, phố Trạm", group]
        for number in range(since, since + count)
    ]


def bring(
    client: Client,
    code: str,
    rows: Sequence[Sequence[Any]],
    *,
    target: int | None = None,
    answers: dict[str, Any] | None = None,
) -> Batch:
    """Send the list up, headings first, and have it looked at; `answers`: to what is asked, where the first proposed
    one is not the right one."""
    address = reverse("intake:batch_new", args=[code]) + (f"?for={target}" if target else "")
    answer = client.post(address, {"file": upload(xlsx(rows))})
    assert answer.status_code == 302, answer.context["form"].errors
    batch = Batch.objects.latest("pk")
    answer_questions(client, batch, answers or {})
    assert batch.state == "checked"
    return batch


def answer_questions(client: Client, batch: Batch, answers: dict[str, Any]) -> None:
    """What a list asks depends on its rows: days that are all below the 13th may be written month first."""
    if batch.state == "open":
        ask = reverse("intake:batch_ask", args=[batch.pk])
        proposed = client.get(ask).context["form"]
        client.post(ask, {name: field.initial for name, field in proposed.fields.items()} | answers)
        batch.refresh_from_db()


def act(client: Client, batch: Batch, what: str) -> str:
    """The state after it was taken over or taken back."""
    client.post(reverse(f"intake:batch_{what}", args=[batch.pk]))
    batch.refresh_from_db()
    return batch.state
