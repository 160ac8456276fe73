import core.models
import datetime
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
            name="Street",
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
                        related_name="street",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_streets",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
                (
                    "registered_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="registered with",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="streets",
                        to="campaigns.document",
                        verbose_name="registration document",
                    ),
                ),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="registered on")),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="to be reached by")),
                ("extent", models.CharField(blank=True, max_length=200, verbose_name="from … to …")),
            ],
            options={
                "verbose_name": "street",
                "verbose_name_plural": "streets",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("slug"),
                        name="beautification_street_slug",
                        violation_error_message="A street with this name is there already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StreetHistory",
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
                        to="beautification.street",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(db_index=False, max_length=80, verbose_name="address")),
                (
                    "lead_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
                (
                    "registered_with",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="registered with",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="registration document",
                    ),
                ),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="registered on")),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="to be reached by")),
                ("extent", models.CharField(blank=True, max_length=200, verbose_name="from … to …")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="StreetGroup",
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
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="beautification.street",
                        verbose_name="street",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="residential group",
                    ),
                ),
            ],
            options={
                "verbose_name": "residential group of a street",
                "verbose_name_plural": "residential groups of streets",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("street"), models.F("unit"), name="beautification_streetgroup_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StreetGroupHistory",
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
                        to="beautification.streetgroup",
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
                    "street",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="beautification.street",
                        verbose_name="street",
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
                        verbose_name="residential group",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CleanupSeries",
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
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="beautification.street",
                        verbose_name="street",
                    ),
                ),
                (
                    "rrule",
                    models.CharField(default="FREQ=WEEKLY;INTERVAL=1;BYDAY=SA", max_length=200, verbose_name="repeats"),
                ),
                ("starts_at", models.TimeField(verbose_name="starts at")),
                ("duration", models.DurationField(verbose_name="lasts")),
                ("first_on", models.DateField(verbose_name="first on")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "policy",
                    models.CharField(
                        choices=[("skip", "Leave it out"), ("move", "Move to another day"), ("ask", "Ask the officer")],
                        default="ask",
                        max_length=5,
                        verbose_name="on a holiday",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "clean-up series",
                "verbose_name_plural": "clean-up series",
                "ordering": ["first_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gte", models.F("first_on")), _connector="OR"
                        ),
                        name="beautification_series_days",
                        violation_error_message="The last day can not be before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rrule__regex",
                                "^FREQ=WEEKLY;INTERVAL=[1-8];BYDAY=(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$",
                            )
                        ),
                        name="beautification_series_rule",
                        violation_error_message="Choose weekdays, and every 1 to 8 weeks.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration__gt", datetime.timedelta(0)),
                            ("duration__lte", datetime.timedelta(seconds=43200)),
                        ),
                        name="beautification_series_duration",
                        violation_error_message="A clean-up lasts up to 12 hours.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cleanup",
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
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cleanups",
                        to="beautification.cleanupseries",
                        verbose_name="series",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cleanups",
                        to="beautification.street",
                        verbose_name="street",
                    ),
                ),
                ("original_on", models.DateField(verbose_name="first planned for")),
                ("on", models.DateField(verbose_name="takes place on")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="starts at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("confirmed", "Confirmed"),
                            ("open", "Taking place"),
                            ("done", "Session closed"),
                            ("postponed", "Moved"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "holiday_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("needed", "Decision needed"),
                            ("hold", "Take place anyway"),
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                        null=True,
                        verbose_name="holiday",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                ("client_id", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="device's id")),
            ],
            options={
                "verbose_name": "clean-up",
                "verbose_name_plural": "clean-ups",
                "ordering": ["-on", "-id"],
                "indexes": [
                    models.Index(fields=["ward", "street", "-on"], name="beautification_cleanup_list"),
                    models.Index(fields=["ward", "on"], name="beautification_cleanup_on"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("series"),
                        models.F("original_on"),
                        name="beautification_cleanup_once",
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("street"),
                        models.F("original_on"),
                        name="beautification_cleanup_address",
                        violation_error_message="A clean-up of this street was planned for this day already.",
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("street"),
                        models.F("on"),
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        name="beautification_cleanup_one_a_day",
                        violation_error_message="Another clean-up of this street takes place on this day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["postponed", "cancelled"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="beautification_cleanup_reason",
                        violation_error_message="A clean-up that is moved or cancelled has a reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="beautification_cleanup_closed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="beautification_cleanup_closed_when_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holiday_decision", "needed"), _negated=True),
                            ("holiday_decision__isnull", True),
                            ("state__in", ("planned", "confirmed", "postponed")),
                            _connector="OR",
                        ),
                        name="beautification_cleanup_decided_first",
                        violation_error_message="Decide about the holiday first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CleanupHistory",
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
                        to="beautification.cleanup",
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
                    "series",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="beautification.cleanupseries",
                        verbose_name="series",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="beautification.street",
                        verbose_name="street",
                    ),
                ),
                ("original_on", models.DateField(verbose_name="first planned for")),
                ("on", models.DateField(verbose_name="takes place on")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="starts at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("confirmed", "Confirmed"),
                            ("open", "Taking place"),
                            ("done", "Session closed"),
                            ("postponed", "Moved"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "holiday_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("needed", "Decision needed"),
                            ("hold", "Take place anyway"),
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                        null=True,
                        verbose_name="holiday",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                ("client_id", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="device's id")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CleanupTransition",
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
                ("old", models.CharField(blank=True, max_length=30, verbose_name="from")),
                ("new", models.CharField(max_length=30, verbose_name="to")),
                ("on", models.DateField(default=core.models.today, verbose_name="on")),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="entered at"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "cleanup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="beautification.cleanup",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CleanupTurnout",
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
                    "cleanup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turnouts",
                        to="beautification.cleanup",
                        verbose_name="clean-up",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turnouts",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("scan", "scanned"),
                            ("hand", "counted on the spot"),
                            ("paper", "from a paper list"),
                            ("estimate", "estimated"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "exactness",
                    models.CharField(
                        choices=[("exact", "exact"), ("nearly", "nearly")],
                        default="exact",
                        max_length=8,
                        verbose_name="exactness",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="persons")),
            ],
            options={
                "verbose_name": "turnout",
                "verbose_name_plural": "turnouts",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("cleanup"),
                        models.F("unit"),
                        models.F("source"),
                        name="beautification_turnout_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("cleanup"),
                        models.F("unit"),
                        condition=models.Q(("source", "scan"), _negated=True),
                        name="beautification_turnout_one_by_hand",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__lte", 9999)),
                        name="beautification_turnout_possible",
                        violation_error_message="Enter a number up to 9999.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CleanupTurnoutHistory",
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
                        to="beautification.cleanupturnout",
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
                    "cleanup",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="beautification.cleanup",
                        verbose_name="clean-up",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("scan", "scanned"),
                            ("hand", "counted on the spot"),
                            ("paper", "from a paper list"),
                            ("estimate", "estimated"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "exactness",
                    models.CharField(
                        choices=[("exact", "exact"), ("nearly", "nearly")],
                        default="exact",
                        max_length=8,
                        verbose_name="exactness",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="persons")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CleanupSeriesHistory",
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
                        to="beautification.cleanupseries",
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
                    "street",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="beautification.street",
                        verbose_name="street",
                    ),
                ),
                (
                    "rrule",
                    models.CharField(default="FREQ=WEEKLY;INTERVAL=1;BYDAY=SA", max_length=200, verbose_name="repeats"),
                ),
                ("starts_at", models.TimeField(verbose_name="starts at")),
                ("duration", models.DurationField(verbose_name="lasts")),
                ("first_on", models.DateField(verbose_name="first on")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "policy",
                    models.CharField(
                        choices=[("skip", "Leave it out"), ("move", "Move to another day"), ("ask", "Ask the officer")],
                        default="ask",
                        max_length=5,
                        verbose_name="on a holiday",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
    ]
