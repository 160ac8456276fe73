import datetime
import uuid
from functools import cache, partial
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.models import Campaign
from clearance.actions import Asked, HandOver, check_delivery
from clearance.choices import (
    OPENED,
    AttendanceReply,
    InvitationState,
    Purpose,
    VisitOutcome,
)
from clearance.forms.door import ConcernsPart, MinutesPart, PaperPart, PromisePart, words_field
from clearance.forms.households import teams_of
from clearance.models import Household, Visit
from clearance.validators import no_personal_number
from core.dates import full_date
from core.forms import ChoiceBoxes, DateField, HouseForm, ManyChoiceBoxes, TimeField
from core.models import today
from deadlines.forms import AsksDayOff
from deadlines.models import Calendar

# The answers of nearly every visit, with their icons; the others stand under "Other". Not to wish to talk is one of
# them: a right is not looked for under "Other".
COMMON_OUTCOMES = {
    VisitOutcome.MET_HEAD: "user",
    VisitOutcome.MET_FAMILY: "users-group",
    VisitOutcome.NOBODY_HOME: "user-off",
    VisitOutcome.DECLINED: "circle-minus",
}
REPLY_ICONS = {
    AttendanceReply.WILL_COME: "circle-check",
    AttendanceReply.SENDS_SOMEONE: "user-plus",
    AttendanceReply.WRITES: "file-text",
    AttendanceReply.NOT_SURE: "help-circle",
    AttendanceReply.NOT_COMING: "circle-x",
}
AT_THE_DOOR = (
    InvitationState.SIGNED,
    InvitationState.UNSIGNED_WITNESSED,
    InvitationState.TAKEN_BY_FAMILY,
    InvitationState.REFUSED,
)
ANSWER_DAYS, MOST_ANSWER_DAYS = 7, 30
ASKED = ("", "_2")  # the questions that fit on the form
REPEAT = datetime.timedelta(minutes=10)  # nearer than this, the same answer at the same door is the same visit


def moment_of(day: datetime.date | None, time: datetime.time | None) -> datetime.datetime:
    """The moment somebody typed; what is left out is now."""
    if day is None and time is None:
        return timezone.now()
    now = timezone.localtime()
    return timezone.make_aware(datetime.datetime.combine(day or now.date(), time or now.time()))


def answer_due_day(ward_id: int) -> datetime.date:
    """A week on, or the first day worked after that."""
    due, last = (today() + datetime.timedelta(days=days) for days in (ANSWER_DAYS, MOST_ANSWER_DAYS))
    return Calendar(ward_id).nearest_working_day(due, last)


class VisitNewForm(AsksDayOff, ConcernsPart, PromisePart, MinutesPart, PaperPart):
    """The phone form at the door. Nothing about the household is preselected: a default would become the statistic."""

    event_days = ("follow_up_on",)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    letter = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Who was met?"), choices=VisitOutcome, error_messages={"required": _("Choose who was met.")}
    )
    attendance_reply = forms.ChoiceField(
        label=_("Coming to the dialogue conference?"),
        required=False,
        widget=ChoiceBoxes(icons=cast(Any, REPLY_ICONS), columns=3),
    )
    delivery = forms.ChoiceField(
        label=_("The invitation"),
        required=False,
        choices=[(state.value, state.label) for state in AT_THE_DOOR],
        widget=ChoiceBoxes(columns=2),
    )
    receiver = forms.CharField(
        label=_("Who received it"), required=False, max_length=100, validators=[no_personal_number]
    )
    witness = forms.CharField(label=_("Witness"), required=False, max_length=100, validators=[no_personal_number])
    question = words_field(_("Question, in the household's words"), rows=3)
    owner = forms.ModelChoiceField(label=_("Who answers"), queryset=Unit.objects.none(), required=False)
    due_on = DateField(label=_("Answer due on"), required=False)
    question_2 = words_field(_("Another question, in the household's words"), rows=3)
    owner_2 = forms.ModelChoiceField(label=_("Who answers"), queryset=Unit.objects.none(), required=False)
    due_on_2 = DateField(label=_("Answer due on"), required=False)
    follow_up_on = DateField(label=_("Come again on"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Unit.objects.none())
    visited_on = DateField(label=_("Day of the visit"), required=False, help_text=_("Empty: today"))
    visited_time = TimeField(label=_("Time"), required=False, help_text=_("Empty: now"))
    companions = forms.ModelMultipleChoiceField(
        label=_("Came along"), queryset=Unit.objects.none(), required=False, widget=ManyChoiceBoxes(columns=2)
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[no_personal_number],
        help_text=_("What was done and agreed. No opinion about the family, no phone or identity number."),
    )

    def __init__(self, *args: Any, household: Household, campaign: Campaign, **kwargs: Any) -> None:
        self.household, self.campaign = household, campaign
        coming = household.project.dialogues.coming(today())
        dialogues, last = coming[:1], household.visits.valid()[:1]
        invitations = household.invitations.to_deliver().filter(dialogue__in=coming.values("pk")[:1]).order_by("pk")[:1]
        self.units = Unit.objects.filter(ward_id=household.ward_id).order_by("sort_key")
        self.to_tell = household.questions.to_tell()[:1]
        household.read_with(dialogues, last, invitations, self.units, self.to_tell)
        self.dialogue, self.last, self.invitation = (next(iter(rows), None) for rows in (dialogues, last, invitations))
        kwargs["initial"] = self._from_context() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._leave_out_what_is_not_asked()

    @property
    def ward_id(self) -> int:
        return self.household.ward_id

    @property
    def due_days(self) -> tuple[str, ...]:  # type: ignore[override]
        """Only of what was written: a blank question has no answer's day."""
        data = self.cleaned_data
        named = [(f"due_on{more}", f"question{more}") for more in ASKED] + [("promise_due", "promise")]
        return tuple(due for due, text in named if data.get(text))

    def _from_context(self) -> dict[str, Any]:
        purpose = Purpose.EXPLAIN
        if self.invitation:
            purpose = Purpose.DELIVER_INVITATION
        elif self.to_tell:
            purpose = Purpose.ANSWER
        due_on = cache(partial(answer_due_day, self.household.ward_id))  # asked for once, where the form is shown
        host = self.household.project.host_id
        own = {"client_id": uuid.uuid4(), "purpose": purpose, "promise_due": due_on}
        return own | {f"due_on{more}": due_on for more in ASKED} | {f"owner{more}": host for more in ASKED}

    def _leave_out_what_is_not_asked(self) -> None:
        household, ward_id = self.household, self.household.ward_id
        if self.dialogue:
            not_asked = ("", AttendanceReply.NOT_ASKED)
            self.fields["attendance_reply"].choices = [c for c in AttendanceReply.choices if c[0] not in not_asked]
            if self.dialogue.held_on:
                day = {"day": full_date(self.dialogue.held_on)}
                self.fields["attendance_reply"].label = gettext("Coming to the dialogue conference of %(day)s?") % day
        else:
            del self.fields["attendance_reply"]
        if not self.invitation:
            del self.fields["delivery"], self.fields["receiver"], self.fields["witness"]
        self.fields["purpose"].choices = [c for c in Purpose.choices if self._is_purpose(c[0])]
        if household.team:
            del self.fields["team"]
        else:
            self.fields["team"].queryset = teams_of(ward_id)
        companions = cast(Any, self.fields["companions"])
        companions.queryset = self.units.filter(is_outside=True)
        for name in (*(f"owner{more}" for more in ASKED), "promise_owner"):
            owner = cast(Any, self.fields[name])
            owner.queryset = self.units.all()
            owner.choices = [("", owner.empty_label), *((unit.pk, str(unit)) for unit in self.units)]  # read already
        companions.choices = [(unit.pk, str(unit)) for unit in self.units if unit.is_outside]
        self.asks_who_came_along = bool(companions.choices)

    def _is_purpose(self, code: str) -> bool:
        """Nobody goes to hand over an invitation that does not exist or is handed over already."""
        return self.household.allows(code) and (code != Purpose.DELIVER_INVITATION or self.invitation is not None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_moment(data)
        self._refuse_a_repeat(data)
        self._refuse_another_letter(data)
        outcome = data.get("outcome")
        for more in ASKED:
            self._clean_question(data, more)
        self.check_promise_day(data, timezone.localdate(data["visited_at"]))
        if outcome not in OPENED:
            data["delivery"] = ""
        if data.get("delivery"):
            self._clean_delivery(outcome, data["delivery"])
        if data.get("delivery") == InvitationState.UNSIGNED_WITNESSED:
            self.want(data, "witness", gettext("Name the witness of a paper that was not signed."))
        return data

    def _clean_question(self, data: dict[str, Any], more: str) -> None:
        if not data.get(f"question{more}"):
            return
        if data.get("outcome") and data["outcome"] not in OPENED and "outcome" not in self.errors:
            self.add_error("outcome", gettext("A question was written, so somebody opened. Choose who was met."))
        self.want(data, f"owner{more}", gettext("Choose who answers the question."))
        self.want(data, f"due_on{more}", gettext("Write until when the question is answered."))
        due = data.get(f"due_on{more}")
        if due and due < timezone.localdate(data["visited_at"]):
            self.add_error(f"due_on{more}", gettext("The answer can not be due before the question was asked."))

    def _clean_delivery(self, outcome: Any, delivery: str) -> None:
        try:
            check_delivery(outcome, delivery)
        except ValidationError as error:
            self.add_error("delivery", error)

    @property
    def letter_now(self) -> str:
        """What the page asks about: this dialogue at this day and place."""
        return f"{self.dialogue.pk}-{self.dialogue.letter}" if self.dialogue else ""

    def _refuse_another_letter(self, data: dict[str, Any]) -> None:
        """An answer that was asked for under another day or place is no answer to the present one."""
        is_about = data.get("attendance_reply") or data.get("delivery")
        if is_about and data.get("letter") and data["letter"] != self.letter_now:
            sentence = gettext(
                "The conference was moved while this page was open, now: %(when)s. Leave its answer and the invitation "
                "out if the household was told of the former day; otherwise save again."
            )
            self.add_error(None, sentence % {"when": self.dialogue.when_and_where if self.dialogue else "–"})

    def _clean_moment(self, data: dict[str, Any]) -> None:
        day, time = data.get("visited_on"), data.get("visited_time")
        if day and day != today() and not time and "visited_time" not in self.errors:
            self.add_error("visited_time", gettext("Write the time of the visit, for example 18:30."))
        data["visited_at"] = at = moment_of(day, time)
        if at > timezone.now():
            self.add_error("visited_time" if time else "visited_on", gettext("This moment is still to come."))
            return
        try:
            self.household.project.check_day(self.campaign, timezone.localdate(at))
        except ValidationError as error:
            self.add_error("visited_on", error)
        if data.get("follow_up_on") and data["follow_up_on"] < timezone.localdate(at):
            self.add_error("follow_up_on", gettext("Come again on a day after the visit."))

    def _refuse_a_repeat(self, data: dict[str, Any]) -> None:
        """Saved again after going back: a new form, but the same visit. The same `client_id` is the same post."""
        at = data["visited_at"]
        near = self.household.visits.valid().filter(visited_at__gt=at - REPEAT, visited_at__lt=at + REPEAT)
        same = near.filter(outcome=data.get("outcome")).exclude(client_id=cast(Any, data.get("client_id"))).first()
        if same and not self.errors:
            words = {"time": f"{timezone.localtime(same.visited_at):%H:%M}"}
            sentence = gettext("This visit was recorded for %(time)s already. For another one, write its own time.")
            self.add_error("visited_time", sentence % words)

    @property
    def common_outcomes(self) -> list[tuple[str, Any, str]]:
        return [(code.value, code.label, icon) for code, icon in COMMON_OUTCOMES.items()]

    @property
    def other_outcomes(self) -> list[tuple[str, Any]]:
        return [(code.value, code.label) for code in VisitOutcome if code not in COMMON_OUTCOMES]

    @property
    def chosen_outcome(self) -> str:
        return str(self["outcome"].value() or "")

    @property
    def more_is_wrong(self) -> bool:
        """Whether what is folded away has to be corrected."""
        folded = ("follow_up_on", "note", "visited_on", "visited_time", "purpose", "companions")
        return any(self[name].errors for name in folded)

    @property
    def question_open(self) -> bool:
        return self._is_open("question", "owner", "due_on")

    @property
    def question_2_open(self) -> bool:
        return self._is_open("question_2", "owner_2", "due_on_2")

    @property
    def came_of_it_open(self) -> bool:
        own = self._is_open("promise", "promise_owner", "promise_due")
        kept = self["minutes"].value() not in ("none", "", None) or bool(self["read_back"].value())
        return own or kept or self.paper_open

    def _is_open(self, text: str, *others: str) -> bool:
        return bool(self[text].value()) or any(self[name].errors for name in (text, *others))

    @property
    def asks_about_the_appointment(self) -> bool:
        """Whether the box of the question belongs to what is folded away."""
        return "keep" in self.fields and "follow_up_on" in self.errors

    @property
    def other_is_chosen(self) -> bool:
        return any(self.chosen_outcome == code for code, _label in self.other_outcomes)

    @property
    def leaves_the_invitation(self) -> bool:
        return self.invitation is not None and not self.cleaned_data.get("delivery")

    def facts(self) -> dict[str, Any]:
        """What actions.record_visit wants."""
        data = self.cleaned_data
        asked = [
            Asked(data[f"question{more}"], data[f"owner{more}"], data[f"due_on{more}"])
            for more in ASKED
            if data[f"question{more}"]
        ]
        hand_over = None
        if data.get("delivery"):
            hand_over = HandOver(cast(Any, self.invitation), data["delivery"], data["receiver"], data["witness"])
        plain = ("client_id", "visited_at", "outcome", "purpose", "note", "follow_up_on", "companions")
        return {name: data[name] for name in plain} | {
            "attendance_reply": data.get("attendance_reply") or None,
            "asked_for": self.dialogue,
            "team": self.household.team or data["team"],
            "asked": asked,
            "hand_over": hand_over,
            "concerns": data["raised"],
            "promised": self.promised,
            "paper": self.paper,
            "minutes": self.minutes_kept,
        }


class VisitAmendForm(AsksDayOff, ConcernsPart, MinutesPart):
    """What was written wrong, written anew; the day, the team and what was handed over stay as they are."""

    event_days = ("follow_up_on",)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("What was written wrong"), max_length=200, validators=[no_personal_number])
    outcome = forms.ChoiceField(label=_("Who was met?"), choices=VisitOutcome)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose)
    attendance_reply = forms.ChoiceField(
        label=_("Reply to the invitation"), required=False, choices=[("", "–"), *AttendanceReply.choices]
    )
    follow_up_on = DateField(label=_("Come again on"), required=False)
    note = words_field(_("Note"))

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        self.visit = visit
        names = ("outcome", "purpose", "attendance_reply", "follow_up_on", "note", "minutes", "minutes_witness")
        initial = {name: getattr(visit, name) for name in (*names, "read_back")} | {"client_id": uuid.uuid4()}
        raised = {row.kind: row.words for row in visit.concerns.all()}
        initial |= {"concerns": [*raised]} | {f"words_{kind}": words for kind, words in raised.items()}
        super().__init__(*args, initial=initial, **kwargs)
        if visit.asked_for is None:
            del self.fields["attendance_reply"]

    @property
    def ward_id(self) -> int:
        return self.visit.ward_id

    def clean_follow_up_on(self) -> datetime.date | None:
        day = self.cleaned_data["follow_up_on"]
        if day and day < timezone.localdate(self.visit.visited_at):
            raise ValidationError(gettext("Come again on a day after the visit."))
        return day

    def facts(self) -> dict[str, Any]:
        """What actions.amend_visit wants."""
        data = self.cleaned_data
        plain = ("client_id", "reason", "outcome", "purpose", "follow_up_on", "note")
        own = {"attendance_reply": data.get("attendance_reply") or None, "concerns": data["raised"]}
        return {name: data[name] for name in plain} | own | {"minutes": self.minutes_kept}


class VisitVoidForm(HouseForm):
    reason = forms.CharField(label=_("Why the visit is void"), max_length=200, validators=[no_personal_number])
