"""Filters of lists, in the address: a figure's link, a bookmark and a pasted link agree."""

import datetime
from typing import Any

from django import forms
from django.db.models import CharField, F, Func, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.choices import Direction, DocumentState, MeetingKind
from campaigns.models import Campaign, DocumentKind, Undertaking
from core.text import fold, nfc

ALL = ("", _("All"))


class _Filter(forms.Form):
    """Always bound; what can not be read is as if it were not asked. `kept` are hidden: the tab, the day, the year."""

    kept: tuple[str, ...] = ("year", "on")

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, auto_id="f_%s", **kwargs)
        for name in self.kept:
            if data.get(name):
                self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)

    def asked(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name not in self.kept)

    def words(self) -> str:
        return fold(nfc(self.asked("q") or ""))


class TaskFilter(_Filter):
    kept = ("state", "year", "on")

    q = forms.CharField(label=_("Search tasks"), required=False, max_length=100)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, to_field_name="slug", empty_label=_("All")
    )
    undertaking = forms.ModelChoiceField(
        Undertaking.objects.none(), label=_("About"), required=False, to_field_name="slug", empty_label=_("All")
    )

    def __init__(self, data: Any, *, user: Any, campaign: Campaign) -> None:
        super().__init__(data)
        leads = Unit.objects.visible_to(user).filter(led_tasks__campaign=campaign)
        self.fields["unit"].queryset = leads.distinct()
        self.fields["undertaking"].queryset = Undertaking.objects.of_campaign(campaign)

    def apply(self, tasks: QuerySet) -> QuerySet:
        if words := self.words():
            tasks = tasks.filter(search_key__contains=words)
        if unit := self.asked("unit"):
            tasks = tasks.filter(lead_unit=unit)
        if undertaking := self.asked("undertaking"):
            tasks = tasks.filter(undertaking=undertaking)
        return tasks


class DocumentFilter(_Filter):
    q = forms.CharField(label=_("Search symbol or summary"), required=False, max_length=100)
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=[ALL, *Direction.choices])
    kind = forms.ModelChoiceField(DocumentKind.objects.none(), label=_("Kind"), required=False, empty_label=_("All"))
    issuer = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Issued by"), required=False, to_field_name="slug", empty_label=_("All")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *DocumentState.choices])

    def __init__(self, data: Any, *, user: Any, campaign: Campaign) -> None:
        super().__init__(data)
        issuers = Unit.objects.visible_to(user).filter(documents__campaign=campaign)
        self.fields["issuer"].queryset = issuers.distinct()
        self.fields["kind"].queryset = DocumentKind.objects.visible_to(user)

    def apply(self, documents: QuerySet) -> QuerySet:
        if words := self.words():
            symbol = Func(F("symbol"), function="vi_fold", output_field=CharField())
            documents = documents.alias(symbol_key=symbol)
            documents = documents.filter(Q(search_key__contains=words) | Q(symbol_key__contains=words))
        for name in ("direction", "kind", "issuer", "state"):
            if value := self.asked(name):
                documents = documents.filter(**{name: value})
        return documents


class MeetingFilter(_Filter):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *MeetingKind.choices])

    def apply(self, meetings: QuerySet, day: datetime.date | None) -> QuerySet:
        if kind := self.asked("kind"):
            meetings = meetings.filter(kind=kind)
        return meetings.held_by(day) if day else meetings


class ResolutionFilter(_Filter):
    ANSWERED, WAITING = "answered", "waiting"

    kept = ("unit", "year", "on")

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, (ANSWERED, _("Resolution issued")), (WAITING, _("Not yet answered"))],
    )

    def apply(self, recipients: QuerySet, day: datetime.date) -> QuerySet:
        expected = recipients.expected(day)
        if unit := self.asked("unit"):
            expected = expected.filter(unit__slug=unit)
        answered = expected.answered(day).values("pk")
        if self.asked("state") == self.ANSWERED:
            return expected.filter(pk__in=answered)
        if self.asked("state") == self.WAITING:
            return expected.exclude(pk__in=answered)
        return expected
