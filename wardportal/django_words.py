"""Words of Django's own pages for which Django has no Vietnamese yet: the catalogues say them here."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

WORDS = [
    _("Skip to main content"),
    _("Show counts"),
    _("Hide counts"),
    _("Breadcrumbs"),
    _("Sidebar"),
    _("Toggle navigation"),
    _("Filter navigation items"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("View selected %(model)s"),
    _("Error:"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("Reset password"),
    _("Set password"),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below.", 0),
    ngettext_lazy("Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", 0),
    ngettext_lazy("Please submit at most %(num)d form.", "Please submit at most %(num)d forms.", 0),
    ngettext_lazy("entry", "entries", 0),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        0,
    ),
]
