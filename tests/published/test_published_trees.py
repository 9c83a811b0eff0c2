"""Equilibria of trees from the literature, as data; each also as a file that is read back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from negsim.theory.files.gambit_files import parse_efg, to_efg
from negsim.theory.registry import solve
from negsim.theory.trees.game import ExtensiveGame, Lottery, Turn
from tests.oracles.plain_trees import (
    centipede,
    chain_store,
    kuhns_poker,
    myersons_cards,
    seltens_horse,
)

THIRD = Fraction(1, 3)

Payoffs = tuple[Fraction | int, ...]


@dataclass(frozen=True)
class Case:
    """A tree, the method, what each equilibrium pays that the source states, and where it does.

    ``plays``: what is done for certain or with these chances, where the source says so.
    """

    name: str
    game: ExtensiveGame
    method: str
    payoffs: tuple[Payoffs, ...]
    source: str
    plays: tuple[tuple[str, str, Fraction | int], ...] = ()
    mixed: bool = False


def battle_or_book() -> ExtensiveGame:
    """The first may stay at home with a book, which both like better than to miss each other."""

    def second(one: tuple[int, int], two: tuple[int, int]) -> Turn:
        return Turn("2", {"B": one, "S": two}, "2")

    concert = Turn("1", {"B": second((3, 1), (0, 0)), "S": second((0, 0), (1, 3))}, "1 goes")
    return ExtensiveGame.from_tree(["1", "2"], Turn("1", {"book": (2, 2), "concert": concert}))


def beer_or_quiche() -> ExtensiveGame:
    """The surly like beer, the wimps quiche; whoever is taken for a wimp is challenged."""

    def seen(breakfast: str, liked: int, surly: bool) -> Turn:
        duel, leave = (liked, int(not surly)), (liked + 2, int(surly))
        return Turn("B", {"duel": duel, "leave": leave}, f"B sees {breakfast}")

    wimp = Turn("A", {"beer": seen("beer", 0, False), "quiche": seen("quiche", 1, False)}, "wimp")
    surly = Turn("A", {"beer": seen("beer", 1, True), "quiche": seen("quiche", 0, True)}, "surly")
    draw = Lottery({"wimp": ("1/10", wimp), "surly": ("9/10", surly)})
    return ExtensiveGame.from_tree(["A", "B"], draw)


CASES = [
    Case(
        "chain store, one town",
        chain_store(),
        "subgame_perfect",
        ((2, 2),),
        "Selten (1978), The chain store paradox: the threat to fight is not credible",
    ),
    Case(
        "chain store, one town: the empty threat too",
        chain_store(),
        "tree_nash",
        ((1, 5), (1, 5), (2, 2)),
        "Selten (1978), The chain store paradox",
    ),
    Case(
        "centipede",
        centipede(6),
        "subgame_perfect",
        ((2, 0),),
        "Rosenthal (1981), Games of perfect information, predatory pricing and the chain store",
        (("move 1", "stop", 1), ("move 6", "stop", 1)),
    ),
    Case(
        "Selten's horse, subgame perfect",
        seltens_horse(),
        "subgame_perfect",
        ((1, 1, 1), (3, 2, 2)),
        "Selten (1975), Reexamination of the perfectness concept, figure 1",
    ),
    Case(
        "Selten's horse, sequential",
        seltens_horse(),
        "sequential",
        ((1, 1, 1),),
        "Selten (1975), figure 1; Kreps and Wilson (1982), Sequential equilibria, for sequential",
        (("3", "R", 1),),
    ),
    Case(
        "a card game",
        myersons_cards(),
        "tree_nash",
        ((THIRD, -THIRD),),
        "Myerson (1991), Game Theory: Analysis of Conflict, figure 2.2 and section 4.1",
        (("1 has black", "raise", THIRD), ("2 sees a raise", "meet", 2 * THIRD)),
    ),
    Case(
        "poker with three cards",
        kuhns_poker(),
        "sequence_form",
        ((Fraction(-1, 18), Fraction(1, 18)),),
        "Kuhn (1950), A simplified two-person poker",
        (("2 queen bet", "call", THIRD), ("2 jack check", "bet", THIRD), ("2 king bet", "call", 1)),
    ),
    Case(
        "a battle with a book to stay at home with",
        battle_or_book(),
        "subgame_perfect",
        ((2, 2), (2, 2), (3, 1)),
        "Osborne and Rubinstein (1994), A Course in Game Theory, section 6.4.3",
        mixed=True,
    ),
    Case(
        "beer or quiche",
        beer_or_quiche(),
        "sequential",
        ((Fraction(21, 10), Fraction(9, 10)), (Fraction(29, 10), Fraction(9, 10))),
        "Cho and Kreps (1987), Signaling games and stable equilibria, figure I: all have beer, or "
        "all have quiche",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_published(case: Case) -> None:
    options = {"mixed": True} if case.mixed else {}
    solution = solve(case.game, case.method, **options)
    found = sorted(one.payoffs.tolist() for one in solution.equilibria)
    expected = [[float(payoff) for payoff in one] for one in case.payoffs]
    assert len(found) == len(expected)
    for one, stated in zip(found, expected, strict=True):
        assert one == pytest.approx(stated, abs=1e-12)
    for one in solution.equilibria:
        told = one.to_dict()["behaviour"]
        for place, action, chance in case.plays:
            assert told[place].get(action, 0.0) == pytest.approx(float(chance), abs=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_files_of_them_say_the_same(case: Case) -> None:
    again = parse_efg(to_efg(case.game))
    assert again.nodes == case.game.nodes
    assert again.information_sets == case.game.information_sets
