"""The findings as tables: rows of plain values, written as CSV."""

from __future__ import annotations

from typing import Any

Row = list[Any]


def tables(findings: dict[str, Any]) -> dict[str, list[Row]]:
    """Return every table by name, the first row its heads."""
    return {
        "outcomes": outcome_rows(findings),
        "labels": label_rows(findings),
        "path": path_rows(findings),
        "phase": phase_rows(findings),
        "robustness": robustness_rows(findings),
        "play": play_rows(findings),
        "numbers": number_rows(findings),
    }


def outcome_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the outcomes of the one-shot game with payoffs and marks."""
    names = [party["name"] for party in findings["about"]["parties"]]
    heads = ["outcome", *names, "equilibrium", "pareto_efficient", "nash_bargaining", "blocked_by"]
    rows = [
        [
            row["text"],
            *row["payoffs"],
            row["equilibrium"],
            row["efficient"],
            row["bargaining"],
            "; ".join(row["blockers"]),
        ]
        for row in findings["outcomes"]["outcomes"]
    ]
    return [heads, *rows]


def label_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the label of every party, state and round."""
    states = findings["about"]["states"]
    rows = [
        [party["name"], states[state], place + 1, findings["labels"][code]]
        for party in findings["delay"]["parties"]
        for state, row in enumerate(party["map"])
        for place, code in enumerate(row)
    ]
    return [["party", "state", "round", "label"], *rows]


def path_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the predicted path: options given that talks go on, ends so far, mean states."""
    path = findings["delay"]["path"]
    heads = ["round", "talks_go_on", *(f"in effect: {name}" for name in path["options"])]
    heads += [f"ended so far: {name}" for name in path["ended"]]
    heads += [f"mean: {name}" for name in path["state"]]
    columns = [path["rounds"], path["going"], *path["options"].values(), *path["ended"].values()]
    columns += [[band[1] for band in bands] for bands in path["state"].values()]
    return [heads, *(list(row) for row in zip(*columns, strict=True))]


def phase_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the phase diagram, one row a point."""
    phase = findings["phase"]
    if phase is None:
        return [["party", "label"]]
    rows = [
        [x, y, findings["labels"][code] if code >= 0 else ""]
        for x, codes in zip(phase["axes"][0], phase["labels"], strict=True)
        for y, code in zip(phase["axes"][1], codes, strict=True)
    ]
    return [[*phase["names"], "label"], *rows]


def robustness_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the shares of the sampled ranges in which labels and claims hold."""
    answer = findings["robustness"]
    heads = ["about", "name", "share", "low", "high", "given_record", "given_low", "given_high"]
    if answer is None:
        return [heads]
    given = (answer["record"] or {}).get("labels") or {}
    found = []
    for party, rows in answer["labels"].items():
        beside = given.get(party, [{}] * len(rows))
        for row, own in zip(rows, beside, strict=True):
            found.append([party, *row.values(), *(own.get(key) for key in heads[2:5])])
    found += [["claim", *row.values(), None, None, None] for row in answer["claims"]]
    return [heads, *found]


def play_rows(findings: dict[str, Any]) -> list[Row]:
    """Return how each rule fares for each party."""
    names = [party["name"] for party in findings["about"]["parties"]]
    heads = ["party", "rule", *(f"payoff {name}" for name in names), "agreement", "mean_end_round"]
    rows = [
        [contest["party"], fare["rule"], *fare["payoffs"], fare["agreement"], fare["end_round"]]
        for contest in (findings["play"] or {"contests": []})["contests"]
        for fare in contest["fares"]
    ]
    return [heads, *rows]


def number_rows(findings: dict[str, Any]) -> list[Row]:
    """Return the named numbers with ranges, reasons and sources."""
    numbers = findings["about"]["numbers"]
    return [list(numbers[0]), *(list(number.values()) for number in numbers)] if numbers else []
