"""The figures and tables of a tournament, written to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.play.population import replicator, two_populations
from negsim.report.plots.cross_table import cross_table
from negsim.report.plots.files import save
from negsim.report.plots.population import population_shares, simplex
from negsim.report.tables import to_csv
from negsim.report.words import amount

STARTS = np.array([[a, b, 10 - a - b] for a in range(1, 9) for b in range(1, 10 - a)]) / 10.0
"""Where the paths of a phase plot begin: shares in tenths, none of them 0."""


def tournament_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures of a tournament, of its first setting."""
    found = {}
    for role, name in enumerate(answer["roles"]):
        found[f"payoffs_{name}"] = payoff_figure(answer, role)
    dynamics = shares_figure(answer)
    if dynamics is not None:
        found["population"] = dynamics
    triangle = triangle_figure(answer)
    if triangle is not None:
        found["three_strategies"] = triangle
    return found


def payoff_table(answer: dict[str, Any], role: int) -> FloatArray:
    """Return what a role got in the first setting, (first, second); NaN where not played."""
    first, second = answer["rules"]
    found = np.full((len(first), len(second)), np.nan)
    names = answer["roles"]
    for row in answer["pairings"]:
        if row["setting"] == answer["settings"][0]:
            place = first.index(row[names[0]]), second.index(row[names[1]])
            found[place] = row[f"payoff {names[role]}"]
    return found


def payoff_figure(answer: dict[str, Any], role: int) -> Figure:
    """Draw the cross table of a role's payoffs, its strategies as rows, best first."""
    table = payoff_table(answer, role)
    table = table if role == 0 else table.T
    standing = answer["standings"][0][role]
    order = [answer["rules"][role].index(row["rule"]) for row in standing]
    best = [row["rule"].partition(":")[0] for row in standing if row["rank"] == 1]
    top = " and ".join(best) if len(best) < 3 else f"{len(best)} strategies"
    label, other = answer["labels"][role], answer["labels"][1 - role]
    return cross_table(
        table[order],
        [short(answer["rules"][role][place]) for place in order],
        [short(rule) for rule in answer["rules"][1 - role]],
        title=(
            f"{label}: {top} {'does' if len(best) == 1 else 'do'} best on average, "
            f"{amount(standing[0]['payoff'])} against {other}'s strategies"
        ),
        row_title=label,
        column_title=other,
        unit="payoff",
    )


def short(rule: str) -> str:
    """Return a strategy without its parameters."""
    return rule.partition(":")[0]


def shares_figure(answer: dict[str, Any]) -> Figure | None:
    """Draw replicator dynamics over the strategies of both roles; none if they met too few."""
    first, second = (payoff_table(answer, role) for role in (0, 1))
    rows, columns = complete(first)
    if len(rows) < 2 or len(columns) < 2:
        return None
    own, other = two_populations(first[np.ix_(rows, columns)], second[np.ix_(rows, columns)])
    kept = ((0, rows), (1, columns))
    names = [[short(answer["rules"][role][k]) for k in places] for role, places in kept]
    leaders = [leader(names[0], own[-1]), leader(names[1], other[-1])]
    return population_shares(
        {
            answer["labels"][0]: (names[0], own),
            answer["labels"][1]: (names[1], other),
        },
        title=(
            f"Copying what does well leads {answer['labels'][0]} to {leaders[0]} and "
            f"{answer['labels'][1]} to {leaders[1]}"
        ),
        xlabel="steps of replicator dynamics, from equal shares",
    )


def leader(names: list[str], shares: FloatArray) -> str:
    """Return the strategy with more than half of the population, or that there is none.

    >>> leader(["a", "b"], np.array([0.9, 0.1])), leader(["a", "b"], np.array([0.5, 0.5]))
    ('a', 'a mixture')
    """
    first = int(shares.argmax())
    return names[first] if shares[first] > 0.5 else "a mixture"


def complete(table: FloatArray) -> tuple[list[int], list[int]]:
    """Return rows and columns all of whose pairings were played: the emptiest are left out first.

    >>> complete(np.array([[1.0, 2.0], [3.0, np.nan]]))
    ([0], [0, 1])
    """
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    while rows and columns:
        missing = np.isnan(table[np.ix_(rows, columns)])
        if not missing.any():
            break
        by_row, by_column = missing.mean(axis=1), missing.mean(axis=0)
        if by_row.max() >= by_column.max():
            rows.pop(int(by_row.argmax()))
        else:
            columns.pop(int(by_column.argmax()))
    return rows, columns


def triangle_figure(answer: dict[str, Any]) -> Figure | None:
    """Draw the phase plot of the three best strategies, where both roles have the same ones.

    A strategy's payoff against another is the mean of what it gets in the one role and the other.
    """
    first, second = answer["rules"]
    if set(first) != set(second):
        return None
    order = [second.index(rule) for rule in first]
    table = (payoff_table(answer, 0)[:, order] + payoff_table(answer, 1)[:, order].T) / 2
    rows, columns = complete(table)
    best = three_best(table, [k for k in rows if k in columns])
    if len(best) < 3:
        return None
    paths = [replicator(table[np.ix_(best, best)], start) for start in STARTS]
    names = [short(first[k]) for k in best]
    spreads = names[int(np.mean([path[-1] for path in paths], axis=0).argmax())]
    return simplex(
        paths,
        names,
        title=f"Of the three best strategies, {spreads} spreads most",
        note="replicator dynamics; payoffs averaged over both roles; dots: where paths end",
    )


def three_best(table: FloatArray, known: list[int]) -> list[int]:
    """Return the three strategies with the best mean payoffs, none of which play alike.

    >>> three_best(np.array([[1.0, 1.0], [1.0, 1.0]]), [0, 1])
    [0]
    """
    mean = table[np.ix_(known, known)].mean(axis=1)
    found: list[int] = []
    for place in (known[k] for k in np.argsort(-mean, kind="stable")):
        alike = [
            np.allclose(table[place, known], table[other, known])
            and np.allclose(table[known, place], table[known, other])
            for other in found
        ]
        if not any(alike) and len(found) < 3:
            found.append(place)
    return found


def write_tournament(answer: dict[str, Any], folder: Path) -> None:
    """Write figures and tables of a tournament to a folder that is there.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    try:
        for name, figure in tournament_figures(answer).items():
            save(figure, folder, name)
        for name, rows in tournament_tables(answer).items():
            (folder / f"{name}.csv").write_text(to_csv(rows), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from None


def tournament_tables(answer: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the tables of a tournament: pairings, standings and gains."""
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
    return {
        "pairings": [heads, *(list(row.values()) for row in pairings)],
        "standings": standings,
        "gains": gains,
    }
