"""What a sweep found, in words and figures: each measure's spread, and what moves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.analysis.delay.stalling import LABELS
from negsim.analysis.measures.registry import measures
from negsim.answers import plain
from negsim.arrays import FloatArray
from negsim.drawing.plots.panels import Row, measure_panels
from negsim.drawing.save import write_study
from negsim.drawing.words import amount, percent
from negsim.folders import Claim
from negsim.questions.sweep.draw import write_phase
from negsim.questions.sweep.phase import phase, phase_measures
from negsim.questions.sweep.phase_data import told_phase_of
from negsim.sampling.given_record import Given, given_record, rejected
from negsim.sampling.results import Results, in_words, is_label
from negsim.sampling.worker import evaluate_points
from negsim.scenario.model import Scenario

Anew: TypeAlias = Mapping[str, dict[str, Any]]
"""Shares of labels given the record, by measure."""

MOST_ROWS = 5
MOST_COLUMNS = 3
FEWEST = 8
"""Points below which nothing is said about what moves a measure."""
MOST_ERRORS = 3
RECORD = "record_chance"
"""The measure by which points count where something is on record."""


def sweep_data(results: Results, anew: Anew | None = None) -> dict[str, Any]:
    """Return the findings of a sweep: spread and strongest mover of each measure.

    ``anew`` are shares of labels given the record from :func:`labels_given_record`.
    """
    reasons = Counter(error for error in results.errors if error is not None)
    data: dict[str, Any] = plain(
        {
            "title": results.manifest["title"],
            "names": list(results.names),
            "design": results.manifest["design_words"],
            "seed": results.manifest["seed"],
            "strategies": results.manifest["strategies"],
            "points": len(results.points),
            "complete": results.complete,
            "planned": len(results.planned),
            "failed": results.num_failed,
            "errors": dict(reasons.most_common(MOST_ERRORS)),
            "measures": {name: spread_of(results, name, anew or {}) for name in results.measures},
        }
    )
    return data


def spread_of(results: Results, name: str, anew: Anew) -> dict[str, Any]:
    """Return one measure's unit, spread over the solved points, and strongest mover."""
    column = results.measures[name]
    known = column[np.isfinite(column)]
    found: dict[str, Any] = {
        "unit": measures[name.partition(".")[0]].unit,
        "undefined": len(column) - len(known),
    }
    if is_label(name):
        words = Counter(in_words(known))
        found["shares"] = {str(w): n / max(len(known), 1) for w, n in words.most_common()}
        if RECORD in results.measures:
            chances = np.nan_to_num(results.measures[RECORD])
            sets = np.zeros(len(chances), dtype=np.int64)
            own = rejected(replace(results.design, values=results.values, shape=()), chances, sets)
            found["given_record"] = anew.get(name) or shares_given(own, column)
        return found
    if known.size:
        found |= {"low": known.min(), "mean": known.mean(), "high": known.max()}
        found = {key: float(v) if isinstance(v, np.floating) else v for key, v in found.items()}
    found["moved_by"] = strongest(results, column)
    return found


def labels_given_record(
    scenario: Scenario, results: Results, seed: int, threads: int
) -> dict[str, dict[str, Any]]:
    """Return the shares of labels given the record, drawn anew where the design has too few points.

    Nothing where there is no record, no label, or the design has enough points on it.
    """
    labelled = [name for name in results.measures if is_label(name)]
    if RECORD not in results.measures or not labelled:
        return {}
    design = replace(results.design, values=results.values, shape=())
    sets = np.zeros(design.size, dtype=np.int64)
    given = given_record(scenario, design, results.measures[RECORD], sets, seed, threads)
    if given.values is design.values:
        return {}
    columns: dict[str, FloatArray] = {}
    if given.enough:
        columns, _ = evaluate_points(scenario, given.names, given.values, labelled, threads)
    return {name: shares_given(given, columns.get(name)) for name in labelled}


def shares_given(given: Given, column: FloatArray | None) -> dict[str, Any]:
    """Return the shares of labels in a sample given the record, None with too few points."""
    found: dict[str, Any] = {"effective": given.effective, "how": given.how, "shares": None}
    if not given.enough or column is None:
        return found
    known = np.isfinite(column)
    total = dict.fromkeys(in_words(column[known]), 0.0)
    for word, weight in zip(in_words(column[known]), given.weights[known].tolist(), strict=True):
        total[word] += weight
    ordered = sorted(total.items(), key=lambda pair: -pair[1])
    whole = sum(total.values())
    return found | {"shares": {str(word): weight / whole for word, weight in ordered if weight}}


def strongest(results: Results, column: FloatArray) -> dict[str, Any] | None:
    """Return the number that a measure goes with most, by Spearman's rank correlation."""
    from scipy.stats import rankdata

    known = np.isfinite(column)
    if known.sum() < FEWEST or np.ptp(column[known]) == 0:
        return None
    own = rankdata(column[known])
    found = [
        (name, float(np.corrcoef(own, rankdata(values[known]))[0, 1]))
        for name, values in zip(results.names, results.values.T, strict=True)
        if np.ptp(values[known]) > 0
    ]
    if not found:
        return None
    name, correlation = max(found, key=lambda pair: abs(pair[1]))
    return {"name": name, "correlation": correlation}


def show_sweep(data: dict[str, Any], folder: Path, drawn: str = "sweep") -> None:
    """Print the findings of a sweep on a screen; ``drawn`` is the name of its figure."""
    out = Console(highlight=False)
    out.print(f"[bold]{escape(data['title'])}[/bold]: {escape(data['design'])}")
    for party, rule in data["strategies"].items():
        out.print(f"{escape(party)} plays {escape(rule)}")
    table = Table(box=None)
    table.add_column("measure", overflow="fold")
    for head in ("unit", "lowest", "mean", "highest"):
        table.add_column(head, no_wrap=True)
    table.add_column("goes most with", overflow="fold")
    for name, found in data["measures"].items():
        table.add_row(escape(name), found["unit"], *spread_words(found))
    out.print(table)
    if data["points"] < data["planned"]:
        what = "Refined along borders" if data["complete"] else "Not finished"
        out.print(f"{what}: {data['points']:,} of {data['planned']:,} points solved.")
    if data["failed"]:
        out.print(f"{data['failed']:,} points could not be solved, among them:")
        for reason, count in data["errors"].items():
            out.print(f"  {count:,}: {escape(reason)}")
    out.print("Shares and means are over the points of this design; they are no probabilities.")
    out.print(f"Results: {escape(str(folder))}/results.sqlite, {drawn}.svg", soft_wrap=True)


def spread_words(found: dict[str, Any]) -> list[str]:
    """Return the lowest, mean and highest value and what moves it, or the shares of labels."""
    if "shares" in found:
        return ["", "", "", shares_words(found["shares"]) + record_words(found.get("given_record"))]
    mover = found["moved_by"]
    words = f"{mover['name']} ({mover['correlation']:+.2f})" if mover else "-"
    return [
        *(amount(found[key]) if key in found else "-" for key in ("low", "mean", "high")),
        words,
    ]


def shares_words(shares: dict[str, float]) -> str:
    """Return shares of labels in words."""
    return ", ".join(f"{word.replace('_', ' ')} {percent(n)}" for word, n in shares.items())


def record_words(found: dict[str, Any] | None) -> str:
    """Return in words what the shares are given the record; nothing without one."""
    if found is None:
        return ""
    worth = f"worth {found['effective']:.0f} points, {found['how']}"
    if found["shares"] is None:
        return f"; given the record too few points to tell ({worth})"
    return f"; given the record ({worth}): {shares_words(found['shares'])}"


def sweep_figure(results: Results) -> Figure:
    """Draw the measures against the numbers that they go with most."""
    names = shown_names(results)
    rows = [row_of(results, name) for name in list(results.measures)[:MOST_ROWS]]
    facts = results.manifest["facts"]
    columns = {
        facts["titles"][name]: results.values[:, results.names.index(name)] for name in names
    }
    base = [facts["base"][name] for name in names]
    return measure_panels(columns, rows, title=headline(results), base=base)


def shown_names(results: Results) -> list[str]:
    """Return the numbers to be drawn: those that the measures go with most, then the others."""
    movers = [
        mover["name"]
        for name in list(results.measures)[:MOST_ROWS]
        if (mover := strongest(results, results.measures[name])) is not None
    ]
    often = [name for name, _ in Counter(movers).most_common()]
    return list(dict.fromkeys([*often, *results.names]))[:MOST_COLUMNS]


def row_of(results: Results, name: str) -> Row:
    """Return a measure as a row of the figure."""
    column = results.measures[name]
    words = {}
    if is_label(name):
        codes = np.unique(column[np.isfinite(column)]).astype(int).tolist()
        words = {code: LABELS[code].replace("_", " ") for code in codes}
    unit = measures[name.partition(".")[0]].unit
    return Row(measure_words(results, name), column, unit, words)


def measure_words(results: Results, name: str) -> str:
    """Return a measure's name in words, its party by the party's label."""
    kind, _, subject = name.partition(".")
    labels: dict[str, str] = results.manifest["facts"]["parties"]
    whose = labels.get(subject, subject.replace(".", " ").replace("_", " "))
    return kind.replace("_", " ") + (f", {whose}" if whose else "")


def headline(results: Results) -> str:
    """Return the finding that the figure's title says: the strongest mover of the first measure."""
    for name, column in results.measures.items():
        mover = None if is_label(name) else strongest(results, column)
        if mover is None:
            continue
        words = measure_words(results, name)
        words = words[0].upper() + words[1:]
        if len(results.names) == 1:
            ends = column[np.argmin(results.values[:, 0])], column[np.argmax(results.values[:, 0])]
            return f"{words}: from {amount(float(ends[0]))} to {amount(float(ends[1]))}"
        title = results.manifest["facts"]["titles"][mover["name"]]
        return f"{words}: goes most with {title} (rank correlation {mover['correlation']:+.2f})"
    return "No measure differs between the points"


def phase_party(results: Results) -> str | None:
    """Return the party whose phase diagram the results hold, None if they hold none."""
    if results.manifest["design"]["kind"] != "grid" or len(results.names) > 2:
        return None
    if not results.complete:
        return None
    parties = results.manifest["facts"]["parties"]
    return next((who for who in parties if set(phase_measures(who)) <= set(results.measures)), None)


def write_sweep(results: Results, claim: Claim, anew: Anew | None = None) -> dict[str, Any]:
    """Draw what the results hold into a folder and return it as plain values.

    A grid over one or two numbers with the measures of a phase diagram gives ``phase.*``, anything
    else ``sweep.*``.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    party = phase_party(results)
    if party is not None:
        facts = results.manifest["facts"]
        seed = results.manifest["seed"]
        found = told_phase_of(facts, phase(results, results.design, party), seed)
        write_phase(found, facts["parties"][party], claim)
        return found.to_dict()
    data = sweep_data(results, anew)
    write_study("sweep", data, {"sweep": sweep_figure(results)}, {}, claim)
    return data
