"""Who moved or cancelled the clean-ups that are there: the rule, where nobody is named or its own words are the reason."""

from django.db import migrations

RULE_WORDS = (
    "The schedule was changed.",
    "Lịch đã thay đổi.",
    "Another clean-up was moved to this day.",
    "Một buổi khác đã chuyển sang ngày này.",
)
LAST_STEP = """
    SELECT step.%s FROM beautification_cleanuptransition step
    WHERE step.cleanup_id = cleanup.id AND step.ward_id = cleanup.ward_id ORDER BY step."on" DESC, step.id DESC LIMIT 1
"""
SAY_WHO = f"""
    UPDATE beautification_cleanup cleanup SET decider = CASE
        WHEN series_id IS NOT NULL AND (reason = ANY(%s) OR ({LAST_STEP % "by_id"}) IS NULL) THEN 'rule' ELSE 'person' END
    WHERE state IN ('postponed', 'cancelled') OR (state = 'planned' AND ({LAST_STEP % "old"}) = 'cancelled')
"""


def say_who(apps, schema_editor):
    schema_editor.execute(SAY_WHO, [list(RULE_WORDS)])


class Migration(migrations.Migration):
    dependencies = [("beautification", "0003_decider")]
    operations = [migrations.RunPython(say_who, migrations.RunPython.noop, elidable=True)]
