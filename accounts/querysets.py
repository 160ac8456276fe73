import datetime
import re
import unicodedata
from typing import Any, Self

import phonenumbers
from django.apps import apps
from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone

from accounts import access
from accounts.choices import MergerState, RequestState
from core.models import PeriodQuerySet, StatefulQuerySet, today
from core.search import fold, found
from core.text import nfc, nfc_values

VIETNAM = 84
_PHONE_SIGNS = re.compile(r"\+?[\d\s()./\-\u2010-\u2015]+")  # the library would also find a number among words


def plain_phone(text: str) -> str:
    """One form of a number however it is written; "" for what is no phone number.

    0912345678 for "0912 345 678", "+84 (0) 912.345.678", "0084912345678" and "84912345678"; +33123456789 abroad.
    """
    typed = unicodedata.normalize("NFKC", nfc(text))
    if not _PHONE_SIGNS.fullmatch(typed):
        return ""
    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    if number.country_code != VIETNAM:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


class WardQuerySet(models.QuerySet):
    """Rows of one ward. `visible_to` is the one door; apps narrow it further."""

    def update(self, **fields: Any) -> int:
        """Text comes in by the same door as with `save()`."""
        return super().update(**nfc_values(fields))

    def in_ward_of(self, user: Any) -> Self:
        return self.filter(ward_id=access.ward_id(user))

    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user)


class UnitQuerySet(WardQuerySet, PeriodQuerySet):
    def inside(self) -> Self:
        """Units of the ward itself, not superiors and other outsiders."""
        return self.filter(is_outside=False)

    def for_list(self) -> Self:
        return self.select_related("kind", "parent").order_by("kind__order", "sort_key")

    def named_like(self, text: str) -> Self:
        """Search without marks, also by address."""
        return self.filter(found(text, "search_key") | Q(slug__contains=Replace(fold(text), Value(" "), Value("-"))))

    def with_people_count(self) -> Self:
        """`people_count`: how many people hold a role in the unit today."""
        still = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today())
        today_here = Q(memberships__in_force=True, memberships__valid_from__lte=today()) & still
        return self.annotate(people_count=Count("memberships__user", filter=today_here, distinct=True))

    def of_member(self, user: Any) -> Self:
        """The units in which the user holds a role today, in the ward entered."""
        return self.filter(pk__in=access.grants(user).unit_ids)

    def actionable_by(self, user: Any, permission: access.Permission) -> Self:
        """Units for which the user has the permission."""
        ids = access.units_for(user, permission)
        rows = self.in_ward_of(user)
        return rows if ids is None else rows.filter(pk__in=ids)


class TermQuerySet(WardQuerySet, PeriodQuerySet):
    """Rows of a ward with a first and a last day."""


class MembershipQuerySet(TermQuerySet):
    def valid_on(self, day: datetime.date) -> Self:
        """Those that count: what waits for a second person's yes gives no right."""
        return super().valid_on(day).filter(in_force=True)

    def guarded(self) -> Self:
        """In roles that count by a second person's yes only, today or later."""
        ended = Q(valid_to__lt=today())
        return self.filter(role__in=access.roles_with(access.GUARDED)).exclude(ended)

    def for_list(self) -> Self:
        """With people and units joined, today's first, then by given name; those that wait for a yes among them."""
        ended = models.Case(models.When(valid_to__lt=today(), then=1), default=0)
        waits = Q(request__state=RequestState.WAITING, request__expires_at__gt=timezone.now())
        rows = self.filter(Q(in_force=True) | waits)
        return rows.select_related("user", "unit").order_by(ended, "user__sort_key", "role")


class MergerQuerySet(WardQuerySet, StatefulQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the ward, for those who prepare them and those who agree to the roles that follow."""
        may = access.can(user, access.Permission.REFERENCE_EDIT) or access.can(user, access.Permission.ACCESS_CONFIRM)
        return self.in_ward_of(user) if may else self.none()

    def for_list(self) -> Self:
        """With the units joined; what is still to be carried out first."""
        waits = models.Case(models.When(state=MergerState.PREPARED, then=0), default=1)
        rows = self.select_related("into").prefetch_related("merging__unit")
        return rows.order_by(waits, "-on", "-pk")


class AccessRequestQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the ward, for those who ask and those who answer."""
        may = access.can(user, access.Permission.USER_MANAGE) or access.can(user, access.Permission.ACCESS_CONFIRM)
        return self.in_ward_of(user) if may else self.none()

    def open(self) -> Self:
        """Waiting for an answer, or agreed and not yet used, and not too old for it."""
        return self.filter(state__in=[RequestState.WAITING, RequestState.AGREED], expires_at__gt=timezone.now())

    def for_list(self) -> Self:
        """With people and units joined; what is open first, then the newest."""
        now = timezone.now()
        is_open = Q(state__in=[RequestState.WAITING, RequestState.AGREED], expires_at__gt=now)
        rows = self.select_related("person", "membership__unit", "asked_by", "decided_by")
        return rows.order_by(models.Case(models.When(is_open, then=0), default=1), "-since", "-pk")


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """People who hold or held a membership in the ward entered."""
        held: Any = apps.get_model("accounts", "Membership")._default_manager.filter(ward_id=access.ward_id(user))
        return self.filter(pk__in=held.values("user"))

    def at_work_for(self, user: Any) -> Self:
        """People who hold a role today in the ward entered."""
        held: Any = apps.get_model("accounts", "Membership")._default_manager.valid_on(today())
        return self.filter(pk__in=held.filter(ward_id=access.ward_id(user)).values("user"))

    def with_seats(self, user: Any) -> Self:
        """Each with `seats`: the roles held today in the ward entered, with their units."""
        held: Any = apps.get_model("accounts", "Membership")._default_manager.valid_on(today())
        seats = held.filter(ward_id=access.ward_id(user)).select_related("unit").order_by("unit__sort_key", "role")
        return self.prefetch_related(models.Prefetch("memberships", queryset=seats, to_attr="seats"))

    def search(self, words: str) -> Self:
        return self.filter(found(words, "search_key"))

    def met_by(self, user: Any) -> Self:
        """Whom the user finds in the admin: the people of the ward, or everybody for the operator of the host."""
        return self if user.is_superuser and user.is_active else self.visible_to(user)

    def changeable_by(self, user: Any) -> Self:
        """People whose sign-in the user may change: everybody for the operator of the host, and for who manages
        people those of the ward who have rights nowhere else, now or later."""
        if user.is_superuser and user.is_active:
            return self
        if not access.can(user, access.Permission.USER_MANAGE):
            return self.none()
        Membership = apps.get_model("accounts", "Membership")
        elsewhere = Membership.objects.exclude(ward_id=access.ward_id(user)).exclude(valid_to__lt=today())
        return self.visible_to(user).filter(is_superuser=False).exclude(pk__in=elsewhere.values("user"))

    def new_to(self, user: Any) -> Self:
        """People of the ward who have never signed in and to whom the user may give a first password."""
        Membership = apps.get_model("accounts", "Membership")
        held = Membership.objects.valid_on(today()).filter(ward_id=access.ward_id(user))
        rows = self.changeable_by(user).filter(pk__in=held.values("user"), is_active=True, last_login__isnull=True)
        return rows.exclude(pk=user.pk).order_by("sort_key")

    def waiting_for_a_slip(self, user: Any) -> Self:
        """Of these, those without a one-time password that still works."""
        works = Q(must_change_password=True) & (Q(one_time_until__isnull=True) | Q(one_time_until__gte=timezone.now()))
        return self.new_to(user).exclude(works)

    def who_can_confirm(self, asked: Any) -> Self:
        """Who may be the second person of an access request and has signed in once: others can not be asked."""
        Membership = apps.get_model("accounts", "Membership")
        roles = access.roles_with([access.Permission.ACCESS_CONFIRM])
        held = Membership.objects.valid_on(today()).filter(ward_id=asked.ward_id, role__in=roles)
        rows = self.filter(pk__in=held.values("user"), is_active=True, last_login__isnull=False)
        return rows.exclude(pk__in=[asked.asked_by_id, asked.person_id])

    def known_as(self, typed: str) -> Self:
        """Whom somebody means who types a user name, in any case of letters, or a phone number."""
        name, phone = nfc(typed), plain_phone(typed)
        exact = self.filter(username=name)
        if exact.exists():
            return exact
        return self.filter(Q(phone=phone) if phone else Q(username__iexact=name))


class SavedViewQuerySet(WardQuerySet):
    def own(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(user=user)
