"""What each figure of the report shows: from the findings to arrays, labels and a title."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from negsim.analysis.delay.stalling import LABELS
from negsim.arrays import BoolArray
from negsim.drawing import plots
from negsim.drawing.words import counted, moment, percent
from negsim.page.sentences import focus_of, party_label
from negsim.questions.delay.say_ledger import ledger_rows, ledger_title

MOST_OUTCOMES = 24


def figures(findings: dict[str, Any]) -> dict[str, Figure]:
    """Return every figure that the findings have material for, by name."""
    found = {
        "outcomes": outcomes_figure(findings),
        "path": path_figure(findings),
    }
    if findings["play"] is not None:
        found["trajectory"] = trajectory_figure(findings)
    return found | label_figures(findings) if findings["about"]["has_agreement"] else found


def label_figures(findings: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures that show labels, which only talks that can agree have."""
    parties, focus = findings["delay"]["parties"], findings["about"]["focus"]
    found = ledger_figures(parties, focus, findings["about"]["round"]) | map_figures(findings)
    if findings["levers"]:
        found["levers"] = levers_figure(findings)
    if findings["phase"] is not None:
        found["phase"] = phase_figure(findings["phase"], focus_label(findings))
    if findings["robustness"] is not None:
        found["shares"] = shares_figure(findings)
    return found


def focus_label(findings: dict[str, Any]) -> str:
    """Return the label of the party that the later questions look at."""
    return party_label(findings, findings["about"]["focus"])


def outcomes_figure(findings: dict[str, Any]) -> Figure:
    """Draw the payoffs by party of the outcomes that are marked or that nobody blocks."""
    rows = findings["outcomes"]["outcomes"]
    shown = [row for row in rows if outcome_mark(row) or not row["blockers"]][:MOST_OUTCOMES]
    stable = sum(row["equilibrium"] for row in rows)
    return plots.outcome_payoffs(
        [row["text"] for row in shown],
        [party["label"] for party in findings["about"]["parties"]],
        np.array([row["payoffs"] for row in shown]),
        title=f"{stable} of {len(rows)} outcomes of the one-shot game are equilibria",
        unit="payoff, each party in its own unit",
        marks=[outcome_mark(row) for row in shown],
        own_axes=True,
    )


def outcome_mark(row: dict[str, Any]) -> str:
    """Return the short marks of an outcome."""
    words = {
        "equilibrium": "equilibrium",
        "bargaining": "Nash bargaining",
        "efficient": "efficient",
    }
    return ", ".join(word for key, word in words.items() if row[key])


def path_figure(findings: dict[str, Any]) -> Figure:
    """Draw the predicted path over the rounds."""
    path = findings["delay"]["path"]
    first = next(iter(path["first"]))
    unit = findings["about"]["round"]
    return plots.equilibrium_path(
        path["rounds"],
        {name: floats(series) for name, series in path["options"].items()},
        {name: floats(series) for name, series in path["ended"].items()},
        {name: floats(series) for name, series in path["state"].items()},
        title=f"Round 1: {first}. Expected end: {moment(unit, path['expected_end'])}",
        xlabel=unit,
    )


def floats(values: Any) -> Any:
    """Return nested lists as an array, None as NaN."""
    return np.array(values, dtype=float)


def map_figures(findings: dict[str, Any]) -> dict[str, Figure]:
    """Draw the label map of every party that has a say in a joint option, mediators left out."""
    shown = [party for party in findings["delay"]["parties"] if party["has_joint"]]
    shown = [party for party in shown if party["role"] != "mediator"] or shown
    shown = shown or [focus_of(findings)]
    return {f"labels_{party['name']}": map_figure(findings, party) for party in shown}


def map_figure(findings: dict[str, Any], party: dict[str, Any]) -> Figure:
    """Draw one party's label over states and rounds."""
    about = findings["about"]
    live = findings["delay"]["live"]
    names = [about["states"][state] or "the only state" for state in live]
    share = sum(party["shares"][label] for label in ("stalling", "waiting", "delay_untested"))
    return plots.label_map(
        label_cells(findings["labels"], party["map"], findings["delay"]),
        names,
        title=f"{party['label']}: delay is the best reply in {percent(share)} of what can occur",
        xlabel=about["round"],
        ylabel="state",
        groups=groups(names),
        base=(live.index(about["start_state"]), 1),
        marked=np.array(party["depends"])[live],
    )


def label_cells(
    labels: Sequence[str], rows: Sequence[Sequence[int]], delay: dict[str, Any]
) -> NDArray[np.object_]:
    """Return the label of each state that can occur in each round, "-" where it cannot be then."""
    cells = np.array(labels, dtype=object)[np.array(rows)]
    return np.asarray(np.where(np.array(delay["occurs"]), cells, "-")[delay["live"]])


def groups(names: list[str]) -> list[tuple[str, int]]:
    """Return neighbouring states with the same first variable, and how many they are.

    >>> groups(["a 0, b 0", "a 0, b 1", "a 1, b 0"])
    [('a 0', 2), ('a 1', 1)]
    >>> groups(["a 0", "a 1"])
    []
    """
    firsts = [name.split(", ")[0] for name in names]
    if all("," not in name for name in names):
        return []
    return [(first, len(list(same))) for first, same in itertools.groupby(firsts)]


def trajectory_figure(findings: dict[str, Any]) -> Figure:
    """Draw one run: the state above, what everybody said below."""
    run = findings["play"]["run"]
    return plots.trajectory(
        run["rounds"],
        {name: floats(series) for name, series in run["state"].items()},
        list(run["said"].items()),
        run["outcome"],
        title=f"One run, {counted(len(run['rounds']), 'round')}: {run['end']}",
        xlabel=findings["about"]["round"],
    )


def ledger_figures(parties: list[dict[str, Any]], focus: str, unit: str) -> dict[str, Figure]:
    """Draw the ledger of every party that could sign something, that of the focus first."""
    return {
        f"ledger_{party['name']}": ledger_figure(party["label"], unit, party["ledger"])
        for party in sorted(parties, key=lambda party: party["name"] != focus)
        if party["ledger"] is not None
    }


def ledger_figure(party: str, unit: str, ledger: dict[str, Any]) -> Figure:
    """Draw what waiting brings and costs a party, payoff by payoff, down to the value of delay."""
    rows = ledger_rows(ledger) or [("Nothing changes", 0.0)]
    return plots.waterfall(
        [name for name, _ in rows],
        [value for _, value in rows],
        ledger["delay"],
        title=ledger_title(party, unit, ledger),
        unit="payoff of the party, against signing now",
    )


def levers_figure(findings: dict[str, Any]) -> Figure:
    """Draw the label along each lever, and where the record is reproduced."""
    codes = {name: code for code, name in enumerate(LABELS)}
    changing = sum(bool(lever["crossings"]) for lever in findings["levers"])
    count = counted(len(findings["levers"]), "lever")
    return plots.lever_strips(
        [
            plots.Strip(
                f"{lever['label']} ({lever['sets']})",
                floats(lever["values"]),
                [codes.get(name, -1) for name in lever["labels"]],
                lever["base"],
                None if lever["record"] is None else floats(lever["record"]),
            )
            for lever in findings["levers"]
        ],
        [label.replace("_", " ") for label in LABELS],
        title=f"{focus_label(findings)}: {changing} of {count}, moved alone, "
        "change the label at the start",
        keys=LABELS,
    )


def phase_figure(phase: dict[str, Any], party: str) -> Figure:
    """Draw the phase diagram over one or two numbers."""
    title = f"{party} at the start: {shares_text(phase['shares'])} of this grid"
    ranges = [None if None in pair else (pair[0], pair[1]) for pair in phase["ranges"]]
    words = [label.replace("_", " ") for label in LABELS]
    if len(phase["names"]) == 1:
        kept = was_solved(phase)
        return plots.phase_line(
            floats(phase["axes"][0])[kept],
            {"value of delay": floats(phase["delay"])[kept]},
            np.array(phase["labels"])[kept],
            words,
            xlabel=axis_label(phase, 0),
            ylabel="value of delay (a gap: nothing is acceptable)",
            title=title,
            base=phase["base"][0],
            x_range=ranges[0],
            keys=LABELS,
        )
    return plots.phase_diagram(
        floats(phase["axes"][0]),
        floats(phase["axes"][1]),
        np.array(phase["labels"]).T,
        words,
        xlabel=axis_label(phase, 0),
        ylabel=axis_label(phase, 1),
        title=title,
        base=(phase["base"][0], phase["base"][1]),
        x_range=ranges[0],
        y_range=ranges[1],
        keys=LABELS,
    )


def shares_text(shares: dict[str, float]) -> str:
    """Return the shares of labels in words, the largest first.

    >>> shares_text({"settle": 0.25, "fighting_on": 0.75})
    'fighting on in 75 %, settle in 25 %'
    """
    ordered = sorted(shares.items(), key=lambda each: -each[1])
    return ", ".join(f"{label.replace('_', ' ')} in {percent(share)}" for label, share in ordered)


def was_solved(phase: dict[str, Any]) -> BoolArray:
    """Return which points were solved, or could not be; the others have their corners' label."""
    filled = np.isnan(floats(phase["agreement"])) & (np.array(phase["labels"]) >= 0)
    return np.asarray(~filled)


def axis_label(phase: dict[str, Any], place: int) -> str:
    """Return what an axis shows: the lever's label and the number it sets."""
    title, name = phase["titles"][place], phase["names"][place]
    return f"{title} ({name})" if title != name else name


def label_rows(
    findings: dict[str, Any], labels: dict[str, Any], given: str
) -> list[tuple[str, dict[str, Any]]]:
    """Return the shares of labels that are there at all, each with its party's name."""
    return [
        (f"{party['label']}: {row['name'].replace('_', ' ')}{given}", row)
        for party in findings["delay"]["parties"]
        if party["role"] != "mediator"
        for row in labels[party["name"]]
        if row["share"]
    ]


def shares_figure(findings: dict[str, Any]) -> Figure:
    """Draw the shares of the sampled ranges in which each label is found at the start."""
    answer = findings["robustness"]
    record = answer["record"]
    rows = label_rows(findings, answer["labels"], "")
    if record is not None and record["labels"] is not None:
        rows += label_rows(findings, record["labels"], ", given the record")
    return plots.share_bars(
        [name for name, _ in rows],
        floats([row["share"] for _, row in rows]),
        floats([[row["low"], row["high"]] for _, row in rows]),
        title=f"Labels at the start over {answer['points']} points of the stated ranges",
        keys=[row["name"] for _, row in rows],
    )
