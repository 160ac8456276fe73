"""Committed numbers of database queries per page: `tests/<app>/query_counts.json`.

A page that needs more queries than its baseline fails, and so does one that needs fewer: lower the baseline then,
by running with UPDATE_QUERY_COUNTS=1.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

# The tests' own transactions, also where what history knows of the request is said before them.
SETUP = re.compile(r"(?:^|; )(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) ")


class QueryBaseline:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "query_counts.json"

    def count(self, client: Client, url: str, sent: dict[str, Any] | None = None) -> tuple[int, HttpResponse]:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url) if sent is None else client.post(url, sent)
        return sum(1 for q in captured if not SETUP.search(q["sql"])), response

    def check(
        self, name: str, client: Client, url: str, *, sent: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """Open the page, or post what is `sent`, and compare its number of queries with the baseline of `name`."""
        found, response = self.count(client, url, sent)
        assert response.status_code == status, f"{url}: {response.status_code}"
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        if os.environ.get("UPDATE_QUERY_COUNTS"):
            self.path.write_text(json.dumps(dict(sorted((known | {name: found}).items())), indent=1) + "\n")
            return response
        assert known.get(name) == found, (
            f"{name}: {found} queries, baseline {known.get(name)}; if needed: UPDATE_QUERY_COUNTS=1"
        )
        return response

    def assert_flat(self, client: Client, url: str, add_rows: object) -> None:
        """The page's number of queries does not grow when `add_rows()` has added ten more rows; nothing is kept."""
        client.get(url)
        cache.clear()
        before, response = self.count(client, url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        add_rows()
        cache.clear()
        after, _response = self.count(client, url)
        assert after <= before, f"{url}: {before} queries, {after} with ten more rows"
