"""People, units and what they may do. Stands below events: field history is its record."""

import datetime
import secrets
import unicodedata
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Min, Q, Value
from django.db.models.functions import Lower, TruncMinute
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access, mail
from accounts.access import AddedBy, Permission
from accounts.choices import Branch, DutyCode, ReadAct, Role
from accounts.querysets import MembershipQuerySet, UnitQuerySet, UserQuerySet, WardQuerySet, plain_phone
from core.dated import dated
from core.keys import WardKey
from core.models import Period, PeriodQuerySet, WardModel, take_in, tracked, tracked_without
from core.search import folded, in_order, sort_key
from core.text import nfc

ONE_TIME_HOURS = 24
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


@tracked_without("password", "last_login")
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
    search_key = folded("full_name")
    sort_key = sort_key("full_name", "vi_name_key")

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

    def give_one_time_password(self, *, by: "User") -> str:
        """A password to read out or hand over, shown to `by` once; must be changed at the first sign-in within a day.

        Changing the password ends every session of the person.
        """
        access.require(access.can_reset_password(by, self))
        password = "-".join("".join(secrets.choice(ONE_TIME_LETTERS) for _i in range(4)) for _j in range(3))
        self.set_password(password)
        self.must_change_password = True
        self.one_time_until = timezone.now() + datetime.timedelta(hours=ONE_TIME_HOURS)
        self.save(update_fields=["password", "must_change_password", "one_time_until"])
        return password

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
                violation_error_message=_("This person already has this role in this unit during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"


@tracked
class Duty(WardModel, Period):
    """Which unit is the standing mobilization office, the records office, the editorial board …, and when."""

    code = models.CharField(_("duty"), max_length=30, choices=DutyCode)
    unit = WardKey(Unit, models.PROTECT, related_name="duties", verbose_name=_("unit"))

    objects = MembershipQuerySet.as_manager()

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
        return self.select_related("user").order_by("-at", "-id")

    def on_day(self, day: datetime.date) -> Self:
        return self.filter(at__date=day)

    def openings(self) -> Self:
        """One line for what one person did with one file within a minute, with the parts that were seen."""
        lines: Any = self.order_by().annotate(minute=TruncMinute("at"))
        lines = lines.values("minute", "user", "user__full_name", "act", "subject_type", "subject_id")
        lines = lines.annotate(
            since=Min("at"), parts=ArrayAgg("fields", distinct=True), reasons=ArrayAgg("reason", distinct=True)
        )
        return lines.order_by("-minute", "-since", "user", "subject_type", "subject_id")

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
        indexes = [models.Index(fields=["ward", "subject_type", "subject_id"], name="accounts_log_subject")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_act_display()}"
