"""The export of a list, in the background."""

from typing import Any

from django.utils.translation import gettext as _

from core.jobs import Run, job
from core.listing import Listed, all_tables, list_at
from reports import exports


def _label(asked: dict[str, Any]) -> str:
    match = list_at(asked.get("path", ""))
    title = str(all_tables()[match.view_name].title) if match else ""
    return _("Export: %(list)s") % {"list": title}


def _up(asked: dict[str, Any]) -> tuple[str, str]:
    return f"{asked['path']}?{asked['query']}", _("Back to the list")


@job("reports.export", label=_label, up=_up)
def export(run: Run) -> None:
    """arguments: path and query of the list, kind of file, reason where names are wanted in full."""
    asked = run.arguments

    def write(listed: Listed, request: Any) -> tuple:
        return exports.write(listed, request, kind=asked["kind"], reason=asked["reason"], told=run.advance)

    content, name, count = exports.ask(asked["path"], asked["query"], run.user, write)
    run.keep(content, name)
    run.say(_("Rows: %(count)s") % {"count": f"{count:,}".replace(",", ".")})
