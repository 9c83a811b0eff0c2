"""Designs hold the points that were asked for, and what cannot be asked for is said clearly."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import NegsimError, UnknownNameError, UsageError
from negsim.sampling.design import (
    MAX_POINTS,
    Design,
    Margin,
    grid,
    latin_hypercube,
    parse_grid,
    parse_vary,
    sample,
)
from negsim.sampling.grids import Spacing
from negsim.scenario.model import Scenario

SETTINGS = settings(deadline=None, derandomize=True, max_examples=60)
DECIMALS = st.decimals(-1000, 1000, places=3, allow_nan=False).map(float)


def test_grid_varies_the_first_name_slowest() -> None:
    design = grid({"parameters.drift": (0, 1, 3), "payoffs.north.war": (-1, 0, 2)})
    assert design.names == ("parameters.drift", "payoffs.north.war")
    assert design.shape == (3, 2)
    assert design.values.tolist() == [[0, -1], [0, 0], [0.5, -1], [0.5, 0], [1, -1], [1, 0]]
    assert design.values[:, 0].reshape(design.shape)[:, 0].tolist() == [0, 0.5, 1]
    assert design.values[:, 1].reshape(design.shape)[0].tolist() == [-1, 0]


def test_grid_holds_the_decimals_as_one_writes_them() -> None:
    tenths = grid({"parameters.drift": (0, 1, 11)}).values[:, 0]
    assert tenths.tolist() == [float(f"0.{k}") for k in range(10)] + [1.0]


@SETTINGS
@given(DECIMALS, DECIMALS, st.integers(2, 50))
def test_grid_values_are_the_nearest_floats(one: float, other: float, count: int) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    values = grid({"parameters.drift": (low, high, count)}).values[:, 0]
    assert (values[0], values[-1], len(values)) == (low, high, count)
    width = Decimal(repr(high)) - Decimal(repr(low))
    exact = [Decimal(repr(low)) + width * k / (count - 1) for k in range(count)]
    assert values.tolist() == [float(value) + 0.0 for value in exact]


def test_a_grid_has_any_number_of_axes() -> None:
    design = grid({"a": (0, 1, 2), "b": (0, 2, 3), "c": (5, 8, 4)})
    assert design.shape == (2, 3, 4)
    cube = design.values.reshape(*design.shape, 3)
    assert (cube[1, :, :, 0] == 1).all()
    assert cube[0, :, 1, 1].tolist() == [0, 1, 2]
    assert cube[1, 2, :, 2].tolist() == [5, 6, 7, 8]


def test_grid_of_whole_numbers() -> None:
    design = grid({"talks.rounds": (13, 39, 27), "state.ground.start": (0, 3, 4)})
    assert design.shape == (27, 4)
    assert (np.floor(design.values) == design.values).all()


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({}, "a grid of 0 numbers, expected 1 or more"),
        ({"a": (1, 1, 2)}, "a: range 1 to 1 is empty, expected LO below HI"),
        ({"a": (2, 1, 2)}, "a: range 2 to 1 is reversed, expected LO below HI"),
        ({"a": (0, float("nan"), 2)}, "a: range 0 to nan, expected finite numbers"),
        ({"a": (0, float("inf"), 2)}, "a: range 0 to inf, expected finite numbers"),
        ({"a": (0, 1, 1)}, "a: 1 values, expected a whole number, 2 or more"),
        ({"a": (0, 1, 2.5)}, "a: 2.5 values, expected a whole number, 2 or more"),
        (
            {"a": (0, 1, 2000), "b": (0, 1, 3000)},
            "2,000 x 3,000 = 6,000,000 points, expected at most 1,000,000",
        ),
        (
            {"talks.rounds": (13, 39, 10)},
            "talks.rounds takes whole numbers only, and 13 to 39 in 10 values gives 15.8889; "
            "expected a count such as 27",
        ),
        (
            {"state.ground.start": (0.5, 3.5, 4)},
            "state.ground.start takes whole numbers only, and 0.5 to 3.5 in 4 values gives 0.5; "
            "expected whole bounds",
        ),
    ],
)
def test_grid_refuses(axes: dict[str, Spacing], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        grid(axes, ["talks.rounds", "state.ground.start"])
    assert str(caught.value) == message


def test_parse_vary(scenario: Scenario) -> None:
    assert parse_vary("parameters.drift=0:0.2:21", scenario) == ("parameters.drift", 0, 0.2, 21)
    assert parse_vary("parameters.drift=0:0.2", scenario) == ("parameters.drift", 0, 0.2, 11)
    assert parse_vary("talks.rounds=2:9", scenario) == ("talks.rounds", 2, 9, 8)
    assert parse_vary(" payoffs.north.war = -1 : 0 : 3 ", scenario) == (
        "payoffs.north.war",
        -1,
        0,
        3,
    )


FORM = "expected NAME=LO:HI or NAME=LO:HI:N, for example parameters.front_speed=0:0.2:21"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("parameters.drift", f"--vary parameters.drift: {FORM}"),
        ("parameters.drift=0", f"--vary parameters.drift=0: {FORM}"),
        ("parameters.drift=0:1:0", "parameters.drift: 0 points, expected 2 or more"),
        (
            "parameters.drift=0:1:1000000000000000",
            "1,000,000,000,000,000 points, expected at most 1,000,000",
        ),
        ("parameters.drift=0:1:2:3", f"--vary parameters.drift=0:1:2:3: {FORM}"),
        (
            "parameters.drift=low:1:3",
            'parameters.drift: expected a finite number as LO and HI, got "low"',
        ),
        (
            "parameters.drift=0:nan:3",
            'parameters.drift: expected a finite number as LO and HI, got "nan"',
        ),
        (
            "parameters.drift=-inf:1:3",
            'parameters.drift: expected a finite number as LO and HI, got "-inf"',
        ),
        (
            "parameters.drift=0:1:many",
            'parameters.drift: expected a whole number as N, got "many"',
        ),
        ("parameters.drift=0:1:3.0", 'parameters.drift: expected a whole number as N, got "3.0"'),
        (
            "parameters.drift=0:1:1",
            "parameters.drift: 1 values, expected a whole number, 2 or more",
        ),
        (
            "parameters.drift=1:0:3",
            "parameters.drift: range 1 to 0 is reversed, expected LO below HI",
        ),
        ("parameters.drift=1:1:3", "parameters.drift: range 1 to 1 is empty, expected LO below HI"),
        ("parameters.drift=0:1:1000001", "1,000,001 points, expected at most 1,000,000"),
        (
            "talks.rounds=2:9:3",
            "talks.rounds takes whole numbers only, and 2 to 9 in 3 values gives 5.5; "
            "expected a count such as 8",
        ),
        (
            "talks.rounds=0:9:10",
            "talks.rounds cannot be 0, expected a whole number from 1 to 10,000",
        ),
        (
            "state.ground.start=0:4:5",
            "state.ground.start cannot be 4, expected a whole number from 0 to 3",
        ),
        (
            "parties.north.discount=0.9:1.1:3",
            "parties.north.discount cannot be 1.1, expected a discount above 0 and at most 1",
        ),
    ],
)
def test_parse_vary_refuses(scenario: Scenario, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_vary(text, scenario)
    assert str(caught.value) == message


def test_parse_vary_suggests_the_nearest_name(scenario: Scenario) -> None:
    with pytest.raises(UnknownNameError, match=r'did you mean "parameters\.drift"\?'):
        parse_vary("parameters.drfit=0:1:3", scenario)


def test_parse_grid(scenario: Scenario) -> None:
    design = parse_grid(["talks.rounds=2:9:8", "parameters.drift=0:1:3"], scenario)
    assert design.digest == grid({"talks.rounds": (2, 9, 8), "parameters.drift": (0, 1, 3)}).digest
    with pytest.raises(UsageError, match=r"^parameters\.drift is varied twice, expected each"):
        parse_grid(["parameters.drift=0:1:3", "parameters.drift=0:1:4"], scenario)


def test_latin_hypercube_uses_each_stratum_once(scenario: Scenario) -> None:
    design = latin_hypercube(scenario, 40, seed=3)
    ranged = [number for number in scenario.numbers.values() if number.low is not None]
    assert design.names == tuple(number.name for number in ranged)
    assert design.values.shape == (40, len(ranged))
    for number, column in zip(ranged, design.values.T, strict=True):
        low, high = float(number.low or 0), float(number.high or 0)
        assert ((column >= low) & (column <= high)).all()
        if number.name not in ("talks.rounds", "state.ground.start"):
            strata = np.floor((column - low) / (high - low) * 40)
            assert sorted(strata.tolist()) == list(range(40)), number.name


@SETTINGS
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_whole_numbers_are_equally_likely(seed: int, repeats: int) -> None:
    margins = [Margin("rounds", 2, 9, 6, whole=True), Margin("start", 0, 3, 1, whole=True)]
    design = sample("latin_hypercube", margins, 8 * repeats, seed)
    rounds, counts = np.unique(design.values[:, 0], return_counts=True)
    assert rounds.tolist() == list(range(2, 10))
    assert counts.tolist() == [repeats] * 8
    starts, counts = np.unique(design.values[:, 1], return_counts=True)
    assert starts.tolist() == [0, 1, 2, 3]
    assert counts.tolist() == [2 * repeats] * 4


def test_latin_hypercube_repeats_with_its_seed(scenario: Scenario) -> None:
    first, again = (latin_hypercube(scenario, 16, seed=5) for _ in range(2))
    assert first.digest == again.digest
    assert first.seed == 5
    assert latin_hypercube(scenario, 16, seed=6).digest != first.digest
    assert latin_hypercube(scenario, 16, 5, ["parameters.drift"]).names == ("parameters.drift",)


@pytest.mark.parametrize(
    ("points", "seed", "names", "message"),
    [
        (0, 1, None, "0 points, expected 1 or more"),
        (MAX_POINTS + 1, 1, None, "1,000,001 points, expected at most 1,000,000"),
        (4, -1, None, "seed -1, expected 0 or more"),
        (
            4,
            1,
            ["payoffs.south.war"],
            "payoffs.south.war has no range, expected range = [low, high]",
        ),
        (4, 1, [], "no number to vary, expected one with range = [low, high] or more"),
        (
            4,
            1,
            ["parameters.drift"] * 2,
            "parameters.drift is varied twice, expected each number once",
        ),
    ],
)
def test_latin_hypercube_refuses(
    scenario: Scenario, points: int, seed: int, names: list[str] | None, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        latin_hypercube(scenario, points, seed, names)
    assert str(caught.value) == message


def test_a_design_comes_back_from_json(scenario: Scenario) -> None:
    for design in (latin_hypercube(scenario, 9, 2), grid({"parameters.drift": (0, 0.3, 7)})):
        again = Design.from_dict(json.loads(json.dumps(design.to_dict())))
        assert again.digest == design.digest
        assert again.values.tobytes() == design.values.tobytes()
        assert (again.kind, again.names, again.seed, again.shape) == (
            design.kind,
            design.names,
            design.seed,
            design.shape,
        )


def test_the_digest_sees_everything() -> None:
    design = grid({"parameters.drift": (0, 1, 4)})
    others = [
        replace(design, kind="other"),
        replace(design, names=("parameters.speed",)),
        replace(design, seed=0),
        replace(design, shape=(2, 2)),
        replace(design, values=np.nextafter(design.values, 2)),
    ]
    assert len({each.digest for each in [design, *others]}) == 6


def test_a_design_is_read_only_and_keeps_its_own_copy() -> None:
    values = np.array([[1.0], [2.0]])
    design = Design("grid", ("parameters.drift",), values)
    values[0] = 7
    assert design.values[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        design.values[0, 0] = 3
    anything: Any = design
    with pytest.raises(FrozenInstanceError):
        anything.kind = "other"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "grid", "names": ["a"], "values": [[1], [2, 3]], "seed": None, "shape": []},
        {"kind": "grid", "names": ["a"], "values": [["x"]], "seed": None, "shape": []},
        {"kind": "grid", "names": ["a"], "values": [], "seed": None, "shape": []},
        {"kind": "grid", "names": ["a"], "values": [[float("nan")]], "seed": None, "shape": []},
        {"kind": "grid", "names": ["a", "b"], "values": [[1]], "seed": None, "shape": []},
        {"kind": "grid", "names": ["a"], "values": [[1], [2], [3]], "seed": None, "shape": [2]},
    ],
)
def test_what_is_no_design_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(NegsimError):
        Design.from_dict(data)
