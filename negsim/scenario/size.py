"""Whether a scenario is small enough to solve: moves of each party, profiles times states."""

from __future__ import annotations

import math
from collections.abc import Sequence

from negsim.scenario.model import Option, Party, Rule, Variable
from negsim.scenario.moves import options_of, stance_rows
from negsim.scenario.notes import Notes
from negsim.scenario.words import got

MAX_STANCES = 65_536
"""Most combinations of stances of one party, before rules."""

MAX_CELLS = 2_000_000
"""Most profiles times states."""


def check_size(
    parties: Sequence[Party],
    options: Sequence[Option],
    rules: Sequence[Rule],
    state: Sequence[Variable],
    notes: Notes,
) -> None:
    """Note a fault for a party with too many moves or none, or too many profiles and states.

    Stances are counted before any are built, so that a scenario of any size is refused at once.
    """
    profiles = 1
    for party in parties:
        own = options_of(options, party.name)
        if math.prod(len(option.stances(party.name)) for option in own) > MAX_STANCES:
            notes.fault(("options", _to_drop(own, party.name).name), _too_many(own, party))
            return
        moves = len(stance_rows(own, rules, party.name))
        if moves == 0:
            message = f"leave {party.label} no move; expected rules that some stances satisfy"
            notes.fault(("rules",), message)
            return
        profiles *= moves
    states = math.prod(variable.levels for variable in state)
    if profiles * states > MAX_CELLS:
        _note_cells(profiles, states, options, state, notes)


def _too_many(own: Sequence[Option], party: Party) -> str:
    plain = sum(len(option.stances(party.name)) == 2 for option in own)
    powers = [f"{base}^{power}" for base, power in ((2, plain), (3, len(own) - plain)) if power]
    name = _to_drop(own, party.name).name
    return (
        f"{len(own)} options give {party.label} {' * '.join(powers)} combinations of stances; "
        f"expected at most {MAX_STANCES:,}; drop {name} or let fewer parties control options"
    )


def _to_drop(own: Sequence[Option], party: str) -> Option:
    """Return the option that leaves fewest combinations when it is dropped, the last such."""
    return max(reversed(own), key=lambda option: len(option.stances(party)))


def _note_cells(
    profiles: int,
    states: int,
    options: Sequence[Option],
    state: Sequence[Variable],
    notes: Notes,
) -> None:
    words = f"{got(profiles)} profiles in {got(states)} states make {got(profiles * states)}"
    advice = []
    if options and profiles > 1:
        dropped = max(reversed(options), key=_weight)
        place = ("options", dropped.name)
        advice.append(f"drop {dropped.name}")
    if state:
        largest = max(state, key=lambda variable: variable.levels)
        advice.append(f"give {largest.name} fewer levels than {largest.levels}")
        place = ("state", largest.name) if states > profiles else place
    notes.fault(place, f"{words}; expected at most {MAX_CELLS:,}; {' or '.join(advice)}")


def _weight(option: Option) -> int:
    """Return by how much an option multiplies the number of profiles."""
    return math.prod(len(option.stances(party)) for party in option.parties)
