"""Units that merge: prepare, look at what goes over, carry it out."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Permission, can, is_guarded, require
from accounts.choices import MergerState, RequestState
from accounts.filters import MERGERS
from accounts.forms.mergers import CarryOutForm, MergerForm
from accounts.models import AccessRequest, Unit, UnitMerger
from accounts.models.mergers import can_merge
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, confirm_page, form_page, page_of


def _merger(request: HouseRequest, pk: int) -> UnitMerger:
    require(_sees(request))
    return get_object_or_404(UnitMerger.objects.visible_to(request.user).select_related("into"), pk=pk)


def _sees(request: HouseRequest) -> Any:
    return can(request.user, Permission.REFERENCE_EDIT) or can(request.user, Permission.ACCESS_CONFIRM)


def merger_list(request: HouseRequest) -> HttpResponse:
    require(_sees(request))
    page = page_of(request, UnitMerger.objects.visible_to(request.user).for_list(), table=MERGERS)
    return render(request, "accounts/merger_list.html", {"page": page, "may_merge": can_merge(request.user)})


def merger_new(request: HouseRequest) -> HttpResponse:
    require(can_merge(request.user))
    return _prepare(request, UnitMerger(ward=request.ward), _("Merge units"), reverse("accounts:merger_list"))


def merger_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = _merger(request, pk)
    require(row.can_change(request.user))
    return _prepare(request, row, _("Change the merger"), row.get_absolute_url())


def _prepare(request: HouseRequest, row: UnitMerger, title: str, to: str) -> HttpResponse:
    named = Unit.objects.visible_to(request.user).filter(slug=request.GET.get("unit", "")).values_list("pk", flat=True)
    initial = {"units": list(named), "on": today()} if row._state.adding else {}
    form = MergerForm(request.POST or None, merger=row, initial=initial)

    def prepare(by: Any, **fields: Any) -> UnitMerger:
        row.prepare(by=by, **fields)
        return row

    words: dict[str, Any] = {
        "title": title,
        "lead": _("Nothing changes yet: the next page shows what goes over, with all numbers, and asks once more."),
        "done": _("Look at what goes over. Nothing is changed yet."),
    }
    return form_page(
        request, form, prepare, to=to, up=(_("Mergers of units"), reverse("accounts:merger_list")), **words
    )


def merger_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """Before: the preview, and the act. Afterwards: what went over."""
    row = _merger(request, pk)
    counts, may_change = row.counts(), row.can_change(request.user)
    hindrances = row.hindrances() if row.state == MergerState.PREPARED else []
    form = None
    if may_change and not hindrances and row.on <= today():
        form = CarryOutForm(request.POST or None, merger=row, seen=row.fingerprint(counts))
        if form.is_valid():
            act = partial(row.carry_out, seen=form.cleaned_data["seen"], leaving=form.leaving)
            if attempt(request, act, _("The units are merged."), form=form):
                return redirect(row)
            form.look_again()
    elif request.method == "POST":
        require(may_change)
    context = {
        "row": row,
        "counts": counts,
        "hindrances": hindrances,
        "form": form,
        "may_change": may_change,
        "waits_for_day": row.state == MergerState.PREPARED and row.on > today(),
        "steps": row.transitions.select_related("by"),
        **_second_persons(row, form),
    }
    return render(request, "accounts/merger_detail.html", context)


def _second_persons(row: UnitMerger, form: CarryOutForm | None) -> dict[str, Any]:
    """Whose role in the unit that goes on waits, or will wait, for a second person's yes."""
    if row.state == MergerState.DONE and row.into:
        waiting = AccessRequest.objects.filter(ward=row.ward_id, membership__unit=row.into)
        return {"requests": waiting.filter(state=RequestState.WAITING).for_list()}
    guarded = [seat for seat in form.people if is_guarded(seat.role)] if form else []
    return {"guarded": guarded}


def merger_rows(request: HouseRequest, pk: int, part: str) -> HttpResponse:
    """Exactly the rows behind one number: of one of the units (`?unit=`), or of all."""
    row = _merger(request, pk)
    slug = request.GET.get("unit", "")
    unit = next((one for one in row.ending if one.slug == slug), None)
    found = row.rows_of(part, unit)
    if found is None or (slug and unit is None):
        raise Http404
    of_part, rows = found
    page = page_of(request, rows.order_by("pk"))
    lines = [{"title": of_part.say(one), "url": of_part.address(one)} for one in page]
    context = {"row": row, "part": of_part, "unit": unit, "page": page, "lines": lines}
    return render(request, "accounts/merger_rows.html", context)


def merger_drop(request: HouseRequest, pk: int) -> HttpResponse:
    row = _merger(request, pk)
    require(row.can_change(request.user))
    return confirm_page(
        request,
        row.drop,
        title=_("Drop this merger?"),
        consequence=_(
            "Nothing has changed for the units yet, and nothing will. The merger stays in the list as dropped."
        ),
        action=_("Drop the merger"),
        done=_("The merger is dropped."),
        to=row.get_absolute_url(),
    )
