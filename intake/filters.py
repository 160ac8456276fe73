"""What the lists of this app are exported as."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.listing import Column, table, words
from intake import actions
from intake.choices import BatchState
from intake.models import Made


def _shown(chunk: list[Made], request: HttpRequest) -> Iterator[tuple[int, str, str]]:
    batch, user = chunk[0].batch, request.user  # a list is one batch's
    assert isinstance(user, User)
    return actions.made(batch, batch.scope(user), chunk)


BATCHES = table(
    "intake:batch_list",
    _("Lists brought in"),
    Column(_("File"), "original_name"),
    Column(_("Kind of list"), of=lambda batch: str(batch.declared.label)),
    Column(_("State"), "state", say=words(BatchState)),
    Column(_("Rows"), "row_count"),
    Column(_("Brought by"), "uploaded_by__full_name"),
    Column(_("At"), "uploaded_at"),
)
MADE = table(
    "intake:batch_rows",
    _("Rows of the list"),
    Column(_("Row in the file"), of=lambda line: line[0]),
    Column(_("Its row in the portal"), of=lambda line: line[1]),
    dress=_shown,
)
