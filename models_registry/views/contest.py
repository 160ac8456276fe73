from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access
from accounts.access import Decision, Permission, require
from accounts.models import Unit
from campaigns.middleware import takes_lists, year_of_request
from core.http import HouseRequest
from core.listing import hand_over
from core.models import today
from core.pages import attempt, form_page, page_of
from models_registry.choices import PUBLISHABLE, EntryState
from models_registry.filters import ENTRIES, QUOTAS, EntryFilter
from models_registry.forms import ContestForm, ContestRulesForm, EntryForm, EntryStepForm, QuotasForm
from models_registry.models import Contest, ContestEntry, Judging, board, total
from models_registry.models.consent import can_publish, can_record, missing_consents
from models_registry.models.contest import blind_contests

LABELS = dict(EntryState.choices)
get_or_post = require_http_methods(["GET", "POST"])


def can_list(user: Any) -> Decision:
    right = access.can(user, Permission.ENTRY_WRITE)
    return right or access.can(user, Permission.WARD_READ)


def _contest(request: HouseRequest, pk: int) -> Contest:
    contest = get_object_or_404(Contest.objects.visible_to(request.user).select_related("campaign"), pk=pk)
    require(can_list(request.user))
    request.campaign = contest.campaign
    return contest


def fetch_entry(request: HouseRequest, pk: int) -> ContestEntry:
    """An entry that the user may see; the page stands in its year."""
    rows = ContestEntry.objects.visible_to(request.user).select_related("unit", "contest__campaign", "article")
    entry = get_object_or_404(rows, pk=pk)
    request.campaign = entry.campaign
    return entry


@require_GET
def contest_list(request: HouseRequest) -> HttpResponse:
    """The year's contests: what each unit has to write, what is written and what was sent."""
    require(can_list(request.user))
    user, campaign = request.user, year_of_request(request)
    contests = list(Contest.objects.visible_to(user).filter(campaign=campaign).select_related("campaign"))
    lines = board(contests, user)
    blind = set(blind_contests(user).values_list("pk", flat=True))
    hand_over(request, [line for row in contests if row.pk not in blind for line in lines[row.pk]], QUOTAS)
    for contest in contests:
        contest.is_blind = contest.pk in blind
        contest.lines = [] if contest.is_blind else lines[contest.pk]
        contest.sums = total(contest, contest.lines)
    open_year = campaign.can_change()
    judged = set(Judging.objects.visible_to(user).filter(contest__in=contests).values_list("contest", flat=True))
    context: dict[str, Any] = {"judged": judged, "contests": contests, "today": today()}
    context |= {"can_manage": open_year and access.can(user, Permission.CONTEST_MANAGE)}
    context["can_write"] = open_year and access.can(user, Permission.ENTRY_WRITE)
    return render(request, "models_registry/contest_list.html", context)


@require_GET
def contest_owed(request: HouseRequest, pk: int) -> HttpResponse:
    """The units that owe entries, each with a text ready to copy."""
    contest = _contest(request, pk)
    require(contest.can_see_names(request.user))
    lines = [line for line in board([contest], request.user)[contest.pk] if line.owed]
    return render(request, "models_registry/contest_owed.html", {"contest": contest, "lines": lines})


@get_or_post
def contest_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CONTEST_MANAGE))
    contest = Contest(ward=request.ward, campaign=year_of_request(request))
    return _contest_form(request, contest, _("Announced the contest"))


@get_or_post
def contest_edit(request: HouseRequest, pk: int) -> HttpResponse:
    return _contest_form(request, _contest(request, pk), _("Saved the contest"))


def _contest_form(request: HouseRequest, contest: Contest, done: str) -> HttpResponse:
    require(contest.can_manage(request.user))
    form = ContestForm(request.POST or None, instance=contest, user=request.user, year=contest.campaign.year)
    if form.is_valid():
        contest.save_details(by=request.user)
        messages.success(request, done)
        return redirect(contest)
    return render(request, "models_registry/contest_form.html", {"contest": contest, "form": form})


@get_or_post
def contest_quotas(request: HouseRequest, pk: int) -> HttpResponse:
    contest = _contest(request, pk)
    require(contest.can_manage(request.user))
    form = QuotasForm(request.POST or None, contest=contest, cancel_url=contest.get_absolute_url())
    if form.is_valid():
        contest.share_out(by=request.user, required=form.required())
        messages.success(request, _("Saved the quotas"))
        return redirect(contest)
    context = {"contest": contest, "form": form, "takes_lists": takes_lists(request)}
    return render(request, "models_registry/contest_quotas.html", context)


@get_or_post
def contest_rules(request: HouseRequest, pk: int) -> HttpResponse:
    """How long, with how many pictures, and who may not enter."""
    contest = _contest(request, pk)
    require(contest.can_manage(request.user))
    form = ContestRulesForm(request.POST or None, instance=contest)
    return form_page(
        request,
        form,
        contest.set_rules,
        title=_("Rules of the contest"),
        done=_("Saved the rules"),
        to=contest.get_absolute_url(),
        up=(_("The writing contest"), contest.get_absolute_url()),
        lead=str(contest),
    )


@require_GET
def entry_list(request: HouseRequest) -> HttpResponse:
    require(can_list(request.user))
    mine = ContestEntry.objects.visible_to(request.user).filter(contest__campaign=year_of_request(request))
    filters = EntryFilter(request.GET, mine, request=request)
    page = page_of(request, filters.typed_first(filters.qs.for_list()), table=ENTRIES)
    for entry in page.object_list:
        state = getattr(entry, "state_then", entry.state)
        entry.chip = (state, LABELS[state])
    context = {"filters": filters, "page": page, "on": filters.asked("on")}
    return render(request, "models_registry/entry_list.html", context)


@get_or_post
def entry_new(request: HouseRequest, pk: int) -> HttpResponse:
    contest = _contest(request, pk)
    require(access.can(request.user, Permission.ENTRY_WRITE))
    require(contest.campaign.can_change())
    units = Unit.objects.inside().valid_on(today()).actionable_by(request.user, Permission.ENTRY_WRITE)
    own = units.filter(pk__in=access.grants(request.user).unit_ids).order_by("sort_key").first()
    entry = ContestEntry(ward=request.ward, contest=contest, unit=own or units.first())
    return _entry_form(request, entry, _("Entered the entry"))


@get_or_post
def entry_edit(request: HouseRequest, pk: int) -> HttpResponse:
    entry = fetch_entry(request, pk)
    require(entry.can_edit(request.user))
    return _entry_form(request, entry, _("Saved the entry"))


def _entry_form(request: HouseRequest, entry: ContestEntry, done: str) -> HttpResponse:
    form = EntryForm(request.POST or None, instance=entry, user=request.user)
    if form.is_valid():
        entry.save_details(by=request.user)
        messages.success(request, done)
        return redirect(entry)
    return render(request, "models_registry/entry_form.html", {"entry": entry, "form": form})


@get_or_post
def entry_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """The entry, and the one form that records what happened to it next."""
    entry = fetch_entry(request, pk)
    steps = entry.steps_for(request.user)
    if request.method == "POST":
        require(access.ALLOWED if steps else entry.can_edit(request.user))
    form = EntryStepForm(request.POST or None, steps=steps, initial={"on": today()}, year=entry.campaign.year)
    if steps and form.is_valid():
        attempt(request, entry.take, _("Recorded the step"), **form.cleaned_data)
        return redirect(entry)
    page: dict[str, Any] = {"entry": entry, "form": form if steps else None, "may_edit": entry.can_edit(request.user)}
    page["may_hand_in"] = entry.can_hand_in(request.user)
    page["versions"] = entry.versions.select_related("by", "entered_for_unit_by").prefetch_related("files")
    page |= _publishing(entry, request.user)
    page["transitions"] = entry.transitions.exclude(reason="").select_related("by")
    return render(request, "models_registry/entry_detail.html", page)


def _publishing(entry: ContestEntry, user: Any) -> dict[str, Any]:
    """The part of an entry's page about consents and its article; nothing while the entry is not approved."""
    if entry.state not in PUBLISHABLE and not entry.article_id:
        return {}
    return {
        "consents": entry.consents.select_related("by").prefetch_related("papers"),
        "missing": missing_consents(entry),
        "may_record": can_record(entry, user),
        "may_publish": can_publish(entry, user),
        "has_publishing": True,
    }
