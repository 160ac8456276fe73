"""Lists that somebody brings as a file: of households with their plots, of plots alone, of milestones and of visits."""

from clearance.imports.households import Households
from clearance.imports.milestones import Milestones
from clearance.imports.plots import Plots
from clearance.imports.visits import Visits

__all__ = ["Households", "Milestones", "Plots", "Visits"]
