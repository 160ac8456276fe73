"""What the privacy desk and those who invite ask for and may take long."""

import io
import json
import zipfile
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import require
from accounts.choices import ReadAct
from accounts.models import AccessLog
from campaigns.papers import NoStandard
from clearance import papers
from clearance.models import Dialogue, Invitation, Party, PrivacyRequest
from clearance.models.erasure import Erasure
from clearance.own_data import OwnData
from core.jobs import CanNot, Run, job

ERASE, LOOK, OWN_DATA = "clearance.privacy.erase", "clearance.privacy.look", "clearance.privacy.own_data"
LETTERS = "clearance.dialogue.letters"


def _up(arguments: dict[str, Any]) -> tuple[str, Any]:
    row = PrivacyRequest.objects.get(pk=arguments["request"], ward=arguments["ward"])
    return row.get_absolute_url(), str(row)


def _asked(run: Run) -> tuple[PrivacyRequest, Party]:
    rows = PrivacyRequest.objects.visible_to(run.user).select_related("party")
    row = rows.filter(pk=run.arguments["request"]).first()
    if row is None or row.party is None:
        raise CanNot(_("Find the person of the request first."))
    return row, row.party


@job(ERASE, label=gettext_lazy("A person is taken out of the files"), up=_up)
def erase(run: Run) -> None:
    row, party = _asked(run)
    count = sum(Erasure(party).carry_out(row, by=run.user, advance=run.advance).values())
    said = ngettext("%(n)d value was emptied.", "%(n)d values were emptied.", count) % {"n": count}
    run.say(f"{said} {_('Older backups still hold the person.')}", row.get_absolute_url())


@job(LOOK, label=gettext_lazy("What an erasure would empty"), up=_up)
def look(run: Run) -> None:
    """Nothing is changed. Each column with words of every table is read once, which is why it is no page."""
    row, party = _asked(run)
    require(row.can_erase())
    AccessLog.objects.note(user=run.user, subject=party, fields="name", reason=str(row))
    found = [place.kept for place in Erasure(party).places(run.advance)]
    row.keep_look(found, by=run.user)
    count = sum(place["count"] for place in found)
    said = ngettext("The person stands in %(n)d value.", "The person stands in %(n)d values.", count) % {"n": count}
    run.say(said, reverse("clearance:privacy_erase", args=[row.year, row.number]))


@job(OWN_DATA, label=gettext_lazy("A person's own data"), up=_up)
def own_data(run: Run) -> None:
    """As .json for machines and as a page for people, with the photos of papers, in one .zip. Nothing of others is in
    it."""
    row, party = _asked(run)
    data = OwnData(party)
    told = data.told(run.advance)
    out = io.BytesIO()
    page = render_to_string("clearance/own_data.html", {"told": told, "at": timezone.now()})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("du-lieu.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
        archive.writestr("du-lieu.html", page)
        for name, file in data.files:
            with file.open("rb") as content:
                archive.writestr(name, content.read())
    AccessLog.objects.note(user=run.user, subject=party, act=ReadAct.EXPORT, fields="file", reason=str(row))
    out.seek(0)
    run.keep(out, f"{_('own-data')}-{row.number}-{row.year}.zip")


def _conference(arguments: dict[str, Any]) -> tuple[str, Any]:
    row = Dialogue.objects.select_related("project").get(pk=arguments["dialogue"], ward=arguments["ward"])
    return row.get_absolute_url(), row.name


@job(LETTERS, label=gettext_lazy("Letters of invitation"), up=_conference)
def letters(run: Run) -> None:
    """Each on a page of its own, in the order of the households."""
    from core.word import to_docx

    dialogue = Dialogue.objects.visible_to(run.user).filter(pk=run.arguments["dialogue"]).first()
    if dialogue is None:
        raise CanNot(_("This conference is not there any more."))
    rows = Invitation.objects.visible_to(run.user).filter(dialogue=dialogue, letter=dialogue.letter).to_deliver()
    found = list(rows.select_related("household__project", "dialogue__host__ward", "dialogue__project"))
    if not found:
        raise CanNot(_("No invitation is left to be handed over."))
    made = []
    try:
        for row in sorted(found, key=lambda row: row.household.number):
            made.append(papers.invitation(row))
            run.advance(len(made), len(found))
    except NoStandard:
        words = _("No paper standard is kept for papers of that day. An administrator adds it in the administration.")
        raise CanNot(words) from None
    AccessLog.objects.note(user=run.user, subject=dialogue, act=ReadAct.EXPORT, fields="name")
    run.keep(io.BytesIO(to_docx(*made)), f"{get_valid_filename(dialogue.name)}.docx")
