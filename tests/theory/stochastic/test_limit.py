"""Endless talks as the limit of longer and longer ones, against closed forms and plain rounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negsim.analysis.delay.stalling import LABELS, stalling
from negsim.dynamics.build import compile_scenario, talks
from negsim.errors import SolverError, UsageError
from negsim.scenario.load import load, loads
from negsim.theory.stochastic import limit
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.limit import limit_of_rounds

TEXTBOOK = Path(__file__).resolve().parents[3] / "scenarios" / "textbook"
LATTICE = """
format = 1
title = "THEORY A3: stalling on a lattice random walk"
parties.s.discount = 0.98
parties.d.discount = 0.98
[options.deal]
parties = ["s", "d"]
[talks]
ending.chance = 0.02
order = [["s"], ["d"]]
[state.x]
levels = 200
start = 150
[changes.up]
when = "not deal"
add = { x = 1 }
chance = 0.6
[changes.down]
when = "not deal"
add = { x = -1 }
chance = 0.25
[ends.signed]
kind = "agreement"
when = "deal"
[payoffs.s.share]
at = ["signed", "no_agreement"]
value = 1
per = "0.35 + 0.04 * (x - 150)"
why = "x"
[payoffs.s.penalty]
at = "no_agreement"
value = -0.1
why = "x"
[payoffs.s.talking]
when = "not deal"
value = -0.001
why = "x"
[payoffs.d.deal]
at = "signed"
value = 1
why = "x"
[payoffs.d.failure]
at = "no_agreement"
value = -1
why = "x"
"""


def lattice_value(u: float, v: float) -> tuple[int, float]:
    """Return threshold and value at the start by THEORY A3, with what is paid at an end now.

    The theory pays ``x - F`` next round, discounted; here the talks stop in the round itself.
    """
    x0, s, k, delta, h, penalty = 0.35, 0.04, 0.001, 0.98, 0.02, 0.1
    rho, m = delta * (1 - h), s * (u - v)
    roots = np.roots([rho * u, rho * (1 - u - v) - 1, rho * v])
    z = max(float(root) for root in roots)
    a = h / (1 - rho)
    c = (-k + h * (m - penalty) + rho * a * m) / (1 - rho)
    values = [
        a * x0 + c + (x0 + n * s - (a * (x0 + n * s) + c)) * z ** (-n) if n else x0
        for n in range(60)
    ]
    best = int(np.argmax(values))
    return best, values[best]


def test_the_lattice_walk_has_its_closed_form() -> None:
    found = stalling(loads(LATTICE))
    up, down = 0.6 * 0.75, 0.25 * 0.4
    threshold, value = lattice_value(up, down)
    assert found.value[0, 0] == pytest.approx(value, abs=1e-9)
    labels = found.everywhere.labels[0, 0, 0]
    assert (labels[150 : 150 + threshold] != LABELS.index("settle")).all()
    assert labels[150 + threshold] == LABELS.index("settle")
    assert found.everywhere.prospects.gain.max() <= 1e-12


def test_longer_and_longer_talks_approach_it() -> None:
    text = LATTICE.replace("levels = 200", "levels = 80").replace("start = 150", "start = 40")
    text = text.replace("x - 150", "x - 40")
    endless = limit_of_rounds(talks(loads(text)))
    long = backward_induction(talks(loads(text.replace("[talks]", "[talks]\nrounds = 900"))))
    assert endless.values[0, 0] == pytest.approx(long.values[0, -1], abs=1e-12)


def test_moves_at_once_settle_too() -> None:
    text = LATTICE.replace('order = [["s"], ["d"]]', "").replace("levels = 200", "levels = 30")
    text = text.replace("start = 150", "start = 3").replace("x - 150", "x - 3")
    game = talks(loads(text))
    plan = limit_of_rounds(game)
    assert plan.regret.max() == 0
    long = backward_induction(talks(loads(text.replace("[talks]", "[talks]\nrounds = 900"))))
    assert plan.values[0, 0] == pytest.approx(long.values[0, -1], abs=1e-12)


def test_points_of_a_batch_do_not_touch_one_another() -> None:
    text = LATTICE.replace("levels = 200", "levels = 30").replace("start = 150", "start = 3")
    compiled = compile_scenario(loads(text))
    chances = [0.02, 0.3, 0.11]
    batch = limit_of_rounds(compiled.talks(compiled.points({"talks.ending.chance": chances})))
    for place, chance in enumerate(chances):
        alone = limit_of_rounds(compiled.talks(compiled.points({"talks.ending.chance": [chance]})))
        assert batch.values[place] == pytest.approx(alone.values[0], abs=1e-13)


def test_talks_with_a_last_round_are_refused() -> None:
    small = LATTICE.replace("levels = 200", "levels = 30").replace("start = 150", "start = 3")
    text = small.replace("[talks]", "[talks]\nrounds = 3")
    with pytest.raises(SolverError, match="these have a last round"):
        limit_of_rounds(talks(loads(text)))
    with pytest.raises(UsageError, match="did you mean"):
        limit_of_rounds(talks(loads(small)), "mediator_bst")


def test_play_that_goes_in_a_circle_is_seen_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that lie on no sixteenth: what is demanded swings for ever as talks get longer."""
    flows = {"payoffs.a.waiting": 0.25, "payoffs.envoy.waiting": 0.25, "payoffs.b.waiting": 0.125}
    halves = {f"parties.{name}.discount": 0.5 for name in ("a", "b", "envoy")}
    rounds = []
    lengthen = limit.lengthen

    def counted(*given: Any) -> float:
        rounds.append(given[6])
        return float(lengthen(*given))

    monkeypatch.setattr(limit, "lengthen", counted)
    with pytest.raises(SolverError, match="goes in a circle"):
        limit_of_rounds(talks(load(TEXTBOOK / "inside_options.toml").set({**flows, **halves})))
    assert sum(rounds) < 1000


def test_the_path_of_endless_talks_is_followed_for_a_while() -> None:
    text = LATTICE.replace("levels = 200", "levels = 30").replace("start = 150", "start = 3")
    found = stalling(loads(text))
    ends = found.path.ends[0].sum(axis=0)
    assert found.path.ends.shape[1] == 400
    assert ends.sum() == pytest.approx(1, abs=1e-3)
