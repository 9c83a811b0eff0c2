"""The tables of a scenario file, format 1: the keys of each and the kinds of their values."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from negsim.scenario.domain import LARGEST, MAX_ROUNDS
from negsim.scenario.model import Confidence, EndKind, Role
from negsim.scenario.words import MAX_NAME, got

FORMAT = 1
MAX_DIGITS = 40
MAX_LEVELS = 200
TAGS = ("<number>", "<table>", "<expression>", "<group>", "<list>", "<words>")
"""Marks that pydantic puts into the place of a fault; no key can be spelt so and be sound."""

Checked = TypeVar("Checked")


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("negsim", "{message}", {"message": message})


def text(value: object) -> str:
    """Return a text, which may have several lines."""
    if not isinstance(value, str):
        raise _wrong(f"expected text, got {got(value)}")
    for character in value:
        if _is_control(character):
            raise _wrong(f"expected text without control characters, got U+{ord(character):04X}")
    return value


def _is_control(character: str) -> bool:
    """Tell whether a character is not to be seen, or turns the text around it."""
    if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
        return character not in "\n\t"
    return unicodedata.bidirectional(character) in ("LRO", "RLO", "LRE", "RLE", "PDF")


def line(value: object) -> str:
    """Return a text of one line that is not empty."""
    found = text(value)
    if not found.strip() or "\n" in found:
        raise _wrong(f"expected one line of text, got {got(value)}")
    return found


def expression(value: object) -> str:
    """Return the text of an expression, not parsed yet."""
    if not isinstance(value, str):
        raise _wrong(f"expected an expression in quotes, got {got(value)}")
    return value


def number(value: object) -> Decimal:
    """Return a finite number, exactly as written."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(f"expected a number, got {got(value)}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise _wrong(f"expected a finite number, got {got(value)}")
    if isinstance(value, int) and value.bit_length() > 64:
        raise _wrong(f"expected a number between -1e15 and 1e15, got {got(value)}")
    if not -LARGEST <= value <= LARGEST:
        raise _wrong(f"expected a number between -1e15 and 1e15, got {got(value)}")
    exact = Decimal(value)
    _, digits, exponent = exact.as_tuple()
    if len(digits) > MAX_DIGITS or not isinstance(exponent, int) or exponent < -MAX_DIGITS:
        raise _wrong(f"expected a number of at most {MAX_DIGITS} digits, got {got(value)}")
    return exact


def setting(value: object) -> Decimal:
    """Return what a channel sets a number to."""
    if isinstance(value, dict):
        raise _wrong("expected a number, got a table; put the dotted name in quotes")
    return number(value)


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return the check that a value is a whole number within bounds."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _wrong(f"expected a whole number from {low:,} to {high:,}, got {got(value)}")
        return value

    return check


def step(value: object) -> int:
    """Return what a change adds to a variable."""
    if value == 0:
        raise _wrong("expected a whole number other than 0, got 0")
    return whole(-MAX_LEVELS, MAX_LEVELS)(value)


def span(value: object) -> tuple[Decimal, Decimal]:
    """Return a range: the lowest and the highest value."""
    if not isinstance(value, list) or len(value) != 2:
        raise _wrong(f"expected a range [lowest, highest], got {got(value)}")
    low, high = number(value[0]), number(value[1])
    if low > high:
        raise _wrong(f"expected a range [lowest, highest], got [{low}, {high}]")
    return low, high


def names(value: object) -> tuple[str, ...]:
    """Return names: one in quotes, or a list of them, each once."""
    many = [value] if isinstance(value, str) else value
    if not isinstance(many, list) or not many:
        raise _wrong(f"expected a name or a list of names, got {got(value)}")
    for name in many:
        if not isinstance(name, str):
            raise _wrong(f"expected a list of names, got {got(name)} in it")
    if twice := _first_repeated(many):
        raise _wrong(f"{got(twice)} is listed twice; expected each name once")
    return tuple(many)


def pair(value: object) -> tuple[str, str]:
    """Return two different dotted names."""
    found = names(value)
    if len(found) != 2:
        raise _wrong(f"expected two dotted names, got {got(value)}")
    return found[0], found[1]


def _first_repeated(words: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None


def order(value: object) -> tuple[tuple[str, ...], ...]:
    """Return the groups of an order of moves; none stands for all at once."""
    if value == "simultaneous":
        return ()
    if not isinstance(value, list) or not value:
        raise _wrong(f'expected "simultaneous" or a list of groups of parties, got {got(value)}')
    groups = tuple(names(group) for group in value)
    if twice := _first_repeated(name for group in groups for name in group):
        raise _wrong(f"{got(twice)} moves twice; expected each party at most once")
    return groups


def leavers(value: object) -> tuple[str, ...] | str:
    """Return who may end an option that stays: "any", "all" or a list of parties."""
    return str(value) if value in ("any", "all") else names(value)


def ranking(value: object) -> tuple[tuple[str, ...], ...]:
    """Return outcomes from best to worst, those that tie together."""
    if not isinstance(value, list) or not value:
        raise _wrong(f"expected a list of outcomes from best to worst, got {got(value)}")
    groups = tuple(tuple(each) if isinstance(each, list) else (each,) for each in value)
    for text_ in (part for group in groups for part in group):
        expression(text_)
    if not all(groups):
        raise _wrong("expected outcomes in each group of the ranking, got an empty list")
    return groups


def statements(value: object) -> tuple[str, ...]:
    """Return statements about the outcome, the most important first."""
    if not isinstance(value, list) or not value:
        raise _wrong(f"expected a list of expressions, most important first, got {got(value)}")
    return tuple(expression(each) for each in value)


def patterns(value: object) -> tuple[str, ...]:
    """Return the dotted names, with * for any characters of a part, of what a variant drops."""
    if not isinstance(value, list):
        raise _wrong(f"expected a list of dotted names in quotes, got {got(value)}")
    for each in value:
        if not isinstance(each, str):
            raise _wrong(f"expected dotted names in quotes, got {got(each)} in the list")
    return tuple(value)


def stance(value: object) -> str:
    """Return a stance: no, yes, if or the name of a level."""
    if not isinstance(value, str) or not value.isidentifier():
        raise _wrong(f'expected a stance such as "no", "yes" or "if", got {got(value)}')
    return value


def flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise _wrong(f"expected true or false, got {got(value)}")
    return value


def date(value: object) -> datetime.date:
    """Return a date."""
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise _wrong(f"expected a date without quotes such as 2025-03-19, got {got(value)}")
    return value


def version(value: object) -> int:
    """Return the format's number."""
    if isinstance(value, bool) or not isinstance(value, int) or value != FORMAT:
        raise _wrong(f"{got(value)} is not a format that this version of negsim reads; expected 1")
    return FORMAT


def one_of(*words: str) -> Callable[[object], str]:
    """Return the check that a value is one of some words."""

    def check(value: object) -> str:
        if value not in words:
            first = ", ".join(f'"{word}"' for word in words[:-1])
            expected = f'{first} or "{words[-1]}"' if first else f'"{words[-1]}"'
            raise _wrong(f"expected {expected}, got {got(value)}")
        return str(value)

    return check


def _kind_of_number(value: object) -> str:
    return "<table>" if isinstance(value, dict) else "<number>"


def _kind_of_chance(value: object) -> str:
    return "<expression>" if isinstance(value, str) else _kind_of_number(value)


def is_group(cost: object) -> bool:
    """Tell whether an entry of ``costs`` is a party's group of costs, not one shared cost."""
    if not isinstance(cost, dict) or not cost:
        return False
    return all(isinstance(part, dict) for part in cost.values())


def _kind_of_channel(value: object) -> str:
    return "<table>" if not isinstance(value, dict) or "off" in value else "<group>"


def _kind_of_reservation(value: object) -> str:
    return "<words>" if isinstance(value, str) else _kind_of_number(value)


def _kind_of_cost(value: object) -> str:
    return "<group>" if is_group(value) else "<table>"


_NAME_SCHEMA = {"type": "string", "pattern": f"^[a-z][a-z0-9_]{{0,{MAX_NAME - 1}}}$"}
_NAMES_SCHEMA: dict[str, Any] = {
    "anyOf": [_NAME_SCHEMA, {"type": "array", "items": _NAME_SCHEMA, "minItems": 1}]
}
_RANGE_SCHEMA = {
    "description": "The lowest and the highest value it could as well have.",
    "type": "array",
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 2,
}
_ORDER_SCHEMA = {
    "description": "Groups of parties, later ones seeing what earlier ones did; "
    "parties that are not listed move last together.",
    "anyOf": [
        {"const": "simultaneous"},
        {"type": "array", "items": _NAMES_SCHEMA, "minItems": 1},
    ],
}

Text: TypeAlias = Annotated[str, PlainValidator(text), WithJsonSchema({"type": "string"})]
Line: TypeAlias = Annotated[
    str, PlainValidator(line), WithJsonSchema({"type": "string", "minLength": 1})
]
Formula: TypeAlias = Annotated[
    str,
    PlainValidator(expression),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "description": "An expression over options, state variables and parameters.",
        }
    ),
]
Name: TypeAlias = Annotated[str, PlainValidator(line), WithJsonSchema(_NAME_SCHEMA)]
Real: TypeAlias = Annotated[
    Decimal,
    PlainValidator(number),
    WithJsonSchema({"type": "number", "minimum": -1e15, "maximum": 1e15}),
]
Setting: TypeAlias = Annotated[Decimal, PlainValidator(setting), WithJsonSchema({"type": "number"})]
Range: TypeAlias = Annotated[
    tuple[Decimal, Decimal], PlainValidator(span), WithJsonSchema(_RANGE_SCHEMA)
]
NameList: TypeAlias = Annotated[
    tuple[str, ...], PlainValidator(names), WithJsonSchema(_NAMES_SCHEMA)
]
Pair: TypeAlias = Annotated[
    tuple[str, str],
    PlainValidator(pair),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}),
]
Order: TypeAlias = Annotated[
    tuple[tuple[str, ...], ...], PlainValidator(order), WithJsonSchema(_ORDER_SCHEMA)
]
Date: TypeAlias = Annotated[
    datetime.date, PlainValidator(date), WithJsonSchema({"type": "string", "format": "date"})
]
Step: TypeAlias = Annotated[
    int,
    PlainValidator(step),
    WithJsonSchema({"type": "integer", "not": {"const": 0}}),
]
Entries: TypeAlias = Annotated[
    dict[str, Checked], Field(json_schema_extra={"propertyNames": _NAME_SCHEMA})
]


Levels: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(names),
    WithJsonSchema({"type": "array", "items": _NAME_SCHEMA, "minItems": 1}),
]
Leavers: TypeAlias = Annotated[
    tuple[str, ...] | str,
    PlainValidator(leavers),
    WithJsonSchema({"anyOf": [{"enum": ["any", "all"]}, *_NAMES_SCHEMA["anyOf"]]}),
]
Ranking: TypeAlias = Annotated[
    tuple[tuple[str, ...], ...],
    PlainValidator(ranking),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1},
                ]
            },
        }
    ),
]
Statements: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(statements),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "minItems": 1}),
]
Patterns: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(patterns),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]
Said: TypeAlias = Annotated[str, PlainValidator(stance), WithJsonSchema({"type": "string"})]


Flag: TypeAlias = Annotated[bool, PlainValidator(flag), WithJsonSchema({"type": "boolean"})]
Count: TypeAlias = Annotated[
    int,
    PlainValidator(whole(1, MAX_LEVELS - 2)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LEVELS - 2}),
]


Level: TypeAlias = Annotated[
    int,
    PlainValidator(whole(0, MAX_LEVELS - 1)),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]


class Table(BaseModel):
    """A table of the file: only the keys named here, and no value is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceTable(Table):
    """Where a number or fact comes from."""

    cite: Annotated[Line, Field(description="the source in words")]
    date: Date | None = None
    url: Line | None = None
    confidence: (
        Annotated[
            Confidence,
            PlainValidator(one_of("measured", "elicited", "assumed")),
            WithJsonSchema({"enum": ["measured", "elicited", "assumed"]}),
        ]
        | None
    ) = None
    coder: Line | None = None


class NumberTable(Table):
    """A number with its range, the reason for it and its source."""

    value: Annotated[Real, Field(description="a number")]
    range: Range | None = None
    why: Text = ""
    source: Name | None = None


NumberEntry: TypeAlias = Annotated[
    Annotated[Real, Tag("<number>")] | Annotated[NumberTable, Tag("<table>")],
    Discriminator(_kind_of_number),
]
ChanceEntry: TypeAlias = Annotated[
    Annotated[Real, Tag("<number>")]
    | Annotated[NumberTable, Tag("<table>")]
    | Annotated[Formula, Tag("<expression>")],
    Discriminator(_kind_of_chance),
]


class ReservationTable(Table):
    """What a party has if the talks stop without it: a value, or the flow of a state kept up."""

    value: Real | None = None
    range: Range | None = None
    why: Text = ""
    source: Name | None = None
    state: dict[str, Level] | None = None


ReservationEntry: TypeAlias = Annotated[
    Annotated[Real, Tag("<number>")]
    | Annotated[ReservationTable, Tag("<table>")]
    | Annotated[
        Literal["status_quo"],
        PlainValidator(one_of("status_quo")),
        WithJsonSchema({"const": "status_quo"}),
        Tag("<words>"),
    ],
    Discriminator(_kind_of_reservation),
]


class PartyTable(Table):
    """Somebody whose moves and payoffs count; the discount is 1 unless given."""

    label: Line | None = None
    role: Annotated[
        Role,
        PlainValidator(one_of("party", "mediator", "guarantor")),
        WithJsonSchema({"enum": ["party", "mediator", "guarantor"]}),
    ] = "party"
    manner: Annotated[
        Literal["yes", "no"] | None,
        PlainValidator(one_of("yes", "no")),
        WithJsonSchema({"enum": ["yes", "no"]}),
        Field(description="what it says where yes and no lead to the same; either, if left out"),
    ] = None
    discount: NumberEntry = Decimal(1)
    reservation: ReservationEntry | None = None


class ConditionTable(Table):
    """When a party's "if" counts as consent: over single-party options and the state."""

    when: Annotated[Formula, Field(description="an expression")]


class OptionTable(Table):
    """Something that is in effect while every one of its parties consents."""

    label: Line | None = None
    parties: Annotated[NameList, Field(description="the parties that must consent")]
    presses: Name | None = None
    conditions: dict[str, ConditionTable] = {}
    levels: Levels | None = None
    stays: Flag = False
    leave: Leavers | None = None
    expires: Count | None = None
    undo_after: Count | None = None
    irreversible: Flag = False
    start: Annotated[
        NumberEntry | None, Field(description="rounds left at the start of an option that stays")
    ] = None


class EndingTable(Table):
    """The chance that the talks end without agreement after any round."""

    chance: Annotated[NumberEntry, Field(description="a chance above 0")]


class TalksTable(Table):
    """The clock: what a round is called, how many there are, and who moves when."""

    round: Line = "round"
    rounds: NumberEntry | None = None
    ending: EndingTable | None = None
    order: Order = ()
    clock: Annotated[bool, Field(strict=True, description="whether rounds are time")] = False


class StateTable(Table):
    """A public state variable with the values 0 to levels - 1."""

    label: Line | None = None
    levels: Annotated[
        int,
        Field(description="how many values the variable has"),
        PlainValidator(whole(2, MAX_LEVELS)),
        WithJsonSchema({"type": "integer", "minimum": 2, "maximum": MAX_LEVELS}),
    ]
    start: Annotated[NumberEntry, Field(description="the value at the start")]


class ChangeTable(Table):
    """What happens to the state by chance; certain unless a chance is given."""

    label: Line | None = None
    when: Formula | None = None
    add: Annotated[
        Entries[Step],
        Field(min_length=1, description="what it adds to which variable, as in { leverage = 1 }"),
    ]
    chance: ChanceEntry | None = None


class EndTable(Table):
    """A way in which the talks end; every end but ``no_agreement`` needs a kind."""

    label: Line | None = None
    kind: (
        Annotated[
            EndKind,
            PlainValidator(one_of("agreement", "breakdown", "exit")),
            WithJsonSchema({"enum": ["agreement", "breakdown", "exit"]}),
        ]
        | None
    ) = None
    when: Formula | None = None
    by: NameList | None = None
    arrives: Annotated[
        Literal["this_round", "next_round"],
        PlainValidator(one_of("this_round", "next_round")),
        WithJsonSchema({"enum": ["this_round", "next_round"]}),
    ] = "this_round"


class TermTable(Table):
    """A payoff or cost: ``value * per`` while ``when`` holds, each round or at some ends."""

    label: Line | None = None
    when: Formula | None = None
    at: NameList | None = None
    value: Annotated[Real, Field(description="a number")]
    range: Range | None = None
    per: Formula | None = None
    why: Text = ""
    source: Name | None = None


CostEntry: TypeAlias = Annotated[
    Annotated[TermTable, Tag("<table>")] | Annotated[Entries[TermTable], Tag("<group>")],
    Discriminator(_kind_of_cost),
]


class ChannelTable(Table):
    """A way in which delay may pay: the dotted numbers to switch off and what they become."""

    label: Line | None = None
    why: Text = ""
    off: Annotated[
        dict[str, Setting],
        Field(min_length=1, description="the numbers it switches off and what they become"),
    ]


ChannelEntry: TypeAlias = Annotated[
    Annotated[ChannelTable, Tag("<table>")] | Annotated[Entries[ChannelTable], Tag("<group>")],
    Discriminator(_kind_of_channel),
]


class TypeTable(Table):
    """A private type of a party: how likely it is held to be, and the numbers that differ."""

    label: Line | None = None
    prior: Annotated[NumberEntry, Field(description="a chance")]
    set: Annotated[
        dict[str, Setting],
        Field(min_length=1, description="the party's numbers that differ and what they are"),
    ]


class SignalTable(Table):
    """A public alarm about a single-party option: how often it rings rightly and wrongly."""

    label: Line | None = None
    about: Annotated[Name, Field(description="the option that the alarm is about")]
    detection: Annotated[NumberEntry, Field(description="a chance")]
    false_alarm: Annotated[NumberEntry, Field(description="a chance")]


class PreferenceTable(Table):
    """An ordinal preference over outcomes: a ranking, or statements by importance."""

    ranking: Ranking | None = None
    statements: Statements | None = None


class StrategyRuleTable(Table):
    """What a strategy says about some options where its condition holds."""

    when: Formula | None = None
    play: Annotated[dict[str, Said], Field(description="a stance for each option")]


class StrategyTable(Table):
    """A strategy as a list of rules, of which the first that holds is followed."""

    label: Line | None = None
    rules: Annotated[
        tuple[StrategyRuleTable, ...], Field(min_length=1, description="a list of rules")
    ]


class MirrorTable(Table):
    """Which two parties exchange roles in the mirror test, and what is reflected with them."""

    parties: Annotated[NameList, Field(description="the two parties that exchange roles")]
    reflect: NameList = ()


class LeverTable(Table):
    """An instrument somebody could choose: the dotted number it sets and how far."""

    label: Line | None = None
    sets: Annotated[Line, Field(description="the dotted name of a number")]
    range: Annotated[Range, Field(description="a range [lowest, highest]")]


class ExpectTable(Table):
    """What holds in a round: an expression over the options in effect."""

    round: Annotated[
        int,
        Field(description="the number of a round"),
        PlainValidator(whole(1, MAX_ROUNDS)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_ROUNDS}),
    ]
    outcome: Annotated[Formula, Field(description="an expression")]


class CorrelationTable(Table):
    """Two numbers that are uncertain together: their rank correlation in every sample."""

    between: Annotated[Pair, Field(description="the dotted names of two numbers with ranges")]
    rank: Annotated[Real, Field(description="Spearman's rank correlation, above -1 and below 1")]
    why: Text = ""


class RecordTable(Table):
    """What was seen in a round: an expression over options in effect and what parties said."""

    says: Line | None = None
    round: Annotated[
        int,
        Field(description="the number of a round"),
        PlainValidator(whole(1, MAX_ROUNDS)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_ROUNDS}),
    ]
    outcome: Annotated[Formula, Field(description="an expression that was true in that round")]
    source: Name | None = None


class ClaimTable(Table):
    """A statement to test: ``measure`` and ``equals``, or ``expect``."""

    says: Annotated[Text, Field(description="what is claimed, in words")]
    measure: Line | None = None
    equals: Real | None = None
    tolerance: Real = Decimal("1e-9")
    expect: ExpectTable | None = None
    probability: Real = Decimal(1)
    order: Order | None = None
    selection: Line | None = None
    party: Name | None = None
    types: Annotated[
        dict[str, Name], Field(description='the private type of a party, as { party = "type" }')
    ] = {}
    holds: (
        Annotated[
            Literal["all", "some"],
            PlainValidator(one_of("all", "some")),
            WithJsonSchema({"enum": ["all", "some"]}),
        ]
        | None
    ) = None
    set: dict[str, Setting] = {}
    state: dict[str, Level] = {}


class ScenarioFile(Table):
    """A negotiation: parties, options, what each outcome is worth, how the talks run."""

    format: Annotated[
        int,
        Field(description="format = 1"),
        PlainValidator(version),
        WithJsonSchema({"const": FORMAT}),
    ]
    extends: Line | None = None
    drop: Patterns = ()
    title: Annotated[Line, Field(description="a title")]
    as_of: Date | None = None
    summary: Text = ""
    sources: Entries[SourceTable] = {}
    parties: Annotated[
        Entries[PartyTable], Field(min_length=1, description="at least one table [parties.NAME]")
    ]
    options: Annotated[
        Entries[OptionTable], Field(min_length=1, description="at least one table [options.NAME]")
    ]
    rules: Entries[Formula] = {}
    talks: TalksTable | None = None
    state: Entries[StateTable] = {}
    parameters: Entries[NumberEntry] = {}
    changes: Entries[ChangeTable] = {}
    ends: Entries[EndTable] = {}
    payoffs: dict[str, Entries[TermTable]] = {}
    costs: Entries[CostEntry] = {}
    types: dict[str, Entries[TypeTable]] = {}
    signals: Entries[SignalTable] = {}
    preferences: dict[str, PreferenceTable] = {}
    strategies: dict[str, Entries[StrategyTable]] = {}
    mirror: MirrorTable | None = None
    channels: Entries[ChannelEntry] = {}
    levers: Entries[LeverTable] = {}
    correlations: Entries[CorrelationTable] = {}
    record: Entries[RecordTable] = {}
    claims: Entries[ClaimTable] = {}
