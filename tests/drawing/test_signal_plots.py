"""Figures of beliefs, offers and monitoring: what is drawn, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.drawing.plots.belief import belief_path
from negsim.drawing.plots.monitoring import discount_curves
from negsim.drawing.plots.offers import offer_bars
from negsim.errors import UsageError


def test_belief_starts_at_the_prior_and_keeps_gaps_between_rounds() -> None:
    figure = belief_path([1, 4], {"a": [0.2, 0.3, 0.9], "b": [0.8, 0.7, 0.1]}, title="t", xlabel="")
    line = figure.axes[1].lines[1]
    assert line.get_xdata().tolist() == [0, 1, 4]
    assert line.get_ydata() == pytest.approx([80, 70, 10])
    assert figure.axes[1].get_xticklabels()[0].get_text() == "prior"


def test_offers_have_one_bar_a_type() -> None:
    figure = offer_bars(
        ["x", "y"], {"a": [1, -2], "b": [3, 4]}, ["1 bit", "0 bit"], title="", unit=""
    )
    assert [bar.get_width() for bar in figure.axes[1].patches] == [1, -2, 3, 4]


def test_discounts_that_are_none_are_not_drawn() -> None:
    figure = discount_curves([0, 1], {"a": [np.nan, 0.5]}, title="", own=(1, 0.5), patience=0.9)
    curve, patience, own = figure.axes[1].lines
    assert np.isnan(curve.get_ydata()[0])
    assert patience.get_ydata() == [0.9, 0.9]
    assert (own.get_xdata()[0], own.get_ydata()[0]) == (100, 0.5)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="increasing"):
        belief_path([2, 1], {"a": [0, 0, 0]}, title="", xlabel="")
    with pytest.raises(UsageError, match="types"):
        belief_path([1], {}, title="", xlabel="")
    with pytest.raises(UsageError, match="a note each"):
        offer_bars(["x"], {"a": [1]}, [], title="", unit="")
    with pytest.raises(UsageError, match="curves"):
        discount_curves([0, 1], {}, title="")
