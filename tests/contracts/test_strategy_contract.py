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
from negsim.playing.automaton import MOST_MEMORIES, Automaton, Memory, narrow
from negsim.playing.engine import expected, play
from negsim.playing.foresight import SHARED
from negsim.playing.reading import Reading, read
from negsim.playing.registry import parse, strategies
from negsim.playing.runs import Runs
from negsim.playing.strategy import ROLES, Strategy, Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame


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


def heard(game: StochasticGame) -> StochasticGame:
    """Return a game with two signals, about p0 and p1, that ring half of the time."""
    return replace(game, signals=frozen(np.full((1, 2, game.payoffs.shape[-1]), 0.5)))


def again(table: Reading, game: StochasticGame, point: int = 0) -> Reading:
    """Return the reading of another game, all that is declared being the same."""
    return read(game, point, table.worth.conditional, table.conduct.pressing, table.conduct.accused)


games = load(Path(__file__).parents[1] / "playing" / "games.py")
WITH_TIES: dict[str, StochasticGame] = {
    "dilemma": games.prisoners_dilemma(4),
    "talks": games.truce_talks(rounds=3),
    "talks in order": games.truce_talks(rounds=3, order=[[2], [0], [1]]),
}
WITHOUT_TIES = {
    "shaken talks": shaken(games.truce_talks(rounds=3)),
    "shaken talks in order": shaken(games.truce_talks(rounds=3, order=[[2], [0], [1]])),
    "random": games.random_talks(3, (2, 3, 2), states=2, rounds=3, order=[[1], [0, 2]]),
    "shaken talks with alarms": heard(shaken(games.truce_talks(rounds=3))),
}
GAMES = WITH_TIES | WITHOUT_TIES
CONDITIONAL = {name: games.CONDITIONAL for name in GAMES if "talks" in name}
PRESSING = np.zeros((3, 4, 3), dtype=bool)
PRESSING[2, 1, 0] = True
"""In the games with alarms p2's press is declared to press p0."""
READINGS = {
    name: read(game, 0, CONDITIONAL.get(name), PRESSING, [0, 1])
    if "alarms" in name
    else read(game, 0, CONDITIONAL.get(name))
    for name, game in GAMES.items()
}
Places: TypeAlias = Iterator[tuple[Reading, int]]


def places(names: Iterable[str] = GAMES) -> Places:
    """Yield the readings of some games and every player of each."""
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
    after = (tables.memories, *inner, board.num_profiles, board.alarms)
    return act, np.broadcast_to(tables.next, after)


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
    assert set(rule.roles) <= set(ROLES)
    assert rule.roles
    assert rule.name not in rule.also
    assert all(parameter.metadata["unit"] for parameter in fields(rule))
    assert all(parameter.metadata["says"] for parameter in fields(rule))
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
        other = again(table, renamed)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def survives_reordering_of_moves(rule: Strategy, names: Iterable[str] = WITHOUT_TIES) -> None:
    """With a player's moves in another order, everybody's tables are the same, reordered."""
    for table, player in places(names):
        for turned in range(len(table.board.moves)):
            permutation = list(np.roll(range(table.board.moves[turned]), 1))
            conditional, pressing = table.worth.conditional.copy(), table.conduct.pressing.copy()
            for declared in (conditional, pressing):
                declared[turned, : len(permutation)] = declared[turned, permutation]
            game = games.permuted(table.game, turned, permutation)
            other = read(game, 0, conditional, pressing, table.conduct.accused)
            act, after = whole(tables_of(rule, table, player), table, player)
            new_act, new_after = whole(tables_of(rule, other, player), other, player)
            profiles, nodes = renumbered(table, player, turned, permutation)
            moves = permutation if turned == player else slice(None)
            if act.shape[0] == 1:
                after, new_after = after[..., :1, :], new_after[..., :1, :]
                profiles = np.zeros(1, dtype=int)
            assert np.allclose(new_act, act[..., nodes, :][..., moves], rtol=0, atol=1e-12)
            assert np.array_equal(new_after, after[..., profiles, :])


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
        other = again(table, game)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def reads_its_own_point(rule: Strategy) -> None:
    """Another point in the batch does not matter."""
    for table, player in places():
        other = again(table, replace(table.game, **doubled(table.game)), 1)
        assert same(tables_of(rule, table, player), tables_of(rule, other, player))


def doubled(game: StochasticGame) -> dict[str, Any]:
    """Return the batched arrays with the game as second point and another one before it."""
    batched = [parameter.name for parameter in fields(game) if parameter.name not in SHARED]
    arrays: dict[str, Any] = {name: np.concatenate([getattr(game, name)] * 2) for name in batched}
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


def makes_legal_moves(rule: Strategy) -> None:
    """In every run each of its moves is one that its tables give a chance, at what was seen."""
    for table, player in places():
        lineup = lineup_of(rule, table, player)
        runs = play(table, lineup, runs=20, seed=1)
        for run in range(len(runs)):
            mixed = followed(lineup[player], table, player, runs, run)
            moves = table.board.move_of[player][runs.profiles[run, : len(mixed)]]
            assert all(row[move] > 0 for row, move in zip(mixed, moves, strict=True))


def repeats_runs_of_a_seed(rule: Strategy) -> None:
    """The same seed gives the same runs, also if the tables are made anew."""
    for table, player in places():
        one, other = (
            play(table, lineup_of(rule, table, player), runs=30, seed=5) for _ in range(2)
        )
        assert np.array_equal(one.profiles, other.profiles)
        assert np.array_equal(one.payoffs, other.payoffs)


def depends_only_on_the_public_past(rule: Strategy) -> None:
    """Against others who play differently it acts alike as long as the same has happened."""
    for table, player in places():
        if rule.answers_others:
            continue
        seen: dict[Any, FloatArray] = {}
        for name in ("random", "sincere", "hardliner"):
            lineup = [parse(name).tabulate(table, k, {}) for k in range(len(table.board.moves))]
            lineup[player] = rule.tabulate(table, player, dict(enumerate(lineup)))
            runs = play(table, lineup, runs=20, seed=2)
            for run in range(len(runs)):
                mixed = followed(lineup[player], table, player, runs, run)
                for index, row in enumerate(mixed):
                    past = public_past(table, player, runs, run, index)
                    known = seen.setdefault(past, row)
                    assert np.allclose(known, row, rtol=0, atol=1e-12)


def public_past(table: Reading, player: int, runs: Runs, run: int, index: int) -> Any:
    """Return what was publicly known when the player moved in a round."""
    now = int(table.board.node_of[player, runs.profiles[run, index]])
    before = tuple(runs.profiles[run, :index].tolist()), tuple(runs.alarms[run, :index].tolist())
    return before, tuple(runs.states[run, : index + 1].tolist()), now


def agrees_with_the_rule(rule: Strategy) -> None:
    """Along random public histories the tables do what the rule, asked step by step, says."""
    rng = np.random.default_rng(7)
    for table, player in places():
        if not isinstance(rule, Automaton):
            continue
        tables, symbols = rule.tabulate(table, player, {}), narrow(rule.symbols(table, player))
        act, after = whole(tables, table, player)
        for _ in range(10):
            memory, place = rule.first(table, player), tables.start
            for index in range(table.board.rounds):
                state = int(rng.integers(table.board.num_states))
                profile = int(rng.integers(table.board.num_profiles))
                direct = np.broadcast_to(rule.actions(table, player, [memory]), (1, *act.shape[1:]))
                assert np.allclose(direct[0, index], act[place, index], rtol=0, atol=1e-12)
                alarm = int(rng.integers(table.board.alarms))
                told = symbols[state % len(symbols), profile].reshape(-1)
                memory = rule.step(memory, int(told[alarm % len(told)]))
                place = int(after[place, index, state, profile, alarm])


def says_and_bounds_its_memory(rule: Strategy) -> None:
    """It says what it remembers if anything; an automaton has the memories that can be met."""
    for table, player in places():
        tables = tables_of(rule, table, player)
        assert tables.memories <= MOST_MEMORIES
        assert tables.memories == 1 or rule.remembers != "nothing"
        if isinstance(rule, Automaton):
            following = tables.next.reshape(tables.memories, -1)
            met, ahead = {tables.start}, [tables.start]
            while ahead:
                new = set(following[ahead.pop()].tolist()) - met
                met |= new
                ahead += sorted(new)
            assert len(met) == tables.memories


def lineup_of(rule: Strategy, table: Reading, player: int) -> list[Tables]:
    """Return the rule's tables among others who play at random."""
    lineup = [parse("random").tabulate(table, k, {}) for k in range(len(table.board.moves))]
    lineup[player] = tables_of(rule, table, player)
    return lineup


def followed(tables: Tables, table: Reading, player: int, runs: Runs, run: int) -> list[FloatArray]:
    """Return the mixed actions of the tables along a run, read off the public past."""
    act, after = whole(tables, table, player)
    memory, found = tables.start, []
    for index in range(int(runs.end_round[run]) + 1):
        state, profile = int(runs.states[run, index]), int(runs.profiles[run, index])
        found.append(act[memory, index, state, table.board.node_of[player, profile]])
        memory = int(after[memory, index, state, profile, max(int(runs.alarms[run, index]), 0)])
    return found


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
    makes_legal_moves,
    repeats_runs_of_a_seed,
    depends_only_on_the_public_past,
    agrees_with_the_rule,
    says_and_bounds_its_memory,
]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
@pytest.mark.parametrize("name", sorted(strategies))
def test_every_strategy_keeps_every_contract(
    name: str, contract: Callable[[Strategy], None]
) -> None:
    contract(strategies[name]())


SOLVED = {"equilibrium", "exit_threat", "fearful"}
"""Rules that ask the solved plan, which names one of the moves that pay everybody alike."""


@pytest.mark.parametrize("name", sorted(set(strategies) - SOLVED))
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
        return memoryless(
            table.worth.aspiration(player, np.full((table.board.num_states, 1), 5.5))[None]
        )


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


@dataclass(frozen=True, slots=True)
class Illegal(Wrong):
    """It lists a move that its tables never play as one of theirs, by a chance below nought."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        return memoryless((np.arange(moves) * 2.0 - moves + 1 + 1 / moves)[None, None, None])


@dataclass(frozen=True, slots=True)
class Clairvoyant(Wrong):
    """It knows whom it plays: with tables of the others at hand it plays another move."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        moves = table.board.moves[player]
        known = sum(float(tables.act.max()) for tables in others.values())
        return memoryless(np.eye(moves)[int(known * 7) % moves][None, None, None])


@dataclass(frozen=True, slots=True)
class Counting(Automaton):
    """An automaton that counts rounds with the first profile; a subclass writes it out wrongly."""

    name: ClassVar[str] = "counting"
    summary: ClassVar[str] = "breaks a contract"
    source: ClassVar[str] = "this test"

    def first(self, table: Reading, player: int, /) -> Memory:
        return (0,)

    def symbols(self, table: Reading, player: int, /) -> Any:
        return (np.arange(table.board.num_profiles) == 0).astype(np.int64)[None]

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        return (memory[0] + symbol,)

    def actions(self, table: Reading, player: int, memories: Any, /) -> FloatArray:
        moves = table.board.moves[player]
        rows = np.eye(moves)[[int(memory[0]) % moves for memory in memories]]
        return np.asarray(rows[:, None, None, None])


@dataclass(frozen=True, slots=True)
class Misprinted(Counting):
    """Its tables leave out what it remembers."""

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        right = Counting.tabulate(self, table, player, others)
        return replace(right, next=np.zeros_like(right.next))


@dataclass(frozen=True, slots=True)
class Bloated(Counting):
    """It has a memory that nothing leads to."""

    remembers: ClassVar[str] = "the rounds with the first profile"

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        right = Counting.tabulate(self, table, player, others)
        act, after = (np.concatenate([part, part[:1]]) for part in (right.act, right.next))
        return Tables(0, act, after)


@dataclass(frozen=True, slots=True)
class Silent(Counting):
    """It does not say that it remembers anything."""


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
    (makes_legal_moves, Illegal()),
    (repeats_runs_of_a_seed, Moody()),
    (depends_only_on_the_public_past, Clairvoyant()),
    (agrees_with_the_rule, Misprinted()),
    (says_and_bounds_its_memory, Bloated()),
    (says_and_bounds_its_memory, Silent()),
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
