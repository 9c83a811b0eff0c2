"""A design as data: the points to solve, how they were chosen, and what more are drawn from."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.errors import UsageError

MAX_POINTS = 1_000_000
"""Most points of a design."""

FEW_NAMES = 2
"""Names of numbers that are spelt out where a design is put into words."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Points to solve: ``values`` has shape (points, names), one row a point, read-only.

    Attributes
    ----------
    kind
        how the points were chosen, such as ``grid`` or ``sobol``.
    names
        the dotted names of the numbers that vary, in the order of the columns.
    seed
        the seed of a random design; None for the others.
    shape
        number of values of each name of a grid; then ``values[:, j].reshape(shape)`` lays column
        j out with the first name varying slowest. Empty for the others.
    recipe
        what the points of a sample were drawn from, as plain values: ranges, distributions,
        correlations, inequalities. With it :func:`negsim.sampling.samples.extended` draws more.
        Empty for a design that cannot be extended.

    Raises
    ------
    UsageError
        If names repeat, there is no name or no point, sizes do not fit, a value is not finite.

    Examples
    --------
    >>> design = Design("list", ("parameters.front_speed",), [[0.1], [0.2]])
    >>> print(design)
    list of parameters.front_speed, 2 points
    """

    kind: str
    names: tuple[str, ...]
    values: FloatArray
    seed: int | None = None
    shape: tuple[int, ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copy the values, make them read-only and check them."""
        values = np.array(self.values, dtype=float)
        values += 0.0
        names = tuple(self.names)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UsageError(f"{twice} is varied twice, expected each number once")
        if not names or values.ndim != 2 or values.shape[1] != len(names) or not len(values):
            raise UsageError(
                f"a design of {len(names)} numbers needs values of shape "
                f"(points, {len(names)}), at least one of each; got {values.shape}"
            )
        if self.shape and math.prod(self.shape) != len(values):
            raise UsageError(f"a grid of shape {self.shape} cannot have {len(values)} points")
        if not np.isfinite(values).all():
            raise UsageError("a design needs finite values, got NaN or infinity")
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "values", frozen(values))
        object.__setattr__(self, "recipe", MappingProxyType(dict(self.recipe)))

    @property
    def size(self) -> int:
        """Return the number of points."""
        return len(self.values)

    @property
    def digest(self) -> str:
        """Return a digest of everything in the design, 64 hexadecimal digits."""
        found = hashlib.sha256(json.dumps(self.head(), sort_keys=True).encode() + b"\n")
        found.update(np.asarray(self.values, dtype="<f8").data)
        return found.hexdigest()

    def __str__(self) -> str:
        """Return the design in words, such as ``grid of a.b, 21 points``."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        points = f"{self.size:,} point{'s' if self.size > 1 else ''}"
        few = len(self.names) <= FEW_NAMES
        names = " and ".join(self.names) if few else f"{len(self.names)} numbers"
        return f"{self.kind} of {names}, {points}{seed}"

    def head(self) -> dict[str, Any]:
        """Return everything but the values, as plain values."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            "seed": self.seed,
            "shape": list(self.shape),
            "recipe": dict(self.recipe),
            "points": self.size,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain values, from which :meth:`from_dict` makes the same again."""
        return {**self.head(), "values": self.values.tolist()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Design:
        """Return the design that :meth:`to_dict` wrote.

        Raises
        ------
        UsageError
            If a key is missing or the values do not make a design.
        """
        try:
            return cls(
                data["kind"],
                tuple(data["names"]),
                np.array(data["values"], float),
                data["seed"],
                tuple(data["shape"]),
                data.get("recipe", {}),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"not a design: {type(error).__name__} at {error}") from None

    def save(self, path: str | Path) -> None:
        """Write the design to a JSON file, from which :meth:`load` reads the same again.

        Raises
        ------
        UsageError
            If the file cannot be written.
        """
        try:
            Path(path).write_text(json.dumps(self.to_dict()) + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from None

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Return the design in a file that :meth:`save` wrote.

        Raises
        ------
        UsageError
            If there is no such file or it does not hold a design.
        """
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
        except ValueError:
            raise UsageError(f"{path}: not JSON, expected a saved design") from None
        if not isinstance(data, dict):
            raise UsageError(f"{path}: expected a saved design")
        return cls.from_dict(data)


def check_size(shape: Sequence[int]) -> None:
    """Raise :class:`UsageError` if a design of this shape has no or too many points."""
    total = math.prod(shape)
    product = f"{' x '.join(f'{count:,}' for count in shape)} = " if len(shape) > 1 else ""
    if total < 1:
        raise UsageError(f"{product}{total:,} points, expected 1 or more")
    if total > MAX_POINTS:
        raise UsageError(f"{product}{total:,} points, expected at most {MAX_POINTS:,}")
