"""All Nash equilibria of a tree of two players, through its reduced normal form, as behaviours.

The tree becomes a table of plans with payoffs in fractions; every extreme equilibrium of the table
becomes a behaviour (Kuhn's theorem). Tables too large for fractions are enumerated in floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.two_party.enumeration import vertices_bound
from negsim.theory.oneshot.two_party.every import (
    MOST_DECIDED_VERTICES,
    ExactSolution,
    solve_exact,
    solve_nash,
    too_large,
)
from negsim.theory.registry import refusal, solver
from negsim.theory.trees.game import ExtensiveGame
from negsim.theory.trees.result import TreeEquilibrium, TreeSolution, certify_behaviour, words_of
from negsim.theory.trees.sequences import OF_PLANS, Behaviour, Weight, sequence_form
from negsim.theory.trees.strategic_form import StrategicForm, plans_fault, strategic_form

ROUNDED = 9
"""Decimals to which chances of behaviours are compared where they are floats."""

PLANS = "lists equilibria over plans, and"


def unfit(game: ExtensiveGame) -> str:
    """Return why the plans of a tree of two players are too many to enumerate, or nothing."""
    if fault := game.recall_fault():
        return f"takes players who forget nothing: {fault}; {OF_PLANS}"
    if fault := plans_fault(game):
        return f"{PLANS} {fault}"
    return too_large(strategic_form(game).game)


@solver(
    "tree_nash",
    finds="all",
    min_players=2,
    max_players=2,
    cost="exponential in the information sets: every plan is an action of the table",
    source="Kuhn (1953), theorem 4; enumeration as by the solver nash",
    summary="every Nash equilibrium of a tree of two players, as behaviours",
    takes=ExtensiveGame,
    unfit=unfit,
    returns=TreeSolution,
)
def solve_tree_nash(game: ExtensiveGame, exact: bool = False) -> TreeSolution:
    """Find every Nash equilibrium of a tree of two players: all extreme ones where there are ties.

    Two equilibria that differ only where nobody can notice (at an information set that the player's
    own moves exclude) are one; a best reply is played there. Threats that would not be carried out
    are not excluded: see the solvers subgame_perfect and sequential.

    Parameters
    ----------
    exact
        Whether to enumerate in fractions even where that takes long.

    Returns
    -------
    TreeSolution
        With exact behaviours if the table is small enough for fractions. Complete as by the solver
        nash; the message says whether some equilibria form a continuum, and of how many mixtures
        over plans the behaviours are.

    Raises
    ------
    GameError
        If a player forgets something.
    SolverError
        If there are too many plans, or their table is too large to enumerate.

    References
    ----------
    Kuhn (1953), "Extensive games and the problem of information", theorem 4. Avis, Rosenberg,
    Savani and von Stengel (2010) for the enumeration.

    Examples
    --------
    The chain store: the empty threat keeps the rival out in a second, imperfect equilibrium.

    >>> from negsim.theory.trees.game import Turn
    >>> reply = Turn("store", {"fight": (-1, -1), "yield": (1, 1)})
    >>> tree = Turn("rival", {"out": (0, 2), "in": reply})
    >>> solution = solve_tree_nash(ExtensiveGame.from_tree(["rival", "store"], tree))
    >>> for found in solution.equilibria:
    ...     print(found.to_dict()["fractions"])
    {'rival 1': {'out': '1'}, 'store 1': {'fight': '1'}}
    {'rival 1': {'out': '1'}, 'store 1': {'fight': '1/2', 'yield': '1/2'}}
    {'rival 1': {'in': '1'}, 'store 1': {'yield': '1'}}
    """
    form = sequence_form(game)
    if why := plans_fault(game):
        raise refusal("tree_nash", game, f"{PLANS} {why}")
    table = strategic_form(game)
    solution, profiles = _enumerated(table, exact)
    behaviours = [table.behaviour(profile) for profile in profiles]
    keys = [_rounded(behaviour) for behaviour in behaviours]
    found, dropped = _judged(form.game, dict(zip(keys, behaviours, strict=True)).values())
    complete = solution.complete and not dropped
    continua = sum(len({keys[k] for k in one.equilibria}) > 1 for one in solution.components)
    message = _message(len(found), complete, continua, solution, table)
    return TreeSolution(game, "tree_nash", found, complete, message, (*solution.dropped, *dropped))


def _enumerated(
    table: StrategicForm, exact: bool
) -> tuple[Solution, Iterable[Sequence[Iterable[Weight]]]]:
    """Return the solution of the table, and its equilibria in fractions where they fit."""
    if exact or vertices_bound(*table.game.num_actions) <= MOST_DECIDED_VERTICES:
        row, column = (own.tolist() for own in table.exact)
        found = solve_exact(row, column, table.game.players, table.game.actions)
        return found, [(one.row, one.column) for one in found.exact]
    if why := too_large(table.game):
        raise refusal("tree_nash", table.tree, f"{why}, of the tree's plans")
    solution = solve_nash(table.game)
    return solution, [[mixed.tolist() for mixed in one.profile] for one in solution.equilibria]


def _rounded(behaviour: Behaviour) -> tuple[tuple[Weight, ...], ...]:
    """Return what two computations of one behaviour have in common."""
    return tuple(
        tuple(own if isinstance(own, Fraction) else round(float(own), ROUNDED) for own in mixed)
        for mixed in behaviour
    )


def _message(
    count: int, complete: bool, continua: int, solution: Solution, table: StrategicForm
) -> str:
    """Return how many behaviours there are, and of how many mixtures over plans.

    A set of equilibria of the table that hang together is one equilibrium if its extreme points are
    one behaviour, for weights of sequences are linear in mixtures over plans; else it is a
    continuum.
    """
    words = [words_of(count, "extreme " if continua else "", complete)]
    if continua:
        sets = len(solution.components)
        words.append(f"with ties, {continua} of {sets} sets of them hold a continuum")
    if isinstance(solution, ExactSolution):
        words.append("in exact arithmetic")
    several = len(solution.equilibria)
    merged = f", whose {several} extreme equilibria are {count} in behaviours"
    plans = f"of the reduced normal form of {_size(table)} plans"
    words.append(plans + (merged if several > count else ""))
    return "; ".join(words)


def _judged(
    game: ExtensiveGame, behaviours: Iterable[Behaviour]
) -> tuple[tuple[TreeEquilibrium, ...], tuple[str, ...]]:
    form = sequence_form(game)
    found, dropped = [], []
    for behaviour in behaviours:
        certified = certify_behaviour(form, behaviour)
        if certified is None:
            told = "; ".join(" ".join(f"{float(own):.4g}" for own in mix) for mix in behaviour)
            dropped.append(f"{told}: regret above tolerance as a behaviour")
        else:
            found.append(certified)
    return tuple(found), tuple(dropped)


def _size(table: StrategicForm) -> str:
    return " x ".join(str(len(own)) for own in table.plans)
