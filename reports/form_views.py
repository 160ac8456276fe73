"""Pages of the superior's forms: brought in once, cells given to facts, filled from a report."""

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import Permission
from campaigns.middleware import year_of_request
from core.figures import Scope
from core.files import serve
from core.http import HouseRequest
from core.listing import Column, table
from core.models import today
from core.pages import confirm_page, form_page, page_of
from core.tables import MIMES, Book, Sheet, column_name
from notifications.kept import kept
from reports.filling import fact_labels, values_of
from reports.forms import FillForm, FormCellForm, SuperiorFormNewForm
from reports.models import FilledForm, Report, SuperiorForm
from reports.superior import squares

SHOWN_ROWS, SHOWN_COLUMNS = 60, 20
FORMS = table(
    "reports:superior_form_list",
    gettext_lazy("Forms of the superior"),
    Column(gettext_lazy("Form"), "name"),
    Column(gettext_lazy("Asked for by"), "asked_by__name"),
    Column(gettext_lazy("Brought in"), "uploaded_at"),
    Column(gettext_lazy("No longer used since"), "ended_on"),
)


def _form(request: HouseRequest, pk: int) -> SuperiorForm:
    access.require(access.can(request.user, Permission.REPORT_READ))
    rows = SuperiorForm.objects.visible_to(request.user).select_related("asked_by", "uploaded_by")
    return get_object_or_404(rows.prefetch_related("cells"), pk=pk)


def _scope(request: HouseRequest, campaign: Any) -> Scope:
    return Scope(ward=request.ward, campaign=campaign, user=request.user)


def _labels(request: HouseRequest) -> dict[str, str]:
    campaign = year_of_request(request, row_exists=True)
    day = min(today(), campaign.closes_on)
    found = kept(
        "facts", request.user, lambda: fact_labels(_scope(request, campaign), day), campaign.pk, day, request.user.pk
    )
    return dict(found)


@require_safe
def superior_form_list(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REPORT_READ))
    rows = SuperiorForm.objects.visible_to(request.user).select_related("asked_by").order_by("ended_on", "-pk")
    context = {
        "page": page_of(request, rows, table=FORMS),
        "may_edit": access.can(request.user, Permission.REPORT_EDIT),
    }
    return render(request, "reports/superior_form_list.html", context)


@require_http_methods(["GET", "POST"])
def superior_form_new(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REPORT_EDIT))
    to = reverse("reports:superior_form_list")
    new = SuperiorForm(ward=request.ward)
    form = SuperiorFormNewForm(request.POST or None, request.FILES or None, instance=new, ward_id=request.ward.pk)

    def bring_in(by: Any, former: SuperiorForm | None = None, **fields: Any) -> SuperiorForm:
        return SuperiorForm.bring_in(by=by, ward=request.ward, former=former, **fields)

    words = {
        "title": _("Bring in a form of the superior"),
        "done": _("Form brought in. Say now which number stands in which cell."),
        "lead": _("The file stays as it is; only the cells that you name get numbers."),
    }
    return form_page(request, form, bring_in, to=to, up=(_("Forms of the superior"), to), **words)


@require_safe
def superior_form_detail(request: HouseRequest, pk: int) -> HttpResponse:
    form, labels = _form(request, pk), _labels(request)
    book = Book(form.book.data, "xlsx")
    names = [info.name for info in book.sheets if info.name in form.book.paths]
    asked = request.GET.get("sheet", "")
    name = asked if asked in names else next((n for n in names if n not in form.book.book.hidden), names[0])
    try:
        sheet, too_large = book.read(name), ""
    except ValidationError as refusal:  # what is further down than is read is filled all the same
        sheet, too_large = Sheet(name, []), " ".join(refusal.messages)
    context = {
        "form": form,
        "may_edit": form.can_change(request.user),
        "cells": [(row, labels.get(row.fact, row.fact), form.trouble(row.sheet, row.cell)) for row in form.cells.all()],
        "sheets": names,
        "sheet": name,
        "too_large": too_large,
        "hidden": form.book.book.hidden,
        "rows": list(squares(form, sheet, labels, SHOWN_ROWS, SHOWN_COLUMNS)),
        "columns": [column_name(n) for n in range(1, min(SHOWN_COLUMNS, max(map(len, sheet.rows), default=0)) + 1)],
        "fills": FilledForm.objects.visible_to(request.user).filter(form=form).select_related("report", "by"),
    }
    return render(request, "reports/superior_form_detail.html", context)


@require_http_methods(["GET", "POST"])
def superior_form_cell(request: HouseRequest, pk: int) -> HttpResponse:
    row, labels = _form(request, pk), _labels(request)
    access.require(row.can_change(request.user))
    form = FormCellForm(request.POST or None, form=row, labels=labels, initial={"sheet": request.GET.get("sheet", "")})

    def put(by: Any, **fields: Any) -> None:
        row.map_cell(by=by, **fields)

    to = f"{row.get_absolute_url()}?{urlencode({'sheet': request.POST.get('sheet', '')})}"
    words = {"title": _("Which number stands in which cell"), "done": _("Saved the cell")}
    return form_page(request, form, put, to=to, up=(row.name, row.get_absolute_url()), **words)


@require_POST
def superior_form_clear(request: HouseRequest, pk: int) -> HttpResponse:
    row = _form(request, pk)
    access.require(row.can_change(request.user))
    row.clear_cell(by=request.user, sheet=request.POST.get("sheet", ""), cell=request.POST.get("cell", ""))
    messages.success(request, _("The cell stays as it is in the form."))
    return redirect(row)


@require_safe
def superior_form_file(request: HouseRequest, pk: int) -> HttpResponseBase:
    row = _form(request, pk)
    return serve(row.file, name=row.original_name, mime=row.mime)


@require_http_methods(["GET", "POST"])
def superior_form_fill(request: HouseRequest, pk: int) -> HttpResponse:
    row = _form(request, pk)
    access.require(row.can_change(request.user))
    reports = Report.objects.visible_to(request.user).filter(campaign=year_of_request(request)).for_list()
    form = FillForm(request.POST or None, reports=reports)

    def fill(by: Any, report: Report) -> FilledForm:
        scope = _scope(request, report.campaign)
        found = values_of(report, row.cells.all(), scope)
        return row.fill(by=by, report=report, values=[one.kept() for one in found])

    to = row.get_absolute_url()
    return form_page(request, form, fill, to=to, up=(row.name, to), title=_("Fill the form"), done=_("Form filled"))


@require_http_methods(["GET", "POST"])
def superior_form_end(request: HouseRequest, pk: int) -> HttpResponse:
    row = _form(request, pk)
    access.require(row.can_change(request.user))
    words: dict[str, Any] = {
        "title": _("The form is no longer used"),
        "consequence": _("Nobody fills it any more. What was filled stays."),
        "action": _("No longer used"),
        "done": _("The form is no longer used."),
    }
    return confirm_page(request, row.end, to=row.get_absolute_url(), **words)


def _filled(request: HouseRequest, pk: int) -> FilledForm:
    access.require(access.can(request.user, Permission.REPORT_READ))
    rows = FilledForm.objects.visible_to(request.user).select_related(
        "form", "report__campaign__ward", "report__body", "by"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def superior_form_filled(request: HouseRequest, pk: int) -> HttpResponse:
    """What was written into each cell, with what the report says now."""
    row, labels = _filled(request, pk), _labels(request)
    cells = [_Named(**part) for part in row.values]
    now = values_of(row.report, cells, _scope(request, row.report.campaign))
    lines = [(cell, labels.get(cell.fact, cell.fact), one) for cell, one in zip(cells, now, strict=True)]
    context = {"row": row, "lines": lines, "missing": sum(cell.value is None for cell in cells)}
    return render(request, "reports/superior_form_filled.html", context)


class _Named:
    """A cell of a form as it was when it was filled."""

    def __init__(self, sheet: str, cell: str, fact: str, value: Any) -> None:
        self.sheet, self.cell, self.fact, self.value = sheet, cell, fact, value


@require_safe
def superior_form_download(request: HouseRequest, pk: int) -> HttpResponseBase:
    row = _filled(request, pk)
    name = f"{row.form.original_name.removesuffix('.xlsx')}-{row.report.on:%Y-%m-%d}.xlsx"
    return serve(io.BytesIO(row.content()), name=name, mime=MIMES["xlsx"])
