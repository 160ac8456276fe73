"""Navigation per role. Items that a role can not open are absent, not greyed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.access import Permission as P
from accounts.choices import Role
from campaigns.models import Campaign, Task
from core import opening, past
from core.carry import address_at
from core.counts import count_all
from core.guides import Guide
from core.http import HouseRequest
from core.models import today
from deadlines.models import Deadline
from intake.querysets import kinds_for
from models_registry.choices import ModelState
from models_registry.models import MobilizationModel
from notifications.kept import kept, news
from notifications.models import SendingStop
from notifications.operations import acts
from wardportal import guides


@dataclass(frozen=True)
class Count:
    """A number beside a place. kind: bad for what is overdue, wait for what waits for the person's yes."""

    number: int
    kind: str
    label: str
    figure: str


@dataclass(frozen=True)
class Item:
    url: str
    icon: str
    label: str
    current: bool = False
    counts: tuple[Count, ...] = ()
    gap: bool = False


@dataclass(frozen=True)
class Entry:
    """A place in the menu: shown when `shown(user)`; `short` is its name on a phone's tab.

    `also` are addresses outside the place's own path on which it is the current one.
    """

    name: str
    icon: str
    label: Any
    shown: Callable[[Any], Any]
    short: Any = None
    counters: tuple[str, ...] = ()
    gap: bool = False
    also: tuple[str, ...] = ()


def _wide(user: Any) -> bool:
    return access.is_ward_wide(user, P.WARD_READ)


def _unit_head(user: Any) -> bool:
    return access.has_role(user, Role.UNIT_HEAD) and not _wide(user)


def _field_only(user: Any) -> bool:
    return access.has_role(user, Role.FIELD_MEMBER) and not _unit_head(user) and not _wide(user)


ENTRIES = [
    Entry("reports:overview", "layout-dashboard", _("Overview"), _wide),
    Entry("accounts:unit_mine", "home", _("My unit"), _unit_head, short=_("Unit"), also=("/units/",)),
    Entry(
        "reports:today", "calendar-event", _("Today"), lambda u: _field_only(u) or access.has_role(u, Role.FIELD_MEMBER)
    ),
    Entry("reports:calendar", "calendar", pgettext_lazy("menu", "Calendar"), lambda u: access.grants(u).roles),
    Entry(
        "campaigns:task_list",
        "checklist",
        _("Tasks"),
        lambda u: access.can(u, P.TASK_REPORT) or _wide(u),
        counters=("tasks", "submitted"),
    ),
    Entry(
        "campaigns:document_list",
        "file-text",
        _("Plans and documents"),
        lambda u: access.can(u, P.DOCUMENT_READ),
        short=pgettext_lazy("tab", "Documents"),
        also=("/briefings/", "/campaigns/", "/plan-items/"),
    ),
    Entry(
        "deadlines:deadline_list",
        "gavel",
        pgettext_lazy("menu", "Deadlines by law"),
        lambda u: access.can(u, P.DOCUMENT_EDIT) or access.can(u, P.DOCUMENT_INSTRUCT),
        counters=("deadlines",),
        also=("/deadline-rules/",),
    ),
    Entry(
        "models_registry:model_list",
        "heart-handshake",
        _("Models"),
        lambda u: access.can(u, P.MODEL_REGISTER) or _wide(u),
        counters=("models",),
    ),
    Entry(
        "clearance:project_list",
        "building-community",
        pgettext_lazy("menu", "Land clearance"),
        lambda u: _wide(u) and access.can(u, P.CLEARANCE_READ),
        short=pgettext_lazy("tab", "Clearance"),
    ),
    Entry(
        "clearance:project_list",
        "building-community",
        _("Households"),
        lambda u: access.can(u, P.HOUSEHOLD_READ) and not _wide(u),
    ),
    Entry(
        "clearance:grievance_list",
        "message-circle",
        _("Grievances"),
        lambda u: access.can(u, P.GRIEVANCE_READ),
    ),
    Entry(
        "beautification:street_list",
        "road",
        _("Streets"),
        lambda u: access.can(u, P.CLEANUP_RUN) or _wide(u),
        also=("/cleanups/",),
    ),
    Entry(
        "publicity:article_list",
        "speakerphone",
        _("Publicity"),
        _wide,
        short=pgettext_lazy("tab", "Articles"),
        also=("/broadcasts/", "/postings/", "/channels/", "/outputs/"),
    ),
    Entry("publicity:output_list", "photo", _("Publicity"), lambda u: access.can(u, P.OUTPUT_EDIT) and not _wide(u)),
    Entry(
        "models_registry:contest_list",
        "pencil",
        pgettext_lazy("menu", "Writing contest"),
        lambda u: access.can(u, P.ENTRY_WRITE) or _wide(u),
    ),
    Entry("reports:ward_list", "sitemap", _("Wards"), lambda u: access.has_role(u, Role.SUPERIOR_VIEWER)),
    Entry("reports:report_list", "file-analytics", _("Reports"), lambda u: access.can(u, P.REPORT_READ)),
    Entry("notifications:rule_list", "clock", _("Reminders"), _wide),
    Entry(
        "accounts:unit_list", "users", _("Units"), _wide, gap=True, also=("/roles/", "/people/", "/access-requests/")
    ),
    Entry(
        "accounts:opening", "checklist", pgettext_lazy("menu", "Setting up"), lambda u: access.can(u, P.REFERENCE_EDIT)
    ),
    Entry("intake:batch_list", "file-import", _("Lists from files"), kinds_for),
    Entry("admin:index", "settings", _("Administration"), access.may_enter_admin),
    Entry("notifications:operations", "send", pgettext_lazy("menu", "Operations"), lambda u: access.can(u, P.OPERATE)),
    Entry(
        "clearance:privacy_list",
        "lock",
        pgettext_lazy("menu", "Privacy desk"),
        lambda u: access.can(u, P.PRIVACY_KEEP),
    ),
    Entry(
        "accounts:access_log_list",
        "eye",
        pgettext_lazy("menu", "Access log"),
        lambda u: access.can(u, P.ACCESS_LOG_READ),
    ),
    Entry(
        "accounts:change_list",
        "history",
        pgettext_lazy("menu", "Who changed what in the ward"),
        lambda u: access.can(u, P.CHANGES_READ),
    ),
]

LANDINGS = [
    (Role.ADMINISTRATOR, "reports:overview"),
    (Role.LEADERSHIP, "reports:overview"),
    (Role.CAMPAIGN_OFFICER, "reports:overview"),
    (Role.RECORDS_CLERK, "campaigns:document_list"),
    (Role.CLEARANCE_OFFICER, "clearance:project_list"),
    (Role.MEDIA_OFFICER, "publicity:article_list"),
    (Role.SUPERVISOR, "reports:report_list"),
    (Role.SUPERIOR_VIEWER, "reports:report_list"),
    (Role.UNIT_HEAD, "accounts:unit_mine"),
    (Role.FIELD_MEMBER, "reports:today"),
    (Role.GRIEVANCE_OFFICER, "clearance:grievance_list"),
]


def first_role(user: Any) -> str:
    """The role whose page the person begins the day with."""
    return next((role for role, _name in LANDINGS if access.has_role(user, role)), "")


def landing(user: Any) -> str:
    """The address on which the person's first role lands; without any role, the menu."""
    names: dict[str, str] = dict(LANDINGS)
    name = names.get(first_role(user), "menu")
    if len(access.wards_as(user, Role.SUPERIOR_VIEWER)) > 1 and first_role(user) == Role.SUPERIOR_VIEWER:
        name = "reports:ward_list"
    if name == "reports:overview" and access.can(user, P.REFERENCE_EDIT):
        if not Campaign.objects.visible_to(user).exists():  # nothing but its setting up waits in a ward that begins
            name = "accounts:opening"
    return reverse("admin:index") if user.is_superuser and not access.grants(user).roles else reverse(name)


def frame(request: HouseRequest) -> dict[str, Any]:
    """Of today, also around a page of a past day."""
    shown = _past(request, past.current())
    with past.present():
        return _frame(request) | {"past": shown}


def _past(request: HouseRequest, shown: past.Reading) -> dict[str, Any] | None:
    """Which day the page shows, and the addresses of the other question and of today."""
    if not shown.is_past:
        return None
    query = request.GET.urlencode()
    on = {"on": shown.on.isoformat()} if shown.on else {}
    known = {"known": (shown.known or shown.on).isoformat()}  # type: ignore[union-attr]
    return {
        "on": shown.on,
        "known": shown.known,
        "is_empty": bool(shown.known and request.campaign and past.held(request.campaign) is None),
        "known_url": address_at(request.path, query, on | known),
        "corrected_url": address_at(request.path, query, on),
        "today_url": address_at(request.path, query, {}),
    }


def _frame(request: HouseRequest) -> dict[str, Any]:
    user = request.user
    entries = [entry for entry in ENTRIES if entry.shown(user)]
    counters = _counters(_waiting(request))
    items = [item for entry in entries if (item := _item(request, entry, counters))]
    return {
        "nav": items,
        "tabs": _tabs(request, entries, counters),
        "ward": request.ward,
        "campaign": request.campaign,
        "campaigns": request.campaigns,
        "identity": _identity(request),
        "stop": _stop(request),
        "opening": _opening(request),
        "guide": guides.guide_of(request),
        "pointers": _pointers(request),
        "may_operate": access.can(user, P.OPERATE),
        "unread": news(user).unread,
    }


def _stop(request: HouseRequest) -> SendingStop | None:
    """Shown on every page to those who may lift it, and to all where reminders are kept."""
    if access.can(request.user, P.OPERATE) or request.path.startswith("/reminders/"):
        return acts.open_stop(access.ward_id(request.user))
    return None


def _opening(request: HouseRequest) -> dict[str, Any] | None:
    """At which step of the ward's opening the page is, and which comes next; None on every other page."""
    code = request.GET.get(opening.ASKED, "")
    if not code or not access.can(request.user, P.REFERENCE_EDIT):
        return None
    steps = opening.steps(request.user, request.ward)
    here = next((step for step in steps if step.code == code), None)
    if here is None:
        return None
    following = opening.following(steps, code)
    return {
        "number": here.number,
        "all": len(steps),
        "title": here.title,
        "is_done": not here.lacks,
        "next_url": following.address if following else "",
        "next_title": following.title if following else "",
    }


def _pointers(request: HouseRequest) -> Guide | None:
    """On the page where the person begins, until they are put away."""
    user, role = request.user, first_role(request.user)
    if user.greeted_at or not role or request.path == reverse("landing"):
        return None
    return guides.pointers_for(role) if request.path in {landing(user), *_own_unit(request)} else None


def _own_unit(request: HouseRequest) -> list[str]:
    """Who has one unit is sent on from its choice."""
    return [row.unit.get_absolute_url() for row in request.user.held_today or () if row.role == Role.UNIT_HEAD]


def _item(request: HouseRequest, entry: Entry, counters: dict[str, Count], short: bool = False) -> Item | None:
    try:
        url = reverse(entry.name)
    except NoReverseMatch:
        return None
    counts = tuple(counters[name] for name in entry.counters if name in counters)
    current = request.path == url or (url != "/" and request.path.startswith((url, *entry.also)))
    label = str(entry.short if short and entry.short else entry.label)
    return Item(url, entry.icon, label, current, counts[:1] if short else counts, entry.gap)


def _tabs(request: HouseRequest, entries: list[Entry], counters: dict[str, Count]) -> list[Item]:
    """Four places and "More" at the bottom of a phone; first the one where the person's day begins."""
    begins: dict[str, str] = dict(LANDINGS)
    wanted = [
        begins.get(first_role(request.user), ""),
        "reports:ward_list",
        "reports:overview",
        "accounts:unit_mine",
        "reports:today",
        "campaigns:task_list",
    ]
    wanted += [
        "models_registry:model_list",
        "clearance:project_list",
        "beautification:street_list",
        "reports:report_list",
    ]
    chosen = sorted((e for e in entries if e.name in wanted), key=lambda e: wanted.index(e.name))[:4]
    tabs = [item for entry in chosen if (item := _item(request, entry, counters, short=True))]
    more = _item(request, Entry("menu", "menu-2", _("More"), lambda u: True), counters)
    return [*tabs, more] if more else tabs


def _waiting(request: HouseRequest) -> dict[str, int]:
    """What waits for this person beside the places of the menu."""
    user, campaign = request.user, request.campaign
    if not campaign or not campaign.is_open:
        return {}
    return kept("frame", user, lambda: _count(user, campaign), campaign.pk, today())


def _count(user: Any, campaign: Campaign) -> dict[str, int]:
    rows: dict[str, Any] = {}
    tasks = Task.objects.visible_to(user).filter(campaign_id=campaign.pk).overdue(today())
    if units := access.units_for(user, P.TASK_REPORT):
        rows["tasks"] = tasks.filter(lead_unit__in=units)
    elif access.can(user, P.TASK_ASSIGN):
        rows["tasks"] = tasks
    if access.is_ward_wide(user, P.TASK_ACCEPT):
        given = Task.objects.visible_to(user).filter(campaign_id=campaign.pk)
        rows["submitted"] = given.as_of(None).waiting_then()
    if access.can(user, P.DOCUMENT_EDIT):
        rows["deadlines"] = Deadline.objects.visible_to(user).overdue(today())
    if access.is_ward_wide(user, P.MODEL_DECIDE):
        models = MobilizationModel.objects.visible_to(user)
        rows["models"] = models.filter(campaign_id=campaign.pk, state=ModelState.SUBMITTED)
    return count_all(**rows)


def _counters(counts: Mapping[str, int]) -> dict[str, Count]:
    """Red for overdue, violet for waiting approval; what is nought is not shown."""
    kinds = {
        "tasks": ("bad", str(_("overdue")), "campaigns.tasks.overdue"),
        "submitted": ("wait", str(_("waiting for acceptance")), "campaigns.tasks.submitted"),
        "deadlines": ("bad", str(_("overdue")), "deadlines.overdue"),
        "models": ("wait", str(_("waiting for approval")), "models.waiting"),
    }
    return {name: Count(counts[name], *kind) for name, kind in kinds.items() if counts.get(name)}


def _identity(request: HouseRequest) -> dict[str, str]:
    held = [row for row in request.user.held_today or () if row.ward_id == access.ward_id(request.user)]
    position = f"{held[0].position or held[0].get_role_display()}, {held[0].unit}" if held else ""
    return {"name": request.user.full_name, "position": position, "initials": request.user.initials}
