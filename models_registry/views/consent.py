"""Consents to publishing an entry, and the article that is made of it."""

from functools import partial
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require
from core.files import serve
from core.http import HouseRequest
from core.pages import confirm_page, form_page
from models_registry.forms import ConsentForm, ReasonForm
from models_registry.models import ContestEntry, EntryConsent
from models_registry.models.consent import can_publish, can_record, publish, record_consent
from models_registry.views.contest import fetch_entry

get_or_post = require_http_methods(["GET", "POST"])


def _consent(request: HouseRequest, entry: ContestEntry, pk: int) -> EntryConsent:
    consent = get_object_or_404(EntryConsent.objects.visible_to(request.user).filter(entry=entry), pk=pk)
    consent.entry = entry
    return consent


@get_or_post
def consent_new(request: HouseRequest, pk: int) -> HttpResponse:
    entry = fetch_entry(request, pk)
    require(can_record(entry, request.user))

    def record(**fields: Any) -> None:
        record_consent(entry, **fields)

    return form_page(
        request,
        ConsentForm(request.POST or None, request.FILES or None, entry=entry),
        record,
        title=_("Consent to publishing"),
        done=_("Recorded the consent"),
        to=entry.get_absolute_url(),
        up=(str(entry), entry.get_absolute_url()),
        lead=_("A consent is a signed paper. Nothing that somebody said or did stands in for it."),
    )


@get_or_post
def consent_withdraw(request: HouseRequest, pk: int, consent: int) -> HttpResponse:
    entry = fetch_entry(request, pk)
    row = _consent(request, entry, consent)
    require(row.can_withdraw(request.user))
    form = ReasonForm(request.POST or None)
    form.submit_label = _("Withdraw the consent")
    return form_page(
        request,
        form,
        row.withdraw,
        title=_("%(name)s withdraws the consent") % {"name": row.person_name},
        done=_("Withdrew the consent"),
        to=entry.get_absolute_url(),
        up=(str(entry), entry.get_absolute_url()),
        lead=_("It stays in the history. Who publishes articles is told when there is an article."),
    )


@require_GET
def consent_file(request: HouseRequest, pk: int, consent: int, file: int) -> FileResponse:
    entry = fetch_entry(request, pk)
    row = get_object_or_404(_consent(request, entry, consent).papers, pk=file)
    return serve(row.file.open("rb"), name=row.original_name, mime=row.mime)


@get_or_post
def entry_publish(request: HouseRequest, pk: int) -> HttpResponse:
    entry = fetch_entry(request, pk)
    require(can_publish(entry, request.user))
    return confirm_page(
        request,
        partial(publish, entry),
        title=_("Make an article of this entry?"),
        consequence=_("A draft with the text and the author’s name; who approves articles looks at it first."),
        action=_("Make the article"),
        done=_("Made a draft of the article"),
        to=entry.get_absolute_url(),
    )
