from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class TurnoverState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    DONE = "done", _("carried out")


class UndertakingKind(models.TextChoices):
    CLEARANCE = "clearance", _("Land clearance")
    STREET = "street", _("Street")
    OTHER = "other", _("Other work")


class Numbering(models.TextChoices):
    TERM = "term", _("by term of the committee")
    YEAR = "year", _("by calendar year")


class Direction(models.TextChoices):
    IN = "in", pgettext_lazy("document", "Incoming")
    OUT = "out", pgettext_lazy("document", "Outgoing")
    INTERNAL = "internal", pgettext_lazy("document", "Internal")


PLAN_CODE = "KH"
LETTER_CODE = "CV"
INCOMING_RULE = "incoming-answer"  # of deadlines/data/rules.json
RESOLUTION_CODE = "NQ"


class DocumentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TextState(models.TextChoices):
    WAITING = "waiting", _("The text of the file is being read")
    READ = "read", _("The text of the file is searched, too")
    NO_LAYER = "no_layer", _("A scan: the file has no text layer, only symbol and summary are searched")
    UNREADABLE = "unreadable", _("The file's text can not be read, only symbol and summary are searched")


class Priority(models.IntegerChoices):
    HIGH = 1, pgettext_lazy("priority", "High")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    LOW = 3, pgettext_lazy("priority", "Low")


class Every(models.TextChoices):
    """How often a task comes again, counted from its first due day."""

    WEEK = "week", pgettext_lazy("every", "Week")
    FORTNIGHT = "fortnight", pgettext_lazy("every", "Two weeks")
    MONTH = "month", pgettext_lazy("every", "Month")
    QUARTER = "quarter", pgettext_lazy("every", "Quarter")


class EvidenceKind(models.TextChoices):
    """What a task may ask for before it is done. A photo is a file too."""

    FILE = "file", _("A photo or a file")
    PHOTO = "photo", _("A photo")
    LINK = "link", _("A link")
    FIGURE = "figure", _("The number reached")


class ExtensionState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("more time", "Asked for")
    GRANTED = "granted", pgettext_lazy("more time", "Granted")
    REFUSED = "refused", pgettext_lazy("more time", "Refused")
    LAPSED = "lapsed", pgettext_lazy("more time", "Not needed any more")


class TaskState(models.TextChoices):
    ASSIGNED = "assigned", _("Not started")
    ACKNOWLEDGED = "acknowledged", _("Received")
    DOING = "doing", _("In progress")
    SUBMITTED = "submitted", _("Waiting for acceptance")
    DONE = "done", pgettext_lazy("task", "Done")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.DOING, TaskState.SUBMITTED)
NOT_BEGUN = OPEN_STATES[:2]  # nothing was reported yet
UNIT_STATES = OPEN_STATES[:3]  # it is the unit's turn; a submitted task waits for the ward


class TaskGroup(models.IntegerChoices):
    """What needs action first: the order and the headings of the list of tasks."""

    LATE = 1, pgettext_lazy("tasks", "Overdue")
    WEEK = 2, pgettext_lazy("tasks", "Within seven days")
    FORTNIGHT = 3, pgettext_lazy("tasks", "Within fourteen days")
    SUBMITTED = 4, pgettext_lazy("tasks", "Waiting for acceptance")
    LATER = 5, pgettext_lazy("tasks", "Later")
    DONE = 6, pgettext_lazy("tasks", "Done")
    CANCELLED = 7, pgettext_lazy("tasks", "Cancelled")


_G = TaskGroup
# The `state` of the list's address -> the groups it shows.
TASK_TABS = {
    "open": (_G.LATE, _G.WEEK, _G.FORTNIGHT, _G.SUBMITTED, _G.LATER),
    "late": (_G.LATE,),
    "week": (_G.WEEK,),
    "fortnight": (_G.WEEK, _G.FORTNIGHT),
    "submitted": (_G.SUBMITTED,),
    "done": (_G.DONE,),
    "all": (_G.LATE, _G.WEEK, _G.FORTNIGHT, _G.SUBMITTED, _G.LATER, _G.DONE),
    "cancelled": (_G.CANCELLED,),
}
TAB_LABELS = {
    "open": pgettext_lazy("tasks", "Open"),
    "late": pgettext_lazy("tasks", "Overdue"),
    "week": pgettext_lazy("tasks", "This week"),
    "fortnight": pgettext_lazy("tasks", "Within fourteen days"),
    "submitted": pgettext_lazy("tasks", "Waiting for acceptance"),
    "done": pgettext_lazy("tasks", "Done"),
    "all": pgettext_lazy("tasks", "All"),
    "cancelled": pgettext_lazy("tasks", "Cancelled"),
}


LINKED_TABS = ("fortnight", "cancelled")  # shown as a tab only where a link asked for them

# The columns of the board.
BOARD_STATES = (*OPEN_STATES, TaskState.DONE)


class MeetingKind(models.TextChoices):
    DISSEMINATION = "dissemination", _("Dissemination session")
    REVIEW = "review", _("Review meeting")
    OTHER = "other", _("Other meeting")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Absence(models.TextChoices):
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    RE_BRIEFED = "re_briefed", _("informed afterwards")
