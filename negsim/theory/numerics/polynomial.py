"""Where polynomials with exact coefficients are not negative, as intervals of [0, 1).

Coefficients are rationals, lowest power first. A root is bracketed between the roots of the
derivative, where the sign changes once; repeated factors are divided out first, so that a
polynomial that only touches zero is seen too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from negsim.arrays import TIE_TOLERANCE
from negsim.errors import UsageError
from negsim.theory.numerics.exact import as_written

Polynomial: TypeAlias = tuple[Fraction, ...]
Interval: TypeAlias = tuple[float, float]

EVERYWHERE: tuple[Interval, ...] = ((0.0, 1.0),)

HALVINGS = 64
"""A root is known to two to the minus this."""


def interpolate(function: Callable[[Fraction], Fraction], degree: int) -> Polynomial:
    """Return the polynomial of at most this degree that the function is, from exact values.

    The function is asked for values in [0, 1) only.

    Examples
    --------
    >>> interpolate(lambda x: x * x - 1, 3)
    (Fraction(-1, 1), Fraction(0, 1), Fraction(1, 1))
    """
    points = [Fraction(step, degree + 1) for step in range(degree + 1)]
    powers = [[point**power for power in range(degree + 1)] for point in points]
    return _trimmed(solve_exactly(powers, [function(point) for point in points])[1])


def solve_exactly(
    matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]
) -> tuple[Fraction, tuple[Fraction, ...]]:
    """Return the determinant of a regular matrix and the solution of the linear system.

    Raises
    ------
    UsageError
        If the matrix is singular.

    Examples
    --------
    >>> solve_exactly([[Fraction(0), Fraction(2)], [Fraction(1), Fraction(1)]], [Fraction(4)] * 2)
    (Fraction(-2, 1), (Fraction(2, 1), Fraction(2, 1)))
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    determinant = Fraction(1)
    for pivot in range(len(rows)):
        best = next((row for row in range(pivot, len(rows)) if rows[row][pivot]), None)
        if best is None:
            raise UsageError("solve_exactly: expected a regular matrix")
        determinant *= rows[best][pivot] * (1 if best == pivot else -1)
        rows[pivot], rows[best] = rows[best], rows[pivot]
        head = rows[pivot][pivot]
        rows[pivot] = [value / head for value in rows[pivot]]
        for row in range(len(rows)):
            factor = rows[row][pivot]
            if row != pivot and factor:
                pairs = zip(rows[row], rows[pivot], strict=True)
                rows[row] = [value - factor * above for value, above in pairs]
    return determinant, tuple(row[-1] for row in rows)


def not_negative(polynomials: Sequence[Polynomial]) -> tuple[Interval, ...]:
    """Return where in [0, 1) none of the polynomials is negative.

    Parameters
    ----------
    polynomials
        Coefficients, lowest power first.

    Returns
    -------
    tuple of intervals
        Closed, in order, single points as (x, x); an interval up to 1.0 does not hold 1. Complete;
        roots that differ by no more than ``TIE_TOLERANCE`` are one.

    References
    ----------
    Rolle (1691): between two roots of a polynomial lies a root of its derivative.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> not_negative([(-half, Fraction(1))])
    ((0.5, 1.0),)
    >>> not_negative([(-half, Fraction(1)), (half, Fraction(-1))])
    ((0.5, 0.5),)
    """
    roots = [roots_within(polynomial) for polynomial in polynomials]
    ends = [0.0]
    for end in sorted(float(root) for own in roots for root in own):
        if end - ends[-1] > TIE_TOLERANCE and 1.0 - end > TIE_TOLERANCE:
            ends.append(end)
    ends.append(1.0)
    allowed = [
        all(_is_allowed(one, own, end) for one, own in zip(polynomials, roots, strict=True))
        for end in ends
    ]
    between = [
        all(value_at(one, (as_written(low) + as_written(high)) / 2) >= 0 for one in polynomials)
        for low, high in pairwise(ends)
    ]
    return _merged(ends, allowed, between)


def roots_within(polynomial: Polynomial) -> list[Fraction]:
    """Return the real roots in [0, 1], each once, in order; exact if the polynomial is linear.

    A polynomial that is zero everywhere has none.

    Examples
    --------
    >>> roots_within((Fraction(1), Fraction(-3)))
    [Fraction(1, 3)]
    >>> [float(root) for root in roots_within((Fraction(1, 4), Fraction(-1), Fraction(1)))]
    [0.5]
    """
    simple = _without_repeated_factors(_trimmed(polynomial))
    return _simple_roots(simple)


def value_at(polynomial: Polynomial, point: Fraction) -> Fraction:
    """Return the exact value at a point.

    >>> value_at((Fraction(1), Fraction(2)), Fraction(1, 2))
    Fraction(2, 1)
    """
    value = Fraction(0)
    for coefficient in reversed(polynomial):
        value = value * point + coefficient
    return value


def _simple_roots(polynomial: Polynomial) -> list[Fraction]:
    if len(polynomial) < 2:
        return []
    if len(polynomial) == 2:
        root = -polynomial[0] / polynomial[1]
        return [root] if 0 <= root <= 1 else []
    turns = _simple_roots(_without_repeated_factors(_derivative(polynomial)))
    ends = sorted({Fraction(0), *turns, Fraction(1)})
    found = {end for end in ends if value_at(polynomial, end) == 0}
    for low, high in pairwise(ends):
        if value_at(polynomial, low) * value_at(polynomial, high) < 0:
            found.add(_bisected(polynomial, low, high))
    return sorted(found)


def _bisected(polynomial: Polynomial, low: Fraction, high: Fraction) -> Fraction:
    rising = value_at(polynomial, high) > 0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        value = value_at(polynomial, middle)
        if value == 0:
            return middle
        low, high = (low, middle) if (value > 0) == rising else (middle, high)
    return (low + high) / 2


def _is_allowed(polynomial: Polynomial, roots: Sequence[Fraction], end: float) -> bool:
    touching = any(abs(float(root) - end) <= TIE_TOLERANCE for root in roots)
    return touching or value_at(polynomial, as_written(end)) >= 0


def _merged(
    ends: Sequence[float], allowed: Sequence[bool], between: Sequence[bool]
) -> tuple[Interval, ...]:
    """Join the ends and the stretches between them that are allowed; 1 alone is left out."""
    found: list[Interval] = []
    begin: float | None = None
    for index, end in enumerate(ends):
        last = index == len(ends) - 1
        if begin is None and allowed[index] and not last:
            begin = end
        if begin is not None and (last or not between[index]):
            found.append((begin, end))
            begin = None
    return tuple(found)


def _without_repeated_factors(polynomial: Polynomial) -> Polynomial:
    if len(polynomial) < 3:
        return polynomial
    common, rest = polynomial, _derivative(polynomial)
    while rest:
        common, rest = rest, _divided(common, rest)[1]
    return _divided(polynomial, common)[0]


def _divided(polynomial: Polynomial, by: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Return the quotient and the remainder."""
    rest = list(polynomial)
    quotient = [Fraction(0)] * max(len(polynomial) - len(by) + 1, 0)
    for power in reversed(range(len(quotient))):
        factor = rest[power + len(by) - 1] / by[-1]
        quotient[power] = factor
        for index, coefficient in enumerate(by):
            rest[power + index] -= factor * coefficient
    return tuple(quotient), _trimmed(rest[: len(by) - 1])


def _derivative(polynomial: Polynomial) -> Polynomial:
    return tuple(power * coefficient for power, coefficient in enumerate(polynomial))[1:]


def _trimmed(polynomial: Sequence[Fraction]) -> Polynomial:
    size = len(polynomial)
    while size and polynomial[size - 1] == 0:
        size -= 1
    return tuple(polynomial[:size])
