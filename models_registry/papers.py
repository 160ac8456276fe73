"""What pages and papers show of a registration; the form itself, filled in or blank for whoever writes by hand."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.choices import Branch
from accounts.models import Unit, Ward
from campaigns.models import Campaign
from campaigns.papers import LANGUAGE, place_of
from core.dates import full_date
from core.papers import Paper, Paragraph, Run, body, heading, place_and_date
from core.text import number
from core.together import read_together
from models_registry.choices import ModelState, SubjectType
from models_registry.models import MobilizationModel

DOTS = "." * 120  # a line to write on, at 14 points between the margins of A4
BOX = "☐"


def contents_of(registration: MobilizationModel) -> dict[str, Any]:
    """`people`, `participations`, `areas`, `milestones` and `means`, read in one statement."""
    rows: dict[str, Any] = {
        "fellows": registration.fellows.values_list("name", flat=True),
        # A unit that took part may have come to lead since, by a merger.
        "participations": registration.participations.exclude(unit=registration.unit_id).select_related("unit"),
        "areas": registration.areas.select_related("unit"),
        "milestones": registration.milestones.order_by("due_on", "id"),
    }
    read_together(*rows.values())
    registration.fellow_names = list(rows.pop("fellows"))
    return rows | {"people": registration.people, "means": means_of(registration)}


def means_of(registration: MobilizationModel) -> list[str]:
    """Money, days of work, things: each as a line."""
    said = []
    if registration.budget is not None:
        said.append(_("%(money)s đồng") % {"money": number(registration.budget)})
    if registration.man_days is not None:
        said.append(_("%(days)s days of work") % {"days": number(registration.man_days)})
    return [*said, *filter(None, [registration.resources])]


def registration_paper(row: MobilizationModel) -> Paper:
    """What was registered, in the ten points of the official form; a point that nothing was said of stays a line."""
    with override(LANGUAGE):
        sent = row.transitions.filter(new=ModelState.SUBMITTED).order_by("id").first()
        lines = [*_who(row), *_points(_answers(row))]
        day = place_and_date(place_of(row.ward), sent.on) if sent else _blank_day(row.ward)
        return _paper(row.campaign, row.unit, lines, day, symbol=row.code or "", person=bool(row.people))


def blank_paper(campaign: Campaign, unit: Unit | None) -> Paper:
    """The form to be filled in by hand, with the unit's name where it is known."""
    with override(LANGUAGE):
        kinds = f"{BOX} {SubjectType.COLLECTIVE.label}    {BOX} {SubjectType.INDIVIDUAL.label}"
        fields = "    ".join(f"{BOX} {field}" for field in campaign.theme_fields.all())
        who = [
            body(Run(f"{_('Unit')}: ", bold=True), Run(unit.name if unit else _dots(_("Unit")))),
            body(Run(f"{_('Who registers')}: ", bold=True), Run(kinds)),
            body(Run(f"{_('Full names, one a line')}: ", bold=True), Run(_dots(_("Full names, one a line")))),
            body(Run(f"{_('Theme field')}: ", bold=True), Run(fields or _dots(_("Theme field")))),
            body(Run(f"{_('Person in charge')}: ", bold=True), Run(_dots(_("Person in charge")))),
        ]
        lines = [*who, *_points(dict.fromkeys(POINTS, ()))]
        return _paper(campaign, unit, lines, _blank_day(campaign.ward))


# The points of the form, each with how many lines it gets on paper.
POINTS = {
    "title": 1,
    "rationale": 3,
    "targets": 4,
    "approach": 5,
    "beneficiaries": 2,
    "forces": 4,
    "means": 2,
    "days": 3,
    "expected_output": 2,
    "sustainability": 2,
}


def _names() -> dict[str, str]:
    return {
        "title": _("Name of the model"),
        "rationale": _("Situation and reason"),
        "targets": _("Aims and targets: what, how many, by when"),
        "approach": _("How it is done"),
        "beneficiaries": _("Place and people served"),
        "forces": _("Forces: who leads, cooperates and joins, and what each does"),
        "means": _("Means: money, days of work, things and support"),
        "days": _("Time: beginning, milestones, end"),
        "expected_output": _("Product, expected result"),
        "sustainability": _("How it lasts and spreads"),
    }


def _who(row: MobilizationModel) -> list[Paragraph]:
    """One model, whoever registers it: several people are its people, one after the other."""
    people = contents_of(row)["people"]
    facts = [
        (_("Unit"), row.unit.name),
        (_("Who registers"), str(row.get_subject_display())),
        *([(_("Full names"), "; ".join(people))] if people else []),
        (_("Theme field"), str(row.theme_field or "")),
        (_("Origin"), str(row.get_origin_display())),
        (_("Person in charge"), row.contact),
    ]
    return [body(Run(f"{label}: ", bold=True), Run(said or _dots(label))) for label, said in facts]


def _answers(row: MobilizationModel) -> dict[str, Iterable[str]]:
    content: dict[str, Any] = contents_of(row)
    places = ", ".join(str(area.unit) for area in content["areas"])
    return {
        "title": [row.title],
        "rationale": [row.rationale],
        "targets": [_target(target) for target in row.targets.all()],
        "approach": [row.approach],
        "beneficiaries": [places, row.beneficiaries],
        "forces": _forces(row, content["participations"]),
        "means": content["means"],
        "days": _days(row, content["milestones"]),
        "expected_output": [row.expected_output],
        "sustainability": [row.sustainability],
    }


def _target(target: Any) -> str:
    said = f"{target.name}: {number(target.target or 0)} {target.unit_of_measure}".strip()
    return said + (_(", by %(day)s") % {"day": full_date(target.due_on)} if target.due_on else "")


def _forces(row: MobilizationModel, participations: Iterable[Any]) -> list[str]:
    said = [_("%(unit)s: leads") % {"unit": row.unit}]
    for part in participations:
        line = f"{part}: {str(part.get_role_display()).lower()}"
        said.append(f"{line}, {part.part}" if part.part else line)
    return said


def _days(row: MobilizationModel, milestones: Iterable[Any]) -> list[str]:
    span = {"first": full_date(row.starts_on), "last": full_date(row.ends_on)} if row.starts_on and row.ends_on else {}
    said = [_("From %(first)s to %(last)s") % span] if span else []
    if not span and (day := row.starts_on or row.ends_on):
        said = [
            _("From %(first)s on") % {"first": full_date(day)}
            if row.starts_on
            else _("Until %(last)s") % {"last": full_date(day)}
        ]
    return [*said, *(f"{full_date(one.due_on)}: {one.name}" for one in milestones if one.due_on)]


def _points(answers: dict[str, Iterable[str]]) -> Iterator[Paragraph]:
    names = _names()
    for index, (point, lines) in enumerate(POINTS.items(), start=1):
        yield heading(f"{index}. {names[point]}")
        said = [line for text in answers[point] if text for line in text.splitlines() if line.strip()]
        yield from (body(line) for line in said or [DOTS] * lines)


def _dots(label: str) -> str:
    """Fills the line behind the label, whose letters are about twice as wide."""
    return "." * max(len(DOTS) - 2 * len(label), 20)


def _blank_day(ward: Ward) -> str:
    return _("%(place)s, day … month … year …") % {"place": place_of(ward)}


def _paper(
    campaign: Campaign, unit: Unit | None, lines: list[Paragraph], day: str, *, symbol: str = "", person: bool = False
) -> Paper:
    is_party = unit is not None and unit.branch == Branch.PARTY
    return Paper(
        family="party" if is_party else "state",
        superior=unit.parent.name if unit and unit.parent else "",
        issuer=unit.name if unit else str(campaign.ward),
        symbol=_("Registration No. %(code)s") % {"code": symbol} if symbol else "",
        place_and_date=day,
        kind=_("Registration form"),
        summary=_("Model of skilful mass mobilization, year %(year)s") % {"year": campaign.year},
        paragraphs=tuple(lines),
        authority="",
        signer_title=_("Who registers") if person else _("For the unit that registers"),
        second_title=_("Confirmed by the Party committee or cell"),
        author=str(campaign.ward),
    )
