"""An observed record beside the solved talks: what each round would tell about a party's type.

For each type of a party the talks are solved in logit play as if the type were known: better moves
are likelier, and moves worth nearly the same nearly as likely, so that no more is read into a word
than it was worth. The chance that a type does what was observed is that of this play in that round
and state; where what others said before is not wholly known, every possibility has the same weight.
*Naive* belief is Bayes' rule with these chances. *Sophisticated* belief takes, for the first round,
the chances of the one outcome of the signalling game that passes D1: each type knows that it is
watched. With a small chance (the tremble) any type makes any move, so that nothing is impossible.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.analysis.signals.belief import update_beliefs, wald_bounds
from negsim.analysis.signals.signal_game import message_chances
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.deadline import IN_PART, part, stop_part_if_over
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import GameError, UsageError
from negsim.playing.foresight import plan_actions
from negsim.scenario.model import Scenario
from negsim.scenario.transcript import ObservedRound
from negsim.theory.registry import solve
from negsim.theory.stochastic.plan import Plan

NAIVE, SOPHISTICATED = "naive", "sophisticated"
MODES = (NAIVE, SOPHISTICATED)
TREMBLE = 0.01
"""Chance with which any type makes any move."""

PRECISION = 3.0
"""Precision of the types' logit play, per unit of payoff."""

TELLING = 1.1
"""Likelihood ratio below which what was said is not said to distinguish types."""

ERROR_RATE = 0.05
"""Rate of both errors of the sequential test of sincerity."""


@dataclass(frozen=True, slots=True)
class TranscriptReading:
    """One observed round: ``labels`` by party, ``chances`` of what the party said by type.

    ``tells``: whether some type is at least a tenth likelier than another to say it. ``fits`` is
    the chance of what each party said in logit play of the file's own numbers, NaN if nothing was
    observed.
    """

    observed: ObservedRound
    labels: tuple[str, ...]
    fits: tuple[float, ...]
    chances: tuple[float, ...]
    tells: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A transcript followed: belief over a party's types before and after each round, (N + 1, T).

    Without types, and NaN for numbers, where a time limit was over before they were solved.
    ``evidence`` (N + 1,) is the log odds of the last type against the first, gained since the
    start; the sequential test stops at ``upper`` (for the last) or ``-lower`` (for the first).
    ``rounds_needed``: how many rounds like these it takes on average if the party is of the first
    type, or of the last.
    """

    party: str
    types: tuple[str, ...]
    mode: str
    precision: float
    readings: tuple[TranscriptReading, ...]
    beliefs: FloatArray
    evidence: FloatArray
    upper: float
    lower: float
    rounds_needed: tuple[float, float]


def follow_transcript(
    scenario: Scenario,
    rounds: Sequence[ObservedRound],
    party: str = "",
    mode: str = NAIVE,
    precision: float = PRECISION,
) -> Followed:
    """Return what a record tells about the types of a party (default: the first that has types).

    Raises
    ------
    UnknownNameError
        If there is no such party.
    UsageError
        If the mode is not known or the precision is not a number from 0.
    GameError
        If no party has types, the talks have no last round, or for sophisticated belief the
        signalling game is not there or has not one outcome.
    """
    if mode not in MODES:
        raise UsageError(f'mode "{mode}", expected {" or ".join(MODES)}')
    who = party_with_types(scenario, party)
    types, prior = types_of(scenario, who)
    compiled = compile_scenario(scenario)
    own = analyse(compiled)
    if own.plan.game.endless:
        raise GameError("talks without a last round cannot be followed; expected rounds")
    soft = solve(own.plan.game, "logit_induction", precision=precision)
    states = states_along(compiled, rounds)
    cast = part("beliefs", lambda: [solved(scenario, who, name, precision) for name in types])
    if cast is None:
        return without_beliefs(own, soft, rounds, states, who, mode, precision)
    acts = np.array(
        [[spoken(*each, who, *seen) for each in cast] for seen in zip(rounds, states, strict=True)]
    )
    if mode == SOPHISTICATED:
        acts = with_signal(scenario, who, rounds, acts)
    agrees = np.array([consistent(compiled, who, observed) for observed in rounds])
    chances = (acts * agrees[:, None, :]).sum(axis=2)
    path = update_beliefs(prior, (1 - TREMBLE) * chances + TREMBLE * agrees.mean(axis=1)[:, None])
    readings = tuple(
        read_round(own, soft, *each) for each in zip(rounds, states, chances.tolist(), strict=True)
    )
    evidence = path.log_odds[:, -1] - path.log_odds[0, -1]
    bounds = wald_bounds(ERROR_RATE, ERROR_RATE)
    shaken = (1 - TREMBLE) * acts + TREMBLE / acts.shape[2]
    needed = rounds_needed(shaken, bounds.upper, bounds.lower)
    return Followed(
        who,
        types,
        mode,
        precision,
        readings,
        path.beliefs,
        evidence,
        bounds.upper,
        bounds.lower,
        needed,
    )


def without_beliefs(
    own: Stalling,
    soft: Plan,
    rounds: Sequence[ObservedRound],
    states: Sequence[int],
    party: str,
    mode: str,
    precision: float,
) -> Followed:
    """Return what a record tells where a time limit is over before the types are solved."""
    seen = zip(rounds, states, strict=True)
    readings = tuple(read_round(own, soft, *each, []) for each in seen)
    points, nan = len(rounds) + 1, math.nan
    nothing = np.empty((points, 0)), np.full(points, nan)
    return Followed(party, (), mode, precision, readings, *nothing, nan, nan, (nan, nan))


def party_with_types(scenario: Scenario, party: str) -> str:
    """Return the party asked for, or the first that has types."""
    with_types = list(dict.fromkeys(each.party for each in scenario.types))
    if party:
        name = scenario.party(party).name
        if name not in with_types:
            raise GameError(f'"{name}" has no types; expected {", ".join(with_types) or "[types]"}')
        return name
    if not with_types:
        raise GameError("no party has types; expected a table such as [types.PARTY.NAME]")
    return with_types[0]


def types_of(scenario: Scenario, party: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the types of a party that have a chance, ``base`` last, and their priors."""
    chances = {
        each.name: scenario.value(each.prior) for each in scenario.types if each.party == party
    }
    chances["base"] = 1.0 - sum(chances.values())
    found = {name: chance for name, chance in chances.items() if chance > CHANCE_TOLERANCE}
    return tuple(found), tuple(found.values())


def solved(scenario: Scenario, party: str, name: str, precision: float) -> tuple[Compiled, Plan]:
    """Return the talks in logit play as if a type were known."""
    stop_part_if_over(IN_PART.get())
    compiled = compile_scenario(scenario.as_types({party: name}))
    return compiled, solve(compiled.talks(), "logit_induction", precision=precision)


def states_along(compiled: Compiled, rounds: Sequence[ObservedRound]) -> list[int]:
    """Return the state of each round; a variable not observed keeps its last known value."""
    known: dict[str, int] = {}
    found = []
    for observed in rounds:
        known |= observed.state
        found.append(compiled.state_index(known))
    return found


def consistent(compiled: Compiled, party: str, observed: ObservedRound) -> BoolArray:
    """Return which moves of a party agree with what was observed."""
    said = {option: word for (who, option), word in observed.said.items() if who == party}
    return np.array(
        [
            all(move.stances[option] == word for option, word in said.items())
            for move in compiled.moves[party]
        ]
    )


def spoken(
    compiled: Compiled, plan: Plan, party: str, observed: ObservedRound, state: int
) -> FloatArray:
    """Return the chance of each move of a solved party in a round and state, (moves,).

    The mean over what those who spoke before it may have said, as far as that was observed.
    """
    game = plan.game
    names = list(game.players)
    player = names.index(party)
    place = next(k for k, group in enumerate(game.order) if player in group)
    earlier = [member for group in game.order[:place] for member in group]
    possible = [np.flatnonzero(consistent(compiled, names[k], observed)) for k in earlier]
    sizes = [game.num_moves[member] for member in earlier]
    act = plan_actions(plan, player)[observed.number - 1, state]
    nodes = [
        int(np.ravel_multi_index(moves, sizes)) if sizes else 0
        for moves in itertools.product(*possible)
    ]
    return np.asarray(act[nodes].mean(axis=0))


def with_signal(
    scenario: Scenario, party: str, rounds: Sequence[ObservedRound], acts: FloatArray
) -> FloatArray:
    """Return the chances with those of round 1 as in the signalling game's outcome."""
    found = acts.copy()
    for place, observed in enumerate(rounds):
        if observed.number == 1:
            found[place] = message_chances(scenario, party)
    return found


def read_round(
    own: Stalling, soft: Plan, observed: ObservedRound, state: int, chances: list[float]
) -> TranscriptReading:
    """Return the labels of a round, how well the talks as they are fit it, and if it tells."""
    compiled = own.compiled
    index = int(soft.game.first_index[0]) - (observed.number - 1)
    labels = own.everywhere.labels[0, index, :, state]
    fits = []
    for party in compiled.scenario.parties:
        agrees = consistent(compiled, party.name, observed)
        act = spoken(compiled, soft, party.name, observed, state)
        fits.append(math.nan if agrees.all() else float(act @ agrees))
    tells = bool(chances) and max(chances) > TELLING * min(chances)
    return TranscriptReading(
        observed, tuple(LABELS[k] for k in labels), tuple(fits), tuple(chances), tells
    )


def rounds_needed(acts: FloatArray, upper: float, lower: float) -> tuple[float, float]:
    """Return how many rounds like these a sequential test of the first against the last type takes.

    Wald's approximation (1945, section 4.1) with the mean information of the rounds, for either
    type; inf where they carry none. ``acts`` has shape (rounds, types, moves), all above 0.
    """
    ratio = np.log(acts[:, -1]) - np.log(acts[:, 0])
    first = -(acts[:, 0] * ratio).sum(axis=1).mean()
    last = (acts[:, -1] * ratio).sum(axis=1).mean()
    walk_first = (1 - ERROR_RATE) * lower - ERROR_RATE * upper
    walk_last = (1 - ERROR_RATE) * upper - ERROR_RATE * lower
    return (
        walk_first / first if first > CHANCE_TOLERANCE else math.inf,
        walk_last / last if last > CHANCE_TOLERANCE else math.inf,
    )
