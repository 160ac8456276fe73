import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, HouseForm, HouseModelForm, ManyChoiceBoxes, TimeField, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from publicity.forms.leaving import AsksAboutPeople
from publicity.models import LONGEST, Abbreviation, Airing, Broadcast, LoudspeakerCluster, LoudspeakerSlot

SPOKEN = "spoken"  # the button that writes the script out


class BroadcastForm(AsksAboutPeople, HouseModelForm):
    submit_label = _("Save the broadcast")
    other_submits = [(SPOKEN, _("Write it as it is read"))]
    leaving = ("title", "script")

    seconds = WholeNumberField(label=_("Length in seconds"), min_value=1, max_value=int(LONGEST.total_seconds()))

    class Meta:
        model = Broadcast
        fields = ["title", "script", "seconds"]
        widgets = {"script": forms.Textarea(attrs={"rows": 12})}
        help_texts = {"script": _("As it is read aloud: short sentences, numbers in words.")}

    def look_at(self, capitals: list[str]) -> None:
        """Name what the portal could not write out."""
        if capitals:
            words = _("Written out. Look through it; still as it was written: %(words)s.")
            self.fields["script"].help_text = words % {"words": ", ".join(capitals[:20])}
        else:
            self.fields["script"].help_text = _("Written out. Look through it before you save it.")


class AbbreviationForm(HouseModelForm):
    submit_label = _("Save the abbreviation")

    class Meta:
        model = Abbreviation
        fields = ["short", "said", "after_number"]
        help_texts = {
            "short": _("As it is written, for example: BQLDA"),
            "said": _("For example: ban quản lý dự án"),
            "after_number": _("Such as a measure: “m” is read “mét” in “5 m” alone."),
        }


class SlotForm(HouseModelForm):
    submit_label = _("Save the hours")

    minutes = WholeNumberField(
        label=_("Minutes at most"),
        min_value=1,
        max_value=240,
        help_text=_("For example 20; nothing is refused, but more is asked about."),
    )

    class Meta:
        model = LoudspeakerSlot
        fields = ["starts_at", "minutes", "valid_from", "valid_to"]


class ClusterForm(HouseModelForm):
    submit_label = _("Save the cluster")

    class Meta:
        model = LoudspeakerCluster
        fields = ["name", "place", "valid_to"]
        help_texts = {
            "name": _("For example: Cluster 1, groups 1 to 3."),
            "valid_to": _("Only when it does not speak any more."),
        }


class _LoudspeakerForm(AsksFirst, HouseForm):
    """Asks on which clusters where the ward has named its own, else on how many."""

    on_clusters = forms.ModelMultipleChoiceField(
        LoudspeakerCluster.objects.none(), label=_("Clusters that speak"), widget=ManyChoiceBoxes(columns=2)
    )
    clusters = WholeNumberField(label=_("Loudspeaker clusters"), required=False, min_value=1, max_value=1000)
    minutes = WholeNumberField(
        label=_("Minutes on air"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Empty: as long as the broadcast lasts."),
    )

    def offer_clusters(self, ward_id: int, airing: Airing | None = None) -> None:
        rows = LoudspeakerCluster.objects.filter(ward_id=ward_id)
        named = [row.cluster_id for row in airing.named.all()] if airing else []
        offered = rows.filter(Q(pk__in=rows.valid_on(today())) | Q(pk__in=named))
        if not offered:
            del self.fields["on_clusters"]
            return
        del self.fields["clusters"]
        self.fields["on_clusters"].queryset = offered
        self.fields["on_clusters"].initial = named or [row.pk for row in offered]


class AiringNewForm(_LoudspeakerForm):
    submit_label = _("Plan the airing")

    day = DateField(label=_("Day"))
    time = TimeField(label=_("Time"), help_text=_("For example 17:00."))
    field_order = ["day", "time", "on_clusters", "clusters", "minutes"]

    def __init__(self, *args: Any, broadcast: Broadcast, **kwargs: Any) -> None:
        super().__init__(*args, year=broadcast.campaign.year, **kwargs)
        self.broadcast = broadcast
        self.offer_clusters(broadcast.ward_id)

    def clean(self) -> dict:
        data = super().clean()
        if "day" in data and "time" in data:
            data["at"] = timezone.make_aware(datetime.datetime.combine(data.pop("day"), data.pop("time")))
        return data

    def questions(self) -> Iterator[Question]:
        at = self.cleaned_data["at"]
        on_clusters = self.cleaned_data.get("on_clusters", ())
        odd = self.broadcast.odd_about(at, self.cleaned_data.get("minutes"), on_clusters)
        yield from (Question("time", text) for text in odd)
        yield from (Question("minutes", text) for text in self.broadcast.odd_minutes(self.cleaned_data.get("minutes")))


class AiringDoneForm(_LoudspeakerForm):
    submit_label = _("Note the airing")

    def __init__(self, *args: Any, airing: Airing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clusters"].initial, self.fields["minutes"].initial = airing.clusters, airing.minutes
        self.airing = airing
        self.offer_clusters(airing.ward_id, airing)

    def questions(self) -> Iterator[Question]:
        odd = self.airing.broadcast.odd_minutes(self.cleaned_data.get("minutes"))
        yield from (Question("minutes", text) for text in odd)
