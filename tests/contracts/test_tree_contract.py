"""What every solver of trees promises; wrong ones are caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import SolverError, UsageError
from negsim.theory.registry import Solver, SolverRegistry, solve, solver, solvers
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Move, Node
from negsim.theory.trees.result import TreeEquilibrium, TreeSolution, certify_behaviour
from negsim.theory.trees.sequences import Behaviour, sequence_form
from negsim.theory.trees.sequential import check_assessment
from tests.oracles.plain_trees import (
    centipede,
    chain_store,
    gain_from,
    kuhns_poker,
    myersons_cards,
    node_values,
    random_tree,
    seltens_horse,
)

GAMES = {
    "chain store": chain_store(),
    "horse": seltens_horse(),
    "cards": myersons_cards(),
    "centipede": centipede(4),
    "only an end": ExtensiveGame(("a", "b"), (), (End((Fraction(1), Fraction(2))),)),
    "alone": random_tree(1, depth=2, players=1),
    "random": random_tree(6, depth=3),
    "zero-sum": random_tree(7, depth=3, zero_sum=True),
    "three": random_tree(9, depth=2, players=3),
}
ENTRIES = [name for name in solvers if solvers[name].takes is ExtensiveGame]
CASES = [
    (name, title) for name in ENTRIES for title in GAMES if solvers[name].accepts(GAMES[title])
]
WHERE = {"tree_nash": "root", "sequence_form": "root"}
"""Solvers whose equilibria need to be none in subgames that are not reached."""


def with_ends(game: ExtensiveGame, change: Callable[[Fraction], Fraction]) -> ExtensiveGame:
    """Return the game with every payoff changed."""
    nodes = [
        End(tuple(map(change, node.payoffs)), node.name) if isinstance(node, End) else node
        for node in game.nodes
    ]
    return replace(game, nodes=tuple(nodes))


def turned(game: ExtensiveGame) -> ExtensiveGame:
    """Return the game with its players in reverse order."""
    last = game.num_players - 1
    sets = tuple(replace(one, player=last - one.player) for one in game.information_sets)

    def node_of(node: Node) -> Node:
        return End(node.payoffs[::-1], node.name) if isinstance(node, End) else node

    nodes = tuple(map(node_of, game.nodes))
    return ExtensiveGame(game.players[::-1], sets, nodes)


def gains(name: str, found: TreeEquilibrium) -> list[float]:
    """Return what somebody gains from each place at which the solver promises that nobody does."""
    roots = (0,) if name in WHERE else found.game.subgame_roots()
    return [float(gain_from(found.game, found.behaviour, root)) for root in roots]


def unsound(name: str, found: TreeEquilibrium) -> bool:
    tolerance = 0.0 if found.exact else 1e-12
    sequential = found.beliefs is None or (
        check_assessment(found.game, found.behaviour, found.beliefs).sequential
    )
    return max(gains(name, found)) > tolerance or not sequential


def wrong_numbers(found: TreeEquilibrium) -> bool:
    values = np.array(node_values(found.game, found.behaviour)[0], dtype=float)
    regret = np.array(sequence_form(found.game).regret(found.behaviour), dtype=float)
    return not (np.allclose(found.payoffs, values) and np.allclose(found.regret, regret))


def behaviours(entry: Solver, game: ExtensiveGame) -> set[tuple[float, ...]]:
    """Return the chances of every equilibrium, set after set."""
    return {
        tuple(round(float(chance), 9) + 0.0 for mixed in one.behaviour for chance in mixed)
        for one in entry.solve(game).equilibria
    }


def noticed(entry: Solver, game: ExtensiveGame) -> set[tuple[float, ...]]:
    """Return the payoffs of the equilibria, by player's name."""
    order = sorted(range(game.num_players), key=lambda player: game.players[player])
    return {
        tuple(round(float(one.payoffs[player]), 9) for player in order)
        for one in entry.solve(game).equilibria
    }


def faults(entry: Solver, game: ExtensiveGame) -> list[str]:
    """Return the promises that a solver breaks in a game."""
    solution = entry.solve(game)
    found = solution.equilibria
    rescaled = with_ends(game, lambda payoff: (payoff + 8) / 2**20)
    promises = {
        "names its game and method": solution.game is game and solution.method == entry.name,
        "finds one": entry.finds != "one" or len(found) == 1,
        "reports the game's numbers": not any(map(wrong_numbers, found)),
        "nobody gains where it matters": not any(unsound(entry.name, one) for one in found),
        "says what it found": bool(solution.message) and "\n" not in solution.message,
        "is complete": entry.finds != "all" or solution.complete,
        "finds the pure ones that backward induction finds": entry.finds != "all"
        or noticed(solvers["sequential"], game) <= noticed(entry, game),
        "lists nothing twice": len({one.behaviour for one in found}) == len(found),
        "does not depend on the players' order": entry.finds == "one"
        or noticed(entry, turned(game)) == noticed(entry, game),
        "does not depend on units": behaviours(entry, rescaled) == behaviours(entry, game),
        "repeats itself": solution.to_json() == entry.solve(game).to_json(),
        "can be written down": json.loads(solution.to_json()) == solution.to_dict(),
    }
    return [promise for promise, kept in promises.items() if not kept]


def test_some_solvers_take_trees() -> None:
    assert {"subgame_perfect", "tree_nash", "sequence_form", "sequential"} <= set(ENTRIES)


@pytest.mark.parametrize(("name", "title"), CASES)
def test_promises_are_kept(name: str, title: str) -> None:
    assert solvers[name].returns is TreeSolution
    assert faults(solvers[name], GAMES[title]) == []


@pytest.mark.parametrize("name", ENTRIES)
def test_the_entry_describes_itself(name: str) -> None:
    entry = solvers[name]
    assert entry.cost
    assert entry.source
    assert entry.summary
    for section in ("Returns", "Raises", "References", "Examples"):
        assert section in (entry.solve.__doc__ or "")


@pytest.mark.parametrize("name", ENTRIES)
def test_unknown_options_and_games_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f'solver "{name}" has no option "nonsense"'):
        solve(GAMES["chain store"], name, nonsense=1)
    with pytest.raises(SolverError, match=f'solver "{name}" takes a tree'):
        solve("no game", name)


@pytest.mark.parametrize("name", ENTRIES)
def test_lotteries_and_hidden_moves_are_taken(name: str) -> None:
    poker = kuhns_poker()
    assert any(isinstance(node, Chance) for node in poker.nodes)
    assert len(poker.information_sets) < sum(isinstance(node, Move) for node in poker.nodes)
    if name == "tree_nash":
        with pytest.raises(SolverError, match=r"solvers that can: .*sequence_form"):
            solve(poker, name)
    else:
        assert all(not unsound(name, one) for one in solve(poker, name).equilibria[:1])


WRONG = SolverRegistry()
WORDS = {"cost": "none", "source": "none", "summary": "none", "registry": WRONG}


def claimed(game: ExtensiveGame, name: str, behaviour: Behaviour) -> TreeSolution:
    """Return a behaviour as an equilibrium without asking the game."""
    payoffs = np.array(node_values(game, behaviour)[0], dtype=float)
    one = TreeEquilibrium(game, behaviour, payoffs, np.zeros(game.num_players), ("pure",))
    return TreeSolution(game, name, (one,), True, "all there are")


def sure(game: ExtensiveGame, action: int) -> Behaviour:
    return tuple(
        tuple(Fraction(place == action % len(one.actions)) for place in range(len(one.actions)))
        for one in game.information_sets
    )


@solver("always last", finds="all", takes=ExtensiveGame, returns=TreeSolution, **WORDS)
def always_last(game: ExtensiveGame) -> TreeSolution:
    """Claim that the last action is best everywhere."""
    return claimed(game, "always last", sure(game, -1))


@solver("threat", finds="some", takes=ExtensiveGame, returns=TreeSolution, **WORDS)
def empty_threat(game: ExtensiveGame) -> TreeSolution:
    """Give an equilibrium that fails in a subgame: the first actions of the chain store."""
    found = certify_behaviour(sequence_form(game), sure(game, 0))
    assert found is not None, "a Nash equilibrium"
    return TreeSolution(game, "threat", (found,), False, "one of them")


@solver("silent", finds="all", takes=ExtensiveGame, returns=TreeSolution, **WORDS)
def silent(game: ExtensiveGame) -> TreeSolution:
    """Find nothing and say nothing."""
    return TreeSolution(game, "silent", (), True, "")


@pytest.mark.parametrize(
    ("name", "title", "broken"),
    [
        (
            "always last",
            "centipede",
            {"reports the game's numbers", "nobody gains where"},
        ),
        ("threat", "chain store", {"nobody gains where it matters"}),
        ("silent", "centipede", {"says what it found", "finds the pure ones that backward"}),
    ],
)
def test_a_wrong_solver_is_caught(name: str, title: str, broken: set[str]) -> None:
    found = faults(WRONG[name], GAMES[title])
    assert all(any(fault.startswith(one) for fault in found) for one in broken)
