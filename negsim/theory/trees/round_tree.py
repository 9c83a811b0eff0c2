"""One round as a tree: who moves when, and who has seen what, from a table and the order of moves.

The groups of the order move one after another; the players of a group move at once, which in a tree
is one after another without seeing. Payoffs are read as the decimals that they are up to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeAlias

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import decimals
from negsim.theory.trees.game import MOST_NODES, ExtensiveGame, Tree, Turn

Seen: TypeAlias = tuple[tuple[int, int], ...]
"""Who did what, by number, before a player moved."""


def round_tree(
    game: NormalFormGame, order: Sequence[Sequence[int]], title: str = ""
) -> ExtensiveGame:
    """Return the tree in which the groups of ``order`` choose the actions of a game in turn.

    Parameters
    ----------
    order
        Groups of players by number, each player once; later groups see what earlier ones did.

    Raises
    ------
    GameError
        If the order does not name each player once, or the tree has more than ``MOST_NODES`` ends.

    Examples
    --------
    >>> battle = NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> tree = round_tree(battle, [[1], [0]])
    >>> tree.members(), tree.information_sets[0].name
    (((0,), (1,), (4,)), 'player 2')
    >>> len(round_tree(battle, [[0, 1]]).information_sets)
    2
    """
    turns = [(player, place) for place, group in enumerate(order) for player in group]
    if sorted(player for player, _ in turns) != list(range(game.num_players)):
        raise GameError(f"order: expected each of {game.num_players} players once, got {order}")
    if prod(game.num_actions) > MOST_NODES:
        raise GameError(
            f"the tree would have {prod(game.num_actions)} ends, expected at most {MOST_NODES}"
        )
    payoffs = [decimals(own) for own in game.payoffs]
    names: dict[str, Seen] = {}

    def grow(depth: int, done: dict[int, int]) -> Tree:
        if depth == len(turns):
            cell = tuple(done[player] for player in range(game.num_players))
            return [own[cell] for own in payoffs]
        player, place = turns[depth]
        seen = tuple((who, done[who]) for who, when in turns[:depth] if when < place)
        branches = {
            action: grow(depth + 1, {**done, player: number})
            for number, action in enumerate(game.actions[player])
        }
        return Turn(game.players[player], branches, _set_name(game, player, seen, names))

    return ExtensiveGame.from_tree(game.players, grow(0, {}), title)


def _set_name(game: NormalFormGame, player: int, seen: Seen, names: dict[str, Seen]) -> str:
    """Return a name for what a player has seen, its own even where actions read alike."""
    told = ", ".join(game.actions[who][action] for who, action in seen)
    name = f"{game.players[player]} after {told}" if told else game.players[player]
    while names.setdefault(name, ((player, -1), *seen)) != ((player, -1), *seen):
        name += "'"
    return name
