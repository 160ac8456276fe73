import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, HouseForm, HouseModelForm, TimeField, UploadField, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from core.secrecy import refuse_secret
from publicity.models import LONGEST, Airing, Article, Broadcast, ViewReading

PHOTOS = ".jpg,.jpeg,.png"
MOST_VIEWS = 2_000_000_000
MOST_SHOWN = datetime.timedelta(days=3653)


class ArticleForm(HouseModelForm):
    submit_label = _("Save the article")

    shown_until = DateField(
        label=_("Shown until"), required=False, help_text=_("The last day on the public page; empty: without end.")
    )
    outside_url = forms.URLField(
        label=_("Published elsewhere"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("The address, when the article also stands on another portal."),
        error_messages={"invalid": _("Write a whole address, for example https://example.vn/bai-viet.")},
    )
    picture = UploadField(
        label=_("Picture"), required=False, accept_kinds=PHOTOS, help_text=_("JPG or PNG. Its place is taken out.")
    )
    alt = forms.CharField(
        label=_("What the picture shows"),
        required=False,
        max_length=250,
        help_text=_("One sentence for people who can not see it."),
    )

    class Meta:
        model = Article
        fields = ["title", "category", "body", "outside_url"]
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}
        help_texts = {"body": _("Plain text; an empty line begins a new paragraph.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.expires_at:
            last = timezone.localtime(self.instance.expires_at) - datetime.timedelta(seconds=1)
            self.fields["shown_until"].initial = last.date()

    def clean_title(self) -> str:
        refuse_secret(self.cleaned_data["title"])
        return self.cleaned_data["title"]

    def clean_shown_until(self) -> datetime.date | None:
        day = self.cleaned_data["shown_until"]
        if day and day > today() + MOST_SHOWN:
            raise forms.ValidationError(_("Choose a day within the next ten years, or leave it empty."))
        return day

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if picture and picture.mime != "image/jpeg":
            raise forms.ValidationError(_("Choose a JPG or PNG picture."))
        return picture

    def clean(self) -> dict:
        data = super().clean()
        if data.get("picture") and not data.get("alt"):
            self.add_error("alt", _("Enter what the picture shows."))
        if "shown_until" in data:
            data["expires_at"] = _end_of(data.pop("shown_until"))
        return data


class ArticleReturnForm(HouseForm):
    submit_label = _("Ask for changes")

    reason = forms.CharField(
        label=_("What to change"), help_text=_("The writer reads this."), widget=forms.Textarea, max_length=1000
    )


class ArticleRetireForm(HouseForm):
    submit_label = _("Take the article off")
    submit_is_danger = True

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)


class ReadingForm(HouseModelForm):
    submit_label = _("Save the reading")

    value = WholeNumberField(
        label=_("Views"), min_value=0, max_value=MOST_VIEWS, help_text=_("The total that the counter shows.")
    )

    class Meta:
        model = ViewReading
        fields = ["value", "read_on", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read_on"].initial = today

    def validate_unique(self) -> None:
        """Nothing is looked for: a second reading of a day replaces the first."""


class BroadcastForm(HouseModelForm):
    submit_label = _("Save the broadcast")

    seconds = WholeNumberField(label=_("Length in seconds"), min_value=1, max_value=int(LONGEST.total_seconds()))

    class Meta:
        model = Broadcast
        fields = ["title", "script", "seconds"]
        widgets = {"script": forms.Textarea(attrs={"rows": 12})}
        help_texts = {"script": _("As it is read aloud: short sentences, numbers in words.")}


class _LoudspeakerForm(AsksFirst, HouseForm):
    clusters = WholeNumberField(label=_("Loudspeaker clusters"), required=False, min_value=1, max_value=1000)
    minutes = WholeNumberField(label=_("Minutes on air"), required=False, min_value=1, max_value=1000)


class AiringNewForm(_LoudspeakerForm):
    submit_label = _("Plan the airing")

    day = DateField(label=_("Day"))
    time = TimeField(label=_("Time"), help_text=_("For example 17:00."))
    field_order = ["day", "time", "clusters", "minutes"]

    def __init__(self, *args: Any, broadcast: Broadcast, **kwargs: Any) -> None:
        super().__init__(*args, year=broadcast.campaign.year, **kwargs)
        self.broadcast = broadcast

    def clean(self) -> dict:
        data = super().clean()
        if "day" in data and "time" in data:
            data["at"] = timezone.make_aware(datetime.datetime.combine(data.pop("day"), data.pop("time")))
        return data

    def questions(self) -> Iterator[Question]:
        at = self.cleaned_data["at"]
        yield from (Question("time", text) for text in self.broadcast.odd_about(at))
        yield from (Question("minutes", text) for text in self.broadcast.odd_minutes(self.cleaned_data.get("minutes")))


class AiringDoneForm(_LoudspeakerForm):
    submit_label = _("Note the airing")

    def __init__(self, *args: Any, airing: Airing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clusters"].initial, self.fields["minutes"].initial = airing.clusters, airing.minutes
        self.airing = airing

    def questions(self) -> Iterator[Question]:
        odd = self.airing.broadcast.odd_minutes(self.cleaned_data.get("minutes"))
        yield from (Question("minutes", text) for text in odd)


def _end_of(day: datetime.date | None) -> datetime.datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
