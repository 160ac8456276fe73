"""How long the registry of models takes at the scale of a city, beside the same rows by a bare view. Fails nothing.

    ./run bench registry
    ./run bench registry --rounds 7

7,369 collective and 4,566 individual registrations of one year in one ward, as Hà Nội had in 2025, each with its steps,
a target and its decisions. Milliseconds are medians of one run, floor and portal asked in turn: the ratios are what can
be compared. The goal of lists, searches, tables and dashboards is 2.5 times the floor.
"""

import argparse
import contextlib
from pathlib import Path
from urllib.parse import quote

import psycopg2

from bench import pages
from bench.beside import beside
from bench.names import STREETS
from wardportal import demonstration, embedded

COLLECTIVES, INDIVIDUALS = 7_369, 4_566
PAGES = {
    "list": "/models/",
    "fifth page of the list": "/models/?page=5",
    "in the order of codes": "/models/?sort=code",
    "search": f"/models/?q={quote('phố Trạm số 77')}",
    "search of a frequent word": f"/models/?q={quote('khéo')}",
    "list of a unit": "/models/?unit=chi-bo-7",
    "list of a field": "/models/?field={field}",
    "those that wait": "/models/?state=submitted",
    "late ones": "/models/?state=late",
    "table 01, the list": "/models/tables/list/",
    "table 02, the sums": "/models/tables/sums/",
    "table 03, the results": "/models/tables/results/",
    "figures": "/reports/figures/",
    "overview of the ward": "/",
    "page of a unit": "/units/chi-bo-7/",
}
SENT = ("list", "sums", "results")
_ROWS = """
SET session_replication_role = replica;
CREATE TEMP TABLE given AS SELECT n, nextval('models_registry_mobilizationmodel_id_seq') AS id,
    CASE WHEN n <= %(collectives)s THEN 'collective' ELSE 'individual' END AS subject,
    CASE n %% 20 WHEN 0 THEN 'submitted' WHEN 1 THEN 'returned' WHEN 2 THEN 'concluded' ELSE 'active' END AS state,
    (%(units)s::bigint[])[1 + n / 7 %% cardinality(%(units)s::bigint[])] AS unit_id,
    (%(fields)s::bigint[])[1 + n %% cardinality(%(fields)s::bigint[])] AS field_id,
    (%(streets)s::text[])[1 + n / 3 %% cardinality(%(streets)s::text[])] AS street
FROM generate_series(1, %(last)s) AS n;
INSERT INTO models_registry_mobilizationmodel (id, ward_id, campaign_id, code, title, subject, unit_id, person_name,
        theme_field_id, origin, rationale, approach, beneficiaries, expected_output, sustainability, resources,
        starts_on, ends_on, contact, is_late, state, saved_at)
    SELECT id, %(ward)s, %(campaign)s, 'BENCH-' || lpad(n::text, 5, '0'),
        'Khéo trong vận động nhân dân chỉnh trang phố ' || street || ' số ' || n, subject, unit_id,
        CASE WHEN subject = 'individual' THEN 'Nguyễn Văn ' || n END, field_id, 'new', '',
        'Tuyên truyền, vận động từng hộ, phân công đảng viên phụ trách.', '', '', '', '', %(day)s::date - 60,
        %(day)s::date + 200, '', false, state, now() FROM given;
INSERT INTO models_registry_mobilizationmodeltransition (ward_id, mobilization_model_id, old, new, "on", at, reason)
    SELECT %(ward)s, id, step.old, step.new, %(day)s::date - step.days, now() - make_interval(days => step.days), ''
    FROM given, (VALUES (1, '', 'draft', 61), (2, 'draft', 'submitted', 60), (3, 'submitted', 'last', 55))
        AS step (number, old, new, days)
    WHERE step.number < 3 OR state <> 'submitted';
UPDATE models_registry_mobilizationmodeltransition t SET new = g.state FROM given g
    WHERE t.mobilization_model_id = g.id AND t.new = 'last';
INSERT INTO models_registry_modelstep (ward_id, mobilization_model_id, kind, "order", due_on, done_on, note)
    SELECT %(ward)s, id, step.kind, step.number, %(day)s::date + 30 * step.number - 55 - n %% 20,
        CASE WHEN step.number <= n %% 4 THEN %(day)s::date - 1 END, ''
    FROM given, (VALUES (1, 'resolution'), (2, 'assignment'), (3, 'spread'), (4, 'carry_out'), (5, 'review'))
        AS step (number, kind)
    WHERE state IN ('active', 'concluded');
INSERT INTO models_registry_targetindicator (ward_id, mobilization_model_id, name, unit_of_measure, target, due_on)
    SELECT %(ward)s, id, 'Hộ tham gia', 'hộ', 10 + n %% 40, %(day)s::date + 100 FROM given;
DROP TABLE given;
SET session_replication_role = DEFAULT;
ANALYZE;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with pages.running() as bench:
        field = _fill(bench.var)
        asked = {name: path.format(field=field) for name, path in PAGES.items()}
        beside(bench, "bench.registry_floor", asked, login="dieuphoi", rounds=arguments.rounds)
        _send(bench.sites["portal"])


def _send(portal: pages.Site) -> None:
    """How long it takes to keep a table as sent, to open it first, and again; the goal is 5 seconds."""
    from core.models import today
    from models_registry.models import SentTable

    cookies = portal.sign_in("/login/", login="dieuphoi", password=demonstration.PASSWORD)
    day = f"{today():%d/%m/%Y}"
    print("\n| table | lines | sent s | opened s | opened again s |", "|---|---|---|---|---|", sep="\n")
    for table in SENT:
        said = {"on": day, "sent_on": day, "sent_to": "Thành ủy", "csrfmiddlewaretoken": cookies["csrftoken"]}
        sent = portal.get(f"/models/tables/{table}/send/", said, cookies)
        assert sent.status == 302, f"{table}: {sent.status}"
        row = SentTable.objects.latest("pk")
        taken = [sent.seconds, *(portal.get(row.get_absolute_url(), cookies=cookies).seconds for _again in range(2))]
        print(
            f"| {table} | {len(row.kept['lines'])} | {' | '.join(f'{seconds:.2f}' for seconds in taken)} |", flush=True
        )


def _fill(var: Path) -> str:
    """Beside what the demonstration ward holds, written around the verbs and without triggers; a field's code."""
    from accounts.models import Unit
    from campaigns.models import Campaign
    from core.models import today
    from models_registry.models import ThemeField

    campaign = Campaign.objects.order_by("-year")[0]
    fields = list(ThemeField.objects.filter(ward=campaign.ward_id, campaign=campaign))
    ground = {
        "ward": campaign.ward_id,
        "campaign": campaign.pk,
        "units": list(Unit.objects.inside().filter(ward=campaign.ward_id).values_list("pk", flat=True)),
        "fields": [field.pk for field in fields],
        "streets": STREETS,
        "day": today(),
        "collectives": COLLECTIVES,
        "last": COLLECTIVES + INDIVIDUALS,
    }
    url = embedded.postgres_url(var, role=embedded.SUPERUSER)
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(_ROWS, ground)
    return fields[0].code


if __name__ == "__main__":
    main()
