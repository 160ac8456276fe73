"""How many SQL statements a page of the portal needs, and how long the database was at them, for bench/pages.py."""

import json
import os
import sys
import time
from typing import Any


def main(session: str, path: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardportal.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = session
    taken: list[tuple[float, str]] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            taken.append((time.perf_counter() - start, sql))

    for _warm in range(2):
        client.get(path)
    with connection.execute_wrapper(note):
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    if os.environ.get("BENCH_SQL"):
        for seconds, sql in taken:
            print(f"{seconds * 1000:7.2f} ms  {sql[:2000]}\n", file=sys.stderr)
    said = {"statements": len(taken), "sql_ms": round(sum(seconds for seconds, _sql in taken) * 1000, 2)}
    print(json.dumps(said | {"html_bytes": len(response.content)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
