"""The text of a report: computed facts in sentences that are data, gaps said as gaps, the officer's own words apart."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.choices import Branch
from campaigns.models import Campaign, Document, PaperStandard, PaperStyle
from clearance.models import Dialogue
from core import past
from core.figures import FigureValue, Scope, address, all_figures, get_figure
from core.models import today
from core.papers import Annex, Paper, Paragraph, Run, body, from_json, heading, place_and_date
from core.periods import DAY, Span
from core.text import fold, number, points
from models_registry.models import Contest
from reports.annexes import annex
from reports.choices import AnnexCode, SectionCode
from reports.models import Report, ReportFigure, ReportOverride, ReportText
from reports.querysets import PAPER_LANGUAGE
from reports.sentences import Place, Said, printed


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
    return replace(_each(paper, lambda run: _as_known(run, known)), is_draft=False), [
        ReportFigure(
            ward_id=report.ward_id,
            report=report,
            key=key,
            value=value.value,
            is_nearly=value.exactness == "nearly",
            table=value.rows.model._meta.label_lower if value.rows is not None else "",
            row_ids=facts.ids[key],
            **facts.by_hand(key),
        )
        for key, value in facts.told.items()
    ]


def changes(report: Report, scope: Scope) -> dict[str, str]:
    """Figures of a signed report that say something else now, key -> the number as papers write it."""
    signed: dict[str, tuple[int | None, bool | None]] = {
        row.key: (row.computed, None) if row.reason else (row.value, row.is_nearly) for row in report.figures.all()
    }
    if not signed:
        return {}
    known = report.known_on or past.current().known
    with override(PAPER_LANGUAGE), past.reading(on=report.on, known=known):
        campaign = past.held(scope.campaign) or scope.campaign
        facts = Facts(replace(scope, campaign=campaign, user=None), report.on, report.span, report)
        facts.own = {}  # what is counted now, whatever somebody entered by hand
        for key in {key.partition(":")[0] for key in signed} & set(all_figures()):
            facts.value(key)
        now = {key: (value.value, value.exactness == "nearly") for key, value in facts.told.items()}
        return {
            key: facts.run(facts.told[key], "").text if key in now and now[key][0] is not None else _("no data")
            for key, (value, is_nearly) in signed.items()
            if _is_other(now.get(key, (None, False)), value, is_nearly)
        }


def _is_other(now: tuple[int | None, bool], value: int | None, is_nearly: bool | None) -> bool:
    """is_nearly: None where that is not known of the number then."""
    return now[0] != value or is_nearly not in (None, now[1])


def beside(paper: Paper, now: dict[str, str]) -> Paper:
    """The signed paper with what its figures say now beside them."""
    return _each(paper, lambda run: replace(run, now=now.get(run.figure, "")))


def annex_of(code: AnnexCode, scope: Scope, on: datetime.date) -> Annex:
    """A table of a day as the reader may open its rows, of no report."""
    blank = Report(ward=scope.ward, campaign=scope.campaign, on=on)
    return annex(code, Facts(scope, on, None, blank))


def _each(paper: Paper, change: Callable[[Run], Run]) -> Paper:
    """The paper with each run of its text and its tables changed."""

    def line(cells: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(change(run) for run in cells)

    paragraphs = (replace(part, runs=line(part.runs)) for part in paper.paragraphs)
    annexes = (
        replace(one, lines=tuple(map(line, one.lines)), total=line(one.total), note=line(one.note))
        for one in paper.annexes
    )
    return replace(paper, paragraphs=tuple(paragraphs), annexes=tuple(annexes))


def _signed(report: Report) -> Paper:
    """As it was signed, with the number and the day that the clerk gave it since, laid out as that day asks for."""
    paper = from_json(cast(Any, report.snapshot))
    if report.issued_as is None:
        return paper
    with override(PAPER_LANGUAGE):
        on = report.issued_as.dated_on
        standard = PaperStandard.objects.of(report.body, on)
        sizes = standard.sizes if standard else paper.sizes
        return replace(paper, symbol=_symbol(report), place_and_date=place_and_date(report.place, on), sizes=sizes)


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
        facts = Facts(replace(scope, campaign=campaign), report.on, report.span, report)
        paper = Paper(
            family="party" if report.body.branch == Branch.PARTY else "state",
            superior=report.header,
            issuer=report.body.name,
            symbol=_symbol(report),
            place_and_date=place_and_date(report.place, report.on, is_open=True),
            kind=_("Report"),
            summary=report.title,
            paragraphs=tuple(_paragraphs(report, facts)),
            authority=report.authority,
            signer_title=_signer(report),
            recipients=tuple(point.rstrip(" .,;") for point in points(report.recipients)),
            sizes=report.standard.sizes,
            author=campaign.ward.name,
            is_draft=True,
            annexes=tuple(annex(code, facts) for code in AnnexCode if code in report.annexes),
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


# Facts of a sentence that are no figures.
DOCUMENTS = ("plan", "own_plan", "other_plan", "order", "contest_order", "contest_letter")
NAMED = {"issuer", "day", "label", "hosts", *DOCUMENTS, *(f"{name}.issuer" for name in DOCUMENTS)}
# Where what is missing is entered: by the longest beginning of a fact's name.
ENTERED = {
    "plan": "campaigns:document_list",
    "campaigns.dissemination_sessions": "campaigns:meeting_list",
    "campaigns.resolutions": "campaigns:resolution_list",
    "campaigns.": "campaigns:task_list",
    "publicity.broadcasts": "publicity:broadcast_list",
    "publicity.minutes": "publicity:broadcast_list",
    "publicity.outputs": "publicity:output_list",
    "publicity.": "publicity:article_list",
    "models.": "models_registry:model_list",
    "contest.": "models_registry:contest_list",
    "clearance.": "clearance:project_list",
    "beautification.": "beautification:street_list",
    "accounts.units": "accounts:unit_list",
    "reports.ward_numbers": "reports:ward_number_list",
}


def fact_names() -> set[str]:
    """All names that a place may have."""
    return NAMED | set(all_figures())


def entry_of(name: str) -> str:
    """The page where a fact is entered; "" where none is known."""
    begins = max((start for start in ENTERED if name.startswith(start)), key=len, default="")
    return reverse(ENTERED[begins]) if begins else ""


class Facts:
    """Figures of a day as runs of text with their source; what is not known becomes a gap."""

    def __init__(self, scope: Scope, on: datetime.date, span: Span | None, report: Report) -> None:
        self.scope, self.on, self.span, self.report = scope, on, span, report
        self.own: dict[str, ReportOverride] = {row.key: row for row in report.overrides.all()} if report.pk else {}
        self.computed: dict[str, int | None] = {}
        self.told: dict[str, FigureValue] = {}
        self.ids: dict[str, list[int]] = {}
        self._asked: dict[str, FigureValue] = {}

    def say(self, place: Place) -> Said:
        """What stands at a place of a sentence."""
        if place.name in NAMED:
            run = self.named.get(place.name)
            if place.name == "label":
                run = Run(self.label(place.code))
            elif place.name == "hosts":
                hosts = Dialogue.objects.hosts_inviting(self.scope.campaign, place.code, self.on)
                run = Run(", ".join(hosts)) if hosts else None
            return Said((run or self.gap(place, ""),))
        value = self.value(place.name)
        if place.code and value.parts is not None:
            value = value.parts.get(place.code, FigureValue(None))
        if place.aspect in {"names", "counts"}:
            return Said(tuple(self.listed(place, value)), counts=bool(value.value))
        if value.value is None:
            return Said((replace(self.gap(place, value.url), figure=value.key),))
        if place.aspect == "day":
            return Said((Run(value.as_of.strftime("%d/%m/%Y") if value.as_of else ""),))
        if place.aspect == "label":
            return Said((Run(value.label),))
        runs = (self.run(value, place.unit or str(get_figure(place.name).unit)), *self.last_period(place))
        return Said(runs, counts=value.value > 0)

    def codes(self, name: str) -> list[str] | None:
        return list(self.value(name).parts or {}) if name in all_figures() else []

    def label(self, code: str) -> str:
        return next((v.parts[code].label for v in self._asked.values() if v.parts and code in v.parts), code)

    def gap(self, place: Place, url: str) -> Run:
        """ "[chưa có …]", as a link to where it is entered."""
        words = place.gap or _("no figure yet")
        return Run(f"[{words}]", href=url or entry_of(place.name), missing=True)

    def listed(self, place: Place, value: FigureValue) -> Iterator[Run]:
        """ "chỉnh trang đô thị 06, môi trường 01", or "02 băng rôn (240 m); 01 bảng tin"."""
        if not value.parts:
            yield self.gap(place, value.url)
        told = [part for part in (value.parts or {}).values() if place.aspect == "names" or part.value]
        for index, part in enumerate(told):
            words = part.label[:1].lower() + part.label[1:]
            if index:
                yield Run(", " if place.aspect == "names" else "; ")
            if part.value is None:
                yield self.gap(place, part.url)
            elif place.aspect == "names":
                run = self.run(part, "")
                yield replace(run, text=f"{words} {run.text}")  # the list of sources shows the words, too
            else:
                yield self.run(part, f"{words} ({part.beside})" if part.beside else words)

    @cached_property
    def named(self) -> dict[str, Run]:
        """Facts that are no figures: bodies, documents, the day."""
        campaign, report = self.scope.campaign, self.report
        day = report.on.strftime("%d/%m/%Y")
        if report.first_on:
            day = _("%(last)s (period from %(first)s)") % {"last": day, "first": f"{report.first_on:%d/%m/%Y}"}
        found = {"issuer": Run(report.body.name), "day": Run(day)}
        plan = Document.objects.ward_plan(campaign, self.on)
        if plan is not None:
            known = {"plan": plan, "own_plan" if plan.issuer_id == report.body_id else "other_plan": plan}
            self._add(found, known | ({"order": plan.carries_out} if plan.carries_out else {}))
        contest = (
            Contest.objects.filter(ward_id=campaign.ward_id, campaign=campaign)
            .select_related("ordered_by__kind", "ordered_by__issuer", "shared_out_by__kind", "shared_out_by__issuer")
            .first()
        )
        if contest and contest.ordered_by and contest.shared_out_by:
            self._add(found, {"contest_order": contest.ordered_by, "contest_letter": contest.shared_out_by})
        return found

    def _add(self, found: dict[str, Run], documents: Mapping[str, Document]) -> None:
        for name, document in documents.items():
            found |= {name: self.document(document), f"{name}.issuer": Run(document.issuer.name)}

    def value(self, key: str) -> FigureValue:
        """The ward's number, whoever reads: a report says the same to all. The way to its rows is the reader's own."""
        if key in self._asked:
            return self._asked[key]
        counted = ask(key, replace(self.scope, user=None), self.on, self.span)
        whole = self.as_said(counted)
        self.told |= {key: whole} if whole.parts is None else {part.key: part for part in whole.parts.values()}
        if self.scope.user is not None:
            whole = self.as_said(as_read(counted, ask(key, self.scope, self.on, self.span)))
        self._asked[key] = whole
        return whole

    def as_said(self, counted: FigureValue) -> FigureValue:
        """The number that was entered by hand, where one was; a whole then adds up its parts."""
        parts = counted.parts and {code: self.as_said(part) for code, part in counted.parts.items()}
        if parts and any(part.key in self.own for part in parts.values()):
            known = [part.value for part in parts.values() if part.value is not None]
            return replace(counted, parts=parts, value=sum(known))
        own = self.own.get(counted.key)
        if own is None or parts:
            return counted
        self.computed[counted.key] = counted.value
        return replace(counted, value=own.value, exactness="nearly" if own.is_nearly else "exact")

    def by_hand(self, key: str) -> dict[str, Any]:
        """What is kept beside a signed number that somebody entered."""
        if key not in self.computed:
            return {}
        own = self.own[key]
        return {"computed": self.computed[key], "reason": own.reason, "by": own.by}

    def last_period(self, place: Place) -> tuple[Run, ...]:
        """What a flow was in the period before, in brackets; nothing where nobody entered anything then."""
        key = place.name
        if self.span is None or place.code or not get_figure(key).is_flow:
            return ()
        before = self.span.before
        with past.reading(on=before.last, known=past.current().known):
            value = ask(key, replace(self.scope, user=None), before.last, before).value
        return () if value is None else (Run(_(" (last period: %(number)s)") % {"number": two_digits(value)}),)

    def read_rows(self) -> None:
        """Which rows stand behind each number, as long as the day is still read."""
        for key, value in self.told.items():
            self.ids[key] = sorted(set(value.rows.values_list("pk", flat=True))) if value.rows is not None else []

    def run(self, value: FigureValue, unit: str) -> Run:
        """ "02 bài", "gần 100 người"."""
        known = cast(int, value.value)
        shown = two_digits(known)
        if value.exactness == "nearly":
            shown = _("nearly %(number)s") % {"number": number(known)}
        counted = ""
        if value.key in self.computed:
            then = self.computed[value.key]
            counted = _("no data") if then is None else two_digits(then)
        return Run(f"{shown} {unit}".strip(), href=value.url, figure=value.key, counted=counted)

    def document(self, document: Document) -> Run:
        """ "Kế hoạch số 90-KH/QU ngày 14/01/2022"; the number alone where the symbol was inferred."""
        name = str(document.number) if document.symbol_inferred and document.number else document.symbol
        day = document.dated_on.strftime("%d/%m/%Y")
        words = _("%(kind)s no. %(number)s of %(day)s") % {"kind": document.kind.label, "number": name, "day": day}
        return Run(words, href=address(document.get_absolute_url(), self.on, self.scope.campaign))


def counted(report: Report, scope: Scope, key: str) -> FigureValue | None:
    """What the portal counts for a number of the report, "key" or "key:code"; None where there is no such one."""
    name, _colon, code = key.partition(":")
    if name not in all_figures():
        return None
    with override(PAPER_LANGUAGE), past.reading(on=report.on, known=report.known_on or past.current().known):
        campaign = past.held(scope.campaign) or scope.campaign
        value = ask(name, replace(scope, campaign=campaign, user=None), report.on, report.span)
        label = str(get_figure(name).label)
        if code or value.parts:
            part = (value.parts or {}).get(code)
            return part and replace(part, label=f"{label}: {part.label}")
        return replace(value, label=label)


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

    unit = scope.unit.slug if scope.unit else None

    def led(one: FigureValue, code: str | None = None) -> FigureValue:
        which = {"first": span.first.isoformat(), "part": code, "unit": unit}
        url = address(path, span.last, scope.campaign, **which) if one.url else ""
        return replace(one, url=url, key=f"{key}:{code}" if code else key)

    parts = value.parts and {code: led(part, code) for code, part in value.parts.items()}
    return replace(led(value), parts=parts)


def two_digits(value: int) -> str:
    """ "02", "16", "1.250": as official papers write numbers."""
    return f"{value:02d}" if 0 <= value < 10 else number(value)


def _paragraphs(report: Report, facts: "Facts") -> Iterator[Paragraph]:
    number = 0
    for text in texts_of(report):
        paragraphs = [Paragraph(runs) for runs in printed(text.sentences, facts.say, facts.codes, text.code)]
        if not paragraphs:
            continue
        if text.heading:
            number += 1
            yield heading(f"{number}. {text.heading}")
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


def texts_of(report: Report) -> list[ReportText]:
    """The sections with their sentences, those of this report in the wording that its writer gave them."""
    all_texts = ReportText.objects.in_force(report.ward_id, report.on)
    texts = [text for text in all_texts if not text.kinds or report.kind in text.kinds]
    own = {row.code: row for row in report.wordings.all()} if report.pk else {}
    for text in texts:
        if text.code in own:
            text.lines = own[text.code].lines
    return texts


def as_read(whole: FigureValue, seen: FigureValue) -> FigureValue:
    """The whole number, with an address only where the reader's own list has that length."""
    parts, own = whole.parts, seen.parts or {}
    if parts:
        parts = {code: as_read(part, own.get(code, FigureValue(None))) for code, part in parts.items()}
    return replace(whole, url=seen.url if seen.value == whole.value else "", parts=parts)


def without_sources(paper: Paper) -> Paper:
    """The paper for a reader who may not open what stands behind its facts."""
    return _each(paper, lambda run: replace(run, href="", counted=""))


def without_address(value: FigureValue) -> FigureValue:
    """A sum for a reader who may not open the rows behind it."""
    parts = {code: without_address(part) for code, part in value.parts.items()} if value.parts else value.parts
    return replace(value, url="", parts=parts)
