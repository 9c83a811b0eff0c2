"""How much work and memory one solution of the talks takes, before anything is built.

The counts are upper bounds of what the solver loops over and holds; the constants that turn them
into seconds and bytes were measured on one processor. They tell minutes from days, not 50 seconds
from 60.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from negsim.expressions import Expression
from negsim.scenario.model import Option, Scenario
from negsim.scenario.read.lines import Place

PAYOFF_SECONDS = 4e-9
"""Time to weigh one payoff of one player."""

DEVIATION_SECONDS = 8e-8
"""Time to look at one joint deviation of those who complete an option."""

CELL_SECONDS = 2e-5
"""Time of a round and state apart from that: what follows, prospects, labels."""

ENDLESS_ROUNDS = 400
"""Rounds after which endless talks have usually settled."""

NUMBER = 8
"""Bytes of a number."""

COPIES = 4
"""Arrays of its size that are alive while the events are told apart, or a game is filled in."""


@dataclass(frozen=True, slots=True)
class Multipliers:
    """What multiplies the work: moves by party, joint options by their parties, states, rounds."""

    moves: Mapping[str, int]
    coalitions: tuple[tuple[str, ...], ...]
    order: tuple[tuple[str, ...], ...]
    states: int
    rounds: int
    rows: int
    events: int
    ends: int
    solutions: int
    """Plans held at the same time: with channels, the frozen game's as well."""

    @property
    def profiles(self) -> int:
        """Return the number of joint moves."""
        return math.prod(self.moves.values())

    def estimate(self) -> Estimate:
        """Return what one solution takes."""
        return Estimate(self._seconds(), self._bytes())

    def _seconds(self) -> float:
        """Return the time of backward induction: every node of every round and state."""
        players, nodes, found = len(self.moves), 1, 0.0
        for group in self.order:
            joint = math.prod(self.moves[name] for name in group)
            found += nodes * joint * players * PAYOFF_SECONDS * max(len(group), 1)
            if len(group) > 1:
                found += nodes * joint * self._deviations(group) * DEVIATION_SECONDS
            nodes *= joint
        found += self.events * players * PAYOFF_SECONDS + CELL_SECONDS
        return float(self.states) * self.rounds * found

    def _deviations(self, group: tuple[str, ...]) -> int:
        """Return the joint deviations of those in a group who complete a joint option."""
        together = ([name for name in who if name in group] for who in self.coalitions)
        return sum(math.prod(self.moves[name] for name in who) for who in together if who)

    def _bytes(self) -> float:
        """Return the memory of the events, the game's arrays, and the plan with its analysis."""
        cells = float(self.states) * self.profiles
        players, nodes, width = len(self.moves), 0, 0
        before = 1
        for group in self.order:
            nodes += before
            before *= math.prod(self.moves[name] for name in group)
            if len(group) > 1:
                width = max(width, sum(self.moves[name] for name in group))
        told_apart = self.rows * cells * COPIES
        game = self.states * self.events * (2.0 * players + 2 * self.ends) * COPIES
        plan = (
            self.solutions
            * float(self.rounds)
            * self.states
            * (10 * players + nodes * (1 + width) + 6)
        )
        return NUMBER * (told_apart + game + plan)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds and bytes of one solution of the talks."""

    seconds: float
    bytes: float

    def times(self, solutions: float) -> Estimate:
        """Return what a number of solutions one after the other take."""
        return replace(self, seconds=self.seconds * solutions)

    def __str__(self) -> str:
        return f"about {duration(self.seconds)} and {memory(self.bytes)}"


def duration(seconds: float) -> str:
    """Return a time in words.

    >>> duration(90), duration(7_300), duration(1e7), duration(1e12)
    ('2 minutes', '2 hours', '116 days', 'years')
    """
    for size, name in ((60, "second"), (3_600, "minute"), (86_400, "hour"), (31_536_000, "day")):
        if seconds < size:
            unit = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}[name]
            count = max(round(seconds / unit), 1)
            return f"{count:,} {name}{'s' if count != 1 else ''}"
    return "years"


def memory(count: float) -> str:
    """Return a number of bytes in words.

    >>> memory(5e6), memory(3.2e9), memory(1e30)
    ('5 MB', '3 GB', 'more memory than there is')
    """
    if count >= 1e15:
        return "more memory than there is"
    return f"{count / 1e9:,.0f} GB" if count >= 1e9 else f"{max(count / 1e6, 1):,.0f} MB"


def sizes(scenario: Scenario, moves: Mapping[str, int]) -> Multipliers:
    """Return the sizes of a scenario whose parties have some numbers of moves."""
    stays = sum(option.stay is not None for option in scenario.options)
    levels = math.prod(option.top + 1 for option in scenario.options)
    profiles = math.prod(moves.values())
    asked = {stance.key for part in _asking(scenario) for stance in part.stances()}
    return Multipliers(
        dict(moves),
        tuple(option.parties for option in scenario.options if option.joint),
        tuple(tuple(group) for group in scenario.talks.order),
        math.prod(variable.levels for variable in scenario.state),
        scenario.rounds or ENDLESS_ROUNDS,
        len(scenario.options) + len(asked) + 2 * stays,
        min(profiles, levels << len(asked) + 2 * stays),
        len(scenario.ends) + 1,
        2 if scenario.channels else 1,
    )


def _asking(scenario: Scenario) -> Iterator[Expression]:
    for change in scenario.changes:
        yield from (change.when, change.chance)
    for end in scenario.ends:
        yield end.when
    for term in (*scenario.payoffs, *scenario.costs):
        yield from (term.when, term.per)


def easier(scenario: Scenario, large: Multipliers) -> Iterator[tuple[Place, str, Multipliers]]:
    """Yield what could be dropped, where it stands and what would be left."""
    if scenario.rounds > 1:
        fewer = replace(large, rounds=max(large.rounds // 10, 1))
        yield ("talks", "rounds"), f"{fewer.rounds:,} rounds", fewer
    for variable in scenario.state:
        half = max(variable.levels // 2, 1)
        fewer = replace(large, states=large.states // variable.levels * half)
        yield ("state", variable.name), f"{half} levels of {variable.name}", fewer
    for option in scenario.options:
        yield ("options", option.name), f"no {option.name}", without(large, option)


def without(large: Multipliers, option: Option) -> Multipliers:
    """Return the sizes without an option: each of its parties has fewer moves."""
    moves = {
        name: max(count // len(option.stances(name)), 1) if name in option.parties else count
        for name, count in large.moves.items()
    }
    coalitions = list(large.coalitions)
    if option.joint:
        coalitions.remove(option.parties)
    events = max(large.events // (option.top + 1), 1)
    return replace(large, moves=moves, coalitions=tuple(coalitions), events=events)


def to_drop(
    scenario: Scenario, large: Multipliers, of_memory: bool, solutions: int = 1
) -> tuple[Place, str]:
    """Return where and what to drop, that which brings the estimate down most, in words."""

    def left(choice: tuple[Place, str, Multipliers]) -> float:
        found = choice[2].estimate()
        return found.bytes if of_memory else found.seconds

    choices = list(easier(scenario, large))
    if not choices:
        return ("options",), "expected fewer options"
    place, words, fewer = min(choices, key=left)
    found = fewer.estimate().times(solutions)
    told = memory(found.bytes) if of_memory else duration(found.seconds)
    return place, f"with {words} it would be about {told}"
