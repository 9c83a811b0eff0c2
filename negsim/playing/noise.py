"""What goes wrong in play: hands tremble, and what the others did is misread.

- *Execution error*: a move flips to another one with chance ``error``, each other move equally
  likely; everybody sees what was done, not what was meant. A trembling strategy is a strategy: its
  tables are those of the strategy with the chances blended (:func:`trembling`).
- *Misperception*: with chance ``misperception``, by itself in each round, a player takes what the
  others did for another joint move of theirs, each equally likely; it knows its own move. It is a
  fault of memory: what a player has seen earlier in the same round it saw rightly.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from negsim.errors import UsageError
from negsim.playing.strategy import Tables


@dataclass(frozen=True, slots=True)
class Noise:
    """The chances of an execution error and of a misperception, per player and round.

    Raises
    ------
    UsageError
        If a chance is not in [0, 1].

    >>> Noise(error=0.01)
    Noise(error=0.01, misperception=0.0)
    """

    error: float = 0.0
    misperception: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0.0 <= value <= 1.0:
                name = "noise" if field.name == "error" else field.name
                raise UsageError(f"{name} is {value:g}, expected a chance from 0 to 1")


NO_NOISE = Noise()


def trembling(tables: Tables, error: float) -> Tables:
    """Return the tables of a player whose move flips to another with chance ``error``.

    >>> trembling(Tables(0, [[[[[1.0, 0.0]]]]], [[[[0]]]]), 0.25).act.ravel()
    array([0.75, 0.25])
    """
    moves = tables.act.shape[-1]
    if moves == 1 or error == 0.0:
        return tables
    flipped = (1.0 - tables.act) / (moves - 1)
    return replace(tables, act=np.asarray((1.0 - error) * tables.act + error * flipped))
