"""The floor of bench/registry.py: the page of the registry by one SQL statement and one small template."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import path

from bench.floor import *  # noqa: F403  # its settings

LIST = """<!doctype html><html lang=vi><meta charset=utf-8><title>Mô hình</title><p>{{ rows.0.total }}</p><table>
{% for row in rows %}<tr><th><a href="/models/{{ row.code }}/">{{ row.title }}</a> {{ row.unit }} {{ row.person_name }}
<td>{{ row.field }}<td>{{ row.state }}<td>{{ row.done }}/{{ row.steps }}<td>
{{ row.due|date:"d/m/Y" }}{% endfor %}</table>"""
_NEXT = "SELECT min(due_on) FROM models_registry_modelstep s WHERE s.mobilization_model_id = m.id AND done_on IS NULL"
_ALL = """FROM models_registry_mobilizationmodel m JOIN accounts_unit u ON u.id = m.unit_id
    LEFT JOIN models_registry_themefield f ON f.id = m.theme_field_id
    WHERE m.ward_id = 1 AND m.campaign_id = (SELECT max(id) FROM campaigns_campaign)"""
_TERMS = {
    "q": """ AND (m.search_key LIKE '%%' || vi_fold(%(q)s) || '%%' OR u.search_key LIKE '%%' || vi_fold(%(q)s) || '%%'
        OR m.person_key LIKE '%%' || vi_fold(%(q)s) || '%%' OR m.code ILIKE '%%' || %(q)s || '%%')""",
    "unit": " AND u.slug = %(unit)s",
    "field": " AND f.code = %(field)s",
    "state": " AND m.state = %(state)s",
}
_LATE = f" AND m.state = 'active' AND ({_NEXT}) < CURRENT_DATE"
_FIRST = f"""CASE WHEN m.state = 'submitted' THEN 0 WHEN m.state = 'active' AND ({_NEXT}) < CURRENT_DATE THEN 1
    WHEN m.state = 'returned' THEN 2 WHEN m.state IN ('self_assessed', 'under_review', 'draft') THEN 3
    WHEN m.state IN ('active', 'paused') THEN 4 ELSE 5 END, ({_NEXT}) NULLS LAST, m.code, m.id"""
_PAGE = f"""SELECT p.*, ({_NEXT.replace("m.id", "p.id")}) AS due, count(s.id) AS steps, count(s.done_on) AS done FROM (
    SELECT m.id, m.code, m.title, m.person_name, m.state, u.name AS unit, f.label AS field,
        row_number() OVER (ORDER BY {{order}}) AS place, (SELECT count(*) {{rows}}) AS total
    {{rows}} ORDER BY {{order}} LIMIT 50 OFFSET {{offset}}) p
    LEFT JOIN models_registry_modelstep s ON s.mobilization_model_id = p.id
    GROUP BY p.id, p.code, p.title, p.person_name, p.state, p.unit, p.field, p.place, p.total ORDER BY p.place"""


def page(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("q", "unit", "field", "state", "sort", "page")}
    rows = _ALL
    for name, term in _TERMS.items():
        if asked[name]:
            rows += _LATE if asked[name] == "late" else term
    order = "m.code, m.id" if asked["sort"] == "code" else _FIRST
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(rows=rows, order=order, offset=50 * (int(asked["page"] or 1) - 1)), asked)
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor]
    return HttpResponse(get_template("models").render({"rows": found}))


SUMS = """<!doctype html><html lang=vi><meta charset=utf-8><title>Biểu</title><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}{% endfor %}{% endfor %}</table>"""
_REGISTERED = "AND m.state IN ('active', 'paused', 'self_assessed', 'under_review', 'concluded', 'archived')"
_OFFICIAL = "LEFT JOIN models_registry_officialfield o ON o.id = f.official_field_id WHERE"
_SUMS = f"""SELECT u.name, o.label, m.subject, count(*) {_ALL.replace("WHERE", _OFFICIAL)} {_REGISTERED}
    GROUP BY u.name, o.label, m.subject ORDER BY u.name, o.label, m.subject"""
_COUNTS = f"""SELECT count(*), count(*) FILTER (WHERE m.subject = 'collective'),
    count(*) FILTER (WHERE m.state = 'submitted'),
    count(*) FILTER (WHERE m.state = 'active' AND ({_NEXT}) < CURRENT_DATE) {_ALL}"""


_RESULTS = f"""SELECT m.code, m.title, u.name, t.name, t.unit_of_measure, t.target, t.due_on, m.state,
    (SELECT v.value FROM models_registry_progressvalue v WHERE v.indicator_id = t.id ORDER BY v.update_id DESC LIMIT 1)
    {_ALL.replace("WHERE", "JOIN models_registry_targetindicator t ON t.mobilization_model_id = m.id WHERE")}
    {_REGISTERED} ORDER BY m.code, t.id LIMIT 50"""


def sums(request: HttpRequest, asked: str, **terms: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(asked, terms)
        return HttpResponse(get_template("sums").render({"rows": cursor.fetchall()}))


urlpatterns = [
    path("models/", page),
    path("models/tables/list/", page),
    path("models/tables/sums/", sums, {"asked": _SUMS}),
    path("models/tables/results/", sums, {"asked": _RESULTS}),
    path("reports/figures/", sums, {"asked": _COUNTS}),
    path("", sums, {"asked": _COUNTS}),
    path("units/<slug:unit>/", sums, {"asked": _COUNTS + _TERMS["unit"]}),
]
ROOT_URLCONF = "bench.registry_floor"
_LOADERS = [("django.template.loaders.locmem.Loader", {"models": LIST, "sums": SUMS})]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", _LOADERS)]},
    }
]
