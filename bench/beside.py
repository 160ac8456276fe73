"""Pages of the portal and the same rows by a bare view, asked in turn, as a table of medians and ratios."""

import statistics

from bench import pages
from wardportal import demonstration

GOAL = 2.5


def beside(bench: pages.Bench, floor: str, asked: dict[str, str], *, login: str, rounds: int) -> None:
    """Print the table. floor: the module with the bare views; asked: the name and the address of each page."""
    wsgi = "django.core.wsgi:get_wsgi_application()"
    bench.sites = {
        "floor": pages.Site("floor", bench.var, 18_531, wsgi, floor),
        "portal": pages.Site("portal", bench.var, 18_532, "wardportal.wsgi", "wardportal.settings"),
    }
    who = {
        "floor": None,
        "portal": bench.sites["portal"].sign_in("/login/", login=login, password=demonstration.PASSWORD),
    }
    print("| page | floor ms | portal ms | ratio | goal |", "|---|---|---|---|---|", sep="\n")
    for name, path in asked.items():
        taken: dict[str, list[float]] = {"floor": [], "portal": []}
        for number in range(rounds + 3):  # three to warm up
            for site, cookies in who.items():
                answer = bench.sites[site].get(path, cookies=cookies)
                assert answer.status == 200, f"{site} {path}: {answer.status}"
                if number >= 3:
                    taken[site].append(answer.seconds * 1000)
        bare, portal = (statistics.median(taken[site]) for site in ("floor", "portal"))
        print(f"| {name} | {bare:.1f} | {portal:.1f} | {portal / bare:.2f} | {GOAL} |", flush=True)
