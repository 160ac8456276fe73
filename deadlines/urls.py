from django.urls import path

from deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("days-off/", views.year_list, name="year_list"),
    path("days-off/days.json", views.day_marks, name="day_marks"),
    path("days-off/new/", views.year_new, name="year_new"),
    path("days-off/exchanges/", views.swap_list, name="swap_list"),
    path("days-off/exchanges/new/", views.swap_new, name="swap_new"),
    path("days-off/exchanges/<int:pk>/edit/", views.swap_edit, name="swap_edit"),
    path("days-off/exchanges/<int:pk>/delete/", views.swap_delete, name="swap_delete"),
    path("days-off/<int:year>/", views.year_detail, name="year_detail"),
    path("days-off/<int:year>/confirm/", views.year_confirm, name="year_confirm"),
    path("days-off/<int:year>/days/new/", views.day_new, name="day_new"),
    path("days-off/days/<int:pk>/edit/", views.day_edit, name="day_edit"),
    path("days-off/days/<int:pk>/delete/", views.day_delete, name="day_delete"),
    path("deadline-rules/", views.rule_list, name="rule_list"),
    path("deadline-rules/propose/", views.rule_propose, name="rule_propose"),
    path("deadline-rules/<int:pk>/verify/", views.rule_verify, name="rule_verify"),
    path("closed-times/<int:pk>/verify/", views.blackout_verify, name="blackout_verify"),
    path("deadlines/", views.deadline_list, name="deadline_list"),
    path("deadlines/<int:pk>/", views.deadline_detail, name="deadline_detail"),
    path("deadlines/<int:pk>/pause/", views.deadline_pause, name="deadline_pause"),
    path("deadlines/<int:pk>/resume/", views.deadline_resume, name="deadline_resume"),
    path("deadlines/<int:pk>/meet/", views.deadline_meet, name="deadline_meet"),
    path("deadlines/<int:pk>/recalculate/", views.deadline_recalculate, name="deadline_recalculate"),
]
