from django.contrib import admin
from django.urls import include, path

# Each app owns its paths; the first one that matches wins.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("deadlines.urls")),
    path("", include("campaigns.urls")),
    path("", include("publicity.urls")),
    path("", include("models_registry.urls")),
    path("", include("clearance.urls")),
    path("", include("beautification.urls")),
    path("", include("reports.urls")),
]
