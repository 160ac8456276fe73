"""GET filters of the lists. An empty or unknown value narrows nothing."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.models import Campaign
from clearance.choices import Outreach
from clearance.models import Project
from clearance.querysets import HouseholdQuerySet, QuestionQuerySet
from core.dates import full_date
from core.forms import DateField

ALL = [("", _("All"))]


class ListFilter(forms.Form):
    """`on`: the business day that a figure's link carries; otherwise the last day of the year so far."""

    on = DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, campaign: Campaign, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.campaign, self.today = campaign, day

    def value(self, name: str) -> Any:
        """The cleaned value; a wrong one is left out and so narrows nothing."""
        self.is_valid()
        return self.cleaned_data.get(name)

    def units(self, name: str, of_rows: Q) -> dict[str, Unit]:
        """The units of the rows, and the one that the address asks for: it may have no row yet."""
        asked = Q(slug=self.data.get(name, ""))
        found = Unit.objects.filter(of_rows | asked, ward_id=self.campaign.ward_id).distinct()
        return {unit.slug: unit for unit in found.order_by("sort_key")}

    @property
    def day(self) -> datetime.date:
        return self.value("on") or self.today

    @property
    def names_a_day(self) -> str:
        return full_date(self.value("on")) if self.value("on") else ""


def _yes_no(label: Any, yes: Any, no: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[*ALL, ("1", yes), ("0", no)])


class HouseholdFilter(ListFilter):
    q = forms.CharField(label=_("Number, address or name"), required=False, max_length=100)
    outreach = forms.ChoiceField(label=_("Outreach"), required=False, choices=[*ALL, *Outreach.choices])
    team = forms.ChoiceField(label=_("Team"), required=False)
    visited = _yes_no(_("Visited"), _("Visited"), _("Not yet visited"))
    invited = _yes_no(_("Invitation"), _("Handed over"), _("Not yet handed over"))
    met = forms.ChoiceField(required=False, choices=[*ALL, ("1", _("Met"))], widget=forms.HiddenInput)

    def __init__(self, data: Any, *, project: Project, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.teams = self.units("team", Q(household_assignments__household__project=project))
        without = [("none", _("No team"))]
        self.fields["team"].choices = [*ALL, *without, *((slug, team.name) for slug, team in self.teams.items())]

    def apply(self, rows: HouseholdQuerySet) -> HouseholdQuerySet:
        campaign, day = self.campaign, self.day
        if text := self.value("q"):
            rows = rows.search(text)
        if outreach := self.value("outreach"):
            rows = rows.filter(outreach=outreach)
        if team := self.value("team"):
            rows = rows.without_team() if team == "none" else rows.of_teams([self.teams[team].pk], day)
        if visited := self.value("visited"):
            rows = rows.visited(campaign, day) if visited == "1" else rows.not_visited(campaign, day)
        if invited := self.value("invited"):
            rows = rows.invited(campaign, day) if invited == "1" else rows.not_invited(campaign, day)
        if self.value("met"):
            rows = rows.met(campaign, day)
        return rows

    @property
    def is_narrow(self) -> bool:
        return any(self.value(name) for name in ("q", "outreach", "team", "visited", "invited", "met"))


class QuestionFilter(ListFilter):
    STATES = [
        ("open", _("Owed to the household")),
        ("unanswered", _("No answer yet")),
        ("to_tell", _("Answered, household not yet told")),
        ("overdue", _("Overdue")),
        ("all", _("All")),
    ]
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    project = forms.ChoiceField(label=_("Project"), required=False)
    owner = forms.ChoiceField(label=_("Who answers"), required=False)

    def __init__(self, data: Any, *, rows: QuestionQuerySet, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.rows = rows
        self.projects = {p.slug: p for p in Project.objects.filter(households__questions__in=rows).distinct()}
        self.owners = self.units("owner", Q(questions__in=rows))
        self.fields["project"].choices = [*ALL, *((slug, row.name) for slug, row in self.projects.items())]
        self.fields["owner"].choices = [*ALL, *((slug, row.name) for slug, row in self.owners.items())]

    def apply(self) -> QuestionQuerySet:
        rows, day = self.rows, self.day
        if project := self.value("project"):
            rows = rows.filter(household__project=self.projects[project])
        if owner := self.value("owner"):
            rows = rows.filter(owner=self.owners[owner])
        match self.value("state") or "open":
            case "open":
                return rows.open(day)
            case "unanswered":
                return rows.open(day).unanswered()
            case "to_tell":
                return rows.to_tell()
            case "overdue":
                return rows.overdue(day)
        return rows
