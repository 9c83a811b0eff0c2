"""Sets of equilibria of a degenerate two-player game: maximal Nash subsets and their components.

Extreme equilibria are the edges of a graph between the two players' mixed actions. Where every
mixed action of one set goes with every one of another (a clique of the graph), all mixtures do:
that is a *Nash subset*, the product of two polytopes. Subsets that share an equilibrium hang
together: these are the *components*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.theory.normal_form.game import Profile

MOST_SUBSETS = 1_000
"""So many maximal Nash subsets of one component are listed."""


@dataclass(frozen=True, slots=True)
class NashSubset:
    """Mixed actions of which any mixture of one player's is best against any of the other's.

    ``equilibria`` are the extreme equilibria in it, as indexes of the list; ``dimensions`` are
    those of the two players' polytopes: (0, 0) for a point, (1, 0) for a segment.
    """

    equilibria: tuple[int, ...]
    dimensions: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the subset as plain lists.

        >>> NashSubset((0, 2), (1, 0)).to_dict()
        {'equilibria': [0, 2], 'dimensions': [1, 0]}
        """
        return {"equilibria": list(self.equilibria), "dimensions": list(self.dimensions)}


@dataclass(frozen=True, slots=True)
class Component:
    """Equilibria that hang together: their extreme points, and the subsets that make them up.

    ``complete``: all maximal Nash subsets are listed, not the first ``MOST_SUBSETS`` only.
    """

    equilibria: tuple[int, ...]
    subsets: tuple[NashSubset, ...]
    complete: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the component as plain lists.

        >>> Component((0,), (NashSubset((0,), (0, 0)),), True).to_dict()["equilibria"]
        [0]
        """
        return {
            "equilibria": list(self.equilibria),
            "subsets": [subset.to_dict() for subset in self.subsets],
            "complete": self.complete,
        }


def components(profiles: Sequence[Profile]) -> tuple[Component, ...]:
    """Return the components of the equilibria of a two-player game, from all extreme ones.

    Cost: one step for each pair of a mixed action and a Nash subset, of which there may be
    exponentially many; at most ``MOST_SUBSETS`` are listed for a component.

    Parameters
    ----------
    profiles
        All extreme equilibria, as pairs of mixed actions; the same mixed action has the same
        numbers wherever it occurs.

    Returns
    -------
    tuple of Component
        In the order of their first equilibria; indexes are those of ``profiles``.

    References
    ----------
    Avis, Rosenberg, Savani and von Stengel (2010), "Enumeration of Nash equilibria for two-player
    games", Economic Theory 42, section 4, propositions 2 and 4: cliques of a bipartite graph.
    Winkels (1979); Jansen (1981), "Maximal Nash subsets for bimatrix games".

    Examples
    --------
    Whatever the row player does, the column player does not care; one row is best in both columns.

    >>> top, left, right = np.array([1.0, 0]), np.array([1.0, 0]), np.array([0, 1.0])
    >>> components([(top, left), (top, right)])[0].subsets
    (NashSubset(equilibria=(0, 1), dimensions=(0, 1)),)
    """
    rows, columns = (_numbered(profile[player] for profile in profiles) for player in (0, 1))
    edges = {edge: index for index, edge in enumerate(zip(rows, columns, strict=True))}
    partners: dict[int, int] = {}
    for row, column in edges:
        partners[row] = partners.get(row, 0) | 1 << column
    found = [_component(profiles, edges, group) for group in _groups(partners)]
    return tuple(sorted(found, key=lambda component: component.equilibria))


def _numbered(mixed_actions: Iterable[np.ndarray]) -> list[int]:
    """Return a number for each mixed action, the same for the same."""
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault((mixed + 0.0).tobytes(), len(numbers)) for mixed in mixed_actions]


def _groups(partners: dict[int, int]) -> list[dict[int, int]]:
    """Split the rows, each with the bit set of its columns, into those that hang together."""
    groups: list[tuple[dict[int, int], int]] = []
    for row, columns in partners.items():
        joined, reach, apart = {row: columns}, columns, []
        for group, reached in groups:
            if reached & columns:
                joined, reach = {**group, **joined}, reach | reached
            else:
                apart.append((group, reached))
        groups = [*apart, (joined, reach)]
    return [group for group, _ in groups]


def _component(
    profiles: Sequence[Profile], edges: dict[tuple[int, int], int], group: dict[int, int]
) -> Component:
    cliques, complete = _cliques(group)
    subsets = (_subset(profiles, edges, rows, columns) for rows, columns in cliques)
    equilibria = sorted(index for (row, _), index in edges.items() if row in group)
    ordered = sorted(subsets, key=lambda subset: subset.equilibria)
    return Component(tuple(equilibria), tuple(ordered), complete)


def _cliques(group: dict[int, int]) -> tuple[list[tuple[list[int], int]], bool]:
    """Return the maximal cliques as rows with the bit set of their columns, and if these are all.

    The columns of a maximal clique are all that some rows have in common.
    """
    shared: dict[int, None] = {}
    complete = True
    for columns in group.values():
        fresh = {columns, *(columns & others for others in shared)} - {0}
        room = MOST_SUBSETS - len(shared)
        added = sorted(fresh - shared.keys())
        complete &= len(added) <= room
        shared.update(dict.fromkeys(added[:room]))
    return [
        ([row for row, columns in group.items() if columns & common == common], common)
        for common in shared
    ], complete


def _subset(
    profiles: Sequence[Profile],
    edges: dict[tuple[int, int], int],
    rows: list[int],
    columns: int,
) -> NashSubset:
    members = [column for column in range(columns.bit_length()) if columns >> column & 1]
    inside = [edges[row, column] for row in rows for column in members]
    mine = np.array([profiles[edges[row, members[0]]][0] for row in rows])
    theirs = np.array([profiles[edges[rows[0], column]][1] for column in members])
    return NashSubset(tuple(sorted(inside)), (_dimension(mine), _dimension(theirs)))


def _dimension(points: np.ndarray) -> int:
    """Return the dimension of the polytope with these vertices."""
    return int(np.linalg.matrix_rank(points - points[0])) if len(points) > 1 else 0
