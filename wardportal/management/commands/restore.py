from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from core import resealing
from wardportal import archive, embedded


class Command(BaseCommand):
    help = "Put a backup in place of the portal's database and uploaded files. The portal must be stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, file: Path, yes: bool, **options: Any) -> None:
        try:
            if user := embedded.owner(settings.VAR):
                raise embedded.InUse(user)
            manifest = archive.read_manifest(file)
            with embedded.owned(settings.VAR, by="restore"):
                if not yes:
                    self._confirm(manifest)
                archive.restore(file)
                lacking = resealing.missing_words()
        except embedded.InUse as error:
            raise CommandError(f"The portal is in use ({error}): stop it first.") from error
        except (archive.Refused, embedded.CannotStart) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}. Nothing was changed.") from error
        if lacking:
            self.stderr.write(lacking)
        self.stdout.write(f"Restored the backup of {manifest['made_at']}. Start the portal with ./run")

    def _confirm(self, manifest: dict) -> None:
        self.stdout.write(f"The backup of {manifest['made_at']} replaces ALL data of the portal.")
        try:
            answer = input("Type yes to go on: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != "yes":
            raise CommandError("Nothing was changed. Use --yes to answer beforehand.")
