"""The text of a PDF or DOCX file, for search and for marks of secrecy.

Read in a process of its own, with a limit of time and memory: what a file from elsewhere does to the library that opens
it harms nobody else. `python -m core.filetext pdf 300 <file` is that process.
"""

import io
import resource
import subprocess
import sys
from pathlib import PurePath

MOST_SIGNS = 200_000  # of a file that are searched: some eighty pages
MOST_PAGES = 300
SECONDS, BYTES = 30, 1_500 * 1024 * 1024
READ = {"pdf", "docx"}


class Unreadable(Exception):
    """Broken, locked by a password, or too heavy."""


def kind_of(name: str) -> str:
    """What it is read as; "" for pictures and tables, which hold no text to search."""
    kind = PurePath(name).suffix.lower().lstrip(".")
    return kind if kind in READ else ""


def read_apart(data: bytes, kind: str, *, pages: int = MOST_PAGES) -> str:
    """The text, its lines kept; "" where there is none, as in a scan without text layer. Raises Unreadable."""
    command = [sys.executable, "-m", "core.filetext", kind, str(pages)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unreadable(kind) from error
    return done.stdout.decode(errors="replace").replace("\x00", "").strip()


def text_of(data: bytes, kind: str, pages: int = MOST_PAGES) -> str:
    return (_pdf if kind == "pdf" else _docx)(data, pages)[:MOST_SIGNS]


def _pdf(data: bytes, pages: int) -> str:
    from pypdf import PdfReader

    found: list[str] = []
    for page in PdfReader(io.BytesIO(data)).pages[:pages]:
        found.append(page.extract_text())
        if sum(map(len, found)) > MOST_SIGNS:
            break
    return "\n".join(found)


def _docx(data: bytes, pages: int) -> str:
    """Every paragraph in the order in which it stands, those in tables and text boxes too. It knows no pages."""
    from docx import Document
    from docx.oxml.ns import qn

    body = Document(io.BytesIO(data)).element.body
    lines = ("".join(part.text or "" for part in line.iter(qn("w:t"))) for line in body.iter(qn("w:p")))
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(text_of(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2])).encode())
