"""What only the compiled game can tell: what no play of the talks ever reaches or brings about.

Play may begin wherever the file says that the talks could: at the start, anywhere in its range,
or in the state of a claim. Chances are never looked at: what has the chance 0 can be given another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, IntArray
from negsim.dynamics.build import Compiled
from negsim.errors import Fault, ScenarioError
from negsim.expressions import Expression
from negsim.scenario.model import NO_AGREEMENT, Scenario, Term

AT_ONCE = 1_000_000
"""About how many moves of the state are followed up at the same time."""


@dataclass(frozen=True)
class Reach:
    """What some play of the talks can reach, over S states and O events.

    ``played`` (S, O) are the states and events of the rounds that are played, ``landed`` (S, O)
    the new states after an event, and ``end_at`` (S, O) the end that these bring, or -1.
    """

    played: BoolArray
    landed: BoolArray
    end_at: IntArray


def reach(compiled: Compiled) -> Reach:
    """Return what some play can reach; each state is followed up once, some states at a time."""
    end_at = compiled.end_at()[0]
    states = compiled.successors.states
    seen = starts(compiled)
    played = np.zeros(end_at.shape, dtype=bool)
    landed = np.zeros(end_at.shape, dtype=bool)
    pending = np.flatnonzero(seen)
    step = max(1, AT_ONCE // (end_at.shape[1] * states.shape[2]))
    while len(pending):
        now, pending = pending[:step], pending[step:]
        row, event = np.nonzero(compiled.events.possible[now])
        played[now[row], event] = True
        new = states[now[row], compiled.transition_of[event]]
        landed[new, event[:, None]] = True
        going = np.unique(new[end_at[new, event[:, None]] < 0])
        pending = np.append(pending, going[~seen[going]])
        seen[going] = True
    return Reach(played, landed, end_at)


def starts(compiled: Compiled) -> BoolArray:
    """Return the states in which the file has the talks begin, shape (S,)."""
    found = np.ones(len(compiled.grid), dtype=bool)
    for column, variable in enumerate(compiled.scenario.state):
        number = compiled.scenario.number(f"state.{variable.name}.start")
        values = [number.value, *(end for end in (number.low, number.high) if end is not None)]
        level = compiled.grid[:, column]
        found &= (level >= float(min(values))) & (level <= float(max(values)))
    for claim in compiled.scenario.claims:
        found[compiled.state_index(claim.state)] = True
    return found


def check_ends(compiled: Compiled) -> None:
    """Check that every declared end can be reached, whatever the chances.

    Raises
    ------
    ScenarioError
        With one fault for each end that no play of the talks can reach.
    """
    if faults := end_faults(compiled):
        raise ScenarioError(faults)


def end_faults(compiled: Compiled) -> tuple[Fault, ...]:
    """Return a fault for each declared end that no play of the talks can reach."""
    scenario = compiled.scenario
    reached = reachable_ends(compiled, reach(compiled))
    return tuple(
        fault(
            scenario,
            f"ends.{end.name}",
            "can never be reached from the start, whatever is played; expected an end that some "
            "profile and state bring about",
        )
        for place, end in enumerate(scenario.ends)
        if end.name != NO_AGREEMENT and not reached[place]
    )


def reachable_ends(compiled: Compiled, found: Reach) -> BoolArray:
    """Return which ends some play can reach, shape (E,)."""
    reached = np.zeros(len(compiled.scenario.ends), dtype=bool)
    ends = np.unique(found.end_at[found.landed])
    reached[ends[ends >= 0]] = True
    return reached


def idle_parts(compiled: Compiled) -> tuple[Fault, ...]:
    """Return a warning for everything in the file that no play ever brings into use.

    Payoffs and costs that never apply, changes that never happen, options (or levels of them)
    that are never in effect, and conditions that never hold.
    """
    found = reach(compiled)
    warnings = [*_idle_terms(compiled, found), *_idle_changes(compiled, found)]
    warnings += [*_idle_options(compiled, found), *_idle_conditions(compiled, found)]
    return tuple(sorted(warnings))


def _idle_terms(compiled: Compiled, found: Reach) -> Iterator[Fault]:
    for term in compiled.scenario.payoffs + compiled.scenario.costs:
        where = _due(compiled, term, found)
        if not (holds(compiled, term.when) & where).any():
            message = "never applies, in no state and outcome that can be reached"
            yield fault(compiled.scenario, term.number, f"{message}; is `when` right?")


def _due(compiled: Compiled, term: Term, found: Reach) -> BoolArray:
    """Return where a term is due if its condition holds, shape (S, O)."""
    if not term.at:
        return found.played
    names = [end.name for end in compiled.scenario.ends]
    ends = [-1 if name == NO_AGREEMENT else names.index(name) for name in term.at]
    return np.asarray(found.landed & np.isin(found.end_at, ends))


def _idle_changes(compiled: Compiled, found: Reach) -> Iterator[Fault]:
    for change in compiled.scenario.changes:
        if not (holds(compiled, change.when) & found.played).any():
            message = "can never happen, in no state and outcome that can be reached"
            yield fault(compiled.scenario, f"changes.{change.name}", f"{message}; is `when` right?")


def _idle_options(compiled: Compiled, found: Reach) -> Iterator[Fault]:
    events = found.played.any(axis=0)
    for option, levels in zip(compiled.scenario.options, compiled.events.table, strict=False):
        reached = set(levels[events].tolist())
        if reached <= {0}:
            message = "can never be in effect; do the rules allow it?"
            yield fault(compiled.scenario, f"options.{option.name}", message)
        elif missing := [name for k, name in enumerate(option.levels, 1) if k not in reached]:
            message = f"can never be in effect at {', '.join(missing)}; do the rules allow it?"
            yield fault(compiled.scenario, f"options.{option.name}", message)


def _idle_conditions(compiled: Compiled, found: Reach) -> Iterator[Fault]:
    for option in compiled.scenario.options:
        for party, condition in option.conditions.items():
            if not (holds(compiled, condition) & found.played).any():
                message = 'never holds: this party\'s "if" never counts as consent'
                name = f"options.{option.name}.conditions.{party}"
                yield fault(compiled.scenario, name, message)


def holds(compiled: Compiled, expression: Expression) -> BoolArray:
    """Return where an expression holds at the scenario's numbers, shape (S, O)."""
    truth = expression.evaluate(compiled.environment_at(compiled.points())) != 0
    size = (1, len(compiled.grid), compiled.num_events)
    return np.asarray(np.broadcast_to(truth, size)[0])


def fault(scenario: Scenario, name: str, message: str) -> Fault:
    """Return a fault at the line where the named table, or the nearest around it, stands."""
    parts = name.split(".")
    around = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    known = next((each for each in around if each in scenario.lines), "")
    path, line = scenario.lines.get(known, (scenario.path, 1))
    return Fault(path, line, name, message)
