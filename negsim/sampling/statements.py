"""Statements about payoffs that leave a range of values open: each becomes a linear inequality.

Two kinds of text are read. One compares named numbers, as in ``payoffs.a.x > payoffs.a.y >= 0``
or ``payoffs.a.x > 2 * payoffs.a.y + 0.5``. The other says what a party prefers in the one-shot
game, the last round at the start of the talks or in a state that is named: ``a prefers truce to
nothing``, ``a accepted truce``, ``a declined peace + truce at leverage = 4``. An outcome names the
options in effect; as little else as the rules allow is in effect with them. Payoffs are linear in
their values, so each preference is a linear inequality in the values that vary.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.dynamics.last_round import last_round
from negsim.errors import UsageError, unknown
from negsim.scenario.model import Scenario
from negsim.scenario.words import listed, shown

FORMS = (
    "expected NUMBER > NUMBER, PARTY prefers OUTCOME to OUTCOME, PARTY accepted OUTCOME or "
    'PARTY declined OUTCOME, with "at NAME = VALUE" after it for another state'
)
VERBS = ("prefers", "accepted", "declined")
NOTHING = "nothing"
DIGITS = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
TERM = re.compile(
    rf"\s*(?P<sign>[-+]?)\s*(?:(?:(?P<times>{DIGITS})\s*\*\s*)?(?P<name>[a-z][a-z0-9_.]*)"
    rf"|(?P<number>{DIGITS}))\s*"
)


@dataclass(frozen=True, slots=True)
class Inequality:
    """``weights @ values > limit`` over the numbers that vary; ``text`` is what it says."""

    text: str
    weights: tuple[float, ...]
    limit: float


Linear = dict[str, float]
"""A sum of named numbers by their factors; the constant is under an empty name."""


def inequalities(
    texts: Sequence[str], compiled: Compiled, names: Sequence[str]
) -> tuple[Inequality, ...]:
    """Return the inequalities that some statements put on the numbers that vary.

    Numbers that do not vary stand at their values in the scenario. A statement that names several
    in a row (``a > b > c``, ``prefers A to B to C``) gives one inequality for each pair of
    neighbours.

    Raises
    ------
    UnknownNameError
        If a party, option, state variable or number is not known.
    UsageError
        If a text is of none of the forms, or an outcome cannot come about.
    """
    found = []
    for text in texts:
        first = text.split()[1:2]
        verb = first[0] if first and first[0] in VERBS else ""
        sums = preferred(text, verb, compiled) if verb else compared(text, compiled.scenario)
        found += [_inequality(text, each, compiled.scenario, names) for each in sums]
    return tuple(found)


def _inequality(text: str, total: Linear, scenario: Scenario, names: Sequence[str]) -> Inequality:
    fixed = total.get("", 0.0) + sum(
        factor * scenario.value(name)
        for name, factor in total.items()
        if name and name not in names
    )
    return Inequality(text, tuple(total.get(name, 0.0) for name in names), -fixed)


# ---------------------------------------------------------------- comparisons of numbers


def compared(text: str, scenario: Scenario) -> list[Linear]:
    """Return, for each comparison in a text, the larger side minus the smaller."""
    parts = re.split(r"(>=|<=|>|<)", text)
    if len(parts) < 3:
        raise UsageError(f'statement "{shown(text)}": {FORMS}')
    sides = [linear(text, part, scenario) for part in parts[::2]]
    return [
        difference(left, right) if sign[0] == ">" else difference(right, left)
        for left, sign, right in zip(sides, parts[1::2], sides[1:], strict=False)
    ]


def linear(text: str, part: str, scenario: Scenario) -> Linear:
    """Return one side of a comparison: a sum of numbers, of names, and of numbers times names."""
    found: Linear = {}
    place = 0
    while not place or part[place:].strip():
        match = TERM.match(part, place)
        if match is None or (place and not match["sign"]):
            raise UsageError(f'statement "{shown(text)}": {FORMS}')
        factor = -1.0 if match["sign"] == "-" else 1.0
        name = match["name"] or ""
        if name:
            scenario.number(name)
        factor *= float(match["number"] or match["times"] or 1.0)
        found[name] = found.get(name, 0.0) + factor
        place = match.end()
    return found


def difference(left: Linear, right: Linear) -> Linear:
    """Return left minus right.

    >>> difference({"a": 2.0, "": 1.0}, {"a": 0.5, "b": 1.0})
    {'a': 1.5, '': 1.0, 'b': -1.0}
    """
    found = dict(left)
    for name, factor in right.items():
        found[name] = found.get(name, 0.0) - factor
    return found


# ---------------------------------------------------------------- preferences over outcomes


def preferred(text: str, verb: str, compiled: Compiled) -> list[Linear]:
    """Return, for each preference in a text, the payoff of the better outcome minus the other's."""
    party, _, rest = (piece.strip() for piece in text.partition(verb))
    places = [each.name for each in compiled.scenario.parties]
    compiled.scenario.party(party)
    rest, _, where = re.sub(r"\s+", " ", rest).partition(" at ")
    state = state_named(text, where, compiled)
    groups = rest.split(" to ") if verb == "prefers" else [rest, NOTHING]
    if len(groups) < 2 or not all(group.strip() for group in groups):
        raise UsageError(f'statement "{shown(text)}": {FORMS}')
    if verb == "declined":
        groups.reverse()
    events = [event_named(text, group, state, compiled) for group in groups]
    paid = payoffs_at(compiled, state, places.index(party), events)
    return [difference(left, right) for left, right in itertools.pairwise(paid)]


def state_named(text: str, where: str, compiled: Compiled) -> int:
    """Return the state that ``leverage = 4, patience = 2`` names, the rest as at the start."""
    values: dict[str, int] = {}
    known = [variable.name for variable in compiled.scenario.state]
    for part in where.split(",") if where.strip() else []:
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not value.isdecimal():
            raise UsageError(f'statement "{shown(text)}": {FORMS}')
        if name not in known:
            raise unknown("state variable", name, known)
        values[name] = int(value)
    return compiled.state_index(values)


def event_named(text: str, group: str, state: int, compiled: Compiled) -> int:
    """Return the event with the named options in effect and as little else as can be."""
    options = [option.name for option in compiled.scenario.options]
    wanted = [name.strip() for name in group.split("+")]
    for name in wanted:
        if name not in options and wanted != [NOTHING]:
            raise unknown("option", name, [*options, NOTHING])
    table = compiled.events.table > 0
    places = [options.index(name) for name in wanted if name in options]
    fitting = np.flatnonzero(table[places].all(axis=0) & compiled.events.possible[state])
    others = table[: len(options), fitting].sum(axis=0) - len(places)
    if not len(fitting) or (others.min() > 0 and not places):
        possible = np.flatnonzero(compiled.events.possible[state]).tolist()
        can = [compiled.outcome_text(event) for event in possible]
        raise UsageError(
            f'statement "{shown(text)}": no moves bring about {group.strip()} there; outcomes that '
            f"can be: {listed(dict.fromkeys(can))}"
        )
    said = table[len(options) :, fitting].sum(axis=0)
    return int(fitting[np.lexsort((said, others))[0]])


def payoffs_at(compiled: Compiled, state: int, player: int, events: Sequence[int]) -> list[Linear]:
    """Return what each event pays a player in the last round in a state, as a sum of the payoffs.

    Payoffs are linear in their values: each factor is what the event pays with that value at one
    and all others at nought.
    """
    names = [term.number for term in compiled.scenario.payoffs]
    points = np.tile(compiled.points(), (len(names) + 1, 1))
    columns = [compiled.names.index(name) for name in names]
    points[:, columns] = np.eye(len(names) + 1, len(names))
    last = last_round(compiled, state).last_payoffs(points)[:, player, 0]
    return [_as_sum(names, last[:, event]) for event in events]


def _as_sum(names: Sequence[str], paid: FloatArray) -> Linear:
    constant = float(paid[-1])
    factors = {name: float(value - constant) for name, value in zip(names, paid, strict=False)}
    return {"": constant} | {name: factor for name, factor in factors.items() if factor}
