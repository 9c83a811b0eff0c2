"""The figures and tables of a tournament."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.cross_table import cross_table
from negsim.drawing.plots.lines import lines
from negsim.drawing.words import amount
from negsim.questions.tournament.answer import RuleStanding, Tournament

BEST = 4
LINES = 7
"""Best strategies at each level of noise, and most of them that are drawn."""


def tournament_figures(answer: Tournament) -> dict[str, Figure]:
    """Return the figures of a tournament, of its first setting."""
    roles = [(role, name) for role, name in enumerate(answer.roles)]
    found = {f"payoffs_{name}": payoff_figure(answer, role) for role, name in roles}
    levels = noise_levels(answer)
    if len(levels) > 1:
        found |= {f"noise_{name}": noise_figure(answer, role, levels) for role, name in roles}
    return found


def payoff_table(answer: Tournament, role: int, setting: int = 0) -> FloatArray:
    """Return what a role got in a setting, (first, second); NaN where not played."""
    first, second = answer.rules
    found = np.full((len(first), len(second)), np.nan)
    names = answer.roles
    for row in answer.pairings:
        if row["setting"] == answer.settings[setting]:
            place = first.index(str(row[names[0]])), second.index(str(row[names[1]]))
            found[place] = float(row[f"payoff {names[role]}"])
    return found


def payoff_figure(answer: Tournament, role: int) -> Figure:
    """Draw the cross table of a role's payoffs, its strategies as rows, best first."""
    table = payoff_table(answer, role)
    table = table if role == 0 else table.T
    standing = answer.standings[0][role]
    order = [answer.rules[role].index(row.rule) for row in standing]
    top = best_of(answer, role, standing)
    alone = sum(row.rank == 1 for row in standing) == 1
    label, other = answer.labels[role], answer.labels[1 - role]
    return cross_table(
        table[order],
        [answer.names[role][place] for place in order],
        answer.names[1 - role],
        title=(
            f"{label}: {top} {'does' if alone else 'do'} best on average, "
            f"{amount(standing[0].payoff)} against {other}'s strategies"
        ),
        row_title=label,
        column_title=other,
        unit="payoff",
    )


def best_of(answer: Tournament, role: int, standing: Sequence[RuleStanding]) -> str:
    """Return who is first in a standing, or how many are."""
    best = [answer.shown(role, row.rule) for row in standing if row.rank == 1]
    return " and ".join(best) if len(best) < 3 else f"{len(best)} strategies"


def noise_levels(answer: Tournament) -> dict[float, int]:
    """Return the settings that differ from the first in the noise only, by their noise."""
    first = answer.conditions[0]
    found = {
        each.noise: place
        for place, each in enumerate(answer.conditions)
        if replace(each, noise=first.noise) == first
    }
    return dict(sorted(found.items()))


def noise_figure(answer: Tournament, role: int, levels: dict[float, int]) -> Figure:
    """Draw the mean payoffs of the strategies that are among the best at some noise level."""
    standings = [answer.standings[place][role] for place in levels.values()]
    best = dict.fromkeys(
        row.rule for k in range(BEST) for own in standings for row in own[k : k + 1]
    )
    payoffs = [{row.rule: row.payoff for row in own} for own in standings]
    noises = list(levels)
    tops = [best_of(answer, role, own) for own in (standings[0], standings[-1])]
    label = answer.labels[role]
    return lines(
        {
            answer.shown(role, rule): (noises, [own.get(rule, np.nan) for own in payoffs])
            for rule in list(best)[:LINES]
        },
        title=f"Best for {label} at noise {noises[0]:g}: {tops[0]}; at {noises[-1]:g}: {tops[1]}",
        xlabel="noise: chance that a move flips to another",
        ylabel=f"mean payoff against {answer.labels[1 - role]}'s strategies",
    )


def tournament_tables(answer: Tournament) -> dict[str, list[list[Any]]]:
    """Return the tables of a tournament that have rows: pairings, standings and gains."""
    pairings = answer.pairings
    standings: list[list[Any]] = []
    gains: list[list[Any]] = []
    for setting, words in enumerate(answer.settings):
        for role, name in enumerate(answer.roles):
            for row in answer.standings[setting][role]:
                flat = {k: v for k, v in vars(row).items() if k not in ("harm", "costs")}
                flat |= {f"harm to {who}": value for who, value in row.harm.items()}
                flat |= row.costs
                standings += [["setting", "role", *flat]] if not standings else []
                standings.append([words, name, *flat.values()])
            for best in answer.gains[setting][role]:
                gains += [["setting", "role", *vars(best)]] if not gains else []
                gains.append([words, name, *vars(best).values()])
    heads: list[Any] = list(pairings[0]) if pairings else []
    found: dict[str, list[list[Any]]] = {
        "pairings": [heads, *(list(row.values()) for row in pairings)],
        "standings": standings,
        "gains": gains,
    }
    return {name: rows for name, rows in found.items() if len(rows) > 1}
