"""Sequential equilibria: published trees, signalling games, and trembles drawn by lot."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import GameError, ProfileError, SolverError
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import perfect_bayesian
from negsim.theory.trees import sequential
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Lottery, Turn
from negsim.theory.trees.sequences import Behaviour, Weight
from negsim.theory.trees.sequential import (
    SEQUENTIAL,
    check_assessment,
    find_beliefs,
    solve_sequential,
)
from negsim.theory.trees.subgame import subgame_perfect_behaviours
from tests.oracles.plain_trees import (
    chain_store,
    kuhns_poker,
    node_values,
    random_tree,
    seltens_horse,
)

ORDERS = (1, 2, 3, 5, 8)
"""Orders of trembles that are drawn; factors are drawn among small whole numbers."""

Beliefs = tuple[tuple[Fraction, ...], ...]


# ---------------------------------------------------------------- published


def test_seltens_horse_has_one_pure_sequential_equilibrium() -> None:
    """Kreps and Wilson (1982), section 5: player 3 believes in player 1 with chance 1/3 or less."""
    solution = solve_sequential(seltens_horse())
    assert solution.complete
    (one,) = solution.equilibria
    assert one.to_dict()["fractions"] == {"1": {"R": "1"}, "2": {"R": "1"}, "3": {"R": "1"}}
    assert one.marks == ("pure", SEQUENTIAL)
    assert one.beliefs is not None
    assert 0 <= one.beliefs[1][0] <= 1 / 3 + 1e-9


@pytest.mark.parametrize(("belief", "sequential"), [(0, True), (0.3, True), (0.4, False)])
def test_the_horse_by_its_beliefs(belief: float, sequential: bool) -> None:
    across = ((0, 1), (0, 1), (0, 1))
    verdict = check_assessment(seltens_horse(), across, [[1], [belief, 1 - belief], [1]])
    assert verdict.sequential is sequential
    assert verdict.consistent
    if not sequential:
        assert verdict.reasons == ('at "3" 3 gains 0.2 by another continuation',)


def test_the_other_equilibrium_of_the_horse_moves_wrongly_off_the_path() -> None:
    support = find_beliefs(seltens_horse(), [[1, 0], [1, 0], [0, 1]])
    assert support.beliefs is None
    assert support.decided
    assert support.reason == 'no belief makes what 2 does at "2" a best move'


def outside_option() -> ExtensiveGame:
    """Out, or two actions that the second does not tell apart, of which one is never good."""

    def reply(fight: tuple[int, int], give: tuple[int, int]) -> Turn:
        return Turn("2", {"fight": fight, "give": give}, "2")

    first = {"out": (0, 3), "weak": reply((-2, 1), (1, 2)), "strong": reply((-1, 0), (2, 1))}
    return ExtensiveGame.from_tree(["1", "2"], Turn("1", first))


def test_to_fight_is_bad_whatever_is_believed() -> None:
    solution = solve_sequential(outside_option())
    assert [one.payoffs.tolist() for one in solution.equilibria] == [[2, 1]]


def coupled() -> ExtensiveGame:
    """Two observers of the same slip: each sees it, neither sees which of two it was."""

    def seen(by: str, left: tuple[int, ...], right: tuple[int, ...]) -> Turn:
        return Turn(by, {"l": left, "r": right}, by)

    def both(a: int, b: int) -> Lottery:
        first = seen("2", (0, a, 0), (0, 1 - a, 0))
        second = seen("3", (0, 0, b), (0, 0, 1 - b))
        return Lottery({"2 looks": ("1/2", first), "3 looks": ("1/2", second)})

    slips = {"stay": (1, 0, 0), "one": both(1, 0), "other": both(0, 1)}
    return ExtensiveGame.from_tree(["1", "2", "3"], Turn("1", slips))


@pytest.mark.parametrize(
    ("second", "third", "sequential"),
    [("l", "r", True), ("r", "l", True), ("l", "l", False), ("r", "r", False)],
)
def test_observers_of_one_slip_believe_the_same(second: str, third: str, sequential: bool) -> None:
    """2 wins by l after "one", 3 by r: they cannot both think it likelier that the other erred.

    With equal beliefs of 1/2 every reply is a best one, so that strict beliefs are asked for.
    """
    game = coupled()
    chances = {"l": (1, 0), "r": (0, 1)}
    behaviour = ((1, 0, 0), chances[second], chances[third])
    sure = {"l": 0.9, "r": 0.1}
    two, three = sure[second], 1 - sure[third]
    beliefs = ((1,), (two, 1 - two), (three, 1 - three))
    verdict = check_assessment(game, behaviour, beliefs)
    assert verdict.rational
    assert verdict.consistent is sequential
    if not sequential:
        assert verdict.reasons == ("the beliefs are not consistent: no trembles have these ratios",)
    assert find_beliefs(game, behaviour).beliefs is not None, "a half each supports everything"


def test_what_one_slip_reaches_is_not_ruled_out_by_the_other() -> None:
    """Sure of different slips: no orders of trembles lead there."""
    verdict = check_assessment(
        coupled(), ((1, 0, 0), (1, 0), (1, 0)), ((1,), (1.0, 0.0), (0.0, 1.0))
    )
    assert verdict.reasons == (
        "the beliefs are not consistent: no orders of trembles lead to these nodes",
    )


def test_later_beliefs_remember_earlier_ones() -> None:
    """Two slips in a row are rarer than one, unless the one is rarer still."""
    late = Turn("2", {"x": (0, 0), "y": (0, 0)}, "2")
    second = Turn("1", {"stop": (1, 0), "slip": late}, "1 again")
    game = ExtensiveGame.from_tree(
        ["1", "2"], Turn("1", {"out": (1, 0), "in": second, "odd": late}, "1")
    )
    behaviour = ((1, 0, 0), (1, 0), (1, 0))
    for belief in ((1, 0), (0, 1), (0.5, 0.5)):
        assert check_assessment(game, behaviour, ((1,), (1,), belief)).sequential


@pytest.mark.parametrize(("belief", "consistent"), [((1, 0), True), ((0.5, 0.5), False)])
def test_a_slip_after_a_slip_is_always_rarer(belief: tuple[float, ...], consistent: bool) -> None:
    late = Turn("2", {"x": (0, 0), "y": (0, 0)}, "2")
    again = Turn("1", {"stop": late, "slip": late}, "1 again")
    game = ExtensiveGame.from_tree(["1", "2"], Turn("1", {"stay": (1, 0), "slip": again}))
    verdict = check_assessment(game, ((1, 0), (1, 0), (1, 0)), ((1,), (1,), belief))
    assert verdict.consistent is consistent
    assert check_assessment(game, ((1, 0), (1, 0), (1, 0)), ((1,), (1,), (0, 1))).reasons == (
        "the beliefs are not consistent: no orders of trembles lead to these nodes",
    )


# ---------------------------------------------------------------- signalling games


def as_tree(game: SignallingGame) -> ExtensiveGame:
    """Return a signalling game as a tree: nature, the sender by type, the receiver by message."""
    types, messages, replies = game.shape

    def reply(kind: int, message: int) -> Turn:
        ends = {
            f"r{r}": (float(game.sender[kind, message, r]), float(game.receiver[kind, message, r]))
            for r in range(replies)
        }
        return Turn("receiver", ends, f"m{message}")

    def send(kind: int) -> Turn:
        return Turn("sender", {f"m{m}": reply(kind, m) for m in range(messages)}, f"t{kind}")

    draw = {f"t{kind}": (float(game.prior[kind]), send(kind)) for kind in range(types)}
    return ExtensiveGame.from_tree(["sender", "receiver"], Lottery(draw))


@pytest.mark.parametrize("seed", range(25))
def test_in_signalling_games_they_are_the_pure_perfect_bayesian_ones(seed: int) -> None:
    """Fudenberg and Tirole (1991), proposition 1: with two types the two concepts are one."""
    rng = np.random.default_rng(seed)
    payoffs = rng.permutation(8).reshape(2, 2, 2), rng.permutation(8).reshape(2, 2, 2)
    game = SignallingGame([0.25, 0.75], *payoffs)
    solution = solve_sequential(as_tree(game))
    assert solution.complete
    place = {one.name: k for k, one in enumerate(solution.game.information_sets)}
    found = {
        tuple(tuple(map(float, one.behaviour[place[f"t{kind}"]])) for kind in range(2))
        for one in solution.equilibria
    }
    outcomes = [one for part in perfect_bayesian(game).components for one in part.outcomes]
    every = {tuple(tuple(row) for row in one.strategy.tolist()) for one in outcomes}
    assert found <= every
    assert {one for one in every if pure_replies_support(game, one)} == found


def pure_replies_support(game: SignallingGame, strategy: Sequence[Sequence[float]]) -> bool:
    """Tell whether pure replies, each best at some belief, keep all types at their messages."""
    sent = np.array(strategy)
    if not np.isin(sent, (0, 1)).all():
        return False
    choices = [list(best_replies(game, sent, message)) for message in range(game.shape[1])]
    chosen = sent.argmax(axis=1)
    for replies in itertools.product(*choices):
        values = game.sender[:, np.arange(len(replies)), list(replies)]
        if (values[np.arange(len(chosen)), chosen] >= values.max(axis=1)).all():
            return True
    return False


def best_replies(game: SignallingGame, sent: np.ndarray, message: int) -> Iterator[int]:
    weights = game.prior * sent[:, message]
    shares = np.linspace(0, 1, 10_001)
    beliefs = np.stack([shares, 1 - shares])
    if weights.sum() > 0:
        beliefs = (weights / weights.sum())[:, None]
    worth = game.receiver[:, message].T @ beliefs
    yield from np.flatnonzero((worth >= worth.max(axis=0) - 1e-12).any(axis=1)).tolist()


# ---------------------------------------------------------------- trembles drawn by lot


def drawn_beliefs(game: ExtensiveGame, behaviour: Behaviour, rng: np.random.Generator) -> Beliefs:
    """Return the limit of Bayes' rule under trembles of orders and factors drawn by lot."""
    trembles = {
        (place, action): (int(rng.choice(ORDERS)), Fraction(int(rng.integers(1, 6))))
        for place, mixed in enumerate(behaviour)
        for action, chance in enumerate(mixed)
        if not chance
    }
    likely: list[tuple[int, Fraction]] = [(0, Fraction(1))] * len(game.nodes)
    for index, node in enumerate(game.nodes):
        for action, child in enumerate(game.children[index]):
            order, chance = likely[index]
            if isinstance(node, Chance):
                likely[child] = order, chance * node.chances[action]
            elif not isinstance(node, End):
                played = Fraction(behaviour[node.information][action])
                more, factor = trembles.get((node.information, action), (0, played))
                likely[child] = order + more, chance * factor
    beliefs = []
    for members in game.members():
        least = min(likely[node][0] for node in members)
        weights = [likely[node][1] * (likely[node][0] == least) for node in members]
        beliefs.append(tuple(weight / sum(weights, Fraction(0)) for weight in weights))
    return tuple(beliefs)


def rational(game: ExtensiveGame, behaviour: Behaviour, beliefs: Beliefs) -> bool:
    """Tell whether nobody gains at any set by one other action, given the beliefs (in fractions).

    Under consistent beliefs that is enough: Hendon, Jacobsen and Sloth (1996).
    """
    values = node_values(game, behaviour)
    for place, (members, belief) in enumerate(zip(game.members(), beliefs, strict=True)):
        player = game.information_sets[place].player
        worth: list[Weight] = [
            sum(
                (
                    chance * values[game.children[node][action]][player]
                    for node, chance in zip(members, belief, strict=True)
                ),
                Fraction(0),
            )
            for action in range(len(game.information_sets[place].actions))
        ]
        played = [value for value, chance in zip(worth, behaviour[place], strict=True) if chance]
        if min(played) < max(worth):
            return False
    return True


@pytest.mark.parametrize("seed", range(28))
def test_whatever_trembles_support_is_found_and_what_is_found_holds(seed: int) -> None:
    game = random_tree(seed, depth=3, players=2 + seed % 2)
    rng = np.random.default_rng(seed)
    solution = solve_sequential(game)
    assert solution.complete
    found = {one.behaviour for one in solution.equilibria}
    for behaviour in subgame_perfect_behaviours(game, reduced=False)[0]:
        for _ in range(40):
            beliefs = drawn_beliefs(game, behaviour, rng)
            verdict = check_assessment(game, behaviour, beliefs)
            assert verdict.consistent
            assert verdict.rational is rational(game, behaviour, beliefs)
            assert behaviour in found or not verdict.rational
    for one in solution.equilibria:
        assert one.beliefs is not None
        assert check_assessment(game, one.behaviour, one.beliefs).sequential


@pytest.mark.parametrize("seed", range(10))
def test_mixed_behaviours_have_bayesian_beliefs(seed: int) -> None:
    """Where everything is played there are no trembles, and Bayes' rule says everything."""
    game = random_tree(seed, depth=3)
    rng = np.random.default_rng(seed)
    behaviour = tuple(
        tuple(rng.dirichlet(np.ones(len(one.actions))).tolist()) for one in game.information_sets
    )
    beliefs = drawn_beliefs(game, behaviour, rng)
    assert check_assessment(game, behaviour, beliefs).consistent
    for place, belief in enumerate(beliefs):
        if len(belief) > 1:
            moved = list(beliefs)
            moved[place] = (*belief[1:], belief[0])
            same = np.allclose(np.array(belief, float), np.array(moved[place], float))
            assert check_assessment(game, behaviour, moved).consistent is same


# ---------------------------------------------------------------- limits and faults


def test_poker_in_pure_moves_has_none() -> None:
    solution = solve_sequential(kuhns_poker())
    assert solution.message == (
        "0 pure sequential equilibria; mixed ones are not looked for; the solver agent_logit finds "
        "one"
    )


def test_patterns_and_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    game = outside_option()
    behaviour = ((1, 0, 0), (1, 0))
    monkeypatch.setattr(sequential, "MOST_PATTERNS", 0)
    support = find_beliefs(coupled(), ((1, 0, 0), (1, 0), (0, 1)))
    assert (support.beliefs, support.decided) == (None, False)
    assert support.reason == "more than 0 patterns of beliefs"
    monkeypatch.setattr(sequential, "MOST_SUPPORTS", 1)
    support = find_beliefs(game, behaviour)
    assert (support.decided, support.reason) == (False, '"2" has too many nodes off the path')
    undecided = solve_sequential(coupled())
    assert not undecided.complete
    assert undecided.dropped
    assert f"{len(undecided.dropped)} undecided" in undecided.message
    monkeypatch.setattr(sequential, "MOST_NODES", 3)
    with pytest.raises(
        SolverError, match="takes trees of at most 3 nodes, got 8; solvers that can"
    ):
        solve_sequential(game)


def test_lotteries_that_never_happen_are_refused() -> None:
    draw = Lottery({"never": (0, (1, 1)), "always": (1, (0, 0))})
    with pytest.raises(SolverError, match="takes lotteries without branches of chance 0, got one"):
        solve_sequential(ExtensiveGame.from_tree(["a", "b"], draw))


@pytest.mark.parametrize(
    ("beliefs", "fault"),
    [
        ([[1]], r"expected one chance per node, \[1, 1\] of them per set"),
        ([[1], [0.5, 0.5]], "expected one chance per node"),
        ([[1], [0.5]], 'expected chances that sum to 1 at "store 1"'),
        ([[1], [-1]], 'expected chances that sum to 1 at "store 1"'),
    ],
)
def test_beliefs_are_checked(beliefs: list[list[float]], fault: str) -> None:
    with pytest.raises(ProfileError, match=fault):
        check_assessment(chain_store(), [[1, 0], [1, 0]], beliefs)


def test_who_forgets_is_refused() -> None:
    again = Turn("driver", {"exit": [4], "stay": [1]}, "road")
    road = ExtensiveGame.from_tree(["driver"], Turn("driver", {"exit": [0], "stay": again}, "road"))
    with pytest.raises(GameError, match='driver is absent-minded at "road"'):
        solve_sequential(road)
