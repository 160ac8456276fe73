from pathlib import Path

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Extensions and the functions for Vietnamese order and search, which every app's first migration needs."""

    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(
            Path(__file__).with_name("0001_functions.sql").read_text(encoding="utf-8"),
            "drop function vi_fold(text); drop function vi_name_key(text); drop function vi_key(text);",
        ),
    ]
