"""Streets under beautification and their weekly clean-ups."""

from beautification.models.calls import CleanupNeed, CleanupReply
from beautification.models.checkin import CheckinCode, Scan
from beautification.models.cleanup import Cleanup, CleanupTransition, CleanupTurnout, ClosedTurnout
from beautification.models.criteria import (
    CriteriaSet,
    CriterionEvidence,
    CriterionResult,
    StreetAssessment,
    StreetCriterion,
)
from beautification.models.defects import Defect, DefectKind, DefectTransition
from beautification.models.line import StreetLine
from beautification.models.photos import Photo, PhotoPair
from beautification.models.series import CleanupSeries, SeriesTurn
from beautification.models.street import Street, StreetGroup

__all__ = [
    "CheckinCode",
    "Cleanup",
    "CleanupNeed",
    "CleanupReply",
    "CleanupSeries",
    "CleanupTransition",
    "CleanupTurnout",
    "ClosedTurnout",
    "CriteriaSet",
    "CriterionEvidence",
    "CriterionResult",
    "Defect",
    "DefectKind",
    "DefectTransition",
    "Photo",
    "PhotoPair",
    "Scan",
    "SeriesTurn",
    "Street",
    "StreetAssessment",
    "StreetCriterion",
    "StreetGroup",
    "StreetLine",
]
