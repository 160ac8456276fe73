"""People, units and what they may do. Stands below events: field history is its record."""

import datetime
import secrets
import unicodedata
from functools import reduce
from operator import or_
from typing import Any, Self

import axes.utils
import pgtrigger
from allauth.mfa.models import Authenticator
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, Func, Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access, mail
from accounts.access import AddedBy, Permission
from accounts.choices import Branch, DutyCode, Exemption, ReadAct, RequestKind, RequestState, Role
from accounts.querysets import (
    AccessRequestQuerySet,
    MembershipQuerySet,
    TermQuerySet,
    UnitQuerySet,
    UserQuerySet,
    WardQuerySet,
    plain_phone,
)
from core import outbox
from core.dated import dated
from core.keys import WardKey, WardOneToOneKey
from core.models import (
    Period,
    PeriodQuerySet,
    Stateful,
    Transition,
    WardModel,
    is_log,
    is_personal,
    take_in,
    today,
    tracked,
    tracked_without,
)
from core.search import folded, in_order, sort_key
from core.text import nfc

ONE_TIME_HOURS = 24
FIRST_SLIP_HOURS = 7 * 24  # a first password on paper takes its days to reach everybody
REQUEST_DAYS = 7
EMAIL_SALT = "accounts.new-email"
EMAIL_SECONDS = 3 * 24 * 3600
# Read aloud and typed on a phone: no capitals, and nothing that looks like something else.
ONE_TIME_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


def days() -> Func:
    """The period of a row as a PostgreSQL range of days, both ends included."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=models.DateField())


@tracked
class Ward(Period):
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), unique=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("ward")
        verbose_name_plural = _("wards")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        take_in(self)
        super().save(*args, **kwargs)

    def found(self, *, office: str, administrator: "User", by: "User") -> None:
        """Save the new ward with a first unit and a first administrator in it."""
        with transaction.atomic():
            self.save()
            kind = UnitKind.objects.create(ward=self, code="van-phong", label=office, branch=Branch.PARTY)
            unit = Unit.objects.create(ward=self, kind=kind, name=office, slug="van-phong", valid_from=self.valid_from)
            Membership.objects.create(ward=self, unit=unit, user=administrator, role=Role.ADMINISTRATOR, given_by=by)

    def unit_on_duty(self, code: str, day: datetime.date) -> "Unit | None":
        """The unit that holds a duty on a day, such as the standing mobilization office."""
        duty = Duty.objects.filter(ward=self, code=code).valid_on(day).select_related("unit").first()
        return duty.unit if duty else None


_UserManager = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(_UserManager):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = User(username=nfc(username), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_superuser=True, **fields)

    def asked_by_link(self, token: str) -> "User | None":
        """Who answers by the link that was sent to the address so far; None when it has served or is too old."""
        try:
            pk, email, new_email = signing.loads(token, salt=EMAIL_SALT, max_age=EMAIL_SECONDS)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return User.objects.filter(pk=pk, email=email, new_email=new_email, is_active=True).first()


@tracked_without("password", "last_login", "greeted_at")
class User(AbstractBaseUser):
    """A person who signs in. Belongs to no ward by itself: memberships say where and as what."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken. Choose another.")},
    )
    full_name = models.CharField(_("full name"), max_length=100)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True)
    new_email = models.EmailField(_("e-mail that the person has not confirmed"), null=True, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="vi")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_superuser = models.BooleanField(_("operates this host"), default=False)
    must_change_password = models.BooleanField(_("has a one-time password"), default=False)
    one_time_until = models.DateTimeField(_("one-time password ends"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    greeted_at = models.DateTimeField(_("has put the first pointers away"), null=True, blank=True, editable=False)
    search_key = folded("full_name")
    sort_key = sort_key("full_name", "vi_name_key")

    held_today: "list[Membership] | None" = None  # of the person of a request: accounts/backends.py

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    added_by = AddedBy(Permission.USER_MANAGE, "admin:accounts_user_add")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key"]
        indexes = [GinIndex(name="accounts_user_search", fields=["search_key"], opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_any_case",
                violation_error_message=_("This user name is taken. Choose another."),
            ),
            models.UniqueConstraint("email", name="accounts_user_email", condition=Q(email__isnull=False)),
            models.CheckConstraint(
                name="accounts_user_one_time_pair",
                condition=Q(one_time_until__isnull=True) | Q(must_change_password=True),
            ),
            models.CheckConstraint(
                name="accounts_user_new_email_differs",
                condition=Q(new_email__isnull=True) | Q(email__isnull=True) | ~Q(new_email=F("email")),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        take_in(self)
        self.email = self.email or None
        self.new_email = self.new_email or None
        self.phone = plain_phone(self.phone or "") or None
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.phone and not plain_phone(self.phone):
            raise ValidationError({"phone": _("Write the phone number in digits, for example 0912 345 678.")})
        self.phone = plain_phone(self.phone or "") or None
        self.username = nfc(self.username)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and unicodedata.normalize("NFKC", raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """The same letters are the same password, whichever way a keyboard composes their marks."""
        return super().check_password(raw_password and unicodedata.normalize("NFKC", raw_password))

    def change_password(self, password: str) -> None:
        """A password of the person's own choice: a one-time password has served."""
        self.set_password(password)
        self.must_change_password, self.one_time_until = False, None
        self.save(update_fields=["password", "must_change_password", "one_time_until"])

    def give_one_time_password(self, *, by: "User", hours: int = ONE_TIME_HOURS) -> str:
        """A password to read out or hand over, shown to `by` once; must be changed at the first sign-in within a day
        (`hours` for an account that nobody has used yet).

        Changing the password ends every session of the person. Who opens household files gets one by a second person's
        yes only, which this uses up; PermissionDenied where it is missing.
        """
        access.require(access.can_reset_password(by, self))
        request = AccessRequest.begun(RequestKind.PASSWORD, self, by=by)
        with transaction.atomic():
            request.use(by=by)
            password = "-".join("".join(secrets.choice(ONE_TIME_LETTERS) for _i in range(4)) for _j in range(3))
            self.set_password(password)
            self.must_change_password = True
            self.one_time_until = timezone.now() + datetime.timedelta(
                hours=ONE_TIME_HOURS if self.last_login else hours
            )
            self.save(update_fields=["password", "must_change_password", "one_time_until"])
        return password

    @property
    def has_second_step(self) -> bool:
        return Authenticator.objects.filter(user=self.pk).exists()

    @property
    def sign_in_paused(self) -> bool:
        """Too many wrong passwords from some place, so that it takes no more from there for a while."""
        tried = AccessAttempt.objects.filter(
            username=self.username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
        )
        return tried.filter(attempt_time__gt=timezone.now() - get_cool_off()).exists()

    @property
    def opens_files(self) -> bool:
        """Whether a new way into the account is a way into household files or to whoever gives them out.

        Of an account that has never been used no colleague's word is taken over: its role is what is asked about.
        """
        held = Membership.objects.filter(user=self.pk).guarded()
        awaited = held.filter(in_force=False, request__state=RequestState.WAITING)
        return self.is_superuser or held.filter(in_force=True).exists() or bool(self.last_login and awaited.exists())

    @property
    def one_time_password_ended(self) -> bool:
        return self.one_time_until is not None and self.one_time_until < timezone.now()

    def change_contact(self, *, phone: str | None, email: str | None) -> None:
        """The person's own word, given with the password; the address so far is told."""
        before = User.objects.values_list("email", flat=True).get(pk=self.pk)  # a form has written on this row already
        self.phone, self.email, self.new_email = phone, email, None
        with transaction.atomic():
            self.save(update_fields=["phone", "email", "new_email"])
            if before and before != self.email:
                mail.tell_later("email_changed", before, self)

    def propose_email(self, email: str | None, *, by: "User") -> None:
        """An address that somebody else entered. A way to a new password leads to it, so it counts only when the
        person says so: by the link sent to the address so far, on the profile, or with a first password of the own."""
        access.require(access.can_change_person(by, self))
        with transaction.atomic():
            if not email:
                before, self.email, self.new_email = self.email, None, None
                self.save(update_fields=["email", "new_email"])
                if before:
                    mail.tell_later("email_changed", before, self, by=by)
            elif email != self.email:
                self.new_email = email
                self.save(update_fields=["new_email"])
                if self.email:
                    mail.tell_later("email_proposed", self.email, self, by=by, token=self._email_token())

    def _email_token(self) -> str:
        return signing.dumps([self.pk, self.email, self.new_email], salt=EMAIL_SALT)

    def answer_new_email(self, agrees: bool) -> None:
        """Raises ValidationError when the address went to somebody else meanwhile."""
        if agrees and User.objects.filter(email__iexact=self.new_email).exclude(pk=self.pk).exists():
            raise ValidationError(_("This address belongs to somebody else."))
        with transaction.atomic():
            if agrees:
                before, self.email = self.email, self.new_email
                if before:
                    mail.tell_later("email_changed", before, self)
            self.new_email = None
            self.save(update_fields=["email", "new_email"])

    def put_pointers_away(self) -> None:
        self.greeted_at = timezone.now()
        self.save(update_fields=["greeted_at"])

    def choose_language(self, language: str) -> None:
        self.language = language
        self.save(update_fields=["language"])

    @property
    def is_staff(self) -> bool:
        return access.may_enter_admin(self)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return access.has_admin_permission(self, permission)

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return access.may_enter_admin(self)

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        words = self.full_name.split()
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else self.full_name[:1].upper()


@tracked
class UnitKind(WardModel):
    """What sort of unit: cell, residential group, Women's Union … Data, so that a reform needs no new code."""

    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=100)
    branch = models.CharField(_("branch"), max_length=20, choices=Branch)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of units")
        ordering = ["order", in_order("label")]
        constraints = [models.UniqueConstraint("ward", "code", name="accounts_unitkind_code")]

    def __str__(self) -> str:
        return self.label


@dated("name")
@tracked
class Unit(WardModel, Period):
    kind = WardKey(UnitKind, models.PROTECT, related_name="units", verbose_name=_("kind"))
    branch = models.CharField(_("branch"), max_length=20, choices=Branch, editable=False)
    parent = WardKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60)
    is_outside = models.BooleanField(_("outside the ward"), default=False)
    launched_on = models.DateField(_("launched on"), null=True, blank=True)
    decision_symbol = models.CharField(_("set up by decision"), max_length=50, blank=True)
    decision_on = models.DateField(_("decision of"), null=True, blank=True)
    search_key = folded("name")
    sort_key = sort_key("name")

    objects = UnitQuerySet.as_manager()

    added_by = AddedBy(Permission.REFERENCE_EDIT, "admin:accounts_unit_add")

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key"]
        indexes = [GinIndex(name="accounts_unit_search", fields=["search_key"], opclasses=["gin_trgm_ops"])]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "slug", name="accounts_unit_slug"),
            models.CheckConstraint(name="accounts_unit_not_own_parent", condition=~Q(parent=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch = self.kind.branch
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """The rules of the tree, for forms; the database refuses a parent of another ward or branch by key."""
        if self.parent is not None and self.kind_id is not None:
            self._check_parent(self.parent)
        if self.pk is not None:
            self._check_children()

    def _check_parent(self, parent: "Unit") -> None:
        if parent.branch != self.kind.branch:
            branches = {"parent": parent.get_branch_display(), "own": self.kind.get_branch_display()}
            raise ValidationError(
                {"parent": _("Choose a unit of the branch “%(own)s”; this one is of “%(parent)s”.") % branches}
            )
        above: Unit | None = parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A unit can not belong to itself or to a unit below it.")})
            above = above.parent
        if parent.valid_to is not None and (self.valid_to is None or self.valid_to > parent.valid_to):
            raise ValidationError({"parent": _("%(unit)s ends earlier than this unit.") % {"unit": parent}})

    def _check_children(self) -> None:
        if self.children.exclude(branch=self.kind.branch).exists():
            raise ValidationError({"kind": _("Units of another branch belong to this one: move them first.")})
        if self.valid_to is None:
            return
        longer = Q(valid_to__isnull=True) | Q(valid_to__gt=self.valid_to)
        names = [str(unit) for unit in self.children.filter(longer)[:3]]
        if names:
            raise ValidationError({"valid_to": _("End these units first: %(units)s.") % {"units": ", ".join(names)}})


@tracked
class UnitSuccession(WardModel):
    """A unit that continues another one, perhaps of a ward that is no more. The row belongs to the successor's ward."""

    predecessor = models.ForeignKey(
        Unit, models.PROTECT, related_name="successions", db_constraint=False, verbose_name=_("former unit")
    )
    successor = WardKey(Unit, models.PROTECT, related_name="origins", verbose_name=_("new unit"))
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint("ward", "predecessor", "successor", name="accounts_unitsuccession_pair"),
            models.CheckConstraint(name="accounts_unitsuccession_differ", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


@tracked
class Membership(WardModel, Period):
    """A person in a unit, in a role, for a term."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    unit = WardKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    position = models.CharField(_("position"), max_length=100, blank=True)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("given by")
    )
    in_force = models.BooleanField(_("counts"), default=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="accounts_membership_no_overlap",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(in_force=True),
                violation_error_message=_("This person already has this role in this unit during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"

    def is_valid_on(self, day: datetime.date) -> bool:
        return self.in_force and super().is_valid_on(day)

    def give(self, *, by: User, reason: str = "") -> None:
        """Save the new membership. A role that opens household files counts from a second person's yes on; until then
        it gives no right. Raises ValidationError when nobody is told why."""
        access.require(access.can_give_role(by))
        self.given_by = by
        with transaction.atomic():
            self.in_force = not access.is_guarded(self.role)
            self.save()
            if not self.in_force:
                request = AccessRequest(ward_id=self.ward_id, kind=RequestKind.ROLE, person=self.user, membership=self)
                request.ask(by=by, reason=reason)

    def widens(self, stored: "Membership") -> bool:
        """Whether it gives more than what is stored: another place, or more days, in a role that is guarded."""
        if not access.is_guarded(self.role):
            return False
        is_same = (self.user_id, self.unit_id, self.role) == (stored.user_id, stored.unit_id, stored.role)
        ends_no_later = stored.valid_to is None or (self.valid_to is not None and self.valid_to <= stored.valid_to)
        return not (is_same and ends_no_later and self.valid_from >= stored.valid_from)


@tracked
class Duty(WardModel, Period):
    """Which unit is the standing mobilization office, the records office, the editorial board …, and when."""

    code = models.CharField(_("duty"), max_length=30, choices=DutyCode)
    unit = WardKey(Unit, models.PROTECT, related_name="duties", verbose_name=_("unit"))

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="accounts_duty_no_overlap",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another unit holds this duty during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.unit}"

    def hand_over(self, *, to: Unit) -> None:
        """Another unit holds it from today on. What was handed over the same day was never held."""
        with transaction.atomic():
            if self.valid_from >= today():
                self.unit = to
                self.save(update_fields=["unit"])
            else:
                self.valid_to = today() - datetime.timedelta(days=1)
                self.save(update_fields=["valid_to"])
                Duty.objects.create(ward_id=self.ward_id, code=self.code, unit=to)


@tracked
class AccessRequest(WardModel, Stateful):
    """Somebody gives a role that opens household files, or a new way into an account of who holds one, and a second
    person agrees first (ADR 11). What needs nobody's yes stands here too, with the reason."""

    kind = models.CharField(_("what for"), max_length=20, choices=RequestKind)
    person = models.ForeignKey(User, models.PROTECT, related_name="access_requests", verbose_name=_("person"))
    membership = WardOneToOneKey(
        Membership, models.PROTECT, null=True, related_name="request", verbose_name=_("membership")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=RequestState, default=RequestState.WAITING)
    exemption = models.CharField(_("why nobody was asked"), max_length=20, choices=Exemption, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    since = models.DateTimeField(_("since"), default=timezone.now)
    expires_at = models.DateTimeField(_("open until"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who decided"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        constraints = [
            models.CheckConstraint(
                name="accounts_accessrequest_second_person",
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
                violation_error_message=_("A second person has to agree: neither who asked, nor whom it is for."),
            ),
            models.CheckConstraint(
                name="accounts_accessrequest_decided",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_accessrequest_yes",
                condition=Q(state__in=["waiting", "withdrawn"], exemption="")
                | Q(state__in=["agreed", "refused"], exemption="", decided_by__isnull=False)
                | Q(state="done", exemption="", decided_by__isnull=False)
                | (Q(state="done", decided_by__isnull=True) & ~Q(exemption="")),
            ),
            models.CheckConstraint(
                name="accounts_accessrequest_membership",
                condition=Q(kind="role", membership__isnull=False) | (~Q(kind="role") & Q(membership__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.membership or self.person}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:access_request_detail", args=[self.pk])

    @classmethod
    def begun(cls, kind: str, person: User, *, by: User) -> "AccessRequest":
        """What `by` has asked already and may still use, else a new row that is not saved yet.

        The operator of the host may help somebody who is in no ward: then the row has none and is never saved.
        """
        held = person.memberships.order_by("ward_id").values_list("ward_id", flat=True)
        ward_id: Any = held.first() if by.is_superuser else access.ward_id(by)
        mine = cls.objects.filter(ward_id=ward_id, kind=kind, person=person, asked_by=by).open()
        found = mine.order_by("-pk").first()
        return found or cls(ward_id=ward_id, kind=kind, person=person, asked_by=by)

    @classmethod
    def ask_for(cls, kind: str, person: User, *, by: User, reason: str) -> "AccessRequest":
        """A new way into the account, by a second person's yes; what is asked already is not asked twice."""
        access.require(access.can_reset_password(by, person))
        request = cls.begun(kind, person, by=by)
        if request.pk is None:
            request.ask(by=by, reason=reason)
        return request

    def exempt(self, by: User) -> str:
        """Why nobody has to be asked; "" where a second person's yes is needed."""
        if by.is_superuser and by.is_active:
            return Exemption.HOST
        role = self.membership.role if self.membership else ""
        if not (access.is_guarded(role) if role else self.person.opens_files):
            return Exemption.UNGUARDED
        self.asked_by = by
        if by.pk == self.person_id or User.objects.who_can_confirm(self).exists() or keeps_files(self.ward_id):
            return ""
        return Exemption.NOBODY

    def ask(self, *, by: User, reason: str = "") -> None:
        """Carry it out where nobody has to be asked; else it waits for a second person's yes for some days."""
        self.asked_by, self.reason, self.exemption = by, reason, self.exempt(by)
        self.state = RequestState.DONE if self.exemption else RequestState.WAITING
        self.expires_at = timezone.now() + datetime.timedelta(days=REQUEST_DAYS)
        if not self.exemption and not reason:
            raise ValidationError(_("Write why: a second person has to agree to it."))
        if self.ward_id is None:
            return self._carry_out()
        with transaction.atomic():
            self.start(by=by, reason=reason)
            if self.exemption:
                outbox.record("accounts.access.opened", subject=self, by=by)
                self._carry_out()
            else:
                outbox.record("accounts.access.asked", subject=self, by=by)

    @property
    def is_open(self) -> bool:
        return self.state in (RequestState.WAITING, RequestState.AGREED) and self.expires_at > timezone.now()

    @property
    def has_lapsed(self) -> bool:
        """Nobody answered in time, or the yes was not used."""
        return self.state in (RequestState.WAITING, RequestState.AGREED) and not self.is_open

    def can_answer(self, user: User) -> access.Decision:
        if self.state != RequestState.WAITING or not self.is_open:
            return access.denied(gettext("Nothing waits for an answer here any more."))
        return access.can_confirm(user, self)

    def agree(self, *, by: User, note: str = "") -> None:
        """The role counts, the way is open; a one-time password is then made by who asked, within a day."""
        is_password = self.kind == RequestKind.PASSWORD
        ends = timezone.now() + datetime.timedelta(hours=ONE_TIME_HOURS) if is_password else self.expires_at
        with transaction.atomic():
            self._answer(RequestState.AGREED if is_password else RequestState.DONE, by, note, expires_at=ends)
            outbox.record("accounts.access.agreed", subject=self, by=by)
            if not is_password:
                self._carry_out()

    def refuse(self, *, by: User, note: str = "") -> None:
        with transaction.atomic():
            self._answer(RequestState.REFUSED, by, note)
            outbox.record("accounts.access.refused", subject=self, by=by)

    def _answer(self, to: str, by: User, note: str, **fields: Any) -> None:
        access.require(access.can_confirm(by, self))
        if self.state == RequestState.WAITING and not self.is_open:
            raise ValidationError(_("This waited too long. It has to be asked again."))
        decided: dict[str, Any] = {"decided_by": by, "decided_at": timezone.now()}
        self.move(to, since=[RequestState.WAITING], by=by, reason=note, **decided, **fields)

    def withdraw(self, *, by: User) -> None:
        access.require(access.can_give_role(by))
        with transaction.atomic():
            self.move(RequestState.WITHDRAWN, since=[RequestState.WAITING], by=by)
            outbox.record("accounts.access.withdrawn", subject=self, by=by)

    def use(self, *, by: User) -> None:
        """The yes is used up, by who asked; or nobody has to be asked. Raises PermissionDenied when it is missing."""
        if self.pk is None:
            if not self.exempt(by):
                raise PermissionDenied(_("A second person has to agree first."))
            return self.ask(by=by)
        if by.pk != self.asked_by_id:
            raise PermissionDenied(_("Only who asked may do it."))
        if self.state == RequestState.AGREED and not self.is_open:
            raise ValidationError(_("This waited too long. It has to be asked again."))
        with transaction.atomic():
            self.move(RequestState.DONE, since=[RequestState.AGREED], by=by)
            outbox.record("accounts.access.opened", subject=self, by=by)
            self._carry_out()

    def _carry_out(self) -> None:
        """The person is told of a new way into the account, whoever else was asked."""
        if self.membership is not None:
            self.membership.in_force = True
            self.membership.save(update_fields=["in_force"])
            return
        if self.kind == RequestKind.SECOND_STEP:
            Authenticator.objects.filter(user=self.person_id).delete()
        elif self.kind == RequestKind.LOCK:
            axes.utils.reset(username=self.person.username)
        if self.person.email:
            mail.tell_later(f"way_in_{self.kind}", self.person.email, self.person, by=self.asked_by)


class AccessRequestTransition(Transition):
    request = WardKey(AccessRequest, models.PROTECT, related_name="transitions", verbose_name=_("access request"))

    class Meta(Transition.Meta):
        verbose_name = _("step of an access request")
        verbose_name_plural = _("steps of access requests")

    @property
    def words(self) -> str:
        return str(RequestState(self.new).label)


def keeps_files(ward_id: int | None) -> bool:
    """Whether the ward has written anything about a household yet; one statement, however many tables there are."""
    if ward_id is None:
        return False
    files = (model for model in apps.get_models() if is_personal(model) and not is_log(model))
    written = (Q(Exists(model._base_manager.filter(ward_id=ward_id))) for model in files)
    return Ward.objects.filter(reduce(or_, written), pk=ward_id).exists()


@tracked
class FormerValues(WardModel):
    """What the dated fields of a row said until a day, kept by its trigger (core.dated). Nobody writes here by hand."""

    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    until = models.DateField(_("until"))
    said = models.JSONField(_("values"))
    is_removed = models.BooleanField(_("taken away"), default=False)
    since = models.DateField(_("since"), null=True, blank=True)
    corrected_on = models.DateField(_("corrected on"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("former values")
        verbose_name_plural = _("former values")
        indexes = [models.Index(fields=["ward", "table_name", "until"], name="accounts_former_until")]
        constraints = [
            models.UniqueConstraint("ward", "table_name", "row_id", "until", name="accounts_formervalues_day"),
            models.CheckConstraint(
                name="accounts_formervalues_removed", condition=Q(is_removed=True) | Q(since__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.until:%d/%m/%Y}"


class AccessLogQuerySet(WardQuerySet):
    def for_list(self) -> Self:
        """The newest first: by the key, which an index has in that order however long the log is."""
        return self.select_related("user").order_by("-id")

    def on_day(self, day: datetime.date) -> Self:
        return self.filter(at__date=day)

    def with_reason(self) -> Self:
        return self.exclude(reason="")

    def without_reason(self) -> Self:
        return self.filter(reason="")

    def explained(self, *, user: User, subject: Any, day: datetime.date) -> bool:
        """Whether the person has said on that day what the file is opened for."""
        rows = self.filter(ward=subject.ward_id, subject_type=subject._meta.label_lower, subject_id=subject.pk)
        return rows.filter(user=user).on_day(day).with_reason().exists()

    def note(self, *, user: User, subject: Any, act: str = ReadAct.READ, fields: str = "", reason: str = "") -> None:
        """Write down that a person's file was read, revealed, exported or printed."""
        self.create(
            ward_id=subject.ward_id,
            user=user,
            act=act,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            fields=fields,
            reason=reason,
        )


class AccessLog(WardModel):
    """Who read which household's file. Append-only: the database refuses to change or delete a row."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    act = models.CharField(_("act"), max_length=10, choices=ReadAct)
    subject_type = models.CharField(_("kind of row"), max_length=60)
    subject_id = models.BigIntegerField(_("row"))
    fields = models.CharField(_("fields"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["ward", "subject_type", "subject_id"], name="accounts_log_subject"),
            models.Index(fields=["ward", "id"], name="accounts_log_newest"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_act_display()}"
