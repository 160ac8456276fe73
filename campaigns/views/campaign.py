from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from campaigns.filters import YEARS
from campaigns.forms.campaign import CampaignForm
from campaigns.middleware import show_year
from campaigns.models import Campaign, Document, Meeting, Task, YearTurnover
from campaigns.querysets import OLDEST_FIRST
from core.http import HouseRequest
from core.listing import hand_over
from core.models import today
from core.pages import confirm_page, form_page
from core.search import in_order


def campaign_list(request: HouseRequest) -> HttpResponse:
    years = Campaign.objects.visible_to(request.user).select_related("superior")
    hand_over(request, years, YEARS)
    may_edit = access.can(request.user, Permission.CAMPAIGN_EDIT)
    return render(request, "campaigns/campaign_list.html", {"years": years, "may_edit": may_edit})


def campaign_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CAMPAIGN_EDIT))
    form = CampaignForm(request.POST or None, instance=Campaign(ward=request.ward), user=request.user)
    home = reverse("campaigns:campaign_list")

    def prepare(by: Any, **_fields: Any) -> Campaign:
        form.instance.prepare(by=by)
        if "open" in request.POST:
            form.instance.open(by=by)
        return form.instance

    words: dict[str, Any] = {
        "title": _("Enter a new year"),
        "done": _("Year saved"),
        "lead": _("Saved alone it is in preparation, and units see nothing of it until you open it."),
    }
    return form_page(request, form, prepare, to=home, up=(_("Campaign years"), home), **words)


def campaign_detail(request: HouseRequest, year: int) -> HttpResponse:
    campaign, user = _year(request, year), request.user
    counts = Task.objects.visible_to(user).filter(campaign=campaign).as_of(None).counts(today())
    documents = Document.objects.visible_to(user).filter(campaign=campaign)
    context = {
        "year": campaign,
        "chain": documents.plan_chain(campaign, min(today(), campaign.closes_on)),
        "plans": documents.plans().for_list().order_by(*OLDEST_FIRST),
        "counts": counts,
        "meetings": Meeting.objects.visible_to(user).filter(campaign=campaign).for_list()[:6],
        "foci": campaign.foci.select_related("undertaking").order_by(in_order("label"), in_order("undertaking__name")),
        "can_edit": campaign.can_edit(user),
        "can_open": campaign.can_open(user),
        "can_close": campaign.can_close(user),
        "can_read": access.can(user, Permission.DOCUMENT_READ),
        "can_turn": access.can(user, Permission.CAMPAIGN_EDIT),
        "turnover": YearTurnover.objects.visible_to(user).filter(campaign=campaign).select_related("since").first(),
    }
    return render(request, "campaigns/campaign_detail.html", context)


def campaign_edit(request: HouseRequest, year: int) -> HttpResponse:
    campaign = _year(request, year)
    require(campaign.can_edit(request.user))
    form = CampaignForm(request.POST or None, instance=campaign, user=request.user)
    here = campaign.get_absolute_url()
    words: dict[str, Any] = {"title": _("Change the facts of the year"), "done": _("Year saved")}
    return form_page(request, form, campaign.edit, to=here, up=(_("Year %(year)s") % {"year": year}, here), **words)


def campaign_open(request: HouseRequest, year: int) -> HttpResponse:
    campaign = _year(request, year)
    require(campaign.can_open(request.user))
    words: dict[str, Any] = {
        "title": _("Open year %(year)s?") % {"year": year},
        "consequence": _("Units see their tasks, and reminders that are switched on are sent."),
        "action": _("Open the year"),
        "done": _("Year %(year)s is open") % {"year": year},
    }
    return confirm_page(request, campaign.open, to=campaign.get_absolute_url(), **words)


def campaign_close(request: HouseRequest, year: int) -> HttpResponse:
    campaign = _year(request, year)
    require(campaign.can_close(request.user))
    count = {"count": campaign.tasks.unfinished().count()}
    words: dict[str, Any] = {
        "title": _("Close year %(year)s?") % {"year": year},
        "consequence": _("Unfinished tasks: %(count)s. Afterwards the year can be read, not changed.") % count,
        "action": _("Close the year"),
        "done": _("Year %(year)s is closed") % {"year": year},
    }
    return confirm_page(request, campaign.close, to=campaign.get_absolute_url(), danger=True, **words)


def _year(request: HouseRequest, year: int) -> Campaign:
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user).select_related("superior"), year=year)
    show_year(request, campaign)
    return campaign
