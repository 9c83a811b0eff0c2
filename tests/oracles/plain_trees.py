"""Trees that several tests play with: published ones, and random ones of perfect recall."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np

from negsim.theory.trees.game import Chance, End, ExtensiveGame, Lottery, Tree, Turn
from negsim.theory.trees.sequences import Behaviour, Weight

CARDS = ("jack", "queen", "king")


def chain_store() -> ExtensiveGame:
    """Selten (1978), "The chain store paradox", Theory and Decision 9: one town."""
    reply = Turn("store", {"fight": (0, 0), "yield": (2, 2)})
    tree = Turn("rival", {"out": (1, 5), "in": reply})
    return ExtensiveGame.from_tree(["rival", "store"], tree, "chain store")


def seltens_horse() -> ExtensiveGame:
    """Selten (1975), figure 1; players 1 and 2 may hand the move to player 3, who sees not who."""

    def third(left: tuple[int, ...], right: tuple[int, ...]) -> Turn:
        return Turn("3", {"L": left, "R": right}, information="3")

    second = Turn("2", {"L": third((4, 4, 0), (0, 0, 1)), "R": (1, 1, 1)}, information="2")
    first = Turn("1", {"L": third((3, 2, 2), (0, 0, 0)), "R": second}, information="1")
    return ExtensiveGame.from_tree(["1", "2", "3"], first, "Selten's horse")


def kuhns_poker() -> ExtensiveGame:
    """Kuhn (1950), "A simplified two-person poker": three cards, one bet, value -1/18."""

    def play(one: int, two: int) -> Tree:
        sign = 1 if one > two else -1
        show, called = (sign, -sign), (2 * sign, -2 * sign)
        mine, theirs = CARDS[one], CARDS[two]
        bet = Turn("2", {"call": called, "fold": (1, -1)}, f"2 {theirs} bet")
        answer = Turn("1", {"call": called, "fold": (-1, 1)}, f"1 {mine} answers")
        check = Turn("2", {"bet": answer, "check": show}, f"2 {theirs} check")
        return Turn("1", {"bet": bet, "check": check}, f"1 {mine}")

    deals = {
        f"{CARDS[one]}, {CARDS[two]}": (Fraction(1, 6), play(one, two))
        for one, two in itertools.permutations(range(3), 2)
    }
    return ExtensiveGame.from_tree(["1", "2"], Lottery(deals), "Kuhn's poker")


def myersons_cards() -> ExtensiveGame:
    """Myerson (1991), "Game Theory", figure 2.2: raise or fold on a card that 2 does not see."""

    def play(sign: int, card: str) -> Tree:
        meet = Turn("2", {"meet": (2 * sign, -2 * sign), "pass": (1, -1)}, "2 sees a raise")
        return Turn("1", {"raise": meet, "fold": (sign, -sign)}, f"1 has {card}")

    deal = Lottery({"red": ("1/2", play(1, "red")), "black": ("1/2", play(-1, "black"))})
    return ExtensiveGame.from_tree(["1", "2"], deal, "Myerson's card game")


def centipede(moves: int = 6) -> ExtensiveGame:
    """Rosenthal (1981), "Games of perfect information", J. Econ. Theory 25, with a linear pot."""
    tree: Tree = (moves + 2, moves) if moves % 2 == 0 else (moves, moves + 2)
    for move in range(moves, 0, -1):
        stop = (move + 1, move - 1) if move % 2 else (move - 1, move + 1)
        tree = Turn("ab"[(move - 1) % 2], {"stop": stop, "go on": tree}, f"move {move}")
    return ExtensiveGame.from_tree(["a", "b"], tree, "centipede")


def random_tree(
    seed: int, depth: int = 4, players: int = 2, zero_sum: bool = False, perfect: bool = False
) -> ExtensiveGame:
    """Return a random tree of perfect recall: what a mover knows includes all that it did."""
    rng = np.random.default_rng(seed)
    names = [f"p{number}" for number in range(players)]
    counts: dict[str, int] = {}

    def grow(left: int, own: dict[str, str]) -> Tree:
        if left == 0 or (left < depth and rng.random() < 0.2):
            payoffs = rng.integers(-4, 5, players).tolist()
            return [payoffs[0], -payoffs[0]] if zero_sum else payoffs
        kind = rng.integers(players + 1) if left < depth else rng.integers(players)
        if kind == players:
            chances = ("1/3", "2/3")
            return Lottery({f"c{n}": (chances[n], grow(left - 1, own)) for n in range(2)})
        player = names[kind]
        seen = f"{player}{own[player]}?{rng.integers(2)}"
        if perfect:
            seen = f"{player}{len(counts)}"
        count = counts.setdefault(seen, int(rng.integers(2, 4)))
        return Turn(
            player,
            {
                f"a{n}": grow(left - 1, {**own, player: f"{own[player]}/{seen}.{n}"})
                for n in range(count)
            },
            seen,
        )

    return ExtensiveGame.from_tree(names, grow(depth, dict.fromkeys(names, "")))


def pure_behaviours(game: ExtensiveGame) -> list[Behaviour]:
    """Return every combination of actions, one per information set, as behaviours."""
    counts = [len(one.actions) for one in game.information_sets]
    return [
        tuple(
            tuple(Fraction(action == played) for action in range(count))
            for count, played in zip(counts, chosen, strict=True)
        )
        for chosen in itertools.product(*map(range, counts))
    ]


def node_values(game: ExtensiveGame, behaviour: Behaviour) -> list[list[Weight]]:
    """Return what everybody expects from each node on: ends first, no other shortcut."""
    values: list[list[Weight]] = [[] for _ in game.nodes]
    for index in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[index]
        if isinstance(node, End):
            values[index] = list(node.payoffs)
            continue
        lottery = isinstance(node, Chance)
        chances = node.chances if lottery else behaviour[node.information]
        below = zip(chances, game.children[index], strict=True)
        parts = [[chance * value for value in values[child]] for chance, child in below]
        values[index] = [sum(column, Fraction(0)) for column in zip(*parts, strict=True)]
    return values


def gain_from(game: ExtensiveGame, behaviour: Behaviour, root: int) -> Weight:
    """Return the most that somebody gains from a node on by any other pure plan, all tried."""
    most: Weight = Fraction(0)
    now = node_values(game, behaviour)[root]
    for player in range(game.num_players):
        own = [place for place, one in enumerate(game.information_sets) if one.player == player]
        counts = [len(game.information_sets[place].actions) for place in own]
        for chosen in itertools.product(*map(range, counts)):
            changed = list(behaviour)
            for place, count, played in zip(own, counts, chosen, strict=True):
                changed[place] = tuple(Fraction(action == played) for action in range(count))
            gain = node_values(game, tuple(changed))[root][player] - now[player]
            most = max(most, gain)
    return most
