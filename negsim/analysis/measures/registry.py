"""Measures: one number a point, each a function of an analysis, with its unit.

A measure is named alone (``agreement_chance``), with a party (``delay.russia``), a claim that
expects an outcome (``expected.truce_first``), an option, an end, or a stance in the manner of
``said.russia.full_ceasefire.if``. The functions are in the modules of ``analysis/measured``, all of
which are read here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from negsim.analysis.delay.stalling import LABELS, Stalling
from negsim.analysis.measures.measure import Measure, measures, subjects
from negsim.arrays import FloatArray
from negsim.errors import UnknownNameError, UsageError, unknown
from negsim.scenario.model import Scenario

__all__ = ["evaluate", "label_name", "measures", "parse_measure"]

for found in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
    importlib.import_module(found.name)


def parse_measure(text: str, scenario: Scenario) -> tuple[Measure, int]:
    """Return the measure and the place of the subject that a text names (-1: none).

    Raises
    ------
    UnknownNameError
        If the measure or its subject is not known.
    UsageError
        If a subject is missing or not wanted.
    """
    name, _, subject = text.partition(".")
    found = measures[name]
    if not found.of:
        if subject:
            raise UsageError(f'measure "{name}" stands alone, got "{text}"')
        return found, -1
    names = subjects(scenario, found.of)
    if not subject:
        example = next((f', as in "{name}.{each}"' for each in names if each), "")
        article = "an" if found.of in AN else "a"
        raise UsageError(f'measure "{name}" needs {article} {found.of}{example}')
    if subject not in names:
        raise unknown(found.of, subject, [each for each in names if each])
    return found, names.index(subject)


AN = ("option", "end")
"""Subjects that begin with a vowel."""


def evaluate(analysis: Stalling, names: Sequence[str]) -> dict[str, FloatArray]:
    """Return each named measure over the analysis' points, shape (B,).

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`parse_measure`.
    """
    found = {}
    for name in names:
        entry, player = parse_measure(name, analysis.compiled.scenario)
        found[name] = np.asarray(entry.compute(analysis, player), dtype=float)
    return found


def label_name(code: float) -> str:
    """Return the label of a code that the measure ``label`` gave."""
    if not 0 <= int(code) < len(LABELS):
        raise UnknownNameError(f"label code {code:g}, expected 0 to {len(LABELS) - 1}")
    return LABELS[int(code)]
