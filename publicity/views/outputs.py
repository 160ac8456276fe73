from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import show_year, year_of_request
from core.files import serve
from core.http import HouseRequest
from core.pages import day_asked, form_page, page_of
from publicity.choices import OutputKind
from publicity.filters import OUTPUTS, OutputFilter
from publicity.forms.output import OutputForm, OutputNewForm, OutputPhotosForm, OutputVoidForm
from publicity.measures import Total
from publicity.models import Output, OutputProof
from publicity.querysets import OutputQuerySet


def output_list(request: HouseRequest) -> HttpResponse:
    """The year's outputs that count. With `on`: those up to that day."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = Output.objects.visible_to(request.user).filter(campaign=campaign)
    filters = OutputFilter(request.GET, rows.by_day(day) if day else rows.standing(), request=request)
    page = page_of(request, filters.typed_first(filters.qs.for_list()), table=OUTPUTS)
    kinds = _by_kind(request, rows.by_day(day) if day else rows.standing())
    context = {
        "page": page,
        "filters": filters,
        "kinds": kinds,
        "shown": next((one for one in kinds if one["current"]), None),
        "day": day,
        "can_note": campaign.can_change() and access.can(request.user, Permission.OUTPUT_EDIT),
    }
    return render(request, "publicity/output_list.html", context)


def _by_kind(request: HouseRequest, rows: OutputQuerySet) -> list[dict[str, Any]]:
    """All kinds together, and each that the other filters leave, with its sums and its address."""
    query = request.GET.copy()
    query.pop("page", None)
    (kind,) = query.pop("kind", [])[-1:] or [""]
    totals = OutputFilter(query, rows, request=request).qs.totals()
    labels = {"": pgettext("outputs", "All"), **dict(OutputKind.choices)}
    return [
        {
            "label": labels[code],
            "pieces": total.pieces,
            "measured": total.measured,
            "url": f"?{urlencode([*query.items(), *([('kind', code)] if code else [])])}",
            "current": code == kind,
        }
        for code, total in {"": Total(sum(total.pieces for total in totals.values())), **totals}.items()
    ]


def output_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.OUTPUT_EDIT))
    row = Output(ward=request.ward, campaign=campaign)
    form = OutputNewForm(request.POST or None, request.FILES or None, instance=row, user=request.user)

    def add(by: Any, photos: Any, **_fields: Any) -> Output:
        row.add(by=by, photos=photos)
        return row

    home = reverse("publicity:output_list")
    words: dict[str, Any] = {"title": _("Note what was brought out"), "done": _("Entry saved")}
    return form_page(request, form, add, to=home, up=(_("Outputs of publicity"), home), **words)


def output_detail(request: HouseRequest, pk: int) -> HttpResponse:
    row = _output(request, pk)
    may_see = row.can_see_photos(request.user)
    context = {
        "output": row,
        "photos": row.proofs.all() if may_see else [],
        "may_see": may_see,
        "can_edit": row.can_edit(request.user),
    }
    return render(request, "publicity/output_detail.html", context)


def output_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = _output(request, pk)
    require(row.can_edit(request.user))
    form = OutputForm(request.POST or None, instance=row, user=request.user)
    return form_page(request, form, row.edit, **_back(row), title=_("Correct the entry"), done=_("Entry saved"))


def output_prove(request: HouseRequest, pk: int) -> HttpResponse:
    row = _output(request, pk)
    require(row.can_edit(request.user))
    form = OutputPhotosForm(request.POST or None, request.FILES or None)
    return form_page(request, form, row.prove, **_back(row), title=_("Add photos"), done=_("Photos saved"))


def output_void(request: HouseRequest, pk: int) -> HttpResponse:
    row = _output(request, pk)
    require(row.can_edit(request.user))
    words: dict[str, Any] = {"title": _("Take the entry out of the count"), "done": _("Entry is out of the count")}
    return form_page(request, OutputVoidForm(request.POST or None), row.void, **_back(row), lead=str(row), **words)


def output_photo(request: HouseRequest, pk: int) -> FileResponse:
    rows = OutputProof.objects.visible_to(request.user).select_related("output__unit")
    photo = get_object_or_404(rows, pk=pk)
    require(photo.output.can_see_photos(request.user))
    return serve(photo.file.open(), name=photo.original_name, mime=photo.mime)


def _output(request: HouseRequest, pk: int) -> Output:
    rows = Output.objects.visible_to(request.user).select_related("campaign", "channel", "unit")
    row = get_object_or_404(rows, pk=pk)
    show_year(request, row.campaign)
    return row


def _back(row: Output) -> dict:
    here = row.get_absolute_url()
    return {"to": here, "up": (str(row), here)}
