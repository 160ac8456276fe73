"""Each kind of paper as LibreOffice lays it out, page by page, beside the standard of its day.

What stands in the file is told by test_papers; here where it comes to lie: sizes, margins, columns, page numbers.
"""

import datetime
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTLine, LTPage, LTTextContainer, LTTextLine

from accounts.choices import Role
from accounts.models import Unit
from campaigns import papers
from campaigns.models import Campaign, Document, Meeting
from campaigns.models.papers import enter_usual_papers
from core.certificates import PARTY_TITLE, STATE_MOTTO, STATE_TITLE
from core.papers import Paper
from core.word import to_docx
from tests import factories as make
from tests.campaigns.factories import meeting, plan_item, recipient
from tests.world import World

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="no soffice: apt-get install libreoffice-writer-nogui"),
]
STANDARDS = {
    "36-HD": datetime.date(2026, 5, 26),
    "05-HD": datetime.date(2026, 5, 27),
    "30-2020": datetime.date(2026, 3, 9),
}
MM = 72 / 25.4
# Whatever letters a machine has: Tinos is as wide as Times New Roman, letter for letter, and ships with the portal.
FONTS = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{settings.ROOT}/core/fonts</dir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Tinos</family></prefer></alias>
</fontconfig>"""
LONG = (
    "Vận động các hộ dân trên tuyến phố tham gia tổng vệ sinh, giữ gìn cảnh quan, tháo dỡ mái che, mái vẩy lấn chiếm hè"
)


class Line:
    """One line of one column: its text, size in points, style, and its box in millimetres from the top left corner."""

    def __init__(self, line: LTTextLine, page: LTPage) -> None:
        signs = [sign for sign in line if isinstance(sign, LTChar) and sign.get_text().strip()]
        self.text = line.get_text().replace("\xa0", " ").strip()
        self.sizes, self.fonts = {round(sign.size, 1) for sign in signs}, {sign.fontname for sign in signs}
        self.left, self.right = min(sign.x0 for sign in signs) / MM, max(sign.x1 for sign in signs) / MM
        self.top, self.bottom = ((page.height - y) / MM for y in (line.y1, line.y0))

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def lines(page: LTPage) -> list[Line]:
    found = [line for box in page if isinstance(box, LTTextContainer) for line in box if isinstance(line, LTTextLine)]
    return [Line(line, page) for line in found if line.get_text().strip()]


@pytest.fixture
def to_pdf(tmp_path: Path) -> Iterator[Callable[[list[Path]], None]]:
    """Turns files into PDF beside them, all in one start of the program, which is ended whatever happens."""
    started: list[subprocess.Popen] = []

    fonts = tmp_path / "fonts.conf"
    fonts.write_text(FONTS)

    def turn(files: list[Path]) -> None:
        command = [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "pdf",
        ]
        command += ["--outdir", str(tmp_path), *map(str, files)]
        started.append(
            subprocess.Popen(
                command,
                start_new_session=True,
                env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
                stdout=subprocess.DEVNULL,
            )
        )
        assert started[0].wait(timeout=180) == 0

    yield turn
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _document(world: World, issuer: Unit, code: str, day: datetime.date) -> Document:
    kind = make.document_kind(world.ward, code=code, label={"KH": "Kế hoạch", "CV": "Công văn"}[code])
    known = {"summary": "Thực hiện phong trào thi đua “Dân vận khéo” và chỉnh trang đô thị trên địa bàn phường"}
    known |= {"dated_on": day, "carries_out": None, "state": "draft", "symbol": "", "number": None}
    row = Document(ward=world.ward, campaign=world.campaign, issuer=issuer, kind=kind, direction="out", **known)
    row.start(by=None)
    for unit in (world.cell, world.front):
        recipient(row, unit, must_issue_resolution=False)
    for _number in range(16 if code == "KH" else 2):
        plan_item(row, text=LONG)
    return row


def _meeting(world: World, day: datetime.date) -> Meeting:
    row = meeting(
        world.campaign, title="Hội nghị quán triệt kế hoạch", held_on=day, state="held", chair="Phạm Minh Đức"
    )
    row.invite(by=None, unit=world.cell, invited=20, present=17)
    row.invite(by=None, group="Các đoàn thể")
    return row


def papers_of(world: World) -> dict[str, Paper]:
    """ "05-HD plan" and so on: four kinds by three standards."""
    enter_usual_papers(world.ward)
    Campaign.objects.filter(pk=world.campaign.pk).update(superior=world.superior)
    world.campaign.refresh_from_db()
    for unit, role, name, position in [
        (world.committee, Role.LEADERSHIP, "Phạm Minh Đức", "Bí thư"),
        (world.government, Role.UNIT_HEAD, "Dương Văn Hòa", "Phó Chủ tịch"),
    ]:
        make.member(unit, role, make.user(name), position=position)
    found = {}
    for standard, day in STANDARDS.items():
        issuer = world.government if standard == "30-2020" else world.committee
        held = _meeting(world, day)
        found |= {
            f"{standard} plan": papers.of_document(_document(world, issuer, "KH", day)),
            f"{standard} letter": papers.of_document(_document(world, issuer, "CV", day)),
            f"{standard} invitation": papers.invitation(held, issuer),
            f"{standard} minutes": papers.minutes(held, issuer),
        }
    return found


def test_each_paper_lies_on_its_pages_as_the_standard_of_its_day_says(
    world: World, to_pdf: Callable, tmp_path: Path
) -> None:
    made = papers_of(world)
    files = {name: tmp_path / f"{name.replace(' ', '-')}.docx" for name in made}
    for name, file in files.items():
        file.write_bytes(to_docx(made[name]))
    to_pdf([*files.values()])
    for name, paper in made.items():
        pdf = files[name].with_suffix(".pdf")
        pages = [*extract_pages(pdf, laparams=LAParams(char_margin=1.5, boxes_flow=None))]
        assert all(abs(page.width / MM - 210) < 0.2 and abs(page.height / MM - 297) < 0.2 for page in pages), name
        first, *more = written = [lines(page) for page in pages]
        assert len(pages) == (2 if "plan" in name else 1), name
        assert all([line.text for line in page if line.bottom < 18] == [str(n)] for n, page in enumerate(more, 2)), name
        assert {font.split("+")[-1].split("-")[0] for page in written for line in page for font in line.fonts} == {
            "Tinos"
        }
        within_margins(name, paper, written)
        head_in_two_columns(name, paper, first, pages[0])
        signed_at_the_right(name, paper, written[-1])


def within_margins(name: str, paper: Paper, pages: list[list[Line]]) -> None:
    """Nothing is cut or hangs over, and full lines of the text reach from one margin to the other."""
    text = [line for page in pages for line in page if line.bottom > 18]
    left, right = paper.size("margin_left"), 210 - paper.size("margin_right")
    assert min(line.left for line in text) == pytest.approx(left, abs=0.5), name
    assert max(line.right for line in text) < right + 0.5, name
    assert min(line.top for line in text) == pytest.approx(paper.size("margin_top"), abs=1), name
    assert max(line.bottom for line in text) < 297 - paper.size("margin_bottom") + 0.5, name
    begun = "".join(run.text for run in paper.paragraphs[0].runs)[:30]
    (body,) = [line for page in pages for line in page if line.text.startswith(begun)]
    assert (body.sizes, body.left) == ({paper.size("body")}, pytest.approx(left + paper.size("indent"), abs=0.5)), name
    if "plan" in name:
        assert body.right == pytest.approx(right, abs=0.5), name


def head_in_two_columns(name: str, paper: Paper, page: list[Line], drawn: LTPage) -> None:
    """Who issues it at the left, the Party or the State at the right, on one height and apart; each in its own size."""
    is_state = paper.family == "state"
    issuer, title = one(page, paper.issuer.upper()), one(page, STATE_TITLE if is_state else PARTY_TITLE)
    number, date = one(page, "Số"), one(page, paper.place_and_date)
    assert (issuer.sizes, title.sizes) == ({paper.size("issuer")}, {paper.size("title_right")}), name
    assert (number.sizes, date.sizes) == ({paper.size("number")}, {paper.size("date")}), name
    assert is_state or one(page, paper.superior.upper()).bottom < issuer.top + 1, name
    for left in [line for line in page if line.bottom < date.top + 1 and line.middle < 105] + [number]:
        assert left.right < min(title.left, date.left), f"{name}: {left.text}"
    assert number.top == pytest.approx(date.top, abs=0.5), name
    rules = [shape for shape in drawn if isinstance(shape, LTLine)]
    # Below what stands at the right, as long as it; the State's issuer has one as well, a third as long as its column.
    above = one(page, STATE_MOTTO) if is_state else title
    assert any(abs(rule.x0 / MM - above.left) < 1 and abs(rule.x1 / MM - above.right) < 1 for rule in rules), name
    assert (
        any(rule.x1 / MM < 96 and issuer.bottom < (drawn.height - rule.y0) / MM < number.top for rule in rules)
        == is_state
    )
    if paper.kind:
        kind, summary = one(page, paper.kind.upper()), one(page, paper.summary[:40])
        assert (kind.sizes, summary.sizes) == ({paper.size("kind")}, {paper.size("summary")}), name
        centre = (paper.size("margin_left") + 210 - paper.size("margin_right")) / 2
        assert kind.middle == pytest.approx(centre, abs=0.5), name
    else:
        about = one(page, f"{paper.about} {paper.summary}"[:20])
        assert (about.sizes, about.top > number.top) == ({paper.size("about")}, True), name


def signed_at_the_right(name: str, paper: Paper, page: list[Line]) -> None:
    signer = one(
        page, paper.signer_name, below=one(page, "CHỦ TRÌ" if "minutes" in name else paper.authority.upper()).bottom
    )
    assert (signer.sizes, signer.left > 105) == ({paper.size("signer")}, True), name
    if "minutes" in name:
        assert one(page, "NGƯỜI GHI BIÊN BẢN").right < 105, name
        return
    label = one(page, "Nơi nhận:")
    assert (label.sizes, label.left) == (
        {paper.size("recipients_label")},
        pytest.approx(paper.size("margin_left"), abs=0.5),
    )
    assert one(page, paper.authority.upper()).top == pytest.approx(label.top, abs=1), name


def one(page: list[Line], text: str, below: float = 0) -> Line:
    found = [line for line in page if line.text.startswith(text) and line.top > below]
    assert len(found) == 1, f"{text!r} stands {len(found)} times"
    return found[0]
