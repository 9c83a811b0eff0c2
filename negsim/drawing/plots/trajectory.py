"""One trajectory of play: the state above, what every party said in each round below."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry
from negsim.drawing.plots.page import plain, runs, text_width
from negsim.drawing.plots.rounds import (
    SPAN,
    Block,
    beside,
    draw_stack,
    level_axis,
    panel,
    round_numbers,
)
from negsim.drawing.style import CELLS, MEASURE, PAPER, SMALL, styled
from negsim.errors import UsageError

STRIP = 0.27

Row = tuple[str, Sequence[str]]


@styled
def trajectory(
    rounds: Sequence[int] | npt.ArrayLike,
    state: Mapping[str, npt.ArrayLike],
    timeline: Sequence[Row],
    outcome: Sequence[str],
    *,
    title: str,
    xlabel: str = "round",
) -> Figure:
    """Draw the state over the rounds, and below it a strip of what was said and in effect.

    Equal neighbours share one cell. A text that does not fit into its cell is given a letter,
    explained in the key; a text has one colour throughout.

    Parameters
    ----------
    rounds
        The numbers of the T rounds.
    state
        For each state variable, shape (T,) for one run, or (R, T) for several: thin lines, with
        the median in bold.
    timeline
        For each party its name and T short texts, what it said in each round.
    outcome
        T short texts, what was in effect in each round.
    title, xlabel
        The finding as a sentence; what a round is.

    Raises
    ------
    UsageError
        If there are no rounds, or an argument has another length.

    Examples
    --------
    >>> figure = trajectory(
    ...     [1, 2], {"Patience": [5, 4]}, [("Russia", ["yes", "if"])], ["Truce", "Truce"], title=""
    ... )
    >>> [text.get_text() for text in figure.axes[2].texts]
    ['yes', 'if']
    """
    numbers = round_numbers(rounds)
    lines = {name: bundle(name, value, len(numbers)) for name, value in state.items()}
    said = [strip(name, words, len(numbers)) for name, words in timeline]
    effect = strip("in effect", outcome, len(numbers))
    letters = codes([*said, effect], SPAN / len(numbers))
    colours = word_colours([*said, effect])
    entries = [KeyEntry(word, colours[word], letter) for word, letter in letters.items()]
    several = ": runs, and their median in bold"
    several = several if any(len(values) > 1 for values in lines.values()) else ""
    return draw_stack(
        [
            Block(
                f"State at the start of each {plain(xlabel)}{several}",
                [
                    panel(beside(name), 0.62, partial(draw_lines, numbers, values))
                    for name, values in lines.items()
                ],
            ),
            Block(
                "What each party said",
                [
                    panel(
                        beside(name),
                        STRIP,
                        partial(draw_strip, numbers, words, letters, colours),
                        0.04,
                    )
                    for name, words in zip((name for name, _ in timeline), said, strict=True)
                ],
            ),
            Block(
                "What was in effect",
                [panel([], STRIP, partial(draw_strip, numbers, effect, letters, colours), 0.04)],
            ),
        ],
        numbers,
        title=title,
        xlabel=xlabel,
        entries=entries,
    )


def bundle(name: str, values: npt.ArrayLike, count: int) -> FloatArray:
    """Return runs of a state variable, shape (R, T)."""
    array = np.atleast_2d(np.asarray(values, dtype=float))
    if array.ndim != 2 or array.shape[1] != count:
        raise UsageError(f"{name}: expected {count} rounds on the last axis, got {array.shape}")
    return array


def strip(name: str, words: Sequence[str], count: int) -> list[str]:
    """Return the words of a strip, one a round."""
    if len(words) != count:
        raise UsageError(f"{name}: expected {count} texts, one a round, got {len(words)}")
    return [plain(word) for word in words]


def fits(word: str, rounds: int, cell: float) -> bool:
    """Return whether a text fits into a cell of some rounds of ``cell`` inches each."""
    return text_width(word, SMALL) + 0.08 <= rounds * cell


def codes(strips: Sequence[Sequence[str]], cell: float) -> dict[str, str]:
    """Return a letter for each text that does not fit somewhere, in order of appearance."""
    stretches = [stretch for words in strips for stretch in runs(words)]
    tight = [word for start, stop, word in stretches if not fits(word, stop - start, cell)]
    return {word: letter_of(place) for place, word in enumerate(dict.fromkeys(tight))}


def letter_of(place: int) -> str:
    """Return a, b, ..., z, aa, ab, ... for 0, 1, ...

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('a', 'z', 'aa')
    """
    letters = string.ascii_lowercase
    before, last = divmod(place, len(letters))
    return (letter_of(before - 1) if before else "") + letters[last]


def word_colours(strips: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return a colour for each text, in order of appearance."""
    words = dict.fromkeys(word for words in strips for word in words)
    return {word: CELLS[place % len(CELLS)] for place, word in enumerate(words)}


def draw_lines(rounds: FloatArray, values: FloatArray, axes: Axes) -> None:
    """Draw runs as thin lines with their median in bold; a single run is its own median."""
    level_axis(axes, values)
    if len(values) > 1:
        axes.plot(rounds, values.T, color=MEASURE, alpha=0.2, linewidth=0.8)
    marker = "o" if len(rounds) <= 60 else ""
    axes.plot(rounds, middle(values), color=MEASURE, linewidth=1.6, marker=marker, ms=3)


def middle(values: FloatArray) -> FloatArray:
    """Return the median over runs of each round, of those still going; NaN where none is.

    >>> middle(np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]]))
    array([ 2.,  2., nan])
    """
    medians = np.full(values.shape[1], np.nan)
    for place, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if known.size:
            medians[place] = np.median(known)
    return medians


def draw_strip(
    rounds: FloatArray,
    words: Sequence[str],
    letters: Mapping[str, str],
    colours: Mapping[str, str],
    axes: Axes,
) -> None:
    """Draw one strip: a cell for each stretch of equal texts, with the text or its letter."""
    cell = SPAN / len(rounds)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    for start, stop, word in runs(words):
        left, right = rounds[start] - 0.5, rounds[stop - 1] + 0.5
        box = Rectangle(
            (left, 0), right - left, 1, facecolor=colours[word], edgecolor=PAPER, lw=1.2
        )
        axes.add_patch(box)
        text = word if fits(word, stop - start, cell) else letters[word]
        if fits(text, stop - start, cell + 0.06 / (stop - start)):
            axes.text((left + right) / 2, 0.47, text, fontsize=SMALL, ha="center", va="center")
