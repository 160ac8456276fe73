"""What hangs below the document that shares a writing contest out: the entries of each unit."""

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.cascade import Line, Owed, Share, hangs
from campaigns.models import Document
from models_registry.choices import SENT_AND_AFTER
from models_registry.models import Contest, EntryQuota
from models_registry.models.contest import blind_contests


@hangs
def quotas(documents: list[Document], user: User, on: datetime.date) -> Iterator[tuple[int | None, Line]]:
    keys: list[int | None] = [document.pk for document in documents]
    ours = Contest.objects.visible_to(user).filter(Q(shared_out_by__in=keys) | Q(ordered_by__in=keys))
    contests = {contest.pk: contest for contest in ours.exclude(pk__in=blind_contests(user).values("pk"))}
    if not contests:
        return
    shares = {pk: Share() for pk in contests}
    rows = EntryQuota.objects.visible_to(user).filter(contest__in=contests)
    for row in rows.with_done(SENT_AND_AFTER).for_list():
        contest, share = contests[row.contest_id], shares[row.contest_id]
        share.total += row.required
        share.done += min(row.done_count, row.required)
        if row.done_count < row.required:
            is_late = bool(contest.closes_on and contest.closes_on < on)
            share.owed.append(Owed(row.unit.name, contest.closes_on, contest.get_absolute_url(), is_late=is_late))
    for contest in contests.values():
        below = next(key for key in (contest.shared_out_by_id, contest.ordered_by_id) if key in keys)
        share = shares[contest.pk]
        label, url = _("Entries of the writing contest"), contest.get_absolute_url()
        if share.total:
            yield below, Line(label, url, share)
        else:
            yield below, Line(label, url, words=_("no quota entered"))
