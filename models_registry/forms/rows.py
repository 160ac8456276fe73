"""Several rows of one kind on one page, added and left out by buttons, with and without scripts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BaseFormSet, formset_factory

from core.forms import HouseForm

MOST_ROWS = 100


class RowForm(HouseForm):
    """One row. What is blank in each field is no row; a half-filled one is kept with the draft.

    blank_is_text: fields of which an empty value is kept as "". always_set: fields that say nothing by themselves.
    """

    blank_is_text: Sequence[str] = ()
    always_set: Sequence[str] = ()

    def has_text(self) -> bool:
        names = [name for name in self.fields if name not in self.always_set]
        return any(self.data.get(self.add_prefix(name), "").strip() for name in names)

    def typed(self) -> dict[str, Any]:
        """What is usable of the row; what is not stays as it was before."""
        row = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        return {name: "" if value is None and name in self.blank_is_text else value for name, value in row.items()}


class RowSet(BaseFormSet):
    """The rows as they stand on the page; a further one for "add", one less for "leave out".

    is_longer: the last row was just asked for.
    """

    form: type[RowForm]
    forms: list[Any]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.is_longer = data is not None and f"add_{kwargs['prefix']}" in data
        super().__init__(self._rearranged(data, kwargs["prefix"]) if data is not None else None, **kwargs)

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.has_text()]

    @property
    def typed(self) -> list[dict[str, Any]]:
        return [row.typed() for row in self.filled]

    def _rearranged(self, data: Any, prefix: str) -> Any:
        """The posted rows after the button "add" or "leave out this one"."""
        data = data.copy()
        count = min(_number(data.get(f"{prefix}-TOTAL_FORMS")), MOST_ROWS)
        names = list(self.form.base_fields)
        rows = [{name: data.get(f"{prefix}-{i}-{name}", "") for name in names} for i in range(count)]
        if (out := data.get(f"drop_{prefix}", "")).isdecimal() and int(out) < count:
            rows.pop(int(out))
        if f"add_{prefix}" in data:
            rows.append(dict.fromkeys(names, ""))
        for i in range(count):
            for name in names:
                data.pop(f"{prefix}-{i}-{name}", None)
        for i, row in enumerate(rows):
            for name, value in row.items():
                data[f"{prefix}-{i}-{name}"] = value
        data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), "0"
        return data


def rows_of(
    form: type[RowForm], prefix: str, data: Any, kept: Iterable[Any], *, first: int, **form_kwargs: Any
) -> RowSet:
    """The rows as posted, or those that are kept, with blank ones up to `first`."""
    made: Any = formset_factory(form, formset=RowSet, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    if data is not None:
        rows = made(data, prefix=prefix, form_kwargs=form_kwargs)
        rows.is_valid()
        return rows
    initial: list[Mapping[str, Any]] = [
        {name: getattr(row, f"{name}_id", getattr(row, name, None)) for name in form.base_fields} for row in kept
    ]
    rows = made(None, prefix=prefix, initial=initial, form_kwargs=form_kwargs)
    rows.extra = max(first - len(initial), 0)
    return rows


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
