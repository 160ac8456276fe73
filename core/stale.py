"""Forms that several people may have open at once: what another saved meanwhile is kept, or told before it is lost."""

import hashlib
import json
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext

from core.dates import full_date
from core.parts import FormPart

SEEN = "seen"
SHOWN = 300  # signs of what somebody else wrote


class KeepsWhatOthersSaved(FormPart):
    """Mixed into a form, before its base: a model's, or one that names its fields in `_own`. The page says what it
    showed of each field (`seen`).

    A field that nobody touched here takes what is kept by now; one that was changed here and elsewhere is told, and
    written over when it is saved once more. touched: the fields that were changed here, once it is cleaned.
    """

    touched: set[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        self._now = {name: self._token(self.initial.get(name), name) for name in self._own()}
        if not hasattr(form, "instance") or form.instance.pk:
            form.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=json.dumps(self._now))
            if form.helper.layout is not None:
                form.helper.layout.append(SEEN)

    @cached_property
    def changed_data(self) -> list[str]:
        form: Any = super()
        return [name for name in form.changed_data if name != SEEN]

    def _own(self) -> list[str]:
        form: Any = self
        return [name for name in form._meta.fields or () if name in form.fields]

    def _kept(self, name: str) -> Any:
        """The value of a field as it is kept by now; overridden where a field is no column of the row."""
        form: Any = self
        return getattr(form.instance, name)

    def _shown(self, value: Any, name: str) -> str:
        """As a browser sends it when nobody touches the field."""
        if isinstance(value, list | tuple):
            return ",".join(sorted(map(str, value)))
        value = self.fields[name].prepare_value(value)
        if value is None or value is False:
            return ""
        return str(value).replace("\r\n", "\n").strip()

    def _token(self, value: Any, name: str) -> str:
        return hashlib.sha256(self._shown(value, name).encode()).hexdigest()[:12]

    def _sent(self, name: str) -> Any:
        form: Any = self
        return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))

    def clean(self) -> dict[str, Any]:
        data: Any = super().clean()
        form: Any = self
        seen, self.touched = _read(data.pop(SEEN, "")), set()
        for name in self._own():
            was, now, sent = seen.get(name), self._now[name], self._token(self._sent(name), name)
            if seen and was is None:  # it came up since the page was shown
                self._take_theirs(name, data)
                continue
            if sent != was:
                self.touched.add(name)
            if was in (None, now) or sent == now:
                continue
            if sent == was:
                self._take_theirs(name, data)
            else:
                words = gettext("Somebody else saved this meanwhile: %(kept)s. Save again to write yours over it.")
                form.add_error(name, words % {"kept": self._words(name)})
        if seen:
            form.data[form.add_prefix(SEEN)] = json.dumps(self._now)  # told now
        return data

    def _take_theirs(self, name: str, data: dict[str, Any]) -> None:
        form: Any = self
        self._errors.pop(name, None)
        data[name] = self._kept(name)
        many, kept = self.initial.get(name), self._shown(self.initial.get(name), name)
        if kept and isinstance(many, list | tuple):
            form.data.setlist(form.add_prefix(name), list(map(str, many)))
        elif kept:
            form.data[form.add_prefix(name)] = kept
        else:
            form.data.pop(form.add_prefix(name), None)

    def _words(self, name: str) -> str:
        form: Any = self
        display = getattr(form, "instance", None) and getattr(form.instance, f"get_{name}_display", None)
        value = display() if display else self._kept(name)
        text = full_date(value) if hasattr(value, "year") else str("–" if value in (None, "") else value)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _read(seen: str) -> dict[str, str]:
    try:
        found = json.loads(seen or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
