"""Field history by one trigger a statement, whatever the number of its rows (docs/adr/0004)."""

from typing import Any

import pghistory
import pghistory.trigger
import pgtrigger


class _Kept(pghistory.trigger.Event):
    """As pghistory's own of that level, but what it costs and writes does not hang on how PostgreSQL joins.

    A trigger keeps the plan of its first statement. pghistory joins the old rows with the new: planned for one row, the
    join compared each of 8,000 with each (findings/). EXCEPT has no such plan, and it sees a changed primary key, too.
    A context is written where a row is.
    """

    def get_func(self, model: Any) -> str:
        history: Any = self.event_model
        names = [field.column for field in history._meta.local_concrete_fields if not field.name.startswith("pgh_")]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = f"SELECT {columns} FROM {'old_values' if self.operation == pgtrigger.Delete else 'new_values'}"
        if self.operation == pgtrigger.Update:
            rows += f" EXCEPT SELECT {columns} FROM old_values"
        return f"""
            WITH written AS MATERIALIZED ({rows}),
                 context AS MATERIALIZED (SELECT _pgh_attach_context() AS id WHERE EXISTS (SELECT FROM written))
            INSERT INTO "{history._meta.db_table}"
                   ({columns}, pgh_obj_id, pgh_created_at, pgh_label, pgh_context_id)
            SELECT written.*, written."{model._meta.pk.column}", now(), '{self.label}', context.id
              FROM written, context;
            RETURN NULL;
        """


class _BySet:
    """Of a tracker: its trigger is `_Kept`."""

    def add_event_trigger(self: Any, event_model: Any) -> None:
        trigger = _Kept(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            operation=self.operation,
            level=pghistory.Statement,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


class Inserts(_BySet, pghistory.InsertEvent):
    pass


class Updates(_BySet, pghistory.UpdateEvent):
    pass


class Deletes(_BySet, pghistory.DeleteEvent):
    pass
