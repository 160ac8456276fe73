"""The dossier of a model, in the background: its photos may be many."""

import tempfile
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.jobs import CanNot, Run, job
from models_registry import dossier
from models_registry.models import MobilizationModel


def _up(asked: dict[str, Any]) -> tuple[str, str]:
    return reverse("models_registry:model_detail", args=[asked["key"]]), _("Back to the model")


@job("models_registry.dossier", label=lambda asked: _("Dossier of the model %(key)s") % asked, up=_up)
def make_dossier(run: Run) -> None:
    """arguments: the model's code."""
    rows = MobilizationModel.objects.visible_to(run.user).by_key(run.arguments["key"])
    needed = ("unit", "campaign__ward", "campaign__superior", "theme_field__official_field")
    registration = rows.select_related(*needed).first()
    if registration is None:
        raise CanNot(_("You may not see this model any more, so nothing was made."))
    out = tempfile.TemporaryFile(prefix="portal-dossier-")  # noqa: SIM115 read after the work is done
    count = dossier.write(registration, run.user, out, run.advance)
    out.seek(0)
    run.keep(out, dossier.name_of(registration))
    run.say(_("Files in the dossier: %(count)d.") % {"count": count})
