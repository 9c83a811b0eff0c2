"""What a solver leaves undecided, in words: who may mix where, within which bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negsim.drawing.words import amount
from negsim.theory.normal_form.undecided import SINGULAR, TIE, UNFINISHED

TINY = 1e-9
"""Bounds this near to 0 or 1 are told as these."""

WHY = {
    SINGULAR: "Undecided, perhaps infinitely many equilibria that hang together",
    TIE: "Undecided up to rounding",
    UNFINISHED: "Not searched to the end",
}
"""What is said of a part of the space of which a solver cannot say whether it holds equilibria."""


def undecided_notes(boxes: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Return where there may be more equilibria, the first ``most`` places in words."""
    notes = [f"{WHY[box['status']]}: {box_words(box['chances'])}." for box in boxes[:most]]
    if most < len(boxes):
        notes.append(f"({most} of {len(boxes)} undecided places are told; --all tells every one.)")
    return notes


def box_words(chances: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Return bounds on the chances of every player's moves in words.

    >>> box_words({"A": {"in": [1.0, 1.0]}, "B": {"in": [0.0, 1.0], "out": [0.0, 1.0]}})
    'A: in; B: in and out at any chances'
    """
    return "; ".join(f"{player}: {mixture_words(own)}" for player, own in chances.items())


def mixture_words(chances: Mapping[str, Sequence[float]]) -> str:
    """Return bounds on the chances of one player's moves in words.

    >>> mixture_words({"in": [0.75, 1.0], "out": [0.0, 0.25], "wait": [0.0, 1e-14]})
    'in (0.75 or more), out (up to 0.25)'
    >>> mixture_words({"in": [0.2, 0.3], "out": [0.7, 0.8]})
    'in (0.2 to 0.3), out (0.7 to 0.8)'
    """
    played = {move: bounds for move, bounds in chances.items() if bounds[1] > TINY}
    if len(played) == 1:
        return next(iter(played))
    if all(low < TINY and high > 1 - TINY for low, high in played.values()):
        return f"{' and '.join(played)} at any chances"
    return ", ".join(f"{move} ({span(*bounds)})" for move, bounds in played.items())


def span(low: float, high: float) -> str:
    """Return bounds on one chance in words, of which one may be 0 or 1.

    >>> span(0.0, 0.5), span(1 - 1e-7, 1.0)
    ('up to 0.5', 'all but 1e-07 or more')
    """
    if high > 1 - TINY:
        return f"{amount(low)} or more" if low <= 0.999 else f"all but {amount(1 - low)} or more"
    return f"up to {amount(high)}" if low < TINY else f"{amount(low)} to {amount(high)}"
