from django.db import migrations

from core.operations import SameWardKeys


class Migration(migrations.Migration):
    dependencies = [("models_registry", "0001_initial")]
    operations = [SameWardKeys()]
