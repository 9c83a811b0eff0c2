"""What every registered strategy keeps, and for each contract a strategy that breaks it."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pytest

from negsim.arrays import FloatArray, frozen
from negsim.errors import NegsimError, UsageError
from negsim.games.stochastic import StochasticGame
from negsim.play.engine import expected, play
from negsim.play.reading import Reading, read
from negsim.play.registry import parse, strategies
from negsim.play.strategy import Strategy, Tables, memoryless


def load(path: Path) -> ModuleType:
    """Return the module of hand-made games that the tests of play use."""
    spec = importlib.util.spec_from_file_location("hand_made_games", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shaken(game: StochasticGame) -> StochasticGame:
    """Return a game whose payoffs are moved a little, so that no two moves tie."""
    noise = np.random.default_rng(0).uniform(0, 1e-3, size=game.payoffs.shape)
    return replace(
        game,
        payoffs=frozen(game.payoffs + noise),
        last_payoffs=frozen(game.last_payoffs + noise),
    )


games = load(Path(__file__).parents[1] / "play" / "games.py")
WITH_TIES: dict[str, StochasticGame] = {
    "dilemma": games.prisoners_dilemma(4),
    "talks": games.truce_talks(rounds=3),
    "talks in order": games.truce_talks(rounds=3, order=[[2], [0], [1]]),
}
WITHOUT_TIES = {
    "shaken talks": shaken(games.truce_talks(rounds=3)),
    "shaken talks in order": shaken(games.truce_talks(rounds=3, order=[[2], [0], [1]])),
    "random": games.random_talks(3, (2, 3, 2), states=2, rounds=3, order=[[1], [0, 2]]),
}
GAMES = WITH_TIES | WITHOUT_TIES
CONDITIONAL = {name: games.CONDITIONAL for name in GAMES if "talks" in name}
READINGS = {name: read(game, 0, CONDITIONAL.get(name)) for name, game in GAMES.items()}
Places: TypeAlias = Iterator[tuple[Reading, int]]


def places(names: Iterable[str] = GAMES) -> Places:
    """Yield the readings of some games and every player."""
    for name in names:
        for player in range(len(READINGS[name].board.moves)):
            yield READINGS[name], player


def tables_of(rule: Strategy, table: Reading, player: int) -> Tables:
    """Return the rule's tables while all others play at random."""
    others = {
        other: parse("random").tabulate(table, other, {})
        for other in range(len(table.board.moves))
        if other != player
    }
    return rule.tabulate(table, player, others)


def whole(tables: Tables, table: Reading, player: int) -> tuple[FloatArray, Any]:
    """Return the tables with every axis at its full size."""
    board = table.board
    inner = (board.rounds, board.num_states)
    act = np.broadcast_to(
        tables.act, (tables.memories, *inner, board.nodes[player], board.moves[player])
    )
    return act, np.broadcast_to(tables.next, (tables.memories, *inner, board.num_profiles))


def same(one: Tables, other: Tables) -> bool:
    """Tell whether two tables are alike up to rounding."""
    return (
        one.start == other.start
        and one.act.shape == other.act.shape
        and np.allclose(one.act, other.act, rtol=0, atol=1e-12)
        and np.array_equal(one.next, other.next)
    )


def is_described(rule: Strategy) -> None:
    """A strategy is a hashable value that says what it is and is read back from its text."""
    assert rule.name
    assert rule.name == rule.name.lower().replace(" ", "_")
    assert rule.summary
    assert rule.source
    assert parse(str(rule)) == rule
    assert hash(parse(str(rule))) == hash(rule)


def keeps_its_bounds(rule: Strategy) -> None:
    """Every parameter takes its bounds and nothing beyond them."""
    for parameter in fields(rule):
        default: Any = parameter.default
        for name, beyond in (("low", -1), ("high", 1)):
            bound = type(default)(parameter.metadata[name])
            assert getattr(replace(rule, **{parameter.name: bound}), parameter.name) == bound
            for wrong in (bound + beyond, float("nan"), "1"):
                with pytest.raises(UsageError, match=parameter.name):
                    replace(rule, **{parameter.name: wrong})


def has_legal_tables(rule: Strategy) -> None:
    """The tables fit the game, hold mixed actions, and remember only memories there are."""
    for table, player in places():
        tables_of(rule, table, player).check(table.board, player)


def repeats_itself(rule: Strategy) -> None:
    """The same reading gives the same tables."""
    for table, player in places():
        assert same(tables_of(rule, table, player), tables_of(rule, table, player))


def reads_no_labels(rule: Strategy) -> None:
    """Names of players, moves and ends do not matter."""
    for table, player in places():
        game = table.game
        renamed = replace(
            game,
            players=tuple(f"x{name}" for name in reversed(game.players)),
            moves=tuple(tuple(f"y{k}" for k in range(len(row), 0, -1)) for row in game.moves),
        )
        other = read(renamed, 0, table.conditional)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def survives_reordering_of_moves(rule: Strategy, names: Iterable[str] = WITHOUT_TIES) -> None:
    """With a player's moves in another order, everybody's tables are the same, reordered."""
    for table, player in places(names):
        for turned in range(len(table.board.moves)):
            permutation = list(np.roll(range(table.board.moves[turned]), 1))
            conditional = table.conditional.copy()
            conditional[turned, : len(permutation)] = table.conditional[turned, permutation]
            game = games.permuted(table.game, turned, permutation)
            other = read(game, 0, conditional)
            act, after = whole(tables_of(rule, table, player), table, player)
            new_act, new_after = whole(tables_of(rule, other, player), other, player)
            profiles, nodes = renumbered(table, player, turned, permutation)
            moves = permutation if turned == player else slice(None)
            if act.shape[0] == 1:
                after, new_after = after[..., :1], new_after[..., :1]
                profiles = np.zeros(1, dtype=int)
            assert np.allclose(new_act, act[..., nodes, :][..., moves], rtol=0, atol=1e-12)
            assert np.array_equal(new_after, after[..., profiles])


def renumbered(table: Reading, player: int, turned: int, permutation: list[int]) -> tuple[Any, Any]:
    """Return the old number of each new profile, and of each new node of the player."""
    numbers = np.arange(table.board.num_profiles).reshape(table.board.moves)
    profiles = np.take(numbers, permutation, axis=turned).ravel()
    nodes = np.zeros(table.board.nodes[player], dtype=np.int64)
    nodes[table.board.node_of[player]] = table.board.node_of[player][profiles]
    return profiles, nodes


def ignores_units(rule: Strategy) -> None:
    """Payoffs in other units (each player's times its own positive number) change nothing."""
    for table, player in places():
        units = np.array([2.0, 0.5, 8.0])[: len(table.board.moves), None, None]
        game = replace(
            table.game,
            payoffs=frozen(table.game.payoffs * units),
            last_payoffs=frozen(table.game.last_payoffs * units),
        )
        other = read(game, 0, table.conditional)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def reads_its_own_point(rule: Strategy) -> None:
    """Another point in the batch does not matter."""
    for table, player in places():
        other = read(replace(table.game, **doubled(table.game)), 1, table.conditional)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def doubled(game: StochasticGame) -> dict[str, Any]:
    """Return the batched arrays with the game as second point and another one before it."""
    names = ["payoffs", "last_payoffs", "chances", "end_chances", "agreement", "discount"]
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(game, name)] * 2) for name in [*names, "start", "costs"]
    }
    arrays["rounds"] = np.append(game.rounds + 2, game.rounds)
    arrays["last_payoffs"][0] *= -1
    return {name: frozen(array) for name, array in arrays.items()}


def asks_only_for_what_it_says(rule: Strategy) -> None:
    """A strategy that does not answer the others needs no tables of theirs and ignores them."""
    for table, player in places():
        if not rule.answers_others:
            alone = rule.tabulate(table, player, {})
            assert same(alone, tables_of(rule, table, player))


def plays(rule: Strategy) -> None:
    """The engine plays it, and its exact payoffs are finite."""
    for table, player in places():
        lineup = [parse("random").tabulate(table, k, {}) for k in range(len(table.board.moves))]
        lineup[player] = tables_of(rule, table, player)
        runs = play(table, lineup, runs=50, seed=0)
        assert np.isfinite(runs.payoffs).all()
        assert np.isfinite(expected(table, lineup)).all()


CONTRACTS: list[Callable[[Strategy], None]] = [
    is_described,
    keeps_its_bounds,
    has_legal_tables,
    repeats_itself,
    reads_no_labels,
    survives_reordering_of_moves,
    ignores_units,
    reads_its_own_point,
    asks_only_for_what_it_says,
    plays,
]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
@pytest.mark.parametrize("name", sorted(strategies))
def test_every_strategy_keeps_every_contract(
    name: str, contract: Callable[[Strategy], None]
) -> None:
    contract(strategies[name]())


@pytest.mark.parametrize("name", sorted(set(strategies) - {"equilibrium"}))
def test_tied_moves_get_equal_chances(name: str) -> None:
    """A solved plan names one of the moves that pay everybody alike; all others mix them."""
    survives_reordering_of_moves(strategies[name](), WITH_TIES)


@dataclass(frozen=True, slots=True)
class Wrong(Strategy):
    """A strategy that plays at random; each subclass breaks one contract."""

    name: ClassVar[str] = "wrong"
    summary: ClassVar[str] = "breaks a contract"
    source: ClassVar[str] = "this test"

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        return parse("random").tabulate(table, player, others)


@dataclass(frozen=True, slots=True)
class Unregistered(Wrong):
    """Its text names no strategy."""


@dataclass(frozen=True, slots=True)
class Unbounded(Wrong):
    """Its parameter takes anything."""

    level: float = field(default=0.5, metadata={"low": 0, "high": 1, "says": ""})

    def __post_init__(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class HalfHearted(Wrong):
    """Its chances sum to a half."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        return memoryless(np.full((1, 1, 1, moves), 0.5 / moves))


@dataclass(frozen=True, slots=True)
class Misshapen(Wrong):
    """It has an axis for a round too many."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        return memoryless(np.full((table.board.rounds + 1, 1, 1, moves), 1 / moves))


@dataclass(frozen=True, slots=True)
class Forgetful(Wrong):
    """It moves on to a memory that it does not have."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        tables = parse("random").tabulate(table, player, others)
        return replace(tables, next=tables.next + 1)


CALLS = itertools.count()


@dataclass(frozen=True, slots=True)
class Moody(Wrong):
    """It does something else every time it is asked."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        return memoryless(np.eye(moves)[next(CALLS) % moves][None, None, None])


@dataclass(frozen=True, slots=True)
class Literate(Wrong):
    """It plays the move whose label comes last in the alphabet."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        labels = table.game.moves[player]
        return memoryless(np.eye(len(labels))[labels.index(max(labels))][None, None, None])


@dataclass(frozen=True, slots=True)
class FirstMove(Wrong):
    """It plays the first move of the list."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        return memoryless(np.eye(table.board.moves[player])[0][None, None, None])


@dataclass(frozen=True, slots=True)
class FirstProfile(Wrong):
    """It remembers whether the first profile of the list was played."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        random = parse("random").tabulate(table, player, others)
        after = np.ones((2, 1, 1, table.board.num_profiles), dtype=np.int64)
        after[..., 0] = 0
        return Tables(0, np.repeat(random.act, 2, axis=0), after)


@dataclass(frozen=True, slots=True)
class Absolute(Wrong):
    """It asks for a fixed number of units of payoff."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        return memoryless(table.aspiration(player, np.full((table.board.num_states, 1), 5.5))[None])


@dataclass(frozen=True, slots=True)
class Elsewhere(Wrong):
    """It looks at the first point of the batch, whichever it plays."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        even = int(table.game.rounds[0]) == table.board.rounds
        return memoryless(np.full((table.board.rounds if even else 1, 1, 1, moves), 1 / moves))


@dataclass(frozen=True, slots=True)
class Peeker(Wrong):
    """It copies the mood of the others' tables without saying that it needs them."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        return memoryless(np.eye(moves)[0 if others else moves - 1][None, None, None])


BROKEN: list[tuple[Callable[[Strategy], None], Strategy]] = [
    (is_described, Unregistered()),
    (keeps_its_bounds, Unbounded()),
    (has_legal_tables, HalfHearted()),
    (has_legal_tables, Misshapen()),
    (has_legal_tables, Forgetful()),
    (repeats_itself, Moody()),
    (reads_no_labels, Literate()),
    (survives_reordering_of_moves, FirstMove()),
    (survives_reordering_of_moves, FirstProfile()),
    (ignores_units, Absolute()),
    (reads_its_own_point, Elsewhere()),
    (asks_only_for_what_it_says, Peeker()),
    (plays, HalfHearted()),
]


@pytest.mark.parametrize(
    ("contract", "rule"),
    BROKEN,
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_a_wrong_strategy_breaks_its_contract(
    contract: Callable[[Strategy], None], rule: Strategy
) -> None:
    with pytest.raises((AssertionError, NegsimError, pytest.fail.Exception)):
        contract(rule)


def test_every_contract_has_a_strategy_that_breaks_it() -> None:
    assert {contract for contract, _ in BROKEN} == set(CONTRACTS)
