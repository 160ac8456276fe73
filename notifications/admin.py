from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.admin import HouseAdmin, HouseAdminForm, HouseInline, ReadOnlyAdmin, ReadOnlyInline
from core.http import house
from notifications import registry, rules
from notifications.engine import dispatch
from notifications.models import (
    Attempt,
    BeatRun,
    Event,
    Job,
    Message,
    Mute,
    Preference,
    PushSubscription,
    ReminderRule,
    RuleText,
    RuleUnit,
    SendingStop,
    WorkerPulse,
)


class RuleTextForm(HouseAdminForm):
    """Only the names of the rule's source may stand in a text, as in the portal's own form."""

    source = ""

    def clean_line(self) -> str:
        line = self.cleaned_data["line"]
        source = registry.all_sources().get(self.source)
        if source and (problem := registry.text_problem(line, registry.names_for(source))):
            raise forms.ValidationError(problem)
        return line


class RuleTextFormSet(forms.BaseInlineFormSet):
    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # unknown to the stubs
        form.source = self.instance.source
        return form


class RuleTextInline(HouseInline):
    model = RuleText
    form = RuleTextForm
    formset = RuleTextFormSet
    extra = 0


class RuleUnitInline(HouseInline):
    model = RuleUnit
    extra = 0


@admin.register(ReminderRule)
class ReminderRuleAdmin(HouseAdmin):
    list_display = ["code", "reminds_of", "year", "enabled", "offset_days", "local_time", "channels", "klass"]
    list_filter = ["enabled", "year", "source"]
    search_fields = ["code", "source"]
    readonly_fields = ["enabled", "enabled_at"]  # switched by an action, so that a form left open switches nothing
    actions = ["switch_on", "switch_off"]
    fields = [
        "code",
        "year",
        "source",
        "anchor",
        "offset_days",
        "local_time",
        "working_days_only",
        "klass",
        "channels",
        "repeat_days",
        "repeat_until",
        "roles",
        "enabled",
        "enabled_at",
    ]

    inlines = [RuleTextInline, RuleUnitInline]
    change_list_template = "notifications/reminderrule_change_list.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a rule reminds of stays, as its messages are about it."""
        return [*self.readonly_fields, *(["source", "anchor"] if obj else [])]

    @admin.display(description=_("What it reminds of"))
    def reminds_of(self, rule: ReminderRule) -> str:
        return rules.title(rule)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, chosen: Any) -> None:
        for rule in chosen:
            rules.switch(rule, True, by=house(request).user)
        self.message_user(request, _("Rule switched on. It reminds from now on, of nothing that is past."))

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, chosen: Any) -> None:
        for rule in chosen:
            rules.switch(rule, False, by=house(request).user)
        self.message_user(request, _("Rule switched off. What had not left yet is not sent."))

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """What was planned by the old terms is planned anew, as after a change in the portal."""
        super().save_related(request, form, formsets, change)
        if change:
            rules.note_change(form.instance, by=house(request).user)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(require_POST(self.add_defaults))
        return [path("defaults/", view, name="notifications_reminderrule_defaults"), *super().get_urls()]

    def add_defaults(self, request: HttpRequest) -> HttpResponse:
        """The standard rules of the year that the administrator works in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        campaign = house(request).campaign
        rules.defaults(house(request).ward, campaign.year if campaign else None)
        self.message_user(request, _("The standard rules are in the list. Switch on what you want."))
        return redirect("admin:notifications_reminderrule_changelist")

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        sources = registry.all_sources()
        if db_field.name == "source":
            choices = [(code, f"{source.label} ({code})") for code, source in sources.items()]
            return forms.ChoiceField(label=_("What it reminds of"), choices=choices)
        if db_field.name == "anchor":
            anchors = {code: label for source in sources.values() for code, label in source.anchors.items()}
            return forms.ChoiceField(label=_("Counted from"), choices=list(anchors.items()))
        if isinstance(db_field, ArrayField):
            label = db_field.verbose_name
            ticked: Any = db_field.base_field.choices
            ticks = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=label, choices=ticked, widget=ticks, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = ["number", "started_at", "outcome", "error"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Whether it left, never what it said: that is between the portal and the receiver."""

    list_display = ["dedupe_key", "user", "channel", "klass", "state", "not_before", "expires_at", "tries"]
    list_filter = ["state", "channel", "klass", "rule"]
    search_fields = ["dedupe_key", "user__search_key", "user__username"]
    exclude = ["line", "link"]
    inlines = [AttemptInline]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["message", "number", "started_at", "outcome", "error"]
    list_filter = ["outcome"]
    search_fields = ["message__dedupe_key", "error"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject_type", "subject_id", "by", "on", "at", "dispatched_at", "failures"]
    list_filter = [("dispatched_at", admin.EmptyFieldListFilter), "kind"]
    search_fields = ["kind", "=subject_id", "failure"]
    actions = ["try_again"]

    @admin.action(description=_("Try to make the messages of these events again"), permissions=["view"])
    def try_again(self, request: HttpRequest, events: Any) -> None:
        count = dispatch.try_again(events)
        said = ngettext("%(count)d event is tried again.", "%(count)d events are tried again.", count)
        self.message_user(request, said % {"count": count})


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ["user", "quiet_from", "quiet_until", "snoozed_until", "bundle_work"]
    search_fields = ["user__search_key", "user__username"]


@admin.register(Mute)
class MuteAdmin(ReadOnlyAdmin):
    list_display = ["user", "words", "channel", "since"]
    list_filter = ["channel", "words"]
    search_fields = ["user__search_key", "user__username", "words"]


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnlyAdmin):
    """The keys of a browser are between it and the portal."""

    list_display = ["user", "device", "since", "gone_at"]
    list_filter = [("gone_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__search_key", "user__username", "device"]
    exclude = ["endpoint", "p256dh", "auth"]


@admin.register(SendingStop)
class SendingStopAdmin(ReadOnlyAdmin):
    list_display = ["reason", "stopped_by", "since", "lifted_by", "lifted_at"]
    search_fields = ["reason"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """That it was asked for and what became of it; the file is its owner's alone."""

    list_display = ["kind", "asked_by", "asked_at", "state", "done", "total", "tries", "ended_at", "error"]
    list_filter = ["state", "kind"]
    search_fields = ["kind", "asked_by__search_key", "asked_by__username", "error"]
    exclude = ["file", "file_name", "link", "said"]


@admin.register(BeatRun)
class BeatRunAdmin(ReadOnlyAdmin):
    list_display = ["entry", "started_at", "finished_at", "failed_at"]
    search_fields = ["entry"]


@admin.register(WorkerPulse)
class WorkerPulseAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at"]
    search_fields = ["name"]
