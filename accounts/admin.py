from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import AccessLog, Duty, Membership, Unit, UnitKind, UnitSuccession, User, Ward
from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin


class MembershipInline(HouseInline):
    model = Membership
    fk_name = "unit"
    fields = ["user", "role", "position", "valid_from", "valid_to"]


class PersonMembershipInline(HouseInline):
    """A new person gets the first membership at once: without one nobody would find the person again."""

    model = Membership
    fk_name = "user"
    fields = ["unit", "role", "position", "valid_from", "valid_to"]

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

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return []  # the former unit may belong to a ward that is no more

    def get_field_queryset(self, db: str | None, db_field: models.Field, request: HttpRequest) -> models.QuerySet:
        ended_elsewhere = Q(ward__valid_to__isnull=False)
        return Unit.objects.filter(Q(ward=request.ward) | ended_elsewhere)  # type: ignore[attr-defined]


@admin.register(Ward)
class WardAdmin(HouseAdmin):
    list_display = ["name", "slug", "valid_from", "valid_to"]
    search_fields = ["name", "slug"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(pk=request.ward and request.ward.pk)  # type: ignore


@admin.register(User)
class UserAdmin(HouseAdmin):
    list_display = ["full_name", "username", "email", "phone", "is_active", "must_change_password", "last_login"]
    list_filter = ["is_active", "must_change_password", "memberships__role"]
    search_fields = ["search_key", "username", "email", "phone"]
    fields = ["username", "full_name", "phone", "email", "language", "is_active"]
    readonly_fields = ["must_change_password", "one_time_until", "last_login", "date_joined"]
    inlines = [PersonMembershipInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.visible_to(request.user)


@admin.register(UnitKind)
class UnitKindAdmin(HouseAdmin):
    list_display = ["label", "code", "branch", "order"]
    list_filter = ["branch"]
    search_fields = ["label", "code"]


@admin.register(Unit)
class UnitAdmin(HouseAdmin):
    list_display = ["name", "kind", "branch", "parent", "is_outside", "valid_from", "valid_to"]
    list_filter = ["branch", "kind", "is_outside"]
    search_fields = ["search_key", "name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline, DutyInline, SuccessionInline]


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(HouseAdmin):
    list_display = ["predecessor", "successor", "on"]
    search_fields = ["predecessor__search_key", "successor__search_key"]


@admin.register(Membership)
class MembershipAdmin(HouseAdmin):
    list_display = ["user", "role", "unit", "position", "valid_from", "valid_to"]
    list_filter = ["role", "unit"]
    search_fields = ["user__search_key", "unit__search_key", "position"]


@admin.register(Duty)
class DutyAdmin(HouseAdmin):
    list_display = ["code", "unit", "valid_from", "valid_to"]
    list_filter = ["code"]
    search_fields = ["unit__search_key"]


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "act", "subject_type", "subject_id", "fields", "reason"]
    list_filter = ["act", "subject_type"]
    search_fields = ["user__search_key", "reason"]
    date_hierarchy = "at"
