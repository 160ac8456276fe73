from django.contrib import admin
from django.urls import include, path

from accounts.urls import entrance
from wardportal import views

# Each app owns its paths; the first one that matches wins.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon, name="favicon"),
    path("landing/", views.landing, name="landing"),
    path("menu/", views.menu, name="menu"),
    path("help/", views.help_list, name="help_list"),
    path("help/pointers/", views.pointers_away, name="pointers_away"),
    path("help/<slug:name>/", views.help_detail, name="help_detail"),
    path("whats-new/", views.whats_new, name="whats_new"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("", include(entrance)),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("intake.urls")),
    path("", include("deadlines.urls")),
    path("", include("campaigns.urls")),
    path("", include("publicity.urls")),
    path("", include("models_registry.urls")),
    path("", include("clearance.urls")),
    path("", include("beautification.urls")),
    path("", include("reports.urls")),
]

handler500 = views.server_error
