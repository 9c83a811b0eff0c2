"""The figures of ``negsim signal`` and ``negsim transcript``."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.analysis.signals.truce_regions import REGIONS, truce_regions
from negsim.arrays import TIE_TOLERANCE
from negsim.drawing.plots import phase_diagram
from negsim.drawing.plots.belief import belief_path
from negsim.drawing.plots.monitoring import discount_curves
from negsim.drawing.plots.offers import offer_bars
from negsim.drawing.words import amount, percent
from negsim.questions.signals.answer import FollowedRecord
from negsim.questions.signals.say_kept import kept_title

FEW = 8
"""Most offers in the figure."""
REGION_WORDS = {
    "none": "none of these",
    "perverse": "perverse: only the staller accepts",
}
FINENESS = 200


def signal_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures that an answer of ``negsim signal`` has, by file name."""
    found = {}
    if answer["offers"]:
        found["offers"] = offers_figure(answer)
    if answer["form"]:
        found["regions"] = regions_figure(answer["label"], answer["form"])
    if answer["truce"]:
        found["monitoring"] = monitoring_figure(answer["truce"])
    return found


def offers_figure(answer: dict[str, Any]) -> Figure:
    """Return the offers with one bar a type."""
    shown = answer["offers"][:FEW]
    names = [each["type"] for each in answer["types"]]
    return offer_bars(
        [f"{offer['offer']} ({offer['kind']})" for offer in shown],
        {name: [offer["margin"][name] for offer in shown] for name in names},
        [f"{offer['information']:.2f} bit" for offer in shown],
        title=offers_title(answer),
        unit="worth of accepting over refusing (payoff units); accepted from 0",
    )


def offers_title(answer: dict[str, Any]) -> str:
    """Return what the offers come to, in a sentence."""
    offers = answer["offers"]
    most = offers[0]["information"]
    if most <= TIE_TOLERANCE:
        return f"{answer['label']}: no offer is answered differently by the types"
    alike = sum(offer["information"] >= most - TIE_TOLERANCE for offer in offers)
    bits = f"{most:.2f} bit about the type"
    return f"{answer['label']}: the reply to {alike} of {len(offers)} offers tells most, {bits}"


def regions_figure(label: str, form: dict[str, Any]) -> Figure:
    """Return the regions of the limited-truce game over prior and the staller's cost."""
    prior = (np.arange(FINENESS) + 0.5) / FINENESS
    own, other = form["cost_sincere"], form["cost_staller"]
    low, high = min(-0.5, other - 0.25, own - 0.25), max(1.5, other + 0.25)
    costs = low + (np.arange(FINENESS) + 0.5) / FINENESS * (high - low)
    found = truce_regions(prior, own, costs[:, None], form["threshold"])
    here = truce_regions(form["prior"], own, other, form["threshold"])
    kind = REGIONS[here.item()]
    return phase_diagram(
        prior,
        costs,
        found,
        [REGION_WORDS.get(name, name) for name in REGIONS],
        xlabel=f"prior chance of the type {form['sincere']}",
        ylabel=f"cost of acceptance to the type {form['staller']}, in stakes",
        title=f"{label}: the base case is {REGION_WORDS.get(kind, kind)}, the message being "
        f'"{form["accept"]}" at a cost of {amount(own)} stakes to the type {form["sincere"]}',
        base=(form["prior"], other),
    )


def monitoring_figure(truce: dict[str, Any]) -> Figure:
    """Return the smallest discount over detection, one curve a chance of false alarm."""
    names = [f"false alarm {percent(alarm)} a round" for alarm in truce["false_alarms"]]
    known = not np.isnan(truce["discount"])
    return discount_curves(
        truce["detections"],
        dict(zip(names, truce["curves"], strict=True)),
        title=kept_title(truce),
        own=(truce["detection"], truce["discount"]) if known else None,
        patience=truce["own_discount"],
    )


def belief_figure(answer: FollowedRecord, unit: str) -> Figure:
    """Return the belief along a transcript."""
    beliefs = np.array(answer.beliefs).T
    names = [each.label for each in answer.types]
    move = float(np.abs(beliefs[:, -1] - beliefs[:, 0]).max())
    most = names[int(np.abs(beliefs[:, -1] - beliefs[:, 0]).argmax())]
    ends = [percent(float(beliefs[names.index(most), place])) for place in (0, -1)]
    told = f'moves belief in "{most}" from {ends[0]} to {ends[1]}'
    title = f"{answer.label}: the record {told if move >= 0.005 else 'leaves belief as it was'}"
    return belief_path(
        [row.round for row in answer.rounds],
        dict(zip(names, beliefs, strict=True)),
        title=f"{title} ({answer.mode} belief)",
        xlabel=f"observed {unit}",
    )
