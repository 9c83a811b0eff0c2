"""The answer of ``negsim stall`` as plain data: one party, in one round and state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.default_party import default_party
from negsim.analysis.delay.stalling import LABELS, analyse
from negsim.arrays import FloatArray
from negsim.deadline import part
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError, unknown
from negsim.questions.delay.details import discipline_answer, grid_answer, rounds_answer
from negsim.questions.delay.quick import delay_answer
from negsim.scenario.domain import is_whole
from negsim.scenario.model import Scenario

POINTS = 13
"""Points along each number over which labels are drawn."""


def stall_answer(
    scenario: Scenario,
    party: str | None = None,
    state: str | None = None,
    number: int | None = None,
    selection: str = "mediator_best",
    over: Sequence[str] = (),
) -> dict[str, Any]:
    """Return question 2's answer for a party, in a round and state.

    Channels are derived where the scenario declares none.

    Parameters
    ----------
    party
        By default that of :func:`negsim.analysis.delay.default_party.default_party` at this place.
    state
        Text such as ``leverage=3,patience=2``; variables not named are at their start.
    number
        The round, counted from 1; what is left of the talks is solved.
    over
        One or two named numbers over whose ranges the labels are drawn.

    Raises
    ------
    UnknownNameError
        If there is no such party, state variable or number.
    UsageError
        If the state is not of that form or outside its levels, or there is no such round, or a
        number has no range.
    """
    axes = {name: axis_of(scenario, name) for name in over[:2]}
    placed = with_channels(at_round(at_state(scenario, state), number))
    if party is not None:
        placed.party(party)
    compiled = compile_scenario(placed)
    analysis = analyse(compiled, selection=selection)
    names = [each.name for each in placed.parties]
    focus = party or default_party(analysis)
    answer = delay_answer(analysis)
    focused = names.index(focus)
    return {
        "about": about(scenario, placed, focus, number or 1),
        "labels": list(LABELS),
        **answer,
        "discipline": discipline_answer(analysis, focused),
        "by_round": rounds_answer(analysis, focused),
        "over": part("map", lambda: grid_answer(analysis, focused, axes)) if axes else None,
    }


def axis_of(scenario: Scenario, name: str) -> FloatArray:
    """Return the values of a number at which labels are looked at: its range, or that of a lever.

    Raises
    ------
    UnknownNameError, UsageError
        If there is no such number, or neither it nor a lever that sets it has a range.
    """
    number = scenario.number(name)
    ends = next(((lever.low, lever.high) for lever in scenario.levers if lever.sets == name), None)
    if ends is None and (number.low is None or number.high is None):
        raise UsageError(f"--over {name}: it has no range, expected a number with one")
    low, high = ends or (number.low, number.high)
    values = np.linspace(float(low or 0), float(high or 0), POINTS)
    return np.unique(np.rint(values)) if is_whole(name) else values


def about(scenario: Scenario, placed: Scenario, focus: str, number: int) -> dict[str, Any]:
    """Return what the answer is about: scenario, party, round, state."""
    compiled = compile_scenario(placed)
    start = compiled.state_index({})
    return {
        "title": scenario.title,
        "focus": focus,
        "round": scenario.talks.round_name,
        "rounds": scenario.rounds or None,
        "round_number": number,
        "start": compiled.state_text(start),
        "start_state": start,
        "states": [compiled.state_text(each) for each in range(len(compiled.grid))],
        "has_agreement": any(end.kind == "agreement" for end in scenario.ends),
        "channels": [
            {"name": each.name, "label": each.label, "party": each.party}
            for each in placed.channels
        ],
    }


def at_state(scenario: Scenario, text: str | None) -> Scenario:
    """Return the scenario with another start, from text such as ``leverage=3,patience=2``.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`stall_answer`.
    """
    known = [variable.name for variable in scenario.state]
    values: dict[str, float] = {}
    for piece in text.split(",") if text else []:
        name, sign, value = (word.strip() for word in piece.partition("="))
        if not sign or not value.isdigit():
            raise UsageError(
                f'--state {text}: expected NAME=LEVEL,NAME=LEVEL, got "{piece.strip()}"'
            )
        if name not in known:
            raise unknown("state variable", name, known)
        levels = scenario.state[known.index(name)].levels
        if int(value) >= levels:
            raise UsageError(f"--state {name}={value}: expected 0 to {levels - 1}")
        values[f"state.{name}.start"] = int(value)
    return scenario.set(values)


def at_round(scenario: Scenario, number: int | None) -> Scenario:
    """Return what is left of the talks from a round on.

    Raises
    ------
    UsageError
        If there is no such round, or all rounds are alike.
    """
    if number is None:
        return scenario
    if not scenario.rounds:
        raise UsageError("--round: talks without a last round are alike in every round")
    if number > scenario.rounds:
        raise UsageError(f"--round {number}: expected 1 to {scenario.rounds}")
    return scenario.set({"talks.rounds": scenario.rounds - number + 1})
