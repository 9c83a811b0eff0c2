"""Equilibria of a tree from its sequence form: a linear programme, or Lemke's algorithm.

A player who forgets nothing is a vector of weights on sequences, as long as the tree is small and
not exponentially longer, as its plans would be. Where payoffs sum to a constant each player solves
one linear programme; otherwise a complementarity problem in fractions gives one equilibrium.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, power_of_two
from negsim.errors import SolverError, UsageError
from negsim.theory.numerics.lemke import lemke
from negsim.theory.numerics.linear import maximise
from negsim.theory.registry import refusal, solver
from negsim.theory.trees.game import ExtensiveGame
from negsim.theory.trees.result import TreeSolution, certify_behaviour
from negsim.theory.trees.sequences import OF_PLANS, Behaviour, SequenceForm, Weight, sequence_form

MOST_SEQUENCES = 240
"""A tree in which the two players have more sequences together is refused by Lemke's algorithm."""

LINEAR, LEMKE = "linear programme", "lemke"


def unfit(game: ExtensiveGame) -> str:
    """Return why a tree of two players is not for the solver, or nothing."""
    if fault := game.recall_fault():
        return f"takes players who forget nothing: {fault}; {OF_PLANS}"
    form = sequence_form(game)
    return "" if _constant(form) else _too_large(form)


@solver(
    "sequence_form",
    finds="one",
    min_players=2,
    max_players=2,
    cost="constant sum: two linear programmes as large as the tree; otherwise pivots in fractions",
    source="Koller, Megiddo and von Stengel (1996); von Stengel (1996)",
    summary="one equilibrium of a tree of two players, without its exponentially many plans",
    takes=ExtensiveGame,
    unfit=unfit,
    returns=TreeSolution,
)
def solve_sequence_form(
    game: ExtensiveGame, by: str | None = None, exact: bool = False
) -> TreeSolution:
    """Find one Nash equilibrium of a tree of two players who forget nothing.

    Where a player's own moves exclude an information set, a best reply is played there.

    Parameters
    ----------
    by
        "linear programme" (payoffs must sum to a constant at all ends), "lemke", or None for the
        first where it can be used. Lemke's answer is exact.
    exact
        Whether the answer must be in fractions, which is by "lemke".

    Returns
    -------
    TreeSolution
        With one equilibrium. Complete never: there may be others, although in a game of constant
        sum all have the same payoffs.

    Raises
    ------
    UsageError
        If ``by`` is none of these, or asks for a linear programme where sums differ or the answer
        must be exact.
    GameError
        If a player forgets something.
    SolverError
        If the tree is too large (more than ``MOST_SEQUENCES`` for "lemke"), or rounding leaves a
        regret above tolerance.

    References
    ----------
    Koller, Megiddo and von Stengel (1996), "Efficient computation of equilibria for extensive
    two-person games", Games and Economic Behavior 14: section 3 (linear programme) and theorem 4.1
    (Lemke's algorithm ends with an equilibrium). von Stengel (1996), "Efficient computation of
    behavior strategies", the same volume.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> def reply(one, two):
    ...     return Turn("even", {"heads": one, "tails": two}, information="unseen")
    >>> tree = Turn("odd", {"heads": reply((-1, 1), (1, -1)), "tails": reply((1, -1), (-1, 1))})
    >>> solution = solve_sequence_form(ExtensiveGame.from_tree(["odd", "even"], tree), by="lemke")
    >>> solution.equilibria[0].behaviour
    ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 2), Fraction(1, 2)))
    """
    if by not in {None, LINEAR, LEMKE}:
        raise UsageError(f'by: expected "{LINEAR}" or "{LEMKE}", got "{by}"')
    if exact and by == LINEAR:
        raise UsageError(f'by: "{LINEAR}" is in floats, expected "{LEMKE}" for an exact answer')
    form = sequence_form(game)
    constant = _constant(form)
    if by == LINEAR and not constant:
        raise UsageError(f'by: "{LINEAR}" takes payoffs that sum to a constant, these do not')
    if constant and by != LEMKE and not exact:
        behaviour, how = _by_linear_programme(form), "by linear programme; of constant sum"
    else:
        behaviour, how = _by_lemke(form), "by Lemke's algorithm, in fractions"
    found = certify_behaviour(form, behaviour)
    if found is None:
        raise SolverError(
            "rounding leaves a regret above tolerance in this tree; expected payoffs less uneven, "
            f'or the option by="{LEMKE}"'
        )
    others = "others pay the same" if constant else "there may be others"
    message = f"1 equilibrium, {how}; {others}"
    return TreeSolution(game, "sequence_form", (found,), False, message)


def _constant(form: SequenceForm) -> bool:
    """Tell whether the payoffs sum to the same at all ends that can be reached."""
    return len({sum(payoffs) for chance, _, payoffs in form.ends if chance}) == 1


def _too_large(form: SequenceForm) -> str:
    """Return why a tree is too large for Lemke's algorithm, or nothing."""
    count = sum(len(own.parent) for own in form.sequences)
    if count <= MOST_SEQUENCES:
        return ""
    return (
        f"follows Lemke's algorithm here, and the players have {count} sequences together, "
        f"expected at most {MOST_SEQUENCES}"
    )


def _by_linear_programme(form: SequenceForm) -> Behaviour:
    """Return a behaviour in which each player secures the most it can."""
    plans = [_secured(form, player) for player in (0, 1)]
    return _behaviour(form, plans)


def _secured(form: SequenceForm, player: int) -> list[Weight]:
    """Return the plan that secures a player the most against whatever the other does.

    Over own weights x and, free, what each of the other's information sets costs (the dual of the
    other's best reply): the value at its start is made as large as possible.
    """
    payoffs = _payoff_matrix(form, player, 1 - player)
    own, other = _constraints(form, player), _constraints(form, 1 - player)
    width, free = own.shape[1], other.shape[0]
    at_least = np.hstack([payoffs.T, -other.T]), np.zeros(other.shape[1])
    equal = np.hstack([own, np.zeros((own.shape[0], free))]), np.eye(own.shape[0])[0]
    objective = np.zeros(width + free)
    objective[width] = 1.0
    found = maximise(objective, at_least, equal, num_free=free)
    assert found is not None, "every plan is feasible"
    weights = found[:width].tolist()
    return [weight if weight > CHANCE_TOLERANCE else 0.0 for weight in weights]


def _payoff_matrix(form: SequenceForm, player: int, other: int) -> FloatArray:
    """Return what each pair of sequences (own, other) adds to a player's payoff, in a unit."""
    size = max(abs(payoffs[player]) for _, _, payoffs in form.ends)
    unit = Fraction(power_of_two(float(size)))
    shape = len(form.sequences[player].parent), len(form.sequences[other].parent)
    matrix = np.zeros(shape)
    for chance, numbers, payoffs in form.ends:
        matrix[numbers[player], numbers[other]] += float(chance * payoffs[player] / unit)
    return matrix


def _constraints(form: SequenceForm, player: int) -> FloatArray:
    """Return the rows that make weights a plan: the empty sequence is 1, sets hand weight on."""
    return np.array(_constraint_rows(form, player), dtype=np.float64)


def _constraint_rows(form: SequenceForm, player: int) -> list[list[int]]:
    own = form.sequences[player]
    rows = [[1] + [0] * (len(own.parent) - 1)]
    for information in own.first:
        here = own.at(information)
        row = [int(number in here) for number in range(len(own.parent))]
        row[own.parent[here[0]]] = -1
        rows.append(row)
    return rows


def _by_lemke(form: SequenceForm) -> Behaviour:
    """Return the behaviour that Lemke's algorithm ends with, exactly."""
    if why := _too_large(form):
        raise refusal("sequence_form", form.game, why)
    sizes = [len(own.parent) for own in form.sequences]
    matrix, right = _complementarity(form)
    found = lemke(matrix, right)
    assert found is not None, "no ray where payoffs are negative"
    return _behaviour(form, [found[: sizes[0]], found[sizes[0] : sum(sizes)]])


def _complementarity(form: SequenceForm) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return the problem of which the solutions are equilibria, payoffs made negative.

    Variables: both plans, then per player what its information sets are worth, as the difference of
    two vectors. Rows of plans say that no sequence is worth more than it is taken to be; rows of
    worths say that weights make plans.
    """
    plans = [len(own.parent) for own in form.sequences]
    rows = [_constraint_rows(form, player) for player in (0, 1)]
    starts = np.cumsum([0, *plans, len(rows[0]), len(rows[0]), len(rows[1]), len(rows[1])]).tolist()
    matrix = [[Fraction(0)] * starts[-1] for _ in range(starts[-1])]
    right = [Fraction(0)] * starts[-1]
    tops = [max(payoffs[player] for _, _, payoffs in form.ends) + 1 for player in (0, 1)]
    for chance, (mine, theirs), payoffs in form.ends:
        one, two = starts[0] + mine, starts[1] + theirs
        matrix[one][two] -= chance * (payoffs[0] - tops[0])
        matrix[two][one] -= chance * (payoffs[1] - tops[1])
    for player in (0, 1):
        _link(matrix, right, rows[player], starts[player], starts[2 + 2 * player])
    return matrix, right


def _link(
    matrix: list[list[Fraction]],
    right: list[Fraction],
    rows: Sequence[Sequence[int]],
    plan: int,
    worth: int,
) -> None:
    """Write a player's constraints and their transpose, with both signs."""
    for sign, start in ((1, worth), (-1, worth + len(rows))):
        right[start] = Fraction(sign)
        for place, row in enumerate(rows):
            for number, entry in enumerate(row):
                matrix[plan + number][start + place] = Fraction(sign * entry)
                matrix[start + place][plan + number] = Fraction(-sign * entry)


def _behaviour(form: SequenceForm, plans: Sequence[Sequence[Weight]]) -> Behaviour:
    """Return the behaviour of two plans, best replies where a player excludes a set itself."""
    mixes: dict[int, tuple[Weight, ...]] = {}
    for player, own in enumerate(form.sequences):
        otherwise = own.best(form.gains(plans, player))[1]
        mixes.update(own.mixed(plans[player], otherwise))
    return tuple(mixes[place] for place in range(len(mixes)))
