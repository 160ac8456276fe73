"""The criteria that a civilised urban street is assessed by."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from beautification.models import CriteriaSet
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step


@step("streets", 97)
def criteria(user: User, ward: Ward) -> Step:
    url = reverse("beautification:criteria")
    edition = CriteriaSet.of(ward.pk, today())
    title = _("Criteria of civilised streets")
    if edition is None:
        said = _("No criteria of civilised streets are entered.")
        return Step(title, url, "", [Lack(said, _("Take over the proposal"), at_step(url, "streets"))])
    lacks = []
    if not edition.is_verified:
        said = _("The criteria of civilised streets are not verified.")
        lacks = [Lack(said, _("Compare them with the document"), at_step(url, "streets"))]
    count = edition.criteria.count()
    return Step(title, url, ngettext("%(n)d criterion", "%(n)d criteria", count) % {"n": count}, lacks)
