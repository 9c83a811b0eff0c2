"""Question 2: is delay the best reply, for whom, what is it worth, made of what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import numpy as np

from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.default_party import default_party
from negsim.analysis.delay.regions import over_numbers
from negsim.analysis.delay.stalling import (
    LABELS,
    Stalling,
    analyse,
    attribute_rounds,
    labels_with_derived,
)
from negsim.arrays import FloatArray
from negsim.deadline import part
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError, unknown
from negsim.questions.delay.answer import (
    ByRound,
    ChannelWords,
    Delay,
    Over,
    Place,
    Selection,
    Stall,
)
from negsim.questions.delay.discipline import discipline
from negsim.questions.delay.party import party_delay
from negsim.questions.delay.rounds import by_round, predicted_path
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.backward_induction import selections
from negsim.theory.stochastic.stage import LOGIT

POINTS = 13
"""Points along each number over which labels are drawn."""


def ask_delay(analysis: Stalling) -> Delay:
    """Return question 2's answer at the first point: every party, the path, the selection."""
    compiled, plan = analysis.compiled, analysis.plan
    codes = labels_with_derived(analysis)
    players = range(len(plan.game.players))
    derived = [None if codes is None else LABELS[codes[player]] for player in players]
    return Delay(
        rule=plan.rule,
        order=tuple(tuple(group) for group in compiled.scenario.talks.order),
        largest_regret=relative_regret(analysis),
        largest_count=int(plan.count.max()),
        share_logit=float((plan.status == LOGIT).mean()),
        parties=tuple(party_delay(analysis, k, label) for k, label in enumerate(derived)),
        live=tuple(np.flatnonzero(analysis.live[0].any(axis=0)).tolist()),
        occurs=by_round(analysis, analysis.live[0]),
        selection=hanging(analysis),
        path=predicted_path(analysis),
    )


def ask_stall(
    scenario: Scenario,
    party: str | None = None,
    state: str | None = None,
    number: int | None = None,
    selection: str = "mediator_best",
    over: Sequence[str] = (),
    seed: int = 0,
) -> Stall:
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
    analysis = analyse(compile_scenario(placed), selection=selection)
    focus = party or default_party(analysis)
    player = [each.name for each in placed.parties].index(focus)
    found = ask_delay(analysis)
    return Stall(
        **{each.name: getattr(found, each.name) for each in fields(found)},
        scenario=scenario.digest,
        seed=seed,
        about=place(scenario, placed, focus, number or 1),
        labels=LABELS,
        discipline=discipline(analysis, player),
        by_round=worth_by_round(analysis, player),
        over=part("map", lambda: over_grid(analysis, player, axes)) if axes else None,
    )


def only_party(answer: Stall, name: str) -> Stall:
    """Return an answer without what it says of other parties."""
    return replace(answer, parties=(answer.party(name),))


def hanging(analysis: Stalling) -> Selection:
    """Return how many labels of all parties that can occur hang on the rule of selection."""
    own = analysis.everywhere.labels
    live = np.broadcast_to(analysis.live[:, :, None, :], own.shape)
    return Selection(
        rule=analysis.selection,
        differ=int(analysis.depends.sum()),
        labels=int(live.sum()),
        by={
            rule: int((other != own)[live].sum())
            for rule, other in analysis.by_selection.items()
            if rule != analysis.selection
        },
        unsolved=tuple(
            rule for rule in selections(analysis.game) if rule not in analysis.by_selection
        ),
    )


def relative_regret(analysis: Stalling) -> float:
    """Return the largest gain from one deviation, as a share of the range of solved values."""
    values = analysis.plan.values
    spread = values.max(axis=(1, 3), keepdims=True) - values.min(axis=(1, 3), keepdims=True)
    gain = analysis.everywhere.prospects.gain
    return float((gain / np.where(spread > 0, spread, 1.0)).max())


def worth_by_round(analysis: Stalling, player: int) -> ByRound:
    """Return the value of delay at the start state in every round, and its round premium's parts.

    NaN where there is nothing to sign, or where there are no channels.
    """
    found = attribute_rounds(analysis, player)
    rounds = tuple(range(1, len(found.delay) + 1))
    return ByRound(rounds, found.delay, found.frozen, found.parts)


def over_grid(analysis: Stalling, player: int, axes: Mapping[str, FloatArray]) -> Over:
    """Return the labels of one party over a grid of named numbers, and where they change."""
    found = over_numbers(analysis, player, axes)
    scenario = analysis.compiled.scenario
    return Over(
        party=scenario.parties[player].name,
        names=found.names,
        axes=found.axes,
        base=tuple(scenario.value(name) for name in found.names),
        labels=found.labels,
        changes=found.changes,
        boundary=int(found.changes.sum()),
        shares={
            name: share for code, name in enumerate(LABELS) if (share := found.share(code)) > 0
        },
    )


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
    return np.unique(np.rint(values)) if number.domain.whole else values


def place(scenario: Scenario, placed: Scenario, focus: str, number: int) -> Place:
    """Return what the answer is about: scenario, party, round, state."""
    compiled = compile_scenario(placed)
    start = compiled.state_index({})
    return Place(
        title=scenario.title,
        focus=focus,
        round=scenario.talks.round_name,
        rounds=scenario.rounds or None,
        round_number=number,
        start=compiled.state_text(start),
        start_state=start,
        states=tuple(compiled.state_text(each) for each in range(len(compiled.grid))),
        has_agreement=any(end.kind == "agreement" for end in scenario.ends),
        channels=tuple(ChannelWords(c.name, c.label, c.party) for c in placed.channels),
    )


def at_state(scenario: Scenario, text: str | None) -> Scenario:
    """Return the scenario with another start, from text such as ``leverage=3,patience=2``.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`ask_stall`.
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
