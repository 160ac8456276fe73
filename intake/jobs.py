"""Long lists are read, taken over and taken back in the background."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.jobs import Run, job
from intake import actions
from intake.models import Batch

CHECK, TAKE, TAKE_BACK = "intake.batch.check", "intake.batch.take", "intake.batch.take_back"


def _up(arguments: dict[str, Any]) -> tuple[str, Any]:
    batch = Batch.objects.get(pk=arguments["batch"], ward=arguments["ward"])
    return batch.get_absolute_url(), batch.original_name


def _asked(run: Run) -> tuple[Batch, Any]:
    batch = Batch.objects.get(pk=run.arguments["batch"], ward=run.ward_id)
    return batch, batch.scope(run.user)


@job(CHECK, label=gettext_lazy("A list is looked at"), up=_up)
def check(run: Run) -> None:
    batch, scope = _asked(run)
    actions.check(batch, scope, by=run.user, advance=run.advance)
    words = {"rows": batch.row_count, "new": batch.new_count, "wrong": batch.wrong_count}
    run.say(_("%(rows)d rows: %(new)d are new, %(wrong)d are to be mended.") % words, batch.get_absolute_url())


@job(TAKE, label=gettext_lazy("A list is taken over"), up=_up)
def take(run: Run) -> None:
    batch, scope = _asked(run)
    count = actions.take(batch, scope, by=run.user, advance=run.advance)
    run.say(taken(count), batch.get_absolute_url())


@job(TAKE_BACK, label=gettext_lazy("A list is taken back"), up=_up)
def take_back(run: Run) -> None:
    batch, scope = _asked(run)
    actions.take_back(batch, scope, by=run.user)
    run.say(_("The list was taken back."), batch.get_absolute_url())


def taken(count: int) -> str:
    return ngettext("%(n)d row was taken over.", "%(n)d rows were taken over.", count) % {"n": count}
