"""The faults and warnings of one file, gathered while it is read."""

from __future__ import annotations

from dataclasses import replace

from negsim.errors import Fault, ScenarioError
from negsim.scenario.read.lines import Chain, Place
from negsim.scenario.words import printable, shown

MAX_FAULTS = 500
"""Most faults that are told of one file; whoever meets so many has one cause to look for."""


class Notes:
    """Faults and warnings, each at a place of a file; every step of the loader adds to them."""

    def __init__(self, files: Chain) -> None:
        self.files = files
        self._faults: set[Fault] = set()
        self._warnings: set[Fault] = set()

    def fault(self, place: Place, message: str) -> None:
        """Note a fault: what is wrong, what was expected.

        Raises
        ------
        ScenarioError
            With the faults so far, if there are more than 500.
        """
        self._faults.add(self._at(place, message))
        if len(self._faults) > MAX_FAULTS:
            raise self.error()

    def warn(self, place: Place, message: str) -> None:
        """Note a warning: the scenario loads all the same."""
        self._warnings.add(self._at(place, message))

    def _at(self, place: Place, message: str) -> Fault:
        name = ".".join(shown(part) or '""' for part in place)
        path, line = self.files.find(place)
        return Fault(printable(path), line, name, printable(message))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the warnings, one line each, in the order of the file."""
        return tuple(str(warning) for warning in sorted(self._warnings))

    @property
    def faulty(self) -> bool:
        """Tell whether there is a fault."""
        return bool(self._faults)

    def error(self) -> ScenarioError:
        """Return the error that tells all faults together, in the order of the file."""
        faults = sorted(self._faults)
        if len(faults) > MAX_FAULTS:
            words = f"more than {MAX_FAULTS} faults; the rest is not told"
            faults[MAX_FAULTS:] = [replace(faults[-1], name="", message=words)]
        return ScenarioError(faults)
