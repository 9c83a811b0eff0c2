"""A transcript followed, in words on a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from negsim.analysis.signals.transcript import ERROR_RATE, NAIVE
from negsim.drawing.terminal import console, hanging
from negsim.drawing.words import CAVEAT, LABEL_WORDS, NOT_IN_TIME, amount, percent
from negsim.questions.signals.answer import FollowedRecord, FollowedRound
from negsim.scenario.model import Scenario


def show_transcript(scenario: Scenario, answer: FollowedRecord) -> None:
    """Print a followed transcript."""
    out = console()
    out.print(f"[bold]{escape(answer.title)}[/bold]")
    for each in answer.rounds:
        when = f" ({', '.join(each.dates)})" if each.dates else ""
        out.print(f"[bold]Round {each.round}[/bold]{escape(when)}")
        for line in round_lines(scenario, each, answer.party):
            out.print(hanging(line))
    if answer.types:
        out.print(belief_table(answer))
        for line in closing_lines(answer):
            out.print(line)
    else:
        out.print(NOT_IN_TIME)
    out.print(f"[dim]{CAVEAT}[/dim]")


def round_lines(scenario: Scenario, row: FollowedRound, focus: str) -> list[str]:
    """Return what was seen in a round, the party's label and how the solved talks fit it."""
    lines = []
    for party in scenario.parties:
        said = row.said[party.name]
        if said:
            words = ", ".join(f"{option}: {stance}" for option, stance in said.items())
            fit = percent(row.fits[party.name])
            lines.append(f"{escape(party.label)}: {escape(words)}; in the model {fit}")
    label = scenario.party(focus).label
    lines.append(f"For {escape(label)} here {LABEL_WORDS[row.labels[focus]]}.")
    return lines


def belief_table(answer: FollowedRecord) -> Table:
    """Return the table of beliefs, and of the chance of what was said, by type."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Belief after")
    for each in answer.types:
        table.add_column(escape(each.label), justify="right")
    table.add_row("the start", *(percent(chance) for chance in answer.beliefs[0]))
    for row, beliefs in zip(answer.rounds, answer.beliefs[1:], strict=True):
        cells = [
            f"{percent(belief)} (said so: {percent(chance)})"
            for belief, chance in zip(beliefs, row.chances, strict=True)
        ]
        table.add_row(f"round {row.round}", *cells)
    return table


def closing_lines(answer: FollowedRecord) -> list[str]:
    """Return what the record cannot tell, the sequential test, and how belief was formed."""
    silent = [str(row.round) for row in answer.rounds if not row.tells]
    lines = []
    if silent:
        word = "round" if len(silent) == 1 else "rounds"
        lines.append(
            f"What was said in {word} {', '.join(silent)} is about as likely for every type: the "
            "record does not distinguish them there."
        )
    low, high = answer.bounds
    first, last = answer.types[0].label, answer.types[-1].label
    lines.append(
        f"Sequential test, both error rates {percent(ERROR_RATE)}: evidence "
        f"{amount(answer.evidence[-1])} on a scale that ends at {amount(low)} ({escape(first)}) "
        f"and {amount(high)} ({escape(last)}); {needed_words(answer.rounds_needed)}."
    )
    if answer.mode == NAIVE:
        lines.append(
            "Naive belief: each type is taken to act as if its type were known, better moves being "
            f"likelier (logit play, precision {answer.precision:g} per unit of payoff). "
            "--mode sophisticated lets it know that it is watched in round 1."
        )
    return lines


def needed_words(needed: Sequence[float]) -> str:
    """Return how long the test takes with rounds like these, in words.

    >>> needed_words([float("inf"), float("inf")])
    'rounds like these tell nothing'
    """
    if all(math.isinf(each) for each in needed):
        return "rounds like these tell nothing"
    return f"with rounds like these it takes about {' or '.join(map(amount, needed))} of them"
