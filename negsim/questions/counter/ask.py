"""Countermeasures as plain data and in words: what each does to the delay, and who pays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from negsim.analysis.delay.stalling import LABELS
from negsim.deadline import can_begin, in_time
from negsim.drawing.terminal import console
from negsim.drawing.words import CAVEAT, LABEL_WORDS, NO_AGREEMENT, amount, percent
from negsim.errors import GameError, UsageError
from negsim.questions.conclusions import has_agreement
from negsim.questions.counter.countermeasures import Countermeasure
from negsim.questions.counter.edits import mediator_of
from negsim.questions.counter.effects import (
    Effect,
    Hold,
    Policy,
    effect,
    enough,
    enough_to_hold,
    hold,
    policies,
)
from negsim.scenario.model import Scenario

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
    for done, measure in enumerate(in_time(measures, "countermeasures")):
        progress(done, len(measures) + 1)
        rows.append(row(scenario, party, measure, plain))
    tried = measures[: len(rows)]
    progress(len(measures), len(measures) + 1)
    committed = mediator_of(scenario) is not None and can_begin("commitments of the mediator")
    found = policies(scenario, party, tried) if committed else ()
    progress(len(measures) + 1, len(measures) + 1)
    return {
        "title": scenario.title,
        "party": party,
        "parties": [each.label for each in scenario.parties],
        "has_agreement": has_agreement(scenario),
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
        "strongest": measure.strongest,
        "reason": None,
        "kept": None,
        "committed": None,
        "uncommitted": None,
    }
    try:
        if measure.watches:
            about["kept"] = kept(scenario, party, measure)
            about["enough"] = enough_to_hold(scenario, party, measure)
            return about
        about["committed"] = told(effect(scenario, party, measure), plain)
        about["enough"] = enough(scenario, party, measure, committed=True)
        if measure.commits and mediator_of(scenario) is not None:
            about["uncommitted"] = told(effect(scenario, party, measure, committed=False), plain)
    except (GameError, UsageError) as error:
        return {**about, "reason": str(error)}
    return about


def kept(scenario: Scenario, party: str, measure: Countermeasure) -> dict[str, Any]:
    """Return what a measure does to the truce that signals watch, as plain values."""
    found, plain = hold(scenario, party, measure), hold(scenario, party, None)
    return {
        "watched": [
            {
                "party": each.name,
                "label": each.label,
                "critical": found.critical[k],
                "critical_before": plain.critical[k],
                "own": found.own[k],
            }
            for k, each in enumerate(scenario.parties)
            if found.watched[k]
        ],
        "holds": found.holds,
        "holds_before": plain.holds,
        "false_alarm": found.false_alarm,
        "false_alarm_before": plain.false_alarm,
        "values": list(found.values),
        "gains": gained(found, plain),
    }


def gained(found: Hold, plain: Hold) -> list[float]:
    """Return what each party gains a round, while all keep the truce."""
    return [value - before for value, before in zip(found.values, plain.values, strict=True)]


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
    out.print(plain_words(answer, label))
    applied = [each for each in answer["measures"] if each["committed"] is not None]
    if applied:
        out.print(effects_table(applied))
        out.print(payers_table(answer, applied, "committed"))
    chosen = [each for each in applied if each["uncommitted"] is not None]
    if chosen:
        out.print(payers_table(answer, chosen, "uncommitted"))
    for line in kept_lines(answer):
        out.print(line)
    for line in reason_lines(answer["measures"]):
        out.print(line)
    for line in commitment_lines(answer):
        out.print(line)
    out.print(f"[dim]{CAVEAT}[/dim]")


def plain_words(answer: dict[str, Any], label: str) -> str:
    """Return what delay is worth without a measure, in words."""
    if not answer["has_agreement"]:
        return f"{NO_AGREEMENT}."
    plain = answer["plain"]
    worth = f"delay is worth {amount(plain['delay'])}{strength_words(plain['boundary'])}"
    return f"{escape(label)}: {LABEL_WORDS[plain['label']]}; {worth}."


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
    for title in (
        "delay if\ncommitted",
        "if not",
        "pays from\nif committed",
        "if not",
        "ends\nround",
    ):
        table.add_column(title, justify="right")
    table.add_column("enough to end\nthe delay")
    for each in rows:
        bound, free = each["committed"], each["uncommitted"]
        table.add_row(
            short(each),
            amount(bound["delay"]),
            "-" if free is None else amount(free["delay"]),
            boundary_words(bound["boundary"]),
            "-" if free is None else boundary_words(free["boundary"]),
            amount(bound["end_round"]),
            enough_words(each),
        )
    return table


def boundary_words(boundary: float) -> str:
    """Return a boundary as a share of the channels' strength; a dash without channels."""
    if math.isnan(boundary):
        return "-"
    return "never" if math.isinf(boundary) else percent(boundary)


def enough_words(row: dict[str, Any]) -> str:
    """Return how strong a measure must be, in words."""
    if math.isinf(row["enough"]):
        return f"not even {row['main']} {amount(row['strongest'])}"
    return f"{row['main']} {amount(row['enough'])}"


def payers_table(answer: dict[str, Any], rows: Sequence[dict[str, Any]], how: str) -> Table:
    """Return the table of what each measure brings everybody; costs stand apart.

    ``how`` is "committed" or "uncommitted".
    """
    table = Table(box=None, header_style="bold", pad_edge=False, title_justify="left")
    words = {"committed": "if committed", "uncommitted": "if not committed"}
    table.add_column(f"Gain or loss {words[how]}")
    for name in (*answer["parties"], *answer["costs"]):
        table.add_column(escape(name), justify="right")
    for each in rows:
        found = each[how]
        numbers = [*found["gains"], *found["costs"]]
        table.add_row(short(each), *(f"{number:+.3g}" for number in numbers))
    return table


def kept_lines(answer: dict[str, Any]) -> list[str]:
    """Return what the measures do to the truce that signals watch, in words."""
    rows = [each for each in answer["measures"] if each["kept"] is not None]
    if not rows:
        return []
    lines = [
        "Monitoring changes nothing in the talks, but who keeps a truce that any alarm ends for "
        "good; what monitors cost is not counted:"
    ]
    for row in rows:
        watched = "; ".join(critical_words(party) for party in row["kept"]["watched"])
        said = f"{short(row)}: {watched}. {held_words(row)}. {gain_words(answer, row)}."
        lines.append(f"  {escape(said)}")
    return lines


def critical_words(party: dict[str, Any]) -> str:
    """Return how far a party's critical discount moves, in words.

    >>> party = {"label": "A", "critical_before": 0.625, "critical": 0.5, "own": 0.6}
    >>> critical_words(party)
    'A keeps it from 0.5 on (without the measure from 0.625 on); its own discount is 0.6'
    """
    now, before = (party[name] for name in ("critical", "critical_before"))
    own = amount(party["own"])
    return (
        f"{party['label']} keeps it {critical_discount_words(now)} "
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


def held_words(row: dict[str, Any]) -> str:
    """Return whether the truce holds, and what would be enough, in words."""
    if row["kept"]["holds_before"]:
        return "The truce holds without it"
    if math.isinf(row["enough"]):
        return f"The truce does not hold, {enough_words(row)}"
    return f"The truce holds from {enough_words(row)} on"


def gain_words(answer: dict[str, Any], row: dict[str, Any]) -> str:
    """Return what everybody gains a round while the truce is kept, in words."""
    pairs = zip(answer["parties"], row["kept"]["gains"], strict=True)
    return "While kept it pays a round " + ", ".join(
        f"{label} {gain:+.3g}" for label, gain in pairs
    )


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
