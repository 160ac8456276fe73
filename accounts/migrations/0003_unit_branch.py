from django.db import migrations


class Migration(migrations.Migration):
    """A unit belongs to a unit of its own branch, and a unit's branch is its kind's: both by key."""

    dependencies = [("accounts", "0002_ward_keys")]
    operations = [
        migrations.RunSQL(
            """
            alter table accounts_unit add constraint accounts_unit_branch_row unique (ward_id, branch, id);
            alter table accounts_unit add constraint accounts_unit_parent_branch foreign key (ward_id, branch, parent_id)
              references accounts_unit (ward_id, branch, id) deferrable initially deferred;
            """,
            """
            alter table accounts_unit drop constraint accounts_unit_parent_branch;
            alter table accounts_unit drop constraint accounts_unit_branch_row;
            """,
        )
    ]
