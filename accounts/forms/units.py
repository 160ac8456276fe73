"""Choosing units."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitKind
from core.forms import ManyChoiceBoxes

ALL_OF = "all-"  # before the key of a kind: every unit of it


class _ByKind(ModelChoiceIterator):
    """Units that are the only ones of their kind first, then the other kinds, each with a tick for all of it."""

    def __iter__(self) -> Iterator[Any]:
        kinds: dict[UnitKind, list[Unit]] = {}
        for unit in self.queryset.select_related("kind"):
            kinds.setdefault(unit.kind, []).append(unit)
        yield from (self.choice(only) for only, *others in kinds.values() if not others)
        for kind, units in kinds.items():
            if len(units) > 1:
                every = (f"{ALL_OF}{kind.pk}", _("All %(count)d of them") % {"count": len(units)})
                yield f"{kind} ({len(units)})", [every, *map(self.choice, units)]


class UnitsField(forms.ModelMultipleChoiceField):
    """Some of many units, in kinds that fold.

    The tick for all of a kind is one more value, so that it works without a script; cleaned, it is the units.
    """

    iterator = _ByKind
    is_grouped = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=ManyChoiceBoxes(columns=2), **kwargs)

    def clean(self, value: Any) -> Any:
        picked = {str(key) for key in value or ()}
        kinds = {key for key in picked if key.startswith(ALL_OF)}
        if kinds:
            rows: Any = self.queryset
            units = rows.values_list("pk", "kind")
            picked = picked - kinds | {str(pk) for pk, kind in units if f"{ALL_OF}{kind}" in kinds}
        return super().clean(list(picked))
