from django.db import models
from django.utils.translation import gettext_lazy as _


class Branch(models.TextChoices):
    PARTY = "party", _("Party")
    GOVERNMENT = "government", _("Government")
    FRONT = "front", _("Fatherland Front")
    ASSOCIATION = "association", _("Mass organization")
    RESIDENTIAL = "residential", _("Residential group")
    TEAM = "team", _("Team")
    OUTSIDE = "outside", _("Outside body")


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Ward administrator")
    LEADERSHIP = "leadership", _("Leadership")
    CAMPAIGN_OFFICER = "campaign_officer", _("Campaign officer")
    RECORDS_CLERK = "records_clerk", _("Records clerk")
    CLEARANCE_OFFICER = "clearance_officer", _("Clearance officer")
    GRIEVANCE_OFFICER = "grievance_officer", _("Grievance officer")
    MEDIA_OFFICER = "media_officer", _("Media officer")
    UNIT_HEAD = "unit_head", _("Unit head")
    FIELD_MEMBER = "field_member", _("Field team member")
    SUPERVISOR = "supervisor", _("Supervisor (Front)")
    SUPERIOR_VIEWER = "superior_viewer", _("Superior viewer")


class DutyCode(models.TextChoices):
    MOBILIZATION_OFFICE = "mobilization_office", _("Standing mobilization office")
    RECORDS = "records", _("Records office")
    GRIEVANCE_DESK = "grievance_desk", _("Grievance desk")
    EDITORIAL_BOARD = "editorial_board", _("Editorial board")
    COMPENSATION = "compensation", _("Compensation unit")


class RequestKind(models.TextChoices):
    """What may need a second person's yes: a role, or a new way into an account."""

    ROLE = "role", _("Role")
    PASSWORD = "password", _("One-time password")
    SECOND_STEP = "second_step", _("Second step turned off")
    LOCK = "lock", _("Pause of sign-in lifted")


class RequestState(models.TextChoices):
    WAITING = "waiting", _("waits for a second person")
    AGREED = "agreed", _("agreed, not yet carried out")
    DONE = "done", _("carried out")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Exemption(models.TextChoices):
    """Why nobody had to be asked."""

    UNGUARDED = "unguarded", _("the person holds no role that opens household files or keeps rights")
    NOBODY = "nobody", _("nobody else in the ward could agree, and there was no household file yet")
    HOST = "host", _("it was done by the operator of the host")


class MergerState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    DONE = "done", _("carried out")
    DROPPED = "dropped", _("dropped")


class ReadAct(models.TextChoices):
    READ = "read", _("read")
    REVEAL = "reveal", _("revealed")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")


class OpenReason(models.TextChoices):
    """For what somebody opens what is not on every page, or the file of a household that is not the own."""

    VISIT = "visit", _("To prepare a visit or a call")
    PAPER = "paper", _("To write or deliver a paper")
    ASKED = "asked", _("The person asks for it")
    CHECK = "check", _("To check what was entered")
    WATCH = "watch", _("To look after the work of a team")
    OTHER = "other", _("Another reason")


# The parts of a file, as views name them when they note a reading.
FIELD_WORDS = {
    "name": _("full name"),
    "address": _("home address"),
    "phone": _("phone"),
    "identity_number": _("identity number"),
    "permanent_address": _("permanent address"),
    "people": _("people of the file"),
    "needs": _("needs for help"),
    "question": _("question"),
    "photo": _("photo of the receipt"),
    "visit": _("visit"),
    "loop": _("mobilisation"),
    "minutes": _("minutes of a conference"),
    "history": _("history of changes"),
    "file": _("file"),
}
