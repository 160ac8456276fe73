from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from core.agenda import Ask, Item, agenda
from core.text import within_quotes
from publicity.choices import AiringState, ArticleState
from publicity.models import Airing, Article


@agenda("airings")
def airings(ask: Ask) -> Iterator[Item]:
    """Airings to come; for those who keep the log also the past ones that nobody has noted."""
    if ask.unit is not None:
        return
    may_note = bool(ask.campaign.can_change() and access.can(ask.user, Permission.BROADCAST_EDIT))
    rows = Airing.objects.visible_to(ask.user).filter(broadcast__campaign=ask.campaign)
    rows = rows if ask.whole else rows.filter(state=AiringState.PLANNED)
    first, last = ask.event_days
    for airing in rows.select_related("broadcast"):
        local = timezone.localtime(airing.at)
        day = local.date()
        if airing.state == AiringState.PLANNED and day < ask.today and may_note:
            yield Item(
                title=_("Note the airing of “%(title)s”") % {"title": within_quotes(airing.broadcast)},
                due_on=day,
                at=local.time(),
                url=airing.get_absolute_url(),
                subject=airing,
                action=_("Note the airing"),
                action_url=reverse("publicity:airing_done", args=[airing.pk]),
            )
        elif first <= day <= last:
            yield Item(
                title=_("Broadcast: %(title)s") % {"title": airing.broadcast},
                due_on=day,
                at=local.time(),
                kind="event",
                url=airing.get_absolute_url(),
                subject=airing,
                is_cancelled=airing.state == AiringState.CANCELLED,
            )


@agenda("articles")
def articles(ask: Ask) -> Iterator[Item]:
    """Articles that wait for the approval of this person."""
    if ask.unit is not None or not ask.campaign.can_change() or not access.can(ask.user, Permission.ARTICLE_PUBLISH):
        return
    for article in Article.objects.visible_to(ask.user).filter(campaign=ask.campaign, state=ArticleState.REVIEW):
        yield Item(
            title=_("Approve the article “%(title)s”") % {"title": within_quotes(article)},
            due_on=ask.today,
            url=article.get_absolute_url(),
            action=_("Read and approve"),
            action_url=article.get_absolute_url(),
            waits_for_signature=True,
            subject=article,
        )
