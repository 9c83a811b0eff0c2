"""The words of the report: what a label says and what it does not say."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

NO_AGREEMENT = "No end of this scenario is an agreement: there is nothing to delay"

NOT_IN_TIME = "Not finished: the time limit was over."


LABEL_WORDS = {
    "settle": "settling is at least as good",
    "stalling": "delay pays, through the channels",
    "waiting": "delay pays even with the channels off",
    "impasse": "nothing acceptable beats leaving",
    "fighting_on": "leaving is best",
    "delay_untested": "delay pays, channels not declared",
    "not_decided": "not decided: within the solution's own regret",
}

LABEL_MEANING = {
    "settle": "settling now is at least as good as talking on",
    "stalling": (
        "delay is the best reply, and with the channels switched off it is not: "
        "the pattern called stalling"
    ),
    "waiting": "delay is the best reply with the channels switched off as well: waiting",
    "impasse": "no package that the others would accept beats leaving: an impasse",
    "fighting_on": "leaving the talks is the best reply",
    "delay_untested": "delay is the best reply; no channels are declared, so why is not tested",
    "not_decided": "not decided: what is better is within the regret that the solution leaves",
}

NARROWLY = ", narrowly: with shorter rounds it does not settle"
"""Said of a reading that depends on how long a round is."""

CAVEAT = (
    "The model compares assumptions. It does not tell what any real party intends, and it gives no "
    "probability of a real deal. Chances are chances in the model."
)


def percent(share: float | None) -> str:
    """Return a share as a whole percentage, a dash if there is none.

    >>> percent(0.634), percent(0.001), percent(0.9999), percent(1.0), percent(None)
    ('63 %', '<1 %', '>99 %', '100 %', '-')
    """
    if share is None or math.isnan(share):
        return "-"
    if 0 < share <= 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def amount(value: float) -> str:
    """Return a payoff with three significant figures, or why there is none.

    >>> amount(0.12345), amount(-31.06), amount(float("inf")), amount(float("nan"))
    ('0.123', '-31.1', 'none', '-')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "none"
    whole = 999.5 <= abs(value) < 1e9
    return f"{value:,.0f}" if whole else f"{value + 0.0:.3g}"


def hanging_words(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Return in words in which shares of the points labels of parties hang on the selection.

    Rows hold a party's label, the share and its interval.

    >>> hanging_words([("Ann", 0.25, 0.1, 0.4)])
    'Which equilibrium is chosen decides the label of Ann in 25 % (10 % to 40 %) of the points.'
    """
    parts = [
        f"{label} in {percent(share)} ({percent(low)} to {percent(high)})"
        for label, share, low, high in rows
    ]
    return f"Which equilibrium is chosen decides the label of {', of '.join(parts)} of the points."


def moment(unit: str, number: float | None) -> str:
    """Return an expected round in words; there is none if talks are not seen to end.

    >>> moment("week", 6.66), moment("week", None), moment("week", math.nan)
    ('week 6.7', 'no week in sight', 'no week in sight')
    """
    return f"no {unit} in sight" if number is None or math.isnan(number) else f"{unit} {number:.1f}"


def counted(number: int, noun: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "round"), counted(3, "round")
    ('1 round', '3 rounds')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def capital(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is.

    >>> capital("the label of Russia")
    'The label of Russia'
    """
    return text[:1].upper() + text[1:]


def floats(values: Any) -> Any:
    """Return nested lists as an array, None as NaN."""
    return np.array(values, dtype=float)


def groups(names: list[str]) -> list[tuple[str, int]]:
    """Return neighbouring states with the same first variable, and how many they are.

    >>> groups(["a 0, b 0", "a 0, b 1", "a 1, b 0"])
    [('a 0', 2), ('a 1', 1)]
    >>> groups(["a 0", "a 1"])
    []
    """
    firsts = [name.split(", ")[0] for name in names]
    if all("," not in name for name in names):
        return []
    return [(first, len(list(same))) for first, same in itertools.groupby(firsts)]
