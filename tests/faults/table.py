"""How the results are shown."""

from pathlib import Path

COLUMNS = {
    "rows": "rows",
    "sent": "sent",
    "lost": "lost",
    "doubled": "doubled",
    "second_copies": "second copy, same key",
    "missed": "missed",
    "failed": "failed",
    "unknown": "unknown",
    "void": "void",
    "seconds": "seconds",
}
BEGIN, END = "<!-- table of the last full run: ./run faults --markdown FILE -->", "<!-- end of the table -->"


def line(row: dict) -> str:
    numbers = ", ".join(f"{row[name]} {words}" for name, words in COLUMNS.items() if row.get(name))
    return f"{'WRONG' if row['wrong'] else 'ok':5} {row['fault']}: {numbers} {row['wrong']}".rstrip()


def markdown(results: list[dict]) -> str:
    head = ["fault", *COLUMNS.values()]
    lines = [head, ["---"] + ["---:"] * len(COLUMNS)]
    lines += [[row["fault"] + (f" **{row['wrong']}**" if row["wrong"] else ""), *_cells(row)] for row in results]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(row: dict) -> list[str]:
    return [str(row.get(name, "")) for name in COLUMNS]


def put_into(path: Path, results: list[dict]) -> None:
    before, _begin, rest = path.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{path} has no place for the table: {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n\n{markdown(results)}\n\n{END}{after}")
