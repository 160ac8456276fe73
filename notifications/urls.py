from django.urls import path

from notifications.views import health, messages

app_name = "notifications"
urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/live/", health.live, name="health_live"),
    path("notifications/", messages.message_list, name="message_list"),
    path("notifications/read/", messages.message_read_all, name="message_read_all"),
    path("notifications/<int:pk>/open/", messages.message_open, name="message_open"),
]
