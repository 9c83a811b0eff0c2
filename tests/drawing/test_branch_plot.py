"""The figure of a logit branch: lines, dots, names, the axis of precision, and its title."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from negsim.drawing.plots import branch
from negsim.drawing.plots.branch import MOST_NAMED
from negsim.errors import UsageError
from negsim.questions.outcomes.draw import branch_figure, branch_title
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.logit import logit_branch

HUNT = NormalFormGame.from_bimatrix(
    [[4, 0], [3, 3]], [[4, 3], [0, 3]], ["Ann", "Bob"], [["stag", "hare"]] * 2
)


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    return logit_branch(HUNT).to_dict()


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_lines_are_the_chances_and_the_dots_the_limit(told: dict) -> None:
    figure = branch_figure(told, {})
    _, ann, bob = figure.axes
    assert [axes.get_ylabel() for axes in (ann, bob)] == ["chance", "chance"]
    lines = [line for line in ann.lines if len(line.get_xdata()) > 1]
    np.testing.assert_array_equal(lines[0].get_xdata(), told["precision"])
    np.testing.assert_array_equal(lines[0].get_ydata(), told["chances"]["Ann"]["stag"])
    dots = [float(line.get_ydata()[0]) for line in ann.lines if len(line.get_xdata()) == 1]
    limit = told["limit"]["profile"]["Ann"]
    assert dots == [limit.get("stag", 0.0), limit.get("hare", 0.0)] == [0.0, 1.0]
    assert {"Ann", "Bob", "stag", "hare"} <= set(words(figure))
    assert "where the branch leads as the precision grows without bound" in words(figure)
    assert ann.get_xlim() == (0, 100)
    assert bob.get_xlabel().startswith("precision of the replies")
    assert not ann.get_xlabel()


def test_the_title_says_where_the_branch_leads(told: dict) -> None:
    title = branch_title(told)
    assert title.endswith("leads to Ann: hare; Bob: hare")
    assert branch_figure(told, {}).get_suptitle().replace("\n", " ") == title
    lost = {**told, "limit": None}
    assert branch_title(lost) == (
        "The branch from uniform play to precision 100; where it leads could not be told"
    )
    assert not any("where the branch leads" in text for text in words(branch_figure(lost, {})))
    long = {"profile": {f"party {k}": {"a move with a long name": 1.0} for k in range(9)}}
    assert branch_title({**told, "limit": long}).endswith("leads to the dots at the right")


def test_players_are_told_of_which_options_their_moves_are_made(told: dict) -> None:
    texts = words(branch_figure(told, {"Ann": "Truce / Pause", "Bob": "Truce"}))
    assert {"Ann: Truce / Pause", "Bob: Truce"} <= set(texts)


def test_of_many_moves_those_made_most_often_are_named() -> None:
    chances = {f"move {k}": [1 / 9, k / 36] for k in range(9)}
    figure = branch([0.0, 10.0], {"Ann": chances}, title="Nine moves")
    named = {text for text in words(figure) if text.startswith("move ")}
    assert named == {f"move {k}" for k in range(9 - MOST_NAMED, 9)}
    assert "moves made less often, not named" in words(figure)
    assert len(figure.axes[1].lines) == 9
    colours = {line.get_color() for line in figure.axes[1].lines}
    assert len(colours) == MOST_NAMED + 1


@pytest.mark.parametrize(
    ("precision", "chances", "fault"),
    [
        ([], {"A": {}}, "expected at least one point and one player"),
        ([1.0], {}, "expected at least one point and one player"),
        ([1.0], {"A": {"yes": [1, 2]}}, r"yes: expected an array of shape \(1,\), got \(2,\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(precision: list, chances: dict, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        branch(precision, chances, title="")
