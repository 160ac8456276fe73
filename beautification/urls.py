from django.urls import URLPattern, URLResolver

app_name = "beautification"
urlpatterns: list[URLPattern | URLResolver] = []
