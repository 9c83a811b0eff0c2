"""What the signalling game of round 1 comes to, told of one outcome and of a continuum of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from negsim.analysis.signals.signal_game import passing, signal_of
from negsim.theory.signalling.game import SignallingGame


@pytest.mark.parametrize(
    ("sender", "receiver", "kind", "imitation", "indulgence"),
    [
        (
            [[[2, -1], [2, 1]], [[-2, 1], [1, -2]]],
            [[[-1, 0], [-1, 0]], [[0, 0], [0, 0]]],
            "separating",
            0.0,
            0.0,
        ),
        (
            [[[0, 0], [1, 2]], [[-2, -2], [2, 2]]],
            [[[-1, -1], [1, 0]], [[-1, 1], [-1, 0]]],
            "pooling",
            1.0,
            math.nan,
        ),
        (
            [[[2, -2], [-1, 0]], [[2, -1], [0, -1]]],
            [[[-1, 1], [-1, -1]], [[0, 0], [-1, 1]]],
            None,
            math.nan,
            math.nan,
        ),
    ],
)
def test_a_continuum_of_outcomes_is_told_by_what_all_share(
    sender: list, receiver: list, kind: str | None, imitation: float, indulgence: float
) -> None:
    game = SignallingGame(
        np.array([0.5, 0.5]), np.array(sender, dtype=float), np.array(receiver, dtype=float)
    )
    (continuum,) = passing(game)
    assert len(continuum.outcomes) > 1
    found = signal_of(game)
    assert found is not None
    assert found.kind == kind
    assert found.imitation == pytest.approx(imitation, nan_ok=True)
    assert found.indulgence == pytest.approx(indulgence, nan_ok=True)
