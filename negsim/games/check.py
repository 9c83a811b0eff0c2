"""What only the compiled game can tell: ends that can never be reached, terms that never apply."""

from __future__ import annotations

import numpy as np

from negsim.arrays import BoolArray
from negsim.errors import Fault, ScenarioError
from negsim.games.build import Compiled
from negsim.scenario.model import NO_AGREEMENT, Scenario


def check_ends(compiled: Compiled) -> None:
    """Check that every declared end can be reached from the start, whatever the chances.

    Raises
    ------
    ScenarioError
        With one fault for each end that no play of the talks can reach.
    """
    scenario = compiled.scenario
    reached = reachable_ends(compiled)
    faults = [
        fault(
            scenario,
            f"ends.{end.name}",
            "can never be reached from the start, whatever is played; expected an end that some "
            "profile and state bring about",
        )
        for place, end in enumerate(scenario.ends)
        if end.name != NO_AGREEMENT and not reached[place]
    ]
    if faults:
        raise ScenarioError(faults)


def idle_terms(compiled: Compiled) -> tuple[Fault, ...]:
    """Return a warning for each payoff or cost that never applies in any state and event."""
    scenario = compiled.scenario
    return tuple(
        fault(scenario, term.number, "never applies, in no state and outcome; is `when` right?")
        for term in scenario.payoffs + scenario.costs
        if not (term.when.evaluate(compiled.environment_at(compiled.points())) != 0).any()
    )


def fault(scenario: Scenario, name: str, message: str) -> Fault:
    """Return a fault at the line where the named table of the scenario stands."""
    path, line = scenario.lines.get(name, (scenario.path, 1))
    return Fault(path, line, name, message)


def reachable_ends(compiled: Compiled) -> BoolArray:
    """Return which ends some play from the start can reach, shape (E,)."""
    end_at = compiled.end_at()[0]
    states = compiled.successors.states[:, compiled.transition_of]
    found = np.zeros(len(compiled.scenario.ends), dtype=bool)
    seen = {compiled.state_index({})}
    frontier = list(seen)
    while frontier:
        state = frontier.pop()
        for event in np.flatnonzero(compiled.events.possible[state]):
            for new in np.unique(states[state, event]):
                end = end_at[new, event]
                if end >= 0:
                    found[end] = True
                elif int(new) not in seen:
                    seen.add(int(new))
                    frontier.append(int(new))
    return found
