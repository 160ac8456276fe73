"""The floor of bench/documents.py: the page of the register by one SQL statement and one small template."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import path

from bench.floor import *  # noqa: F403  # its settings

LIST = """<!doctype html><html lang=vi><meta charset=utf-8><title>Văn bản</title><p>{{ rows.0.total }}</p><table>
{% for row in rows %}<tr><th><a href="/documents/{{ row.id }}/">{{ row.symbol }}</a><td>{{ row.summary }}
<td>{{ row.issuer }} {{ row.direction }}<td>{{ row.dated_on|date:"d/m/Y" }}<td>{{ row.state }}{% endfor %}</table>"""
_MINE = "FROM campaigns_document d WHERE ward_id = 1 AND campaign_id = (SELECT max(id) FROM campaigns_campaign)"
_SAID = f"""{_MINE} AND id IN (SELECT id FROM campaigns_document WHERE ward_id = 1
    AND (search_key LIKE '%%' || vi_fold(%(q)s) || '%%' OR vi_fold(symbol) LIKE '%%' || vi_fold(%(q)s) || '%%')
    UNION SELECT document_id FROM campaigns_documenttext WHERE ward_id = 1
    AND search_key LIKE '%%' || vi_fold(%(q)s) || '%%')"""
_OF = f"{_MINE} AND issuer_id = (SELECT id FROM accounts_unit WHERE ward_id = 1 AND slug = %(issuer)s)"
_PAGE = """SELECT d.id, d.symbol, d.summary, d.direction, d.dated_on, d.state, u.name AS issuer, d.total FROM (
    SELECT *, {total} AS total {rows} ORDER BY dated_on DESC, number DESC NULLS LAST, id DESC LIMIT 50) d
    JOIN accounts_unit u ON u.id = d.issuer_id ORDER BY d.dated_on DESC, d.number DESC NULLS LAST, d.id DESC"""


def page(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("q", "issuer")}
    rows = _SAID if asked["q"] else _OF if asked["issuer"] else _MINE
    total = "count(*) OVER ()" if asked["q"] else f"(SELECT count(*) {rows})"
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(rows=rows, total=total), asked)
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor]
    return HttpResponse(get_template("documents").render({"rows": found}))


urlpatterns = [path("documents/", page)]
ROOT_URLCONF = "bench.documents_floor"
_LOADERS = [("django.template.loaders.locmem.Loader", {"documents": LIST})]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", _LOADERS)]},
    }
]
