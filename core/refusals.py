"""What the database refuses by one of our constraints becomes the constraint's own sentence, as an error of a form."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

UNIQUE = models.UniqueConstraint


class Refused(ValidationError, IntegrityError):
    """A form shows it beside the last of `fields` that it has; whoever expects an IntegrityError gets one."""

    def __init__(self, sentence: str, fields: tuple[str, ...] = (), constraint: str = "") -> None:
        super().__init__(sentence, code="refused")
        self.fields, self.constraint = fields, constraint

    def __str__(self) -> str:
        """For logs; people are told `messages`."""
        return f"{self.constraint}: {' '.join(self.messages)}"


@contextmanager
def refusals_said() -> Iterator[None]:
    """Raises Refused where one of our named constraints is violated; everything else passes through."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if isinstance(error, Refused) or name not in _constraints():
            raise
        raise refusal(*_constraints()[name]) from error


def refusal(model: type[models.Model], constraint: models.BaseConstraint) -> Refused:
    """The sentence of a violated constraint; one that brings none is told by the names of its fields."""
    fields = tuple(name for name in fields_of(constraint) if name != "ward")
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return Refused(str(constraint.violation_error_message), fields, constraint.name)
    words = {"noun": capfirst(model._meta.verbose_name)}
    if not isinstance(constraint, UNIQUE) or not fields:
        return Refused(_("%(noun)s: what was entered does not fit together.") % words, fields, constraint.name)
    labels = [str(getattr(model._meta.get_field(name), "verbose_name", name)) for name in fields]
    words["fields"] = ", ".join(labels)
    return Refused(_("%(noun)s: this is there already (%(fields)s).") % words, fields, constraint.name)


def fields_of(constraint: models.BaseConstraint) -> tuple[str, ...]:
    """What a rule of uniqueness is about: its fields, or those of its expressions."""
    parts = [part for whole in getattr(constraint, "expressions", ()) for part in _flat(whole)]
    return tuple(getattr(constraint, "fields", ())) or tuple(
        str(cast(Any, part).name) for part in parts if isinstance(part, models.F)
    )


def compared(constraint: models.BaseConstraint) -> set[str]:
    """The fields that a rule of one row holds against each other, such as a first and a last day."""
    if not isinstance(constraint, models.CheckConstraint) or not isinstance(constraint.condition, models.Q):
        return set()
    found = list(_leaves(constraint.condition))
    against = {cast(Any, value).name for _lookup, value in found if isinstance(value, models.F)}
    return against and against | {lookup.partition("__")[0] for lookup, _value in found}


def _leaves(condition: models.Q) -> Iterator[tuple[str, Any]]:
    for child in condition.children:
        yield from _leaves(child) if isinstance(child, models.Q) else [cast(Any, child)]


def _flat(part: Any) -> list[Any]:
    inner = part.get_source_expressions() if hasattr(part, "get_source_expressions") else []
    return [part, *(found for each in inner for found in _flat(each))]


@functools.cache
def _constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    return {
        constraint.name: (model, constraint) for model in apps.get_models() for constraint in model._meta.constraints
    }


class RefusedMiddleware:
    """The last guard: where a page does not tell a refusal itself, its sentence is the page, and no crash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        return render(request, "409.html", {"sentence": " ".join(error.messages)}, status=409)
