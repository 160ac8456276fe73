from typing import Any

from django.urls import include, path

from intake import views

app_name = "intake"

# /imports/<pk>/
batch_urls: list[Any] = [
    path("", views.batch_detail, name="batch_detail"),
    path("ask/", views.batch_ask, name="batch_ask"),
    path("check/", views.batch_check, name="batch_check"),
    path("take/", views.batch_take, name="batch_take"),
    path("take-back/", views.batch_take_back, name="batch_take_back"),
    path("cancel/", views.batch_cancel, name="batch_cancel"),
    path("mend/", views.batch_mend, name="batch_mend"),
    path("rows/", views.batch_rows, name="batch_rows"),
]

urlpatterns = [
    path("imports/", views.batch_list, name="batch_list"),
    path("imports/new/<slug:code>/", views.batch_new, name="batch_new"),
    path("imports/new/<slug:code>/template/", views.template, name="template"),
    path("imports/<int:pk>/", include(batch_urls)),
]
