from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

app_name = "reports"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("…")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", _soon, name="overview"),
    path("units/<slug:slug>/", _soon, name="unit_dashboard"),
]
