"""The base of every app's admin: the rows of one ward, related rows to choose from, reasons for changes, logs.

class TaskAdmin(HouseAdmin):
    list_display = ["title", "lead_unit", "due_on", "state"]
    list_filter = ["state", "lead_unit"]
    search_fields = ["title"]
    inlines = [TaskUnitInline, TaskTransitionInline]   # HouseInline, ReadOnlyInline

Foreign keys become autocompletes by themselves where the other model's admin has `search_fields`; keys shown in a list
are joined; the filters and choices offer the ward's rows only. `search_key` among the search fields finds "Trạm" for
"tram". A list takes its own filters as conditions and no others. A `state` is never edited. Who may what is
asked of `User.has_perm`, that is `accounts.access.has_admin_permission`.
"""

import copy
from collections.abc import Sequence
from typing import Any

import pghistory
from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core import history
from core.forms import DateField, TimeField, taken_in
from core.http import house
from core.models import Transition
from core.search import folded_all
from core.text import free_slug

REASON = "history_reason"
CORRECTION = "history_correction"
ADDED = (REASON, CORRECTION)


def _has_ward(model: type[models.Model]) -> bool:
    return any(field.name == "ward" for field in model._meta.fields)


def _keys(model: type[models.Model], names: Sequence[Any] | None = None) -> list[str]:
    """The foreign keys of the model (those among the names, if given), without the ward."""
    keys = [f.name for f in model._meta.fields if isinstance(f, models.ForeignKey) and f.name != "ward"]
    return keys if names is None else [name for name in names if name in keys]


class HouseAdminForm(forms.ModelForm):
    """Knows its ward before it is checked, so that every constraint is checked here and not first by the database."""

    ward_entered: models.Model | None = None
    entered_by: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = taken_in(self)
        if self.instance._state.adding and _has_ward(type(self.instance)) and self.instance.ward_id is None:
            self.instance.ward_id = self.ward_entered and self.ward_entered.pk
        for name, field in self.fields.items():
            if isinstance(getattr(field.widget, "widget", None), _WardAutocomplete):
                field.widget.widget.row = self.instance if name in self.instance._state.fields_cache else None

        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Leave it empty: it is made from the name.")

    def clean(self) -> dict | None:
        """An address left empty is made here; Django's own script for it drops đ, ơ and ư."""
        cleaned = super().clean()
        if "slug" in self.fields and not self.cleaned_data.get("slug") and "slug" not in self.errors:
            model = type(self.instance)
            rows = model._base_manager.exclude(pk=self.instance.pk)
            rows = rows.filter(ward_id=self.instance.ward_id) if _has_ward(model) else rows
            most, otherwise = model._meta.get_field("slug").max_length, model._meta.model_name
            self.cleaned_data["slug"] = free_slug(
                self.cleaned_data.get("name", ""), rows, most=most, otherwise=otherwise
            )
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"ward"}  # type: ignore[misc]  # unknown to the stubs


class _WardAutocomplete(AutocompleteSelect):
    """Writes the chosen row from the joined instance instead of asking the database once a field."""

    row: Any = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = self.row and getattr(self.row, self.field.name)
        if chosen is None or value != [str(chosen.pk)]:
            return super().optgroups(name, value, attrs)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(chosen)
        return [(None, [*blank, self.create_option(name, chosen.pk, label, True, len(blank))], 0)]


class WardRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter by a related row that offers the rows of the ward only."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        ordering = self.field_admin_ordering(field, request, model_admin)
        ward = {"ward": house(request).ward} if _has_ward(field.related_model) else {}
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=ward)


# What Django's list filters and the row of dates add to the name of their field.
_CONDITIONS = ("", "__exact", "__id__exact", "__isnull", "__isempty", "__gte", "__lt")
_DATES = ("__year", "__month", "__day", "__gte", "__lt")


class _InWard(BaseModelAdmin):
    form: Any = HouseAdminForm
    formfield_overrides = {
        models.DateField: {"form_class": DateField, "widget": admin.widgets.AdminDateWidget},
        models.TimeField: {"form_class": TimeField, "widget": admin.widgets.AdminTimeWidget},
    }

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the list's own filters. Django also takes any column of the table: `?password__startswith=` would tell
        a stored password sign by sign, by the number of rows found."""
        filters = [item[0] if isinstance(item, list | tuple) else item for item in getattr(self, "list_filter", ())]
        allowed = {f"{name}{end}" for name in filters for end in _CONDITIONS}
        if dates := getattr(self, "date_hierarchy", None):
            allowed |= {f"{dates}{end}" for end in _DATES}
        return lookup in allowed

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A state changes by the portal's verbs, which leave a dated step or an event. What is no field of a form is
        shown as what it says."""
        given = list(super().get_readonly_fields(request, obj))
        closed = {field.name for field in self.model._meta.fields if field.name == "state" or not field.editable}
        shown = {"state", *flatten(self.fields or [])}
        return [*given, *(name for name in closed & shown if name not in given)]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.filter(ward=house(request).ward) if _has_ward(self.model) else rows

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        related = [*self.model._meta.fields, *self.model._meta.many_to_many]
        found = [f.name for f in related if f.is_relation and f.editable and self._can_be_searched(f.related_model)]
        return list(dict.fromkeys([*self.autocomplete_fields, *found]))

    def _can_be_searched(self, model: type[models.Model]) -> bool:
        return self.admin_site.is_registered(model) and bool(self.admin_site.get_model_admin(model).search_fields)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        """What may be chosen: the rows that the other model's admin shows, else those of the ward."""
        other = db_field.remote_field.model
        if self.admin_site.is_registered(other):
            return self.admin_site.get_model_admin(other).get_queryset(request)
        rows = other._default_manager.all()
        return rows.filter(ward=house(request).ward) if _has_ward(other) else rows

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", _WardAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _bound_to_ward(form: type[forms.ModelForm], request: HttpRequest) -> type[forms.ModelForm]:
    ward = request.ward  # type: ignore[attr-defined]
    known = {"ward_entered": ward, "entered_by": request.user, "__module__": form.__module__}
    return type(form.__name__, (form,), known)


class HouseAdmin(_InWard, admin.ModelAdmin):
    """Rows of the ward entered; a new row belongs to it."""

    list_per_page = 50
    show_full_result_count = False

    def view_on_site(self, obj: models.Model) -> str | None:
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        homeless = _has_ward(self.model) and house(request).ward is None
        return not homeless and super().has_add_permission(request)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return self.list_select_related or _keys(self.model, self.get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list:
        keys = _keys(self.model, self.list_filter)
        return [(name, WardRelatedFilter) if name in keys else name for name in self.list_filter]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        rows, duplicates = super().get_search_results(request, queryset, search_term)
        has_folded = search_term and any(name.endswith("search_key") for name in self.search_fields)
        words = folded_all([search_term])[search_term] if has_folded else search_term
        if words == search_term:
            return rows, duplicates
        folded, more = super().get_search_results(request, queryset, words)
        return rows | folded, duplicates or more

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model | None:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            models.prefetch_related_objects([row], *_keys(self.model))
        return row

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        names = kwargs.pop("fields", flatten_fieldsets(self.fieldsets) if self.fieldsets else self.fields)
        kwargs["fields"] = names and [name for name in names if name not in ADDED]
        form = _bound_to_ward(super().get_form(request, obj, change, **kwargs), request)
        if self._may_write(request, obj):
            form.base_fields[REASON] = forms.CharField(
                label=_("Reason for the change"),
                required=False,
                max_length=200,
                widget=admin.widgets.AdminTextInputWidget,
                help_text=_("Kept in the history beside who and when."),
            )
        if self._asks_since_when(request, obj):
            form.base_fields[CORRECTION] = forms.BooleanField(
                label=_("A wrong entry is corrected"),
                required=False,
                help_text=_(
                    "Figures of past days are corrected with it. Without the tick they keep what was true then."
                ),
            )
        return form

    def _asks_since_when(self, request: HttpRequest, obj: models.Model | None) -> bool:
        dated = getattr(self.model, "dated", None)
        return bool(obj and dated and dated.fields and self._may_write(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> list:
        given = [
            (title, {**options, "fields": [name for name in options["fields"] if name not in ADDED]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        added = [CORRECTION, REASON] if self._asks_since_when(request, obj) else [REASON]
        return [*given, (None, {"fields": added})] if self._may_write(request, obj) else given

    def _may_write(self, request: HttpRequest, obj: models.Model | None) -> bool:
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """The admin's own lines, and below them what the database wrote field by field."""
        row = self.get_object(request, object_id)
        entries = history.entries(row) if row and hasattr(row, "history") else []
        return super().history_view(request, object_id, {"entries": entries, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if reason := form.cleaned_data.get(REASON):
            pghistory.context(reason=reason)  # added to the context of the request, for its inlines too
        obj.is_correction = form.cleaned_data.get(CORRECTION, False)
        super().save_model(request, obj, form, change)


class HouseInline(_InWard, admin.TabularInline):
    """Child rows of the same ward."""

    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*_keys(self.model))

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> type:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = _bound_to_ward(formset.form, request)
        return formset


class _ReadOnly(BaseModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(_ReadOnly, HouseAdmin):
    """Logs, transitions, messages: shown, never written."""


class ReadOnlyInline(_ReadOnly, HouseInline):
    """Transitions and other dated rows under their parent."""

    show_change_link = False


class StepFilter(admin.ChoicesFieldListFilter):
    """Steps by the state they led to, in the words of the row that took them."""

    def __init__(
        self, field: models.Field, request: HttpRequest, params: dict, model: Any, *rest: Any, **path: Any
    ) -> None:
        field = copy.copy(field)
        field.choices = _stepper(model).related_model._meta.get_field("state").choices
        super().__init__(field, request, params, model, *rest, **path)


def _stepper(model: type[models.Model]) -> Any:
    """The key of a transition to the row that took the step."""
    return next(field for field in model._meta.fields if field.remote_field and field.name not in {"ward", "by"})


class TransitionAdmin(ReadOnlyAdmin):
    """The dated steps of one kind of row, for every `<Model>Transition`."""

    list_filter = [("new", StepFilter), "on"]
    search_fields = ["reason", "by__search_key"]
    date_hierarchy = "on"

    def get_list_display(self, request: HttpRequest) -> Any:
        return [_stepper(self.model).name, "state_before", "state_after", "on", "by", "reason", "at"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        row = _stepper(self.model)
        return ["by", row.name, *(f"{row.name}__{key}" for key in _keys(row.related_model))]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """As the rows themselves are found."""
        row = _stepper(self.model)
        found = self.admin_site.get_model_admin(row.related_model).search_fields
        return [*self.search_fields, *(f"{row.name}__{name}" for name in found)]

    def _words(self, code: str) -> str:
        states = _stepper(self.model).related_model._meta.get_field("state").flatchoices
        return str(dict(states).get(code, code))

    @admin.display(description=_("from"), ordering="old")
    def state_before(self, step: Transition) -> str:
        return self._words(step.old)

    @admin.display(description=_("to"), ordering="new")
    def state_after(self, step: Transition) -> str:
        return self._words(step.new)
