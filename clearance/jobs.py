"""What the privacy desk and those who invite ask for and may take long."""

import io
import json
import zipfile
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import access
from accounts.access import Permission, require
from accounts.choices import ReadAct
from accounts.models import AccessLog
from campaigns.models import Campaign
from campaigns.papers import NoStandard
from clearance import papers, retention
from clearance.choices import DialogueState
from clearance.models import Dialogue, Disposal, Invitation, Party, PrivacyRequest
from clearance.models.disposals import CLEAR
from clearance.models.erasure import Erasure
from clearance.own_data import OwnData
from core.jobs import CanNot, Run, job
from notifications import outbox

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


def _kept_up(arguments: dict[str, Any]) -> tuple[str, Any]:
    record = retention.record_of(arguments["of"])
    return f"{reverse('clearance:privacy_keeping')}?of={arguments['of']}", record.label if record else ""


def _past(run: Run) -> tuple[Any, Any, Any]:
    """The kind of record, its rule, and what is past its time."""
    require(access.can(run.user, Permission.PRIVACY_KEEP))
    record = retention.record_of(run.arguments["of"])
    rule = retention.rules(run.ward_id).get(run.arguments["of"])
    if record is None or record.clear is None or rule is None:
        raise CanNot(_("The ward has no rule for it. Enter the known rules under deadlines by law."))
    return record, rule, record.past(run.ward_id, rule)


@job(retention.LOOK_KEPT, label=gettext_lazy("What would be taken out, its time being over"), up=_kept_up)
def look_kept(run: Run) -> None:
    """Carried out and taken back at once, so that what stands in the way is known."""
    record, _rule, rows = _past(run)
    count = rows.count()
    with transaction.atomic():
        record.clear(rows, run.user)
        transaction.set_rollback(True)
    said = ngettext("%(n)d would be taken out.", "%(n)d would be taken out.", count) % {"n": count}
    run.say(f"{said} {_('Nothing was changed.')}", _kept_up(run.arguments)[0])


def _disposal_up(arguments: dict[str, Any]) -> tuple[str, Any]:
    row = Disposal.objects.get(pk=arguments["disposal"], ward=arguments["ward"])
    return row.get_absolute_url(), str(row)


@job(CLEAR, label=gettext_lazy("What is past its time is taken out"), up=_disposal_up)
def clear(run: Run) -> None:
    """What was meant when it was begun, and of that only what the rule of today still lets go."""
    require(access.can(run.user, Permission.ACCESS_CONFIRM))
    disposal = Disposal.objects.visible_to(run.user).get(pk=run.arguments["disposal"])
    record, rule = retention.record_of(disposal.code), retention.rules(run.ward_id).get(disposal.code)
    if record is None or record.clear is None or rule is None:
        raise CanNot(_("The ward has no rule for it. Enter the known rules under deadlines by law."))
    disposal.finish()
    rows = record.begun(run.ward_id, min(disposal.until, retention.first_kept(rule)))
    count = rows.count()
    record.clear(rows, run.user)
    facts = {"count": count, "what": str(record.label), "paper": disposal.paper or "–"}
    outbox.record("clearance.privacy.cleared", subject=rule, by=run.user, **facts)
    said = ngettext("%(n)d was taken out.", "%(n)d were taken out.", count) % {"n": count}
    run.say(f"{said} {_('Older backups still hold it.')}", disposal.get_absolute_url())


def _conference(arguments: dict[str, Any]) -> tuple[str, Any]:
    row = Dialogue.objects.select_related("project").get(pk=arguments["dialogue"], ward=arguments["ward"])
    return row.get_absolute_url(), row.name


@job(LETTERS, label=gettext_lazy("Letters of invitation"), up=_conference)
def letters(run: Run) -> None:
    """Each on a page of its own, in the order of the households."""
    from core.word import to_docx

    rows = Dialogue.objects.visible_to(run.user).select_related("host__ward", "project__undertaking")
    dialogue = rows.filter(pk=run.arguments["dialogue"]).first()
    campaign = Campaign.objects.get(pk=run.arguments["campaign"], ward=run.ward_id)
    if dialogue is None or dialogue.state == DialogueState.CANCELLED:
        raise CanNot(_("This conference is not there any more."))
    require(dialogue.project.can_record_dialogue(run.user, campaign))
    to_deliver = Invitation.objects.visible_to(run.user).filter(dialogue=dialogue, letter=dialogue.letter).to_deliver()
    found = list(to_deliver.select_related("household").order_by("household__number"))
    if not found:
        raise CanNot(_("No invitation is left to be handed over."))
    for row in found:
        row.dialogue = dialogue
    try:
        made = papers.invitations(found)
    except NoStandard:
        words = _("No paper standard is kept for papers of that day. An administrator adds it in the administration.")
        raise CanNot(words) from None
    AccessLog.objects.note(user=run.user, subject=dialogue, act=ReadAct.EXPORT, fields="name")
    run.keep(io.BytesIO(to_docx(*made)), f"{get_valid_filename(dialogue.name)}.docx")
