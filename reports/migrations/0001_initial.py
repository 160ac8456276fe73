import core.models
import django.db.models.deletion
import django.utils.timezone
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
            name="Report",
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
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("day", "First results"),
                            ("month", "Monthly report"),
                            ("quarter", "Quarterly report"),
                            ("half_year", "Half-year report"),
                            ("year", "Annual report"),
                        ],
                        default="day",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="figures of")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be sent by")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="issued by",
                    ),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.paperstandard",
                        verbose_name="paper standard",
                    ),
                ),
                ("header", models.CharField(blank=True, max_length=120, verbose_name="superior's line in the header")),
                ("symbol_suffix", models.CharField(blank=True, max_length=20, verbose_name="symbol behind the number")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="place in the date line")),
                ("authority", models.CharField(blank=True, max_length=80, verbose_name="signs on behalf of")),
                ("signer_title", models.CharField(blank=True, max_length=80, verbose_name="title of the signer")),
                ("recipients", models.TextField(blank=True, verbose_name="recipients, one a line")),
                (
                    "entered_by",
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
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("checked", "Checked"), ("signed", "Signed"), ("sent", "Sent")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "issued_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="campaigns.document",
                        verbose_name="issued as",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-on", "-id"],
                "indexes": [models.Index(fields=["ward", "campaign", "-on", "-id"], name="reports_report_list")],
            },
        ),
        migrations.CreateModel(
            name="ReportHistory",
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
                        to="reports.report",
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
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("day", "First results"),
                            ("month", "Monthly report"),
                            ("quarter", "Quarterly report"),
                            ("half_year", "Half-year report"),
                            ("year", "Annual report"),
                        ],
                        default="day",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="figures of")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be sent by")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "body",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="issued by",
                    ),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.paperstandard",
                        verbose_name="paper standard",
                    ),
                ),
                ("header", models.CharField(blank=True, max_length=120, verbose_name="superior's line in the header")),
                ("symbol_suffix", models.CharField(blank=True, max_length=20, verbose_name="symbol behind the number")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="place in the date line")),
                ("authority", models.CharField(blank=True, max_length=80, verbose_name="signs on behalf of")),
                ("signer_title", models.CharField(blank=True, max_length=80, verbose_name="title of the signer")),
                ("recipients", models.TextField(blank=True, verbose_name="recipients, one a line")),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("checked", "Checked"), ("signed", "Signed"), ("sent", "Sent")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "issued_as",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="issued as",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="ReportTransition",
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="reports.report"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ReportSection",
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[("situation", "Assessment"), ("next", "Next tasks"), ("proposal", "Proposals")],
                        max_length=12,
                        verbose_name="section",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
                "ordering": ["code", "order", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReportSectionHistory",
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
                        to="reports.reportsection",
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
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="reports.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[("situation", "Assessment"), ("next", "Next tasks"), ("proposal", "Proposals")],
                        max_length=12,
                        verbose_name="section",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
    ]
