import clearance.validators
import core.files
import core.models
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("campaigns", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "undertaking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clearance_project",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="project name")),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("ward_carries", "The ward carries for another body"),
                            ("ward_runs", "The ward runs it"),
                        ],
                        max_length=15,
                        verbose_name="who runs it",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="body in charge",
                    ),
                ),
                (
                    "has_household_list",
                    models.BooleanField(
                        default=False,
                        help_text="Without a list every count of the project is “no household list yet”, never 0.",
                        verbose_name="has a household list",
                    ),
                ),
            ],
            options={
                "verbose_name": "clearance project",
                "verbose_name_plural": "clearance projects",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("slug"), name="clearance_project_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.project",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="project name")),
                ("slug", models.SlugField(db_index=False, max_length=80, verbose_name="address")),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("ward_carries", "The ward carries for another body"),
                            ("ward_runs", "The ward runs it"),
                        ],
                        max_length=15,
                        verbose_name="who runs it",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="body in charge",
                    ),
                ),
                (
                    "has_household_list",
                    models.BooleanField(
                        default=False,
                        help_text="Without a list every count of the project is “no household list yet”, never 0.",
                        verbose_name="has a household list",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "Household"), ("person", "Person"), ("organisation", "Organisation")],
                        default="person",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=120, validators=[clearance.validators.no_personal_number], verbose_name="full name"
                    ),
                ),
                ("birth_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of birth")),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name"), function="vi_fold"),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name"), function="vi_name_key"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "party",
                "verbose_name_plural": "parties",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_key"], name="clearance_party_search", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartyHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.party",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "Household"), ("person", "Person"), ("organisation", "Organisation")],
                        default="person",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=120, validators=[clearance.validators.no_personal_number], verbose_name="full name"
                    ),
                ),
                ("birth_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of birth")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="clearance.project",
                        verbose_name="project",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="household number")),
                (
                    "address_line",
                    models.CharField(
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="home address",
                    ),
                ),
                (
                    "residential_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="residential group",
                    ),
                ),
                (
                    "outreach",
                    models.CharField(
                        choices=[
                            ("not_reached", "Not yet reached"),
                            ("in_contact", "Contact made"),
                            ("met", "Met"),
                            ("ward_owes_answer", "The ward owes an answer"),
                            ("follow_up", "Appointment agreed"),
                            ("unreachable", "Can not be reached"),
                            ("paused_on_request", "Paused at the household's request"),
                        ],
                        default="not_reached",
                        max_length=20,
                        verbose_name="outreach",
                    ),
                ),
                ("paused_on", models.DateField(blank=True, editable=False, null=True, verbose_name="paused since")),
                (
                    "pause_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="what the household asked for",
                    ),
                ),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("address_line"), function="vi_fold"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "household",
                "verbose_name_plural": "households",
                "ordering": ["project", "number"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_key"], name="clearance_household_search", opclasses=["gin_trgm_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("project"),
                        models.F("number"),
                        name="clearance_household_number",
                        violation_error_message="This project already has a household with this number.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outreach", "paused_on_request"), ("paused_on__isnull", False)),
                            models.Q(
                                models.Q(("outreach", "paused_on_request"), _negated=True),
                                ("pause_reason", ""),
                                ("paused_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="clearance_household_paused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.household",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.project",
                        verbose_name="project",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="household number")),
                (
                    "address_line",
                    models.CharField(
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="home address",
                    ),
                ),
                (
                    "residential_group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="residential group",
                    ),
                ),
                (
                    "outreach",
                    models.CharField(
                        choices=[
                            ("not_reached", "Not yet reached"),
                            ("in_contact", "Contact made"),
                            ("met", "Met"),
                            ("ward_owes_answer", "The ward owes an answer"),
                            ("follow_up", "Appointment agreed"),
                            ("unreachable", "Can not be reached"),
                            ("paused_on_request", "Paused at the household's request"),
                        ],
                        default="not_reached",
                        max_length=20,
                        verbose_name="outreach",
                    ),
                ),
                ("paused_on", models.DateField(blank=True, editable=False, null=True, verbose_name="paused since")),
                (
                    "pause_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="what the household asked for",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="HouseholdParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="clearance.party",
                        verbose_name="party",
                    ),
                ),
                ("relation", models.CharField(blank=True, max_length=60, verbose_name="relation")),
                ("is_representative", models.BooleanField(default=False, verbose_name="represents the household")),
            ],
            options={
                "verbose_name": "member of a household file",
                "verbose_name_plural": "members of household files",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("household"), models.F("party"), name="clearance_householdparty_pair"
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("household"),
                        condition=models.Q(("is_representative", True)),
                        name="clearance_one_representative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdPartyHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.householdparty",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.party",
                        verbose_name="party",
                    ),
                ),
                ("relation", models.CharField(blank=True, max_length=60, verbose_name="relation")),
                ("is_representative", models.BooleanField(default=False, verbose_name="represents the household")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="TeamAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("valid_from", models.DateField(default=core.models.today, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="last valid day")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="household_assignments",
                        to="accounts.unit",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="clearance_teamassignment_valid_order",
                        violation_error_message="The last valid day can not be before the first.",
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("household"),
                        condition=models.Q(("valid_to__isnull", True)),
                        name="clearance_one_open_assignment",
                        violation_error_message="This household already has a team. End that assignment first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamAssignmentHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.teamassignment",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("valid_from", models.DateField(default=core.models.today, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="last valid day")),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Dialogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dialogues",
                        to="clearance.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="held by",
                    ),
                ),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("step_code", models.CharField(blank=True, max_length=10, verbose_name="procedure step")),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dialogues",
                        to="campaigns.document",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "dialogue conference",
                "verbose_name_plural": "dialogue conferences",
                "ordering": ["-held_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True), ("held_on__isnull", False), _connector="OR"
                        ),
                        name="clearance_dialogue_held_on",
                        violation_error_message="A dialogue that was held has its day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), models.Q(("cancel_reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancel_reason", "")),
                            _connector="OR",
                        ),
                        name="clearance_dialogue_cancel_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("client_id", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="device's id")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("deliver_invitation", "Hand over an invitation"),
                            ("deliver_paper", "Hand over a notice or decision"),
                            ("explain", "Explain the policy"),
                            ("support", "Ask after and support the family"),
                            ("answer", "Answer an earlier question"),
                            ("check_address", "Check the address"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("visited_at", models.DateTimeField(verbose_name="visited at")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="entered at"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met_head", "Met the head of the household"),
                            ("met_authorised", "Met the authorised person"),
                            ("met_family", "Met a family member"),
                            ("nobody_home", "Nobody at home"),
                            ("later", "Asked to come another time"),
                            ("declined", "Did not wish to receive us"),
                            ("moved", "Moved away"),
                            ("wrong_address", "Wrong address"),
                            ("unsafe", "Not safe"),
                        ],
                        max_length=20,
                        verbose_name="who was met",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, validators=[clearance.validators.no_personal_number], verbose_name="note"
                    ),
                ),
                ("follow_up_on", models.DateField(blank=True, null=True, verbose_name="come again on")),
                (
                    "attendance_reply",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("will_come", "Will come"),
                            ("sends_someone", "Sends someone"),
                            ("writes", "Sends a written opinion"),
                            ("not_sure", "Not answered yet"),
                            ("not_coming", "Not coming"),
                            ("not_asked", "Not asked"),
                        ],
                        max_length=20,
                        null=True,
                        verbose_name="reply to the invitation",
                    ),
                ),
                (
                    "asked_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="clearance.dialogue",
                        verbose_name="dialogue that the reply is about",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="accounts.unit",
                        verbose_name="team",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "entered_for_unit_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered for the team by",
                    ),
                ),
                ("void_at", models.DateTimeField(blank=True, null=True, verbose_name="void since")),
                (
                    "void_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="declared void by",
                    ),
                ),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="why the visit is void",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit",
                "verbose_name_plural": "visits",
                "ordering": ["-visited_at", "-id"],
                "indexes": [
                    models.Index(fields=["ward", "household", "-visited_at"], name="clearance_visit_household")
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("client_id"), name="clearance_visit_client_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_at__isnull", True), ("void_by__isnull", True), ("void_reason", "")),
                            models.Q(
                                ("void_at__isnull", False),
                                ("void_by__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="clearance_visit_void_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_for__isnull", True), ("attendance_reply__isnull", True)),
                            models.Q(
                                ("asked_for__isnull", False),
                                ("attendance_reply__isnull", False),
                                ("outcome__in", ("met_head", "met_authorised", "met_family")),
                            ),
                            _connector="OR",
                        ),
                        name="clearance_visit_reply_of_dialogue",
                        violation_error_message="Only somebody who was met can reply to an invitation.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.visit",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("client_id", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="device's id")),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("deliver_invitation", "Hand over an invitation"),
                            ("deliver_paper", "Hand over a notice or decision"),
                            ("explain", "Explain the policy"),
                            ("support", "Ask after and support the family"),
                            ("answer", "Answer an earlier question"),
                            ("check_address", "Check the address"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("visited_at", models.DateTimeField(verbose_name="visited at")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="entered at"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met_head", "Met the head of the household"),
                            ("met_authorised", "Met the authorised person"),
                            ("met_family", "Met a family member"),
                            ("nobody_home", "Nobody at home"),
                            ("later", "Asked to come another time"),
                            ("declined", "Did not wish to receive us"),
                            ("moved", "Moved away"),
                            ("wrong_address", "Wrong address"),
                            ("unsafe", "Not safe"),
                        ],
                        max_length=20,
                        verbose_name="who was met",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, validators=[clearance.validators.no_personal_number], verbose_name="note"
                    ),
                ),
                ("follow_up_on", models.DateField(blank=True, null=True, verbose_name="come again on")),
                (
                    "asked_for",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.dialogue",
                        verbose_name="dialogue that the reply is about",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="team",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "entered_for_unit_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered for the team by",
                    ),
                ),
                ("void_at", models.DateTimeField(blank=True, null=True, verbose_name="void since")),
                (
                    "void_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="declared void by",
                    ),
                ),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="why the visit is void",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="VisitCompanion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="companions",
                        to="clearance.visit",
                        verbose_name="visit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "companion",
                "verbose_name_plural": "companions",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("visit"), models.F("unit"), name="clearance_companion_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitCompanionHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.visitcompanion",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.visit",
                        verbose_name="visit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="DialogueHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.dialogue",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="held by",
                    ),
                ),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("step_code", models.CharField(blank=True, max_length=10, verbose_name="procedure step")),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=200,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="clearance.dialogue",
                        verbose_name="dialogue",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_deliver", "To be handed over"),
                            ("signed", "Received and signed"),
                            ("unsigned_witnessed", "Received, not signed, with a witness"),
                            ("taken_by_family", "Taken by a family member"),
                            ("refused", "Not accepted, recorded"),
                            ("posted", "Sent by post"),
                            ("void", "Void"),
                        ],
                        default="to_deliver",
                        max_length=20,
                        verbose_name="delivery",
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over at")),
                (
                    "delivered_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="clearance.visit",
                        verbose_name="during the visit",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="received by",
                    ),
                ),
                (
                    "witness",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["household", "edition"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("dialogue"),
                        models.F("household"),
                        models.F("edition"),
                        name="clearance_invitation_edition",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delivered_at__isnull", False),
                                ("state__in", ["signed", "unsigned_witnessed", "taken_by_family", "posted", "refused"]),
                            ),
                            models.Q(("delivered_at__isnull", True), ("state", "to_deliver")),
                            ("state", "void"),
                            _connector="OR",
                        ),
                        name="clearance_invitation_delivered_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "unsigned_witnessed"), _negated=True),
                            models.Q(("witness", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="clearance_invitation_witness",
                        violation_error_message="Name the witness of a paper that was not signed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvitationHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.invitation",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.dialogue",
                        verbose_name="dialogue",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_deliver", "To be handed over"),
                            ("signed", "Received and signed"),
                            ("unsigned_witnessed", "Received, not signed, with a witness"),
                            ("taken_by_family", "Taken by a family member"),
                            ("refused", "Not accepted, recorded"),
                            ("posted", "Sent by post"),
                            ("void", "Void"),
                        ],
                        default="to_deliver",
                        max_length=20,
                        verbose_name="delivery",
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over at")),
                (
                    "delivered_in",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.visit",
                        verbose_name="during the visit",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="received by",
                    ),
                ),
                (
                    "witness",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="InvitationEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to=core.files.stored_path, verbose_name="file")),
                ("original_name", models.CharField(max_length=200, verbose_name="file name")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                ("mime", models.CharField(editable=False, max_length=100, verbose_name="type")),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="bytes")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="uploaded at"),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="clearance.invitation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DialogueAttendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="clearance.dialogue",
                        verbose_name="dialogue",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("self", "Came"),
                            ("proxy", "Sent someone"),
                            ("written", "Written opinion"),
                            ("absent_with_reason", "Absent, gave a reason"),
                            ("absent", "Absent"),
                        ],
                        max_length=20,
                        verbose_name="attendance",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "verbose_name_plural": "attendance",
                "constraints": [
                    models.UniqueConstraint(fields=("ward", "dialogue", "household"), name="clearance_attendance_pair")
                ],
            },
        ),
        migrations.CreateModel(
            name="DialogueAttendanceHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.dialogueattendance",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.dialogue",
                        verbose_name="dialogue",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("self", "Came"),
                            ("proxy", "Sent someone"),
                            ("written", "Written opinion"),
                            ("absent_with_reason", "Absent, gave a reason"),
                            ("absent", "Absent"),
                        ],
                        max_length=20,
                        verbose_name="attendance",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ward",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="clearance.visit",
                        verbose_name="asked at the visit",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="clearance.dialogue",
                        verbose_name="asked at the dialogue",
                    ),
                ),
                ("asked_on", models.DateField(default=core.models.today, verbose_name="asked on")),
                (
                    "text",
                    models.TextField(
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="question, in the household's words",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="accounts.unit",
                        verbose_name="who answers",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="answer due on")),
                (
                    "answer",
                    models.TextField(
                        blank=True, validators=[clearance.validators.no_personal_number], verbose_name="answer"
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                ("told_household_on", models.DateField(blank=True, null=True, verbose_name="household informed on")),
                (
                    "accepted_by_household",
                    models.BooleanField(blank=True, null=True, verbose_name="the household considers it answered"),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["due_on", "id"],
                "indexes": [models.Index(fields=["ward", "due_on"], name="clearance_question_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on__isnull", True)),
                            models.Q(("answered_on__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="clearance_question_answered",
                        violation_error_message="Give the answer and its day, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_by_household__isnull", True), ("told_household_on__isnull", True)),
                            models.Q(
                                ("answered_on__isnull", False), ("told_household_on__gte", models.F("answered_on"))
                            ),
                            _connector="OR",
                        ),
                        name="clearance_question_told_after_answer",
                        violation_error_message="The household is told after the answer is there.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("asked_on")),
                            models.Q(
                                ("answered_on__isnull", True),
                                ("answered_on__gte", models.F("asked_on")),
                                _connector="OR",
                            ),
                        ),
                        name="clearance_question_days",
                        violation_error_message="The answer can not be due or given before the question was asked.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history_query",
                        to="clearance.question",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "ward",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.household",
                        verbose_name="household",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.visit",
                        verbose_name="asked at the visit",
                    ),
                ),
                (
                    "dialogue",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clearance.dialogue",
                        verbose_name="asked at the dialogue",
                    ),
                ),
                ("asked_on", models.DateField(default=core.models.today, verbose_name="asked on")),
                (
                    "text",
                    models.TextField(
                        validators=[clearance.validators.no_personal_number],
                        verbose_name="question, in the household's words",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="who answers",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="answer due on")),
                (
                    "answer",
                    models.TextField(
                        blank=True, validators=[clearance.validators.no_personal_number], verbose_name="answer"
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                ("told_household_on", models.DateField(blank=True, null=True, verbose_name="household informed on")),
                (
                    "accepted_by_household",
                    models.BooleanField(blank=True, null=True, verbose_name="the household considers it answered"),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
    ]
