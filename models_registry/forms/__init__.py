"""What is typed about models, their steps and results, and the contest."""

from models_registry.forms.contest import ContestForm, EntryForm, EntryStepForm, QuotasForm
from models_registry.forms.decision import ModelCorrectForm, ModelReviewForm, ReasonForm
from models_registry.forms.progress import ProgressNewForm, StepReportForm, StepRescheduleForm
from models_registry.forms.registration import ModelEditForm

__all__ = [
    "ContestForm",
    "EntryForm",
    "EntryStepForm",
    "ModelCorrectForm",
    "ModelEditForm",
    "ModelReviewForm",
    "ProgressNewForm",
    "QuotasForm",
    "ReasonForm",
    "StepReportForm",
    "StepRescheduleForm",
]
