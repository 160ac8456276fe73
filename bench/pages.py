"""How long the pages take, beside the same rows by a bare view (the floor) and by stock Django admin, in one run.

    ./run bench                                 # 100,000 households
    ./run bench --rows 20000 --rounds 7
    ./run bench --grow                          # again with ten times the rows
    ./run bench --json FILE
    ./run bench messages --mails 10000          # the sending of messages (bench/messages.py)

Floor, admin and portal are asked in turn, request by request, on one machine and one PostgreSQL; then the portal alone,
since with many rows the two others read whole tables between its questions. Milliseconds are medians and mean nothing
beyond their run: the ratios are what can be compared. Fails nothing.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench import imports, rows
from wardportal import demonstration, embedded, services

ROOT = Path(__file__).resolve().parent.parent
WORDS, PLAIN_WORDS, SLIP = "Nguyễn Văn", "nguyen van", "nguyne van"
GOALS = {
    "household_list": 2.5,
    "household_search": 2.5,
    "household_search_plain": 2.5,
    "search": 2.5,
    "search_plain": 2.5,
    "search_slip": 2.5,
    "household_deepest": None,
    "household_file": 5,
    "project": 2,
    "overview": 5,
    "unit": 5,
    "figures": 3,
    "tasks": 2.5,
    "models": 2.5,
}
RPS_SECONDS, RPS_CLIENTS = 5, 8


class Site:
    """A server of web pages, and somebody who is signed in to it."""

    def __init__(self, name: str, var: Path, port: int, app: str, settings: str) -> None:
        self.name, self.port, self.cookies = name, port, {}
        self.socket = services.listen(port)
        service = services.portal(var, self.socket)[0]
        service.name, service.log = name, var / "log" / f"{name}.log"
        service.command[service.command.index("wardportal.wsgi")] = app
        self.service = service
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        try:
            service.start(ROOT)
        finally:
            os.environ["DJANGO_SETTINGS_MODULE"] = "wardportal.settings"
        services.wait_for_first_page(port, [service])

    def get(self, path: str, data: dict[str, str] | None = None, cookies: dict[str, str] | None = None) -> "Answer":
        cookies = self.cookies if cookies is None else cookies
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Accept-Encoding": "gzip", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if data is not None:
            body = urlencode(data)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        connection.request("POST" if body is not None else "GET", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - start
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _is, value = line.partition(";")[0].partition("=")
            cookies[name] = value
        connection.close()
        return Answer(response, content, seconds)

    def sign_in(self, path: str, **typed: str) -> dict[str, str]:
        cookies: dict[str, str] = {}
        self.get(path, cookies=cookies)
        answer = self.get(path, typed | {"csrfmiddlewaretoken": cookies["csrftoken"]}, cookies)
        assert answer.status == 302, f"{self.name}: {typed} could not sign in"
        return cookies

    @property
    def workers(self) -> list[int]:
        parent = self.service.process.pid
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    def resident(self) -> float:
        """MiB of the largest worker."""
        found = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in self.workers]
        return max(int(match.group(1)) for match in found if match) / 1024

    def stop(self) -> None:
        services.stop([self.service])
        self.socket.close()


class Answer:
    def __init__(self, response: http.client.HTTPResponse, content: bytes, seconds: float) -> None:
        self.status, self.headers, self.seconds, self.bytes = response.status, response.headers, seconds, len(content)
        self.encoding = response.headers.get("Content-Encoding", "")
        self.content = content

    @property
    def text(self) -> str:
        import gzip

        return (gzip.decompress(self.content) if self.encoding == "gzip" else self.content).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--grow", action="store_true", help="again with ten times the rows")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--no-bulk", action="store_true", help="pages alone")
    arguments = parser.parse_args()
    with running() as bench:
        bench.fill(1, arguments.rows)
        found = bench.measure(arguments.rounds)
        if not arguments.no_bulk:
            found["bulk"] = bench.bulk()
            found["imports"] = bench.apart("imports")
        print(table(found), flush=True)
        if arguments.grow:
            bench.fill(arguments.rows + 1, arguments.rows * 10)
            found["grown"] = bench.measure(arguments.rounds)
            print(table(found["grown"], found))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@contextmanager
def running() -> "Iterator[Bench]":
    var = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    os.environ |= {
        "PORTAL_VAR": str(var),
        "DATABASE_URL": embedded.postgres_url(var),
        "REDIS_URL": embedded.valkey_url(var),
        "DJANGO_SETTINGS_MODULE": "wardportal.settings",
        "PORTAL_HOSTS": "127.0.0.1",
    }
    servers = [embedded.Postgres(var), embedded.Valkey(var, durable=False)]
    bench = None
    try:
        embedded._make_sockets(var)
        for server in servers:
            server.start()
        bench = Bench(var)
        yield bench
    finally:
        for site in bench.sites.values() if bench else []:
            site.stop()
        for server in reversed(servers):
            server.stop()
        shutil.rmtree(var, ignore_errors=True)


class Bench:
    def __init__(self, var: Path) -> None:
        self.var, self.sites = var, {}
        self.total = 0
        for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--no-input"], ["demonstration", "-v0"]):
            manage(*command)
        import django

        django.setup()
        from accounts.models import Unit

        self.unit = str(Unit.objects.get(slug="chi-bo-7").get_absolute_url())
        make_stock(var)

    def fill(self, first: int, last: int) -> None:
        rows.make(self.var, first=first, last=last)
        fill_stock(self.var)
        self.total = last

    def start(self) -> None:
        """Servers that have not served these rows yet."""
        for site in self.sites.values():
            site.stop()
        wsgi = "django.core.wsgi:get_wsgi_application()"
        ports = iter(range(18_431, 18_500))
        self.sites = {
            "floor": Site("floor", self.var, next(ports), wsgi, "bench.floor"),
            "admin": Site("admin", self.var, next(ports), wsgi, "bench.stock.settings"),
            "portal": Site("portal", self.var, next(ports), "wardportal.wsgi", "wardportal.settings"),
        }
        portal = self.sites["portal"]
        people = {"officer": "gpmb", "coordinator": "dieuphoi"}
        self.people = {
            role: portal.sign_in("/login/", login=name, password=demonstration.PASSWORD)
            for role, name in people.items()
        }
        self.sites["admin"].cookies = self.sites["admin"].sign_in("/admin/login/", username="stock", password="stock")

    def pages(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Page -> site -> who asks and what."""
        project = f"/clearance/projects/{rows.PROJECT}/"
        files = f"{project}households/"
        found = {}

        def page(name: str, who: str, portal: str, floor: str = "", admin: str = "") -> None:
            found[name] = {"floor": ("", f"/{floor or name}/"), "portal": (who, portal)}
            if admin:
                found[name]["admin"] = ("", f"/admin/stock/household/{admin}")

        for name, words in (("household_search", WORDS), ("household_search_plain", PLAIN_WORDS)):
            asked = f"q={quote(words)}"
            page(name, "officer", f"{files}?{asked}&outreach=met", admin=f"?outreach__exact=met&q={quote(WORDS)}")
            found[name]["floor"] = ("", f"/household_search/?{asked}")
        # Everything that the officer may see, beside the floor's search of the households alone.
        page("search", "officer", f"/search/?q={quote(WORDS)}")
        page("search_plain", "officer", f"/search/?q={quote(PLAIN_WORDS)}")
        page("search_slip", "officer", f"/search/?q={quote(SLIP)}")
        for name in ("search", "search_plain", "search_slip"):
            found[name]["floor"] = ("", f"/household_search/?q={quote(PLAIN_WORDS)}")
        page("household_list", "officer", files, admin="?")
        page("household_deepest", "officer", f"{files}?end=1", admin=f"?p={-(-self.total // 50)}")
        page("household_file", "officer", f"{files}500/", admin="500/change/")
        page("project", "officer", project)
        page("overview", "coordinator", "/")
        page("unit", "coordinator", self.unit)
        page("figures", "coordinator", "/reports/figures/")
        # As the list of all: 50 rows of the floor and of the admin, beside the portal's 21 and 11.
        page("tasks", "coordinator", "/tasks/", "household_list", "?")
        page("models", "coordinator", "/models/", "household_list", "?")
        page("tasks_own", "coordinator", "/tasks/")
        page("models_own", "coordinator", "/models/")
        return found

    def ask(self, site: str, who: str, path: str) -> Answer:
        return self.sites[site].get(path, cookies=self.people[who] if who else None)

    def measure(self, rounds: int) -> dict[str, Any]:
        self.start()
        pages = self.pages()
        found: dict[str, dict[str, Any]] = {}
        for name, asked in pages.items():
            taken: dict[str, list[float]] = {site: [] for site in [*asked, "alone"]}
            wire = 0
            turns = [(site, site) for site in asked] * (rounds + 3) + [("alone", "portal")] * (rounds + 3)
            for turn, site in turns:
                who, path = asked[site]
                answer = self.ask(site, who, path)
                assert answer.status == 200, f"{site} {path}: {answer.status}"
                wire = answer.bytes if site == "portal" else wire
                taken[turn].append(answer.seconds * 1000)
            taken = {key: times[3:] for key, times in taken.items()}  # three to warm up
            found[name] = {f"{site}_ms": round(statistics.median(times), 2) for site, times in taken.items()}
            found[name]["ratio"] = round(found[name]["portal_ms"] / found[name]["floor_ms"], 2)
            found[name] |= {"goal": GOALS.get(name), "wire_bytes": wire, "path": asked["portal"][1]}
            found[name] |= self.statements(asked["portal"])
        first, last = found["household_list"]["portal_ms"], found["household_deepest"]["portal_ms"]
        found["household_deepest"]["to_first_page"] = round(last / first, 2)
        return {
            "rows": self.total,
            "pages": found,
            "rps": {site: round(self.rps(site, *pages["household_list"][site]), 1) for site in self.sites},
            "memory": {
                "web_mib": round(self.sites["portal"].resident(), 1),
                "floor_mib": round(self.sites["floor"].resident(), 1),
            },
        }

    def statements(self, asked: tuple[str, str]) -> dict[str, Any]:
        """SQL of the page, counted in a process of its own so that counting costs the measured ones nothing."""
        command = [sys.executable, "-m", "bench.statements", self.people[asked[0]]["sessionid"], asked[1]]
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        return json.loads(said.splitlines()[-1])

    def rps(self, site: str, who: str, path: str) -> float:
        done, end = [0] * RPS_CLIENTS, time.monotonic() + RPS_SECONDS

        def client(number: int) -> None:
            while time.monotonic() < end:
                self.ask(site, who, path)
                done[number] += 1

        threads = [threading.Thread(target=client, args=[number]) for number in range(RPS_CLIENTS)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.monotonic() - start)

    def bulk(self) -> dict[str, Any]:
        """Households a second through the verb (bench/households.py)."""
        rows = self.apart("households")
        return {"households_per_s": min(found["per_s"] for found in rows.values()), "rows": rows}

    def apart(self, name: str) -> dict[str, Any]:
        """What another bench measures, in a portal of its own."""
        file = self.var / f"{name}.json"
        command = [sys.executable, "-W", "ignore", "-m", f"bench.{name}", "--json", str(file)]
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_", "REDIS_"))
        }
        subprocess.run(command, cwd=ROOT, env=own, check=True, stdout=subprocess.DEVNULL)
        return json.loads(file.read_text())


def manage(*command: str) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "manage.py", *command], cwd=ROOT, check=True)


def make_stock(var: Path) -> None:
    server = embedded.Postgres(var)
    connection = server._connect()
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE stock OWNER portal")
    connection.close()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.stock.settings", "DJANGO_SUPERUSER_PASSWORD": "stock"}
    for command in (
        ["migrate", "-v0", "--run-syncdb"],
        ["createsuperuser", "--no-input", "--username=stock", "--email=a@b.vn"],
    ):
        subprocess.run(
            [sys.executable, "-m", "django", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )


def fill_stock(var: Path) -> None:
    """The project's households, copied from the portal's database."""
    import psycopg2

    taken = f"""COPY (SELECT h.id, h.number, p.name, h.address_line, a.team_id, h.outreach, v.visited_at, v.follow_up_on
        FROM clearance_household h JOIN clearance_project j ON j.id = h.project_id AND j.slug = '{rows.PROJECT}'
        JOIN clearance_representation r ON r.household_id = h.id JOIN clearance_party p ON p.id = r.party_id
        JOIN clearance_teamassignment a ON a.household_id = h.id JOIN clearance_visit v ON v.household_id = h.id
        ) TO STDOUT"""
    columns = ["id", "number", "name", "address_line", "team_id", "outreach", "visited_at", "follow_up_on"]
    with tempfile.TemporaryFile(dir=var) as file:
        portal, stock = (psycopg2.connect(embedded.postgres_url(var, name)) for name in ("portal", "stock"))
        with portal, portal.cursor() as cursor:
            cursor.copy_expert(taken, file)
            cursor.execute("SELECT id, name FROM accounts_unit")
            teams = cursor.fetchall()
        file.seek(0)
        with stock, stock.cursor() as cursor:
            cursor.execute("TRUNCATE stock_household, stock_team")
            cursor.executemany("INSERT INTO stock_team (id, name) VALUES (%s, %s)", teams)
            cursor.copy_expert(f"COPY stock_household ({', '.join(columns)}) FROM STDIN", file)
        stock.autocommit = True
        stock.cursor().execute("ANALYZE")
        portal.close()
        stock.close()


def table(found: dict[str, Any], before: dict[str, Any] | None = None) -> str:
    lines = [
        f"{found['rows']:,} households",
        "| page | floor ms | admin ms | portal ms | portal / floor | goal | SQL | SQL ms | kB on the wire |"
        + (" to fewer rows | alone |" if before else ""),
        "|---|---|---|---|---|---|---|---|---|" + ("---|---|" if before else ""),
    ]
    for name, page in found["pages"].items():
        cells = [
            name,
            page["floor_ms"],
            page.get("admin_ms", "-"),
            page["portal_ms"],
            page["ratio"],
            page["goal"] or "-",
        ]
        cells += [page["statements"], page["sql_ms"], round(page["wire_bytes"] / 1000, 1)]
        if before:
            fewer = before["pages"][name]
            cells += [round(page[taken] / fewer[taken], 2) for taken in ("portal_ms", "alone_ms")]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    rps, memory = found["rps"], found["memory"]
    lines += [
        f"deepest page / first page: {found['pages']['household_deepest']['to_first_page']} (goal 1.3)",
        f"requests/s at {RPS_CLIENTS} clients, household list: floor {rps['floor']}, admin {rps['admin']}, portal "
        f"{rps['portal']} (1/{rps['floor'] / rps['portal']:.1f} of the floor; goal 1/3)",
        f"memory of a web worker: {memory['web_mib']} MiB (goal 110), of the floor {memory['floor_mib']} MiB",
    ]
    if found.get("bulk"):
        lines.append(f"bulk: {found['bulk']}")
    if found.get("imports"):
        lines += [imports.TITLE, "---".join("|" * imports.TITLE.count("|"))]
        lines += [imports.line(int(rows), part) for rows, part in found["imports"].items()]
    return "\n".join(lines)
