"""A phase diagram as an answer: labels over a grid of one or two named numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Ints, Real


@dataclass(frozen=True)
class ToldPhase(Answer):
    """A phase diagram; arrays have the shape of the grid, the first number varying slowest.

    ``labels`` are places in the list of labels, -1 where a point was not solved. ``ranges`` are the
    stated ranges of the numbers, None where there is none.
    """

    party: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    axes: tuple[Floats, ...]
    labels: Ints
    delay: Floats
    agreement: Floats
    end_round: Floats
    solved: int
    hangs_on_selection: Real
    shares: Mapping[str, float]
    base: tuple[float, ...]
    ranges: tuple[tuple[float | None, float | None], ...]
    seed: int | None = None
