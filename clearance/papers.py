"""The minutes of a home visit, ready to be signed; in Vietnamese, whatever language their reader's screen has."""

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.models import PaperStyle
from campaigns.papers import LANGUAGE, MINUTES_CODE, compose
from clearance.choices import MinutesState
from clearance.models import Visit, VisitScript
from core.papers import Paper, Paragraph, Run, body, heading

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


def _facts(*facts: tuple[str, str]) -> Iterator[Paragraph]:
    for label, text in facts:
        yield body(Run(f"{label}: ", bold=True), text or DOTS)


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
