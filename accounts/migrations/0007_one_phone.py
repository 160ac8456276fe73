from django.db import migrations


class Migration(migrations.Migration):
    """Numbers that were kept as 84… and 0084… get the one form by which people are known; a taken one stays."""

    dependencies = [("accounts", "0006_vietnamese_order")]
    operations = [
        migrations.RunSQL(
            r"""UPDATE accounts_user SET phone = regexp_replace(phone, '^(00)?84', '0')
            WHERE phone ~ '^(00)?84[1-9][0-9]{8}$' AND NOT EXISTS (
                SELECT FROM accounts_user other WHERE other.phone = regexp_replace(accounts_user.phone, '^(00)?84', '0'))""",
            migrations.RunSQL.noop,
        )
    ]
