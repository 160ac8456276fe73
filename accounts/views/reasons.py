"""Why somebody opens a file that is not the own work: asked once for each file and day."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import reading
from accounts.forms.reading import ReasonForm
from accounts.models import AccessLog
from core.http import HouseRequest
from core.models import today


def ask_reason(request: HouseRequest, subject: Any) -> HttpResponse | None:
    """The page that asks, in place of the file; None where it may be shown. The answer stands in the log.

    subject: a row that knows whose work it is (`is_own_work`); the reason holds for all that hangs on it.
    """
    user = request.user
    if subject.is_own_work(user) or AccessLog.objects.explained(user=user, subject=subject, day=today()):
        return None
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reading.opened(request, subject, reason=form.said)
        return redirect(request.get_full_path())
    reading.shows_households(request)
    return render(request, "accounts/reason.html", {"form": form, "what": subject.words_in_log})
