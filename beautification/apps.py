from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BeautificationConfig(AppConfig):
    name = "beautification"
    verbose_name = _("Street beautification")
