"""The folder through which the fault runner steers its processes: where to stop, what time it is, how to answer."""

import datetime
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.utils import timezone

FOLDER = Path(os.environ.get("FAULTS_CONTROL", "/nonexistent"))
_passes: Counter[str] = Counter()


def write(name: str, value: Any) -> None:
    """Whole or not at all: others read it at any moment."""
    half = FOLDER / f".{name}.{os.getpid()}"
    half.write_text(json.dumps(value))
    half.replace(FOLDER / name)


def read(name: str, default: Any = None) -> Any:
    try:
        return json.loads((FOLDER / name).read_text())
    except FileNotFoundError:
        return default


def remove(*names: str) -> None:
    for name in names:
        (FOLDER / name).unlink(missing_ok=True)


# ---- stopping at a place -------------------------------------------------------------------------
def arm(place: str, after: int) -> None:
    """The first process that passes the place for the `after`-th time stops there."""
    remove("stopped", "go")
    write("stop", {"place": place, "after": after, "id": time.monotonic_ns()})


def passing(place: str) -> None:
    """Called by the fault processes at each place. One of them waits until the fault has been done, or dies of it."""
    stop = read("stop")
    if not stop or stop["place"] != place:
        return
    _passes[stop["id"]] += 1
    if _passes[stop["id"]] == stop["after"] and _is_first():
        while not (FOLDER / "go").exists():
            time.sleep(0.01)


def _is_first() -> bool:
    mine = FOLDER / f".stopped.{os.getpid()}"
    mine.write_text(json.dumps({"pid": os.getpid(), "parent": os.getppid()}))
    try:
        os.link(mine, FOLDER / "stopped")
    except FileExistsError:
        return False
    return True


def release() -> None:
    remove("stop")
    write("go", True)


# ---- the clock -----------------------------------------------------------------------------------
def install_clock() -> None:
    """Put the application's clock where the runner wants it. Before the models take it as a default."""
    real = timezone.now

    def now() -> datetime.datetime:
        return real() + datetime.timedelta(seconds=read("clock", 0))

    timezone.now = now


def put_clock(seconds: float) -> None:
    """Move it by so much, on top of what it was moved before."""
    write("clock", read("clock", 0) + seconds)
