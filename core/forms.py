"""The one base of forms: text in NFC, dates and numbers as people type them, files checked by content,
error sentences that say what to do. `{% crispy form %}` renders the whole form with its buttons.

class VisitNewForm(HouseModelForm):
    submit_label = _("Save the visit")

    class Meta:
        model = Visit
        fields = ["visited_on", "outcome", "note"]
        widgets = {"outcome": ChoiceBoxes(icons={"met": "user"}, columns=3)}
"""

import copy
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.forms.widgets import Script
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import dates
from core.dated import has_past
from core.files import TYPES, accept
from core.models import today
from core.parts import FormPart
from core.refusals import compared, fields_of, refusal
from core.text import nfc, nfc_values, number, plain, read_number

SINCE_WHEN = "since_when"
ACCEPTED_FILES = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


# ---- widgets ----------------------------------------------------------------------------------------
class ChoiceBoxes(forms.RadioSelect):
    """One of few, as boxes whose whole area is the target. hints and icons: by value; columns: 1 to 3."""

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, Any] | None = None,
        icons: Mapping[str, str] | None = None,
        columns: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints, self.icons, self.columns = hints, icons, columns


class Folded(NamedTuple):
    """What a folded choice says of itself when none, one or {n} of it are ticked."""

    none: Any
    one: Any
    many: Any

    def said(self, count: int) -> str:
        return str(self.none if count == 0 else self.one if count == 1 else self.many).replace("{n}", str(count))


class ManyChoiceBoxes(forms.CheckboxSelectMultiple):
    """Some of few, as boxes. folded: of more than few, opened by whoever wants to choose."""

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, Any] | None = None,
        columns: int | None = None,
        folded: Folded | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints, self.columns, self.folded = hints, columns, folded


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class DayInput(forms.TextInput):
    """A text field for a day; where scripts run, with a button that opens a small calendar (static/js/day.js)."""

    class Media:
        js = [Script("js/day.js", defer=True)]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        words = {
            "data-pick": _("Choose a day"),
            "data-before": _("Month before"),
            "data-after": _("Month after"),
            "data-today": _("Today"),
            "data-close": _("Close"),
        }
        super().__init__({"inputmode": "numeric", "class": "dv-w-s", "autocomplete": "off"} | words | (attrs or {}))


def _short_input(kind: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": kind, "class": "dv-w-s", "autocomplete": "off"})


def _most() -> str:
    return f"{settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB"


# ---- fields -----------------------------------------------------------------------------------------
class DateField(forms.DateField):
    """A day typed in one field: 5/4, 05042022, 5/4/22 or ISO; without a year it is in `year` (this year)."""

    default_error_messages = {
        "invalid": _("Write the day as dd/mm/yyyy, for example 05/04/2022."),
        "bounds": _("Choose a day from the years %(first)s to %(last)s."),
    }

    def __init__(self, *args: Any, year: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(*args, **kwargs)
        self.year = year

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        found = dates.any_date(str(value), self.year or today().year)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if not dates.FIRST <= found <= dates.LAST:
            years = {"first": dates.FIRST.year, "last": dates.LAST.year}
            raise forms.ValidationError(self.error_messages["bounds"], code="bounds", params=years)
        return found

    def prepare_value(self, value: Any) -> Any:
        return dates.full_date(value) if isinstance(value, datetime.date) else value


class TimeField(forms.TimeField):
    """A time typed as 7h, 7h30 or 07:30."""

    default_error_messages = {"invalid": _("Write the time as hh:mm, for example 07:30.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _short_input("numeric"))
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> datetime.time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.time):
            return value
        found = dates.parse_time(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value


# Here and not in say_what_to_do: a form may add such a field while it is made.
_LIMITS: dict[str, Any] = {
    "min_value": _("Enter a number of at least %(limit_value)s."),
    "max_value": _("Enter a number of at most %(limit_value)s."),
}


class _Limited(forms.Field):
    """Says its limits as the page's language writes numbers: 0,01, which it reads, and not 0.01, which it refuses."""

    def run_validators(self, value: Any) -> None:
        try:
            super().run_validators(value)
        except ValidationError as error:
            for one in error.error_list:
                if one.params and isinstance(limit := one.params.get("limit_value"), int | Decimal):
                    one.params["limit_value"] = number(limit)
            raise


class NumberField(_Limited, forms.DecimalField):
    """A number as the page's language writes it: 1.234,5."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write a number, for example %(example)s."),
        "max_digits": _("Enter a number of at most %(max)s digits."),
        "max_whole_digits": _("Write at most %(max)s digits before the decimal sign."),
        "max_decimal_places": _("Write at most %(max)s digits after the decimal sign."),
    } | _LIMITS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _short_input("decimal"))
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        found = value if isinstance(value, int | Decimal) else read_number(str(value))
        if found is None:
            example = self.prepare_value(Decimal("1234.5"))
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"example": example})
        return Decimal(found)

    def prepare_value(self, value: Any) -> Any:
        return number_format(plain(value), use_l10n=True) if isinstance(value, int | Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {}


class TargetField(NumberField):
    """A target or what was reached of it: at most two decimals, for what is measured in hectares or tonnes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        limits = {"min_value": Decimal("0.01"), "max_value": 2_000_000_000}
        super().__init__(*args, **limits | {"max_digits": 12, "decimal_places": 2} | kwargs)


class WholeNumberField(_Limited, forms.IntegerField):
    """A whole number; "1.234" is read as a thousand and so on."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write a whole number in digits, for example 12.")
    } | _LIMITS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _short_input("numeric"))
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        found = value if isinstance(value, int) else read_number(str(value))
        if found is None or found != int(found):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(found)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {}


class UploadField(forms.FileField):
    """A file checked by its content; cleaned to core.files.Accepted (photos stripped of their place)."""

    def __init__(self, *args: Any, accept_kinds: str = ACCEPTED_FILES, **kwargs: Any) -> None:
        """accept_kinds: what the device offers, and what is taken: endings or types, with commas between."""
        offered = accept_kinds.split(",")
        self.kinds = [kind for kind, mime in TYPES.items() if f".{kind}" in offered or mime in offered]
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept_kinds}))
        too_large = format_lazy(_("The file is larger than {size}. Choose a smaller one."), size=_most())
        kwargs["widget"].attrs |= {"data-most-bytes": str(settings.UPLOAD_MAX_BYTES), "data-too-large": too_large}
        kinds = ", ".join(self.kinds).upper()
        kwargs.setdefault("help_text", format_lazy(_("{kinds}, at most {size}"), kinds=kinds, size=_most()))
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        return accept(found, self.kinds) if isinstance(found, UploadedFile) else None


class UploadsField(UploadField):
    """Several files at once; cleaned to a list of core.files.Accepted."""

    def __init__(self, *args: Any, accept_kinds: str = ACCEPTED_FILES, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFilesInput(attrs={"accept": accept_kinds}))
        super().__init__(*args, accept_kinds=accept_kinds, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [file for file in data or [] if file]
        if not files:
            super().clean(None, initial)
            return []
        return [accepted for file in files if (accepted := super(UploadsField, self).clean(file, initial))]


def taken_in(form: forms.BaseForm) -> Any:
    """The form's data with its text through the door (core.text.nfc); passwords stay as they are typed."""
    data: Any = form.data
    secret = {form.add_prefix(n) for n, f in form.fields.items() if isinstance(f.widget, forms.PasswordInput)}
    if not isinstance(data, QueryDict):
        return data | nfc_values({name: value for name, value in data.items() if name not in secret})
    taken = data.copy()
    for key in taken.keys() - secret:
        taken.setlist(key, [nfc(value) for value in data.getlist(key)])
    return taken


# ---- forms ------------------------------------------------------------------------------------------
class _House(FormPart):
    """What both bases share.

    submit_label: the button, verb + thing. other_submits: (name, label) of further buttons. cancel_url: the way out.
    is_sticky: on a phone the button stays at the bottom of the screen. submit_note: a line under it.
    layout: a crispy Layout, where the plain order of fields does not do. year: for dates typed without one.
    asked_by_clean: fields marked as needed on the page that may be empty all the same; `clean` knows when.
    """

    if TYPE_CHECKING:

        class Meta: ...

    submit_label: Any = _("Save")
    other_submits: list[tuple[str, Any]] = []
    submit_is_danger = False
    is_sticky = False
    submit_note: Any = ""
    layout: Layout | None = None
    asked_by_clean: Sequence[str] = ()
    cancel_label: Any = _("Go back")

    def __init__(
        self, data: Any = None, *args: Any, year: int | None = None, cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        self.cancel_url = cancel_url
        self.helper = self._helper()
        if self.is_bound:
            self.data = taken_in(self)
        for field in self.fields.values():
            say_what_to_do(field)
            if isinstance(field, DateField) and year:
                field.year = field.year or year
        self._mark_as_needed(True)

    def full_clean(self) -> None:
        self._mark_as_needed(False)
        super().full_clean()
        self._mark_as_needed(True)

    def _mark_as_needed(self, needed: bool) -> None:
        for name in self.asked_by_clean:
            self.fields[name].required = needed

    def refuse(self, error: ValidationError) -> None:
        """Tell a refusal beside the field that it is about, or above the form where the form has no such field."""
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
            return
        named = [name for name in getattr(error, "fields", ()) if name in self.fields]
        self.add_error(named[-1] if named else None, error.messages)

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "dv-panel dv-form"
        helper.attrs = {"novalidate": True}
        helper.layout = copy.deepcopy(self.layout)
        return helper


class HouseForm(_House, forms.Form):
    """Base of every form without a model."""

    if TYPE_CHECKING:  # the checker of forms waits for one

        class Meta: ...


class _HouseModelFormMetaclass(ModelFormMetaclass):
    """Gives every model form the fields of the house, so that no form lists them."""

    def __new__(mcs, name: str, bases: tuple, attrs: dict) -> type:
        if (meta := attrs.get("Meta")) and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(_house_field)
        return super().__new__(mcs, name, bases, attrs)


class HouseModelForm(_House, forms.ModelForm, metaclass=_HouseModelFormMetaclass):
    """Base of every form of a model's fields.

    Where figures of past days have counted the row, it asks since when a change of a dated field is true; the answer
    goes to `instance.is_correction`.
    """

    if TYPE_CHECKING:

        class Meta: ...

    asks_since_when = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = getattr(self.instance, "dated", None)
        if self.asks_since_when and kept and set(kept.fields) & set(self.fields) and has_past(self.instance, today()):
            self.fields[SINCE_WHEN] = forms.ChoiceField(
                label=_("Since when is what you change true?"),
                choices=[
                    ("change", _("From today on")),
                    ("correction", _("From the beginning: a wrong entry is corrected")),
                ],
                initial="change",
                required=False,
                widget=ChoiceBoxes,
                help_text=_("Figures and reports of past days keep what was true then, or are corrected with it."),
            )
            if self.helper.layout is not None:
                self.helper.layout.append(SINCE_WHEN)

    def full_clean(self) -> None:
        super().full_clean()
        self.instance.is_correction = getattr(self, "cleaned_data", {}).pop(SINCE_WHEN, "") == "correction"

    @cached_property
    def changed_data(self) -> list[str]:
        """Fields of the model alone: since when they are true is told by the row."""
        return [name for name in super().changed_data if name != SINCE_WHEN]

    def add_error(self, field: str | None, error: Any) -> None:
        """What two fields say against each other is told beside the later of them, where one looks for it."""
        rules = self.instance._meta.constraints
        for one in getattr(error, "error_dict", {}).pop(NON_FIELD_ERRORS, []):
            names = next((compared(rule) for rule in rules if str(rule.violation_error_message) in one.messages), set())
            super().add_error(([None] + [name for name in self.fields if name in names])[-1], one)
        super().add_error(field, error)

    def validate_unique(self) -> None:
        """What is unique in the ward, too: Django leaves out a rule with a field that the form does not show."""
        super().validate_unique()
        wrong = {*self.errors}
        for constraint in self.instance._meta.constraints:
            if not isinstance(constraint, models.UniqueConstraint) or "ward" not in fields_of(constraint):
                continue
            try:
                constraint.validate(type(self.instance), self.instance, exclude=wrong)
            except ValidationError:
                self.refuse(refusal(type(self.instance), constraint))


def _house_field(field: models.Field, **kwargs: Any) -> forms.Field | None:
    if field.choices or isinstance(field, models.DateTimeField):
        return field.formfield(**kwargs)
    for model_field, form_field in _HOUSE_FIELDS.items():
        if isinstance(field, model_field):
            return field.formfield(**{"form_class": form_field} | kwargs)
    return field.formfield(**kwargs)


_HOUSE_FIELDS: dict[type[models.Field], type[forms.Field]] = {
    models.DateField: DateField,
    models.TimeField: TimeField,
    models.DecimalField: NumberField,
    models.IntegerField: WholeNumberField,
}
_SENTENCES = {
    "invalid_choice": _("Choose one of the list."),
    "max_length": _("Write at most %(limit_value)d signs; these are %(show_value)d."),
}


def say_what_to_do(field: forms.Field) -> None:
    """Replace Django's "This field is required" and its like by sentences that say what to do."""
    if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = _required_sentence(field)
    if isinstance(field, forms.FileField):
        field.error_messages["empty"] = _("This file is empty. Choose another.")
    else:
        field.error_messages |= _SENTENCES
    if isinstance(field, forms.EmailField):
        field.error_messages["invalid"] = _("Write the whole address, for example hoa@example.vn.")
    if isinstance(field.widget, forms.Textarea) and str(field.widget.attrs.get("rows")) == "10":
        field.widget.attrs["rows"] = 4


def _required_sentence(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return _("Tick the box to go on.")
    if str(field.label).endswith("?"):
        return format_lazy(_("Answer: {question}"), question=field.label)
    choose = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    if not field.label:
        return _("Choose one.") if choose else _("Fill this in.")
    pattern = _("Choose {thing}") if choose else _("Enter {thing}")
    return format_lazy(pattern, thing=_inside_sentence(str(field.label)))


def _inside_sentence(label: str) -> str:
    """ "Tên mô hình" -> "tên mô hình", "Ý kiến" -> "ý kiến", but "GPMB" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label
