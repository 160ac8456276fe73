"""The Django admin with the house's own tables alone."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class HouseSite(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Tables of libraries stay out: they know no ward and no Vietnamese, and their lists take any condition."""
        from core.admin import HouseAdmin

        if admin_class is not None and issubclass(admin_class, HouseAdmin):
            super().register(model_or_iterable, admin_class, **options)


class HouseAdminConfig(AdminConfig):
    default_site = "wardportal.site.HouseSite"
