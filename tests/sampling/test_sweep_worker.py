"""One process' work: the measures at many points, and a row with its error for one that fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from negsim.analysis.delay.stalling import analyse
from negsim.analysis.measures.registry import evaluate
from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError, UnknownNameError, UsageError
from negsim.playing.engine import exact, tabulate
from negsim.playing.reading import reading
from negsim.playing.registry import parse
from negsim.sampling import worker
from negsim.sampling.design import grid, latin_hypercube
from negsim.sampling.named import parse_rules
from negsim.sampling.run import sweep
from negsim.sampling.worker import evaluate_points, evaluator, pack, point_bytes, unpack
from negsim.scenario.load import loads
from negsim.scenario.model import Scenario

MEASURES = ["label.north", "delay.south", "value.north", "agreement_chance", "end_round"]


def test_measures_are_those_of_the_scenario_with_its_numbers_set(scenario: Scenario) -> None:
    design = latin_hypercube(scenario, 30, seed=1)
    columns, errors = evaluate_points(scenario, design.names, design.values, MEASURES)
    assert errors == [None] * 30
    for point, row in enumerate(design.values):
        there = scenario.set(dict(zip(design.names, row.tolist(), strict=True)))
        alone = evaluate(analyse(compile_scenario(there)), MEASURES)
        for name in MEASURES:
            np.testing.assert_allclose(columns[name][point], alone[name][0], rtol=1e-12)


def test_a_failing_point_is_a_row_with_its_error(scenario: Scenario) -> None:
    values = np.array([[0.2], [1.2], [0.4], [-0.5]])
    columns, errors = evaluate_points(scenario, ["parameters.drift"], values, MEASURES)
    assert errors == [
        None,
        "changes.advance.chance: reaches 1.2, expected within [0, 1]",
        None,
        "changes.advance.chance: reaches -0.5, expected within [0, 1]",
    ]
    alone, _ = evaluate_points(scenario, ["parameters.drift"], values[[0]], MEASURES)
    for name in MEASURES:
        assert np.isnan(columns[name][[1, 3]]).all()
        assert columns[name][0] == alone[name][0]


def test_a_number_outside_what_it_may_be_is_a_row_with_its_error(scenario: Scenario) -> None:
    names = ["talks.rounds", "state.ground.start", "parties.north.discount"]
    values = np.array([[3, 1, 0.9], [0, 1, 0.9], [2.5, 7, 0.9], [3, 7, 0.9], [3, 1, 1.01]])
    columns, errors = evaluate_points(scenario, names, values, MEASURES)
    assert errors == [
        None,
        "talks.rounds = 0, expected a whole number from 1 to 10,000",
        "talks.rounds = 2.5, expected a whole number from 1 to 10,000",
        "state.ground.start = 7, expected a whole number from 0 to 3",
        "parties.north.discount = 1.01, expected a discount above 0 and at most 1",
    ]
    assert np.isnan(columns["value.north"]).tolist() == [False, True, True, True, True]


def test_no_point_need_be_solvable(scenario: Scenario) -> None:
    columns, errors = evaluate_points(
        scenario, ["talks.rounds"], np.array([[0.0], [-1.0]]), MEASURES
    )
    assert None not in errors
    assert np.isnan(columns["delay.south"]).all()


def test_there_need_be_no_point(scenario: Scenario) -> None:
    columns, errors = evaluate_points(scenario, ["talks.rounds"], np.empty((0, 1)), MEASURES)
    assert errors == []
    assert {name: column.shape for name, column in columns.items()} == dict.fromkeys(MEASURES, (0,))


def test_faults_that_are_not_the_points_are_raised_at_once(scenario: Scenario) -> None:
    values = np.array([[0.1]])
    with pytest.raises(UnknownNameError, match=r'unknown measure "delai"; did you mean "delay"\?'):
        evaluate_points(scenario, ["parameters.drift"], values, ["delai.north"])
    with pytest.raises(UnknownNameError, match=r'did you mean "parameters\.drift"\?'):
        evaluate_points(scenario, ["parameters.drfit"], values, MEASURES)
    with pytest.raises(UsageError, match=r"^no measure to compute, expected one or more$"):
        evaluate_points(scenario, ["parameters.drift"], values, [])
    with pytest.raises(UsageError, match=r'^measure "end_round" is asked for twice'):
        evaluate_points(scenario, ["parameters.drift"], values, ["end_round", "end_round"])


def test_a_rule_that_profiles_break_is_raised_at_once() -> None:
    broken = loads(BROKEN)
    with pytest.raises(GameError, match=r"rules\.both: broken by the outcome of"):
        evaluate_points(broken, ["payoffs.east.truce"], np.array([[1.0]]), ["end_round"])


BROKEN = """
format = 1
title = "A rule across parties"
parties.east = {}
parties.west = {}
options.truce.parties = ["east", "west"]
options.talks.parties = ["east"]
rules.both = "talks implies truce"
payoffs.east.truce = { when = "truce", value = 1, why = "Quiet" }
"""


def test_the_batch_is_bounded_in_memory(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift, rounds = np.array([[0.1]]), np.array([[2.0], [8.0], [0.0]])
    size = point_bytes(compile_scenario(scenario), 8)
    monkeypatch.setattr(worker, "BATCH_BYTES", 5 * size)
    assert evaluator(scenario, ["talks.rounds"], rounds, MEASURES).batch == 4
    short = scenario.set({"talks.rounds": 2})
    assert evaluator(short, ["parameters.drift"], drift, MEASURES).batch == 8
    monkeypatch.setattr(worker, "BATCH_BYTES", 1)
    assert evaluator(scenario, ["talks.rounds"], rounds, MEASURES).batch == 1


def test_the_size_of_a_point_is_about_right(scenario: Scenario) -> None:
    compiled = compile_scenario(scenario)
    analysis = analyse(compiled)
    held = 0
    for plan in (analysis.plan, analysis.frozen_plans[0][0]):
        assert plan is not None
        game = plan.game
        arrays = (plan.values, plan.choice, plan.mixed, plan.count, plan.status, plan.regret)
        games = (game.payoffs, game.last_payoffs, game.chances, game.end_chances, game.costs)
        held += sum(array.nbytes for array in (*arrays, *games))
    assert 1 <= point_bytes(compiled, scenario.rounds) / held <= 2.5


def test_a_scenario_survives_packing(scenario: Scenario) -> None:
    again = unpack(pack(scenario))
    assert again == scenario
    assert again.numbers["parameters.drift"] == scenario.numbers["parameters.drift"]


def test_a_deep_expression_survives_packing() -> None:
    deep = "+".join(["1"] * 150)
    scenario = loads(BROKEN.replace('when = "truce"', f'when = "truce", per = "{deep}"'))
    assert unpack(pack(scenario)) == scenario


# ---------------------------------------------------------------- strategies that play


def test_parameters_of_strategies_are_numbers_like_others(scenario: Scenario) -> None:
    rules = {"north": parse("boulware")}
    names = ["strategies.north.exponent", "parameters.drift"]
    values = np.array([[0.2, 0.3], [2.0, 0.3], [2.0, 0.1], [0.0, 0.1], [2.0, 1.5]])
    measures = ["play_payoff.north", "play_settled", "play_regret.north"]
    columns, errors = evaluate_points(scenario, names, values, measures, rules=rules)
    assert errors == [
        None,
        None,
        None,
        "strategies.north.exponent = 0, expected a number from 0.01 to 100",
        "changes.advance.chance: reaches 1.5, expected within [0, 1]",
    ]
    for point, (exponent, drift) in enumerate(values[:3].tolist()):
        there = compile_scenario(scenario.set({"parameters.drift": drift}))
        table = reading(there, there.talks())
        rule = parse(f"boulware:exponent={exponent}")
        found = exact(table, tabulate(table, [rule, parse("equilibrium")]))
        assert columns["play_payoff.north"][point] == pytest.approx(found.payoffs[0])
        assert 0 <= columns["play_settled"][point] <= 1
        assert columns["play_regret.north"][point] >= 0


def test_whoever_plays_the_best_reply_regrets_nothing(scenario: Scenario) -> None:
    columns, _ = evaluate_points(
        scenario,
        ["parameters.drift"],
        np.array([[0.1], [0.5]]),
        ["play_regret.north", "play_payoff.north"],
        rules={"north": parse("optimal_staller"), "south": parse("sincere")},
    )
    np.testing.assert_allclose(columns["play_regret.north"], 0, atol=1e-9)


def test_play_needs_strategies_and_strategies_need_play(scenario: Scenario) -> None:
    values = np.array([[0.1]])
    with pytest.raises(UsageError, match=r'^measure "play_rounds" needs a strategy, as in --strat'):
        evaluate_points(scenario, ["parameters.drift"], values, ["play_rounds"])
    rules = {"north": parse("sincere")}
    with pytest.raises(UsageError, match=r"^strategies play, and no measure of play is asked for"):
        evaluate_points(scenario, ["parameters.drift"], values, ["end_round"], rules=rules)
    with pytest.raises(UnknownNameError, match=r'did you mean "strategies\.north\.exponent"\?'):
        evaluate_points(
            scenario,
            ["strategies.north.exponents"],
            values,
            ["play_rounds"],
            rules={"north": parse("boulware")},
        )


RULES = """
format = 1
title = "A rule that reads a number"
parties.north = {}
parties.south = {}
options.truce.parties = ["north", "south"]
talks.rounds = 3
parameters.front = { value = 0.1, range = [0, 1] }
ends.signed = { kind = "agreement", when = "truce" }
payoffs.north.peace = { at = "signed", value = 1 }
payoffs.south.peace = { at = "signed", value = 1 }
[strategies.north.waits]
rules = [{ when = "front > 0.5 and round < 3", play = {} }, { play = { truce = "yes" } }]
"""


def test_rule_lists_of_the_file_read_the_numbers_of_the_point() -> None:
    """Above 0.5 the rule waits until round 3, below it signs at once."""
    scenario = loads(RULES)
    rules = parse_rules(["north=waits", "south=sincere"], compile_scenario(scenario))
    values = np.array([[0.2], [0.8], [0.2]])
    found, errors = evaluate_points(
        scenario, ["parameters.front"], values, ["play_rounds"], rules=rules
    )
    assert errors == [None] * 3
    assert found["play_rounds"].tolist() == [1, 3, 1]
    design = grid({"parameters.front": (0.2, 0.8, 2)})
    for workers in (1, 2):
        results = sweep(scenario, design, ["play_rounds"], rules=rules, workers=workers, chunk=1)
        assert results.measures["play_rounds"].tolist() == [1, 3]


def test_a_strategy_must_suit_its_party(scenario: Scenario) -> None:
    with pytest.raises(UsageError, match=r'^strategy "bayes_trigger" suits a mediator'):
        evaluate_points(
            scenario,
            ["parameters.drift"],
            np.array([[0.1]]),
            ["play_rounds"],
            rules={"north": parse("bayes_trigger")},
        )


MINE = """
from dataclasses import dataclass, field
from negsim.playing.library.sincere import Sincere
from negsim.playing.strategy import within

@dataclass(frozen=True, slots=True)
class Mine(Sincere):
    tolerance: float = field(default=0.5, metadata=within(0, 1, "what it lets pass"))
"""


def test_a_strategy_in_a_file_is_played_and_its_file_is_part_of_the_sweep(
    scenario: Scenario, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MINE, encoding="utf-8")
    rules = parse_rules([f"north={file}:Mine"], compile_scenario(scenario))
    design = grid({"strategies.north.tolerance": (0, 1, 2)})
    first = sweep(scenario, design, ["play_rounds"], tmp_path / "out", rules=rules, workers=2)
    assert first.num_failed == 0
    file.write_text(MINE + "\n# changed\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds another sweep: .*mine\.py [0-9a-f]{12} there"):
        sweep(scenario, design, ["play_rounds"], tmp_path / "out", rules=rules)


def test_one_shot_games_are_solved_in_larger_batches(scenario: Scenario) -> None:
    drift = np.full((20_000, 1), 0.1)
    names, measures = ["parameters.drift"], ["pure_equilibria"]
    assert evaluator(scenario, names, drift, measures).batch == 1024
    assert evaluator(scenario, names, drift[:2100], measures).batch == 256
    assert evaluator(scenario, names, drift[:1], measures).batch == 64
    assert evaluator(scenario, names, drift, [*measures, "end_round"]).batch == 64
