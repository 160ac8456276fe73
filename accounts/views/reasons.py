"""Why somebody opens a household's file that is not the own work: asked once for each file and day."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import reading
from accounts.forms.reading import ReasonForm
from accounts.models import AccessLog
from core.http import HouseRequest
from core.models import WardModel, today


def ask_reason(request: HouseRequest, subject: WardModel, *, is_own: bool) -> HttpResponse | None:
    """The page that asks, in place of the file; None where the file may be shown. The answer stands in the log."""
    if is_own or AccessLog.objects.explained(user=request.user, subject=subject, day=today()):
        return None
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reading.opened(request, subject, reason=form.said)
        return redirect(request.get_full_path())
    reading.shows_households(request)
    return render(request, "accounts/reason.html", {"form": form, "what": subject.words_in_log})
