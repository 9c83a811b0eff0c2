"""Designs as a user asks for them on the command line, in short texts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from negsim.errors import UsageError, unknown
from negsim.sampling.grids import Spacing, check_axis, grid, one_at_a_time, spaced
from negsim.sampling.margins import check_range
from negsim.sampling.named import Named, RulesByParty, named
from negsim.sampling.ordinal import KIND, consistent
from negsim.sampling.points import Design, check_size
from negsim.sampling.samples import sample, samplers, stated_margins
from negsim.scenario.model import Scenario
from negsim.scenario.words import shown

FORM = "expected NAME=LO:HI or NAME=LO:HI:N, for example parameters.front_speed=0:0.2:21"
SHORT = {"lhs": "latin_hypercube", "mc": "monte_carlo", "oat": "one_at_a_time"}
LAID_OUT = "one_at_a_time"
SUFFIX = ".json"
DEFAULT_COUNT = 11
"""Values of a number over its range where the user names none."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asked for: texts of ``--vary``, ``--design`` and what goes with them.

    ``varied``: ``NAME=LO:HI[:N]``. ``design``: ``KIND:POINTS``, the name of a file with a saved
    design, or empty for the grid over what is varied. ``distributions``: ``NAME=KIND``.
    ``correlations``: ``NAME,NAME=VALUE``. ``statements``: for the kind ``ordinal``. ``usual``: the
    values of a number over its range where none are named.
    """

    varied: Sequence[str] = ()
    design: str = ""
    distributions: Sequence[str] = ()
    correlations: Sequence[str] = ()
    statements: Sequence[str] = ()
    seed: int = 0
    rules: RulesByParty = field(default_factory=dict)
    usual: int = DEFAULT_COUNT


def parse_design(request: Request, scenario: Scenario) -> Design:
    """Return the design that a user asked for.

    Raises
    ------
    UnknownNameError
        If a number, kind or distribution is not known.
    UsageError
        If a text is not of its form, a range is reversed, empty or not one the number may have,
        the points are too few or too many, or parts of the request do not go together.
    """
    if not request.design:
        _check_only(request, "a grid", ())
        return parse_grid(request.varied, scenario, request.rules, request.usual)
    if request.design.endswith(SUFFIX):
        _check_only(request, "a saved design", ())
        if request.varied:
            raise UsageError("--vary: not used with a saved design, which has its own values")
        return checked(Design.load(request.design), scenario, request.rules)
    kind, points = parse_kind(request.design)
    axes = parse_axes(request.varied, scenario, request.rules)
    ranges = {name: (low, high) for name, (low, high, _) in axes.items()}
    if kind == KIND:
        _check_only(request, kind, ("statements",))
        return consistent(scenario, request.statements, points, request.seed, None, ranges)
    _check_only(request, kind, ("distributions", "correlations"))
    kinds = dict(parse_pair("--distribution", text) for text in request.distributions)
    margins = stated_margins(scenario, None, ranges, kinds, request.rules)
    if kind == LAID_OUT:
        return one_at_a_time(margins, points)
    return sample(kind, margins, points, request.seed, parse_correlations(request.correlations))


def _check_only(request: Request, kind: str, allowed: Sequence[str]) -> None:
    options = {
        "distributions": "--distribution",
        "correlations": "--correlate",
        "statements": "--statement",
    }
    for name, option in options.items():
        if getattr(request, name) and name not in allowed:
            raise UsageError(f"{option}: not used with {kind}")


def parse_kind(text: str) -> tuple[str, int]:
    """Return the kind and the number of points of ``KIND:POINTS``.

    >>> parse_kind("lhs:4096")
    ('latin_hypercube', 4096)
    """
    word, _, count = (part.strip() for part in text.partition(":"))
    kind = SHORT.get(word, word)
    if kind not in (*samplers, KIND, LAID_OUT):
        raise unknown("design", word, [*samplers, *SHORT, KIND, LAID_OUT])
    try:
        points = int(count) if count or kind != LAID_OUT else DEFAULT_COUNT
    except ValueError:
        raise UsageError(
            f"--design {shown(text)}: expected KIND:POINTS, for example lhs:4096, or a file "
            f"{SUFFIX}"
        ) from None
    return kind, points


def parse_pair(option: str, text: str) -> tuple[str, str]:
    """Return the two sides of ``NAME=WORD``."""
    name, sign, word = (part.strip() for part in text.partition("="))
    if not sign or not name or not word:
        raise UsageError(f"{option} {shown(text)}: expected NAME=KIND, as in a.b=triangular")
    return name, word


def parse_correlations(texts: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return the rank correlations that texts such as ``a.b,c.d=0.5`` name."""
    found: dict[tuple[str, str], float] = {}
    for text in texts:
        names, sign, value = text.partition("=")
        pair = tuple(part.strip() for part in names.split(","))
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not sign or len(pair) != 2 or not math.isfinite(number):
            raise UsageError(
                f"--correlate {shown(text)}: expected NAME,NAME=VALUE with a value from -1 to 1"
            )
        found[pair[0], pair[1]] = number
    return found


def checked(design: Design, scenario: Scenario, rules: RulesByParty) -> Design:
    """Return a design whose names are all those of numbers; errors as :func:`named`."""
    for name in design.names:
        named(scenario, name, rules)
    return design


def parse_vary(
    text: str, scenario: Scenario, rules: RulesByParty | None = None, usual: int = DEFAULT_COUNT
) -> tuple[str, float, float, int]:
    """Return the name, lowest value, highest value and count of ``NAME=LO:HI[:N]``.

    Without N there are ``usual`` values, or all of a number that takes whole values.

    Raises
    ------
    UnknownNameError
        If there is no number of that name; the message suggests the nearest.
    UsageError
        If the text is not of that form, a bound is not a number that the scenario could have,
        the range is empty or reversed, N is below 2 or above 1,000,000, or a number that takes
        whole values would not get whole values.
    """
    name, sign, rest = (part.strip() for part in text.partition("="))
    parts = rest.split(":")
    if not sign or len(parts) not in (2, 3):
        raise UsageError(f"--vary {shown(text)}: {FORM}")
    number = named(scenario, name, rules)
    low, high = (_bound(name, part) for part in parts[:2])
    check_range(name, low, high)
    count = _count(name, parts[2]) if len(parts) == 3 else _usual(number, low, high, usual)
    if count == 0:
        raise UsageError(f"{name}: 0 points, expected 2 or more")
    check_axis(name, low, high, count)
    check_size([count])
    spaced(name, low, high, count, number.whole)
    for bound in (low, high):
        if not number.domain.admitted(np.array([bound]))[0]:
            raise UsageError(f"{name} cannot be {bound:g}, expected {number.domain.words}")
    return name, low, high, count


def _usual(number: Named, low: float, high: float, usual: int) -> int:
    return max(2, int(high - low) + 1) if number.whole else usual


def _bound(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f'{name}: expected a finite number as LO and HI, got "{shown(text)}"')
    return value


def _count(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f'{name}: expected a whole number as N, got "{shown(text)}"') from None


def parse_axes(
    texts: Sequence[str],
    scenario: Scenario,
    rules: RulesByParty | None = None,
    usual: int = DEFAULT_COUNT,
) -> dict[str, Spacing]:
    """Return the axis of each number that texts ``NAME=LO:HI[:N]`` vary; errors as their parts'.

    Raises
    ------
    UsageError
        As :func:`parse_vary`, and if two texts vary the same number.
    """
    axes: dict[str, Spacing] = {}
    for text in texts:
        name, *axis = parse_vary(text, scenario, rules, usual)
        if name in axes:
            raise UsageError(f"{name} is varied twice, expected each number once")
        axes[name] = (axis[0], axis[1], int(axis[2]))
    return axes


def parse_grid(
    texts: Sequence[str],
    scenario: Scenario,
    rules: RulesByParty | None = None,
    usual: int = DEFAULT_COUNT,
) -> Design:
    """Return the grid over what texts ``NAME=LO:HI[:N]`` vary; errors as their parts'.

    Raises
    ------
    UsageError
        As :func:`parse_axes` and :func:`negsim.sampling.grids.grid`.
    """
    axes = parse_axes(texts, scenario, rules, usual)
    return grid(axes, [name for name in axes if named(scenario, name, rules).whole])
