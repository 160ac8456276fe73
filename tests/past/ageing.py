"""Time passes: everything that was entered so far was entered so many days earlier."""

from django.db import connection

from accounts.models import FormerValues
from core import past
from core.models import Transition


def age(days: int) -> None:
    """Shift the moments at which the portal learnt of things, not what it learnt. Triggers are asleep meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        shift = [days]
        for model in past.viewed_models():
            if hasattr(model, "history"):
                history = model.history.rel.related_model
                cursor.execute(
                    f"UPDATE \"{history._meta.db_table}\" SET pgh_created_at = pgh_created_at - %s * interval '1 day'",
                    shift,
                )
            elif issubclass(model, Transition) or model._meta.label == "notifications.Event":
                cursor.execute(f"UPDATE \"{model._meta.db_table}\" SET at = at - %s * interval '1 day'", shift)
        for table in (FormerValues._meta.db_table, FormerValues.history.rel.related_model._meta.db_table):
            cursor.execute(
                f'UPDATE "{table}" SET until = until - %s, since = since - %s, corrected_on = corrected_on - %s',
                shift * 3,
            )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
