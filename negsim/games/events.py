"""What a profile amounts to: which options are in effect, and which asked-for stances were taken.

Profiles that agree in both are one event, and everything that happens depends on the event alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.errors import GameError
from negsim.expressions import Expression, Stance
from negsim.scenario.model import Option, Scenario
from negsim.scenario.moves import Move


@dataclass(frozen=True)
class Events:
    """The events of a scenario: S states, A profiles, O events.

    ``names`` lists the options and then the stance keys; ``table`` has shape (len(names), O) and
    holds whether each is true in each event; ``of`` has shape (S, A); ``possible`` (S, O) tells
    which events some profile leads to in a state.
    """

    names: tuple[str, ...]
    table: BoolArray
    of: IntArray
    possible: BoolArray

    def environment(self) -> dict[str, FloatArray]:
        """Return the truth of each option and stance as arrays of shape (1, 1, O)."""
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
    said = _stances(scenario, moves)
    effects = _effects(scenario, said)
    _check_rules(scenario, effects, moves)
    rows = [effects[option.name] for option in scenario.options]
    keys = sorted(_asked(scenario), key=lambda stance: stance.key)
    rows += [said[stance.party, stance.option] == stance.stance for stance in keys]
    names = [option.name for option in scenario.options] + [stance.key for stance in keys]
    size = (len(state_grid(scenario)), _num_profiles(moves))
    stack = np.stack([np.broadcast_to(row, size) for row in rows]).reshape(len(rows), -1)
    table, of = np.unique(stack, axis=1, return_inverse=True)
    of = of.reshape(size).astype(np.int64)
    possible = np.zeros((size[0], table.shape[1]), dtype=bool)
    possible[np.arange(size[0])[:, None], of] = True
    return Events(tuple(names), table, of, possible)


def _num_profiles(moves: Mapping[str, tuple[Move, ...]]) -> int:
    return int(np.prod([len(party) for party in moves.values()], dtype=object))


def _stances(
    scenario: Scenario, moves: Mapping[str, tuple[Move, ...]]
) -> dict[tuple[str, str], np.ndarray[tuple[int], np.dtype[np.str_]]]:
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


def _effects(
    scenario: Scenario,
    said: Mapping[tuple[str, str], np.ndarray[tuple[int], np.dtype[np.str_]]],
) -> dict[str, BoolArray]:
    """Return whether each option is in effect, shape (1 or S, A); single options come first."""
    grid = state_grid(scenario)
    environment = {
        variable.name: grid[:, [column]].astype(float)
        for column, variable in enumerate(scenario.state)
    }
    effects: dict[str, BoolArray] = {}
    for option in sorted(
        scenario.options, key=lambda option: (option.joint, bool(option.conditions))
    ):
        consents = [_consent(option, party, said, environment) for party in option.parties]
        effects[option.name] = np.logical_and.reduce(np.broadcast_arrays(*consents))
        if not option.joint:
            environment[option.name] = effects[option.name].astype(float)
    return effects


def _consent(
    option: Option,
    party: str,
    said: Mapping[tuple[str, str], np.ndarray[tuple[int], np.dtype[np.str_]]],
    environment: Mapping[str, FloatArray],
) -> BoolArray:
    words = said[party, option.name][None, :]
    consent = words == "yes"
    if party in option.conditions:
        consent = consent | ((words == "if") & _true(option.conditions[party], environment))
    return np.asarray(consent, dtype=bool)


def _true(expression: Expression, environment: Mapping[str, FloatArray]) -> BoolArray:
    return np.asarray(expression.evaluate(environment) != 0)


def _check_rules(
    scenario: Scenario, effects: Mapping[str, BoolArray], moves: Mapping[str, tuple[Move, ...]]
) -> None:
    environment = {name: effect.astype(float) for name, effect in effects.items()}
    for rule in scenario.rules:
        kept = _true(rule.expression, environment)
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
