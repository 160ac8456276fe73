"""The floor of bench/changes.py: the newest rows of all histories by one SQL statement and one small template."""

import datetime

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import path

from bench.floor import *  # noqa: F403  # its settings

LIST = """<!doctype html><html lang=vi><meta charset=utf-8><title>Ai đã sửa gì</title><table>
{% for row in rows %}<tr><th>{{ row.0|date:"d/m/Y H:i" }}<td>{{ row.1 }} {{ row.3 }}<td>{{ row.4 }}
<td>{{ row.5 }}{% endfor %}</table>"""


def page(request: HttpRequest) -> HttpResponse:
    where, values = ["ward_id = 1"], list[object]()
    if day := request.GET.get("day"):
        first = datetime.datetime.strptime(day, "%d/%m/%Y").replace(
            tzinfo=datetime.timezone(datetime.timedelta(hours=7))
        )
        where.append("pgh_created_at >= %s AND pgh_created_at < %s")
        values += [first, first + datetime.timedelta(days=1)]
    if person := request.GET.get("person"):
        where.append("pgh_context_id IN (SELECT id FROM pghistory_context WHERE metadata ->> 'user' = %s)")
        values.append(person)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE %s",
            [request.GET.get("area", "") + "%history"],
        )
        tables = [name for (name,) in cursor if not name.startswith(("pghistory", "accounts_user", "accounts_ward"))]
        parts = [
            f"(SELECT pgh_created_at, '{table}', pgh_id, pgh_obj_id, pgh_label, to_jsonb(h) FROM {table} h "
            f"WHERE {' AND '.join(where)} ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT 50)"
            for table in tables
        ]
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC LIMIT 50", values * len(parts))
        found = cursor.fetchall()
    return HttpResponse(get_template("changes").render({"rows": found}))


urlpatterns = [path("history/", page)]
ROOT_URLCONF = "bench.changes_floor"
_LOADERS = [("django.template.loaders.locmem.Loader", {"changes": LIST})]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", _LOADERS)]},
    }
]
