import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
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
                (
                    "state",
                    models.CharField(
                        choices=[("provisional", "Provisional"), ("confirmed", "Confirmed")],
                        default="provisional",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "calendar year",
                "verbose_name_plural": "calendar years",
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(models.F("ward"), models.F("year"), name="deadlines_calendaryear_year"),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="deadlines_calendaryear_known",
                        violation_error_message="Choose a year from 2000 to 2100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "provisional"), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="deadlines_calendaryear_confirmed_source",
                        violation_error_message="A confirmed calendar names its source.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarYearHistory",
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
                        to="deadlines.calendaryear",
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
                (
                    "state",
                    models.CharField(
                        choices=[("provisional", "Provisional"), ("confirmed", "Confirmed")],
                        default="provisional",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
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
                ("date", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Public holiday"),
                            ("tet", "Tết"),
                            ("swap_off", "Day off in exchange"),
                            ("swap_working", "Working day in exchange"),
                            ("local_off", "Local day off"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["date"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ward"),
                        models.F("date"),
                        name="deadlines_calendarday_date",
                        violation_error_message="This day stands in the calendar already. Change it there.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "swap_working"), _negated=True),
                            ("date__iso_week_day__gte", 6),
                            _connector="OR",
                        ),
                        name="deadlines_calendarday_swap_weekend",
                        violation_error_message="Only a Saturday or a Sunday can be worked in exchange.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDayHistory",
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
                        to="deadlines.calendarday",
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
                ("date", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Public holiday"),
                            ("tet", "Tết"),
                            ("swap_off", "Day off in exchange"),
                            ("swap_working", "Working day in exchange"),
                            ("local_off", "Local day off"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "history",
                "verbose_name_plural": "history",
            },
        ),
    ]
