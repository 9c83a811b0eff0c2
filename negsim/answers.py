"""An answer is a value: a frozen dataclass of numbers, arrays and names, with nothing formatted.

Every answer derives from :class:`Answer`, which writes it as JSON, reads it back, shows it in a
notebook and states its schema, all from the types of its fields. ``say`` and ``draw`` of its room
make words and figures of it.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from negsim.arrays import frozen
from negsim.errors import UsageError
from negsim.html import data_html

FORMAT = 2
"""The number of the form in which answers are written; it grows when a name or meaning changes."""


class _Numbers:
    """Tells pydantic, which is imported when it asks, how arrays are read and described."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "array", "description": "nested lists of numbers, null where undefined"}

    def read(self, value: Any) -> npt.NDArray[Any]:
        """Return nested lists as a read-only array, None as NaN."""
        return frozen(np.array(value, dtype=self.kind))


Floats: TypeAlias = Annotated[npt.NDArray[np.float64], _Numbers(float)]
"""An array of floats as a field of an answer."""

Ints: TypeAlias = Annotated[npt.NDArray[np.int64], _Numbers(int)]
"""An array of whole numbers as a field of an answer."""

Bools: TypeAlias = Annotated[npt.NDArray[np.bool_], _Numbers(bool)]
"""An array of yes and no as a field of an answer."""


class _OrUndefined:
    """Tells pydantic that a number may be null, which is read as NaN."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            lambda value: math.nan if value is None else value, core_schema.float_schema()
        )

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> dict[str, Any]:
        return {"type": ["number", "null"]}


Real: TypeAlias = Annotated[float, _OrUndefined()]
"""A number as a field of an answer that may be infinite or undefined: null in JSON, then NaN."""


def json_name(name: str) -> str:
    """Return the key of a field: its name, without the _ behind one that is a word of Python.

    >>> json_name("is_"), json_name("value")
    ('is', 'value')
    """
    return name.rstrip("_")


@dataclass(frozen=True)
class Answer:
    """What a question returns; see the module.

    >>> @dataclass(frozen=True)
    ... class Worth(Answer):
    ...     party: str
    ...     values: Floats
    >>> worth = Worth("ann", np.array([1.0, np.nan]))
    >>> worth.to_dict()
    {'party': 'ann', 'values': [1.0, None]}
    >>> Worth.from_dict(worth.to_dict()).values
    array([ 1., nan])
    """

    __pydantic_config__: ClassVar = {"alias_generator": json_name}

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values: dicts, lists, texts, finite numbers, None."""
        return {json_name(each.name): plain(getattr(self, each.name)) for each in fields(self)}

    def to_json(self) -> str:
        """Return the answer as JSON with the number of its form first."""
        return json.dumps(written(self), indent=2, ensure_ascii=False, allow_nan=False)

    def _repr_html_(self) -> str:
        return data_html(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the answer that plain values tell; the opposite of :meth:`to_dict`.

        Raises
        ------
        UsageError
            If they are not those of such an answer: which, and what is wrong with it.
        """
        from pydantic import TypeAdapter, ValidationError

        try:
            return TypeAdapter(cls).validate_python(dict(data))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UsageError(f"{place}: {first['msg'].lower()}") from None

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of what :meth:`to_json` writes."""
        from pydantic import TypeAdapter

        return TypeAdapter(cls).json_schema()


def written(answer: Answer | Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as plain values as it is written, the number of its form first."""
    return {"format": FORMAT, **plain(answer)}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; numbers that are not finite become None.

    >>> plain({"a": (1, math.inf), "b": np.array([[1.5]]), "c": Decimal("0.1")})
    {'a': [1, None], 'b': [[1.5]], 'c': 0.1}
    """
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {json_name(each.name): getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
