"""First passwords as slips of paper, for people who have no e-mail and have never signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import Permission, can, require
from accounts.choices import RequestKind, RequestState
from accounts.forms.opening import SlipsForm
from accounts.models import FIRST_SLIP_HOURS, AccessRequest, Membership, User
from core.http import HouseRequest
from core.models import today
from core.opening import onward
from core.qr import drawn

MOST = 40  # a sheet; each password is hashed, which is slow on purpose


@never_cache
def slips(request: HouseRequest) -> HttpResponse:
    """Who gets one is ticked; the passwords are in the answer to the POST and nowhere else."""
    require(can(request.user, Permission.USER_MANAGE))
    everybody = list(User.objects.new_to(request.user))
    free = [person for person in everybody if _is_free(request, person)]
    form = SlipsForm(request.POST or None, people=free[:MOST], cancel_url=reverse("accounts:opening"))
    form.submit_note = _("A slip works for %(days)d days; a new one makes the former void.") % {
        "days": FIRST_SLIP_HOURS // 24
    }
    context: dict[str, Any] = {
        "form": form,
        "shown": free[:MOST],
        "more": len(free[MOST:]),
        "asked": [person for person in everybody if person not in free],
        "onward": onward(request, reverse("accounts:unit_list")),
    }
    if form.is_valid():
        context |= {
            "slips": _made(request, form.cleaned_data["people"]),
            "address": settings.BASE_URL,
            "qr": drawn(f"{settings.BASE_URL}/"),
        }
        return render(request, "accounts/slip_sheet.html", context)
    return render(request, "accounts/slips.html", context)


def _is_free(request: HouseRequest, person: User) -> bool:
    """Nobody has to be asked, or somebody has said yes."""
    begun = AccessRequest.begun(RequestKind.PASSWORD, person, by=request.user)
    return begun.state == RequestState.AGREED or (begun.pk is None and bool(begun.exempt(request.user)))


def _made(request: HouseRequest, people: Any) -> list[dict[str, Any]]:
    seats: dict[int, list[Membership]] = {}
    held = Membership.objects.in_ward_of(request.user).valid_on(today()).select_related("unit")
    for seat in held.filter(user__in=people).order_by("pk"):
        seats.setdefault(seat.user_id, []).append(seat)
    return [
        {
            "person": person,
            "seats": seats.get(person.pk, []),
            "password": person.give_one_time_password(by=request.user, hours=FIRST_SLIP_HOURS),
        }
        for person in people
    ]
