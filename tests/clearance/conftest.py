from typing import Any

import pytest

from tests.clearance import factories as make
from tests.world import World


@pytest.fixture
def place(world: World) -> dict[str, Any]:
    """A project with two households of the cell, one of the team and one of the neighbour."""
    return make.scene(world)
