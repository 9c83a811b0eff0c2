"""Playing for time: in which rounds and states delay is the best reply, and what it is worth.

For a player in a round without settlement (THEORY 2.4): an acceptable agreement exists and beats
leaving (S1), delay is worth more than settling (S2), talking beats leaving (S3), and the
preference for delay disappears in the *frozen game*, the same game with the channels switched off
(S4): there the player would rather sign the very package that it could sign now than talk on or
leave. A player that refuses this package with the channels off as well waits for something else.
Names of players and options never enter.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.analysis.frozen import (
    Frozen,
    channels_of,
    frozen_prospects,
    solve_frozen,
    switch_off,
)
from negsim.analysis.one_shots import OneShots
from negsim.analysis.path import Path, path
from negsim.analysis.prospects import Prospects, of_start_state, prospects
from negsim.arrays import CHANCE_TOLERANCE, TIE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.errors import UsageError
from negsim.games.build import Compiled, compile_scenario
from negsim.games.last_round import last_rounds
from negsim.games.stochastic import StochasticGame
from negsim.lazy import lazy
from negsim.play.engine import exact, tabulate
from negsim.play.reading import reading
from negsim.play.runs import Expectation
from negsim.play.strategy import Strategy
from negsim.scenario.model import Scenario
from negsim.solvers.plan import Plan
from negsim.solvers.talks import solve_talks

LABELS = ("settle", "stalling", "waiting", "impasse", "fighting_on", "delay_untested")
SETTLE, STALLING, WAITING, IMPASSE, FIGHTING_ON, UNTESTED = range(len(LABELS))
DELAY = -1
"""Stands for stalling, waiting or untested delay until the frozen game is looked at."""


@dataclass(frozen=True)
class Comparison:
    """What settling, talking and leaving are worth, also in the frozen game; axes B, T, n, S.

    ``still`` is None if the scenario has no channels: then S4 is not tested and no round is
    labelled stalling.
    """

    prospects: Prospects
    still: Frozen | None

    @property
    def frozen(self) -> Prospects | None:
        """Return the prospects in the frozen game, None without channels."""
        return None if self.still is None else self.still.prospects

    @lazy
    def delay(self) -> FloatArray:
        """Return the value of delay: talking on minus settling; inf if nothing is acceptable."""
        return difference(self.prospects.talk, self.prospects.settle)

    @lazy
    def cover(self) -> FloatArray:
        """Return the cover value: talking on minus leaving."""
        return difference(self.prospects.talk, self.prospects.leave)

    @lazy
    def frozen_delay(self) -> FloatArray:
        """Return the value of delay in the frozen game, NaN without channels."""
        if self.frozen is None:
            return np.full(self.delay.shape, np.nan)
        return difference(self.frozen.talk, self.frozen.settle)

    @lazy
    def premium(self) -> FloatArray:
        """Return the stalling premium: value of delay minus that in the frozen game."""
        return difference(self.delay, self.frozen_delay)

    @lazy
    def labels(self) -> IntArray:
        """Return the label of every round and state, as places in ``LABELS``."""
        labels = labels_but_delay(self.prospects)
        kinds = np.full(labels.shape, UNTESTED) if self.still is None else delay_kinds(self.still)
        return np.where(labels == DELAY, kinds, labels)

    def conditions(self, player: int) -> tuple[bool, bool, bool, bool | None]:
        """Return S1 to S4 of one player at the first point, round and state; S4 None: untested."""
        found = self.prospects
        settle, talk, leave = (
            array[:1, :1, player, :1] for array in (found.settle, found.talk, found.leave)
        )
        some = bool(np.isfinite(settle[0, 0, 0]))
        kind = None if self.still is None else int(delay_kinds(self.still)[0, 0, player, 0])
        return (
            some and not above(leave, settle).any(),
            some and bool(above(talk, settle).any()),
            bool(above(talk, leave).any()),
            None if kind in (None, UNTESTED) else kind == STALLING,
        )


def labels_but_delay(found: Prospects) -> IntArray:
    """Return the labels that need no frozen game, ``DELAY`` where delay is the best reply."""
    settles = found.concludes[:, :, None, :] >= 1 - CHANCE_TOLERANCE
    fighting = above(found.leave, found.talk) & above(found.leave, found.settle)
    no_deal = above(found.leave, found.settle)
    wants_deal = ~above(found.talk, found.settle)
    cases = [settles, fighting, no_deal, wants_deal]
    cases = [np.broadcast_to(case, found.talk.shape) for case in cases]
    return np.select(cases, [SETTLE, FIGHTING_ON, IMPASSE, SETTLE], DELAY)


def delay_kinds(still: Frozen) -> IntArray:
    """Return waiting where the package is refused in the frozen game as well, stalling elsewhere.

    Refused: talking on or leaving is worth more there than signing what could be signed now. A
    player without channels of its own has no frozen game: untested.
    """
    talk, leave = still.prospects.talk, still.prospects.leave
    refused = above(talk, still.same) | above(leave, still.same)
    return np.where(np.isnan(talk), UNTESTED, np.where(refused, WAITING, STALLING))


@dataclass(frozen=True)
class Stalling:
    """The talks at a batch of points; everything is solved when it is first asked for."""

    compiled: Compiled
    points: FloatArray
    selection: str
    rules: tuple[tuple[Strategy, ...], ...] = ()
    """For each point the strategy of each party, where play is asked for."""

    @lazy
    def played(self) -> tuple[Expectation, ...]:
        """Return what the strategies bring at each point, exactly.

        Raises
        ------
        UsageError
            If no strategies were given, or they have too many joint memories to follow.
        """
        if not self.rules:
            raise UsageError("nobody was given a strategy to play, expected one or more")
        readings = [reading(self.compiled, self.game, k) for k in range(len(self.rules))]
        pairs = zip(readings, self.rules, strict=True)
        return tuple(exact(table, tabulate(table, rules)) for table, rules in pairs)

    @lazy
    def game(self) -> StochasticGame:
        """Return the talks, not solved.

        Raises
        ------
        GameError
            If a chance leaves [0, 1] or a payoff is not finite at a point.
        """
        return self.compiled.talks(self.points)

    @lazy
    def plan(self) -> Plan:
        """Return the solved talks; errors as :attr:`game` and of the solver."""
        return solve_talks(self.game, self.selection)

    @lazy
    def last_rounds(self) -> FloatArray:
        """Return the one-shot games, shape (B, n, moves of player 0, ...); nothing is solved."""
        return last_rounds(self.compiled, self.points)

    @lazy
    def one_shots(self) -> OneShots:
        """Return what can come out of the one-shot games; nothing else is solved."""
        return OneShots(self.compiled, self.points, self.last_rounds)

    @lazy
    def everywhere(self) -> Comparison:
        """Return the comparison in every round (axis T: index + 1 to go) and state."""
        found = prospects(self.plan)
        return Comparison(found, frozen_prospects(self.frozen_plans, found.package))

    @lazy
    def at_start(self) -> Prospects:
        """Return the prospects at the start of the talks only: axes T and S have length 1."""
        return prospects(self.plan, start_only=True)

    @lazy
    def start(self) -> Comparison:
        """Return the comparison at the start of the talks only: axes T and S have length 1."""
        found = self.at_start
        return Comparison(found, frozen_prospects(self.frozen_plans, found.package, True))

    @lazy
    def frozen_plans(self) -> tuple[tuple[Plan | None, tuple[int, ...]], ...]:
        """Return the solved frozen games at every point, each with the players whose it is."""
        return solve_frozen(self.compiled, self.points, self.selection)

    @lazy
    def start_labels(self) -> IntArray:
        """Return the labels at the start, (B, n); the frozen game is solved only where needed."""
        labels = labels_but_delay(self.at_start)[:, 0, :, 0]
        needed = (labels == DELAY).any(axis=1)
        kinds = np.full(labels.shape, UNTESTED)
        if needed.any():
            plans = solve_frozen(self.compiled, self.points[needed], self.selection)
            found = frozen_prospects(plans, self.at_start.package[needed], start_only=True)
            if found is not None:
                kinds[needed] = delay_kinds(found)[:, 0, :, 0]
        return np.where(labels == DELAY, kinds, labels)

    @lazy
    def path(self) -> Path:
        """Return the predicted path of the talks."""
        return path(self.plan)

    @lazy
    def value(self) -> FloatArray:
        """Return the expected payoffs at the start, shape (B, n)."""
        game = self.plan.game
        rows = np.arange(game.num_points)
        return np.asarray(self.plan.values[rows, game.first_index, :, game.start])

    @lazy
    def live(self) -> BoolArray:
        """Return the states in which talks can be, whatever is played, shape (B, S)."""
        game = self.plan.game
        found = np.zeros((game.num_points, game.num_states), dtype=bool)
        found[np.arange(game.num_points), game.start] = True
        possible = np.zeros((game.num_states, game.successors.shape[1]), dtype=bool)
        rows = np.arange(game.num_states)[:, None]
        possible[rows, game.transition_of[game.event_of]] = True
        goes = (game.chances > 0) & possible[None, :, :, None]
        while True:
            before = found.copy()
            point, state, transition, slot = np.nonzero(goes & found[:, :, None, None])
            found[point, game.successors[state, transition, slot]] = True
            if (found == before).all():
                return found

    def share(self, label: int) -> FloatArray:
        """Return the share of live states and rounds with a label, per point and player (B, n)."""
        labels = self.everywhere.labels
        rounds = np.arange(labels.shape[1]) <= self.plan.game.first_index[:, None]
        cells = rounds[:, :, None] & self.live[:, None, :]
        hits = (labels == label) & cells[:, :, None, :]
        return np.asarray(hits.sum(axis=(1, 3)) / cells.sum(axis=(1, 2))[:, None])


def difference(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return left minus right; NaN where both are infinite."""
    with np.errstate(invalid="ignore"):
        return left - right


def above(left: FloatArray, right: FloatArray) -> BoolArray:
    """Tell where a number is larger than another by more than rounding; -inf is never above."""
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(left), np.abs(right))
        close = np.abs(left - right) <= TIE_TOLERANCE * np.where(np.isfinite(size), size, 0.0)
    return (left > right) & ~close


def analyse(
    compiled: Compiled, points: FloatArray | None = None, selection: str = "mediator_best"
) -> Stalling:
    """Return the analysis of the talks at every point; they are solved when it is asked.

    Parameters
    ----------
    points
        (B, N) one value for each named number; default: the scenario's own numbers.
    selection
        which equilibrium is chosen among several, the same in both games.
    """
    points = compiled.points() if points is None else points
    return Stalling(compiled, points, selection)


def stalling(scenario: Scenario, selection: str = "mediator_best") -> Stalling:
    """Solve a scenario's talks at its own numbers and return the analysis, a batch of one.

    Raises
    ------
    GameError
        If the scenario breaks its own rules or a chance leaves [0, 1].
    """
    return analyse(compile_scenario(scenario), selection=selection)


@dataclass(frozen=True)
class Attribution:
    """A stalling premium split over the channels by Shapley value, in the player's payoff units."""

    channels: tuple[str, ...]
    contributions: tuple[float, ...]
    premium: float

    def to_dict(self) -> Mapping[str, float]:
        """Return each channel's contribution and the premium."""
        return {**dict(zip(self.channels, self.contributions, strict=True)), "total": self.premium}


def attribute(analysis: Stalling, player: int) -> Attribution | None:
    """Split the first point's premium at the start over the channels; None if it is undefined.

    Shapley value of the game whose worth is the value of delay with a set of channels on
    (Shapley 1953, "A value for n-person games"). It is undefined without channels, and where with
    some set of channels nothing is acceptable. Cost: 2 ** channels solutions.

    Raises
    ------
    UsageError
        If the scenario declares more than 10 channels.
    """
    scenario = analysis.compiled.scenario
    channels = channels_of(scenario, scenario.parties[player].name)
    names = [channel.name for channel in channels]
    if not names:
        return None
    worth = {on: float(row[0]) for on, row in delays(analysis, player).items()}
    if not all(np.isfinite(value) for value in worth.values()):
        return None
    parts = tuple(shapley(name, names, worth) for name in names)
    premium = worth[frozenset(names)] - worth[frozenset()]
    return Attribution(tuple(names), parts, float(premium))


@dataclass(frozen=True)
class RoundParts:
    """The value of delay at the start state, round after round, and its parts; arrays (T,).

    Rounds count forward. ``delay`` is ``frozen`` plus the sum of ``parts``; NaN where nothing is
    acceptable with some of the channels on.
    """

    delay: FloatArray
    frozen: FloatArray
    parts: Mapping[str, FloatArray]


def attribute_rounds(analysis: Stalling, player: int) -> RoundParts:
    """Split the first point's premium over the channels in every round, in the start state.

    Of endless talks there is one round, the same for ever. Errors and cost as :func:`attribute`.
    """
    scenario = analysis.compiled.scenario
    channels = channels_of(scenario, scenario.parties[player].name)
    names = [channel.name for channel in channels]
    worth = {on: row[::-1] for on, row in delays(analysis, player, start_only=False).items()}
    every, none = frozenset(names), frozenset[str]()
    parts = {name: np.asarray(shapley_value(name, names, worth)) for name in names}
    return RoundParts(worth[every], worth[none], parts)


def delays(
    analysis: Stalling, player: int, start_only: bool = True
) -> dict[frozenset[str], FloatArray]:
    """Return the value of delay at the first point's start state by the set of channels on.

    Arrays (T,) by rounds to go, length 1 with ``start_only``; NaN where it is not finite.

    Raises
    ------
    UsageError
        If the player has more than 10 channels.
    """
    compiled, base = analysis.compiled, analysis.points[:1]
    scenario = compiled.scenario
    channels = channels_of(scenario, scenario.parties[player].name)
    names = [channel.name for channel in channels]
    if len(names) > 10:
        raise UsageError(f"{len(names)} channels need 2^{len(names)} solutions; at most 10")
    sets = [frozenset(s) for k in range(len(names) + 1) for s in itertools.combinations(names, k)]
    off = [[each for each in channels if each.name not in on] for on in sets]
    points = np.concatenate([switch_off(compiled, base, each) for each in off])
    plan = analyse(compiled, points, analysis.selection).plan
    found = prospects(plan, start_only=True) if start_only else of_start_state(plan)
    delay = difference(found.talk, found.settle)[:, :, player, 0]
    delay = np.where(np.isfinite(delay), delay, np.nan)
    return dict(zip(sets, delay, strict=True))


def shapley(name: str, names: list[str], worth: Mapping[frozenset[str], float]) -> float:
    """Return one member's Shapley value.

    >>> worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0, frozenset("ab"): 5.0}
    >>> shapley("a", ["a", "b"], worth), shapley("b", ["a", "b"], worth)
    (2.0, 3.0)
    """
    return float(shapley_value(name, names, worth))


def shapley_value(name: str, names: list[str], worth: Mapping[frozenset[str], Any]) -> Any:
    """Return one member's Shapley value; worths are numbers, or arrays of one shape."""
    others = [other for other in names if other != name]
    total: Any = 0.0
    for size in range(len(others) + 1):
        weight = 1 / (len(names) * math.comb(len(others), size))
        for group in itertools.combinations(others, size):
            before = frozenset(group)
            total = total + weight * (worth[before | {name}] - worth[before])
    return total
