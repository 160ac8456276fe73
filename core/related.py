from typing import Any

from django.db import models


def related(model: type[models.Model], path: str) -> Any:
    """The model at the end of `path` ("household__project"), for querysets, which stand below their models."""
    found: Any = model
    for name in path.split("__"):
        found = found._meta.get_field(name).related_model
    return found


def column_of(model: type[models.Model], name: str) -> str:
    """The column of one of the model's own fields."""
    field: Any = model._meta.get_field(name)
    return str(field.column)
