"""From the sound tables of a file to the values of a scenario: what is negotiated, and its worth.

Each function reads one section, in the order of the format; references and expressions are
checked on the way.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from negsim.expressions import Expression, literal, named
from negsim.scenario.domain import CHANCE, DISCOUNT, ENDING, ROUNDS, start_domain
from negsim.scenario.model import (
    NO_AGREEMENT,
    Change,
    End,
    Option,
    Party,
    Reservation,
    Rule,
    Source,
    Stay,
    Talks,
    Term,
    Variable,
)
from negsim.scenario.read.formulas import CONDITION, RULE
from negsim.scenario.read.lines import Place
from negsim.scenario.read.names import IN_FORCE
from negsim.scenario.read.reading import FileReading
from negsim.scenario.read.structure import (
    ChangeTable,
    EndTable,
    NumberTable,
    OptionTable,
    ReservationTable,
    TalksTable,
    TermTable,
)
from negsim.scenario.words import label_of, listed


def sources(reading: FileReading) -> tuple[Source, ...]:
    """Return the sources."""
    return tuple(
        Source(
            name, table.cite, table.date, table.url or "", table.confidence or "", table.coder or ""
        )
        for name, table in reading.file.sources.items()
    )


def parties(reading: FileReading) -> tuple[Party, ...]:
    """Return the parties and take in their discounts and reservations."""
    found = []
    for name, table in reading.file.parties.items():
        reading.numbers.add(("parties", name, "discount"), table.discount, DISCOUNT)
        reservation = _reservation(reading, ("parties", name, "reservation"), table.reservation)
        label = table.label or label_of(name)
        found.append(Party(name, label, table.role, table.manner or "", reservation))
    return tuple(found)


def _reservation(
    reading: FileReading, place: Place, entry: ReservationTable | Decimal | str | None
) -> Reservation | None:
    if entry is None or isinstance(entry, str):
        return None if entry is None else Reservation(True)
    if isinstance(entry, Decimal):
        reading.numbers.add(place, entry)
        return Reservation(False)
    if (entry.value is None) == (entry.state is None):
        message = 'expected a value, a state, or "status_quo" in place of the table'
        reading.notes.fault(place, message)
        return None
    if entry.value is not None:
        reading.numbers.add_reservation(place, entry, entry.value)
        return Reservation(False)
    state = entry.state or {}
    for variable, value in state.items():
        reading.level_of((*place, "state", variable), variable, value)
    return Reservation(True, MappingProxyType(state))


def options(reading: FileReading) -> tuple[Option, ...]:
    """Return the options with their conditions."""
    return tuple(_option(reading, name, table) for name, table in reading.file.options.items())


def _option(reading: FileReading, name: str, table: OptionTable) -> Option:
    place = ("options", name)
    reading.refer_to_parties((*place, "parties"), table.parties)
    if table.presses is not None:
        reading.refer_to_parties((*place, "presses"), (table.presses,))
    conditions = {}
    for party, condition in table.conditions.items():
        if party not in table.parties:
            message = f"{party} has no say on {name}; expected one of: {listed(table.parties)}"
            reading.notes.fault((*place, "conditions", party), message)
        where = (*place, "conditions", party, "when")
        conditions[party] = reading.formula(where, condition.when, CONDITION)
    return Option(
        name,
        table.label or label_of(name),
        table.parties,
        MappingProxyType(conditions),
        table.presses or "",
        table.levels or (),
        _stay(reading, place, table),
    )


def _stay(reading: FileReading, place: Place, table: OptionTable) -> Stay | None:
    for key in ("leave", "expires", "undo_after", "irreversible", "start"):
        if key in table.model_fields_set and not table.stays:
            reading.notes.fault((*place, key), "needs stays = true: options that stay in effect")
    if not table.stays:
        return None
    _check_stay(reading, place, table)
    leave = table.leave or "any"
    parties = table.parties if isinstance(leave, str) else leave
    return Stay(
        () if table.irreversible else parties,
        leave == "all",
        table.expires or 0,
        table.undo_after or 0,
    )


def _check_stay(reading: FileReading, place: Place, table: OptionTable) -> None:
    fault = reading.notes.fault
    if table.levels:
        fault((*place, "stays"), "an option that stays is in effect or not; expected no levels")
    if table.expires == 1:
        fault((*place, "expires"), "expected 2 rounds or more: an option lasts one round anyway")
    for key in ("leave", "undo_after"):
        if table.irreversible and key in table.model_fields_set:
            fault((*place, key), "nobody may end an irreversible option; expected one or the other")
    for party in table.leave if isinstance(table.leave, tuple) else ():
        if party not in table.parties:
            message = f"{party} has no say on it; expected one of: {listed(table.parties)}"
            fault((*place, "leave"), message)


def rules(reading: FileReading) -> tuple[Rule, ...]:
    """Return the rules; the options that each mentions share a party."""
    found = []
    for name, text in reading.file.rules.items():
        place = ("rules", name)
        expression = reading.formulas.read(place, text, RULE)
        if expression is not None:
            _check_shared(reading, place, expression)
            found.append(Rule(name, expression))
    return tuple(found)


def _check_shared(reading: FileReading, place: Place, expression: Expression) -> None:
    mentioned = sorted(expression.names())
    if not mentioned:
        reading.notes.fault(place, "mentions no option; expected options that one party controls")
    controllers = [_known_parties(reading, name) for name in mentioned]
    if controllers and all(controllers) and not set.intersection(*controllers):
        message = f"no party controls all of {listed(mentioned)}; expected options that share one"
        reading.notes.fault(place, message)


def _known_parties(reading: FileReading, option: str) -> set[str]:
    """Return the parties of an option, or none if the option or one of them is at fault."""
    table = reading.file.options.get(option)
    if table is None or not all(name in reading.names.parties for name in table.parties):
        return set()
    return set(table.parties)


def talks(reading: FileReading) -> Talks:
    """Return the clock and take in the number of rounds and the chance of ending.

    Without a table of talks there is one round; with neither rounds nor an ending there is no
    last round.
    """
    table = reading.file.talks or TalksTable(rounds=Decimal(1))
    if table.rounds is not None:
        reading.numbers.add(("talks", "rounds"), table.rounds, ROUNDS)
    if table.ending is not None:
        reading.numbers.add(("talks", "ending", "chance"), table.ending.chance, ENDING)
    if reading.names.endless:
        _check_discounts(reading)
    return Talks(table.round, reading.order(("talks", "order"), table.order), table.clock)


def _check_discounts(reading: FileReading) -> None:
    """Note the parties that would add up payoffs for ever: talks without end need discounts."""
    for name in reading.file.parties:
        number = reading.numbers.found[f"parties.{name}.discount"]
        if max(number.value, number.high or number.value) >= 1:
            message = (
                "expected a discount below 1, for talks that have neither rounds nor an ending"
            )
            reading.notes.fault(("parties", name, "discount"), message)


def state(reading: FileReading) -> tuple[Variable, ...]:
    """Return the state variables and take in where they start; those of staying options last."""
    found = []
    for name, table in reading.file.state.items():
        reading.numbers.add(("state", name, "start"), table.start, start_domain(table.levels))
        found.append(Variable(name, table.label or label_of(name), table.levels))
    for name, option in reading.file.options.items():
        if option.stays:
            found.append(_rounds_left(reading, name, option))
    return tuple(found)


def _rounds_left(reading: FileReading, name: str, table: OptionTable) -> Variable:
    stay = Stay((), False, max(table.expires or 0, 0), table.undo_after or 0)
    levels = max(stay.longest, 1) + 1
    variable = name + IN_FORCE
    start = Decimal(0) if table.start is None else table.start
    written = ("options", name, "start")
    reading.numbers.add(("state", variable, "start"), start, start_domain(levels), written)
    label = f"{table.label or label_of(name)}: rounds left"
    return Variable(variable, label, levels, stays=name)


def _take_parameters(reading: FileReading) -> None:
    for name, entry in reading.file.parameters.items():
        reading.numbers.add(("parameters", name), entry)


def changes(reading: FileReading) -> tuple[Change, ...]:
    """Return the changes and take in the parameters and the chances that are plain numbers."""
    _take_parameters(reading)
    return tuple(_change(reading, name, table) for name, table in reading.file.changes.items())


def _change(reading: FileReading, name: str, table: ChangeTable) -> Change:
    place = ("changes", name)
    for variable in table.add:
        known = reading.names.variables
        reading.refer((*place, "add", variable), "state variable", variable, known)
    when = reading.formula((*place, "when"), table.when)
    chance = _chance(reading, (*place, "chance"), table.chance)
    return Change(name, table.label or label_of(name), when, MappingProxyType(table.add), chance)


def _chance(
    reading: FileReading, place: Place, entry: Decimal | NumberTable | str | None
) -> Expression:
    if entry is None:
        return literal(1)
    if isinstance(entry, str):
        return reading.formula(place, entry)
    reading.numbers.add(place, entry, CHANCE)
    return named(".".join(place))


def ends(reading: FileReading) -> tuple[End, ...]:
    """Return the ends; ``no_agreement`` is added last unless it is declared."""
    tables = reading.file.ends
    found = [_end(reading, name, table) for name, table in tables.items()]
    if NO_AGREEMENT not in tables:
        found.append(_end(reading, NO_AGREEMENT, EndTable()))
    return tuple(found)


def _end(reading: FileReading, name: str, table: EndTable) -> End:
    place = ("ends", name)
    if name == NO_AGREEMENT:
        _check_no_agreement(reading, table)
    elif table.kind is None:
        message = "missing; expected one of: agreement, breakdown, exit"
        reading.notes.fault((*place, "kind"), message)
    when = reading.formula((*place, "when"), table.when)
    _check_exit(reading, place, table, when)
    return End(
        name,
        table.label or label_of(name),
        table.kind or "breakdown",
        when,
        table.by or (),
        table.arrives == "next_round",
    )


def _check_no_agreement(reading: FileReading, table: EndTable) -> None:
    for key in ("kind", "when", "by"):
        if getattr(table, key) is not None:
            message = "not allowed: this end comes when the rounds are used up; "
            message += "expected only label and arrives"
            reading.notes.fault(("ends", NO_AGREEMENT, key), message)


def _check_exit(reading: FileReading, place: Place, table: EndTable, when: Expression) -> None:
    reading.refer_to_parties((*place, "by"), table.by or ())
    if table.kind == "exit" and table.by is None:
        message = f"missing; expected one of: {listed(reading.names.parties)}"
        reading.notes.fault((*place, "by"), message)
    sound = table.when is None or table.when == when.text
    if table.kind == "exit" and table.by and sound and not _caused_by(reading, when, table.by):
        message = f"expected an option of {listed(table.by)}: who walks out causes the exit"
        reading.notes.fault((*place, "when"), message)
    if table.kind in ("agreement", "breakdown") and table.by is not None:
        message = f'only an end of kind "exit" is somebody\'s; this one is of kind "{table.kind}"'
        reading.notes.fault((*place, "by"), message)


def _caused_by(reading: FileReading, when: Expression, parties: tuple[str, ...]) -> bool:
    """Tell whether a condition mentions an option of one of the parties, as far as all is known."""
    if not all(party in reading.names.parties for party in parties):
        return True
    mentioned = when.names() | {stance.option for stance in when.stances()}
    controllers = [
        _known_parties(reading, name) for name in mentioned if name in reading.names.options
    ]
    return any(not those or those & set(parties) for those in controllers)


def payoffs(reading: FileReading) -> tuple[Term, ...]:
    """Return the payoffs of all parties and take in their values."""
    found = []
    for party, terms in reading.file.payoffs.items():
        reading.refer_to_parties(("payoffs", party), (party,))
        for name, table in terms.items():
            found.append(_term(reading, ("payoffs", party, name), table, party))
    return tuple(found)


def costs(reading: FileReading) -> tuple[Term, ...]:
    """Return the costs, shared and of single parties, and take in their values."""
    found = []
    for name, entry in reading.file.costs.items():
        if isinstance(entry, TermTable):
            found.append(_term(reading, ("costs", name), entry, ""))
            continue
        reading.refer_to_parties(("costs", name), (name,))
        for inner, table in entry.items():
            found.append(_term(reading, ("costs", name, inner), table, name))
    return tuple(found)


def _term(reading: FileReading, place: Place, table: TermTable, party: str) -> Term:
    reading.numbers.add_term(place, table)
    for end in table.at or ():
        reading.refer((*place, "at"), "end", end, reading.names.ends)
    return Term(
        number=".".join(place),
        name=place[-1],
        label=table.label or label_of(place[-1]),
        party=party,
        when=reading.formula((*place, "when"), table.when),
        per=reading.formula((*place, "per"), table.per),
        at=table.at or (),
    )
