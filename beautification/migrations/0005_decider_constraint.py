from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("beautification", "0004_decider_known")]

    operations = [
        migrations.AddConstraint(
            model_name="cleanup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["postponed", "cancelled"]), _negated=True),
                    ("decider__isnull", False),
                    _connector="OR",
                ),
                name="beautification_cleanup_decider",
                violation_error_message="A clean-up that is moved or cancelled says who decided so.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cleanup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decider__isnull", True), ("decider", "person"), ("series__isnull", False), _connector="OR"
                ),
                name="beautification_cleanup_rule_of_a_series",
            ),
        ),
    ]
