"""Tournaments: the table is that of the pairings, whoever works and however often it stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import UnknownNameError, UsageError
from negsim.playing.horizon import Horizon
from negsim.playing.lineup import suitable
from negsim.playing.noise import Noise
from negsim.questions.rules.contest import play_rules
from negsim.questions.tournament.tournament import (
    default_roles,
    enter,
    jobs_of,
    tournament,
)
from negsim.scenario.load import load

RULES = (("sincere", "yes_but", "hardliner"), ("patient", "hazard"))


@pytest.fixture(scope="module")
def small(truce: Path) -> Compiled:
    return compile_scenario(load(truce))


def entered(compiled: Compiled, **options: Any) -> Any:
    settings = {"runs": 40, "seed": 3} | options
    return enter(compiled.scenario, ("north", "envoy"), RULES, **settings)


def same(one: Any, other: Any) -> bool:
    tables = [np.array_equal(one.columns[n], other.columns[n], equal_nan=True) for n in one.columns]
    answers = [np.array_equal(a, b) for a, b in zip(one.answers, other.answers, strict=True)]
    return all(tables) and all(answers) and one.complete == other.complete


def test_a_pairing_is_what_the_engine_plays(small: Compiled) -> None:
    found = tournament(small, entered(small))
    assert found.complete
    for a, own in enumerate(RULES[0]):
        for b, other in enumerate(RULES[1]):
            payoffs, runs = play_rules(small, small.talks(), [own, "sincere", other], 40, 3)
            for k, name in enumerate(found.parties):
                assert found.columns[f"payoff {name}"][0, a, b] == pytest.approx(payoffs[k])
                assert found.columns[f"mean {name}"][0, a, b] == runs.means().payoffs[k]
            assert found.columns["rounds"][0, a, b] == (runs.end_round + 1).mean()


def test_nothing_does_better_than_the_answer(small: Compiled) -> None:
    found = tournament(small, entered(small, noises=(Noise(), Noise(0.1))))
    north = found.columns["payoff north"].max(axis=1)
    envoy = found.columns["payoff envoy"].max(axis=2)
    assert (found.answers[0] >= north - 1e-9).all()
    assert (found.answers[1] >= envoy - 1e-9).all()


def test_settings_are_all_horizons_and_noises(small: Compiled) -> None:
    entry = entered(
        small, horizons=(Horizon(), Horizon(chance=0.2)), noises=(Noise(), Noise(0.1, 0.2))
    )
    found = tournament(small, entry)
    assert [entry.setting_words(k) for k in range(4)] == [
        "horizon file",
        "horizon file, noise 0.1, misperception 0.2",
        "horizon random:0.2",
        "horizon random:0.2, noise 0.1, misperception 0.2",
    ]
    assert found.columns["rounds"].shape == (4, 3, 2)
    assert len(np.unique(found.columns["payoff north"][:, 1, 0])) == 4


def test_workers_do_not_matter(small: Compiled) -> None:
    assert same(tournament(small, entered(small)), tournament(small, entered(small), workers=3))


OWN = """
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from negsim.playing.strategy import Strategy, memoryless, within

Path("counted").write_text(Path("counted").read_text() + "x")


@dataclass(frozen=True, slots=True)
class Mixes(Strategy):
    share: int = field(default=1, metadata=within(1, 9, "how often it says the first thing"))

    def tabulate(self, table, player, others, /):
        weights = np.ones(table.board.moves[player])
        weights[0] = self.share
        return memoryless((weights / weights.sum())[None, None, None])
"""


def test_a_users_file_is_run_once_and_by_no_thread(
    small: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    rules = tuple(f"own.py:Mixes:share={share}" for share in range(1, 6))
    counted = tmp_path / "counted"
    counted.write_text("", encoding="utf-8")
    entry = enter(small.scenario, ("north", "envoy"), (rules, ("patient", "hazard")), runs=5)
    counted.write_text("", encoding="utf-8")
    found = tournament(small, entry, workers=4)
    assert not found.skipped
    assert len(counted.read_text(encoding="utf-8")) == len(rules)


def test_another_code_of_a_users_file_is_another_tournament(
    small: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counted").write_text("", encoding="utf-8")
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    entry = enter(small.scenario, ("north", "envoy"), (("own.py:Mixes",), ("patient",)), runs=5)
    tournament(small, entry, out=tmp_path)
    tournament(small, entry, out=tmp_path)
    (tmp_path / "own.py").write_text(f"{OWN}# changed\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds another tournament: files"):
        tournament(small, entry, out=tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_tournament_goes_on(small: Compiled, tmp_path: Path, workers: int) -> None:
    entry = entered(small)
    total = len(jobs_of(entry))

    def interrupt(done: int, _total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tournament(small, entry, out=tmp_path, workers=workers, progress=interrupt)
    seen: list[int] = []
    found = tournament(small, entry, out=tmp_path, progress=lambda done, _: seen.append(done))
    assert seen == list(range(4, total + 1))
    assert same(found, tournament(small, entry))
    again: list[int] = []
    assert same(
        found, tournament(small, entry, out=tmp_path, progress=lambda d, _: again.append(d))
    )
    assert again == [total]


def test_another_tournament_in_the_folder_is_refused(small: Compiled, tmp_path: Path) -> None:
    tournament(small, entered(small), out=tmp_path)
    with pytest.raises(UsageError, match="holds another tournament: seed 3 there; expected"):
        tournament(small, entered(small, seed=4), out=tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "tournament.sqlite").write_text("not a database, surely not one at all")
    with pytest.raises(UsageError, match=r"tournament\.sqlite"):
        tournament(small, entered(small), out=tmp_path / "other")


def test_pairings_that_cannot_be_played_are_told(small: Compiled) -> None:
    rules = (("optimal_staller", "sincere"), ("optimal_staller",))
    entry = enter(small.scenario, ("north", "south"), rules, runs=5)
    found = tournament(small, entry)
    assert list(found.skipped) == [(0, 0)]
    assert "would each answer the other's strategy" in found.skipped[0, 0]
    assert np.isnan(found.columns["payoff north"][0, 0, 0])
    assert np.isfinite(found.columns["payoff north"][0, 1, 0])


@pytest.mark.parametrize(
    ("roles", "rules", "options", "message"),
    [
        (("north",), (("sincere",),), {}, "between two roles, got north"),
        (("north", "north"), RULES, {}, "between two roles, got north, north"),
        (("north", "envoy"), ((), ("patient",)), {}, "north has no strategy"),
        (("north", "envoy"), (("sincere", "sincere"), ("patient",)), {}, r"sincere:.* twice"),
        (("north", "envoy"), RULES, {"runs": 0}, "runs is 0, expected at least 1"),
        (("north", "envoy"), RULES, {"others": {"north": "random"}}, "north is a role"),
        (("north", "envoy"), (("hazard",), ("patient",)), {}, 'strategy "hazard" suits'),
    ],
)
def test_requests_that_cannot_be_met(
    small: Compiled, roles: Any, rules: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        enter(small.scenario, roles, rules, **options)


def test_unknown_names_are_told(small: Compiled) -> None:
    with pytest.raises(UnknownNameError, match='unknown party "nort"; did you mean "north"'):
        enter(small.scenario, ("nort", "envoy"), RULES)
    with pytest.raises(UnknownNameError, match='did you mean "sincere"'):
        enter(small.scenario, ("north", "envoy"), (("sincer",), ("patient",)))


def test_roles_and_strategies_by_default(small: Compiled) -> None:
    assert default_roles(small.scenario) == ("north", "envoy")
    assert {"sincere", "yes_but"} <= set(suitable("party"))
    assert {"patient", "hazard"} <= set(suitable("mediator"))
    assert "hazard" not in suitable("party")
