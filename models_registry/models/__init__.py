"""Registered models of skilful mass mobilization, their steps and results; the writing contest."""

from models_registry.models.contest import Contest, ContestEntry, ContestEntryTransition, EntryQuota
from models_registry.models.fields import OfficialField, RegistrationTerms, ThemeField
from models_registry.models.progress import (
    ModelStep,
    ProgressEvidence,
    ProgressUpdate,
    ProgressValue,
    StepEvidence,
)
from models_registry.models.registration import (
    MobilizationModel,
    MobilizationModelTransition,
    ModelDocument,
    ModelUndertaking,
    TargetIndicator,
)

__all__ = [
    "Contest",
    "ContestEntry",
    "ContestEntryTransition",
    "EntryQuota",
    "MobilizationModel",
    "MobilizationModelTransition",
    "ModelDocument",
    "ModelStep",
    "ModelUndertaking",
    "OfficialField",
    "ProgressEvidence",
    "ProgressUpdate",
    "ProgressValue",
    "RegistrationTerms",
    "StepEvidence",
    "TargetIndicator",
    "ThemeField",
]
