from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [path("landing/", RedirectView.as_view(url="/"), name="landing")]
