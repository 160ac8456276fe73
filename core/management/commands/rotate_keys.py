from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, CommandParser

from core import keyring, resealing


class Command(BaseCommand):
    help = "Seal phone numbers, identity numbers and the like anew with a new key. The portal may be up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forget", action="store_true", help="take keys that nothing needs any more out of the file"
        )

        parser.add_argument(
            "--take", type=Path, metavar="FILE", help="add the keys of the ring that another portal kept"
        )

    def handle(self, *, forget: bool, take: Path | None, **options: Any) -> None:
        if take:
            self._take(take)
        elif forget:
            self._forget()
        else:
            self._rotate()

    def _rotate(self) -> None:
        newest = keyring.ring()[0].name
        used = resealing.in_use()
        if used.keys() - {newest} - resealing.missing().keys():
            self.stdout.write(f"Going on with key {newest}.")  # a rotation that was cut short
        else:
            newest = keyring.add_key().name
            self.stdout.write(
                f"New key {newest} in {settings.KEY_RING}. Keep a copy of the file apart from the backups."
            )
        count = sum(resealing.reseal())
        self.stdout.write(f"{count} values are sealed anew.")
        self._say_missing()
        self.stdout.write(
            "The older keys still open older backups. Take them out of the file: ./run rotate_keys --forget"
        )

    def _forget(self) -> None:
        first, *older = keyring.ring()
        used = resealing.in_use()
        kept = sorted(key.name for key in older if used.get(key.name))
        gone = {key.name for key in older} - set(kept)
        keyring.forget(gone)
        if kept:
            raise CommandError(f"Still in use: {', '.join(kept)}. Run ./run rotate_keys first.")
        words = ", ".join(sorted(gone)) or "none"
        self.stdout.write(f"Taken out: {words}. Key {first.name} stays. Backups of before need the older file.")

    def _take(self, file: Path) -> None:
        try:
            new = keyring.take(file)
        except (OSError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added: {', '.join(new) or 'none, they are here already'}.")
        self._say_missing()

    def _say_missing(self) -> None:
        for name, count in sorted(resealing.missing().items()):
            self.stderr.write(f"{count} values need key {name}, which {settings.KEY_RING} has not.")
