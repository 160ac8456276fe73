import re
from pathlib import Path

from django.db import migrations

BEFORE = Path(__file__).with_name("0002_one_text.sql").read_text(encoding="utf-8")
SQL = Path(__file__).with_name("0003_quicker_text.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_one_text")]
    operations = [migrations.RunSQL(SQL, re.sub(r"^--.*\n", "", BEFORE, flags=re.M))]
