"""Perfect Bayesian outcomes of textbook signalling games and of the limited-truce game."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import SolverError, UsageError
from negsim.theory.registry import solve, solvers
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import (
    FAILS,
    IN_PART,
    PASSES,
    POOLING,
    SEMI_SEPARATING,
    SEPARATING,
    SignallingComponent,
    SignallingSolution,
    exact_game,
    perfect_bayesian,
)
from tests.oracles.limited_truce import limited_truce_signal


def beer_quiche() -> SignallingGame:
    """Cho and Kreps (1987), figure I: the surly like beer; being let off is worth 2."""
    sender = [[[0, 2], [1, 3]], [[1, 3], [0, 2]]]
    receiver = [[[1, 0], [1, 0]], [[0, 1], [0, 1]]]
    return SignallingGame(
        [0.1, 0.9], sender, receiver, ("wimp", "surly"), ("beer", "quiche"), ("duel", "leave")
    )


def spence() -> SignallingGame:
    """Two abilities, three years of schooling, three wages; the firm pays what it expects."""
    ability, schooling, wages = np.array([1.0, 2.0]), np.array([0, 1.1, 1.8]), np.array([1, 1.4, 2])
    sender = wages - (schooling / ability[:, None])[:, :, None]
    receiver = -((wages - ability[:, None, None]) ** 2) * np.ones((2, 3, 1))
    return SignallingGame([0.6, 0.4], sender, receiver, ("low", "high"))


def holding(solution: SignallingSolution, strategy: list[list[float]]) -> list[SignallingComponent]:
    """Return the components with an outcome of this strategy."""
    return [
        component
        for component in solution.components
        if any(np.abs(one.strategy - strategy).max() < 1e-9 for one in component.outcomes)
    ]


def test_beer_quiche_has_two_pooling_outcomes_and_one_is_intuitive() -> None:
    solution = perfect_bayesian(beer_quiche())
    assert solution.complete
    assert not solution.degenerate
    beer, quiche = (
        holding(solution, [[1, 0], [1, 0]])[0],
        holding(solution, [[0, 1], [0, 1]])[0],
    )
    assert len(solution.components) == 2
    assert beer.kinds == quiche.kinds == (POOLING,)
    assert (beer.intuitive, beer.d1) == (PASSES, PASSES)
    assert (quiche.intuitive, quiche.d1) == (FAILS, FAILS)
    assert beer.support == ((), ((0.5, 1.0),))
    assert quiche.support == (((0.5, 1.0),), ())
    assert beer.outcomes[0].sent == (True, False)
    np.testing.assert_allclose(beer.outcomes[0].payoffs, [2, 3])
    np.testing.assert_allclose(quiche.outcomes[0].payoffs, [3, 2])
    assert beer.outcomes[0].receiver_payoff == pytest.approx(0.9)


def test_of_spences_outcomes_the_cheapest_separating_one_is_intuitive() -> None:
    solution = perfect_bayesian(spence())
    cheapest, dearer, pooled = [[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 0, 1]], [[1, 0, 0]] * 2
    found = [holding(solution, strategy) for strategy in (cheapest, dearer, pooled)]
    assert [len(each) for each in found] == [1, 1, 1]
    assert [each[0].kinds for each in found] == [(SEPARATING,), (SEPARATING,), (POOLING,)]
    passing = [component for component in solution.components if component.intuitive == PASSES]
    assert passing == found[0]
    np.testing.assert_allclose(passing[0].outcomes[0].payoffs, [1, 2 - 0.55])


# ---------------------------------------------------------------- THEORY B1

GAIN, FALSE_PRESS, LOSS = 0.7, 0.4, 0.9
THRESHOLD = LOSS / (GAIN + FALSE_PRESS + LOSS)


def truce(prior: float, rhos: tuple[float, float], pressed: bool = False) -> SignallingSolution:
    goodwill, penalty = (0.5, 0.25), (0.75, 0.5)
    costs = (rhos[0] * 1.25, rhos[1] * 0.75)
    game = limited_truce_signal(
        prior, costs, goodwill, penalty, GAIN, FALSE_PRESS, LOSS, refusal_pressed=pressed
    )
    return perfect_bayesian(game)


ACCEPT, DECLINE = [1, 0], [0, 1]
BOTH_WAYS = pytest.mark.parametrize("pressed", [False, True])


@BOTH_WAYS
@pytest.mark.parametrize("prior", [0.2, 0.8])
@pytest.mark.parametrize(
    ("rhos", "separates"),
    [((0.5, 1.5), True), ((-0.5, 1.01), True), ((0.5, 0.99), False), ((1.01, 1.5), False)],
)
def test_accepting_separates_iff_it_costs_a_staller_its_stake(
    prior: float, rhos: tuple[float, float], separates: bool, pressed: bool
) -> None:
    found = holding(truce(prior, rhos, pressed), [ACCEPT, DECLINE])
    assert len(found) == separates
    if separates:
        np.testing.assert_allclose(found[0].outcomes[0].replies, [[1, 0], [0, 1]], atol=1e-9)


@BOTH_WAYS
@pytest.mark.parametrize(
    ("prior", "rhos", "pools"),
    [
        (0.46, (0.9, 0.5), True),
        (0.46, (-0.9, 0.5), True),
        (0.44, (0.9, 0.5), False),
        (0.46, (1.1, 0.5), False),
        (0.46, (0.9, 1.1), False),
    ],
)
def test_both_accept_iff_the_mediator_is_trusting(
    prior: float, rhos: tuple[float, float], pools: bool, pressed: bool
) -> None:
    found = holding(truce(prior, rhos, pressed), [ACCEPT, ACCEPT])
    continued = [one for one in found if one.outcomes[0].replies[0, 0] > 1 - 1e-9]
    assert len(continued) == pools
    assert pytest.approx(0.45) == THRESHOLD


@BOTH_WAYS
@pytest.mark.parametrize("prior", [0.05, 0.25, 0.44])
@pytest.mark.parametrize("rhos", [(0.1, 0.6), (-0.7, 0.02), (-1.5, 0.98)])
def test_stallers_imitate_with_the_stated_chance(
    prior: float, rhos: tuple[float, float], pressed: bool
) -> None:
    chance = prior * (1 - THRESHOLD) / ((1 - prior) * THRESHOLD)
    found = holding(truce(prior, rhos, pressed), [ACCEPT, [chance, 1 - chance]])
    assert len(found) == 1
    outcome = found[0].outcomes[0]
    assert outcome.kind == SEMI_SEPARATING
    assert outcome.replies[0, 0] == pytest.approx(rhos[1], abs=1e-9)
    assert outcome.replies[1, 1] == pytest.approx(1, abs=1e-9)
    assert outcome.beliefs[0, 0] == pytest.approx(THRESHOLD, abs=1e-9)


@BOTH_WAYS
@pytest.mark.parametrize(
    ("prior", "rhos"), [(0.46, (0.1, 0.6)), (0.3, (0.7, 0.6)), (0.3, (0.1, 1.1)), (0.3, (-1, -0.1))]
)
def test_stallers_do_not_imitate_elsewhere(
    prior: float, rhos: tuple[float, float], pressed: bool
) -> None:
    for outcome in truce(prior, rhos, pressed).outcomes:
        accepts = outcome.strategy[:, 0]
        assert not (accepts[0] > 1 - 1e-9 and 1e-9 < accepts[1] < 1 - 1e-9)


@pytest.mark.parametrize("prior", [0.2, 0.8])
@pytest.mark.parametrize(
    ("rhos", "perverse"),
    [((0.5, -0.5), True), ((1.5, -0.1), True), ((0.5, 0.1), False), ((-0.1, -0.5), False)],
)
def test_a_truce_that_pays_the_staller_is_accepted_by_it_alone(
    prior: float, rhos: tuple[float, float], perverse: bool
) -> None:
    assert len(holding(truce(prior, rhos, pressed=True), [DECLINE, ACCEPT])) == perverse


def test_if_refusal_speaks_for_sincerity_the_staller_pays_for_accepting() -> None:
    assert len(holding(truce(0.8, (0.5, -1.2)), [DECLINE, ACCEPT])) == 1
    assert holding(truce(0.8, (0.5, -0.8)), [DECLINE, ACCEPT]) == []
    refuses = 0.2 * (1 - THRESHOLD) / (0.8 * THRESHOLD)
    found = holding(truce(0.2, (0.5, -0.8)), [DECLINE, [1 - refuses, refuses]])
    assert len(found) == 1
    assert found[0].outcomes[0].replies[1, 0] == pytest.approx(0.8, abs=1e-9)


def test_d1_removes_nobody_accepts_only_where_sincerity_makes_accepting_cheaper() -> None:
    cheaper = holding(truce(0.3, (0.2, 0.6)), [DECLINE, DECLINE])[0]
    assert (cheaper.intuitive, cheaper.d1) == (PASSES, FAILS)
    dearer = holding(truce(0.3, (0.6, 0.2)), [DECLINE, DECLINE])[0]
    assert (dearer.intuitive, dearer.d1) == (PASSES, PASSES)
    assert cheaper.support[0] == ((0.0, pytest.approx(THRESHOLD)),)


# ---------------------------------------------------------------- continua, ties and edges


def test_a_criterion_can_hold_on_part_of_a_continuum() -> None:
    """Both types get between 0 and 3 at the first message, where the receiver does not care.

    The other is worth 2 to the first type and 1 to the second if answered well: between 1 and 2
    only the first can hope to gain, so the answer is the good one.
    """
    sender = [[[0, 3], [2, -9]], [[0, 3], [1, -9]]]
    receiver = [[[0, 0], [1, 0]], [[0, 0], [0, 1]]]
    solution = perfect_bayesian(SignallingGame([0.5, 0.5], sender, receiver))
    component = holding(solution, [[1, 0], [1, 0]])[0]
    assert solution.degenerate
    assert component.intuitive == IN_PART
    assert component.d1 == IN_PART
    assert {tuple(one.payoffs) for one in component.outcomes} >= {(3.0, 3.0), (0.0, 0.0)}
    assert component.support[1] == ((0.0, 1.0),)
    best = next(one for one in component.outcomes if one.payoffs[0] == 3)
    worst = next(one for one in component.outcomes if one.payoffs[0] == 0)
    assert best.support[1] == ((0.0, 1.0),)
    assert worst.support[1] == ((0.0, 0.5),)


def test_beliefs_that_support_an_outcome_can_be_two_intervals() -> None:
    """Beliefs in the middle bring the reply that tempts; at both ends another."""
    sender = np.zeros((2, 2, 3))
    sender[:, 1] = [-1, 1, -1]
    receiver = np.zeros((2, 2, 3))
    receiver[:, 1] = [[4, 3, 0], [0, 3, 4]]
    solution = perfect_bayesian(SignallingGame([0.5, 0.5], sender, receiver))
    component = holding(solution, [[1, 0], [1, 0]])[0]
    assert component.support[1] == ((0.0, 0.25), (0.75, 1.0))


@pytest.mark.parametrize(
    ("deterring", "interval"), [(0, (0.75, 1.0)), (1, (0.25, 0.75)), (2, (0.0, 0.25))]
)
def test_any_of_three_replies_can_be_the_one_that_deters(
    deterring: int, interval: tuple[float, float]
) -> None:
    sender, receiver = np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    sender[:, 1] = [[1], [2]]
    sender[:, 1, deterring] = -3
    receiver[:, 1] = [[4, 3, 0], [0, 3, 4]]
    solution = perfect_bayesian(SignallingGame([0.5, 0.5], sender, receiver))
    component = holding(solution, [[1, 0], [1, 0]])[0]
    assert component.support[1] == (interval,)


@pytest.mark.parametrize(("other", "mark"), [(1, PASSES), (-1, PASSES), (2, FAILS)])
def test_one_deterring_best_reply_to_a_type_alone_is_enough(other: float, mark: str) -> None:
    """The first type may hope at the second message, the second type may not.

    Against the first alone the receiver has two best replies, worth 2 and ``other`` to it.
    """
    sender = [[[1, 1, 1], [2, other, -5]], [[1, 1, 1], [0, 0, 0]]]
    receiver = [[[0, 0, 0], [1, 1, 0]], [[0, 0, 0], [0, 0, 1]]]
    solution = perfect_bayesian(SignallingGame([0.5, 0.5], sender, receiver))
    component = holding(solution, [[1, 0], [1, 0]])[0]
    assert (component.intuitive, component.d1) == (mark, mark)


@pytest.mark.parametrize("shape", [(2, 1, 1), (2, 3, 1), (2, 2, 2), (1, 2, 2)])
def test_indifference_about_everything_is_one_component(shape: tuple[int, int, int]) -> None:
    flat = np.full(shape, 5.0)
    solution = perfect_bayesian(SignallingGame(np.full(shape[0], 1 / shape[0]), flat, flat))
    assert solution.complete
    assert len(solution.components) == 1
    assert len(solution.components[0].families) == 1
    replies = solution.components[0].families[0][1]
    assert len(replies) == shape[2] ** shape[1]
    assert solution.components[0].intuitive == PASSES


def test_one_type_is_a_game_of_perfect_information() -> None:
    sender, receiver = [[[3, 0], [2, 1]]], [[[0, 1], [1, 0]]]
    solution = perfect_bayesian(SignallingGame([1.0], sender, receiver))
    assert len(solution.components) == 1
    outcome = solution.components[0].outcomes[0]
    assert outcome.strategy.tolist() == [[0, 1]]
    assert outcome.replies.tolist() == [[0, 1], [1, 0]]
    assert outcome.support == (((1.0, 1.0),), ((1.0, 1.0),))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_sent_by_a_known_type_is_what_the_game_of_that_type_alone_sends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sender, receiver = rng.integers(0, 4, (2, 2, 3, 3)).astype(float)
    game = SignallingGame([0.4, 0.6], sender, receiver)
    for kind, row in enumerate(game.known_messages()):
        alone = SignallingGame([1.0], sender[kind : kind + 1], receiver[kind : kind + 1])
        sent = np.zeros(3, dtype=bool)
        for component in perfect_bayesian(alone).components:
            for strategies, _ in component.families:
                sent |= (strategies[:, 0] > 0).any(axis=0)
        assert sent.tolist() == row.tolist()


def test_rounding_is_a_tie_unless_numbers_are_taken_as_written() -> None:
    game = SignallingGame([0.5, 0.5], [[[0.1 + 0.2], [0.3]]] * 2, np.zeros((2, 2, 1)))
    assert perfect_bayesian(game).degenerate
    written = perfect_bayesian(game, exact=True)
    assert [one.strategy.tolist() for one in written.outcomes] == [[[1, 0], [1, 0]]]


def test_exact_answers_carry_rationals() -> None:
    game = limited_truce_signal(0.25, costs=(0.125, 0.375))
    solution = perfect_bayesian(game, exact=True)
    strategy, replies = holding(solution, [[1, 0], [1 / 3, 2 / 3]])[0].outcomes[0].exact
    assert strategy == (1, 0, Fraction(1, 3), Fraction(2, 3))
    assert replies[:2] == (Fraction(3, 8), Fraction(5, 8))
    assert perfect_bayesian(game).outcomes[0].exact is None
    assert exact_game(game).prior == Fraction(1, 4)


def test_catastrophes_and_rare_types_are_no_trouble() -> None:
    game = limited_truce_signal(1e-7, costs=(0.2, 0.5), loss=1e12)
    for exact in (False, True):
        solution = perfect_bayesian(game, exact)
        assert solution.complete
        assert {component.kind for component in solution.components} == {POOLING, SEMI_SEPARATING}


def test_the_answer_is_complete_certified_and_can_be_written_down() -> None:
    solution = solve(beer_quiche(), "perfect_bayesian")
    assert isinstance(solution, solvers["perfect_bayesian"].returns)
    words = solution.to_dict()
    assert json.loads(solution.to_json()) == words
    first = words["components"][0]["outcomes"][0]
    assert first["strategy"]["wimp"] == {"beer": 1.0}
    assert first["unsent"] == {"quiche": [[0.5, 1.0]]}
    assert first["replies"] == {"beer": {"leave": 1.0}, "quiche": {"duel": 1.0}}
    assert solution.message == "all perfect Bayesian outcomes: 2 components, each a single outcome"
    for outcome in solution.outcomes:
        assert outcome.regret.max() <= 1e-12
        assert outcome.reply_regret.max() <= 1e-12


def test_games_that_are_too_large_are_refused() -> None:
    flat = np.zeros((3, 2, 2))
    with pytest.raises(SolverError, match="at most 2 types and this game has 3"):
        perfect_bayesian(SignallingGame(np.full(3, 1 / 3), flat, flat))
    wide = np.random.default_rng(1).normal(size=(2, 9, 2))
    with pytest.raises(SolverError, match="100000 cases and this game, with 9 messages"):
        perfect_bayesian(SignallingGame([0.5, 0.5], wide, wide))
    with pytest.raises(UsageError, match="no option"):
        solve(beer_quiche(), "perfect_bayesian", nonsense=1)
