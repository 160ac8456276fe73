from clearance.forms.callbacks import CallbackForm
from clearance.forms.conference import (
    DialogueAttendanceForm,
    DialogueMinutesForm,
    DialogueReopenForm,
    DialogueScanForm,
    DialogueSignatureForm,
    OpinionsForm,
)
from clearance.forms.dialogues import (
    DialogueCancelForm,
    DialogueForm,
    DialogueHoldForm,
    DialogueInviteForm,
    InvitationDeliverForm,
)
from clearance.forms.file import DeliveryForm, FileVoidForm, MilestoneForm, OwnStepForm, PaperPhotoForm
from clearance.forms.grievances import (
    CaseFindForm,
    GrievanceForm,
    GrievancePapersForm,
    GrievanceSortForm,
    GrievanceStepForm,
    PublicGrievanceForm,
)
from clearance.forms.households import (
    HouseholdAssignForm,
    HouseholdEditForm,
    HouseholdForm,
    HouseholdNewManyForm,
    HouseholdPauseForm,
    RepresentativeCorrectForm,
    RepresentativeNewForm,
)
from clearance.forms.loops import (
    LoopDecisionForm,
    LoopEndForm,
    LoopForm,
    LoopMistakeForm,
    MinutesForm,
    SetDayForm,
)
from clearance.forms.owed import ObstacleForm, OwedCloseForm, PromiseForm
from clearance.forms.people import NumberFindForm, PartyDetailsForm
from clearance.forms.plans import AgreementCountForm, AgreementForm, AgreementWithdrawForm, PlanForm
from clearance.forms.plots import HoldingEndForm, LandKindForm, PlotEditForm, PlotNewForm, PlotPartForm, PlotRemoveForm
from clearance.forms.procedure import AuthorityForm, BatchForm, HouseholdsBatchForm, StepReachForm
from clearance.forms.projects import ProjectEditForm, ProjectNewForm
from clearance.forms.questions import QuestionAnswerForm, QuestionNewForm, QuestionTellForm
from clearance.forms.rounds import HouseholdsPlanForm, RoundForm, RoundTeamForm
from clearance.forms.scripts import VisitRuleForm, VisitScriptForm
from clearance.forms.shapes import PlotShapesForm
from clearance.forms.visits import VisitAmendForm, VisitNewForm, VisitVoidForm

__all__ = [
    "AgreementCountForm",
    "AgreementForm",
    "AgreementWithdrawForm",
    "AuthorityForm",
    "BatchForm",
    "CallbackForm",
    "CaseFindForm",
    "DeliveryForm",
    "DialogueAttendanceForm",
    "DialogueCancelForm",
    "DialogueForm",
    "DialogueHoldForm",
    "DialogueInviteForm",
    "DialogueMinutesForm",
    "DialogueReopenForm",
    "DialogueScanForm",
    "DialogueSignatureForm",
    "FileVoidForm",
    "GrievanceForm",
    "GrievancePapersForm",
    "GrievanceSortForm",
    "GrievanceStepForm",
    "HoldingEndForm",
    "HouseholdAssignForm",
    "HouseholdEditForm",
    "HouseholdForm",
    "HouseholdNewManyForm",
    "HouseholdPauseForm",
    "HouseholdsBatchForm",
    "HouseholdsPlanForm",
    "InvitationDeliverForm",
    "LandKindForm",
    "LoopDecisionForm",
    "LoopEndForm",
    "LoopForm",
    "LoopMistakeForm",
    "MilestoneForm",
    "MinutesForm",
    "NumberFindForm",
    "ObstacleForm",
    "OpinionsForm",
    "OwedCloseForm",
    "OwnStepForm",
    "PaperPhotoForm",
    "PartyDetailsForm",
    "PlanForm",
    "PlotEditForm",
    "PlotNewForm",
    "PlotPartForm",
    "PlotRemoveForm",
    "PlotShapesForm",
    "ProjectEditForm",
    "ProjectNewForm",
    "PromiseForm",
    "PublicGrievanceForm",
    "QuestionAnswerForm",
    "QuestionNewForm",
    "QuestionTellForm",
    "RepresentativeCorrectForm",
    "RepresentativeNewForm",
    "RoundForm",
    "RoundTeamForm",
    "SetDayForm",
    "StepReachForm",
    "VisitAmendForm",
    "VisitNewForm",
    "VisitRuleForm",
    "VisitScriptForm",
    "VisitVoidForm",
]
