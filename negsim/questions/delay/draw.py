"""The figures of ``negsim stall``: label maps, the value of delay over the rounds, the path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from negsim.arrays import IntArray
from negsim.drawing import plots
from negsim.drawing.words import amount, groups, moment, percent
from negsim.questions.delay.answer import Delay, Over, PartyDelay, PredictedPath, Stall, ToldLedger
from negsim.questions.delay.say_ledger import ledger_rows, ledger_title


def stall_figures(answer: Stall) -> dict[str, Figure]:
    """Return the figures of an answer by name."""
    shown = [party for party in answer.parties if party.has_joint] or [answer.focus]
    about = answer.about
    found = ledger_figures(answer.parties, about.focus, about.round)
    found |= {f"labels_{party.name}": map_figure(answer, party) for party in shown}
    found["delay"] = delay_figure(answer)
    found["path"] = path_figure(answer.path, about.round, "Next", about.round_number - 1)
    if answer.over is not None and len(answer.over.names) == 2:
        found["over"] = over_figure(answer, answer.over)
    return found


def over_figure(answer: Stall, grid: Over) -> Figure:
    """Draw the label over two named numbers, in the round and state asked about."""
    words = [label.replace("_", " ") for label in answer.labels]
    top = max(grid.shares, key=lambda name: grid.shares[name])
    title = (
        f"{answer.focus.label}: {top.replace('_', ' ')} in {percent(grid.shares[top])} "
        f"of the grid; the label changes beside {grid.boundary} of its points"
    )
    return plots.phase_diagram(
        grid.axes[0],
        grid.axes[1],
        np.array(grid.labels).T,
        words,
        xlabel=grid.names[0],
        ylabel=grid.names[1],
        title=title,
        base=(grid.base[0], grid.base[1]),
        keys=answer.labels,
    )


def map_figure(answer: Stall, party: PartyDelay) -> Figure:
    """Draw one party's label over the states that can occur and the rounds that are left."""
    about, live = answer.about, answer.live
    names = [about.states[state] or "the only state" for state in live]
    found = party.region
    name = found.label.replace("_", " ")
    return plots.label_map(
        label_cells(answer.labels, party.map, answer),
        names,
        title=f"{party.label}: {name} in {percent(found.share)} of what can occur",
        xlabel=about.round + counted_from(about.round_number),
        ylabel="state",
        groups=groups(names),
        base=(live.index(about.start_state), 1),
        marked=party.depends[list(live)],
    )


def counted_from(number: int) -> str:
    """Return how the rounds of a map are counted, nothing if they are those of the talks.

    >>> counted_from(1), counted_from(4)
    ('', ', the first being 4')
    """
    return "" if number == 1 else f", the first being {number}"


def delay_figure(answer: Stall) -> Figure:
    """Draw the value of delay over the rounds, its channels stacked, in the state asked about."""
    about, party, found = answer.about, answer.focus, answer.by_round
    labels = {each.name: each.label for each in about.channels}
    delay = found.delay
    first = about.round_number - 1
    pays = np.flatnonzero(np.nan_to_num(delay, nan=-1.0) > 0)
    return plots.delay_stack(
        np.array(found.rounds) + first,
        delay,
        found.frozen,
        {labels[name]: row for name, row in found.channels.items()},
        title=delay_title(party.label, about.round, about.rounds, pays + 1 + first, delay[0]),
        unit="payoff of the party",
        xlabel=f"{about.round}, the state being {about.start or 'the only one'}",
    )


def delay_title(
    party: str,
    unit: str,
    last: int | None,
    pays: np.ndarray[tuple[int], np.dtype[np.int64]],
    first: float,
) -> str:
    """Return what the figure of the value of delay shows, as a sentence."""
    if last is None:
        return f"{party}: delay is worth {amount(float(first))} in every {unit}"
    if not len(pays):
        return f"{party}: delay is never worth more than signing now"
    whole = np.array_equal(pays, np.arange(pays[0], pays[-1] + 1))
    span = f"{unit}s {pays[0]} to {pays[-1]}" if whole else f"{len(pays)} {unit}s"
    span = f"{unit} {pays[0]}" if len(pays) == 1 else span
    return f"{party}: delay is worth more than signing now in {span}"


def path_figure(path: PredictedPath, unit: str, head: str, before: int = 0) -> Figure:
    """Draw the predicted path with the bands of the state, ``before`` rounds being over."""
    first = next(iter(path.first))
    return plots.equilibrium_path(
        np.array(path.rounds) + before,
        path.options,
        path.ended,
        path.state,
        title=f"{head}: {first}. Expected end: {moment(unit, path.expected_end + before)}",
        xlabel=unit,
    )


def label_cells(labels: Sequence[str], rows: IntArray, delay: Delay) -> NDArray[np.object_]:
    """Return the label of each state that can occur in each round, "-" where it cannot be then."""
    cells = np.array(labels, dtype=object)[rows]
    return np.asarray(np.where(delay.occurs, cells, "-")[list(delay.live)])


def ledger_figures(parties: Sequence[PartyDelay], focus: str, unit: str) -> dict[str, Figure]:
    """Draw the ledger of every party that could sign something, that of the focus first."""
    return {
        f"ledger_{party.name}": ledger_figure(party.label, unit, party.ledger)
        for party in sorted(parties, key=lambda party: party.name != focus)
        if party.ledger is not None
    }


def ledger_figure(party: str, unit: str, ledger: ToldLedger) -> Figure:
    """Draw what waiting brings and costs a party, payoff by payoff, down to the value of delay."""
    rows = ledger_rows(ledger) or [("Nothing changes", 0.0)]
    return plots.waterfall(
        [name for name, _ in rows],
        [value for _, value in rows],
        ledger.delay,
        title=ledger_title(party, unit, ledger),
        unit="payoff of the party, against signing now",
    )
