"""Who the parties may be and how they act: types, preferences, signals, strategies, the mirror."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from negsim.expressions import Expression
from negsim.scenario.domain import CHANCE
from negsim.scenario.model import (
    Mirror,
    Preference,
    PrivateType,
    RuleList,
    Signal,
    StrategyRule,
)
from negsim.scenario.read.formulas import OUTCOME, STRATEGY
from negsim.scenario.read.lines import Place
from negsim.scenario.read.reading import FileReading
from negsim.scenario.read.structure import PreferenceTable, StrategyRuleTable, TypeTable
from negsim.scenario.words import label_of, listed, unknown_name


def types(reading: FileReading) -> tuple[PrivateType, ...]:
    """Return the private types and take in their priors, of which no party's exceed 1 in sum."""
    found = []
    for party, tables in reading.file.types.items():
        reading.refer_to_parties(("types", party), (party,))
        total = Decimal(0)
        for name, table in tables.items():
            found.append(_type(reading, ("types", party, name), party, table))
            total += reading.numbers.found[f"types.{party}.{name}.prior"].value
        if total > 1:
            message = f"the priors sum to {total}; expected at most 1, the rest being the base type"
            reading.notes.fault(("types", party), message)
    return tuple(found)


def _type(reading: FileReading, place: Place, party: str, table: TypeTable) -> PrivateType:
    reading.numbers.add((*place, "prior"), table.prior, CHANCE)
    if place[-1] == "base":
        message = '"base" is the type with the numbers as they are; expected another name'
        reading.notes.fault(place, message)
    own = (f"payoffs.{party}.", f"parties.{party}.")
    for name, value in table.set.items():
        where = (*place, "set", name)
        known = reading.refer(where, "number", name, reading.names.numbers)
        reading.numbers.check(where, name, value)
        if known and not name.startswith(own):
            message = f"a type is private to {party}; expected one of its payoffs or its discount"
            reading.notes.fault(where, message)
    return PrivateType(
        place[-1], table.label or label_of(place[-1]), party, MappingProxyType(table.set)
    )


def signals(reading: FileReading) -> tuple[Signal, ...]:
    """Return the signals and take in their chances; each is about one party's option."""
    found = []
    for name, table in reading.file.signals.items():
        place = ("signals", name)
        reading.numbers.add((*place, "detection"), table.detection, CHANCE)
        reading.numbers.add((*place, "false_alarm"), table.false_alarm, CHANCE)
        about = reading.file.options.get(table.about)
        reading.refer((*place, "about"), "option", table.about, reading.names.options)
        if about is not None and len(about.parties) > 1:
            message = f"{table.about} is joint; expected an option of one party, who may be seen"
            reading.notes.fault((*place, "about"), message)
        found.append(Signal(name, table.label or label_of(name), table.about))
    return tuple(found)


def preferences(reading: FileReading) -> tuple[Preference, ...]:
    """Return the ordinal preferences."""
    return tuple(
        _preference(reading, party, table) for party, table in reading.file.preferences.items()
    )


def _preference(reading: FileReading, party: str, table: PreferenceTable) -> Preference:
    place = ("preferences", party)
    reading.refer_to_parties(place, (party,))
    if (table.ranking is None) == (table.statements is None):
        reading.notes.fault(place, "expected either ranking or statements, and not both")
    groups = table.ranking or ()
    return Preference(
        party,
        tuple(_outcomes(reading, (*place, "ranking"), group) for group in groups),
        _outcomes(reading, (*place, "statements"), table.statements or ()),
    )


def _outcomes(reading: FileReading, place: Place, texts: tuple[str, ...]) -> tuple[Expression, ...]:
    return tuple(reading.formula(place, text, OUTCOME) for text in texts)


def strategies(reading: FileReading) -> tuple[RuleList, ...]:
    """Return the strategies written in the file; the last rule of each holds always."""
    found = []
    for party, tables in reading.file.strategies.items():
        reading.refer_to_parties(("strategies", party), (party,))
        for name, table in tables.items():
            place = ("strategies", party, name)
            rules = tuple(_rule(reading, (*place, "rules"), party, each) for each in table.rules)
            if table.rules[-1].when is not None:
                message = "the last rule has a condition; expected one that always holds, no when"
                reading.notes.fault((*place, "rules"), message)
            found.append(RuleList(name, table.label or label_of(name), party, rules))
    return tuple(found)


def _rule(reading: FileReading, place: Place, party: str, table: StrategyRuleTable) -> StrategyRule:
    for name, stance in table.play.items():
        if not reading.refer(place, "option", name, reading.names.options):
            continue
        option = reading.file.options.get(name)
        if option is None:
            continue
        conditional = ("if",) if party in option.conditions else ()
        stances = ("no", *(option.levels or ("yes",)), *conditional)
        if party not in option.parties:
            message = f"{party} has no say on {name}; expected one of: {listed(option.parties)}"
            reading.notes.fault(place, message)
        elif stance not in stances:
            reading.notes.fault(place, f"{name}: {unknown_name('stance', stance, stances)}")
    when = reading.formula(place, table.when, STRATEGY)
    return StrategyRule(when, MappingProxyType(table.play))


def mirror(reading: FileReading) -> Mirror | None:
    """Return the mirror declaration: two parties, and state variables to reflect."""
    table = reading.file.mirror
    if table is None:
        return None
    reading.refer_to_parties(("mirror", "parties"), table.parties)
    if len(table.parties) != 2:
        message = f"expected two parties that exchange roles, got {len(table.parties)}"
        reading.notes.fault(("mirror", "parties"), message)
        return None
    for name in table.reflect:
        place = ("mirror", "reflect")
        reading.refer(place, "state variable", name, list(reading.file.state))
    return Mirror((table.parties[0], table.parties[1]), table.reflect)
