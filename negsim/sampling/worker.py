"""Solving the points of a design: what one process does, in batches bounded in memory."""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.registry import evaluate, parse_measure
from negsim.arrays import FloatArray
from negsim.deadline import IN_PART, stop_part_if_over
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import NegsimError, UsageError
from negsim.playing.lineup import choose
from negsim.playing.registry import parse
from negsim.playing.rule_list import WrittenStrategy
from negsim.playing.strategy import Strategy
from negsim.sampling.named import SECTION, RulesByParty, named, with_parameters
from negsim.scenario.model import Scenario

MAX_BATCH = 64
"""Most points of the solved talks solved together; a larger batch is no faster."""

MAX_LAST_ROUNDS = 1024
"""Most one-shot games solved together: they are smaller, and fall apart by their start states."""

PARTS = 8
"""Batches into which a small design of one-shot games is cut, so that all workers have some."""

READ = "parameters."
"""What the names of numbers begin with that rule lists can read."""

SELECTION = "mediator_best"
"""Which equilibrium is chosen among several."""

BATCH_BYTES = 64 * 2**20
"""Most memory for the arrays of the games solved together."""

Evaluated: TypeAlias = tuple[dict[str, FloatArray], list[str | None]]
"""Each measure's values, shape (B,), and each point's error, None where it was solved."""


def evaluate_points(
    scenario: Scenario,
    names: Sequence[str],
    values: FloatArray,
    measures: Sequence[str],
    threads: int = 1,
    rules: RulesByParty | None = None,
) -> Evaluated:
    """Solve a scenario at some points and return the measures there.

    Parameters
    ----------
    names
        the dotted names of the numbers that vary.
    values
        shape (B, number of names): one row a point.
    measures
        the measures to return, as :func:`negsim.analysis.measures.registry.parse_measure` reads
        them.
    threads
        batches solved at the same time; the results do not depend on it.
    rules
        the strategy of each party that plays by one, for measures of play; all others play the
        solved talks. Their parameters are numbers ``strategies.PARTY.PARAMETER`` to be varied.

    Returns
    -------
    columns, errors
        Each measure's values, shape (B,), and each point's error. A point that cannot be solved
        has NaN in every column and the reason as its error, None where it was solved.

    Raises
    ------
    UnknownNameError, UsageError
        If a number or measure is not known.
    GameError
        If the scenario breaks its own rules, whatever the numbers.
    """
    return evaluator(scenario, names, values, measures, threads, rules)(values)


@dataclass(frozen=True)
class Evaluator:
    """A scenario compiled once, to be solved at points that vary in the named numbers.

    Points are solved ``batch`` at a time, counted from the first. Solving together may change the
    last bit of a result, so whoever splits points into parts does so between batches; then the
    results do not depend on the parts.
    """

    compiled: Compiled
    names: tuple[str, ...]
    measures: tuple[str, ...]
    batch: int
    threads: int = 1
    rules: tuple[tuple[str, str], ...] = ()

    def __call__(self, values: FloatArray) -> Evaluated:
        """Return the measures and errors at some points, as :func:`evaluate_points`."""
        columns: dict[str, list[FloatArray]] = {name: [np.empty(0)] for name in self.measures}
        errors: list[str | None] = []
        batches = [values[k : k + self.batch] for k in range(0, len(values), self.batch)]
        for found, failed in self.solve_batches(batches):
            errors += failed
            for name in self.measures:
                columns[name].append(found[name])
        return {name: np.concatenate(parts) for name, parts in columns.items()}, errors

    def solve_batches(self, batches: Sequence[FloatArray]) -> Sequence[Evaluated]:
        """Solve batches in order; the kernels run outside the interpreter's lock."""
        in_part = IN_PART.get()

        def solved(batch: FloatArray) -> Evaluated:
            stop_part_if_over(in_part)
            return self.solve_batch(batch)

        if self.threads == 1 or len(batches) == 1:
            return [solved(batch) for batch in batches]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(solved, batches))

    def solve_batch(self, values: FloatArray) -> Evaluated:
        """Solve some points together, and one by one if together they cannot be solved."""
        errors = self.faults(values)
        columns = {name: np.full(len(values), np.nan) for name in self.measures}
        sound = [point for point, error in enumerate(errors) if error is None]
        if not sound:
            return columns, errors
        try:
            found = self.solve(values[sound])
        except NegsimError:
            for point in sound:
                errors[point] = self.solve_alone(values[[point]], columns, point)
            return columns, errors
        for name in self.measures:
            columns[name][sound] = found[name]
        return columns, errors

    def solve_alone(
        self, values: FloatArray, columns: Mapping[str, FloatArray], point: int
    ) -> str | None:
        """Solve one point, fill its place in the columns and return its error, if any."""
        try:
            found = self.solve(values)
        except NegsimError as error:
            return str(error)
        for name in self.measures:
            columns[name][point] = found[name][0]
        return None

    def solve(self, values: FloatArray) -> dict[str, FloatArray]:
        """Return the measures at points that are in the domains of their numbers."""
        columns = {
            name: column
            for name, column in zip(self.names, values.T, strict=True)
            if not name.startswith(SECTION)
        }
        points = self.compiled.points(columns)
        if len(points) < len(values):
            points = np.repeat(points, len(values), axis=0)
        analysis = Stalling(self.compiled, points, SELECTION, self.played(values))
        return evaluate(analysis, self.measures)

    def played(self, values: FloatArray) -> tuple[tuple[Strategy, ...], ...]:
        """Return everybody's strategy at each point; nothing if nobody plays by one."""
        if not self.rules:
            return ()
        others = parse("equilibrium")
        found = []
        for row in values.tolist():
            chosen = at_point(self.chosen, dict(zip(self.names, row, strict=True)))
            parties = self.compiled.scenario.parties
            found.append(tuple(chosen.get(party.name, others) for party in parties))
        return tuple(found)

    @cached_property
    def chosen(self) -> dict[str, Strategy]:
        """Return the strategy of each party that plays by one, its parameters as asked for."""
        return {party: choose(self.compiled, party, text) for party, text in self.rules}

    def faults(self, values: FloatArray) -> list[str | None]:
        """Return for each point what is wrong with its numbers, None if nothing is."""
        errors: list[str | None] = [None] * len(values)
        for name, column in zip(self.names, values.T, strict=True):
            domain = named(self.compiled.scenario, name, self.chosen).domain
            for point in np.flatnonzero(~domain.admitted(column)):
                found = f"{name} = {column[point]:.15g}, expected {domain.words}"
                errors[point] = errors[point] or found
        return errors


def at_point(rules: RulesByParty, values: Mapping[str, float]) -> dict[str, Strategy]:
    """Return the strategies at a point: with its parameters, and rule lists that read its numbers.

    ``values`` are all the numbers that vary, by their dotted names.
    """
    own = {name: value for name, value in values.items() if name.startswith(SECTION)}
    read = tuple(
        (name.removeprefix(READ), value) for name, value in values.items() if name.startswith(READ)
    )
    return {
        party: replace(rule, numbers=read) if isinstance(rule, WrittenStrategy) else rule
        for party, rule in with_parameters(rules, own).items()
    }


def evaluator(
    scenario: Scenario,
    names: Sequence[str],
    values: FloatArray,
    measures: Sequence[str],
    threads: int = 1,
    rules: RulesByParty | None = None,
) -> Evaluator:
    """Return the evaluator of a whole design; errors as :func:`evaluate_points`.

    ``values`` are all the points of the design, since the batch depends on its longest talks.
    """
    compiled = compiled_from(pack(scenario))
    rules = {party: choose(compiled, party, rule) for party, rule in (rules or {}).items()}
    needs = check_measures(scenario, measures, rules)
    for name in names:
        named(scenario, name, rules)
    rounds = float(scenario.rounds)
    if "talks.rounds" in names:
        column = np.asarray(values)[:, list(names).index("talks.rounds")]
        domain = named(scenario, "talks.rounds").domain
        rounds = float(column[domain.admitted(column)].max(initial=1.0))
    if needs == {"last_rounds"}:
        most = min(MAX_LAST_ROUNDS, max(MAX_BATCH, len(values) // PARTS))
        batch = batch_size(last_round_bytes(compiled), most)
    else:
        batch = batch_size(point_bytes(compiled, int(rounds)))
    texts = tuple((party, str(rule)) for party, rule in rules.items())
    return Evaluator(compiled, tuple(names), tuple(measures), batch, threads, texts)


def check_measures(scenario: Scenario, measures: Sequence[str], rules: RulesByParty) -> set[str]:
    """Return what the measures are read off.

    Raises
    ------
    UnknownNameError, UsageError
        If there is none, one is not known or asked for twice, or play is asked for and nobody was
        given a strategy, or the other way round.
    """
    if not measures:
        raise UsageError("no measure to compute, expected one or more")
    needs: set[str] = set()
    for name in measures:
        found, _ = parse_measure(name, scenario)
        if list(measures).count(name) > 1:
            raise UsageError(f'measure "{name}" is asked for twice, expected each once')
        if found.needs == "play" and not rules:
            raise UsageError(f'measure "{name}" needs a strategy, as in --strategy PARTY=sincere')
        needs.add(found.needs)
    if rules and "play" not in needs:
        raise UsageError(
            "strategies play, and no measure of play is asked for, such as play_rounds"
        )
    return needs


def last_round_bytes(compiled: Compiled) -> int:
    """Return about how much memory a one-shot game and what is found of it take, in bytes."""
    profiles = math.prod(len(own) for own in compiled.moves.values())
    return 8 * 4 * (len(compiled.moves) + 1) * (profiles + compiled.num_events)


@lru_cache(maxsize=8)
def compiled_from(data: bytes) -> Compiled:
    """Return the structure of a packed scenario, compiled once for many calls in a process."""
    return compile_scenario(unpack(data))


def batch_size(size: int, most: int | None = None) -> int:
    """Return how many points of some bytes are solved together: a power of two, 1 to 64.

    >>> [batch_size(size) for size in (1_000, 3 * 2**20, 2**30)]
    [64, 16, 1]
    """
    room = max(1, min(MAX_BATCH if most is None else most, BATCH_BYTES // size))
    return 1 << (room.bit_length() - 1)


def point_bytes(compiled: Compiled, rounds: int) -> int:
    """Return about how much memory a point's games and solutions take, in bytes.

    With n players, S states, O events, C transitions of K successors, E ends, X costs, T rounds
    and N cells of choices and mixed actions a state, a game holds S (O (4 n + E + X + 1) + C K)
    numbers and its solution T S (n + N + 3); both are there twice if there are channels to
    freeze. A number has 8 bytes.
    """
    scenario, where = compiled.scenario, compiled.successors.states
    per_event = 4 * len(scenario.parties) + len(scenario.ends) + len(scenario.costs) + 1
    game = compiled.num_events * per_event + math.prod(where.shape[1:])
    solution = rounds * (len(scenario.parties) + 3 + choice_cells(compiled))
    return 8 * len(compiled.grid) * (game + solution) * (2 if scenario.channels else 1)


def choice_cells(compiled: Compiled) -> int:
    """Return how many numbers a plan holds for a round and state: nodes x (1 + width)."""
    groups = [
        [len(compiled.moves[party]) for party in group] for group in compiled.scenario.talks.order
    ]
    nodes, prefixes = 0, 1
    for group in groups:
        nodes += prefixes
        prefixes *= math.prod(group)
    together = any(len(group) > 1 for group in groups)
    return nodes * (1 + (max(sum(group) for group in groups) if together else 0))


def pack(scenario: Scenario) -> bytes:
    """Return a scenario as bytes that another process of the same program can unpack."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(scenario)
    return buffer.getvalue()


def unpack(data: bytes) -> Scenario:
    """Return the scenario that :func:`pack` made into bytes; only ever for bytes of our own."""
    scenario = pickle.loads(data)
    assert isinstance(scenario, Scenario)
    return scenario


def read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a read-only view of a mapping (how one is made again in another process)."""
    return MappingProxyType(items)


class _Pickler(pickle.Pickler):
    """A pickler that knows read-only mappings, which the standard one does not."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return read_only, (dict(value),)
        return NotImplemented
