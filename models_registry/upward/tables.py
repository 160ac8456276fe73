"""The four tables: which rows each tells of, and what stands in its columns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Unit
from campaigns.papers import LANGUAGE
from core.text import plain
from core.together import read_together
from models_registry.choices import ModelState, Origin, SubjectType, UpwardTable
from models_registry.models import (
    Assessment,
    Conclusion,
    MobilizationModel,
    ModelArea,
    Proposal,
    TableLayout,
    TargetIndicator,
    ThemeField,
)
from models_registry.upward.shape import KNOWN, Ask, Body, Cell, Head, Line
from models_registry.upward.sums import AddedUp, add_up

TENTH = Decimal("0.1")


def body(ask: Ask, layout: TableLayout, added: AddedUp | None = None) -> Body:
    """added: the models added up for this layout, where that is known already."""
    if layout.table == UpwardTable.SUMS:
        added = added or add_up(ask, layout)
        return Body(layout, added.heads, added.lines, lambda rows, first: list(rows), added.total)
    rows, read, values = _READ[UpwardTable(layout.table)]
    heads = [Head(code, heading) for code, heading in layout.columns if code in KNOWN[layout.table]]

    def lines(chunk: Sequence[Any], first: int) -> list[Line]:
        with override(LANGUAGE):
            told = read(ask, chunk)
            found = []
            for no, row in enumerate(chunk, start=first):
                said = values(row, told) | {"no": no}
                model = getattr(row, "mobilization_model", row)
                cells = tuple(Cell(said[head.code]) for head in heads)
                found.append(Line(f"{model.key}/{row.pk}", cells, model))
            return found

    return Body(layout, heads, rows(ask), lines)


def count(ask: Ask, table: str) -> int:
    """How many models (or proposals) the table tells of."""
    return _proposals(ask).count() if table == UpwardTable.PROPOSALS else ask.registered().count()


# ---- 01 ----------------------------------------------------------------------------------------------
def _listed(ask: Ask) -> QuerySet:
    rows: QuerySet = ask.registered()
    return rows.order_by("code", "id")


@dataclass(frozen=True)
class _Beside:
    """What of each model stands in other rows, as the cells say it; and the year's fields by their key."""

    fields: dict[int, ThemeField]
    targets: dict[int, list[str]]
    places: dict[int, list[str]]
    levels: dict[int, list[str]]


def _beside(ask: Ask, rows: Sequence[Any]) -> _Beside:
    """In one statement for all rows; a join would hand the same units and fields over with each of them."""
    ward = ask.campaign.ward_id
    of = {"ward": ward, "mobilization_model__in": [row.pk for row in rows]}
    units: Any = Unit.objects.filter(ward=ward, pk__in={row.unit_id for row in rows})
    fields = ThemeField.objects.filter(ward=ward, pk__in={row.theme_field_id for row in rows} - {None})
    fields = fields.select_related("official_field")
    indicators = TargetIndicator.objects.filter(**of).order_by("id")
    ordered = ModelArea.objects.filter(**of).order_by("unit__sort_key", "id")
    areas = ordered.values_list("mobilization_model", "unit__name")
    proposals = Proposal.objects.filter(**of).valid_on(ask.on)
    read_together(units, fields, indicators, areas, proposals)
    units = {unit.pk: unit for unit in units}
    for row in rows:
        row.unit = units[row.unit_id]
    targets, places, levels = (defaultdict[int, list[str]](list) for _n in range(3))
    for t in indicators:
        targets[t.mobilization_model_id].append(f"{t.name}: {_said(t.target)} {t.unit_of_measure}".strip())
    for key, name in areas:
        places[key].append(name)
    for proposal in proposals:
        if (label := proposal.get_level_display()) not in levels[proposal.mobilization_model_id]:
            levels[proposal.mobilization_model_id].append(label)
    return _Beside({field.pk: field for field in fields}, targets, places, levels)


@cache
def _subject(code: str) -> str:
    with override(LANGUAGE):
        return str(SubjectType(code).label)


@cache
def _origin(code: str) -> str:
    with override(LANGUAGE):
        return str(Origin(code).label)


def _of_model(row: MobilizationModel) -> dict[str, Any]:
    who = f"{row.person_name} ({row.unit})" if row.person_name else str(row.unit)
    return {"code": row.code, "title": row.title, "who": who, "subject": _subject(row.subject)}


def _list_values(row: MobilizationModel, told: _Beside) -> dict[str, Any]:
    theme = told.fields.get(row.theme_field_id) if row.theme_field_id else None
    return _of_model(row) | {
        "official_field": theme.official_field.label if theme else "",
        "theme_field": theme.label if theme else "",
        "origin": _origin(row.origin),
        "approach": row.approach,
        "targets": "; ".join([*told.targets.get(row.pk, []), *([row.expected_output] if row.expected_output else [])]),
        "place": "; ".join([*told.places.get(row.pk, []), *filter(None, [row.beneficiaries])]),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "contact": row.contact,
        "level": ", ".join(told.levels.get(row.pk, [])),
        "note": _("registered late") if row.is_late else "",
    }


def _said(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value)}".replace(".", ",")


# ---- 03 ----------------------------------------------------------------------------------------------
def _targets(ask: Ask) -> QuerySet:
    rows = TargetIndicator.objects.filter(ward=ask.campaign.ward_id)
    rows = rows.filter(mobilization_model__in=ask.registered().order_by().values("pk")).reached_by(ask.on)
    return rows.select_related("mobilization_model__unit").order_by("mobilization_model__code", "id")


def _assessed(ask: Ask, rows: Sequence[Any]) -> dict[int, str]:
    """Of each model: what the ward decided by the day, or else how far it was then."""
    keys = {row.mobilization_model_id for row in rows}
    states: Any = MobilizationModel.objects.filter(ward=ask.campaign.ward_id, pk__in=keys).with_state_on(ask.on)
    found = {pk: str(ModelState(state).label) for pk, state in states.values_list("pk", "state_then")}
    return found | {pk: str(row) for pk, row in _conclusions(ask, keys).items()}


def _conclusions(ask: Ask, keys: Iterable[int]) -> dict[int, Conclusion]:
    rows = Conclusion.objects.filter(ward=ask.campaign.ward_id, mobilization_model__in=keys, decided_on__lte=ask.on)
    rows = rows.filter(Q(replaced_on__isnull=True) | Q(replaced_on__gt=ask.on)).order_by("id")
    return {row.mobilization_model_id: row for row in rows}


def _result_values(row: Any, assessed: dict[int, str]) -> dict[str, Any]:
    percent = None
    if row.reached is not None and row.target:
        percent = plain((row.reached * 100 / row.target).quantize(TENTH, ROUND_HALF_UP))
    return _of_model(row.mobilization_model) | {
        "target": row.name,
        "measure": row.unit_of_measure,
        "wanted": plain(row.target) if row.target is not None else None,
        "due_on": row.due_on,
        "reached": plain(row.reached) if row.reached is not None else None,
        "percent": percent,
        "evidence": row.evidence,
        "assessment": assessed.get(row.mobilization_model_id, ""),
    }


# ---- 04 ----------------------------------------------------------------------------------------------
def _proposals(ask: Ask) -> QuerySet:
    rows = ask.seen(Proposal.objects).valid_on(ask.on)
    rows = rows.filter(mobilization_model__in=ask.registered().order_by().values("pk"))
    return rows.select_related("mobilization_model__unit").order_by("mobilization_model__code", "id")


def _points(ask: Ask, rows: Sequence[Any]) -> tuple[dict[int, Decimal], dict[int, Conclusion]]:
    """Of each model, the average of its sheets once all are in, and the ward's decision."""
    keys = {row.mobilization_model_id for row in rows}
    sheets = Assessment.objects.filter(
        ward=ask.campaign.ward_id,
        appraisal__mobilization_model__in=keys,
        appraisal__completed_at__isnull=False,
        appraisal__ended_on=None,
        stood_aside_on=None,
    )
    sums = sheets.order_by().values("pk", "appraisal__mobilization_model").annotate(points=Sum("scores__points"))
    of: dict[int, list[Decimal]] = defaultdict(list)
    for line in sums:
        of[line["appraisal__mobilization_model"]].append(line["points"] or Decimal())
    points = {key: (sum(given, Decimal()) / len(given)).quantize(TENTH, ROUND_HALF_UP) for key, given in of.items()}
    return points, _conclusions(ask, keys)


def _proposal_values(row: Proposal, told: tuple[dict[int, Decimal], dict[int, Conclusion]]) -> dict[str, Any]:
    points, conclusions = told
    decided = conclusions.get(row.mobilization_model_id)
    return _of_model(row.mobilization_model) | {
        "achievement": row.achievement,
        "points": points.get(row.mobilization_model_id),
        "praise": row.words,
        "level": row.get_level_display(),
        "decision": decided.number if decided else "",
        "decided_on": decided.decided_on if decided else None,
        "proposed_on": row.proposed_on,
    }


_READ: dict[UpwardTable, tuple[Callable, Callable, Callable]] = {
    UpwardTable.LIST: (_listed, _beside, _list_values),
    UpwardTable.RESULTS: (_targets, _assessed, _result_values),
    UpwardTable.PROPOSALS: (_proposals, _points, _proposal_values),
}
