"""Papers towards a household: minutes of a visit and of a mobilisation, an invitation, the form of an agreement.

In Vietnamese, whatever language their reader's screen has, and without a day or rule that nobody has verified.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Ward
from campaigns.models import PaperStyle
from campaigns.papers import INVITATION_CODE, LANGUAGE, MINUTES_CODE, compose, kept_by, place_of
from clearance.choices import LoopKind, MinutesSigned, MinutesState
from clearance.models import Household, Invitation, LoopMinutes, MobilisationLoop, Project, Visit, VisitScript
from core.dates import WEEKDAYS
from core.models import today
from core.papers import FILL, Paper, Paragraph, Run, body, heading, place_and_date

DOTS = "…" * 20


def minutes_of(visit: Visit) -> Paper:
    """Raises NoStandard where no layout is kept for papers of the team and day."""
    with override(LANGUAGE):
        day = timezone.localdate(visit.visited_at)
        issuer = PaperStyle.objects.issuer_for(visit.team, day) or visit.team
        words = _("home visit to household no. %(number)s, %(project)s")
        facts = {"number": visit.household.number, "project": visit.household.project.name}
        return compose(
            issuer,
            day,
            code=MINUTES_CODE,
            kind=_("Minutes"),
            summary=words % facts,
            paragraphs=tuple(_paragraphs(visit)),
            is_draft=False,
            superior="",
            signature=(_("For the team"), visit.by.full_name if visit.by else ""),
            second=(_("For the household"), ""),
        )


# ---- an invitation ------------------------------------------------------------------------------------
def invitations(rows: Sequence[Invitation]) -> list[Paper]:
    """The letters to one conference, with the day and place that stand on these editions. Raises NoStandard.

    Layout and signature are those of all of them: they are read once, however many letters there are.
    """
    with override(LANGUAGE):
        dialogue = rows[0].dialogue
        issuer = PaperStyle.objects.issuer_for(dialogue.host, today()) or dialogue.host
        letter = compose(
            issuer,
            today(),
            code=INVITATION_CODE,
            kind=_("Invitation"),
            summary=_("Dialogue conference: %(project)s") % {"project": dialogue.project},
            paragraphs=(),
            recipients=(_("As above"), *kept_by(issuer)),
            is_draft=False,
            superior="",
        )
        Household.read_people([row.household for row in rows])
        return [
            replace(letter, paragraphs=tuple(_invitation_lines(row, issuer.name)), addressees=(_addressee(row),))
            for row in rows
        ]


def _addressee(row: Invitation) -> str:
    household = row.household
    person = household.representative_on(row.for_day or today())
    facts = {"number": household.number, "name": person or DOTS, "address": household.address_line}
    return _("%(name)s, representative of household no. %(number)s, %(address)s") % facts


def _invitation_lines(row: Invitation, issuer: str) -> Iterator[Paragraph]:
    day, dialogue = row.for_day, row.dialogue
    time = f"{row.for_time:%H:%M}, " if row.for_time else ""
    words = _("%(issuer)s respectfully invites you to the dialogue conference with the households of %(project)s.")
    yield body(words % {"issuer": issuer, "project": dialogue.project})
    yield from _facts(
        (_("When it is held"), f"{time}{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}" if day else ""),
        (_("Place"), row.for_place),
        (_("Held by"), dialogue.host.name),
    )
    yield body(
        _("You may ask and propose anything about the project; what is not answered there is answered in writing.")
    )
    yield body(
        _("Should you not be able to come, you may send somebody with a written authority, or send a written opinion.")
    )
    yield body(_("We kindly ask you to come, and to come on time."))


# ---- a mobilisation -----------------------------------------------------------------------------------
def loop_minutes(loop: MobilisationLoop, row: LoopMinutes | None = None) -> Paper:
    """Minutes of one meeting; without a row the sheet that the next meeting is written on. Raises NoStandard."""
    with override(LANGUAGE):
        household, day = loop.household, row.on if row else today()
        host = household.project.host
        issuer = PaperStyle.objects.issuer_for(host, day) or host
        number = row.number if row else max((one.number for one in loop.minutes.all()), default=0) + 1
        words = _("mobilisation of household no. %(number)s, %(project)s: %(what)s, time no. %(time)d")
        facts = {"number": household.number, "project": household.project.name, "time": number}
        facts["what"] = str(LoopKind(loop.kind).label).lower()
        paper = compose(
            issuer,
            day,
            code=MINUTES_CODE,
            kind=_("Minutes"),
            summary=words % facts,
            paragraphs=tuple(_loop_lines(loop, row)),
            is_draft=False,
            superior="",
            signature=(_("On behalf of the ward"), row.of_ward if row else ""),
            second=(_("For the household"), ""),
        )
        return paper if row else replace(paper, place_and_date=_by_hand_dated(loop.household.project.ward))


def _loop_lines(loop: MobilisationLoop, row: LoopMinutes | None) -> Iterator[Paragraph]:
    household = loop.household
    day = row.on if row else today()
    yield from _by_hand(
        (_("Place"), ""),
        (_("Household"), f"{household.representative_on(day) or DOTS}, {household.address_line}"),
        (_("Reason, in the household's own words"), loop.words),
    )
    yield heading(_("Present"))
    there = (row.of_ward, row.of_front, row.of_unit, row.of_household) if row else ("", "", "", "")
    bodies = (loop.ward_body, loop.front_body, loop.unit_body, _("Household"))
    yield from _by_hand(*zip(bodies, there, strict=True))
    yield heading(_("What was explained"))
    yield from (body(Run(FILL)) for _line in range(2))
    yield heading(_("What the household said, in its own words"))
    if row and row.said:
        yield body(row.said)
    else:
        yield from (body(Run(FILL)) for _line in range(2))
    if row and row.signed != MinutesSigned.SIGNED:
        yield body(Run(f"{row.get_signed_display()}: ", bold=True), f"{row.witness}; {row.second_witness}")
    elif row is None:
        unsigned = _("If the household does not sign, or nobody of it is there, two witnesses sign:")
        yield body(f"{unsigned} ", Run(FILL))
        yield body(Run(FILL))
    yield body(_("What was written was read back to all present. It ended at … on the same day."))
    yield from _by_hand((_("For the Fatherland Front"), ""), (_("For the compensation unit"), ""))


# ---- an agreement -------------------------------------------------------------------------------------
def agreement_form(project: Project) -> Paper:
    """A blank form: nothing is filled in or ticked for anybody."""
    with override(LANGUAGE):
        return Paper(
            family="state",
            superior="",
            issuer=project.host.name,
            symbol="",
            place_and_date=_by_hand_dated(project.ward),
            kind=_("Written opinion"),
            summary=_("on land recovery before the compensation plan is approved, %(project)s") % {"project": project},
            paragraphs=tuple(_agreement_lines()),
            authority="",
            signer_title=_("Who signs"),
            second_title=_("Received by the ward"),
            author=str(project.ward),
        )


def _agreement_lines() -> Iterator[Paragraph]:
    yield from _by_hand(
        (_("Full name"), ""),
        (_("As (holder of the land, authorised by paper no. …)"), ""),
        (_("Household no."), ""),
        (_("Home address"), ""),
        (_("Plot, map sheet, area"), ""),
    )
    yield heading(_("My opinion (tick one yourself)"))
    yield body(_("☐ I agree to hand over the land described above before the compensation plan is approved."))
    yield body(_("☐ I do not agree."))
    yield body(Run(f"{_('What I add')}: ", bold=True), Run(FILL))
    yield heading(_("What whoever signs should know"))
    yield body(_("- Nobody has to sign. Not signing changes nothing of compensation, support and resettlement."))
    yield body(_("- It may be taken back in writing at any time; the ward writes down the day."))
    yield body(_("- It counts only when signed by yourself or by somebody with your written authority."))
    yield body(_("- You keep one copy of this paper."))


# ---- a visit ------------------------------------------------------------------------------------------
def _paragraphs(visit: Visit) -> Iterator[Paragraph]:
    household, at = visit.household, timezone.localtime(visit.visited_at)
    came = [str(visit.team), *(str(row.unit) for row in visit.companions.select_related("unit"))]
    person = household.representative_on(at.date())
    yield from _facts(
        (_("Begun"), f"{at:%H:%M}, {at:%d/%m/%Y}" if at.time() != datetime.time.min else f"…, {at:%d/%m/%Y}"),
        (_("Place"), household.address_line),
        (_("Those who came"), "; ".join(came)),
        (_("Represents the household"), str(person or "")),
        (_("Who was met"), visit.get_outcome_display()),
        (_("Purpose"), visit.get_purpose_display()),
    )
    if visit.amends_id:
        yield body(Run(f"{_('Corrects what was written before')}: ", bold=True), visit.amend_reason)
    yield heading(_("What was brought"))
    brought = [
        f"{_('Invitation to the dialogue conference')}: {row.get_state_display()}" for row in visit.deliveries.all()
    ]
    brought += [f"{row}: {row.get_way_display()}" for row in visit.papers.filter(void_at=None)]
    yield from _list(brought, _("No paper."))
    yield heading(_("What the household raised, in its own words"))
    raised = [f"{row}: {row.words}" if row.words else str(row) for row in visit.concerns.all()]
    yield from _list(raised, DOTS)
    yield heading(_("What the ward answers and does"))
    owed = [_owed(row.text, row.owner, row.due_on) for row in visit.questions.select_related("owner")]
    owed += [_owed(row.text, row.owner, row.due_on) for row in visit.promises.select_related("owner")]
    yield from _list(owed, _("Nothing is owed from this visit."))
    if visit.note:
        yield body(Run(f"{_('Note')}: ", bold=True), visit.note)
    if visit.follow_up_on:
        yield body(Run(f"{_('Come again on')}: ", bold=True), f"{visit.follow_up_on:%d/%m/%Y}")
    yield from _rights(visit)
    yield from _end(visit)


def _by_hand_dated(ward: Ward) -> str:
    """Of a sheet that is filled in by hand."""
    return place_and_date(place_of(ward), today(), is_open=True)


def _facts(*facts: tuple[str, str]) -> Iterator[Paragraph]:
    for label, text in facts:
        yield body(Run(f"{label}: ", bold=True), text or DOTS)


def _by_hand(*facts: tuple[str, str]) -> Iterator[Paragraph]:
    """Of a sheet that is filled in: what is empty is room to write."""
    for label, text in facts:
        yield body(Run(f"{label}: ", bold=True), Run(text or FILL))


def _list(lines: list[str], otherwise: str) -> Iterator[Paragraph]:
    yield from (body(f"- {line}") for line in lines or [otherwise])


def _owed(text: str, owner: object, due_on: object) -> str:
    return _("%(text)s – %(unit)s, by %(day)s") % {"text": text, "unit": owner, "day": f"{due_on:%d/%m/%Y}"}


def _rights(visit: Visit) -> Iterator[Paragraph]:
    script = VisitScript.of(visit.ward, timezone.localdate(visit.visited_at))
    yield heading(_("Rights of the household"))
    yield from (body(f"- {line}") for line in script.rights_told)
    facts = {"version": script.version, "source": script.source}
    yield body(_("By the script of home visits, edition %(version)s. Source: %(source)s") % facts)


def _end(visit: Visit) -> Iterator[Paragraph]:
    yield heading(_("End"))
    if visit.read_back:
        yield body(_("What was written was read back to the household. The visit ended at … on the same day."))
    else:
        yield body(_("The visit ended at … on the same day."))
    if visit.minutes == MinutesState.UNSIGNED:
        witness = visit.minutes_witness or DOTS
        yield body(
            Run(_("The household did not sign the minutes."), bold=True),
            " ",
            _("Witness: %(name)s") % {"name": witness},
        )
    elif visit.minutes == MinutesState.SIGNED:
        yield body(_("The household signed the minutes."))
