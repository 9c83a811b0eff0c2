"""One node of a round: who gains, what is dominated, which coalition leaves, what is chosen."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import FloatArray, IntArray
from negsim.theory.stochastic.stage import (
    BLOCKED,
    LOGIT,
    SETTLED,
    choose_alone,
    choose_together,
    count_distinct,
    exceeds,
    is_equilibrium,
    joint_chance,
    largest_gain,
    respond_logit,
    uses_dominated,
)

NOBODY = np.zeros((0, 2), dtype=bool)
MATCHING = np.array([[1.0, -1.0, -1.0, 1.0], [-1.0, 1.0, 1.0, -1.0]])


def both_rows(weights: Sequence[float]) -> FloatArray:
    """Return the weights of a game in which every player has a choice."""
    return np.stack([np.array(weights, dtype=float), np.ones(len(weights))])


def together(
    payoffs: FloatArray, weights: tuple[float, ...] = (1.0, 1.0), joint_at: int | None = None
) -> tuple[int, int, list[int]]:
    """Return the choice, the status and the candidates of a two-by-two node.

    ``joint_at`` is the only joint move at which an option of both is in effect.
    """
    completes = np.zeros((0, 4), dtype=bool)
    coalitions = NOBODY
    if joint_at is not None:
        completes = np.arange(4)[None, :] == joint_at
        coalitions = np.ones((1, 2), dtype=bool)
    candidates = np.zeros(4, dtype=bool)
    chosen, status = choose_together(
        np.ascontiguousarray(payoffs, dtype=float),
        np.array([0, 1]),
        np.array([2, 2]),
        completes,
        coalitions,
        both_rows(weights),
        candidates,
    )
    return chosen, status, np.flatnonzero(candidates).tolist()


def alone(
    payoffs: Sequence[Sequence[float]], concludes: list[bool], weights: list[float]
) -> tuple[int, int]:
    moves = len(concludes)
    return choose_alone(
        np.ascontiguousarray(payoffs, dtype=float),
        0,
        np.arange(moves),
        0,
        moves,
        np.array(concludes),
        both_rows(weights),
    )


def test_numbers_within_rounding_are_a_tie() -> None:
    assert not exceeds(1.0 + 1e-13, 1.0)
    assert exceeds(1.0 + 1e-11, 1.0)
    assert not exceeds(1e6 + 1e-7, 1e6)
    assert not exceeds(0.0, 0.0)
    assert exceeds(0.0, -1.0)
    assert not exceeds(-1.0, -1.0 + 1e-14)


# ---------------------------------------------------------------- alone


def test_a_lone_player_takes_its_best_move_whatever_others_get() -> None:
    assert alone([[1.0, 3.0, 2.0], [9.0, 0.0, 9.0]], [True, False, True], [0.0, 1.0]) == (1, 1)


def test_a_tie_goes_to_concluding_even_if_the_mediator_likes_it_less() -> None:
    tied = [[3.0, 3.0, 3.0], [5.0, 1.0, 4.0]]
    assert alone(tied, [False, True, False], [0.0, 1.0]) == (1, 3), "what does not conclude counts"
    assert alone(tied, [False, False, False], [0.0, 1.0]) == (0, 3)


def test_among_ties_that_conclude_the_weights_decide_in_both_directions() -> None:
    tied = [[3.0, 3.0, 3.0], [5.0, 1.0, 4.0]]
    assert alone(tied, [False, True, True], [0.0, 1.0]) == (2, 3)
    assert alone(tied, [False, True, True], [0.0, -1.0]) == (1, 3)


def test_after_the_weights_the_sum_decides() -> None:
    tied = [[3.0, 3.0], [4.0, 4.0], [0.0, 1.0]]
    assert alone(tied, [False, False], [0.0, 1.0, 0.0]) == (1, 2)
    assert alone(tied, [False, False], [0.0, -1.0, 0.0]) == (1, 2)


def test_moves_worth_the_same_to_everybody_are_one_solution() -> None:
    assert alone([[3.0, 3.0], [4.0, 4.0]], [False, False], [1.0, 1.0]) == (0, 1)


def test_rounding_does_not_choose_among_ties() -> None:
    assert 0.1 + 0.2 > 0.3
    for row in ([0.3, 0.1 + 0.2, 0.0], [0.1 + 0.2, 0.3, 0.0]):
        assert alone([row, [1.0, 1.0, 1.0]], [False] * 3, [1.0, 1.0]) == (0, 1)


# ---------------------------------------------------------------- together

# joint moves: (refuse, refuse), (refuse, agree), (agree, refuse), (agree, agree)


def test_both_refuse_is_no_solution_where_both_gain_by_completing_the_option() -> None:
    game = np.array([[0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 1.0]])
    chosen, status, candidates = together(game, joint_at=3)
    assert (chosen, status, candidates) == (3, SETTLED, [3])


def test_a_strict_equilibrium_in_which_both_refuse_is_left_by_the_coalition() -> None:
    game = np.array([[1.0, 1.0, 0.0, 2.0], [1.0, 0.0, 1.0, 2.0]])
    assert together(game, weights=(-1.0, -1.0))[0] == 0
    chosen, status, candidates = together(game, weights=(-1.0, -1.0), joint_at=3)
    assert (chosen, status, candidates) == (3, SETTLED, [3])


def test_a_coalition_needs_every_member_to_gain() -> None:
    game = np.array([[1.0, 1.0, 0.0, 2.0], [1.0, 0.0, 1.0, 1.0]])
    assert 0 in together(game, joint_at=3)[2]


def test_where_coalitions_leave_every_equilibrium_the_status_says_so() -> None:
    dilemma = np.array([[1.0, 5.0, 0.0, 3.0], [1.0, 0.0, 5.0, 3.0]])
    assert together(dilemma) == (0, SETTLED, [0])
    assert together(dilemma, joint_at=3) == (0, BLOCKED, [0])


def test_a_weakly_dominated_equilibrium_is_dropped() -> None:
    game = np.array([[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0]])
    assert [move for move in range(4) if is_equilibrium(game, *TWO, move)] == [0, 1, 2]
    assert together(game)[2] == [0]


TWO: tuple[IntArray, IntArray] = (np.array([0, 1]), np.array([2, 2]))


def test_of_several_the_weights_choose_best_or_worst() -> None:
    chicken = np.array([[1.0, 4.0, 2.0, 3.0], [1.0, 2.0, 4.0, 3.0]])
    assert together(chicken, weights=(1.0, 0.0)) == (1, SETTLED, [1, 2])
    assert together(chicken, weights=(-1.0, 0.0)) == (2, SETTLED, [1, 2])
    assert together(chicken, weights=(0.0, 1.0)) == (2, SETTLED, [1, 2])


def test_matching_pennies_has_no_candidate() -> None:
    assert together(MATCHING) == (-1, LOGIT, [])


def test_solutions_are_counted_by_what_they_pay() -> None:
    game = np.array([[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 2.0]])
    assert count_distinct(game, np.ones((2, len(game))), np.array([True, True, False, False])) == 1
    assert count_distinct(game, np.ones((2, len(game))), np.array([True, True, True, True])) == 3
    assert count_distinct(game, np.ones((2, len(game))), np.zeros(4, dtype=bool)) == 0


# ---------------------------------------------------------------- mixed


def test_logit_in_matching_pennies_is_even_and_without_gain() -> None:
    mixed = np.zeros(4)
    respond_logit(MATCHING, *TWO, 100.0, mixed)
    assert mixed == pytest.approx([0.5] * 4, abs=1e-9)
    assert largest_gain(MATCHING, *TWO, mixed) == pytest.approx(0, abs=1e-9)
    chances = [joint_chance(TWO[1], mixed, move, -1) for move in range(4)]
    assert chances == pytest.approx([0.25] * 4)


def test_the_gain_of_a_wrong_mixture_is_a_share_of_the_range_of_payoffs() -> None:
    mixed = np.array([1.0, 0.0, 1.0, 0.0])
    assert largest_gain(MATCHING, *TWO, mixed) == 1.0
    assert largest_gain(100 * MATCHING, *TWO, mixed) == 1.0


# ---------------------------------------------------------------- against enumeration

shapes = st.sampled_from([(2, 2), (2, 3), (3, 2), (2, 2, 2), (3, 1, 2)])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(shapes, st.randoms(use_true_random=True))
def test_equilibria_and_dominated_moves_are_those_of_plain_enumeration(
    shape: tuple[int, ...], random: Random
) -> None:
    size = int(np.prod(shape))
    game = np.array([[random.randint(0, 2) for _ in range(size)] for _ in shape], dtype=float)
    cubes = game.reshape(len(shape), *shape)
    players, counts = np.arange(len(shape)), np.array(shape)
    for number, moves in enumerate(itertools.product(*map(range, shape))):
        rows = [np.moveaxis(cube, player, 0) for player, cube in enumerate(cubes)]
        stable, dominated = True, False
        for player, own in enumerate(moves):
            others = moves[:player] + moves[player + 1 :]
            row = rows[player]
            stable = stable and all(
                row[(k, *others)] <= row[(own, *others)] for k in range(len(row))
            )
            dominated = dominated or any(
                (row[k] >= row[own]).all() and (row[k] > row[own]).any() for k in range(len(row))
            )
        assert is_equilibrium(game, players, counts, number) == stable
        assert uses_dominated(game, players, counts, number) == dominated
