"""The house's own sources, for tests that read them."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

FLOORS = [
    {"core"},
    {"accounts"},
    {"deadlines"},
    {"notifications"},
    {"intake"},
    {"campaigns"},
    {"publicity"},
    {"models_registry", "beautification", "clearance"},
    {"reports"},
    {"wardportal"},
]
FLOOR_OF = {app: number for number, floor in enumerate(FLOORS) for app in floor}


def none_of(found: Sequence[str], what_to_do: str) -> None:
    """Fails with every place found, and with what to do about them."""
    assert not found, "\n".join([*found, f"What to do: {what_to_do}"])


def python_files(*patterns: str) -> Iterator[Path]:
    for app in FLOOR_OF:
        for pattern in patterns:
            yield from (path for path in sorted((settings.ROOT / app).rglob(pattern)) if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted((settings.ROOT / "templates").rglob("*.html"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(settings.ROOT).as_posix()
