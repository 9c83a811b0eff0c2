"""Strategies as a population: those that do well are copied, and what that leads to.

A population plays a table of payoffs: ``payoffs[i, j]`` is what strategy i gets against j. Shares
move by replicator or logit dynamics; a finite population moves by imitation (a Moran process with
exponential fitness), with rare or frequent mutation. Payoffs are first scaled to the span of the
table, so that speed, precision and intensity are pure numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negsim.arrays import FloatArray, frozen
from negsim.errors import UsageError

Flow: TypeAlias = Callable[[FloatArray], FloatArray]

MOST_AGENTS = 10_000
"""Largest finite population."""

EVEN = 1e-12
"""Advantage, times the intensity, below which a mutant does no better than those there are."""


def table_of(payoffs: npt.ArrayLike) -> FloatArray:
    """Return a square table of payoffs, scaled to a span of 1.

    Raises
    ------
    UsageError
        If the table is not square, is empty or has a number missing.
    """
    table = np.asarray(payoffs, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise UsageError(f"a population needs a square table of payoffs, got shape {table.shape}")
    if not np.isfinite(table).all():
        raise UsageError("a population needs the payoff of every pairing; some are missing")
    span = float(table.max() - table.min())
    return table / span if span > 0 else table


def shares_of(start: npt.ArrayLike | None, count: int) -> FloatArray:
    """Return shares that sum to 1, equal ones if left out.

    Raises
    ------
    UsageError
        If there are not ``count`` of them, one is negative, or all are 0.
    """
    shares = np.ones(count) if start is None else np.asarray(start, dtype=float)
    if shares.shape != (count,) or (shares < 0).any() or not shares.sum() > 0:
        raise UsageError(f"expected {count} shares from 0, not all 0")
    return np.asarray(shares / shares.sum())


def replicator(
    payoffs: npt.ArrayLike,
    start: npt.ArrayLike | None = None,
    *,
    steps: int = 400,
    step: float = 0.25,
) -> FloatArray:
    """Return the shares (steps + 1, N) under the replicator dynamic.

    Shares grow by how much their payoff exceeds the average; a strategy that is not there never
    comes. The steps are of the fourth-order method of Runge and Kutta on logarithms, so that
    shares stay positive and sum to 1.

    References
    ----------
    Taylor and Jonker (1978), "Evolutionarily stable strategies and game dynamics", Mathematical
    Biosciences 40.

    Examples
    --------
    >>> replicator([[-1.0, 2.0], [0.0, 1.0]])[-1].round(3)
    array([0.5, 0.5])
    """
    table = table_of(payoffs)
    path = [shares_of(start, len(table))]
    for _ in range(steps):
        here = path[-1]

        def fitness(moved: FloatArray, here: FloatArray = here) -> FloatArray:
            return np.asarray(table @ normal(here, moved))

        path.append(normal(here, runge_kutta(fitness, np.zeros(len(table)), step)))
    return frozen(np.stack(path))


def two_tables(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the payoff tables (M, N) of two populations that meet, each scaled to a span of 1.

    ``first[i, j]`` and ``second[i, j]`` are what strategy i of the first population and j of the
    second get from one another.

    Raises
    ------
    UsageError
        If the tables are not of one shape, are empty or have a number missing.
    """
    own, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if own.shape != other.shape or own.ndim != 2 or not own.size:
        raise UsageError(
            f"two populations need two tables of one shape, got {own.shape} and {other.shape}"
        )
    if not np.isfinite([own, other]).all():
        raise UsageError("two populations need the payoffs of every pairing; some are missing")
    return own / (np.ptp(own) or 1.0), other / (np.ptp(other) or 1.0)


def two_populations(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    start: npt.ArrayLike | None = None,
    *,
    steps: int = 400,
    step: float = 0.25,
) -> tuple[FloatArray, FloatArray]:
    """Return the shares (steps + 1, M) and (steps + 1, N) of two populations that copy success.

    The replicator dynamic; tables and errors as :func:`two_tables`. The first population begins
    with the shares ``start``, the second with equal ones. Source as :func:`replicator`; two roles
    as in Taylor (1979), "Evolutionarily stable strategies with two types of player", Journal of
    Applied Probability 16.
    """
    own, other = two_tables(first, second)
    rows, columns = own.shape
    path = [np.concatenate([shares_of(start, rows), shares_of(None, columns)])]
    for _ in range(steps):
        here = path[-1]

        def fitness(moved: FloatArray, here: FloatArray = here) -> FloatArray:
            x = normal(here[:rows], moved[:rows])
            y = normal(here[rows:], moved[rows:])
            return np.concatenate([own @ y, x @ other])

        moved = runge_kutta(fitness, np.zeros(rows + columns), step)
        path.append(
            np.concatenate([normal(here[:rows], moved[:rows]), normal(here[rows:], moved[rows:])])
        )
    found = np.stack(path)
    return frozen(found[:, :rows]), frozen(found[:, rows:])


def two_logits(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    precision: float = 10.0,
    steps: int = 400,
    step: float = 0.25,
) -> tuple[FloatArray, FloatArray]:
    """Return the shares of two populations under the logit dynamic, from equal shares.

    As :func:`logit`, each population against the other; tables as :func:`two_tables`.
    """
    own, other = two_tables(first, second)
    rows, columns = own.shape
    path = [np.concatenate([shares_of(None, rows), shares_of(None, columns)])]

    def flow(shares: FloatArray) -> FloatArray:
        x, y = shares[:rows], shares[rows:]
        replies = response(own @ y, precision), response(x @ other, precision)
        return np.concatenate(replies) - shares

    for _ in range(steps):
        path.append(runge_kutta(flow, path[-1], step))
    found = np.stack(path)
    return frozen(found[:, :rows]), frozen(found[:, rows:])


def logit(
    payoffs: npt.ArrayLike,
    start: npt.ArrayLike | None = None,
    *,
    precision: float = 10.0,
    steps: int = 400,
    step: float = 0.25,
) -> FloatArray:
    """Return the shares (steps + 1, N) under the logit dynamic.

    Shares move toward the logit response to what is played: a strategy need not be there to come.
    At rest the shares are a logit quantal response equilibrium of the table's symmetric game.

    References
    ----------
    Fudenberg and Levine (1998), The Theory of Learning in Games, chapter 4.
    """
    table = table_of(payoffs)
    path = [shares_of(start, len(table))]

    def flow(shares: FloatArray) -> FloatArray:
        return response(table @ shares, precision) - shares

    for _ in range(steps):
        path.append(runge_kutta(flow, path[-1], step))
    return frozen(np.stack(path))


def response(fitness: FloatArray, precision: float) -> FloatArray:
    """Return the logit response to some payoffs.

    >>> response(np.array([0.0, 0.0]), 5.0)
    array([0.5, 0.5])
    """
    return normal(np.ones(len(fitness)), precision * fitness)


def normal(shares: FloatArray, exponents: FloatArray) -> FloatArray:
    """Return shares times the exponentials of some numbers, scaled to sum to 1."""
    weights = shares * np.exp(exponents - exponents.max())
    return np.asarray(weights / weights.sum())


def runge_kutta(flow: Flow, here: FloatArray, step: float) -> FloatArray:
    """Return where a flow leads in one step of the fourth-order method."""
    first = flow(here)
    second = flow(here + step / 2 * first)
    third = flow(here + step / 2 * second)
    fourth = flow(here + step * third)
    return np.asarray(here + step / 6 * (first + 2 * second + 2 * third + fourth))


def fixation(payoffs: npt.ArrayLike, *, agents: int, intensity: float = 1.0) -> FloatArray:
    """Return the chance (N, N) that one mutant of the row takes over a population of the column.

    A Moran process: in each step one agent is copied, with a chance that rises exponentially with
    its payoff, and one at random is replaced. The diagonal is 1 / agents, chance alone.

    Raises
    ------
    UsageError
        If there are fewer than 2 agents or more than ``MOST_AGENTS``, or the table is not one.

    References
    ----------
    Nowak, Sasaki, Taylor and Fudenberg (2004), "Emergence of cooperation and evolutionary
    stability in finite populations", Nature 428; exponential fitness as in Traulsen, Shoresh and
    Nowak (2008), "Analytical results for individual and group selection of any intensity",
    Bulletin of Mathematical Biology 70.

    Examples
    --------
    >>> fixation([[1.0, 1.0], [1.0, 1.0]], agents=4)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    table = table_of(payoffs)
    _check_agents(agents)
    found = np.empty_like(table)
    for mutant, resident in np.ndindex(*table.shape):
        found[mutant, resident] = _takes_over(table, mutant, resident, agents, intensity)
    return frozen(found)


def advantage(table: FloatArray, mutant: int, resident: int, agents: int) -> FloatArray:
    """Return by how much mutants do better when there are 1 .. agents - 1 of them.

    Nobody plays against itself.
    """
    mutants = np.arange(1, agents)
    others = agents - mutants
    own = table[mutant, mutant] * (mutants - 1) + table[mutant, resident] * others
    theirs = table[resident, mutant] * mutants + table[resident, resident] * (others - 1)
    return np.asarray((own - theirs) / (agents - 1))


def _takes_over(
    table: FloatArray, mutant: int, resident: int, agents: int, intensity: float
) -> float:
    if mutant == resident:
        return 1.0 / agents
    steps = -intensity * np.cumsum(advantage(table, mutant, resident, agents))
    highest = max(float(steps.max()), 0.0)
    return float(np.exp(-highest) / (np.exp(-highest) + np.exp(steps - highest).sum()))


def rare_mutation(payoffs: npt.ArrayLike, *, agents: int, intensity: float = 1.0) -> FloatArray:
    """Return the share of time (N,) that each strategy has the population to itself.

    The limit of rare mutation: a mutant of any kind comes only when the last has taken over or
    died out. Errors as :func:`fixation`.

    References
    ----------
    Fudenberg and Imhof (2006), "Imitation processes with small mutations", Journal of Economic
    Theory 131, theorem 2.
    """
    chances = np.array(fixation(payoffs, agents=agents, intensity=intensity))
    count = len(chances)
    if count == 1:
        return frozen(np.ones(1))
    moves = chances.T / (count - 1)
    np.fill_diagonal(moves, 0.0)
    np.fill_diagonal(moves, 1.0 - moves.sum(axis=1))
    return frozen(stationary(moves))


def two_rare_mutations(
    first: npt.ArrayLike, second: npt.ArrayLike, *, agents: int, intensity: float = 1.0
) -> FloatArray:
    """Return the share of time (M, N) that two populations spend with strategies i and j.

    Each population of ``agents`` meets the other; in each a Moran process, and a mutant comes, in
    either equally often, only when the last has taken over or died out. While the other population
    is all alike a mutant's advantage is constant, so its chance is that of Moran (1958). Tables as
    :func:`two_tables`; errors as :func:`fixation`. Cost: (M N)^3 / 3 operations.

    References
    ----------
    Veller and Hayward (2016), "Finite-population evolution with rare mutations in asymmetric
    games", Journal of Economic Theory 162.

    Examples
    --------
    >>> two_rare_mutations([[1.0], [0.0]], [[0.0], [0.0]], agents=10).round(3)
    array([[1.],
           [0.]])
    """
    own, other = two_tables(first, second)
    _check_agents(agents)
    rows, columns = own.shape
    moves = np.zeros((rows, columns, rows, columns))
    for i, j in np.ndindex(rows, columns):
        if rows > 1:
            chances = constant_advantage(own[:, j] - own[i, j], agents, intensity)
            moves[i, j, :, j] += chances / (2 * (rows - 1))
        if columns > 1:
            chances = constant_advantage(other[i] - other[i, j], agents, intensity)
            moves[i, j, i, :] += chances / (2 * (columns - 1))
    chain = moves.reshape(rows * columns, rows * columns)
    np.fill_diagonal(chain, 0.0)
    np.fill_diagonal(chain, 1.0 - chain.sum(axis=1))
    return frozen(stationary(chain).reshape(rows, columns))


def constant_advantage(more: FloatArray, agents: int, intensity: float) -> FloatArray:
    """Return the chances that a mutant takes over that gets so much more, however many there are.

    >>> constant_advantage(np.array([0.0, 1.0]), 4, 1.0).round(3)
    array([0.25 , 0.644])
    """
    size = intensity * np.abs(more)
    same = size < EVEN
    safe = np.where(same, 1.0, size)
    favoured = np.expm1(-safe) / np.expm1(-agents * safe)
    against = np.exp(-(agents - 1) * safe) * favoured
    return np.asarray(np.where(same, 1.0 / agents, np.where(more > 0, favoured, against)))


def stationary(moves: FloatArray) -> FloatArray:
    """Return the stationary distribution of an irreducible chain, rows summing to 1.

    By state reduction, which subtracts nothing (Grassmann, Taksar and Heyman 1985, "Regenerative
    analysis and steady state distributions for Markov chains", Operations Research 33).

    >>> stationary(np.array([[0.9, 0.1], [0.3, 0.7]])).round(12)
    array([0.75, 0.25])
    """
    chain = np.array(moves, dtype=float)
    for last in range(len(chain) - 1, 0, -1):
        away = chain[last, :last].sum()
        if not away > 0.0:
            raise UsageError("the chain does not lead everywhere; expected a lower intensity")
        chain[:last, last] /= away
        chain[:last, :last] += np.outer(chain[:last, last], chain[last, :last])
    weights = np.ones(len(chain))
    for state in range(1, len(chain)):
        weights[state] = weights[:state] @ chain[:state, state]
    return np.asarray(weights / weights.sum())


def mutation_balance(
    payoffs: npt.ArrayLike, *, agents: int, mutation: float, intensity: float = 1.0
) -> FloatArray:
    """Return the long-run chance (agents + 1,) of each number of agents of the first of two kinds.

    The Moran process of :func:`fixation`, in which a copy is of the other kind with chance
    ``mutation``. Exact: the process goes up or down by one.

    Raises
    ------
    UsageError
        If there are not two strategies, or ``mutation`` is not above 0 and at most 1.
    """
    table = table_of(payoffs)
    _check_agents(agents)
    if len(table) != 2 or not 0.0 < mutation <= 1.0:
        raise UsageError("expected a table of two strategies and a mutation above 0, at most 1")
    count = np.arange(agents + 1)
    copied = np.concatenate([[0.0], _copied(table, agents, intensity), [1.0]])
    first = copied * (1.0 - mutation) + (1.0 - copied) * mutation
    up, down = first * (agents - count) / agents, (1.0 - first) * count / agents
    logs = np.concatenate([[0.0], np.cumsum(np.log(up[:-1]) - np.log(down[1:]))])
    return frozen(normal(np.ones(agents + 1), logs))


def _copied(table: FloatArray, agents: int, intensity: float) -> FloatArray:
    """Return the chance that an agent of the first kind is copied, by how many there are."""
    share = np.arange(1, agents) / agents
    weight = np.exp(-intensity * advantage(table, 0, 1, agents))
    return np.asarray(share / (share + (1.0 - share) * weight))


def moran(
    payoffs: npt.ArrayLike,
    *,
    agents: int,
    steps: int,
    mutation: float,
    intensity: float = 1.0,
    seed: int = 0,
) -> FloatArray:
    """Return the shares (generations + 1, N) of a Moran process with mutation, drawn by lot.

    A generation is as many steps as there are agents; ``steps`` counts generations. A copy is of
    another kind, each equally likely, with chance ``mutation``. Starts from numbers as equal as can
    be. Errors as :func:`fixation`.
    """
    table = table_of(payoffs)
    _check_agents(agents)
    rng = np.random.default_rng(seed)
    kinds = len(table)
    counts = np.full(kinds, agents // kinds) + (np.arange(kinds) < agents % kinds)
    path = [counts / agents]
    for _ in range(steps):
        for luck in rng.random((agents, 4)):
            fitness = (table @ counts - np.diag(table)) / (agents - 1)
            weights = counts * np.exp(intensity * (fitness - fitness.max()))
            copied = int(np.searchsorted(np.cumsum(weights), luck[0] * weights.sum(), side="right"))
            if kinds > 1 and luck[1] < mutation:
                copied = (copied + 1 + int(luck[2] * (kinds - 1))) % kinds
            gone = int(np.searchsorted(np.cumsum(counts), luck[3] * agents, side="right"))
            counts[copied] += 1
            counts[gone] -= 1
        path.append(counts / agents)
    return frozen(np.stack(path))


def _check_agents(agents: int) -> None:
    if not 2 <= agents <= MOST_AGENTS:
        raise UsageError(f"agents is {agents}, expected 2 to {MOST_AGENTS}")
