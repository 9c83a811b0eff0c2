"""One equilibrium of a tree by its sequence form: known values, other methods, size, Lemke."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import SolverError, UsageError
from negsim.theory.oneshot.two_party.every import solve_nash
from negsim.theory.trees import sequence_form
from negsim.theory.trees.game import End, ExtensiveGame, Lottery, Turn
from negsim.theory.trees.sequence_form import LEMKE, LINEAR, solve_sequence_form
from negsim.theory.trees.sequences import SequenceForm
from negsim.theory.trees.strategic_form import strategic_form
from tests.oracles.plain_trees import (
    centipede,
    chain_store,
    gain_from,
    kuhns_poker,
    myersons_cards,
    random_tree,
)


@pytest.mark.parametrize("by", [None, LINEAR, LEMKE])
def test_the_value_of_poker(by: str | None) -> None:
    """Kuhn (1950): the first loses an eighteenth a game."""
    solution = solve_sequence_form(kuhns_poker(), by=by)
    (one,) = solution.equilibria
    assert one.payoffs == pytest.approx([-1 / 18, 1 / 18], abs=1e-15)
    assert one.exact is (by == LEMKE)
    assert not solution.complete
    how = "by Lemke's algorithm" if by == LEMKE else "by linear programme"
    assert solution.message.startswith(f"1 equilibrium, {how}")
    assert solution.message.endswith("others pay the same")


def test_myersons_cards_in_fractions() -> None:
    (one,) = solve_sequence_form(myersons_cards(), by=LEMKE).equilibria
    third = Fraction(1, 3)
    assert one.behaviour == ((1, 0), (2 * third, third), (third, 2 * third))


@pytest.mark.parametrize("seed", range(20))
def test_lemke_ends_with_an_equilibrium(seed: int) -> None:
    game = random_tree(seed, depth=3 + seed % 2)
    solution = solve_sequence_form(game, by=LEMKE)
    (one,) = solution.equilibria
    assert one.exact
    assert one.regret.tolist() == [0, 0]
    assert seed % 2 or gain_from(game, one.behaviour, 0) == 0
    assert solution.message == "1 equilibrium, by Lemke's algorithm, in fractions; " + (
        "there may be others"
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_and_the_table_agree_on_the_value(seed: int) -> None:
    game = random_tree(seed, depth=3, zero_sum=True)
    values = [solve_sequence_form(game, by=by).equilibria[0].payoffs[0] for by in (LINEAR, LEMKE)]
    table = solve_nash(strategic_form(game).game).equilibria[0].payoffs[0]
    assert values == pytest.approx([table, table], abs=1e-12)


def test_which_way_is_chosen_by_the_payoffs() -> None:
    assert "linear programme" in solve_sequence_form(random_tree(3, zero_sum=True)).message
    assert "Lemke" in solve_sequence_form(chain_store()).message
    with pytest.raises(UsageError, match='"linear programme" takes payoffs that sum to a constant'):
        solve_sequence_form(chain_store(), by=LINEAR)
    with pytest.raises(UsageError, match='by: expected "linear programme" or "lemke", got "x"'):
        solve_sequence_form(chain_store(), by="x")
    with pytest.raises(UsageError, match='is in floats, expected "lemke" for an exact answer'):
        solve_sequence_form(random_tree(3, zero_sum=True), by=LINEAR, exact=True)
    assert solve_sequence_form(random_tree(3, zero_sum=True), exact=True).equilibria[0].exact


def test_sums_that_differ_where_nobody_gets_do_not_count() -> None:
    deal = Lottery({"never": (0, (5, 5)), "always": (1, Turn("a", {"x": (1, -1), "y": (0, 0)}))})
    game = ExtensiveGame.from_tree(["a", "b"], deal)
    assert "of constant sum" in solve_sequence_form(game).message


def test_a_long_tree_is_solved_without_its_plans() -> None:
    """A centipede of 40 moves: both take at the first move in every equilibrium."""
    (one,) = solve_sequence_form(centipede(40)).equilibria
    assert one.payoffs.tolist() == [2, 0]


def test_too_many_sequences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence_form, "MOST_SEQUENCES", 10)
    with pytest.raises(
        SolverError, match=r"have 14 sequences together, expected at most 10; solvers that can: "
    ):
        solve_sequence_form(centipede(), by=LEMKE)


def test_a_regret_by_rounding_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def uniform(form: SequenceForm) -> object:
        return tuple((0.5,) * len(one.actions) for one in form.game.information_sets)

    monkeypatch.setattr(sequence_form, "_by_linear_programme", uniform)
    with pytest.raises(SolverError, match=r'regret above tolerance in this tree; .* by="lemke"'):
        solve_sequence_form(kuhns_poker())


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize("offset", [-(10**6), 10**6])
def test_units_do_not_matter(scale: float, offset: int) -> None:
    poker = kuhns_poker()
    nodes = [
        End(tuple((pay + offset) * Fraction(scale) for pay in node.payoffs))
        if isinstance(node, End)
        else node
        for node in poker.nodes
    ]
    moved = replace(poker, nodes=tuple(nodes))
    (one,) = solve_sequence_form(moved).equilibria
    value = one.payoffs[0] / scale - offset
    assert value == pytest.approx(-1 / 18, abs=1e-8)
    assert np.max(one.regret) <= 1e-6 * scale
