"""How files come in: what is too large, or finds no room on the disk, is gone over and not kept.

The form still gets it with its size, so that it says what is wrong beside everything else that was typed; the portal
holds no more of it than it would take.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def is_no_room(error: OSError) -> bool:
    """Whether the disk, or the share of it that the portal may use, is full."""
    return error.errno in _NO_ROOM


class NotKept(UploadedFile):
    """A file of which nothing was kept. no_room: because of the disk, and not of its size."""

    def __init__(self, handler: FileUploadHandler, size: int, *, no_room: bool = False) -> None:
        super().__init__(BytesIO(), handler.file_name, handler.content_type, size, handler.charset)
        self.no_room = no_room


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """What is too large for memory waits on the disk, up to what a form may take."""

    is_too_large = has_no_room = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_too_large = self.has_no_room = False
        with self._patience():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._is_given_up:
            return
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self.is_too_large = True
            self.file.close()
            return
        with self._patience():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self._is_given_up:
            with self._patience():  # the last part is written only now
                return super().file_complete(file_size)
        return NotKept(self, file_size, no_room=self.has_no_room)

    @property
    def _is_given_up(self) -> bool:
        return self.is_too_large or self.has_no_room

    @contextmanager
    def _patience(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not is_no_room(error):
                raise
            self.has_no_room = True
            with suppress(OSError, AttributeError):  # there may be no file at all
                self.file.close()
