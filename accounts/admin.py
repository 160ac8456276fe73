import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import access, reading
from accounts.choices import FIELD_WORDS
from accounts.models import (
    AccessLog,
    AccessRequest,
    AccessRequestTransition,
    Duty,
    Membership,
    MergingUnit,
    SavedView,
    Unit,
    UnitKind,
    UnitMerger,
    UnitMergerTransition,
    UnitSuccession,
    User,
    Ward,
)
from core.admin import REASON, HouseAdmin, HouseAdminForm, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from core.http import house
from core.pages import attempt


@login_not_required
def sign_in(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """The portal's own sign-in, with its throttle and its second step."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("Only an administrator of the ward works here."))
    query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
    return redirect(f"{reverse('account_login')}?{query}")


def change_password(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """The portal's own page: a one-time password has served then, and the old one can not be kept."""
    return redirect("account_change_password")


admin.site.login = sign_in  # type: ignore[method-assign]  # the one door for all
admin.site.password_change = change_password  # type: ignore[method-assign,assignment]  # and to change it
admin.site.site_header = admin.site.site_title = _("Administration of the ward portal")
admin.site.index_title = _("What can be kept here")


class MembershipForm(HouseAdminForm):
    """The door to roles: a guarded one is asked for here and counts from a second person's yes on."""

    def clean(self) -> dict | None:
        cleaned = super().clean()
        if self.has_changed() and not self.errors:
            self._check_right()
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The constraint on overlaps asks whether the row counts, which is no field of the form."""
        return super()._get_validation_exclusions() - {"in_force"}

    def _check_right(self) -> None:
        if not (may := access.can_give_role(self.entered_by)):
            raise ValidationError(may.reason)
        stored, row = self.instance, copy.copy(self.instance)
        for name, value in self.cleaned_data.items():
            if name in {"user", "unit", "role", "valid_from", "valid_to"}:
                setattr(row, name, value)
        if row._state.adding:
            self._check_reason(row)
        elif row.widens(stored) and not self.entered_by.is_superuser:
            raise ValidationError(
                _("Give this as a new membership, and end this one if need be: a second person has to agree to it.")
            )

    def _check_reason(self, row: Membership) -> None:
        if not access.is_guarded(row.role) or row.user_id is None:
            return
        request = AccessRequest(ward_id=row.ward_id, person=row.user, membership=row)
        if not request.exempt(self.entered_by) and not self.reason:
            raise ValidationError(_("Write why: a second person has to agree to this role."))

    @property
    def reason(self) -> str:
        return self.cleaned_data.get("why") or self.cleaned_data.get(REASON) or ""


class MembershipInlineForm(MembershipForm):
    why = forms.CharField(label=_("Reason"), max_length=200, required=False)


class GivesRoles(HouseAdmin):
    """Roles are given in its inlines by the verb, which asks a second person where one is needed."""

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        if formset.model is not Membership:
            return super().save_formset(request, form, formset, change)
        formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row, _fields in formset.changed_objects:
            row.save()
        reasons = {id(one.instance): one.reason for one in formset.forms if one.has_changed()}
        for row in formset.new_objects:
            give(self, request, row, reasons[id(row)])
        return None


def give(admin_of: admin.ModelAdmin, request: HttpRequest, row: Membership, reason: str) -> None:
    row.give(by=house(request).user, reason=reason)
    if not row.in_force:
        said = _("%(row)s: this counts once a second person agrees. Those who may are told.") % {"row": row}
        admin_of.message_user(request, said, messages.WARNING)


class _RoleInline(HouseInline):
    form = MembershipInlineForm
    model = Membership
    readonly_fields = ["in_force"]


class MembershipInline(_RoleInline):
    fk_name = "unit"
    fields = ["user", "role", "position", "valid_from", "valid_to", "in_force", "why"]


class PersonMembershipInline(_RoleInline):
    """A new person gets the first membership at once: without one nobody would find the person again."""

    fk_name = "user"
    fields = ["unit", "role", "position", "valid_from", "valid_to", "in_force", "why"]

    def get_min_num(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> type:
        return super().get_formset(request, obj, validate_min=obj is None, **kwargs)


class DutyInline(HouseInline):
    model = Duty
    fields = ["code", "valid_from", "valid_to"]


class SuccessionInline(HouseInline):
    model = UnitSuccession
    fk_name = "successor"
    fields = ["predecessor", "on", "note"]

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        return []  # the former unit may belong to a ward that is no more

    def get_field_queryset(self, db: str | None, db_field: models.Field, request: HttpRequest) -> Any:
        ended_elsewhere = Q(ward__valid_to__isnull=False)
        return Unit.objects.filter(Q(ward=house(request).ward) | ended_elsewhere)


class WardForm(HouseAdminForm):
    """A new ward starts with an office and its first administrator, who adds everything else."""

    office = forms.CharField(label=_("First unit"), max_length=120, initial=_("Office of the Party committee"))
    administrator = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("First administrator"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["office"], self.fields["administrator"]


@admin.register(Ward)
class WardAdmin(HouseAdmin):
    form = WardForm
    list_display = ["name", "slug", "valid_from", "valid_to"]
    search_fields = ["name", "slug"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(pk=house(request).ward and house(request).ward.pk)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> list:
        founding = [] if obj else [(_("Start"), {"fields": ["office", "administrator"]})]
        return [(None, {"fields": ["name", "slug", "valid_from", "valid_to"]}), *founding]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            return super().save_model(request, obj, form, change)
        office, administrator = form.cleaned_data["office"], form.cleaned_data["administrator"]
        return obj.found(office=office, administrator=administrator, by=house(request).user)


@admin.register(User)
class UserAdmin(GivesRoles):
    list_display = ["full_name", "username", "email", "phone", "is_active", "must_change_password", "last_login"]
    list_filter = ["is_active", "must_change_password", "memberships__role"]
    search_fields = ["search_key", "username", "email", "phone"]
    readonly_fields = ["new_email", "must_change_password", "one_time_until", "last_login", "date_joined"]
    inlines = [PersonMembershipInline]

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        operator = ["is_superuser"] if request.user.is_superuser else []
        seen = self.readonly_fields if obj else []
        return ["username", "full_name", "phone", "email", "language", "is_active", *operator, *seen]

    def get_inlines(self, request: HttpRequest, obj: models.Model | None) -> list:
        return self.inlines if house(request).ward else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        entered = obj.email
        if change:
            obj.email = form.initial["email"]
        else:
            obj.set_unusable_password()  # until the one-time password is given
            obj.email, obj.new_email = None, entered or None
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            self._propose(request, obj, entered)

    def _propose(self, request: HttpRequest, person: User, email: str | None) -> None:
        person.propose_email(email, by=house(request).user)
        if person.new_email:
            self.message_user(
                request,
                _("%(address)s counts once %(person)s agrees: by a link, or on the own profile.")
                % {"address": person.new_email, "person": person},
            )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows: Any = super().get_queryset(request)
        return rows.met_by(request.user)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or bool(access.can_change_person(request.user, obj)))

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Nobody signs in without a password, so the one-time password is the next step."""
        if "_popup" in request.POST or "_addanother" in request.POST or "_continue" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("%(person)s is saved. Now give a one-time password.") % {"person": obj})
        return redirect("accounts:one_time_password", obj.pk)


@admin.register(UnitKind)
class UnitKindAdmin(HouseAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return ["branch"] if obj else []  # the units of the kind stand in the tree of its branch

    list_display = ["label", "code", "branch", "order"]
    list_filter = ["branch"]
    search_fields = ["label", "code"]


@admin.register(Unit)
class UnitAdmin(GivesRoles):
    list_display = ["name", "kind", "branch", "parent", "is_outside", "valid_from", "valid_to"]
    list_filter = ["branch", "kind", "is_outside"]
    search_fields = ["search_key", "name", "slug"]
    inlines = [MembershipInline, DutyInline, SuccessionInline]


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(HouseAdmin):
    list_display = ["predecessor", "successor", "on"]
    search_fields = ["predecessor__search_key", "successor__search_key"]


class MergingUnitInline(ReadOnlyInline):
    model = MergingUnit
    fields = ["unit", "has_ended"]


class MergerStepInline(ReadOnlyInline):
    model = UnitMergerTransition
    fields = ["old", "new", "on", "by", "reason"]


@admin.register(UnitMerger)
class UnitMergerAdmin(ReadOnlyAdmin):
    """Prepared and carried out in the portal, where it is shown what goes over."""

    list_display = ["on", "into", "new_name", "state", "decision_symbol"]
    list_filter = ["state"]
    search_fields = ["into__search_key", "new_name", "decision_symbol"]
    inlines = [MergingUnitInline, MergerStepInline]


admin.site.register(UnitMergerTransition, TransitionAdmin)


@admin.register(Membership)
class MembershipAdmin(HouseAdmin):
    form = MembershipForm
    list_display = ["user", "role", "unit", "position", "valid_from", "valid_to", "in_force"]
    list_filter = ["in_force", "role", "unit"]
    readonly_fields = ["in_force"]
    search_fields = ["user__search_key", "unit__search_key", "position"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            give(self, request, obj, form.reason)


class RequestStepInline(ReadOnlyInline):
    model = AccessRequestTransition
    fields = ["old", "new", "on", "by", "reason"]


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin):
    """Answered in the portal. Where a ward has nobody left who could agree, the operator of the host does it here."""

    list_display = ["person", "kind", "membership", "state", "exemption", "asked_by", "since", "decided_by"]
    list_filter = ["state", "kind", "exemption"]
    search_fields = ["person__search_key", "asked_by__search_key", "reason"]
    inlines = [RequestStepInline]
    actions = ["agree"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        if request.user.is_superuser:
            return AccessRequest.objects.all()
        return super().get_queryset(request)

    def get_actions(self, request: HttpRequest) -> dict:
        return super().get_actions(request) if request.user.is_superuser else {}

    @admin.action(description=_("Agree, as the operator of the host"), permissions=["view"])
    def agree(self, request: HttpRequest, chosen: Any) -> None:
        for row in chosen:
            attempt(request, row.agree, _("You agreed. %(row)s") % {"row": row})


admin.site.register(AccessRequestTransition, TransitionAdmin)


@admin.register(Duty)
class DutyAdmin(HouseAdmin):
    list_display = ["code", "unit", "valid_from", "valid_to"]
    list_filter = ["code"]
    search_fields = ["unit__search_key"]


class _NamedSubjects(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        what = reading.names(
            ((row.subject_type, row.subject_id) for row in self.result_list), access.ward_id(request.user)
        )
        for row in self.result_list:
            row.what = what[row.subject_type, row.subject_id]


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """As on the portal's own page: people's words, never a key."""

    list_display = ["at", "user", "act", "what", "part", "reason"]
    list_filter = ["act", "user"]
    search_fields = ["user__search_key", "reason"]
    date_hierarchy = "at"
    fields = ["at", "user", "act", "part", "reason"]
    readonly_fields = ["part"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _NamedSubjects

    @admin.display(description=_("what was read"))
    def what(self, line: Any) -> str:
        return line.what

    @admin.display(description=_("fields"))
    def part(self, line: AccessLog) -> str:
        return str(FIELD_WORDS.get(line.fields, line.fields))


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Whose list begins with which filters, for whoever is asked why a list looks short."""

    list_display = ["user", "name", "page", "is_first"]
    list_filter = ["is_first"]
    search_fields = ["user__search_key", "user__username", "name"]
