"""What the passes over one file share: its sound tables, names, expressions, numbers, notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from negsim.expressions import Expression, literal
from negsim.scenario.read.formulas import ANYTHING, Formulas, Scope
from negsim.scenario.read.lines import Place
from negsim.scenario.read.names import Names
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.numbers import Numbers
from negsim.scenario.read.structure import ScenarioFile
from negsim.scenario.words import unknown_name


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file being read."""

    file: ScenarioFile
    names: Names
    formulas: Formulas
    numbers: Numbers
    notes: Notes

    def formula(self, place: Place, text: str | None, scope: Scope = ANYTHING) -> Expression:
        """Return the expression; 1 where none is given, or a fault has been noted."""
        found = None if text is None else self.formulas.read(place, text, scope)
        return literal(1) if found is None else found

    def refer(self, place: Place, kind: str, name: str, known: Collection[str]) -> bool:
        """Tell whether a name is known, and note a fault if it is not."""
        if name not in known:
            self.notes.fault(place, unknown_name(kind, name, known))
        return name in known

    def refer_to_parties(self, place: Place, names: Iterable[str]) -> None:
        """Note a fault for each name that is not a party's."""
        for name in names:
            self.refer(place, "party", name, self.names.parties)

    def level_of(self, place: Place, variable: str, value: int) -> None:
        """Note a fault if a state variable is not known or cannot have the value."""
        if self.refer(place, "state variable", variable, self.names.variables) and (
            variable in self.file.state
        ):
            highest = self.file.state[variable].levels - 1
            if not 0 <= value <= highest:
                message = f"expected a whole number from 0 to {highest}, got {value}"
                self.notes.fault(place, message)

    def order(
        self, place: Place, groups: tuple[tuple[str, ...], ...]
    ) -> tuple[tuple[str, ...], ...]:
        """Return who moves when, with the parties that are not listed last, together."""
        listed = [name for group in groups for name in group]
        self.refer_to_parties(place, listed)
        rest = tuple(name for name in self.names.parties if name not in listed)
        return (*groups, rest) if rest else groups
