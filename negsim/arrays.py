"""Array types, read-only arrays, the tolerances (each named once) and the compiler of kernels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

REGRET_TOLERANCE = 1e-9
"""Largest regret of an equilibrium, relative to the payoff differences in play."""

TIE_TOLERANCE = 1e-12
"""Two computed payoffs closer than this, relative to their size, are a tie."""

CHANCE_TOLERANCE = 1e-12
"""A chance within this of 0 or 1 is 0 or 1."""

Scalar = TypeVar("Scalar", bound=np.generic)
Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def frozen(array: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Return the array itself, made read-only and contiguous.

    >>> frozen(np.zeros(2)).flags.writeable
    False
    """
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def power_of_two(size: float) -> float:
    """Return a unit for numbers of this size: the power of two just above it; 1 for size 0.

    Dividing floats by it loses nothing, so that what is solved in this unit does not depend on the
    unit in which it was given.

    >>> power_of_two(5.0), power_of_two(0.3), power_of_two(0.0)
    (8.0, 0.5, 1.0)
    """
    return math.ldexp(1.0, math.frexp(size)[1]) if size else 1.0


def kernel(function: Kernel) -> Kernel:
    """Compile a function over arrays with numba, cached on disk."""
    return compiled(function, inner=False, inline="never")


def inner_kernel(function: Kernel) -> Kernel:
    """Compile a function that only kernels call, without the way in from Python: sooner done."""
    return compiled(function, inner=True, inline="never")


def inlined_kernel(function: Kernel) -> Kernel:
    """Compile a function that one kernel calls as a part of that kernel: sooner done still."""
    return compiled(function, inner=True, inline="always")


def compiled(function: Kernel, *, inner: bool, inline: str) -> Kernel:
    """Compile a function with numba, for Python and kernels or for kernels alone."""
    from numba import njit

    from negsim.kernel_cache import KernelCache

    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "inline": inline,
        "no_cfunc_wrapper": True,
        "no_cpython_wrapper": inner,
    }
    made = njit(**options)(function)
    if hasattr(made, "py_func"):  # numba may be told to compile nothing
        made._cache = KernelCache(made)
    return cast(Kernel, made)


ROUNDING = 1e-15
"""A sum below this share of the sizes of its terms is nothing but their rounding."""


@inner_kernel
def plus(left: float, right: float) -> float:
    """Return a sum, nought if it is nothing but rounding: ties of decimals stay ties."""
    total = left + right
    return total if abs(total) > ROUNDING * (abs(left) + abs(right)) else 0.0
