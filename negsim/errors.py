"""The package's own errors: every fault of the user's input is one of these, in clear lines."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


class NegsimError(Exception):
    """A fault of the input, in one clear line; anything else that escapes is a fault of ours.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> try:
    ...     loads("format = 1")
    ... except NegsimError as error:
    ...     print(str(error).splitlines()[0])
    <text>:1: options: missing; expected at least one table [options.NAME]
    """


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a scenario file: where it is, what is wrong, what was expected."""

    path: str
    line: int
    name: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.name}: {self.message}" if self.name else f"{where}: {self.message}"


class ScenarioError(NegsimError):
    """All the faults of a scenario file together, one line each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ExpressionError(NegsimError):
    """An expression that is not in the scenario language."""


class GameError(NegsimError):
    """Arrays that do not make a game: wrong shape, NaN, infinite payoffs."""


class ProfileError(NegsimError):
    """A mixed action that is not a probability vector of the right length."""


class SolverError(NegsimError):
    """A game that a solver cannot take, with the solvers that can."""


class UnknownNameError(NegsimError):
    """A name that is not known, with the nearest one that is."""


class UsageError(NegsimError):
    """A request that cannot be carried out as asked: sizes, ranges, folders."""


def os_reason(error: OSError) -> str:
    """Return in words why the system refused something.

    >>> os_reason(OSError(28, "No space left on device")), os_reason(OSError("a loop of links"))
    ('No space left on device', 'a loop of links')
    """
    return error.strerror or " ".join(str(error).split()) or "no reason given"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the nearest known name, or an empty string.

    >>> did_you_mean("boulwar", ["boulware", "sincere"])
    '; did you mean "boulware"?'
    >>> did_you_mean("zzz", ["boulware", "sincere"])
    ''
    """
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def named_character(character: str) -> str:
    r"""Return a character in quotes, or number and name of one that is not plain ASCII.

    >>> named_character("a"), named_character("\u0430"), named_character("\x00")
    ('"a"', 'U+0430 (cyrillic small letter a)', 'U+0000')
    """
    if " " <= character <= "~":
        return f'"{character}"'
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}"
    return f"{code} ({name.lower()})" if name else code


MOST_LISTED = 24


def unknown(kind: str, word: str, known: Iterable[str]) -> UnknownNameError:
    """Return the error for an unknown name of some kind, with a suggestion and the known names.

    >>> print(unknown("strategy", "boulwar", ["sincere", "boulware"]))
    unknown strategy "boulwar"; did you mean "boulware"? (known: boulware, sincere)
    """
    names = sorted(known)
    listed = ", ".join(names) if len(names) <= MOST_LISTED else f"{len(names)} names"
    return UnknownNameError(f'unknown {kind} "{word}"{did_you_mean(word, names)} (known: {listed})')
