"""Strategies written in a scenario file as a list of rules, compiled to tables.

The first rule whose condition holds is followed. Conditions read the state and the number of the
round as they are, and the options in effect, the stances and the alarms of the round before; before
the first round nothing is in effect, nobody has said anything and no alarm has rung. So all that
such a strategy remembers is what its conditions ask about the round before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.dynamics.build import Compiled
from negsim.errors import Fault, ScenarioError
from negsim.expressions import Stance
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.scenario.model import RuleList, StrategyRule

NOTHING: Memory = (0,)
"""What is remembered before the first round; every other memory is the number of a round's news."""


@dataclass(frozen=True, slots=True, eq=False)
class WrittenStrategy(Automaton):
    """A rule list of a scenario, for the party that the file names.

    ``numbers`` are parameters whose values differ from the file's, by name.

    Raises
    ------
    ScenarioError
        If a rule asks for stances that no move of the party holds together.
    """

    name: ClassVar[str] = "rule list"
    summary: ClassVar[str] = "follows the first of its rules that holds"
    source: ClassVar[str] = "the scenario file"
    remembers: ClassVar[str] = "what its conditions ask about the round before"

    rules: RuleList
    compiled: Compiled
    numbers: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if faults := faults_of(self.compiled, self.rules):
            raise ScenarioError(faults)

    def __str__(self) -> str:
        return self.rules.name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WrittenStrategy)
            and self.rules is other.rules
            and self.compiled is other.compiled
            and self.numbers == other.numbers
        )

    def __hash__(self) -> int:
        return hash((self.rules.party, self.rules.name))

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that there was no round."""
        return NOTHING

    def symbols(self, table: Reading, _player: int, /) -> IntArray:
        """Return the number of what each round tells, (S, A, alarms)."""
        return self._told(table)[1]

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return what the round told."""
        return (symbol,)

    def actions(self, table: Reading, _player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the move of the first rule that holds, (memories, T, S, 1, M)."""
        news, _ = self._told(table)
        moves = np.array([move_of(self.compiled, self.rules, rule) for rule in self.rules.rules])
        now = self._now(table)
        rows = []
        for memory in memories:
            past = dict(zip(self._asked(), news[:, int(memory[0])].tolist(), strict=True))
            rows.append(moves[self._followed(table, {**now, **past})])
        mixed = np.eye(len(self.compiled.moves[self.rules.party]))[np.stack(rows)]
        return np.asarray(mixed[:, :, :, None])

    def _followed(self, table: Reading, environment: Mapping[str, FloatArray | float]) -> IntArray:
        """Return the first rule that holds in each round and state, (T, S)."""
        size = (table.board.rounds, table.board.num_states)
        holds = [
            np.broadcast_to(rule.when.evaluate(environment) != 0, size) for rule in self.rules.rules
        ]
        return np.asarray(np.argmax(np.stack(holds), axis=0))

    def _now(self, table: Reading) -> dict[str, FloatArray | float]:
        """Return the state (S,), the round (T, 1) counted from 1, and the parameters."""
        scenario, grid = self.compiled.scenario, self.compiled.grid
        found: dict[str, FloatArray | float] = {
            name.removeprefix("parameters."): float(number.value)
            for name, number in scenario.numbers.items()
            if name.startswith("parameters.")
        }
        found.update(self.numbers)
        for column, variable in enumerate(scenario.state):
            found[variable.name] = grid[:, column].astype(float)
        found["round"] = np.arange(1.0, table.board.rounds + 1)[:, None]
        return found

    def _asked(self) -> tuple[str, ...]:
        """Return the options, stances and signals that conditions ask about, by name or key."""
        scenario = self.compiled.scenario
        past = {option.name for option in scenario.options}
        past |= {signal.name for signal in scenario.signals}
        found = {name for rule in self.rules.rules for name in rule.when.names() & past}
        found |= {stance.key for rule in self.rules.rules for stance in rule.when.stances()}
        return tuple(sorted(found))

    def _told(self, table: Reading) -> tuple[IntArray, IntArray]:
        """Return the kinds of news (asked, kinds), the first being none, and each round's kind."""
        size = (table.board.num_states, table.board.num_profiles, table.board.alarms)
        rows = [np.broadcast_to(self._row(table, key), size).ravel() for key in self._asked()]
        if not rows:
            return np.zeros((0, 1), dtype=np.int64), np.zeros(size, dtype=np.int64)
        none = np.zeros((len(rows), 1), dtype=np.int64)
        with_none = np.concatenate([none, np.array(rows, dtype=np.int64)], axis=1)
        news, kind = np.unique(with_none, axis=1, return_inverse=True)
        return news, kind.reshape(-1)[1:].reshape(size)

    def _row(self, table: Reading, key: str) -> IntArray | BoolArray:
        """Return the value of an asked name in each round, (S or 1, A or 1, alarms or 1)."""
        scenario, events = self.compiled.scenario, self.compiled.events
        options = [option.name for option in scenario.options]
        if key in options:
            return np.asarray(events.table[options.index(key)][events.of][..., None])
        signals = [signal.name for signal in scenario.signals]
        if key in signals:
            bits = np.indices((2,) * len(signals)).reshape(len(signals), -1)
            return np.asarray(bits[signals.index(key)][None, None])
        stance = self._stance(key)
        said = [move.stances[stance.option] for move in self.compiled.moves[stance.party]]
        player = table.game.players.index(stance.party)
        holds = np.array(said) == stance.stance
        return np.asarray(holds[table.board.move_of[player]][None, :, None])

    def _stance(self, key: str) -> Stance:
        stances = {s.key: s for rule in self.rules.rules for s in rule.when.stances()}
        return stances[key]


def rule_faults(compiled: Compiled) -> list[Fault]:
    """Return a fault for each rule of the file that asks for a move its party does not have."""
    return [fault for rules in compiled.scenario.strategies for fault in faults_of(compiled, rules)]


def faults_of(compiled: Compiled, rules: RuleList) -> list[Fault]:
    """Return a fault for each rule of a list that asks for a move the party does not have."""
    name = f"strategies.{rules.party}.{rules.name}.rules"
    path, line = compiled.scenario.lines.get(name, (compiled.scenario.path, 1))
    moves = compiled.moves[rules.party]
    known = "; ".join(move.label for move in moves)
    found = []
    for rule in rules.rules:
        if move_of(compiled, rules, rule) < 0:
            play = ", ".join(f"{option} {said}" for option, said in rule.play.items()) or "nothing"
            message = (
                f"no move of {rules.party} holds {play} and refuses the rest; "
                f"expected one of its moves on {' / '.join(moves[0].stances)}: {known}"
            )
            found.append(Fault(path, line, name, message))
    return found


def move_of(compiled: Compiled, rules: RuleList, rule: StrategyRule) -> int:
    """Return the number of the move that a rule asks for, or -1; options not named are refused."""
    for place, move in enumerate(compiled.moves[rules.party]):
        if all(rule.play.get(name, "no") == said for name, said in move.stances.items()):
            return place
    return -1
