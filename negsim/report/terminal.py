"""The findings on a terminal: a screenful, in words first."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.report.words import CAVEAT, LABEL_MEANING, amount, percent


def console() -> Console:
    """Return the console of standard output; it honours NO_COLOR and leaves long lines whole."""
    return Console(highlight=False, soft_wrap=False)


def show_delay(title: str, answer: dict[str, Any]) -> None:
    """Print question 2's answer: the tests and values of every party at the start."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    out.print(f"Solved by backward induction; {escape(answer['rule'])}.")
    if answer["share_logit"]:
        out.print(
            f"In {percent(answer['share_logit'])} of rounds and states no pure equilibrium exists: "
            f"logit response, largest regret {answer['largest_regret']:.2g} of the values' range."
        )
    out.print(delay_table(answer))
    for party in answer["parties"]:
        for line in party_lines(party):
            out.print(line)
    out.print(f"[dim]{CAVEAT}[/dim]")


def delay_table(answer: dict[str, Any]) -> Table:
    """Return the table of values at the start, one row a party."""
    heads = ("settle", "talk on", "leave", "delay", "cover", "frozen delay", "premium")
    keys = ("settle", "talk", "leave", "delay", "cover", "frozen_delay", "premium")
    table = Table("At the start", *heads, "S1 S2 S3 S4", box=None, header_style="bold")
    for party in answer["parties"]:
        signs = " ".join({True: " +", False: " -", None: " ?"}[t] for t in party["tests"].values())
        values = [amount(party["start"][key]) for key in keys]
        table.add_row(escape(party["label"]), *values, signs)
    return table


def party_lines(party: dict[str, Any]) -> list[str]:
    """Return the sentences about one party."""
    name = escape(party["label"])
    lines = [f"[bold]{name}[/bold]: {LABEL_MEANING[party['verdict']]}."]
    if party["package"]:
        lines.append(f"  Best package the others would accept now: {escape(party['package'])}.")
    if party["verdict"] in ("stalling", "waiting") and party["channels"]:
        parts = [
            f"{escape(channel)} {amount(value)}"
            for channel, value in party["channels"].items()
            if channel != "total"
        ]
        total = amount(party["channels"]["total"])
        lines.append(f"  The premium of {total} by channel (Shapley value): {', '.join(parts)}.")
    spread = [
        f"{label.replace('_', ' ')} {percent(share)}"
        for label, share in party["shares"].items()
        if share > 0
    ]
    lines.append(f"  Over all rounds and states that can occur: {', '.join(spread)}.")
    return lines


def show_findings(findings: dict[str, Any], sentences: list[str], out_folder: str) -> None:
    """Print the findings of a run: one screenful and where the report is."""
    out = console()
    out.print(f"\n[bold]{escape(findings['about']['title'])}[/bold]\n")
    for sentence in sentences:
        out.print(f"[bold]{escape(sentence.split(' ', 1)[0])}[/bold] {escape(sentence.split(' ', 1)[1])}")
    out.print(f"\n[dim]{CAVEAT}[/dim]")
    out.print(f"Report: {escape(out_folder)}/report.html", soft_wrap=True)
