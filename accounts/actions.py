"""Opening a ward: its first administrator, its units, its people. What is there already stays as it is."""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Min, ProtectedError, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.choices import Branch, DutyCode, RequestState, Role
from accounts.models import Duty, Membership, Unit, UnitKind, User, Ward
from core.imports import built_on
from core.models import delete_all, history_of, save_all, today
from core.search import folded_all
from core.text import fold, free_slug, slug

SALT = "accounts.opening"
LINK_SECONDS = 24 * 3600
TURN = 0x6F70656E  # the advisory lock of an opening: two at once make one ward
TABLE = Path(__file__).parent / "data" / "units.csv"
OUTSIDE = "ngoai-phuong"
_KIND_OF_WARD = re.compile(r"(phường|xã|thị trấn|đặc khu)\s+", re.IGNORECASE)


# ---- the first administrator -------------------------------------------------------------------------
def is_opened() -> bool:
    """Whether somebody has an account here: from then on no link opens anything."""
    return User.objects.exists() or Ward.objects.exists()


def opening_address() -> str:
    """A new link for the first administrator, good for a day and until somebody has an account."""
    return reverse("accounts:ward_open", args=[signing.dumps("first", salt=SALT)])


def link_opens(token: str) -> bool:
    try:
        signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return False
    return not is_opened()


def open_ward(*, name: str, superior: str, office: str, full_name: str, username: str, password: str) -> User:
    """The first ward with its office and its administrator, who is given back; all of it or nothing.

    Raises ValidationError when somebody else was faster.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        if is_opened():
            raise ValidationError(_("Somebody has opened this portal already. Sign in."))
        person = User.objects.create_user(username, password, full_name=full_name)
        ward = Ward(name=name, slug=slug(_KIND_OF_WARD.sub("", name, count=1), 50) or "phuong")
        ward.found(office=office, administrator=person, by=person)
        if superior:
            add_superior(ward, superior, by=person)
    return person


def add_superior(ward: Ward, name: str, *, by: User) -> Unit:
    access.require(access.can(by, Permission.REFERENCE_EDIT))
    kind = kinds_for(ward, [OUTSIDE])[OUTSIDE]
    free = free_slug(name, Unit.objects.filter(ward=ward), most=60, otherwise="cap-tren")
    return Unit.objects.create(ward=ward, kind=kind, name=name, slug=free, is_outside=True)


# ---- units -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Proposed:
    """A row of accounts/data/units.csv: a kind, and a unit of it that wards usually have (name "" for none).

    {ward} in the name is the ward's; {n} in name and slug counts from 1 to as many as there are.
    """

    kind: str
    label: str
    branch: str
    slug: str
    name: str
    parent: str

    @property
    def is_counted(self) -> bool:
        return "{n}" in self.name

    def name_in(self, ward: Ward) -> str:
        return self.name.replace("{ward}", ward.name[:1].lower() + ward.name[1:])


@cache
def proposed() -> tuple[Proposed, ...]:
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return tuple(Proposed(**row) for row in csv.DictReader(rows))


@dataclass(frozen=True)
class NewUnit:
    """slug "": made of the name. parent: the name or slug of the unit above, new or there already; "" for none."""

    name: str
    kind: str
    slug: str = ""
    parent: str = ""


def kinds_for(ward: Ward, codes: Collection[str]) -> dict[str, UnitKind]:
    """The ward's kinds by code; those of the proposal are made where one of them is asked for."""
    found = {kind.code: kind for kind in UnitKind.objects.filter(ward=ward)}
    order = {row.kind: n for n, row in enumerate(proposed(), 1)}
    rows = {row.kind: row for row in proposed() if row.kind in codes and row.kind not in found}
    missing = [
        UnitKind(ward=ward, code=k, label=row.label, branch=row.branch, order=order[k]) for k, row in rows.items()
    ]
    save_all(missing)
    return found | {kind.code: kind for kind in missing}


def add_units(ward: Ward, units: Iterable[NewUnit], *, by: User) -> list[Unit]:
    """Those that the ward has not yet, by address or by name; all or nothing."""
    access.require(access.can(by, Permission.REFERENCE_EDIT))
    with transaction.atomic():
        return _Units(ward, list(units)).add()


class _Units:
    def __init__(self, ward: Ward, units: list[NewUnit]) -> None:
        self.ward = ward
        there = list(Unit.objects.filter(ward=ward).select_related("kind"))
        self.folded = folded_all([*(u.name for u in units), *(u.parent for u in units)])
        self.known = {unit.slug: unit for unit in there} | {unit.search_key: unit for unit in there}
        self.kinds = kinds_for(ward, {unit.kind for unit in units})
        self.units = [unit for unit in units if not self._find(unit.slug) and not self._find(unit.name)]

    def _find(self, name: str) -> Unit | None:
        return self.known.get(name) or self.known.get(self.folded.get(name, ""))

    def add(self) -> list[Unit]:
        """Those above first: a unit knows the key of the one it belongs to."""
        waiting, made = self.units, []
        while waiting:
            ready = [unit for unit in waiting if not unit.parent or self._find(unit.parent)]
            if not ready:
                raise ValidationError(_("No unit “%(name)s” is there to belong to.") % {"name": waiting[0].parent})
            rows = [self._row(unit) for unit in ready]
            save_all(rows)
            made += rows
            waiting = [unit for unit in waiting if unit not in ready]
        return made

    def _row(self, new: NewUnit) -> Unit:
        kind, parent = self.kinds[new.kind], self._find(new.parent) if new.parent else None
        row = Unit(ward=self.ward, kind=kind, branch=kind.branch, parent=parent, name=new.name)
        row.is_outside = kind.branch == Branch.OUTSIDE
        row.slug = new.slug or self._free(new.name)
        row.clean()
        self.known |= {row.slug: row, self.folded[new.name]: row}
        return row

    def _free(self, name: str) -> str:
        stem = slug(name, 56) or "don-vi"
        found, n = stem, 1
        while found in self.known:
            n += 1
            found = f"{stem}-{n}"
        return found


def remove_units(ward_id: int, units: Sequence[int]) -> None:
    """Units that were added by mistake, all or none: ValidationError says what refers to them since."""
    with transaction.atomic():
        used = built_on(Unit, units, ward=ward_id, own=[Unit])
        below = Unit.objects.filter(ward=ward_id, parent__in=units).exclude(pk__in=units).count()
        used += [_("units below them: %(count)d") % {"count": below}] if below else []
        if used:
            raise ValidationError(_("These units are in use, so they stay: %(what)s.") % {"what": "; ".join(used)})
        delete_all(Unit, ward=ward_id, id=units)


def set_duties(ward: Ward, duties: dict[str, Unit | None], *, by: User) -> None:
    """From today on these units hold the duties; None leaves a duty as it is."""
    access.require(access.can(by, Permission.REFERENCE_EDIT))
    held = {row.code: row for row in Duty.objects.filter(ward=ward, code__in=DutyCode.values).valid_on(today())}
    with transaction.atomic():
        for code, unit in duties.items():
            so_far = held.get(code)
            if unit is None or (so_far and so_far.unit_id == unit.pk):
                continue
            if so_far:
                so_far.hand_over(to=unit)
            else:
                Duty.objects.create(ward=ward, code=code, unit=unit)


# ---- people ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NewPerson:
    """Somebody with a first role. phone: plain, or ""."""

    full_name: str
    unit: Unit
    role: str
    position: str = ""
    phone: str = ""

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


def add_people(ward: Ward, people: Iterable[NewPerson], *, by: User, reason: str = "") -> list[Membership]:
    """Accounts without a password yet, and roles; all or nothing. Whoever is known by the phone number gets the role.

    Roles go through the one door (Membership.give), one by one: each guarded one may need a second person's yes.
    """
    access.require(access.can_give_role(by))
    new = list(people)
    with transaction.atomic():
        known = {
            user.phone: user for user in User.objects.visible_to(by).filter(phone__in=[p.phone for p in new if p.phone])
        }
        names = usernames([person.full_name for person in new])
        made = []
        for person, username in zip(new, names, strict=True):
            user = known.get(person.phone) if person.phone else None
            if user is None:
                user = User.objects.create_user(username, full_name=person.full_name, phone=person.phone or None)
                known[user.phone] = user
            row = Membership(ward=ward, unit=person.unit, user=user, role=person.role, position=person.position)
            row.give(by=by, reason=reason)
            made.append(row)
    return made


def remove_people(ward_id: int, memberships: Sequence[int], *, by: User) -> None:
    """Accounts and roles that were added by mistake, all or none: ValidationError names who has used an account.

    What somebody was asked about stays, as what was asked: the role counts no more, the account opens nothing.
    """
    access.require(access.can_give_role(by))
    with transaction.atomic():
        rows = list(Membership.objects.filter(ward=ward_id, pk__in=memberships).select_related("user", "request"))
        history = history_of(Membership).objects.filter(ward_id=ward_id, pgh_obj__in=memberships)
        since = history.aggregate(at=Min("pgh_created_at"))["at"]
        used = sorted({str(row.user) for row in rows if row.user.last_login and row.user.last_login > since})
        if used:
            words = {"names": ", ".join(used[:5])}
            raise ValidationError(_("Somebody has signed in already, so all of them stay: %(names)s.") % words)
        asked = [row for row in rows if hasattr(row, "request")]
        for row in asked:
            if row.request.state == RequestState.WAITING:
                row.request.withdraw(by=by)
        of_asked = {row.pk for row in asked}
        Membership.objects.filter(ward=ward_id, pk__in=of_asked).update(in_force=False)
        delete_all(Membership, ward=ward_id, id=[row.pk for row in rows if row.pk not in of_asked])
        new = {row.user_id for row in rows if row.user.date_joined >= since}
        kept = set(Membership.objects.filter(user__in=new).values_list("user", flat=True))
        User.objects.filter(pk__in=kept - _seated(kept)).update(is_active=False)
        try:
            User.objects.filter(pk__in=new - kept).delete()
        except ProtectedError as error:
            raise ValidationError(_("Work was given to somebody of this list already, so all of them stay.")) from error


def _seated(users: Collection[int]) -> set[int]:
    return set(Membership.objects.filter(user__in=users, in_force=True).values_list("user", flat=True))


def usernames(names: Iterable[str]) -> list[str]:
    """A free user name for each, as offices write them: "Nguyễn Văn An" -> annv, then annv2."""
    stems = [_stem(name) for name in names]
    like = Q(*(("username__istartswith", stem) for stem in set(stems)), _connector=Q.OR)
    rows = User.objects.filter(like) if stems else User.objects.none()
    taken = {name.lower() for name in rows.values_list("username", flat=True)}
    found = []
    for stem in stems:
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem}{n}"
        taken.add(name)
        found.append(name)
    return found


def _stem(name: str) -> str:
    words = [re.sub(r"[^a-z]", "", fold(word)) for word in name.split()]
    words = [word for word in words if word]
    return (words[-1] + "".join(word[0] for word in words[:-1]))[:20] if words else "canbo"


def take_campaign_office(ward: Ward, unit: Unit, *, by: User) -> None:
    """Who opens a ward also runs its year: the role is given like any other, and stands in the list of people."""
    Membership(ward=ward, unit=unit, user=by, role=Role.CAMPAIGN_OFFICER).give(by=by)
