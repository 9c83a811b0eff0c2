"""Numbers of game files and trees, read exactly as they are written and never larger than is sane.

A number may be whole, decimal, with an exponent, or a ratio of two such; anything longer or larger
than a payoff can sensibly be is refused before it is computed, since "1e999999999" is eleven
characters and a gigabyte.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray
from negsim.errors import GameError

Number: TypeAlias = int | float | Fraction | Decimal | str

MOST_CHARACTERS = 400
"""A number written with more characters is refused."""

MOST_EXPONENT = 300
"""And so is one whose size is above ten to this power."""

LONGEST_SHOWN = 24

WRITTEN_DIGITS = 15
"""A float that is a decimal of no more digits was written so: any such decimal survives a float."""

DECIMAL_DIGITS = 12
"""Digits to which computed floats are taken to be decimals; rounding blurs the last three or so."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")


def exact_number(value: Number) -> Fraction:
    """Return a number as the fraction that it is written as; a float is the binary fraction it is.

    Raises
    ------
    GameError
        If it is no finite number, has more than ``MOST_CHARACTERS`` characters, or is larger than
        ten to the power of ``MOST_EXPONENT``.

    Examples
    --------
    >>> exact_number("0.1"), exact_number("-1/3"), exact_number(0.5)
    (Fraction(1, 10), Fraction(-1, 3), Fraction(1, 2))
    >>> exact_number("1e999999999")
    Traceback (most recent call last):
    negsim.errors.GameError: "1e999999999" is too large, expected a number below 1e+300
    """
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, Decimal):
        return _written(str(value))
    try:
        number = Fraction(value.item() if isinstance(value, np.generic) else value)
    except (TypeError, ValueError, OverflowError):
        raise GameError(f"expected a finite number, got {value!r}") from None
    return _bounded(number, repr(value) if isinstance(value, float) else "a number")


def as_written(value: Number) -> Fraction:
    """Return the number that its author wrote: of a float, what rounds to it and is simplest.

    That is the decimal of at most ``WRITTEN_DIGITS`` digits, if it is one, unless a fraction rounds
    to it too whose denominator is so small that this is no accident (below the root of that of the
    decimal); or else the fraction of the smallest denominator. Other numbers are what they are.

    Raises
    ------
    GameError
        As ``exact_number``.

    Examples
    --------
    >>> as_written(0.1), as_written(1 / 3), as_written("1/3"), as_written(1e-30)
    (Fraction(1, 10), Fraction(1, 3), Fraction(1, 3), Fraction(1, 1000000000000000000000000000000))
    """
    if not isinstance(value, float):
        return exact_number(value)
    if not math.isfinite(value):
        raise GameError(f"expected a finite number, got {value!r}")
    short = f"{float(value):.{WRITTEN_DIGITS}g}"
    decimal, simplest = Fraction(short), _simplest(float(value))
    by_accident = simplest.denominator**2 >= decimal.denominator
    return decimal if float(short) == value and by_accident else simplest


def fractions_and_floats(
    values: ArrayLike,
) -> tuple[FloatArray, npt.NDArray[np.object_] | None]:
    """Return numbers as floats, and as they are given if some are text, fractions or decimals.

    Raises
    ------
    TypeError, ValueError
        If they are no numbers or rows differ in length.
    GameError
        If a number cannot be read.

    Examples
    --------
    >>> fractions_and_floats([["1/3", 0.5]])
    (array([[0.33333333, 0.5       ]]), array([[Fraction(1, 3), 0.5]], dtype=object))
    """
    raw = np.array(values)
    if raw.dtype.kind in "biuf":
        return raw.astype(np.float64), None
    given = np.array(values, dtype=object)
    for place, value in np.ndenumerate(given):
        if not isinstance(value, float):
            given[place] = exact_number(value)
    return given.astype(np.float64), given


def float_array(values: ArrayLike) -> FloatArray:
    """Return numbers, text such as "1/3" among them, as floats; raise as the function above.

    >>> float_array(["1/4", 2])
    array([0.25, 2.  ])
    """
    return fractions_and_floats(values)[0]


def _simplest(value: float) -> Fraction:
    """Return the fraction of the smallest denominator that rounds to a float."""
    middle = Fraction(value)
    if middle.denominator == 1:
        return middle
    half = Fraction(math.ulp(value)) / 2
    low, high = abs(middle) - half, abs(middle) + half
    simplest = _between(low, high)
    return simplest if value > 0 else -simplest


def _between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator between two positive ones."""
    whole = low.numerator // low.denominator
    if whole + 1 < high or low == whole:
        return Fraction(whole if low == whole else whole + 1)
    return whole + 1 / _between(1 / (high - whole), 1 / (low - whole))


def decimals(values: ArrayLike, digits: int = DECIMAL_DIGITS) -> npt.NDArray[np.object_]:
    """Return floats as the decimals that they were before rounding blurred them, as fractions.

    Each is rounded to so many significant digits of the largest, so that what was computed as
    0.1 + 0.2 is 3/10 and ties come back.

    Raises
    ------
    GameError
        If a value is not finite.

    Examples
    --------
    >>> decimals([0.1 + 0.2, 1e-30])
    array([Fraction(3, 10), Fraction(0, 1)], dtype=object)
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise GameError("expected finite numbers")
    largest = float(np.abs(array).max(initial=0.0))
    places = digits - 1 - math.floor(math.log10(largest)) if largest else 0
    unit = Fraction(10) ** -places
    found = np.empty(array.shape, dtype=object)
    for place, value in np.ndenumerate(array):
        found[place] = round(Fraction(float(value)) / unit) * unit
    return found


def written(number: Fraction) -> str:
    """Return a number as text that reads back to the same number: "2", "-1/3".

    >>> written(Fraction(4, 2)), written(Fraction(-1, 3))
    ('2', '-1/3')
    """
    return str(number)


def distinct_names(names: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the names with empty ones replaced by "KIND 1", ... and repeated ones numbered.

    >>> distinct_names(["up", "", "up"], "action")
    ('up', 'action 2', 'up (2)')
    """
    chosen: list[str] = []
    listed = [name or f"{kind} {place + 1}" for place, name in enumerate(names)]
    taken, counts = set(listed), dict[str, int]()
    for name in listed:
        fresh, counts[name] = name, counts.get(name, 0) + 1
        while counts[name] > 1 and fresh in taken:
            fresh = f"{name} ({counts[name]})"
            counts[name] += fresh in taken
        taken.add(fresh)
        chosen.append(fresh)
    return tuple(chosen)


def _written(text: str) -> Fraction:
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
    if len(text) > MOST_CHARACTERS:
        raise GameError(
            f'"{shown}" has {len(text)} characters, expected a number of at most {MOST_CHARACTERS}'
        )
    above, slash, below = text.strip().partition("/")
    number = _decimal(above, shown)
    divisor = _decimal(below, shown) if slash else Fraction(1)
    if divisor == 0:
        raise GameError(f'"{shown}" divides by zero, expected a number')
    return _bounded(number / divisor, f'"{shown}"')


def _decimal(text: str, shown: str) -> Fraction:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise GameError(f'"{shown}" is no number, expected one such as 2, -0.5, 1e3 or 1/3')
    exponent = match[1] or "0"
    if len(exponent) > 6 or abs(int(exponent)) > MOST_EXPONENT + MOST_CHARACTERS:
        raise _too_large(f'"{shown}"')
    return Fraction(text)


def _bounded(number: Fraction, shown: str) -> Fraction:
    if abs(number) > 10**MOST_EXPONENT:
        raise _too_large(shown)
    return number


def _too_large(shown: str) -> GameError:
    return GameError(f"{shown} is too large, expected a number below {10.0**MOST_EXPONENT:.0e}")
