from django.apps import AppConfig


class WardportalConfig(AppConfig):
    name = "wardportal"
    verbose_name = "Ward portal"
