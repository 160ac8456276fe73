"""Input of streets, series, sessions and decisions. What may be written is the verbs' matter."""

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal
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
    MONTHS,
    MOST_PEOPLE,
    MOST_WASTE,
    MOST_WEEKS,
    CancelReason,
    CriterionState,
    Exactness,
    HolidayDecision,
    HolidayPolicy,
    Moment,
    TurnoutSource,
)
from beautification.models import (
    Cleanup,
    CleanupSeries,
    CriteriaSet,
    CriterionResult,
    Defect,
    DefectKind,
    Street,
    StreetAssessment,
    StreetCriterion,
)
from beautification.models.calls import asked, calls
from beautification.models.checkin import DIGITS
from beautification.models.series import NTH_NAMES, Rule
from beautification.validators import about_the_place
from campaigns.models import Document
from core.dates import WEEKDAYS, full_date, weekday_date
from core.drawings import DrawingForm
from core.forms import (
    ChoiceBoxes,
    DateField,
    Folded,
    HouseForm,
    HouseModelForm,
    ManyChoiceBoxes,
    TimeField,
    UploadField,
    UploadsField,
    WholeNumberField,
    say_what_to_do,
)
from core.models import today
from core.personal import no_personal_number
from core.questions import AsksFirst, Question
from core.secrecy import refuse_secret
from core.stale import KeepsWhatOthersSaved
from core.text import number, points
from deadlines.forms import AsksDayOff
from deadlines.models import calendar_for

SATURDAY = 5
MOST_MINUTES = 12 * 60
SHOWN_DAYS, LOOKED_AHEAD = 8, datetime.timedelta(weeks=8 * MOST_WEEKS)  # of a schedule before it is saved


def _units(user: Any) -> Any:
    return Unit.objects.visible_to(user).valid_on(today()).for_list()


class StreetFields(HouseModelForm):
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


class StreetForm(KeepsWhatOthersSaved, StreetFields):
    submit_label = _("Save the street")

    def _own(self) -> list[str]:
        return [*super()._own(), "residential_groups"]

    def _kept(self, name: str) -> Any:
        if name == "residential_groups":
            return [group.unit for group in self.instance.groups.select_related("unit")]
        return super()._kept(name)

    def _words(self, name: str) -> str:
        if name == "residential_groups":
            return ", ".join(map(str, self._kept(name))) or "–"
        return super()._words(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("registered_on"), cleaned.get("target_on")
        if first and last and last < first:
            self.add_error("target_on", gettext("Choose a day after the one on which the street was registered."))
        return cleaned


class SeriesFields(AsksFirst, HouseModelForm):
    """The rule in plain words: weekdays, every so many weeks."""

    RULE = ("weekdays", "every", "nth", "months", "minutes")
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), coerce=int, choices=list(enumerate(WEEKDAYS)), widget=ManyChoiceBoxes(columns=3)
    )
    every = WholeNumberField(label=_("Every how many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1)
    nth = forms.TypedMultipleChoiceField(
        label=_("Only these of the month"),
        coerce=int,
        choices=list(NTH_NAMES.items()),
        required=False,
        widget=ManyChoiceBoxes(columns=3),
        help_text=_("For example the first and the third Saturday. None ticked: by the week."),
    )
    months = forms.TypedMultipleChoiceField(
        label=_("Only in these months"),
        coerce=int,
        choices=[(month, str(month)) for month in MONTHS],
        required=False,
        widget=ManyChoiceBoxes(columns=3, folded=Folded(_("All year"), _("In one month"), _("In {n} months"))),
    )
    turns = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("Units that lead in turn"),
        required=False,
        widget=ManyChoiceBoxes(columns=2, folded=Folded(_("Nobody takes turns"), _("1 unit"), _("{n} units in turn"))),
        help_text=_("By name, one after the other, at each clean-up another. Two or more are needed."),
    )
    is_second = forms.BooleanField(
        label=_("Second clean-up of the same day"),
        required=False,
        help_text=_("Where the street has another one in the morning, for example."),
    )
    minutes = WholeNumberField(label=_("How many minutes"), min_value=15, max_value=MOST_MINUTES, initial=120)

    class Meta:
        model = CleanupSeries
        fields = ["starts_at", "first_on", "until", "policy", "lead_unit"]
        widgets = {"policy": ChoiceBoxes(columns=3)}
        help_texts = {"lead_unit": _("Only where another unit than the street's leads it")}

    field_order = [
        "weekdays",
        "every",
        "nth",
        "months",
        "starts_at",
        "minutes",
        "is_second",
        "first_on",
        "until",
        "policy",
        "lead_unit",
        "turns",
    ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].queryset = self.fields["turns"].queryset = _units(user).inside()
        self.fields["policy"].choices = HolidayPolicy.choices
        if self.instance.pk:
            rule = self.instance.rule
            self.initial |= {
                "weekdays": rule.weekdays,
                "every": rule.every,
                "nth": rule.nth,
                "months": rule.months,
                "minutes": int(self.instance.duration.total_seconds() // 60),
                "turns": list(self.instance.turns.values_list("unit", flat=True)),
            }
            del self.fields["is_second"]  # its clean-ups have their addresses already
        else:
            self.initial.setdefault("weekdays", [SATURDAY])


class SeriesForm(KeepsWhatOthersSaved, SeriesFields):
    """Its days are shown before it is saved."""

    submit_label = _("Save the schedule")
    keep_label = _("Save the schedule with these days")

    def _own(self) -> list[str]:
        return [*super()._own(), *self.RULE, "turns"]

    def _kept(self, name: str) -> Any:
        if name == "turns":
            return [turn.unit for turn in self.instance.turns.select_related("unit")]
        return self.initial[name] if name in self.RULE else super()._kept(name)

    def _words(self, name: str) -> str:
        if name == "turns":
            return ", ".join(map(str, self._kept(name))) or "–"
        if name == "minutes":
            return str(self._kept(name))
        return self.instance.in_words if name in self.RULE else super()._words(name)

    def clean(self) -> dict[str, Any]:
        """What the verb takes: the rule and the duration in place of the parts they were typed in."""
        cleaned = super().clean()
        parts = [cleaned.pop(name, None) for name in self.RULE]
        if None not in parts:
            weekdays, every, nth, months, minutes = parts
            rule = Rule(tuple(weekdays), every, tuple(n for n in NTH_NAMES if n in nth), tuple(months))
            if nth and every > 1:
                words = gettext("Either every %(weeks)s weeks or by the month: write 1, or tick none of the month.")
                self.add_error("every", words % {"weeks": every})
            cleaned["rrule"] = self.instance.rrule = str(rule)
            cleaned["duration"] = self.instance.duration = datetime.timedelta(minutes=minutes)
        if len(cleaned.get("turns") or ()) == 1:
            self.add_error("turns", gettext("One unit takes no turns. Tick another one, or choose it as lead unit."))
        if cleaned.pop("is_second", False):
            self.instance.part = 2
        return cleaned

    def questions(self) -> Iterator[Question]:
        """Its first days as they will be, what the calendar says against them, and where they end unexpectedly."""
        asked = {"weekdays", "every", "nth", "months", "first_on", "until", "policy"}
        if self.instance.pk and not asked & set(self.changed_data):
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


class CountedUnits(HouseForm):
    """A number per unit, all from one source."""

    def __init__(self, *args: Any, cleanup: Cleanup, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {f"unit_{unit.pk if unit else 0}": unit for unit in cleanup.units_to_count()}
        all_rows = list(cleanup.turnouts.all())
        rows = {row.unit_id: row for row in all_rows if row.source != TurnoutSource.SCAN}
        scanned = {row.unit_id: row.count for row in all_rows if row.source == TurnoutSource.SCAN}
        first = next(iter(rows.values()), None)
        self.counted = {
            name: rows[key].count if (key := unit.pk if unit else None) in rows else None
            for name, unit in self.units.items()
        }
        for name, unit in self.units.items():
            self.fields[name] = _count_field(unit.name if unit else _("Not by unit"))
            if already := scanned.get(unit.pk if unit else None):
                words = _("%(count)s scanned the code and are counted. Write the others alone.")
                self.fields[name].help_text = words % {"count": number(already)}
        self.initial |= self.counted
        named = [unit.pk for unit in self.units.values() if unit]
        self.fields["other"] = forms.ModelChoiceField(
            _units(user).inside().exclude(pk__in=named), label=_("Another unit that came"), required=False
        )
        self.fields["other_count"] = _count_field(_("People of that unit"))
        self.fields["source"] = forms.ChoiceField(
            label=_("Where the numbers come from"),
            choices=[(value, TurnoutSource(value).label) for value in MANUAL],
            initial=first.source if first else TurnoutSource.HAND,
            widget=ChoiceBoxes(columns=3),
            help_text=_("Of the numbers that you write or change here; where you change none, of all."),
        )
        self.fields["exactness"] = forms.ChoiceField(
            label=_("How exact"),
            choices=Exactness.choices,
            initial=first.exactness if first else Exactness.EXACT,
            widget=ChoiceBoxes(columns=2, hints={Exactness.NEARLY: _("shown as “nearly 100”")}),
        )


class CountForm(KeepsWhatOthersSaved, CountedUnits):
    submit_label = _("Save the numbers")

    def _own(self) -> list[str]:
        return list(self.units)

    def _kept(self, name: str) -> Any:
        return self.counted[name]

    def clean(self) -> dict[str, Any]:
        """What the verb takes. What somebody else counted meanwhile stays as it is, and so does its source."""
        cleaned = super().clean()
        other, people = cleaned.get("other"), cleaned.get("other_count")
        if (other is None) != (people is None):
            raise ValidationError({"other": _("Choose the unit and write its number, or neither.")})
        says_otherwise = other is None and {"source", "exactness"} & {*self.changed_data}
        written = self.touched or ({*self.units} if says_otherwise else set())
        counts = {unit: cleaned.get(name) for name, unit in self.units.items() if name in written}
        if other:
            counts[other] = people
        return {"counts": counts, "source": cleaned.get("source"), "exactness": cleaned.get("exactness")}


def _count_field(label: Any) -> WholeNumberField:
    return WholeNumberField(label=label, min_value=0, max_value=MOST_PEOPLE, required=False)


class _WithReason(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReopenForm(_WithReason):
    submit_label = _("Take it up again")


class _WithWhy(HouseForm):
    why = forms.ChoiceField(
        label=_("Reason"), choices=CancelReason.choices, widget=ChoiceBoxes(columns=3, icons={"rain": "cloud-rain"})
    )
    words = forms.CharField(label=_("In words"), max_length=150, required=False)  # the reason of the box stands before

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


class CloseForm(HouseForm):
    """total: what the page showed, so that nobody signs another number."""

    cancel_label = _("Go on counting")
    total = forms.CharField(widget=forms.HiddenInput)
    waste_kg = WholeNumberField(label=_("Waste taken away, kg"), required=False, min_value=0, max_value=MOST_WASTE)
    works = forms.CharField(
        label=_("Works done"),
        required=False,
        max_length=500,
        help_text=_("For example: 240 m of gutter cleared, 31 adverts taken down"),
    )

    def __init__(self, *args: Any, count: int | None, is_nearly: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = gettext("Close with nearly %(count)s people") if is_nearly else gettext("Close with %(count)s people")
        self.submit_label = told % {"count": number(count or 0)}


class LeadForm(HouseForm):
    submit_label = _("Save the lead unit")
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit that leads this clean-up"))

    def __init__(self, *args: Any, cleanup: Cleanup, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"unit": cleanup.leader.pk}, **kwargs)
        self.fields["unit"].queryset = _units(user).inside()


class NeededLines(HouseForm):
    """A line for each unit that is concerned, and two for others. What is left empty is not asked."""

    OTHERS = 2

    def __init__(self, *args: Any, of: Cleanup | CleanupSeries, units: list[Unit], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        now = asked(of) if isinstance(of, Cleanup) else list(of.needs.select_related("unit"))
        if isinstance(of, Cleanup) and of.series is not None and (of.asks_own or of.needs.exists()):
            self.fields["as_series"] = forms.BooleanField(
                label=_("Ask again what the schedule asks each time"), required=False
            )
        known = {need.unit_id: need for need in now}
        self.asked: dict[str, Any] = {}
        for unit in units:
            self._line(str(unit.pk), unit.name)
            need = known.get(unit.pk)
            self.asked[f"people_{unit.pk}"] = need.people if need else None
            self.asked[f"tools_{unit.pk}"] = need.tools if need else ""
        self.initial |= self.asked
        others = _units(user).inside().exclude(pk__in=[unit.pk for unit in units])
        for n in range(1, self.OTHERS + 1):
            label = gettext("Another unit")
            self.fields[f"unit_{n}"] = forms.ModelChoiceField(others, label=label, required=False)
            self._line(f"other_{n}", gettext("That unit"))

    def _line(self, name: str, label: str) -> None:
        self.fields[f"people_{name}"] = _count_field(gettext("%(unit)s: people") % {"unit": label})
        self.fields[f"tools_{name}"] = forms.CharField(
            label=gettext("%(unit)s: tools") % {"unit": label}, required=False, max_length=200
        )
        say_what_to_do(self.fields[f"tools_{name}"])


class NeedsForm(KeepsWhatOthersSaved, NeededLines):
    submit_label = _("Save what is asked")

    def _own(self) -> list[str]:
        return list(self.asked)

    def _kept(self, name: str) -> Any:
        return self.asked[name]

    def clean(self) -> dict[str, Any]:
        cleaned: Any = super().clean()
        wanted = {unit: self._said(cleaned, str(unit.pk)) for unit in self.units}
        for n in range(1, self.OTHERS + 1):
            unit, said = cleaned.get(f"unit_{n}"), self._said(cleaned, f"other_{n}")
            if unit is None and any(said):
                self.add_error(f"unit_{n}", gettext("Choose the unit that is asked."))
            elif unit in wanted:
                self.add_error(f"unit_{n}", gettext("This unit has its line already. Choose another one."))
            elif unit is not None and not any(said) and not self.errors:
                self.add_error(f"unit_{n}", gettext("Write what this unit is asked for, or choose no unit."))
            elif unit is not None:
                wanted[unit] = said
        return {"wanted": wanted, "as_series": cleaned.get("as_series", False)}

    def _said(self, cleaned: dict[str, Any], name: str) -> tuple[int | None, str]:
        return cleaned.get(f"people_{name}"), cleaned.get(f"tools_{name}") or ""


class ReplyForm(AsksFirst, HouseForm):
    """An answer that the page did not show is not replaced unasked: whoever answers for several units chooses one."""

    submit_label = _("Send the answer")
    keep_label = _("This answer takes its place")
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"))
    people = WholeNumberField(
        label=_("How many come"), min_value=0, max_value=MOST_PEOPLE, help_text=_("0 when nobody can.")
    )
    note = forms.CharField(label=_("What they bring, or why not"), max_length=200, required=False)

    def __init__(self, *args: Any, cleanup: Cleanup, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        if (only := list(units[:2])) and len(only) == 1:
            self.initial["unit"] = only[0].pk
        self.said = {line.unit.pk: line.reply for line in calls(cleanup) if line.reply}
        if (mine := self.said.get(self.initial.get("unit"))) is not None:
            self.initial |= {"people": mine.people, "note": mine.note}

    def questions(self) -> Iterator[Question]:
        unit, people = self.cleaned_data["unit"], self.cleaned_data["people"]
        known = self.said.get(unit.pk)
        if known and known.people != people and self.initial.get("unit") != unit.pk:
            words = gettext("%(unit)s has answered already: %(people)s people come.")
            yield Question("people", words % {"unit": unit, "people": number(known.people)})


class PhotoForm(HouseForm):
    """client_id: of this page, so that a photo sent twice over a bad line is one photo."""

    submit_label = _("Save the photo")
    moment = forms.ChoiceField(label=_("When"), choices=Moment.choices, widget=ChoiceBoxes(columns=2))
    pair = forms.ChoiceField(label=_("Which spot"), required=False)
    spot = forms.CharField(
        label=_("Where on the street"),
        max_length=120,
        required=False,
        help_text=_("Of a new spot, for example: at the head of lane 12"),
    )
    photo = UploadField(label=_("Photo"), accept_kinds="image/jpeg,image/png")
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pairs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(pair.pk): pair for pair in pairs}
        known = [(key, pair.spot) for key, pair in self.by_key.items()]
        self.fields["pair"].choices = [("", gettext("A new spot")), *known]
        self.initial.setdefault("client_id", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        cleaned: Any = super().clean()
        cleaned["pair"] = self.by_key.get(cleaned.get("pair", ""))
        if not cleaned["pair"] and not cleaned.get("spot"):
            self.add_error("spot", gettext("Say where on the street it is, or choose a spot."))
        return cleaned


class CheckinForm(HouseForm):
    """For which unit somebody came; the answer is kept on the device."""

    submit_label = _("I am here")
    NONE = "0"
    unit = forms.ChoiceField(label=_("With whom did you come?"), widget=ChoiceBoxes(columns=1))

    def __init__(self, *args: Any, units: list[Unit | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {str(unit.pk if unit else self.NONE): unit for unit in units}
        nobody = gettext("On my own, with no unit")
        self.fields["unit"].choices = [(code, unit.name if unit else nobody) for code, unit in self.by_code.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: Any = super().clean()
        if "unit" in cleaned:
            cleaned["unit"] = self.by_code[cleaned["unit"]]
        return cleaned


class DigitsForm(HouseForm):
    submit_label = _("Go on")
    digits = forms.CharField(
        label=_("Code of the clean-up"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "dv-w-s"}),
        help_text=_("Four digits. Who leads the clean-up shows them."),
    )

    def clean_digits(self) -> str:
        digits = "".join(sign for sign in self.cleaned_data["digits"] if sign.isdecimal())
        if len(digits) != DIGITS:
            raise ValidationError(gettext("The code has four digits."))
        return digits


class RotationForm(HouseForm):
    """Several streets, each in its turn: one a week."""

    submit_label = _("Plan the clean-ups")
    streets = forms.ModelMultipleChoiceField(
        Street.objects.none(),
        label=_("Streets, one a week in turn"),
        widget=ManyChoiceBoxes(columns=2),
        help_text=_("By name: the first one in the first week, and so on."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), coerce=int, choices=list(enumerate(WEEKDAYS)), initial=SATURDAY
    )
    starts_at = TimeField(label=_("Starts at"))
    minutes = WholeNumberField(label=_("How many minutes"), min_value=15, max_value=MOST_MINUTES, initial=120)
    first_on = DateField(label=_("First week"), help_text=_("Any day of it."))
    until = DateField(label=_("Until"), required=False)
    policy = forms.ChoiceField(
        label=_("On a holiday"), choices=HolidayPolicy.choices, initial=HolidayPolicy.ASK, widget=ChoiceBoxes(columns=3)
    )

    def __init__(self, *args: Any, streets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["streets"].queryset = streets

    def clean_streets(self) -> Any:
        streets = self.cleaned_data["streets"]
        if not 2 <= len(streets) <= MOST_WEEKS:
            words = gettext("Choose 2 to %(most)s streets.")
            raise ValidationError(words % {"most": MOST_WEEKS})
        return streets


class PaperGrid(HouseForm):
    """Numbers from paper lists: a line for each unit, a column for each clean-up that nobody has closed."""

    def __init__(self, *args: Any, cleanups: list[Cleanup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cleanups = cleanups
        self.own = {cleanup.pk: cleanup.units_to_count() for cleanup in cleanups}
        self.units = list({unit.pk if unit else 0: unit for units in self.own.values() for unit in units}.values())
        self.counted: dict[str, int | None] = {}
        for cleanup in cleanups:
            known = {row.unit_id: row.count for row in cleanup.turnouts.exclude(source=TurnoutSource.SCAN)}
            for unit in self.units:
                label = f"{unit.name if unit else gettext('Not by unit')}, {cleanup}"
                field = _count_field(label)
                field.widget.attrs |= {"aria-label": label, "class": "form-control"}
                self.fields[self._name(cleanup, unit)] = field
                self.counted[self._name(cleanup, unit)] = known.get(unit.pk if unit else None)
        self.initial |= self.counted

    def _name(self, cleanup: Cleanup, unit: Unit | None) -> str:
        return f"n{cleanup.pk}_{unit.pk if unit else 0}"

    def lines(self) -> Iterator[tuple[str, list[Any]]]:
        """Each unit with its cells, in the order of the clean-ups."""
        for unit in self.units:
            label = unit.name if unit else gettext("Not by unit")
            yield label, [self[self._name(cleanup, unit)] for cleanup in self.cleanups]


class PaperForm(KeepsWhatOthersSaved, PaperGrid):
    submit_label = _("Save the numbers")

    def _own(self) -> list[str]:
        return list(self.counted)

    def _kept(self, name: str) -> Any:
        return self.counted[name]

    def counts_of(self, cleanup: Cleanup) -> dict[Unit | None, int | None]:
        """What was written for one clean-up, or taken out; {} where nothing was."""
        names = {self._name(cleanup, unit): unit for unit in self.units}
        said = {name: self.cleaned_data.get(name) for name in names if name in self.touched}
        return {names[name]: count for name, count in said.items() if count != self.counted[name]}


# ---- criteria of a civilised street --------------------------------------------------------------------
class CriteriaForm(HouseModelForm):
    submit_label = _("Save the edition")
    MOST, LONGEST = 40, 300
    criteria = forms.CharField(
        label=_("Criteria"),
        max_length=MOST * LONGEST,
        validators=[refuse_secret],
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One criterion a line, in the order of the document."),
    )

    class Meta:
        model = CriteriaSet
        fields = ["version", "valid_from", "legal_ref", "source"]
        help_texts = {
            "legal_ref": _("Number, day and issuer of the document that sets these criteria"),
            "source": _("Where the text was taken from"),
        }

    field_order = ["version", "valid_from", "criteria", "legal_ref", "source"]

    def clean_criteria(self) -> list[str]:
        found = points(self.cleaned_data["criteria"])
        if len(found) > self.MOST:
            raise ValidationError(gettext("At most %(most)s criteria: put some together.") % {"most": self.MOST})
        for line, text in enumerate(found, 1):
            if len(text) > self.LONGEST:
                words = gettext("Line %(line)d: shorten it to %(most)d signs.")
                raise ValidationError(words % {"line": line, "most": self.LONGEST})
        return found


class AssessedCriteria(AsksDayOff, HouseModelForm):
    """A choice and a note for each criterion of the edition of the day."""

    submit_label = _("Save the assessment")
    due_days = ("next_on",)

    class Meta:
        model = StreetAssessment
        fields = ["on", "note", "next_on"]
        help_texts = {"next_on": _("Blank: the day by which the street is to reach the criteria.")}

    def __init__(self, *args: Any, before: dict[int, CriterionResult], **kwargs: Any) -> None:
        """before: by the criterion's key, what was found the time before."""
        super().__init__(*args, **kwargs)
        own = self.instance.pk is not None
        held = {row.criterion_id: row for row in self.instance.results.all()} if own else {}
        if own:
            del self.fields["on"]
        else:
            self.initial["on"] = today()
        self.criteria = list(self.instance.criteria_set.criteria.all())
        self.results: dict[str, str] = {}  # by the name of the field, as they are kept by now
        for criterion in self.criteria:
            now, was = held.get(criterion.pk), before.get(criterion.pk)
            state, note = f"state_{criterion.pk}", f"note_{criterion.pk}"
            self.results |= {state: now.state if now else CriterionState.UNSEEN.value, note: now.note if now else ""}
            self.fields[state] = forms.ChoiceField(
                label=str(criterion),
                choices=CriterionState.choices,
                widget=ChoiceBoxes(columns=3),
                help_text=_found_before(was) if was else "",
            )
            self.fields[note] = forms.CharField(
                label=gettext("Note on %(number)d") % {"number": criterion.number},
                required=False,
                max_length=300,
                validators=[no_personal_number, refuse_secret],
            )
        for name in self.results:
            say_what_to_do(self.fields[name])
        self.initial |= self.results
        self.order_fields(["on", *self.results, "note", "next_on"])

    def clean_on(self) -> datetime.date | None:
        day = self.cleaned_data["on"]
        if day and day > today():
            raise ValidationError(gettext("Choose a day up to today."))
        return day


class AssessmentForm(KeepsWhatOthersSaved, AssessedCriteria):
    def _own(self) -> list[str]:
        return [*super()._own(), *self.results]

    def _kept(self, name: str) -> Any:
        return self.results[name] if name in self.results else super()._kept(name)

    def _words(self, name: str) -> str:
        if name.startswith("state_"):
            return str(CriterionState(self.results[name]).label)
        return super()._words(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        said: dict[StreetCriterion, tuple[str, str]] = {
            criterion: (
                cleaned.pop(f"state_{criterion.pk}", CriterionState.UNSEEN),
                cleaned.pop(f"note_{criterion.pk}", ""),
            )
            for criterion in self.criteria
        }
        if not self.errors and all(state == CriterionState.UNSEEN for state, _note in said.values()):
            raise ValidationError(gettext("Say of one criterion at least whether it is met."))
        return cleaned | {"said": said}


def _found_before(row: CriterionResult) -> str:
    words = {"day": full_date(row.assessment.on), "state": row.get_state_display().lower(), "note": row.note}
    told = gettext("On %(day)s: %(state)s, %(note)s") if row.note else gettext("On %(day)s: %(state)s")
    return told % words


class EvidenceForm(HouseForm):
    submit_label = _("Save the evidence")
    papers = UploadsField(label=_("Photos, papers"), help_text=_("Take the street, not people's faces."))


# ---- defects -------------------------------------------------------------------------------------------
class DefectKindForm(HouseModelForm):
    submit_label = _("Save the kind")

    class Meta:
        model = DefectKind
        fields = ["name", "unit", "is_used"]
        help_texts = {"unit": _("Blank: the unit that leads the street.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = _units(user).inside()


class DefectForm(AsksFirst, HouseModelForm):
    """What, where, a photo. client_id: of this page, so that what is sent twice is one defect."""

    submit_label = _("Report the defect")
    keep_label = _("It is another one")
    photo = UploadField(label=_("Photo"), accept_kinds="image/jpeg,image/png", required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    # As a phone writes numbers, with a point, whatever the language of the page.
    longitude = forms.RegexField(r"^-?\d{1,3}\.\d{1,6}$", required=False, widget=forms.HiddenInput)
    latitude = forms.RegexField(
        r"^-?\d{1,2}\.\d{1,6}$",
        required=False,
        widget=forms.HiddenInput(
            attrs={
                "data-here": _("Add the place where I stand"),
                "data-found": _("The place is added."),
                "data-failed": _("The phone does not say where it is. The words are enough."),
            }
        ),
    )
    LIKE = 3  # told in one question

    class Media:
        js = (forms.Script("js/here.js", defer=True),)

    class Meta:
        model = Defect
        fields = ["kind", "place", "note", "unit", "longitude", "latitude"]
        widgets = {
            "kind": ChoiceBoxes(columns=2),
        }
        help_texts = {"place": _("For example: in front of number 40, at the head of lane 12")}

    field_order = ["kind", "place", "photo", "note", "unit"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = DefectKind.objects.filter(ward=self.instance.ward, is_used=True)
        self.fields["kind"].queryset = kinds
        self.fields["kind"].empty_label = None
        self.fields["photo"].help_text = _("Take the street, not people's faces.")
        self.initial.setdefault("client_id", uuid.uuid4())
        own = list(units[:2])
        if len(own) == 1:
            del self.fields["unit"]
            self.instance.unit = own[0]
        else:
            self.fields["unit"].queryset = units

    def clean(self) -> dict[str, Any]:
        cleaned: Any = super().clean()
        point = [cleaned.get(name) for name in ("longitude", "latitude")]
        cleaned["longitude"], cleaned["latitude"] = map(Decimal, point) if all(point) else (None, None)
        self.instance.client_id = cleaned.pop("client_id", None)
        return cleaned

    def questions(self) -> Iterator[Question]:
        """What seems to be the same and waits to be mended."""
        sent = self.instance.client_id and Defect.objects.filter(
            ward=self.instance.ward_id, client_id=self.instance.client_id
        )
        if sent and sent.exists():
            return
        for row in Defect.objects.like(self.instance)[: self.LIKE]:
            words = {"day": full_date(row.reported_on), "place": row.place}
            yield Question("place", gettext("On %(day)s this was reported already: %(place)s.") % words)


class DefectHandForm(AsksDayOff, HouseForm):
    submit_label = _("Save unit and day")
    due_days = ("due_on",)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit that must act"))
    due_on = DateField(label=_("To be mended by"))
    as_task = forms.BooleanField(
        label=_("Give it to the unit as a task"),
        required=False,
        help_text=_("The unit is told, and reports on it among its tasks."),
    )

    def __init__(self, *args: Any, defect: Defect, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"unit": defect.owner_id, "due_on": defect.due_on}, **kwargs)
        self.defect = defect
        self.fields["unit"].queryset = _units(user).inside()
        if defect.task_id:
            del self.fields["as_task"]

    @property
    def ward_id(self) -> int:
        return self.defect.ward_id

    def clean_due_on(self) -> datetime.date | None:
        day = self.cleaned_data["due_on"]
        if day and day < today():
            raise ValidationError(gettext("Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        return {"as_task": False} | super().clean()


class DefectStepForm(HouseForm):
    """It is mended, or it came back: the day, a photo, words."""

    on = DateField(label=_("On"))
    photo = UploadField(label=_("Photo"), accept_kinds="image/jpeg,image/png", required=False)
    reason = forms.CharField(label=_("In words"), max_length=200, required=False, validators=[about_the_place])

    def __init__(self, *args: Any, submit_label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today()}, **kwargs)
        self.submit_label = submit_label
        self.fields["photo"].help_text = _("Take the street, not people's faces.")
        self.fields["reason"].help_text = hint

    def clean_on(self) -> datetime.date | None:
        day = self.cleaned_data["on"]
        if day and day > today():
            raise ValidationError(gettext("Choose a day up to today."))
        return day


# ---- where a street runs -------------------------------------------------------------------------------
class StreetLineForm(DrawingForm):
    submit_label = _("Draw this line")
    lines = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("One or more lines: this street alone, from end to end.")

    def clean(self) -> dict[str, Any]:
        """What the verb takes: the line in degrees, the system of the file and its name."""
        data: Any = super().clean()
        if "file" not in data or "epsg" not in data:
            return data
        epsg = self.system(data)
        found = self.in_degrees(self.shapes, epsg, data)
        lines = [line for geometry in found for line in geometry["coordinates"]]
        geometry = {"type": "MultiLineString", "coordinates": lines}
        return {"geometry": geometry, "epsg": epsg, "source": data["file"].name[:150]}
