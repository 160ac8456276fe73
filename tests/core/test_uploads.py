"""A file that is too large, or for which the disk has no room, is told in a sentence and leaves nothing behind."""

import errno
import io
import os
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from intake.models import Batch
from tests.intake import files
from tests.world import World

BETWEEN = "ranh-gioi"
FULL = "Đĩa của cổng đã đầy"
ADDRESS = reverse("intake:batch_new", args=["tasks"])


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.campaign_officer)


class Body(io.RawIOBase):
    """A form with a file of so many bytes, made while it is read, as a web server hands it on."""

    def __init__(self, size: int) -> None:
        head = f'--{BETWEEN}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        end = f"\r\n--{BETWEEN}--\r\n"
        self.length = len(head) + size + len(end)
        self.parts: Iterator[bytes] = iter([head.encode(), *[bytes(1 << 16)] * (size >> 16), end.encode()])
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, space: Any) -> int:
        part = self.rest or next(self.parts, b"")
        count = min(len(part), len(space))
        space[:count], self.rest = part[:count], part[count:]
        return count


def send(client: Client, body: Body) -> Any:
    sent = {
        "CONTENT_LENGTH": str(body.length),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BETWEEN}",
        "wsgi.input": io.BufferedReader(body),
    }
    return client.generic("POST", ADDRESS, **sent)  # type: ignore[arg-type]  # the test client hands them on


def said(answer: Any) -> str:
    assert answer.status_code == 200
    assert not Batch.objects.exists()
    return " ".join(answer.context["form"].errors["file"])


def test_a_file_of_300_mb_is_gone_over_without_memory_and_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    def keep(_handler: TemporaryFileUploadHandler, data: bytes, _start: int) -> None:
        kept.append(len(data))

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", keep)
    client.get(ADDRESS)  # what is imported once is not the file's
    tracemalloc.start()
    answer = send(client, Body(300 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "tách danh sách" in said(answer)
    assert peak < 8 << 20, peak
    assert sum(kept) <= 10 << 20


def full(*_args: Any, **_kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_when_the_file_is_to_be_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(default_storage._wrapped), "_save", full)
    data = files.xlsx([["Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"], ["Một", "Chi bộ 7", "30/11/2026"]])
    answer = client.post(ADDRESS, {"file": files.upload(data)})
    assert answer.status_code == 200
    assert FULL in answer.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize("where", ["new", "write"])
def test_a_full_disk_is_told_while_the_file_comes(client: Client, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    if where == "new":
        monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", full)
    else:
        monkeypatch.setattr(TemporaryUploadedFile, "write", full, raising=False)
    assert FULL in said(send(client, Body(4 << 20)))
