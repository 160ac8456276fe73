import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import Permission, require
from core.http import HouseRequest
from core.listing import hand_over
from core.models import today
from core.opening import onward
from core.pages import attempt, confirm_page, day_asked, form_page, page_of
from deadlines.choices import STANDING_LABELS, Backing
from deadlines.filters import DAYS, DEADLINES, RULES, SWAPS, YEARS, DeadlineFilter
from deadlines.forms import CountForm, DayForm, MeetForm, PauseForm, ResumeForm, SwapForm, YearConfirmForm, YearNewForm
from deadlines.models import (
    FIRST_YEAR,
    LAST_YEAR,
    Blackout,
    CalendarDay,
    CalendarMissing,
    CalendarYear,
    DaySwap,
    Deadline,
    DeadlineRule,
    can_edit_calendar,
    days_of_year,
    look_of,
)
from deadlines.models.proposal import decided_days
from deadlines.models.swaps import decisions, decisions_of
from deadlines.querysets import with_owners


def year_list(request: HouseRequest) -> HttpResponse:
    rows = CalendarYear.objects.visible_to(request.user)
    hand_over(request, rows, YEARS)
    entered = {row.year for row in rows}
    context = {
        "rows": rows,
        "missing": [year for year in (today().year, today().year + 1) if year not in entered],
        "may_edit": can_edit_calendar(request.user),
    }
    return render(request, "deadlines/year_list.html", context)


@require_safe
def day_marks(request: HouseRequest) -> JsonResponse:
    """What differs from the week in a year, for the small calendar of a field: day -> how it looks and its name."""
    text = request.GET.get("of") or str(today().year)
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR):
        raise Http404
    days = days_of_year(request.user, int(text))
    found = JsonResponse({day.date.isoformat(): [look_of(day), day.name] for day in days})
    found["Cache-Control"] = "private, max-age=600"
    return found


def year_new(request: HouseRequest) -> HttpResponse:
    require(can_edit_calendar(request.user))
    initial = {"year": request.GET.get("of", today().year)}
    form = YearNewForm(request.POST or None, initial=initial, cancel_url=reverse("deadlines:year_list"))
    if form.is_valid():
        year = form.cleaned_data["year"]
        done = _("The calendar of %(year)s is proposed.") % {"year": year}
        if attempt(request, partial(CalendarYear.propose, request.ward), done, form=form, year=year):
            return redirect(onward(request, reverse("deadlines:year_detail", args=[year])))
    return render(request, "deadlines/year_new.html", {"form": form})


def year_detail(request: HouseRequest, year: int) -> HttpResponse:
    row = get_object_or_404(CalendarYear.objects.visible_to(request.user), year=year)
    rows = days_of_year(request.user, year)
    hand_over(request, rows, DAYS)
    months = groupby(rows, key=lambda day: day.date.month)
    known = {day.date for day in rows}
    own = list(DaySwap.objects.visible_to(request.user))
    context = {
        "row": row,
        "decisions": decisions_of(year),
        "own": [swap for swap in own if year in (swap.off.year, swap.worked.year)],
        "guesses": any(day.backing == Backing.GUESS for day in rows),
        "unheeded": [
            day for day in decided_days(year, [swap.decision for swap in own]).values() if day.date not in known
        ],
        "months": [(datetime.date(year, month, 1), list(days)) for month, days in months],
        "may_edit": can_edit_calendar(request.user),
    }
    return render(request, "deadlines/year_detail.html", context)


def year_confirm(request: HouseRequest, year: int) -> HttpResponse:
    row = get_object_or_404(CalendarYear.objects.visible_to(request.user), year=year)
    require(can_edit_calendar(request.user))
    form = YearConfirmForm(request.POST or None, cancel_url=row.get_absolute_url())
    if form.is_valid():
        row.confirm(by=request.user, **form.cleaned_data)
        messages.success(request, _("The calendar of %(year)s is confirmed.") % {"year": year})
        return redirect(onward(request, row.get_absolute_url()))
    count = days_of_year(request.user, year).count()
    return render(request, "deadlines/year_confirm.html", {"row": row, "form": form, "count": count})


def day_new(request: HouseRequest, year: int) -> HttpResponse:
    row = get_object_or_404(CalendarYear.objects.visible_to(request.user), year=year)
    require(can_edit_calendar(request.user))
    day = CalendarDay(ward=request.ward)
    form = DayForm(request.POST or None, instance=day, year=year, cancel_url=row.get_absolute_url())
    if form.is_valid():
        day.add(by=request.user)
        messages.success(request, _("The day is saved."))
        return redirect(day)
    return render(request, "deadlines/day_new.html", {"row": row, "form": form})


def day_edit(request: HouseRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay.objects.visible_to(request.user), pk=pk)
    require(can_edit_calendar(request.user))
    back, year = day.get_absolute_url(), day.date.year
    form = DayForm(request.POST or None, instance=day, year=year, cancel_url=back)
    if form.is_valid():
        day.edit(by=request.user, **form.cleaned_data)
        messages.success(request, _("The day is saved."))
        return redirect(day)
    return render(request, "deadlines/day_edit.html", {"day": day, "year": year, "back": back, "form": form})


def day_delete(request: HouseRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay.objects.visible_to(request.user), pk=pk)
    require(can_edit_calendar(request.user))
    back = day.get_absolute_url()
    if request.method == "POST":
        day.remove(by=request.user)
        messages.success(request, _("The day is taken out of the calendar."))
        return redirect(back)
    return render(request, "deadlines/day_delete.html", {"day": day, "year": day.date.year, "back": back})


# ---- the ward's own table of exchanged days --------------------------------------------------------------
def swap_list(request: HouseRequest) -> HttpResponse:
    """The ward's own lines, and below them those that the portal knows."""
    page = page_of(request, DaySwap.objects.visible_to(request.user), table=SWAPS)
    context = {"page": page, "known": decisions()[::-1], "may_edit": can_edit_calendar(request.user)}
    return render(request, "deadlines/swap_list.html", context)


def swap_new(request: HouseRequest) -> HttpResponse:
    require(can_edit_calendar(request.user))
    return _swap_form(request, DaySwap(ward=request.ward), _("Enter an exchange of days"))


def swap_edit(request: HouseRequest, pk: int) -> HttpResponse:
    swap = get_object_or_404(DaySwap.objects.visible_to(request.user), pk=pk)
    require(can_edit_calendar(request.user))
    return _swap_form(request, swap, _("Correct the exchange of days"))


def _swap_form(request: HouseRequest, swap: DaySwap, title: str) -> HttpResponse:
    def enter(by: Any, **_fields: Any) -> None:
        swap.enter(by=by)

    home = reverse("deadlines:swap_list")
    words: dict[str, Any] = {
        "title": title,
        "done": _("Saved. The calendars that are there follow it."),
        "lead": _("It comes before what the portal knows. Days that somebody entered by hand stay as they are."),
    }
    form = SwapForm(request.POST or None, instance=swap)
    return form_page(request, form, enter, to=home, up=(_("Exchanged days"), home), **words)


def swap_delete(request: HouseRequest, pk: int) -> HttpResponse:
    swap = get_object_or_404(DaySwap.objects.visible_to(request.user), pk=pk)
    require(can_edit_calendar(request.user))
    words: dict[str, Any] = {
        "title": _("Take %(swap)s out of the ward's table?") % {"swap": swap},
        "consequence": _(
            "Both days then are again what the portal's own sources say of them. The history keeps the line."
        ),
        "action": _("Take it out"),
        "done": _("The exchange is taken out."),
    }
    return confirm_page(request, swap.remove, to=swap.get_absolute_url(), danger=True, **words)


# ---- the rules ---------------------------------------------------------------------------------------
def rule_list(request: HouseRequest) -> HttpResponse:
    """Every rule with its source; and from a day on, what follows by one of them."""
    form = CountForm(request.GET if "rule" in request.GET else None, ward=request.ward)
    rows = DeadlineRule.objects.visible_to(request.user)
    hand_over(request, rows, RULES)
    context = {
        "sets": [(name, list(rules)) for name, rules in groupby(rows, key=lambda row: row.rule_set)],
        "form": form,
        "counted": form.cleaned_data if form.is_valid() else None,
        "closed_times": Blackout.objects.visible_to(request.user),
        "may_edit": can_edit_calendar(request.user),
        "today": today(),
    }
    return render(request, "deadlines/rule_list.html", context)


@require_POST
def rule_propose(request: HouseRequest) -> HttpResponse:
    require(can_edit_calendar(request.user))

    def said(count: int) -> str:
        return ngettext("%(count)d rule entered", "%(count)d rules entered", count) % {"count": count}

    def propose(by: Any) -> int:
        return DeadlineRule.propose(request.ward, by=by) + Blackout.propose(request.ward, by=by)

    attempt(request, propose, said)
    return redirect(onward(request, reverse("deadlines:rule_list")))


def rule_verify(request: HouseRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(DeadlineRule.objects.visible_to(request.user), pk=pk)
    require(rule.can_verify(request.user))
    said = {"rule": rule.name, "length": rule.length, "reference": rule.legal_ref}
    words: dict[str, Any] = {
        "title": _("Have you compared this rule with the text of the law?"),
        "consequence": _("%(rule)s: %(length)s (%(reference)s). Your name stands beside it.") % said,
        "action": _("Yes, it is right"),
        "done": _("The rule is verified."),
    }
    return confirm_page(request, rule.verify, to=rule.get_absolute_url(), **words)


def blackout_verify(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Blackout.objects.visible_to(request.user), pk=pk)
    require(row.can_verify(request.user))
    said = {"kind": str(row).capitalize(), "extent": row.extent, "reference": row.legal_ref}
    words: dict[str, Any] = {
        "title": _("Have you compared this rule with the text of the law?"),
        "consequence": _("%(kind)s: %(extent)s (%(reference)s). From now on such a day is refused.") % said,
        "action": _("Yes, it is right"),
        "done": _("The rule is verified."),
    }
    return confirm_page(request, row.verify, to=row.get_absolute_url(), **words)


# ---- the deadlines of the ward ------------------------------------------------------------------------
def deadline_list(request: HouseRequest) -> HttpResponse:
    """What runs, by its day; with `on`: as it stood at the end of that day."""
    require(access.can(request.user, Permission.DOCUMENT_READ))
    day = day_asked(request)
    filters = DeadlineFilter(request.GET, Deadline.objects.visible_to(request.user), request=request)
    rows = filters.qs.as_of(day or today())
    counts = rows.counts()
    page = page_of(request, rows.in_tab(filters.tab).for_list(), table=DEADLINES)
    with_owners(page.object_list)
    context = {
        "page": page,
        "filters": filters,
        "tabs": [_tab(request, code, counts[code], filters.tab) for code in STANDING_LABELS],
        "counts": counts,
        "day": day,
        "today": day or today(),
    }
    return render(request, "deadlines/deadline_list.html", context)


def _tab(request: HouseRequest, code: str, count: int, current: str) -> dict[str, Any]:
    query = request.GET.copy()
    query["state"] = code
    query.pop("page", None)
    tab = {"label": STANDING_LABELS[code], "query": query.urlencode(), "count": count, "is_current": code == current}
    return tab | {"figure": "deadlines.overdue" if code == "overdue" and len(query) == 1 else ""}


# ---- the deadline of a row ---------------------------------------------------------------------------
def _deadline(request: HouseRequest, pk: int) -> Deadline:
    rows = Deadline.objects.visible_to(request.user).select_related("rule", "met_by").prefetch_related("pauses")
    return get_object_or_404(rows, pk=pk)


def deadline_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """By which rule it was counted, its pauses, and what a changed rule would say instead."""
    row = _deadline(request, pk)
    missing, offered = "", {}
    try:
        offered = row.offer() if row.met_on is None else {}
    except CalendarMissing as error:
        missing = str(error)
    context = {
        "row": row,
        "owner": row.owner,
        "offered": [(_field_words(name), *_said(row, name, pair)) for name, pair in offered.items()],
        "missing": missing,
        "may_keep": row.can_keep(request.user),
        "is_over": row.is_over(today()),
    }
    return render(request, "deadlines/deadline_detail.html", context)


def _field_words(name: str) -> str:
    return str(Deadline._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _said(row: Deadline, name: str, pair: tuple[Any, Any]) -> list[str]:
    """Both values in words: a choice by its label, a yes or no, a day as it is written here."""
    choices = dict(Deadline._meta.get_field(name).choices or ())  # type: ignore[union-attr]
    words = {True: _("yes"), False: _("no")}
    return [
        date_format(value, "d/m/Y")
        if isinstance(value, datetime.date)
        else str(words[value] if isinstance(value, bool) else choices.get(value, value))
        for value in pair
    ]


def _keep(
    request: HouseRequest, pk: int, form: Any, verb: str, *, title: str, done: str, lead: str = ""
) -> HttpResponse:
    row = _deadline(request, pk)
    require(row.can_keep(request.user))
    here = row.get_absolute_url()
    return form_page(request, form, getattr(row, verb), to=here, up=(str(row), here), title=title, done=done, lead=lead)


def deadline_pause(request: HouseRequest, pk: int) -> HttpResponse:
    lead = _("Paused days are not counted: the last day moves on by as many.")
    words = {"title": _("Pause the deadline"), "done": _("The deadline is paused."), "lead": lead}
    return _keep(request, pk, PauseForm(request.POST or None), "pause", **words)


def deadline_resume(request: HouseRequest, pk: int) -> HttpResponse:
    words = {"title": _("Let the deadline go on"), "done": _("The deadline goes on.")}
    return _keep(request, pk, ResumeForm(request.POST or None), "resume", **words)


def deadline_meet(request: HouseRequest, pk: int) -> HttpResponse:
    words = {"title": _("Met: on which day?"), "done": _("Written down as met.")}
    return _keep(request, pk, MeetForm(request.POST or None), "meet", **words)


@require_POST
def deadline_recalculate(request: HouseRequest, pk: int) -> HttpResponse:
    """The difference stands above the button."""
    row = _deadline(request, pk)
    require(row.can_keep(request.user))
    attempt(request, row.recalculate, _("Counted anew by the changed rule."))
    return redirect(row)
