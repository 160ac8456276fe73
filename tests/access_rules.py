"""The shape of an access table and the test that walks it.

Each app lists every URL name it owns in `tests/<app>/access_table.py`:

    LINES = [
        Line("campaigns:task_list", may={"campaign_officer", "head"}, denied={"superior_viewer"}),
        Line("campaigns:task_detail", args=lambda world: [...], may={"head"}, unseen={"neighbour"}),
    ]

may: 200 (or the redirect given as `code`). denied: 403 with a reason. unseen: 404. The stranger of another ward is
always unseen when the line has args, and a person not named is not asked. Anonymous is always sent to sign in,
unless `public=True`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.world import World


@dataclass(frozen=True)
class Line:
    name: str
    may: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    args: Callable[[World], list[Any]] | None = None
    method: str = "get"
    data: Callable[[World], dict] | None = None
    code: int = 200
    public: bool = False
    why: str = ""
