from django.contrib import admin
from django.db import models

from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from publicity.models import (
    Airing,
    Article,
    ArticlePicture,
    ArticleTransition,
    Broadcast,
    BroadcastTransition,
    Channel,
    ViewReading,
)


class ArticlePictureInline(ReadOnlyInline):
    model = ArticlePicture
    fields = ["original_name", "alt", "order", "size", "uploaded_by", "uploaded_at"]


class ViewReadingInline(HouseInline):
    model = ViewReading
    fields = ["read_on", "value", "source"]


class ArticleTransitionInline(ReadOnlyInline):
    model = ArticleTransition
    fields = ["old", "new", "on", "by", "reason", "at"]


class AiringInline(HouseInline):
    model = Airing
    fields = ["at", "state", "clusters", "minutes"]


class BroadcastTransitionInline(ReadOnlyInline):
    model = BroadcastTransition
    fields = ["old", "new", "on", "by", "reason", "at"]


class _WrittenInThePortal(HouseAdmin):
    """Corrections of facts; rows begin and move on their own pages."""

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Channel)
class ChannelAdmin(HouseAdmin):
    list_display = ["code", "label", "legal_ref", "valid_from", "valid_to"]
    search_fields = ["code", "label"]


@admin.register(Article)
class ArticleAdmin(_WrittenInThePortal):
    list_display = ["title", "campaign", "state", "published_at", "author"]
    list_filter = ["state", "campaign", "category"]
    search_fields = ["search_key", "title", "slug"]
    readonly_fields = ["state", "published_at", "slug"]
    formfield_overrides = HouseAdmin.formfield_overrides | {models.URLField: {"assume_scheme": "https"}}
    inlines = [ArticlePictureInline, ViewReadingInline, ArticleTransitionInline]


@admin.register(ViewReading)
class ViewReadingAdmin(HouseAdmin):
    list_display = ["article", "read_on", "value", "source"]
    list_filter = ["read_on"]
    search_fields = ["article__title", "article__search_key", "source"]


@admin.register(Broadcast)
class BroadcastAdmin(_WrittenInThePortal):
    list_display = ["title", "campaign", "state", "seconds"]
    list_filter = ["state", "campaign"]
    search_fields = ["title"]
    readonly_fields = ["state"]
    inlines = [AiringInline, BroadcastTransitionInline]


@admin.register(Airing)
class AiringAdmin(HouseAdmin):
    list_display = ["broadcast", "at", "state", "clusters", "minutes"]
    list_filter = ["state", "at"]
    search_fields = ["broadcast__title"]


@admin.register(ArticlePicture)
class ArticlePictureAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "article", "alt", "uploaded_by", "uploaded_at"]
    search_fields = ["original_name", "alt", "article__title"]


for transition in (ArticleTransition, BroadcastTransition):
    admin.site.register(transition, TransitionAdmin)
