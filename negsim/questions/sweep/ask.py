"""What a sweep found: each measure's spread and what moves it, or a phase diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from negsim.analysis.delay.stalling import LABELS
from negsim.analysis.measures.registry import measures
from negsim.arrays import FloatArray
from negsim.questions.sweep.answer import (
    LabelsOnRecord,
    LabelSpread,
    Mover,
    NumberSpread,
    PhaseDiagram,
    Sweep,
)
from negsim.questions.sweep.phase import Phase, phase, phase_measures, refined_phase
from negsim.sampling.axes import Axis, lever_axes
from negsim.sampling.given_record import Given, given_record, rejected
from negsim.sampling.manifest import Facts, described, facts_of
from negsim.sampling.results import Results, in_words, is_label
from negsim.sampling.worker import evaluate_points
from negsim.scenario.model import Scenario

Anew: TypeAlias = Mapping[str, LabelsOnRecord]
"""Shares of labels given the record, by measure."""

FEWEST = 8
"""Points below which nothing is said about what moves a measure."""
MOST_ERRORS = 3
RECORD = "record_chance"
"""The measure by which points count where something is on record."""


def ask_sweep(results: Results, anew: Anew | None = None) -> Sweep:
    """Return the findings of a sweep: spread and strongest mover of each measure.

    ``anew`` are shares of labels given the record from :func:`labels_given_record`.
    """
    about = described(results.manifest)
    reasons = Counter(error for error in results.errors if error is not None)
    return Sweep(
        title=about.title,
        names=results.names,
        design=about.design_words,
        seed=about.seed,
        strategies=about.strategies,
        points=len(results.points),
        complete=results.complete,
        planned=len(results.planned),
        failed=results.num_failed,
        errors=dict(reasons.most_common(MOST_ERRORS)),
        measures={
            name: label_spread(results, name, (anew or {}).get(name))
            if is_label(name)
            else number_spread(results, name)
            for name in results.measures
        },
    )


def number_spread(results: Results, name: str) -> NumberSpread:
    """Return a measure's unit, spread over the solved points, and strongest mover."""
    column = results.measures[name]
    known = column[np.isfinite(column)]
    ends = [float(known.min()), float(known.mean()), float(known.max())] if known.size else []
    low, mean, high = ends or (None, None, None)
    undefined = len(column) - len(known)
    return NumberSpread(unit_of(name), undefined, low, mean, high, strongest(results, column))


def label_spread(results: Results, name: str, anew: LabelsOnRecord | None) -> LabelSpread:
    """Return the shares of a label over the solved points, and given the record if there is one."""
    column = results.measures[name]
    known = column[np.isfinite(column)]
    words = Counter(in_words(known))
    given = None
    if RECORD in results.measures:
        chances = np.nan_to_num(results.measures[RECORD])
        sets = np.zeros(len(chances), dtype=np.int64)
        own = rejected(replace(results.design, values=results.values, shape=()), chances, sets)
        given = anew or shares_given(own, column)
    return LabelSpread(
        unit=unit_of(name),
        undefined=len(column) - len(known),
        shares={str(word): count / max(len(known), 1) for word, count in words.most_common()},
        given_record=given,
    )


def unit_of(name: str) -> str:
    """Return the unit of a measure."""
    return measures[name.partition(".")[0]].unit


def labels_given_record(
    scenario: Scenario, results: Results, seed: int, threads: int
) -> dict[str, LabelsOnRecord]:
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


def shares_given(given: Given, column: FloatArray | None) -> LabelsOnRecord:
    """Return the shares of labels in a sample given the record, None with too few points."""
    if not given.enough or column is None:
        return LabelsOnRecord(given.effective, given.how, None)
    known = np.isfinite(column)
    total = dict.fromkeys(in_words(column[known]), 0.0)
    for word, weight in zip(in_words(column[known]), given.weights[known].tolist(), strict=True):
        total[word] += weight
    ordered = sorted(total.items(), key=lambda pair: -pair[1])
    whole = sum(total.values())
    shares = {str(word): weight / whole for word, weight in ordered if weight}
    return LabelsOnRecord(given.effective, given.how, shares)


def strongest(results: Results, column: FloatArray) -> Mover | None:
    """Return the number that a measure goes with most, by Spearman's rank correlation."""
    from scipy.stats import rankdata

    known = np.isfinite(column)
    if known.sum() < FEWEST or np.ptp(column[known]) == 0:
        return None
    own = rankdata(column[known])
    found = [
        Mover(name, float(np.corrcoef(own, rankdata(values[known]))[0, 1]))
        for name, values in zip(results.names, results.values.T, strict=True)
        if np.ptp(values[known]) > 0
    ]
    return max(found, key=lambda mover: abs(mover.correlation), default=None)


# ---------------------------------------------------------------- phase diagrams


def ask_phase(
    scenario: Scenario, axes: Sequence[Axis], party: str, threads: int = 1
) -> PhaseDiagram:
    """Return the phase diagram of a party over one or two numbers, sharp at its borders.

    Errors as :func:`negsim.questions.sweep.phase.refined_phase`.
    """
    return diagram_of(scenario, refined_phase(scenario, axes, party, threads=threads))


def ask_lever_phase(scenario: Scenario, party: str, threads: int = 1) -> PhaseDiagram | None:
    """Return the phase diagram over the first two levers; None if there are fewer than two."""
    if len(scenario.levers) < 2:
        return None
    axes = {axis.name: axis for axis in lever_axes(scenario)[:2]}
    return ask_phase(scenario, [*axes.values()], party, threads)


def swept_phase(results: Results) -> PhaseDiagram | None:
    """Return the phase diagram that the results of a sweep hold, None if they hold none."""
    party = phase_party(results)
    if party is None:
        return None
    about = described(results.manifest)
    return diagram_from(about.facts, phase(results, results.design, party), about.seed)


def phase_party(results: Results) -> str | None:
    """Return the party whose phase diagram the results hold, None if they hold none."""
    about = described(results.manifest)
    if about.design.kind != "grid" or len(results.names) > 2 or not results.complete:
        return None
    held = set(results.measures)
    return next((who for who in about.facts.parties if set(phase_measures(who)) <= held), None)


def diagram_of(scenario: Scenario, found: Phase) -> PhaseDiagram:
    """Return a phase diagram with what its figure says of the scenario."""
    return diagram_from(facts_of(scenario, found.names), found)


def diagram_from(facts: Facts, found: Phase, seed: int | None = None) -> PhaseDiagram:
    """Return a phase diagram from the facts in a sweep's manifest."""
    codes, counts = np.unique(found.labels, return_counts=True)
    return PhaseDiagram(
        party=found.party,
        names=found.names,
        titles=tuple(facts.titles[name] for name in found.names),
        axes=found.axes,
        labels=found.labels,
        delay=found.delay,
        agreement=found.agreement,
        end_round=found.end_round,
        solved=found.solved,
        hangs_on_selection=share_marked(found.marks),
        shares={
            label_text(code): count / found.labels.size
            for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
        },
        base=tuple(np.array([facts.base[name] for name in found.names], dtype=float).tolist()),
        ranges=tuple((low, high) for low, high in (facts.ranges[name] for name in found.names)),
        seed=seed,
    )


def share_marked(marks: FloatArray) -> float:
    """Return the share of the solved points that are marked, NaN if none is solved.

    >>> share_marked(np.array([1.0, 0.0, np.nan, 0.0, 0.0]))
    0.25
    """
    known = marks[np.isfinite(marks)]
    return float(known.mean()) if known.size else float("nan")


def label_text(code: int) -> str:
    """Return the label of a code, or that the point was not solved.

    >>> label_text(1), label_text(-1)
    ('stalling', 'not solved')
    """
    return LABELS[code] if code >= 0 else "not solved"
