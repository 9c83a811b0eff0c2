"""Robustness on a terminal: in how much of the stated ranges each conclusion is as it is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, NO_AGREEMENT, capital, hanging_words, percent
from negsim.questions.delay.discipline import Discipline
from negsim.questions.trust.answer import HangingShare, RecordSample, Robust, ToldHeadline
from negsim.questions.trust.robustness import Share

MOST_ROWS = 8


def show_robust(title: str, answer: Robust) -> None:
    """Print the shares, the drivers, the box, the sources and the distances."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    if answer.discipline is None:
        out.print(f"{NO_AGREEMENT}; the claims are looked at instead of labels.")
    out.print(f"{escape(answer.measure)}; {escape(answer.design)}.")
    if answer.failed:
        out.print(f"{answer.failed} points could not be solved and are left out.")
    if answer.record is not None:
        out.print(record_words(answer.record))
    out.print(headline_table(answer.headlines, answer.record is not None))
    if answer.hangs_on_selection:
        out.print(escape(selection_text(answer.hangs_on_selection)))
    show_distances(out, answer)
    show_drivers(out, answer)
    show_box(out, answer)
    show_sources(out, answer)
    if answer.discipline is not None:
        show_discipline(out, answer.discipline)
    out.print(f"[dim]A share is one of sampled assumptions, not a probability. {CAVEAT}[/dim]")


def headline_table(found: Sequence[ToldHeadline], record: bool) -> Table:
    """Return the table of conclusions with the shares in which each is as at the base case."""
    table = Table("conclusion", "at the base", box=None, header_style="bold", pad_edge=False)
    for head in ("as there in", "95 %", *(("given the record", "95 %") if record else ())):
        table.add_column(head, justify="right")
    for each in found:
        cells = [*share_cells(each), *(share_cells(each.given_record) if record else ())]
        base = f"{each.is_}, narrowly" if each.narrowly else each.is_
        table.add_row(escape(each.says), escape(base), *cells)
    return table


def selection_text(found: Sequence[HangingShare]) -> str:
    """Return in how much of the sample labels hang on which equilibrium is chosen."""
    rows = [(each.label, each.share, each.low, each.high) for each in found if each.share]
    return hanging_words(rows) if rows else "No label hangs on which equilibrium is chosen."


def share_cells(found: Share | None) -> list[str]:
    """Return a share and its interval; dashes where none can be told."""
    if found is None:
        return ["-", "-"]
    return [percent(found.share), f"{percent(found.low)} to {percent(found.high)}"]


def record_words(found: RecordSample) -> str:
    """Return in words what is on record, and how much of the sample agrees with it."""
    seen = "; ".join(f"round {each.round}: {each.says}" for each in found.observed)
    enough = (
        "Agreement with the record is no evidence between readings that both agree with it."
        if found.effective >= found.fewest
        else f"That is under {found.fewest}, too few for shares."
    )
    return escape(
        f"On record: {seen}. Points count by the chance with which their solved talks bring it: "
        f"{percent(found.chance)} over the ranges. The sample given the record is worth "
        f"{found.effective:.0f} points ({found.how}). {enough}"
    )


def show_distances(out: Console, answer: Robust) -> None:
    """Print how far the base case is from each tipping point."""
    near = [each for each in answer.distances if each.value is not None]
    out.print(
        f"\nWhere a number, moved alone, tips {escape(answer.subject)} (1 = half its stated range):"
    )
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("base", "tips at", "distance"):
        table.add_column(head, justify="right")
    table.add_column("from below to above")
    for each in near[:MOST_ROWS]:
        table.add_row(
            escape(each.name),
            f"{each.base:g}",
            f"{each.value:.5g}",
            f"{each.half_ranges:.2f}",
            escape(f"{each.below} > {each.above}"),
        )
    out.print(table)
    rest = len(near) - MOST_ROWS
    more = f"{rest} more tip it; " if rest > 0 else ""
    out.print(
        f"{more}{len(answer.distances) - len(near)} of {len(answer.distances)} were not seen to "
        f"({answer.scan} points a range)."
    )


def show_drivers(out: Console, answer: Robust) -> None:
    """Print what drives the headline: Sobol' indices, or rank correlations without them."""
    found = answer.indices
    if found is None:
        first = answer.drivers[:MOST_ROWS]
        parts = [f"{escape(each.name)} {each.correlation:+.2f}" for each in first]
        out.print(f"\nGoes with {escape(answer.measured)} (rank correlation): {', '.join(parts)}.")
        return
    out.print(
        f"\nShare of the variance of whether {escape(answer.subject)} is as at the base (Sobol' "
        f"indices over these numbers, the others at the base, {found.points:,} points):"
    )
    table = Table("number", box=None, header_style="bold", pad_edge=False)
    for head in ("alone", "in all", "95 % (bootstrap)"):
        table.add_column(head, justify="right")
    for each in sorted(found.rows, key=lambda row: -row.total):
        low, high = each.total_interval
        span = f"{low:.2f} to {high:.2f}"
        table.add_row(escape(each.name), f"{each.first:.2f}", f"{each.total:.2f}", span)
    out.print(table)
    if any(not 0 <= each.first <= each.total <= 1 for each in found.rows):
        out.print("Below 0, above 1, or more alone than in all is sampling noise: more --indices.")


def show_box(out: Console, answer: Robust) -> None:
    """Print the box of numbers in which the headline fails."""
    box = answer.box
    if box is None:
        out.print(
            f"\nNo box of numbers stands out in which {escape(answer.subject)} is not as at the "
            "base."
        )
        return
    bounds = [f"{escape(each.name)} {each.low:.4g} to {each.high:.4g}" for each in box.bounds]
    subject = capital(answer.subject)
    out.print(f"\n{escape(subject)} is not as at the base mostly where {'; '.join(bounds)}:")
    out.print(
        f"  {percent(box.density)} of the points there (of all points: "
        f"{percent(box.overall)}), {percent(box.coverage)} of all such points."
    )


def show_sources(out: Console, answer: Robust) -> None:
    """Print what is left of the headline without each source."""
    out.print(
        f"\n{escape(capital(answer.subject))} if one source's numbers are only known to lie in "
        f"their ranges ({answer.per_source} draws, the others at the base):"
    )
    table = Table("source", box=None, header_style="bold", pad_edge=False)
    table.add_column("numbers", justify="right")
    table.add_column("as at the base in", justify="right")
    table.add_column("one end alone changes it")
    for each in answer.sources:
        name = escape(each.source or "none cited")
        share = "no ranges" if each.share is None else percent(each.share)
        flips = ", ".join(map(escape, each.flips)) or "-"
        table.add_row(name, str(len(each.numbers)), share, flips)
    out.print(table)


def show_discipline(out: Console, found: Discipline) -> None:
    """Print the rival readings and the mirror test."""
    out.print("\nRival readings of the same party:")
    for each in found.rivals:
        words = "says the same in round 1" if each.same else "says something else in round 1"
        out.print(f"  {escape(each.name)} ({escape(each.made)}): {words}.")
    if not found.rivals:
        out.print("  none declared and none that could be made.")
    for check in (found.mirror, found.relabelling, found.clock):
        word = {True: "passed", False: "[bold]FAILED[/bold]", None: "not run"}[check.holds]
        out.print(f"  {check.name}: {word}. {escape(check.text)}")
