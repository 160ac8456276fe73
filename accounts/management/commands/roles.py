"""docs/roles.md, from the code that decides."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import translation

from accounts import access
from accounts.choices import Role

TARGET = Path(settings.ROOT) / "docs" / "roles.md"


class Command(BaseCommand):
    help = "Write docs/roles.md from accounts/access.py."

    def handle(self, **options: Any) -> None:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text(), encoding="utf-8")
        self.stdout.write(f"{TARGET.relative_to(settings.ROOT)}: {len(Role)} roles")


def text() -> str:
    """The page, in English with each role's Vietnamese name."""
    with translation.override("vi"):
        vietnamese = {role: str(role.label) for role in Role}
    with translation.override("en"):
        parts = [_INTRODUCTION, *(_section(role, vietnamese[role]) for role in Role)]
    return "\n".join(parts)


_INTRODUCTION = """# Roles

Written by `./run roles` from `accounts/access.py`; the portal shows the same at `/roles/`. A person holds roles through
memberships: in a unit, from a day, to a day. What no role names is refused with the names of the roles that may.
"""


def _section(role: Role, vietnamese: str) -> str:
    scope = " in the own unit" if role in access.OWN_UNIT else ""
    lines = [f"## {role.label} ({vietnamese})", "", str(access.ROLE_PROSE[role]), "", f"May{scope}:", ""]
    lines += [f"- {access.PERMISSION_WORDS[permission]}" for permission in access.permissions_of(role)]
    return "\n".join([*lines, ""])
