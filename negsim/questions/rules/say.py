"""What play comes to, on a terminal: payoffs, ends, time in each outcome, and one run in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import amount, percent
from negsim.playing.runs import NORMAL_95
from negsim.questions.rules.answer import Play, ToldRun

MOST_TOLD = 12
"""Most stretches of a run that are told on a terminal."""


def show_play(answer: Play) -> None:
    """Print payoffs, ends and one run."""
    out = console()
    out.print(f"[bold]{escape(answer.title)}[/bold]: {setting_words(answer)}")
    out.print(payoff_table(answer))
    for cost in answer.costs:
        mean = with_error(cost.mean, cost.error)
        out.print(f"{escape(cost.label)} (in no one's payoff): {mean} over the talks")
    for row in answer.types:
        names = escape(", ".join(row.types))
        drawn = percent(row.share)
        out.print(f"types {names}: prior {percent(row.prior)}, drawn in {drawn} of the runs")
    ends = [f"{escape(end.label)} {percent(end.share)}" for end in answer.ends if end.share]
    out.print(f"Ends: {', '.join(ends)}; mean {answer.round} {answer.end_round:.1f}.")
    time = [f"{escape(name)} {amount(rounds)}" for name, rounds in often(answer.time)]
    out.print(f"Mean number of rounds with {'; '.join(time)}.")
    for party, shares in (answer.labels or {}).items():
        words = [f"{name.replace('_', ' ')} {percent(share)}" for name, share in shares.items()]
        out.print(f"{escape(party)}: in the rounds played the solved talks say {', '.join(words)}.")
    for line in run_lines(answer.run, answer.round):
        out.print(line)
    out.print(closing(answer))


def often(time: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return what was in effect in at least one round in fifty, the longest first."""
    total = sum(time.values())
    found = sorted(time.items(), key=lambda row: -row[1])
    return [(name, rounds) for name, rounds in found if rounds >= total / 50]


def setting_words(answer: Play) -> str:
    """Return how the runs were played."""
    words = [f"{answer.runs} runs, seed {answer.seed}"]
    horizon = {"file": "as filed"}.get(answer.horizon, answer.horizon)
    words.append(f"horizon {horizon} (at most {answer.rounds} rounds)")
    if answer.left > 0:
        words.append(f"left off where what is left weighs at most {answer.left:.1g}")
    if answer.error:
        words.append(f"a move flips with chance {answer.error:g}")
    if answer.misperception:
        words.append(f"a round is misread with chance {answer.misperception:g}")
    return ", ".join(words)


def payoff_table(answer: Play) -> Table:
    """Return each party's strategy, payoff and stalling index."""
    exact = answer.parties[0].expected is not None
    table = Table(box=None, header_style="bold")
    for head in ("party", "strategy"):
        table.add_column(head, overflow="fold")
    for head in ("expected", "mean of the runs", "empty offers"):
        table.add_column(head, no_wrap=True)
    for party in answer.parties:
        table.add_row(
            escape(party.label),
            escape(party.strategy.replace(",", ", ")),
            "-" if party.expected is None else amount(party.expected),
            with_error(party.mean, party.error),
            percent(party.stalling_index),
        )
    table.caption = (
        f"payoffs; expected: {'exact' if exact else 'left out, it takes too long'}; mean: "
        "± 95 % interval; empty offers: share of rounds with a consent that could not take effect, "
        "though another move would have brought more and something acceptable was on the table"
    )
    table.caption_justify = "left"
    return table


def with_error(mean: float, error: float) -> str:
    """Return a mean and its 95 % interval.

    >>> with_error(1.0, 0.5), with_error(1.0, float("nan"))
    ('1 ± 0.98', '1')
    """
    if math.isnan(error):
        return amount(mean)
    half = NORMAL_95 * error
    return f"{amount(mean)} ± {amount(0.0 if half <= 1e-12 * abs(mean) else half)}"


def run_lines(run: ToldRun, unit: str) -> list[str]:
    """Return a run in words, rounds that are alike told once."""
    rows = []
    for place in range(len(run.rounds)):
        said = tuple((name, words[place]) for name, words in run.said.items())
        rows.append((said, run.outcome[place], run.alarms[place]))
    lines = [f"[bold]{run_words(run.number)}[/bold]"]
    told = stretches(rows)
    for first, stop, (said, outcome, alarm) in told[:MOST_TOLD]:
        numbers = run.rounds[first:stop]
        when = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
        state = [
            f"{name} {span(values[first:stop])}"
            for name, values in zip(run.variables, run.state.values(), strict=True)
        ]
        where = f" ({', '.join(state)})" if state else ""
        lines.append(f"[bold]{escape(unit)} {when}[/bold]{escape(where)}")
        lines += [f"  {escape(name)}: {escape(words)}" for name, words in said]
        heard = f"; alarms: {escape(alarm)}" if alarm else ""
        lines.append(f"  in effect: {escape(outcome)}{heard}")
    if len(told) > MOST_TOLD:
        more = len(told) - MOST_TOLD
        lines.append(f"... {more} more changes; --out writes them all to transcript.csv")
    return lines


def run_words(number: int) -> str:
    """Return which run is told.

    >>> run_words(1), run_words(12)
    ('The first run', 'Run 12')
    """
    return "The first run" if number == 1 else f"Run {number}"


def stretches(rows: list[Any]) -> list[tuple[int, int, Any]]:
    """Return (first, stop, row) of each stretch of equal rows.

    >>> stretches(["a", "a", "b"])
    [(0, 2, 'a'), (2, 3, 'b')]
    """
    found, start = [], 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[start]:
            found.append((start, place, rows[start]))
            start = place
    return found


def span(values: Sequence[int]) -> str:
    """Return how a whole number goes over some rounds, such as ``3`` or ``3 to 5``."""
    return f"{values[0]}" if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def closing(answer: Play) -> str:
    """Return how the run that is told ends."""
    run = answer.run
    text = f"It ends with: {escape(run.end)}"
    if len(run.rounds) == 1 and answer.rounds > 1:
        return f"{text}, in the first round: the talks are over before anything else is said."
    return f"{text}."
