"""Drawing functions: they know arrays and labels, and nothing of scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from negsim.arrays import FloatArray, IntArray
from negsim.report.look import (
    INK,
    LABEL_COLOURS,
    LABEL_LETTERS,
    LINE,
    PARTY_COLOURS,
    PARTY_MARKERS,
    SOFT,
    new_figure,
    spread,
    styled,
    title,
    wrapped,
)
from negsim.report.words import amount, percent


@styled
def outcome_payoffs(
    outcomes: Sequence[str],
    parties: Sequence[str],
    payoffs: FloatArray,
    *,
    heading: str,
    unit: str,
    marks: Sequence[str],
) -> Figure:
    """Draw what each outcome is worth: a panel a party, a row an outcome.

    ``payoffs`` has shape (outcomes, parties); units differ between parties, so each has its own
    axis. ``marks`` is a short text a row, shown at the right.
    """
    lines = [wrapped(text, 40) for text in outcomes]
    heights = np.array([1 + 0.75 * text.count("\n") for text in lines])
    places = np.cumsum(heights) - heights / 2
    figure = new_figure(1.3 + 0.21 * heights.sum())
    panels = figure.subplots(1, len(parties), sharey=True, squeeze=False)[0]
    for k, (axes, party) in enumerate(zip(panels, parties, strict=True)):
        axes.axvline(0, color=SOFT, linewidth=0.8)
        axes.hlines(places, 0, payoffs[:, k], color=PARTY_COLOURS[k % 6], linewidth=1, alpha=0.4)
        axes.plot(
            payoffs[:, k], places, PARTY_MARKERS[k % 6], color=PARTY_COLOURS[k % 6], markersize=5
        )
        axes.set_title(party, color=PARTY_COLOURS[k % 6], fontsize=9.5)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        axes.margins(x=0.12)
        axes.spines["left"].set_visible(False)
    panels[0].set_yticks(places, lines, fontsize=7.5)
    panels[0].set_ylim(heights.sum(), 0)
    for place, mark in zip(places, marks, strict=True):
        panels[-1].text(
            1.03,
            place,
            mark.replace(", ", "\n"),
            transform=panels[-1].get_yaxis_transform(),
            va="center",
            fontsize=6.5,
            color=SOFT,
            linespacing=0.95,
        )
    figure.suptitle(wrapped(heading, 78), x=0.01, ha="left", fontsize=10.5, fontweight="bold")
    figure.supxlabel(unit, fontsize=8.5, color=SOFT)
    return figure


@styled
def equilibrium_path(
    rounds: Sequence[int],
    options: Mapping[str, FloatArray],
    ended: Mapping[str, FloatArray],
    state: Mapping[str, FloatArray],
    *,
    heading: str,
    unit: str,
) -> Figure:
    """Draw the predicted path in panels that share the rounds.

    ``options`` (T,) chance in effect while talks go on; ``ended`` (T,) chance ended so far;
    ``state`` (T, 3) the 10 % quantile, mean and 90 % quantile.
    """
    rows = 2 + len(state)
    figure = new_figure(2.6 + 2.0 + 1.15 * len(state))
    ratios = [2.0, 1.6, *[1.0] * len(state)]
    panels = figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    chance_panel(panels[0], rounds, options, "in effect while talks go on")
    chance_panel(panels[1], rounds, ended, "ended so far")
    for k, (axes, (name, bands)) in enumerate(zip(panels[2:], state.items(), strict=True)):
        colour = PARTY_COLOURS[(k + 3) % 6]
        axes.fill_between(rounds, bands[:, 0], bands[:, 2], color=colour, alpha=0.18, linewidth=0)
        axes.plot(rounds, bands[:, 1], color=colour, linewidth=1.8, marker=one_round(rounds))
        axes.text(
            0,
            1.03,
            f"{name} (mean, 10 to 90 % band)",
            transform=axes.transAxes,
            fontsize=8,
            color=SOFT,
            va="bottom",
        )
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.grid(axis="y")
    panels[-1].set_xlabel(unit)
    panels[-1].xaxis.set_major_locator(MaxNLocator(10, integer=True))
    title(panels[0], heading)
    return figure


def one_round(rounds: Sequence[int]) -> str:
    """Return a marker where a line would be a single point."""
    return "o" if len(rounds) == 1 else ""


def chance_panel(
    axes: Axes, rounds: Sequence[int], series: Mapping[str, FloatArray], words: str
) -> None:
    """Draw chances over the rounds with their names at the right end, moved apart."""
    ends = []
    for k, (name, values) in enumerate(series.items()):
        colour = PARTY_COLOURS[k % 6]
        axes.plot(rounds, values, color=colour, linewidth=1.8, marker=one_round(rounds))
        known = values[~np.isnan(values)]
        ends.append((name, float(known[-1]) if len(known) else 0.0, colour))
    axes.set_ylim(-0.04, 1.04)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_yticks([0, 0.5, 1])
    axes.grid(axis="y")
    axes.set_ylabel(wrapped(words, 16), fontsize=8)
    for (name, _, colour), place in zip(
        ends, spread([end[1] for end in ends], 0.15, 0.0, 1.0), strict=True
    ):
        axes.annotate(
            wrapped(name, 26),
            (1.01, place),
            xycoords=("axes fraction", "data"),
            color=colour,
            fontsize=7.5,
            va="center",
            annotation_clip=False,
            linespacing=0.9,
        )


@styled
def label_map(
    labels: np.ndarray[tuple[int, int], np.dtype[np.object_]],
    row_names: Sequence[str],
    *,
    heading: str,
    words: Mapping[str, str],
    xlabel: str,
    ylabel: str,
    base: tuple[int, int],
) -> Figure:
    """Draw a label for each state (row) and round (column); ``base`` (row, round) is ringed."""
    keys = [key for key in LABEL_COLOURS if (labels == key).any()]
    rows, columns = labels.shape
    figure = new_figure(1.5 + min(0.16 * rows, 8.5))
    axes = figure.subplots()
    for key in keys:
        spans = PatchCollection(
            [
                Rectangle((start + 0.5, row - 0.5), length, 1)
                for row, start, length in runs(labels == key)
            ],
            facecolor=LABEL_COLOURS[key],
            edgecolor="white",
            linewidth=0.4,
        )
        axes.add_collection(spans)
    axes.set_xlim(0.5, columns + 0.5)
    axes.add_patch(
        Rectangle((base[1] - 0.5, base[0] - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.8)
    )
    step = max(1, round(rows / 45))
    axes.set_yticks(
        np.arange(0, rows, step), [row_names[k] for k in range(0, rows, step)], fontsize=6
    )
    axes.set_ylim(rows - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    title(axes, heading)
    figure.legend(
        handles=label_patches(keys, words),
        loc="outside lower left",
        ncols=2,
        frameon=False,
        fontsize=8,
    )
    return figure


def runs(
    inside: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> list[tuple[int, int, int]]:
    """Return row, first column and length of every run of true cells in a row.

    >>> runs(np.array([[True, True, False, True]]))
    [(0, 0, 2), (0, 3, 1)]
    """
    edges = np.diff(np.pad(inside.astype(int), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return [
        (int(row), int(start), int(end - start))
        for (row, start), (_, end) in zip(starts, ends, strict=True)
    ]


def label_patches(keys: Sequence[str], words: Mapping[str, str]) -> list[Patch]:
    """Return one patch of colour and one line of words for each label."""
    return [
        Patch(
            color=LABEL_COLOURS[key],
            label=f"{LABEL_LETTERS[key]}  {key.replace('_', ' ')}: {words.get(key, key)}",
        )
        for key in keys
    ]


@styled
def trajectory(
    rounds: Sequence[int],
    state: Mapping[str, FloatArray],
    said: Mapping[str, Sequence[str]],
    outcome: Sequence[str],
    *,
    heading: str,
    unit: str,
) -> Figure:
    """Draw one run: the state variables above, what was said and in effect below.

    ``state`` (T,) a variable's values; ``said`` one text a round for each party; ``outcome`` the
    options in effect each round.
    """
    figure = new_figure(0.9 + 0.95 * len(state) + 0.42 * (len(said) + 1) + 0.9)
    ratios = [*[1.0] * len(state), 0.5 * (len(said) + 1)]
    panels = figure.subplots(len(state) + 1, 1, sharex=True, squeeze=False, height_ratios=ratios)
    for k, (axes, (name, values)) in enumerate(zip(panels[:-1, 0], state.items(), strict=True)):
        axes.step(rounds, values, where="mid", color=PARTY_COLOURS[(k + 3) % 6], linewidth=1.8)
        axes.text(0, 1.03, name, transform=axes.transAxes, fontsize=8, color=SOFT, va="bottom")
        axes.set_ylim(min(0, float(np.min(values))) - 0.3, float(np.max(values)) + 0.5)
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.grid(axis="y")
    strip(panels[-1, 0], rounds, {**said, "In effect": outcome})
    panels[-1, 0].set_xlabel(unit)
    panels[-1, 0].xaxis.set_major_locator(MaxNLocator(12, integer=True))
    title(panels[0, 0], heading, pad=20)
    return figure


def strip(axes: Axes, rounds: Sequence[int], rows: Mapping[str, Sequence[str]]) -> None:
    """Draw texts over the rounds as bars, one row each; equal neighbours are one bar."""
    shades = ("#e8eef5", "#f3ebdf", "#e5f1ea", "#f1e4ee", "#fbf4d9", "#e9e9ee")
    width = len(rounds)
    for row, texts in enumerate(rows.values()):
        kinds = list(dict.fromkeys(texts))
        start = 0
        for k in range(1, width + 1):
            if k == width or texts[k] != texts[start]:
                shade = shades[kinds.index(texts[start]) % len(shades)]
                axes.add_patch(
                    Rectangle(
                        (rounds[start] - 0.5, row - 0.42),
                        k - start,
                        0.84,
                        facecolor=shade,
                        edgecolor="white",
                    )
                )
                room = int((k - start) / width * 88)
                axes.text(
                    (rounds[start] + rounds[k - 1]) / 2,
                    row,
                    fitted(texts[start], room),
                    ha="center",
                    va="center",
                    fontsize=7,
                    linespacing=0.95,
                )
                start = k
    axes.set_yticks(range(len(rows)), [wrapped(name, 14) for name in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(rounds[0] - 0.5, rounds[-1] + 0.5)
    axes.spines[["left", "bottom"]].set_visible(False)


def fitted(text: str, room: int) -> str:
    """Return text in at most two lines of ``room`` characters, or nothing if it does not fit.

    >>> fitted("yes / if", 20), fitted("yes / if", 3)
    ('yes / if', '')
    """
    if room < 2:
        return ""
    lines = wrapped(text, max(room, 1))
    short = lines.count("\n") <= 1 and max(map(len, lines.split("\n"))) <= room
    return lines if short else ""


@styled
def phase_diagram(
    x: FloatArray,
    y: FloatArray,
    labels: np.ndarray[tuple[int, int], np.dtype[np.object_]],
    *,
    words: Mapping[str, str],
    xlabel: str,
    ylabel: str,
    heading: str,
    base: tuple[float, float],
    x_range: tuple[float, float] | None,
    y_range: tuple[float, float] | None,
) -> Figure:
    """Draw the label at each point of a grid, ``labels`` (len(y), len(x)); base case marked.

    The dashed box is the stated range of both numbers, where both have one.
    """
    keys = [key for key in LABEL_COLOURS if (labels == key).any()]
    codes = np.vectorize(keys.index)(labels)
    figure = new_figure(5.4)
    axes = figure.subplots()
    axes.pcolormesh(
        x,
        y,
        codes,
        cmap=ListedColormap([LABEL_COLOURS[key] for key in keys]),
        vmin=-0.5,
        vmax=len(keys) - 0.5,
        shading="nearest",
    )
    for k, key in enumerate(keys):
        name_region(axes, x, y, codes == k, key)
    if x_range is not None and y_range is not None:
        size = (x_range[1] - x_range[0], y_range[1] - y_range[0])
        box = Rectangle((x_range[0], y_range[0]), *size, fill=False, edgecolor=INK)
        box.set_linestyle((0, (4, 3)))
        axes.add_patch(box)
    mark_base(axes, base)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    title(axes, heading)
    figure.legend(
        handles=label_patches(keys, words),
        loc="outside lower left",
        ncols=1,
        frameon=False,
        fontsize=8,
    )
    return figure


def mark_base(axes: Axes, base: tuple[float, float]) -> None:
    """Mark the base case and name it."""
    axes.plot(*base, marker="o", markersize=9, color=INK, markerfacecolor="white")
    axes.annotate(
        "base case",
        base,
        xytext=(9, 9),
        textcoords="offset points",
        fontsize=8,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"},
    )


def name_region(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    inside: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
    key: str,
) -> None:
    """Write a label's name at the point of its region that is deepest inside it, if it has room."""
    from scipy.ndimage import distance_transform_edt

    padded = np.pad(inside, 1)
    depth = np.asarray(distance_transform_edt(padded))[1:-1, 1:-1]
    if depth.max() < 2:
        return
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    axes.text(
        x[column],
        y[row],
        key.replace("_", " "),
        ha="center",
        va="center",
        fontsize=10,
        fontweight="bold",
        color="white" if key == "fighting_on" else INK,
    )


@styled
def phase_line(
    x: FloatArray,
    values: FloatArray,
    labels: Sequence[str],
    *,
    words: Mapping[str, str],
    xlabel: str,
    ylabel: str,
    heading: str,
    base: float,
) -> Figure:
    """Draw a value over one number, with the labels as bands behind it."""
    figure = new_figure(4.0)
    axes = figure.subplots()
    edges = np.concatenate([[x[0]], (x[1:] + x[:-1]) / 2, [x[-1]]])
    for k, key in enumerate(labels):
        axes.axvspan(edges[k], edges[k + 1], color=LABEL_COLOURS[key], alpha=0.8, linewidth=0)
    axes.axhline(0, color=SOFT, linewidth=0.8)
    axes.plot(x, values, color=INK, linewidth=1.8)
    axes.axvline(base, color=INK, linestyle=(0, (4, 3)), linewidth=1)
    axes.text(base, 1.0, " base case", transform=axes.get_xaxis_transform(), fontsize=8, va="top")
    axes.set_xlim(x[0], x[-1])
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    title(axes, heading)
    keys = [key for key in LABEL_COLOURS if key in labels]
    figure.legend(
        handles=label_patches(keys, words),
        loc="outside lower left",
        ncols=1,
        frameon=False,
        fontsize=8,
    )
    return figure


@styled
def channel_bars(
    channels: Sequence[str], contributions: FloatArray, total: float, *, heading: str, unit: str
) -> Figure:
    """Draw contributions as a waterfall that ends in their total."""
    figure = new_figure(1.2 + 0.36 * (len(channels) + 1))
    axes = figure.subplots()
    starts = np.concatenate([[0.0], np.cumsum(contributions)[:-1], [0.0]])
    sizes = np.append(contributions, total)
    colours = [PARTY_COLOURS[0] if size >= 0 else PARTY_COLOURS[1] for size in contributions]
    axes.barh(range(len(sizes)), sizes, left=starts, color=[*colours, SOFT], height=0.62)
    reach = np.maximum(starts, starts + sizes)
    for row, (edge, size) in enumerate(zip(reach, sizes, strict=True)):
        axes.annotate(
            amount(float(size)),
            (edge, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    axes.axvline(0, color=SOFT, linewidth=0.8)
    axes.set_yticks(range(len(sizes)), [*channels, "Stalling premium"])
    axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.margins(x=0.12)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(unit)
    title(axes, heading)
    return figure


@styled
def share_bars(
    groups: Sequence[str],
    names: Sequence[str],
    shares: FloatArray,
    intervals: FloatArray,
    *,
    heading: str,
) -> Figure:
    """Draw shares with intervals (k, 2); ``names`` are labels, ``groups`` whose they are."""
    figure = new_figure(1.2 + 0.32 * len(names))
    axes = figure.subplots()
    rows = np.arange(len(names))
    axes.barh(rows, shares, color=[LABEL_COLOURS[name] for name in names], height=0.66)
    axes.hlines(rows, intervals[:, 0], intervals[:, 1], color=INK, linewidth=1.2)
    for row, (share, high) in enumerate(zip(shares, intervals[:, 1], strict=True)):
        axes.annotate(
            percent(float(share)),
            (high, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    texts = [
        f"{group}: {name.replace('_', ' ')}" for group, name in zip(groups, names, strict=True)
    ]
    axes.set_yticks(rows, texts)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 1.08)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="x", color=LINE)
    axes.set_axisbelow(True)
    title(axes, heading)
    return figure


def named(
    codes: IntArray, names: Sequence[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.object_]]:
    """Return labels in the place of codes; -1 is "not solved"."""
    return np.array([*names, "not solved"], dtype=object)[codes]
