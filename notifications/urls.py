from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.message_list, name="message_list"),
    path("notifications/read/", views.message_read_all, name="message_read_all"),
    path("notifications/<int:pk>/open/", views.message_open, name="message_open"),
]
