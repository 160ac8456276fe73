"""Streets of the year in the search over everything."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from beautification.models import Street
from core.lookup import Ask, Hit, Place, lookup
from core.search import folding, in_order


@lookup("streets")
def streets(ask: Ask) -> Iterator[Place]:
    if ask.campaign:
        yield Place(
            label=_("Streets"),
            icon="road",
            rows=Street.objects.visible_to(ask.user).of_campaign(ask.campaign).order_by(in_order("name"), "id"),
            search=lambda rows, words: rows.search(words),
            url=reverse("beautification:street_list"),
            hit=lambda street: Hit(street.name, street.get_absolute_url(), street.extent),
            parts=[(_("name"), folding("name")), (_("from … to …"), folding("extent"))],
        )
