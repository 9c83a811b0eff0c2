"""What every answer of a solver can do with what it tells: JSON text, and tables in notebooks."""

from __future__ import annotations

import json
from typing import Any

from negsim.html import data_html


class Written:
    """An answer that says in ``to_dict`` what it found, ready for JSON."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what was found in the words of the game, ready for JSON."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return ``to_dict()`` as JSON text."""
        return json.dumps(self.to_dict())

    def _repr_html_(self) -> str:
        return data_html(self.to_dict())
