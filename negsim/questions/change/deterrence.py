"""The least change after which a profile is sequentially stable: a mixed-integer programme.

For every move that a player could make away from the profile there is a choice: either the move is
made no improvement, or an answer of another player is made to deter it: one that the other likes
better than the move, and after which the mover is no better off than at the profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from negsim.arrays import FloatArray
from negsim.questions.change.linear_game import (
    Binding,
    Linear,
    Row,
    binding_words,
    compared,
    least_change,
)

REACH = 10.0
"""Widths by which a value may change where no cheaper answer bounds it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to deter a move: rows that must hold together."""

    move: int
    rows: tuple[Row, ...]


def deterred_change(
    game: Linear, profile: int, limit: float
) -> tuple[FloatArray, tuple[Binding, ...]] | None:
    """Return the least change, below a limit of cost, that deters every move from a profile.

    None where there is none. Deterring answers are single moves. The programme chooses the ways;
    the change is then found again as a linear programme over the rows of the chosen ways, which
    is free of the programme's tolerance for whole numbers.
    """
    ways = ways_of(game, profile)
    moves = sorted({way.move for way in ways})
    expected = sum(len(game.others(player, profile)) for player in range(len(game.shape)))
    if len(moves) < expected:
        return None
    chosen = choose(game, ways, moves, limit)
    if chosen is None:
        return None
    rows = [row for way in chosen for row in way.rows]
    change = least_change(game, rows)
    return None if change is None else (change, binding_words(game, rows, change))


def ways_of(game: Linear, profile: int) -> list[Way]:
    """Return every way to deter each move from a profile that no fixed comparison rules out.

    Moves are numbered over all players.
    """
    found, number = [], 0
    for player in range(len(game.shape)):
        for move in game.others(player, profile):
            ways: list[tuple[Row, ...]] = [(compared(game, player, profile, move),)]
            for other in range(len(game.shape)):
                if other != player:
                    ways += [
                        (compared(game, player, profile, reply), liked(game, other, reply, move))
                        for reply in game.others(other, move)
                    ]
            found += [Way(number, rows) for rows in ways if all(map(possible, rows))]
            number += 1
    return found


def liked(game: Linear, player: int, reply: int, move: int) -> Row:
    """Return that a player truly likes a reply: a tie that no value can change is not enough."""
    row = compared(game, player, reply, move)
    row = replace(row, words=f"{row.words}, in answer")
    return row if row.slope.any() else replace(row, margin=-row.margin)


def possible(row: Row) -> bool:
    """Tell whether a row can hold: those that no value can change must hold already."""
    return bool(row.slope.any()) or row.constant >= row.margin


def choose(game: Linear, ways: list[Way], moves: list[int], limit: float) -> list[Way] | None:
    """Return one or more ways for every move that together cost least, None if there are none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    count, size = len(game.names), len(ways)
    reach = np.full(count, REACH) / game.weights if np.isinf(limit) else limit / game.weights
    table, least = [], []
    for place, way in enumerate(ways):
        for row in way.rows:
            if row.slope.any():
                slack = row.margin - row.constant + float(np.abs(row.slope) @ reach)
                line = np.zeros(2 * count + size)
                line[:count], line[count : 2 * count] = row.slope, -row.slope
                line[2 * count + place] = -slack
                table.append(line)
                least.append(row.margin - row.constant - slack)
    for move in moves:
        line = np.zeros(2 * count + size)
        line[2 * count :] = [way.move == move for way in ways]
        table.append(line)
        least.append(1.0)
    prices = np.concatenate([game.weights, game.weights, np.zeros(size)])
    found = milp(
        prices,
        constraints=LinearConstraint(np.array(table), np.array(least), np.inf),
        integrality=np.concatenate([np.zeros(2 * count), np.ones(size)]),
        bounds=Bounds(0.0, np.concatenate([reach, reach, np.ones(size)])),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    picked = found.x[2 * count :] > 0.5
    return [way for way, on in zip(ways, picked, strict=True) if on]
