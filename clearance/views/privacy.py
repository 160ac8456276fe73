"""The privacy desk: what people ask about their own data, and breaches."""

from functools import partial
from typing import Any, cast

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import access, reading
from accounts.access import Permission, require
from accounts.models import User
from clearance import retention
from clearance.filters import PRIVACY, PrivacyFilter
from clearance.forms.privacy import (
    BreachForm,
    BreachReportForm,
    ClearForm,
    PersonFindForm,
    PrivacyAnswerForm,
    PrivacyEndForm,
    PrivacyRequestForm,
)
from clearance.jobs import ERASE, LOOK, OWN_DATA
from clearance.models import Breach, Disposal, Party, PartyDetails, PrivacyRequest
from clearance.models.erasure import words_of
from core.http import HouseRequest
from core.pages import attempt, form_page, page_of
from core.search import fold
from notifications.models import Job


def _desk(request: HouseRequest) -> None:
    require(access.can(request.user, Permission.PRIVACY_KEEP))
    reading.shows_households(request)


def _request(request: HouseRequest, year: int, number: int) -> PrivacyRequest:
    reading.shows_households(request)
    rows = PrivacyRequest.objects.visible_to(request.user).select_related("party")
    return get_object_or_404(rows, year=year, number=number)


def privacy_list(request: HouseRequest) -> HttpResponse:
    _desk(request)
    filters = PrivacyFilter(request.GET, PrivacyRequest.objects.visible_to(request.user), request=request)
    page = page_of(request, filters.qs.for_list(), table=PRIVACY)
    breaches = Breach.objects.visible_to(request.user).order_by("-noticed_on", "-pk")[:20]
    context = {"page": page, "filters": filters, "breaches": breaches}
    return render(request, "clearance/privacy_list.html", context)


def privacy_new(request: HouseRequest) -> HttpResponse:
    _desk(request)
    here = reverse("clearance:privacy_list")
    form = PrivacyRequestForm(request.POST or None, instance=PrivacyRequest(ward=request.ward))

    def keep(by: User, **_fields: Any) -> PrivacyRequest:
        form.instance.receive(by=by)
        return form.instance

    words = {"title": _("Receive a privacy request"), "done": _("Received, with its number and clock")}
    return form_page(request, form, keep, to=here, up=(_("Privacy desk"), here), **words)


@never_cache
def privacy_detail(request: HouseRequest, year: int, number: int) -> HttpResponse:
    row = _request(request, year, number)
    reading.opened(request, row, fields="name")
    name, text = cast(Any, row.name), cast(Any, row.text)
    readable = name.is_readable and text.is_readable
    context = {
        "row": row,
        "name": name.open() if readable else "",
        "text": text.open() if readable else "",
        "readable": readable,
        "clock": row.clock,
        "person": reading.names([("clearance.party", row.party_id)], row.ward_id) if row.party_id else {},
    }
    return render(request, "clearance/privacy_detail.html", context)


def privacy_answer(request: HouseRequest, year: int, number: int) -> HttpResponse:
    row = _request(request, year, number)
    here, form = row.get_absolute_url(), PrivacyAnswerForm(request.POST or None)
    words = {"title": _("Answer the request"), "done": _("Written down")}
    return form_page(request, form, row.answer, to=here, up=(str(row), here), **words)


def privacy_end(request: HouseRequest, year: int, number: int) -> HttpResponse:
    row = _request(request, year, number)
    here, form = row.get_absolute_url(), PrivacyEndForm(request.POST or None)
    words = {"title": _("End the request"), "done": _("Written down")}
    return form_page(request, form, row.end, to=here, up=(str(row), here), **words)


@never_cache
def privacy_person(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """Which person of a file asks: found by name or whole number, by POST alone; what was found is logged."""
    row = _request(request, year, number)
    here, form = row.get_absolute_url(), PersonFindForm(request.POST or None)
    form.cancel_url = here
    people = Party.objects.filter(ward=request.ward)
    if request.method == "POST" and (chosen := request.POST.get("party", "")).isdecimal():
        party = get_object_or_404(people, pk=int(chosen[:18]))
        if attempt(request, partial(row.name_person, party), _("Person of the request saved")):
            return redirect(row)
    found: Any = None
    if form.is_valid():
        found = list(_found(people, form.cleaned_data["words"], request.ward.pk))
        where = reading.names([("clearance.party", party.pk) for party in found], request.ward.pk)
        for party in found:
            party.where = where["clearance.party", party.pk]
            reading.opened(request, party, fields="name", reason=str(row))
    return render(request, "clearance/privacy_person.html", {"row": row, "form": form, "found": found, "here": here})


def _found(people: Any, words: str, ward_id: int) -> Any:
    numbered = PartyDetails.objects.numbered(words, ward_id).values("party")
    return people.filter(Q(search_key__contains=fold(words)) | Q(pk__in=numbered)).order_by("sort_key", "pk")[:20]


@require_POST
def privacy_export(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """The person's own data as a file, for an answered request."""
    row = _request(request, year, number)
    require(row.can_hand_out())
    return redirect(Job.ask(OWN_DATA, by=request.user, request=row.pk, ward=row.ward_id))


@require_POST
def privacy_look(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """What would be emptied: looked up by a job, kept beside the request."""
    row = _request(request, year, number)
    require(row.can_erase())
    return redirect(Job.ask(LOOK, by=request.user, request=row.pk, ward=row.ward_id))


def privacy_erase(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """First what would be emptied, as it was looked up today; then, asked once more, it is."""
    row = _request(request, year, number)
    require(row.can_erase())
    if request.method == "POST":
        require(row.can_carry_out())
        return redirect(Job.ask(ERASE, by=request.user, request=row.pk, ward=row.ward_id))
    ours, others = (
        [(words_of(p), p["count"]) for p in row.would_empty if p["is_ours"] is kind] for kind in (True, False)
    )
    return render(request, "clearance/privacy_erase.html", {"row": row, "ours": ours, "others": others})


# ---- how long things are kept -------------------------------------------------------------------------
def privacy_keeping(request: HouseRequest) -> HttpResponse:
    """Each kind of record with its rule, and how many rows are kept longer than that; `of` opens these rows."""
    _desk(request)
    if "of" in request.GET:
        return _kept(request, request.GET["of"])
    known = retention.rules(request.ward.pk)
    kinds = [
        (record, rule := known.get(record.code), record.past(request.ward.pk, rule).count() if rule else None)
        for record in retention.RECORDS
    ]
    laws = dict.fromkeys(rule.legal_ref for rule in known.values())
    return render(request, "clearance/privacy_keeping.html", {"kinds": kinds, "laws": laws})


def _record(code: str) -> retention.Record:
    record = retention.record_of(code)
    if record is None:
        raise Http404
    return record


def _kept(request: HouseRequest, code: str) -> HttpResponse:
    """What of one kind is kept longer than its rule says. Nobody's name stands here."""
    _desk(request)
    record = _record(code)
    rule = retention.rules(request.ward.pk).get(code)
    page = page_of(request, record.past(request.ward.pk, rule))
    lines = [(row, *record.line(row)) for row in page.object_list]
    looked = None if record.of_people else retention.looked_at(request.ward.pk, code)
    waiting = Disposal.objects.visible_to(request.user).waiting().filter(code=code).select_related("begun_by").first()
    past: Any = page.paginator.object_list
    noun = past.model._meta.verbose_name_plural
    return render(
        request,
        "clearance/privacy_kept.html",
        {
            "record": record,
            "rule": rule,
            "page": page,
            "lines": lines,
            "noun": noun,
            "looked": looked,
            "waiting": waiting,
        },
    )


@require_POST
def privacy_look_kept(request: HouseRequest) -> HttpResponse:
    """The dry run: carried out and taken back at once."""
    _desk(request)
    code = request.POST.get("of", "")
    if _record(code).clear is None:
        raise Http404
    return redirect(Job.ask(retention.LOOK_KEPT, by=request.user, of=code, ward=request.ward.pk))


def privacy_clear(request: HouseRequest) -> HttpResponse:
    """Begun by one person, once it was looked up today and what belongs there is with the archive."""
    _desk(request)
    record = _record(code := request.GET.get("of", ""))
    if record.clear is None:
        raise Http404
    here = f"{reverse('clearance:privacy_keeping')}?of={code}"
    if (looked := retention.looked_at(request.ward.pk, code)) is None:
        require(access.denied(_("Look first what would be taken out; what was seen holds for its day.")))
    rule = retention.rules(request.ward.pk).get(code)
    if rule is None:
        raise Http404
    form = ClearForm(request.POST or None, to_archive=record.to_archive)
    found = looked.said if looked else ""

    def begin(by: User, **fields: Any) -> Disposal:
        facts: dict[str, Any] = {"until": retention.first_kept(rule), "said": found, "what": str(record.label)}
        return Disposal.begin(rule, by=by, **facts, **fields)

    words = {"title": _("Take out what is past its time"), "done": _("Begun; a second person confirms it")}
    lead = f"{record.label}. {found}"
    return form_page(request, form, begin, to=here, up=(str(record.label), here), lead=lead, **words)


def _disposal(request: HouseRequest, pk: int) -> tuple[Disposal, retention.Record]:
    rows = Disposal.objects.visible_to(request.user).select_related("rule", "begun_by", "confirmed_by")
    row = get_object_or_404(rows, pk=pk)
    return row, _record(row.code)


def privacy_disposal(request: HouseRequest, pk: int) -> HttpResponse:
    """What one person began; another one confirms it here, or it is left."""
    row, record = _disposal(request, pk)
    confirms = row.can_confirm(request.user)
    context = {"row": row, "record": record, "confirms": confirms, "may_leave": row.can_leave(request.user)}
    context["on_desk"] = access.can(request.user, Permission.PRIVACY_KEEP)
    return render(request, "clearance/privacy_disposal.html", context)


@require_POST
def privacy_disposal_confirm(request: HouseRequest, pk: int) -> HttpResponse:
    row, record = _disposal(request, pk)
    require(row.can_confirm(request.user))
    attempt(request, partial(row.confirm, what=str(record.label)), _("Confirmed; it is being taken out"))
    return redirect(row)


@require_POST
def privacy_disposal_leave(request: HouseRequest, pk: int) -> HttpResponse:
    row, record = _disposal(request, pk)
    require(row.can_leave(request.user))
    attempt(request, partial(row.leave, what=str(record.label)), _("Left: nothing is taken out"))
    return redirect(row)


@require_POST
def privacy_begin(request: HouseRequest, code: str, pk: int) -> HttpResponse:
    """The erasure of a person whose time is over begins; nothing is emptied yet."""
    _desk(request)
    record = _record(code)
    rule = retention.rules(request.ward.pk).get(code)
    if rule is None or not record.of_people:
        raise Http404
    row = get_object_or_404(record.past(request.ward.pk, rule).select_related("party"), pk=pk)
    asked = PrivacyRequest.begin(row.party, by=request.user, rule=rule)
    return redirect("clearance:privacy_erase", asked.year, asked.number)


def breach_new(request: HouseRequest) -> HttpResponse:
    _desk(request)
    here = reverse("clearance:privacy_list")
    form = BreachForm(request.POST or None, instance=Breach(ward=request.ward))

    def note(by: User, **_fields: Any) -> Breach:
        form.instance.note(by=by)
        return form.instance

    words = {"title": _("Note a breach"), "done": _("Noted, the clock runs")}
    return form_page(request, form, note, to=here, up=(_("Privacy desk"), here), **words)


def breach_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """What is known of it; its report is recorded here."""
    reading.shows_households(request)
    row = get_object_or_404(Breach.objects.visible_to(request.user), pk=pk)
    form = BreachReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(request, row.report, _("Written down"), form=form, **form.cleaned_data):
            return redirect(row)
    context = {"row": row, "form": None if row.told_on else form, "clock": row.clock}
    return render(request, "clearance/breach_detail.html", context)
