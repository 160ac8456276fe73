"""How long a report takes beside the bare writer of .docx with the same words. Fails nothing.

    ./run bench reports
    ./run bench reports --rows 20000 --rounds 7

A month's report of a ward with 100,000 households in one project and 50,000 tasks, with all seven tables behind it: its
text worked out from the rows, written as .docx and as PDF; and a PDF of twenty pages. Seconds that the process itself
worked and seconds by the clock, medians of one run. The bare writer is python-docx with the same paragraphs and cells
at hand, one after another, without layout: the ratios are what can be compared.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench import pages, tables

TASKS = 50_000
LONG = 20  # pages
GOALS = {"text of the month": 1.5, f"PDF of {LONG} pages": 3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with pages.running() as bench:
        bench.fill(1, arguments.rows)
        tables._fill_tasks(bench.var, TASKS)
        _measure(arguments.rounds)


def _measure(rounds: int) -> None:
    from core.pdf import paper_to_pdf
    from core.word import to_docx
    from reports.narrative import compose

    report, scope = _report()
    paper = compose(report, scope)
    long, count = _long(paper)
    lines = sum(len(one.lines) for one in paper.annexes)
    print(f"{len(paper.paragraphs)} paragraphs, {lines} lines of tables; the long one has {count} pages")
    print(
        "| what | work s | by the clock s | bare .docx work s | work : bare | goal s |",
        "|---|---|---|---|---|---|",
        sep="\n",
    )
    for name, act, bare in [
        ("text of the month", lambda: compose(report, scope), lambda: _bare(paper)),
        (".docx of it", lambda: to_docx(paper), lambda: _bare(paper)),
        ("PDF of it", lambda: paper_to_pdf(paper), lambda: _bare(paper)),
        (f"PDF of {LONG} pages", lambda: paper_to_pdf(long), lambda: _bare(long)),
        (f".docx of {LONG} pages", lambda: to_docx(long), lambda: _bare(long)),
    ]:
        own, floor = _seconds(act, rounds), _seconds(bare, rounds)
        cells = [*(f"{seconds:.2f}" for seconds in (*own, floor[0], own[0] / floor[0])), str(GOALS.get(name, ""))]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _report() -> tuple[Any, Any]:
    """A month's report of the open year, as its writer begins it, with every table."""
    from campaigns.models import Campaign
    from core.figures import Scope
    from core.models import today
    from reports.choices import AnnexCode
    from reports.models import PeriodRule, Report

    campaign = Campaign.objects.filter(state="open").select_related("ward", "superior").get()
    closes = PeriodRule.objects.closes_on(campaign.ward_id, today())
    report = Report.objects.following(campaign, today(), "month", closes)
    report.standard = _standard(report)
    report.annexes = [code.value for code in AnnexCode]
    return report, Scope(ward=campaign.ward, campaign=campaign)


def _standard(report: Any) -> Any:
    from campaigns.models import PaperStandard

    return PaperStandard.objects.of(report.body, report.on)


def _long(paper: Any) -> tuple[Any, int]:
    """The text again and again until its PDF has the pages; and how many it has."""
    from pypdf import PdfReader

    from core.pdf import paper_to_pdf

    long, count = replace(paper, annexes=()), 0
    while count < LONG:
        long = replace(long, paragraphs=long.paragraphs + paper.paragraphs)
        count = len(PdfReader(io.BytesIO(paper_to_pdf(long))).pages)
    return long, count


def _bare(paper: Any) -> bytes:
    from docx import Document

    document = Document()
    for paragraph in paper.paragraphs:
        document.add_paragraph("".join(run.text for run in paragraph.runs))
    for annex in paper.annexes:
        table = document.add_table(rows=0, cols=len(annex.heads))
        for line in ([*annex.heads], *([run.text for run in line] for line in annex.all_lines)):
            for cell, text in zip(table.add_row().cells, line, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _seconds(act: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Of its work and by the clock: medians, after once to warm up."""
    act()
    taken = []
    for _n in range(rounds):
        work, clock = time.process_time(), time.perf_counter()
        act()
        taken.append((time.process_time() - work, time.perf_counter() - clock))
    return statistics.median(one[0] for one in taken), statistics.median(one[1] for one in taken)
