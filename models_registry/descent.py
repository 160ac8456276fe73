"""From which model one comes, and which come from it: kept up in the next year, or taken up by another unit."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from models_registry.models import MobilizationModel

KEPT, TAKEN = "kept", "taken"
# All that hang together: up to the first ones, and down again to the last.
_FAMILY = """
WITH RECURSIVE edges AS (
    SELECT previous_id AS parent, id AS child, 'kept' AS kind
        FROM models_registry_mobilizationmodel WHERE ward_id = %s AND previous_id IS NOT NULL
    UNION ALL SELECT mobilization_model_id, taken_up_as_id, 'taken'
        FROM models_registry_replication WHERE ward_id = %s AND taken_up_as_id IS NOT NULL
), up AS (
    SELECT %s::bigint AS id UNION SELECT edges.parent FROM edges JOIN up ON edges.child = up.id
), family AS (
    SELECT id FROM up UNION SELECT edges.child FROM edges JOIN family ON edges.parent = family.id
) SELECT parent, child, kind FROM edges WHERE parent IN (SELECT id FROM family)
"""


@dataclass
class Node:
    """model: None where the reader may not see it. kind: how it comes from the one above; "" for the first."""

    model: MobilizationModel | None
    kind: str = ""
    is_here: bool = False
    children: "list[Node]" = field(default_factory=list)


def family_of(registration: MobilizationModel, user: Any) -> list[Node]:
    """The first models, each with what came from it; nothing for a model that stands alone."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [registration.ward_id, registration.ward_id, registration.pk])
        edges: list[tuple[int, int, str]] = cursor.fetchall()
    if not edges:
        return []
    below: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for parent, child, kind in sorted(edges):
        below[parent].append((child, kind))
    children = {child for _parent, child, _kind in edges}
    rows = MobilizationModel.objects.visible_to(user).filter(pk__in={*below, *children})
    seen = {row.pk: row for row in rows.select_related("unit", "campaign")}
    shown: set[int] = set()

    def node(key: int, kind: str = "") -> Node:
        found = Node(seen.get(key), kind, key == registration.pk)
        if key not in shown:  # what comes from two models is told once, and named under the other
            shown.add(key)
            found.children = [node(child, how) for child, how in below[key]]
        return found

    return [node(key) for key in sorted({*below} - children)]
