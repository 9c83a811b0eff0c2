"""Countermeasures on a terminal: what is left of the delay, who pays, what to commit to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, LABEL_WORDS, NO_AGREEMENT, amount, percent
from negsim.questions.counter.answer import (
    Counter,
    ToldEffect,
    TriedMeasure,
    TruceUnderMeasure,
    WatchedParty,
)

SHOWN_POLICIES = 3
"""Commitments shown on the terminal; all are in the data."""

Applied: TypeAlias = Sequence[tuple[TriedMeasure, ToldEffect]]
"""Measures that apply, each with one of its effects."""


def show_counter(answer: Counter, label: str) -> None:
    """Print the measures' table, who pays, and the mediator's best commitment."""
    out = console()
    out.print(f"[bold]{escape(answer.title)}[/bold]")
    out.print(plain_words(answer, label))
    applied = [(each, each.committed) for each in answer.measures if each.committed is not None]
    if applied:
        out.print(effects_table(applied))
        out.print(payers_table(answer, applied, "if committed"))
    chosen = [(each, each.uncommitted) for each, _ in applied if each.uncommitted is not None]
    if chosen:
        out.print(payers_table(answer, chosen, "if not committed"))
    for line in kept_lines(answer):
        out.print(line)
    for line in reason_lines(answer.measures):
        out.print(line)
    for line in commitment_lines(answer):
        out.print(line)
    out.print(f"[dim]{CAVEAT}[/dim]")


def plain_words(answer: Counter, label: str) -> str:
    """Return what delay is worth without a measure, in words."""
    if not answer.has_agreement:
        return f"{NO_AGREEMENT}."
    plain = answer.plain
    worth = f"delay is worth {amount(plain.delay)}{strength_words(plain.boundary)}"
    return f"{escape(label)}: {LABEL_WORDS[plain.label]}; {worth}."


def reason_lines(rows: Sequence[TriedMeasure]) -> list[str]:
    """Return why measures do not apply, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for each in rows:
        if each.reason is not None:
            reasons.setdefault(each.reason, []).append(each.name.replace("_", " "))
    return [f"Not {', '.join(names)}: {escape(reason)}." for reason, names in reasons.items()]


def strength_words(boundary: float) -> str:
    """Return where delay begins to pay, in words; nothing without channels.

    >>> strength_words(0.5), strength_words(float("inf"))
    ('; it pays from 50 % of the channels on', '; it does not pay at any strength of the channels')
    """
    if math.isnan(boundary):
        return ""
    if math.isinf(boundary):
        return "; it does not pay at any strength of the channels"
    return f"; it pays from {percent(boundary)} of the channels on"


def effects_table(rows: Applied) -> Table:
    """Return the table of what is left of the delay, with commitment and without."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Measure")
    for title in (
        "delay if\ncommitted",
        "if not",
        "pays from\nif committed",
        "if not",
        "ends\nround",
    ):
        table.add_column(title, justify="right")
    table.add_column("enough to end\nthe delay")
    for each, bound in rows:
        free = each.uncommitted
        table.add_row(
            each.short,
            amount(bound.delay),
            "-" if free is None else amount(free.delay),
            boundary_words(bound.boundary),
            "-" if free is None else boundary_words(free.boundary),
            amount(bound.end_round),
            enough_words(each),
        )
    return table


def boundary_words(boundary: float) -> str:
    """Return a boundary as a share of the channels' strength; a dash without channels."""
    if math.isnan(boundary):
        return "-"
    return "never" if math.isinf(boundary) else percent(boundary)


def enough_words(row: TriedMeasure) -> str:
    """Return how strong a measure must be, in words."""
    if row.enough is None or math.isinf(row.enough):
        return f"not even {row.main} {amount(row.strongest)}"
    return f"{row.main} {amount(row.enough)}"


def payers_table(answer: Counter, rows: Applied, how: str) -> Table:
    """Return the table of what each measure brings everybody; costs stand apart."""
    table = Table(box=None, header_style="bold", pad_edge=False, title_justify="left")
    table.add_column(f"Gain or loss {how}")
    for name in (*answer.parties, *answer.costs):
        table.add_column(escape(name), justify="right")
    for each, found in rows:
        numbers = [*found.gains, *found.costs]
        table.add_row(each.short, *(f"{number:+.3g}" for number in numbers))
    return table


def kept_lines(answer: Counter) -> list[str]:
    """Return what the measures do to the truce that signals watch, in words."""
    rows = [(each, each.kept) for each in answer.measures if each.kept is not None]
    if not rows:
        return []
    lines = [
        "Monitoring changes nothing in the talks, but who keeps a truce that any alarm ends for "
        "good; what monitors cost is not counted:"
    ]
    for row, kept in rows:
        watched = "; ".join(map(critical_words, kept.watched))
        said = f"{row.short}: {watched}. {held_words(row, kept)}. {gain_words(answer, kept)}."
        lines.append(f"  {escape(said)}")
    return lines


def critical_words(party: WatchedParty) -> str:
    """Return how far a party's critical discount moves, in words.

    >>> critical_words(WatchedParty("a", "A", 0.5, 0.625, 0.6))
    'A keeps it from 0.5 on (without the measure from 0.625 on); its own discount is 0.6'
    """
    now, before = party.critical, party.critical_before
    own = amount(party.own)
    return (
        f"{party.label} keeps it {critical_discount_words(now)} "
        f"(without the measure {critical_discount_words(before)}); its own discount is {own}"
    )


def critical_discount_words(discount: float) -> str:
    """Return from which discount on a truce is kept.

    >>> [critical_discount_words(discount) for discount in (0.5, 1.0, math.nan)]
    ['from 0.5 on', 'only in the limit of 1', 'at no discount']
    """
    if math.isnan(discount):
        return "at no discount"
    if discount == 1:
        return "only in the limit of 1"
    return f"from {amount(discount)} on"


def held_words(row: TriedMeasure, kept: TruceUnderMeasure) -> str:
    """Return whether the truce holds, and what would be enough, in words."""
    if kept.holds_before:
        return "The truce holds without it"
    if row.enough is None or math.isinf(row.enough):
        return f"The truce does not hold, {enough_words(row)}"
    return f"The truce holds from {enough_words(row)} on"


def gain_words(answer: Counter, kept: TruceUnderMeasure) -> str:
    """Return what everybody gains a round while the truce is kept, in words."""
    pairs = zip(answer.parties, kept.gains, strict=True)
    return "While kept it pays a round " + ", ".join(
        f"{label} {gain:+.3g}" for label, gain in pairs
    )


def commitment_lines(answer: Counter) -> list[str]:
    """Return the best commitments in words: optimistic, and pessimistic where it differs."""
    found = answer.commitments
    if not found:
        return ["Without a mediator nobody commits to a measure."]
    lines = ["Best commitments for the mediator, by its own payoff (several equilibria: the best):"]
    ranked = sorted(found, key=lambda each: -each.best)
    lines += [f"  {amount(each.best)}: {each.short}" for each in ranked[:SHOWN_POLICIES]]
    careful = max(found, key=lambda each: each.worst)
    lines.append(f"  with the worst equilibrium: {amount(careful.worst)}, {careful.short}")
    nothing = found[0]
    lines.append(f"  with none: {amount(nothing.best)}, at worst {amount(nothing.worst)}")
    return lines
