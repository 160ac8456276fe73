"""What of publicity stays when units merge: it was brought out by the unit of its day."""

from core.merger import stays

stays("publicity.Output.unit", "that unit brought it out")
