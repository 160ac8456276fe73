from django.urls import path

from models_registry import views

app_name = "models_registry"
urlpatterns = [
    path("models/", views.model_list, name="model_list"),
    path("models/fields/", views.field_list, name="field_list"),
    path("models/remind/", views.model_remind, name="model_remind"),
    path("models/new/", views.model_new, name="model_new"),
    path("models/new/autosave/", views.model_autosave, name="model_autosave_new"),
    path("models/<slug:key>/", views.model_detail, name="model_detail"),
    path("models/<slug:key>/edit/", views.model_edit, name="model_edit"),
    path("models/<slug:key>/autosave/", views.model_autosave, name="model_autosave"),
    path("models/<slug:key>/review/", views.model_review, name="model_review"),
    path("models/<slug:key>/correct/", views.model_correct, name="model_correct"),
    path("models/<slug:key>/undo/", views.model_undo, name="model_undo"),
    path("models/<slug:key>/reopen/", views.model_reopen, name="model_reopen"),
    path("models/<slug:key>/withdraw/", views.model_withdraw, name="model_withdraw"),
    path("models/<slug:key>/pause/", views.model_pause, name="model_pause"),
    path("models/<slug:key>/resume/", views.model_resume, name="model_resume"),
    path("models/<slug:key>/steps/<slug:kind>/", views.step_report, name="step_report"),
    path("models/<slug:key>/steps/<slug:kind>/reschedule/", views.step_reschedule, name="step_reschedule"),
    path("models/<slug:key>/results/new/", views.progress_new, name="progress_new"),
    path("models/<slug:key>/files/<slug:kind>/<int:pk>/", views.model_file, name="model_file"),
    path("contest/", views.contest_list, name="contest_list"),
    path("contest/new/", views.contest_new, name="contest_new"),
    path("contest/<int:pk>/edit/", views.contest_edit, name="contest_edit"),
    path("contest/<int:pk>/quotas/", views.contest_quotas, name="contest_quotas"),
    path("contest/<int:pk>/entries/new/", views.entry_new, name="entry_new"),
    path("contest/entries/", views.entry_list, name="entry_list"),
    path("contest/entries/<int:pk>/", views.entry_detail, name="entry_detail"),
    path("contest/entries/<int:pk>/edit/", views.entry_edit, name="entry_edit"),
]
