"""Talks made ready to be played: with a horizon, and private types drawn from their priors.

A party of a private type has its own payoffs and discount, and plays the tables that its strategy
makes of them: it reads its own numbers rightly and takes all the others for their base type. Only
a strategy that answers the others is told whom it faces, types included.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from negsim.analysis.delay.prospects import prospects
from negsim.arrays import BoolArray, FloatArray, IntArray, frozen
from negsim.deadline import has_limit, is_over, leave_out
from negsim.dynamics.build import Compiled
from negsim.playing.chance import key_of, uniforms
from negsim.playing.engine import (
    LongPlayError,
    cells,
    check_room,
    check_sizes,
    exact,
    play,
    said_to_nobody,
    tabulate,
)
from negsim.playing.horizon import AS_FILED, Horizon, course
from negsim.playing.noise import NO_NOISE, Noise
from negsim.playing.observation import board
from negsim.playing.offers import OfferTables
from negsim.playing.reading import Reading
from negsim.playing.reading import reading as read_talks
from negsim.playing.runs import Expectation, Runs
from negsim.playing.strategy import Strategy, Tables
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.solve import solve_talks

BASE = "base"

MOST_CELLS = 1 << 20
"""Most states times joint memories that are followed where runs are drawn as well."""

MOST_STEPS = 1 << 29
"""Most steps in which they are followed: less than a minute of work."""

LOT = 1 << 14
"""Runs that are played before it is looked whether the time is over."""


@dataclass(frozen=True)
class Stage:
    """Talks ready to be played; point k of ``played`` is what the parties have in type profile k.

    Attributes
    ----------
    types
        for each profile the name of each party's type.
    chances
        (K,) the chance of each profile.
    left
        weight of what is left when talks without a last round are left off.
    """

    compiled: Compiled
    read: StochasticGame
    played: StochasticGame
    types: tuple[tuple[str, ...], ...]
    chances: FloatArray
    left: float

    @cached_property
    def offers(self) -> tuple[OfferTables, ...]:
        """Return what counts as a non-serious offer in each type profile; the talks are solved."""
        game = self.read
        found = prospects(solve_talks(game))
        is_open = np.isfinite(found.settle) & (found.settle >= found.leave)
        order = game.first_index[:, None] - np.arange(int(game.rounds.max()))
        consents, effect = consents_of(self.compiled), effects_of(self.compiled)
        return tuple(
            OfferTables(consents, effect, frozen(is_open[point, order[point]].swapaxes(0, 1)))
            for point in range(len(self.types))
        )

    def reading(self, profile: int, player: int) -> Reading:
        """Return the talks as a party reads them: its own type, the others' base types."""
        own = self.types[profile][player]
        alone = tuple(own if other == player else BASE for other in range(len(self.types[0])))
        return self._readings[self.types.index(alone)]

    @cached_property
    def _readings(self) -> tuple[Reading, ...]:
        return tuple(read_talks(self.compiled, self.read, k) for k in range(len(self.types)))


def stage(
    compiled: Compiled,
    game: StochasticGame | None = None,
    *,
    horizon: Horizon = AS_FILED,
) -> Stage:
    """Return a scenario's talks ready to be played.

    Parameters
    ----------
    game
        the talks at the scenario's numbers, without looking at types; they are filled in if left
        out, one point for each profile of types.

    Raises
    ------
    GameError
        If a chance leaves [0, 1] or a payoff is not finite.
    """
    parties = len(compiled.scenario.parties)
    names: tuple[tuple[str, ...], ...] = ((BASE,) * parties,)
    chances = np.ones(1)
    if game is None:
        names, chances = type_profiles(compiled.scenario)
        game = compiled.talks(type_points(compiled, names))
    found = course(game, horizon)
    return Stage(compiled, found.read, found.played, names, frozen(chances), found.left)


def check_stage(ready: Stage, runs: int) -> None:
    """Check, before anything is solved, that talks can be played so long and so often.

    Raises
    ------
    UsageError
        If the record of the runs or the tables of a party would be too large; the message says how
        large.
    """
    check_room(ready.played, runs)
    sizes = board(ready.read, 0)
    check_sizes(sizes, range(len(sizes.names)))


def type_profiles(scenario: Scenario) -> tuple[tuple[tuple[str, ...], ...], FloatArray]:
    """Return every profile of types, one name a party, and their chances (K,).

    Types of different parties are independent; what the priors leave is the base type.
    """
    names, chances = [], []
    for party in scenario.parties:
        own = [each for each in scenario.types if each.party == party.name]
        priors = [scenario.value(each.prior) for each in own]
        names.append([BASE, *(each.name for each in own)])
        chances.append([max(1.0 - sum(priors), 0.0), *priors])
    weights = [float(np.prod(row)) for row in itertools.product(*chances)]
    return tuple(itertools.product(*names)), np.array(weights)


def type_points(compiled: Compiled, profiles: Sequence[Sequence[str]]) -> FloatArray:
    """Return the points (K, N) of the numbers that the parties have in each profile of types."""
    points = np.repeat(compiled.points(), len(profiles), axis=0)
    own = {(each.party, each.name): each.set for each in compiled.scenario.types}
    for row, profile in enumerate(profiles):
        for party, name in zip(compiled.scenario.parties, profile, strict=True):
            for number, value in own.get((party.name, name), {}).items():
                points[row, compiled.names.index(number)] = float(value)
    return points


def consents_of(compiled: Compiled) -> BoolArray:
    """Return whether each move consents to each joint option, conditionally or not, (n, M, J)."""
    joint = [option.name for option in compiled.scenario.options if option.joint]
    width = max(len(party) for party in compiled.moves.values())
    found = np.zeros((len(compiled.moves), width, len(joint)), dtype=bool)
    for player, party in enumerate(compiled.moves.values()):
        for place, move in enumerate(party):
            found[player, place] = [move.stances.get(name, "no") != "no" for name in joint]
    return frozen(found)


def effects_of(compiled: Compiled) -> BoolArray:
    """Return whether each joint option is in effect in each event, (J, O)."""
    options = compiled.scenario.options
    joint = [place for place, option in enumerate(options) if option.joint]
    return frozen(compiled.events.table[joint] > 0)


@dataclass(frozen=True)
class Casting:
    """The tables that strategies make of a stage; each makes them once for each type of a party."""

    ready: Stage
    known: dict[tuple[int, str, Strategy], Tables] = field(default_factory=dict)

    def lineup(self, rules: Sequence[Strategy]) -> tuple[tuple[Tables, ...], ...]:
        """Return everybody's tables in each type profile.

        A strategy that answers the others makes its tables anew for each line-up. Errors as
        :func:`negsim.playing.engine.tabulate`.
        """
        return tuple(self.row(profile, rules) for profile in range(len(self.ready.types)))

    def row(self, profile: int, rules: Sequence[Strategy]) -> tuple[Tables, ...]:
        """Return everybody's tables in one type profile."""
        types = self.ready.types[profile]
        tables = [self.ready.reading(profile, player) for player in range(len(types))]
        keys = [(k, name, rule) for k, (name, rule) in enumerate(zip(types, rules, strict=True))]
        known = {key[0]: self.known[key] for key in keys if key in self.known}
        found = tabulate(tables, rules, known)
        for key, made in zip(keys, found, strict=True):
            if not key[2].answers_others:
                self.known[key] = made
        return found


def cast(ready: Stage, rules: Sequence[Strategy]) -> tuple[tuple[Tables, ...], ...]:
    """Return everybody's tables in each type profile; errors as :meth:`Casting.lineup`."""
    return Casting(ready).lineup(rules)


def play_stage(
    ready: Stage,
    lineup: Sequence[Sequence[Tables]],
    *,
    runs: int,
    seed: int,
    noise: Noise = NO_NOISE,
    threads: int = 1,
    offers: bool = False,
    progress: Callable[[int, int], None] = said_to_nobody,
    at_least: int | None = None,
) -> tuple[Runs, IntArray]:
    """Return runs of the talks and the type profile (R,) of each, drawn from the priors.

    ``offers`` asks that non-serious offers be counted; ``progress`` is called with the number of
    runs played and of all runs. Once the time is over no more than ``at_least`` of the runs are
    begun, by default all of them. Errors as :func:`negsim.playing.engine.play`.
    """
    check_room(ready.played, runs)
    drawn = draw_types(ready.chances, runs, seed)
    parts: list[tuple[IntArray, Runs]] = []
    for numbers in lots_by_type(drawn, runs if at_least is None else at_least):
        profile = drawn[numbers[0]]
        before = sum(len(own) for own, _ in parts)

        def further(done: int, _total: int, before: int = before) -> None:
            progress(before + done, runs)

        played = play(
            ready.played,
            lineup[profile],
            runs=len(numbers),
            seed=seed,
            point=int(profile),
            noise=noise,
            offers=ready.offers[profile] if offers else None,
            numbers=numbers,
            threads=threads,
            progress=further,
        )
        parts.append((numbers, played))
    done = sum(len(own) for own, _ in parts)
    return (parts[0][1] if len(parts) == 1 else gathered(parts, done)), drawn[:done]


def lots_by_type(drawn: IntArray, at_least: int) -> Iterator[IntArray]:
    """Yield the numbers of runs of one type profile each, lot by lot until the time is over.

    A lot has runs of all profiles, so that those that are played are drawn from the priors. Without
    a limit all runs are one lot.
    """
    runs = len(drawn)
    first, stop = 0, max(LOT, at_least) if has_limit() else runs
    while first < runs:
        if first and is_over():
            leave_out(f"{first:,} of {runs:,} runs")
            return
        lot = drawn[first:stop]
        for profile in np.unique(lot):
            yield first + np.flatnonzero(lot == profile)
        first, stop = stop, stop + LOT


def draw_types(chances: FloatArray, runs: int, seed: int) -> IntArray:
    """Return the type profile of each run, (R,); the same for a run however many there are."""
    if len(chances) == 1:
        return np.zeros(runs, dtype=np.int64)
    key = key_of(np.random.default_rng([seed, 1]))
    luck = uniforms(key, np.arange(runs), 0)
    drawn = np.searchsorted(np.cumsum(chances), luck, side="right")
    return np.minimum(drawn, int(np.flatnonzero(chances)[-1])).astype(np.int64)


def gathered(parts: Sequence[tuple[IntArray, Runs]], runs: int) -> Runs:
    """Return runs that were played in parts, each with the numbers of its runs, in one record."""
    found = {}
    for name in names_of(Runs):
        first = getattr(parts[0][1], name)
        whole = np.empty((runs, *first.shape[1:]), dtype=first.dtype)
        for numbers, played in parts:
            whole[numbers] = getattr(played, name)
        found[name] = frozen(whole)
    return Runs(parts[0][1].game, **found)


def expect_stage(
    ready: Stage,
    lineup: Sequence[Sequence[Tables]],
    *,
    noise: Noise = NO_NOISE,
    offers: bool = False,
    most_steps: float = math.inf,
) -> Expectation:
    """Return what is expected of play exactly, over the types; errors as `exact` of the engine.

    ``most_steps`` may be taken for each profile of types.
    """
    rows = []
    for profile, tables in enumerate(lineup):
        counted = ready.offers[profile] if offers else None
        rows.append(
            exact(
                ready.played,
                tables,
                point=profile,
                noise=noise,
                offers=counted,
                most_steps=most_steps,
            )
        )
    mixed = {
        name: frozen(np.tensordot(ready.chances, np.stack([getattr(r, name) for r in rows]), 1))
        for name in names_of(Expectation)
    }
    return Expectation(ready.played, **mixed)


def expect_if_small(
    ready: Stage, lineup: Sequence[Sequence[Tables]], noise: Noise = NO_NOISE
) -> Expectation | None:
    """Return what is expected, offers counted; none if that is more than a minute of work."""
    if any(cells(ready.played, tables) > MOST_CELLS for tables in lineup):
        return None
    try:
        most = MOST_STEPS // len(lineup)
        return expect_stage(ready, lineup, noise=noise, offers=True, most_steps=most)
    except LongPlayError:
        return None


def names_of(kind: type[Runs] | type[Expectation]) -> list[str]:
    """Return the names of the arrays of a record, the game left out."""
    return [each.name for each in fields(kind) if each.name != "game"]
