"""The scenario that `negsim new` writes: a small one that works, with a note at every step."""

from __future__ import annotations

from importlib.resources import files


def starter_text() -> str:
    """Return the text of a commented scenario to begin with.

    >>> from negsim.scenario.load import loads
    >>> loads(starter_text()).title
    'Water from one river'
    """
    return files("negsim.scenario").joinpath("starter.toml").read_text(encoding="utf-8")
