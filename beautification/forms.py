"""Input of streets, series, sessions and decisions. What may be written is the verbs' matter."""

import datetime
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Branch
from accounts.models import Unit
from beautification.choices import (
    MANUAL,
    MOST_PEOPLE,
    MOST_WEEKS,
    CancelReason,
    Exactness,
    HolidayDecision,
    HolidayPolicy,
    TurnoutSource,
)
from beautification.models import Cleanup, CleanupSeries, Street
from beautification.models.series import weekly_rule
from campaigns.models import Document
from core.dates import WEEKDAYS, full_date, weekday_date
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, ManyChoiceBoxes, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from deadlines.models import calendar_for

SATURDAY = 5
MOST_MINUTES = 12 * 60
SHOWN_DAYS, LOOKED_AHEAD = 8, datetime.timedelta(weeks=8 * MOST_WEEKS)  # of a schedule before it is saved


def _units(user: Any) -> Any:
    return Unit.objects.visible_to(user).valid_on(today()).for_list()


class StreetForm(HouseModelForm):
    submit_label = _("Save the street")
    residential_groups = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("Residential groups along the street"),
        required=False,
        widget=ManyChoiceBoxes(columns=2),
    )

    class Meta:
        model = Street
        fields = ["name", "extent", "lead_unit", "registered_with", "registered_by", "registered_on", "target_on"]
        help_texts = {
            "extent": _("For example: from lane 12 to the market gate"),
            "registered_by": _("The document by which the street was registered as a civilised street"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = _units(user)
        self.fields["lead_unit"].queryset = units.inside()
        self.fields["registered_with"].queryset = units
        self.fields["registered_by"].queryset = Document.objects.visible_to(user).in_force().select_related("kind")
        self.fields["residential_groups"].queryset = units.inside().filter(branch__in=[Branch.RESIDENTIAL, Branch.TEAM])
        if self.instance.pk:
            self.initial["residential_groups"] = list(self.instance.groups.values_list("unit_id", flat=True))


class SeriesForm(AsksFirst, HouseModelForm):
    """The rule in plain words: weekdays, every so many weeks. Its days are shown before it is saved."""

    submit_label = _("Save the schedule")
    keep_label = _("Save the schedule with these days")
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), coerce=int, choices=list(enumerate(WEEKDAYS)), widget=ManyChoiceBoxes(columns=3)
    )
    every = WholeNumberField(label=_("Every how many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1)
    minutes = WholeNumberField(label=_("How many minutes"), min_value=15, max_value=MOST_MINUTES, initial=120)

    class Meta:
        model = CleanupSeries
        fields = ["starts_at", "first_on", "until", "policy", "lead_unit"]
        widgets = {"policy": ChoiceBoxes(columns=3)}
        help_texts = {"lead_unit": _("Only where another unit than the street's leads it")}

    field_order = ["weekdays", "every", "starts_at", "minutes", "first_on", "until", "policy", "lead_unit"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].queryset = _units(user).inside()
        self.fields["policy"].choices = HolidayPolicy.choices
        if self.instance.pk:
            self.initial |= {
                "weekdays": self.instance.weekdays,
                "every": self.instance.every_weeks,
                "minutes": int(self.instance.duration.total_seconds() // 60),
            }
        else:
            self.initial.setdefault("weekdays", [SATURDAY])

    def clean(self) -> dict[str, Any]:
        """What the verb takes: the rule and the duration in place of the parts they were typed in."""
        cleaned = super().clean()
        parts = [cleaned.pop(name, None) for name in ("weekdays", "every", "minutes")]
        if None not in parts:
            weekdays, every, minutes = parts
            cleaned["rrule"] = self.instance.rrule = weekly_rule(weekdays, every)
            cleaned["duration"] = self.instance.duration = datetime.timedelta(minutes=minutes)
        return cleaned

    def questions(self) -> Iterator[Question]:
        """Its first days as they will be, what the calendar says against them, and where they end unexpectedly."""
        if self.instance.pk and not {"weekdays", "every", "first_on", "until", "policy"} & set(self.changed_data):
            return
        yield from (Question("", line) for line in preview_of(self.instance))


def preview_of(series: CleanupSeries) -> Iterator[str]:
    """The next days of a schedule that is not saved yet, in lines of words."""
    try:
        series.require_rule()
    except ValidationError:  # the verb refuses it with its reason
        return
    first = max(series.first_on, today())
    days = list(islice(series.days(first, first + LOOKED_AHEAD), SHOWN_DAYS))
    if not days:
        yield gettext("No day of this schedule is to come.")
        return
    yield gettext("The next clean-ups: %(days)s.") % {"days": ", ".join(weekday_date(day, today()) for day in days)}
    calendar = calendar_for(series.ward_id, days[0], days[-1])
    for day in days:
        if not calendar.has_year(day.year):
            yield gettext("%(year)s has no calendar of days off yet; each day is asked about.") % {"year": day.year}
            break
        if obstacle := calendar.obstacle(day):
            words = {"day": weekday_date(day, today()), "obstacle": obstacle, "policy": series.get_policy_display()}
            yield gettext("%(day)s: %(obstacle)s. %(policy)s.") % words
    last = series.last_campaign_day()
    if last and (series.until is None or series.until > last):
        told = gettext("The year closes on %(day)s. Clean-ups after it are made once the next year has this street.")
        yield told % {"day": full_date(last)}


class CleanupNewForm(HouseModelForm):
    submit_label = _("Plan the clean-up")

    class Meta:
        model = Cleanup
        fields = ["on", "starts_at"]
        help_texts = {"on": _("A day that is over may be entered too, to write down who came.")}


class CountForm(HouseForm):
    """A number per unit, all from one source."""

    submit_label = _("Save the numbers")

    def __init__(self, *args: Any, cleanup: Cleanup, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = cleanup.units_to_count()
        known = {row.unit_id: row for row in cleanup.turnouts.exclude(source=TurnoutSource.SCAN)}
        first = next(iter(known.values()), None)
        for unit in self.units:
            row = known.get(unit.pk if unit else None)
            label = unit.name if unit else _("Not by unit")
            self.fields[self._name(unit)] = _count_field(label, row.count if row else None)
        named = [unit.pk for unit in self.units if unit]
        self.fields["other"] = forms.ModelChoiceField(
            _units(user).inside().exclude(pk__in=named), label=_("Another unit that came"), required=False
        )
        self.fields["other_count"] = _count_field(_("People of that unit"), None)
        self.fields["source"] = forms.ChoiceField(
            label=_("Where the numbers come from"),
            choices=[(value, TurnoutSource(value).label) for value in MANUAL],
            initial=first.source if first else TurnoutSource.HAND,
            widget=ChoiceBoxes(columns=3),
        )
        self.fields["exactness"] = forms.ChoiceField(
            label=_("How exact"),
            choices=Exactness.choices,
            initial=first.exactness if first else Exactness.EXACT,
            widget=ChoiceBoxes(columns=2, hints={Exactness.NEARLY: _("shown as “nearly 100”")}),
        )

    def _name(self, unit: Unit | None) -> str:
        return f"unit_{unit.pk if unit else 0}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        other, number = cleaned.get("other"), cleaned.get("other_count")
        if (other is None) != (number is None):
            raise ValidationError({"other": _("Choose the unit and write its number, or neither.")})
        counts = {unit: cleaned.get(self._name(unit)) for unit in self.units}
        if other:
            counts[other] = number
        return {"counts": counts, "source": cleaned.get("source"), "exactness": cleaned.get("exactness")}


def _count_field(label: Any, initial: int | None) -> WholeNumberField:
    return WholeNumberField(label=label, min_value=0, max_value=MOST_PEOPLE, required=False, initial=initial)


class _WithReason(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReopenForm(_WithReason):
    submit_label = _("Take it up again")


class _WithWhy(HouseForm):
    why = forms.ChoiceField(
        label=_("Reason"), choices=CancelReason.choices, widget=ChoiceBoxes(columns=3, icons={"rain": "cloud-rain"})
    )
    words = forms.CharField(label=_("In words"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        return _with_reason(super().clean())


class _AsksNewDay(AsksFirst):
    """A day on which most people work, or in the days off around a holiday, is asked about."""

    def __init__(self, *args: Any, cleanup: Cleanup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cleanup = cleanup

    def questions(self) -> Iterator[Question]:
        day = self.cleaned_data.get("day")
        if day and self.cleaned_data.get("decision") in (None, HolidayDecision.MOVED):
            if why := self.cleanup.odd_about(day):
                yield Question("day", gettext("%(day)s: %(why)s.") % {"day": weekday_date(day, today()), "why": why})


class PostponeForm(_AsksNewDay, _WithWhy):
    submit_label = _("Move the clean-up")
    day = DateField(label=_("New day"))
    field_order = ["day", "why", "words"]


class CancelForm(_WithWhy):
    submit_label = _("Cancel the clean-up")
    submit_is_danger = True


def _with_reason(cleaned: dict[str, Any]) -> dict[str, Any]:
    """One reason from the box and the words; another reason than those of the boxes needs words."""
    why, words = cleaned.pop("why", None), cleaned.pop("words", "")
    if why == CancelReason.OTHER and not words:
        raise ValidationError({"words": _("Write the reason.")})
    if why:
        cleaned["reason"] = words if why == CancelReason.OTHER else ". ".join(filter(None, [_label(why), words]))
    return cleaned


def _label(why: str) -> str:
    return str(CancelReason(why).label)


class DecideForm(_AsksNewDay, _WithReason):
    submit_label = _("Save the decision")
    decision = forms.ChoiceField(
        label=_("What happens to this clean-up?"),
        choices=[
            (HolidayDecision.HOLD, _("Hold it anyway")),
            (HolidayDecision.MOVED, _("Move to another day")),
            (HolidayDecision.CANCELLED, _("Cancel the clean-up")),
        ],
        widget=ChoiceBoxes(columns=3),
    )
    day = DateField(label=_("New day"), required=False, help_text=_("Only when it is moved"))
    field_order = ["decision", "day", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == HolidayDecision.MOVED and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose the new day."))
        return cleaned
