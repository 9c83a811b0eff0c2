"""What is asked of a scenario: channels to switch off, levers, the record, claims to test."""

from __future__ import annotations

from types import MappingProxyType

from negsim.scenario.formulas import OBSERVED, OUTCOME
from negsim.scenario.lines import Place
from negsim.scenario.model import Channel, Claim, Correlation, Lever, Observation
from negsim.scenario.numbers import CHANCE, ROUNDS
from negsim.scenario.reading import Reading
from negsim.scenario.structure import ChannelTable, ClaimTable
from negsim.scenario.words import label_of


def channels(reading: Reading) -> tuple[Channel, ...]:
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


def _channel(reading: Reading, at: Place, table: ChannelTable) -> Channel:
    for number, value in table.off.items():
        place = (*at, "off", number)
        reading.refer(place, "number", number, reading.names.numbers)
        reading.numbers.check(place, number, value)
        if number.startswith(("talks.", "state.")):
            reading.notes.fault(
                place,
                "the frozen game keeps the horizon and the state; expected a payoff, a parameter, "
                "a chance or a discount",
            )
    label = table.label or label_of(at[1])
    return Channel(at[1], label, MappingProxyType(table.off), at[2] if len(at) > 2 else "")


def levers(reading: Reading) -> tuple[Lever, ...]:
    """Return the levers; each sets a known number within its bounds."""
    found = []
    for name, table in reading.file.levers.items():
        place = ("levers", name)
        reading.refer((*place, "sets"), "number", table.sets, reading.names.numbers)
        reading.numbers.check((*place, "range"), table.sets, *table.range)
        found.append(Lever(name, table.label or label_of(name), table.sets, *table.range))
    return tuple(found)


def correlations(reading: Reading) -> tuple[Correlation, ...]:
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


def _check_varies(reading: Reading, place: Place, name: str) -> None:
    number = reading.numbers.found.get(name)
    if number is not None and number.low is None:
        reading.notes.fault(place, f"{name} has no range, expected range = [low, high]")


def record(reading: Reading) -> tuple[Observation, ...]:
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


def claims(reading: Reading) -> tuple[Claim, ...]:
    """Return the claims."""
    return tuple(_claim(reading, name, table) for name, table in reading.file.claims.items())


def _claim(reading: Reading, name: str, table: ClaimTable) -> Claim:
    place = ("claims", name)
    _check_claim(reading, place, table)
    outcome = None
    if table.expect is not None:
        where = (*place, "expect", "outcome")
        outcome = reading.formula(where, table.expect.outcome, OUTCOME)
    order = None if table.order is None else reading.order((*place, "order"), table.order)
    return Claim(
        name=name,
        says=table.says,
        measure=table.measure or "",
        equals=table.equals,
        tolerance=table.tolerance,
        expect_round=0 if table.expect is None else table.expect.round,
        expect_outcome=outcome,
        probability=table.probability,
        order=order,
        selection=table.selection or "",
        party=table.party or "",
        types=MappingProxyType(table.types),
        state=MappingProxyType(table.state),
        holds=table.holds or "",
        set=MappingProxyType(table.set),
    )


def _check_claim(reading: Reading, place: Place, table: ClaimTable) -> None:
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


def _check_types(reading: Reading, place: Place, table: ClaimTable) -> None:
    for party, name in table.types.items():
        at = (*place, "types", party)
        reading.refer_to_parties(at, (party,))
        reading.refer(at, "type", name, ("base", *reading.file.types.get(party, {})))


def _check_round(reading: Reading, place: Place, round_number: int) -> None:
    number = reading.numbers.found.get("talks.rounds")
    if reading.file.talks is None or number is None:
        return
    rounds = number.value
    if ROUNDS.admits(rounds) and round_number > rounds:
        reading.notes.fault(place, f"expected a round from 1 to {rounds}, got {round_number}")


def _check_state(reading: Reading, place: Place, table: ClaimTable) -> None:
    for variable, value in table.state.items():
        reading.level_of((*place, "state", variable), variable, value)
