"""A part of the space of profiles of which a solver cannot say whether it holds equilibria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from negsim.theory.normal_form.game import Profile

SINGULAR = "singular"
"""Equilibria may form a continuum here, or one may be degenerate."""

TIE = "tie"
"""One isolated profile at which a chance or a payoff difference is zero up to rounding."""

UNFINISHED = "unfinished"
"""The work allowed was used up."""


@dataclass(frozen=True, slots=True, eq=False)
class UndecidedBox:
    """Bounds on the chance of every action, between which there may be equilibria, and why.

    ``low`` and ``high`` hold one array per player; an action with ``high`` zero is not played.
    """

    low: Profile
    high: Profile
    status: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the box in the words of the game; actions that are not played are left out.

        Examples
        --------
        >>> import numpy as np
        >>> low, high = (np.array([0.0, 0.0]),), (np.array([1.0, 0.0]),)
        >>> UndecidedBox(low, high, SINGULAR, ("A",), (("stay", "go"),)).to_dict()["chances"]
        {'A': {'stay': [0.0, 1.0]}}
        """
        chances = {
            player: {
                action: [float(least), float(most)]
                for action, least, most in zip(own, low, high, strict=True)
                if most > 0
            }
            for player, own, low, high in zip(
                self.players, self.actions, self.low, self.high, strict=True
            )
        }
        return {"status": self.status, "chances": chances}
