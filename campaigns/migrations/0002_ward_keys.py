from django.db import migrations

from core.operations import SameWardKeys


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [SameWardKeys()]
