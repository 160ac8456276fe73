"""Plans, letters, invitations and minutes as official papers, in the layout of their issuer on their day.

The number stays open until the records clerk gives it, and until then the paper says that it is a draft.
"""

import datetime
import re
from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.choices import Branch
from accounts.models import Membership, Unit, Ward
from campaigns.choices import LETTER_CODE, PLAN_CODE, DocumentState
from campaigns.models import Campaign, Document, Meeting, PaperStandard, PaperStyle, Task
from campaigns.models.papers import writes_as_state
from core.dates import WEEKDAYS
from core.models import today
from core.papers import Paper, Paragraph, Run, body, heading, party_organization, place_and_date
from core.text import fold

LANGUAGE = "vi"  # official papers are written in Vietnamese, whatever language their reader's screen has
INVITATION_CODE, MINUTES_CODE = "GM", "BB"
_WARD_WORDS = re.compile(r"^(phường|xã|thị trấn|đặc khu)\s+", re.IGNORECASE)


class NoStandard(Exception):
    """No layout is kept for the papers of that body and day."""


def of_document(document: Document) -> Paper:
    with override(LANGUAGE):
        is_letter = document.kind.code == LETTER_CODE
        recipients = [row.unit.name for row in document.recipients.select_related("unit").order_by("unit__sort_key")]
        return compose(
            document.issuer,
            document.dated_on,
            code=document.kind.code,
            symbol=document.symbol,
            kind="" if is_letter else document.kind.label,
            summary=document.summary,
            paragraphs=tuple(_text(document)),
            addressees=tuple(recipients) if is_letter else (),
            recipients=(_("As above"), *kept_by(document.issuer))
            if is_letter
            else (*recipients, *kept_by(document.issuer)),
            is_draft=document.state == DocumentState.DRAFT,
            superior=_superior(document.issuer, document.campaign),
        )


def invitation(meeting: Meeting, issuer: Unit) -> Paper:
    """To all who are invited; its number is given when it goes into the register."""
    with override(LANGUAGE):
        guests = [str(row) for row in meeting.invitees.select_related("unit")]
        day = meeting.held_on
        facts = [
            (
                _("When it is held"),
                " ".join(filter(None, [_clock(meeting), f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}" if day else ""])),
            ),
            (_("Place"), meeting.place),
            (_("Chair"), meeting.chair),
            (_("Content"), str(meeting.document or "") and f"{meeting.document.kind.label} {meeting.document}"),
        ]
        words = _("%(issuer)s respectfully invites you to: %(meeting)s.")
        lines = [body(words % {"issuer": issuer.name, "meeting": str(meeting)})]
        lines += [body(Run(f"{label}: ", bold=True), _or_gap(text, label)) for label, text in facts]
        lines.append(body(_("Please take part in full and on time.")))
        return compose(
            issuer,
            min(day, today()) if day else today(),
            code=INVITATION_CODE,
            kind=_("Invitation"),
            summary=str(meeting),
            paragraphs=tuple(lines),
            addressees=tuple(guests),
            recipients=(_("As above"), *kept_by(issuer)),
            is_draft=True,
            superior=_superior(issuer, meeting.campaign),
        )


def minutes(meeting: Meeting, issuer: Unit) -> Paper:
    """The frame of the minutes: when, where, who was there, what was explained; the rest is written by hand."""
    with override(LANGUAGE):
        day = meeting.held_on or today()
        rows = list(meeting.invitees.select_related("unit"))
        present = [row for row in rows if row.present or row.absence == "present"]
        lines = [
            body(
                Run(f"{_('When it is held')}: ", bold=True),
                " ".join(filter(None, [_clock(meeting), f"{day:%d/%m/%Y}"])),
            ),
            body(Run(f"{_('Place')}: ", bold=True), _or_gap(meeting.place, _("Place"))),
            body(Run(f"{_('Chair')}: ", bold=True), _or_gap(meeting.chair, _("Chair"))),
            heading(_("Present")),
            *(body(f"- {row}{_of(row.present, row.invited)}") for row in present or rows),
            heading(_("Content")),
        ]
        if meeting.document:
            facts = {"kind": meeting.document.kind.label, "document": meeting.document}
            lines.append(body(_("The session was informed of %(kind)s %(document)s.") % facts))
        lines.append(body(Run(f"[{_('what was said and decided')}]", missing=True)))
        lines.append(body(_("The session ended at … on the same day. The minutes were read and agreed to.")))
        return compose(
            issuer,
            day,
            code=MINUTES_CODE,
            kind=_("Minutes"),
            summary=str(meeting),
            paragraphs=tuple(lines),
            is_draft=True,
            superior=_superior(issuer, meeting.campaign),
            signature=(_("Chair"), meeting.chair),
            second=(_("Keeper of the minutes"), ""),
        )


def place_of(ward: Ward) -> str:
    """The ward's name as papers write it before the day."""
    return _WARD_WORDS.sub("", ward.name)


# ---- parts --------------------------------------------------------------------------------------------
def compose(
    issuer: Unit,
    on: datetime.date,
    *,
    code: str,
    kind: str,
    summary: str,
    paragraphs: tuple[Paragraph, ...],
    is_draft: bool,
    superior: str,
    symbol: str = "",
    addressees: tuple[str, ...] = (),
    recipients: tuple[str, ...] = (),
    signature: tuple[str, str] | None = None,
    second: tuple[str, str] = ("", ""),
) -> Paper:
    """A paper of the body in the layout of its day. Raises NoStandard where none is kept.

    signature, second: title and name of who signs on the right and on the left.
    """
    standard = PaperStandard.objects.of(issuer, on)
    if standard is None:
        raise NoStandard
    style, is_state = PaperStyle.objects.of(issuer, on), writes_as_state(issuer, on)
    title, name = signature or signer_of(issuer, on, is_state)
    about = (standard.sizes.get("about_words") or "V/v") if not kind else ""
    sizes = {size: value for size, value in standard.sizes.items() if isinstance(value, int | float)}
    return Paper(
        family="state" if is_state else "party",
        superior=superior or style.superior,
        issuer=issuer.name,
        symbol=_number(code, style.abbreviation, symbol, is_state),
        place_and_date=place_and_date(place_of(issuer.ward), on),
        kind=kind,
        summary=capfirst(summary) if kind else summary[:1].lower() + summary[1:],
        paragraphs=paragraphs,
        authority="" if signature else style.authority,
        signer_title=title,
        recipients=recipients,
        sizes=sizes,
        about=about,
        addressees=addressees,
        signer_name=name,
        second_title=second[0],
        second_name=second[1],
        is_draft=is_draft,
        author=issuer.ward.name,
    )


def _number(code: str, abbreviation: str, symbol: str, is_state: bool) -> str:
    """Room for the number, which the clerk gives: "Số      -KH/ĐU"; the State's letter names no kind."""
    if not symbol:
        room = "\u00a0" * 5
        if is_state:
            named = "" if code == LETTER_CODE else f"{code}-"
            symbol = f"{room}/{named}{abbreviation}"
        else:
            symbol = f"{room}-{code}/{abbreviation}"
    if is_state:
        return pgettext("number of a State paper", "No.: %(symbol)s") % {"symbol": symbol}
    return pgettext("number of a Party paper", "No. %(symbol)s") % {"symbol": symbol}


def signer_of(issuer: Unit, on: datetime.date, is_state: bool) -> tuple[str, str]:
    """Title and name: the head of the body on the day, else a deputy, who signs the State's papers for the head."""
    head = PaperStyle.objects.of(issuer, on).head_title
    seats = Membership.objects.filter(ward_id=issuer.ward_id, unit=issuer, in_force=True).valid_on(on)
    held = {fold(seat.position): seat for seat in seats.select_related("user").order_by("-pk") if seat.position}
    if head and (seat := held.get(fold(head))):
        return head, seat.user.full_name
    if head and (seat := held.get(f"pho {fold(head)}")):
        return (f"KT. {head}\n{seat.position}" if is_state else seat.position), seat.user.full_name
    return head, ""


def _superior(issuer: Unit, campaign: Campaign | None) -> str:
    if issuer.branch != Branch.PARTY:
        return ""
    above = issuer.parent or (campaign.superior if campaign else None)
    return party_organization(above.name) if above else ""


def _text(document: Document) -> Iterator[Paragraph]:
    parent = document.carries_out
    if parent:
        words = _("To carry out %(kind)s no. %(parent)s of %(day)s of %(body)s, %(issuer)s %(does)s as follows:")
        does = _("issues this plan") if document.kind.code == PLAN_CODE else _("writes")
        facts = {"kind": parent.kind.label, "parent": parent, "day": f"{parent.dated_on:%d/%m/%Y}"}
        facts |= {"body": parent.issuer.name, "issuer": document.issuer.name, "does": does}
        yield body(words % facts)
    items = list(document.plan_items.all())
    if not items:
        yield body(Run(f"[{_('the text of the document')}]", missing=True))
        return
    tasks: dict[int | None, list[Task]] = {}
    given = Task.objects.filter(ward=document.ward_id, plan_item__in=items).exclude(state="cancelled")
    for task in given.select_related("lead_unit").order_by("due_on", "lead_unit__sort_key", "pk"):
        tasks.setdefault(task.plan_item_id, []).append(task)
    for number, item in enumerate(items, start=1):
        yield body(Run(f"{number}. ", bold=True), _sentence(item.text))
        if own := tasks.get(item.pk):
            units = ", ".join(dict.fromkeys(task.lead_unit.name for task in own))
            facts = {"units": units, "day": f"{max(task.due_on for task in own):%d/%m/%Y}"}
            yield body(_("Done by: %(units)s; by %(day)s.") % facts)


def _sentence(text: str) -> str:
    return text if text.endswith((".", ";", "!", "?")) else f"{text}."


def kept_by(issuer: Unit) -> tuple[str, ...]:
    return (_("Kept by the office"),) if issuer.branch == Branch.PARTY else (_("Kept: clerk"),)


def _or_gap(text: str, label: str) -> Run:
    return Run(text) if text.strip() else Run(f"[{label.lower()}]", missing=True)


def _of(present: int | None, invited: int | None) -> str:
    return f": {present}/{invited}" if present is not None and invited else ""


def _clock(meeting: Meeting) -> str:
    return f"{meeting.starts_at:%H:%M}," if meeting.starts_at else ""
