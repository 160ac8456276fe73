"""Papers about postings: the minutes to sign when one is put up or taken down, and the list of a quarter."""

import datetime
from collections.abc import Iterator
from itertools import count

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from core.dates import quarter_of
from core.models import today
from core.papers import Paper, body, heading
from core.text import number
from publicity.choices import OutputKind
from publicity.measures import Total
from publicity.models import Broadcast, Output, Posting
from publicity.querysets import BroadcastQuerySet

BLANK = "…" * 20
MINUTES, CLOSING = "minutes", "closing"


def docx(posting: Posting, what: str) -> bytes:
    """what: MINUTES or CLOSING. Names and times stay blank: they are written in on the spot."""
    from core.word import to_docx  # 7 MiB that few workers need

    return to_docx(_paper(posting, what))


def _paper(posting: Posting, what: str) -> Paper:
    is_end = what == CLOSING
    issuer = str(posting.document.issuer) if posting.document else str(posting.ward)
    about = _("End of the public posting: %(title)s") if is_end else _("Public posting: %(title)s")
    return Paper(
        family="state",
        superior="",
        issuer=issuer,
        symbol=_("No.: …/BB"),
        place_and_date=_("…, day … month … year …"),
        kind=_("Minutes"),
        summary=about % {"title": posting.title},
        paragraphs=tuple(_lines(posting, is_end)),
        authority="",
        signer_title=_("For the people's committee of the ward"),
        recipients=(_("Office"), _("File")),
    )


def _lines(posting: Posting, is_end: bool) -> list:
    places = [str(spot) for spot in posting.spots.select_related("place")]
    if posting.on_portal:
        places.append(_("The ward's public page on the internet"))
    days = {"first": _day(posting.starts_on), "last": _day(posting.last_told)}
    lines = [
        body(_("Today, at … hours on day … month … year …, we are:")),
        body(_("1. For the people's committee of the ward: %(blank)s") % {"blank": BLANK}),
        body(_("2. For the Fatherland Front committee of the ward: %(blank)s") % {"blank": BLANK}),
        body(_("3. For the residential group and its people: %(blank)s") % {"blank": BLANK}),
        heading(_("Contents")),
        body(_("What is on display: %(title)s") % {"title": posting.title}),
    ]
    if posting.document:
        said = {"document": f"{posting.document.kind.label} {posting.document}", "day": _day(posting.document.dated_on)}
        lines.append(body(_("Document: %(document)s of %(day)s") % said))
    if posting.rule_told:
        lines.append(body(_("By: %(rule)s") % {"rule": posting.rule_told.legal_ref}))
    lines.append(body(_("Places: %(places)s") % {"places": "; ".join(places)}))
    lines.append(body(_("Time: from %(first)s to the end of %(last)s") % days))
    if is_end:
        lines.append(body(_("Opinions received while it was on display: %(blank)s") % {"blank": BLANK}))
        lines.append(body(_("It was on display for the whole time and has been taken down today.")))
    lines.append(body(_("These minutes were read to everybody present, who agree and sign them.")))
    return lines


def _day(day: datetime.date | None) -> str:
    return date_format(day, "d/m/Y") if day else "…"


def begin_register(ward: Ward, day: datetime.date, *, by: User | None) -> Posting:
    """The draft of a quarter's list of what was put up; the quarter is over."""
    first, last = quarter_of(day)
    if last >= today():
        raise ValidationError(
            _("This quarter is not over yet. Its list is written from %(day)s on.")
            % {"day": _day(last + datetime.timedelta(days=1))}
        )
    if Posting.objects.filter(ward=ward).register_of(first).exists():
        raise ValidationError(_("The list of this quarter is there already."))
    lines = list(_register_lines(ward, first, last))
    if not lines:
        raise ValidationError(_("Nothing was put up in this quarter, so there is no list."))
    named = {"number": (first.month + 2) // 3, "year": first.year}
    title = _("List of what was made public in quarter %(number)s of %(year)s") % named
    posting = Posting(ward=ward, title=title, text="\n".join(lines), register_of=first)
    posting.write(by=by)
    return posting


def aired_in(ward: Ward, first: datetime.date, last: datetime.date) -> BroadcastQuerySet:
    """Broadcasts of the year that were on the air in these days of it, with how often."""
    return Broadcast.objects.filter(ward=ward, campaign__year=first.year).aired_between(first, last)


def brought_out_in(ward: Ward, first: datetime.date, last: datetime.date) -> list[tuple[OutputKind, Total]]:
    """Kinds of other outputs in these days, each with its pieces and what they measure."""
    rows = Output.objects.filter(ward=ward, campaign__year=first.year, on__range=(first, last)).standing()
    return [(OutputKind(kind), total) for kind, total in rows.totals().items()]


def _register_lines(ward: Ward, first: datetime.date, last: datetime.date) -> Iterator[str]:
    rows = Posting.objects.filter(ward=ward, register_of=None).begun_in(first, last).for_list()
    number = count(1)
    for posting in reversed(rows):
        named = f"{posting.title} ({posting.document})" if posting.document else posting.title
        days = f"{_day(posting.starts_on)} - {_day(posting.ends_on)}"
        yield f"{next(number)}. {named}; {days}; {', '.join(posting.where)}"
    for row in aired_in(ward, first, last):
        times = ngettext("%(n)d time on the loudspeakers", "%(n)d times on the loudspeakers", row.times)
        days = f"{_day(timezone.localdate(row.first_aired))} - {_day(timezone.localdate(row.last_aired))}"
        yield f"{next(number)}. {row.title}; {days}; {times % {'n': row.times}}"
    if brought := brought_out_in(ward, first, last):
        said = "; ".join(_kind_said(kind, total) for kind, total in brought)
        yield _("Other outputs of publicity: %(said)s.") % {"said": said}


def _kind_said(kind: OutputKind, total: Total) -> str:
    """ "Banners: 12 (240 m)" """
    return f"{kind.label}: {number(total.pieces)}" + (f" ({total.measured})" if total.amounts else "")
