"""What is sound but hardly meant: an option that matters to nobody, a number that nobody explains.

Warnings never stop a scenario; ``negsim check --strict`` counts them as failures. What needs the
compiled game (what play can reach) is in ``games/check.py``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray
from negsim.expressions import Expression
from negsim.scenario.model import End, Option, Party, Scenario, Term, Variable
from negsim.scenario.moves import options_of, stance_rows
from negsim.scenario.read.lines import Place
from negsim.scenario.read.names import IN_FORCE
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.structure import ScenarioFile
from negsim.scenario.words import listed

THOUSAND = 1000
"""A payoff so many times the next largest of its party leaves the others no say."""

MAX_POINTS = 20_000
"""Most points at which one term is evaluated; a term with more is not judged."""

MAX_WORK = 20_000_000
"""Most characters of terms times points at which they are evaluated, all together."""


def note_warnings(scenario: Scenario, file: ScenarioFile, notes: Notes) -> None:
    """Note everything about a sound scenario that its author should look at again."""
    values = Values(scenario)
    mentioned = _mentioned(_telling(scenario))
    _warn_of_numbers(scenario, file, notes)
    _warn_of_mentions(mentioned, scenario, notes)
    _warn_of_later_sources(scenario, notes)
    _warn_of_state(scenario, notes)
    for party in scenario.parties:
        _warn_of_single_move(party, scenario, notes)
        _warn_of_dominance(party, scenario, values, notes)
    for option in scenario.options:
        judged = option.joint and option.name in mentioned
        judged = judged and option.name + IN_FORCE not in mentioned
        if judged and not _preferred(option, scenario, values):
            message = f"none of {listed(option.parties)} has a payoff that rises with it; expected "
            notes.warn(("options", option.name), message + "one of them to want it")
    for signal in scenario.signals:
        place = ("signals", signal.name)
        rates = [scenario.value(".".join((*place, key))) for key in ("detection", "false_alarm")]
        if rates[0] == rates[1]:
            message = f"rings as often, {rates[0]:g}, whether {signal.about} is in effect or not; "
            notes.warn(place, message + "expected a detection above false_alarm")


# ---------------------------------------------------------------- numbers


def _warn_of_numbers(scenario: Scenario, file: ScenarioFile, notes: Notes) -> None:
    """Warn of numbers that the file gives without a reason or a source."""
    defaults = _defaults(scenario, file)
    for number in scenario.numbers.values():
        if not number.why and not number.source and number.name not in defaults:
            message = "has neither a reason (why) nor a source"
            notes.warn(tuple(number.name.split(".")), message)


def _defaults(scenario: Scenario, file: ScenarioFile) -> set[str]:
    """Return the numbers that the format supplies: nobody has to give a reason for them."""
    found = {
        f"parties.{name}.discount"
        for name, table in file.parties.items()
        if "discount" not in table.model_fields_set
    }
    found |= {
        f"state.{variable.name}.start"
        for variable in scenario.state
        if variable.stays and file.options[variable.stays].start is None
    }
    return found | ({"talks.rounds"} if file.talks is None else set())


# ---------------------------------------------------------------- what nothing mentions


def _warn_of_mentions(telling: set[str], scenario: Scenario, notes: Notes) -> None:
    """Warn of options, variables, parameters and sources that nothing refers to."""
    for option in scenario.options:
        if not {option.name, option.name + IN_FORCE} & telling:
            message = "no payoff, end, change, condition or preference mentions it"
            notes.warn(("options", option.name), f"{message}; expected one that does")
    read = telling | _mentioned(_reporting(scenario))
    places: list[Place] = [("state", each.name) for each in scenario.state if not each.stays]
    places += [_parts(name) for name in scenario.numbers if name.startswith("parameters.")]
    for place in places:
        if place[1] not in read:
            notes.warn(place, "no expression mentions it; expected one that does")
    cited = {number.source for number in scenario.numbers.values()}
    cited |= {each.source for each in scenario.record}
    for source in scenario.sources:
        if source.name not in cited:
            notes.warn(("sources", source.name), "no number cites it; expected one that does")


def _warn_of_later_sources(scenario: Scenario, notes: Notes) -> None:
    """Warn of sources that nobody could have read at the date of the scenario."""
    for source in scenario.sources:
        if scenario.as_of and source.date and source.date > scenario.as_of:
            message = f"{source.date} is later than as_of, {scenario.as_of}; expected what was "
            notes.warn(("sources", source.name, "date"), message + "known by then")


def _parts(name: str) -> Place:
    return tuple(name.split("."))


def _telling(scenario: Scenario) -> list[Expression]:
    """Return the expressions that make a difference to somebody."""
    found = [part for term in scenario.payoffs for part in (term.when, term.per)]
    found += [part for change in scenario.changes for part in (change.when, change.chance)]
    found += [end.when for end in scenario.ends]
    found += [when for option in scenario.options for when in option.conditions.values()]
    for preference in scenario.preferences:
        found += [outcome for group in preference.ranking for outcome in group]
        found += preference.statements
    return found


def _reporting(scenario: Scenario) -> list[Expression]:
    """Return the expressions of costs and of written strategies."""
    found = [part for term in scenario.costs for part in (term.when, term.per)]
    return found + [rule.when for each in scenario.strategies for rule in each.rules]


def _mentioned(expressions: Iterable[Expression]) -> set[str]:
    """Return the names that expressions mention, options of stances included."""
    found: set[str] = set()
    for expression in expressions:
        found |= expression.names()
        found |= {stance.option for stance in expression.stances()}
    return found


# ---------------------------------------------------------------- what cannot move


def _warn_of_state(scenario: Scenario, notes: Notes) -> None:
    for variable in scenario.state:
        message = "" if variable.stays else _still(variable, scenario)
        if message:
            notes.warn(("state", variable.name), f"cannot change: {message}")


def _still(variable: Variable, scenario: Scenario) -> str:
    """Return why a state variable never leaves its start, or an empty text.

    One that has a range, or that a claim sets, takes several values all the same.
    """
    start = scenario.number(f"state.{variable.name}.start")
    if start.low != start.high or any(variable.name in each.state for each in scenario.claims):
        return ""
    steps = [
        change.add[variable.name] for change in scenario.changes if variable.name in change.add
    ]
    if not steps:
        return "no change adds to it; expected one that does, or a parameter in its place"
    if start.value == variable.levels - 1 and min(steps) > 0:
        return "it starts at its highest value and changes only raise it"
    if start.value == 0 and max(steps) < 0:
        return "it starts at 0 and changes only lower it"
    return ""


def _warn_of_single_move(party: Party, scenario: Scenario, notes: Notes) -> None:
    """Warn of the rule that leaves a party, who has options, one move."""
    own = options_of(scenario.options, party.name)
    names = {option.name for option in own}
    rules = [rule for rule in scenario.rules if rule.expression.names() <= names]
    if not own or len(stance_rows(own, rules, party.name)) > 1:
        return
    counts = range(len(rules) + 1)
    first = bisect_left(counts, -1, key=lambda k: -len(stance_rows(own, rules[:k], party.name)))
    message = f"leaves {party.name} one move; expected rules that leave a choice"
    notes.warn(("rules", rules[first - 1].name), message)


# ---------------------------------------------------------------- what payoffs say


@dataclass(frozen=True, slots=True)
class TermValues:
    """What a term pays over all values of what it mentions: one axis for each of ``names``."""

    names: tuple[str, ...]
    values: FloatArray

    @property
    def size(self) -> float:
        """Return the largest absolute payment."""
        return float(np.abs(self.values).max())

    def gain(self, option: str) -> bool:
        """Tell whether the option in effect, at some level, pays more than without it."""
        if option not in self.names:
            return False
        with_option = np.moveaxis(self.values, self.names.index(option), 0)
        return bool((with_option[1:] > with_option[:1]).any())


class Values:
    """What terms pay wherever state and options take them, each found once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.work = MAX_WORK
        self.sizes = {variable.name: variable.levels for variable in scenario.state}
        self.sizes |= {option.name: option.top + 1 for option in scenario.options}
        self.found: dict[str, TermValues | None] = {}

    def of(self, term: Term) -> TermValues | None:
        """Return what a term pays; None if it is not to be said with little work."""
        if term.number not in self.found:
            self.found[term.number] = self._worth(term)
        return self.found[term.number]

    def _worth(self, term: Term) -> TermValues | None:
        names = term.when.names() | term.per.names()
        keys = sorted(names & self.sizes.keys())
        asked = sorted({each.key for each in term.when.stances() | term.per.stances()})
        shape = [self.sizes[key] for key in keys] + [2] * len(asked)
        work = math.prod(shape) * (len(term.when.text) + len(term.per.text))
        if math.prod(shape) > MAX_POINTS or work > self.work:
            return None
        self.work -= work
        axes = np.meshgrid(*map(np.arange, shape), indexing="ij", sparse=True)
        environment = dict(zip([*keys, *asked], axes, strict=True))
        for name in names - self.sizes.keys():
            environment[name] = np.array(self.scenario.value(f"parameters.{name}"))
        paid = np.where(term.when.evaluate(environment) != 0, term.per.evaluate(environment), 0)
        paid = np.nan_to_num(paid * self.scenario.value(term.number), posinf=0, neginf=0)
        return TermValues((*keys, *asked), np.broadcast_to(paid, shape))


def _warn_of_dominance(party: Party, scenario: Scenario, values: Values, notes: Notes) -> None:
    """Warn of a payoff at least a thousand times as large as any other of the party."""
    own = [term for term in scenario.payoffs if term.party == party.name]
    found = [values.of(term) for term in own]
    if None in found:
        return
    sizes = [(each.size, term.number) for each, term in zip(found, own, strict=True) if each]
    sizes = sorted(size for size in sizes if size[0] > 0)
    if len(sizes) > 1 and sizes[-1][0] >= THOUSAND * sizes[-2][0]:
        (second, other), (first, name) = sizes[-2:]
        message = f"pays up to {first:.6g}, and no other payoff of {party.name} more than "
        message += f"{second:.6g} ({other}); expected payoffs within three orders of magnitude"
        notes.warn(_parts(name), message)


def _preferred(option: Option, scenario: Scenario, values: Values) -> bool:
    """Tell whether some party of a joint option may want it, as far as its own terms say.

    An option that moves the state may be wanted for that.
    """
    moving = [part for change in scenario.changes for part in (change.when, change.chance)]
    if option.name in _mentioned(moving):
        return True
    if any(preference.party in option.parties for preference in scenario.preferences):
        return True
    ends = [end for end in scenario.ends if option.name in _mentioned([end.when])]
    terms = [term for term in scenario.payoffs if term.party in option.parties]
    return any(_pulls(term, option.name, ends, values) for term in terms)


def _pulls(term: Term, option: str, ends: Sequence[End], values: Values) -> bool:
    """Tell whether a term rises with an option, is gained at its ends, or is spared by them."""
    worth = values.of(term)
    if worth is None or worth.gain(option):
        return True
    if not ends:
        return False
    due: Collection[str] = {end.name for end in ends} & set(term.at)
    return bool((worth.values > 0).any() if due else (worth.values < 0).any())
