"""The truce that signals watch: how patient the watched party must be, as data and in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from negsim.analysis.kept_truce import base_truce, own_discounts, watched_parties
from negsim.games.build import compile_scenario
from negsim.report.words import amount, percent
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
    truce = base_truce(compile_scenario(scenario))
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
    }


def kept_lines(truce: dict[str, Any]) -> list[str]:
    """Return what keeps the truce in sentences."""
    chances = (
        f"detection {percent(truce['detection'])}, false alarm {percent(truce['false_alarm'])}"
    )
    return [f"{kept_title(truce)} ({chances} a round; an alarm ends it for good)."]


def kept_title(truce: dict[str, Any]) -> str:
    """Return the finding in a sentence without its full stop.

    >>> kept_title({"label": "A", "discount": 0.625, "own_discount": 0.9})
    'A keeps the truce if its discount is at least 0.625; it is 0.9'
    >>> kept_title({"label": "A", "discount": float("nan"), "own_discount": 0.9})
    'A keeps the truce at no discount: violations are too seldom seen'
    """
    if math.isnan(truce["discount"]):
        return f"{truce['label']} keeps the truce at no discount: violations are too seldom seen"
    least, own = amount(truce["discount"]), amount(truce["own_discount"])
    return f"{truce['label']} keeps the truce if its discount is at least {least}; it is {own}"
