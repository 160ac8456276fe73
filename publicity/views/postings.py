import datetime
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from accounts.reading import opened
from core.dates import parse_date, quarter_of
from core.files import serve
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page, page_of
from publicity import actions
from publicity.choices import Phase, PostingState
from publicity.filters import POSTINGS, PUBLICISED, PostingFilter
from publicity.forms.posting import (
    CloseForm,
    PlaceForm,
    PostingForm,
    PostingReturnForm,
    ProofForm,
    PutUpForm,
    TakeDownForm,
)
from publicity.models import Posting, PostingFile, PostingPlace, PostingProof

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def posting_list(request: HouseRequest) -> HttpResponse:
    rows = Posting.objects.visible_to(request.user)
    filters = PostingFilter(request.GET, rows, request=request)
    context = {
        "page": page_of(request, filters.typed_first(filters.qs.for_list()), table=POSTINGS),
        "filters": filters,
        "can_write": access.can(request.user, Permission.POSTING_EDIT),
        "today": today(),
    }
    return render(request, "publicity/posting_list.html", context)


def posting_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.POSTING_EDIT))
    posting = Posting(ward=request.ward)
    form = PostingForm(request.POST or None, request.FILES or None, instance=posting, user=request.user)

    def write(by: Any, places: Any, papers: Any, **_fields: Any) -> Posting:
        posting.write(by=by, places=places, papers=papers)
        return posting

    home = reverse("publicity:posting_list")
    words: dict[str, Any] = {"title": _("Prepare a posting"), "done": _("Posting saved")}
    return form_page(request, form, write, to=home, up=(_("Postings"), home), **words)


def posting_detail(request: HouseRequest, pk: int) -> HttpResponse:
    posting, user = _posting(request, pk), request.user
    context = {
        "posting": posting,
        "phase": posting.phase,
        "due_up": posting.due_up,
        "days_aloud": posting.days_aloud,
        "read_aloud": posting.read_aloud,
        "can_broadcast": access.can(user, Permission.BROADCAST_EDIT),
        "spots": posting.spots.select_related("place"),
        "files": posting.files.all(),
        "proofs": posting.proofs.select_related("place"),
        "returned": _last_step(posting, PostingState.DRAFT) if posting.state == PostingState.DRAFT else None,
        "ended": _last_step(posting, posting.state) if posting.phase in {Phase.CLOSED, Phase.WITHDRAWN} else None,
        "can_edit": posting.can_edit(user),
        "can_put_up": posting.can_put_up(user),
        "can_prove": posting.can_prove(user),
        "can_close": posting.can_close(user),
        "can_take_down": posting.can_take_down(user),
        "can_open_files": posting.can_open_files(user),
    }
    return render(request, "publicity/posting_detail.html", context)


def posting_edit(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_edit(request.user))
    form = PostingForm(request.POST or None, request.FILES or None, instance=posting, user=request.user)
    words: dict[str, Any] = {"title": _("Change the posting"), "done": _("Posting saved")}
    return form_page(request, form, posting.edit, **_back(posting), **words)


@require_POST
def posting_submit(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_submit(request.user))
    attempt(request, posting.submit, _("Posting handed to those who put it up"))
    return redirect(posting)


def posting_return(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_put_up(request.user))
    words: dict[str, Any] = {"title": _("Ask for changes to the posting"), "done": _("Posting returned for changes")}
    return form_page(request, PostingReturnForm(request.POST or None), posting.send_back, **_back(posting), **words)


def posting_put_up(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_put_up(request.user))
    form = PutUpForm(request.POST or None, posting=posting)
    words: dict[str, Any] = {"title": _("Put it up"), "done": _("Posting is up"), "lead": posting.title}
    return form_page(request, form, posting.put_up, **_back(posting), **words)


def posting_close(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_close(request.user))
    form = CloseForm(request.POST or None, request.FILES or None)

    def close(**fields: Any) -> None:
        posting.close(**fields)

    words: dict[str, Any] = {"title": _("Close the posting"), "done": _("Posting closed"), "lead": posting.title}
    return form_page(request, form, close, **_back(posting), **words)


def posting_take_down(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_take_down(request.user))
    words: dict[str, Any] = {"title": _("Take it down early"), "done": _("Posting taken down"), "lead": posting.title}
    return form_page(request, TakeDownForm(request.POST or None), posting.take_down, **_back(posting), **words)


def posting_file(request: HouseRequest, pk: int) -> FileResponse:
    rows = PostingFile.objects.visible_to(request.user).filter(posting__in=Posting.objects.visible_to(request.user))
    file = get_object_or_404(rows.select_related("posting"), pk=pk)
    require(file.posting.can_open_files(request.user))
    if file.posting.names_people:
        opened(request, file.posting, fields="file")
    return serve(file.file.open(), name=file.original_name, mime=file.mime)


@require_POST
def posting_file_delete(request: HouseRequest, pk: int) -> HttpResponse:
    rows = PostingFile.objects.visible_to(request.user).filter(posting__in=Posting.objects.visible_to(request.user))
    file = get_object_or_404(rows.select_related("posting"), pk=pk)
    require(file.posting.can_edit(request.user))
    attempt(request, file.remove, _("File taken out"))
    return redirect(file.posting)


def posting_record(request: HouseRequest, pk: int, what: str) -> HttpResponse:
    """A blank paper to sign: that it was put up, or that it was taken down."""
    posting = _posting(request, pk)
    require(access.can(request.user, Permission.POSTING_EDIT))
    response = HttpResponse(actions.docx(posting, what), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{what}-{posting.pk}.docx"'
    return response


def proof_new(request: HouseRequest, pk: int) -> HttpResponse:
    posting = _posting(request, pk)
    require(posting.can_prove(request.user))
    proof = PostingProof(ward=posting.ward, posting=posting)
    form = ProofForm(request.POST or None, request.FILES or None, instance=proof, posting=posting)

    def prove(**fields: Any) -> None:
        posting.prove(**fields)

    words: dict[str, Any] = {"title": _("Add proof"), "done": _("Proof saved"), "lead": posting.title}
    return form_page(request, form, prove, **_back(posting), **words)


def proof_file(request: HouseRequest, pk: int) -> FileResponse:
    rows = PostingProof.objects.visible_to(request.user).filter(posting__in=Posting.objects.visible_to(request.user))
    proof = get_object_or_404(rows.select_related("posting"), pk=pk)
    require(access.can(request.user, Permission.WARD_READ))
    if proof.posting.names_people:
        opened(request, proof.posting, fields="file")
    return serve(proof.file.open(), name=proof.original_name, mime=proof.mime)


def register_list(request: HouseRequest) -> HttpResponse:
    """What was put up in a quarter: the list that the ward renews four times a year and puts up itself."""
    day = parse_date(request.GET.get("quarter", ""), today().year) or today()
    first, last = quarter_of(day)
    rows = Posting.objects.visible_to(request.user).begun_in(first, last).filter(register_of=None)
    may = access.can(request.user, Permission.POSTING_EDIT)
    page = page_of(request, rows.for_list(), table=PUBLICISED)
    aired = list(actions.aired_in(request.ward, first, last))
    brought = actions.brought_out_in(request.ward, first, last)
    of_quarter = f"year={first.year}&quarter={first}"
    context = {
        "page": page,
        "aired": aired,
        "times": sum(row.times for row in aired),
        "airings_url": f"{reverse('publicity:airing_list')}?{of_quarter}",
        "brought": brought,
        "outputs_url": f"{reverse('publicity:output_list')}?{of_quarter}",
        "first": first,
        "last": last,
        "before": quarter_of(first - datetime.timedelta(days=1))[0],
        "after": last + datetime.timedelta(days=1) if last < today() else None,
        "posted_as": Posting.objects.visible_to(request.user).register_of(first).first(),
        "may_post": may and last < today() and (page.object_list or aired),
    }
    return render(request, "publicity/register_list.html", context)


@require_POST
def register_post(request: HouseRequest) -> HttpResponse:
    """Begin the posting of a quarter's list."""
    require(access.can(request.user, Permission.POSTING_EDIT))
    day = parse_date(request.POST.get("quarter", ""), today().year)
    made: list[Posting] = []

    def begin(by: Any) -> None:
        made.append(actions.begin_register(request.ward, day or today(), by=by))

    attempt(request, begin, _("The list is written as a draft. Look through it, then hand it over."))
    return redirect(made[0] if made else reverse("publicity:register_list"))


def place_list(request: HouseRequest) -> HttpResponse:
    rows = PostingPlace.objects.visible_to(request.user)
    context = {"rows": rows, "can_write": access.can(request.user, Permission.POSTING_EDIT), "today": today()}
    return render(request, "publicity/place_list.html", context)


def place_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.POSTING_EDIT))
    place = PostingPlace(ward=request.ward)
    form = PlaceForm(request.POST or None, instance=place)

    def add(by: Any, **_fields: Any) -> None:
        place.add(by=by)

    words: dict[str, Any] = {"title": _("Add a place"), "done": _("Place saved")}
    return form_page(request, form, add, **_to_places(), **words)


def place_edit(request: HouseRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(PostingPlace.objects.visible_to(request.user), pk=pk)
    require(access.can(request.user, Permission.POSTING_EDIT))
    form = PlaceForm(request.POST or None, instance=place)
    words: dict[str, Any] = {"title": _("Change the place"), "done": _("Place saved")}
    return form_page(request, form, place.edit, **_to_places(), **words)


def _posting(request: HouseRequest, pk: int) -> Posting:
    rows = Posting.objects.visible_to(request.user).select_related(
        "document__kind", "document__issuer", "rule", "hang_deadline", "put_up_deadline__rule", "ward"
    )
    return get_object_or_404(rows, pk=pk)


def _last_step(posting: Posting, to: str) -> Any:
    return posting.transitions.filter(new=to).exclude(old="").first()


def _back(posting: Posting) -> dict:
    here = posting.get_absolute_url()
    return {"to": here, "up": (posting.title, here)}


def _to_places() -> dict:
    home = reverse("publicity:place_list")
    return {"to": home, "up": (_("Places of postings"), home)}
