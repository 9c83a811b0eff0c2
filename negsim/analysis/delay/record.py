"""The record: how likely the solved talks are to bring what was seen, round by round.

A point's weight is the chance of the record: of an event that fits it in every round of which
something is on record. An event fits if some profile that leads to it does, for profiles of one
event cannot be told apart by anything that follows.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import BoolArray, FloatArray
from negsim.dynamics.build import Compiled
from negsim.dynamics.events import stances_said
from negsim.scenario.model import Observation, Scenario
from negsim.theory.stochastic.plan import Plan


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
    compiled: Compiled, plan: Plan, record: tuple[Observation, ...] | None = None
) -> FloatArray:
    """Return the chance of the whole record at each point, shape (B,); 1 without a record.

    ``record`` is by default the scenario's. A record of a round that the talks do not reach has
    chance 0.
    """
    found = compiled.scenario.record if record is None else record
    return record_by_slips(compiled, plan, found, most=0)[:, 0]


def record_by_slips(
    compiled: Compiled, plan: Plan, record: tuple[Observation, ...], most: int | None = None
) -> FloatArray:
    """Return the chance of the record by how many slips there are, (B, slips + 1).

    A slip: a group of movers plays any of its joint moves, each alike, instead of the plan's. Entry
    j sums over the ways to choose the j decisions that slip. If each slips with chance e, out of J
    the record has the chance sum_j entry_j e^j (1 - e)^(J - j). ``most`` is the largest j looked
    at, by default J = :func:`decisions`.
    """
    by_round: dict[int, BoolArray] = {}
    for each in record:
        fits = fitting(compiled, each)
        by_round[each.round] = by_round.get(each.round, fits) & fits
    count = decisions(compiled.scenario, record) if most is None else most
    points = range(plan.game.num_points)
    return np.array([_chances_at(plan, point, by_round, count) for point in points])


def decisions(scenario: Scenario, record: tuple[Observation, ...]) -> int:
    """Return how many groups move, round after round, up to the last round on record."""
    return len(scenario.talks.order) * max((each.round for each in record), default=0)


def _chances_at(plan: Plan, point: int, by_round: dict[int, BoolArray], most: int) -> FloatArray:
    """Return the chance of the record at one point by slips: what is left when all of it fits."""
    game, last = plan.game, max(by_round, default=0)
    here = np.zeros((game.num_states, most + 1))
    here[game.start[point], 0] = 1.0
    passed = here.sum(axis=0)
    for number in range(1, last + 1):
        index = 0 if game.endless else int(game.first_index[point]) + 1 - number
        if index < 0:
            return np.zeros(most + 1)
        onward, passed = np.zeros(here.shape), np.zeros(most + 1)
        for state in np.flatnonzero(here.any(axis=1)):
            chances = event_chances(plan, point, index, int(state), most)
            if number in by_round:
                chances = chances * by_round[number][state]
            mass = np.zeros((most + 1, chances.shape[1]))
            for slips, row in enumerate(chances):
                mass[slips:] += here[state, : most + 1 - slips, None] * row
            passed += mass.sum(axis=1)
            if number < last:
                kinds = np.zeros((game.chances.shape[2], most + 1))
                np.add.at(kinds, game.transition_of, mass.T)
                moved = game.chances[point, state][:, :, None] * kinds[:, None]
                np.add.at(onward, game.successors[state], moved)
        here = onward
    return np.asarray(passed)


def event_chances(plan: Plan, point: int, index: int, state: int, most: int = 0) -> FloatArray:
    """Return the chance of each event in one round and state, by slips, (slips + 1, O).

    There are at most as many slips as groups of movers, and as ``most``.
    """
    order = plan.layout
    profiles = np.ones((1, 1))
    for group, size in enumerate(order.sizes):
        joint = int(order.joint[group])
        nodes = slice(order.offset[group], order.offset[group] + profiles.shape[1])
        choice, mixed = plan.choice[point, index, state, nodes], plan.mixed[point, index, state]
        acts = np.zeros((len(choice), joint))
        pure = choice >= 0
        acts[pure, choice[pure]] = 1.0
        for node in np.flatnonzero(~pure):
            acts[node] = _joint(mixed[order.offset[group] + node], order.shape[group, :size])
        slipped = profiles[:, :, None] * np.full(joint, 1 / joint)
        found = np.pad(profiles[:, :, None] * acts, ((0, 1), (0, 0), (0, 0)))
        found[1:] += slipped
        profiles = found[: most + 1].reshape(-1, len(choice) * joint)
    events = np.zeros((plan.game.payoffs.shape[3], len(profiles)))
    np.add.at(events, order.event_of[state], profiles.T)
    return events.T


def _joint(laid: FloatArray, shape: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    """Return the chances of joint moves of players whose mixed actions are laid end to end."""
    found, first = np.ones(1), 0
    for count in shape:
        found = np.multiply.outer(found, laid[first : first + count]).reshape(-1)
        first += int(count)
    return found
