from django.urls import path

from deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("calendar/", views.year_list, name="year_list"),
    path("calendar/new/", views.year_new, name="year_new"),
    path("calendar/<int:year>/", views.year_detail, name="year_detail"),
    path("calendar/<int:year>/confirm/", views.year_confirm, name="year_confirm"),
    path("calendar/<int:year>/days/new/", views.day_new, name="day_new"),
    path("calendar/days/<int:pk>/edit/", views.day_edit, name="day_edit"),
    path("calendar/days/<int:pk>/delete/", views.day_delete, name="day_delete"),
]
