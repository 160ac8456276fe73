from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from core.layout import WIDTH, lay_out


class Command(BaseCommand):
    help = "Lay out the templates: one element a line, indented; long lines are named."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only these; default all templates")
        parser.add_argument("--check", action="store_true", help="change nothing, fail where something would change")

    def handle(self, *, files: list[Path], check: bool, **options: Any) -> None:
        wrong = []
        for path in files or sorted((settings.ROOT / "templates").rglob("*.html")):
            source = path.read_text(encoding="utf-8")
            try:
                written = lay_out(source)
            except ValueError as error:
                wrong.append(f"{path}: {error}")
                continue
            wrong += [
                f"{path}:{n}: longer than {WIDTH}"
                for n, line in enumerate(written.splitlines(), 1)
                if len(line) > WIDTH
            ]
            if check and written != source:
                wrong.append(f"{path}: ./run layout would change it")
            elif written != source:
                path.write_text(written, encoding="utf-8")
        if wrong:
            raise CommandError("\n".join(wrong))
