"""The base of what is mixed into a form before the form itself. For the type checker; at run time it is nothing."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django import forms

    class FormPart(forms.BaseForm):
        class Meta: ...  # the checker of forms waits for one

        fields: dict[str, Any]  # each form knows what its own are
        initial: dict[str, Any]
        _errors: Any

        def clean(self) -> dict[str, Any]: ...

else:
    FormPart = object
