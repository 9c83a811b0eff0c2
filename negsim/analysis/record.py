"""The record: how likely the solved talks are to bring what was seen, round by round.

A point's weight is the chance of the record: of an event that fits it in every round of which
something is on record. An event fits if some profile that leads to it does, for profiles of one
event cannot be told apart by anything that follows.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import BoolArray, FloatArray
from negsim.games.build import Compiled
from negsim.games.events import stances_said
from negsim.scenario.model import Observation
from negsim.solvers.plan import Plan


def fitting(compiled: Compiled, observation: Observation) -> BoolArray:
    """Return which events fit an observation in each state, shape (S, O)."""
    events = compiled.events
    levels = zip(events.names, events.table, strict=True)
    environment = {name: row[events.of].astype(float) for name, row in levels}
    for (party, option), words in stances_said(compiled.scenario, compiled.moves).items():
        for stance in compiled.scenario.option(option).stances(party):
            environment[f'{party}.{option} == "{stance}"'] = (words == stance).astype(float)[None]
    fits = np.broadcast_to(observation.outcome.evaluate(environment) != 0, events.of.shape)
    found = np.zeros(events.possible.shape, dtype=bool)
    state, profile = np.nonzero(fits)
    found[state, events.of[state, profile]] = True
    return found


def observation_chances(compiled: Compiled, plan: Plan) -> FloatArray:
    """Return the chance of each observation by itself at each point, (B, observations)."""
    record = compiled.scenario.record
    each = [record_chance(compiled, plan, (one,)) for one in record]
    return np.array(each).reshape(len(record), plan.game.num_points).T


def record_chance(
    compiled: Compiled,
    plan: Plan,
    record: tuple[Observation, ...] | None = None,
    tremble: float = 0.0,
) -> FloatArray:
    """Return the chance of the whole record at each point, shape (B,); 1 without a record.

    ``record`` is by default the scenario's.

    With ``tremble`` each group of movers plays any of its joint moves instead of the plan's with
    that chance in all, each alike. Rounds of which nothing is on record are as the plan has them.
    A record of a round that the talks do not reach has chance 0.
    """
    by_round: dict[int, BoolArray] = {}
    for each in compiled.scenario.record if record is None else record:
        fits = fitting(compiled, each)
        by_round[each.round] = by_round.get(each.round, fits) & fits
    return np.array(
        [_chance_at(plan, point, by_round, tremble) for point in range(plan.game.num_points)]
    )


def _chance_at(plan: Plan, point: int, by_round: dict[int, BoolArray], tremble: float) -> float:
    """Return the chance of the record at one point: the mass that is left when all of it fits."""
    game = plan.game
    here = np.zeros(game.num_states)
    here[game.start[point]] = 1.0
    for number in range(1, max(by_round, default=0) + 1):
        index = 0 if game.endless else int(game.first_index[point]) + 1 - number
        if index < 0:
            return 0.0
        onward, passed = np.zeros(game.num_states), 0.0
        for state in np.flatnonzero(here):
            chances = event_chances(plan, point, index, int(state), tremble)
            if number in by_round:
                chances = chances * by_round[number][state]
            passed += here[state] * chances.sum()
            for event in np.flatnonzero(chances):
                slot = game.transition_of[event]
                moved = here[state] * chances[event] * game.chances[point, state, slot]
                np.add.at(onward, game.successors[state, slot], moved)
        here = onward
    return passed if by_round else 1.0


def event_chances(
    plan: Plan, point: int, index: int, state: int, tremble: float = 0.0
) -> FloatArray:
    """Return the chance of each event in one round and state of a solved plan, shape (O,)."""
    order = plan.layout
    profiles = np.ones(1)
    for group, size in enumerate(order.sizes):
        joint = int(order.joint[group])
        nodes = slice(order.offset[group], order.offset[group] + len(profiles))
        choice, mixed = plan.choice[point, index, state, nodes], plan.mixed[point, index, state]
        acts = np.zeros((len(profiles), joint))
        pure = choice >= 0
        acts[pure, choice[pure]] = 1.0
        for node in np.flatnonzero(~pure):
            acts[node] = _joint(mixed[order.offset[group] + node], order.shape[group, :size])
        acts = (1 - tremble) * acts + tremble / joint
        profiles = (profiles[:, None] * acts).reshape(-1)
    found = np.zeros(plan.game.payoffs.shape[3])
    np.add.at(found, order.event_of[state], profiles)
    return found


def _joint(laid: FloatArray, shape: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    """Return the chances of joint moves of players whose mixed actions are laid end to end."""
    found, first = np.ones(1), 0
    for count in shape:
        found = np.multiply.outer(found, laid[first : first + count]).reshape(-1)
        first += int(count)
    return found
