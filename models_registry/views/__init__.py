"""Pages of the registry."""

from models_registry.views.contest import (
    contest_edit,
    contest_list,
    contest_new,
    contest_quotas,
    entry_detail,
    entry_edit,
    entry_list,
    entry_new,
)
from models_registry.views.fields import field_list
from models_registry.views.progress import progress_new, step_report, step_reschedule
from models_registry.views.registration import (
    model_autosave,
    model_detail,
    model_edit,
    model_file,
    model_list,
    model_new,
    model_remind,
)
from models_registry.views.review import (
    model_correct,
    model_pause,
    model_reopen,
    model_resume,
    model_review,
    model_undo,
    model_withdraw,
)

__all__ = [
    "contest_edit",
    "contest_list",
    "contest_new",
    "contest_quotas",
    "entry_detail",
    "entry_edit",
    "entry_list",
    "entry_new",
    "field_list",
    "model_autosave",
    "model_correct",
    "model_detail",
    "model_edit",
    "model_file",
    "model_list",
    "model_new",
    "model_pause",
    "model_remind",
    "model_reopen",
    "model_resume",
    "model_review",
    "model_undo",
    "model_withdraw",
    "progress_new",
    "step_report",
    "step_reschedule",
]
