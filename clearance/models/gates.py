"""Which proof is there before the next act of a mobilisation, and which is missing. Nothing here plans what follows."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearance.choices import LOOP_ACTS, LoopKind, MilestoneKind, PaperKind
from clearance.models.procedure import SigningAuthority
from core.dates import full_date

if TYPE_CHECKING:
    from clearance.models.loops import MobilisationLoop
    from deadlines.models import Deadline

NEXT = {
    LoopKind.INVENTORY: gettext_lazy("Decision on a compulsory inventory"),
    LoopKind.PLAN: gettext_lazy("Decision on land recovery"),
    LoopKind.HANDOVER: gettext_lazy("A lawful decision of the competent person"),
}


@dataclass(frozen=True)
class Proof:
    """words: what the law asks for. is_verified: else it is shown grey and holds nothing up."""

    words: str
    is_there: bool
    note: str = ""
    is_verified: bool = True
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Gate:
    next: str
    proofs: tuple[Proof, ...]

    @property
    def missing(self) -> list[Proof]:
        return [proof for proof in self.proofs if not proof.is_there and proof.is_verified]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def gate_of(loop: "MobilisationLoop", day: datetime.date) -> Gate:
    """As it stands on a day."""
    return Gate(str(NEXT[LoopKind(loop.kind)]), (*_mobilised(loop, day), *_beside(loop, day)))


def _mobilised(loop: "MobilisationLoop", day: datetime.date) -> Iterator[Proof]:
    counted = [row for row in loop.minutes.all() if not row.is_void and row.on <= day]
    whole = [row for row in counted if row.is_of_all_three]
    kept = [row for row in whole if row.paper or row.scans.all()]
    add: dict[str, Any] = {"url": reverse("clearance:minutes_new", args=[loop.pk]), "action": _("Write the minutes")}
    note = _("%(count)s minutes") % {"count": len(counted)} if counted else ""
    yield Proof(_("minutes in writing with the ward, the Front and the compensation unit"), bool(whole), note, **add)
    yield Proof(_("the signed paper: its scan, or where it is kept"), bool(kept), **({} if whole and not kept else add))
    yield _day(_("the days of the mobilisation are over"), loop.window, day)
    yield _day(_("the waiting days are over"), loop.wait, day, is_wait=True)


def _day(words: str, deadline: "Deadline | None", day: datetime.date, *, is_wait: bool = False) -> Proof:
    """A day by a rule that nobody has verified holds nothing up."""
    if deadline is None:
        return Proof(words, is_there=False, note=_("no rule counts it: choose the rule set"), is_verified=False)
    is_over = day >= deadline.due_on if is_wait else day > deadline.due_on
    said = {"day": full_date(deadline.due_on)}
    note = _("free from %(day)s on") % said if is_wait else _("lasts until %(day)s") % said
    return Proof(words, is_over, note, is_verified=deadline.rule.is_verified)


def _beside(loop: "MobilisationLoop", day: datetime.date) -> Iterator[Proof]:
    household, kind = loop.household, LoopKind(loop.kind)
    here: list[Any] = [household.project.slug, household.number]
    if kind == LoopKind.INVENTORY:
        yield _paper(loop, PaperKind.NOTICE, _("the notice of land recovery was delivered"), day, here)
    if kind == LoopKind.PLAN:
        yield _reached(loop, [MilestoneKind.APPROVED], _("the plan is approved"), day, here)
        yield _paper(loop, PaperKind.PLAN, _("the approved plan was delivered"), day, here)
    if kind == LoopKind.HANDOVER:
        yield _paper(loop, PaperKind.DECISION, _("the decision on land recovery was delivered"), day, here)
        paid = [MilestoneKind.PAID, MilestoneKind.DEPOSITED]
        yield _reached(loop, paid, _("the compensation is paid or deposited"), day, here)
    if act := LOOP_ACTS.get(kind):
        rows = SigningAuthority.objects.filter(ward=loop.ward_id, act=act).valid_on(day)
        signer = rows.first()
        url = reverse("clearance:procedure")
        words, action = _("somebody has the authority to sign"), _("See who may sign")
        yield Proof(words, signer is not None, str(signer.signer) if signer else "", url=url, action=action)


def _paper(loop: "MobilisationLoop", kind: str, words: str, day: datetime.date, here: list[Any]) -> Proof:
    rows = [row for row in loop.household.papers.all() if row.kind == kind and not row.is_void and row.on <= day]
    url = reverse("clearance:delivery_new", args=here)
    note = f"{rows[0].title}, {full_date(rows[0].on)}" if rows else ""
    return Proof(words, bool(rows), note, url=url, action=_("Record a paper delivered"))


def _reached(loop: "MobilisationLoop", kinds: Sequence[str], words: str, day: datetime.date, here: list[Any]) -> Proof:
    rows = [row for row in loop.household.milestones.all() if row.kind in kinds and not row.is_void and row.on <= day]
    url = reverse("clearance:milestone_new", args=here)
    note = full_date(rows[0].on) if rows else ""
    return Proof(words, bool(rows), note, url=url, action=_("Record a milestone"))
