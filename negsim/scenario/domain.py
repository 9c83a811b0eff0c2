"""What each named number may be, so that nobody solves a game that the format forbids."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from negsim.arrays import BoolArray, FloatArray
from negsim.errors import UsageError
from negsim.scenario.model import Scenario
from negsim.scenario.read.numbers import ANY, CHANCE, DISCOUNT, ENDING, ROUNDS, Domain, start_domain


def is_whole(name: str) -> bool:
    """Tell whether the number of that dotted name takes whole values only.

    >>> is_whole("talks.rounds"), is_whole("state.leverage.start"), is_whole("parameters.step")
    (True, True, False)
    """
    return name == "talks.rounds" or (name.startswith("state.") and name.endswith(".start"))


def domain_of(scenario: Scenario, name: str) -> Domain:
    """Return the values that a named number may take.

    Raises
    ------
    UnknownNameError
        If there is no number of that name.
    """
    scenario.number(name)
    section, *_, last = name.split(".")
    if name == "talks.rounds":
        return ROUNDS
    if section == "state":
        levels = {f"state.{each.name}.start": each.levels for each in scenario.state}
        return start_domain(levels[name])
    if section == "parties" and last == "discount":
        return DISCOUNT
    if name == "talks.ending.chance":
        return ENDING
    if section in ("changes", "types", "signals"):
        return CHANCE
    return ANY


def admitted(domain: Domain, values: FloatArray) -> BoolArray:
    """Tell which values a domain admits; NaN is in none.

    >>> admitted(ROUNDS, np.array([0.0, 1.0, 2.5]))
    array([False,  True, False])
    """
    inside = (values >= float(domain.low)) & (values <= float(domain.high))
    return inside & (np.floor(values) == values) if domain.whole else inside


def check_value(scenario: Scenario, name: str, value: Decimal) -> None:
    """Check that a named number may take a value.

    Raises
    ------
    UnknownNameError
        If there is no number of that name.
    UsageError
        If the value is not finite or not in the number's domain.
    """
    domain = domain_of(scenario, name)
    if not value.is_finite() or not admitted(domain, np.array([float(value)]))[0]:
        raise UsageError(f"{name} = {value}, expected {domain.words}")
