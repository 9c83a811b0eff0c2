"""All regular equilibria with proof: published games, two players, degenerate games, limits."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution
from negsim.theory.normal_form.undecided import SINGULAR, UNFINISHED
from negsim.theory.oneshot.several.branching import members_of
from negsim.theory.oneshot.several.interval import gain, slope, tensor
from negsim.theory.oneshot.several.regular import REGULAR, all_supports, solve_regular
from negsim.theory.oneshot.two_party.every import solve_nash


def from_cells(shape: tuple[int, ...], cells: str) -> NormalFormGame:
    """Return the game of payoffs listed profile by profile, the first player's action fastest."""
    numbers = np.array(cells.split(), dtype=float).reshape(*shape[::-1], len(shape))
    return NormalFormGame(numbers.transpose(range(len(shape), -1, -1)))


def majority() -> NormalFormGame:
    """Return the game in which two who name each other take half a point each from the third."""
    payoffs = np.zeros((3, 2, 2, 2))
    others = [(1, 2), (0, 2), (0, 1)]
    for profile in np.ndindex(2, 2, 2):
        names = [others[player][action] for player, action in enumerate(profile)]
        for one, two in ((0, 1), (0, 2), (1, 2)):
            if names[one] == two and names[two] == one:
                payoffs[:, *profile] = -1.0
                payoffs[[one, two], *profile] = 0.5
    return NormalFormGame(payoffs)


NINE = from_cells((2, 2, 2), "9 8 12  0 0 0  0 0 0  9 8 2  0 0 0  3 4 6  3 4 6  0 0 0")
"""McKelvey and McLennan (1997), "The maximal number of regular totally mixed Nash equilibria",
Journal of Economic Theory 72; the numbers as in Gambit's collection of games, 2x2x2.nfg.
"""

IRRATIONAL = from_cells((2, 2, 2), "3 0 2  0 1 0  0 2 0  1 0 0  1 0 0  0 3 0  0 1 0  2 0 3")
CURVE = from_cells((2, 2, 2), "0 0 2  3 0 0  0 3 0  0 0 0  1 1 0  0 0 0  0 0 0  0 0 3")
SEGMENT = from_cells(
    (2, 2, 4),
    "2 0 0  0 2 1  0 1 1  1 0 2  1 0 2  0 1 1  0 2 1  2 0 0 "
    "1 0 1  0 2 0  0 1 2  2 0 1  2 0 1  0 1 2  0 2 0  1 0 1",
)
"""Nau, Gomez Canovas and Hansen (2004), "On the geometry of Nash equilibria and correlated
equilibria", International Journal of Game Theory 32, sections 4 to 6.
"""


def flat(solution: Solution) -> list[FloatArray]:
    return [np.concatenate(one.profile) for one in solution.equilibria]


def covers(left: list[FloatArray], right: list[FloatArray]) -> bool:
    """Tell whether every profile of the second list is in the first."""
    return all(any(np.abs(one - other).max() < 1e-7 for other in left) for one in right)


def test_nine_equilibria_of_a_game_of_three() -> None:
    solution = solve_regular(NINE)
    assert len(solution.equilibria) == 9
    assert solution.complete
    assert not solution.degenerate
    assert all(REGULAR in one.marks for one in solution.equilibria)
    mixed = [one for one in flat(solution) if (one > 0).all()]
    expected = [[0.4, 0.6, 0.5, 0.5, 1 / 3, 2 / 3], [0.5, 0.5, 0.4, 0.6, 0.25, 0.75]]
    assert len(mixed) == 2
    assert covers(mixed, [np.array(one) for one in expected])


def test_a_unique_irrational_equilibrium() -> None:
    solution = solve_regular(IRRATIONAL)
    assert len(solution.equilibria) == 1
    assert solution.complete
    left = solution.equilibria[0].profile[1][0]
    assert left == pytest.approx((np.sqrt(601) - 13) / 24, abs=1e-14)


def test_a_continuum_is_undecided_and_enclosed() -> None:
    solution = solve_regular(CURVE)
    assert not solution.complete
    assert solution.degenerate
    assert "not known to be all; 3 places undecided" in solution.message
    assert sum("pure" in one.marks for one in solution.equilibria) == 3
    quarter = [box for box in solution.undecided if box.high[2][0] < 0.26]
    assert len(quarter) == 1
    assert quarter[0].low[2][0] <= 0.25 <= quarter[0].high[2][0]
    assert json.loads(solution.to_json())["undecided"][0]["status"] == SINGULAR


def test_a_segment_has_its_ends_listed() -> None:
    solution = solve_regular(SEGMENT)
    half = [0.5] * 4
    ends = [[*half, 0.5, 0.5, 0.0, 0.0], [*half, 0.0, 0.0, 0.5, 0.5]]
    assert covers(flat(solution), [np.array(end) for end in ends])
    assert not solution.complete


def test_majority_of_three() -> None:
    """von Neumann and Morgenstern (1944), section 21: any two may form a couple."""
    solution = solve_regular(majority())
    regular = [one for one in solution.equilibria if REGULAR in one.marks]
    assert [np.concatenate(one.profile).tolist() for one in regular] == [[0.5] * 6]
    assert sum("pure" in one.marks for one in solution.equilibria) == 6
    assert len(solution.undecided) == 6, "the third is indifferent whom to name"


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (4, 4)])
def test_two_players_as_enumerated(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    for index in range(14):
        whole = rng.integers(-3, 4, (2, *shape)).astype(float)
        game = NormalFormGame(whole if index % 2 else rng.normal(size=(2, *shape)))
        found, expected = solve_regular(game), solve_nash(game)
        assert covers(flat(expected), flat(found)) or expected.degenerate
        if found.complete:
            assert covers(flat(found), flat(expected))
        if not expected.degenerate:
            assert found.complete
            assert len(found.equilibria) == len(expected.equilibria)


def test_structural_ties_are_settled() -> None:
    """Where somebody must consent in vain, the tie is exact and nothing is left in doubt."""
    consent = np.zeros((3, 2, 2, 2))
    consent[:, 0, 0, 0] = 1.0
    two = solve_regular(NormalFormGame(consent[:2, :, :, 0]))
    assert two.complete
    assert len(two.equilibria) == 2
    three = solve_regular(NormalFormGame(consent))
    assert not three.complete, "with one refusing, another's stance is free"
    assert len([one for one in three.equilibria if REGULAR in one.marks]) == 1


def test_payoffs_that_differ_in_the_last_digit_do_not_tie() -> None:
    game = NormalFormGame.from_bimatrix([[0.3], [0.1 + 0.2]], [[0.0], [0.0]])
    solution = solve_regular(game)
    assert [one.profile[0].tolist() for one in solution.equilibria] == [[0.0, 1.0]]
    assert solution.complete


@pytest.mark.parametrize(("scale", "offset"), [(1e-9, 0.0), (1e9, 1e6), (3.0, -1e6)])
def test_units_do_not_matter(scale: float, offset: float) -> None:
    moved = solve_regular(NormalFormGame((NINE.payoffs + offset) * scale))
    assert moved.complete
    assert len(moved.equilibria) == 9
    assert covers(flat(moved), flat(solve_regular(NINE)))


def test_one_catastrophic_payoff() -> None:
    payoffs = NINE.payoffs.copy()
    payoffs[0, 1, 1, 1] = -1e12
    solution = solve_regular(NormalFormGame(payoffs))
    assert solution.complete
    assert len(solution.equilibria) % 2 == 1


def test_work_is_limited_and_the_answer_says_so() -> None:
    game = NormalFormGame(np.random.default_rng(1).normal(size=(3, 3, 3, 3)))
    cut = solve_regular(game, boxes=20)
    assert not cut.complete
    assert {box.status for box in cut.undecided} == {UNFINISHED}
    assert cut.to_json() == solve_regular(game, boxes=20).to_json()
    full = solve_regular(game)
    assert full.complete
    for one in flat(full):
        listed = any(np.abs(one - other).max() < 1e-7 for other in flat(cut))
        assert listed or any(
            (np.concatenate(box.low) <= one + 1e-9).all()
            and (one - 1e-9 <= np.concatenate(box.high)).all()
            for box in cut.undecided
        )


def test_bad_requests() -> None:
    with pytest.raises(UsageError, match="boxes: expected a whole number of at least 0, got -1"):
        solve_regular(NINE, boxes=-1)
    large = NormalFormGame(np.random.default_rng(0).normal(size=(2, 20, 20)))
    with pytest.raises(SolverError, match=r"supports in a game of .* solvers that can: .*tracing"):
        solve_regular(large)


def expectation(
    payoffs: FloatArray, player: int, action: int, mixed: list[list[Fraction]]
) -> Fraction:
    """Return in fractions what an action is worth."""
    total = Fraction(0)
    for profile in np.ndindex(payoffs.shape[1:]):
        if profile[player] == action:
            weight = Fraction(1)
            for other, own in enumerate(mixed):
                weight *= own[profile[other]] if other != player else 1
            total += weight * Fraction(float(payoffs[player, *profile]))
    return total


def test_bounds_hold_in_exact_arithmetic() -> None:
    rng = np.random.default_rng(4)
    for _ in range(60):
        payoffs = rng.normal(size=(3, 2, 3, 2)) * 10.0 ** rng.integers(-6, 7, (3, 2, 3, 2))
        field = tensor(payoffs)
        support = members_of(field, np.ones(7, np.bool_))
        mixed = [
            [Fraction(int(k), 64) for k in rng.multinomial(64, np.ones(n) / n)] for n in (2, 3, 2)
        ]
        point = np.array([float(chance) for own in mixed for chance in own])
        width = 10.0 ** rng.integers(-17, 0)
        box = np.stack([point - width * rng.random(7), point + width * rng.random(7)])
        low, high = gain(field, support, box, 0, 1, 0)
        exact = expectation(payoffs, 0, 1, mixed) - expectation(payoffs, 0, 0, mixed)
        assert Fraction(low) <= exact <= Fraction(high)
        low, high = slope(field, support, box, 0, (1, 0), 1, (2, 0))
        shifted = [[mixed[0], [Fraction(b == a) for b in range(3)], mixed[2]] for a in (2, 0)]
        gains = [
            expectation(payoffs, 0, 1, one) - expectation(payoffs, 0, 0, one) for one in shifted
        ]
        assert Fraction(low) <= gains[0] - gains[1] <= Fraction(high)


def test_supports_are_all_there() -> None:
    supports = all_supports((2, 3, 1))
    assert supports.shape == (21, 6)
    assert len({tuple(one) for one in supports.tolist()}) == 21


def test_a_player_who_is_indifferent_makes_a_continuum_and_it_is_told_who_may_mix() -> None:
    """East and West want to meet; what the mediator says changes nothing for anybody."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[1:, :, 0, 0] = payoffs[1:, :, 1, 1] = 1
    game = NormalFormGame(payoffs, ["Mediator", "East", "West"])
    found = solve_regular(game)
    assert not found.complete
    assert found.degenerate
    assert found.message == (
        "5 equilibria, 0 of them proved regular; infinitely many with them: Mediator may share its "
        "chance among 1 and 2 at will; no others"
    )
