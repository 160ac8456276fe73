"""Papers as .docx, handed to whoever asks."""

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from campaigns.papers import NoStandard
from core.files import TYPES, serve
from core.http import HouseRequest
from core.papers import Paper


def as_docx(request: HouseRequest, make: Callable[[], Paper], *, name: Any, otherwise: Any) -> HttpResponseBase:
    """name: what the file is called after its kind; otherwise: where one goes while no layout is kept."""
    from core.word import to_docx  # comes in only where a paper is written

    try:
        paper = make()
    except NoStandard:
        messages.error(request, no_standard())
        response: HttpResponse = redirect(otherwise)
        return response
    file = get_valid_filename(f"{paper.kind} {name}")
    return serve(io.BytesIO(to_docx(paper)), name=f"{file}.docx", mime=TYPES["docx"])


def no_standard() -> str:
    return _("No paper standard is kept for papers of that day. An administrator adds it in the administration.")
