"""A margin: one number that varies, its range, and how it is distributed over that range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.registry import Registry

PERT_SHAPE = 4.0
"""Weight of the mode in a PERT distribution (Malcolm and others 1959)."""

DEVIATIONS = 2.0
"""A normal distribution reaches this many standard deviations to either side over the range."""


@dataclass(frozen=True, slots=True)
class Margin:
    """A number that varies between ``low`` and ``high`` around its stated value ``base``.

    ``distribution`` is one of ``distributions``; ``whole`` tells that it takes whole values only.

    Raises
    ------
    UnknownNameError
        If there is no such distribution.
    UsageError
        If the range is empty, reversed or not finite, or the distribution does not fit it.

    Examples
    --------
    >>> Margin("parameters.step", 0, 10, 2, "triangular").quantile(np.array([0, 0.2, 1]))
    array([ 0.,  2., 10.])
    """

    name: str
    low: float
    high: float
    base: float
    distribution: str = "uniform"
    whole: bool = False

    def __post_init__(self) -> None:
        """Check the range and the distribution."""
        check_range(self.name, self.low, self.high)
        distributions[self.distribution]
        around = self.distribution in ("triangular", "pert", "normal")
        if around and not self.low <= self.base <= self.high:
            raise UsageError(
                f"{self.name}: {self.distribution} is drawn around the stated value "
                f"{self.base:g}, expected it within {self.low:g} to {self.high:g}"
            )
        if self.distribution == "loguniform" and self.low <= 0:
            raise UsageError(
                f"{self.name}: loguniform from {self.low:g} to {self.high:g}, expected LO above 0"
            )

    def quantile(self, unit: FloatArray) -> FloatArray:
        """Return the values below which shares ``unit`` of the distribution lie.

        A number that takes whole values gets those nearest to a distribution that reaches half a
        step beyond either end, so that the uniform distribution gives each value the same chance.
        """
        if not self.whole:
            found = distributions[self.distribution](unit, self.low, self.high, self.base)
            return np.clip(found, self.low, self.high)
        if self.distribution == "uniform":
            steps = np.floor(unit * (self.high - self.low + 1))
            return np.minimum(self.low + steps, self.high)
        low = self.low - 0.5 if self.distribution != "loguniform" else self.low
        wide = distributions[self.distribution](unit, low, self.high + 0.5, self.base)
        return np.clip(np.floor(wide + 0.5), self.low, self.high)

    def to_dict(self) -> dict[str, Any]:
        """Return the margin as plain values, to be passed to the constructor again."""
        return asdict(self)


def check_range(name: str, low: float, high: float) -> None:
    """Raise :class:`UsageError` unless a range is finite and not empty or reversed."""
    if not (np.isfinite(low) and np.isfinite(high)):
        raise UsageError(f"{name}: range {low:g} to {high:g}, expected finite numbers")
    if low == high:
        raise UsageError(f"{name}: range {low:g} to {high:g} is empty, expected LO below HI")
    if low > high:
        raise UsageError(f"{name}: range {low:g} to {high:g} is reversed, expected LO below HI")


Quantile = Callable[[FloatArray, float, float, float], FloatArray]

distributions = Registry[Quantile]("distribution")
"""Quantile functions of a share, the lowest, the highest and the stated value."""


def uniform(unit: FloatArray, low: float, high: float, _base: float) -> FloatArray:
    """Every value of the range alike."""
    return low + unit * (high - low)


def loguniform(unit: FloatArray, low: float, high: float, _base: float) -> FloatArray:
    """The logarithm is uniform: every factor alike."""
    return np.asarray(low * (high / low) ** unit)


def triangular(unit: FloatArray, low: float, high: float, base: float) -> FloatArray:
    """Most likely at the stated value, falling in straight lines to the ends of the range."""
    width, left, right = high - low, base - low, high - base
    below = low + np.sqrt(unit * width * left)
    above = high - np.sqrt((1 - unit) * width * right)
    return np.where(unit * width < left, below, above)


def pert(unit: FloatArray, low: float, high: float, base: float) -> FloatArray:
    """A beta distribution, most likely at the stated value and smoother than a triangle."""
    from scipy.special import betaincinv

    width = high - low
    first = 1 + PERT_SHAPE * (base - low) / width
    second = 1 + PERT_SHAPE * (high - base) / width
    return np.asarray(low + width * betaincinv(first, second, unit))


def normal(unit: FloatArray, low: float, high: float, base: float) -> FloatArray:
    """A normal distribution around the stated value, cut at the ends of the range.

    Its standard deviation is a quarter of the range, before the ends are cut.
    """
    from scipy.special import ndtr, ndtri

    deviation = (high - low) / (2 * DEVIATIONS)
    first, last = ndtr((low - base) / deviation), ndtr((high - base) / deviation)
    return np.asarray(base + deviation * ndtri(first + unit * (last - first)))


for quantile in (uniform, loguniform, triangular, pert, normal):
    distributions.add(quantile.__name__, quantile)


def correlation_root(
    margins: tuple[Margin, ...], correlations: Mapping[tuple[str, str], float]
) -> FloatArray | None:
    """Return the root of the correlations of a Gaussian copula, (d, d); None if there are none.

    Each correlation is Spearman's of the two numbers; the normal variables behind them have
    2 sin(pi / 6 times it) (Pearson 1907, see Kruskal 1958, J. Am. Stat. Assoc. 53, p. 827).

    Raises
    ------
    UsageError
        If a pair is not of two numbers that vary, is given twice, is not between -1 and 1, or the
        correlations contradict one another.
    """
    if not correlations:
        return None
    places = {margin.name: place for place, margin in enumerate(margins)}
    matrix = np.eye(len(margins))
    for (one, other), value in correlations.items():
        _check_pair(one, other, value, places, matrix)
        normal_value = 2 * np.sin(np.pi / 6 * value)
        matrix[places[one], places[other]] = matrix[places[other], places[one]] = normal_value
    try:
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        pairs = ", ".join(f"{one} and {other} {v:g}" for (one, other), v in correlations.items())
        raise UsageError(f"correlations that cannot hold together: {pairs}") from None


def _check_pair(
    one: str, other: str, value: float, places: Mapping[str, int], matrix: FloatArray
) -> None:
    for name in (one, other):
        if name not in places:
            raise UsageError(f"correlation of {name}: it does not vary in this design")
    if one == other or matrix[places[one], places[other]]:
        raise UsageError(f"correlation of {one} and {other}: expected each pair once")
    if not -1 < value < 1:
        raise UsageError(
            f"correlation of {one} and {other}: {value:g}, expected more than -1 and less than 1"
        )


def correlated(unit: FloatArray, root: FloatArray | None) -> FloatArray:
    """Return uniform numbers (points, d) with the correlations of a Gaussian copula."""
    from scipy.special import ndtri

    if root is None:
        return unit
    safe = np.clip(unit, np.finfo(float).tiny, 1 - np.finfo(float).eps / 2)
    return as_correlated(ndtri(safe), root)


def as_correlated(normal: FloatArray, root: FloatArray | None) -> FloatArray:
    """Return uniform numbers (points, d) with the correlations of a copula from normal ones."""
    from scipy.special import ndtr

    return np.asarray(ndtr(normal if root is None else normal @ root.T))
