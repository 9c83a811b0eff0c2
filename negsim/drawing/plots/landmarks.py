"""The base case and the stated ranges, marked on a map of two parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Rectangle

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import FRAME, KeyEntry
from negsim.drawing.plots.page import backed, text_width
from negsim.drawing.plots.regions import Box
from negsim.drawing.style import INK, PAPER, SMALL

Range = tuple[float, float]

BASE = "base case"
LIFT = 0.125
BESIDE = 0.12
"""Distance of the name of the base case from its marker, in inches."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What is marked on axes of ``width`` by ``height`` inches whose cells have these borders."""

    x_edges: FloatArray
    y_edges: FloatArray
    width: float
    height: float
    base: Range | None
    x_range: Range | None
    y_range: Range | None

    @property
    def shown(self) -> bool:
        """Return whether the base case lies on the axes."""
        if self.base is None:
            return False
        x, y = self.base
        return bool(
            self.x_edges[0] <= x <= self.x_edges[-1] and self.y_edges[0] <= y <= self.y_edges[-1]
        )

    def inches(self, x: float, y: float) -> tuple[float, float]:
        """Return a point in inches from the upper left corner of the axes."""
        across = (x - self.x_edges[0]) / np.ptp(self.x_edges) * self.width
        down = (self.y_edges[-1] - y) / np.ptp(self.y_edges) * self.height
        return float(across), float(down)

    def name_side(self) -> int:
        """Return the side of the marker on which its name fits: 1 right, -1 left."""
        x, _ = self.inches(*self.base) if self.base else (0.0, 0.0)
        return 1 if x + BESIDE + text_width(BASE, SMALL) + 0.06 < self.width else -1

    def frame(self) -> tuple[Range, Range] | None:
        """Return the stated ranges as far as the axes show them; None unless both are given."""
        if self.x_range is None or self.y_range is None:
            return None
        low, high = np.clip(self.x_range, self.x_edges[0], self.x_edges[-1])
        bottom, top = np.clip(self.y_range, self.y_edges[0], self.y_edges[-1])
        return (float(low), float(high)), (float(bottom), float(top))

    def lift(self) -> float:
        """Return how far the name of the base case is off its marker: clear of a level bar."""
        if self.base is None or self.x_range is None or self.y_range is not None:
            return 0.0
        return LIFT if self.inches(*self.base)[1] > 0.3 else -LIFT

    def boxes(self) -> list[Box]:
        """Return the boxes that other text keeps clear of."""
        found: list[Box] = []
        if self.base is not None and self.shown:
            x, y = self.inches(*self.base)
            ends = sorted([x - self.name_side() * 0.1, x + self.name_side() * 0.85])
            off = self.lift()
            found.append((ends[0], ends[1], y - 0.12 - max(off, 0), y + 0.12 - min(off, 0)))
        corners = self.frame()
        if corners:
            (low, high), (bottom, top) = corners
            left, above = self.inches(low, top)
            right, below = self.inches(high, bottom)
            found += [(edge - 0.01, edge + 0.01, above, below) for edge in (left, right)]
            found += [(left, right, edge - 0.01, edge + 0.01) for edge in (above, below)]
        return found

    def entries(self) -> list[KeyEntry]:
        """Return what the key has to say of the marks."""
        found = []
        if self.base is not None and not self.shown:
            values = " and ".join(f"{value:g}" for value in self.base)
            found.append(KeyEntry(f"{BASE}, at {values}: outside the axes", INK, marker="o"))
        if self.frame():
            found.append(KeyEntry("stated ranges", "none", framed=True))
            found.append(KeyEntry("uncertainty ellipse", INK, marker="o", filled=False))
        elif self.shown and (self.x_range or self.y_range):
            marker = "_" if self.x_range else "|"
            found.append(KeyEntry("stated range", INK, marker=marker, filled=False))
        return found

    def draw(self, axes: Axes) -> None:
        """Draw the ranges, the base case and its name."""
        corners = self.frame()
        if corners:
            (low, high), (bottom, top) = corners
            box = Rectangle((low, bottom), high - low, top - bottom, fill=False, edgecolor=INK)
            box.set(linewidth=1.2, linestyle=FRAME, clip_on=False)
            axes.add_patch(box)
            self.draw_ellipse(axes)
        if self.base is None or not self.shown:
            return
        x, y = self.base
        if not corners and self.x_range:
            draw_bar(axes, np.clip(self.x_range, *axes.get_xlim()), np.array([y, y]), "|")
        if not corners and self.y_range:
            draw_bar(axes, np.array([x, x]), np.clip(self.y_range, *axes.get_ylim()), "_")
        axes.plot([x], [y], "o", color=INK, ms=6.5, mec=PAPER, mew=1.2, clip_on=False, zorder=6)
        side = self.name_side()
        axes.annotate(
            BASE,
            (x, y),
            xytext=(side * BESIDE * 72, self.lift() * 72),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=SMALL,
            zorder=6,
            **backed(),
        )

    def draw_ellipse(self, axes: Axes) -> None:
        """Draw the ellipse whose half axes are the numbers' uncertainties, half their ranges."""
        assert self.x_range is not None
        assert self.y_range is not None
        (low, high), (bottom, top) = self.x_range, self.y_range
        middle = ((low + high) / 2, (bottom + top) / 2)
        ellipse = Ellipse(middle, high - low, top - bottom, fill=False, edgecolor=INK)
        ellipse.set(linewidth=0.9, linestyle=FRAME)
        axes.add_patch(ellipse)


def draw_bar(axes: Axes, x: FloatArray, y: FloatArray, cap: str) -> None:
    """Draw a bar with caps at both ends."""
    axes.plot(x, y, color=INK, linewidth=1.2, marker=cap, ms=7, mew=1.2, clip_on=False, zorder=5)
