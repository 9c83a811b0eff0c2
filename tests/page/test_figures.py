"""What the figures of a report show is what the findings say, and all of it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from negsim.drawing.words import groups
from negsim.page.answer import Run
from negsim.page.figures import figures
from negsim.page.results import read_results
from negsim.questions.sweep.answer import PhaseDiagram
from negsim.questions.sweep.draw import axis_label, phase_figure

NAMES = [
    "march_2025",
    "chicken",
    "drift",
    "prisoners_dilemma",
    "three_party_talks",
    "truce",
    "bare",
]


def findings_of(name: str, report_of: Callable) -> Run:
    return read_results(report_of(name)[0] / "results.json")


@pytest.fixture(scope="module")
def drawn(report_of: Callable) -> Callable[[str], dict[str, Figure]]:
    """Return a function that gives the figures of a scenario, drawn once."""
    made: dict[str, dict[str, Figure]] = {}

    def draw(name: str) -> dict[str, Figure]:
        if name not in made:
            made[name] = figures(findings_of(name, report_of))
        return made[name]

    return draw


def text_of(figure: Figure) -> str:
    found = [text for text in figure.findobj(mpl.text.Text) if text.get_visible()]
    return " ".join(" ".join(text.get_text().split()) for text in found)


def touching(figure: Figure) -> list[tuple[str, str]]:
    """Return the texts inside the axes, and the titles, that cover one another."""
    figure.canvas.draw()
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    texts = [text for text in texts if text.get_text().strip() and text.get_visible()]
    boxes = np.array([text.get_window_extent().extents for text in texts]).reshape(-1, 4)
    left, bottom, right, top = boxes.T
    across = (left[:, None] < right - 1) & (left < right[:, None] - 1)
    along = (bottom[:, None] < top - 1) & (bottom < top[:, None] - 1)
    pairs = np.argwhere(np.triu(across & along, 1))
    return [(texts[i].get_text(), texts[j].get_text()) for i, j in pairs]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_has_the_figures_it_has_material_for(name: str, drawn: Callable) -> None:
    found = set(drawn(name))
    assert {"outcomes", "path", "trajectory"} <= found
    assert ("phase" in found) == (name in ("march_2025", "truce"))
    assert ("shares" in found) == (name in ("march_2025", "truce", "drift", "three_party_talks"))
    maps = {each for each in found if each.startswith("labels_")}
    assert maps == {
        "march_2025": {"labels_russia", "labels_ukraine"},
        "truce": {"labels_north", "labels_south"},
        "three_party_talks": {"labels_staller", "labels_defender"},
        "drift": {"labels_staller"},
    }.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_no_text_covers_another(name: str, drawn: Callable) -> None:
    assert {
        each: pairs for each, figure in drawn(name).items() if (pairs := touching(figure))
    } == {}


def test_text_that_covers_another_is_found() -> None:
    figure = Figure()
    mpl.backends.backend_agg.FigureCanvasAgg(figure)
    figure.text(0.5, 0.5, "one")
    figure.text(0.51, 0.5, "two")
    assert touching(figure) == [("one", "two")]


def test_figures_say_what_the_findings_say(drawn: Callable, report_of: Callable) -> None:
    findings, found = findings_of("truce", report_of), drawn("truce")
    for party in findings.about.parties:
        assert party.label in text_of(found["outcomes"])
    rows = findings.outcomes.outcomes
    stable = sum(row.equilibrium for row in rows)
    assert f"{stable} of {len(rows)} outcomes" in text_of(found["outcomes"])
    for name in findings.delay.path.state:
        assert name in text_of(found["path"])
    assert findings.play is not None
    assert findings.play.run.end in text_of(found["trajectory"])
    assert next(name for name in found if name.startswith("ledger_")) == "ledger_north"
    assert "Delay is worth" in text_of(found["ledger_north"])
    assert "delay is the best reply in 59 % of what can occur" in text_of(found["labels_north"])
    for label in ("Speed of the line", "What a week of war costs the north"):
        assert label in text_of(found["phase"])


def test_phase_axes_carry_the_levers_names(report_of: Callable) -> None:
    phase = findings_of("truce", report_of).phase
    assert phase is not None
    assert axis_label(phase, 0) == "Speed of the line (parameters.speed)"
    assert axis_label(replace(phase, titles=("a.b",), names=("a.b",)), 0) == "a.b"


def test_a_line_with_nothing_solved_is_drawn() -> None:
    nothing = np.full(2, np.nan)
    phase = PhaseDiagram(
        party="ann",
        names=("parameters.x",),
        titles=("X",),
        axes=(np.array([0.0, 1.0]),),
        labels=np.array([-1, -1]),
        delay=nothing,
        agreement=nothing,
        end_round=nothing,
        solved=2,
        hangs_on_selection=float("nan"),
        shares={"not solved": 1.0},
        base=(0.5,),
        ranges=((None, None),),
    )
    assert "not solved" in text_of(phase_figure(phase, "Ann"))


def test_groups_need_more_than_one_variable() -> None:
    assert groups(["a 0, b 0", "a 0, b 1", "a 1, b 0"]) == [("a 0", 2), ("a 1", 1)]
    assert groups(["a 0", "a 1"]) == []


def test_drawing_leaves_the_settings_of_the_user_alone(report_of: Callable) -> None:
    findings = findings_of("bare", report_of)
    with mpl.rc_context({"font.size": 31, "svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        figures(findings)
        assert dict(mpl.rcParams) == before
