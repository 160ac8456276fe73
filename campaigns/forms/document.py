import contextlib
import copy
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from accounts.choices import DutyCode
from accounts.forms.units import UnitsField
from accounts.models import Unit, UnitKind, User
from accounts.seats import Seats
from campaigns.choices import INCOMING_RULE, PLAN_CODE, RESOLUTION_CODE, Direction, DocumentState
from campaigns.models import (
    Campaign,
    Document,
    DocumentKind,
    DocumentRecipient,
    NumberStart,
    PaperStyle,
    PlanItem,
    Undertaking,
)
from campaigns.models.recipient import DUTY_LENGTH, NAME_LENGTH
from core import filetext
from core.files import Accepted
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, UploadField
from core.models import today
from core.paste import read_lines
from core.questions import AsksFirst, Question
from core.secrecy import refuse_secret, secrecy_mark
from core.text import points, without_bullet
from deadlines.forms import AsksDayOff
from deadlines.models import Calendar, CalendarMissing, DeadlineRule

HEAD_LINES = 15
_FOLLOWING = {"number", "symbol", "symbol_inferred"}


def _head_of(file: Accepted) -> str:
    """The first lines of a file, where a mark of secrecy would stand; "" where it can not be read so quickly."""
    kind = filetext.kind_of(file.original_name)
    if not kind:
        return ""
    file.content.seek(0)
    try:
        lines = filetext.read_apart(file.content.read(), kind, pages=1).splitlines()
    except filetext.Unreadable:
        lines = []
    file.content.seek(0)
    return "\n".join(lines[:HEAD_LINES])


class _NumberedForm(AsksFirst, HouseModelForm):
    """Number and symbol of a document: brought into one form, and asked about where they do not fit."""

    _document: Document | None = None  # as it would be saved, once that is known

    def clean(self) -> dict:
        data = super().clean()
        if file := data.get("file"):
            if secrecy_mark(PurePath(file.original_name).stem):
                words = _("The file's name bears a mark of secrecy. Secret documents are not entered here.")
                self.add_error("file", words)
            elif secrecy_mark(_head_of(file)):
                words = _("The first page bears a mark of secrecy. Keep it by the rules for secrets, not here.")
                self.add_error("file", words)
        document = self._proposed(data)
        if document is None:
            return data
        try:
            document.complete_symbol()
        except ValidationError as refusal:
            self.refuse(refusal)
            return data
        data |= {name: getattr(document, name) for name in _FOLLOWING & {*self.fields}}
        self._document = document
        return data

    def questions(self) -> Iterator[Question]:
        is_same = self.instance.pk and not {"number", "symbol", "kind", "issuer", "dated_on"} & {*self.changed_data}
        if is_same or not (document := self._document):
            return
        asked = [
            Question("symbol", self._change_question(document)),
            Question("symbol", document.symbol_question()),
            Question("number", document.gap_question()),
        ]
        yield from (question for question in asked if question.text)

    def _change_question(self, document: Document) -> str:
        """An issued document whose symbol follows another number or kind is known to others by the old one."""
        before = self.initial.get("symbol")
        if self.instance.state == DocumentState.DRAFT or "symbol" in self.changed_data or document.symbol == before:
            return ""
        said = {"old": before, "new": document.symbol}
        return gettext("It was issued as %(old)s. Its symbol becomes %(new)s.") % said

    def _proposed(self, data: dict) -> Document | None:
        """The document as it would be saved; None as long as something that its number depends on is missing."""
        document = copy.copy(self.instance)
        for name in {*(self._meta.fields or ())} & {*data}:
            setattr(document, name, data[name])
        whole = document.kind_id and document.issuer_id and document.dated_on
        return document if whole and not {"number", "symbol"} & {*self.errors} else None


class DocumentForm(_NumberedForm):
    """A document of the register. `instance` brings the ward and the campaign."""

    submit_label = _("Save the document")

    file = UploadField(label=_("File"), required=False)

    class Meta:
        model = Document
        fields = [
            "direction",
            "kind",
            "issuer",
            "number",
            "symbol",
            "symbol_inferred",
            "dated_on",
            "summary",
            "carries_out",
            "answers",
            "is_restricted",
        ]
        widgets = {"direction": ChoiceBoxes(columns=3)}
        help_texts = {
            "symbol": _("Leave it empty and give the number: the symbol is composed from number, kind and issuer."),
            "carries_out": _("The superior document or plan that this one carries out."),
            "answers": _("What came in and is answered by this. Its deadline is met on the day this is issued."),
            "is_restricted": _("Only those who keep the register and the leadership see it."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.instance
        self.fields["direction"].choices = Direction.choices
        self.fields["kind"].queryset = DocumentKind.objects.visible_to(user)
        self.fields["issuer"].queryset = Unit.objects.visible_to(user)
        others = Document.objects.visible_to(user).filter(campaign=document.campaign).exclude(pk=document.pk)
        self.fields["carries_out"].queryset = others.select_related("kind")
        incoming = others.filter(Q(direction=Direction.IN, state=DocumentState.ISSUED) | Q(pk=document.answers_id))
        self.fields["answers"].queryset = incoming.select_related("kind")

    def clean(self) -> dict:
        data = super().clean()
        if data.get("direction") == Direction.IN and not data.get("number") and not data.get("symbol"):
            self.add_error("symbol", _("Enter the number or the symbol of the incoming document."))
        return data


class PlanForm(_NumberedForm):
    """The ward's own plan made from a superior's."""

    submit_label = _("Save the plan")

    items = forms.CharField(
        label=_("What the plan orders"),
        help_text=_("One thing on a line. You assign tasks to units from these lines."),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )
    file = UploadField(label=_("File"), required=False)

    class Meta:
        model = Document
        fields = ["kind", "issuer", "number", "symbol", "dated_on", "summary"]
        help_texts = {"symbol": DocumentForm.Meta.help_texts["symbol"]}

    field_order = ["kind", "issuer", "number", "symbol", "dated_on", "summary", "items", "file"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = DocumentKind.objects.visible_to(user)
        self.fields["kind"].queryset = kinds
        self.fields["issuer"].queryset = Unit.objects.visible_to(user).inside().valid_on(today())
        office = self.instance.ward.unit_on_duty(DutyCode.MOBILIZATION_OFFICE, today())
        self.initial |= {
            "kind": kinds.filter(code=PLAN_CODE).first(),
            "issuer": PaperStyle.objects.issuer_for(office, today()),
            "summary": _("Carries out %(parent)s") % {"parent": self.instance.carries_out},
        }

    def clean_items(self) -> list[str]:
        refuse_secret(self.cleaned_data["items"])
        return points("\n".join(read_lines(self.cleaned_data["items"])))


class RecipientsForm(AsksDayOff, HouseForm):
    submit_label = _("Save the recipients")
    due_days = ("due_on",)

    units = UnitsField(Unit.objects.none(), label=_("Sent to"), required=False)
    resolutions_from = UnitsField(
        Unit.objects.none(),
        label=_("Must issue their own resolution"),
        help_text=_("They are recipients too."),
        required=False,
    )
    due_on = DateField(label=_("Resolutions by"), required=False, help_text=_("For those that have not answered yet."))

    def __init__(self, *args: Any, user: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        units = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        rows = list(document.recipients.all())
        for name in ("units", "resolutions_from"):
            self.fields[name].queryset = units
        self.fields["units"].initial = [row.unit_id for row in rows]
        self.fields["resolutions_from"].initial = [row.unit_id for row in rows if row.must_issue_resolution]
        self.fields["due_on"].initial = max((row.due_on for row in rows if row.due_on), default=None)

    @property
    def ward_id(self) -> int:
        return self.document.ward_id

    def clean_due_on(self) -> Any:
        return _not_before(self.document, self.cleaned_data["due_on"])


class ExpectForm(AsksDayOff, HouseForm):
    """Resolutions of all units of a kind, in one act."""

    submit_label = _("Ask for the resolutions")
    due_days = ("due_on",)

    kind = forms.ChoiceField(label=_("Of all units of the kind"))
    due_on = DateField(label=_("Resolutions by"), help_text=_("Who has not issued one by then is shown as late."))

    def __init__(self, *args: Any, user: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.units: dict[str, list[Unit]] = {}
        kinds: dict[str, UnitKind] = {}
        for unit in Unit.objects.visible_to(user).inside().valid_on(today()).for_list().select_related("kind"):
            self.units.setdefault(str(unit.kind_id), []).append(unit)
            kinds[str(unit.kind_id)] = unit.kind
        several = {key: kind for key, kind in kinds.items() if len(self.units[key]) > 1}
        self.fields["kind"].choices = [(key, f"{kind} ({len(self.units[key])})") for key, kind in several.items()]
        own = [key for key, kind in several.items() if kind.branch == document.issuer.branch]
        self.initial["kind"] = next(iter(own), None)

    @property
    def ward_id(self) -> int:
        return self.document.ward_id

    def clean_due_on(self) -> Any:
        return _not_before(self.document, self.cleaned_data["due_on"])

    def clean(self) -> dict:
        data = super().clean()
        data["units"] = self.units.get(data.pop("kind", ""), [])
        return data


def _not_before(document: Document, due: Any) -> Any:
    if due and due < document.dated_on:
        words = gettext("Choose a day from %(day)s on: that is the day of %(document)s.")
        raise ValidationError(words % {"day": date_format(document.dated_on, "d/m/Y"), "document": document})
    return due


class MembersForm(HouseForm):
    """Who in a unit does what for a plan, as pasted or typed lines."""

    submit_label = _("Save the assignments")

    lines = forms.CharField(
        label=_("One member on a line, with what they do"),
        help_text=_("For example: Nguyễn Văn An: looks after lane 12"),
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
    )

    def __init__(self, *args: Any, recipient: DocumentRecipient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["lines"] = "\n".join(f"{row.member}: {row.duty}" for row in recipient.assignments.all())

    def clean_lines(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not (text := without_bullet(line).strip()):
                continue
            member, mark, duty = (part.strip() for part in text.replace("\t", ":", 1).partition(":"))
            if not (member and mark and duty):
                words = gettext("Line %(number)d: write the name, a colon, and what the member does: %(line)s")
                raise ValidationError(words % {"number": number, "line": text[:60]})
            if len(member) > NAME_LENGTH or len(duty) > DUTY_LENGTH:
                raise ValidationError(gettext("Line %(number)d is too long. Shorten it.") % {"number": number})
            found.append((member, duty))
        return list(dict.fromkeys(found))


class ResolutionForm(_NumberedForm):
    """A unit's own resolution that answers a plan."""

    submit_label = _("Register the resolution")

    file = UploadField(label=_("File"), required=False)

    class Meta:
        model = Document
        fields = ["kind", "number", "symbol", "dated_on", "summary"]
        help_texts = {"symbol": DocumentForm.Meta.help_texts["symbol"]}

    def __init__(self, *args: Any, recipient: DocumentRecipient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = DocumentKind.objects.filter(ward=recipient.ward)
        self.fields["kind"].queryset = kinds
        self.initial |= {
            "kind": kinds.filter(code=RESOLUTION_CODE).first(),
            "summary": _("Carries out %(parent)s") % {"parent": recipient.document},
            "dated_on": today(),
        }

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("number") and not data.get("symbol"):
            self.add_error("symbol", _("Enter the number or the symbol of the resolution."))
        return data


class PlanItemForm(HouseModelForm):
    submit_label = _("Save the plan item")

    class Meta:
        model = PlanItem
        fields = ["text", "undertaking"]

    def clean_text(self) -> str:
        return without_bullet(self.cleaned_data["text"])

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["undertaking"].queryset = Undertaking.objects.of_campaign(campaign)


class WithdrawForm(HouseForm):
    submit_label = _("Withdraw the document")
    submit_is_danger = True

    on = DateField(label=_("Withdrawn on"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class NumberStartForm(HouseModelForm):
    """The last number of a series that was taken by hand."""

    submit_label = _("Save the number")

    class Meta:
        model = NumberStart
        fields = ["issuer", "kind", "last", "source"]
        help_texts = {
            "last": _("The next document of this kind gets the number after it."),
            "source": _("For example: the register of outgoing letters, page 14."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = Unit.objects.visible_to(user).inside().valid_on(today())
        self.fields["kind"].queryset = DocumentKind.objects.visible_to(user)


class InstructionForm(AsksDayOff, HouseForm):
    """What a leader says about an incoming document, and who carries it out by when."""

    submit_label = _("Save the opinion")
    due_days = ("due_on",)

    leader = forms.ModelChoiceField(User.objects.none(), label=_("Leader"))
    text = forms.CharField(label=_("Opinion"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000)
    lead_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Lead unit"),
        required=False,
        help_text=_("It gets a task. Leave it empty where it is enough to know of the document."),
    )
    helpers = UnitsField(Unit.objects.none(), label=_("Cooperating units"), required=False)
    due_on = DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, user: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        units = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        self.fields["lead_unit"].queryset = self.fields["helpers"].queryset = units
        if access.can(user, Permission.DOCUMENT_INSTRUCT):
            del self.fields["leader"]
            self.leader = user
        else:
            leaders = Seats(document.ward_id).in_ward(Permission.DOCUMENT_INSTRUCT)
            self.fields["leader"].queryset = User.objects.visible_to(user).filter(pk__in=[one.pk for one in leaders])
        if document.campaign is None:  # a task belongs to a year
            for name in ("lead_unit", "helpers", "due_on"):
                del self.fields[name]
        else:
            self._offer_day(document)

    def _offer_day(self, document: Document) -> None:
        """By the ward's rule for incoming documents, where it has one and its calendar knows the days."""
        rules = DeadlineRule.objects.filter(ward=document.ward_id)
        if (rule := rules.rule(INCOMING_RULE, today())) is None:
            return
        with contextlib.suppress(CalendarMissing):
            self.initial["due_on"] = rule.term.due_on(today(), Calendar(document.ward_id))
        self.fields["due_on"].help_text = _("%(length)s by %(reference)s") % {
            "length": rule.length,
            "reference": rule.legal_ref,
        }

    @property
    def ward_id(self) -> int:
        return self.document.ward_id

    def clean(self) -> dict:
        data = super().clean()
        data.setdefault("leader", getattr(self, "leader", None))
        campaign, due, unit = self.document.campaign, data.get("due_on"), data.get("lead_unit")
        if not unit:
            if data.get("helpers"):
                self.add_error("lead_unit", _("Choose the unit that leads those who cooperate."))
            return data | {"due_on": None}
        if not due and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day by which the unit carries it out."))
        if due and campaign and not today() <= due <= campaign.closes_on:
            days = {"first": date_format(today(), "d/m/Y"), "last": date_format(campaign.closes_on, "d/m/Y")}
            self.add_error("due_on", gettext("Choose a day from %(first)s to %(last)s.") % days)
        data["helpers"] = [helper for helper in data.get("helpers", ()) if helper != unit]
        return data
