"""What of the work with households goes over when units merge. Visits and held dialogues stay with who made them."""

import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clearance.choices import DialogueState
from clearance.models import TeamAssignment
from core.merger import Merge, part, stays
from core.models import save_all

ONE_DAY = datetime.timedelta(days=1)


def _teams(merge: Merge, rows: QuerySet) -> list[int]:
    """The household keeps in its file who visited it until the day before; from the day on it is the other team."""
    begins_later = rows.filter(valid_from__gte=merge.on)
    begins_later.update(team=merge.into)
    ending = list(rows.filter(valid_from__lt=merge.on))
    TeamAssignment.objects.filter(ward_id=merge.ward_id, pk__in=[row.pk for row in ending]).update(
        valid_to=merge.on - ONE_DAY
    )
    save_all(
        [
            TeamAssignment(
                ward_id=row.ward_id,
                household_id=row.household_id,
                team=merge.into,
                valid_from=merge.on,
                valid_to=row.valid_to,
            )
            for row in ending
        ]
    )
    return []


part(
    "households",
    _("Households that it visits"),
    "clearance.TeamAssignment.team",
    lambda merge: Q(valid_to__isnull=True) | Q(valid_to__gte=merge.on),
    order=40,
    carry=_teams,
    say=lambda row: row.household.words_in_log,
)
part(
    "questions",
    _("Questions of households that it has to answer"),
    "clearance.Question.owner",
    Q(told_household_on__isnull=True),
    order=41,
    say=lambda row: row.household.words_in_log,
)
part(
    "promises",
    _("Promises to households that it sees to"),
    "clearance.Promise.owner",
    Q(closed_on__isnull=True),
    order=48,
    say=lambda row: row.household.words_in_log,
)
part(
    "obstacles",
    _("Obstacles at households that it clears"),
    "clearance.Obstacle.owner",
    Q(closed_on__isnull=True),
    order=49,
    say=lambda row: row.household.words_in_log,
)
part(
    "rounds",
    _("Lists of visiting rounds that it has"),
    "clearance.RoundTeam.unit",
    Q(returned_on__isnull=True, round__closed_on__isnull=True),
    order=58,
)
part(
    "living",
    _("Households that live in it"),
    "clearance.Household.residential_group",
    order=42,
    say=lambda row: row.words_in_log,
)
part("projects", _("Clearance projects that it runs"), "clearance.Project.host", order=43)
part(
    "dialogues",
    _("Dialogues to come that it holds"),
    "clearance.Dialogue.host",
    Q(state=DialogueState.PLANNED),
    order=44,
)
stays("clearance.Visit.team", "the visit was made by that team")
stays("clearance.VisitCompanion.unit", "that body came along")
stays("clearance.Grievance.about", "the act was that unit's")
