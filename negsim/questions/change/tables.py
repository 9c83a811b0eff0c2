"""The tables of question 3: tipping points, and the points of every curve."""

from __future__ import annotations

from typing import Any

from negsim.questions.change.answer import Levers


def levers_tables(answer: Levers) -> dict[str, list[list[Any]]]:
    """Return the tables of the answer by name, each with its heads as the first row."""
    curves = [
        [*pair.names, number, *point]
        for pair in answer.curves
        for number, curve in enumerate(pair.curves, start=1)
        for point in curve.points.tolist()
    ]
    tables = {"tipping_points": tipping_rows(answer)}
    if curves:
        tables["curves"] = [["x_name", "y_name", "curve", "x", "y"], *curves]
    return tables


def tipping_rows(answer: Levers) -> list[list[Any]]:
    """Return one row a tipping point."""
    rows = [
        [number.name, number.base, each.value, each.conclusion, each.below, each.above]
        for number in answer.numbers
        for each in number.tippings
    ]
    return [["number", "base", "value", "conclusion", "below", "above"], *rows]
