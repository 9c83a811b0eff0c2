"""Small games made by hand, in which every profile is its own event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from negsim.arrays import frozen
from negsim.theory.stochastic.game import StochasticGame

PRESS = 1
TRUCE, PEACE, BUT = 1, 2, 3


def hand_made(
    payoffs: Any,
    moves: Sequence[Sequence[str]],
    *,
    rounds: int,
    discount: float = 1.0,
    order: Sequence[Sequence[int]] | None = None,
    start: int = 0,
    last: Any = None,
    successors: Any = None,
    chances: Any = None,
    ends: tuple[str, ...] = ("no_agreement",),
    end_chances: Any = None,
    agreement: Any = None,
    in_effect: Any = None,
    coalitions: Any = None,
    passing: Any = None,
    mediators: Any = None,
) -> StochasticGame:
    """Return a batch of one from payoffs (n, S, A) and chances (S, A, K) of the next states."""
    payoffs = np.asarray(payoffs, dtype=float)
    players, states, profiles = payoffs.shape
    widest = max(len(labels) for labels in moves)
    if successors is None:
        successors = np.repeat(np.arange(states), profiles).reshape(states, profiles, 1)
        chances = np.ones((states, profiles, 1))
    if passing is None:
        passing = [[k < len(labels) for k in range(widest)] for labels in moves]
    joint = 0 if in_effect is None else len(in_effect)
    zeros = np.zeros((len(ends), states, profiles))
    no_chance = np.zeros((1, states, profiles))
    arrays = {
        "event_of": np.tile(np.arange(profiles), (states, 1)),
        "transition_of": np.arange(profiles),
        "payoffs": payoffs[None],
        "last_payoffs": payoffs[None] if last is None else np.asarray(last, dtype=float)[None],
        "successors": np.asarray(successors, dtype=np.int64),
        "chances": np.asarray(chances, dtype=float)[None],
        "end_chances": (zeros if end_chances is None else np.asarray(end_chances, float))[None],
        "agreement": no_chance if agreement is None else np.asarray(agreement, dtype=float)[None],
        "exit_by": np.zeros((1, players, states, profiles), dtype=bool),
        "in_effect": np.zeros((0, profiles), dtype=bool) if in_effect is None else in_effect,
        "coalitions": np.zeros((joint, players), bool) if coalitions is None else coalitions,
        "solo_level": np.zeros((0, profiles), dtype=np.int64),
        "solo_owner": np.zeros(0, dtype=np.int64),
        "passing": np.asarray(passing, dtype=bool),
        "mediators": np.asarray([False] * players if mediators is None else mediators),
        "discount": np.full((1, players), discount),
        "rounds": np.array([rounds]),
        "start": np.array([start]),
        "costs": np.zeros((1, 0, states, profiles)),
        "last_costs": np.zeros((1, 0, states, profiles)),
        "reservation": np.full((1, players, states, 2), np.nan),
        "ending": np.zeros(1),
    }
    return StochasticGame(
        players=tuple(f"p{k}" for k in range(players)),
        moves=tuple(tuple(labels) for labels in moves),
        order=tuple(tuple(group) for group in order or [range(players)]),
        ends=ends,
        **{name: frozen(np.array(array)) for name, array in arrays.items()},
    )


def prisoners_dilemma(rounds: int, **options: Any) -> StochasticGame:
    """Return the repeated dilemma with T, R, P, S = 5, 3, 1, 0; profiles CC, CD, DC, DD."""
    return hand_made(
        [[[3, 0, 5, 1]], [[3, 5, 0, 1]]], [["C", "D"], ["C", "D"]], rounds=rounds, **options
    )


def truce_talks(
    order: Sequence[Sequence[int]] | None = None,
    *,
    relief: float = 0.75,
    drift: float = 0.3,
    leave: float = 0.1,
    **options: Any,
) -> StochasticGame:
    """Return talks over a truce and a peace between p0 and p1, p2 mediating.

    p0 (no, truce, peace, peace if pressed) gains leverage 0..2 with chance ``drift`` a round while
    there is no peace; p1 has no, truce, peace; p2 idles or presses. Peace concludes. Without a
    truce the mediator leaves with chance ``leave``.

    A round pays p0 -1, relief more in a truce, 0.5 less if pressed; p1 -2, 1.5 more in a truce;
    p2 -1, 0.5 more in a truce, 0.25 less if it presses. Peace pays p0 4 + leverage, p1
    6 - 2 leverage and p2 5; if pressed, p0 gets 2 more and p1 9.5 less. Other ends pay p0 its
    leverage, p1 -1 - 2 leverage and p2 -1.
    """
    ours, theirs, press = np.indices((4, 3, 2)).reshape(3, -1)
    truce = (ours >= TRUCE) & (theirs >= TRUCE)
    peace = (theirs == PEACE) & ((ours == PEACE) | ((ours == BUT) & (press == PRESS)))
    leverage, flat = np.arange(3.0)[:, None], np.zeros((3, 1))
    war = np.stack(
        [-1 + relief * truce - 0.5 * press, -2 + 1.5 * truce, -1 + 0.5 * truce - 0.25 * press]
    )
    war = war[:, None]
    signed = [4 + leverage + 2 * press, 6 - 2 * leverage - 9.5 * press, flat + 5 + 0 * press]
    breakdown = np.stack([leverage, -1 - 2 * leverage, flat - 1])
    gone = np.where(truce | peace, 0.0, leave)
    up = np.minimum(np.arange(3) + 1, 2)
    going_on = np.where(peace, 0.0, 1 - gone)[:, None] * np.array([1 - drift, drift])
    end_chances = np.broadcast_to(np.stack([peace, gone, 0 * gone])[:, None], (3, 3, 24))
    return hand_made(
        np.where(peace, np.stack(signed), war + gone * breakdown),
        [["no", "truce", "peace", "peace if"], ["no", "truce", "peace"], ["idle", "press"]],
        last=np.where(peace, np.stack(signed), war + breakdown),
        successors=np.repeat(np.stack([np.arange(3), up], axis=1)[:, None], 24, axis=1),
        chances=np.broadcast_to(going_on, (3, 24, 2)),
        ends=("signed", "mediator_leaves", "no_agreement"),
        end_chances=end_chances,
        agreement=np.broadcast_to(peace, (3, 24)),
        in_effect=np.stack([truce, peace]),
        coalitions=np.array([[True, True, False], [True, True, False]]),
        passing=[
            [True, False, False, False],
            [True, False, False, False],
            [True, True] + [False] * 2,
        ],
        mediators=[False, False, True],
        order=order,
        **{"rounds": 5, "discount": 0.9, **options},
    )


CONDITIONAL = np.array(
    [[False, False, False, True], [False, False, False, False], [False, False, False, False]]
)
"""Which moves of ``truce_talks`` hold a conditional consent."""


def random_talks(
    seed: int,
    moves: Sequence[int] = (2, 3),
    states: int = 2,
    rounds: int = 3,
    order: Sequence[Sequence[int]] | None = None,
) -> StochasticGame:
    """Return a game with random payoffs, transitions and two ends."""
    rng = np.random.default_rng(seed)
    players, profiles = len(moves), int(np.prod(moves))
    split = rng.dirichlet(np.ones(4), size=(states, profiles))
    end_chances = np.zeros((2, states, profiles))
    end_chances[0] = split[..., 0]
    game = hand_made(
        rng.normal(size=(players, states, profiles)),
        [[f"m{k}" for k in range(number)] for number in moves],
        last=rng.normal(size=(players, states, profiles)),
        successors=rng.integers(states, size=(states, profiles, 3)),
        chances=split[..., 1:],
        ends=("stopped", "no_agreement"),
        end_chances=end_chances,
        rounds=rounds,
        order=order,
        start=states - 1,
    )
    return replace(game, discount=frozen(rng.uniform(0.5, 1.0, size=(1, players))))


def permuted(game: StochasticGame, player: int, permutation: Sequence[int]) -> StochasticGame:
    """Return the game in which the player's move k is what was its move ``permutation[k]``."""
    cube = game.event_of.reshape(game.num_states, *game.num_moves)
    turned = np.take(cube, permutation, axis=1 + player).reshape(game.num_states, -1)
    labels = list(game.moves)
    labels[player] = tuple(game.moves[player][k] for k in permutation)
    passing = game.passing.copy()
    passing[player, : len(permutation)] = game.passing[player, list(permutation)]
    return replace(game, event_of=frozen(turned), moves=tuple(labels), passing=frozen(passing))
