"""What a profile amounts to: the level of each option in effect, and the stances asked for.

Profiles that agree in both are one event, and everything that happens depends on the event alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.errors import GameError
from negsim.expressions import Expression, Stance
from negsim.scenario.model import Option, Scenario, Stay
from negsim.scenario.moves import Move

Said: TypeAlias = Mapping[tuple[str, str], np.ndarray[tuple[int], np.dtype[np.str_]]]
"""What each party says about each option in each profile, shape (A,)."""


@dataclass(frozen=True)
class Events:
    """The events of a scenario: S states, A profiles, O events.

    ``names`` lists the options, then the stance keys, then for each option that stays whether it
    begins (:func:`begins`) and whether it is ended (:func:`ended`); ``table`` has shape
    (len(names), O) and holds the level at which each option is in effect in each event (0: not),
    and 1 where the others are true; ``of`` has shape (S, A); ``possible`` (S, O) tells which
    events some profile leads to in a state.
    """

    names: tuple[str, ...]
    table: IntArray
    of: IntArray
    possible: BoolArray

    def environment(self) -> dict[str, FloatArray]:
        """Return the level of each option and truth of each stance as arrays (1, 1, O)."""
        return {
            name: row.astype(float).reshape(1, 1, -1)
            for name, row in zip(self.names, self.table, strict=True)
        }


def state_grid(scenario: Scenario) -> IntArray:
    """Return every state, shape (S, number of variables), the last variable running fastest.

    A scenario without state variables has one state, of width 0.
    """
    levels = [variable.levels for variable in scenario.state]
    count = int(np.prod(levels, dtype=np.int64))
    return np.indices(levels, dtype=np.int64).reshape(len(levels), count).T


def events(scenario: Scenario, moves: Mapping[str, tuple[Move, ...]]) -> Events:
    """Return the events of every profile in every state.

    Raises
    ------
    GameError
        If some profile's outcome breaks a rule although each party's own stances keep it.
    """
    said = stances_said(scenario, moves)
    effects, marks = _effects(scenario, said)
    _check_rules(scenario, effects, moves)
    rows = [effects[option.name] for option in scenario.options]
    keys = sorted(_asked(scenario), key=lambda stance: stance.key)
    rows += [said[stance.party, stance.option] == stance.stance for stance in keys]
    rows += [mark.astype(np.int64) for mark in marks.values()]
    names = [*(option.name for option in scenario.options), *(stance.key for stance in keys)]
    names += list(marks)
    size = (len(state_grid(scenario)), _num_profiles(moves))
    stack = np.stack([np.broadcast_to(row, size) for row in rows]).astype(np.int64)
    stack = stack.reshape(len(rows), -1)
    table, of = np.unique(stack, axis=1, return_inverse=True)
    of = of.reshape(size).astype(np.int64)
    possible = np.zeros((size[0], table.shape[1]), dtype=bool)
    possible[np.arange(size[0])[:, None], of] = True
    return Events(tuple(names), table, of, possible)


def begins(option: str) -> str:
    """Return the name of the row that tells whether an option begins to stay in effect."""
    return f"{option} begins"


def ended(option: str) -> str:
    """Return the name of the row that tells whether those who may end an option do so."""
    return f"{option} ended"


def _num_profiles(moves: Mapping[str, tuple[Move, ...]]) -> int:
    return int(np.prod([len(party) for party in moves.values()], dtype=object))


def stances_said(scenario: Scenario, moves: Mapping[str, tuple[Move, ...]]) -> Said:
    """Return what each party says about each of its options in each profile, shape (A,)."""
    shape = [len(party) for party in moves.values()]
    grid = np.indices(shape).reshape(len(shape), -1)
    said = {}
    for party, index in zip(scenario.parties, grid, strict=True):
        for option in scenario.options:
            if party.name in option.parties:
                words = np.array([move.stances[option.name] for move in moves[party.name]])
                said[party.name, option.name] = words[index]
    return said


def _effects(scenario: Scenario, said: Said) -> tuple[dict[str, IntArray], dict[str, BoolArray]]:
    """Return the level of each option, shape (1 or S, A), and the marks of those that stay.

    Single options come first: conditions may mention them.
    """
    grid = state_grid(scenario)
    environment = {
        variable.name: grid[:, [column]].astype(float)
        for column, variable in enumerate(scenario.state)
    }
    left = {v.stays: grid[:, [column]] for column, v in enumerate(scenario.state) if v.stays}
    effects: dict[str, IntArray] = {}
    marks: dict[str, BoolArray] = {}
    for option in sorted(
        scenario.options, key=lambda option: (option.joint, bool(option.conditions))
    ):
        consents = [_consent(option, party, said, environment) for party in option.parties]
        level = np.minimum.reduce(np.broadcast_arrays(*consents))
        if option.stay is not None:
            level = _staying(option, option.stay, level, left[option.name], said, marks)
        effects[option.name] = level
        if not option.joint:
            environment[option.name] = level.astype(float)
    return effects, marks


def _consent(
    option: Option, party: str, said: Said, environment: Mapping[str, FloatArray]
) -> IntArray:
    """Return the level to which a party consents, shape (1 or S, A)."""
    words = said[party, option.name][None, :]
    consent = np.zeros(words.shape, dtype=np.int64)
    for stance in option.stances(party):
        consent[words == stance] = option.consent(stance)
    if party in option.conditions:
        met = _true(option.conditions[party], environment)
        consent = np.where((words == "if") & ~met, 0, consent)
    return np.asarray(consent, dtype=np.int64)


def _staying(
    option: Option,
    stay: Stay,
    consent: IntArray,
    left: IntArray,
    said: Said,
    marks: dict[str, BoolArray],
) -> IntArray:
    """Return whether an option that stays is in effect, and mark where it begins or is ended."""
    refusals = [said[party, option.name][None, :] == "no" for party in stay.leave]
    none = np.zeros((1, consent.shape[1]), dtype=bool)
    gather = np.logical_and if stay.together else np.logical_or
    leaving = gather.reduce(refusals) if refusals else none
    marks[begins(option.name)] = (left == 0) & (consent > 0)
    marks[ended(option.name)] = (left > 0) & leaving
    stays = (left > 0) & ~(leaving & (stay.notice == 0))
    return np.asarray(marks[begins(option.name)] | stays, dtype=np.int64)


def _true(expression: Expression, environment: Mapping[str, FloatArray]) -> BoolArray:
    return np.asarray(expression.evaluate(environment) != 0)


def _check_rules(
    scenario: Scenario, effects: Mapping[str, IntArray], moves: Mapping[str, tuple[Move, ...]]
) -> None:
    """Check that no profile breaks a rule, in states whose staying options keep it."""
    environment = {name: effect.astype(float) for name, effect in effects.items()}
    before = dict.fromkeys(environment, np.zeros((1, 1)))
    for column, variable in enumerate(scenario.state):
        if variable.stays:
            before[variable.stays] = np.minimum(state_grid(scenario)[:, [column]], 1.0)
    staying = np.asarray(sum(before.values(), np.zeros((1, 1))) > 0)
    for rule in scenario.rules:
        kept = _true(rule.expression, environment)
        kept = kept | (staying & ~_true(rule.expression, before))
        if not kept.all():
            profile = int(np.argwhere(~np.atleast_2d(kept))[0][1])
            words = _profile_words(profile, moves)
            raise GameError(
                f"{scenario.path}: rules.{rule.name}: broken by the outcome of {words}, although "
                "each party's own stances keep it; expected a rule that no profile breaks"
            )


def _profile_words(profile: int, moves: Mapping[str, tuple[Move, ...]]) -> str:
    index = np.unravel_index(profile, [len(party) for party in moves.values()])
    return "; ".join(
        f"{party} ({move[int(k)].label})"
        for (party, move), k in zip(moves.items(), index, strict=True)
    )


def _asked(scenario: Scenario) -> frozenset[Stance]:
    """Return the stances that changes, ends, payoffs or costs ask about."""
    expressions = [part for change in scenario.changes for part in (change.when, change.chance)]
    expressions += [end.when for end in scenario.ends]
    terms = scenario.payoffs + scenario.costs
    expressions += [part for term in terms for part in (term.when, term.per)]
    return frozenset(stance for part in expressions for stance in part.stances())
