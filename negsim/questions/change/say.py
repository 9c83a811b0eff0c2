"""Levers on a terminal: where a conclusion tips, along which curve, and at least cost."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, NO_AGREEMENT

KIND_WORDS = {
    "nash": "a pure Nash equilibrium of the one-shot game",
    "sequential": "sequentially stable for everybody in the one-shot game",
    "settlement": "a settlement of the one-shot game that nobody whose consent it needs blocks",
    "talks": "what is in force in round 1 of the solved talks",
}

BOUND = "An upper bound: roots located on {rays} rays; nothing proves that no other way costs less."


def show_levers(title: str, data: dict[str, Any]) -> None:
    """Print tipping points, curves and the cheapest combination."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    if not data["has_agreement"]:
        out.print(f"{NO_AGREEMENT}; the claims are followed instead of labels.")
    for each in data["base"]:
        out.print(f"  {escape(each['says'])}: [bold]{escape(each['is'])}[/bold]")
    if data["not_followed"]:
        out.print(
            f"  Not followed, since they state a number or another selection: "
            f"{escape(', '.join(data['not_followed']))}."
        )
    out.print(
        f"\nEach number moved alone; {data['scan']} points a range, every change seen narrowed to "
        f"{data['tolerance']:.0e}.\nBut {data['missed']}."
    )
    out.print(tipping_table(data))
    for pair in data["curves"]:
        show_curve(out, pair)
    if data["cheapest"] is not None:
        show_cheapest(out, data["cheapest"])
    out.print(f"[dim]{CAVEAT}[/dim]")


def tipping_table(data: dict[str, Any]) -> Table:
    """Return the table of tipping points, one row each."""
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("range", "base", "tips at"):
        table.add_column(head, justify="right")
    table.add_column("what changes, from below to above")
    for number in data["numbers"]:
        name = escape(number["lever"] or number["name"])
        span = f"{number['low']:g} to {number['high']:g}"
        rows = number["tippings"]
        if not rows:
            table.add_row(name, span, f"{number['base']:g}", "-", "nothing seen to change")
        for place, each in enumerate(rows):
            first = (name, span, f"{number['base']:g}") if place == 0 else ("", "", "")
            table.add_row(*first, f"{each['value']:.7g}", escape(change_words(each)))
    return table


def change_words(tipping: dict[str, Any]) -> str:
    """Return a change in words."""
    what = tipping["conclusion"].removeprefix("label.").replace("_", " ")
    if tipping["conclusion"].startswith("package."):
        what = "on the table"
    return f"{what}: {tipping['below']} > {tipping['above']}"


def show_curve(out: Console, pair: dict[str, Any]) -> None:
    """Print a few points of a tipping curve."""
    across, up = pair["names"]
    count = sum(len(each["points"]) for each in pair["curves"])
    if not count:
        out.print(f"\n{escape(across)} and {escape(up)}: no border found in these ranges.")
        return
    out.print(
        f"\n{escape(across)} and {escape(up)}: {len(pair['curves'])} border"
        f"{'s' if len(pair['curves']) > 1 else ''}, {count} points."
    )
    table = Table(escape(across), escape(up), box=None, header_style="bold", pad_edge=False)
    for curve in pair["curves"]:
        points = curve["points"]
        for place in sorted({round(k * (len(points) - 1) / 6) for k in range(7)}):
            table.add_row(*(f"{value:.6g}" for value in points[place]))
        if not curve["complete"]:
            table.add_row("(breaks off: too sharp or too near another border)", "")
    out.print(table)


def show_cheapest(out: Console, data: dict[str, Any]) -> None:
    """Print the cheapest combination of levers found."""
    wish = escape(data["wish"])
    if data["holds"]:
        out.print(f"\n{wish}: holds at the base case, so there is nothing to move.")
        return
    if data["best"] is None:
        out.print(f"\n{wish}: no combination of levers found on {data['rays']} rays.")
        return
    cost = f"{data['best']['cost']:.4g}"
    out.print(f"\n{wish}, at a cost of {cost} (a lever's whole range costs 1, or --cost):")
    for step in data["best"]["steps"]:
        out.print(f"  {escape(step['label'])}: {moved_words(step['base'], step['value'])}")
    out.print(f"  Each lever alone: {', '.join(map(alone_words, data['alone']))}.")
    out.print(f"  {BOUND.format(rays=data['rays'])}")


def moved_words(before: float, after: float) -> str:
    """Return a move of a number in words."""
    return f"from {before:g} to {after:.7g}"


def alone_words(each: dict[str, Any]) -> str:
    """Return what a lever costs that is moved alone."""
    cost = "not within its range" if each["found"] is None else f"{each['found']['cost']:.4g}"
    return f"{escape(each['lever'])} {cost}"


def show_inverse(title: str, data: dict[str, Any]) -> None:
    """Print the least change that makes an outcome come out."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    out.print(f'To make "{escape(data["outcome"])}" {KIND_WORDS[data["kind"]]}:')
    if not data["possible"]:
        proof = "no change of these values does it" if data["exact"] else "no change was found"
        out.print(f"  {proof}.")
        return
    if not data["changes"]:
        out.print("  nothing needs to change.")
        return
    out.print(changes_table(data["changes"]))
    out.print(f"  Cost {data['cost']:.4g} (the width of a range costs 1): {proof_words(data)}")
    if data["profile"]:
        out.print(f"  With {escape('; '.join(data['profile']))}.")
    for each in data["binding"]:
        out.print(f"  What decides: {escape(each['player'])}, {escape(each['words'])}.")
    checked = "shows it" if data["verified"] else "does NOT show it"
    out.print(f"  Solved again with these numbers, the game {checked}.")
    out.print(f"[dim]{CAVEAT}[/dim]")


def changes_table(changes: list[dict[str, Any]]) -> Table:
    """Return the table of changed numbers."""
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("from", "to", "cost"):
        table.add_column(head, justify="right")
    table.add_column("")
    for each in changes:
        note = "" if each["within"] else "outside its stated range"
        numbers = (f"{each['before']:g}", f"{each['after']:.7g}", f"{each['cost']:.4g}")
        table.add_row(escape(each["name"]), *numbers, note)
    return table


def proof_words(data: dict[str, Any]) -> str:
    """Return how much is proved about a cost."""
    if data["exact"]:
        return "the least there is."
    if data["rays"] is not None:
        return f"an upper bound, by located roots on {data['rays']} rays."
    return "an upper bound: deterring answers of one move only were looked for."
