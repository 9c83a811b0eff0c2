"""The findings on a terminal: a screenful, in words first."""

from __future__ import annotations

import math
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


ROWS = {
    "settle": "settle now",
    "talk": "talk on",
    "leave": "leave",
    "delay": "value of delay",
    "cover": "cover value",
    "frozen_delay": "value of delay, frozen",
    "premium": "stalling premium",
}


def delay_table(answer: dict[str, Any]) -> Table:
    """Return the table of values at the start, one column a party."""
    parties = answer["parties"]
    table = Table("At the start", box=None, header_style="bold", pad_edge=False)
    for party in parties:
        table.add_column(escape(party["label"]), justify="right")
    for key, words in ROWS.items():
        table.add_row(words, *(amount(party["start"][key]) for party in parties))
    table.add_row("S1 S2 S3 S4", *(signs(party["tests"]) for party in parties))
    return table


def signs(found: dict[str, bool | None]) -> str:
    """Return the four tests as signs: + holds, - fails, ? not tested."""
    return "  ".join({True: "+", False: "-", None: "?"}[value] for value in found.values())


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
        out.print(
            f"[bold]{escape(sentence.split(' ', 1)[0])}[/bold] {escape(sentence.split(' ', 1)[1])}"
        )
    out.print(f"\n[dim]{CAVEAT}[/dim]")
    out.print(f"Report: {escape(out_folder)}/report.html", soft_wrap=True)


def show_phase(title: str, party: str, data: dict[str, Any], folder: str) -> None:
    """Print the shares of a phase diagram and where it is."""
    out = console()
    size = " x ".join(str(len(axis)) for axis in data["axes"])
    out.print(f"[bold]{escape(title)}[/bold]: {size} points of {escape(', '.join(data['names']))}")
    if data["solved"] < math.prod(len(axis) for axis in data["axes"]):
        out.print(f"  {data['solved']:,} of them solved, the others as the corners around them.")
    for label, share in data["shares"].items():
        out.print(f"  {label.replace('_', ' '):15} {percent(share)} of the grid, at the start")
    out.print(f"  for {escape(party)}. The share depends on the grid; it is not a probability.")
    out.print(f"Results: {escape(folder)}/results.sqlite, phase.csv, phase.svg", soft_wrap=True)
