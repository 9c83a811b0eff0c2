"""The results of a run as a file: sealed when written, checked when read back."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from negsim.answers import FORMAT
from negsim.errors import UsageError, os_reason
from negsim.page.answer import Run
from negsim.seals import seal_of

SEAL = {"format", "seal"}
AGAIN = "expected negsim run to write it again"


def sealed(findings: Run) -> dict[str, Any]:
    """Return the findings of a run as plain values under a seal."""
    return under_seal(findings.to_dict())


def under_seal(bare: dict[str, Any]) -> dict[str, Any]:
    """Return plain values with the number of their form and their digest."""
    return {"format": FORMAT, "seal": seal_of(bare), **bare}


def read_results(path: Path) -> Run:
    """Return the findings of an earlier run, under their seal.

    Raises
    ------
    UsageError
        If there are none, the file is of something else or of another version of negsim, or it
        was changed after it was written.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        reason = "not there" if isinstance(error, FileNotFoundError) else os_reason(error)
        raise UsageError(
            f"{path}: {reason}; expected the folder of an earlier negsim run"
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: not JSON; expected the results of a negsim run") from None
    if not isinstance(data, dict) or not data.keys() >= SEAL:
        raise UsageError(f"{path}: not the results of a negsim run; {AGAIN}")
    if data["format"] != FORMAT:
        raise UsageError(f"{path}: not in the form of this version of negsim; {AGAIN}")
    bare = {key: value for key, value in data.items() if key not in SEAL}
    if under_seal(bare)["seal"] != data["seal"]:
        raise UsageError(f"{path}: was changed since negsim wrote it; {AGAIN}")
    there, here = data["about"]["versions"]["negsim"], version("negsim")
    if there != here:
        raise UsageError(f"{path}: was written by negsim {there}, this is {here}; {AGAIN}")
    try:
        return Run.from_dict(bare)
    except UsageError as error:
        raise UsageError(f"{path}: {error}; {AGAIN}") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
