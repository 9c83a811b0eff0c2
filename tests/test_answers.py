"""Answers are written, read back and described from the types of their fields."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import jsonschema
import numpy as np
import pytest

from negsim.answers import FORMAT, Answer, Floats, plain
from negsim.errors import UsageError


@dataclass(frozen=True)
class Share:
    party: str
    share: float | None


@dataclass(frozen=True)
class Shares(Answer):
    title: str
    rows: tuple[Share, ...]
    by_party: Mapping[str, Share]
    values: Floats


SHARES = Shares(
    "a", (Share("ann", 0.5), Share("bob", None)), {"ann": Share("ann", 1.0)}, np.array([1, np.nan])
)


def test_an_answer_reads_back_and_fits_its_schema() -> None:
    told = json.loads(SHARES.to_json())
    assert told["format"] == FORMAT
    jsonschema.validate(told, Shares.json_schema())
    again = Shares.from_dict({key: part for key, part in told.items() if key != "format"})
    assert again.to_dict() == SHARES.to_dict()
    assert not again.values.flags.writeable


def test_what_is_no_such_answer_is_refused_by_name() -> None:
    data = SHARES.to_dict()
    data["rows"][0]["share"] = "much"
    with pytest.raises(UsageError, match=r"^rows\.0\.share: "):
        Shares.from_dict(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, Shares.json_schema())


def test_what_is_not_finite_becomes_null_at_any_depth() -> None:
    data = {"a": [1.0, (math.inf, [-math.inf])], "b": {"c": math.nan, "d": "inf", "e": True}}
    assert plain(data) == {"a": [1.0, [None, [None]]], "b": {"c": None, "d": "inf", "e": True}}
