"""One talk told round by round: who said what, in words, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    Page,
    new_page,
    plain,
    runs,
    shortened,
    text_height,
    text_width,
    wrap,
)
from negsim.drawing.style import CELLS, LINE, SMALL, SOFT, TINT, styled
from negsim.errors import UsageError

PAD = 0.06
MOST_ROWS = 40
"""Most stretches of rounds that are drawn; a longer talk is told up to there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of equal rounds: its number and the wrapped texts of its cells."""

    name: str
    cells: tuple[str, ...]

    @property
    def height(self) -> float:
        """Return the height of the row in inches."""
        return max(text_height(text, SMALL) for text in (self.name, *self.cells)) + 2 * PAD


@styled
def timeline(
    rounds: Sequence[int],
    said: Mapping[str, Sequence[str]],
    outcome: Sequence[str],
    *,
    title: str,
    unit: str = "round",
    ending: str = "",
) -> Figure:
    """Draw a table of one talk: a row for each stretch of rounds in which nothing changed.

    Parameters
    ----------
    rounds
        The numbers of the T rounds.
    said
        For each party T texts: what it said in each round.
    outcome
        T texts: what was in effect.
    title, unit, ending
        The finding as a sentence; what a round is; how the talk ended, written below.

    Raises
    ------
    UsageError
        If there are no rounds, or an argument has another length.

    Examples
    --------
    >>> figure = timeline([1, 2], {"Row": ["yes", "yes"]}, ["Truce", "Truce"], title="A talk")
    >>> "1 to 2" in [text.get_text() for text in figure.axes[0].texts]
    True
    """
    columns = [*said.values(), outcome]
    if not len(rounds) or any(len(column) != len(rounds) for column in columns):
        raise UsageError(f"timeline: expected {len(rounds) or 'some'} rounds in every column")
    heads = [plain(unit), *map(plain, said), "in effect"]
    stretches = runs(list(zip(*columns, strict=True)))
    first = max(text_width(name, SMALL) for name in [heads[0], "00 to 00"]) + 2 * PAD
    width = (WIDTH - 2 * MARGIN - first) / len(columns)
    lines = [
        Stretch(
            words_of(rounds, start, stop), tuple(wrap(t, width - 2 * PAD, SMALL) for t in texts)
        )
        for start, stop, texts in stretches[:MOST_ROWS]
    ]
    note = ending if len(stretches) <= MOST_ROWS else f"{len(stretches) - MOST_ROWS} more changes"
    foot = 0.3 if note else 0.0
    page, top = new_page(title, 0.26 + sum(line.height for line in lines) + foot)
    lefts = [MARGIN, *(MARGIN + first + width * place for place in range(len(columns)))]
    for place, (head, left) in enumerate(zip(heads, lefts, strict=True)):
        room = (width if place else first) - 2 * PAD
        page.write(left + PAD, top + 0.12, shortened(head, room, SMALL), color=SOFT)
    top += 0.26
    shades = shades_of([line.cells[-1] for line in lines])
    for line in lines:
        draw_row(page, line, lefts, top, width, shades[line.cells[-1]])
        top += line.height
    page.write(MARGIN + PAD, top + 0.16, shortened(note, WIDTH - 2 * MARGIN - 4 * PAD, SMALL))
    return page.figure


def words_of(rounds: Sequence[int], start: int, stop: int) -> str:
    """Return which rounds a stretch covers.

    >>> words_of([1, 2, 3], 0, 2), words_of([1, 2, 3], 2, 3)
    ('1 to 2', '3')
    """
    return str(rounds[start]) if stop == start + 1 else f"{rounds[start]} to {rounds[stop - 1]}"


def shades_of(outcomes: Sequence[str]) -> dict[str, str]:
    """Return a colour for each outcome, in order of appearance."""
    return {text: CELLS[place % len(CELLS)] for place, text in enumerate(dict.fromkeys(outcomes))}


def draw_row(
    page: Page, line: Stretch, lefts: Sequence[float], top: float, width: float, shade: str
) -> None:
    """Draw one row: its texts, a rule above it, what was in effect on a ground of its colour."""
    page.sheet.add_patch(Rectangle((lefts[-1], top), width, line.height, facecolor=shade, lw=0))
    page.sheet.add_patch(
        Rectangle((lefts[0], top), lefts[1] - lefts[0], line.height, facecolor=TINT, lw=0)
    )
    page.sheet.plot([MARGIN, WIDTH - MARGIN], [top, top], color=LINE, linewidth=0.7)
    for text, left in zip((line.name, *line.cells), lefts, strict=True):
        page.write(left + PAD, top + line.height / 2, text)
