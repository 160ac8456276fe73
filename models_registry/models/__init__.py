"""Registered models of skilful mass mobilization, their steps and results; the writing contest."""

from models_registry.models.appraisal import Appraisal, Assessment, Conclusion, Score
from models_registry.models.board import Line, board, total
from models_registry.models.consent import ConsentEvidence, EntryConsent
from models_registry.models.contents import (
    FellowRegistrant,
    ModelArea,
    ModelDocument,
    ModelMilestone,
    ModelTask,
    ModelUndertaking,
    Participation,
    TargetIndicator,
)
from models_registry.models.contest import Contest, ContestEntry, ContestEntryTransition, ContestExclusion, EntryQuota
from models_registry.models.entry import EntryFile, EntryVersion
from models_registry.models.fields import OfficialField, RegistrationTerms, ThemeField
from models_registry.models.honours import HONOURS, Commendation, Honour, Plaque, Recognition, Replication
from models_registry.models.inspection import Inspection, InspectionEvidence, InspectionTask
from models_registry.models.judging import BlindCopy, Judge, JudgeSheet, Judging, Prize, judges_alone
from models_registry.models.progress import (
    ModelStep,
    ProgressEvidence,
    ProgressUpdate,
    ProgressValue,
    StepEvidence,
)
from models_registry.models.proposal import Proposal
from models_registry.models.registration import MobilizationModel, MobilizationModelTransition
from models_registry.models.rubric import Rubric, RubricBand, RubricCriterion
from models_registry.models.upward import SentTable, TableLayout

__all__ = [
    "HONOURS",
    "Appraisal",
    "Assessment",
    "BlindCopy",
    "Commendation",
    "Conclusion",
    "ConsentEvidence",
    "Contest",
    "ContestEntry",
    "ContestEntryTransition",
    "ContestExclusion",
    "EntryConsent",
    "EntryFile",
    "EntryQuota",
    "EntryVersion",
    "FellowRegistrant",
    "Honour",
    "Inspection",
    "InspectionEvidence",
    "InspectionTask",
    "Judge",
    "JudgeSheet",
    "Judging",
    "Line",
    "MobilizationModel",
    "MobilizationModelTransition",
    "ModelArea",
    "ModelDocument",
    "ModelMilestone",
    "ModelStep",
    "ModelTask",
    "ModelUndertaking",
    "OfficialField",
    "Participation",
    "Plaque",
    "Prize",
    "ProgressEvidence",
    "ProgressUpdate",
    "ProgressValue",
    "Proposal",
    "Recognition",
    "RegistrationTerms",
    "Replication",
    "Rubric",
    "RubricBand",
    "RubricCriterion",
    "Score",
    "SentTable",
    "StepEvidence",
    "TableLayout",
    "TargetIndicator",
    "ThemeField",
    "board",
    "judges_alone",
    "total",
]
