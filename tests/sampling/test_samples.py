"""Samples have the distributions that were declared, and a longer sample begins with a shorter."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from negsim.errors import UnknownNameError, UsageError
from negsim.sampling.asked import Request, parse_correlations, parse_design, parse_kind
from negsim.sampling.grids import one_at_a_time
from negsim.sampling.margins import Margin, distributions
from negsim.sampling.points import Design
from negsim.sampling.samples import (
    extended,
    latin_hypercube,
    monte_carlo,
    saltelli,
    saltelli_parts,
    sample,
    samplers,
    sobol,
    stated_margins,
)
from negsim.scenario.model import Scenario

SETTINGS = settings(deadline=None, derandomize=True, max_examples=40)
KINDS = list(samplers)


# ---------------------------------------------------------------- margins


def reference(kind: str) -> Any:
    """Return the distribution over 1 to 5 around 2 as scipy has it."""
    return {
        "uniform": stats.uniform(1, 4),
        "loguniform": stats.loguniform(1, 5),
        "triangular": stats.triang(0.25, 1, 4),
        "pert": stats.beta(2, 4, 1, 4),
        "normal": stats.truncnorm(-1, 3, 2, 1),
    }[kind]


@pytest.mark.parametrize("kind", list(distributions))
def test_quantiles_are_those_of_the_distribution(kind: str) -> None:
    shares = np.linspace(0, 1, 41)
    found = Margin("a", 1, 5, 2, kind).quantile(shares)
    np.testing.assert_allclose(found, reference(kind).ppf(shares), rtol=1e-10)
    assert found[[0, -1]].tolist() == pytest.approx([1, 5])


@SETTINGS
@given(
    st.sampled_from(list(distributions)),
    st.integers(1, 20),
    st.integers(1, 20),
    st.floats(0, 1),
)
def test_whole_numbers_stay_whole_and_in_range(
    kind: str, low: int, width: int, share: float
) -> None:
    margin = Margin("rounds", low, low + width, low, kind, whole=True)
    (found,) = margin.quantile(np.array([share])).tolist()
    assert found == int(found)
    assert low <= found <= low + width
    ends = margin.quantile(np.array([0.0, 1.0])).tolist()
    assert ends == [low, low + width]


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        (("a", 1, 1, 1), "a: range 1 to 1 is empty, expected LO below HI"),
        (("a", 2, 1, 1), "a: range 2 to 1 is reversed, expected LO below HI"),
        (("a", 0, math.inf, 1), "a: range 0 to inf, expected finite numbers"),
        (("a", 0, 1, 2, "triangular"), "a: triangular is drawn around the stated value 2"),
        (("a", 0, 1, 1, "loguniform"), "a: loguniform from 0 to 1, expected LO above 0"),
        (("a", 0, 1, 1, "triangle"), 'unknown distribution "triangle"; did you mean "triangular"?'),
    ],
)
def test_a_margin_that_cannot_be_is_refused(margin: tuple[Any, ...], message: str) -> None:
    with pytest.raises((UsageError, UnknownNameError)) as caught:
        Margin(*margin)
    assert str(caught.value).startswith(message)


# ---------------------------------------------------------------- samples


def margins(count: int = 3) -> list[Margin]:
    return [Margin(f"parameters.p{k}", k, k + 2, k + 1) for k in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_sample_begins_with_the_shorter(kind: str) -> None:
    short = sample(kind, margins(), 16, seed=3)
    longer = extended(short, 64)
    assert longer.values[: short.size].tobytes() == short.values.tobytes()
    assert longer.size == 4 * short.size
    again = Design.from_dict(json.loads(json.dumps(longer.to_dict())))
    assert again.digest == longer.digest
    longest = extended(again, 128)
    assert longest.values[: longer.size].tobytes() == longer.values.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_repeats_with_its_seed_and_differs_with_another(kind: str) -> None:
    one, same, other = (sample(kind, margins(), 32, seed) for seed in (5, 5, 6))
    assert one.digest == same.digest
    assert one.digest != other.digest
    assert (one.values != other.values).mean() > 0.9


def test_an_extended_latin_hypercube_uses_each_stratum_once() -> None:
    longer = extended(extended(sample("latin_hypercube", margins(), 10, 1), 20), 60)
    for place, column in enumerate(longer.values.T):
        strata = np.floor((column - place) / 2 * 60)
        assert sorted(strata.tolist()) == list(range(60))


def test_sobol_points_fill_every_elementary_box(scenario: Scenario) -> None:
    design = sobol(scenario, 64, 9, ["parameters.drift", "payoffs.north.war"])
    unit = (design.values - [0, -0.9]) / [1, 0.9]
    for rows in (1, 2, 4, 8, 16, 32, 64):
        cells = np.floor(unit * [rows, 64 // rows])
        assert len(np.unique(cells, axis=0)) == 64, rows


def test_saltelli_rows_exchange_one_number_at_a_time(scenario: Scenario) -> None:
    names = ["parameters.drift", "payoffs.north.war", "payoffs.south.peace"]
    design = saltelli(scenario, 8, 2, names)
    assert design.size == 8 * 5
    for first, second, *mixed in design.values.reshape(8, 5, 3):
        for place, row in enumerate(mixed):
            assert row[place] == second[place] != first[place]
            assert np.delete(row, place).tolist() == np.delete(first, place).tolist()


def test_saltelli_gives_the_indices_of_the_ishigami_function() -> None:
    limits = [Margin(name, -math.pi, math.pi, 0.0) for name in ("a.x", "a.y", "a.z")]
    design = sample("saltelli", limits, 4096, seed=1)
    x, y, z = design.values.T
    column = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    parts: Any = saltelli_parts(design, column)
    found = stats.sobol_indices(func=parts, n=4096)
    np.testing.assert_allclose(found.first_order, [0.31390519, 0.44241114, 0], atol=0.02)
    np.testing.assert_allclose(found.total_order, [0.55758886, 0.44241114, 0.24368366], atol=0.01)
    with pytest.raises(UsageError, match=r"^indices need one number for each point of a saltelli"):
        saltelli_parts(design, column[:-1])


@pytest.mark.parametrize("kind", ["monte_carlo", "sobol"])
@pytest.mark.parametrize("wanted", [0.7, -0.4])
def test_rank_correlations_are_those_asked_for(kind: str, wanted: float) -> None:
    limits = [
        Margin("a.x", 1, 5, 2, "pert"),
        Margin("a.y", 1, 9, 2, "loguniform"),
        Margin("a.z", 0, 1, 0.5),
    ]
    design = sample(kind, limits, 8192, 4, {("a.x", "a.y"): wanted})
    found = np.asarray(stats.spearmanr(design.values).statistic)
    assert found[0, 1] == pytest.approx(wanted, abs=0.02)
    assert abs(found[0, 2]) < 0.03
    for margin, column in zip(limits, design.values.T, strict=True):
        shares = margin.quantile(np.array([0.1, 0.5, 0.9]))
        below = [(column <= share).mean() for share in shares]
        assert below == pytest.approx([0.1, 0.5, 0.9], abs=0.02)
    longer = extended(design, 16384)
    assert longer.values[:8192].tobytes() == design.values.tobytes()


@pytest.mark.parametrize(
    ("kind", "points", "pairs", "message"),
    [
        ("sobol", 1000, {}, "sobol: 1,000 points, expected a power of two such as 512 or 1,024"),
        ("saltelli", 3, {}, "saltelli: 3 points, expected a power of two such as 2 or 4"),
        ("saltelli", 2**18, {}, "262,144 x 5 = 1,310,720 points, expected at most 1,000,000"),
        ("sobol", 0, {}, "0 points, expected 1 or more"),
        ("monte_carlo", 10**15, {}, "1,000,000,000,000,000 points, expected at most 1,000,000"),
        (
            "saltelli",
            8,
            {("parameters.p0", "parameters.p1"): 0.5},
            "saltelli takes no correlations; samples that do: latin_hypercube, monte_carlo, sobol",
        ),
        (
            "monte_carlo",
            8,
            {("parameters.p0", "parameters.q"): 0.5},
            "correlation of parameters.q: it does not vary in this design",
        ),
        (
            "monte_carlo",
            8,
            {("parameters.p0", "parameters.p1"): 1.0},
            "correlation of parameters.p0 and parameters.p1: 1, expected more than -1 and less",
        ),
        (
            "monte_carlo",
            8,
            {("parameters.p0", "parameters.p0"): 0.5},
            "correlation of parameters.p0 and parameters.p0: expected each pair once",
        ),
        (
            "monte_carlo",
            8,
            {
                ("parameters.p0", "parameters.p1"): 0.9,
                ("parameters.p1", "parameters.p2"): 0.9,
                ("parameters.p0", "parameters.p2"): -0.9,
            },
            "correlations that cannot hold together: parameters.p0 and parameters.p1 0.9, ",
        ),
    ],
)
def test_a_sample_that_cannot_be_is_refused(
    kind: str, points: int, pairs: dict[tuple[str, str], float], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        sample(kind, margins(), points, 1, pairs)
    assert str(caught.value).startswith(message)


def test_what_cannot_be_extended_says_so() -> None:
    with pytest.raises(UsageError, match=r"^a design of the kind list cannot be extended, exp"):
        extended(Design("list", ("a",), np.ones((2, 1))), 4)
    with pytest.raises(UsageError, match=r"^extended to 8 points, expected more than the 8"):
        extended(sample("sobol", margins(), 8, 1), 8)
    with pytest.raises(UsageError, match=r"extended to 15, expected a multiple such as 16$"):
        extended(sample("latin_hypercube", margins(), 8, 1), 15)


def test_margins_are_the_stated_ranges_or_others(scenario: Scenario) -> None:
    found = stated_margins(
        scenario,
        ranges={"parameters.drift": (0.1, 0.2), "payoffs.south.war": (-1, 0)},
        distributions={"payoffs.south.war": "triangular"},
    )
    assert [(each.name, each.low, each.high, each.distribution) for each in found] == [
        ("parameters.drift", 0.1, 0.2, "uniform"),
        ("payoffs.south.war", -1, 0, "triangular"),
    ]
    with pytest.raises(UsageError, match=r"^distribution of payoffs\.south\.war: it does not vary"):
        stated_margins(scenario, ["parameters.drift"], None, {"payoffs.south.war": "pert"})
    design = monte_carlo(
        scenario, 200, 1, ["parameters.drift"], distributions={"parameters.drift": "pert"}
    )
    assert design.recipe["margins"][0]["distribution"] == "pert"


# ---------------------------------------------------------------- one at a time, files, texts


def test_one_at_a_time_moves_one_number_from_the_base(scenario: Scenario) -> None:
    limits = stated_margins(scenario, ["parameters.drift", "state.ground.start"])
    design = one_at_a_time(limits, 5)
    assert design.kind == "one_at_a_time"
    assert design.values[0].tolist() == [0.3, 1]
    assert design.values[1:6].tolist() == [[0, 1], [0.25, 1], [0.5, 1], [0.75, 1], [1, 1]]
    assert design.values[6:].tolist() == [[0.3, 0], [0.3, 1], [0.3, 2], [0.3, 3]]


def test_a_design_is_saved_and_read_back(scenario: Scenario, tmp_path: Path) -> None:
    design = latin_hypercube(scenario, 12, 3)
    design.save(tmp_path / "design.json")
    again = Design.load(tmp_path / "design.json")
    assert again.digest == design.digest
    assert extended(again, 24).values[:12].tobytes() == design.values.tobytes()
    asked = parse_design(Request(design=str(tmp_path / "design.json")), scenario)
    assert asked.digest == design.digest
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    for name, words in (
        ("none.json", "cannot be read"),
        ("broken.json", "not JSON, expected a saved design"),
        ("list.json", "expected a saved design"),
    ):
        with pytest.raises(UsageError, match=words):
            Design.load(tmp_path / name)
    with pytest.raises(UsageError, match=r"cannot be written"):
        design.save(tmp_path / "no" / "folder.json")


@pytest.mark.parametrize(
    ("text", "kind", "points"),
    [
        ("lhs:4096", "latin_hypercube", 4096),
        ("sobol:1024", "sobol", 1024),
        ("mc:10", "monte_carlo", 10),
        ("saltelli:64", "saltelli", 64),
        ("oat", "one_at_a_time", 11),
        ("oat:5", "one_at_a_time", 5),
        ("ordinal:7", "ordinal", 7),
    ],
)
def test_kinds_of_design(text: str, kind: str, points: int) -> None:
    assert parse_kind(text) == (kind, points)


def test_a_request_becomes_a_design(scenario: Scenario) -> None:
    both = ["parameters.drift=0:0.5", "payoffs.north.war=-0.5:0"]
    plain = parse_design(Request(both, "sobol:64", seed=2), scenario)
    assert (plain.kind, plain.names, plain.size) == (
        "sobol",
        ("parameters.drift", "payoffs.north.war"),
        64,
    )
    assert plain.values.max(axis=0).tolist() <= [0.5, 0]
    every = parse_design(Request(design="lhs:16"), scenario)
    assert len(every.names) == 7
    shaped = Request(
        both, "mc:32", ["payoffs.north.war=pert"], ["parameters.drift,payoffs.north.war=0.5"]
    )
    found = parse_design(shaped, scenario)
    assert found.recipe["margins"][1]["distribution"] == "pert"
    assert found.recipe["correlations"] == [["parameters.drift", "payoffs.north.war", 0.5]]
    assert parse_design(Request(both, "oat:3"), scenario).size == 7
    assert parse_design(Request(["parameters.drift=0:1:3"]), scenario).shape == (3,)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(design="lhs"), "--design lhs: expected KIND:POINTS, for example lhs:4096"),
        (Request(design="lhs:many"), "--design lhs:many: expected KIND:POINTS, for example"),
        (Request(design="lsh:8"), 'unknown design "lsh"; did you mean "lhs"?'),
        (Request(design="lhs:0"), "0 points, expected 1 or more"),
        (Request(design="lhs:1000000000000000"), "1,000,000,000,000,000 points, expected at most"),
        (Request(), "a grid of 0 numbers, expected 1 or more"),
        (Request(["parameters.drift=0:1"], statements=["a > b"]), "--statement: not used with a g"),
        (Request(design="lhs:8", statements=["a > b"]), "--statement: not used with latin_hyp"),
        (Request(design="ordinal:8", distributions=["a=b"]), "--distribution: not used with ord"),
        (Request(["a=0:1"], "x.json"), "--vary: not used with a saved design"),
        (
            Request(design="lhs:8", distributions=["parameters.drift"]),
            "--distribution parameters.drift: expected NAME=KIND",
        ),
        (
            Request(design="mc:8", correlations=["parameters.drift=1"]),
            "--correlate parameters.drift=1: expected NAME,NAME=VALUE",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    scenario: Scenario, request_: Request, message: str
) -> None:
    with pytest.raises((UsageError, UnknownNameError)) as caught:
        parse_design(request_, scenario)
    assert str(caught.value).startswith(message)


def test_correlations_are_read() -> None:
    assert parse_correlations(["a.b , c.d = -0.5"]) == {("a.b", "c.d"): -0.5}
