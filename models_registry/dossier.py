"""The dossier of a model in one archive: registration, progress, photos, scores, proposal, certificates, an index.

It holds what its reader may see, and its reading is written down.
"""

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.choices import ReadAct
from accounts.models import AccessLog, User
from campaigns.papers import NoStandard
from core.models import StoredFile, today
from core.text import nfc
from models_registry import certificates, papers
from models_registry.models import (
    Commendation,
    InspectionEvidence,
    MobilizationModel,
    ModelDocument,
    ProgressEvidence,
    Score,
    StepEvidence,
)

LONGEST = 80  # signs of a name: a folder that lies deep on a disk still opens in Windows
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
PACKED = (".jpg", ".jpeg", ".png", ".docx", ".xlsx")  # already


@dataclass
class Part:
    """One line of the index. files: (name in the archive, "" where it is lost; words). lacks: why there is none."""

    title: str
    files: list[tuple[str, str]]
    lacks: str = ""

    @property
    def links(self) -> list[tuple[str, str, str]]:
        return [(quote(name), name.rpartition("/")[2], words) for name, words in self.files]


def file_name(words: str, suffix: str = "") -> str:
    """A name that any system can keep: composed letters, no sign that Windows refuses, no dot or space at its end."""
    bare = " ".join(_FORBIDDEN.sub(" ", nfc(words)).split())[:LONGEST].strip(" .")
    return f"{bare or _('File')}{suffix.lower()}"


def write(
    registration: MobilizationModel, user: User, out: BinaryIO, told: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Fill the archive; how many files it holds beside its index. told: how far it is."""
    AccessLog.objects.note(user=user, subject=registration, act=ReadAct.EXPORT, fields="name")
    with override(papers.LANGUAGE), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        texts, stored = _texts(registration, user), list(_stored(registration))
        total, parts = len(texts) + len(stored), list[Part]()
        for done, (title, name, compose) in enumerate(texts, start=1):
            parts.append(_written(archive, title, name, compose))
            told(done, total)
        taken: set[str] = set()
        for done, (title, folder, file) in enumerate(stored, start=len(texts) + 1):
            if parts[-1].title != title:
                parts.append(Part(title, []))
            parts[-1].files.append(_copied(archive, _free(f"{folder}/{_own_name(file)}", taken), file))
            told(done, total)
        facts = {"registration": registration, "parts": parts, "day": today(), "reader": user}
        archive.writestr("index.html", render_to_string("models_registry/dossier_index.html", facts))
    return sum(1 for part in parts for name, _words in part.files if name)


def _written(archive: zipfile.ZipFile, title: str, name: str, compose: Callable[[], bytes | None]) -> Part:
    try:
        content = compose()
    except NoStandard:
        return Part(title, [], _("No layout of papers is kept for its day. An administrator adds it."))
    if content is None:
        return Part(title, [], _("Nothing of it is in the portal."))
    archive.writestr(name, content)
    return Part(title, [(name, "")])


def _copied(archive: zipfile.ZipFile, name: str, file: StoredFile) -> tuple[str, str]:
    """Name, and the day on which it was uploaded; of one that is lost on the disk no name."""
    at = timezone.localtime(file.uploaded_at)
    info = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
    try:
        source = file.file.open("rb")
    except FileNotFoundError:
        return "", _("%(name)s of %(day)s: the file is missing in the portal") % {
            "name": file.original_name,
            "day": f"{at:%d/%m/%Y}",
        }
    with source, archive.open(info, "w") as target:
        shutil.copyfileobj(source, target)
    return name, f"{at:%d/%m/%Y}"


def _texts(registration: MobilizationModel, user: User) -> list[tuple[str, str, Callable[[], bytes | None]]]:
    """Title, name and content of what is written for the dossier, in its order."""
    from core.word import to_docx  # takes a worker memory that few ever need

    written: list[tuple[str, Callable[[], bytes | None]]] = [
        (_("Registration"), lambda: to_docx(papers.registration_paper(registration))),
        (_("Progress"), lambda: to_docx(certificates.progress_paper(registration))),
        (_("Scores"), partial(_scores, registration, user)),
        (_("Proposal letter"), partial(_letter, registration)),
    ]
    found = [(title, f"{n:02} {file_name(title)}.docx", make) for n, (title, make) in enumerate(written, start=1)]
    conclusion = registration.valid_conclusion()
    praised = list(Commendation.objects.filter(ward=registration.ward_id, mobilization_model=registration))
    for words, kind, pk in certificates.certificates_of(registration, conclusion, praised):
        name = f"{len(found) + 1:02} {file_name(words)}.pdf"
        found.append((words, name, partial(certificate, registration, kind, pk, "pdf")))
    return found


def certificate(registration: MobilizationModel, kind: str, pk: int, form: str) -> bytes | None:
    """form: "pdf" or "docx". None while no body is known that gives it."""
    rows: Any = registration.conclusions if kind == "conclusion" else registration.commendations
    row = rows.get(pk=pk)
    row.mobilization_model = registration
    found = certificates.of_conclusion(row) if kind == "conclusion" else certificates.of_commendation(row)
    if found is None:
        return None
    if form == "pdf":
        from core.pdf import certificate_to_pdf

        return certificate_to_pdf(found)
    from core.word import certificate_to_docx

    return certificate_to_docx(found)


def _scores(registration: MobilizationModel, user: User) -> bytes | None:
    from core.word import to_docx

    appraisal = registration.appraisals.filter(ended_on=None).select_related("rubric").first()
    seen = Score.objects.visible_to(user).filter(assessment__appraisal=appraisal) if appraisal else None
    result = appraisal.result(seen.for_result()) if appraisal and seen is not None else None
    return to_docx(certificates.scores_paper(registration, result)) if result else None


def _letter(registration: MobilizationModel) -> bytes | None:
    from core.word import to_docx

    rows = list(registration.proposals.filter(taken_back_on=None).order_by("proposed_on", "pk"))
    if not rows:
        return None
    for row in rows:
        row.mobilization_model = registration
    issuer = certificates.issuer_of(registration, rows[-1].proposed_on)
    if issuer is None:
        return None
    return to_docx(certificates.proposal_letter(rows, issuer, str(registration.campaign.superior or "")))


def _stored(registration: MobilizationModel) -> Iterator[tuple[str, str, StoredFile]]:
    """What was uploaded: title and folder of each kind, the oldest first."""
    of, path = {"ward": registration.ward_id}, "mobilization_model"
    kinds: list[tuple[str, str, Any, str]] = [
        (_("Papers of the registration"), "phieu-dang-ky", ModelDocument, path),
        (_("Evidence of the steps"), "cac-buoc", StepEvidence, f"step__{path}"),
        (_("Photos and papers of the results"), "ket-qua", ProgressEvidence, f"update__{path}"),
        (_("Papers of the inspections"), "kiem-tra", InspectionEvidence, f"inspection__{path}"),
    ]
    for title, folder, model, path in kinds:
        rows = model.objects.filter(**of, **{path: registration})
        for file in rows.order_by("uploaded_at", "pk"):
            yield title, folder, file


def _own_name(file: StoredFile) -> str:
    stem, dot, suffix = file.original_name.rpartition(".")
    return file_name(stem, f".{suffix}") if dot else file_name(suffix)


def _free(name: str, taken: set[str]) -> str:
    """Beside the others: Windows takes "Anh.png" and "anh.PNG" for one."""
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, f".{suffix}") if dot else (name, "")
    found, n = name, 1
    while found.lower() in taken:
        n += 1
        found = f"{stem} ({n}){suffix}"
    taken.add(found.lower())
    return found


def name_of(registration: MobilizationModel) -> str:
    return file_name(f"{registration.code} {registration.title}", ".zip")
