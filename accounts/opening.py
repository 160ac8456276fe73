"""What a ward's people and units still lack."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Permission, roles_with
from accounts.choices import DutyCode
from accounts.models import Duty, Membership, Unit, User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step


@step("ward", 10)
def ward_and_superior(user: User, ward: Ward) -> Step:
    url = reverse("accounts:opening_superior")
    names = list(Unit.objects.filter(ward=ward, is_outside=True).valid_on(today()).values_list("name", flat=True)[:3])
    lacks = [] if names else [Lack(_("No superior body is entered."), _("Enter it"), at_step(url, "ward"))]
    return Step(_("Ward and superior"), url, ", ".join([ward.name, *names]), lacks)


@step("units", 20)
def units(user: User, ward: Ward) -> Step:
    url, count = reverse("accounts:opening_units"), Unit.objects.filter(ward=ward).inside().valid_on(today()).count()
    there = ngettext("%(n)d unit", "%(n)d units", count) % {"n": count}
    lacks = (
        []
        if count > 1
        else [Lack(_("There is no unit yet but the administrator's."), _("Add the units"), at_step(url, "units"))]
    )
    return Step(_("Units"), url, there if count else "", lacks)


@step("duties", 30)
def duties(user: User, ward: Ward) -> Step:
    url = reverse("accounts:opening_duties")
    held = set(Duty.objects.filter(ward=ward).valid_on(today()).values_list("code", flat=True))
    missing = [str(code.label) for code in DutyCode if code not in held]
    said = _("No unit holds these duties: %(names)s.") % {"names": ", ".join(missing)}
    lacks = [Lack(said, _("Choose the units"), at_step(url, "duties"))] if missing else []
    there = _("%(n)d of %(all)d duties") % {"n": len(held), "all": len(DutyCode)} if held else ""
    return Step(_("Who does what"), url, there, lacks)


@step("people", 40)
def people(user: User, ward: Ward) -> Step:
    held = list(Membership.objects.filter(ward=ward).valid_on(today()).values_list("user_id", "unit_id", "role"))
    count = len({person for person, _unit, _role in held})
    there = ngettext("%(n)d person", "%(n)d people", count) % {"n": count}
    return Step(
        _("People and roles"), reverse("accounts:opening_people"), there, list(_people_lacking(user, ward, held))
    )


def _people_lacking(user: User, ward: Ward, held: list[tuple[int, int, str]]) -> Iterator[Lack]:
    enter, slips = (at_step(reverse(f"accounts:{name}"), "people") for name in ("opening_people", "slips"))
    if len({person for person, _unit, _role in held}) < 2:
        yield Lack(_("Nobody but the administrator has an account."), _("Enter the people"), enter)
        return
    seconds = roles_with([Permission.ACCESS_CONFIRM])
    if len({person for person, _unit, role in held if role in seconds}) < 2:
        yield Lack(_("Nobody could be the second person who agrees to a right."), _("Enter the leadership"), enter)
    empty = Unit.objects.filter(ward=ward).inside().valid_on(today()).exclude(pk__in=[unit for _p, unit, _r in held])
    if count := empty.count():
        said = ngettext("%(n)d unit has nobody yet.", "%(n)d units have nobody yet.", count) % {"n": count}
        yield Lack(said, _("Enter the people"), enter)
    if count := User.objects.waiting_for_a_slip(user).count():
        said = ngettext(
            "%(n)d person has no first password that still works.",
            "%(n)d people have no first password that still works.",
            count,
        )
        yield Lack(said % {"n": count}, _("Print the slips"), slips)
