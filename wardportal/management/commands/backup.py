from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from wardportal import archive


class Command(BaseCommand):
    help = "Write the database and the uploaded files into one new file. The portal may be up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = archive.write(file)
        except archive.Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        size = file.stat().st_size / 2**20
        self.stdout.write(f"{file}: {size:.1f} MB, the database and {manifest['files']} files.")
        self.stdout.write(f"The key ring {settings.KEY_RING} is not in it: keep a copy of that apart from the backups.")
        self.stdout.write("It holds personal data and is not encrypted: keep it where only you can read it.")
