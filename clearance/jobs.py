"""What the privacy desk asks for and may take long."""

import io
import json
import zipfile
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.choices import ReadAct
from accounts.models import AccessLog
from clearance.models import Household, Party, PartyDetails, PrivacyRequest
from clearance.models.erasure import Erasure
from clearance.models.people import DETAILS
from core.jobs import CanNot, Run, job

ERASE, OWN_DATA = "clearance.privacy.erase", "clearance.privacy.own_data"


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
    count = sum(Erasure(party).carry_out(row, by=run.user).values())
    said = ngettext("%(n)d value was emptied.", "%(n)d values were emptied.", count) % {"n": count}
    run.say(f"{said} {_('Older backups still hold the person.')}", row.get_absolute_url())


@job(OWN_DATA, label=gettext_lazy("A person's own data"), up=_up)
def own_data(run: Run) -> None:
    """As .json for machines and as a page for people, in one .zip. Nothing of others is in it."""
    row, party = _asked(run)
    told = _own(party)
    out = io.BytesIO()
    page = render_to_string("clearance/own_data.html", {"told": told, "at": timezone.now()})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("du-lieu.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
        archive.writestr("du-lieu.html", page)
    AccessLog.objects.note(user=run.user, subject=party, act=ReadAct.EXPORT, fields="file", reason=str(row))
    out.seek(0)
    run.keep(out, f"{_('own-data')}-{row.number}-{row.year}.zip")


def _own(party: Party) -> dict[str, Any]:
    details = PartyDetails.of(party)
    person: dict[str, Any] = {_("full name"): party.name, _("year of birth"): party.birth_year or ""}
    for name in DETAILS:
        sealed = details.sealed(name)
        field: Any = PartyDetails._meta.get_field(name)
        label = str(field.verbose_name)
        person[label] = sealed.open() if sealed.is_readable else _("Sealed with a key that the portal does not hold.")
    rows = Household.objects.filter(ward=party.ward_id, parties__party=party).select_related("project")
    return {_("person"): person, _("files"): [_file(household) for household in rows]}


def _file(household: Household) -> dict[str, Any]:
    """The household's own file, as the household may see it by its card."""
    visits, papers = household.visits.order_by("visited_at"), household.papers.order_by("on")
    return {
        _("household"): household.words_in_log,
        _("home address"): household.address_line,
        _("visits"): [f"{row.visited_at:%d/%m/%Y}: {row.get_outcome_display()}. {row.note}" for row in visits],
        _("papers"): [f"{row.on:%d/%m/%Y}: {row}, {row.get_way_display()}" for row in papers],
        _("questions"): [f"{row.asked_on:%d/%m/%Y}: {row.text} – {row.answer}" for row in household.questions.all()],
        _("promises"): [f"{row.due_on:%d/%m/%Y}: {row.text} – {row.result}" for row in household.promises.all()],
        _("plots"): [str(row.plot) for row in household.holdings.select_related("plot")],
    }
