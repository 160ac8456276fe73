import core.files
import core.models
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
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
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("subject_type", models.CharField(max_length=60, verbose_name="kind of row")),
                ("subject_id", models.BigIntegerField(verbose_name="row")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
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
                ("on", models.DateField(default=core.models.today, verbose_name="on")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="entered at")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("dispatched_at", models.DateTimeField(blank=True, null=True, verbose_name="dispatched at")),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="failed dispatches")),
                ("failure", models.TextField(blank=True, verbose_name="last failure")),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["ward", "subject_type", "subject_id"], name="notif_event_subject"),
                    models.Index(
                        condition=models.Q(("dispatched_at__isnull", True)), fields=["id"], name="notif_event_waiting"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderRule",
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
                ("code", models.SlugField(verbose_name="code")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                ("anchor", models.CharField(max_length=30, verbose_name="counted from")),
                ("offset_days", models.SmallIntegerField(default=0, verbose_name="days after (negative: before)")),
                ("local_time", models.TimeField(verbose_name="time of day")),
                ("working_days_only", models.BooleanField(default=True, verbose_name="working days only")),
                (
                    "klass",
                    models.CharField(
                        choices=[("mandatory", "Mandatory"), ("work", "Work"), ("optional", "Optional")],
                        default="work",
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                ("audience", models.JSONField(blank=True, default=dict, verbose_name="audience")),
                (
                    "channel",
                    models.CharField(
                        choices=[("in_app", "In the portal"), ("email", "E-mail")],
                        default="in_app",
                        help_text="Everything is shown in the portal; this channel is used in addition where there is an address.",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="switched on")),
                ("enabled_at", models.DateTimeField(blank=True, null=True, verbose_name="switched on at")),
            ],
            options={
                "verbose_name": "reminder rule",
                "verbose_name_plural": "reminder rules",
                "ordering": ["code", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("code"),
                        models.F("year"),
                        name="notif_rule_code_year",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("enabled", True), ("enabled_at__isnull", False)),
                            models.Q(("enabled", False), ("enabled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="notif_rule_enabled_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderRuleHistory",
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
                        to="notifications.reminderrule",
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
                ("code", models.SlugField(db_index=False, verbose_name="code")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                ("anchor", models.CharField(max_length=30, verbose_name="counted from")),
                ("offset_days", models.SmallIntegerField(default=0, verbose_name="days after (negative: before)")),
                ("local_time", models.TimeField(verbose_name="time of day")),
                ("working_days_only", models.BooleanField(default=True, verbose_name="working days only")),
                (
                    "klass",
                    models.CharField(
                        choices=[("mandatory", "Mandatory"), ("work", "Work"), ("optional", "Optional")],
                        default="work",
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                ("audience", models.JSONField(blank=True, default=dict, verbose_name="audience")),
                (
                    "channel",
                    models.CharField(
                        choices=[("in_app", "In the portal"), ("email", "E-mail")],
                        default="in_app",
                        help_text="Everything is shown in the portal; this channel is used in addition where there is an address.",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="switched on")),
                ("enabled_at", models.DateTimeField(blank=True, null=True, verbose_name="switched on at")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="notifications.reminderrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="notifications.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="receiver",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("in_app", "In the portal"), ("email", "E-mail")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="The kind of text, rendered when it is sent.", max_length=60, verbose_name="text"
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=200, verbose_name="key")),
                ("subject_type", models.CharField(max_length=60, verbose_name="kind of row")),
                ("subject_id", models.BigIntegerField(verbose_name="row")),
                ("occurrence_on", models.DateField(blank=True, null=True, verbose_name="about the day")),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                ("not_before", models.DateTimeField(verbose_name="not before")),
                ("expires_at", models.DateTimeField(verbose_name="useless after")),
                (
                    "klass",
                    models.CharField(
                        choices=[("mandatory", "Mandatory"), ("work", "Work"), ("optional", "Optional")],
                        default="work",
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting"),
                            ("leased", "Being sent"),
                            ("sent", "Sent"),
                            ("missed", "Missed"),
                            ("failed", "Failed"),
                            ("unknown", "Outcome unknown"),
                            ("void", "Not needed any more"),
                        ],
                        default="ready",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="leased until")),
                ("provider_id", models.CharField(blank=True, max_length=200, verbose_name="receipt")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
                ("line", models.CharField(blank=True, max_length=300, verbose_name="text as sent")),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="link")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-not_before", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["not_before", "id"], name="notif_message_due"
                    ),
                    models.Index(fields=["ward", "user", "channel", "-not_before"], name="notif_message_inbox"),
                    models.Index(
                        condition=models.Q(("state", "leased")), fields=["lease_until"], name="notif_message_leased"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("dedupe_key"), name="notif_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "leased")),
                            models.Q(models.Q(("state", "leased"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="notif_message_leased_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "sent"),
                                models.Q(("provider_id", ""), _negated=True),
                                ("sent_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "sent"), _negated=True),
                                ("provider_id", ""),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="notif_message_sent_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rule__isnull", False), ("event__isnull", False), _connector="OR"),
                        name="notif_message_has_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="notifications.message",
                        verbose_name="message",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="try"
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("sent", "Sent"),
                            ("transient", "Try again"),
                            ("permanent", "Refused"),
                            ("void", "Not needed any more"),
                        ],
                        default="started",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ["message", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("message"), models.F("number"), name="notif_attempt_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
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
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("arguments", models.JSONField(default=dict, verbose_name="arguments")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="of")),
                (
                    "file",
                    models.FileField(blank=True, max_length=200, upload_to=core.files.stored_path, verbose_name="file"),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="kept until")),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-id"],
            },
        ),
    ]
