"""The one place that knows who may do what.

Stands below the models on purpose: it takes users and units as arguments and names no class of theirs.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from core.models import is_log, is_personal


class Permission(StrEnum):
    WARD_READ = "ward_read"  # progress of the whole ward, without households
    PEOPLE_READ = "people_read"  # who holds which role in which unit
    REFERENCE_EDIT = "reference_edit"  # units, calendar, kinds, fields; the Django admin
    USER_MANAGE = "user_manage"
    ACCESS_CONFIRM = "access_confirm"  # the second yes where somebody gets into household files
    CAMPAIGN_EDIT = "campaign_edit"  # the year, undertakings, plan items, meetings
    CAMPAIGN_CLOSE = "campaign_close"
    DOCUMENT_READ = "document_read"
    DOCUMENT_EDIT = "document_edit"
    DOCUMENT_ISSUE = "document_issue"
    DOCUMENT_INSTRUCT = "document_instruct"
    TASK_ASSIGN = "task_assign"
    TASK_REPORT = "task_report"
    TASK_ACCEPT = "task_accept"
    MODEL_REGISTER = "model_register"
    MODEL_DECIDE = "model_decide"
    CONTEST_MANAGE = "contest_manage"
    ENTRY_WRITE = "entry_write"
    CLEARANCE_READ = "clearance_read"  # counts by project
    CLEARANCE_MANAGE = "clearance_manage"
    HOUSEHOLD_READ = "household_read"
    PERSONAL_READ = "personal_read"  # phone, identity number and permanent address, opened with a reason
    VISIT_RECORD = "visit_record"
    DIALOGUE_RECORD = "dialogue_record"
    CALLBACK_ASK = "callback_ask"  # asks households that were drawn how a visit was: day and address, no file
    STREET_MANAGE = "street_manage"
    CLEANUP_RUN = "cleanup_run"
    ARTICLE_EDIT = "article_edit"
    ARTICLE_PUBLISH = "article_publish"
    BROADCAST_EDIT = "broadcast_edit"
    POSTING_EDIT = "posting_edit"
    OUTPUT_EDIT = "output_edit"
    CALENDAR_EDIT = "calendar_edit"
    REMINDER_EDIT = "reminder_edit"
    REPORT_READ = "report_read"
    REPORT_EDIT = "report_edit"
    REPORT_CHECK = "report_check"
    REPORT_SIGN = "report_sign"
    ENTER_FOR_OTHERS = "enter_for_others"  # for a unit or a person without an account; marked on the row
    STYLEGUIDE = "styleguide"
    HISTORY_READ = "history_read"
    GRIEVANCE_READ = "grievance_read"
    GRIEVANCE_KEEP = "grievance_keep"
    GRIEVANCE_CONFIRM = "grievance_confirm"
    ACCESS_LOG_READ = "access_log_read"
    CHANGES_READ = "changes_read"  # who changed what in the whole ward
    PRIVACY_KEEP = "privacy_keep"  # what people ask about their own data, and breaches
    OPERATE = "operate"  # the sending of messages: watch it, stop it, settle what failed


P = Permission
_EVERYBODY_INSIDE = {P.WARD_READ, P.PEOPLE_READ, P.DOCUMENT_READ, P.CLEARANCE_READ, P.REPORT_READ}
_OFFICER = _EVERYBODY_INSIDE | {P.TASK_REPORT, P.HISTORY_READ}

WARD_WIDE: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        _OFFICER
        | {P.REFERENCE_EDIT, P.USER_MANAGE, P.CALENDAR_EDIT, P.REMINDER_EDIT, P.STYLEGUIDE, P.ACCESS_LOG_READ}
        | {P.OPERATE, P.ACCESS_CONFIRM, P.PRIVACY_KEEP, P.CHANGES_READ}
    ),
    Role.LEADERSHIP: frozenset(
        _EVERYBODY_INSIDE
        | {P.HOUSEHOLD_READ, P.MODEL_DECIDE, P.TASK_ACCEPT, P.CAMPAIGN_CLOSE, P.REPORT_SIGN, P.HISTORY_READ}
        | {P.REPORT_CHECK, P.ACCESS_LOG_READ, P.ARTICLE_PUBLISH, P.ACCESS_CONFIRM, P.DOCUMENT_INSTRUCT}
        | {P.GRIEVANCE_READ, P.GRIEVANCE_CONFIRM, P.PERSONAL_READ, P.CHANGES_READ}
    ),
    Role.CAMPAIGN_OFFICER: frozenset(
        _OFFICER
        | {P.CAMPAIGN_EDIT, P.CAMPAIGN_CLOSE, P.DOCUMENT_EDIT, P.TASK_ASSIGN, P.TASK_ACCEPT, P.MODEL_REGISTER}
        | {P.MODEL_DECIDE, P.CONTEST_MANAGE, P.ENTRY_WRITE, P.STREET_MANAGE, P.CLEANUP_RUN, P.REPORT_EDIT}
        | {P.ENTER_FOR_OTHERS, P.CALENDAR_EDIT, P.REMINDER_EDIT, P.ARTICLE_EDIT, P.BROADCAST_EDIT}
        | {P.POSTING_EDIT, P.OUTPUT_EDIT, P.REPORT_CHECK}
    ),
    Role.RECORDS_CLERK: frozenset(_OFFICER | {P.DOCUMENT_EDIT, P.DOCUMENT_ISSUE, P.POSTING_EDIT, P.REPORT_CHECK}),
    Role.CLEARANCE_OFFICER: frozenset(
        _OFFICER
        | {P.CLEARANCE_MANAGE, P.HOUSEHOLD_READ, P.VISIT_RECORD, P.DIALOGUE_RECORD, P.ENTER_FOR_OTHERS}
        | {P.POSTING_EDIT, P.PERSONAL_READ}
    ),
    Role.GRIEVANCE_OFFICER: frozenset({P.WARD_READ, P.PEOPLE_READ, P.GRIEVANCE_READ, P.GRIEVANCE_KEEP}),
    Role.MEDIA_OFFICER: frozenset(
        _OFFICER | {P.ARTICLE_EDIT, P.ARTICLE_PUBLISH, P.BROADCAST_EDIT, P.POSTING_EDIT, P.OUTPUT_EDIT}
    ),
    Role.SUPERVISOR: frozenset(
        {P.WARD_READ, P.PEOPLE_READ, P.CLEARANCE_READ, P.REPORT_READ, P.DOCUMENT_READ, P.GRIEVANCE_READ, P.CALLBACK_ASK}
    ),
    Role.SUPERIOR_VIEWER: frozenset({P.REPORT_READ}),
}
OWN_UNIT: dict[str, frozenset[Permission]] = {
    Role.UNIT_HEAD: frozenset(
        {P.PEOPLE_READ, P.DOCUMENT_READ, P.CLEARANCE_READ, P.REPORT_READ, P.TASK_REPORT, P.MODEL_REGISTER}
        | {P.ENTRY_WRITE, P.HOUSEHOLD_READ, P.VISIT_RECORD, P.CLEANUP_RUN, P.OUTPUT_EDIT}
    ),
    Role.FIELD_MEMBER: frozenset({P.PEOPLE_READ, P.HOUSEHOLD_READ, P.VISIT_RECORD, P.CLEANUP_RUN}),
}

# Who may hold a role and what for: shown in the portal and written to docs/roles.md.
ROLE_PROSE = {
    Role.ADMINISTRATOR: gettext_lazy(
        "Keeps units, people, the calendar and reference data in the Django admin. Reads no household file."
    ),
    Role.LEADERSHIP: gettext_lazy(
        "Standing board of the Party committee and heads of the People's Committee. "
        "Reads all, approves, decides, signs."
    ),
    Role.CAMPAIGN_OFFICER: gettext_lazy(
        "The standing mobilization office. Runs the campaign: tasks, models, streets, contest and reports."
    ),
    Role.RECORDS_CLERK: gettext_lazy("Keeps the register of documents in and out, their numbers and sending."),
    Role.CLEARANCE_OFFICER: gettext_lazy("Keeps clearance projects, household lists, visits and dialogue of the ward."),
    Role.GRIEVANCE_OFFICER: gettext_lazy(
        "Receives grievances only, and never belongs to a mobilizing team of the same project."
    ),
    Role.MEDIA_OFFICER: gettext_lazy("The editorial board: articles, loudspeaker broadcasts, postings."),
    Role.UNIT_HEAD: gettext_lazy(
        "Secretary of a cell or head of an organization. Works for the own unit and the households of its teams; "
        "sees counts of the others."
    ),
    Role.FIELD_MEMBER: gettext_lazy(
        "Member of a mobilizing or clean-up team. Sees the assigned households and clean-ups only."
    ),
    Role.SUPERVISOR: gettext_lazy(
        "The Fatherland Front as independent supervisor. Reads progress and sums, changes nothing."
    ),
    Role.SUPERIOR_VIEWER: gettext_lazy("A superior body. Reads sums and reports, no rows of people."),
}
# What each permission lets somebody do, in the words of the page /roles/ and of docs/roles.md.
PERMISSION_WORDS = {
    P.WARD_READ: gettext_lazy("see the progress of the whole ward, without households"),
    P.PEOPLE_READ: gettext_lazy("see who holds which role in which unit"),
    P.REFERENCE_EDIT: gettext_lazy("keep units, kinds and other reference data"),
    P.USER_MANAGE: gettext_lazy("give people their accounts and roles"),
    P.ACCESS_CONFIRM: gettext_lazy(
        "agree, as a second person, that somebody gets a role that opens household files "
        "or a new way to sign in with one"
    ),
    P.CAMPAIGN_EDIT: gettext_lazy("keep the campaign, its undertakings, plan items and meetings"),
    P.CAMPAIGN_CLOSE: gettext_lazy("open and close a campaign year"),
    P.DOCUMENT_READ: gettext_lazy("read plans and documents"),
    P.DOCUMENT_EDIT: gettext_lazy("register documents and prepare drafts"),
    P.DOCUMENT_ISSUE: gettext_lazy("give documents their numbers and issue them"),
    P.DOCUMENT_INSTRUCT: gettext_lazy("say what is to be done about an incoming document"),
    P.TASK_ASSIGN: gettext_lazy("assign tasks to units"),
    P.TASK_REPORT: gettext_lazy("report on tasks"),
    P.TASK_ACCEPT: gettext_lazy("accept finished tasks"),
    P.MODEL_REGISTER: gettext_lazy("register models"),
    P.MODEL_DECIDE: gettext_lazy("decide on registered models"),
    P.CONTEST_MANAGE: gettext_lazy("run the writing contest"),
    P.ENTRY_WRITE: gettext_lazy("write contest entries"),
    P.CLEARANCE_READ: gettext_lazy("see counts of clearance projects"),
    P.CLEARANCE_MANAGE: gettext_lazy("keep clearance projects and their household lists"),
    P.HOUSEHOLD_READ: gettext_lazy("open household files, which is logged"),
    P.PERSONAL_READ: gettext_lazy(
        "open phone, identity number and permanent address of people, with a reason that is logged"
    ),
    P.VISIT_RECORD: gettext_lazy("record visits"),
    P.CALLBACK_ASK: gettext_lazy(
        "ask households that were drawn how a visit was, knowing its day and the address only, which is logged"
    ),
    P.DIALOGUE_RECORD: gettext_lazy("record dialogue conferences and their minutes"),
    P.STREET_MANAGE: gettext_lazy("keep streets and their clean-up series"),
    P.CLEANUP_RUN: gettext_lazy("run and close clean-ups"),
    P.ARTICLE_EDIT: gettext_lazy("write articles"),
    P.ARTICLE_PUBLISH: gettext_lazy("publish articles and put up legal postings"),
    P.BROADCAST_EDIT: gettext_lazy("keep loudspeaker broadcasts"),
    P.POSTING_EDIT: gettext_lazy("prepare legal postings, and keep their proof and closing records"),
    P.OUTPUT_EDIT: gettext_lazy("note boards, banners, leaflets and posts that were brought out"),
    P.CALENDAR_EDIT: gettext_lazy("keep the working calendar"),
    P.REMINDER_EDIT: gettext_lazy("change reminder rules"),
    P.REPORT_READ: gettext_lazy("read reports that were signed"),
    P.REPORT_EDIT: gettext_lazy("write reports and hand them in"),
    P.REPORT_CHECK: gettext_lazy("check reports that others wrote, or send them back"),
    P.REPORT_SIGN: gettext_lazy("read drafts of reports, sign what others wrote, and withdraw what was signed"),
    P.ENTER_FOR_OTHERS: gettext_lazy("enter for a unit or a person without an account, which is marked"),
    P.STYLEGUIDE: gettext_lazy("see the components of the pages"),
    P.GRIEVANCE_READ: gettext_lazy("see the register of grievances with their clocks, without what is in them"),
    P.GRIEVANCE_KEEP: gettext_lazy("receive grievances, read them and record what becomes of them, which is logged"),
    P.GRIEVANCE_CONFIRM: gettext_lazy("read grievances, and confirm a withdrawal as a second person"),
    P.HISTORY_READ: gettext_lazy("see who changed a row, when and why"),
    P.ACCESS_LOG_READ: gettext_lazy("see who opened which household file"),
    P.CHANGES_READ: gettext_lazy("see who changed what in the whole ward"),
    P.PRIVACY_KEEP: gettext_lazy(
        "keep what people ask about their own data, carry it out, and keep breaches, which is logged"
    ),
    P.OPERATE: gettext_lazy("watch the sending of messages, stop it, and settle what failed"),
}
# A role with one of these counts, and who holds one gets a new way to sign in, by a second person's yes (ADR 11).
# Beside the files it is what the rule stands on: with a second account in such a role, nobody would need anybody.
GUARDED = frozenset(
    {P.HOUSEHOLD_READ, P.PERSONAL_READ, P.USER_MANAGE, P.ACCESS_CONFIRM, P.GRIEVANCE_KEEP, P.PRIVACY_KEEP}
)
# Readers of households, officers and administrators are signed out after the idle hours, whatever they tick.
SHORT_SESSION_ROLES = frozenset(set(Role) - {Role.SUPERVISOR, Role.SUPERIOR_VIEWER, Role.RECORDS_CLERK})


@dataclass(frozen=True)
class Decision:
    """Truthy when allowed; otherwise `reason` is a sentence for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def denied(reason: str) -> Decision:
    return Decision(False, reason)


@dataclass(frozen=True)
class AddedBy:
    """On a model: who adds its rows, and on which page. A form with none of them to choose says so."""

    permission: Permission
    page: str


@dataclass(frozen=True)
class Grants:
    """What a user holds today in the ward entered: roles, and which roles in which units."""

    ward_id: int | None
    roles: frozenset[str]
    unit_roles: frozenset[tuple[str, int]]

    def units_with(self, permission: Permission) -> frozenset[int]:
        return frozenset(unit for role, unit in self.unit_roles if permission in OWN_UNIT.get(role, ()))

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(unit for _role, unit in self.unit_roles)


_NOTHING = Grants(None, frozenset(), frozenset())


def grants(user: Any) -> Grants:
    """The user's grants, read once a request. The first call outside a request enters the only or first ward."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return _NOTHING
    if "_grants" not in user.__dict__:
        enter(user, None)
    return user.__dict__["_grants"]


def reader(pk: int, held: Grants) -> Any:
    """A person as rows see them, who is asked nothing else: who, and what they hold."""
    user = apps.get_model("accounts", "User")(pk=pk)
    user.__dict__["_grants"] = held
    return user


def enter(user: Any, ward_id: int | None) -> None:
    """Work in a ward from now on; None or a foreign ward means the first of the user's own."""
    held = memberships_today(user)
    wards = sorted({ward for ward, _unit, _role in held})
    if ward_id not in wards:
        ward_id = wards[0] if wards else None
    here = [(role, unit) for ward, unit, role in held if ward == ward_id]
    user.__dict__["_grants"] = Grants(ward_id, frozenset(role for role, _unit in here), frozenset(here))


def memberships_today(user: Any) -> list[tuple[int, int, str]]:
    """Ward, unit and role of each; read with the person of a request (accounts/backends.py)."""
    if getattr(user, "held_today", None) is not None:
        return [(held.ward_id, held.unit_id, held.role) for held in user.held_today]
    rows = user.memberships.valid_on(timezone.localdate())
    return list(rows.values_list("ward_id", "unit_id", "role"))


def wards_as(user: Any, role: str) -> frozenset[int]:
    """The wards in which the user holds the role today, whichever of them is entered."""
    return frozenset(ward for ward, _unit, held in memberships_today(user) if held == role)


def ward_id(user: Any) -> Any:
    """The ward entered; None finds no row."""
    return grants(user).ward_id


def can(user: Any, permission: Permission, *, unit: Any = None) -> Decision:
    """May the user do this, in the ward entered, and for this unit if one is given?"""
    held = grants(user)
    if any(permission in WARD_WIDE.get(role, ()) for role in held.roles):
        return ALLOWED
    units = held.units_with(permission)
    if units and (unit is None or unit.pk in units):
        return ALLOWED
    if units:
        return denied(_("Only %(unit)s can do this. You act for another unit.") % {"unit": unit})
    return denied(_("This is the work of: %(roles)s.") % {"roles": ", ".join(holders(permission))})


def holders(permission: Permission) -> list[str]:
    """The labels of the roles that may, for a reason or a page."""
    tables = (WARD_WIDE, OWN_UNIT)
    return [str(role.label) for role in Role if any(permission in table.get(role, ()) for table in tables)]


def is_ward_wide(user: Any, permission: Permission) -> bool:
    """Granted for the whole ward, not only for the user's own units."""
    return any(permission in WARD_WIDE.get(role, ()) for role in grants(user).roles)


def can_in_ward(user: Any, permission: Permission) -> Decision:
    """As `can`, of what concerns the rows of all units at once: who has it for the own unit only has it not."""
    if is_ward_wide(user, permission):
        return ALLOWED
    roles = [str(role.label) for role in Role if permission in WARD_WIDE.get(role, ())]
    return denied(_("This is the work of: %(roles)s.") % {"roles": ", ".join(roles)})


def units_for(user: Any, permission: Permission) -> frozenset[int] | None:
    """The ids of the units for which the user has it; None means every unit of the ward."""
    return None if is_ward_wide(user, permission) else grants(user).units_with(permission)


def has_role(user: Any, *roles: str) -> bool:
    return not grants(user).roles.isdisjoint(roles)


def permissions_of(role: str) -> list[Permission]:
    """What a role may, in the order of the enum, for the whole ward or for its own unit."""
    held = WARD_WIDE.get(role, frozenset()) | OWN_UNIT.get(role, frozenset())
    return [permission for permission in Permission if permission in held]


def roles_with(permissions: Collection[Permission]) -> list[str]:
    """The roles that may one of these, for the whole ward or for their own unit."""
    return [role for role in Role if not frozenset(permissions).isdisjoint(permissions_of(role))]


def is_guarded(role: str) -> bool:
    """Whether the role counts by a second person's yes only."""
    return role in roles_with(GUARDED)


def entered_for(user: Any, unit: Any) -> Any:
    """Who enters a row on behalf of a unit, to be stored beside it (`entered_for_unit_by=`, `entered_by=` …).

    None when the unit is the user's own; the user where it is not and the role may enter for others. Everybody else is
    refused with the reason, so the caller needs no check of its own:

        registration.entered_for_unit_by = access.entered_for(request.user, unit)
    """
    if unit.pk in grants(user).unit_ids:
        return None
    require(can(user, Permission.ENTER_FOR_OTHERS))
    return user


def require(decision: Decision) -> None:
    """Raise PermissionDenied with the reason, which the 403 page shows."""
    if not decision:
        raise PermissionDenied(decision.reason)


def may_enter_admin(user: Any) -> bool:
    return bool(user.is_active and (user.is_superuser or can(user, Permission.REFERENCE_EDIT)))


# The administrator keeps reference data and corrects the campaign's rows. What is closed and what is only read follows
# from the tables themselves: files of people, histories, dated steps and logs.
_ADMIN_APPS = frozenset(
    {"accounts", "deadlines", "notifications", "campaigns", "publicity", "models_registry", "clearance"}
    | {"beautification", "reports"}
)


def has_admin_permission(user: Any, permission: str) -> bool:
    """For the Django admin: `app.action_model` of an administrator (or the operator of the host)."""
    if not may_enter_admin(user):
        return False
    app, _dot, codename = permission.partition(".")
    action, _line, name = codename.partition("_")
    if app not in _ADMIN_APPS:  # tables of libraries know no ward
        return user.is_superuser
    try:
        model = apps.get_model(app, name)
    except LookupError:
        return False
    if is_personal(model):
        return False
    if app == "accounts" and ((name == "ward" and action != "view") or (name == "user" and action == "delete")):
        return user.is_superuser
    return action == "view" or not is_log(model)


def may_stay_signed_in(user: Any) -> bool:
    """Whether the ticked box "stay signed in" counts for the person: in no ward a role that reads households."""
    return not user.is_superuser and SHORT_SESSION_ROLES.isdisjoint(role for _w, _u, role in memberships_today(user))


def can_change_person(user: Any, person: Any) -> Decision:
    """May the user change how the person signs in: user name, addresses, activity, password?

    Who has rights outside the ward is left to the operator of the host: whoever changes them takes them over.
    """
    if user.is_superuser and user.is_active:
        return ALLOWED
    if not (may := can(user, Permission.USER_MANAGE)):
        return may
    if type(person).objects.filter(pk=person.pk).changeable_by(user).exists():
        return ALLOWED
    return denied(_("This person also works outside the ward. Only the operator of the host changes how they sign in."))


def can_reset_password(user: Any, person: Any) -> Decision:
    """May the user give the person a one-time password?"""
    if person.pk == user.pk and not user.is_superuser:
        return denied(_("Change your own password on your profile."))
    return can_change_person(user, person)


def can_give_role(user: Any) -> Decision:
    """May the user make people members? A guarded role counts from a second person's yes on."""
    return ALLOWED if user.is_superuser and user.is_active else can(user, Permission.USER_MANAGE)


def can_confirm(user: Any, request: Any) -> Decision:
    """May the user be the second person? Neither who asked, nor whom it is for."""
    if user.pk in (request.asked_by_id, request.person_id):
        return denied(_("A second person has to agree: neither who asked, nor whom it is for."))
    return ALLOWED if user.is_superuser and user.is_active else can(user, Permission.ACCESS_CONFIRM)
