"""How mail is set on the server, and a mail to try it."""

from functools import partial

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Permission, can, require
from core.http import HouseRequest
from core.pages import attempt
from notifications.forms.mail_test import MailTestForm
from notifications.operations import trial


def mail_test(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.OPERATE))
    is_set = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    form = MailTestForm(request.POST or None, initial={"address": request.user.email})
    form.cancel_url = reverse("notifications:operations")
    if is_set and form.is_valid():
        address = form.cleaned_data["address"]
        done = _("The mail server took the mail to %(address)s. Look whether it arrived.") % {"address": address}
        if attempt(request, partial(trial.send, address), done, form=form):
            return redirect(request.get_full_path())
    context = {
        "form": form,
        "is_set": is_set,
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "user": settings.EMAIL_HOST_USER,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "notifications/mail_test.html", context)
