"""Who did it and who may: tags for every page behind sign-in. {% load people %}

{% history_link task %}                                       on a detail page, for those who may read history
{% gate may_submit _("Send the report") url icon="send" %}    a button, or the same disabled with the reason beside it
{{ session.user_agent|device }}                               a browser's name for itself in words
"""

from typing import Any, cast

from django import template
from django.db.models import Model
from django.forms import BoundField, ModelChoiceField
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.access import Decision, Permission, can, holders
from core.templatetags.ui import icon as drawn

register = template.Library()

# What stands in a browser's name for itself, and its word; the first that stands there is it.
BROWSERS = {
    "Zalo": "Zalo", "FBAN": "Facebook", "coc_coc": "Cốc Cốc", "Edg": "Edge", "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome",
    "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "Mac",
    "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """How a browser names itself, in words: "Chrome on Android"; one that is not known here as it does."""
    browser = next((word for mark, word in BROWSERS.items() if mark in user_agent), "")
    system = next((word for mark, word in SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return user_agent[:90] or _("Unknown browser")


@register.simple_tag(takes_context=True)
def history_link(context: Context, row: Model) -> SafeString | str:
    if not can(context["request"].user, Permission.HISTORY_READ):
        return ""
    url = reverse("accounts:history_detail", args=[row._meta.app_label, row._meta.model_name, row.pk])
    words = _("Who changed what")
    return format_html('<p class="dv-history"><a class="dv-link" href="{}">{}{}</a></p>', url, drawn("history"), words)


@register.inclusion_tag("_parts/gated_button.html")
def gate(decision: Decision, label: Any, url: str, icon: str = "", look: str = "primary") -> dict:
    """The link to an act; where `decision` denies it, a disabled button with the reason.

    decision: what `can(...)` or a model's `can_…(user)` gave. look: primary, outline-primary or danger.
    """
    return {"decision": decision, "label": label, "url": url, "icon": icon, "look": look}


@register.inclusion_tag("_parts/nothing_to_choose.html", takes_context=True)
def nothing_to_choose(context: Context, field: BoundField) -> dict:
    """What is missing in an empty list of rows, and who adds it. The rows are read here, once, for the widget too."""
    asked: Any = field.field
    if not isinstance(asked, ModelChoiceField):
        return {}
    asked = cast(Any, asked)
    model = asked.queryset.model
    permission, page = model.added_by.permission, model.added_by.page
    choices = list(iter(asked.choices))  # not of the iterator itself, whose length is a query
    field.field.widget.choices = choices
    if any(value != "" for value, _label in choices):
        return {}
    return {
        "name": field.html_name,
        "noun": model._meta.verbose_name,
        "who": ", ".join(holders(permission)),
        "url": reverse(page) if can(context["request"].user, permission) else "",
    }
