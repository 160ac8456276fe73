"""The floor: the same rows by a bare view without session, one SQL statement and one small template a page."""

import os
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import path

from bench.rows import PROJECT
from wardportal import embedded, environment

HEAD = "<!doctype html><html lang=vi><meta charset=utf-8><title>{{ title }}</title><h1>{{ title }}</h1>"
LIST = """<p>{{ rows.0.total }}</p><table>{% for row in rows %}<tr><th><a href="/file/{{ row.number }}/">
{{ row.number }}. {{ row.name }}</a> {{ row.address_line }}, {{ row.residential_group }}
<td>{{ row.outreach }}<td>{{ row.team }}
<td>{{ row.visited_at|date:"d/m, H:i" }}<td>{{ row.follow_up_on|date:"d/m" }}</tr>{% endfor %}</table>"""
ROWS = """<table>{% for row in rows %}<tr>{% for cell in row.values %}<td>{{ cell }}{% endfor %}</tr>{% endfor %}
</table>"""

_PAGE = """
SELECT h.number, h.address_line, g.name AS residential_group, h.outreach, p.name, t.name AS team, v.visited_at,
    v.follow_up_on, total FROM {household} h
LEFT JOIN accounts_unit g ON g.id = h.residential_group_id
LEFT JOIN clearance_representation r ON r.household_id = h.id AND r.valid_to IS NULL
LEFT JOIN clearance_party p ON p.id = r.party_id
LEFT JOIN clearance_teamassignment a ON a.household_id = h.id AND a.valid_to IS NULL
LEFT JOIN accounts_unit t ON t.id = a.team_id
LEFT JOIN LATERAL (SELECT visited_at, follow_up_on FROM clearance_visit v WHERE v.ward_id = h.ward_id
    AND v.household_id = h.id AND void_at IS NULL ORDER BY visited_at DESC LIMIT 1) v ON true
ORDER BY h.number"""
_MINE = """FROM clearance_household WHERE ward_id = 1
    AND project_id = (SELECT id FROM clearance_project WHERE slug = %(project)s)"""
_FOUND = f"""{_MINE} AND outreach = 'met' AND id IN (SELECT r.household_id FROM clearance_representation r
    JOIN clearance_party p ON p.id = r.party_id WHERE p.search_key LIKE '%%' || vi_fold(%(words)s) || '%%')"""
_TASKS = "SELECT title, due_on, state FROM campaigns_task WHERE campaign_id = (SELECT max(id) FROM campaigns_campaign)"
_GROUPS = f"SELECT outreach, count(*) {_MINE} GROUP BY outreach ORDER BY outreach"
SQL = {
    "household_list": _PAGE.format(
        household=f"(SELECT *, (SELECT count(*) {_MINE}) total {_MINE} ORDER BY number LIMIT 50)"
    ),
    "household_search": _PAGE.format(household=f"(SELECT *, count(*) OVER () total {_FOUND} ORDER BY number LIMIT 50)"),
    "household_deepest": _PAGE.format(
        household=f"(SELECT *, (SELECT count(*) {_MINE}) total {_MINE} ORDER BY number DESC LIMIT 50)"
    ),
    "household_file": _PAGE.format(household=f"(SELECT *, 1 AS total {_MINE} AND number = 500)"),
    "project": _GROUPS,
    "figures": _GROUPS,
    "overview": f"{_TASKS} ORDER BY due_on, id LIMIT 12",
    "unit": f"{_TASKS} ORDER BY due_on, id LIMIT 12",
    "tasks_own": f"{_TASKS} ORDER BY due_on, id LIMIT 50",
    "models_own": "SELECT title, state FROM models_registry_mobilizationmodel WHERE campaign_id = "
    "(SELECT max(id) FROM campaigns_campaign) ORDER BY id LIMIT 50",
}


def page(request: HttpRequest, name: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], {"project": PROJECT, "words": request.GET.get("q", "")})
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor]
    return HttpResponse(
        get_template("list" if name.startswith("household") else "rows").render({"rows": rows, "title": name})
    )


urlpatterns = [path("<slug:name>/", page)]

# ---- the settings, of this one module -------------------------------------------------------------
SECRET_KEY = "floor"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floor"
USE_TZ = True
_LOADERS = [("django.template.loaders.locmem.Loader", {"list": HEAD + LIST, "rows": HEAD + ROWS})]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", _LOADERS)]},
    }
]
DATABASES = {
    "default": environment.database(embedded.postgres_url(Path(os.environ["PORTAL_VAR"]))) | {"CONN_MAX_AGE": 60}
}
