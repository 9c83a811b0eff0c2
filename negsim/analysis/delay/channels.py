"""Channels, declared in a scenario or derived from it: the ways in which delay may pay.

A scenario that declares channels is taken at its word. From one that declares none, three kinds
are derived, at its own numbers:

- *drift*: the chances of the changes that move a state variable on which some payoff of an
  agreement depends. A chance that is a number of its own becomes nought; one that is an expression
  is stopped by a parameter, or by all its parameters, that nothing else uses.
- *cover*, for each party: its payoffs by round that are never negative, are paid in some round
  without an agreement, and never in a round that brings one.
- *truce benefit*, for each party: its payoffs by round that are never negative and are paid only
  while a joint option is in effect (any option, if none is joint), in some round without an
  agreement.

What cannot be switched off by numbers is no channel, and where that is so of a change nothing is
derived: half a frozen game would mislead. Sweeps and levers use the channels that are there; only
:func:`with_channels` derives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.dynamics.build import Compiled, compile_scenario, feature
from negsim.scenario.model import Change, Channel, Scenario, Term

Origin: TypeAlias = Literal["declared", "derived", "none"]


@dataclass(frozen=True, slots=True)
class DerivedChannel(Channel):
    """A channel that the scenario does not declare."""


def with_channels(scenario: Scenario) -> Scenario:
    """Return the scenario with channels derived if it declares none; otherwise as it is.

    Without anything to derive, or where a change cannot be stopped, it stays without channels.
    """
    if scenario.channels:
        return scenario
    return replace(scenario, channels=derived(compile_scenario(scenario)))


def origin(scenario: Scenario) -> Origin:
    """Return where a scenario's channels come from."""
    if not scenario.channels:
        return "none"
    own = any(not isinstance(each, DerivedChannel) for each in scenario.channels)
    return "declared" if own else "derived"


def derived(compiled: Compiled) -> tuple[DerivedChannel, ...]:
    """Return the channels that can be derived from a scenario, at its own numbers.

    None if no end is an agreement: there is nothing to delay.
    """
    scenario = compiled.scenario
    if not any(end.kind == "agreement" for end in scenario.ends):
        return ()
    drift: dict[str, Decimal] = {}
    for change in moving_changes(compiled):
        stopping = numbers_that_stop(compiled, change)
        if not stopping:
            return ()
        drift |= dict.fromkeys(stopping, Decimal(0))
    found = [DerivedChannel("drift", "What a settlement pays moves", MappingProxyType(drift))]
    found = found if drift else []
    for party in scenario.parties:
        for name, label, terms in (
            ("cover", "Paid while the talks are open", cover_terms(compiled, party.name)),
            ("truce_benefit", "Limited options pay", benefit_terms(compiled, party.name)),
        ):
            off = MappingProxyType({term.number: Decimal(0) for term in terms})
            if off:
                found.append(DerivedChannel(name, label, off, party.name))
    return tuple(found)


def settlement_variables(scenario: Scenario) -> frozenset[str]:
    """Return the state variables on which some payoff of an agreement depends.

    What counts the rounds of an option that stays is not among them: nothing but its option
    moves it.
    """
    agreements = {end.name for end in scenario.ends if end.kind == "agreement"}
    names: set[str] = set()
    for term in scenario.payoffs:
        if agreements & set(term.at):
            names |= term.when.names() | term.per.names()
    return frozenset(v.name for v in scenario.state if v.name in names and not v.stays)


def moving_changes(compiled: Compiled) -> list[Change]:
    """Return the changes that can move what an agreement pays, at the scenario's numbers."""
    variables = settlement_variables(compiled.scenario)
    return [
        change
        for change in compiled.scenario.changes
        if any(change.add.get(name) for name in variables) and can_fire(compiled, change, {})
    ]


def can_fire(compiled: Compiled, change: Change, numbers: dict[str, float]) -> bool:
    """Tell whether a change can happen in some state and event, with some numbers replaced."""
    points = compiled.points({name: [value] for name, value in numbers.items()})
    environment = compiled.environment_at(points)
    guard = compiled.by_transition(change.when, environment) != 0
    chance = compiled.by_transition(change.chance, environment)
    return bool((guard & (np.abs(chance) > CHANCE_TOLERANCE)).any())


def numbers_that_stop(compiled: Compiled, change: Change) -> tuple[str, ...]:
    """Return the numbers that stop a change when they are nought, none if there are no such.

    Its own chance, or else one parameter of its chance, or else all of them; parameters that
    anything but a change of the same variables uses are left alone.
    """
    own = f"changes.{change.name}.chance"
    if own in compiled.scenario.numbers:
        return (own,)
    mine = change.chance.names()
    parameters = [
        name
        for name in compiled.scenario.numbers
        if name.startswith("parameters.")
        and name.removeprefix("parameters.") in mine
        and not used_elsewhere(compiled.scenario, name.removeprefix("parameters."))
    ]
    choices = [(name,) for name in parameters] + [tuple(parameters)]
    for choice in choices:
        if choice and not can_fire(compiled, change, dict.fromkeys(choice, 0.0)):
            return choice
    return ()


def used_elsewhere(scenario: Scenario, parameter: str) -> bool:
    """Tell whether a parameter is used by anything but the chances of what settlements pay for."""
    variables = settlement_variables(scenario)
    parts = [part for term in scenario.payoffs + scenario.costs for part in (term.when, term.per)]
    parts += [end.when for end in scenario.ends]
    for change in scenario.changes:
        moves = any(change.add.get(name) for name in variables)
        parts += [change.when] if moves else [change.when, change.chance]
    return any(parameter in part.names() for part in parts)


def cover_terms(compiled: Compiled, party: str) -> list[Term]:
    """Return a party's payoffs for talks that are open: the module says which."""
    ground = _Ground.of(compiled)
    return [
        term
        for term, worth in gains_by_round(compiled, party, ground)
        if (worth > 0)[ground.open & ~ground.optional].any()
        and not (worth > 0)[ground.concluding].any()
    ]


def benefit_terms(compiled: Compiled, party: str) -> list[Term]:
    """Return a party's payoffs for options that do not conclude: the module says which."""
    ground = _Ground.of(compiled)
    return [
        term
        for term, worth in gains_by_round(compiled, party, ground)
        if (worth > 0)[ground.open & ground.optional].any()
        and not (worth > 0)[ground.possible & ~ground.optional].any()
    ]


def gains(compiled: Compiled, party: str) -> list[Term]:
    """Return a party's payoffs by round that are never negative and sometimes positive."""
    return [term for term, _ in gains_by_round(compiled, party, _Ground.of(compiled))]


def gains_by_round(
    compiled: Compiled, party: str, ground: _Ground
) -> list[tuple[Term, FloatArray]]:
    """Return a party's payoffs by round that are never negative and sometimes positive, (S, O)."""
    points = compiled.points()
    environment = compiled.environment_at(points)
    size = (len(compiled.grid), compiled.num_events)
    found = []
    for term in compiled.scenario.payoffs:
        if term.party == party and not term.at:
            worth = feature(term, environment, size)[0] * compiled.scenario.value(term.number)
            paid = worth[ground.possible]
            if (paid >= 0).all() and (paid > 0).any():
                found.append((term, worth))
    return found


@dataclass(frozen=True, slots=True)
class _Ground:
    """Which events can happen, (S, O): any, those that conclude, those with an option in effect."""

    possible: BoolArray
    concluding: BoolArray
    optional: BoolArray

    @classmethod
    def of(cls, compiled: Compiled) -> _Ground:
        possible = compiled.events.possible
        agreement = compiled.talks().agreement[0] > 1 - CHANCE_TOLERANCE
        options: Sequence[bool] = [option.joint for option in compiled.scenario.options]
        rows = compiled.events.table[: len(options)]
        if any(options):
            rows = rows[np.array(options)]
        optional = np.broadcast_to(rows.any(axis=0), possible.shape)
        return cls(possible, possible & agreement, optional)

    @property
    def open(self) -> BoolArray:
        """Return the events after which the talks have not been concluded."""
        return self.possible & ~self.concluding


def prepared(compiled: Compiled) -> Compiled:
    """Return the structure of a scenario with channels, derived if it declares none."""
    scenario = with_channels(compiled.scenario)
    return compiled if scenario is compiled.scenario else compile_scenario(scenario)
