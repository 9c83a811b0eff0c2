"""Stationary Markov perfect equilibria: what is best from every state on, if all keep to it.

Candidates come from two kinds of starts: rounds solved backwards from some values of the end, by a
named selection, and branches of logit equilibria followed to high precision. Each candidate is
made exact on its support by Newton's method, and the game judges it: what it refuses is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.errors import SolverError, UsageError
from negsim.theory.registry import solver
from negsim.theory.stochastic.backward_induction import SELECTIONS, backward_induction
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_endless
from negsim.theory.stochastic.markov_logit import Path
from negsim.theory.stochastic.mixtures import first_alike, merge_alike, polish
from negsim.theory.stochastic.rounds import (
    agent_sums,
    by_slot,
    choice_to_mixed,
    field,
    slot_agents,
    tree,
)
from negsim.theory.stochastic.stationary import (
    MarkovEquilibrium,
    MarkovSolution,
    certify,
    check_endless,
)

METHOD = "markov_perfect"
SWEEP = 16
"""Rounds solved backwards before the play found is tried as stationary."""
MAX_SWEEPS = 40
SUPPORTS = (1e-2, 1e-4)
"""Chances above which a move of a logit equilibrium may belong to the support, tried in turn."""
LEVELS = (100.0, 1e3, 1e4, 1e5, 1e6)
"""Precisions per payoff range at which a branch is looked at."""
BIASES = (1.0, 3.0, 6.0)
"""Standard deviations of the log odds at which branches after the first start."""
SAME_PLAY = 1e-6
"""Equilibria in which no chance of an event differs by more are one."""


@solver(
    "markov_perfect",
    finds="some",
    cost="per start some hundred rounds solved backwards, and a branch of logit equilibria",
    source="Fink (1964) for existence; Herings and Peeters (2004) for following a branch",
    summary="stationary Markov perfect equilibria of endless talks, from several starts",
    takes=StochasticGame,
    unfit=needs_endless,
)
def markov_perfect(
    game: StochasticGame, starts: int = 6, seed: int = 0, point: int = 0
) -> MarkovSolution:
    """Find stationary Markov perfect equilibria, from several starts.

    Each start gives two candidates. One solves rounds backwards (by ``mediator_best``, then
    ``mediator_worst``; from nought, then from random values of the end) until its play no longer
    changes. The other follows a branch of logit equilibria, the first from uniform play, the others
    from random mixed actions; if everybody moves alone, only as long as there is nothing yet.
    Candidates are made exact on their support, and refused if at some node of some state somebody
    could gain more than ``REGRET_TOLERANCE`` of the payoffs in play by deviating once.

    Parameters
    ----------
    game
        Endless at this point.
    starts
        At least 1.
    seed
        Of the random starts.
    point
        Which point of the batch.

    Returns
    -------
    MarkovSolution
        The different equilibria in the order in which they were found: the first, if its rounds
        settle, is that of the selection ``mediator_best``. Never complete. Equilibria with the
        same chances of all events in all states count as one.

    Raises
    ------
    UsageError
        If ``starts`` is below 1 or there is no such point.
    SolverError
        If the game is not endless, or its values need not be finite.

    References
    ----------
    Fink (1964), "Equilibrium in a stochastic n-person game", theorem 1. Herings and Peeters (2004),
    "Stationary equilibria in stochastic games: structure, selection, and computation", Journal of
    Economic Theory 118. Eibelshaeuser and Poensgen (2019) as in ``markov_logit``.

    Examples
    --------
    >>> from negsim.theory.stochastic.arrays_game import from_arrays
    >>> game = from_arrays([[[1.0, 5.0]]], [[[1.0], [0.0]]], 0.9)
    >>> found = markov_perfect(game)
    >>> len(found), found.equilibria[0].choice.tolist()
    (1, [[0]])
    """
    check_endless(game, point, METHOD)
    if starts < 1:
        raise UsageError(f"starts: expected at least 1, got {starts}")
    search = _Search(game, point)
    rng = np.random.default_rng(seed)
    for number, ends in enumerate(_ends(game, point, starts, rng)):
        selection = list(SELECTIONS)[number % 2]
        search.solve_rounds(f"rounds solved by {selection}, start {number + 1}", selection, ends)
    alone = all(len(group) == 1 for group in game.order)
    for number in range(starts):
        if not (alone and search.found):
            search.follow_branch(f"branch {number + 1}", number, rng)
    return search.solution(starts)


def _ends(
    game: StochasticGame, point: int, starts: int, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Return values (n, S) from which to solve backwards: nought twice, then random ones."""
    paid = game.payoffs[point].reshape(len(game.players), -1)
    going = game.chances[point].sum(axis=-1).max()
    length = (1.0 / (1.0 - game.discount[point] * going))[:, None]
    low, high = paid.min(axis=1)[:, None] * length, paid.max(axis=1)[:, None] * length
    for number in range(starts):
        share = rng.random((len(game.players), game.num_states))
        yield np.zeros_like(share) if number < 2 else low + share * (high - low)


class _Search:
    """The equilibria found so far, and what was refused."""

    def __init__(self, game: StochasticGame, point: int) -> None:
        self.game, self.point = game, point
        self.tree, self.field = tree(game), field(game, point)
        self.first_alike = first_alike(self.tree)
        self.found: list[MarkovEquilibrium] = []
        self.dropped: list[str] = []

    def solution(self, starts: int) -> MarkovSolution:
        """Return the result."""
        count = len(self.found)
        worst = max((found.largest_regret for found in self.found), default=0.0)
        words = "1 stationary equilibrium" if count == 1 else f"{count} stationary equilibria"
        message = f"{words} from {starts} starts, others are possible; "
        message += f"largest regret {worst:.1g} of the stake" if count else "none was certified"
        return MarkovSolution(
            self.game,
            self.point,
            METHOD,
            tuple(self.found),
            False,
            message,
            tuple(self.dropped),
        )

    def accept(self, mixed: FloatArray, found_by: str) -> bool:
        """Keep play (S, L) if it is an equilibrium; tell whether it is."""
        found = certify(self.game, mixed, self.point, found_by)
        if found is None:
            return False
        if not any(_same(found, other) for other in self.found):
            self.found.append(found)
        return True

    def try_supports(self, mixed: FloatArray, found_by: str) -> bool:
        """Make play exact on the supports it suggests; tell whether one gave an equilibrium."""
        agents, _ = slot_agents(self.tree)
        mixed = merge_alike(mixed, self.first_alike)
        tops = np.maximum.reduceat(mixed, np.flatnonzero(np.diff(agents, prepend=-1)), axis=1)
        tried: list[bytes] = []
        for least in SUPPORTS:
            support = mixed >= least * tops[:, agents]
            if support.tobytes() in tried:
                continue
            tried.append(support.tobytes())
            try:
                exact = polish(self.tree, self.field, mixed, support)
            except SolverError as error:
                self.dropped.append(f"{found_by}: {error}")
                return False
            if exact is not None and self.accept(exact, found_by):
                return True
        return False

    def solve_rounds(self, name: str, selection: str, ends: FloatArray) -> None:
        """Solve rounds backwards until their play is an equilibrium when it goes on for ever."""
        seen: set[bytes] = set()
        for _ in range(MAX_SWEEPS):
            choice, mixed, ends = self.sweep(selection, ends)
            pure = choice_to_mixed(self.tree, np.maximum(choice, 0))
            play = np.where(self.by_slot_choice(choice) >= 0, pure, by_slot(self.tree, mixed))
            key = choice.tobytes() + np.round(play, 6).tobytes()
            settled = key in seen
            seen.add(key)
            if self.try_supports(play, name):
                return
            if settled and (choice >= 0).all() and len(seen) > SWEEP:
                break
        self.dropped.append(f"{name}: its play did not settle on an equilibrium")

    def sweep(self, selection: str, ends: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Return the first of the rounds before ``ends``: choices, mixed actions and values."""
        plan = backward_induction(_finite(self.game, self.point, SWEEP, ends), selection)
        choice, values = plan.choice[0, -1], plan.values[0, -1]
        width = int(self.tree.width.max())
        mixed = plan.mixed[0, -1] if plan.mixed.shape[-1] else np.zeros((*choice.shape, width))
        return choice, mixed, np.array(values)

    def by_slot_choice(self, choice: IntArray) -> IntArray:
        """Return each slot's node's choice, (S, L)."""
        width = int(self.tree.width.max())
        spread = np.broadcast_to(choice[..., None], (*choice.shape, width))
        return by_slot(self.tree, np.asarray(spread, dtype=np.float64)).astype(np.int64)

    def follow_branch(self, name: str, number: int, rng: np.random.Generator) -> None:
        """Follow a branch of logit equilibria until its play is near an equilibrium."""
        shape = (self.game.num_states, int(self.tree.first[-1]))
        bias = rng.normal(scale=BIASES[number % len(BIASES)], size=shape)
        agents = agent_sums(self.tree, np.ones(shape))
        bias -= agent_sums(self.tree, bias) / agents
        try:
            path = Path(self.game, self.point, METHOD, np.zeros(shape) if number == 0 else bias)
        except SolverError as error:
            self.dropped.append(f"{name}: {error}")
            return
        for level in LEVELS:
            if not path.follow(level):
                self.dropped.append(f"{name}: lost at precision {path.level:.3g}")
                return
            if self.try_supports(path.mixed, name):
                return
        self.dropped.append(f"{name}: no equilibrium near it at precision {LEVELS[-1]:g}")


def _same(one: MarkovEquilibrium, other: MarkovEquilibrium) -> bool:
    return bool(np.abs(one.events - other.events).max() <= SAME_PLAY)


BATCHED = (
    "payoffs",
    "last_payoffs",
    "chances",
    "end_chances",
    "agreement",
    "exit_by",
    "discount",
    "start",
    "costs",
    "last_costs",
    "reservation",
    "ending",
)


def _finite(game: StochasticGame, point: int, rounds: int, ends: FloatArray) -> StochasticGame:
    """Return one point's game with a last round, after which the values ``ends`` are paid."""
    later = np.einsum("sck,nsck->nsc", game.chances[point], ends[:, game.successors])
    later *= game.discount[point][:, None, None]
    only = {name: getattr(game, name)[[point]] for name in BATCHED}
    only["last_payoffs"] = only["payoffs"] + later[:, :, game.transition_of]
    return replace(game, rounds=np.array([rounds]), **only)
