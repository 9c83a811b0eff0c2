"""Phase diagrams: where in the space of one or two named numbers each label is found.

Either from a sweep over a whole grid, or refined where it matters: a coarse grid first, then only
the cells whose corners differ are cut into smaller ones, down to a fine grid. Cells whose corners
agree are filled with their label, so that a region smaller than a coarse cell can be missed. A
refined sweep keeps the points that it solves in the store, and goes on from there if it was killed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.errors import UsageError
from negsim.sampling.axes import Axis
from negsim.sampling.design import Design
from negsim.sampling.manifest import describe
from negsim.sampling.results import Results
from negsim.sampling.run import Progress, open_store
from negsim.sampling.store import Store
from negsim.sampling.worker import Evaluated, Evaluator, evaluator
from negsim.scenario.model import Scenario

COARSE = 6
"""Cells of the coarse grid along each number."""

HALVINGS = 2
"""How often a cell whose corners differ is cut in half each way."""

Solve: TypeAlias = Callable[[FloatArray], Evaluated]
"""From points, shape (B, names), to the measures of a phase diagram and each point's error."""

STRIDE = "stride"
"""Where the manifest of a refined sweep tells how many fine cells a coarse one spans."""

Cell: TypeAlias = tuple[int, int, int, int]
"""First and last place on the fine grid along each of two numbers."""


@dataclass(frozen=True)
class Phase:
    """What a party's start looks like over a grid of one or two named numbers.

    Arrays have the shape of the grid, the first number varying slowest; a point that could not be
    solved has label -1 and NaN elsewhere. Points filled with the label of their cell's corners have
    NaN elsewhere too; ``solved`` tells how many points were solved.
    """

    names: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    party: str
    labels: IntArray
    delay: FloatArray
    marks: FloatArray
    """1 where the label is another under another rule of selection, 0 elsewhere."""
    agreement: FloatArray
    end_round: FloatArray
    solved: int = 0


def phase_measures(party: str) -> list[str]:
    """Return the measures that a phase diagram needs."""
    own = [f"{name}.{party}" for name in ("label", "delay", "selection_marks")]
    return [*own, "agreement_chance", "end_round"]


def phase(results: Results, design: Design, party: str) -> Phase:
    """Return the phase diagram of a party from the results over a grid, whole or refined."""
    stride = results.manifest.get(STRIDE, 0)
    if stride:
        canvas = _Canvas(kept_in(results), phase_measures(party), axes_of(design))
        canvas.refine(canvas.coarse_cells(stride))
        return canvas.phase(design.names, party)
    shape = design.shape
    found = {name: results.measures[name].reshape(shape) for name in phase_measures(party)}
    return phase_of(design.names, axes_of(design), party, found, design.size)


def phase_of(
    names: tuple[str, ...],
    axes: tuple[FloatArray, ...],
    party: str,
    found: Mapping[str, FloatArray],
    solved: int,
) -> Phase:
    """Return a phase diagram from its measures, each in the shape of the grid."""
    label, delay, marks, agreement, end_round = (found[name] for name in phase_measures(party))
    labels = np.nan_to_num(label, nan=-1.0).astype(np.int64)
    return Phase(names, axes, party, labels, delay, marks, agreement, end_round, solved)


def refined_phase(
    scenario: Scenario,
    axes: Sequence[Axis],
    party: str,
    coarse: int = COARSE,
    halvings: int = HALVINGS,
    threads: int = 1,
    solve: Solve | None = None,
) -> Phase:
    """Return the phase diagram of a party over one or two numbers, sharp at its borders.

    Parameters
    ----------
    coarse
        cells of the coarse grid along each number; a region that touches none of its points is
        missed.
    halvings
        how often a cell is cut where its corners differ: the fine grid has ``coarse`` times
        2^halvings cells a number. A number that takes whole values has at most one cell a step.
    solve
        what solves points, by default here, ``threads`` batches at a time.

    Raises
    ------
    UnknownNameError
        If there is no such party or number.
    UsageError
        If there are not one or two different numbers, or a count is out of bounds.

    Notes
    -----
    Cost: (coarse + 1)^2 points, and along the borders about four points a cell and halving.
    """
    if not 1 <= len(axes) <= 2 or len({axis.name for axis in axes}) < len(axes):
        raise UsageError(f"a phase diagram of {len(axes)} numbers, expected 1 or 2 different ones")
    if coarse < 1 or not 0 <= halvings <= 12:
        raise UsageError(
            f"{coarse} cells and {halvings} halvings, expected 1 cell or more and 0 to 12 halvings"
        )
    scenario.party(party)
    names = tuple(axis.name for axis in axes)
    values = [places_of(axis, coarse << halvings) for axis in axes]
    if solve is None:
        corners = np.array([[each[0] for each in values], [each[-1] for each in values]])
        solve = evaluator(scenario, names, corners, phase_measures(party), threads)
    canvas = _Canvas(solve, phase_measures(party), values)
    canvas.refine(canvas.coarse_cells(1 << halvings))
    return canvas.phase(names, party)


def refined_sweep(
    scenario: Scenario,
    design: Design,
    party: str,
    out: str | Path | None = None,
    threads: int = 1,
    progress: Progress = lambda _done, _total: None,
    command: str = "",
    text: str = "",
    seed: int | None = None,
) -> Results:
    """Solve those points of a fine grid that a phase diagram sharp at its borders needs.

    The points go to the store in batches that depend on nothing but the grid: killed, the same call
    goes on from there and ends with the same table, bit for bit.

    Parameters
    ----------
    design
        the fine grid over one or two numbers; a region that touches no point of the coarse grid
        (at least ``COARSE`` cells a number, where the fine grid has as many) is missed.
    out
        the store's folder, as in :func:`negsim.sampling.run.sweep`; None keeps nothing.
    threads
        batches solved at the same time; the table does not depend on it.

    Raises
    ------
    UnknownNameError
        If there is no such party or number.
    UsageError
        If the design is no grid over one or two numbers, or the folder holds another sweep.
    """
    if not 1 <= len(design.shape) <= 2:
        raise UsageError(f"{design}: cannot be refined, expected a grid over one or two numbers")
    measures, stride = phase_measures(scenario.party(party).name), stride_of(design.shape)
    solve = evaluator(scenario, design.names, design.values, measures, threads)
    with open_store(out) as store:
        about = describe(scenario, design, measures, command, text)
        store.begin(about | {"seed": seed, STRIDE: stride}, design.values)
        canvas = _Canvas(_Keeper(store, solve, design, progress), measures, axes_of(design))
        canvas.refine(canvas.coarse_cells(stride))
        store.finish()
        return store.results()


def stride_of(shape: Sequence[int]) -> int:
    """Return how many cells of a fine grid a coarse one spans: a power of two.

    >>> stride_of((25, 25)), stride_of((11,)), stride_of((101, 5))
    (4, 1, 16)
    """
    stride = 1
    while (max(shape) - 1) // (2 * stride) >= COARSE:
        stride *= 2
    return stride


def axes_of(design: Design) -> tuple[FloatArray, ...]:
    """Return the values of each number of a grid."""
    return tuple(np.unique(design.values[:, column]) for column in range(len(design.names)))


def places_on(design: Design, points: FloatArray) -> IntArray:
    """Return the place in a grid of each of some of its points."""
    along = [np.searchsorted(axis, points[:, k]) for k, axis in enumerate(axes_of(design))]
    return np.asarray(np.ravel_multi_index(tuple(along), design.shape))


def kept_in(results: Results) -> Solve:
    """Return what finds points among the results instead of solving them."""

    def solve(points: FloatArray) -> Evaluated:
        wanted = places_on(results.design, points)
        rows = np.searchsorted(results.points, wanted)
        return (
            {name: column[rows] for name, column in results.measures.items()},
            [results.errors[row] for row in rows],
        )

    return solve


@dataclass(frozen=True, eq=False)
class _Keeper:
    """Solves points of a grid that the store does not hold yet, and keeps them there."""

    store: Store
    solve: Evaluator
    design: Design
    progress: Progress

    def __call__(self, points: FloatArray) -> Evaluated:
        places, done = places_on(self.design, points), self.store.done(self.design.size)
        step = self.solve.batch * self.solve.threads
        before = int(done.sum()) - int(done[places].sum())
        for first in range(0, len(places), step):
            part = places[first : first + step]
            self.progress(before + first, before + len(places))
            if not done[part].all():
                self.store.write(part, self.solve(points[first : first + step]))
        self.progress(before + len(places), before + len(places))
        return kept_in(self.store.results())(points)


def places_of(axis: Axis, cells: int) -> FloatArray:
    """Return the values of the fine grid along a number; whole ones for one that takes these.

    >>> places_of(Axis("talks.rounds", "", 2, 5, whole=True), 12)
    array([2., 3., 4., 5.])
    """
    if axis.steps:
        return np.unique(np.rint(np.linspace(axis.low, axis.high, min(cells, axis.steps) + 1)))
    return np.linspace(axis.low, axis.high, cells + 1)


class _Canvas:
    """The fine grid of two numbers, solved where it is asked for."""

    def __init__(self, solve: Solve, measures: Sequence[str], axes: Sequence[FloatArray]) -> None:
        self.solve, self.axes = solve, tuple(axes)
        self.values = [*axes, np.zeros(1)][:2]
        self.shape = (len(self.values[0]), len(self.values[1]))
        self.known: BoolArray = np.zeros(self.shape, dtype=bool)
        self.found = {name: np.full(self.shape, np.nan) for name in measures}
        self.label = self.found[measures[0]]

    def coarse_cells(self, stride: int) -> list[Cell]:
        """Return the cells of the coarse grid."""
        cuts = [sorted({*range(0, size, stride), size - 1}) for size in self.shape]
        pairs = [list(itertools.pairwise(cut)) or [(0, 0)] for cut in cuts]
        return [(*across, *up) for across in pairs[0] for up in pairs[1]]

    def refine(self, cells: list[Cell]) -> None:
        """Solve the corners of cells; cut those that differ in half, and fill those that agree."""
        while cells:
            self.solve_at([corner for cell in cells for corner in corners_of(cell)])
            cut: list[Cell] = []
            for cell in cells:
                labels = {self.code(corner) for corner in corners_of(cell)}
                if len(labels) > 1:
                    cut += halves(cell)
                else:
                    left, right, low, high = cell
                    inside = self.label[left : right + 1, low : high + 1]
                    inside[~self.known[left : right + 1, low : high + 1]] = labels.pop()
            cells = cut

    def phase(self, names: tuple[str, ...], party: str) -> Phase:
        """Return the diagram."""
        shape = tuple(len(axis) for axis in self.axes)
        found = {name: column.reshape(shape) for name, column in self.found.items()}
        return phase_of(names, self.axes, party, found, int(self.known.sum()))

    def code(self, corner: tuple[int, int]) -> float:
        """Return the label of a solved point, -1 where it could not be solved."""
        return float(np.nan_to_num(self.label[corner], nan=-1.0))

    def solve_at(self, corners: Sequence[tuple[int, int]]) -> None:
        """Solve the points that are not yet solved."""
        wanted = sorted({corner for corner in corners if not self.known[corner]})
        if not wanted:
            return
        points = [[self.values[0][i], self.values[1][j]][: len(self.axes)] for i, j in wanted]
        columns, _ = self.solve(np.array(points))
        rows = tuple(np.array(wanted).T)
        for name, array in self.found.items():
            array[rows] = columns[name]
        self.known[rows] = True


def corners_of(cell: Cell) -> list[tuple[int, int]]:
    """Return the corners of a cell."""
    left, right, low, high = cell
    return [(i, j) for i in (left, right) for j in (low, high)]


def halves(cell: Cell) -> list[Cell]:
    """Return the parts into which a cell is cut, none if it is the smallest.

    >>> halves((0, 2, 0, 1))
    [(0, 1, 0, 1), (1, 2, 0, 1)]
    >>> halves((0, 1, 0, 1))
    []
    """
    left, right, low, high = cell
    across = parts_of(left, right)
    up = parts_of(low, high)
    if len(across) == len(up) == 1:
        return []
    return [(*first, *second) for first in across for second in up]


def parts_of(low: int, high: int) -> list[tuple[int, int]]:
    """Return the halves of a stretch, itself if it is the smallest."""
    if high - low <= 1:
        return [(low, high)]
    middle = (low + high) // 2
    return [(low, middle), (middle, high)]
