"""Texts of the messages about articles and postings, and what reminds of a posting that ends."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words
from publicity.choices import ArticleState, PostingState
from publicity.models import Article, Posting


def _reason(article: Article, message: Message) -> Mapping[str, Any]:
    returned = article.transitions.filter(old=ArticleState.REVIEW, new=ArticleState.DRAFT).first()
    return {"reason": returned.reason if returned else ""}


add_words(
    Words(
        "publicity.article.submitted",
        line=_("{who}: article “{title}” waits for approval, sent {when}"),
        label=_("Article waits for approval"),
        permission=Permission.ARTICLE_PUBLISH,
    )
)
add_words(
    Words(
        "publicity.article.returned",
        line=_("{who} asks for changes to the article “{title}”, {when}"),
        body=_("What to change: {reason}"),
        values=_reason,
        label=_("Changes to an article asked for"),
        permission=Permission.ARTICLE_EDIT,
    )
)
add_words(
    Words(
        "publicity.article.published",
        line=_("Your article “{title}” was published, {when}"),
        label=_("Article published"),
        permission=Permission.ARTICLE_EDIT,
    )
)


def _why_returned(posting: Posting, message: Message) -> Mapping[str, Any]:
    step = posting.transitions.filter(old=PostingState.REVIEW, new=PostingState.DRAFT).first()
    return {"reason": step.reason if step else ""}


def _ends(posting: Posting, message: Message) -> Mapping[str, Any]:
    return {"title": posting.title, "due": posting.ends_on}


for words in [
    Words(
        "publicity.posting.submitted",
        line=_("{who}: posting “{title}” waits to be put up, sent {when}"),
        label=_("Posting waits to be put up"),
        permission=Permission.ARTICLE_PUBLISH,
        wanted=lambda posting, message, seats: posting.state == PostingState.REVIEW,
    ),
    Words(
        "publicity.posting.returned",
        line=_("{who} asks for changes to the posting “{title}”, {when}"),
        body=_("What to change: {reason}"),
        values=_why_returned,
        label=_("Changes to a posting asked for"),
        permission=Permission.POSTING_EDIT,
        wanted=lambda posting, message, seats: posting.state == PostingState.DRAFT,
    ),
    Words(
        "publicity.posting.ending",
        line=_("The posting “{title}” is on display until {due}. Prepare its closing record."),
        values=_ends,
        permission=Permission.POSTING_EDIT,
    ),
    Words(
        "publicity.posting.over",
        line=_("The posting “{title}” ended on {due}. Write its closing record."),
        values=_ends,
        permission=Permission.POSTING_EDIT,
    ),
]:
    add_words(words)


def _ending(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Posting.objects.filter(ward=rule.ward_id, state=PostingState.POSTED, ends_on__range=(start, end))
    yield from (Target(posting, posting.ends_on) for posting in rows.iterator())  # type: ignore[arg-type]  # posted


def _over(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows: Any = Posting.objects.filter(ward=rule.ward_id, state=PostingState.POSTED, ends_on__lt=end)
    for posting in rows.iterator():
        first = max(start, posting.ends_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(posting, first + datetime.timedelta(days=days))


add_source(
    Source(
        code="publicity.posting.ending",
        label=_("Posting about to end"),
        anchors={"ends_on": _("last day of the posting")},
        targets=_ending,
        recipients=lambda target, seats: seats.in_ward(Permission.POSTING_EDIT),
        still_due=lambda target: target.subject.state == PostingState.POSTED and target.subject.ends_on == target.on,
        words="publicity.posting.ending",
        campaign=lambda posting: None,
    )
)
add_source(
    Source(
        code="publicity.posting.over",
        label=_("Posting without its closing record"),
        anchors={"day": _("days after the last day")},
        targets=_over,
        recipients=lambda target, seats: seats.in_ward(Permission.POSTING_EDIT),
        still_due=lambda target: target.subject.state == PostingState.POSTED and target.subject.ends_on < target.on,
        words="publicity.posting.over",
        campaign=lambda posting: None,
        repeats=True,
    )
)
