"""Every figure: what it shows, that all its text can be read, and that its bytes do not change."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle, StepPatch
from matplotlib.text import Text

from negsim.drawing import plots
from negsim.drawing.style import GAIN, LABELS, LOSS, PARTIES
from negsim.errors import NegsimError

PARTIES_3 = ["Russia", "Ukraine", "United States"]
PARTIES_6 = [*PARTIES_3, "European Union", "Contact group for the defence", "United Nations"]
OUTCOMES = [
    "Nothing in effect",
    "Energy truce",
    "Energy truce + Aid cutoff",
    "Energy truce + Mobilization pause",
    "Energy truce + Aid cutoff + Mobilization pause",
    "Full 30-day ceasefire + Energy truce",
    "Full 30-day ceasefire + Energy truce + Aid cutoff + Mobilization pause",
    "Unconditionalwithdrawalofeverythingbeyondtheline + Further sanctions",
]
MARKS = ["equilibrium", "equilibrium, Nash bargaining, efficient", "", "", "efficient", "", "", ""]
ROUNDS = list(range(1, 27))
KEYS = np.array(["settle", "stalling", "waiting", "impasse", "fighting_on", "-"], dtype=object)
STATES = {
    "Russia's position on the ground": 3,
    "Mediator's patience": 5,
    "Ukraine's stock of foreign arms and ammunition of every kind": 2,
}
LONG = (
    "What the start of the talks looks like for Russia: fear of rearmament takes over where it is"
)


def sheet(figure: Figure) -> Axes:
    return figure.axes[0]


def panels(figure: Figure) -> list[Axes]:
    return figure.axes[1:]


def words(axes: Axes) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in axes.texts if text.get_text()]


def written(figure: Figure) -> Iterator[Text]:
    """Yield all text that is shown: titles, labels, ticks within the limits, and the rest."""
    yield from figure.texts
    for axes in figure.axes:
        yield from axes.texts
        for axis in (axes.xaxis, axes.yaxis):
            if axes.axison:
                yield axis.get_label()
                low, high = sorted(axis.get_view_interval())
                shown = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
                yield from (label for place, label in shown if low <= place <= high)


def boxes_of(figure: Figure) -> tuple[list[str], np.ndarray]:
    figure.canvas.draw()
    shown = [text for text in written(figure) if text.get_text().strip() and text.get_visible()]
    return [t.get_text() for t in shown], np.array([t.get_window_extent().extents for t in shown])


def legible(figure: Figure) -> bool:
    """Check that no text touches another or leaves the page."""
    texts, boxes = boxes_of(figure)
    left, bottom, right, top = boxes.T
    apart = (
        (left[:, None] >= right - 0.5)
        | (right[:, None] - 0.5 <= left)
        | (bottom[:, None] >= top - 0.5)
        | (top[:, None] - 0.5 <= bottom)
    )
    np.fill_diagonal(apart, True)
    touching = [(texts[i], texts[j]) for i, j in np.argwhere(~apart)]
    assert not touching
    width, height = figure.get_size_inches() * figure.dpi
    out = (left < 0) | (bottom < 0) | (right > width) | (top > height)
    assert [texts[i] for i in np.flatnonzero(out)] == []
    return True


def payoffs(parties: int) -> np.ndarray:
    values = np.random.default_rng(3).normal(0, 4, (len(OUTCOMES), parties))
    values[2] = values[2, 0]
    return values


def outcomes_figure(parties: list[str] = PARTIES_3, own_axes: bool = False) -> Figure:
    return plots.outcome_payoffs(
        OUTCOMES,
        parties,
        payoffs(len(parties)),
        title="Two of eight outcomes of the one-shot game are equilibria",
        unit="payoff, each party in its own unit",
        marks=MARKS,
        own_axes=own_axes,
    )


def band(start: float) -> np.ndarray:
    mean = start - 0.1 * np.arange(26)
    return np.stack([mean - 0.4, mean, mean + 0.4], axis=1)


def path_figure() -> Figure:
    time = np.arange(26)
    truce = np.where(time < 20, 0.9, np.nan)
    signed, left = 0.012 * (time + 1), np.maximum(0, 0.02 * (time - 8))
    over = np.where(time == 25, 1 - signed - left, 0)
    return plots.equilibrium_path(
        ROUNDS,
        {"Energy-only truce": truce, "Full 30-day ceasefire": time / 30, "Aid cutoff": 0 * time},
        {
            "Full ceasefire signed": signed,
            "The mediator leaves for good": left,
            "Exit of a party": 0 * time,
            "No agreement": over,
        },
        {name: band(start) for name, start in STATES.items()},
        title="Week 1: Energy-only truce; expected end in week 14.3",
        xlabel="week",
    )


def keys(rows: int, columns: int) -> np.ndarray:
    slope = np.add.outer(np.arange(rows) / rows, 0.7 * np.arange(columns) / columns)
    return KEYS[np.digitize(slope, [0.25, 0.7, 0.95, 1.15, 1.4])]


def map_figure(rows: int = 24, grouped: bool = True) -> Figure:
    names = [f"leverage {i // 30}, patience {i // 5 % 6}, aid {i % 5}" for i in range(rows)]
    sizes = [rows - 4, 1, 1, 1, 1]
    return plots.label_map(
        keys(rows, 26),
        names,
        title="Russia: delay is the best reply in 63 % of rounds and states",
        xlabel="week",
        ylabel="state",
        groups=[(f"patience {5 - k} of the mediator", size) for k, size in enumerate(sizes)]
        if grouped
        else [],
        base=(5, 1),
    )


@pytest.fixture(scope="module")
def drawn_map() -> Figure:
    return map_figure()


SAID = [
    ("Russia", ["yes / if"] * 3 + ["yes / yes"] * 15 + ["no / no"] * 8),
    ("Ukraine", ["yes / no / no"] * 20 + ["yes / yes / pause"] + ["yes / no / no"] * 5),
    ("United States", ["no / no"] * 12 + ["aid cutoff"] * 2 + ["no / no"] * 12),
]
EFFECT = ["Energy-only truce"] * 18 + ["Nothing in effect"] * 8


def trajectory_figure() -> Figure:
    state = {name: np.full(26, start) for name, start in STATES.items()}
    return plots.trajectory(ROUNDS, state, SAID, EFFECT, title="The mediator leaves", xlabel="week")


X, Y = np.linspace(0.02, 0.2, 31), np.linspace(-12, 0, 25)


def regions() -> np.ndarray:
    across, up = np.meshgrid(X, Y)
    found = np.where(up < -8 + 1800 * (across - 0.1) ** 2, 0, 1)
    found[across > 0.17] = 2
    found[:2, :2] = 3
    found[10:14, 4:8] = -1
    return found


def phase_figure(**changes: object) -> Figure:
    given: dict[str, object] = {
        "xlabel": "Aid that slows the front (parameters.front_speed)",
        "ylabel": "Verified limits on rearmament (payoffs.russia.rearmament_fear)",
        "title": LONG,
        "base": (0.1, -2.0),
        "x_range": (0.02, 0.2),
        "y_range": (-10.0, -1.0),
    }
    return plots.phase_diagram(X, Y, regions(), list(KEYS), **{**given, **changes})


def line_figure() -> Figure:
    near = np.sin(40 * X)
    return plots.phase_line(
        X,
        {"value of delay": near, "premium from the channels": near + 0.02, "cover": np.cos(9 * X)},
        np.digitize(X, [0.05, 0.11, 0.18]),
        list(KEYS),
        xlabel="Aid that slows the front (parameters.front_speed)",
        ylabel="payoff of Russia",
        title="Delay pays until aid slows the front by a tenth",
        base=0.1,
        x_range=(0.05, 0.15),
    )


def channels_figure() -> Figure:
    return plots.waterfall(
        ["The front moves", "Cover: standing and contacts while talks go on", "Truce benefit"],
        [2.1, -0.45, 1.3],
        2.95,
        title="Russia: a stalling premium of 2.95",
        unit="payoff of Russia",
    )


def shares_figure() -> Figure:
    return plots.share_bars(
        [f"{party}: delay pays, through the declared channels" for party in PARTIES_3],
        [0.634, 0.004, np.nan],
        [[0.57, 0.69], [0.0, 0.02], [np.nan, np.nan]],
        title="Labels at the start over 256 points of the stated ranges",
        keys=["stalling", "settle", "waiting"],
    )


def branch_figure() -> Figure:
    precision = np.geomspace(1, 101, 40) - 1
    odds = np.exp(np.outer(precision / 10, np.linspace(0, 1, 7)))
    chances = (odds / odds.sum(axis=1, keepdims=True)).T
    few, many = ["yes / yes", "no / no"], [f"yes / move {k}: {OUTCOMES[4]}" for k in range(7)]
    return plots.branch(
        precision,
        {
            "Russia: Energy-only truce / Full 30-day ceasefire": dict(
                zip(few, [chances[-1], 1 - chances[-1]], strict=True)
            ),
            PARTIES_6[4]: dict(zip(many, chances, strict=True)),
        },
        {"Russia": {few[0]: 1.0}, PARTIES_6[4]: {many[-1]: 1.0}},
        title=LONG,
    )


FIGURES: dict[str, Callable[[], Figure]] = {
    "branch": branch_figure,
    "outcomes": outcomes_figure,
    "outcomes_six": lambda: outcomes_figure(PARTIES_6),
    "outcomes_own": lambda: outcomes_figure(own_axes=True),
    "path": path_figure,
    "map": map_figure,
    "map_ungrouped": lambda: map_figure(grouped=False),
    "map_tall": lambda: map_figure(130),
    "map_tall_ungrouped": lambda: map_figure(130, grouped=False),
    "trajectory": trajectory_figure,
    "phase": phase_figure,
    "phase_level_range": lambda: phase_figure(y_range=None),
    "phase_upright_range": lambda: phase_figure(x_range=None, base=(0.199, -0.01)),
    "phase_outside": lambda: phase_figure(base=(0.5, 0.0)),
    "line": line_figure,
    "channels": channels_figure,
    "shares": shares_figure,
}


@pytest.mark.parametrize("name", FIGURES)
def test_all_text_of_realistic_figures_can_be_read(name: str) -> None:
    figure = FIGURES[name]()
    assert figure.get_size_inches()[0] == pytest.approx(7.2)
    assert legible(figure)


def test_touching_text_is_seen() -> None:
    figure = channels_figure()
    sheet(figure).text(2.0, 1.0, "over the bars")
    sheet(figure).text(2.0, 1.0, "over the bars too")
    with pytest.raises(AssertionError):
        legible(figure)
    figure = channels_figure()
    sheet(figure).text(7.0, 1.0, "over the edge")
    with pytest.raises(AssertionError):
        legible(figure)


def flat(count: int) -> dict[str, np.ndarray]:
    return {"Truce": np.full(count, np.nan)}


def none_known(count: int) -> np.ndarray:
    return np.full((count, 3), np.nan)


EDGES: dict[str, Callable[[], Figure]] = {
    "one point of a branch": lambda: plots.branch([0.0], {"Russia": {"yes": [1.0]}}, title="Dot"),
    "a player who never moves": lambda: plots.branch(
        [0.0, 3000.0], {"Russia": {"never": [0.0, 0.0]}}, {}, title="Nothing"
    ),
    "one outcome, one party": lambda: plots.outcome_payoffs(
        ["Truce"], ["Russia"], [[0.0]], title="", unit="weeks"
    ),
    "payoffs unknown": lambda: plots.outcome_payoffs(
        ["Truce", "War"], ["Russia"], [[np.nan], [-np.inf]], title="One", unit="weeks"
    ),
    "one round of a path": lambda: plots.equilibrium_path(
        [1], {"Truce": [1]}, {"Signed": [1]}, {"Patience": [[1, 2, 3]]}, title="One round"
    ),
    "path of the unknown": lambda: plots.equilibrium_path(
        [1, 2], flat(2), flat(2), {"Patience": none_known(2)}, title="Unknown"
    ),
    "path with options only": lambda: plots.equilibrium_path(
        [3, 4], {"Truce": [0, 0]}, {}, {}, title="Zero"
    ),
    "one label": lambda: plots.label_map(
        [["settle"]], ["start"], title="All agree", xlabel="week", ylabel="state", base=(0, 1)
    ),
    "nothing reached": lambda: plots.label_map(
        [["-"] * 120], [""], title="Nothing", xlabel="week", ylabel="state"
    ),
    "long names of rows": lambda: plots.label_map(
        [["settle"], ["stalling"]], ["position " * 20, ""], title="", xlabel="", ylabel="state"
    ),
    "one round of play": lambda: plots.trajectory(
        [1], {"Patience": [5]}, [("Russia", ["yes"])], [""], title="One round"
    ),
    "play of runs that end": lambda: plots.trajectory(
        [1, 2], {"Patience": [[5, np.nan], [4, 3]]}, [], ["Truce", "War"], title="Runs"
    ),
    "one point": lambda: plots.phase_diagram(
        [1], [2], [[0]], ["Deal"], xlabel="x", ylabel="y", title="Dot", base=(1, 2)
    ),
    "one point of a line": lambda: plots.phase_line(
        [1], {"delay": [2]}, [-1], [], xlabel="x", ylabel="delay", title="Dot", base=1
    ),
    "line of the unknown": lambda: plots.phase_line(
        [1, 2],
        {"delay": [np.nan, np.inf], "cover": [3, 3]},
        [0, 0],
        ["Deal"],
        xlabel="x",
        ylabel="payoff",
        title="Constant",
        base=9,
    ),
    "zero total": lambda: plots.waterfall(["drift"], [0.0], 0.0, title="None", unit="weeks"),
    "no channels": lambda: plots.waterfall([], [], -1.0, title="None", unit="weeks"),
    "one share": lambda: plots.share_bars(["delay"], [1.0], [[1.0, 1.0]], title="Always"),
}


@pytest.mark.parametrize("name", EDGES)
def test_edge_cases_are_drawn_and_can_be_read(name: str, tmp_path: Path) -> None:
    figure = EDGES[name]()
    assert legible(figure)
    plots.save(figure, tmp_path, "figure")


# --- what the figures show ---


@pytest.mark.parametrize("own_axes", [False, True])
def test_outcomes_show_every_payoff_in_its_row(own_axes: bool) -> None:
    figure = outcomes_figure(own_axes=own_axes)
    first = panels(figure)[0]
    names = [label.get_text().replace("\n", " ") for label in first.get_yticklabels()]
    assert names[:7] == OUTCOMES[:7]
    markers = [line for axes in panels(figure) for line in axes.lines if len(line.get_xdata()) == 8]
    assert [(line.get_color(), line.get_marker()) for line in markers] == list(PARTIES[:3])
    for place, line in enumerate(markers):
        assert line.get_xdata() == pytest.approx(payoffs(3)[:, place])
        assert np.abs(line.get_ydata() - first.get_yticks()).max() < 0.1
    assert set(PARTIES_3) | {MARKS[1], "payoff, each party in its own unit"} <= {
        *words(sheet(figure))
    }
    assert len(panels(figure)) == (3 if own_axes else 1)


def test_equal_payoffs_stay_visible() -> None:
    figure = plots.outcome_payoffs(["Truce"], PARTIES_3, [[1, 1, 1]], title="", unit="weeks")
    heights = [line.get_ydata()[0] for line in panels(figure)[0].lines[:3]]
    assert np.diff(heights) == pytest.approx([0.085, 0.085])


def test_outcomes_axis_holds_zero_and_unknown_payoffs_are_told() -> None:
    figure = plots.outcome_payoffs(
        ["Truce", "War"], ["Russia"], [[100.0], [np.inf]], title="", unit="weeks"
    )
    low, high = panels(figure)[0].get_xlim()
    assert low < 0
    assert high > 100
    assert "Gaps: not a finite number." in words(sheet(figure))


def steps(axes: Axes) -> list[np.ndarray]:
    return [np.asarray(p.get_data().values) for p in axes.patches if isinstance(p, StepPatch)]


def test_path_shows_chances_ends_and_bands() -> None:
    figure = path_figure()
    truce, ceasefire, _, ends, *state = panels(figure)
    assert steps(ceasefire)[0] == pytest.approx(np.arange(26) / 30)
    assert steps(truce)[0][:20] == pytest.approx(np.full(20, 0.9))
    grey = [p for p in truce.patches if isinstance(p, Rectangle)]
    assert [(p.get_x(), p.get_width()) for p in grey] == [(20.5, 6.0)]
    assert steps(ends)[-1][-1] == pytest.approx(1.0)
    for below, above in itertools.pairwise([p for p in ends.patches if isinstance(p, StepPatch)]):
        assert above.get_data().baseline == pytest.approx(below.get_data().values)
    assert state[1].lines[0].get_ydata() == pytest.approx(band(5)[:, 1])
    assert {axes.get_xlim() for axes in panels(figure)} == {(0.5, 26.5)}
    assert state[-1].get_xlabel() == "week"
    assert {"31 %", "34 %", "0 %", "Energy-only truce", *STATES} <= {*words(sheet(figure))}
    assert all(float(tick).is_integer() for axes in panels(figure) for tick in axes.get_xticks())


def test_names_of_ends_keep_the_order_of_the_areas() -> None:
    figure = path_figure()
    heights = {text.get_text(): text.get_position()[1] for text in sheet(figure).texts}
    assert heights["No agreement"] < heights["Exit of a party"] < heights["Full ceasefire signed"]


def test_map_has_the_letter_and_colour_of_each_cell(drawn_map: Figure) -> None:
    (axes,) = panels(drawn_map)
    found = {(round(t.get_position()[1] - 0.52), round(t.get_position()[0]) - 1): t.get_text()
             for t in axes.texts}  # fmt: skip
    cells = keys(24, 26)
    assert found == {
        place: LABELS[key].letter for place, key in np.ndenumerate(cells) if key != "-"
    }
    for patch in axes.patches:
        assert isinstance(patch, PathPatch)
        (key,) = [k for k in LABELS if LABELS[k].colour == to_hex(patch.get_facecolor())]
        assert not patch.get_hatch()
        assert area(patch) == pytest.approx((cells == key).sum())
    assert (axes.get_xlim(), axes.get_ylim()) == ((0.5, 26.5), (24.0, 0.0))
    assert axes.get_xlabel() == "week"
    assert {"stalling", "impasse", "not reached", "start", "state"} <= {*words(sheet(drawn_map))}


def area(patch: PathPatch) -> float:
    """Return the area of a path of boxes."""
    boxes = patch.get_path().to_polygons()
    return sum(float(np.ptp(box[:, 0]) * np.ptp(box[:, 1])) for box in boxes)


def test_map_without_room_for_letters_has_hatches_and_thinned_names() -> None:
    (axes,) = panels(map_figure(130, grouped=False))
    assert list(axes.texts) == []
    hatched = {to_hex(patch.get_facecolor()): patch.get_hatch() for patch in axes.patches}
    expected = {LABELS[key].colour: LABELS[key].hatch or None for key in KEYS}
    assert {colour: hatch or None for colour, hatch in hatched.items()} == expected
    assert 2 <= 130 / len(axes.get_yticks()) <= 4
    (axes,) = panels(map_figure(130))
    assert not axes.get_yticks().size


def test_map_marks_the_base_with_a_ring(drawn_map: Figure) -> None:
    (axes,) = panels(drawn_map)
    rings = [line for line in axes.lines if line.get_marker() == "o"]
    assert {(*line.get_xdata(), *line.get_ydata()) for line in rings} == {(1, 5.5)}


def test_trajectory_spells_what_fits_and_keys_what_does_not() -> None:
    figure = trajectory_figure()
    *state, russia, ukraine, usa, effect = panels(figure)
    assert words(russia) == ["yes / if", "yes / yes", "no / no"]
    assert words(ukraine) == ["yes / no / no", "a", "yes / no / no"]
    assert words(usa) == ["no / no", "b", "no / no"]
    assert words(effect) == ["Energy-only truce", "Nothing in effect"]
    assert [line.get_ydata()[0] for axes in state for line in axes.lines] == [3, 5, 2]
    shown = words(sheet(figure))
    assert [shown.index("a") + 1, shown.index("b") + 1] == [
        shown.index("yes / yes / pause"),
        shown.index("aid cutoff"),
    ]
    assert {"Russia", "Ukraine", "United States"} <= {*shown}


def test_a_word_has_one_colour_whoever_says_it() -> None:
    _, _, _, russia, _, usa, _ = panels(trajectory_figure())
    assert russia.patches[2].get_facecolor() == usa.patches[0].get_facecolor()
    assert russia.patches[0].get_facecolor() != russia.patches[1].get_facecolor()
    assert [patch.get_width() for patch in russia.patches] == [3, 15, 8]


def test_phase_names_regions_inside_them() -> None:
    figure = phase_figure()
    (axes,) = panels(figure)
    figure.canvas.draw()
    named = {"agree now (settle)": 0, "stalling": 1, "waiting": 2}
    assert {*words(axes)} == {*named, "not solved", "base case"}
    for text in axes.texts:
        if text.get_text() in named:
            box = text.get_window_extent().transformed(axes.transData.inverted())
            inside = regions()[
                np.ix_(
                    nearest(Y, box.y0) + np.arange(nearest(Y, box.y1) - nearest(Y, box.y0) + 1),
                    nearest(X, box.x0) + np.arange(nearest(X, box.x1) - nearest(X, box.x0) + 1),
                )
            ]
            assert (inside == named[text.get_text()]).all()
    assert {"impasse", "stated ranges"} <= {*words(sheet(figure))}


def nearest(grid: np.ndarray, value: float) -> int:
    return int(np.abs(grid - value).argmin())


def test_phase_fills_every_cell_once_and_draws_the_borders() -> None:
    (axes,) = panels(phase_figure())
    fills = [patch for patch in axes.patches if isinstance(patch, PathPatch)]
    cell = (X[1] - X[0]) * (Y[1] - Y[0])
    counts = [round(area(patch) / cell) for patch in fills]
    assert counts == [int((regions() == code).sum()) for code in (0, 1, 2, 3, -1)]
    assert [to_hex(patch.get_facecolor()) for patch in fills[:2]] == [
        LABELS["settle"].colour,
        LABELS["stalling"].colour,
    ]
    (lines,) = [c for c in axes.collections if isinstance(c, LineCollection)]
    length = sum(
        abs(x1 - x0) / (X[1] - X[0]) + abs(y1 - y0) / (Y[1] - Y[0])
        for (x0, y0), (x1, y1) in lines.get_segments()
    )
    codes = regions()
    assert round(length) == (codes[1:] != codes[:-1]).sum() + (codes[:, 1:] != codes[:, :-1]).sum()
    assert axes.get_xlim() == pytest.approx((0.017, 0.203))
    assert axes.get_ylim() == pytest.approx((-12.25, 0.25))


def test_phase_marks_base_and_ranges() -> None:
    (axes,) = panels(phase_figure())
    (frame,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert frame.get_bbox().extents == pytest.approx([0.02, -10, 0.2, -1])
    assert [(*line.get_xdata(), *line.get_ydata()) for line in axes.lines] == [(0.1, -2.0)]
    (axes,) = panels(phase_figure(y_range=None))
    assert [*axes.lines[0].get_xdata()] == [0.02, 0.2]
    figure = phase_figure(base=(0.5, 0.0))
    assert "base case, at 0.5 and 0: outside the axes" in words(sheet(figure))


def test_regions_of_their_own_names_can_take_the_colours_of_labels() -> None:
    names = ["Deal", "Delay", "Wait", "Impasse"]
    figure = plots.phase_diagram(
        X, Y, regions(), names, xlabel="", ylabel="", title="", keys=list(KEYS[:4])
    )
    fills = [to_hex(patch.get_facecolor()) for patch in panels(figure)[0].patches]
    assert fills[:4] == [LABELS[key].colour for key in KEYS[:4]]
    assert {"Deal", "Delay"} <= {*words(panels(figure)[0])}


def test_line_shows_values_before_bands() -> None:
    figure = line_figure()
    strip, axes = panels(figure)
    assert words(strip) == ["stalling", "waiting", "impasse"]
    assert "agree now (settle)" in words(sheet(figure))
    drawn = [line for line in axes.lines if len(line.get_xdata()) == len(X)]
    assert drawn[0].get_ydata() == pytest.approx(np.sin(40 * X))
    changes = [patch.get_x() for patch in strip.patches]
    assert changes == pytest.approx([0.017, 0.047, 0.107, 0.179])
    assert words(axes) == ["base case"]
    assert axes.get_xlim() == strip.get_xlim()
    assert {"value of delay", "premium from the channels"} <= {*words(sheet(figure))}


def test_channels_add_up_to_the_total() -> None:
    (axes,) = panels(channels_figure())
    bars = [(p.get_x(), p.get_width()) for p in axes.patches]
    assert np.array(bars) == pytest.approx(
        np.array([(0, 2.1), (2.1, -0.45), (1.65, 1.3), (0, 2.95)])
    )
    assert words(axes) == ["+2.1", "\N{MINUS SIGN}0.45", "+1.3", "2.95"]
    assert [to_hex(p.get_facecolor()) for p in axes.patches][:3] == [GAIN, LOSS, GAIN]
    assert axes.get_xlabel() == "payoff of Russia"


def test_what_channels_leave_of_the_total_is_shown() -> None:
    (axes,) = panels(plots.waterfall(["drift"], [1.0], 3.0, title="", unit=""))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["drift", "other", "Total"]
    assert words(axes) == ["+1", "+2", "3"]


def test_shares_run_from_0_to_100_with_their_intervals() -> None:
    figure = shares_figure()
    (axes,) = panels(figure)
    assert axes.get_xlim() == (0, 100)
    assert [p.get_width() for p in axes.patches[3:]] == pytest.approx([63.4, 0.4, 0])
    assert [*axes.lines[0].get_xdata()] == pytest.approx([57, 69])
    assert words(sheet(figure)) == ["63 %", "57 to 69 %", "<1 %", "0 to 2 %", "not defined"]
    assert to_hex(axes.patches[3].get_facecolor()) == LABELS["stalling"].colour


# --- faults ---

FAULTS: dict[str, Callable[[], Figure]] = {
    r"payoffs: expected an array of shape \(1, 2\), got \(2, 1\)": lambda: plots.outcome_payoffs(
        ["Truce"], ["Russia", "Ukraine"], [[1], [2]], title="", unit=""
    ),
    "at least one of each": lambda: plots.outcome_payoffs([], [], [], title="", unit=""),
    "marks: expected 1": lambda: plots.outcome_payoffs(
        ["Truce"], ["Russia"], [[1]], title="", unit="", marks=["a", "b"]
    ),
    "rounds: expected whole numbers": lambda: plots.equilibrium_path(
        [], {"Truce": []}, {}, {}, title=""
    ),
    "nothing to draw": lambda: plots.equilibrium_path([1], {}, {}, {}, title="Empty"),
    r"Truce: expected an array of shape \(2,\)": lambda: plots.equilibrium_path(
        [1, 2], {"Truce": [1]}, {}, {}, title=""
    ),
    'unknown label "stall"; did you mean "stalling"': lambda: plots.label_map(
        [["stall"]], ["x"], title="", xlabel="", ylabel=""
    ),
    "row_names: expected 1": lambda: plots.label_map(
        [["settle"]], [], title="", xlabel="", ylabel=""
    ),
    "groups: expected 1 rows together": lambda: plots.label_map(
        [["settle"]], ["x"], title="", xlabel="", ylabel="", groups=[("a", 2)]
    ),
    r"base: \(0, 0\) is not": lambda: plots.label_map(
        [["settle"]], ["x"], title="", xlabel="", ylabel="", base=(0, 0)
    ),
    "labels: expected shape": lambda: plots.label_map(
        ["settle"], ["x"], title="", xlabel="", ylabel=""
    ),
    "Russia: expected 2 texts": lambda: plots.trajectory(
        [1, 2], {}, [("Russia", ["yes"])], ["", ""], title=""
    ),
    "Patience: expected 2 rounds": lambda: plots.trajectory(
        [1, 2], {"Patience": [1]}, [], ["", ""], title=""
    ),
    "y: expected increasing values": lambda: plots.phase_diagram(
        [1], [2, 1], [[0], [0]], ["Deal"], xlabel="", ylabel="", title=""
    ),
    "region 1 has no name": lambda: plots.phase_line(
        [1], {}, [1], ["Deal"], xlabel="", ylabel="", title=""
    ),
    "keys: expected 1": lambda: plots.phase_line(
        [1], {}, [0], ["Deal"], xlabel="", ylabel="", title="", keys=["settle", "stalling"]
    ),
    "expected finite numbers": lambda: plots.waterfall(["a"], [np.nan], 1, title="", unit=""),
    'figure "None": nothing to draw': lambda: plots.share_bars(
        [], [], np.zeros((0, 2)), title="None"
    ),
}


@pytest.mark.parametrize("message", FAULTS)
def test_arguments_that_do_not_agree_are_refused(message: str) -> None:
    with pytest.raises(NegsimError, match=message):
        FAULTS[message]()


# --- bytes, and nothing left behind ---

TWICE = ("outcomes", "path", "map_tall", "trajectory", "phase", "shares")


@pytest.mark.parametrize("name", TWICE)
def test_the_same_figure_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first = plots.save(FIGURES[name](), tmp_path / "first", name)
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "svg.hashsalt": "other"}):
        again = plots.save(FIGURES[name](), tmp_path / "again", name)
    assert [path.name for path in first] == [f"{name}.svg", f"{name}.png"]
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_nothing_of_time_or_program_is_written(tmp_path: Path) -> None:
    vector, picture = plots.save(channels_figure(), tmp_path, "channels")
    svg, png = vector.read_text(encoding="utf-8"), picture.read_bytes()
    for word in ("date", "Creator", "Matplotlib"):
        assert word not in svg
    for chunk in (b"tEXt", b"iTXt", b"tIME", b"Software"):
        assert chunk not in png


PROCESS = """
import sys
from pathlib import Path
from negsim.drawing import plots
rows = [["settle", "stalling"] * 9] * 90
figure = plots.label_map(rows, ["x"] * 90, title="A & B <C>", xlabel="week", ylabel="state")
plots.save(figure, Path(sys.argv[1]), "map")
assert "matplotlib.pyplot" not in sys.modules
"""


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: black\n")
    subprocess.run(
        [sys.executable, "-c", PROCESS, str(tmp_path / "other")],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "MATPLOTLIBRC": str(settings)},
    )
    rows = [["settle", "stalling"] * 9] * 90
    figure = plots.label_map(rows, ["x"] * 90, title="A & B <C>", xlabel="week", ylabel="state")
    for path in plots.save(figure, tmp_path, "map"):
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_svg_keeps_text_as_text_in_fonts_that_browsers_have(drawn_map: Figure) -> None:
    text = plots.svg_text(drawn_map)
    tree = ElementTree.fromstring(text)
    assert tree.tag.endswith("svg")
    assert tree.get("role") == "img"
    space = "{http://www.w3.org/2000/svg}"
    assert tree.findtext(f"{space}title") == drawn_map.get_suptitle().replace("\n", " ")
    found = list(tree.iter(f"{space}text"))
    assert "delay is the best reply" in " ".join("".join(t.itertext()) for t in found)
    styles = {t.get("style", "").split("font-family: ")[-1].split(";")[0] for t in found}
    assert styles == {"'DejaVu Sans', 'Verdana', 'Arial', sans-serif"}


HOSTILE = "$x_1$ </text><script>&\x07 100 % \\frac {a}"


def test_text_of_a_scenario_is_never_markup() -> None:
    figure = plots.share_bars([HOSTILE], [0.5], [[0.4, 0.6]], title=HOSTILE)
    text = plots.svg_text(figure)
    tree = ElementTree.fromstring(text)
    assert "<script>" not in text
    shown = [item.text or "" for item in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert any(item.startswith("$x_1$ </text><script>") for item in shown)
    assert legible(figure)


def test_glyphs_that_the_font_lacks_do_not_warn(tmp_path: Path) -> None:
    figure = plots.share_bars(["\u505c\u706b"], [0.5], [[0.4, 0.6]], title="\u505c\u706b")
    assert "\u505c\u706b" in plots.save(figure, tmp_path, "x")[0].read_text(encoding="utf-8")


def test_drawing_leaves_the_users_settings_alone() -> None:
    before = dict(mpl.rcParams)
    plots.svg_text(channels_figure())
    with pytest.raises(NegsimError):
        plots.waterfall([], [1.0], 1.0, title="", unit="")
    assert dict(mpl.rcParams) == before


def test_labels_that_hang_on_the_selection_have_a_corner_of_their_own() -> None:
    rows = [["settle", "stalling"]]
    about = {"title": "", "xlabel": "week", "ylabel": "state"}
    plain_map = plots.label_map(rows, ["a"], **about)
    marked = plots.label_map(rows, ["a"], **about, marked=[[False, True]])
    words = "another label under another selection"
    assert words in " ".join(text.get_text() for text in marked.findobj(Text))
    assert words not in " ".join(text.get_text() for text in plain_map.findobj(Text))
    assert len(marked.axes[1].patches) == len(plain_map.axes[1].patches) + 1
