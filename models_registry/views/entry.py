"""What of an entry was written: handing it in, its versions and its files."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require
from core.files import serve
from core.http import HouseRequest
from core.pages import attempt
from models_registry.choices import EntryPart
from models_registry.forms import EntryHandInForm
from models_registry.models import EntryFile, EntryVersion
from models_registry.models.entry import difference
from models_registry.views.contest import fetch_entry


@require_http_methods(["GET", "POST"])
def entry_hand_in(request: HouseRequest, pk: int) -> HttpResponse:
    """Write, keep, hand in. What was typed or chosen is kept with every press, whatever is wrong with the rest."""
    entry = fetch_entry(request, pk)
    require(entry.can_hand_in(request.user))
    handing_in = "save" not in request.POST
    form = EntryHandInForm(
        request.POST or None,
        request.FILES or None,
        entry=entry,
        handing_in=handing_in,
        cancel_url=entry.get_absolute_url(),
    )
    if request.method == "POST":
        is_right = form.is_valid()
        if not attempt(request, entry.keep_draft, "", **form.usable()):
            return redirect(entry)
        form.show_kept()
        if is_right and not handing_in:
            messages.success(request, _("Kept. It is not handed in yet."))
            return redirect(entry.hand_in_url)
        facts = {"on": form.cleaned_data.get("on"), "declared": form.cleaned_data.get("declared", False)}
        if is_right and attempt(request, entry.hand_in, _("Handed in the entry"), form=form, **facts):
            return redirect(entry)
    page: dict[str, Any] = {"entry": entry, "form": form, "rules": entry.contest.rule_lines()}
    return render(request, "models_registry/entry_hand_in.html", page)


@require_GET
def entry_version(request: HouseRequest, pk: int, number: int) -> HttpResponse:
    """One version, with what is new in it against the one before."""
    entry = fetch_entry(request, pk)
    rows = EntryVersion.objects.visible_to(request.user).select_related("by", "entered_for_unit_by")
    version = get_object_or_404(rows.filter(entry=entry), number=number)
    version.entry = entry
    before = version.before()
    page: dict[str, Any] = {"entry": entry, "version": version, "before": before}
    page["difference"] = difference(before.text, version.text) if before else None
    page["pictures"] = [file for file in version.files.all() if file.part == EntryPart.PICTURE]
    page["file"] = next((file for file in version.files.all() if file.part == EntryPart.TEXT), None)
    page["later"] = entry.versions.filter(number__gt=number).last()
    return render(request, "models_registry/entry_version.html", page)


@require_GET
def entry_file(request: HouseRequest, pk: int, file: int) -> FileResponse:
    entry = fetch_entry(request, pk)
    row = get_object_or_404(EntryFile.objects.visible_to(request.user).filter(entry=entry), pk=file)
    return serve(row.file.open("rb"), name=row.original_name, mime=row.mime)
