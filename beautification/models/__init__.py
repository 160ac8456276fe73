"""Streets under beautification and their weekly clean-ups."""

from beautification.models.cleanup import Cleanup, CleanupTransition, CleanupTurnout, ClosedTurnout
from beautification.models.series import CleanupSeries
from beautification.models.street import Street, StreetGroup

__all__ = ["Cleanup", "CleanupSeries", "CleanupTransition", "CleanupTurnout", "ClosedTurnout", "Street", "StreetGroup"]
