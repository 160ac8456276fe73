from django.db import migrations

from core.operations import SameWardKeys


class Migration(migrations.Migration):
    dependencies = [("clearance", "0001_initial")]
    operations = [SameWardKeys()]
