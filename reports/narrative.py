"""The text of a report: computed facts in fixed sentences, gaps said as gaps, the officer's own words kept apart."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.choices import Branch
from campaigns.models import Campaign, Document, PaperStyle
from clearance.models import Dialogue
from core import past
from core.figures import FigureValue, Scope, address, get_figure
from core.models import today
from core.papers import Paper, Paragraph, Run, body, fill, from_json, heading, place_and_date
from core.periods import DAY, Span
from core.text import fold, number, points
from models_registry.models import Contest
from reports.choices import SectionCode
from reports.models import Report, ReportFigure
from reports.querysets import PAPER_LANGUAGE


def compose(report: Report, scope: Scope, known: datetime.date | None = None) -> Paper:
    """The paper of a report: as it was signed, or with the figures of its day, as known on the day that it names.

    known: as known on that day instead.
    """
    if report.snapshot is not None and known is None:
        return _signed(report)
    return _compose(report, scope, known)[0]


def freeze(report: Report, scope: Scope) -> tuple[Paper, list[ReportFigure]]:
    """What is signed: the paper, and the rows behind each of its figures. The links lead to what was known today."""
    paper, facts = _compose(report, replace(scope, user=None), None, with_rows=True)
    known = report.known_on or today()
    paragraphs = (replace(part, runs=tuple(_as_known(run, known) for run in part.runs)) for part in paper.paragraphs)
    return replace(paper, paragraphs=tuple(paragraphs), is_draft=False), [
        ReportFigure(
            ward_id=report.ward_id,
            report=report,
            key=key,
            value=value.value,
            is_nearly=value.exactness == "nearly",
            table=value.rows.model._meta.label_lower if value.rows is not None else "",
            row_ids=facts.ids[key],
        )
        for key, value in facts.told.items()
    ]


def changes(report: Report, scope: Scope) -> dict[str, str]:
    """Figures of a signed report that say something else now, key -> the number as papers write it."""
    rows = report.figures.values_list("key", "value", "is_nearly")
    signed = {key: (value, is_nearly) for key, value, is_nearly in rows}
    if not signed:
        return {}
    with override(PAPER_LANGUAGE):
        _paper, facts = _compose(report, replace(scope, user=None), None)
        now = {key: (value.value, value.exactness == "nearly") for key, value in facts.told.items()}
        return {
            key: facts.run(facts.told[key], "", "").text if key in now and now[key][0] is not None else _("no data")
            for key, then in signed.items()
            if now.get(key, (None, False)) != then
        }


def beside(paper: Paper, now: dict[str, str]) -> Paper:
    """The signed paper with what its figures say now beside them."""
    paragraphs = (
        replace(part, runs=tuple(replace(run, now=now.get(run.figure, "")) for run in part.runs))
        for part in paper.paragraphs
    )
    return replace(paper, paragraphs=tuple(paragraphs))


def _signed(report: Report) -> Paper:
    """As it was signed, with the number and the day that the clerk gave it since."""
    paper = from_json(cast(Any, report.snapshot))
    if report.issued_as is None:
        return paper
    with override(PAPER_LANGUAGE):
        day = place_and_date(report.place, report.issued_as.dated_on)
        return replace(paper, symbol=_symbol(report), place_and_date=day)


def _as_known(run: Run, known: datetime.date) -> Run:
    """The list that it opens stays as it was on the day of the signature, whatever is entered later."""
    if not run.href or "on=" not in run.href or "known=" in run.href:
        return run
    return replace(run, href=f"{run.href}&known={known.isoformat()}")


def _compose(
    report: Report, scope: Scope, known: datetime.date | None, *, with_rows: bool = False
) -> tuple[Paper, "Facts"]:
    known = known or report.known_on or past.current().known
    with override(PAPER_LANGUAGE), past.reading(on=report.on, known=known):
        campaign = past.held(scope.campaign) or scope.campaign
        facts = Facts(replace(scope, campaign=campaign), report.on, report.span)
        paper = Paper(
            family="party" if report.body.branch == Branch.PARTY else "state",
            superior=report.header,
            issuer=report.body.name,
            symbol=_symbol(report),
            place_and_date=place_and_date(report.place, report.on),
            kind=_("Report"),
            summary=report.title,
            paragraphs=tuple(_paragraphs(report, facts)),
            authority=report.authority,
            signer_title=_signer(report),
            recipients=tuple(point.rstrip(" .,;") for point in points(report.recipients)),
            sizes=report.standard.sizes,
            author=campaign.ward.name,
            is_draft=True,
        )
        if with_rows:
            facts.read_rows()
        return paper, facts


def _symbol(report: Report) -> str:
    """Party papers: "Số 05-BC/ĐU"; the State's and the Front's: "Số: 05/BC-UBND"."""
    if report.issued_as is not None:
        shown = report.issued_as.symbol
    elif report.body.branch == Branch.PARTY:
        shown = f"… -{report.symbol_suffix or 'BC'}"
    else:
        shown = f"… /{report.symbol_suffix.replace('/', '-') or 'BC'}"
    if report.body.branch == Branch.PARTY:
        return pgettext("number of a Party paper", "No. %(symbol)s") % {"symbol": shown}
    return pgettext("number of a State paper", "No.: %(symbol)s") % {"symbol": shown}


def _signer(report: Report) -> str:
    """The title of who signs. A deputy signs the State's papers for the head, the Party's for the body itself."""
    title = report.signer_title
    head = PaperStyle.objects.of(report.body, report.on).head_title
    is_deputy = report.body.branch != Branch.PARTY and head and fold(title) == f"pho {fold(head)}"
    return f"KT. {head}\n{title}" if is_deputy else title


class Facts:
    """Figures of a day as runs of text with their source; what is not known becomes a gap."""

    def __init__(self, scope: Scope, on: datetime.date, span: Span | None = None) -> None:
        self.scope, self.on, self.span = scope, on, span
        self.told: dict[str, FigureValue] = {}
        self.ids: dict[str, list[int]] = {}

    def value(self, key: str) -> FigureValue:
        """The ward's number, whoever reads: a report says the same to all. The way to its rows is the reader's own."""
        whole = ask(key, replace(self.scope, user=None), self.on, self.span)
        self.told |= {key: whole} if whole.parts is None else {part.key: part for part in whole.parts.values()}
        return whole if self.scope.user is None else as_read(whole, ask(key, self.scope, self.on, self.span))

    def last_period(self, key: str) -> tuple[Run, ...]:
        """What a flow was in the period before, in brackets; nothing where nobody entered anything then."""
        if self.span is None or not get_figure(key).is_flow:
            return ()
        before = self.span.before
        with past.reading(on=before.last, known=past.current().known):
            value = ask(key, replace(self.scope, user=None), before.last, before).value
        return () if value is None else (Run(_(" (last period: %(number)s)") % {"number": two_digits(value)}),)

    def read_rows(self) -> None:
        """Which rows stand behind each number, as long as the day is still read."""
        for key, value in self.told.items():
            self.ids[key] = sorted(set(value.rows.values_list("pk", flat=True))) if value.rows is not None else []

    def run(self, value: FigureValue, unit: str, gap: str) -> Run:
        """ "02 bài", "gần 100 người", or "[chưa có …]"."""
        if value.value is None:
            return missing(gap, value.url)
        shown = two_digits(value.value)
        if value.exactness == "nearly":
            shown = _("nearly %(number)s") % {"number": number(value.value)}
        return Run(f"{shown} {unit}".strip(), href=value.url, figure=value.key)

    def figure(self, key: str, unit: str, gap: str) -> tuple[Run, ...]:
        run = self.run(self.value(key), unit, gap)
        return (run,) if run.missing else (run, *self.last_period(key))

    def document(self, document: Document) -> Run:
        """ "Kế hoạch số 90-KH/QU ngày 14/01/2022"; the number alone where the symbol was inferred."""
        name = str(document.number) if document.symbol_inferred and document.number else document.symbol
        day = document.dated_on.strftime("%d/%m/%Y")
        words = _("%(kind)s no. %(number)s of %(day)s") % {"kind": document.kind.label, "number": name, "day": day}
        return Run(words, href=address(document.get_absolute_url(), self.on, self.scope.campaign))


def ask(key: str, scope: Scope, on: datetime.date, span: Span | None) -> FigureValue:
    """A figure of the day, or of a flow what fell into the period, with the address of exactly these rows.

    A period that began in an earlier year asks that year's campaign, too.
    """
    figure = get_figure(key)
    if span is None or not figure.is_flow:
        return figure.value(scope, on)
    years = Campaign.objects.filter(ward=scope.ward, opens_on__lte=span.last, closes_on__gte=span.first)
    earlier = list(
        years.exclude(pk=scope.campaign.pk).filter(opens_on__lt=scope.campaign.opens_on).order_by("opens_on")
    )
    scopes = [replace(scope, campaign=campaign) for campaign in [*earlier, scope.campaign]]
    value = figure.between([(one, span.first - DAY, span.last) for one in scopes])
    path = reverse("reports:figure_rows", args=[key])

    def led(one: FigureValue, code: str | None = None) -> FigureValue:
        url = address(path, span.last, scope.campaign, first=span.first.isoformat(), part=code) if one.url else ""
        return replace(one, url=url, key=f"{key}:{code}" if code else key)

    parts = value.parts and {code: led(part, code) for code, part in value.parts.items()}
    return replace(led(value), parts=parts)


def two_digits(value: int) -> str:
    """ "02", "16", "1.250": as official papers write numbers."""
    return f"{value:02d}" if 0 <= value < 10 else number(value)


def missing(what: str, url: str = "") -> Run:
    return Run(f"[{what}]", href=url, missing=True)


def _paragraphs(report: Report, facts: Facts) -> Iterator[Paragraph]:
    yield _opening(report, facts)
    sections = [_leadership, _models, _clearance, _streets, _contest]
    number = 0
    for number, section in enumerate(sections, start=1):
        title, *paragraphs = cast(Any, section(facts))
        yield heading(f"{number}. {title}")
        yield from paragraphs
    own = [
        (SectionCode.SITUATION, _("Assessment")),
        (SectionCode.NEXT, _("Tasks ahead")),
        (SectionCode.PROPOSAL, _("Proposals")),
    ]
    for code, title in own:
        if lines := report.lines(code):
            number += 1
            yield heading(f"{number}. {title}")
            yield from (body(f"- {_sentence(line)}") for line in lines)


def _sentence(line: str) -> str:
    return line if line.endswith((".", ";", "!", "?")) else f"{line}."


def _opening(report: Report, facts: Facts) -> Paragraph:
    issuer = Run(report.body.name)
    day = Run(report.on.strftime("%d/%m/%Y"))
    if report.first_on:
        day = Run(_("%(last)s (period from %(first)s)") % {"last": day.text, "first": f"{report.first_on:%d/%m/%Y}"})
    plan = Document.objects.ward_plan(facts.scope.campaign, facts.on)
    if plan is None:
        gap = missing(_("the ward's plan is not in the register"))
        words = _("{issuer} reports the results up to {day} as follows: {gap}")
        return Paragraph(fill(words, {"issuer": issuer, "day": day, "gap": gap}))
    known = {"issuer": issuer, "plan": facts.document(plan), "day": day, "planner": Run(plan.issuer.name)}
    is_own = plan.issuer_id == report.body_id
    if plan.carries_out is None:
        words = _("{issuer} issued {plan} and reports the results up to {day} as follows:")
        if not is_own:
            words = _("Carrying out {plan} of {planner}, {issuer} reports the results up to {day} as follows:")
        return Paragraph(fill(words, known))
    known |= {"ordered": facts.document(plan.carries_out), "superior": Run(plan.carries_out.issuer.name)}
    words = _(
        "Carrying out {ordered} of {superior}, {issuer} issued {plan} and reports the results up to {day} as follows:"
    )
    if not is_own:
        words = _(
            "Carrying out {ordered} of {superior} and {plan} of {planner}, {issuer} reports the results up to {day} "
            "as follows:"
        )
    return Paragraph(fill(words, known))


def _leadership(facts: Facts) -> Iterator[str | Paragraph]:
    yield _("Leadership and publicity")
    sessions = facts.figure("campaigns.dissemination_sessions", _("session(s)"), _("no session recorded yet"))
    yield Paragraph(fill(_("Dissemination: {sessions} to spread the plan."), {"sessions": sessions}))
    answered = facts.figure("campaigns.resolutions", _("unit(s)"), _("no figure of resolutions yet"))
    yield Paragraph(fill(_("Leadership resolutions issued by units: {answered}."), {"answered": answered}))
    aired = facts.figure("publicity.broadcasts", _("airing(s)"), _("no figure of broadcasts yet"))
    views = facts.value("publicity.article_views")
    read = facts.run(views, _("view(s)"), _("no reading of views yet"))
    words = _("Ward loudspeakers: {aired}. Articles on the portal: {read}.")
    if views.value is not None and views.as_of:
        words = _("Ward loudspeakers: {aired}. Articles on the portal: {read}, read on {day}.")
    day = Run(views.as_of.strftime("%d/%m/%Y") if views.as_of else "")
    yield Paragraph(fill(words, {"aired": aired, "read": read, "day": day}))
    if others := facts.value("publicity.outputs").parts:
        said = "; ".join(f"{{{kind}}}" for kind in others)
        pieces = {
            kind: facts.run(part, part.label.lower() + (f" ({part.beside})" if part.beside else ""), "")
            for kind, part in others.items()
        }
        yield Paragraph(fill(_("Other outputs of publicity: %(said)s.") % {"said": said}, pieces))


def _models(facts: Facts) -> Iterator[str | Paragraph]:
    yield _("Registered models of skilful mass mobilization")
    fields = facts.value("models.registered.by_field")
    known: dict[str, Any] = {
        "all": facts.figure("models.registered", _("models"), _("no figure of models yet")),
        "collective": facts.figure("models.registered.collective", _("collectives"), _("no figure yet")),
        "individual": facts.figure("models.registered.individual", _("individuals"), _("no figure yet")),
        "fields": list(_listed(facts, fields)),
    }
    words = _("{collective} and {individual} registered {all}: {fields}.")
    yield Paragraph(fill(words, known))


def _listed(facts: Facts, breakdown: FigureValue) -> Iterator[Run]:
    if not breakdown.parts:
        yield missing(_("no figure by field yet"))
        return
    for index, part in enumerate(breakdown.parts.values()):
        label = part.label[:1].lower() + part.label[1:]
        yield Run(", " if index else "")
        run = facts.run(part, "", _("no figure yet"))
        yield replace(run, text=f"{label} {run.text}")  # the list of sources shows the words, too


def _reached(facts: Facts, slug: str, project: Run) -> Iterator[Paragraph]:
    """What the files of a project reached; nothing is said before the first of them reached something."""
    keys = {"households": "households", "inventoried": "households_inventoried", "handed": "households_handed_over"}
    parts = {name: (facts.value(f"clearance.{key}.by_project").parts or {}).get(slug) for name, key in keys.items()}
    if not any(part and part.value for name, part in parts.items() if name != "households"):
        return
    known = {name: facts.run(part, _("households"), "") for name, part in parts.items() if part}
    words = _(
        "{project}: of {households}, {inventoried} signed the inventory minutes; {handed} handed their land over."
    )
    yield Paragraph(fill(words, known | {"project": project}))


def _clearance(facts: Facts) -> Iterator[str | Paragraph]:
    yield pgettext("heading", "Land clearance")
    visited = facts.value("clearance.households_visited.by_project").parts or {}
    invited = facts.value("clearance.households_invited.by_project").parts or {}
    if not visited:
        yield body(missing(_("no clearance project in this year")))
    for slug, part in visited.items():
        project = Run(part.label)
        if part.value is None:
            gap = missing(_("no household list yet"), part.url)
            yield Paragraph(fill(_("{project}: {gap}."), {"project": project, "gap": gap}))
            continue
        known = {
            "project": project,
            "visited": facts.run(part, _("households"), ""),
            "invited": facts.run(invited.get(slug, replace(part, value=None)), _("households"), _("no figure yet")),
        }
        words = _("{project}: {visited} visited at home; invitations to the dialogue handed to {invited}.")
        if hosts := Dialogue.objects.hosts_inviting(facts.scope.campaign, slug, facts.on):
            known["hosts"] = Run(", ".join(hosts))
            words = _(
                "{project}: {visited} visited at home; invitations to the dialogue of {hosts} handed to {invited}."
            )
        yield Paragraph(fill(words, known))
        yield from _reached(facts, slug, project)
    late = facts.value("clearance.grievances_overdue")
    if late.value:  # what the ward owes is never left out of its own report
        said = {"late": facts.run(late, _("grievances"), "")}
        yield Paragraph(fill(_("Grievances of which the lawful day has passed: {late}."), said))


def _streets(facts: Facts) -> Iterator[str | Paragraph]:
    yield _("Street beautification")
    turnout = facts.value("beautification.turnout.latest")
    known: dict[str, Any] = {"people": facts.run(turnout, pgettext("turnout", "people"), _("no turnout recorded yet"))}
    if turnout.value is None:
        yield Paragraph(fill(_("General clean-up: {people}."), known))
        return
    known |= {"where": Run(turnout.label), "day": Run(turnout.as_of.strftime("%d/%m/%Y") if turnout.as_of else "")}
    yield Paragraph(fill(_("General clean-up of {where}, latest on {day}: {people} took part."), known))


def _contest(facts: Facts) -> Iterator[str | Paragraph]:
    yield _("Writing contest")
    campaign = facts.scope.campaign
    contest = (
        Contest.objects.filter(ward_id=campaign.ward_id, campaign=campaign)
        .select_related("ordered_by__kind", "ordered_by__issuer", "shared_out_by__kind", "shared_out_by__issuer")
        .first()
    )
    known: dict[str, Any] = {
        "sent": facts.figure("contest.sent", _("entries"), _("no figure of entries yet")),
        "revising": facts.figure("contest.in_revision", _("entries"), _("no figure of entries yet")),
    }
    if contest and contest.ordered_by and contest.shared_out_by:
        for name, document in (("ordered", contest.ordered_by), ("shared", contest.shared_out_by)):
            known |= {name: facts.document(document), f"{name}_by": Run(document.issuer.name)}
        words = _(
            "Under {ordered} of {ordered_by} and {shared} of {shared_by}: {sent} sent to the organizers, "
            "{revising} being revised."
        )
        yield Paragraph(fill(words, known))
    else:
        yield Paragraph(fill(_("{sent} sent to the organizers, {revising} being revised."), known))


def as_read(whole: FigureValue, seen: FigureValue) -> FigureValue:
    """The whole number, with an address only where the reader's own list has that length."""
    parts, own = whole.parts, seen.parts or {}
    if parts:
        parts = {code: as_read(part, own.get(code, FigureValue(None))) for code, part in parts.items()}
    return replace(whole, url=seen.url if seen.value == whole.value else "", parts=parts)


def without_sources(paper: Paper) -> Paper:
    """The paper for a reader who may not open what stands behind its facts."""
    plain = (replace(part, runs=tuple(replace(run, href="") for run in part.runs)) for part in paper.paragraphs)
    return replace(paper, paragraphs=tuple(plain))


def without_address(value: FigureValue) -> FigureValue:
    """A sum for a reader who may not open the rows behind it."""
    parts = {code: without_address(part) for code, part in value.parts.items()} if value.parts else value.parts
    return replace(value, url="", parts=parts)
