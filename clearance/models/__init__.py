"""Land-clearance outreach: projects, households, visits, invitations, dialogue and the questions the ward must answer.

No field of this app holds what somebody thinks of a household. Its reply to an invitation is a fact about a meeting.
"""

from clearance.models.agreements import AgreementCount, AgreementRule, AgreementScan, SignedAgreement
from clearance.models.callbacks import VisitCallback, VisitDraw
from clearance.models.codes import CaseCode
from clearance.models.conference import (
    DialogueMinutes,
    DialogueScan,
    DialogueSignature,
    OpinionLine,
    PlanOpinion,
    record_opinions,
)
from clearance.models.dialogues import (
    Dialogue,
    DialogueAttendance,
    DialogueChanges,
    Invitation,
    InvitationEvidence,
    RollLine,
)
from clearance.models.disposals import Disposal
from clearance.models.file import Delivery, DeliveryEvidence, Milestone
from clearance.models.grievances import Grievance, GrievanceClock, GrievanceEvidence, GrievanceTransition
from clearance.models.households import Household, HouseholdParty, Party, Representation, TeamAssignment
from clearance.models.land import LandKind, Plot, PlotHolding
from clearance.models.loops import LoopMinutes, MinutesScan, MobilisationLoop, SetDay
from clearance.models.owed import Obstacle, Promise
from clearance.models.own_steps import OwnStep
from clearance.models.people import Asset, Authorisation, Member, Need, NeedOffer, PartyDetails
from clearance.models.plans import PlanPosting
from clearance.models.plot_parts import PlotPart
from clearance.models.privacy import Breach, PrivacyClock, PrivacyRequest
from clearance.models.procedure import ProcedureStep, ProjectBatch, RuleSet, SigningAuthority, StepTransition
from clearance.models.projects import Project
from clearance.models.questions import AnsweredAlready, Question
from clearance.models.rounds import PlannedVisit, RoundPerson, RoundTeam, VisitRound
from clearance.models.scripts import VisitRule, VisitScript
from clearance.models.shapes import PlotShape
from clearance.models.visits import Visit, VisitCompanion, VisitConcern

__all__ = [
    "AgreementCount",
    "AgreementRule",
    "AgreementScan",
    "AnsweredAlready",
    "Asset",
    "Authorisation",
    "Breach",
    "CaseCode",
    "Delivery",
    "DeliveryEvidence",
    "Dialogue",
    "DialogueAttendance",
    "DialogueChanges",
    "DialogueMinutes",
    "DialogueScan",
    "DialogueSignature",
    "Disposal",
    "Grievance",
    "GrievanceClock",
    "GrievanceEvidence",
    "GrievanceTransition",
    "Household",
    "HouseholdParty",
    "Invitation",
    "InvitationEvidence",
    "LandKind",
    "LoopMinutes",
    "Member",
    "Milestone",
    "MinutesScan",
    "MobilisationLoop",
    "Need",
    "NeedOffer",
    "Obstacle",
    "OpinionLine",
    "OwnStep",
    "Party",
    "PartyDetails",
    "PlanOpinion",
    "PlanPosting",
    "PlannedVisit",
    "Plot",
    "PlotHolding",
    "PlotPart",
    "PlotShape",
    "PrivacyClock",
    "PrivacyRequest",
    "ProcedureStep",
    "Project",
    "ProjectBatch",
    "Promise",
    "Question",
    "Representation",
    "RollLine",
    "RoundPerson",
    "RoundTeam",
    "RuleSet",
    "SetDay",
    "SignedAgreement",
    "SigningAuthority",
    "StepTransition",
    "TeamAssignment",
    "Visit",
    "VisitCallback",
    "VisitCompanion",
    "VisitConcern",
    "VisitDraw",
    "VisitRound",
    "VisitRule",
    "VisitScript",
    "record_opinions",
]
