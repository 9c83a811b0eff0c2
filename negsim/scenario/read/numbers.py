"""The addressable numbers of a file: each with its bounds, its range, a reason and a source."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from negsim.scenario.domain import ANY, Domain
from negsim.scenario.model import Number
from negsim.scenario.read.lines import Place
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.structure import NumberTable, ReservationTable, TermTable
from negsim.scenario.words import unknown_name


class Numbers:
    """The numbers found so far."""

    def __init__(self, sources: Collection[str], notes: Notes) -> None:
        self.sources = sources
        self.notes = notes
        self.found: dict[str, Number] = {}

    def add(
        self,
        place: Place,
        entry: Decimal | NumberTable,
        domain: Domain = ANY,
        written: Place | None = None,
    ) -> None:
        """Take in a number that is written as a plain number or as a table of its own.

        ``written`` is where the file has it, if that is not the place that names it.
        """
        at = written or place
        if isinstance(entry, Decimal):
            self._take(at, Number(".".join(place), entry, domain=domain), at)
        else:
            self._take(at, _number(place, entry, entry.value, domain), (*at, "value"))

    def add_term(self, place: Place, term: TermTable) -> None:
        """Take in the value of a payoff or cost."""
        self._take(place, _number(place, term, term.value), (*place, "value"))

    def add_reservation(self, place: Place, table: ReservationTable, value: Decimal) -> None:
        """Take in the value of a reservation."""
        self._take(place, _number(place, table, value), (*place, "value"))

    def check(self, place: Place, name: str, *values: Decimal) -> None:
        """Note a fault for each value that the number of the dotted name may not have."""
        domain = self.found[name].domain if name in self.found else ANY
        for value in values:
            if not domain.admits(value):
                self.notes.fault(place, f"expected {domain.words}, got {value}")

    def _take(self, place: Place, number: Number, value_place: Place) -> None:
        self.found[number.name] = number
        self.check(value_place, number.name, number.value)
        if number.source and number.source not in self.sources:
            message = unknown_name("source", number.source, self.sources)
            self.notes.fault((*place, "source"), message)
        if number.low is not None and number.high is not None:
            self.check((*place, "range"), number.name, number.low, number.high)
            if not number.low <= number.value <= number.high:
                message = f"[{number.low}, {number.high}] does not contain the value {number.value}"
                self.notes.warn((*place, "range"), message)


def _number(
    place: Place,
    table: NumberTable | TermTable | ReservationTable,
    value: Decimal,
    domain: Domain = ANY,
) -> Number:
    low, high = table.range or (None, None)
    name = ".".join(place)
    return Number(name, value, low, high, table.why, table.source or "", domain)
