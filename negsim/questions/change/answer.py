"""What question 3 of ``negsim run`` returns: where along each lever the label changes."""

from __future__ import annotations

from dataclasses import dataclass

from negsim.answers import Floats


@dataclass(frozen=True)
class Crossing:
    """A value at which a label, or the package on the table, changes; None: there is none."""

    value: float
    below: str | None
    above: str | None


@dataclass(frozen=True)
class LeverWords:
    """One lever: the label and what is on the table along its range, and where they change.

    ``calm`` and ``calm_packages`` hold the same with the party's reasons to wait switched off;
    ``record`` how surely the record is reproduced, None without one.
    """

    name: str
    label: str
    sets: str
    base: float
    values: Floats
    labels: tuple[str | None, ...]
    delay: Floats
    calm: tuple[str | None, ...]
    packages: tuple[str | None, ...]
    calm_packages: tuple[str | None, ...]
    package_crossings: tuple[Crossing, ...]
    record: Floats | None
    is_channel: bool
    crossings: tuple[Crossing, ...]
