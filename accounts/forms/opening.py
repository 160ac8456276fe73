"""The forms of a ward's opening. A pasted list is shown as it was read before anything is saved."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.actions import OUTSIDE, NewPerson, NewUnit, Proposed, proposed
from accounts.choices import DutyCode, Role
from accounts.models import AccessRequest, Membership, Unit, UnitKind, User, Ward
from accounts.querysets import plain_phone
from core.forms import HouseForm, ManyChoiceBoxes, WholeNumberField
from core.models import today
from core.paste import Row, read_rows
from core.search import folded_all

MOST_ROWS = 200
MOST_OF_A_KIND = 200


class WardOpenForm(HouseForm):
    """The ward, what stands above it, and its first administrator."""

    submit_label = _("Open the portal")

    name = forms.CharField(label=_("Name of the ward"), max_length=100, help_text=_("For example: Phường Long Biên"))
    superior = forms.CharField(
        label=_("Superior Party committee"),
        max_length=120,
        required=False,
        help_text=_("Whose plans the ward carries out."),
    )
    office = forms.CharField(
        label=_("Unit of the administrator"), max_length=120, initial=_("Office of the Party committee")
    )
    full_name = forms.CharField(label=_("Your full name"), max_length=100)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Short, without marks and blanks. You sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 signs, not only digits, and not your name."),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_class = ""
        self.fields["username"].validators += User._meta.get_field("username").validators

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.pop("again", None)
        if password and again and password != again:
            self.add_error("again", gettext("The two passwords differ. Type the second one again."))
        if password:
            try:
                validate_password(password, User(**{name: cleaned.get(name, "") for name in ("username", "full_name")}))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class SuperiorForm(HouseForm):
    submit_label = _("Save the superior body")

    name = forms.CharField(
        label=_("Superior Party committee"),
        max_length=120,
        help_text=_("Whose plans the ward carries out."),
    )


@dataclass(frozen=True)
class BadRow:
    line: int
    text: str
    reason: str


class UnitsForm(HouseForm):
    """The proposed units as ticks, those that are counted as a number, and others one a line."""

    submit_label = _("Add these units")

    def __init__(self, *args: Any, ward: Ward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ward = ward
        there = list(Unit.objects.filter(ward=ward).values_list("slug", "search_key"))
        self.slugs = {slug for slug, _key in there}
        self.bad: list[BadRow] = []
        self._offer()
        self.fields["others"] = forms.CharField(
            label=_("Other units"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "sentences"}),
            help_text=_("One a line: name; kind; unit it belongs to (if any). Or paste the columns of a table."),
        )

    def _offer(self) -> None:
        free = [row for row in proposed() if row.name and not row.is_counted and row.slug not in self.slugs]
        if free:
            self.fields["chosen"] = forms.MultipleChoiceField(
                label=_("Committees, offices and associations"),
                choices=[(row.slug, row.name_in(self.ward)) for row in free],
                initial=[row.slug for row in free],
                required=False,
                widget=ManyChoiceBoxes(columns=2),
                help_text=_("Take out the tick of what the ward does not have."),
            )
        for row in proposed():
            if row.is_counted:
                self.fields[f"count_{row.kind}"] = self._counter(row)

    def _counter(self, row: Proposed) -> WholeNumberField:
        words = {"first": row.name.replace("{n}", "1"), "kind": row.label}
        there = sum(self._slug(row, n) in self.slugs for n in range(1, MOST_OF_A_KIND + 1))
        return WholeNumberField(
            label=_("How many units: %(kind)s") % words,
            initial=there or None,
            required=False,
            min_value=0,
            max_value=MOST_OF_A_KIND,
            help_text=_("They are named %(first)s, and so on.") % words,
        )

    def _slug(self, row: Proposed, n: int) -> str:
        return row.slug.replace("{n}", str(n))

    def clean_others(self) -> str:
        reader = _UnitReader(self.ward, read_rows(self.cleaned_data["others"]))
        self.bad, self.others = reader.bad, reader.good
        if self.bad:
            raise ValidationError(gettext("Correct the lines named above. Nothing was saved."))
        return self.cleaned_data["others"]

    @property
    def units(self) -> list[NewUnit]:
        """What is asked for; those that are there already are left out when it is saved."""
        asked, chosen = self.cleaned_data, set(self.cleaned_data.get("chosen", ()))
        found: list[NewUnit] = []
        for row in proposed():
            if row.slug in chosen:
                found.append(NewUnit(row.name_in(self.ward), row.kind, row.slug, self._parent(row, chosen)))
            if row.is_counted:
                for n in range(1, (asked.get(f"count_{row.kind}") or 0) + 1):
                    name = row.name.replace("{n}", str(n))
                    found.append(NewUnit(name, row.kind, self._slug(row, n), self._parent(row, chosen)))
        return [*found, *self.others]

    def _parent(self, row: Proposed, chosen: set[str]) -> str:
        """The proposed unit above, where the ward has or gets it."""
        return row.parent if row.parent in self.slugs | chosen else ""


class _UnitReader:
    def __init__(self, ward: Ward, rows: list[Row]) -> None:
        kinds = {row.label: row.kind for row in proposed()}
        kinds |= dict(UnitKind.objects.filter(ward=ward).values_list("label", "code"))
        units = list(Unit.objects.filter(ward=ward).values_list("name", flat=True))
        names = [row.cells[0] for row in rows]
        self.folded = folded_all([*kinds, *units, *(cell for row in rows for cell in row.cells)])
        self.kinds = {self.folded[label]: code for label, code in kinds.items()}
        self.labels = {self.folded[label]: label for label in kinds}
        self.names = {self.folded[name]: name for name in [*units, *names]}
        self.good: list[NewUnit] = []
        self.bad: list[BadRow] = []
        for row in rows:
            try:
                self.good.append(self._unit(row))
            except ValidationError as error:
                self.bad.append(BadRow(row.line, row.text, " ".join(error.messages)))

    def _unit(self, row: Row) -> NewUnit:
        name, kind, parent, *more = [*row.cells, "", ""][: max(3, len(row.cells))]
        if not name or not kind or any(more):
            raise ValidationError(
                gettext("Write name; kind; and perhaps the unit it belongs to, parted by semicolons.")
            )
        if len(name) > 120:
            raise ValidationError(gettext("The name is too long: at most 120 letters."))
        code = self.kinds.get(self.folded[kind])
        if code is None or code == OUTSIDE:
            raise ValidationError(
                _unknown(gettext("There is no kind “%(name)s”."), kind, self.folded[kind], self.labels)
            )
        if parent and self.folded[parent] not in self.names:
            raise ValidationError(
                _unknown(gettext("There is no unit “%(name)s”."), parent, self.folded[parent], self.names)
            )
        return NewUnit(name, code, "", parent)


def _unknown(told: str, name: str, key: str, known: dict[str, str]) -> str:
    """What is not known, with the nearest that is."""
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    said = told % {"name": name}
    if near:
        return said + " " + gettext("Did you mean “%(name)s”?") % {"name": known[near[0]]}
    return said + " " + gettext("Known are: %(names)s.") % {"names": ", ".join(list(known.values())[:8])}


class DutiesForm(HouseForm):
    """Which unit holds which duty; those that are left empty stay as they are."""

    submit_label = _("Save the duties")

    def __init__(self, *args: Any, ward: Ward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(ward=ward).inside().valid_on(today()).for_list()
        held = {code: ward.unit_on_duty(code, today()) for code in DutyCode.values}
        for code in DutyCode:
            self.fields[code.value] = forms.ModelChoiceField(
                label=code.label,
                queryset=units,
                initial=held[code],
                required=False,
                empty_label=_("no unit yet"),
                help_text=DUTY_WORDS[code],
            )


DUTY_WORDS = {
    DutyCode.MOBILIZATION_OFFICE: _("Runs the year: gives out tasks, gathers reports."),
    DutyCode.RECORDS: _("Registers documents in and out and gives them numbers."),
    DutyCode.GRIEVANCE_DESK: _("Receives citizens and their petitions."),
    DutyCode.EDITORIAL_BOARD: _("Writes articles and loudspeaker broadcasts."),
    DutyCode.COMPENSATION: _("Handles compensation where land is cleared."),
}


class PeopleForm(HouseForm):
    """A pasted list of people, and the role of those whose line names none."""

    submit_label = _("Read the list")

    lines = forms.CharField(
        label=_("List of people"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line: full name; position; unit; phone (if any); role (if it is another one than below). "
            "Or paste the columns of a table."
        ),
    )
    role = forms.ChoiceField(label=_("Role of all whose line names none"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, ward: Ward, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ward, self.user, self.read = ward, user, PastedPeople()
        self.fields["role"].choices = [("", _("none: each line names its role")), *Role.choices]
        self.asks_second = _asks_second(ward, user)
        if self.asks_second:
            self.fields["reason"].help_text = _(
                "Roles that open household files count once a second person agrees, who reads why you ask."
            )
        else:
            del self.fields["reason"]
        self.order_fields(["lines", "role", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "lines" in cleaned:
            self._read(cleaned["lines"], cleaned.get("role", ""))
        guarded = any(access.is_guarded(person.role) for person in self.read.good)
        if self.asks_second and guarded and not cleaned.get("reason"):
            self.add_error("reason", gettext("Write why: a second person has to agree to these roles."))
        return cleaned

    def _read(self, text: str, role: str) -> None:
        rows = read_rows(text)
        if len(rows) > MOST_ROWS:
            self.add_error("lines", gettext("Paste at most %(count)d lines at once.") % {"count": MOST_ROWS})
            return
        self.read = _PeopleReader(self.ward, self.user, rows, role).read
        if self.read.bad:
            self.add_error("lines", gettext("Correct the lines named above. Nothing was saved."))
        elif not self.read.good:
            self.add_error("lines", gettext("All of these people have their account and role already."))


def _asks_second(ward: Ward, user: User) -> bool:
    """Whether roles that open files wait for a second person's yes here (ADR 11)."""
    somebody = AccessRequest(ward=ward, person=User(), membership=Membership(role=Role.UNIT_HEAD))
    return not somebody.exempt(user)


@dataclass
class PastedPeople:
    """good: to be added; known: how many have account and role already; bad: lines with what to do."""

    good: list[NewPerson] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    known: int = 0


# What a heading may say, folded; the order of the columns where there is none.
HEADINGS = {
    "full_name": ["ho va ten", "ho ten", "ten", "full name", "name"],
    "position": ["chuc vu", "chuc danh", "position"],
    "unit": ["don vi", "co quan", "chi bo", "unit"],
    "phone": ["dien thoai", "so dien thoai", "sdt", "phone"],
    "role": ["vai tro", "quyen", "role"],
}


class _PeopleReader:
    def __init__(self, ward: Ward, user: User, rows: list[Row], role: str) -> None:
        units = list(Unit.objects.filter(ward=ward).valid_on(today()))
        roles = {str(one.label): one.value for one in Role}
        self.ward, self.role, self.read = ward, role, PastedPeople()
        self.folded = folded_all([*(u.name for u in units), *roles, *(c for row in rows for c in row.cells)])
        self.units = {self.folded[unit.name]: unit for unit in units}
        self.unit_names = {key: unit.name for key, unit in self.units.items()}
        self.roles = {self.folded[label]: value for label, value in roles.items()}
        self.role_names = {self.folded[label]: label for label in roles}
        self.held = self._held()
        phones = [plain_phone(cell) for row in rows for cell in row.cells]
        here = set(User.objects.visible_to(user).values_list("pk", flat=True))
        with_phone = User.objects.filter(phone__in=[phone for phone in phones if phone])
        self.foreign = {person.phone for person in with_phone if person.pk not in here}
        self.phones: dict[str, str] = {}
        columns = self._columns(rows)
        for row in rows[1:] if columns else rows:
            self._take(row, columns)

    def _held(self) -> set[tuple[str, int, str]]:
        rows = Membership.objects.filter(ward=self.ward).for_list()
        return {(row.user.search_key, row.unit_id, row.role) for row in rows}

    def _columns(self, rows: list[Row]) -> dict[str, int]:
        """Where each fact stands, if the first row is a heading."""
        said = [self.folded[cell].strip() for cell in rows[0].cells] if rows else []
        found = {fact: said.index(word) for fact, words in HEADINGS.items() for word in reversed(words) if word in said}
        return found if {"full_name", "unit"} <= found.keys() else {}

    def _take(self, row: Row, columns: dict[str, int]) -> None:
        try:
            person = self._person(row, columns)
        except ValidationError as error:
            self.read.bad.append(BadRow(row.line, row.text, " ".join(error.messages)))
            return
        key = (self.folded.get(person.full_name, ""), person.unit.pk, person.role)
        if key in self.held:
            self.read.known += 1
        else:
            self.held.add(key)
            self.read.good.append(person)

    def _person(self, row: Row, columns: dict[str, int]) -> NewPerson:
        cells = dict.fromkeys(HEADINGS, "")
        if columns:
            cells |= {fact: row.cells[n] for fact, n in columns.items() if n < len(row.cells)}
        elif len(row.cells) > len(HEADINGS):
            raise ValidationError(gettext("This line has too many cells: leave columns out, or paste the heading too."))
        else:
            cells |= dict(zip(HEADINGS, row.cells, strict=False))
        name = " ".join(cells["full_name"].split())
        if not name or not cells["unit"]:
            raise ValidationError(gettext("Write full name; position; unit, parted by semicolons."))
        if len(name) > 100 or len(cells["position"]) > 100:
            raise ValidationError(gettext("The name or the position is too long: at most 100 letters."))
        self.folded.setdefault(name, self.folded[cells["full_name"]])
        return NewPerson(name, self._unit(cells), self._role(cells), cells["position"], self._phone(cells, name))

    def _unit(self, cells: dict[str, str]) -> Unit:
        key = self.folded[cells["unit"]]
        if key not in self.units:
            raise ValidationError(
                _unknown(gettext("There is no unit “%(name)s”."), cells["unit"], key, self.unit_names)
            )
        return self.units[key]

    def _role(self, cells: dict[str, str]) -> str:
        if not cells["role"]:
            if not self.role:
                raise ValidationError(gettext("Choose a role below, or name it in the line."))
            return self.role
        key = self.folded[cells["role"]]
        if key not in self.roles:
            raise ValidationError(
                _unknown(gettext("There is no role “%(name)s”."), cells["role"], key, self.role_names)
            )
        return self.roles[key]

    def _phone(self, cells: dict[str, str], name: str) -> str:
        if not cells["phone"]:
            return ""
        phone = plain_phone(cells["phone"])
        if not phone:
            raise ValidationError(gettext("Write the phone number in digits, for example 0912 345 678."))
        if phone in self.foreign or self.phones.setdefault(phone, name) != name:
            raise ValidationError(gettext("Somebody else has the phone number %(phone)s.") % {"phone": phone})
        return phone


class SlipsForm(HouseForm):
    """Whose one-time passwords are made now: those who have never signed in."""

    submit_label = _("Make the slips")

    people = forms.ModelMultipleChoiceField(
        label=_("For whom"), queryset=User.objects.none(), widget=ManyChoiceBoxes(columns=2)
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(people)
        self.fields["people"].queryset = User.objects.filter(pk__in=[person.pk for person in found])
        self.fields["people"].initial = [person.pk for person in found if not person.must_change_password]
