"""Random numbers by count: the number of a run, a round and a purpose is worked out, not drawn.

A number depends on its key and its place alone. So runs do not depend on how many are played
together, by whom or in which order, and two strategies meet the same luck (common random numbers).
"""

from __future__ import annotations

from numbers import Integral

import numpy as np

from negsim.arrays import FloatArray, IntArray, inner_kernel, kernel
from negsim.errors import UsageError

STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
HIGH, MIDDLE, LOW, SPARE = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
RUN = np.uint64(1 << 32)
"""Places between the first numbers of two runs."""

MOST_RUNS = 1 << 32
"""Runs that can be told apart."""

LONGEST_RUN = 1 << 32
"""Numbers that a run can use."""


def key_of(seed: int | np.random.Generator) -> np.uint64:
    """Return the key that a seed stands for.

    Parameters
    ----------
    seed
        A whole number from 0, or a generator, of which one number is drawn.

    Raises
    ------
    UsageError
        If the seed is negative.
    """
    if isinstance(seed, Integral) and int(seed) < 0:
        raise UsageError(f"seed is {seed}, expected a whole number from 0")
    return np.uint64(np.random.default_rng(seed).integers(0, 1 << 64, dtype=np.uint64))


@inner_kernel
def scrambled(key: np.uint64, place: np.uint64) -> np.uint64:
    """Return the 64 random bits at a place of the sequence of a key.

    SplitMix64 read at any place (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
    generators", OOPSLA, figure 15).
    """
    bits = key + (place + np.uint64(1)) * STEP
    bits = (bits ^ (bits >> HIGH)) * FIRST
    bits = (bits ^ (bits >> MIDDLE)) * SECOND
    return bits ^ (bits >> LOW)


@inner_kernel
def uniform(key: np.uint64, run: int, place: int) -> float:
    """Return the number in [0, 1) at a place of a run."""
    bits = scrambled(key, np.uint64(run) * RUN + np.uint64(place))
    return float(bits >> SPARE) * 2.0**-53


def uniforms(key: np.uint64, runs: IntArray, place: int) -> FloatArray:
    """Return the number in [0, 1) at a place of each of some runs.

    >>> uniforms(key_of(0), np.arange(2), 0).shape
    (2,)
    """
    found = np.empty(len(runs))
    _fill(key, runs, place, found)
    return found


@kernel
def _fill(key: np.uint64, runs: IntArray, place: int, found: FloatArray) -> None:
    for row in range(len(runs)):
        found[row] = uniform(key, runs[row], place)
