"""The forms of reminder rules and of the sent log."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Unit
from core.forms import ChoiceBoxes, Folded, HouseForm, ManyChoiceBoxes, TimeField, WholeNumberField
from core.models import today
from notifications import registry, rules
from notifications.choices import Channel, MessageClass
from notifications.models import ReminderRule

MOST_DAYS = 365
LONGEST_TEXT = 250  # the filled-in line must fit its column
BEFORE, ON, AFTER = "before", "on", "after"
SIDES = [(BEFORE, _("days before")), (ON, _("on the day itself")), (AFTER, _("days after"))]
THIS_YEAR, EVERY_YEAR = "this", "every"


def _days(label: Any, hint: Any = "") -> WholeNumberField:
    return WholeNumberField(label=label, required=False, min_value=0, max_value=MOST_DAYS, help_text=hint)


class RuleForm(HouseForm):
    """A reminder rule with its units and texts. `instance` is filled by `is_valid`, and saved by nobody here."""

    submit_label = ""  # the page places the buttons

    what = forms.ChoiceField(label=_("What it reminds of"))
    year = forms.ChoiceField(label=_("Holds for"), widget=ChoiceBoxes(columns=2))
    side = forms.ChoiceField(label=_("When"), choices=SIDES, widget=ChoiceBoxes(columns=3))
    days = _days(_("How many days before or after"), _("Of no account for the day itself."))
    local_time = TimeField(label=_("Time"))
    working_days_only = forms.BooleanField(
        label=_("Working days only"),
        required=False,
        help_text=_("A reminder before the day moves to the working day before, another to the next one."),
    )
    klass = forms.ChoiceField(
        label=_("Kind"),
        choices=MessageClass,
        widget=ChoiceBoxes(
            hints={
                MessageClass.MANDATORY: _("At any hour; nobody can switch it off."),
                MessageClass.WORK: _("In the hours of the ward; each person chooses the ways."),
                MessageClass.OPTIONAL: _("Summed up once a day; each person can switch it off."),
            },
            columns=1,
        ),
    )
    repeat_days = _days(_("Again every so many days"), _("Until somebody acts. Empty: only once."))
    until_side = forms.ChoiceField(
        label=_("The last time"), choices=SIDES, required=False, initial=AFTER, widget=ChoiceBoxes(columns=3)
    )
    until_days = _days(_("How many days before or after, the last time"))
    channels = forms.MultipleChoiceField(
        label=_("Sent by, besides the portal"),
        required=False,
        widget=ManyChoiceBoxes(columns=2),
        help_text=_("Everything is shown in the portal; these are used in addition where there is an address."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Only these roles"),
        required=False,
        choices=Role,
        widget=ManyChoiceBoxes(columns=2, folded=Folded(_("All roles"), _("1 role"), _("{n} roles"))),
        help_text=_("None chosen: everybody who shall act."),
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Only people of these units"),
        required=False,
        queryset=Unit.objects.none(),
        widget=ManyChoiceBoxes(columns=2, folded=Folded(_("All units"), _("1 unit"), _("{n} units"))),
        help_text=_("None chosen: the people of every unit."),
        error_messages={"invalid_choice": _("Choose units of the list.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, instance: ReminderRule, year: int | None, **kwargs: Any) -> None:
        self.instance, self.campaign_year = instance, year
        kwargs["initial"] = _stored(instance) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self._offer(instance, year)
        if instance.pk:
            del self.fields["year"]
            self.fields["what"].disabled = True
            self.fields["what"].help_text = gettext(
                "This can not be changed once the rule is saved. For something else make a new rule."
            )

    def _offer(self, rule: ReminderRule, year: int | None) -> None:
        first, last = settings.MESSAGE_HOURS
        hours = {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}
        hint = gettext("From %(first)s to %(last)s; a mandatory reminder at any time.") % hours
        self.fields["local_time"].help_text = hint
        self.fields["what"].choices = what_choices()
        if "year" in self.fields:
            this = [(THIS_YEAR, gettext("the year %(year)s") % {"year": year})] if year else []
            self.fields["year"].choices = [*this, (EVERY_YEAR, gettext("every year"))]
        self.fields["channels"].choices = [(c.value, c.label) for c in offered_channels()]
        units = Unit.objects.filter(ward=rule.ward_id).inside().valid_on(today())
        self.fields["units"].queryset = units.order_by("sort_key")
        for language, name in settings.LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(
                label=gettext("The ward's own text, %(language)s") % {"language": gettext(str(name))},
                required=False,
                max_length=LONGEST_TEXT,
                help_text=gettext("Empty: the usual text. The names that may stand in it are listed beside."),
            )
        self.order_fields([*list(self.fields)[:-3], "text_vi", "text_en", "seen"])

    # ---- what is typed ----
    def clean(self) -> dict:
        data = super().clean()
        self._clean_offset(data)
        self._clean_repetition(data)
        self._clean_time(data)
        self._clean_texts(data)
        if not self.errors:
            self._fill(data)
        return data

    def _clean_offset(self, data: dict) -> None:
        data["offset"] = self._signed("side", "days", data)
        source = self.source
        if source and source.repeats and data["offset"]:
            self.add_error(
                "side", gettext("This is reminded of on every day on which it is open: choose “on the day itself”.")
            )

    def _signed(self, side: str, days: str, data: dict) -> int | None:
        """Days after, negative before; None when it can not be told."""
        if side in self.errors or days in self.errors or side not in data:
            return None
        count = data.get(days) or 0
        if data[side] == ON:  # whatever number stands there
            return 0
        if count == 0:
            self.add_error(days, gettext("Enter how many days, or choose “on the day itself”."))
            return None
        return -count if data[side] == BEFORE else count

    def _clean_repetition(self, data: dict) -> None:
        every, offset = data.get("repeat_days"), data.get("offset")
        data["until"] = None
        if every == 0:
            self.add_error("repeat_days", gettext("Enter a number of at least 1, or leave it empty."))
        if not every:
            data["repeat_days"] = None
            if data.get("until_days") and "repeat_days" not in self.errors:
                said = gettext("Enter after how many days it is repeated, or leave the last time empty.")
                self.add_error("repeat_days", said)
            return
        if self.source and self.source.repeats:
            self.add_error("repeat_days", gettext("This is reminded of every day already: leave it empty."))
            return
        until = self._signed("until_side", "until_days", data)
        if until is not None and offset is not None and until <= offset:
            self.add_error("until_days", gettext("The last time must come after the first."))
        data["until"] = until

    def _clean_time(self, data: dict) -> None:
        first, last = settings.MESSAGE_HOURS
        time = data.get("local_time")
        if time is None or data.get("klass") == MessageClass.MANDATORY or first <= time < last:
            return
        self.add_error(
            "local_time",
            gettext(
                "Choose a time from %(first)s to before %(last)s. Only a mandatory reminder goes out at other hours."
            )
            % {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"},
        )

    def _clean_texts(self, data: dict) -> None:
        for language, _name in settings.LANGUAGES:
            name = f"text_{language}"
            data[name] = " ".join((data.get(name) or "").split())
            if self.source and (problem := registry.text_problem(data[name], registry.names_for(self.source))):
                self.add_error(name, problem)

    def _fill(self, data: dict) -> None:
        rule = self.instance
        rule.source, _dot, rule.anchor = data["what"].partition("/")
        rule.offset_days, rule.local_time, rule.klass = data["offset"], data["local_time"], data["klass"]
        rule.working_days_only = data["working_days_only"]
        rule.repeat_days, rule.repeat_until = data["repeat_days"], data["until"]
        rule.roles, rule.channels = data["roles"], data["channels"]
        if not rule.pk:
            rule.year = self.campaign_year if data["year"] == THIS_YEAR else None

    @property
    def source(self) -> registry.Source | None:
        """The chosen source; of a form that is not bound, the first one shown."""
        found = self.cleaned_data.get("what", "") if hasattr(self, "cleaned_data") else self["what"].value() or ""
        return registry.all_sources().get(found.partition("/")[0])

    @property
    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"text_{language}"] for language, _name in settings.LANGUAGES}

    @property
    def only_units(self) -> Collection[Unit]:
        return list(self.cleaned_data["units"])

    def show_stored(self, seen: str) -> None:
        """The next saving is meant to replace what is stored now; everything typed stays."""
        self.data = data = cast(QueryDict, self.data).copy()
        data["seen"] = seen


def what_choices() -> list[tuple[str, str]]:
    """Each source with the day that its rules count from."""
    found = [
        (
            f"{source.code}/{anchor}",
            gettext("%(what)s (counted from the %(day)s)") % {"what": source.label, "day": label},
        )
        for source in registry.all_sources().values()
        for anchor, label in source.anchors.items()
    ]
    return sorted(found, key=lambda choice: choice[1])


def offered_channels() -> list[Channel]:
    """Without a gateway of the ward nothing can leave by it."""
    offered = [Channel.EMAIL, Channel.PUSH]
    return [*offered, Channel.GATEWAY] if settings.WEBHOOK_URL else offered


def _stored(rule: ReminderRule) -> dict[str, Any]:
    """What the form shows of a rule."""
    if not rule.pk:
        return {
            "year": THIS_YEAR,
            "side": BEFORE,
            "days": 3,
            "local_time": rules.EIGHT,
            "working_days_only": True,
            "klass": MessageClass.WORK,
            "channels": [Channel.EMAIL, Channel.PUSH],
        }
    side, days = _side(rule.offset_days)
    until_side, until_days = _side(rule.repeat_until) if rule.repeat_until is not None else (AFTER, None)
    return {
        "what": f"{rule.source}/{rule.anchor}",
        "side": side,
        "days": days,
        "local_time": rule.local_time,
        "working_days_only": rule.working_days_only,
        "klass": rule.klass,
        "repeat_days": rule.repeat_days,
        "until_side": until_side,
        "until_days": until_days,
        "channels": rule.channels,
        "roles": rule.roles,
        "units": [row.unit_id for row in rule.only_units.all()],
        "seen": rules.fingerprint(rule),
    } | {f"text_{text.language}": text.line for text in rule.texts.all()}


def _side(offset: int) -> tuple[str, int | None]:
    return (BEFORE, -offset) if offset < 0 else (AFTER, offset) if offset else (ON, None)
