"""The official channels and the categories of articles, which a ward takes over in one act."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from publicity.models import ArticleCategory, Channel


@step("channels", 95)
def channels(user: User, ward: Ward) -> Step:
    url = reverse("publicity:channel_list")
    count = Channel.objects.filter(ward=ward).valid_on(today()).count()
    lacks = []
    if not count:
        said = _("No channel of information is entered.")
        lacks = [Lack(said, _("Take over the official ones"), at_step(url, "channels"))]
    elif not ArticleCategory.objects.filter(ward=ward).valid_on(today()).exists():
        said = _("Articles have no categories.")
        lacks = [Lack(said, _("Take over the usual ones"), at_step(url, "channels"))]
    there = ngettext("%(n)d channel", "%(n)d channels", count) % {"n": count} if count else ""
    return Step(_("Channels and categories"), url, there, lacks)
