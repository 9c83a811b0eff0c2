"""The agents' logit path: mixed sequential equilibria of trees, against ones solved by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import SolverError
from negsim.theory.registry import solve
from negsim.theory.trees import agent_logit
from negsim.theory.trees.agent_logit import agents_of, solve_agent_logit
from negsim.theory.trees.game import ExtensiveGame, Lottery, Turn
from negsim.theory.trees.sequential import SEQUENTIAL, check_assessment
from tests.oracles.plain_trees import kuhns_poker, random_tree, seltens_horse


def told_types(weak: Fraction) -> ExtensiveGame:
    """Return a game of two types that bluff: a raise is called or not.

    The strong type raises; the weak one loses 1 by a fold, 2 if called, and wins 1 if not.
    """

    def called(strong: bool) -> Turn:
        shown = (2, -2) if strong else (-2, 2)
        return Turn("caller", {"call": shown, "fold": (1, -1)}, information="raised")

    deal = {
        "strong": (1 - weak, Turn("dealt", {"raise": called(True), "pass": (0, 0)}, "strong")),
        "weak": (weak, Turn("dealt", {"raise": called(False), "pass": (-1, 1)}, "weak")),
    }
    return ExtensiveGame.from_tree(["dealt", "caller"], Lottery(deal))


def test_a_bluff_is_mixed_as_by_hand() -> None:
    """The caller is indifferent at 3 strong to 1 weak; the weak one if called with chance 2/3."""
    solution = solve_agent_logit(told_types(Fraction(1, 2)))
    (found,) = solution.equilibria
    strong, raised, weak = (found.behaviour[place] for place in (0, 1, 2))
    assert strong == (1.0, 0.0)
    assert weak[0] == pytest.approx(1 / 3, abs=1e-12)
    assert raised[0] == pytest.approx(2 / 3, abs=1e-12)
    assert SEQUENTIAL in found.marks
    assert not solution.complete


def test_where_no_pure_one_is_sequential_it_is_pointed_to() -> None:
    game = told_types(Fraction(1, 2))
    told = solve(game, "sequential")
    assert told.equilibria == ()
    assert "all there are" not in told.message
    assert told.message.endswith("the solver agent_logit finds one")


@pytest.mark.parametrize("players", [2, 3])
def test_random_trees_have_one_that_is_sequential(players: int) -> None:
    for seed in range(20, 28):
        game = random_tree(seed, depth=3 if players == 2 else 2, players=players)
        (found,) = solve_agent_logit(game).equilibria
        assert SEQUENTIAL in found.marks
        assert found.beliefs is not None
        assert check_assessment(game, found.behaviour, found.beliefs).sequential


def test_poker_pays_what_it_is_worth() -> None:
    (found,) = solve_agent_logit(kuhns_poker()).equilibria
    assert found.payoffs == pytest.approx([-1 / 18, 1 / 18], abs=1e-9)


def test_worth_is_given_that_a_set_is_reached_however_unlikely() -> None:
    agents = agents_of(seltens_horse())
    logs = np.log(np.full(6, 0.5))
    logs[:2] = -900.0, 0.0
    worth, slopes = agents.worth(logs)
    assert np.isfinite(worth).all()
    step = np.zeros(6)
    step[3] = 1e-6
    moved = (agents.worth(logs + step)[0] - agents.worth(logs - step)[0]) / 2e-6
    np.testing.assert_allclose(slopes[:, 3], moved, atol=1e-6)


def test_what_it_cannot_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_logit, "MOST_ENTRIES", 3)
    with pytest.raises(SolverError, match=r"ends times actions, got 5 x 6; .*subgame_perfect"):
        solve_agent_logit(seltens_horse())
