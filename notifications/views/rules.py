"""The reminder rules of a ward: list, form with its preview, switch, standard rules and those of an earlier year."""

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Decision, Permission, require
from core.http import HouseRequest
from core.listing import Column, hand_over, table
from core.models import today
from core.opening import ASKED, at_step
from notifications import rules
from notifications.forms.rules import RuleForm
from notifications.models import ReminderRule
from notifications.views.rule_preview import Preview, next_sends, preview

SHOWN_DAYS = 30


def rules_of_year(request: HouseRequest) -> QuerySet[ReminderRule]:
    """The rules of the year entered and those of every year."""
    campaign = request.campaign
    rows = ReminderRule.objects.visible_to(request.user)
    own = rows.filter(year=campaign.year) if campaign else rows.none()
    return (own | rows.filter(year__isnull=True)).order_by("source", "offset_days", "local_time", "pk")


def may_edit(request: HouseRequest, rule: ReminderRule | None = None) -> Decision:
    """Whether rules of the year entered, or this one, may be changed now."""
    campaign = request.campaign
    if rule is not None and rule.year is None:
        return access.can(request.user, Permission.REMINDER_EDIT)
    if rule is not None and (not campaign or rule.year != campaign.year):
        return access.denied(_("This rule belongs to another year. Choose that year first."))
    return (campaign.can_change() if campaign else access.ALLOWED) and access.can(
        request.user, Permission.REMINDER_EDIT
    )


RULES = table(
    "notifications:rule_list",
    gettext_lazy("Reminder rules"),
    Column(gettext_lazy("Rule"), "title"),
    Column(gettext_lazy("Rule in words"), "words"),
    Column(gettext_lazy("Only for"), "audience"),
    Column(gettext_lazy("State"), "rule", say=lambda rule: _("Switched on") if rule.enabled else _("Switched off")),
    Column(gettext_lazy("Next send"), "next"),
    Column(gettext_lazy("Sent in the last 30 days"), "sent"),
    Column(gettext_lazy("Not sent in the last 30 days"), "missed"),
)


def rule_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.WARD_READ))
    shown = list(rules_of_year(request).prefetch_related("only_units__unit", "texts"))
    since = today() - datetime.timedelta(days=SHOWN_DAYS)
    outcomes, nexts = rules.outcomes(request.ward, rules.start_of(since)), next_sends(shown)
    campaign = request.campaign
    rows = [_row(rule, outcomes.get(rule.pk, {}), nexts.get(rule.pk)) for rule in shown]
    hand_over(request, rows, RULES)
    context = {
        "rows": rows,
        "since": since,
        "days": SHOWN_DAYS,
        "may_edit": may_edit(request),
        "on_count": sum(rule.enabled for rule in shown),
        "earlier": rules.year_to_copy(request.ward, campaign.year) if campaign else None,
    }
    return render(request, "notifications/rule_list.html", context)


def _row(rule: ReminderRule, outcome: dict[str, int], moment: Any) -> dict[str, Any]:
    units = [row.unit for row in rule.only_units.all()]
    return {
        "rule": rule,
        "title": rules.title(rule),
        "words": rules.in_words(rule),
        "audience": rules.audience(rule, units),
        "next": moment,
        "sent": outcome.get("sent", 0),
        "missed": outcome.get("missed", 0),
    }


def rule_new(request: HouseRequest) -> HttpResponse:
    require(may_edit(request))
    campaign = request.campaign
    rule = ReminderRule(ward=request.ward, year=campaign.year if campaign else None)
    form = RuleForm(request.POST or None, instance=rule, year=rule.year)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        made = rules.add(rule, by=request.user, units=form.only_units, texts=form.texts)
        messages.success(request, _("Rule saved, switched off. Look at the preview, then switch it on."))
        return redirect("notifications:rule_detail", made.pk)
    return _page(request, rule, form, may=access.ALLOWED)


def rule_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """The rule with its form and preview; for those who may only read, the same without buttons."""
    require(access.can(request.user, Permission.WARD_READ))
    rule = get_object_or_404(ReminderRule.objects.visible_to(request.user), pk=pk)
    if rule.year and "year" not in request.GET and request.method == "GET" and not _is_entered(request, rule):
        return redirect(f"{request.path}?year={rule.year}")
    may = may_edit(request, rule)
    if request.method == "POST":
        require(may)
    form = RuleForm(request.POST or None, instance=rule, year=rule.year)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST and _save(request, rule, form):
        return redirect("notifications:rule_detail", rule.pk)
    return _page(request, rule, form, may=may)


def _is_entered(request: HouseRequest, rule: ReminderRule) -> bool:
    campaign = request.campaign
    return bool(campaign and campaign.year == rule.year)


def _save(request: HouseRequest, rule: ReminderRule, form: RuleForm) -> bool:
    try:
        rules.change(rule, by=request.user, seen=form.cleaned_data["seen"], units=form.only_units, texts=form.texts)
    except rules.ChangedMeanwhile as conflict:
        form.add_error(None, _say_conflict(conflict))
        form.show_stored(rules.fingerprint(conflict.rule))
        return False
    messages.success(request, _("Rule saved. What was planned by the old terms is planned anew."))
    return True


def _say_conflict(conflict: rules.ChangedMeanwhile) -> str:
    who = conflict.by or _("Somebody")
    return _(
        "%(who)s changed this rule while you were editing it. Now it says: “%(words)s”. What you typed is still here; "
        "save again to put it in its place."
    ) % {"who": who, "words": rules.in_words(conflict.rule)}


def _page(request: HouseRequest, rule: ReminderRule, form: RuleForm, *, may: Decision) -> HttpResponse:
    if not may:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "rule": rule,
        "form": form,
        "title": rules.title(rule) if rule.pk else _("Add a reminder rule"),
        "may_edit": may,
        "preview": _preview(request, rule, form),
        "home": reverse("notifications:rule_list"),
    }
    return render(request, "notifications/rule_form.html", context)


def _preview(request: HouseRequest, rule: ReminderRule, form: RuleForm) -> Preview | None:
    """By what is typed when it can be read, of a stored rule else; None while a new rule is not readable."""
    if form.is_bound:
        ready = not form.errors or set(form.errors) == {"__all__"}
        return preview(rule, request.user, units=form.only_units, texts=form.texts) if ready else None
    if rule.pk:
        return preview(rule, request.user)
    return None


@require_POST
def rule_switch(request: HouseRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(ReminderRule.objects.visible_to(request.user), pk=pk)
    require(may_edit(request, rule))
    on = request.POST.get("on")
    if on not in {"yes", "no"}:
        raise Http404
    rules.switch(rule, on == "yes", by=request.user)
    if on == "yes":
        messages.success(request, _("Rule switched on. It reminds from now on, of nothing that is past."))
    else:
        messages.success(request, _("Rule switched off. What had not left yet is not sent."))
    return redirect((request.POST.get("back") == "rule" and rule_url(rule)) or _rules_home(request))


def _rules_home(request: HouseRequest) -> str:
    """Where the list is a step of the ward's opening, it stays one until somebody goes on."""
    home, code = reverse("notifications:rule_list"), request.GET.get(ASKED, "")
    return at_step(home, code) if code else home


def rule_url(rule: ReminderRule) -> str:
    return reverse("notifications:rule_detail", args=[rule.pk])


@require_POST
def rule_standard(request: HouseRequest) -> HttpResponse:
    require(may_edit(request))
    campaign = request.campaign
    rules.defaults(request.ward, campaign.year if campaign else None)
    messages.success(request, _("The standard rules are in the list. Switch on what you want."))
    return redirect(_rules_home(request))


@require_POST
def rule_copy(request: HouseRequest) -> HttpResponse:
    """Last year's rules into the year entered, all switched off."""
    require(may_edit(request))
    campaign = request.campaign
    since = rules.year_to_copy(request.ward, campaign.year) if campaign else None
    if since is None:
        messages.error(request, _("There is no earlier year with rules that this year does not have."))
        return redirect("notifications:rule_list")
    count = rules.copy_year(request.ward, campaign.year, since=since, by=request.user)
    said = ngettext(
        "%(count)d rule of %(year)s copied, switched off. Look through it, then switch it on.",
        "%(count)d rules of %(year)s copied, all switched off. Look through them, then switch them on one by one.",
        count,
    )
    messages.success(request, said % {"count": count, "year": since})
    return redirect("notifications:rule_list")
