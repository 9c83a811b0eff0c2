"""The limited truce as a signal (THEORY B1): a game whose equilibria are known in closed form."""

from __future__ import annotations

import numpy as np

from negsim.theory.signalling.game import SignallingGame


def limited_truce_signal(
    prior: float,
    costs: tuple[float, float],
    goodwill: tuple[float, float] = (0.5, 0.5),
    penalty: tuple[float, float] = (0.5, 0.5),
    gain: float = 1.0,
    false_press: float = 0.0,
    loss: float = 1.0,
    refusal_pressed: bool = False,
) -> SignallingGame:
    """Return the game in which a party, sincere or stalling, accepts a limited truce or declines.

    The mediator then continues or presses. Accepting costs the party ``costs`` net of what the
    truce pays it; being continued with is worth ``goodwill``, being pressed costs ``penalty``: the
    stake is H = goodwill + penalty. Continuing is worth ``gain`` with a sincere party and minus
    ``loss`` with a staller; pressing costs ``false_press`` with a sincere party and nothing with a
    staller. So the mediator continues iff its belief in sincerity is at least
    q* = loss / (gain + false_press + loss), and a type accepts iff accepting raises the chance of
    being continued with by at least rho = cost / H.
    """
    sender = np.array(
        [
            [[good - cost, -bad - cost], [good, -bad]]
            for cost, good, bad in zip(costs, goodwill, penalty, strict=True)
        ]
    )
    receiver = np.array([[[gain, -false_press]] * 2, [[-loss, 0.0]] * 2])
    if refusal_pressed:
        receiver[:, 1] = [-loss, 0.0]
    return SignallingGame(
        np.array([prior, 1 - prior]),
        sender,
        receiver,
        ("sincere", "staller"),
        ("accept", "decline"),
        ("continue", "press"),
        ("party", "mediator"),
    )
