from django.contrib import admin
from django.db import models

from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from publicity.models import (
    Abbreviation,
    Airing,
    AiringCluster,
    Article,
    ArticleCategory,
    ArticlePicture,
    ArticleTransition,
    Broadcast,
    BroadcastTransition,
    Channel,
    LoudspeakerCluster,
    LoudspeakerSlot,
    Output,
    OutputProof,
    Posting,
    PostingFile,
    PostingPlace,
    PostingProof,
    PostingSpot,
    PostingTransition,
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
class ChannelAdmin(_WrittenInThePortal):
    list_display = ["label", "order", "legal_ref", "valid_from", "valid_to"]
    search_fields = ["code", "label"]


@admin.register(ArticleCategory)
class ArticleCategoryAdmin(_WrittenInThePortal):
    list_display = ["label", "order", "valid_from", "valid_to"]
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


@admin.register(Abbreviation)
class AbbreviationAdmin(HouseAdmin):
    list_display = ["short", "said", "after_number"]
    search_fields = ["short", "said"]


@admin.register(LoudspeakerCluster)
class LoudspeakerClusterAdmin(HouseAdmin):
    list_display = ["name", "place", "valid_from", "valid_to"]
    search_fields = ["name", "place"]


@admin.register(AiringCluster)
class AiringClusterAdmin(ReadOnlyAdmin):
    list_display = ["airing", "cluster"]
    list_select_related = ["airing__broadcast", "cluster"]
    search_fields = ["cluster__name"]


@admin.register(LoudspeakerSlot)
class LoudspeakerSlotAdmin(HouseAdmin):
    list_display = ["starts_at", "minutes", "valid_from", "valid_to"]


@admin.register(ArticlePicture)
class ArticlePictureAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "article", "alt", "uploaded_by", "uploaded_at"]
    search_fields = ["original_name", "alt", "article__title"]


class PostingSpotInline(ReadOnlyInline):
    model = PostingSpot
    fields = ["place"]


class PostingFileInline(ReadOnlyInline):
    model = PostingFile
    fields = ["original_name", "sha256", "size", "uploaded_by", "uploaded_at"]


class PostingTransitionInline(ReadOnlyInline):
    model = PostingTransition
    fields = ["old", "new", "on", "by", "reason", "at"]


@admin.register(PostingPlace)
class PostingPlaceAdmin(HouseAdmin):
    list_display = ["name", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name"]


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    """What was put up stays as it was: read here, worked on in the portal."""

    list_display = ["title", "state", "starts_on", "ends_on", "on_portal"]
    list_filter = ["state", "on_portal"]
    search_fields = ["search_key", "title"]
    inlines = [PostingSpotInline, PostingFileInline, PostingTransitionInline]


@admin.register(PostingFile)
class PostingFileAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "posting", "sha256", "uploaded_by", "uploaded_at"]
    list_select_related = ["posting", "uploaded_by"]
    search_fields = ["original_name", "sha256"]


@admin.register(PostingProof)
class PostingProofAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "posting", "kind", "taken_on", "sha256", "uploaded_by"]
    list_select_related = ["posting", "uploaded_by"]
    list_filter = ["kind"]
    search_fields = ["original_name", "sha256"]


@admin.register(PostingSpot)
class PostingSpotAdmin(ReadOnlyAdmin):
    list_display = ["posting", "place"]
    list_select_related = ["posting", "place"]
    search_fields = ["place__name"]


class OutputProofInline(ReadOnlyInline):
    model = OutputProof
    fields = ["original_name", "sha256", "size", "uploaded_by", "uploaded_at"]


@admin.register(Output)
class OutputAdmin(_WrittenInThePortal):
    list_display = ["on", "kind", "quantity", "measure", "measured_in", "place", "unit", "channel"]
    list_filter = ["kind", "measured_in", "channel", "campaign"]
    search_fields = ["search_key", "place"]
    formfield_overrides = HouseAdmin.formfield_overrides | {models.URLField: {"assume_scheme": "https"}}
    inlines = [OutputProofInline]


@admin.register(OutputProof)
class OutputProofAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "output", "sha256", "uploaded_by", "uploaded_at"]
    list_select_related = ["output", "uploaded_by"]
    search_fields = ["original_name", "sha256"]


for transition in (ArticleTransition, BroadcastTransition, PostingTransition):
    admin.site.register(transition, TransitionAdmin)
