import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, HouseForm, HouseModelForm, TimeField, UploadField, WholeNumberField
from core.models import today
from core.secrecy import refuse_secret
from publicity.forms.leaving import AsksAboutPeople
from publicity.models import Article, ArticleCategory, ViewReading

PHOTOS = ".jpg,.jpeg,.png"
MOST_VIEWS = 2_000_000_000
MOST_SHOWN = datetime.timedelta(days=3653)


class ArticleForm(AsksAboutPeople, HouseModelForm):
    submit_label = _("Save the article")
    leaving = ("title", "body")

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
        help_texts = {
            "body": _("Plain text; an empty line begins a new paragraph."),
            "category": _("Readers of the public page can look at one category alone."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories, own = ArticleCategory.objects.filter(ward_id=self.instance.ward_id), self.instance.category_id
        self.fields["category"].queryset = categories.filter(Q(pk__in=categories.valid_on(today())) | Q(pk=own))
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


class ArticlePublishForm(HouseForm):
    submit_label = _("Publish on this day")

    day = DateField(label=_("Shown from"), required=False, help_text=_("Empty: at once."))
    time = TimeField(label=_("Time"), required=False, help_text=_("Empty: when the day begins."))

    def clean_day(self) -> datetime.date | None:
        day = self.cleaned_data["day"]
        if day and day < today():
            raise forms.ValidationError(_("Choose today or a later day; leave it empty to publish at once."))
        if day and day > today() + MOST_SHOWN:
            raise forms.ValidationError(_("Choose a day within the next ten years, or leave it empty."))
        return day

    def clean(self) -> dict:
        data = super().clean()
        day, time = data.pop("day", None), data.pop("time", None)
        if time and not day and "day" not in self.errors:
            self.add_error("day", _("Enter the day too."))
        if day:
            moment = timezone.make_aware(datetime.datetime.combine(day, time or datetime.time()))
            data["at"] = max(moment, timezone.now())  # this morning is over: at once
        return data


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
        self.initial["read_on"] = today()

    def validate_unique(self) -> None:
        """Nothing is looked for: a second reading of a day replaces the first."""


def _end_of(day: datetime.date | None) -> datetime.datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
