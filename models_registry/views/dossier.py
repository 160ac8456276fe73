"""Papers about a model: certificates, and the dossier."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import Permission, require
from core.files import TYPES, serve
from core.http import HouseRequest
from models_registry import dossier
from models_registry.certificates import certificates_of
from models_registry.choices import ACCEPTED, Level, Outcome
from models_registry.models import MobilizationModel
from models_registry.views.shared import fetch
from notifications.models import Job


@require_safe
def certificate(request: HouseRequest, key: str, kind: str, pk: int, form: str) -> HttpResponseBase:
    """What the ward gives itself, as a PDF to print or a .docx to fill in further."""
    registration = fetch(request, key)
    require(access.can_in_ward(request.user, Permission.MODEL_DECIDE))
    given = {
        "conclusion": registration.conclusions.filter(replaced_on=None, outcome=Outcome.RECOGNISED),
        "commendation": registration.commendations.filter(level=Level.WARD),
    }
    if kind not in given or form not in {"pdf", "docx"}:
        raise Http404
    row = get_object_or_404(given[kind], pk=pk)
    content = dossier.certificate(registration, kind, row.pk, form)
    if content is None:
        messages.error(request, _("It is not entered yet which unit leads the campaign. An administrator enters it."))
        response: HttpResponse = redirect(registration)
        return response
    name = dossier.file_name(f"{registration.code} {getattr(row, 'praise', '') or _('Certificate')}", f".{form}")
    return serve(io.BytesIO(content), name=name, mime=TYPES[form])


@require_POST
def model_dossier(request: HouseRequest, key: str) -> HttpResponse:
    """All of a model in one archive, made in the background."""
    registration = fetch(request, key)
    if registration.state not in ACCEPTED:
        raise Http404
    try:
        return redirect(Job.ask("models_registry.dossier", by=request.user, key=registration.key))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(registration)


def papers_of(registration: MobilizationModel, user: Any, conclusion: Any, honours: Any) -> dict[str, Any]:
    """Of the model's page: certificates with their addresses, and whether there is a dossier."""
    if registration.state not in ACCEPTED:
        return {}
    decides = access.can_in_ward(user, Permission.MODEL_DECIDE)
    found = certificates_of(registration, conclusion, honours) if decides else []
    name = "models_registry:certificate"
    return {
        "certificates": [
            (words, *(reverse(name, args=[registration.key, kind, pk, form]) for form in ("pdf", "docx")))
            for words, kind, pk in found
        ],
        "has_dossier": True,
    }
