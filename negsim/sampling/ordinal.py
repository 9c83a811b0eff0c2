"""Ordinal-consistent samples: all values that agree with a ranking or a list of statements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negsim.arrays import FloatArray
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError
from negsim.sampling.margins import Margin
from negsim.sampling.points import Design, check_size
from negsim.sampling.polytope import centre, conflict, hit_and_run
from negsim.sampling.samples import check_seed, extenders, stated_margins
from negsim.sampling.statements import Inequality, inequalities
from negsim.scenario.model import Scenario
from negsim.scenario.words import listed

KIND = "ordinal"


def consistent(
    scenario: Scenario,
    statements: Sequence[str],
    points: int,
    seed: int,
    names: Sequence[str] | None = None,
    ranges: dict[str, tuple[float, float]] | None = None,
) -> Design:
    """Return values spread evenly over all that agree with some statements, by hit-and-run.

    Parameters
    ----------
    statements
        texts as :mod:`negsim.sampling.statements` reads them; an empty list leaves the whole box.
    points, seed
        how many points, 1 to 1,000,000, and the seed; fewer points of a seed are the first of more.
    names
        the numbers to vary; by default every payoff that has a range, and those of ``ranges``.
    ranges
        other ranges than the stated ones.

    Raises
    ------
    UnknownNameError
        If a statement or name refers to something that is not there.
    UsageError
        If the statements contradict one another, alone or within the ranges (the message names
        those that do, none of them to spare), a number that takes whole values is to vary, or no
        number varies.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> scenario = loads('''
    ... format = 1
    ... title = "A well"
    ... parties.east = {}
    ... options.dig.parties = ["east"]
    ... payoffs.east.water = { when = "dig", value = 2, range = [-1, 3], why = "A dry summer" }
    ... ''')
    >>> design = consistent(scenario, ["east declined dig"], 100, seed=1)
    >>> bool((design.values < 0).all())
    True
    """
    check_size([points])
    check_seed(seed)
    ranges = ranges or {}
    if names is None:
        stated = [n.name for n in scenario.numbers.values() if n.low is not None]
        payoffs = [name for name in stated if name.startswith("payoffs.")]
        names = list(dict.fromkeys([*payoffs, *ranges]))
    margins = stated_margins(scenario, names, ranges)
    for margin in margins:
        if margin.whole:
            raise UsageError(f"{margin.name} takes whole numbers only, expected a payoff")
    said = inequalities(statements, compile_scenario(scenario), names)
    recipe = {
        "margins": [margin.to_dict() for margin in margins],
        "points": points,
        "inequalities": [[each.text, list(each.weights), each.limit] for each in said],
    }
    values = _drawn(margins, said, points, seed)
    return Design(KIND, tuple(names), values, seed, recipe=recipe)


def consistent_extended(design: Design, points: int) -> Design:
    """Return a longer sample that begins with the points of one of :func:`consistent`.

    Raises
    ------
    UsageError
        If the design is of another kind, or has that many points or more already.
    """
    check_size([points])
    if design.kind != KIND or points <= design.size:
        raise UsageError(
            f"{design} extended to {points:,} points, expected an ordinal design of fewer points"
        )
    margins = tuple(Margin(**each) for each in design.recipe["margins"])
    said = [Inequality(text, tuple(w), limit) for text, w, limit in design.recipe["inequalities"]]
    values = _drawn(margins, said, points, design.seed or 0)
    recipe = {**design.recipe, "points": points}
    return Design(KIND, design.names, values, design.seed, recipe=recipe)


extenders.add(KIND, consistent_extended)


def _drawn(
    margins: Sequence[Margin], said: Sequence[Inequality], points: int, seed: int
) -> FloatArray:
    low = np.array([margin.low for margin in margins])
    width = np.array([margin.high for margin in margins]) - low
    weights = np.array([each.weights for each in said]).reshape(len(said), len(margins))
    limits = np.array([each.limit for each in said]) - weights @ low
    size = np.abs(weights * width).max(axis=1, initial=0.0)
    check_fixed(said, size, limits)
    open_rows = np.flatnonzero(size > 0)
    scaled = (weights * width)[open_rows] / size[open_rows, None]
    bounds = limits[open_rows] / size[open_rows]
    first = centre(scaled, bounds, range(len(margins)))
    if first is None:
        rows, numbers = conflict(scaled, bounds)
        raise UsageError(
            contradiction(
                [said[open_rows[row]].text for row in rows], [margins[k].name for k in numbers]
            )
        )
    unit = hit_and_run(scaled, bounds, first, points, seed)
    return np.asarray(np.clip(low + unit * width, low, low + width))


def check_fixed(said: Sequence[Inequality], size: FloatArray, limits: FloatArray) -> None:
    """Check the statements about which no number that varies says anything.

    Raises
    ------
    UsageError
        If one does not hold.
    """
    for each, weight, limit in zip(said, size, limits, strict=True):
        if weight == 0 and limit > 0:
            raise UsageError(
                f'statement "{each.text}" does not hold, and no number that varies changes it'
            )


def contradiction(texts: Sequence[str], names: Sequence[str]) -> str:
    """Return in words that statements contradict one another.

    >>> contradiction(["a > b", "b > a"], [])
    'statements that cannot hold together: "a > b"; "b > a"'
    """
    said = "; ".join(f'"{text}"' for text in dict.fromkeys(texts))
    within = f", within the ranges of {listed(names)}" if names else ""
    many = (
        "statements that cannot hold together"
        if len(set(texts)) > 1
        else ("a statement that cannot hold")
    )
    return f"{many}: {said}{within}"
