from campaigns.models.campaign import (
    Campaign,
    CampaignClosed,
    CampaignFocus,
    CampaignTransition,
    Undertaking,
    YearMissing,
    require_day,
    year_for,
)
from campaigns.models.document import Document, DocumentTransition
from campaigns.models.extension import TaskExtension
from campaigns.models.instruction import Instruction
from campaigns.models.meeting import Meeting, MeetingInvitee, MeetingOutcome, MeetingTransition
from campaigns.models.numbering import NumberStart
from campaigns.models.papers import DocumentKind, NumberPeriod, PaperStandard, PaperStyle
from campaigns.models.plan import PlanItem
from campaigns.models.recipient import DocumentRecipient, MemberAssignment
from campaigns.models.series import SeriesUnit, TaskSeries
from campaigns.models.task import (
    Task,
    TaskEvidence,
    TaskLink,
    TaskProgress,
    TaskTransition,
    TaskUnit,
)
from campaigns.models.text import DocumentText
from campaigns.models.turnover import YearTurnover, YearTurnoverTransition

__all__ = [
    "Campaign",
    "CampaignClosed",
    "CampaignFocus",
    "CampaignTransition",
    "Document",
    "DocumentKind",
    "DocumentRecipient",
    "DocumentText",
    "DocumentTransition",
    "Instruction",
    "Meeting",
    "MeetingInvitee",
    "MeetingOutcome",
    "MeetingTransition",
    "MemberAssignment",
    "NumberPeriod",
    "NumberStart",
    "PaperStandard",
    "PaperStyle",
    "PlanItem",
    "SeriesUnit",
    "Task",
    "TaskEvidence",
    "TaskExtension",
    "TaskLink",
    "TaskProgress",
    "TaskSeries",
    "TaskTransition",
    "TaskUnit",
    "Undertaking",
    "YearMissing",
    "YearTurnover",
    "YearTurnoverTransition",
    "require_day",
    "year_for",
]
