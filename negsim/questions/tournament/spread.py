"""What becomes of a tournament's strategies where those that do well are copied, as plain data.

Each role is a population of its own. Where both roles have the same strategies, they are also one
population whose members play either role equally often: a payoff is then the mean of both roles.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from negsim.arrays import FloatArray
from negsim.playing.population import (
    fixation,
    logit,
    moran,
    rare_mutation,
    replicator,
    two_logits,
    two_populations,
    two_rare_mutations,
)

STEPS = 400
STEP = 1.0
PRECISION = 100.0
"""Of logit responses, per span of the payoffs: a tenth of the span is worth a factor of 22,000."""

AGENTS = 100
GENERATIONS = 400
MUTATION = 0.01

DYNAMICS = ("replicator", "logit", "rare_mutation")
"""The dynamics whose last shares are told."""


def payoff_table(answer: dict[str, Any], role: int, setting: int = 0) -> FloatArray:
    """Return what a role got in a setting, (first, second); NaN where not played."""
    first, second = answer["rules"]
    found = np.full((len(first), len(second)), np.nan)
    names = answer["roles"]
    for row in answer["pairings"]:
        if row["setting"] == answer["settings"][setting]:
            place = first.index(row[names[0]]), second.index(row[names[1]])
            found[place] = row[f"payoff {names[role]}"]
    return found


def kept(answer: dict[str, Any], setting: int = 0) -> tuple[list[int], list[int]]:
    """Return the strategies of each role that all met one another.

    A strategy that has to be left out of one role is left out of the other as well, so that no
    role is left with what the other may not have.
    """
    rules = answer["rules"]
    rows, columns = complete(payoff_table(answer, 0, setting))
    gone = {rules[0][k] for k in range(len(rules[0])) if k not in rows}
    gone |= {rules[1][k] for k in range(len(rules[1])) if k not in columns}
    return (
        [k for k in rows if rules[0][k] not in gone],
        [k for k in columns if rules[1][k] not in gone],
    )


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


def role_tables(answer: dict[str, Any], setting: int = 0) -> tuple[FloatArray, FloatArray]:
    """Return what each role got where the strategies that are kept met."""
    places = np.ix_(*kept(answer, setting))
    return payoff_table(answer, 0, setting)[places], payoff_table(answer, 1, setting)[places]


def kept_rules(answer: dict[str, Any], role: int, setting: int = 0) -> list[str]:
    """Return the strategies of a role that are kept."""
    return [answer["rules"][role][place] for place in kept(answer, setting)[role]]


def shared_table(answer: dict[str, Any], setting: int = 0) -> FloatArray | None:
    """Return the table of one population, rows as :func:`kept_rules` of the first role.

    There is none if the roles have different strategies.
    """
    rules = [kept_rules(answer, role, setting) for role in (0, 1)]
    if set(rules[0]) != set(rules[1]) or not rules[0]:
        return None
    order = [rules[1].index(rule) for rule in rules[0]]
    first, second = role_tables(answer, setting)
    return np.asarray((first[:, order] + second[:, order].T) / 2)


def role_paths(answer: dict[str, Any], dynamic: str) -> tuple[FloatArray, FloatArray]:
    """Return the shares over time of both roles, under ``replicator`` or ``logit``."""
    tables = role_tables(answer)
    if dynamic == "replicator":
        return two_populations(*tables, steps=STEPS, step=STEP)
    return two_logits(*tables, precision=PRECISION, steps=STEPS, step=STEP)


def shared_paths(table: FloatArray, seed: int) -> dict[str, FloatArray]:
    """Return the shares over time of one population under each dynamic, one of them drawn."""
    return {
        "Replicator dynamics": replicator(table, steps=STEPS, step=STEP),
        f"Logit dynamics, precision {PRECISION:g}": logit(
            table, precision=PRECISION, steps=STEPS, step=STEP
        ),
        f"{AGENTS} imitators, mutation {MUTATION:g}": moran(
            table, agents=AGENTS, steps=GENERATIONS, mutation=MUTATION, seed=seed
        ),
    }


def populations(answer: dict[str, Any], setting: int) -> dict[str, Any]:
    """Return where each dynamic leads in a setting, from equal shares.

    ``roles`` has one entry a role, none if too few strategies met; ``shared`` is that of one
    population of both roles, with the chances that a mutant (row) takes over from residents
    (column), or none.
    """
    places = kept(answer, setting)
    left_out = [
        [rule for k, rule in enumerate(answer["rules"][role]) if k not in places[role]]
        for role in (0, 1)
    ]
    met = all(places)
    table = shared_table(answer, setting) if met else None
    return {
        "agents": AGENTS,
        "left_out": left_out,
        "roles": role_shares(answer, setting) if met else [],
        "shared": None if table is None else shared_shares(answer, table, setting),
    }


def role_shares(answer: dict[str, Any], setting: int) -> list[dict[str, Any]]:
    """Return the last shares of both roles under each dynamic."""
    tables = role_tables(answer, setting)
    copying = two_populations(*tables, steps=STEPS, step=STEP)
    replying = two_logits(*tables, precision=PRECISION, steps=STEPS, step=STEP)
    pairs = two_rare_mutations(*tables, agents=AGENTS)
    return [
        {
            "role": answer["roles"][role],
            "rules": kept_rules(answer, role, setting),
            "replicator": copying[role][-1].tolist(),
            "logit": replying[role][-1].tolist(),
            "rare_mutation": pairs.sum(axis=1 - role).tolist(),
        }
        for role in (0, 1)
    ]


def shared_shares(answer: dict[str, Any], table: FloatArray, setting: int) -> dict[str, Any]:
    """Return the last shares of one population under each dynamic, and the chances of fixation."""
    return {
        "rules": kept_rules(answer, 0, setting),
        "replicator": replicator(table, steps=STEPS, step=STEP)[-1].tolist(),
        "logit": logit(table, precision=PRECISION, steps=STEPS, step=STEP)[-1].tolist(),
        "rare_mutation": rare_mutation(table, agents=AGENTS).tolist(),
        "fixation": fixation(table, agents=AGENTS).tolist(),
    }


def population_rows(answer: dict[str, Any]) -> list[list[Any]]:
    """Return the last shares as a table with a head: setting, population, strategy, dynamics."""
    rows: list[list[Any]] = [["setting", "population", "strategy", *DYNAMICS]]
    for words, found in zip(answer["settings"], answer["populations"], strict=True):
        shared = [] if found["shared"] is None else [{"role": "both", **found["shared"]}]
        for each in [*found["roles"], *shared]:
            shares = zip(*(each[name] for name in DYNAMICS), strict=True)
            told = zip(each["rules"], shares, strict=True)
            rows += [[words, each["role"], rule, *values] for rule, values in told]
    return rows


def fixation_rows(answer: dict[str, Any]) -> list[list[Any]]:
    """Return the chances of fixation as a table with a head; only the head if there are none."""
    rows: list[list[Any]] = [["setting", "mutant", "resident", "chance"]]
    for words, found in zip(answer["settings"], answer["populations"], strict=True):
        if found["shared"] is not None:
            rules = found["shared"]["rules"]
            for mutant, chances in zip(rules, found["shared"]["fixation"], strict=True):
                told = zip(rules, chances, strict=True)
                rows += [[words, mutant, resident, chance] for resident, chance in told]
    return rows
