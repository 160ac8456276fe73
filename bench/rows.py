"""The rows that the pages are measured with: one project of many households, the same in each run.

Written by SQL around the verbs and without triggers (`session_replication_role`), as a year of work would have left
them: each household with a person, a team and a visit, every third with an invitation handed over, one of a
thousand with an appointment.
"""

import contextlib
import datetime
from pathlib import Path
from typing import Any

import psycopg2

from bench.names import FAMILY, GIVEN, MIDDLE, STREETS
from wardportal import embedded

PROJECT = "duong-vanh-dai-thu-nghiem"
_ROWS = """
SET session_replication_role = replica;
CREATE TEMP TABLE lot AS SELECT n, {pick_family} || ' ' || {pick_middle} || ' ' || {pick_given} AS name,
    'số ' || (n %% 900 + 1) || ', ngõ ' || (n %% 87 + 1) || ', phố ' || {pick_street} AS address,
    (%(teams)s::bigint[])[1 + n %% cardinality(%(teams)s::bigint[])] AS team_id,
    (%(groups)s::bigint[])[1 + n %% cardinality(%(groups)s::bigint[])] AS group_id,
    CASE WHEN n %% 1000 = 2 THEN 'follow_up'
        ELSE (ARRAY['met', 'in_contact', 'met', 'unreachable', 'met'])[1 + n %% 5] END AS outreach,
    nextval('clearance_household_id_seq') AS household_id, nextval('clearance_party_id_seq') AS party_id
FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO clearance_household (id, ward_id, project_id, number, address_line, residential_group_id, outreach,
        pause_reason)
    SELECT household_id, %(ward)s, %(project)s, n, address, group_id, outreach, '' FROM lot;
INSERT INTO clearance_party (id, ward_id, kind, name) SELECT party_id, %(ward)s, 'person', name FROM lot;
INSERT INTO clearance_householdparty (ward_id, household_id, party_id, relation)
    SELECT %(ward)s, household_id, party_id, '' FROM lot;
INSERT INTO clearance_representation (ward_id, household_id, party_id, valid_from)
    SELECT %(ward)s, household_id, party_id, %(opens)s FROM lot;
INSERT INTO clearance_teamassignment (ward_id, household_id, team_id, valid_from)
    SELECT %(ward)s, household_id, team_id, %(opens)s FROM lot;
INSERT INTO clearance_visit (ward_id, client_id, household_id, purpose, visited_at, received_at, outcome, note, team_id,
        follow_up_on, minutes, minutes_witness, read_back, amend_reason, void_reason)
    SELECT %(ward)s, gen_random_uuid(), household_id, 'explain', %(opens)s::timestamptz + n %% 200 * interval '1 hour',
        now(), CASE n %% 5 WHEN 3 THEN 'nobody_home' WHEN 1 THEN 'later' ELSE 'met_head' END, '', team_id,
        CASE WHEN n %% 1000 = 2 THEN %(today)s::date + (n / 1000 %% 20)::int END, 'none', '', false, '', ''
    FROM lot;
INSERT INTO clearance_invitation (ward_id, dialogue_id, household_id, edition, letter, for_place, state, delivered_at,
        receiver, witness)
    SELECT %(ward)s, %(dialogue)s, household_id, 1, 1, '', 'signed',
        %(opens)s::timestamptz + n %% 200 * interval '1 hour', '', '' FROM lot WHERE n %% 3 = 0;
DROP TABLE lot;
SET session_replication_role = DEFAULT;
ANALYZE;
"""


def _pick(words: list[str], step: int) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + (n * {step} / 7) %% {len(words)}]"


def make(var: Path, *, first: int, last: int) -> None:
    """Households `first` to `last` of the project, beside what the demonstration ward holds."""
    url = embedded.postgres_url(var, role=embedded.SUPERUSER)
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            fill(cursor, _ground() | {"first": first, "last": last})


def fill(cursor: Any, ground: dict[str, object]) -> None:
    """ground: what `_ground` gives, with the `first` and the `last` number. The role must be a superuser's."""
    picks = {"pick_family": _pick(FAMILY, 11), "pick_middle": _pick(MIDDLE, 13), "pick_given": _pick(GIVEN, 17)}
    cursor.execute(_ROWS.format(**picks, pick_street=_pick(STREETS, 19)), ground)


def _ground() -> dict[str, object]:
    from accounts.models import Unit
    from campaigns.models import Campaign
    from clearance.actions import start_project
    from clearance.models import Project
    from core.models import today

    campaign = Campaign.objects.order_by("-year")[0]
    inside = Unit.objects.filter(ward=campaign.ward_id, is_outside=False).order_by("pk")
    teams, groups = inside.filter(kind__branch="team"), inside.filter(kind__branch="residential")
    project = Project.objects.filter(slug=PROJECT).first()
    if project is None:
        name = "Đường vành đai thử nghiệm"
        project = start_project(by=None, campaign=campaign, name=name, shape="ward_runs", host=inside[0])
        project.has_list()
        project.dialogues.create(ward_id=project.ward_id, host=inside[0], held_on=campaign.opens_on)
    dialogue = project.dialogues.get()
    return {
        "ward": campaign.ward_id,
        "project": project.pk,
        "dialogue": dialogue.pk,
        "teams": list(teams.values_list("pk", flat=True)),
        "groups": list(groups.values_list("pk", flat=True)),
        "opens": campaign.opens_on + datetime.timedelta(days=1),
        "today": today(),
    }
