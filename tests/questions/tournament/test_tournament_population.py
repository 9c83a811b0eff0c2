"""What becomes of strategies, told from made-up tournaments: who is kept and what spreads."""

from __future__ import annotations

from typing import Any

import numpy as np

from negsim.questions.tournament.ask import names_of
from negsim.questions.tournament.draw import noise_levels, three_best, tournament_figures
from negsim.questions.tournament.spread import (
    complete,
    fixation_rows,
    kept,
    population_rows,
    populations,
    shared_table,
)


def made(
    first: list[list[float]], second: list[list[float]], rules: tuple[list[str], list[str]]
) -> dict[str, Any]:
    """Return the answer of a tournament with these payoffs; NaN where a pairing was not played."""
    rows = [
        {
            "setting": "horizon file",
            "row": rules[0][a],
            "column": rules[1][b],
            "payoff row": first[a][b],
            "payoff column": second[a][b],
        }
        for a, b in np.ndindex(len(rules[0]), len(rules[1]))
        if np.isfinite(first[a][b])
    ]
    best = [{"rank": 1, "rule": own[0], "payoff": 0.0} for own in rules]
    rest = [[{"rank": 2, "rule": rule, "payoff": 0.0} for rule in own[1:]] for own in rules]
    answer = {
        "roles": ["row", "column"],
        "labels": ["Row", "Column"],
        "rules": list(rules),
        "names": [names_of(own) for own in rules],
        "settings": ["horizon file"],
        "conditions": [{"horizon": "file", "noise": 0.0, "misperception": 0.0}],
        "standings": [[[best[k], *rest[k]] for k in (0, 1)]],
        "pairings": rows,
        "seed": 1,
    }
    return answer | {"populations": [populations(answer, 0)]}


DILEMMA = [[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]
NAMES = ["observe", "break"]
GAP = float("nan")


def test_what_is_dominated_goes_under_each_dynamic() -> None:
    turned = [[row[::-1] for row in table] for table in DILEMMA]
    answer = made(*turned, (NAMES, NAMES[::-1]))
    for found in [*answer["populations"][0]["roles"], answer["populations"][0]["shared"]]:
        place = found["rules"].index("break")
        for dynamic in ("replicator", "logit", "rare_mutation"):
            assert found[dynamic][place] > 0.99, (found, dynamic)


def test_one_population_gets_the_mean_of_both_roles() -> None:
    first, second = [[1.0, 2.0], [3.0, 4.0]], [[10.0, 20.0], [30.0, 40.0]]
    answer = made(first, second, (["a", "b"], ["b", "a"]))
    assert shared_table(answer).tolist() == [[(2 + 20) / 2, (1 + 40) / 2], [(4 + 10) / 2, 16.5]]
    assert shared_table(made(first, second, (["a", "b"], ["c", "d"]))) is None


def test_who_is_left_out_of_one_role_is_left_out_of_the_other() -> None:
    table = [[1.0, GAP, 2.0], [0.0, 3.0, 1.0], [2.0, 1.0, 0.0]]
    assert complete(np.array(table)) == ([1, 2], [0, 1, 2])
    answer = made(table, table, (["x", "y", "z"], ["y", "x", "z"]))
    assert kept(answer) == ([1, 2], [0, 2])
    assert answer["populations"][0]["left_out"] == [["x"], ["x"]]
    labels = [figure.axes[-1].get_xlabel() for figure in tournament_figures(answer).values()]
    assert any(label.endswith(", without x") for label in labels)


def test_nothing_spreads_where_nobody_is_left() -> None:
    answer = made([[GAP], [1.0]], [[GAP], [1.0]], (["x", "y"], ["x"]))
    assert answer["populations"][0]["roles"] == []
    assert set(tournament_figures(answer)) == {"payoffs_row", "payoffs_column"}
    assert len(population_rows(answer)) == len(fixation_rows(answer)) == 1


def test_like_roles_are_one_population() -> None:
    found = tournament_figures(made(*DILEMMA, (NAMES, NAMES)))
    assert "three_strategies" not in found
    title = found["one_population"].get_suptitle()
    assert title == 'One population that plays both roles comes to "break"'
    assert found["fixation"].get_suptitle() == ("1 of 2 strategies can be displaced by luck only")
    assert '"break" >99 % of the time' in found["long_run"].get_suptitle()
    rows = fixation_rows(made(*DILEMMA, (NAMES, NAMES)))
    chances = {(row[1], row[2]): row[3] for row in rows[1:]}
    assert chances["break", "observe"] > 0.3
    assert chances["observe", "break"] < 1e-9


def test_long_run_bars_tell_of_the_rest_together() -> None:
    rules = [f"rule {k}" for k in range(13)]
    worth = [[float(k == 4)] * 2 for k in range(13)]
    figure = tournament_figures(made(worth, worth, (rules, ["a", "b"])))["long_run_row"]
    ticks = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert ticks[0] == "rule 4"
    assert ticks[-1] == "3 others together"
    assert len(ticks) == 11


def test_the_three_best_play_differently() -> None:
    own = np.array([[3.0, 3.0], [3.0, 3.0], [2.0, 2.0], [1.0, 1.0], [2.5, 2.5]])
    other = np.zeros((5, 2))
    assert three_best(own, other) == [0, 4, 2]
    other[1, 0] = 1.0
    assert three_best(own, other) == [0, 1, 4]


def test_names_keep_the_parameters_that_differ() -> None:
    rules = ["boulware:exponent=0.2,floor=0.1", "boulware:exponent=0.3,floor=0.1", "sincere:t=0"]
    assert names_of(rules) == ["boulware:exponent=0.2", "boulware:exponent=0.3", "sincere"]


def test_what_does_best_is_drawn_over_the_noise() -> None:
    answer = made(*DILEMMA, (NAMES, NAMES))
    for horizon, noise, best in (("file", 0.2, 1), ("file", 0.1, 0), ("9", 0.3, 0)):
        rows = [
            {"rule": rule, "rank": 1 + (rule != NAMES[best]), "payoff": noise}
            for rule in (NAMES[best], NAMES[1 - best])
        ]
        answer["conditions"].append({"horizon": horizon, "noise": noise, "misperception": 0.0})
        answer["standings"].append([rows, rows])
    assert noise_levels(answer) == {0.0: 0, 0.1: 2, 0.2: 1}
    figure = tournament_figures(answer)["noise_row"]
    assert figure.get_suptitle() == "Best for Row at noise 0: observe; at 0.2: break"
    assert [line.get_xdata().tolist() for line in figure.axes[1].lines] == [[0.0, 0.1, 0.2]] * 2
