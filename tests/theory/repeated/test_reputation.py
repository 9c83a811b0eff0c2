"""Reputation over exact belief: the closed form of THEORY M1, and no profitable deviation."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import GameError, UsageError
from negsim.theory.registry import solve
from negsim.theory.repeated.reputation import ReputationSolution, TrustGame, reputation

steady = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.mark.parametrize(("gain", "loss"), [(1.0, 1.0), (2.0, 0.5), (0.3, 1.2)])
@pytest.mark.parametrize("rounds", [1, 2, 5, 12])
def test_with_equal_rounds_the_thresholds_are_powers(gain: float, loss: float, rounds: int) -> None:
    solution = reputation(TrustGame(gain, loss, 0.6, 1.0, 0.9, rounds))
    ratio, left = loss / (gain + loss), np.arange(rounds, 0, -1)
    np.testing.assert_allclose(solution.trust, ratio**left, rtol=1e-12)
    np.testing.assert_allclose(solution.imitation, ratio ** (left - 1), rtol=1e-12)
    assert solution.complete
    for place, to_go in enumerate(left):
        bar = ratio ** (to_go - 1.0)
        for belief in np.array([0.2, 0.9, 1.0]) * bar:
            expected = belief * (1 - bar) / ((1 - belief) * bar) if belief < bar else float(bar < 1)
            assert solution.keeping(place, belief) == pytest.approx(expected, abs=1e-9)


def test_the_mediator_mixes_so_that_the_staller_may() -> None:
    path = reputation(TrustGame(1.0, 1.0, 0.6, 1.0, 0.8, 3)).path(0.2)
    np.testing.assert_allclose(path.belief, [0.2, 0.25, 0.5], rtol=1e-12)
    np.testing.assert_allclose(path.trust, [1, 0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(path.keeping, [0.75, 1 / 3, 0], rtol=1e-12)


def test_on_the_line_the_mediator_trusts() -> None:
    solution = reputation(TrustGame(1.0, 1.0, 0.6, 1.0, rounds=2))
    assert solution.path(0.25).trust[0] == 1
    assert solution.path(0.2499).trust[0] == 0
    assert solution.values[0].range(0.25) == (0.0, 1.0)
    assert solution.values[0].range(0.5) == (1.0, pytest.approx(1.6))


def test_a_staller_with_no_future_never_imitates() -> None:
    solution = reputation(TrustGame(1.0, 1.0, 0.1, 1.0, 0.5, 4))
    np.testing.assert_allclose(solution.trust, 0.5)
    np.testing.assert_allclose(solution.imitation, 1.0)


def test_a_tie_between_now_and_later_is_reported() -> None:
    solution = reputation(TrustGame(1.0, 1.0, 0.5, 1.0, 0.5, 2))
    assert not solution.complete
    assert "a tie" in solution.message


@st.composite
def trust_games(draw: st.DrawFn) -> TrustGame:
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    rounds = draw(st.integers(1, 7))
    keep = random.uniform(0, 1, rounds)
    return TrustGame(
        random.uniform(0.2, 2, rounds),
        random.uniform(0.2, 2, rounds),
        keep,
        keep + random.uniform(0.05, 1, rounds),
        float(random.uniform(0.5, 1)),
    )


def faults(game: TrustGame, solution: ReputationSolution, prior: float) -> list[str]:
    """Return what is not optimal along the path of kept words, from the definitions."""
    path, wrong = solution.path(prior), []
    later = 0.0
    for place in range(game.num_rounds - 1, -1, -1):
        belief, trust, keeping = path.belief[place], path.trust[place], path.keeping[place]
        kept = belief + (1 - belief) * keeping
        net = kept * game.gain[place] - (1 - kept) * game.loss[place]
        if (trust == 1 and net < -1e-9) or (trust == 0 and net > 1e-9):
            wrong.append("trust")
        if 0 < trust < 1 and abs(net) > 1e-9:
            wrong.append("mixed trust")
        ends = place + 1 == game.num_rounds
        if trust and not ends and abs(path.belief[place + 1] - belief / kept) > 1e-9:
            wrong.append("Bayes")
        stay, exploit = game.keep[place] + game.discount * later, game.exploit[place]
        stays = keeping > 0 and stay < exploit - 1e-9
        strays = keeping < 1 and stay > exploit + 1e-9
        if trust and (stays or strays):
            wrong.append("keeping")
        alone = 0.0 if ends else solution.values[place + 1].range(belief)[0]
        untrusted = later if not trust else alone
        later = trust * max(stay, exploit) + (1 - trust) * game.discount * untrusted
        low, high = solution.values[place].range(belief)
        if not low - 1e-9 <= later <= high + 1e-9:
            wrong.append("value")
    return wrong


@steady
@given(trust_games(), st.floats(0.001, 0.999))
def test_nobody_gains_by_deviating(game: TrustGame, prior: float) -> None:
    assert faults(game, reputation(game), prior) == []


@steady
@given(trust_games())
def test_values_rise_with_belief(game: TrustGame) -> None:
    for steps in reputation(game).values:
        assert np.all(np.diff(steps.breaks) > 0)
        assert np.all(np.diff(steps.levels) >= -1e-12)
        assert len(steps.levels) == len(steps.breaks) + 1


def test_deviations_are_seen() -> None:
    game = TrustGame(1.0, 1.0, 0.6, 1.0, 0.8, 3)
    other = reputation(TrustGame(1.0, 2.0, 0.6, 1.0, 0.8, 3))
    assert set(faults(game, other, 0.4)) >= {"mixed trust"}


def test_the_answer_can_be_asked_for_and_written_down() -> None:
    solution = solve(TrustGame(1.0, 1.0, 0.5, 1.0, rounds=3), "reputation")
    assert json.loads(solution.to_json()) == solution.to_dict()
    assert solution.to_dict()["trust"] == [0.125, 0.25, 0.5]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gain": 0.0}, "gain and loss: expected positive"),
        ({"keep": 1.0}, "keep and exploit: expected"),
        ({"discount": 0.0}, "discount: expected"),
        ({"rounds": 0}, "rounds: expected at least 1"),
        ({"gain": [1.0, 2.0]}, "gain: expected 1 number or 3"),
        ({"loss": [[1.0]]}, "loss: expected 1 number or 3"),
        ({"loss": "x"}, "loss: expected numbers"),
        ({"loss": np.inf}, "loss: expected at least one finite"),
    ],
)
def test_games_that_make_no_sense_are_refused(changes: dict, message: str) -> None:
    whole = {"gain": 1.0, "loss": 1.0, "keep": 0.5, "exploit": 1.0, "rounds": 3}
    with pytest.raises(GameError, match=message):
        TrustGame(**(whole | changes))


def test_beliefs_and_rounds_out_of_range_are_refused() -> None:
    solution = reputation(TrustGame(1.0, 1.0, 0.5, 1.0, rounds=3))
    with pytest.raises(UsageError, match="prior"):
        solution.path(1.5)
    with pytest.raises(UsageError, match="place"):
        solution.keeping(3, 0.5)
    with pytest.raises(UsageError, match="belief"):
        solution.keeping(0, -0.5)
