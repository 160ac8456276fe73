"""Reminder rules, which begin switched off until somebody has read them, and the mail that they go out by."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from notifications import registry, rules
from notifications.models import ReminderRule


@step("rules", 80)
def reminder_rules(user: User, ward: Ward) -> Step:
    url = reverse("notifications:rule_list")
    rows = list(ReminderRule.objects.filter(Q(year__gte=today().year) | Q(year__isnull=True), ward=ward))
    on = sum(row.enabled for row in rows)
    there = ngettext("%(n)d rule, %(on)d switched on", "%(n)d rules, %(on)d switched on", len(rows))
    said = there % {"n": len(rows), "on": on} if rows else ""
    return Step(_("Reminders"), url, said, list(_rules_lacking(rows, on, at_step(url, "rules"))))


def _rules_lacking(rows: list[ReminderRule], on: int, url: str) -> Iterator[Lack]:
    if not rows:
        yield Lack(
            _("Year %(year)s has no reminder rules.") % {"year": today().year}, _("Take the standard rules"), url
        )
    elif not on:
        yield Lack(_("No reminder rule is switched on."), _("Read them and switch on what you need"), url)
    for rule in rows:
        if rule.source not in registry.all_sources():
            told = _("The rule “%(rule)s” has no text, so it sends nothing.") % {"rule": rules.title(rule)}
            yield Lack(told, _("Look at it"), reverse("notifications:rule_detail", args=[rule.pk]))


@step("mail", 90)
def mail(user: User, ward: Ward) -> Step:
    url = reverse("notifications:mail_test")
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        said = _("No mail server is set: what would be sent is only written to a file.")
        return Step(_("E-mail"), url, "", [Lack(said, _("See how it is set"), at_step(url, "mail"))])
    there = _("%(host)s, from %(address)s") % {"host": settings.EMAIL_HOST, "address": settings.DEFAULT_FROM_EMAIL}
    return Step(_("E-mail"), url, there)
