"""At which discounts a truce is kept where a table is played for ever, by what answers a breach.

The truce is what all prefer to the equilibrium that follows a breach; where the table does not say
which moves these are, whoever asks must.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negsim.errors import UsageError, did_you_mean
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.repeated.critical_discount import CONCEPTS, GRIM, TIT_FOR_TAT, critical_discount
from negsim.theory.repeated.game import RepeatedGame

KEPT_TRUCE = "critical_discount"
"""The method that is asked for by name."""

FOR_EVER = "the table played for ever"

LASTING = (None, 10, 5, 2, 1)
"""Rounds for which a breach is answered; None: for good."""

ANY_DISCOUNT = 0.5
"""Critical discounts do not depend on the discount of the game."""

Moves = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The moves of the truce and those that follow a breach, by player; empty: not chosen."""

    truce: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.truce or self.instead)


NOT_CHOSEN = Chosen()


def kept_truce(game: NormalFormGame, chosen: Chosen) -> dict[str, Any]:
    """Return at which discounts each player keeps a truce, by the answer to a breach.

    Returns
    -------
    dict
        As by ``analysis.punishments``, of violations that everybody sees.

    Raises
    ------
    UsageError
        If moves were chosen that are not in the table, or none were and the table leaves several.
    """
    agreed = _moves(game, chosen.truce, "--truce")
    instead = _moves(game, chosen.instead, "--instead") or _only_equilibrium(game, agreed)
    truce = agreed or _only_preferred(game, instead)
    repeated = RepeatedGame(game, ANY_DISCOUNT)

    def answer(punishment: str | int, rounds: int | None, concept: str) -> dict[str, Any]:
        told = critical_discount(repeated, truce, punishment, instead, concept)
        kept = [[list(interval) for interval in own] for own in told.by_player]
        return {
            "punishment": TIT_FOR_TAT if punishment == TIT_FOR_TAT else "rounds",
            "rounds": rounds,
            "concept": concept,
            "discounts": dict(zip(game.players, kept, strict=True)),
        }

    answers = [answer(rounds or GRIM, rounds, CONCEPTS[0]) for rounds in LASTING]
    why_not = ""
    try:
        answers += [answer(TIT_FOR_TAT, None, concept) for concept in reversed(CONCEPTS)]
    except UsageError as error:
        why_not = str(error)
    return {
        "method": KEPT_TRUCE,
        "game": FOR_EVER,
        "players": list(game.players),
        "message": "discounts at which no single violation of the truce pays",
        "complete": True,
        "truce": _told(game, truce),
        "instead": _told(game, instead),
        "answers": answers,
        "why_no_tit_for_tat": why_not,
    }


def _moves(game: NormalFormGame, chosen: Mapping[str, str], option: str) -> Moves:
    """Return the moves that were chosen, by index."""
    if not chosen:
        return ()
    for player in chosen:
        if player not in game.players:
            known = did_you_mean(player, game.players) or f" ({', '.join(game.players)})"
            raise UsageError(f"{option} {player}: no such player{known}")
    found = []
    for player, own in zip(game.players, game.actions, strict=True):
        move = chosen.get(player)
        if move not in own:
            got = f'got "{move}"' if move is not None else "which is missing"
            raise UsageError(f"{option}: expected {player}=ONE OF {', '.join(own)}; {got}")
        found.append(own.index(move))
    return tuple(found)


def _only_equilibrium(game: NormalFormGame, truce: Moves) -> Moves:
    """Return the moves that follow a breach: the pure equilibrium beside the truce, if one only."""
    pure = [tuple(int(own.argmax()) for own in found.profile) for found in pure_equilibria(game)]
    others = [moves for moves in pure if moves != truce]
    if not others:
        raise UsageError(f"{KEPT_TRUCE}: no equilibrium in pure moves to fall back on")
    return _only(game, others, "--instead", "equilibria in pure moves to fall back on")


def _only_preferred(game: NormalFormGame, instead: Moves) -> Moves:
    """Return the moves that all prefer to what follows a breach, if they agree on one profile."""
    better = np.all([own > own[instead] for own in game.payoffs], axis=0)
    best = better.copy()
    for own in game.payoffs:
        best &= own >= own[better].max(initial=-np.inf)
    candidates = np.argwhere(best if best.any() else better).tolist()
    told = f"profiles that all prefer to {_words(game, instead)}"
    return _only(game, [tuple(moves) for moves in candidates], "--truce", told)


def _only(game: NormalFormGame, found: Sequence[Moves], option: str, told: str) -> Moves:
    if len(found) == 1:
        return found[0]
    example = found[0] if found else (0,) * game.num_players
    typed = " ".join(f'{option} "{who}={move}"' for who, move in _told(game, example).items())
    raise UsageError(f"{KEPT_TRUCE}: {len(found)} {told}, expected one; choose it: {typed}")


def _told(game: NormalFormGame, moves: Moves) -> dict[str, str]:
    chosen = (own[k] for own, k in zip(game.actions, moves, strict=True))
    return dict(zip(game.players, chosen, strict=True))


def _words(game: NormalFormGame, moves: Moves) -> str:
    return "; ".join(f"{player}: {move}" for player, move in _told(game, moves).items())
