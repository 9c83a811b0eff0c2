"""The stalling region: which share of rounds and states it takes up, and where its boundary is.

The boundary is a set of cells: those with a given label that have a neighbour with another one.
Neighbours differ by one step of one state variable, or by one round; over a grid of named numbers,
by one place of one number. A boundary between two cells lies somewhere between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.arrays import BoolArray, FloatArray, IntArray

TOGETHER = 32
"""Points of a grid that are solved at a time."""


@dataclass(frozen=True, slots=True)
class Region:
    """A label's region for one player at the first point, axes T (index + 1 rounds to go) and S.

    ``inside`` and ``boundary`` (T, S) hold live cells only; ``cells`` counts the live ones. What
    is beside a cell of the boundary can occur in some round, if not in that one.
    ``by_variable`` names each state variable with the lowest and highest value it has inside;
    ``by_round`` the first and last round, counted forward. Both are empty for an empty region.
    """

    inside: BoolArray
    boundary: BoolArray
    cells: int
    by_variable: dict[str, tuple[int, int]]
    by_round: tuple[int, int] | None

    @property
    def share(self) -> float:
        """Return the share of live cells that are inside."""
        return float(self.inside.sum() / self.cells)

    @property
    def share_of_boundary(self) -> float:
        """Return the share of the cells inside that lie on the boundary, 0 for an empty region."""
        inside = int(self.inside.sum())
        return float(self.boundary.sum() / inside) if inside else 0.0


def region(analysis: Stalling, player: int, label: int) -> Region:
    """Return the region of a label for a player at the first point."""
    game, compiled = analysis.plan.game, analysis.compiled
    rounds = int(game.first_index[0]) + 1
    labels = analysis.everywhere.labels[0, :rounds, player]
    live = analysis.live[0, :rounds]
    has, inside = labels == label, (labels == label) & live
    known = np.broadcast_to(live.any(axis=0), live.shape)
    levels = [variable.levels for variable in compiled.scenario.state]
    shape = (rounds, *levels) if levels else (rounds, 1)
    edge = label_changes(has.reshape(shape).astype(np.int64), known.reshape(shape))
    states = inside.any(axis=0)
    values = compiled.grid[states]
    return Region(
        inside,
        inside & edge.reshape(labels.shape),
        int(live.sum()),
        {
            variable.name: (int(values[:, k].min()), int(values[:, k].max()))
            for k, variable in enumerate(compiled.scenario.state)
            if len(values)
        },
        round_span(inside, bool(game.endless)),
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """Labels of one player at the start over a grid of named numbers, the first varying slowest.

    ``changes`` tells where a neighbour on the grid has another label.
    """

    names: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    labels: IntArray
    changes: BoolArray

    def share(self, label: int) -> float:
        """Return the share of the grid's points with a label; it depends on the grid."""
        return float((self.labels == label).mean())


def over_numbers(
    analysis: Stalling, player: int, axes: Mapping[str, Sequence[float] | FloatArray]
) -> Grid:
    """Return a player's labels at the start over every combination of values of some numbers.

    Cost: one solution a point, and another where delay is best.

    Raises
    ------
    UnknownNameError
        If a name is not that of a number.
    GameError
        If a chance leaves [0, 1] at some point.
    """
    values = tuple(np.asarray(axis, dtype=float) for axis in axes.values())
    mesh = np.meshgrid(*values, indexing="ij")
    columns = {name: each.ravel() for name, each in zip(axes, mesh, strict=True)}
    points = analysis.compiled.points(columns)
    codes = [
        analyse(analysis.compiled, points[low : low + TOGETHER], analysis.selection).start_labels
        for low in range(0, len(points), TOGETHER)
    ]
    labels = np.concatenate(codes)[:, player].reshape(mesh[0].shape)
    return Grid(tuple(axes), values, labels, label_changes(labels))


def round_span(inside: BoolArray, endless: bool) -> tuple[int, int] | None:
    """Return the first and last round, counted forward, in which some cell is inside."""
    found = np.flatnonzero(inside.any(axis=1))
    if not len(found) or endless:
        return None
    return len(inside) - int(found[-1]), len(inside) - int(found[0])


def label_changes(labels: IntArray, counted: BoolArray | None = None) -> BoolArray:
    """Return where a neighbour, one step along one axis, has another label.

    Only cells that are ``counted`` (all by default) are looked at, and only such neighbours.

    >>> label_changes(np.array([[0, 0, 1], [0, 0, 1]])).astype(int)
    array([[0, 1, 1],
           [0, 1, 1]])
    """
    counted = np.ones(labels.shape, dtype=bool) if counted is None else counted
    found = np.zeros(labels.shape, dtype=bool)
    for axis in range(labels.ndim):
        here, there = (
            tuple(part if k == axis else slice(None) for k in range(labels.ndim))
            for part in (slice(None, -1), slice(1, None))
        )
        differ = (labels[here] != labels[there]) & counted[here] & counted[there]
        found[here] |= differ
        found[there] |= differ
    return found
