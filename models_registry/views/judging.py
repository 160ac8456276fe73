"""Judging the entries of a contest: what the officer prepares, what a judge reads and gives, and the prizes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import Permission, require
from core.files import serve
from core.http import HouseRequest
from core.pages import attempt, form_page
from models_registry.forms import AwardForm, CopyClearForm, JudgingForm, PointsForm, ReasonForm, TiesForm
from models_registry.models import BlindCopy, Contest, JudgeSheet, Judging
from models_registry.models.judging import traces

get_or_post = require_http_methods(["GET", "POST"])


def _judging(request: HouseRequest, pk: int) -> Judging:
    rows = Judging.objects.in_ward_of(request.user).select_related("contest__campaign")
    judging = get_object_or_404(rows, contest=pk)
    require(judging.can_read(request.user))
    request.campaign = judging.campaign
    return judging


@require_GET
def judging_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """For who runs the contest: copies, who still owes points, places. For a judge: codes and the own points."""
    judging = _judging(request, pk)
    runs = access.is_ward_wide(request.user, Permission.CONTEST_MANAGE)
    page: dict[str, Any] = {"judging": judging, "runs": runs, "may_order": judging.can_order(request.user)}
    page["ranking"] = judging.ranking() if judging.opened_on else []
    page["up"] = judging.contest.get_absolute_url() if runs else ""
    if runs:
        copies = judging.copies.select_related("entry__unit", "prize").prefetch_related("sheets")
        page |= {"copies": copies, "judges": judging.judges.select_related("person")}
        page |= {"may_manage": judging.can_manage(request.user), "may_award": judging.can_award(request.user)}
        page["may_reopen"] = judging.can_reopen(request.user)
        page["published"] = judging.published() if judging.reopened_on else []
        return render(request, "models_registry/judging_detail.html", page)
    mine = JudgeSheet.objects.of(request.user).filter(copy_of__judging=judging)
    page["sheets"] = mine.select_related("copy_of__judging").order_by("copy_of__code")
    page["judge"] = judging.judges.filter(person=request.user).first()
    return render(request, "models_registry/judging_mine.html", page)


@get_or_post
def judging_edit(request: HouseRequest, pk: int) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.visible_to(request.user).select_related("campaign"), pk=pk)
    require(contest.can_manage(request.user))
    request.campaign = contest.campaign
    judging = Judging.objects.filter(ward=request.ward, contest=contest).first()
    if judging:
        require(judging.can_manage(request.user))
    row = judging or Judging(ward=request.ward, contest=contest)
    form = JudgingForm(request.POST or None, instance=row, year=contest.campaign.year)
    return form_page(
        request,
        form,
        row.save_details,
        title=_("Judging"),
        done=_("Saved the judging"),
        to=row.get_absolute_url() if judging or request.method == "POST" else contest.get_absolute_url(),
        up=(str(contest), contest.get_absolute_url()),
        lead=_("Judges see a code and never who wrote. Each judges alone; points open once all are in."),
    )


@get_or_post
def copy_clear(request: HouseRequest, pk: int) -> HttpResponse:
    """The officer looks through what judges will read, with every place where a name is left."""
    require(access.can_in_ward(request.user, Permission.CONTEST_MANAGE))
    rows = BlindCopy.objects.visible_to(request.user).select_related("judging__contest__campaign", "entry__unit")
    copy = get_object_or_404(rows.select_related("version"), pk=pk)
    request.campaign = copy.judging.campaign
    require(copy.judging.can_manage(request.user))
    form = CopyClearForm(request.POST or None, copy=copy, cancel_url=copy.judging.get_absolute_url())
    if form.is_valid():
        done = _("Judges may read entry %(code)s") % {"code": copy}
        if attempt(request, copy.clear, done, form=form, **form.cleaned_data):
            return redirect(copy.judging)
    found = form.found if form.is_bound and hasattr(form, "found") else traces(copy.entry, f"{copy.title}\n{copy.text}")
    page = {"copy": copy, "form": form, "found": found, "pictures": copy.pictures()}
    return render(request, "models_registry/copy_clear.html", page)


@require_POST
def judging_open(request: HouseRequest, pk: int) -> HttpResponse:
    judging = _judging(request, pk)
    require(judging.can_manage(request.user))
    attempt(request, judging.open, _("Gave the entries to the judges. They are told."))
    return redirect(judging)


@get_or_post
def judge_aside(request: HouseRequest, pk: int, judge: int) -> HttpResponse:
    """Somebody who can or should not judge any more; who runs the contest, or the judge."""
    judging = _judging(request, pk)
    row = get_object_or_404(judging.judges.select_related("person"), pk=judge)
    row.judging = judging
    require(row.can_stand_aside(request.user))
    form = ReasonForm(request.POST or None)
    form.submit_label = _("Do not judge any more")
    return form_page(
        request,
        form,
        row.stand_aside,
        title=_("%(name)s does not judge this contest any more") % {"name": row},
        done=_("Written down"),
        to=judging.get_absolute_url(),
        up=(str(judging), judging.get_absolute_url()),
        lead=_("For example because of a conflict of interest. Points that are in stay."),
    )


# ---- what a judge reads ---------------------------------------------------------------------------------
def _copy(request: HouseRequest, pk: int, code: str) -> BlindCopy:
    """The same answer for a code that is not there: who tries codes does not learn which of them there are."""
    judging = _judging(request, pk)
    rows = BlindCopy.objects.judged_by(request.user).select_related("version")
    copy = rows.filter(judging=judging, code=code).first()
    if copy is None:
        raise PermissionDenied(_("You do not judge an entry with this code."))
    copy.judging = judging
    return copy


@get_or_post
def judge_entry(request: HouseRequest, pk: int, code: str) -> HttpResponse:
    copy = _copy(request, pk, code)
    sheet = get_object_or_404(JudgeSheet.objects.of(request.user).select_related("judge"), copy_of=copy)
    sheet.copy_of = copy
    may = sheet.can_score(request.user)
    if request.method == "POST":
        require(may)
    form = PointsForm(request.POST or None, sheet=sheet, cancel_url=copy.judging.get_absolute_url())
    if form.is_valid() and attempt(request, sheet.hand_in, _("Gave the points"), form=form, **form.cleaned_data):
        return redirect(copy.judging)
    page: dict[str, Any] = {"copy": copy, "sheet": sheet, "form": form if may else None, "why_not": may.reason}
    page["pictures"] = range(1, len(copy.pictures()) + 1)
    page["others"] = []
    if copy.is_complete:
        page["others"] = copy.sheets.exclude(pk=sheet.pk).select_related("judge__person")
    return render(request, "models_registry/judge_entry.html", page)


@require_GET
def judge_picture(request: HouseRequest, pk: int, code: str, number: int) -> FileResponse:
    """A picture under the entry's code: its own name may tell whose it is."""
    copy = _copy(request, pk, code)
    pictures = copy.pictures()
    if not 1 <= number <= len(pictures):
        raise Http404
    row = pictures[number - 1]
    return serve(row.file.open("rb"), name=f"{copy.code}-{number}.jpg", mime=row.mime)


# ---- places and prizes ----------------------------------------------------------------------------------
@get_or_post
def judging_ties(request: HouseRequest, pk: int) -> HttpResponse:
    judging = _judging(request, pk)
    require(judging.can_order(request.user))
    form = TiesForm(request.POST or None, tied=[row for row in judging.ranking() if row.is_tied])

    def order(by: Any, reason: str, **_places: Any) -> None:
        judging.order_ties(by=by, order=form.order(), reason=reason)

    return form_page(
        request,
        form,
        order,
        title=_("Entries with the same result"),
        done=_("Put them in order"),
        to=judging.get_absolute_url(),
        up=(str(judging), judging.get_absolute_url()),
        lead=_("1 is the best of those with the same result."),
    )


@get_or_post
def judging_award(request: HouseRequest, pk: int) -> HttpResponse:
    judging = _judging(request, pk)
    require(judging.can_award(request.user))
    form = AwardForm(request.POST or None, judging=judging)

    def award(by: Any, **_given: Any) -> None:
        judging.award(by=by, prizes=form.given())

    return form_page(
        request,
        form,
        award,
        title=_("Award the prizes"),
        done=_("Awarded the prizes"),
        to=judging.get_absolute_url(),
        up=(str(judging), judging.get_absolute_url()),
        lead=_("Proposed by place. With this the judging is closed, and the names are open again."),
    )


@get_or_post
def judging_reopen(request: HouseRequest, pk: int) -> HttpResponse:
    judging = _judging(request, pk)
    require(judging.can_reopen(request.user))
    form = ReasonForm(request.POST or None)
    form.fields["reason"].validators.append(MaxLengthValidator(300))
    form.submit_label = _("Reopen the judging")
    published = judging.published()
    stays = _("Articles made of entries stay as they are: %(titles)s.") % {"titles": "; ".join(map(str, published))}
    return form_page(
        request,
        form,
        judging.reopen,
        title=_("Take the prizes back and reopen the judging?"),
        done=_("Reopened the judging. The prizes are awarded anew."),
        to=judging.get_absolute_url(),
        up=(str(judging), judging.get_absolute_url()),
        lead=" ".join(
            [
                _("All entries go back to the final round, with this reason in their history; the points stay."),
                *([stays] if published else []),
            ]
        ),
    )
