"""Designs: the points at which a sweep solves a scenario, one value for each named number a row.

Everything about choosing points, gathered from the modules that do it: designs that are laid out
(:mod:`negsim.sampling.grids`), drawn (:mod:`negsim.sampling.samples`), or drawn from what
statements leave open (:mod:`negsim.sampling.ordinal`), and the short texts in which a user asks for
them (:mod:`negsim.sampling.asked`).
"""

from __future__ import annotations

from negsim.sampling.asked import Request, parse_design, parse_grid, parse_vary
from negsim.sampling.grids import check_axis, grid, one_at_a_time, spaced
from negsim.sampling.margins import Margin, distributions
from negsim.sampling.ordinal import consistent
from negsim.sampling.points import MAX_POINTS, Design, check_size
from negsim.sampling.samples import (
    extended,
    latin_hypercube,
    monte_carlo,
    replicated,
    saltelli,
    saltelli_parts,
    sample,
    sobol,
    stated_margins,
)

__all__ = [
    "MAX_POINTS",
    "Design",
    "Margin",
    "Request",
    "check_axis",
    "check_size",
    "consistent",
    "distributions",
    "extended",
    "grid",
    "latin_hypercube",
    "monte_carlo",
    "one_at_a_time",
    "parse_design",
    "parse_grid",
    "parse_vary",
    "replicated",
    "saltelli",
    "saltelli_parts",
    "sample",
    "sobol",
    "spaced",
    "stated_margins",
]
