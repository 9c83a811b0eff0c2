"""Two scenarios side by side: what differs between the files, and which conclusions change with it.

Everything in a file is laid out as one text per dotted name, so that a difference is a name with
two texts; conclusions are those of the solved talks and of the one-shot game.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate, label_name
from negsim.analysis.outcomes.outcomes import equilibrium_event
from negsim.answers import Answer
from negsim.deadline import IN_PART, part, stop_part_if_over
from negsim.dynamics.build import compile_scenario, one_shot_at
from negsim.expressions import Expression
from negsim.scenario.model import Number, Option, Party, Scenario, Term
from negsim.theory.registry import solve

Found: TypeAlias = float | str | tuple[str, ...] | None
"""What a conclusion says: a number, words, several outcomes; None where it cannot be said."""

SAME = 1e-9
"""Two numbers closer than this, relative to the larger, are the same conclusion."""


@dataclass(frozen=True)
class Difference:
    """Something named that differs; a text is None where the scenario has no such thing."""

    name: str
    left: str | None
    right: str | None


@dataclass(frozen=True)
class Consequence:
    """Something that follows from each scenario, in words, and whether it changes."""

    about: str
    left: Found
    right: Found
    changes: bool


@dataclass(frozen=True)
class Side:
    """One of the two scenarios."""

    file: str
    title: str
    digest: str


@dataclass(frozen=True)
class ScenarioComparison(Answer):
    """All differences of two scenarios, and all that follows from each, changed or not.

    ``set`` are the settings by which the second was changed, as they were asked for.
    """

    left: Side
    right: Side
    set: tuple[str, ...]
    differences: tuple[Difference, ...]
    conclusions: tuple[Consequence, ...]


def compare(
    left: Scenario,
    right: Scenario,
    selection: str = "mediator_best",
    settings: tuple[str, ...] = (),
) -> ScenarioComparison:
    """Return what differs between two scenarios and what follows from each.

    Parties are matched by name. Solves the talks and the one-shot game of both; if a time limit is
    over before that, there are no conclusions. ``settings`` are kept in the answer as they are.

    Raises
    ------
    GameError, SolverError
        If one of them cannot be solved.

    >>> from negsim.scenario.load import loads
    >>> one = loads('''
    ... format = 1
    ... title = "Well"
    ... parties.ann = {}
    ... options.dig.parties = ["ann"]
    ... payoffs.ann.water = { when = "dig", value = 2, why = "thirst" }
    ... ''')
    >>> found = compare(one, one.set({"payoffs.ann.water": -1}))
    >>> found.differences
    (Difference(name='payoffs.ann.water', left='2', right='-1'),)
    >>> [each.about for each in found.conclusions if each.changes][-1]
    'outcomes of pure equilibria of the one-shot game'
    """

    def conclude(scenario: Scenario) -> dict[str, Found]:
        stop_part_if_over(IN_PART.get())
        return conclusions(analyse(compile_scenario(scenario), selection=selection))

    sides = part("conclusions", lambda: (conclude(left), conclude(right))) or ({}, {})
    about = dict.fromkeys([*sides[0], *sides[1]])
    return ScenarioComparison(
        left=side_of(left),
        right=side_of(right),
        set=settings,
        differences=differences(left, right),
        conclusions=tuple(consequence(name, *(side.get(name) for side in sides)) for name in about),
    )


def side_of(scenario: Scenario) -> Side:
    """Return one of the two scenarios as it is told."""
    return Side(str(scenario.path), scenario.title, scenario.digest)


def consequence(about: str, left: Found, right: Found) -> Consequence:
    """Return what follows about something; it changes if that differs by more than rounding."""
    if isinstance(left, float) and isinstance(right, float):
        same = bool(np.isclose(left, right, rtol=SAME, atol=SAME, equal_nan=True))
    else:
        same = left == right
    return Consequence(about, left, right, not same)


# ---------------------------------------------------------------- what differs


def differences(left: Scenario, right: Scenario) -> tuple[Difference, ...]:
    """Return what differs between two scenarios by dotted name; titles and claims are not compared.

    Something that only one of them has, such as an option, is one difference, not one for each of
    its keys.
    """
    texts = [described(each) for each in (left, right)]
    owners = [{owner(name) for name in side} for side in texts]
    found: dict[str, Difference] = {}
    for name in dict.fromkeys([*texts[0], *texts[1]]):
        whole = owner(name)
        if whole not in owners[0]:
            found.setdefault(whole, Difference(whole, None, summary(texts[1], whole)))
        elif whole not in owners[1]:
            found.setdefault(whole, Difference(whole, summary(texts[0], whole), None))
        elif texts[0].get(name) != texts[1].get(name):
            found[name] = Difference(name, texts[0].get(name), texts[1].get(name))
    return tuple(found.values())


GROUPED = ("payoffs", "types", "strategies")
"""Sections with a table for each party that holds named tables."""


def owner(name: str) -> str:
    """Return the dotted name of the table to which a named text belongs.

    >>> owner("options.truce.parties"), owner("payoffs.ann.water.when"), owner("title")
    ('options.truce', 'payoffs.ann.water', 'title')
    """
    parts = name.split(".")
    return ".".join(parts[: 3 if parts[0] in GROUPED else 2])


def summary(texts: Mapping[str, str], whole: str) -> str:
    """Return all that is said about one table, in a row."""
    inside = {name: text for name, text in texts.items() if owner(name) == whole}
    if list(inside) == [whole]:
        return inside[whole]
    parts = [
        f"{name.removeprefix(whole).lstrip('.') or 'value'} = {text}"
        for name, text in inside.items()
    ]
    return "; ".join(parts)


def described(scenario: Scenario) -> dict[str, str]:
    """Return all that a scenario means, one text for each dotted name; no title, no claims."""
    found = {"as_of": scenario.as_of.isoformat() if scenario.as_of else ""}
    found["talks.round"] = scenario.talks.round_name
    found["talks.order"] = " then ".join(", ".join(group) for group in scenario.talks.order)
    for source in scenario.sources:
        words = (source.cite, source.date, source.url, source.confidence, source.coder)
        found[f"sources.{source.name}"] = ", ".join(str(word) for word in words if word)
    for party in scenario.parties:
        found |= _party(party)
    for option in scenario.options:
        found |= _option(option)
    found |= {f"rules.{rule.name}": str(rule.expression) for rule in scenario.rules}
    for variable in scenario.state:
        name = f"state.{variable.name}"
        found |= {f"{name}.label": variable.label, f"{name}.levels": str(variable.levels)}
    found |= _happenings(scenario)
    for term in scenario.payoffs + scenario.costs:
        found |= _term(term)
    found |= _questions(scenario)
    for number in scenario.numbers.values():
        found |= _number(number)
    return {name: text for name, text in found.items() if text}


def _condition(expression: Expression) -> str:
    """Return an expression's text; nothing for one that the format supplies, which is 1."""
    return "" if expression.text == "1" else expression.text


def _party(party: Party) -> dict[str, str]:
    name = f"parties.{party.name}"
    found = {f"{name}.label": party.label, f"{name}.role": party.role}
    if party.manner:
        found[f"{name}.manner"] = party.manner
    if party.reservation is not None and party.reservation.status_quo:
        state = _pairs(party.reservation.state) or "the current state"
        found[f"{name}.reservation"] = f"status quo at {state}"
    return found


def _option(option: Option) -> dict[str, str]:
    name = f"options.{option.name}"
    found = {
        f"{name}.label": option.label,
        f"{name}.parties": ", ".join(option.parties),
        f"{name}.presses": option.presses,
        f"{name}.levels": ", ".join(option.levels),
    }
    for party, when in option.conditions.items():
        found[f"{name}.conditions.{party}"] = str(when)
    if option.stay is not None:
        stay = option.stay
        who = (" and " if stay.together else " or ").join(stay.leave) or "nobody"
        rounds = f", lapses after {stay.expires} rounds" if stay.expires else ""
        notice = f", {stay.notice} rounds' notice" if stay.notice else ""
        found[f"{name}.stays"] = f"until {who} leaves{rounds}{notice}"
    return found


def _happenings(scenario: Scenario) -> dict[str, str]:
    """Return what changes and ends say."""
    found: dict[str, str] = {}
    for change in scenario.changes:
        name = f"changes.{change.name}"
        found |= {f"{name}.label": change.label, f"{name}.when": _condition(change.when)}
        found[f"{name}.add"] = _pairs(change.add)
        if f"{name}.chance" not in scenario.numbers:
            found[f"{name}.chance"] = str(change.chance)
    for end in scenario.ends:
        name = f"ends.{end.name}"
        found |= {f"{name}.label": end.label, f"{name}.kind": end.kind}
        found |= {f"{name}.when": _condition(end.when), f"{name}.by": ", ".join(end.by)}
        found[f"{name}.arrives"] = "next_round" if end.next_round else ""
    return found


def _term(term: Term) -> dict[str, str]:
    return {
        f"{term.number}.label": term.label,
        f"{term.number}.when": _condition(term.when),
        f"{term.number}.per": _condition(term.per),
        f"{term.number}.at": ", ".join(term.at),
    }


def _questions(scenario: Scenario) -> dict[str, str]:
    """Return what types, signals, strategies, preferences, mirror, channels and levers say."""
    found: dict[str, str] = {}
    for kind in scenario.types:
        found[f"types.{kind.party}.{kind.name}.set"] = _pairs(kind.set)
    for signal in scenario.signals:
        found[f"signals.{signal.name}.about"] = signal.about
    for each in scenario.strategies:
        rules = [f"{_condition(rule.when) or 'else'}: {_pairs(rule.play)}" for rule in each.rules]
        found[f"strategies.{each.party}.{each.name}"] = "; ".join(rules)
    for wish in scenario.preferences:
        groups = [" ~ ".join(map(str, group)) for group in wish.ranking]
        found[f"preferences.{wish.party}"] = " > ".join([*groups, *map(str, wish.statements)])
    if scenario.mirror is not None:
        found["mirror.parties"] = ", ".join(scenario.mirror.parties)
        found["mirror.reflect"] = ", ".join(scenario.mirror.reflect)
    for channel in scenario.channels:
        whose = f".{channel.party}" if channel.party else ""
        found[f"channels.{channel.name}.off{whose}"] = _pairs(channel.off)
    for lever in scenario.levers:
        found[f"levers.{lever.name}.sets"] = (
            f"{lever.sets} from {_plain(lever.low)} to {_plain(lever.high)}"
        )
    return found


def _number(number: Number) -> dict[str, str]:
    span = ""
    if number.low is not None and number.high is not None:
        span = f"{_plain(number.low)} to {_plain(number.high)}"
    return {
        number.name: _plain(number.value),
        f"{number.name}.range": span,
        f"{number.name}.why": number.why,
        f"{number.name}.source": number.source,
    }


def _plain(value: Decimal) -> str:
    """Return a number without noughts at its end: 0.10 is 0.1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pairs(values: Mapping[str, Decimal | int | str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


# ---------------------------------------------------------------- what follows


def conclusions(analysis: Stalling) -> dict[str, Found]:
    """Return what follows from one scenario, by what it is about."""
    compiled = analysis.compiled
    found: dict[str, Found] = {}
    for party in compiled.scenario.parties:
        names = [f"{name}.{party.name}" for name in ("label", "delay", "frozen_delay", "value")]
        label, *amounts = (float(evaluate(analysis, [name])[name][0]) for name in names)
        found[f"label of {party.name} at the start"] = label_name(label).replace("_", " ")
        words = ("value of delay", "value of delay, frozen", "expected payoff")
        found |= {
            f"{word} of {party.name}": each for word, each in zip(words, amounts, strict=True)
        }
    found["outcome of round 1"] = first_outcome(analysis)
    for name in ("agreement_chance", "end_round"):
        words_of = {"agreement_chance": "chance of agreement", "end_round": "expected last round"}
        found[words_of[name]] = float(evaluate(analysis, [name])[name][0])
    shares = analysis.path.ends[0].sum(axis=0)
    for end, share in zip(compiled.scenario.ends, shares.tolist(), strict=True):
        found[f"chance of the end {end.name}"] = float(share)
    found["outcomes of pure equilibria of the one-shot game"] = equilibrium_outcomes(analysis)
    return found


def first_outcome(analysis: Stalling) -> tuple[str, ...]:
    """Return the outcomes of round 1 in words, the likeliest first, with chances unless certain."""
    chances: dict[str, float] = {}
    for event in np.flatnonzero(analysis.path.events[0, 0]).tolist():
        text = analysis.compiled.outcome_text(event)
        chances[text] = chances.get(text, 0.0) + float(analysis.path.events[0, 0, event])
    ranked = sorted(chances.items(), key=lambda item: (-item[1], item[0]))
    certain = len(ranked) == 1
    return tuple(text if certain else f"{text} ({chance:.3g})" for text, chance in ranked)


def equilibrium_outcomes(analysis: Stalling) -> tuple[str, ...]:
    """Return the outcomes, in words, to which pure equilibria of the one-shot game lead."""
    compiled, game = analysis.compiled, analysis.plan.game
    solution = solve(one_shot_at(compiled, game), "pure")
    start = int(game.start[0])
    events: Iterable[int] = {equilibrium_event(game, start, found) for found in solution.equilibria}
    return tuple(sorted({compiled.outcome_text(event) for event in events}))
