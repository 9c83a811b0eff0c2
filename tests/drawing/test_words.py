"""Shares and amounts in few characters, labels in words that say nothing about intent."""

from __future__ import annotations

import math

import pytest

from negsim.analysis.delay.stalling import LABELS
from negsim.drawing.words import CAVEAT, LABEL_MEANING, LABEL_WORDS, amount, percent


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1e-12, "<1 %"),
        (0.005, "<1 %"),
        (0.00501, "1 %"),
        (0.634, "63 %"),
        (0.9949, "99 %"),
        (0.995, ">99 %"),
        (1 - 1e-12, ">99 %"),
        (1, "100 %"),
        (math.nan, "-"),
        (None, "-"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.12345, "0.123"),
        (-31.06, "-31.1"),
        (999.4, "999"),
        (999.7, "1,000"),
        (-999.7, "-1,000"),
        (1234567.0, "1,234,567"),
        (3e12, "3e+12"),
        (1e-7, "1e-07"),
        (math.inf, "none"),
        (-math.inf, "none"),
        (math.nan, "-"),
    ],
)
def test_an_amount_has_three_figures(value: float, text: str) -> None:
    assert amount(value) == text


def test_every_label_has_words_that_say_nothing_about_intent() -> None:
    assert list(LABEL_WORDS) == list(LABEL_MEANING) == list(LABELS)
    for text in (*LABEL_WORDS.values(), *LABEL_MEANING.values(), CAVEAT):
        assert not {"wants", "intends", "stalls"} & set(text.split())
