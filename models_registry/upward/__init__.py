"""Tables for the superior, worked out as of a day: their lines in the superior's columns, and whether the sums agree.

Registered as of a day means accepted by then and not withdrawn (`MobilizationModelQuerySet.registered_on`). Cells are
in Vietnamese, as the headings are, whatever language the reader's screen has.
"""

from models_registry.upward.sent import frozen, send, since, thawed
from models_registry.upward.shape import KNOWN, Ask, Body, Head, Line
from models_registry.upward.sums import AddedUp, add_up
from models_registry.upward.tables import body, count

__all__ = [
    "KNOWN",
    "AddedUp",
    "Ask",
    "Body",
    "Head",
    "Line",
    "add_up",
    "body",
    "count",
    "frozen",
    "send",
    "since",
    "thawed",
]
