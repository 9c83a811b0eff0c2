"""The solvers; the package itself reads as their registry: ``negsim.solvers["nash"]``.

A folder and the registry of what is in it go by one name, so the module answers for both: its
attributes are the modules of the folder, its items the registered solvers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from negsim.solvers.registry import Solver, SolverRegistry


class Solvers(ModuleType):
    """The package as a mapping of names to solvers; they are imported when it is first read.

    >>> import negsim as ns
    >>> ns.solvers["nash"].players, "pure" in ns.solvers
    ('2 players', True)
    """

    def __getitem__(self, name: str) -> Solver:
        return self._registry[name]

    def __contains__(self, name: object) -> bool:
        return name in self._registry

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry)

    def __len__(self) -> int:
        return len(self._registry)

    def keys(self) -> list[str]:
        """Return the names of the solvers."""
        return list(self)

    @property
    def _registry(self) -> SolverRegistry:
        from negsim.solvers.registry import solvers

        return solvers


sys.modules[__name__].__class__ = Solvers
