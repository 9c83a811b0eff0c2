"""What keeps the truce of a scenario, by how an alarm is answered: for good, for rounds, in kind.

Tit for tat is told where everything is seen, or where each of two sides has an alarm of its own and
both are as good; of other alarms nobody can tell whom to answer.
"""

from __future__ import annotations

import math
from typing import Any

from negsim.analysis.signals.kept_truce import KeptTruce, base_truce, own_discounts
from negsim.dynamics.build import Compiled, one_shot_at
from negsim.errors import UsageError
from negsim.scenario.model import Scenario
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.repeated.critical_discount import CONCEPTS, TIT_FOR_TAT, critical_discount
from negsim.theory.repeated.game import Monitoring, RepeatedGame

LASTING = (math.inf, 10.0, 5.0, 2.0, 1.0)
"""Rounds for which an alarm is answered, the longest first."""

ANY_DISCOUNT = 0.5
"""Critical discounts do not depend on the discount of the game."""


def punishments(compiled: Compiled) -> dict[str, Any]:
    """Return at which discounts each party keeps the truce of a scenario, by the answer to alarms.

    Returns
    -------
    dict
        Ready for JSON: ``truce`` and ``instead``, the move of each party; ``false_alarm``, of any
        alarm while all comply; ``detection`` and ``own_discount`` of each party; ``answers``, each
        with ``punishment`` ("rounds" or "tit_for_tat"), ``rounds`` (None: for good), ``concept``
        and for each party ``discounts``, closed intervals (one up to 1 does not hold 1; none: it
        never keeps the truce); ``why_no_tit_for_tat``, empty where it is told.

    Raises
    ------
    GameError
        If there is no one truce or no one fallback.
    """
    truce = base_truce(compiled)
    game = one_shot_at(compiled, compiled.talks())
    answers = [_for_rounds(game.players, truce, rounds) for rounds in LASTING]
    in_kind, why_not = _in_kind(compiled.scenario, game, truce)

    def of_each(values: Any) -> dict[str, Any]:
        return dict(zip(game.players, values, strict=True))

    return {
        "truce": of_each(own[k] for own, k in zip(game.actions, truce.moves, strict=True)),
        "instead": of_each(own[k] for own, k in zip(game.actions, truce.instead, strict=True)),
        "false_alarm": truce.false_alarm,
        "detection": of_each(truce.detection.tolist()),
        "own_discount": of_each(own_discounts(compiled.scenario).tolist()),
        "answers": answers + in_kind,
        "why_no_tit_for_tat": why_not,
    }


def _for_rounds(players: tuple[str, ...], truce: KeptTruce, rounds: float) -> dict[str, Any]:
    """Return who keeps the truce if an alarm is answered for so many rounds."""
    least = truce.discount(rounds).tolist()
    kept = [[] if math.isnan(discount) else [[discount, 1.0]] for discount in least]
    lasting = None if math.isinf(rounds) else int(rounds)
    return _answer("rounds", lasting, "subgame_perfect", dict(zip(players, kept, strict=True)))


def _in_kind(
    scenario: Scenario, game: NormalFormGame, truce: KeptTruce
) -> tuple[list[dict[str, Any]], str]:
    """Return who keeps the truce under tit for tat, as Nash and as subgame-perfect equilibrium."""
    found = []
    try:
        repeated = RepeatedGame(game, ANY_DISCOUNT, _by_side(scenario))
        for concept in reversed(CONCEPTS):
            told = critical_discount(repeated, truce.moves, TIT_FOR_TAT, truce.instead, concept)
            kept = {
                player: [list(interval) for interval in own]
                for player, own in zip(game.players, told.by_player, strict=True)
            }
            found.append(_answer(TIT_FOR_TAT, None, concept, kept))
    except UsageError as error:
        return [], str(error)
    return found, ""


def _answer(
    punishment: str, rounds: int | None, concept: str, discounts: dict[str, list[list[float]]]
) -> dict[str, Any]:
    return {
        "punishment": punishment,
        "rounds": rounds,
        "concept": concept,
        "discounts": discounts,
    }


def _by_side(scenario: Scenario) -> Monitoring:
    """Return monitoring by side if each has an alarm of its own, else by one that names nobody."""
    owner = {option.name: option.parties[0] for option in scenario.options}
    sides = {owner[each.about] for each in scenario.signals}
    quality = {
        (
            scenario.value(f"signals.{each.name}.false_alarm"),
            scenario.value(f"signals.{each.name}.detection"),
        )
        for each in scenario.signals
    }
    if not scenario.signals:
        return Monitoring()
    one_each = len(scenario.signals) == len(sides) == len(scenario.parties)
    false_alarm, detection = map(float, next(iter(quality)))
    return Monitoring(false_alarm, detection, by_side=one_each and len(quality) == 1)
