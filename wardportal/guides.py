"""Which guide stands on which page, by the page's name; the texts are docs/help/<language>/<guide>.md."""

from core.guides import Guide, guide
from core.http import HouseRequest

# guide -> pages, in the order in which the list of guides names them
PAGES: dict[str, list[str]] = {
    "open-the-ward": ["accounts:opening", "accounts:opening_superior"],
    "duties": ["accounts:opening_duties", "accounts:opening_officer"],
    "give-a-task": [
        "campaigns:task_new",
        "campaigns:task_edit",
        "campaigns:task_give",
        "campaigns:plan_item_assign",
        "campaigns:outcome_assign",
        "campaigns:series_new",
        "campaigns:series_edit",
    ],
    "report-a-task": [
        "campaigns:task_progress",
        "campaigns:task_submit",
        "campaigns:task_person",
        "campaigns:extension_new",
    ],
    "accept-a-task": ["campaigns:task_return", "campaigns:task_cancel", "campaigns:extension_answer"],
    "register-a-model": ["models_registry:model_new", "models_registry:model_edit"],
    "review-a-model": ["models_registry:model_review", "models_registry:model_correct"],
    "pause-a-model": [
        "models_registry:model_pause",
        "models_registry:model_resume",
        "models_registry:model_withdraw",
        "models_registry:model_reopen",
    ],
    "report-a-step": [
        "models_registry:step_report",
        "models_registry:step_reschedule",
        "models_registry:progress_new",
    ],
    "contest": [
        "models_registry:contest_new",
        "models_registry:contest_edit",
        "models_registry:contest_quotas",
        "models_registry:entry_new",
        "models_registry:entry_edit",
        "models_registry:entry_detail",
    ],
    "register-a-document": [
        "campaigns:document_new",
        "campaigns:document_edit",
        "campaigns:document_issue",
        "campaigns:document_instruct",
        "campaigns:document_deadline",
        "deadlines:deadline_meet",
        "deadlines:deadline_pause",
        "deadlines:deadline_resume",
        "campaigns:document_send",
        "campaigns:document_withdraw",
        "campaigns:resolution_new",
        "campaigns:resolution_members",
        "campaigns:document_expect",
        "campaigns:number_new",
    ],
    "plan-items": ["campaigns:plan_new", "campaigns:plan_item_new", "campaigns:plan_item_edit"],
    "meeting": [
        "campaigns:meeting_new",
        "campaigns:meeting_edit",
        "campaigns:meeting_invite",
        "campaigns:meeting_hold",
        "campaigns:meeting_cancel",
        "campaigns:meeting_attendance",
        "campaigns:invitee_new",
        "campaigns:invitee_edit",
        "campaigns:outcome_new",
        "campaigns:outcome_edit",
    ],
    "clearance-project": ["clearance:project_new", "clearance:project_edit"],
    "households": [
        "clearance:household_new",
        "clearance:household_new_many",
        "clearance:household_edit",
        "clearance:household_assign",
        "clearance:households_assign",
        "clearance:household_pause",
        "clearance:representative_correct",
        "clearance:representative_new",
    ],
    "record-a-visit": ["clearance:visit_new", "clearance:visit_void"],
    "invitation": ["clearance:invitation_deliver", "clearance:invitation_void"],
    "question": ["clearance:question_new", "clearance:question_answer", "clearance:question_tell"],
    "dialogue": [
        "clearance:dialogue_new",
        "clearance:dialogue_edit",
        "clearance:dialogue_invite",
        "clearance:dialogue_hold",
        "clearance:dialogue_attendance",
        "clearance:dialogue_cancel",
    ],
    "street": ["beautification:street_new", "beautification:street_edit", "beautification:street_take_up"],
    "cleanup": [
        "beautification:series_new",
        "beautification:series_edit",
        "beautification:cleanup_new",
        "beautification:cleanup_close",
        "beautification:cleanup_postpone",
        "beautification:cleanup_cancel",
        "beautification:cleanup_count",
        "beautification:cleanup_decide",
        "beautification:cleanup_reopen",
    ],
    "article": [
        "publicity:article_new",
        "publicity:article_edit",
        "publicity:article_return",
        "publicity:article_publish",
        "publicity:article_retire",
        "publicity:reading_new",
    ],
    "broadcast": [
        "publicity:broadcast_new",
        "publicity:broadcast_edit",
        "publicity:broadcast_retire",
        "publicity:airing_new",
        "publicity:airing_done",
        "publicity:slot_new",
        "publicity:slot_edit",
        "publicity:abbreviation_new",
        "publicity:abbreviation_edit",
    ],
    "posting": [
        "publicity:posting_new",
        "publicity:posting_edit",
        "publicity:posting_return",
        "publicity:posting_put_up",
        "publicity:posting_take_down",
        "publicity:posting_close",
        "publicity:proof_new",
        "publicity:place_new",
        "publicity:place_edit",
    ],
    "export": ["reports:export_new"],
    "write-a-report": ["reports:report_new", "reports:report_edit", "reports:report_send"],
    "reminders": ["notifications:rule_new", "notifications:rule_detail"],
    "sending": [
        "notifications:mail_test",
        "notifications:message_mend",
        "notifications:message_drop",
        "notifications:failure_drop",
        "notifications:sending_stop",
    ],
    "my-messages": ["notifications:preference_edit"],
    "my-account": ["accounts:profile", "account_change_password", "mfa_index", "mfa_activate_totp"],
    "days-off": [
        "deadlines:year_new",
        "deadlines:year_confirm",
        "deadlines:day_new",
        "deadlines:day_edit",
        "deadlines:swap_new",
        "deadlines:swap_edit",
    ],
    "the-year": [
        "campaigns:campaign_new",
        "campaigns:campaign_edit",
        "campaigns:turnover_new",
        "campaigns:turnover_detail",
        "models_registry:field_list",
    ],
    "units": ["accounts:opening_units"],
    "merge-units": ["accounts:merger_new", "accounts:merger_edit", "accounts:merger_detail"],
    "people": ["accounts:opening_people", "accounts:slips"],
    "import-a-list": ["intake:batch_new", "intake:batch_ask", "intake:batch_detail"],
    "ways-in": ["accounts:person_sign_in", "accounts:access_request_new"],
    "second-person": ["accounts:access_request_agree", "accounts:access_request_refuse"],
}
_ON_PAGE = {page: name for name, pages in PAGES.items() for page in pages}


def guide_of(request: HouseRequest) -> Guide | None:
    """The guide of the page that is asked for."""
    match = request.resolver_match
    name = _ON_PAGE.get(match.view_name) if match else None
    return guide(name) if name else None


def pointers_for(role: str) -> Guide | None:
    """What somebody in this role is shown at the first sign-in."""
    return guide(f"first/{role}")
