"""Lists that somebody brings as a file: of households with their plots, and of plots alone."""

from clearance.imports.households import Households
from clearance.imports.plots import Plots

__all__ = ["Households", "Plots"]
