"""Files that belong together come into a folder together: all of them, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negsim.answers import Answer, written
from negsim.cells import csv_text
from negsim.folders import FolderClaim

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_study(
    name: str,
    data: Answer | Mapping[str, Any],
    figures: Mapping[str, Figure],
    tables: Mapping[str, list[list[Any]]],
    claim: FolderClaim,
) -> None:
    """Write NAME.json, each figure as SVG and PNG, and each table as CSV to a folder, or nothing.

    Errors as :meth:`negsim.folders.FolderClaim.staged`.
    """
    with claim.staged() as made:
        save_figures(figures, made)
        for title, rows in tables.items():
            (made / f"{title}.csv").write_text(csv_text(rows), encoding="utf-8")
        write_json(written(data), made / f"{name}.json")


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write finite data as JSON to a file."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def save_figures(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write each figure as SVG and PNG to a folder."""
    from negsim.drawing.plots.files import save

    for name, figure in figures.items():
        save(figure, folder, name)
