from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import require
from accounts.models import Unit
from campaigns.middleware import year_of_request
from core.http import HouseRequest
from core.models import today
from core.papers import Paper
from models_registry.papers import blank_paper, registration_paper
from models_registry.views.shared import can_list, fetch

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
def model_paper(request: HouseRequest, key: str) -> HttpResponse:
    """The registration as it is printed; with `?docx` its file."""
    registration = fetch(request, key)
    paper = registration_paper(registration)
    if "docx" in request.GET:
        return _docx(paper, f"dang-ky-{registration.key.lower()}")
    up = (_("Models"), reverse("models_registry:model_list"), str(registration), registration.get_absolute_url())
    return render(request, "models_registry/model_paper.html", {"paper": paper, "up": up})


@require_GET
def blank_form(request: HouseRequest) -> HttpResponse:
    """The form for whoever registers on paper, with the reader's own unit on it."""
    require(can_list(request.user))
    own = Unit.objects.of_member(request.user).filter(ward=request.ward).inside().valid_on(today())
    paper = blank_paper(year_of_request(request), own.select_related("parent").order_by("sort_key").first())
    if "docx" in request.GET:
        return _docx(paper, "phieu-dang-ky-mo-hinh")
    page = {"paper": paper, "up": (_("Models"), reverse("models_registry:model_list")), "is_blank": True}
    return render(request, "models_registry/model_paper.html", page)


def _docx(paper: Paper, name: str) -> HttpResponse:
    from core.word import to_docx  # 7 MiB that few workers need

    headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
    return HttpResponse(to_docx(paper), content_type=DOCX, headers=headers)
