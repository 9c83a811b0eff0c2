"""What a number may be, so that nobody solves a game that the format forbids."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from negsim.arrays import BoolArray, FloatArray

LARGEST = Decimal(10) ** 15
"""Largest absolute value of a number."""

MAX_ROUNDS = 10_000
"""Most rounds of talks that end."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a number may take, and the words for them."""

    words: str
    low: Decimal
    high: Decimal
    whole: bool = False

    def admits(self, value: Decimal) -> bool:
        """Tell whether the number may have the value.

        >>> CHANCE.admits(Decimal("0.5")), CHANCE.admits(Decimal("NaN"))
        (True, False)
        """
        inside = value.is_finite() and self.low <= value <= self.high
        return inside and not (self.whole and value % 1)

    def admitted(self, values: FloatArray) -> BoolArray:
        """Tell which values the number may have; NaN is none.

        >>> ROUNDS.admitted(np.array([0.0, 1.0, 2.5]))
        array([False,  True, False])
        """
        inside = (values >= float(self.low)) & (values <= float(self.high))
        return inside & (np.floor(values) == values) if self.whole else inside


ANY = Domain("a number between -1e15 and 1e15", -LARGEST, LARGEST)
CHANCE = Domain("a chance within [0, 1]", Decimal(0), Decimal(1))
DISCOUNT = Domain("a discount above 0 and at most 1", Decimal("1e-40"), Decimal(1))
ENDING = Domain("a chance above 0 and at most 1", Decimal("1e-9"), Decimal(1))
ROUNDS = Domain(f"a whole number from 1 to {MAX_ROUNDS:,}", Decimal(1), Decimal(MAX_ROUNDS), True)


def start_domain(levels: int) -> Domain:
    """Return the values at which a state variable may start."""
    return Domain(f"a whole number from 0 to {levels - 1}", Decimal(0), Decimal(levels - 1), True)
