"""What is typed about models, their steps and results, and the contest."""

from models_registry.forms.appraisal import AssessorsForm, ConcludeForm, ReviewOpenForm, RubricForm, ScoreForm
from models_registry.forms.consent import ConsentForm
from models_registry.forms.contest import ContestForm, EntryForm, EntryStepForm, QuotasForm
from models_registry.forms.decision import ModelCorrectForm, ModelReviewForm, ReasonForm
from models_registry.forms.entry import ContestRulesForm, EntryHandInForm
from models_registry.forms.honours import HonourForm
from models_registry.forms.inspection import InspectionForm
from models_registry.forms.judging import AwardForm, CopyClearForm, JudgingForm, PointsForm, TiesForm
from models_registry.forms.progress import ProgressNewForm, SelfAssessForm, StepReportForm, StepRescheduleForm
from models_registry.forms.registration import ModelEditForm
from models_registry.forms.tasks import ModelTasksForm

__all__ = [
    "AssessorsForm",
    "AwardForm",
    "ConcludeForm",
    "ConsentForm",
    "ContestForm",
    "ContestRulesForm",
    "CopyClearForm",
    "EntryForm",
    "EntryHandInForm",
    "EntryStepForm",
    "HonourForm",
    "InspectionForm",
    "JudgingForm",
    "ModelCorrectForm",
    "ModelEditForm",
    "ModelReviewForm",
    "ModelTasksForm",
    "PointsForm",
    "ProgressNewForm",
    "QuotasForm",
    "ReasonForm",
    "ReviewOpenForm",
    "RubricForm",
    "ScoreForm",
    "SelfAssessForm",
    "StepReportForm",
    "StepRescheduleForm",
    "TiesForm",
]
