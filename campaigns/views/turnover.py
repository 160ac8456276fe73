"""The wizard that carries a year over into the next: enter it, look at what is taken over, take it over once."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission, require
from campaigns.forms.turnover import CarryOverForm, NextYearForm
from campaigns.middleware import show_year
from campaigns.models import Campaign, YearTurnover
from core.http import HouseRequest
from core.pages import attempt, confirm_page, form_page, page_of


def turnover_new(request: HouseRequest, year: int) -> HttpResponse:
    """From the old year's page: enter the new one, or go on where somebody has begun."""
    require(access.can(request.user, Permission.CAMPAIGN_EDIT))
    years = Campaign.objects.visible_to(request.user)
    old = get_object_or_404(years, year=year)
    begun = YearTurnover.objects.visible_to(request.user).filter(since=old).select_related("campaign").first()
    if begun:
        return redirect(begun)
    show_year(request, old)
    if following := years.filter(year=year + 1).first():
        return _into(request, old, following)
    form = NextYearForm(request.POST or None, instance=Campaign(ward=request.ward), user=request.user, old=old)
    words: dict[str, Any] = {
        "title": _("Prepare the year after %(year)s") % {"year": year},
        "lead": _("Nothing is taken over yet: the next page shows what can be, and asks. Year %(year)s stays as it is.")
        % {"year": year},
        "done": _("The new year is entered. Look at what it takes over."),
    }
    up = (_("Year %(year)s") % {"year": year}, old.get_absolute_url())
    return form_page(request, form, partial(YearTurnover.begin, old), to=old.get_absolute_url(), up=up, **words)


def _into(request: HouseRequest, old: Campaign, new: Campaign) -> HttpResponse:
    said = {"old": old, "new": new}
    return confirm_page(
        request,
        partial(YearTurnover.begin, old, year=new.year),
        title=_("Carry %(old)s over into %(new)s?") % said,
        consequence=_("Year %(new)s is entered already. The next page shows what it can take over, and asks.") % said,
        action=_("Show what is taken over"),
        done=_("Look at what is taken over."),
        to=reverse("campaigns:turnover_detail", args=[new.year])
        if request.method == "POST"
        else old.get_absolute_url(),
    )


def turnover_detail(request: HouseRequest, year: int) -> HttpResponse:
    """Before: what is taken over, with a tick each. Afterwards: what was, and what is left to do."""
    row = _turnover(request, year)
    lines, may_change = row.lines(), row.can_change(request.user)
    form = None
    if may_change:
        form = CarryOverForm(request.POST or None, codes=[line.part.code for line in lines])
        if form.is_valid() and attempt(request, row.carry_over, _said, form=form, parts=form.cleaned_data["parts"]):
            return redirect(row)
        if form.is_bound:
            for line in lines:
                line.is_ticked = line.part.code in form.cleaned_data.get("parts", ())
    elif request.method == "POST":
        require(may_change)
    context = {
        "row": row,
        "lines": lines,
        "form": form,
        "missing": row.missing_calendars(),
        "may_change": may_change,
        "step": row.transitions.select_related("by").first(),
    }
    return render(request, "campaigns/turnover_detail.html", context)


def turnover_rows(request: HouseRequest, year: int, part: str) -> HttpResponse:
    row = _turnover(request, year)
    found = row.rows_of(part)
    if found is None:
        raise Http404
    of_part, rows = found
    page = page_of(request, rows.order_by("pk"))
    lines = [of_part.say(one) for one in page]
    return render(request, "campaigns/turnover_rows.html", {"row": row, "part": of_part, "page": page, "lines": lines})


def _said(count: int) -> str:
    return ngettext("%(count)d row is taken over.", "%(count)d rows are taken over.", count) % {"count": count}


def _turnover(request: HouseRequest, year: int) -> YearTurnover:
    require(access.can(request.user, Permission.CAMPAIGN_EDIT))
    rows = YearTurnover.objects.visible_to(request.user).select_related("campaign", "since")
    row = get_object_or_404(rows, campaign__year=year)
    show_year(request, row.campaign)
    return row
