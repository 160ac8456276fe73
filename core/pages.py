"""What views share: the page of a form, of a question and of a list, and one attempt at a verb."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.counts import COUNTED, Counted
from core.dates import parse_date
from core.forms import HouseForm, HouseModelForm
from core.http import HouseRequest
from core.listing import Table, hand_over
from core.models import StateChanged, today
from core.opening import onward

PAGE = 50
Crumb = tuple[str, str]


def attempt(
    request: HttpRequest,
    verb: Callable[..., Any],
    done: Any,
    *,
    form: HouseForm | HouseModelForm | None = None,
    undo_url: str = "",
    **arguments: Any,
) -> bool:
    """Call a verb as this user and say what was done, or why not.

    A refusal stands in the form, if one is given, else in a message; a step that somebody else took first is told by a
    message. done: the sentence, or a function of what the verb gave back. undo_url: an address whose POST takes it
    back; the toast then has a button for it.
    """
    try:
        result = verb(by=request.user, **arguments)
    except ValidationError as refusal:
        if form:
            form.refuse(refusal)
        else:
            messages.error(request, " ".join(refusal.messages))
        return False
    except StateChanged as changed:
        messages.warning(request, str(changed))
        return False
    if said := done(result) if callable(done) else done:
        messages.success(request, said, extra_tags=undo_url)
    return True


def form_page(
    request: HttpRequest,
    form: HouseForm | HouseModelForm,
    act: Callable[..., Any],
    *,
    title: str,
    done: str,
    to: str,
    up: Crumb,
    lead: str = "",
) -> HttpResponse:
    """Show the form; when it is valid carry out `act` and go `to`, to the row that `act` gives back, or onward in the
    ward's opening where the page is a step of it.

    A refusal of the verb stands above what was typed; a step that somebody else took first is told on the way.
    """
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []

        def keep(**fields: Any) -> None:
            made.append(act(**fields))

        attempt(request, keep, done, form=form, **form.cleaned_data)
        if form.is_valid():
            done_at = made[0].get_absolute_url() if made and hasattr(made[0], "get_absolute_url") else to
            return redirect(onward(request, done_at))
    form.cancel_url = to
    return render(request, "core/form.html", {"form": form, "title": title, "up": up, "lead": lead})


def confirm_page(
    request: HouseRequest,
    act: Callable[..., Any],
    *,
    title: str,
    consequence: str,
    action: str,
    done: str,
    to: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask once more, then carry out `act`."""
    if request.method == "POST":
        attempt(request, act, done)
        return redirect(to)
    words = {"title": title, "consequence": consequence, "action": action, "back_url": to, "danger": danger}
    return render(request, "core/confirm.html", words)


def page_of(
    request: HttpRequest,
    rows: QuerySet | Sequence[Any],
    size: int = PAGE,
    *,
    key: str = "",
    is_long: bool = False,
    table: Table | None = None,
) -> Page:
    """The page of `?page=`; the first or the last where there is none. table: as what the whole list can be exported.

    The database picks the keys of the page first and works out only for these rows what stands beside them. It counts
    up to COUNTED rows, and one statement does both. key: the unique column that the rows are ordered by, where there
    may be more: their pages then begin `?after=` a row, end `?before=` one or are the last (`?end=1`), and cost the
    same however far down they lie. is_long: it is known already that there are more than COUNTED.
    """
    hand_over(request, rows, table)
    page: Any = _page_of(request, rows, size, key, is_long)
    page.is_table = table is not None
    return page


def _page_of(request: HttpRequest, rows: QuerySet | Sequence[Any], size: int, key: str, is_long: bool) -> Page:
    number, query = request.GET.get("page"), request.GET
    if not isinstance(rows, QuerySet) or rows.query.values_select:  # sums have no key of their own
        return Paginator(rows, size).get_page(number)
    if key and any(name in query for name in ("after", "before", "end")):
        return _page_by_key(query, CountedPaginator(rows, size, key=key, is_long=is_long))
    asked = int(number) if number and number.isascii() and number.isdecimal() and len(number) < 7 else 1
    paginator = CountedPaginator(rows, size, key=key, is_long=is_long)
    page = paginator.page_at(max(asked, 1))
    if not page.object_list and page.number > 1:
        page = paginator.page_at(max(1, paginator.num_pages))
    return page


class CountedPaginator(Paginator):
    """Pages of a queryset, whose rows are counted up to COUNTED or as far as the page reaches."""

    object_list: Any

    def __init__(self, rows: QuerySet, size: int, *, key: str = "", is_long: bool = False) -> None:
        super().__init__(rows, size)
        self.key, self.is_long, self.counted_to = key, is_long, COUNTED

    def page_at(self, number: int) -> Page:
        start = (number - 1) * self.per_page
        self.counted_to = max(COUNTED, start + self.per_page)
        page = Page(self._pick(self.object_list, start), number, self)
        if page.object_list:
            self.__dict__["count"] = page.object_list[0].rows_counted
        elif number == 1:
            self.__dict__["count"] = 0
        return page

    @cached_property
    def count(self) -> int:
        """Never more than `counted_to` and one."""
        return self.object_list.order_by()[: self.counted_to + 1].count()

    @property
    def is_over(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > self.counted_to

    @cached_property
    def total(self) -> int:
        """All rows, however many: for a page that names their number in its own words or acts on all of them."""
        return self.object_list.order_by().count() if self.is_over else self.count

    def _pick(self, ordered: QuerySet, start: int = 0, size: int = 0) -> list[Any]:
        keys = ordered.values("pk")[start : start + (size or self.per_page)]
        return list(self.object_list.filter(pk__in=keys).annotate(rows_counted=self._counted()))

    def _counted(self) -> Any:
        if self.is_long and self.counted_to == COUNTED:
            return Value(COUNTED + 1)
        return Counted(self.object_list.order_by().values("pk")[: self.counted_to + 1])


class KeyedPage(Page):
    """A page that knows its neighbours by key alone: how many rows lie before it is not asked."""

    def __init__(self, rows: list[Any], paginator: CountedPaginator, *, is_first: bool, is_last: bool) -> None:
        super().__init__(rows, 0, paginator)
        self.is_first, self.is_last = is_first, is_last

    def has_previous(self) -> bool:
        return not self.is_first

    def has_next(self) -> bool:
        return not self.is_last


def _page_by_key(query: QueryDict, paginator: CountedPaginator) -> Page:
    rows, size, key = paginator.object_list, paginator.per_page, paginator.key
    after, before = (_key(query.get(name, "")) for name in ("after", "before"))
    if after is None and before is None and "end" not in query:
        return paginator.page_at(1)
    # One row more than the page holds tells whether there is another page.
    if after is not None:
        found = paginator._pick(rows.filter(**{f"{key}__gt": after}), size=size + 1)
        if not found:
            return _last(paginator)
        return KeyedPage(found[:size], paginator, is_first=False, is_last=len(found) <= size)
    if before is None:
        return _last(paginator)
    found = paginator._pick(rows.filter(**{f"{key}__lt": before}).reverse(), size=size + 1)
    if len(found) <= size:
        return paginator.page_at(1)
    return KeyedPage(found[-size:], paginator, is_first=False, is_last=False)


def _last(paginator: CountedPaginator) -> Page:
    found = paginator._pick(paginator.object_list.reverse(), size=paginator.per_page + 1)
    if len(found) <= paginator.per_page:
        return paginator.page_at(1)
    return KeyedPage(found[1:], paginator, is_first=False, is_last=True)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_asked(request: HouseRequest, name: str = "on") -> datetime.date | None:
    """`?on=`: the list as it stood at the end of that day."""
    text = request.GET.get(name, "")
    if not text:
        return None
    day = parse_date(text, today().year)
    if day is None:
        raise Http404(_("The address names no day."))
    return day
