"""The findings on a terminal: a screenful, in words first."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.report.words import CAVEAT, LABEL_MEANING, amount, percent
from negsim.scenario.model import Scenario


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
    for label, share in data["shares"].items():
        out.print(f"  {label.replace('_', ' '):15} {percent(share)} of the grid, at the start")
    out.print(f"  for {escape(party)}. The share depends on the grid; it is not a probability.")
    out.print(f"Results: {escape(folder)}/results.sqlite, phase.csv, phase.svg", soft_wrap=True)


def show_solution(title: str, solution: dict[str, Any]) -> None:
    """Print what one solver found."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]")
    if "equilibria" not in solution:
        for key, value in solution.items():
            out.print(f"{key.replace('_', ' ')}: {escape(str(value))}")
        return
    out.print(f"{escape(solution['message'])}.")
    out.print(equilibrium_table(solution))


def equilibrium_table(solution: dict[str, Any]) -> Table:
    """Return a table of equilibria, one row each: moves with their chances, payoffs, marks."""
    table = Table(
        *map(escape, solution["players"]),
        "payoffs",
        "regret",
        "marks",
        box=None,
        header_style="bold",
    )
    for found in solution["equilibria"]:
        moves = [mixed_words(found["profile"][player]) for player in solution["players"]]
        payoffs = ", ".join(amount(value) for value in found["payoffs"].values())
        regret = f"{max(found['regret'].values()):.1g}"
        table.add_row(*map(escape, moves), payoffs, regret, escape(", ".join(found["marks"])))
    return table


def mixed_words(chances: dict[str, float]) -> str:
    """Return a mixed action in words, moves below one in a thousand left out."""
    if len(chances) == 1:
        return next(iter(chances))
    return "; ".join(f"{move} ({chance:.3g})" for move, chance in chances.items() if chance >= 1e-3)


def show_one_shot(scenario: Scenario, answer: dict[str, Any]) -> None:
    """Print question 1's answer."""
    out = console()
    out.print(f"[bold]{escape(scenario.title)}[/bold]: the last round at the start of the talks")
    for party in scenario.parties:
        own = [option.label for option in scenario.options if party.name in option.parties]
        out.print(f"  a move of {escape(party.label)}: {escape(' / '.join(own) or 'no options')}")
    out.print(f"\n{escape(answer['pure']['message'])}:")
    out.print(equilibrium_table(answer["pure"]))
    if answer["two_party"] is not None and answer["fixed"]:
        out.print(f"\nwith {escape('; '.join(answer['fixed']))}:")
    if answer["two_party"] is not None:
        out.print(f"two parties, {escape(answer['two_party']['message'])}:")
        out.print(equilibrium_table(answer["two_party"]))
    out.print(f"\n{escape(answer['logit']['message'])}:")
    out.print(equilibrium_table(answer["logit"]))
    table = Table(
        "outcome",
        *(escape(p.label) for p in scenario.parties),
        "marks",
        "blocked by",
        box=None,
        header_style="bold",
    )
    for row in answer["outcomes"]:
        if row["equilibrium"] or row["bargaining"] or (row["efficient"] and not row["blockers"]):
            marks = [key for key in ("equilibrium", "efficient", "bargaining") if row[key]]
            payoffs = [amount(value) for value in row["payoffs"]]
            table.add_row(
                escape(row["text"]), *payoffs, ", ".join(marks), escape(", ".join(row["blockers"]))
            )
    out.print("\nOutcomes (equilibria, Nash bargaining, efficient and blocked by nobody):")
    out.print(table)


def show_play(title: str, answer: dict[str, Any]) -> None:
    """Print payoffs, ends and one run."""
    out = console()
    out.print(f"[bold]{escape(title)}[/bold]: {answer['runs']} runs, seed {answer['seed']}")
    table = Table(
        "party", "strategy", "expected payoff", "mean of the runs", box=None, header_style="bold"
    )
    for party in answer["parties"]:
        error = 1.96 * party["error"]
        noise = error <= 1e-12 * abs(party["mean"])
        mean = f"{amount(party['mean'])} ± {amount(0.0 if noise else error)}"
        table.add_row(
            escape(party["label"]), escape(party["strategy"]), amount(party["expected"]), mean
        )
    out.print(table)
    ends = ", ".join(f"{escape(name)} {percent(share)}" for name, share in answer["ends"].items())
    out.print(f"Ends: {ends}; mean round {answer['end_round']:.1f}.")
    run = answer["run"]
    table = Table(
        "round",
        *map(escape, run["said"]),
        "in effect",
        *map(escape, run["variables"]),
        box=None,
        header_style="bold",
        title="The first run",
        title_justify="left",
    )
    for place, number in enumerate(run["rounds"]):
        said = [escape(moves[place]) for moves in run["said"].values()]
        state = [str(values[place]) for values in run["state"].values()]
        table.add_row(str(number), *said, escape(run["outcome"][place]), *state)
    out.print(table)
    out.print(f"It ends with: {escape(run['end'])}.")
