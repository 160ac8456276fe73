"""Papers about a model beside its registration: certificates, the letter that proposes it, its progress, its scores."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.choices import DutyCode
from accounts.models import Unit
from campaigns import papers
from campaigns.models import PaperStandard, PaperStyle
from campaigns.models.papers import writes_as_state
from core.certificates import OPEN, Certificate
from core.models import today
from core.papers import Paper, Paragraph, Run, body, heading, place_and_date
from core.search import folded_all
from core.text import number
from models_registry.choices import HonourKind, Level, Outcome, StepKind, SubjectType
from models_registry.models import Commendation, Conclusion, MobilizationModel, Proposal
from models_registry.models.appraisal import Result

LANGUAGE = papers.LANGUAGE
SUBMISSION_CODE = "TTr"


def issuer_of(registration: MobilizationModel, on: datetime.date) -> Unit | None:
    """Who issues the ward's papers about models on the day; None while nobody holds that duty."""
    office = registration.campaign.ward.unit_on_duty(DutyCode.MOBILIZATION_OFFICE, on)
    return PaperStyle.objects.issuer_for(office, on)


# ---- certificates ----------------------------------------------------------------------------------------
def of_conclusion(row: Conclusion) -> Certificate | None:
    """That the ward recognised the model; None while no body is known that gives it."""
    registration = row.mobilization_model
    issuer = row.document.issuer if row.document else issuer_of(registration, row.decided_on)
    with override(LANGUAGE):
        title, act = _("Certificate"), _("certifies that the model of")
        deed = _("“%(title)s” is recognised as a model of skilful mass mobilization of %(year)s.")
        return _certificate(registration, issuer, row.number, row.decided_on, title, act, deed)


def of_commendation(row: Commendation) -> Certificate | None:
    """The ward's own praise. What another level gives is that level's own paper."""
    registration, on = row.mobilization_model, row.decided_on
    with override(LANGUAGE):
        deed = _("For the results of the model “%(title)s” in the year of skilful mass mobilization %(year)s.")
        issuer = _named(registration.ward_id, row.decided_by)
        return _certificate(
            registration, issuer, row.number, on, row.praise, _("is awarded to"), deed, giver=row.decided_by
        )


def _named(ward_id: int, name: str) -> Unit | None:
    """The unit of the ward that is called so."""
    units = list(Unit.objects.filter(ward=ward_id).inside())
    keys = folded_all([name, *(unit.name for unit in units)])
    return next((unit for unit in units if keys[unit.name] == keys[name]), None)


def _certificate(
    registration: MobilizationModel,
    issuer: Unit | None,
    decision: str,
    on: datetime.date,
    title: str,
    act: str,
    deed: str,
    *,
    giver: str = "",
) -> Certificate | None:
    if issuer is None and not giver:
        return None
    is_state = issuer is None or writes_as_state(issuer, on)
    style = PaperStyle.objects.of(issuer, on) if issuer else None
    head, name = papers.signer_of(issuer, on, is_state) if issuer else ("", "")
    standard = PaperStandard.objects.of(issuer, on) if issuer else None
    facts = {"title": registration.title, "year": registration.campaign.year}
    who = registration.person_name or registration.unit.name
    if registration.subject == SubjectType.INDIVIDUAL:
        who = f"{who}, {registration.unit.name}"
    sizes = {key: size for key, size in (standard.sizes if standard else {}).items() if isinstance(size, int | float)}
    ward = registration.campaign.ward
    return Certificate(
        family="state" if is_state else "party",
        giver=issuer.name if issuer else giver,
        title=title,
        act=act,
        name=who,
        deed=deed % facts,
        number=_("Decision no. %(number)s of %(day)s") % {"number": decision, "day": f"{on:%d/%m/%Y}"},
        register=_("Entered in the register under no. %(room)s") % {"room": OPEN},
        place_and_date=place_and_date(papers.place_of(ward), on),
        authority=style.authority if style else "",
        signer_title=head,
        signer_name=name,
        author=ward.name,
        sizes=sizes,
    )


# ---- the letter ------------------------------------------------------------------------------------------
def proposal_letter(rows: list[Proposal], issuer: Unit, to: str) -> Paper:
    """The submission by which the ward proposes one model. Raises NoStandard where no layout is kept."""
    registration = rows[0].mobilization_model
    with override(LANGUAGE):
        facts = {"title": registration.title, "unit": registration.unit.name, "issuer": issuer.name}
        lines = [body(_("%(issuer)s proposes the model “%(title)s” of %(unit)s, as follows:") % facts)]
        for no, row in enumerate(rows, start=1):
            lines.append(body(Run(f"{no}. {row.words}", bold=True), f" ({row.get_level_display()}). {row.achievement}"))
        if conclusion := registration.valid_conclusion():
            said = _("The ward decided after its appraisal: %(words)s, %(day)s.")
            lines.append(body(said % {"words": conclusion.words, "day": f"{conclusion.decided_on:%d/%m/%Y}"}))
        lines.append(body(_("%(issuer)s asks you to consider and decide.") % facts))
        return papers.compose(
            issuer,
            max(row.proposed_on for row in rows),
            code=SUBMISSION_CODE,
            kind=_("Submission"),
            summary=_("Proposal of the model “%(title)s”") % facts,
            paragraphs=tuple(lines),
            addressees=(to,) if to else (),
            recipients=(_("As above"), *papers.kept_by(issuer)),
            is_draft=True,
            superior="",
        )


# ---- what the dossier holds as text ------------------------------------------------------------------------
def progress_paper(registration: MobilizationModel) -> Paper:
    with override(LANGUAGE):
        return _own_paper(registration, _("How the model was carried out"), tuple(_progress(registration)))


def scores_paper(registration: MobilizationModel, result: Result) -> Paper:
    """result: of scores that the reader may see."""
    with override(LANGUAGE):
        return _own_paper(registration, _("Result of the appraisal"), tuple(_scores(result)))


def _own_paper(registration: MobilizationModel, kind: str, paragraphs: tuple[Paragraph, ...]) -> Paper:
    unit, on = registration.unit, today()
    ward = registration.campaign.ward
    return Paper(
        family="state" if writes_as_state(unit, on) else "party",
        superior="",
        issuer=unit.name,
        symbol=registration.code or "",
        place_and_date=place_and_date(papers.place_of(ward), on),
        kind=kind,
        summary=registration.title,
        paragraphs=paragraphs,
        authority="",
        signer_title="",
        author=ward.name,
    )


def _progress(row: MobilizationModel) -> Iterator[Paragraph]:
    yield heading(_("Results against targets"))
    for target in row.targets.with_reached():
        told = {"reached": _number(target.reached), "target": _number(target.target), "unit": target.unit_of_measure}
        yield body(f"- {target.name}: " + _("%(reached)s of %(target)s %(unit)s") % told)
    yield heading(_("Steps"))
    for step in row.steps.all():
        done = _("done on %(day)s") % {"day": f"{step.done_on:%d/%m/%Y}"} if step.done_on else _("not done")
        yield body(f"- {StepKind(step.kind).label}: {done}. {step.note}".strip())
    updates = list(row.updates.prefetch_related("values__indicator"))
    if updates:
        yield heading(_("What was reported"))
    for update in reversed(updates):
        values = "; ".join(f"{value.indicator}: {_number(value.value)}" for value in update.values.all())
        yield body(f"- {update.on:%d/%m/%Y}: {'. '.join(filter(None, [values, update.note]))}")
    inspections = list(row.inspections.all())
    if inspections:
        yield heading(_("Inspections"))
    for inspection in reversed(inspections):
        yield body(f"- {inspection.on:%d/%m/%Y}, {inspection.inspectors}: {inspection.findings}")


def _scores(result: Result) -> Iterator[Paragraph]:
    said = {"points": _number(result.average), "most": _number(result.most), "band": result.band}
    yield body(Run(_("%(points)s of %(most)s points. %(band)s") % said, bold=True))
    for criterion, given in result.by_criterion:
        yield heading(f"{criterion.label} ({_('at most %(most)s points') % {'most': _number(criterion.most)}})")
        for person, score in given:
            why = f" ({score.reason})" if score.reason else ""
            yield body(f"- {person.full_name}: {_number(score.points)}{why}")
    yield body(_("The points are of the model, not of people or households."))


def _number(value: Any) -> str:
    return "…" if value is None else number(value)


def certificates_of(registration: MobilizationModel, conclusion: Any, honours: Any) -> list[tuple[str, str, int]]:
    """What the ward gives itself: words, kind and key of each."""
    found = []
    if conclusion and conclusion.outcome == Outcome.RECOGNISED:
        found.append((_("Certificate of recognition"), "conclusion", conclusion.pk))
    for row in honours:
        if row.kind == HonourKind.COMMENDATION and row.level == Level.WARD:
            found.append((row.praise, "commendation", row.pk))
    return found
