"""What holds for every repeated game: units, names, patience, and the two solvers agreeing."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.repeated.critical_discount import critical_discount
from negsim.theory.repeated.game import Monitoring, RepeatedGame
from negsim.theory.repeated.payoff_set import PayoffSet, payoff_set

steady = settings(deadline=None, derandomize=True, max_examples=60)

DIRECTIONS = np.array(
    [[math.cos(angle), math.sin(angle)] for angle in np.linspace(0, 2 * np.pi, 120)]
)
DISCOUNTS = st.sampled_from([0.0, 0.1, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875])


@st.composite
def stages(draw: st.DrawFn) -> NormalFormGame:
    """Draw a small two-player game with whole payoffs: ties are common."""
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    return NormalFormGame(draw(arrays(float, (2, *shape), elements=st.integers(-4, 4).map(float))))


def reach(points: np.ndarray) -> np.ndarray:
    """Return the support of a set in many directions; minus infinity if it is empty."""
    return (points @ DIRECTIONS.T).max(axis=0) if len(points) else np.full(120, -np.inf)


def same_set(left: np.ndarray, right: np.ndarray) -> bool:
    if not len(left) or not len(right):
        return len(left) == len(right)
    return bool(np.abs(reach(left) - reach(right)).max() < 1e-7)


def solved(stage: NormalFormGame, discount: float) -> PayoffSet:
    found = payoff_set(RepeatedGame(stage, discount))
    assert found.complete
    return found


@steady
@given(stages(), DISCOUNTS)
def test_the_set_does_not_depend_on_units(stage: NormalFormGame, discount: float) -> None:
    factor, shift = np.array([3.0, 0.125]), np.array([-7.0, 40.0])
    moved = NormalFormGame(stage.payoffs * factor[:, None, None] + shift[:, None, None])
    plain, other = solved(stage, discount), solved(moved, discount)
    assert same_set(plain.vertices, (other.vertices - shift) / factor)


@steady
@given(stages(), DISCOUNTS)
def test_the_set_does_not_depend_on_names(stage: NormalFormGame, discount: float) -> None:
    swapped = NormalFormGame(np.flip(stage.payoffs).transpose(0, 2, 1))
    plain, other = solved(stage, discount), solved(swapped, discount)
    assert same_set(plain.vertices, other.vertices[:, ::-1])


@steady
@given(stages(), DISCOUNTS, DISCOUNTS)
def test_patience_sustains_no_less(stage: NormalFormGame, one: float, other: float) -> None:
    """Abreu, Pearce and Stacchetti (1990), theorem 6."""
    less, more = (solved(stage, discount).vertices for discount in sorted((one, other)))
    assert (reach(less) <= reach(more) + 1e-7).all()


@steady
@given(stages(), DISCOUNTS)
def test_the_set_is_feasible_rational_and_holds_stage_equilibria(
    stage: NormalFormGame, discount: float
) -> None:
    found = solved(stage, discount)
    pays = stage.payoffs.reshape(2, -1).T
    assert (reach(found.vertices) <= reach(pays) + 1e-9).all()
    assert (found.vertices >= found.minmax - 1e-9).all()
    known = reach(found.vertices)
    for equilibrium in pure_equilibria(stage):
        assert (DIRECTIONS @ equilibrium.payoffs <= known + 1e-9).all()


@steady
@given(stages(), DISCOUNTS, st.sampled_from(["grim", 1, 2, 3]))
def test_a_truce_that_holds_is_in_the_set(
    stage: NormalFormGame, discount: float, punishment: str | int
) -> None:
    game = RepeatedGame(stage, discount)
    equilibria = pure_equilibria(stage)
    assume(equilibria)
    fallback = [int(mixed.argmax()) for mixed in equilibria[0].profile]
    known = reach(payoff_set(game).vertices)
    for truce in np.ndindex(*stage.num_actions):
        if critical_discount(game, truce, punishment, fallback).holds:
            pays = stage.payoffs[(slice(None), *truce)]
            assert (DIRECTIONS @ pays <= known + 1e-7).all()


@steady
@given(
    stages(), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["grim", 1, 4]), st.floats(0.1, 50)
)
def test_critical_discounts_do_not_depend_on_units(
    stage: NormalFormGame, alarm: float, detection: float, punishment: str | int, factor: float
) -> None:
    equilibria = pure_equilibria(stage)
    assume(equilibria)
    fallback = [int(mixed.argmax()) for mixed in equilibria[0].profile]
    seen = Monitoring(alarm, detection)
    found = [
        critical_discount(
            RepeatedGame(NormalFormGame(pays), 0.5, seen), (0, 0), punishment, fallback
        )
        for pays in (stage.payoffs, stage.payoffs * factor + 3.0)
    ]
    assert found[0].status == found[1].status
    assert np.allclose(found[0].critical, found[1].critical, atol=1e-6, equal_nan=True)
