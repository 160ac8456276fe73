import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from core.agenda import Ask, Item, agenda
from core.dates import quarter_of
from core.text import within_quotes
from publicity.choices import AiringState, ArticleState, Phase, PostingState
from publicity.models import Airing, Article, Posting, PostingProof, PostingSpot

ONE_DAY = datetime.timedelta(days=1)


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


@agenda("postings")
def postings(ask: Ask) -> Iterator[Item]:
    """What waits to be put up, to be proved and to be closed; whatever its year, for it hangs on when a year turns."""
    if ask.unit is not None or not ask.campaign.can_change():
        return
    rows: Any = Posting.objects.visible_to(ask.user)
    if access.can(ask.user, Permission.ARTICLE_PUBLISH):
        yield from map(_to_put_up, rows.filter(state=PostingState.REVIEW))
    if access.can(ask.user, Permission.POSTING_EDIT):
        yield from map(_to_close, rows.in_phase(Phase.OVER, ask.today))
        yield from map(_to_prove, rows.in_phase(Phase.POSTED, ask.today).filter(_unproved()))
        yield from _register(rows, ask)
    first, last = ask.event_days
    for posting in rows.filter(state=PostingState.POSTED, ends_on__range=(first, last)):
        yield Item(
            title=_("Last day of the posting: %(title)s") % {"title": posting},
            due_on=posting.ends_on,
            url=posting.get_absolute_url(),
            kind="event",
            subject=posting,
        )


def _unproved() -> Any:
    """It hangs somewhere, and nothing shows it."""
    own: dict[str, Any] = {"posting": OuterRef("pk"), "ward": OuterRef("ward")}
    return Exists(PostingSpot.objects.filter(**own)) & ~Exists(PostingProof.objects.filter(**own))


def _to_put_up(posting: Posting) -> Item:
    return Item(
        title=_("Put up “%(title)s”") % {"title": within_quotes(posting)},
        due_on=posting.starts_on,
        url=posting.get_absolute_url(),
        action=_("Read and put up"),
        action_url=posting.get_absolute_url(),
        waits_for_signature=True,
        subject=posting,
    )


def _to_close(posting: Posting) -> Item:
    ended: Any = posting.ends_on
    return Item(
        title=_("Write the closing record of “%(title)s”") % {"title": within_quotes(posting)},
        due_on=ended + ONE_DAY,
        url=posting.get_absolute_url(),
        action=_("Close the posting"),
        action_url=reverse("publicity:posting_close", args=[posting.pk]),
        subject=posting,
    )


def _to_prove(posting: Posting) -> Item:
    return Item(
        title=_("Add a photo of “%(title)s” on display") % {"title": within_quotes(posting)},
        due_on=posting.starts_on,
        url=posting.get_absolute_url(),
        action=_("Add proof"),
        action_url=reverse("publicity:proof_new", args=[posting.pk]),
        subject=posting,
    )


def _register(rows: Any, ask: Ask) -> Iterator[Item]:
    """The list of the quarter that is over, until it is written."""
    this_quarter, _last = quarter_of(ask.today)
    first, last = quarter_of(this_quarter - ONE_DAY)
    if rows.filter(register_of=None).begun_in(first, last).exists() and not rows.register_of(first).exists():
        url = f"{reverse('publicity:register_list')}?quarter={first:%Y-%m-%d}"
        named = {"number": (first.month + 2) // 3, "year": first.year}
        yield Item(
            title=_("Put up the list of what was made public in quarter %(number)s of %(year)s") % named,
            due_on=this_quarter,
            since=this_quarter,
            url=url,
            action=_("Open the list"),
            action_url=url,
        )
