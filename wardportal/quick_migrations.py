"""Migrating an empty database in seconds instead of a minute.

After each operation Django renders every related model class anew, and here nearly all are related through ward and
user: some thirty classes, hundreds of times. On an empty database less will do: a new model is rendered alone (the
schema needs its columns only), and a constraint or index is told to the class that is there. The schema is the
same to the letter. A database with data is always migrated in Django's own way.
"""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from django.db.migrations.state import ModelState, ProjectState


@contextlib.contextmanager
def quick_migrations() -> Iterator[None]:
    with (
        mock.patch.object(ProjectState, "add_model", _add_model),
        mock.patch.object(ProjectState, "_append_option", _append_option),
    ):
        yield


def _add_model(state: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:  # type: ignore[attr-defined]  # unknown to the stubs
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:  # hasattr would render them
        state.apps.render_multiple([model])


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, value: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options.get(option, []), value]
    if "apps" in state.__dict__:
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*(getattr(meta, option, None) or []), value])
