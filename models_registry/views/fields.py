"""The fields of the year's theme, pasted with the official field that each counts for."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import year_of_request
from core.http import HouseRequest
from core.listing import hand_over
from core.opening import onward
from core.pages import attempt
from models_registry.filters import FIELDS
from models_registry.forms.fields import FieldsForm
from models_registry.models import ThemeField


def field_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.REFERENCE_EDIT))
    campaign = year_of_request(request)
    require(campaign.can_change())
    form = FieldsForm(request.POST or None, campaign=campaign, cancel_url=reverse("models_registry:model_list"))
    if form.is_valid():
        act = partial(ThemeField.enter, campaign, form.pairs)
        if attempt(request, act, _said, form=form):
            return redirect(onward(request, reverse("models_registry:field_list")))
    fields = ThemeField.objects.visible_to(request.user).filter(campaign=campaign).select_related("official_field")
    hand_over(request, fields, FIELDS)
    return render(request, "models_registry/field_list.html", {"form": form, "fields": fields, "campaign": campaign})


def _said(made: list) -> str:
    if not made:
        return _("Nothing is new: the year has these fields already.")
    return ngettext("%(n)d field is added.", "%(n)d fields are added.", len(made)) % {"n": len(made)}
