import io
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.models import User
from core import sheets, tables, workbooks
from core.files import serve
from core.http import HouseRequest
from core.imports import ListKind, Scope, all_kinds
from core.pages import attempt, confirm_page, page_of
from core.text import slug
from intake import actions, jobs
from intake.choices import BatchState
from intake.filters import BATCHES, MADE
from intake.forms import BatchForm, ColumnsForm, DaysForm, LayoutForm, SheetForm
from intake.models import Batch
from intake.querysets import kinds_for
from notifications.models import Job

AT_ONCE = 300  # rows; a longer list is no work for a page


def _kind(request: HouseRequest, code: str) -> tuple[ListKind, Scope]:
    kind = all_kinds().get(code)
    if kind is None:
        raise Http404
    require(access.can_in_ward(request.user, kind.permission))
    target = request.GET.get("for", "")
    if not (target.isascii() and target.isdecimal() and len(target) < 18 if kind.needs_target else not target):
        raise Http404
    scope = kind.scope(request.user, request.ward.pk, int(target) if target else None)
    require(kind.decision(scope))
    return kind, scope


def _batch(request: HouseRequest, pk: int) -> tuple[Batch, Scope]:
    batch = get_object_or_404(Batch.objects.in_ward_of(request.user).select_related("uploaded_by"), pk=pk)
    require(access.can_in_ward(request.user, batch.declared.permission))
    return batch, batch.scope(request.user)


def batch_list(request: HouseRequest) -> HttpResponse:
    kinds = kinds_for(request.user)
    require(access.ALLOWED if kinds else access.denied(_("With your roles no list is brought in.")))
    page = page_of(request, Batch.objects.visible_to(request.user).for_list(), table=BATCHES)
    offered = [kind for kind in kinds if not kind.needs_target]
    return render(request, "intake/batch_list.html", {"page": page, "kinds": offered})


def batch_new(request: HouseRequest, code: str) -> HttpResponse:
    kind, scope = _kind(request, code)
    form = BatchForm(request.POST or None, request.FILES or None, cancel_url=kind.up(scope)[0])
    begun: list[Batch] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        if attempt(request, lambda by: begun.append(actions.begin(code, scope, file, by=by)), "", form=form):
            return _go_on(request, begun[0], scope)
    context = {"form": form, "kind": kind, "up": kind.up(scope), "columns": kind.columns(scope), "for": scope.target}
    return render(request, "intake/batch_new.html", context)


def _go_on(request: HouseRequest, batch: Batch, scope: Scope) -> HttpResponse:
    """To the next question; when none is open, the rows are looked at."""
    found = _standing(request, batch, scope)
    if found is None:
        return redirect(batch)
    if found.asks:
        return redirect("intake:batch_ask", batch.pk)
    if not attempt(request, batch.answer, "", places=batch.places, **batch.layout):  # what is plain is asked of nobody
        return redirect(batch)
    if len(found.sheet.rows) > AT_ONCE:
        return _later(request, jobs.CHECK, batch)
    attempt(request, partial(actions.check, batch, scope), "")
    return redirect(batch)


def _standing(request: HouseRequest, batch: Batch, scope: Scope) -> actions.Standing | None:
    """None, and said why, where the file can not be read any more."""
    read: list[actions.Standing] = []
    attempt(request, lambda by: read.append(actions.standing(batch, scope)), "")
    return read[0] if read else None


def _later(request: HouseRequest, code: str, batch: Batch) -> HttpResponse:
    """A long list is worked off in the background, on whose page one sees how far it is."""
    asked: list[Job] = []

    def ask(by: User) -> None:
        asked.append(Job.ask(code, by=by, batch=batch.pk, ward=batch.ward_id))

    attempt(request, ask, "")
    return redirect(asked[0] if asked else batch)


def template(request: HouseRequest, code: str) -> HttpResponseBase:
    kind, scope = _kind(request, code)
    content = workbooks.template(kind.columns(scope), str(kind.label))
    return _workbook(content, f"{slug(str(kind.label), 40)}.xlsx")


def batch_ask(request: HouseRequest, pk: int) -> HttpResponse:
    """One question at a time; without an open one, that of the columns."""
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    found = _standing(request, batch, scope) if batch.is_open else None
    if found is None:
        return redirect(batch)
    asks = {"sheet": _ask_sheet, "layout": _ask_layout, "days": _ask_days}
    form, keep = asks.get(found.asks, _ask_columns)(request, found)
    if form.is_valid():
        keep()
        return _go_on(request, Batch.objects.get(pk=batch.pk, ward=batch.ward_id), scope)
    form.cancel_url = batch.get_absolute_url()
    context = {"form": form, "batch": batch, "up": batch.declared.up(scope), "standing": found}
    return render(request, "intake/batch_ask.html", context)


def _ask_sheet(request: HouseRequest, found: actions.Standing) -> tuple[Any, Any]:
    form = SheetForm(request.POST or None, infos=found.infos)
    return form, lambda: found.batch.answer(by=request.user, sheet=form.cleaned_data["sheet"])


def _ask_layout(request: HouseRequest, found: actions.Standing) -> tuple[Any, Any]:
    """Other headings than were shown: what is below them is proposed anew, and asked once more."""
    look, chosen = found.look, request.POST.get("heading", "")
    other = next((one for one in look.others if f"{one.first}-{one.last}" == chosen), None)
    if other is not None:
        rest = [one for one in [look.headings, *look.others] if one is not other]
        look = sheets.Look(other, rest, sheets.left_out(found.sheet, other.last))
    is_new = request.method == "POST" and request.POST.get("shown") != f"{look.headings.first}-{look.headings.last}"
    form = LayoutForm(None if is_new and look.left_out else request.POST or None, standing=found, look=look)
    return form, lambda: found.batch.answer(by=request.user, sheet=found.sheet.name, **form.answers())


def _ask_columns(request: HouseRequest, found: actions.Standing) -> tuple[Any, Any]:
    form = ColumnsForm(request.POST or None, standing=found, places=found.proposed or found.batch.places or {})

    def keep() -> None:
        actions.remember(found.batch, found.headings, form.places())
        found.batch.answer(by=request.user, places=form.places(), **found.batch.layout | {"days": None})

    return form, keep


def _ask_days(request: HouseRequest, found: actions.Standing) -> tuple[Any, Any]:
    form, batch = DaysForm(request.POST or None, standing=found), found.batch

    def keep() -> None:
        batch.answer(by=request.user, places=batch.places, **batch.layout | {"days": form.exchanged()})

    return form, keep


def batch_detail(request: HouseRequest, pk: int) -> HttpResponse:
    batch, scope = _batch(request, pk)
    columns = [column for column in batch.declared.columns(scope) if column.name in (batch.places or {})]
    context = {
        "batch": batch,
        "up": batch.declared.up(scope),
        "page": page_of(request, batch.messages.all()),
        "columns": columns,
        "decision": batch.declared.decision(scope),
        "states": BatchState,
        "after": batch.declared.after(scope) if batch.state == BatchState.DONE else None,
        "again": f"{reverse('intake:batch_new', args=[batch.kind])}{_for(batch)}",
        "form": BatchForm(),
    }
    return render(request, "intake/batch_detail.html", context)


def _for(batch: Batch) -> str:
    return f"?for={batch.target}" if batch.target else ""


@require_POST
def batch_check(request: HouseRequest, pk: int) -> HttpResponse:
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    if not attempt(request, batch.answer, ""):  # open again, since the portal's rows may have changed
        return redirect(batch)
    return _go_on(request, batch, scope)


@require_POST
def batch_take(request: HouseRequest, pk: int) -> HttpResponse:
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    if batch.row_count > AT_ONCE:
        return _later(request, jobs.TAKE, batch)
    attempt(request, partial(actions.take, batch, scope), jobs.taken)
    return redirect(batch)


def batch_take_back(request: HouseRequest, pk: int) -> HttpResponse:
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    if request.method == "POST" and batch.row_count > AT_ONCE:
        return _later(request, jobs.TAKE_BACK, batch)
    return confirm_page(
        request,
        partial(actions.take_back, batch, scope),
        title=_("Take the list back"),
        consequence=_("All %(count)d rows that this list brought in are taken away again.")
        % {"count": batch.new_count},
        action=_("Take the list back"),
        done=_("The list was taken back."),
        to=batch.get_absolute_url(),
        danger=True,
    )


@require_POST
def batch_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    attempt(request, batch.cancel, _("The list was left. Its file is deleted."))
    return redirect(batch.declared.up(scope)[0])


def batch_mend(request: HouseRequest, pk: int) -> HttpResponseBase:
    """Their own list with a column that says what to do."""
    batch, scope = _batch(request, pk)
    require(batch.declared.decision(scope))
    if not batch.wrong_count or not batch.is_open:
        raise Http404(_("In this list nothing is to be mended."))
    made: list[bytes] = []
    if not attempt(request, lambda by: made.append(actions.mended(batch, scope)), ""):
        return redirect(batch)
    stem = batch.original_name.rpartition(".")[0]
    return _workbook(made[0], f"{stem} - {_('to mend')}.xlsx")


def batch_rows(request: HouseRequest, pk: int) -> HttpResponse:
    """Exactly the rows that the list brought in."""
    batch, scope = _batch(request, pk)
    page = page_of(request, batch.made.all(), table=MADE)
    context = {"batch": batch, "page": page, "rows": list(actions.made(batch, scope, [*page]))}
    return render(request, "intake/batch_rows.html", context)


def _workbook(content: bytes, name: str) -> HttpResponseBase:
    return serve(io.BytesIO(content), name=name, mime=tables.MIMES["xlsx"])
