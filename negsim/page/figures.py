"""What each figure of the report shows: from the findings to arrays, labels and a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from negsim.analysis.delay.stalling import LABELS
from negsim.drawing import plots
from negsim.drawing.words import counted, floats, groups, percent
from negsim.page.answer import Run
from negsim.questions.change.answer import LeverScan
from negsim.questions.delay.answer import PartyDelay
from negsim.questions.delay.draw import label_cells, ledger_figures, path_figure
from negsim.questions.outcomes.answer import OutcomeRow
from negsim.questions.rules.answer import ToldRun
from negsim.questions.sweep.draw import phase_figure
from negsim.questions.trust.answer import Sampled
from negsim.questions.trust.robustness import Share

MOST_OUTCOMES = 24


def figures(findings: Run) -> dict[str, Figure]:
    """Return every figure that the findings have material for, by name."""
    found = {
        "outcomes": outcomes_figure(findings),
        "path": path_figure(findings.delay.path, findings.about.round, "Round 1"),
    }
    if findings.play is not None:
        found["trajectory"] = trajectory_figure(findings.play.run, findings.about.round)
    return found | label_figures(findings) if findings.about.has_agreement else found


def label_figures(findings: Run) -> dict[str, Figure]:
    """Return the figures that show labels, which only talks that can agree have."""
    parties, focus = findings.delay.parties, findings.about.focus
    found = ledger_figures(parties, focus, findings.about.round) | map_figures(findings)
    if findings.levers:
        found["levers"] = levers_figure(findings.levers, focus_label(findings))
    if findings.phase is not None:
        found["phase"] = phase_figure(findings.phase, focus_label(findings))
    if findings.robustness is not None:
        found["shares"] = shares_figure(findings, findings.robustness)
    return found


def focus_label(findings: Run) -> str:
    """Return the label of the party that the later questions look at."""
    return findings.party_label(findings.about.focus)


def outcomes_figure(findings: Run) -> Figure:
    """Draw the payoffs by party of the outcomes that are marked or that nobody blocks."""
    rows = findings.outcomes.outcomes
    shown = [row for row in rows if outcome_mark(row) or not row.blockers][:MOST_OUTCOMES]
    stable = sum(row.equilibrium for row in rows)
    return plots.outcome_payoffs(
        [row.text for row in shown],
        [party.label for party in findings.about.parties],
        np.array([row.payoffs for row in shown]),
        title=f"{stable} of {len(rows)} outcomes of the one-shot game are equilibria",
        unit="payoff, each party in its own unit",
        marks=[outcome_mark(row) for row in shown],
        own_axes=True,
    )


def outcome_mark(row: OutcomeRow) -> str:
    """Return the short marks of an outcome."""
    marks = {
        "equilibrium": row.equilibrium,
        "Nash bargaining": row.bargaining,
        "efficient": row.efficient,
    }
    return ", ".join(word for word, holds in marks.items() if holds)


def map_figures(findings: Run) -> dict[str, Figure]:
    """Draw the label map of every party that has a say in a joint option, mediators left out."""
    shown = [party for party in findings.delay.parties if party.has_joint]
    shown = [party for party in shown if party.role != "mediator"] or shown
    shown = shown or [findings.focus]
    return {f"labels_{party.name}": map_figure(findings, party) for party in shown}


def map_figure(findings: Run, party: PartyDelay) -> Figure:
    """Draw one party's label over states and rounds."""
    about = findings.about
    live = findings.delay.live
    names = [about.states[state] or "the only state" for state in live]
    share = sum(party.shares[label] for label in ("stalling", "waiting", "delay_untested"))
    return plots.label_map(
        label_cells(findings.labels, party.map, findings.delay),
        names,
        title=f"{party.label}: delay is the best reply in {percent(share)} of what can occur",
        xlabel=about.round,
        ylabel="state",
        groups=groups(names),
        base=(live.index(about.start_state), 1),
        marked=party.depends[list(live)],
    )


def trajectory_figure(run: ToldRun, unit: str) -> Figure:
    """Draw one run: the state above, what everybody said below."""
    return plots.trajectory(
        run.rounds,
        {name: floats(series) for name, series in run.state.items()},
        [(name, list(words)) for name, words in run.said.items()],
        run.outcome,
        title=f"One run, {counted(len(run.rounds), 'round')}: {run.end}",
        xlabel=unit,
    )


def levers_figure(levers: Sequence[LeverScan], focus: str) -> Figure:
    """Draw the label along each lever, and where the record is reproduced."""
    codes = {name: code for code, name in enumerate(LABELS)}
    changing = sum(bool(lever.crossings) for lever in levers)
    count = counted(len(levers), "lever")
    return plots.lever_strips(
        [
            plots.Strip(
                f"{lever.label} ({lever.sets})",
                lever.values,
                [-1 if name is None else codes[name] for name in lever.labels],
                lever.base,
                lever.record,
            )
            for lever in levers
        ],
        [label.replace("_", " ") for label in LABELS],
        title=f"{focus}: {changing} of {count}, moved alone, change the label at the start",
        keys=LABELS,
    )


def label_rows(
    findings: Run, labels: Mapping[str, tuple[Share, ...]], given: str
) -> list[tuple[str, Share]]:
    """Return the shares of labels that are there at all, each with its party's name."""
    return [
        (f"{party.label}: {row.name.replace('_', ' ')}{given}", row)
        for party in findings.delay.parties
        if party.role != "mediator"
        for row in labels[party.name]
        if row.share
    ]


def shares_figure(findings: Run, answer: Sampled) -> Figure:
    """Draw the shares of the sampled ranges in which each label is found at the start."""
    record = answer.record
    rows = label_rows(findings, answer.labels, "")
    if record is not None and record.labels is not None:
        rows += label_rows(findings, record.labels, ", given the record")
    return plots.share_bars(
        [name for name, _ in rows],
        floats([row.share for _, row in rows]),
        floats([[row.low, row.high] for _, row in rows]),
        title=f"Labels at the start over {answer.points} points of the stated ranges",
        keys=[row.name for _, row in rows],
    )
