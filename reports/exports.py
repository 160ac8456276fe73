"""The whole of a list, as its own page would show it, into a file."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.choices import ReadAct
from accounts.models import AccessLog, User, Ward
from campaigns.middleware import CampaignMiddleware, PastMiddleware
from campaigns.models import YearMissing
from core import sheets_out
from core.jobs import CanNot
from core.listing import Listed, Table, list_at
from core.models import insert_all, today

FORMATS = {"xlsx": "Excel (.xlsx)", "csv": "CSV (.csv)"}
OF_A_PAGE = ("page", "after", "before", "end")


def whole(query: QueryDict) -> QueryDict:
    """The address of a list without the page of it that was looked at."""
    query = query.copy()
    for name in OF_A_PAGE:
        query.pop(name, None)
    return query


def ask(path: str, query: str, user: User, use: Callable[[Listed, HttpRequest], Any]) -> Any:
    """What `use` makes of the rows that the list at an address has for the user, within the day that the list reads.

    Raises CanNot where there is no such list, and what the list's own view raises.
    """
    match = list_at(path)
    if match is None:
        raise CanNot(_("This page is no list that can be exported."))
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET, request.user, request.session = whole(QueryDict(query)), user, {}
    request.ward = Ward.objects.get(pk=access.ward_id(user))
    request.resolver_match, request.htmx, request.is_export = match, False, True
    answers: list[Any] = []

    def view(request: Any) -> HttpResponse:
        try:
            match.func(request, *match.args, **match.kwargs)
        except Listed as listed:
            answers.append(use(listed, request))
        except YearMissing as missing:
            raise CanNot(_("The ward has no year yet, so the list is empty.")) from missing
        return HttpResponse()

    CampaignMiddleware(PastMiddleware(view))(request)
    if not answers:
        raise CanNot(_("This list can not be exported."))
    return answers[0]


def may_name(user: User) -> access.Decision:
    """Read the full names that a list of households masks."""
    return access.can(user, Permission.HOUSEHOLD_READ)


def write(
    listed: Listed,
    request: HttpRequest,
    *,
    kind: str,
    reason: str = "",
    told: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[BinaryIO, str, int]:
    """The open file, its name and its number of rows. reason: why names are wanted in full; without it masked."""
    table, rows = listed.table, listed.rows
    user: Any = request.user
    full = bool(reason) and table.has_names
    if full:
        access.require(may_name(user))
        _note(rows, table, user, reason)
    total = listed.count()
    chunks, headings = table.cells(rows, request, full=full), [str(c.heading) for c in table.shown(request)]
    title = str(table.title)
    with tempfile.TemporaryDirectory(prefix="portal-export-") as folder:
        path = Path(folder, f"list.{kind}")
        try:
            if kind == "csv":
                count = sheets_out.write_csv(path, headings, chunks, lambda done: told(done, total))
            else:
                about = _about(title, request, total, reason if full else "")
                count = sheets_out.write_xlsx(
                    path, headings, chunks, lambda done: told(done, total), title=title, about=about
                )
        except sheets_out.TooLong as too_long:
            raise CanNot(
                _("A sheet holds 1,048,575 rows, and this list has more. Narrow it, or choose CSV.")
            ) from too_long
        return path.open("rb"), f"{title} {today():%d-%m-%Y}.{kind}", count


def _note(rows: Any, table: Table, user: Any, reason: str) -> None:
    """Each file of which the name goes out is opened, as if its page had been read."""
    path = table.logged
    model = rows.model if path == "pk" else rows.model._meta.get_field(path).related_model
    keys = list(dict.fromkeys(rows.order_by().values_list(path, flat=True)))
    what = {"act": ReadAct.EXPORT, "fields": "name", "reason": reason, "subject_type": model._meta.label_lower}
    if keys:
        insert_all(AccessLog, ward=access.ward_id(user), user=user.pk, subject_id=keys, **what)


def _about(title: str, request: HttpRequest, total: int, reason: str) -> list[tuple[str, str]]:
    """What somebody must know who finds the file on a desk."""
    user: Any = request.user
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    lines = [
        (_("List"), title),
        (_("Address of the list"), f"{request.path}{query}"),
        (_("Rows"), str(total)),
        (_("Exported by"), user.full_name or user.username),
        (_("At"), f"{timezone.localtime():%d/%m/%Y %H:%M}"),
    ]
    return lines + ([(_("Names in full, because"), reason)] if reason else [])
