"""Question 2 as plain data: is delay the best reply, for whom, what is it worth, made of what?"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from negsim.analysis.delay.ledger import ledger
from negsim.analysis.delay.stalling import (
    LABELS,
    Comparison,
    Stalling,
    attribute,
    labels_with_derived,
)
from negsim.analysis.measures.registry import measures
from negsim.arrays import FloatArray, IntArray
from negsim.dynamics.build import Compiled
from negsim.questions.delay.details import details
from negsim.questions.delay.say_ledger import ledger_answer
from negsim.theory.stochastic.backward_induction import selections
from negsim.theory.stochastic.stage import LOGIT

Scalar = TypeVar("Scalar", bound=np.generic)

STILL_GOING = 0.02
"""A report on endless talks shows the rounds that are played with more than this chance."""

FEWEST, MOST = 10, 60
"""Least and most rounds of endless talks that a report shows."""


def delay_answer(analysis: Stalling) -> dict[str, Any]:
    """Return question 2's answer at the first point: parties, path and the rule of selection."""
    compiled, plan = analysis.compiled, analysis.plan
    return {
        "rule": plan.rule,
        "order": [list(group) for group in compiled.scenario.talks.order],
        "largest_regret": relative_regret(analysis),
        "largest_count": int(plan.count.max()),
        "share_logit": float((plan.status == LOGIT).mean()),
        "parties": with_derived_labels(analysis),
        "live": np.flatnonzero(analysis.live[0].any(axis=0)).tolist(),
        "occurs": by_round(analysis, analysis.live[0]).tolist(),
        "selection": selection_answer(analysis),
        "path": path_answer(analysis),
    }


def selection_answer(analysis: Stalling) -> dict[str, Any]:
    """Return how many labels of all parties that can occur hang on the rule of selection."""
    own = analysis.everywhere.labels
    live = np.broadcast_to(analysis.live[:, :, None, :], own.shape)
    return {
        "rule": analysis.selection,
        "differ": int(analysis.depends.sum()),
        "labels": int(live.sum()),
        "by": {
            rule: int((other != own)[live].sum())
            for rule, other in analysis.by_selection.items()
            if rule != analysis.selection
        },
        "unsolved": [
            rule for rule in selections(analysis.game) if rule not in analysis.by_selection
        ],
    }


def num(analysis: Stalling) -> int:
    """Return the number of players."""
    return len(analysis.plan.game.players)


def relative_regret(analysis: Stalling) -> float:
    """Return the largest gain from one deviation, as a share of the range of solved values."""
    values = analysis.plan.values
    spread = values.max(axis=(1, 3), keepdims=True) - values.min(axis=(1, 3), keepdims=True)
    gain = analysis.everywhere.prospects.gain
    return float((gain / np.where(spread > 0, spread, 1.0)).max())


def with_derived_labels(analysis: Stalling) -> list[dict[str, Any]]:
    """Return every party's answer, with its label as if no channels were declared."""
    parties = [party_answer(analysis, player) for player in range(num(analysis))]
    labels = labels_with_derived(analysis)
    for player, party in enumerate(parties):
        party["verdict_derived"] = None if labels is None else LABELS[labels[player]]
    return parties


def party_answer(analysis: Stalling, player: int) -> dict[str, Any]:
    """Return the four tests, the values and the labels of one party."""
    compiled = analysis.compiled
    party = compiled.scenario.parties[player]
    at_start = analysis.start
    start = {name: float(array[0, 0, player, 0]) for name, array in series(at_start)}
    start["value"] = float(analysis.value[0, player])
    package = int(at_start.prospects.package[0, 0, player, 0])
    signed = compiled.outcome_text(package) if package >= 0 else None
    label = LABELS[int(at_start.labels[0, 0, player, 0])]
    parts = attribute(analysis, player)
    shares, of_path = (
        {name: float(each(code)[0, player]) for code, name in enumerate(LABELS)}
        for each in (analysis.share, analysis.share_of_path)
    )
    return {
        "name": party.name,
        "label": party.label,
        "role": party.role,
        "has_joint": bool(analysis.plan.game.coalitions[:, player].any()),
        "start": start,
        "verdict": label,
        "package": signed,
        "on_the_table": analysis.on_the_table(player),
        "tests": dict(zip(("S1", "S2", "S3", "S4"), at_start.conditions(player), strict=True)),
        "leaving": leaving_rule(compiled, party.name),
        "premium": parts and parts.to_dict(),
        "ledger": ledger_answer(ledger(analysis, player), signed),
        "shares": shares,
        "shares_of_path": of_path,
        "map": label_rows(analysis, player).tolist(),
        "depends": by_round(analysis, analysis.depends[0, :, player]).tolist(),
        "differ": int(analysis.depends[0, :, player].sum()),
        "by_selection": {
            rule: LABELS[
                int(labels[0, analysis.game.first_index[0], player, analysis.game.start[0]])
            ]
            for rule, labels in analysis.by_selection.items()
        },
        **details(analysis, player),
    }


def label_rows(analysis: Stalling, player: int) -> IntArray:
    """Return a player's labels by state and round, rounds counted forward, shape (S, T).

    Those of endless talks are the same in every round that is shown.
    """
    return by_round(analysis, analysis.everywhere.labels[0, :, player])


def by_round(analysis: Stalling, table: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return what is known by rounds to go and state (T, S) by state and shown round, (S, T)."""
    if analysis.plan.game.endless:
        return np.repeat(table.T, rounds_shown(analysis), axis=1)
    return table.T[:, : int(analysis.plan.game.rounds[0])][:, ::-1]


def rounds_shown(analysis: Stalling) -> int:
    """Return how many rounds a report shows: of endless talks, until few would still go on."""
    if not analysis.plan.game.endless:
        return int(analysis.plan.game.rounds[0])
    going = analysis.path.reached[0].sum(axis=1)
    return int(np.clip((going > STILL_GOING).sum(), FEWEST, MOST))


def series(compared: Comparison) -> list[tuple[str, FloatArray]]:
    """Return the named arrays of a comparison that are shown at the start."""
    found = compared.prospects
    return [
        ("settle", found.settle),
        ("talk", found.talk),
        ("leave", found.leave),
        ("delay", compared.delay),
        ("cover", compared.cover),
        ("frozen_delay", compared.frozen_delay),
        ("worth", compared.worth),
        ("premium", compared.premium),
        ("round_premium", compared.round_premium),
    ]


def leaving_rule(compiled: Compiled, party: str) -> str:
    """Return which value of leaving is used for a party."""
    exits = [end.label for end in compiled.scenario.ends if party in end.by]
    reservation = compiled.scenario.party(party).reservation
    if not exits and reservation is not None:
        return "reservation: " + ("the status quo" if reservation.status_quo else "a stated value")
    return f"exit: {', '.join(exits)}" if exits else "no agreement at once (it has no exit)"


def path_answer(analysis: Stalling) -> dict[str, Any]:
    """Return the predicted path, round by round, of the first point."""
    compiled, found = analysis.compiled, analysis.path
    rounds = rounds_shown(analysis)
    going = found.events[0, :rounds].sum(axis=1)
    share = np.divide(1.0, going, out=np.zeros_like(going), where=going > 0)
    table = (compiled.events.table[: len(compiled.scenario.options)] > 0).astype(float)
    options = (found.events[0, :rounds] @ table.T) * share[:, None]
    return {
        "rounds": list(range(1, rounds + 1)),
        "going": going.tolist(),
        "options": {
            option.label: np.where(going > 1e-9, options[:, k], np.nan).tolist()
            for k, option in enumerate(compiled.scenario.options)
        },
        "ended": {
            end.label: np.cumsum(found.ends[0, :rounds, k]).tolist()
            for k, end in enumerate(compiled.scenario.ends)
        },
        "state": {
            variable.label: bands(
                found.reached[0, :rounds], compiled.grid[:, k].astype(float)
            ).tolist()
            for k, variable in enumerate(compiled.scenario.state)
        },
        "costs": {
            cost.label: float(found.costs[0, :rounds, k].sum())
            for k, cost in enumerate(compiled.scenario.costs)
        },
        "first": outcome_chances(analysis, 0),
        "ends": {
            end.label: float(found.ends[0, :, k].sum())
            for k, end in enumerate(compiled.scenario.ends)
        },
        "expected_end": float(measures["end_round"].compute(analysis, -1)[0]),
    }


def outcome_chances(analysis: Stalling, time: int) -> dict[str, float]:
    """Return the chance of each outcome in a round that is played, the likeliest first."""
    chances: dict[str, float] = {}
    for event, chance in enumerate(analysis.path.events[0, time]):
        if chance > 0:
            text = analysis.compiled.outcome_text(event)
            chances[text] = chances.get(text, 0.0) + float(chance)
    return dict(sorted(chances.items(), key=lambda item: (-item[1], item[0])))


def bands(reached: FloatArray, values: FloatArray) -> FloatArray:
    """Return the 10 % quantile, mean and 90 % quantile of a variable in each round, shape (T, 3).

    NaN where the round is not played.
    """
    order = np.argsort(values, kind="stable")
    total = reached.sum(axis=1, keepdims=True)
    weights = np.divide(reached, total, out=np.full_like(reached, np.nan), where=total > 1e-9)
    climbing = np.cumsum(weights[:, order], axis=1)
    ranked = values[order]
    low = ranked[np.argmax(climbing >= 0.1 - 1e-12, axis=1)]
    high = ranked[np.argmax(climbing >= 0.9 - 1e-12, axis=1)]
    mean = weights @ values
    low, high = (np.where(np.isnan(mean), np.nan, edge) for edge in (low, high))
    return np.stack([low, mean, high], axis=1)
