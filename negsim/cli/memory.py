"""Memory is asked for before anything large is imported, since libraries fail badly without it."""

from __future__ import annotations

import mmap
import os

from negsim.errors import UsageError

NEEDED = 950 * 2**20
"""Bytes of address space that the libraries and a report take on one core."""

EACH_CORE = 82 * 2**20
"""Bytes of address space that the two copies of OpenBLAS take for each further core."""


def check_memory() -> None:
    """Check that there is room for what every command loads.

    Without room OpenBLAS tries again for ever, deaf to signals. No page is touched here.

    Raises
    ------
    UsageError
        If there is not.
    """
    size = NEEDED + EACH_CORE * (cores() - 1)
    try:
        mmap.mmap(-1, size).close()
    except (OSError, MemoryError):
        raise UsageError(
            f"not enough memory: negsim needs {size / 2**30:.1f} GB of address space; "
            "expected a higher limit (ulimit -v) or fewer programs beside it"
        ) from None


def cores() -> int:
    """Return how many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
