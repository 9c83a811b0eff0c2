"""The strategies by name, and the short text in which a user asks for one."""

from __future__ import annotations

import importlib
import pkgutil

from negsim.parameters import read
from negsim.playing import library
from negsim.playing.strategy import Strategy, strategies

__all__ = ["parse", "strategies"]

for found in pkgutil.iter_modules(library.__path__, f"{library.__name__}."):
    importlib.import_module(found.name)


def parse(text: str) -> Strategy:
    """Return the strategy that a text such as ``yes_but:patience=3`` names.

    Raises
    ------
    UnknownNameError
        If there is no such strategy or it has no such parameter; the message suggests the nearest.
    UsageError
        If a value is missing, given twice, not a number or outside its bounds.

    Examples
    --------
    >>> parse("yes_but:patience=5")
    YesBut(patience=5)
    >>> str(parse("boulware"))
    'boulware:exponent=0.2,floor=0.05,rounds=0'
    """
    return read(text, "strategy", strategies)
