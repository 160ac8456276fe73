"""How the tests are dealt out to the workers of `./run test`: what takes longest first, and what is one thing as one.

The groups of xdist 3.8 (`--dist loadgroup`) have no effect under pytest 9: each test of a group went to another worker,
and what they share was set up several times.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# These mostly wait for processes that they start or kill. One worker has them all, while the others work.
WAITING = ("tests/faults/", "tests/two_commands/")


class LongestFirst(LoadScopeScheduling):
    """One test at a time to whoever is free; those that wait for processes are one piece of work, and the first."""

    def _split_scope(self, nodeid: str) -> str:
        return "waiting" if nodeid.startswith(WAITING) else nodeid


def length(item: pytest.Item) -> int:
    """Stable sorting by this puts the long ones first, so that none is begun when the others have ended."""
    if item.nodeid.startswith(WAITING):
        return 0
    if item.get_closest_marker("browser"):
        return 1
    return 2 if item.get_closest_marker("slow") else 3
