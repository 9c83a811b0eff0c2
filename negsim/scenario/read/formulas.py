"""Expressions of a file: parsed, and held to the names that each kind of them may mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from negsim.errors import ExpressionError
from negsim.expressions import Expression, Literal, Stance, parse
from negsim.scenario.read.lines import MAX_DEPTH, Place
from negsim.scenario.read.names import Names
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.structure import OptionTable
from negsim.scenario.words import listed, unknown_name

EXPRESSIONS = ("when", "per", "chance", "outcome")
"""The keys whose text is an expression."""

SINGLE = "an option"
JOINT = "joint"
CONDITIONAL = "conditional itself"
VARIABLE = "a state variable"
PARAMETER = "a parameter"
STANCE = "a question about a stance"
LEVEL = "a level"
ROUND = "the number of the round"
ALARM = "a signal"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a kind of expression may mention, and the words that say so."""

    kinds: frozenset[str]
    words: str


ANYTHING = Scope(frozenset({SINGLE, JOINT, CONDITIONAL, VARIABLE, PARAMETER, STANCE}), "")
CONDITION = Scope(
    frozenset({SINGLE, VARIABLE}),
    "a condition may mention only single-party options and the state",
)
RULE = Scope(frozenset({SINGLE, JOINT, CONDITIONAL}), "a rule may mention only options")
STRATEGY = Scope(ANYTHING.kinds | {ROUND, ALARM}, "")
"""Options, stances and signals in a strategy's condition are those of the round before."""
OBSERVED = Scope(
    frozenset({SINGLE, JOINT, CONDITIONAL, STANCE}),
    "the record may mention only options and what parties said",
)
OUTCOME = Scope(frozenset({SINGLE, JOINT, CONDITIONAL}), "an outcome may mention only options")


class Formulas:
    """The reader of a file's expressions; it knows what every name stands for."""

    def __init__(self, names: Names, options: Mapping[str, OptionTable], notes: Notes) -> None:
        self.names = names
        self.options = options
        self.notes = notes
        self.levels = {name: Literal(float(number)) for name, number in names.levels.items()}
        self.kinds = {"round": ROUND} | dict.fromkeys(names.signals, ALARM)
        self.kinds |= dict.fromkeys(names.levels, LEVEL)
        self.kinds |= dict.fromkeys(names.parameters, PARAMETER)
        self.kinds |= dict.fromkeys(names.variables, VARIABLE)
        self.kinds |= dict.fromkeys(names.options, SINGLE)
        for name, option in options.items():
            if len(option.parties) > 1:
                self.kinds[name] = JOINT
            elif option.conditions:
                self.kinds[name] = CONDITIONAL

    def read(self, place: Place, text: str, scope: Scope = ANYTHING) -> Expression | None:
        """Return the expression, or none after noting what is wrong with it."""
        try:
            found = parse(text)
        except ExpressionError as error:
            self.notes.fault(place, str(error))
            return None
        faults = [self._name_fault(name, scope) for name in sorted(found.names())]
        asked = sorted(found.stances(), key=lambda stance: stance.key)
        faults += [self._stance_fault(stance, scope) for stance in asked]
        for fault in filter(None, faults):
            self.notes.fault(place, fault)
        return None if any(faults) else found.replaced(self.levels)

    def read_aside(self, place: Place, table: Mapping[str, Any], depth: int = 0) -> None:
        """Note the faults of the expressions in a table that was put aside."""
        for key, value in table.items():
            if isinstance(value, dict) and depth < MAX_DEPTH:
                self.read_aside((*place, key), value, depth + 1)
            elif isinstance(value, str) and key in EXPRESSIONS:
                scope = CONDITION if "conditions" in place else ANYTHING
                self.read((*place, key), value, scope)

    def _name_fault(self, name: str, scope: Scope) -> str:
        kind = self.kinds.get(name)
        if kind is None and name in self.names.parties:
            return f'{name} is a party; ask what it said with {name}.OPTION == "yes"'
        if kind is None:
            known = [known for known, kind in self.kinds.items() if kind in (*scope.kinds, LEVEL)]
            return unknown_name("name", name, known)
        if kind != LEVEL and kind not in scope.kinds:
            words = scope.words or "only a strategy's condition may mention it"
            return f"{words}; {name} is {kind}"
        return ""

    def _stance_fault(self, stance: Stance, scope: Scope) -> str:
        if STANCE not in scope.kinds:
            return f"{scope.words}; {stance.key} is {STANCE}"
        if stance.party not in self.names.parties:
            return unknown_name("party", stance.party, self.names.parties)
        if stance.option not in self.names.options:
            return unknown_name("option", stance.option, self.names.options)
        option = self.options.get(stance.option)
        return _never(stance, option) if option else ""


def _never(stance: Stance, option: OptionTable) -> str:
    """Return why a party can never take the stance, or an empty text."""
    if stance.party not in option.parties:
        who = listed(option.parties)
        return f"{stance.party} has no say on {stance.option}; expected one of: {who}"
    stances = ("no", *(option.levels or ("yes",)))
    if stance.stance == "if" and stance.party not in option.conditions:
        where = f"[options.{stance.option}.conditions.{stance.party}]"
        words = " or ".join(f'"{word}"' for word in stances)
        return f"{stance.key} never holds without a table {where}; expected {words}"
    if stance.stance not in (*stances, "if"):
        return f"{stance.key} never holds; " + (
            unknown_name("stance", stance.stance, (*stances, "if"))
        )
    return ""
