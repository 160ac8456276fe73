import core.files
import core.models
import django.contrib.postgres.fields
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
                (
                    "repeat_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="again every so many days"),
                ),
                (
                    "repeat_until",
                    models.SmallIntegerField(
                        blank=True, null=True, verbose_name="until so many days after (negative: before)"
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("administrator", "Ward administrator"),
                                ("leadership", "Leadership"),
                                ("campaign_officer", "Campaign officer"),
                                ("records_clerk", "Records clerk"),
                                ("clearance_officer", "Clearance officer"),
                                ("grievance_officer", "Grievance officer"),
                                ("media_officer", "Media officer"),
                                ("unit_head", "Unit head"),
                                ("field_member", "Field team member"),
                                ("supervisor", "Supervisor (Front)"),
                                ("superior_viewer", "Superior viewer"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="only these roles",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("in_app", "In the portal"),
                                ("email", "E-mail"),
                                ("push", "Notification on the phone"),
                                ("gateway", "SMS or Zalo"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        help_text="Everything is shown in the portal; these are used in addition where there is an address.",
                        size=None,
                        verbose_name="channels",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("repeat_days__isnull", True), ("repeat_until__isnull", True)),
                            models.Q(("repeat_days__gt", 0), ("repeat_until__gt", models.F("offset_days"))),
                            _connector="OR",
                        ),
                        name="notif_rule_repeats",
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
                (
                    "repeat_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="again every so many days"),
                ),
                (
                    "repeat_until",
                    models.SmallIntegerField(
                        blank=True, null=True, verbose_name="until so many days after (negative: before)"
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("administrator", "Ward administrator"),
                                ("leadership", "Leadership"),
                                ("campaign_officer", "Campaign officer"),
                                ("records_clerk", "Records clerk"),
                                ("clearance_officer", "Clearance officer"),
                                ("grievance_officer", "Grievance officer"),
                                ("media_officer", "Media officer"),
                                ("unit_head", "Unit head"),
                                ("field_member", "Field team member"),
                                ("supervisor", "Supervisor (Front)"),
                                ("superior_viewer", "Superior viewer"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="only these roles",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("in_app", "In the portal"),
                                ("email", "E-mail"),
                                ("push", "Notification on the phone"),
                                ("gateway", "SMS or Zalo"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        help_text="Everything is shown in the portal; these are used in addition where there is an address.",
                        size=None,
                        verbose_name="channels",
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
            name="RuleUnit",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="only_units",
                        to="notifications.reminderrule",
                        verbose_name="rule",
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
                "verbose_name": "unit of a rule",
                "verbose_name_plural": "units of rules",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("rule"), models.F("unit"), name="notif_ruleunit_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleUnitHistory",
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
                        to="notifications.ruleunit",
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
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="notifications.reminderrule",
                        verbose_name="rule",
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
            name="RuleText",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="notifications.reminderrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("vi", "Vietnamese"), ("en", "English")], max_length=5, verbose_name="language"
                    ),
                ),
                ("line", models.CharField(max_length=300, verbose_name="text")),
            ],
            options={
                "verbose_name": "text of a rule",
                "verbose_name_plural": "texts of rules",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("rule"), models.F("language"), name="notif_ruletext_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleTextHistory",
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
                        to="notifications.ruletext",
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
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="notifications.reminderrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("vi", "Vietnamese"), ("en", "English")], max_length=5, verbose_name="language"
                    ),
                ),
                ("line", models.CharField(max_length=300, verbose_name="text")),
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
                        db_index=False,
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
                        choices=[
                            ("in_app", "In the portal"),
                            ("email", "E-mail"),
                            ("push", "Notification on the phone"),
                            ("gateway", "SMS or Zalo"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("digest_on", models.DateField(blank=True, null=True, verbose_name="sums up the day")),
                ("for_bundle", models.BooleanField(default=False, verbose_name="waits for the day's bundle")),
                (
                    "bundle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="notifications.message",
                        verbose_name="bundle",
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
                ("repetition", models.PositiveSmallIntegerField(default=0, verbose_name="repetition")),
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
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("settled_note", models.CharField(blank=True, max_length=300, verbose_name="what was decided")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-not_before", "-id"],
                "indexes": [
                    models.Index(
                        models.Case(
                            models.When(klass="mandatory", then=models.Value(0)),
                            models.When(klass="work", then=models.Value(1)),
                            default=models.Value(2),
                        ),
                        models.F("not_before"),
                        models.F("id"),
                        condition=models.Q(("channel", "in_app"), ("for_bundle", False), ("state", "ready")),
                        name="notif_message_due_here",
                    ),
                    models.Index(
                        models.Case(
                            models.When(klass="mandatory", then=models.Value(0)),
                            models.When(klass="work", then=models.Value(1)),
                            default=models.Value(2),
                        ),
                        models.F("not_before"),
                        models.F("id"),
                        condition=models.Q(
                            ("for_bundle", False), ("state", "ready"), models.Q(("channel", "in_app"), _negated=True)
                        ),
                        name="notif_message_due_out",
                    ),
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["expires_at"], name="notif_message_late"
                    ),
                    models.Index(
                        condition=models.Q(("rule__isnull", False)),
                        fields=["rule", "subject_id"],
                        name="notif_message_of_rule",
                    ),
                    models.Index(fields=["ward", "user", "channel", "-not_before"], name="notif_message_inbox"),
                    models.Index(fields=["ward", "-not_before", "-id"], name="notif_message_log"),
                    models.Index(
                        condition=models.Q(("state", "leased")), fields=["lease_until"], name="notif_message_leased"
                    ),
                    models.Index(
                        condition=models.Q(("for_bundle", True), ("state", "ready")),
                        fields=["ward", "user", "channel"],
                        name="notif_message_to_bundle",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "unknown", "missed"])),
                        fields=["ward", "-not_before", "-id"],
                        name="notif_message_dead",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", False)),
                        fields=["ward", "-settled_at"],
                        name="notif_message_settled_at",
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
                        condition=models.Q(
                            ("rule__isnull", False),
                            ("event__isnull", False),
                            ("digest_on__isnull", False),
                            _connector="OR",
                        ),
                        name="notif_message_has_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bundle__isnull", True),
                            models.Q(("digest_on__isnull", True), ("for_bundle", True)),
                            _connector="OR",
                        ),
                        name="notif_message_bundle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="notif_message_settled",
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
                            ("unknown", "Outcome unknown"),
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
                "indexes": [models.Index(fields=["ward", "-started_at"], name="notif_attempt_recent")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("message"), models.F("number"), name="notif_attempt_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_preferences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
                ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="paused until")),
                (
                    "bundle_work",
                    models.BooleanField(default=False, verbose_name="work messages in the day's bundle too"),
                ),
            ],
            options={
                "verbose_name": "message preference",
                "verbose_name_plural": "message preferences",
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("user"), name="notif_preference_user"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="notif_preference_quiet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mute",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mutes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("words", models.CharField(max_length=60, verbose_name="text")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("in_app", "In the portal"),
                            ("email", "E-mail"),
                            ("push", "Notification on the phone"),
                            ("gateway", "SMS or Zalo"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
            ],
            options={
                "verbose_name": "switched off message",
                "verbose_name_plural": "switched off messages",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("user"),
                        models.F("words"),
                        models.F("channel"),
                        name="notif_mute_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel", "in_app"), _negated=True), name="notif_mute_not_in_app"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("endpoint", models.URLField(max_length=500, verbose_name="address")),
                ("p256dh", models.CharField(max_length=120, verbose_name="key of the browser")),
                ("auth", models.CharField(max_length=60, verbose_name="secret of the browser")),
                ("device", models.CharField(blank=True, max_length=200, verbose_name="device")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone at")),
            ],
            options={
                "verbose_name": "browser with notifications",
                "verbose_name_plural": "browsers with notifications",
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("endpoint"), name="notif_push_endpoint")
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingStop",
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
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "stopped_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stopped by",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
            ],
            options={
                "verbose_name": "stop of sending",
                "verbose_name_plural": "stops of sending",
                "ordering": ["-since"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), condition=models.Q(("lifted_at__isnull", True)), name="notif_stop_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="notif_stop_lifted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingStopHistory",
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
                        to="notifications.sendingstop",
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
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "stopped_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stopped by",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="BeatRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.CharField(max_length=60, unique=True, verbose_name="entry of the timetable")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("failure", models.TextField(blank=True, verbose_name="last failure")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="failed at")),
            ],
            options={
                "verbose_name": "run of the timetable",
                "verbose_name_plural": "runs of the timetable",
            },
        ),
        migrations.CreateModel(
            name="WorkerPulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="worker")),
                ("seen_at", models.DateTimeField(verbose_name="seen at")),
            ],
            options={
                "verbose_name": "sign of life of a worker",
                "verbose_name_plural": "signs of life of workers",
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
