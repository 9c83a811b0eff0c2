"""The findings as tables: rows of plain values, written as CSV."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import Any

from negsim.answers import plain
from negsim.page.answer import NamedNumber, Run

Row = list[Any]


def tables(findings: Run) -> dict[str, list[Row]]:
    """Return every table by name, the first row its heads; what is undefined is None."""
    found = {
        "outcomes": outcome_rows(findings),
        "labels": label_rows(findings),
        "path": path_rows(findings),
        "phase": phase_rows(findings),
        "robustness": robustness_rows(findings),
        "play": play_rows(findings),
        "numbers": number_rows(findings),
    }
    return {name: plain(rows) for name, rows in found.items()}


def outcome_rows(findings: Run) -> list[Row]:
    """Return the outcomes of the one-shot game with payoffs and marks."""
    names = [party.name for party in findings.about.parties]
    heads = ["outcome", *names, "equilibrium", "pareto_efficient", "nash_bargaining", "blocked_by"]
    rows = [
        [
            row.text,
            *row.payoffs,
            row.equilibrium,
            row.efficient,
            row.bargaining,
            "; ".join(row.blockers),
        ]
        for row in findings.outcomes.outcomes
    ]
    return [heads, *rows]


def label_rows(findings: Run) -> list[Row]:
    """Return the label of every party, state and round."""
    states = findings.about.states
    rows = [
        [party.name, states[state], place + 1, findings.labels[code]]
        for party in findings.delay.parties
        for state, row in enumerate(party.map)
        for place, code in enumerate(row)
    ]
    return [["party", "state", "round", "label"], *rows]


def path_rows(findings: Run) -> list[Row]:
    """Return the predicted path: options given that talks go on, ends so far, mean states."""
    path = findings.delay.path
    heads = ["round", "talks_go_on", *(f"in effect: {name}" for name in path.options)]
    heads += [f"ended so far: {name}" for name in path.ended]
    heads += [f"mean: {name}" for name in path.state]
    columns = [path.rounds, path.going, *path.options.values(), *path.ended.values()]
    columns += [[band[1] for band in bands] for bands in path.state.values()]
    return [heads, *(list(row) for row in zip(*columns, strict=True))]


def phase_rows(findings: Run) -> list[Row]:
    """Return the phase diagram, one row a point."""
    phase = findings.phase
    if phase is None:
        return [["party", "label"]]
    rows = [
        [x, y, findings.labels[code] if code >= 0 else ""]
        for x, codes in zip(phase.axes[0], phase.labels, strict=True)
        for y, code in zip(phase.axes[1], codes, strict=True)
    ]
    return [[*phase.names, "label"], *rows]


def robustness_rows(findings: Run) -> list[Row]:
    """Return the shares of the sampled ranges in which labels and claims hold."""
    answer = findings.robustness
    heads = ["about", "name", "share", "low", "high", "given_record", "given_low", "given_high"]
    if answer is None:
        return [heads]
    given = (answer.record and answer.record.labels) or {}
    found: list[Row] = []
    for party, rows in answer.labels.items():
        beside: list[Row] = [[own.share, own.low, own.high] for own in given.get(party, ())]
        given_row = beside or [[None, None, None] for _ in rows]
        found += [[party, *astuple(row), *own] for row, own in zip(rows, given_row, strict=True)]
    found += [["claim", *astuple(row), None, None, None] for row in answer.claims]
    return [heads, *found]


def play_rows(findings: Run) -> list[Row]:
    """Return how each rule fares for each party."""
    names = [party.name for party in findings.about.parties]
    heads = ["party", "rule", *(f"payoff {name}" for name in names), "agreement", "mean_end_round"]
    rows = [
        [contest.party, fare.rule, *fare.payoffs, fare.agreement, fare.end_round]
        for contest in (findings.play.contests if findings.play else ())
        for fare in contest.fares
    ]
    return [heads, *rows]


def number_rows(findings: Run) -> list[Row]:
    """Return the named numbers with ranges, reasons and sources."""
    numbers = findings.about.numbers
    heads = [each.name for each in fields(NamedNumber)]
    return [heads, *(list(astuple(number)) for number in numbers)] if numbers else []
