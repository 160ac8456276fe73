"""How long the register of documents takes with 100,000 of them, beside the same rows by a bare view. Fails nothing.

    ./run bench documents
    ./run bench documents --rows 20000 --rounds 7

A fifth of the documents have a file whose text was read. Milliseconds are medians of one run, floor and portal asked in
turn: the ratios are what can be compared. The goal of the list and of the search is 2.5 times the floor.
"""

import argparse
import contextlib
import statistics
from pathlib import Path
from urllib.parse import quote

import psycopg2

from bench import pages
from bench.names import STREETS
from wardportal import demonstration, embedded

GOAL = 2.5
RARE, TEXT = "phố Trạm đợt 777", "kinh phí đối ứng 7777"
_ROWS = """
SET session_replication_role = replica;
CREATE TEMP TABLE given AS SELECT n, nextval('campaigns_document_id_seq') AS id,
    CASE n %% 3 WHEN 0 THEN 'in' WHEN 1 THEN 'out' ELSE 'internal' END AS direction,
    (%(kinds)s::bigint[])[1 + n %% cardinality(%(kinds)s::bigint[])] AS kind_id,
    (%(issuers)s::bigint[])[1 + n / 7 %% cardinality(%(issuers)s::bigint[])] AS issuer_id,
    (%(streets)s::text[])[1 + n / 3 %% cardinality(%(streets)s::text[])] AS street
FROM generate_series(1, %(last)s) AS n;
INSERT INTO campaigns_document (id, ward_id, campaign_id, direction, kind_id, issuer_id, number, symbol,
        symbol_inferred, dated_on, series_from, summary, state, file, original_name, sha256, is_restricted)
    SELECT id, %(ward)s, %(campaign)s, direction, kind_id, issuer_id, 1000 + n, 1000 + n || '-KH/BENCH', false,
        %(day)s::date - n %% 90, date '1900-01-01', 'Chỉnh trang, vận động nhân dân phố ' || street || ' đợt ' || n,
        'issued', '', '', '', false FROM given;
INSERT INTO campaigns_documenttext (ward_id, document_id, sha256, state, text, since)
    SELECT %(ward)s, id, 'bench', 'read', repeat('Thực hiện kế hoạch, các đơn vị phối hợp vận động nhân dân. ', 20)
        || 'Kinh phí đối ứng ' || n || ' nghìn đồng.', now() FROM given WHERE n %% 5 = 0 OR n = 7777;
DROP TABLE given;
SET session_replication_role = DEFAULT;
ANALYZE;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with pages.running() as bench:
        _fill(bench.var, arguments.rows)
        print("| page | floor ms | portal ms | ratio | goal |", "|---|---|---|---|---|", sep="\n")
        for name, floor, portal in _measure(bench, arguments.rounds):
            print(f"| {name} | {floor:.1f} | {portal:.1f} | {portal / floor:.2f} | {GOAL} |", flush=True)


def _measure(bench: pages.Bench, rounds: int) -> list[tuple[str, float, float]]:
    wsgi = "django.core.wsgi:get_wsgi_application()"
    floor = pages.Site("floor", bench.var, 18_531, wsgi, "bench.documents_floor")
    portal = pages.Site("portal", bench.var, 18_532, "wardportal.wsgi", "wardportal.settings")
    bench.sites = {"floor": floor, "portal": portal}
    who = portal.sign_in("/login/", login="vanthu", password=demonstration.PASSWORD)
    found = []
    for name, query in {
        "list": "",
        "search in summaries": f"?q={quote(RARE)}",
        "search without marks": f"?q={quote('pho tram dot 777')}",
        "search in the text of files": f"?q={quote(TEXT)}",
        "search of a frequent word": f"?q={quote('vận động')}",
        "list of an issuer": "?issuer=dang-uy",
    }.items():
        taken: dict[str, list[float]] = {"floor": [], "portal": []}
        for number in range(rounds + 3):  # three to warm up
            for site, cookies, path in (("floor", None, f"/documents/{query}"), ("portal", who, f"/documents/{query}")):
                answer = bench.sites[site].get(path, cookies=cookies)
                assert answer.status == 200, f"{site} {path}: {answer.status}"
                if number >= 3:
                    taken[site].append(answer.seconds * 1000)
        found.append((name, statistics.median(taken["floor"]), statistics.median(taken["portal"])))
    return found


def _fill(var: Path, last: int) -> None:
    """Beside what the demonstration ward holds, written around the verbs and without triggers."""
    from accounts.models import Unit
    from campaigns.models import Campaign, DocumentKind
    from core.models import today

    campaign = Campaign.objects.order_by("-year")[0]
    ground = {
        "ward": campaign.ward_id,
        "campaign": campaign.pk,
        "kinds": list(DocumentKind.objects.filter(ward=campaign.ward_id).values_list("pk", flat=True)),
        "issuers": list(Unit.objects.filter(ward=campaign.ward_id).values_list("pk", flat=True)),
        "streets": STREETS,
        "day": today(),
        "last": last,
    }
    url = embedded.postgres_url(var, role=embedded.SUPERUSER)
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(_ROWS, ground)


if __name__ == "__main__":
    main()
