"""A tournament as a value: standings, what exploiting pays, every pairing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.playing.runs import NORMAL_95
from negsim.playing.tournament import ranks, scores
from negsim.questions.tournament.answer import (
    LabelOf,
    NotPlayed,
    PlayedUnder,
    RuleGain,
    RuleStanding,
    Tournament,
)
from negsim.questions.tournament.tournament import Result
from negsim.questions.trust.robustness import wilson

BASELINES = ("sincere", "patient", "equilibrium")
"""Harm to others is measured against the first of these that the role has."""

INTERVALS = "95 %; of agreement: Wilson; of the others: normal, from the spread of the runs"


def tournament_answer(compiled: Compiled, found: Result) -> Tournament:
    """Return a tournament as a value."""
    scenario, entry = compiled.scenario, found.entry
    first, second = entry.roles
    settings = range(len(entry.settings))
    return Tournament(
        title=scenario.title,
        round=scenario.talks.round_name,
        roles=entry.roles,
        labels=(scenario.party(first).label, scenario.party(second).label),
        parties=tuple(LabelOf(party.name, party.label) for party in scenario.parties),
        costs=tuple(LabelOf(cost.number, cost.label) for cost in scenario.costs),
        rules=entry.rules,
        names=(names_of(entry.rules[0]), names_of(entry.rules[1])),
        others=dict(entry.others),
        settings=tuple(entry.setting_words(place) for place in settings),
        conditions=tuple(
            PlayedUnder(str(horizon), noise.error, noise.misperception)
            for horizon, noise in entry.settings
        ),
        runs=entry.runs,
        intervals=INTERVALS,
        seed=entry.seed,
        complete=found.complete,
        skipped=tuple(
            NotPlayed((entry.rules[0][a], entry.rules[1][b]), why)
            for (a, b), why in found.skipped.items()
        ),
        standings=tuple(
            (standing(compiled, found, setting, 0), standing(compiled, found, setting, 1))
            for setting in settings
        ),
        gains=tuple((gain(found, setting, 0), gain(found, setting, 1)) for setting in settings),
        pairings=pairings(found),
    )


def names_of(rules: Sequence[str]) -> tuple[str, ...]:
    """Return the names of strategies, with those parameters that tell those of one name apart.

    >>> names_of(["sincere:tolerance=0.0", "yes_but:patience=1", "yes_but:patience=2"])
    ('sincere', 'yes_but:patience=1', 'yes_but:patience=2')
    """
    parts = [(name, rest.split(",")) for name, _, rest in (rule.partition(":") for rule in rules)]
    found = []
    for name, own in parts:
        alike = [words for other, words in parts if other == name]
        apart = [word for word in own if not all(word in words for words in alike)]
        found.append(f"{name}:{','.join(apart)}" if apart else name)
    return tuple(found)


def oriented(table: FloatArray, role: int) -> FloatArray:
    """Return a cross table (first, second) with the rules of the role as rows."""
    return table if role == 0 else table.T


def standing(
    compiled: Compiled, found: Result, setting: int, role: int
) -> tuple[RuleStanding, ...]:
    """Return how the strategies of a role fared against all of the other, best first.

    A strategy that met nobody is left out.
    """
    entry, name = found.entry, found.entry.roles[role]

    def table(column: str) -> FloatArray:
        return oriented(found.columns[column][setting], role)

    payoff, least = scores(table(f"payoff {name}"))
    widths = half_width(table(f"error {name}"), table("exact"))
    known = np.flatnonzero(np.isfinite(payoff))
    places = dict(zip(known.tolist(), ranks(payoff[known], widths[known]).tolist(), strict=True))
    agreed, rounds, empty = (
        scores(table(column))[0] for column in ("agreement", "rounds", f"empty offers {name}")
    )
    rounds_width, empty_width = (
        half_width(table(f"error of {column}")) for column in ("rounds", f"empty offers {name}")
    )
    costs = {cost.number: scores(table(cost.number))[0] for cost in compiled.scenario.costs}
    base = baseline(entry.rules[role])
    others = [party.name for party in compiled.scenario.parties if party.name != name]
    return tuple(
        RuleStanding(
            rank=places[row],
            rule=entry.rules[role][row],
            payoff=float(payoff[row]),
            half_width=float(widths[row]),
            least=float(least[row]),
            **agreement_of(float(agreed[row]), entry.runs),
            rounds=float(rounds[row]),
            empty_offers=float(empty[row]),
            half_width_rounds=float(rounds_width[row]),
            half_width_empty_offers=float(empty_width[row]),
            harm={other: harm_of(table(f"payoff {other}"), base, row) for other in others},
            costs={number: float(mean[row]) for number, mean in costs.items()},
        )
        for row in sorted(places, key=lambda each: places[each])
    )


def agreement_of(share: float, runs: int) -> dict[str, float]:
    """Return the share of agreements with its 95 % interval (Wilson).

    The runs of all pairings share their luck, so the interval is that of one pairing's runs.
    """
    low, high = wilson(min(max(share, 0.0), 1.0), runs)
    return {
        "agreement": share,
        "agreement_low": low,
        "agreement_high": high,
        "half_width_agreement": (high - low) / 2,
    }


def half_width(errors: FloatArray, exact: FloatArray | None = None) -> FloatArray:
    """Return half the 95 % interval of each row's mean; pairings known exactly add nothing.

    The runs of a row share their luck, so errors are added up as if they moved together.
    """
    known = np.zeros(errors.shape) if exact is None else exact
    sampled = np.where(known > 0, 0.0, np.nan_to_num(errors))
    count = np.maximum(np.isfinite(errors).sum(axis=1), 1)
    return np.asarray(NORMAL_95 * sampled.sum(axis=1) / count)


def baseline(rules: tuple[str, ...]) -> int | None:
    """Return the place of the rule against which harm is measured, if there is one."""
    names = [rule.partition(":")[0] for rule in rules]
    return next((names.index(name) for name in BASELINES if name in names), None)


def harm_of(table: FloatArray, base: int | None, row: int) -> float | None:
    """Return how much less another party gets than against the baseline, over the same others."""
    if base is None:
        return None
    lost = table[base] - table[row]
    known = np.isfinite(lost)
    return float(lost[known].mean()) if known.any() else None


def gain(found: Result, setting: int, role: int) -> tuple[RuleGain, ...]:
    """Return what the best response to each rule of the other role gains a role.

    The gain is over playing the role's baseline, sincere if it has that, against the same rule.
    """
    entry, name = found.entry, found.entry.roles[role]
    own = oriented(found.columns[f"payoff {name}"][setting], role)
    base = baseline(entry.rules[role])
    rows = []
    for place, rule in enumerate(entry.rules[1 - role]):
        best = float(found.answers[role][setting, place])
        plain = float(own[base, place]) if base is not None else float("nan")
        played = None if base is None else entry.rules[role][base]
        rows.append(RuleGain(rule, best, played, plain, best - plain))
    return tuple(rows)


def pairings(found: Result) -> tuple[dict[str, str | float], ...]:
    """Return every pairing that was played, a row each."""
    entry = found.entry
    return tuple(
        {
            "setting": entry.setting_words(setting),
            entry.roles[0]: entry.rules[0][first],
            entry.roles[1]: entry.rules[1][second],
            **{
                name: float(values[setting, first, second])
                for name, values in found.columns.items()
            },
        }
        for setting, first, second in np.ndindex(*found.columns["rounds"].shape)
        if np.isfinite(found.columns["rounds"][setting, first, second])
    )
