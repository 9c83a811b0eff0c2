"""Playing for time: in which rounds and states delay is the best reply, and what it is worth.

For a player in a round without settlement (THEORY 2.4): an acceptable agreement exists and beats
leaving (S1), delay is worth more than settling (S2), talking beats leaving (S3), and the
preference for delay disappears in the *frozen game*, the same game with the channels switched off
(S4): there the player would rather sign the very package that it could sign now than talk on or
leave. A player that refuses this package with the channels off as well waits for something else.
Names of players and options never enter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from negsim.analysis.delay.attribution import (
    Attribution,
    RoundParts,
    Standings,
    attribution,
    premium_parts,
    round_parts,
    round_premium_parts,
    start_standings,
)
from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.doubt import doubts
from negsim.analysis.delay.frozen import Frozen, Plans, channels_of, frozen_prospects, solve_frozen
from negsim.analysis.delay.prospects import (
    Prospects,
    above,
    difference,
    of_start_state,
    prospects,
    something_to_sign,
    worth_of_waiting,
)
from negsim.analysis.delay.reachability import reachable
from negsim.analysis.delay.record import record_by_slips
from negsim.analysis.outcomes.one_shots import OneShots
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.last_round import last_rounds
from negsim.dynamics.path import Path, path
from negsim.errors import SolverError, UsageError
from negsim.playing.engine import exact, tabulate
from negsim.playing.reading import reading
from negsim.playing.runs import Expectation
from negsim.playing.strategy import Strategy
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.backward_induction import selections
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

LABELS = (
    "settle",
    "stalling",
    "waiting",
    "impasse",
    "fighting_on",
    "delay_untested",
    "not_decided",
)
SETTLE, STALLING, WAITING, IMPASSE, FIGHTING_ON, UNTESTED, UNDECIDED = range(len(LABELS))
DELAY = -1
"""Stands for stalling, waiting or untested delay until the frozen game is looked at."""


@dataclass(frozen=True)
class Alternatives:
    """What settling, talking and leaving are worth, also in the frozen game; axes B, T, n, S.

    ``still`` is None if the scenario has no channels: then S4 is not tested and no round is
    labelled stalling.
    """

    prospects: Prospects
    still: Frozen | None
    doubt: FloatArray | None = None
    """How far the value of delay may be off; None: not at all."""

    @property
    def frozen(self) -> Prospects | None:
        """Return the prospects in the frozen game, None without channels."""
        return None if self.still is None else self.still.prospects

    @cached_property
    def delay(self) -> FloatArray:
        """Return the value of delay: talking on minus settling; inf if nothing is acceptable."""
        return difference(self.prospects.talk, self.prospects.settle)

    @cached_property
    def cover(self) -> FloatArray:
        """Return the cover value: talking on minus leaving."""
        return difference(self.prospects.talk, self.prospects.leave)

    @cached_property
    def frozen_delay(self) -> FloatArray:
        """Return talking minus signing, with the channels off, NaN without channels.

        What is signed is the package that could best be signed in the talks themselves.
        """
        if self.still is None:
            return np.full(self.delay.shape, np.nan)
        return difference(self.still.prospects.talk, self.still.same)

    @cached_property
    def worth(self) -> FloatArray:
        """Return the worth of being able to wait: talking beyond signing or leaving."""
        found = self.prospects
        return worth_of_waiting(found.talk, found.settle, found.leave)

    @cached_property
    def premium(self) -> FloatArray:
        """Return the worth of being able to wait, less that with the channels off."""
        if self.still is None:
            return np.full(self.delay.shape, np.nan)
        found = self.still.prospects
        return self.worth - worth_of_waiting(found.talk, self.still.same, found.leave)

    @cached_property
    def round_premium(self) -> FloatArray:
        """Return the value of delay less that with the channels off, one round's cost."""
        return difference(self.delay, self.frozen_delay)

    @cached_property
    def labels(self) -> IntArray:
        """Return the label of every round and state, as places in ``LABELS``."""
        labels = labels_but_delay(self.prospects)
        kinds = np.full(labels.shape, UNTESTED) if self.still is None else delay_kinds(self.still)
        labels = decided(labels, self.prospects, self.doubt)
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
            bool(something_to_sign(found)[0, 0, player, 0]),
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


def decided(labels: IntArray, found: Prospects, doubt: FloatArray | None) -> IntArray:
    """Return labels with *not decided* where what decides them is within the doubt.

    A round that the plan concludes for certain, and one in which leaving decides, are no matter of
    the value of delay.
    """
    if doubt is None:
        return labels
    concludes = found.concludes[:, :, None, :] >= 1 - CHANCE_TOLERANCE
    compared = (labels == DELAY) | ((labels == SETTLE) & ~concludes)
    close = np.abs(difference(found.talk, found.settle)) <= doubt
    return np.where(compared & close & (doubt > 0), UNDECIDED, labels)


def delay_kinds(still: Frozen) -> IntArray:
    """Return waiting where the package is refused in the frozen game as well, stalling elsewhere.

    Refused: talking on or leaving is worth more there than signing what could be signed now. A
    player without channels of its own has no frozen game: untested.
    """
    talk, leave = still.prospects.talk, still.prospects.leave
    refused = above(talk, still.same) | above(leave, still.same)
    kinds = np.where(refused, WAITING, STALLING)
    close = np.abs(difference(np.maximum(talk, leave), still.same)) <= still.doubt
    kinds = np.where(close & (still.doubt > 0), UNDECIDED, kinds)
    return np.where(np.isnan(talk), UNTESTED, kinds)


@dataclass(frozen=True)
class Stalling:
    """The talks at a batch of points; everything is solved when it is first asked for."""

    compiled: Compiled
    points: FloatArray
    selection: str
    rules: tuple[tuple[Strategy, ...], ...] = ()
    """For each point the strategy of each party, where play is asked for."""

    @cached_property
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

    @cached_property
    def game(self) -> StochasticGame:
        """Return the talks, not solved.

        Raises
        ------
        GameError
            If a chance leaves [0, 1] or a payoff is not finite at a point.
        """
        return self.compiled.talks(self.points)

    @cached_property
    def plan(self) -> Plan:
        """Return the solved talks; errors as :attr:`game` and of the solver."""
        return solve_talks(self.game, self.selection)

    @cached_property
    def last_rounds(self) -> FloatArray:
        """Return the one-shot games, shape (B, n, moves of player 0, ...); nothing is solved."""
        return last_rounds(self.compiled, self.points)

    @cached_property
    def one_shots(self) -> OneShots:
        """Return what can come out of the one-shot games; nothing else is solved."""
        return OneShots(self.compiled, self.points, self.last_rounds)

    @cached_property
    def everywhere(self) -> Alternatives:
        """Return the comparison in every round (axis T: index + 1 to go) and state."""
        found = prospects(self.plan)
        still = frozen_prospects(self.frozen_plans, found.package)
        return Alternatives(found, still, doubts(self.plan))

    @cached_property
    def at_start(self) -> Prospects:
        """Return the prospects at the start of the talks only: axes T and S have length 1."""
        return prospects(self.plan, start_only=True)

    @cached_property
    def start(self) -> Alternatives:
        """Return the comparison at the start of the talks only: axes T and S have length 1."""
        found = self.at_start
        still = frozen_prospects(self.frozen_plans, found.package, True)
        return Alternatives(found, still, self.start_doubt)

    @cached_property
    def start_doubt(self) -> FloatArray:
        """Return how far the value of delay may be off at the start, (B, 1, n, 1)."""
        return doubts(self.plan, start_only=True)

    @cached_property
    def by_selection(self) -> dict[str, IntArray]:
        """Return the labels (B, T, n, S) under each rule of selection that has a solution."""
        found = {self.selection: self.everywhere.labels}
        for rule in selections(self.game):
            if rule not in found:
                try:
                    found[rule] = analyse(self.compiled, self.points, rule).everywhere.labels
                except SolverError:
                    continue
        return found

    @cached_property
    def depends(self) -> BoolArray:
        """Return which labels that can occur are others under another selection, (B, T, n, S)."""
        own = self.everywhere.labels
        found = np.zeros(own.shape, dtype=bool)
        for other in self.by_selection.values():
            found |= other != own
        return found & self.live[:, :, None, :]

    @cached_property
    def frozen_plans(self) -> Plans:
        """Return the solved frozen games at every point, each with the players whose it is."""
        return solve_frozen(self.compiled, self.points, self.selection)

    @cached_property
    def standings(self) -> dict[str, Standings]:
        """Return what each party with channels has at the start, with every set of them on."""
        args = (self.compiled, self.points, self.selection)
        return start_standings(*args, self.at_start, self.start.still)

    @cached_property
    def premium_parts(self) -> dict[tuple[str, str], FloatArray]:
        """Return each channel's part of each party's premium at the start, by both names, (B,)."""
        return self._parts(premium_parts)

    @cached_property
    def round_premium_parts(self) -> dict[tuple[str, str], FloatArray]:
        """Return each channel's part of each party's round premium, by both names, (B,)."""
        return self._parts(round_premium_parts)

    def _parts(
        self, split: Callable[[Standings, Sequence[str]], dict[str, FloatArray]]
    ) -> dict[tuple[str, str], FloatArray]:
        return {
            (party, channel): part
            for party, standings in self.standings.items()
            for channel, part in split(standings, self.channel_names(party)).items()
        }

    def channel_names(self, party: str) -> tuple[str, ...]:
        """Return the names of a party's channels."""
        return tuple(each.name for each in channels_of(self.compiled.scenario, party))

    @cached_property
    def start_labels(self) -> IntArray:
        """Return the labels at the start, (B, n); the frozen game is solved only where needed."""
        needed, plans = self.start_frozen
        labels = self.start_labels_but_delay
        kinds = np.full(labels.shape, UNTESTED)
        found = frozen_prospects(plans, self.at_start.package[needed], start_only=True)
        if found is not None:
            kinds[needed] = delay_kinds(found)[:, 0, :, 0]
        return np.where(labels == DELAY, kinds, labels)

    @cached_property
    def start_labels_but_delay(self) -> IntArray:
        """Return the labels at the start that need no frozen game, ``DELAY`` elsewhere, (B, n)."""
        found = self.at_start
        return decided(labels_but_delay(found), found, self.start_doubt)[:, 0, :, 0]

    @cached_property
    def start_frozen(self) -> tuple[BoolArray, Plans]:
        """Return at which points some label at the start needs frozen games, and these solved."""
        needed = (self.start_labels_but_delay == DELAY).any(axis=1)
        if not needed.any():
            return needed, ()
        return needed, solve_frozen(self.compiled, self.points[needed], self.selection)

    @cached_property
    def start_depends(self) -> BoolArray:
        """Return which labels at the start are others under another selection, (B, n).

        Where nothing that can occur ties, all rules choose alike and nothing is solved again.
        """
        needed, plans = self.start_frozen
        still = np.zeros(len(self.points), dtype=bool)
        for plan, _ in plans:
            if plan is not None:
                still[needed] |= chosen_somewhere(plan)
        found = np.zeros(self.start_labels.shape, dtype=bool)
        tied = np.flatnonzero(still | chosen_somewhere(self.plan))
        if not tied.size:
            return found
        game = self.compiled.talks(self.points[tied])
        for rule in selections(game):
            if rule != self.selection:
                for point in tied[still[tied] | self._start_moves(game, rule, tied)]:
                    found[point] |= self._start_differs(point, rule)
        return found

    def _start_moves(self, game: StochasticGame, rule: str, points: IntArray) -> BoolArray:
        """Return at which points the prospects at the start are others under a rule, or unknown."""
        try:
            plan = solve_talks(game, rule)
        except SolverError:
            return np.ones(len(points), dtype=bool)
        own = (*self.at_start, self.start_doubt)
        found = np.zeros(len(points), dtype=bool)
        for one, other in zip(own, (*prospects(plan, True), doubts(plan, True)), strict=True):
            same = (one[points] == other) | (np.isnan(one[points]) & np.isnan(other))
            found |= ~same.reshape(len(points), -1).all(axis=1)
        return found

    def _start_differs(self, point: int, rule: str) -> BoolArray:
        """Return whose label at the start differs under a rule, (n,); nobody's if it has none."""
        try:
            labels = analyse(self.compiled, self.points[[point]], rule).start_labels[0]
        except SolverError:
            return np.zeros(self.start_labels.shape[1], dtype=bool)
        return np.asarray(labels != self.start_labels[point])

    @cached_property
    def path(self) -> Path:
        """Return the predicted path of the talks."""
        return path(self.plan)

    def on_the_table(self, player: int, point: int = 0) -> str | None:
        """Return the package that a label at the start is about, in words; None if there is none.

        What the round concludes with, for everybody, or else what the player could best sign.
        """
        event = int(self.at_start.package[point, 0, player, 0])
        if self.at_start.concludes[point, 0, 0] >= 1 - CHANCE_TOLERANCE:
            event = int(self.path.events[point, 0].argmax())
        return self.compiled.outcome_text(event) if event >= 0 else None

    @cached_property
    def record_by_slips(self) -> FloatArray:
        """Return the chance of the record by how many decisions slip, (B, slips + 1)."""
        return record_by_slips(self.compiled, self.plan, self.compiled.scenario.record)

    @cached_property
    def value(self) -> FloatArray:
        """Return the expected payoffs at the start, shape (B, n)."""
        game = self.plan.game
        rows = np.arange(game.num_points)
        return np.asarray(self.plan.values[rows, game.first_index, :, game.start])

    @cached_property
    def live(self) -> BoolArray:
        """Return where the talks can be in exactly each round, (B, T, S); see ``reachability``."""
        return reachable(self.game)

    def share(self, label: int) -> FloatArray:
        """Return the share of live rounds and states with a label, per point and player (B, n)."""
        return self._share(label, self.live.astype(float))

    def share_of_path(self, label: int) -> FloatArray:
        """Return the share of the rounds that are expected to be played with a label, (B, n).

        Each round and state counts as often as the solved talks come to it; of endless talks the
        rounds that the path follows.
        """
        return self._share(label, self.path.visits(self.game))

    def _share(self, label: int, weights: FloatArray) -> FloatArray:
        hits = (self.everywhere.labels == label) * weights[:, :, None, :]
        return np.asarray(hits.sum(axis=(1, 3)) / weights.sum(axis=(1, 2))[:, None])


def chosen_somewhere(plan: Plan) -> BoolArray:
    """Return at which points the selection chose, in a round and state that can occur, (B,)."""
    return np.asarray(((plan.count > 1) & reachable(plan.game)).any(axis=(1, 2)))


def labels_with_derived(analysis: Stalling) -> IntArray | None:
    """Return the first point's labels at the start as if the scenario declared no channels, (n,).

    None if no channels can be derived.
    """
    scenario = with_channels(replace(analysis.compiled.scenario, channels=()))
    if not scenario.channels:
        return None
    base, found = analysis.points[:1], analysis.at_start
    plans = solve_frozen(compile_scenario(scenario), base, analysis.selection)
    first = Prospects._make(each[:1] for each in found)
    still = frozen_prospects(plans, first.package, start_only=True)
    return Alternatives(first, still).labels[0, 0, :, 0]


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

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> round(float(stalling(scenario).start.delay[0, 0, 0, 0]), 4)
    2.9897
    """
    return analyse(compile_scenario(scenario), selection=selection)


def attribute(analysis: Stalling, player: int) -> Attribution | None:
    """Return what a player's worth of waiting rests on at the start; None without channels.

    Of the first point, see :mod:`negsim.analysis.delay.attribution`. Cost: 2 ** channels solutions.

    Raises
    ------
    UsageError
        If a party has more than 10 channels.
    """
    own = analysis.compiled.scenario.parties[player].name
    if not analysis.channel_names(own):
        return None
    return attribution(analysis.standings[own], analysis.channel_names(own))


def attribute_rounds(analysis: Stalling, player: int) -> RoundParts:
    """Split the first point's round premium in every round; see :func:`attribution.round_parts`."""
    base = analysis.points[:1]
    package = of_start_state(solve_talks(analysis.compiled.talks(base), analysis.selection)).package
    return round_parts(analysis.compiled, base, analysis.selection, player, package)
