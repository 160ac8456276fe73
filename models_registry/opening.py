"""The fields of the year's theme, each mapped to a field of the superior's summary."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from campaigns.models import Campaign, year_for
from campaigns.opening import year
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from models_registry.models import ThemeField


@step("fields", 60)
def fields(user: User, ward: Ward) -> Step:
    title, url = _("Fields of the year"), reverse("models_registry:field_list")
    campaign = year_for(list(Campaign.objects.filter(ward=ward)), today())
    if campaign is None or campaign.closes_on < today():
        said = _("They belong to a campaign year, which is missing.")
        return Step(title, url, "", [Lack(said, _("To the year"), at_step(year(user, ward).url, "year"))])
    count = ThemeField.objects.filter(ward=ward, campaign=campaign).count()
    if not count:
        said = _("Year %(year)s has no fields: no model can be registered.") % {"year": campaign.year}
        return Step(title, url, "", [Lack(said, _("Enter the fields"), at_step(url, "fields"))])
    return Step(title, url, ngettext("%(n)d field", "%(n)d fields", count) % {"n": count})
