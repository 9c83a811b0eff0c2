"""Whether a scenario is small enough to solve: moves of each party, profiles times states."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from negsim.scenario.check.estimate import Multipliers, duration, memory, sizes, to_drop
from negsim.scenario.model import Option, Party, Scenario
from negsim.scenario.moves import options_of, stance_rows
from negsim.scenario.read.lines import Place
from negsim.scenario.read.notes import Notes

MAX_STANCES = 65_536
"""Most combinations of stances of one party, before rules."""

MAX_RULES_WORK = 200_000_000
"""Most characters of rules times combinations of stances to which they are applied."""

MAX_CELLS = 2_000_000
"""Most profiles times states."""

MAX_MOVES_OF_STATE = 5_000_000
"""Most combinations of changes in all states and rounds that differ, which are all looked at."""

MAX_BYTES = 4_000_000_000
"""Most memory that one solution of the talks may take."""

MAX_SECONDS = 3_600.0
"""Most time that one solution of the talks may take."""

ENDLESSLY_MANY = 10**15
"""So many profiles or states are not counted on."""


def check_size(scenario: Scenario, notes: Notes) -> None:
    """Note a fault for a party with too many moves or none, or too many profiles and states.

    Stances are counted before any are built, so that a scenario of any size is refused at once.
    """
    profiles = 1
    counts: dict[str, int] = {}
    written = sum(len(rule.expression.text) for rule in scenario.rules)
    for party in scenario.parties:
        own = options_of(scenario.options, party.name)
        stances = math.prod(len(option.stances(party.name)) for option in own)
        if stances > MAX_STANCES:
            notes.fault(("options", _to_drop(own, party.name).name), _too_many(own, party))
            return
        if stances * written > MAX_RULES_WORK:
            message = f"{written:,} characters of rules over {stances:,} combinations of stances; "
            notes.fault(("rules",), message + "expected fewer options, or fewer and shorter rules")
            return
        moves = len(stance_rows(own, scenario.rules, party.name))
        if moves == 0:
            message = f"leave {party.label} no move; expected rules that some stances satisfy"
            notes.fault(("rules",), message)
            return
        counts[party.name] = moves
        profiles *= moves
        if profiles >= ENDLESSLY_MANY:
            break
    states = math.prod(variable.levels for variable in scenario.state)
    if profiles * states > MAX_CELLS:
        _note_cells(profiles, states, scenario, notes)
    moves_of_state = min(profiles, _transitions(scenario)) * states * 2 ** len(scenario.changes)
    if scenario.changes and moves_of_state > MAX_MOVES_OF_STATE:
        message = f"{len(scenario.changes)} changes that happen or not give {_count(states)} states"
        message += f" {_count(moves_of_state)} ways to move; expected at most "
        notes.fault(("changes",), f"{message}{MAX_MOVES_OF_STATE:,}; join some of the changes")
    if not notes.faulty:
        _check_estimate(scenario, sizes(scenario, counts), notes)


def _check_estimate(scenario: Scenario, found: Multipliers, notes: Notes) -> None:
    """Note a fault where one solution of the talks takes too much memory or time."""
    estimate = found.estimate()
    if estimate.bytes > MAX_BYTES:
        place, advice = to_drop(scenario, found, of_memory=True)
        words = f"{memory(estimate.bytes)}; expected at most {memory(MAX_BYTES)}"
    elif estimate.seconds > MAX_SECONDS:
        place, advice = to_drop(scenario, found, of_memory=False)
        words = f"{duration(estimate.seconds)}; expected at most {duration(MAX_SECONDS)}"
    else:
        return
    notes.fault(place, f"one solution of the talks would take about {words}; {advice}")


def _transitions(scenario: Scenario) -> int:
    """Return at most how many different rounds changes and ends can tell apart."""
    parts = [part for change in scenario.changes for part in (change.when, change.chance)]
    parts += [end.when for end in scenario.ends]
    names = frozenset(name for part in parts for name in part.names())
    stances = frozenset(stance.key for part in parts for stance in part.stances())
    read = [option for option in scenario.options if option.name in names or option.stay]
    apart = math.prod(4 if option.stay else option.top + 1 for option in read)
    return apart << len(stances)


def _too_many(own: Sequence[Option], party: Party) -> str:
    counts = Counter(len(option.stances(party.name)) for option in own)
    powers = [f"{base}^{power}" for base, power in sorted(counts.items())]
    name = _to_drop(own, party.name).name
    return (
        f"{len(own)} options give {party.label} {' * '.join(powers)} combinations of stances; "
        f"expected at most {MAX_STANCES:,}; drop {name} or let fewer parties control options"
    )


def _to_drop(own: Sequence[Option], party: str) -> Option:
    """Return the option that leaves fewest combinations when it is dropped, the last such."""
    return max(reversed(own), key=lambda option: len(option.stances(party)))


def _note_cells(profiles: int, states: int, scenario: Scenario, notes: Notes) -> None:
    """Note that there are too many cells, at what multiplies them most."""
    advice: list[tuple[Place, str]] = []
    if profiles > 1:
        name = max(reversed(scenario.options), key=_weight).name
        advice.append((("options", name), f"drop {name}"))
    if states > 1:
        largest = max(scenario.state, key=lambda variable: variable.levels)
        words = f"give {largest.name} fewer levels than {largest.levels}"
        advice.append((("state", largest.name), words))
    place = advice[-1][0] if states > profiles else advice[0][0]
    size = f"{_count(profiles)} profiles"
    if states > 1:
        size += f" times {_count(states)} states of the talks"
    hint = " or ".join(words for _, words in advice)
    notes.fault(place, f"{size}; expected at most {MAX_CELLS:,}; {hint}")


def _count(number: int) -> str:
    return f"{number:,}" if number < ENDLESSLY_MANY else "more than 10^15"


def _weight(option: Option) -> int:
    """Return by how much an option multiplies the number of profiles."""
    return math.prod(len(option.stances(party)) for party in option.parties)
