"""Designs that are drawn: Latin hypercube, Sobol', Saltelli, Monte Carlo; and more of the same.

Every sample is made from uniform numbers, one for each point and number that varies, which the
margins turn into values. The recipe of the sample is kept in the design, and a longer sample of the
same recipe and seed begins with the points of the shorter one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.registry import Registry
from negsim.sampling.margins import Margin, correlated, correlation_root
from negsim.sampling.named import RulesByParty, named
from negsim.sampling.points import Design, check_size
from negsim.scenario.model import Scenario

Unit = Callable[[int, int, int], FloatArray]

samplers = Registry[Unit]("kind of sample")
"""Functions of the numbers that vary, the points and the seed: uniform numbers (rows, numbers)."""

Extender = Callable[[Design, int], Design]

extenders = Registry[Extender]("kind of design with a way of its own to be extended")
"""Functions of a design and the points wanted, for designs that are no samples of margins."""

INDEPENDENT = ("saltelli",)
"""The samples whose structure correlations would destroy."""

PER_SET = 32
"""Points of one of the replicated Sobol' sets of a sample that is to have an interval."""

FEWEST_SETS = 8
"""Fewest replicated sets from which an interval is taken."""


def stated_margins(
    scenario: Scenario,
    names: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    distributions: Mapping[str, str] | None = None,
    rules: RulesByParty | None = None,
) -> tuple[Margin, ...]:
    """Return the margins of some numbers over their stated ranges.

    Parameters
    ----------
    names
        the numbers to vary; by default those of ``ranges``, or every number that has a range.
    ranges
        other ranges than the stated ones.
    distributions
        for some of the numbers a name of ``negsim.sampling.margins.distributions``; uniform by
        default.
    rules
        the strategies of which parameters can be named.

    Raises
    ------
    UnknownNameError
        If a name is not that of a number, or a distribution is not known.
    UsageError
        If a number has no range, none varies, or a distribution is for a number that does not.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> [margin.name for margin in stated_margins(scenario, ["talks.rounds"])]
    ['talks.rounds']
    """
    ranges, distributions = ranges or {}, distributions or {}
    if names is None:
        stated = [each.name for each in scenario.numbers.values() if each.low is not None]
        names = list(ranges) or stated
    found = []
    for name in names:
        number = named(scenario, name, rules)
        low, high = ranges.get(name, (number.low, number.high))
        if low is None or high is None:
            raise UsageError(f"{name} has no range, expected range = [low, high]")
        kind = distributions.get(name, "uniform")
        found.append(Margin(name, low, high, number.value, kind, number.whole))
    for name in distributions:
        if name not in names:
            raise UsageError(f"distribution of {name}: it does not vary in this design")
    if not found:
        raise UsageError("no number to vary, expected one with range = [low, high] or more")
    return tuple(found)


def sample(
    kind: str,
    margins: Sequence[Margin],
    points: int,
    seed: int,
    correlations: Mapping[tuple[str, str], float] | None = None,
) -> Design:
    """Return a sample of some kind over some margins.

    Parameters
    ----------
    kind
        ``latin_hypercube``, ``sobol``, ``saltelli`` or ``monte_carlo``.
    points
        how many points, 1 to 1,000,000; for ``saltelli`` how many base points, of which each
        brings as many rows as there are numbers and two more. Sobol' points come in powers of two.
    correlations
        Spearman's rank correlation of some pairs, by a Gaussian copula; not for samples whose
        structure it would destroy.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    UsageError
        If the number of points or the seed is out of bounds, or the correlations do not hold
        together or are not for this kind.

    Examples
    --------
    >>> design = sample("sobol", [Margin("parameters.step", 0, 1, 0.5)], 4, seed=1)
    >>> np.sort(np.floor(4 * design.values[:, 0])).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    draw = samplers[kind]
    margins, correlations = tuple(margins), dict(correlations or {})
    check_seed(seed)
    check_size([points, len(margins) + 2] if kind == "saltelli" else [points])
    if kind in ("sobol", "saltelli"):
        _check_power(kind, points)
    if correlations and kind in INDEPENDENT:
        able = ", ".join(name for name in samplers if name not in INDEPENDENT)
        raise UsageError(f"{kind} takes no correlations; samples that do: {able}")
    root = correlation_root(margins, correlations)
    unit = draw(len(margins), points, seed)
    unit = reordered(unit, root) if kind == "latin_hypercube" else correlated(unit, root)
    recipe = {
        "margins": [margin.to_dict() for margin in margins],
        "points": points,
        "correlations": [[*pair, value] for pair, value in correlations.items()],
    }
    values = _stretched(margins, unit)
    return Design(kind, tuple(m.name for m in margins), values, seed, recipe=recipe)


def replicated(
    scenario: Scenario, points: int, seed: int, names: Sequence[str] | None = None
) -> Design:
    """Return independently scrambled Sobol' sets over the stated ranges, for shares with intervals.

    A share's spread from set to set tells how well the sample knows it, whatever the sets gain by
    being even. Correlations are those that the scenario declares.

    Parameters
    ----------
    points
        fewest points; there are at least eight sets, all of the same power of two.

    References
    ----------
    Owen (1998), "Scrambling Sobol' and Niederreiter-Xing points", Journal of Complexity 14(4);
    L'Ecuyer and Lemieux (2002), "Recent advances in randomized quasi-Monte Carlo methods", for
    intervals from replicated sets.
    """
    margins = stated_margins(scenario, names)
    pairs = declared(scenario, [margin.name for margin in margins])
    return replicated_over(margins, pairs, points, seed)


def replicated_over(
    margins: Sequence[Margin],
    pairs: Mapping[tuple[str, str], float],
    points: int,
    seed: int,
) -> Design:
    """Return replicated sets as :func:`replicated`, over some margins with some correlations."""
    margins = tuple(margins)
    check_seed(seed)
    check_size([points])
    size = 1 << max(1, min(PER_SET, points // FEWEST_SETS).bit_length() - 1)
    sets = max(FEWEST_SETS, -(-points // size))
    root = correlation_root(margins, pairs)
    streams = np.random.SeedSequence(seed).spawn(sets)
    unit = np.concatenate([sobol_unit(len(margins), size, stream) for stream in streams])
    recipe = {
        "margins": [margin.to_dict() for margin in margins],
        "correlations": [[*pair, value] for pair, value in pairs.items()],
        "sets": sets,
        "points": size,
    }
    values = _stretched(margins, correlated(unit, root))
    return Design("replicated_sobol", tuple(m.name for m in margins), values, seed, recipe=recipe)


def declared(scenario: Scenario, names: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return the correlations that a scenario declares between some numbers."""
    return {
        each.between: float(each.rank)
        for each in scenario.correlations
        if set(each.between) <= set(names)
    }


def reordered(unit: FloatArray, root: FloatArray | None) -> FloatArray:
    """Return the same values in every column, put into the order of a Gaussian copula's.

    Every stratum stays used once; see Iman and Conover (1982), "A distribution-free approach to
    inducing rank correlation among input variables", Communications in Statistics 11(3).
    """
    if root is None:
        return unit
    order = np.argsort(np.argsort(correlated(unit, root), axis=0), axis=0)
    return np.take_along_axis(np.sort(unit, axis=0), order, axis=0)


def check_seed(seed: int) -> None:
    """Raise :class:`UsageError` if a seed is negative."""
    if seed < 0:
        raise UsageError(f"seed {seed}, expected 0 or more")


def _check_power(kind: str, points: int) -> None:
    if points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        raise UsageError(
            f"{kind}: {points:,} points, expected a power of two such as {below:,} or "
            f"{2 * below:,}, for which the points are balanced"
        )


def _stretched(margins: Sequence[Margin], unit: FloatArray) -> FloatArray:
    return np.stack([each.quantile(unit[:, k]) for k, each in enumerate(margins)], axis=1)


def extended(design: Design, points: int) -> Design:
    """Return a longer sample that begins with the points of a design and goes on in its sequence.

    Parameters
    ----------
    points
        how many points (base points of a Saltelli design) the longer sample has; a multiple of
        those there are for a Latin hypercube.

    Raises
    ------
    UsageError
        If the design is no sample, or has that many points or more already.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> extended(sobol(scenario, 8, seed=1), 16).size
    16
    """
    if design.kind in extenders:
        return extenders[design.kind](design, points)
    if design.kind not in samplers:
        raise UsageError(
            f"a design of the kind {design.kind} cannot be extended, expected one of: "
            f"{', '.join([*samplers, *extenders])}"
        )
    recipe = design.recipe
    if points <= recipe["points"]:
        raise UsageError(
            f"extended to {points:,} points, expected more than the {recipe['points']:,} there are"
        )
    margins = tuple(Margin(**each) for each in recipe["margins"])
    if design.kind == "latin_hypercube" and recipe["correlations"]:
        raise UsageError("a correlated Latin hypercube cannot be extended, expected sobol")
    if design.kind == "latin_hypercube":
        return _finer(design, margins, points)
    pairs = {(one, other): value for one, other, value in recipe["correlations"]}
    return sample(design.kind, margins, points, design.seed or 0, pairs)


def _finer(design: Design, margins: tuple[Margin, ...], points: int) -> Design:
    """Return a Latin hypercube of a multiple of the points that begins with those of another.

    The strata are cut finer: the points there are lie in different ones, and new points fill the
    strata that are left, in the manner of Wang (2003), "Adaptive response surface method using
    inherited Latin hypercube design points", Journal of Mechanical Design 125(2).
    """
    before = design.recipe["points"]
    check_size([points])
    if points % before:
        raise UsageError(
            f"a Latin hypercube of {before:,} points extended to {points:,}, expected a multiple "
            f"such as {2 * before:,}"
        )
    steps = [*design.recipe.get("steps", []), points]
    first = design.recipe.get("first", before)
    unit = _inherited(len(margins), first, steps, design.seed or 0)
    recipe = {**design.recipe, "points": points, "first": first, "steps": steps}
    values = _stretched(margins, unit)
    return Design(design.kind, design.names, values, design.seed, recipe=recipe)


def _inherited(numbers: int, first: int, steps: Sequence[int], seed: int) -> FloatArray:
    unit = latin_unit(numbers, first, seed)
    for points in steps:
        rng = np.random.default_rng([seed, points])
        added = np.empty((points - len(unit), numbers))
        for column in range(numbers):
            taken = np.floor(unit[:, column] * points).astype(np.int64)
            free = np.setdiff1d(np.arange(points), taken)[: len(added)]
            added[:, column] = (rng.permutation(free) + rng.random(len(free))) / points
        unit = np.concatenate([unit, added])
    return unit


def latin_unit(numbers: int, points: int, seed: int) -> FloatArray:
    """Return a Latin hypercube: each of as many strata as there are points is used once.

    References
    ----------
    McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values of
    input variables", Technometrics 21(2).
    """
    from scipy.stats.qmc import LatinHypercube

    return LatinHypercube(d=numbers, rng=np.random.default_rng(seed)).random(points)


def sobol_unit(numbers: int, points: int, seed: int | np.random.SeedSequence) -> FloatArray:
    """Return scrambled Sobol' points, a power of two of them.

    References
    ----------
    Sobol' (1967), USSR Computational Mathematics and Mathematical Physics 7(4); Owen (1998),
    "Scrambling Sobol' and Niederreiter-Xing points", Journal of Complexity 14(4).
    """
    from scipy.stats.qmc import Sobol

    engine = Sobol(d=numbers, scramble=True, rng=np.random.default_rng(seed))
    return engine.random_base2(points.bit_length() - 1)


def monte_carlo_unit(numbers: int, points: int, seed: int) -> FloatArray:
    """Return independent uniform numbers."""
    return np.random.default_rng(seed).random((points, numbers))


def saltelli_unit(numbers: int, points: int, seed: int) -> FloatArray:
    """Return Saltelli's design: for each base point A, B, and A with each number from B in turn.

    References
    ----------
    Saltelli and others (2010), "Variance based sensitivity analysis of model output. Design and
    estimator for the total sensitivity index", Computer Physics Communications 181(2).
    """
    base = sobol_unit(2 * numbers, points, seed)
    first, second = base[:, :numbers], base[:, numbers:]
    rows = np.repeat(first[:, None], numbers + 2, axis=1)
    rows[:, 1] = second
    place = np.arange(numbers)
    rows[:, 2 + place, place] = second
    return rows.reshape(-1, numbers)


for name, function in (
    ("latin_hypercube", latin_unit),
    ("sobol", sobol_unit),
    ("saltelli", saltelli_unit),
    ("monte_carlo", monte_carlo_unit),
):
    samplers.add(name, function)


def saltelli_parts(design: Design, column: FloatArray) -> dict[str, FloatArray]:
    """Return a measure over a Saltelli design as ``scipy.stats.sobol_indices`` takes it.

    Parameters
    ----------
    column
        (points,): the measure at each point of the design, in its order.

    Returns
    -------
    dict
        ``f_A`` and ``f_B``, shape (1, n), and ``f_AB``, shape (numbers, 1, n), of n base points;
        call ``sobol_indices(func=parts, n=n)`` with them.

    Raises
    ------
    UsageError
        If the design is not of the kind ``saltelli`` or the measure is not of its size.
    """
    numbers = len(design.names)
    if design.kind != "saltelli" or len(column) != design.size:
        raise UsageError(
            f"indices need one number for each point of a saltelli design, got "
            f"{len(column):,} for a {design}"
        )
    rows = np.asarray(column, dtype=float).reshape(-1, numbers + 2)
    return {"f_A": rows[:, 0][None], "f_B": rows[:, 1][None], "f_AB": rows[:, 2:].T[:, None]}


def latin_hypercube(
    scenario: Scenario, points: int, seed: int, names: Sequence[str] | None = None, **stated: Any
) -> Design:
    """Return a Latin hypercube over the stated ranges of the scenario's numbers.

    Every number's range is cut into as many equally likely strata as there are points, and each
    stratum is used once. Numbers that take whole values are drawn from all of them, both ends
    included, each equally likely.

    Parameters
    ----------
    points
        how many points, 1 to 1,000,000.
    seed
        the same seed gives the same design.
    names, stated
        the numbers to vary, and ``ranges``, ``distributions`` and ``rules`` as in
        :func:`stated_margins`; by default every number that has a range, uniform.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`stated_margins` and :func:`sample`.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> latin_hypercube(scenario, 8, seed=1).values.shape
    (8, 17)
    """
    check_size([points])
    return sample("latin_hypercube", stated_margins(scenario, names, **stated), points, seed)


def sobol(
    scenario: Scenario, points: int, seed: int, names: Sequence[str] | None = None, **stated: Any
) -> Design:
    """Return scrambled Sobol' points, a power of two; otherwise as :func:`latin_hypercube`.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> sobol(scenario, 8, seed=1).values.shape
    (8, 17)
    """
    return sample("sobol", stated_margins(scenario, names, **stated), points, seed)


def saltelli(
    scenario: Scenario, points: int, seed: int, names: Sequence[str] | None = None, **stated: Any
) -> Design:
    """Return Saltelli's design of a power of two base points; see :func:`saltelli_parts`.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> saltelli(scenario, 8, seed=1, names=["talks.rounds", "payoffs.upstream.power"]).size
    32
    """
    return sample("saltelli", stated_margins(scenario, names, **stated), points, seed)


def monte_carlo(
    scenario: Scenario,
    points: int,
    seed: int,
    names: Sequence[str] | None = None,
    correlations: Mapping[tuple[str, str], float] | None = None,
    **stated: Any,
) -> Design:
    """Return independent points, or correlated by a Gaussian copula; see :func:`sample`.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> monte_carlo(scenario, 8, seed=1).values.shape
    (8, 17)
    """
    margins = stated_margins(scenario, names, **stated)
    return sample("monte_carlo", margins, points, seed, correlations)
