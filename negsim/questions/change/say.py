"""Levers on a terminal: where a conclusion tips, along which curve, and at least cost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, NO_AGREEMENT
from negsim.questions.change.answer import (
    Border,
    CheapestWay,
    LeastChange,
    Levers,
    TippingPoint,
)
from negsim.questions.change.combinations import Alone
from negsim.questions.change.inverse import NumberChange

KIND_WORDS = {
    "nash": "a pure Nash equilibrium of the one-shot game",
    "sequential": "sequentially stable for everybody in the one-shot game",
    "settlement": "a settlement of the one-shot game that nobody whose consent it needs blocks",
    "talks": "what is in force in round 1 of the solved talks",
}

BOUND = "An upper bound: roots located on {rays} rays; nothing proves that no other way costs less."


def show_levers(title: str, answer: Levers) -> None:
    """Print tipping points, curves and the cheapest combination."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    if not answer.has_agreement:
        out.print(f"{NO_AGREEMENT}; the claims are followed instead of labels.")
    for each in answer.base:
        out.print(f"  {escape(each.says)}: [bold]{escape(each.is_)}[/bold]")
    if answer.not_followed:
        out.print(
            f"  Not followed, since they state a number or another selection: "
            f"{escape(', '.join(answer.not_followed))}."
        )
    out.print(
        f"\nEach number moved alone; {answer.scan} points a range, every change seen narrowed to "
        f"{answer.tolerance:.0e}.\nBut {answer.missed}."
    )
    out.print(tipping_table(answer))
    for pair in answer.curves:
        show_curve(out, pair)
    if answer.cheapest is not None:
        show_cheapest(out, answer.cheapest)
    out.print(f"[dim]{CAVEAT}[/dim]")


def tipping_table(answer: Levers) -> Table:
    """Return the table of tipping points, one row each."""
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("range", "base", "tips at"):
        table.add_column(head, justify="right")
    table.add_column("what changes, from below to above")
    for number in answer.numbers:
        name = escape(number.lever or number.name)
        span = f"{number.low:g} to {number.high:g}"
        rows = number.tippings
        if not rows:
            table.add_row(name, span, f"{number.base:g}", "-", "nothing seen to change")
        for place, each in enumerate(rows):
            first = (name, span, f"{number.base:g}") if place == 0 else ("", "", "")
            table.add_row(*first, f"{each.value:.7g}", escape(change_words(each)))
    return table


def change_words(tipping: TippingPoint) -> str:
    """Return a change in words."""
    what = tipping.conclusion.removeprefix("label.").replace("_", " ")
    if tipping.conclusion.startswith("package."):
        what = "on the table"
    return f"{what}: {tipping.below} > {tipping.above}"


def show_curve(out: Console, pair: Border) -> None:
    """Print a few points of a tipping curve."""
    across, up = pair.names
    count = sum(len(each.points) for each in pair.curves)
    if not count:
        out.print(f"\n{escape(across)} and {escape(up)}: no border found in these ranges.")
        return
    out.print(
        f"\n{escape(across)} and {escape(up)}: {len(pair.curves)} border"
        f"{'s' if len(pair.curves) > 1 else ''}, {count} points."
    )
    table = Table(escape(across), escape(up), box=None, header_style="bold", pad_edge=False)
    for curve in pair.curves:
        points = curve.points
        for place in sorted({round(k * (len(points) - 1) / 6) for k in range(7)}):
            table.add_row(*(f"{value:.6g}" for value in points[place]))
        if not curve.complete:
            table.add_row("(breaks off: too sharp or too near another border)", "")
    out.print(table)


def show_cheapest(out: Console, answer: CheapestWay) -> None:
    """Print the cheapest combination of levers found."""
    wish = escape(answer.wish)
    if answer.holds:
        out.print(f"\n{wish}: holds at the base case, so there is nothing to move.")
        return
    if answer.best is None:
        out.print(f"\n{wish}: no combination of levers found on {answer.rays} rays.")
        return
    cost = f"{answer.best.cost:.4g}"
    out.print(f"\n{wish}, at a cost of {cost} (a lever's whole range costs 1, or --cost):")
    for step in answer.best.steps:
        out.print(f"  {escape(step.label)}: {moved_words(step.base, step.value)}")
    out.print(f"  Each lever alone: {', '.join(map(alone_words, answer.alone))}.")
    out.print(f"  {BOUND.format(rays=answer.rays)}")


def moved_words(before: float, after: float) -> str:
    """Return a move of a number in words."""
    return f"from {before:g} to {after:.7g}"


def alone_words(each: Alone) -> str:
    """Return what a lever costs that is moved alone."""
    cost = "not within its range" if each.found is None else f"{each.found.cost:.4g}"
    return f"{escape(each.lever)} {cost}"


def show_inverse(title: str, answer: LeastChange) -> None:
    """Print the least change that makes an outcome come out."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    out.print(f'To make "{escape(answer.outcome)}" {KIND_WORDS[answer.kind]}:')
    if not answer.possible:
        proof = "no change of these values does it" if answer.exact else "no change was found"
        out.print(f"  {proof}.")
        return
    if not answer.changes:
        out.print("  nothing needs to change.")
        return
    out.print(changes_table(answer.changes))
    out.print(f"  Cost {answer.cost:.4g} (the width of a range costs 1): {proof_words(answer)}")
    if answer.profile:
        out.print(f"  With {escape('; '.join(answer.profile))}.")
    for each in answer.binding:
        out.print(f"  What decides: {escape(each.player)}, {escape(each.words)}.")
    checked = "shows it" if answer.verified else "does NOT show it"
    out.print(f"  Solved again with these numbers, the game {checked}.")
    out.print(f"[dim]{CAVEAT}[/dim]")


def changes_table(changes: Sequence[NumberChange]) -> Table:
    """Return the table of changed numbers."""
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("from", "to", "cost"):
        table.add_column(head, justify="right")
    table.add_column("")
    for each in changes:
        note = "" if each.within else "outside its stated range"
        numbers = (f"{each.before:g}", f"{each.after:.7g}", f"{each.cost:.4g}")
        table.add_row(escape(each.name), *numbers, note)
    return table


def proof_words(answer: LeastChange) -> str:
    """Return how much is proved about a cost."""
    if answer.exact:
        return "the least there is."
    if answer.rays is not None:
        return f"an upper bound, by located roots on {answer.rays} rays."
    return "an upper bound: deterring answers of one move only were looked for."
