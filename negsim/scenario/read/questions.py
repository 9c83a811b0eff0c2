"""What is asked of a scenario: channels to switch off, levers, the record, claims to test."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from types import MappingProxyType

from negsim.scenario.domain import CHANCE, ROUNDS
from negsim.scenario.model import (
    Channel,
    Claim,
    Correlation,
    Lever,
    MeasureClaim,
    Observation,
    OutcomeClaim,
)
from negsim.scenario.read.formulas import OBSERVED, OUTCOME
from negsim.scenario.read.lines import Place
from negsim.scenario.read.reading import FileReading
from negsim.scenario.read.structure import ChannelTable, ClaimTable, TermTable
from negsim.scenario.words import label_of


def channels(reading: FileReading) -> tuple[Channel, ...]:
    """Return the channels; what they switch off are known numbers within their bounds."""
    found = []
    for name, entry in reading.file.channels.items():
        if isinstance(entry, ChannelTable):
            found.append(_channel(reading, ("channels", name), entry))
            continue
        reading.refer_to_parties(("channels", name), entry)
        for party, table in entry.items():
            found.append(_channel(reading, ("channels", name, party), table))
    return tuple(found)


def _channel(reading: FileReading, at: Place, table: ChannelTable) -> Channel:
    for number, value in table.off.items():
        place = (*at, "off", number)
        reading.refer(place, "number", number, reading.names.numbers)
        reading.numbers.check(place, number, value)
        if (fault := _no_channel(reading, number)) or (
            value and (fault := _not_off(reading, number, value, table))
        ):
            reading.notes.fault(place, fault)
        elif _cost_of_waiting(reading, number):
            reading.notes.warn(
                place,
                "is a cost of waiting, which is no channel: without it delay pays more; expected "
                "a payoff by round above 0, or what moves the terms of an agreement",
            )
    label = table.label or label_of(at[1])
    return Channel(at[1], label, MappingProxyType(table.off), at[2] if len(at) > 2 else "")


def _no_channel(reading: FileReading, number: str) -> str:
    """Return why a number is none that a channel may switch off, nothing if it may."""
    if number.startswith(("talks.", "state.")):
        return (
            "the frozen game keeps the horizon and the state; expected a payoff by round, a "
            "parameter or a chance"
        )
    if number.startswith("parties."):
        return (
            "a channel is what waiting brings, not how patient a party is or what it falls back "
            "on; expected a payoff by round, a parameter or a chance"
        )
    term = _term(reading, number)
    if term is not None and term.at is not None:
        return (
            "is paid at an end, not while talks last; expected a payoff by round, or the "
            "parameter or chance that moves what the end pays"
        )
    return ""


def _not_off(reading: FileReading, number: str, value: Decimal, table: ChannelTable) -> str:
    """Return why a value other than 0 does not switch a number off, nothing if it does."""
    known = reading.numbers.found.get(number)
    if known is None or known.low is None or known.high is None:
        return f"{value} does not switch it off and it has no range; expected 0"
    if not known.low <= value <= known.high:
        within = f"[{known.low}, {known.high}]"
        return f"{value} is outside the range {within} of the number; expected 0, or within it"
    if not table.why:
        return f"{value} is not 0; expected 0, or why = ... in the channel: what is then off"
    return ""


def _cost_of_waiting(reading: FileReading, number: str) -> bool:
    """Tell whether a number is a payoff by round that is negative."""
    known = reading.numbers.found.get(number)
    return _term(reading, number) is not None and known is not None and known.value < 0


def _term(reading: FileReading, number: str) -> TermTable | None:
    """Return the payoff of a dotted name, None if it is none."""
    kind, _, rest = number.partition(".")
    party, _, name = rest.partition(".")
    return reading.file.payoffs.get(party, {}).get(name) if kind == "payoffs" else None


def levers(reading: FileReading) -> tuple[Lever, ...]:
    """Return the levers; each sets a known number within its bounds."""
    found = []
    for name, table in reading.file.levers.items():
        place = ("levers", name)
        reading.refer((*place, "sets"), "number", table.sets, reading.names.numbers)
        reading.numbers.check((*place, "range"), table.sets, *table.range)
        found.append(Lever(name, table.label or label_of(name), table.sets, *table.range))
    return tuple(found)


def correlations(reading: FileReading) -> tuple[Correlation, ...]:
    """Return which numbers are uncertain together; each has a range, and no pair stands twice."""
    found: list[Correlation] = []
    for name, table in reading.file.correlations.items():
        place = ("correlations", name)
        for number in table.between:
            if reading.refer((*place, "between"), "number", number, reading.names.numbers):
                _check_varies(reading, (*place, "between"), number)
        if any({*table.between} == {*one.between} for one in found):
            reading.notes.fault((*place, "between"), "expected each pair of numbers once")
        if not -1 < table.rank < 1:
            message = f"expected more than -1 and less than 1, got {table.rank}"
            reading.notes.fault((*place, "rank"), message)
        found.append(Correlation(name, table.between, table.rank, table.why))
    return tuple(found)


def _check_varies(reading: FileReading, place: Place, name: str) -> None:
    number = reading.numbers.found.get(name)
    if number is not None and number.low is None:
        reading.notes.fault(place, f"{name} has no range, expected range = [low, high]")


def record(reading: FileReading) -> tuple[Observation, ...]:
    """Return what was observed, by round."""
    found = []
    for name, table in reading.file.record.items():
        place = ("record", name)
        _check_round(reading, (*place, "round"), table.round)
        if table.source is not None:
            reading.refer((*place, "source"), "source", table.source, reading.names.sources)
        outcome = reading.formula((*place, "outcome"), table.outcome, OBSERVED)
        says = table.says or label_of(name)
        found.append(Observation(name, says, table.round, outcome, table.source or ""))
    return tuple(sorted(found, key=lambda each: each.round))


def claims(reading: FileReading) -> tuple[Claim, ...]:
    """Return the claims."""
    found = [_claim(reading, name, table) for name, table in reading.file.claims.items()]
    return tuple(claim for claim in found if claim is not None)


def _claim(reading: FileReading, name: str, table: ClaimTable) -> Claim | None:
    """Return a claim, None if a fault leaves none."""
    place = ("claims", name)
    _check_claim(reading, place, table)
    claimed = _claimed(reading, (*place, "expect", "outcome"), table)
    order = None if table.order is None else reading.order((*place, "order"), table.order)
    if claimed is None:
        return None
    return claimed(
        name=name,
        says=table.says,
        order=order,
        types=MappingProxyType(table.types),
        state=MappingProxyType(table.state),
        set=MappingProxyType(table.set),
        selection=table.selection,
        holds=table.holds,
    )


def _claimed(
    reading: FileReading, place: Place, table: ClaimTable
) -> partial[OutcomeClaim] | partial[MeasureClaim] | None:
    """Return what is claimed: an outcome or the value of a measure; None where neither is given."""
    if table.expect is not None:
        outcome = reading.formula(place, table.expect.outcome, OUTCOME)
        return partial(
            OutcomeClaim,
            round=table.expect.round,
            outcome=outcome,
            probability=table.probability,
        )
    if table.measure is None or table.equals is None:
        return None
    measure = f"{table.measure}.{table.party}" if table.party else table.measure
    return partial(MeasureClaim, measure=measure, equals=table.equals, tolerance=table.tolerance)


def _check_claim(reading: FileReading, place: Place, table: ClaimTable) -> None:
    fault = reading.notes.fault
    measured = table.measure is not None or table.equals is not None
    if measured == (table.expect is not None):
        fault(place, "expected either measure with equals, or expect, and not both")
    elif measured and (table.measure is None or table.equals is None):
        fault(place, "expected measure and equals together")
    if table.tolerance < 0:
        fault((*place, "tolerance"), f"expected 0 or more, got {table.tolerance}")
    if not CHANCE.admits(table.probability):
        message = f"expected a probability within [0, 1], got {table.probability}"
        fault((*place, "probability"), message)
    if table.party is not None:
        reading.refer_to_parties((*place, "party"), (table.party,))
    for number, value in table.set.items():
        reading.refer((*place, "set", number), "number", number, reading.names.numbers)
        reading.numbers.check((*place, "set", number), number, value)
    _check_types(reading, place, table)
    if table.holds is not None and table.selection is not None:
        message = "is about every selection; expected either selection or holds, and not both"
        fault((*place, "holds"), message)
    if table.expect is not None:
        _check_round(reading, (*place, "expect", "round"), table.expect.round)
    _check_state(reading, place, table)


def _check_types(reading: FileReading, place: Place, table: ClaimTable) -> None:
    for party, name in table.types.items():
        at = (*place, "types", party)
        reading.refer_to_parties(at, (party,))
        reading.refer(at, "type", name, ("base", *reading.file.types.get(party, {})))


def _check_round(reading: FileReading, place: Place, round_number: int) -> None:
    number = reading.numbers.found.get("talks.rounds")
    if reading.file.talks is None or number is None:
        return
    rounds = number.value
    if ROUNDS.admits(rounds) and round_number > rounds:
        reading.notes.fault(place, f"expected a round from 1 to {rounds}, got {round_number}")


def _check_state(reading: FileReading, place: Place, table: ClaimTable) -> None:
    for variable, value in table.state.items():
        reading.level_of((*place, "state", variable), variable, value)
