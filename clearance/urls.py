from typing import Any

from django.urls import include, path

from clearance.views import (
    conference,
    dialogues,
    file,
    grievances,
    households,
    loops,
    owed,
    people,
    plots,
    procedure,
    projects,
    public,
    questions,
    visiting,
    visits,
)

app_name = "clearance"

# /clearance/projects/<slug>/households/<number>/
household_urls = [
    path("", households.household_detail, name="household_detail"),
    path("edit/", households.household_edit, name="household_edit"),
    path("representative/correct/", households.representative_correct, name="representative_correct"),
    path("representative/new/", households.representative_new, name="representative_new"),
    path("assign/", households.household_assign, name="household_assign"),
    path("pause/", households.household_pause, name="household_pause"),
    path("resume/", households.household_resume, name="household_resume"),
    path("card/", households.household_card, name="household_card"),
    path("people/", people.household_people, name="household_people"),
    path("people/new/", people.party_new, name="party_new"),
    path("people/needs/open/", people.needs_open, name="needs_open"),
    path("people/<slug:kind>/new/", people.people_row_new, name="people_row_new"),
    path("people/<int:pk>/details/", people.party_details, name="party_details"),
    path("people/<int:pk>/open/", people.party_open, name="party_open"),
    path("visits/new/", visits.visit_new, name="visit_new"),
    path("plots/new/", plots.plot_new, name="plot_new"),
    path("papers/new/", file.delivery_new, name="delivery_new"),
    path("milestones/new/", file.milestone_new, name="milestone_new"),
    path("promises/new/", owed.promise_new, name="promise_new"),
    path("obstacles/new/", owed.obstacle_new, name="obstacle_new"),
    path("steps/new/", file.own_step_new, name="own_step_new"),
    path("mobilisations/new/", loops.loop_new, name="loop_new"),
    path("days/new/", loops.set_day_new, name="set_day_new"),
]

# /clearance/mobilisations/<pk>/
loop_urls = [
    path("", loops.loop_detail, name="loop_detail"),
    path("minutes/new/", loops.minutes_new, name="minutes_new"),
    path("end/", loops.loop_end, name="loop_end"),
    path("mistake/", loops.loop_mistake, name="loop_mistake"),
    path("decision/", loops.loop_decide, name="loop_decide"),
    path("decision/confirm/", loops.loop_confirm, name="loop_confirm"),
]

# /clearance/projects/<slug>/dialogue/<pk>/
dialogue_urls = [
    path("", dialogues.dialogue_detail, name="dialogue_detail"),
    path("edit/", dialogues.dialogue_edit, name="dialogue_edit"),
    path("invite/", dialogues.dialogue_invite, name="dialogue_invite"),
    path("attendance/", conference.dialogue_attendance, name="dialogue_attendance"),
    path("opinions/", conference.dialogue_opinions, name="dialogue_opinions"),
    path("minutes/", conference.dialogue_minutes, name="dialogue_minutes"),
    path("minutes/edit/", conference.dialogue_minutes_edit, name="dialogue_minutes_edit"),
    path("minutes/signatures/new/", conference.dialogue_signature_new, name="dialogue_signature_new"),
    path("minutes/signatures/<int:line>/remove/", conference.dialogue_unsign, name="dialogue_unsign"),
    path("minutes/scans/new/", conference.dialogue_scan_new, name="dialogue_scan_new"),
    path("minutes/scans/<int:scan>/", conference.dialogue_scan, name="dialogue_scan"),
    path("minutes/paper/", conference.dialogue_minutes_paper, name="dialogue_minutes_paper"),
    path("minutes/close/", conference.dialogue_minutes_close, name="dialogue_minutes_close"),
    path("minutes/reopen/", conference.dialogue_minutes_reopen, name="dialogue_minutes_reopen"),
    path("summary/", conference.dialogue_summary, name="dialogue_summary"),
    path("hold/", dialogues.dialogue_hold, name="dialogue_hold"),
    path("cancel/", dialogues.dialogue_cancel, name="dialogue_cancel"),
    path("questions/new/", dialogues.question_new, name="question_new"),
]

# /clearance/projects/<slug>/
project_urls: list[Any] = [
    path("", projects.project_detail, name="project_detail"),
    path("edit/", projects.project_edit, name="project_edit"),
    path("households/", households.household_list, name="household_list"),
    path("households/new/", households.household_new, name="household_new"),
    path("households/assign/", households.households_assign, name="households_assign"),
    path("households/new/many/", households.household_new_many, name="household_new_many"),
    path("households/<int:number>/", include(household_urls)),
    path("households/batch/", procedure.households_batch, name="households_batch"),
    path("steps/new/", procedure.step_reach, name="step_reach"),
    path("batches/new/", procedure.batch_new, name="batch_new"),
    path("batches/<int:number>/edit/", procedure.batch_edit, name="batch_edit"),
    path("plots/", plots.plot_list, name="plot_list"),
    path("plots/<int:pk>/", plots.plot_detail, name="plot_detail"),
    path("plots/<int:pk>/edit/", plots.plot_edit, name="plot_edit"),
    path("plots/<int:pk>/remove/", plots.plot_remove, name="plot_remove"),
    path("dialogue/", dialogues.dialogue_list, name="dialogue_list"),
    path("dialogue/new/", dialogues.dialogue_new, name="dialogue_new"),
    path("dialogue/<int:pk>/", include(dialogue_urls)),
]

# /clearance/
clearance_urls: list[Any] = [
    path("", projects.project_list, name="project_list"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<slug:slug>/", include(project_urls)),
    path("procedure/", procedure.procedure, name="procedure"),
    path("procedure/propose/", procedure.procedure_propose, name="procedure_propose"),
    path("procedure/authorities/new/", procedure.authority_new, name="authority_new"),
    path("procedure/authorities/<int:pk>/", procedure.authority_edit, name="authority_edit"),
    path("people/<slug:kind>/<int:pk>/void/", people.people_row_void, name="people_row_void"),
    path("people/needs/<int:pk>/offer/", people.need_offer, name="need_offer"),
    path("find/", people.number_find, name="number_find"),
    path("papers/<int:pk>/void/", file.delivery_void, name="delivery_void"),
    path("papers/<int:pk>/photos/new/", file.delivery_photo, name="delivery_photo"),
    path("papers/<int:pk>/photos/<int:photo_pk>/", file.delivery_evidence, name="delivery_evidence"),
    path("milestones/<int:pk>/void/", file.milestone_void, name="milestone_void"),
    path("promises/<int:pk>/", owed.promise_detail, name="promise_detail"),
    path("obstacles/<int:pk>/", owed.obstacle_detail, name="obstacle_detail"),
    path("mobilisations/<int:pk>/", include(loop_urls)),
    path("steps/<int:pk>/void/", file.own_step_void, name="own_step_void"),
    path("minutes/<int:pk>/void/", loops.minutes_void, name="minutes_void"),
    path("minutes/scans/<int:pk>/", loops.minutes_scan, name="minutes_scan"),
    path("days/<int:pk>/void/", loops.set_day_void, name="set_day_void"),
    path("holdings/<int:pk>/end/", plots.holding_end, name="holding_end"),
    path("land-kinds/", plots.land_kind_list, name="land_kind_list"),
    path("land-kinds/propose/", plots.land_kind_propose, name="land_kind_propose"),
    path("land-kinds/new/", plots.land_kind_new, name="land_kind_new"),
    path("land-kinds/<int:pk>/", plots.land_kind_edit, name="land_kind_edit"),
    path("visits/<int:pk>/amend/", visits.visit_amend, name="visit_amend"),
    path("visits/<int:pk>/minutes/", visits.visit_minutes, name="visit_minutes"),
    path("visits/<int:pk>/minutes.docx", visits.visit_paper, name="visit_paper"),
    path("visits/<int:pk>/void/", visits.visit_void, name="visit_void"),
    path("visiting/", visiting.visiting, name="visiting"),
    path("visiting/propose/", visiting.visiting_propose, name="visiting_propose"),
    path("visiting/scripts/new/", visiting.script_new, name="script_new"),
    path("invitations/<int:pk>/deliver/", dialogues.invitation_deliver, name="invitation_deliver"),
    path("invitations/<int:pk>/void/", dialogues.invitation_void, name="invitation_void"),
    path("invitations/<int:pk>/photos/<int:photo_pk>/", dialogues.invitation_evidence, name="invitation_evidence"),
    path("questions/", questions.question_list, name="question_list"),
    path("questions/<int:pk>/", questions.question_detail, name="question_detail"),
    path("questions/<int:pk>/answer/", questions.question_answer, name="question_answer"),
    path("questions/<int:pk>/tell/", questions.question_tell, name="question_tell"),
]

# /grievances/<year>/<number>/
grievance_urls = [
    path("", grievances.grievance_detail, name="grievance_detail"),
    path("papers/new/", grievances.grievance_papers, name="grievance_papers"),
    path("papers/<int:pk>/", grievances.grievance_evidence, name="grievance_evidence"),
    path("receipt/", grievances.grievance_receipt, name="grievance_receipt"),
    path("sort/", grievances.grievance_sort, name="grievance_sort"),
    path("steps/<slug:step>/", grievances.grievance_step, name="grievance_step"),
]

urlpatterns = [
    path("clearance/", include(clearance_urls)),
    path("grievances/", grievances.grievance_list, name="grievance_list"),
    path("grievances/new/", grievances.grievance_new, name="grievance_new"),
    path("grievances/poster/", grievances.grievance_poster, name="grievance_poster"),
    path("grievances/<int:year>/<int:number>/", include(grievance_urls)),
    path("p/<slug:ward>/visits/", public.public_visits, name="public_visits"),
    path("p/<slug:ward>/my-case/", public.public_case_find, name="public_case_find"),
    path("p/<slug:ward>/my-case/<slug:code>/", public.public_case, name="public_case"),
    path("p/<slug:ward>/grievances/", public.public_grievance, name="public_grievance"),
    path("p/<slug:ward>/grievances/<slug:code>/", public.public_receipt, name="public_receipt"),
]
