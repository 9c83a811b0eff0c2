"""A truce that is kept for fear of what follows: how patient one must be, as data and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from negsim.analysis.signals.kept_truce import base_truce, own_discounts, watched_parties
from negsim.analysis.signals.punishments import punishments
from negsim.drawing.words import amount, counted, percent
from negsim.dynamics.build import compile_scenario
from negsim.scenario.model import Scenario

STEPS = 100
"""Steps of the chance of detection from 0 to 1."""


def kept_answer(scenario: Scenario) -> dict[str, Any] | None:
    """Return how patient the watched party must be; None without signals.

    Of several watched parties the one that must be the most patient. ``curves`` gives its smallest
    discount over ``detections`` without a false alarm, with the file's and with twice that; None
    where no discount keeps the truce. An alarm ends the truce for good.

    Raises
    ------
    GameError
        If the one-shot game has not one truce and one fallback.
    """
    watched = watched_parties(scenario)
    if not watched:
        return None
    compiled = compile_scenario(scenario)
    truce = base_truce(compiled)
    names = [party.name for party in scenario.parties]
    needed = truce.discount()
    player = max(
        map(names.index, watched), key=lambda k: math.inf if np.isnan(needed[k]) else needed[k]
    )
    alarms = sorted({0.0, truce.false_alarm, min(2 * truce.false_alarm, 1.0)})
    detections = np.linspace(0, 1, STEPS + 1)
    curves = truce.watched_discount(player, np.array(alarms)[:, None], detections)
    return {
        "party": names[player],
        "label": scenario.parties[player].label,
        "false_alarm": truce.false_alarm,
        "detection": float(truce.detection[player]),
        "discount": float(needed[player]),
        "own_discount": float(own_discounts(scenario)[player]),
        "false_alarms": alarms,
        "detections": detections.tolist(),
        "curves": curves.tolist(),
        "punishments": punishments(compiled),
    }


def kept_lines(truce: dict[str, Any]) -> list[str]:
    """Return what keeps the truce in sentences."""
    chances = (
        f"detection {percent(truce['detection'])}, false alarm {percent(truce['false_alarm'])}"
    )
    milder = [
        f"{answer_words(each)}, {discount_words(each['discounts'][truce['label']])}"
        for each in truce["punishments"]["answers"][1:]
    ]
    return [
        f"{kept_title(truce)} ({chances} a round; an alarm ends it for good).",
        f"Discounts that keep it by other answers to an alarm: {'; '.join(milder)}.",
    ]


def kept_title(truce: dict[str, Any]) -> str:
    """Return the finding in a sentence without its full stop.

    >>> kept_title({"label": "A", "discount": 0.625, "own_discount": 0.9})
    'A keeps the truce if its discount is at least 0.625; it is 0.9'
    >>> kept_title({"label": "A", "discount": float("nan"), "own_discount": 0.9})
    'A keeps the truce at no discount: violations are too seldom seen'
    >>> kept_title({"label": "A", "discount": 1.0, "own_discount": 0.9})
    'A keeps the truce only in the limit of a discount of 1; it is 0.9'
    """
    if math.isnan(truce["discount"]):
        return f"{truce['label']} keeps the truce at no discount: violations are too seldom seen"
    own = amount(truce["own_discount"])
    if truce["discount"] == 1:
        return f"{truce['label']} keeps the truce only in the limit of a discount of 1; it is {own}"
    least = amount(truce["discount"])
    return f"{truce['label']} keeps the truce if its discount is at least {least}; it is {own}"


def punishment_table(told: Mapping[str, Any]) -> Table:
    """Return the discounts at which each party keeps the truce, one answer to an alarm a row."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("a violation is answered", *told["truce"]):
        table.add_column(escape(head))
    for each in told["answers"]:
        table.add_row(answer_words(each), *map(discount_words, each["discounts"].values()))
    if "own_discount" in told:
        table.add_row("its own discount", *map(amount, told["own_discount"].values()))
    return table


def answer_words(answer: Mapping[str, Any]) -> str:
    """Return an answer to an alarm in words.

    >>> answer_words({"punishment": "rounds", "rounds": 1})
    'for 1 round'
    >>> answer_words({"punishment": "tit_for_tat", "concept": "nash"})
    'tit for tat, as Nash equilibrium'
    """
    if answer["punishment"] == "rounds":
        return (
            f"for {counted(answer['rounds'], 'round')}" if answer["rounds"] else "for good (grim)"
        )
    perfect = "subgame-perfect" if answer["concept"] == "subgame_perfect" else "Nash"
    return f"tit for tat, as {perfect} equilibrium"


def discount_words(kept: Sequence[Sequence[float]]) -> str:
    """Return intervals of discounts in words.

    >>> discount_words([[0.0, 1.0]]), discount_words([[0.5, 1.0]]), discount_words([])
    ('any', 'from 0.5', 'none')
    >>> discount_words([[0.25, 0.5], [0.75, 0.75]]), discount_words([[1.0, 1.0]])
    ('0.25 to 0.5, only 0.75', 'only in the limit of 1')
    """
    return ", ".join(_interval_words(low, high) for low, high in kept) or "none"


def _interval_words(low: float, high: float) -> str:
    if low == 1:
        return "only in the limit of 1"
    if high == 1:
        return f"from {amount(low)}" if low > 0 else "any"
    return f"only {amount(low)}" if low == high else f"{amount(low)} to {amount(high)}"
