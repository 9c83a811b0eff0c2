"""The value of delay over the rounds: bars that add up to the line."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.drawing.plots import delay_stack
from negsim.errors import UsageError

ROUNDS = [3, 4, 5]
DELAY = [0.5, -0.25, np.nan]
FROZEN = [-0.5, -0.5, np.nan]
CHANNELS = {"Drift": [1.25, 0.5, np.nan], "Cover": [-0.25, -0.25, np.nan]}


def test_gains_are_stacked_upward_and_losses_downward() -> None:
    figure = delay_stack(ROUNDS, DELAY, FROZEN, CHANNELS, title="T", unit="payoff", xlabel="week")
    axes = figure.axes[1]
    frozen, drift, cover = axes.patches[:3]
    assert frozen.get_data().values[:2].tolist() == [-0.5, -0.5]
    assert drift.get_data().values[:2].tolist() == [1.25, 0.5]
    assert cover.get_data().values[:2].tolist() == [-0.75, -0.75]
    assert np.asarray(cover.get_data().baseline)[:2].tolist() == [-0.5, -0.5]
    line = axes.lines[-1]
    assert line.get_ydata()[:2].tolist() == [0.5, -0.25]


def test_axes_are_named_and_everything_is_within_them() -> None:
    figure = delay_stack(ROUNDS, DELAY, FROZEN, CHANNELS, title="T", unit="payoff", xlabel="week")
    axes = figure.axes[1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("week", "payoff")
    low, high = axes.get_ylim()
    assert low < -0.75
    assert high > 1.25
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["3", "4", "5"]
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"Drift", "Cover", "value of delay", "left with the channels off"} <= words


def test_without_channels_there_is_the_line_alone() -> None:
    figure = delay_stack([1, 2], [0.5, 0.2], [0.5, 0.2], {}, title="T", unit="payoff")
    words = {text.get_text() for text in figure.axes[0].texts}
    assert "left with the channels off" not in words
    assert "value of delay" in words


def test_lengths_must_agree() -> None:
    with pytest.raises(UsageError, match="Drift"):
        delay_stack([1, 2], [0, 0], [0, 0], {"Drift": [1.0]}, title="", unit="")
    with pytest.raises(UsageError, match="rounds"):
        delay_stack([], [], [], {}, title="", unit="")
