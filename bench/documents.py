"""How long the register of documents takes with 100,000 of them, beside the same rows by a bare view. Fails nothing.

    ./run bench documents
    ./run bench documents --rows 20000 --rounds 7

A fifth of the documents have a file whose text was read. Milliseconds are medians of one run, floor and portal asked in
turn: the ratios are what can be compared. The goal of the list and of the search is 2.5 times the floor.
"""

import argparse
import contextlib
from pathlib import Path
from urllib.parse import quote

import psycopg2

from bench import pages
from bench.beside import beside
from bench.names import STREETS
from wardportal import embedded

PAGES = {
    "list": "/documents/",
    "search in summaries": f"/documents/?q={quote('phố Trạm đợt 777')}",
    "search without marks": f"/documents/?q={quote('pho tram dot 777')}",
    "search in the text of files": f"/documents/?q={quote('kinh phí đối ứng 7777')}",
    "search of a frequent word": f"/documents/?q={quote('vận động')}",
    "list of an issuer": "/documents/?issuer=dang-uy",
}
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
        beside(bench, "bench.documents_floor", PAGES, login="vanthu", rounds=arguments.rounds)


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
