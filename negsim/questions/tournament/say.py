"""A tournament on a terminal: the standings of both roles, and what exploiting a rule pays."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, amount, percent
from negsim.questions.tournament.answer import Tournament


def show_tournament(answer: Tournament, folder: str) -> None:
    """Print the standings of the first setting, and where the rest is."""
    out = console()
    first, second = answer.labels
    out.print(f"[bold]{escape(answer.title)}[/bold]")
    count = len(answer.pairings)
    out.print(
        f"{escape(first)} against {escape(second)}: {count} pairings of {answer.runs} runs, "
        f"seed {answer.seed}; {escape(answer.settings[0])}."
    )
    fixed = [f"{name} plays {rule}" for name, rule in answer.others.items()]
    if fixed:
        out.print(f"Everybody else: {escape('; '.join(fixed))}.")
    for role, label in enumerate(answer.labels):
        out.print(standing_table(answer, role, label))
        out.print(harm_table(answer, role, label))
    for role, label in enumerate(answer.labels):
        out.print(gain_table(answer, role, label, answer.labels[1 - role]))
    out.print()
    for word, meaning in COLUMNS.items():
        out.print(f"[bold]{word}[/bold]: {meaning}")
    for line in closing_lines(answer, folder):
        out.print(line, soft_wrap=True)
    out.print(f"[dim]{CAVEAT}[/dim]")


def standing_table(answer: Tournament, role: int, label: str) -> Table:
    """Return the standing of a role's strategies, best first."""
    heads = ["payoff", "least", "agreed", "rounds", "empty offers"]
    table = ranked(f"{label}'s strategies", ["rank"], heads)
    for row in answer.standings[0][role]:
        width = f" ± {amount(row.half_width)}" if row.half_width else ""
        table.add_row(
            str(row.rank),
            escape(answer.shown(role, row.rule)),
            amount(row.payoff) + width,
            amount(row.least),
            percent(row.agreement),
            f"{row.rounds:.1f}",
            percent(row.empty_offers),
        )
    return table


def harm_table(answer: Tournament, role: int, label: str) -> Table:
    """Return what a role's strategies cost the others, and what else they cost."""
    others = [party for party in answer.parties if party.name != answer.roles[role]]
    heads = [f"harm to {party.label}" for party in others]
    heads += [cost.label for cost in answer.costs]
    table = ranked(f"What {label}'s strategies cost others", [], heads)
    for row in answer.standings[0][role]:
        table.add_row(
            escape(answer.shown(role, row.rule)),
            *(harm_words(row.harm[party.name]) for party in others),
            *(amount(value) for value in row.costs.values()),
        )
    return table


def ranked(title: str, before: list[str], heads: list[str]) -> Table:
    """Return an empty table of strategies with columns of numbers."""
    table = Table(box=None, header_style="bold", title=f"\n{escape(title)}", title_justify="left")
    for head in before:
        table.add_column(head, justify="right")
    table.add_column("strategy", no_wrap=True)
    for head in heads:
        table.add_column(escape(head), justify="right", overflow="fold")
    return table


def harm_words(value: float | None) -> str:
    """Return a harm, a dash where there is nothing to measure it by; rounding is no harm.

    >>> harm_words(1e-14), harm_words(None), harm_words(2.0)
    ('0', '-', '2')
    """
    if value is None:
        return "-"
    return amount(0.0 if abs(value) < 1e-9 else value)


def gain_table(answer: Tournament, role: int, label: str, other: str) -> Table:
    """Return what a role gains by exploiting each rule of the other."""
    rows = answer.gains[0][role]
    base = rows[0].baseline
    title = f"\nWhat {escape(label)} gains by the best response to each rule of {escape(other)}"
    table = Table(box=None, header_style="bold", title=title, title_justify="left")
    versus = escape(f"payoff of {base.partition(':')[0]}") if base else "-"
    for head in (f"rule of {escape(other)}", "best response", versus, "gain"):
        table.add_column(head, justify="left" if head.startswith("rule") else "right")
    for row in sorted(rows, key=lambda each: each.gain):
        table.add_row(
            escape(answer.shown(1 - role, row.against)),
            amount(row.best_response),
            amount(row.baseline_payoff),
            harm_words(row.gain),
        )
    return table


COLUMNS = {
    "rank": "one more than the number of strategies that do clearly better; exact payoffs are told "
    "apart to the last digit",
    "payoff, least": "mean and least over the other role's strategies",
    "agreed": "share of talks that end in agreement; its 95 % interval (Wilson): tournament.json",
    "rounds": "how long the talks last",
    "empty offers": "share of rounds with a consent that could not take effect, though another "
    "move would have brought more and something acceptable was on the table",
    "harm": "how much less the other gets than against the sincere (or patient) rule",
    "gain": "how far a rule can be exploited, by one who knows it and would else be sincere (or "
    "patient)",
}
"""What the columns of the tables mean."""


def closing_lines(answer: Tournament, folder: str) -> list[str]:
    """Return what was left out, and where everything is."""
    lines = []
    if answer.skipped:
        first = answer.skipped[0]
        lines.append(
            f"Not played: {len(answer.skipped)} pairings, for example "
            f"{escape(' and '.join(first.rules))}: {escape(first.why)}."
        )
    if len(answer.settings) > 1:
        shown, *more = map(escape, answer.settings)
        lines.append(f"Shown: {shown}. In the files as well: {'; '.join(more)}.")
    lines.append(
        f"Results: {escape(folder)}/tournament.sqlite, tournament.json, standings.csv, "
        "pairings.csv, gains.csv, figures"
    )
    return lines
