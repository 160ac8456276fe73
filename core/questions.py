"""Forms that ask before they take what is odd: a day off, a clash, a number out of all proportion.

class TaskForm(AsksFirst, HouseModelForm):
    def questions(self) -> Iterator[Question]:
        if is_odd(day := self.cleaned_data["due_on"]):
            yield Question("due_on", _("%(day)s is a day off.") % …)

Nothing odd is taken silently, and nothing is refused for being odd: the form comes back with the question at its field
and a box to tick, and is valid once the box is ticked under the same question.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ManyChoiceBoxes
from core.parts import FormPart

KEEP = "keep"


class Question(NamedTuple):
    """field: the one it is about; "" asks at the box itself, with the text as its explanation."""

    field: str
    text: str


class AsksFirst(FormPart):
    """Mixed into a form, before its base. The box stands behind the field that is asked about, else at the end."""

    keep_label: Any = gettext_lazy("Keep it all the same")

    def questions(self) -> Iterable[Question]:
        """What is odd about the cleaned data. Asked only of a form that is right otherwise."""
        return ()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self._errors and (asked := list(self.questions())):
            self._ask(asked)

    def _ask(self, asked: list[Question]) -> None:
        token = hashlib.sha256("\n".join(f"{field} {text}" for field, text in asked).encode()).hexdigest()[:16]
        explained = format_html_join("", '<span class="d-block">{}</span>', ((q.text,) for q in asked if not q.field))
        box = forms.MultipleChoiceField(
            label=_("Is that right?"),
            choices=[(token, self.keep_label)],
            help_text=explained,
            widget=ManyChoiceBoxes(columns=1),
        )
        form: Any = self
        ticked = box.widget.value_from_datadict(form.data, form.files, form.add_prefix(KEEP)) or []
        if token in ticked:
            return
        # Put in only now: what the verb gets holds no answer to a question that was not asked.
        names = list(self.fields)
        behind = max((names.index(question.field) for question in asked if question.field in names), default=len(names))
        form.fields[KEEP] = box
        form.order_fields([*names[: behind + 1], KEEP])
        if form.helper.layout is not None:
            form.helper.layout.append(KEEP)
        for question in asked:
            if question.field:
                form.add_error(question.field, question.text)
        form.add_error(KEEP, _("Look at it once more: tick the box if it is meant so, or change it."))
