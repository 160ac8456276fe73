"""The small widgets of forms, written here: a template for each option would be half of a form's time."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

INPUTS = {f"django/forms/widgets/{name}.html" for name in ("text", "search", "number", "email", "hidden", "password")}
SELECT = "django/forms/widgets/select.html"
NOTHING_CHOSEN = "---------"  # Django's word for the choice of nothing


class HouseRenderer(TemplatesSetting):
    """As Django's, which fills templates; selects and lines of text are the same marks without them."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name == SELECT:
            return _select(context["widget"])
        if template_name in INPUTS:
            return _input(context["widget"])
        return SafeString(super().render(template_name, context, request))


def _attrs(attrs: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    return format_html_join("", "{}", ((_attr(name, value),) for name, value in shown))


def _attr(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else _attr("value", widget["value"])
    shown = (widget["type"], widget["name"], value, _attrs(widget["attrs"]))
    return format_html('<input type="{}" name="{}"{}{}>', *shown)


def _select(widget: dict[str, Any]) -> SafeString:
    groups = SafeString("".join(_group(name, options) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attrs(widget["attrs"]), groups)


def _group(name: Any, options: list[dict[str, Any]]) -> SafeString:
    shown = format_html_join("", '<option value="{}"{}>{}</option>', map(_option, options))
    return format_html('<optgroup label="{}">{}</optgroup>', name, shown) if name else shown


def _option(option: dict[str, Any]) -> tuple[str, SafeString, Any]:
    label = option["label"]
    if option["value"] == "" and label == NOTHING_CHOSEN:
        label = _("Choose")
    return str(option["value"]), _attrs(option["attrs"]), conditional_escape(label)
