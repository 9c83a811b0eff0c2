"""The figures and tables of a tournament."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.bars import percent, share_bars
from negsim.drawing.plots.cross_table import cross_table
from negsim.drawing.plots.lines import lines
from negsim.drawing.plots.population import population_shares, simplex
from negsim.drawing.words import amount
from negsim.playing.population import EVEN, replicator, two_populations
from negsim.questions.tournament.ask import shown
from negsim.questions.tournament.spread import (
    PRECISION,
    STEP,
    STEPS,
    fixation_rows,
    kept_rules,
    payoff_table,
    population_rows,
    role_paths,
    role_tables,
    shared_paths,
    shared_table,
)

STARTS = np.array([[a, b, 10 - a - b] for a in range(1, 9) for b in range(1, 10 - a)]) / 10.0
"""Where the paths of a phase plot begin: shares in tenths, none of them 0."""

MOVING = 0.02
"""Change of a share in the last quarter of a path, above which it has not come to rest."""

BEST = 4
LINES = 7
"""Best strategies at each level of noise, and most of them that are drawn."""

BARS = 10
"""Most strategies of whose long-run shares bars are drawn."""


def tournament_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures of a tournament, of its first setting."""
    roles = [(role, name) for role, name in enumerate(answer["roles"])]
    found = {f"payoffs_{name}": payoff_figure(answer, role) for role, name in roles}
    levels = noise_levels(answer)
    if len(levels) > 1:
        found |= {f"noise_{name}": noise_figure(answer, role, levels) for role, name in roles}
    rules = [kept_rules(answer, role) for role in (0, 1)]
    if min(map(len, rules)) < 2:
        return found
    found |= {dynamic: shares_figure(answer, dynamic) for dynamic in ("replicator", "logit")}
    for role, name in roles:
        shares = answer["populations"][0]["roles"][role]["rare_mutation"]
        names = kept_names(answer, role)
        found[f"long_run_{name}"] = long_run_figure(names, shares, answer["labels"][role])
    return found | phase_figures(answer) | shared_figures(answer)


def payoff_figure(answer: dict[str, Any], role: int) -> Figure:
    """Draw the cross table of a role's payoffs, its strategies as rows, best first."""
    table = payoff_table(answer, role)
    table = table if role == 0 else table.T
    standing = answer["standings"][0][role]
    order = [answer["rules"][role].index(row["rule"]) for row in standing]
    top = best_of(answer, role, standing)
    alone = sum(row["rank"] == 1 for row in standing) == 1
    label, other = answer["labels"][role], answer["labels"][1 - role]
    return cross_table(
        table[order],
        [answer["names"][role][place] for place in order],
        answer["names"][1 - role],
        title=(
            f"{label}: {top} {'does' if alone else 'do'} best on average, "
            f"{amount(standing[0]['payoff'])} against {other}'s strategies"
        ),
        row_title=label,
        column_title=other,
        unit="payoff",
    )


def best_of(answer: dict[str, Any], role: int, standing: list[dict[str, Any]]) -> str:
    """Return who is first in a standing, or how many are."""
    best = [shown(answer, role, row["rule"]) for row in standing if row["rank"] == 1]
    return " and ".join(best) if len(best) < 3 else f"{len(best)} strategies"


def noise_levels(answer: dict[str, Any]) -> dict[float, int]:
    """Return the settings that differ from the first in the noise only, by their noise."""
    first = answer["conditions"][0]
    found = {
        each["noise"]: place
        for place, each in enumerate(answer["conditions"])
        if each | {"noise": first["noise"]} == first
    }
    return dict(sorted(found.items()))


def noise_figure(answer: dict[str, Any], role: int, levels: dict[float, int]) -> Figure:
    """Draw the mean payoffs of the strategies that are among the best at some noise level."""
    standings = [answer["standings"][place][role] for place in levels.values()]
    best = dict.fromkeys(
        row["rule"] for k in range(BEST) for own in standings for row in own[k : k + 1]
    )
    payoffs = [{row["rule"]: row["payoff"] for row in own} for own in standings]
    noises = list(levels)
    tops = [best_of(answer, role, own) for own in (standings[0], standings[-1])]
    label = answer["labels"][role]
    return lines(
        {
            shown(answer, role, rule): (noises, [own.get(rule, np.nan) for own in payoffs])
            for rule in list(best)[:LINES]
        },
        title=f"Best for {label} at noise {noises[0]:g}: {tops[0]}; at {noises[-1]:g}: {tops[1]}",
        xlabel="noise: chance that a move flips to another",
        ylabel=f"mean payoff against {answer['labels'][1 - role]}'s strategies",
    )


def kept_names(answer: dict[str, Any], role: int) -> list[str]:
    """Return the names of a role's strategies that met all of the other's."""
    return [shown(answer, role, rule) for rule in kept_rules(answer, role)]


def shares_figure(answer: dict[str, Any], dynamic: str) -> Figure:
    """Draw the shares of both roles' strategies under a dynamic."""
    labels, paths = answer["labels"], role_paths(answer, dynamic)
    names = [kept_names(answer, role) for role in (0, 1)]
    ends = [f"{labels[role]} to {leader(names[role], paths[role])}" for role in (0, 1)]
    what, how = {
        "replicator": ("Copying what does well leads", "replicator dynamics"),
        "logit": (
            "Replying well, though not quite exactly, leads",
            f"logit dynamics (precision {PRECISION:g})",
        ),
    }[dynamic]
    return population_shares(
        {labels[role]: (names[role], paths[role]) for role in (0, 1)},
        title=f"{what} {' and '.join(ends)}",
        xlabel=f"steps of {how}, from equal shares{without(answer)}",
    )


def without(answer: dict[str, Any]) -> str:
    """Return which strategies are left out since some of their pairings cannot be played."""
    out = answer["populations"][0]["left_out"]
    left = {shown(answer, role, rule) for role in (0, 1) for rule in out[role]}
    if not left:
        return ""
    return f", without {left.pop() if len(left) == 1 else f'{len(left)} strategies'}"


def leader(names: list[str], path: FloatArray) -> str:
    """Return the strategy that has more than half of the population at rest, or that none has.

    >>> leader(["a", "b"], np.array([[0.5, 0.5], *[[0.9, 0.1]] * 9]))
    '"a"'
    >>> leader(["a", "b"], np.full((9, 2), 0.5)), leader(["a", "b"], np.array([[0.5, 0.5], [1, 0]]))
    ('a mixture', 'no rest yet')
    """
    late = path[-max(2, len(path) // 4) :]
    if float(np.ptp(late, axis=0).max()) > MOVING:
        return "no rest yet"
    first = int(path[-1].argmax())
    return f'"{names[first]}"' if path[-1, first] > 0.5 else "a mixture"


def long_run_figure(names: list[str], shares: list[float], who: str) -> Figure:
    """Draw the share of time that each strategy has a small population to itself."""
    values = np.array(shares)
    order = np.argsort(-values, kind="stable")
    rows = [names[place] for place in order[:BARS]]
    told = values[order[:BARS]]
    if len(order) > BARS:
        rows = [*rows, f"{len(order) - BARS} others together"]
        told = np.append(told, values[order[BARS:]].sum())
    return share_bars(
        rows,
        told,
        np.full((len(rows), 2), np.nan),
        title=(
            f'With rare newcomers the strategy for {who} is "{rows[0]}" '
            f"{percent(float(told[0]))} % of the time"
        ),
    )


def phase_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Draw the phase plot of each role's three best strategies, if it has three."""
    tables = role_tables(answer)
    found = {}
    for role, name in enumerate(answer["roles"]):
        own, other = (tables[0], tables[1]) if role == 0 else (tables[1].T, tables[0].T)
        best = three_best(own, other)
        if len(best) == 3:
            names = kept_names(answer, role)
            paths = [
                two_populations(own[best], other[best], start, steps=STEPS, step=STEP)[0]
                for start in STARTS
            ]
            found[f"three_strategies_{name}"] = triangle(
                paths,
                [names[place] for place in best],
                whose=f"{answer['labels'][role]}'s three best strategies",
                note=f"{answer['labels'][1 - role]}'s strategies begin with equal shares",
            )
    return found


def shared_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Draw what becomes of one population that plays both roles, where both have like rules."""
    table, shares = shared_table(answer), answer["populations"][0]["shared"]
    if table is None:
        return {}
    names = kept_names(answer, 0)
    paths = shared_paths(table, answer["seed"])
    ends = dict.fromkeys(leader(names, path) for path in list(paths.values())[:-1])
    found = {
        "one_population": population_shares(
            {heading: (names, path) for heading, path in paths.items()},
            title=f"One population that plays both roles comes to {' or '.join(ends)}",
            xlabel=f"steps, or generations of imitators, from equal shares{without(answer)}",
        ),
        "long_run": long_run_figure(names, shares["rare_mutation"], "both roles"),
        "fixation": fixation_figure(names, np.array(shares["fixation"])),
    }
    best = three_best(table, table.T)
    if len(best) == 3:
        square = table[np.ix_(best, best)]
        found["three_strategies"] = triangle(
            [replicator(square, start, steps=STEPS, step=STEP) for start in STARTS],
            [names[place] for place in best],
            whose="the three best strategies",
            note="payoffs averaged over both roles",
        )
    return found


def fixation_figure(names: list[str], chances: FloatArray) -> Figure:
    """Draw the chance that one mutant takes over, as a multiple of what luck alone gives it."""
    agents = round(1 / chances[0, 0])
    multiple = chances * agents
    np.fill_diagonal(multiple, np.nan)
    resists = (np.nan_to_num(multiple) <= 1.0 + EVEN).all(axis=0)
    count = int(resists.sum())
    return cross_table(
        multiple,
        names,
        names,
        title=f"{count or 'None'} of {len(names)} strategies can be displaced by luck only",
        row_title="One mutant",
        column_title=f"everybody else, {agents - 1} agents,",
        unit="chance to take over, in multiples of luck",
    )


def triangle(paths: list[FloatArray], names: list[str], *, whose: str, note: str) -> Figure:
    """Draw a phase plot of replicator dynamics."""
    spreads = names[int(np.mean([path[-1] for path in paths], axis=0).argmax())]
    return simplex(
        paths,
        names,
        title=f'Of {whose}, "{spreads}" spreads most',
        note=f"replicator dynamics; {note}; dots: where paths end",
    )


def three_best(own: FloatArray, other: FloatArray) -> list[int]:
    """Return the three rows with the best mean payoffs, none of which play alike.

    ``own`` and ``other`` (rows, columns) are what rows and columns get.

    >>> three_best(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]]), np.zeros((3, 2)))
    [0, 2]
    """
    found: list[int] = []
    for place in np.argsort(-own.mean(axis=1), kind="stable").tolist():
        alike = [
            np.allclose(own[place], own[there]) and np.allclose(other[place], other[there])
            for there in found
        ]
        if not any(alike) and len(found) < 3:
            found.append(place)
    return found


def tournament_tables(answer: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the tables of a tournament that have rows: pairings, standings, gains and so on."""
    pairings = answer["pairings"]
    standings: list[list[Any]] = []
    gains: list[list[Any]] = []
    for setting, words in enumerate(answer["settings"]):
        for role, name in enumerate(answer["roles"]):
            for row in answer["standings"][setting][role]:
                flat = {k: v for k, v in row.items() if k not in ("harm", "costs")}
                flat |= {f"harm to {who}": value for who, value in row["harm"].items()}
                flat |= row["costs"]
                standings += [["setting", "role", *flat]] if not standings else []
                standings.append([words, name, *flat.values()])
            for row in answer["gains"][setting][role]:
                gains += [["setting", "role", *row]] if not gains else []
                gains.append([words, name, *row.values()])
    heads = list(pairings[0]) if pairings else []
    found = {
        "pairings": [heads, *(list(row.values()) for row in pairings)],
        "standings": standings,
        "gains": gains,
        "populations": population_rows(answer),
        "fixation": fixation_rows(answer),
    }
    return {name: rows for name, rows in found.items() if len(rows) > 1}
