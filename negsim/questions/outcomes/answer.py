"""What question 1 returns: outcomes, equilibria and the bargaining solution of the last round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from negsim.answers import Answer, Floats


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome of the one-shot game: what it pays each party, what it is, who blocks it."""

    text: str
    payoffs: Floats
    equilibrium: bool
    efficient: bool
    bargaining: bool
    blockers: tuple[str, ...]


@dataclass(frozen=True)
class ToldEquilibrium:
    """An equilibrium in the words of the game, each by player."""

    profile: Mapping[str, Mapping[str, float]]
    payoffs: Mapping[str, float]
    regret: Mapping[str, float]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class ToldSolution(Answer):
    """What one solver found in the one-shot game, in its words."""

    method: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    equilibria: tuple[ToldEquilibrium, ...]
    complete: bool
    degenerate: bool
    message: str
    dropped: tuple[str, ...]
    residual: float | None
    components: tuple[Any, ...]
    undecided: tuple[Any, ...]


@dataclass(frozen=True)
class Outcomes:
    """Question 1's answer: the one-shot game by several methods."""

    outcomes: tuple[OutcomeRow, ...]
    status_quo: Floats
    status_quo_rule: str
    pure: ToldSolution
    two_party: ToldSolution | None
    left_out: str
    fixed: tuple[str, ...]
    logit: ToldSolution
