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
            name="Campaign",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("theme", models.CharField(max_length=300, verbose_name="theme")),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="superior body",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="opens on")),
                ("closes_on", models.DateField(verbose_name="closes on")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Being prepared"), ("open", "Open"), ("closed", "Closed")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign year",
                "verbose_name_plural": "campaign years",
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("year"),
                        name="campaigns_campaign_year",
                        violation_error_message="The ward has this year already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))), name="campaigns_campaign_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignHistory",
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
                        to="campaigns.campaign",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("theme", models.CharField(max_length=300, verbose_name="theme")),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="superior body",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="opens on")),
                ("closes_on", models.DateField(verbose_name="closes on")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Being prepared"), ("open", "Open"), ("closed", "Closed")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CampaignTransition",
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
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="campaigns.campaign"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Undertaking",
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
                    "kind",
                    models.CharField(
                        choices=[("clearance", "Land clearance"), ("street", "Street"), ("other", "Other work")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name"), function="vi_fold"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "undertaking",
                "verbose_name_plural": "undertakings",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="campaigns_undertaking_valid_order",
                        violation_error_message="The last valid day can not be before the first.",
                    ),
                    models.UniqueConstraint(models.F("ward"), models.F("slug"), name="campaigns_undertaking_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UndertakingHistory",
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
                        to="campaigns.undertaking",
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
                    "kind",
                    models.CharField(
                        choices=[("clearance", "Land clearance"), ("street", "Street"), ("other", "Other work")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("slug", models.SlugField(db_index=False, max_length=80, verbose_name="address")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CampaignFocus",
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
                        related_name="foci",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="foci",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=150, verbose_name="focus")),
            ],
            options={
                "verbose_name": "focus",
                "verbose_name_plural": "focus points",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("campaign"), models.F("undertaking"), name="campaigns_focus_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignFocusHistory",
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
                        to="campaigns.campaignfocus",
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
                ("label", models.CharField(blank=True, max_length=150, verbose_name="focus")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="DocumentKind",
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
                ("code", models.CharField(max_length=10, verbose_name="code")),
                (
                    "branch",
                    models.CharField(
                        choices=[
                            ("party", "Party"),
                            ("government", "Government"),
                            ("front", "Fatherland Front"),
                            ("association", "Mass organization"),
                            ("residential", "Residential group"),
                            ("team", "Team"),
                            ("outside", "Outside body"),
                        ],
                        max_length=20,
                        verbose_name="branch",
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                (
                    "numbering",
                    models.CharField(
                        choices=[("term", "by term of the committee"), ("year", "by calendar year")],
                        max_length=5,
                        verbose_name="numbered",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of document",
                "verbose_name_plural": "kinds of documents",
                "ordering": ["branch", "label"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("branch"), models.F("code"), name="campaigns_documentkind_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentKindHistory",
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
                        to="campaigns.documentkind",
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
                ("code", models.CharField(max_length=10, verbose_name="code")),
                (
                    "branch",
                    models.CharField(
                        choices=[
                            ("party", "Party"),
                            ("government", "Government"),
                            ("front", "Fatherland Front"),
                            ("association", "Mass organization"),
                            ("residential", "Residential group"),
                            ("team", "Team"),
                            ("outside", "Outside body"),
                        ],
                        max_length=20,
                        verbose_name="branch",
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                (
                    "numbering",
                    models.CharField(
                        choices=[("term", "by term of the committee"), ("year", "by calendar year")],
                        max_length=5,
                        verbose_name="numbered",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="PaperStandard",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                (
                    "branch",
                    models.CharField(
                        choices=[
                            ("party", "Party"),
                            ("government", "Government"),
                            ("front", "Fatherland Front"),
                            ("association", "Mass organization"),
                            ("residential", "Residential group"),
                            ("team", "Team"),
                            ("outside", "Outside body"),
                        ],
                        max_length=20,
                        verbose_name="branch",
                    ),
                ),
                ("sizes", models.JSONField(default=dict, verbose_name="sizes")),
            ],
            options={
                "verbose_name": "paper standard",
                "verbose_name_plural": "paper standards",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="campaigns_paperstandard_valid_order",
                        violation_error_message="The last valid day can not be before the first.",
                    ),
                    models.UniqueConstraint(models.F("ward"), models.F("code"), name="campaigns_paperstandard_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperStandardHistory",
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
                        to="campaigns.paperstandard",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                (
                    "branch",
                    models.CharField(
                        choices=[
                            ("party", "Party"),
                            ("government", "Government"),
                            ("front", "Fatherland Front"),
                            ("association", "Mass organization"),
                            ("residential", "Residential group"),
                            ("team", "Team"),
                            ("outside", "Outside body"),
                        ],
                        max_length=20,
                        verbose_name="branch",
                    ),
                ),
                ("sizes", models.JSONField(default=dict, verbose_name="sizes")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                    "direction",
                    models.CharField(
                        choices=[("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="campaigns.documentkind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="accounts.unit",
                        verbose_name="issued by",
                    ),
                ),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                ("symbol", models.CharField(blank=True, max_length=50, verbose_name="number and symbol")),
                (
                    "symbol_inferred",
                    models.BooleanField(
                        default=False, help_text="The source gives the number only.", verbose_name="symbol inferred"
                    ),
                ),
                ("dated_on", models.DateField(verbose_name="dated")),
                ("summary", models.CharField(max_length=500, verbose_name="summary")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "carries_out",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_out_by",
                        to="campaigns.document",
                        verbose_name="carries out",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="campaigns.document",
                        verbose_name="replaces",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                            ("replaced", "Replaced"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, max_length=200, upload_to=core.files.stored_path, verbose_name="file"),
                ),
                (
                    "original_name",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="file name"),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="restricted")),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("summary"), function="vi_fold"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["-dated_on", "-id"],
                "indexes": [
                    models.Index(fields=["ward", "campaign", "-dated_on", "-id"], name="campaigns_document_list")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), ("sha256", "")),
                            models.Q(models.Q(("file", ""), _negated=True), models.Q(("sha256", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="campaigns_document_file_hash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "issued"), _negated=True),
                            models.Q(("symbol", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="campaigns_document_issued_numbered",
                        violation_error_message="An issued document has a number and symbol.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("carries_out", models.F("id")), _negated=True),
                        name="campaigns_document_not_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("replaces", models.F("id")), _negated=True),
                        name="campaigns_document_not_own_successor",
                    ),
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("issuer"),
                        models.F("symbol"),
                        models.F("dated_on"),
                        condition=models.Q(("state", "issued"), models.Q(("symbol", ""), _negated=True)),
                        name="campaigns_document_once",
                        violation_error_message="This document is in the register already: same issuer, symbol and day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentHistory",
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
                        to="campaigns.document",
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
                    "direction",
                    models.CharField(
                        choices=[("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.documentkind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.unit",
                        verbose_name="issued by",
                    ),
                ),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                ("symbol", models.CharField(blank=True, max_length=50, verbose_name="number and symbol")),
                (
                    "symbol_inferred",
                    models.BooleanField(
                        default=False, help_text="The source gives the number only.", verbose_name="symbol inferred"
                    ),
                ),
                ("dated_on", models.DateField(verbose_name="dated")),
                ("summary", models.CharField(max_length=500, verbose_name="summary")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "carries_out",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="carries out",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="replaces",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                            ("replaced", "Replaced"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, max_length=200, upload_to=core.files.stored_path, verbose_name="file"),
                ),
                (
                    "original_name",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="file name"),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="restricted")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="DocumentTransition",
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="campaigns.document"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DocumentRecipient",
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="campaigns.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_documents",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
                ("must_issue_resolution", models.BooleanField(default=False, verbose_name="issues its own resolution")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="campaigns.document",
                        verbose_name="answered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient",
                "verbose_name_plural": "recipients",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("document"), models.F("unit"), name="campaigns_recipient_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentRecipientHistory",
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
                        to="campaigns.documentrecipient",
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
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="document",
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
                ("must_issue_resolution", models.BooleanField(default=False, verbose_name="issues its own resolution")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="answered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Meeting",
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
                        related_name="meetings",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dissemination", "Dissemination session"),
                            ("review", "Review meeting"),
                            ("other", "Other meeting"),
                        ],
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="date")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("chair", models.CharField(blank=True, max_length=100, verbose_name="chair")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="campaigns.document",
                        verbose_name="document explained",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="minutes_of",
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
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ["-held_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True), ("held_on__isnull", False), _connector="OR"
                        ),
                        name="campaigns_meeting_held_on_a_day",
                        violation_error_message="A meeting that was held has its day.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingHistory",
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
                        to="campaigns.meeting",
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
                            ("dissemination", "Dissemination session"),
                            ("review", "Review meeting"),
                            ("other", "Other meeting"),
                        ],
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="date")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("chair", models.CharField(blank=True, max_length=100, verbose_name="chair")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="document explained",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="MeetingTransition",
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
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="campaigns.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="MeetingInvitee",
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
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitees",
                        to="campaigns.meeting",
                        verbose_name="meeting",
                    ),
                ),
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
                ("group", models.CharField(blank=True, max_length=150, verbose_name="group")),
                ("invited", models.PositiveIntegerField(blank=True, null=True, verbose_name="invited")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="present")),
                (
                    "absence",
                    models.CharField(
                        blank=True,
                        choices=[("present", "present"), ("absent", "absent"), ("re_briefed", "informed afterwards")],
                        max_length=12,
                        verbose_name="attendance",
                    ),
                ),
                ("re_briefed_on", models.DateField(blank=True, null=True, verbose_name="informed on")),
            ],
            options={
                "verbose_name": "invited group",
                "verbose_name_plural": "invited groups",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("meeting"),
                        models.F("unit"),
                        models.F("group"),
                        name="campaigns_invitee_once",
                        violation_error_message="This unit or group is invited already.",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit__isnull", False), models.Q(("group", ""), _negated=True), _connector="OR"
                        ),
                        name="campaigns_invitee_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("absence", "re_briefed"), ("re_briefed_on__isnull", False)),
                            models.Q(
                                models.Q(("absence", "re_briefed"), _negated=True), ("re_briefed_on__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="campaigns_invitee_re_briefed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingInviteeHistory",
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
                        to="campaigns.meetinginvitee",
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
                    "meeting",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.meeting",
                        verbose_name="meeting",
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
                ("group", models.CharField(blank=True, max_length=150, verbose_name="group")),
                ("invited", models.PositiveIntegerField(blank=True, null=True, verbose_name="invited")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="present")),
                (
                    "absence",
                    models.CharField(
                        blank=True,
                        choices=[("present", "present"), ("absent", "absent"), ("re_briefed", "informed afterwards")],
                        max_length=12,
                        verbose_name="attendance",
                    ),
                ),
                ("re_briefed_on", models.DateField(blank=True, null=True, verbose_name="informed on")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
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
                        related_name="plan_items",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_items",
                        to="campaigns.document",
                        verbose_name="plan",
                    ),
                ),
                ("text", models.TextField(verbose_name="what the plan orders")),
                (
                    "undertaking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_items",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "plan item",
                "verbose_name_plural": "plan items",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlanItemHistory",
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
                        to="campaigns.planitem",
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
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.document",
                        verbose_name="plan",
                    ),
                ),
                ("text", models.TextField(verbose_name="what the plan orders")),
                (
                    "undertaking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="Task",
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
                        related_name="tasks",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "plan_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="campaigns.planitem",
                        verbose_name="plan item",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_tasks",
                        to="accounts.unit",
                        verbose_name="lead unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person in charge",
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="task")),
                ("product", models.CharField(blank=True, max_length=250, verbose_name="product")),
                (
                    "target_value",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="target",
                    ),
                ),
                ("target_unit", models.CharField(blank=True, max_length=30, verbose_name="counted in")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "High"), (2, "Normal"), (3, "Low")], default=2, verbose_name="priority"
                    ),
                ),
                ("evidence_needed", models.BooleanField(default=False, verbose_name="evidence needed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("assigned", "Not started"),
                            ("acknowledged", "Received"),
                            ("doing", "In progress"),
                            ("submitted", "Waiting for acceptance"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="assigned",
                        max_length=15,
                        verbose_name="state",
                    ),
                ),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("title"), function="vi_fold"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(fields=["ward", "campaign", "due_on", "id"], name="campaigns_task_due"),
                    models.Index(fields=["ward", "lead_unit", "due_on"], name="campaigns_task_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("target_unit", ""), ("target_value__isnull", True)),
                            models.Q(("target_value__gt", 0), models.Q(("target_unit", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="campaigns_task_target_unit",
                        violation_error_message="Give a target with what it is counted in, or neither.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskHistory",
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
                        to="campaigns.task",
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
                    "plan_item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.planitem",
                        verbose_name="plan item",
                    ),
                ),
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person in charge",
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.undertaking",
                        verbose_name="undertaking",
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="task")),
                ("product", models.CharField(blank=True, max_length=250, verbose_name="product")),
                (
                    "target_value",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="target",
                    ),
                ),
                ("target_unit", models.CharField(blank=True, max_length=30, verbose_name="counted in")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "High"), (2, "Normal"), (3, "Low")], default=2, verbose_name="priority"
                    ),
                ),
                ("evidence_needed", models.BooleanField(default=False, verbose_name="evidence needed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("assigned", "Not started"),
                            ("acknowledged", "Received"),
                            ("doing", "In progress"),
                            ("submitted", "Waiting for acceptance"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="assigned",
                        max_length=15,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="TaskTransition",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="campaigns.task"
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TaskEvidence",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="campaigns.task"
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TaskUnit",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cooperating",
                        to="campaigns.task",
                        verbose_name="task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_tasks",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "cooperating unit",
                "verbose_name_plural": "cooperating units",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"), models.F("task"), models.F("unit"), name="campaigns_taskunit_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskUnitHistory",
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
                        to="campaigns.taskunit",
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
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.task",
                        verbose_name="task",
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
            name="TaskProgress",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress",
                        to="campaigns.task",
                        verbose_name="task",
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("value", models.PositiveIntegerField(blank=True, null=True, verbose_name="reached so far")),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
                        verbose_name="entered for the unit by",
                    ),
                ),
            ],
            options={
                "verbose_name": "progress",
                "verbose_name_plural": "progress",
                "ordering": ["-on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", False), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="campaigns_progress_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskProgressHistory",
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
                        to="campaigns.taskprogress",
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
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.task",
                        verbose_name="task",
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("value", models.PositiveIntegerField(blank=True, null=True, verbose_name="reached so far")),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
                        verbose_name="entered for the unit by",
                    ),
                ),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
    ]
