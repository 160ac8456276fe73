"""What a person has asked for and waits for: its progress, and its file for this person alone."""

from mimetypes import guess_type

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.files import serve
from core.http import HouseRequest
from core.pages import attempt, page_of
from notifications.models import Job


def job_list(request: HouseRequest) -> HttpResponse:
    page = page_of(request, Job.objects.visible_to(request.user))
    return render(request, "notifications/job_list.html", {"page": page})


def job_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """The page asks by itself how far it is; without a script a link does."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    template = "notifications/_job.html" if request.htmx else "notifications/job_detail.html"
    return render(request, template, {"job": job})


job_detail.asks_by_itself = True  # type: ignore[attr-defined]  # a mark for SessionAgeMiddleware


@require_POST
def job_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    attempt(request, job.cancel, _("Cancelled. Nothing of it was kept."))
    return redirect(job)


def job_file(request: HouseRequest, pk: int) -> HttpResponseBase:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    gone = Http404(_("The file is not there any more. Ask for it anew."))
    if not job.has_file:
        raise gone
    mime = guess_type(job.file_name)[0] or "application/octet-stream"
    try:
        return serve(job.file.open("rb"), name=job.file_name, mime=mime)
    except FileNotFoundError as error:
        raise gone from error
