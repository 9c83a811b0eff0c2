"""Countermeasures as plain data and in words: what each does to the delay, and who pays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from negsim.analysis.stalling import LABELS
from negsim.errors import UsageError
from negsim.report.terminal import console
from negsim.report.words import CAVEAT, LABEL_WORDS, amount, percent
from negsim.scenario.model import Scenario
from negsim.studies.counter.edits import mediator_of
from negsim.studies.counter.effects import Effect, Policy, effect, enough, policies
from negsim.studies.counter.measures import Countermeasure

SHOWN_POLICIES = 3
"""Commitments shown on the terminal; all are in the data."""


def counter_answer(
    scenario: Scenario,
    party: str,
    measures: Sequence[Countermeasure],
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Return what each measure does, with commitment and without, as plain values.

    A measure that does not apply is listed with the reason. ``progress`` is called with the number
    of measures done and of all.
    """
    plain = effect(scenario, party, None)
    rows = []
    for done, measure in enumerate(measures):
        progress(done, len(measures) + 1)
        rows.append(row(scenario, party, measure, plain))
    progress(len(measures), len(measures) + 1)
    found = () if mediator_of(scenario) is None else policies(scenario, party, measures)
    progress(len(measures) + 1, len(measures) + 1)
    return {
        "title": scenario.title,
        "party": party,
        "parties": [each.label for each in scenario.parties],
        "costs": [each.label for each in scenario.costs],
        "plain": told(plain, plain),
        "measures": rows,
        "mediator": mediator_of(scenario),
        "commitments": [commitment(each) for each in found],
    }


def row(scenario: Scenario, party: str, measure: Countermeasure, plain: Effect) -> dict[str, Any]:
    """Return one measure's effects as plain values, or why it does not apply."""
    about: dict[str, Any] = {
        "measure": str(measure),
        "name": measure.name,
        "summary": measure.summary,
        "main": measure.main,
        "strength": getattr(measure, measure.main),
        "reason": None,
    }
    try:
        about["committed"] = told(effect(scenario, party, measure), plain)
        about["enough"] = enough(scenario, party, measure, committed=True)
        about["strongest"] = measure.strongest
        about["uncommitted"] = None
        if measure.commits and mediator_of(scenario) is not None:
            about["uncommitted"] = told(effect(scenario, party, measure, committed=False), plain)
    except UsageError as error:
        return {**about, "reason": str(error)}
    return about


def told(found: Effect, plain: Effect) -> dict[str, Any]:
    """Return an effect as plain values, gains and costs against the scenario as it is."""
    return {
        "label": LABELS[found.label],
        "label_worst": LABELS[found.label_worst],
        "delay": found.delay,
        "agreement_chance": found.agreement,
        "end_round": found.end_round,
        "boundary": found.boundary,
        "values": list(found.values),
        "gains": [value - before for value, before in zip(found.values, plain.values, strict=True)],
        "costs": [value - before for value, before in zip(found.costs, plain.costs, strict=True)],
    }


def commitment(found: Policy) -> dict[str, Any]:
    """Return a commitment as plain values."""
    strong = found.measure
    about: dict[str, Any] = {"measure": "nothing", "name": "nothing", "main": None}
    if strong is not None:
        strength = getattr(strong, strong.main)
        about = {"measure": str(strong), "name": strong.name, "main": strong.main}
        about["strength"] = strength
    return {**about, "best": found.best, "worst": found.worst}


def short(row: dict[str, Any]) -> str:
    """Return a measure by its name and main parameter.

    >>> short({"name": "hazard", "main": "chance", "strength": 0.1})
    'hazard, chance 0.1'
    """
    if row["main"] is None:
        return str(row["name"])
    return f"{row['name'].replace('_', ' ')}, {row['main']} {row['strength']:g}"


def show_counter(answer: dict[str, Any], label: str) -> None:
    """Print the measures' table, who pays, and the mediator's best commitment."""
    out = console()
    out.print(f"[bold]{escape(answer['title'])}[/bold]")
    plain = answer["plain"]
    out.print(
        f"{escape(label)}: {LABEL_WORDS[plain['label']]}; delay is worth {amount(plain['delay'])}"
        f"{strength_words(plain['boundary'])}."
    )
    applied = [each for each in answer["measures"] if each["reason"] is None]
    if applied:
        out.print(effects_table(applied))
        out.print(payers_table(answer, applied))
    for line in reason_lines(answer["measures"]):
        out.print(line)
    for line in commitment_lines(answer):
        out.print(line)
    out.print(f"[dim]{CAVEAT}[/dim]")


def reason_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return why measures do not apply, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for each in rows:
        if each["reason"] is not None:
            reasons.setdefault(each["reason"], []).append(each["name"].replace("_", " "))
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


def effects_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the table of what is left of the delay, with commitment and without."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Measure")
    for title in ("delay,\ncommitted", "delay, not\ncommitted", "pays\nfrom", "ends\nround"):
        table.add_column(title, justify="right")
    table.add_column("enough to end the delay")
    for each in rows:
        bound, free = each["committed"], each["uncommitted"]
        table.add_row(
            short(each),
            amount(bound["delay"]),
            "-" if free is None else amount(free["delay"]),
            boundary_words(bound["boundary"]),
            amount(bound["end_round"]),
            enough_words(each),
        )
    return table


def boundary_words(boundary: float) -> str:
    """Return a boundary as a share of the channels' strength."""
    return "never" if math.isinf(boundary) else percent(boundary)


def enough_words(row: dict[str, Any]) -> str:
    """Return how strong a measure must be, in words."""
    if math.isinf(row["enough"]):
        return f"not even {row['main']} {amount(row['strongest'])}"
    return f"{row['main']} {amount(row['enough'])}"


def payers_table(answer: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Table:
    """Return the table of what each measure brings everybody; costs stand apart."""
    table = Table(box=None, header_style="bold", pad_edge=False, title_justify="left")
    table.add_column("Gain or loss, committed")
    for name in (*answer["parties"], *answer["costs"]):
        table.add_column(escape(name), justify="right")
    for each in rows:
        found = each["committed"]
        numbers = [*found["gains"], *found["costs"]]
        table.add_row(short(each), *(f"{number:+.3g}" for number in numbers))
    return table


def commitment_lines(answer: dict[str, Any]) -> list[str]:
    """Return the best commitments in words: optimistic, and pessimistic where it differs."""
    found = answer["commitments"]
    if not found:
        return ["Without a mediator nobody commits to a measure."]
    lines = ["Best commitments for the mediator, by its own payoff (several equilibria: the best):"]
    ranked = sorted(found, key=lambda each: -each["best"])
    lines += [f"  {amount(each['best'])}: {short(each)}" for each in ranked[:SHOWN_POLICIES]]
    careful = max(found, key=lambda each: each["worst"])
    lines.append(f"  with the worst equilibrium: {amount(careful['worst'])}, {short(careful)}")
    nothing = found[0]
    lines.append(f"  with none: {amount(nothing['best'])}, at worst {amount(nothing['worst'])}")
    return lines
