"""Files that belong together come into a folder together: all of them, or none."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negsim.errors import UsageError
from negsim.report.tables import to_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@contextmanager
def at_once(folder: Path) -> Iterator[Path]:
    """Yield an empty folder whose files replace those of the folder named when all is done.

    An error or interruption leaves what was there.

    Raises
    ------
    UsageError
        If the folder cannot be made or written to.
    """
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made:
            yield Path(made)
            for new in sorted(Path(made).iterdir()):
                _replace(new, folder / new.name)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({error.strerror}); expected a folder that can"
        ) from None
    finally:
        if fresh:
            with suppress(OSError):
                folder.rmdir()  # only if nothing came to be in it


def _replace(new: Path, old: Path) -> None:
    """Put a file or folder in the place of an older one."""
    if old.is_dir():
        shutil.rmtree(old)
    new.replace(old)


def write_figures(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write each figure as SVG and PNG to a folder, all or none; errors as :func:`at_once`."""
    with at_once(folder) as made:
        _save(figures, made)


def write_study(
    name: str,
    data: Mapping[str, Any],
    figures: Mapping[str, Figure],
    tables: Mapping[str, list[list[Any]]],
    folder: Path,
) -> None:
    """Write NAME.json, each figure as SVG and PNG, and each table as CSV to a folder, or nothing.

    Errors as :func:`at_once`.
    """
    with at_once(folder) as made:
        _save(figures, made)
        for title, rows in tables.items():
            (made / f"{title}.csv").write_text(to_csv(rows), encoding="utf-8")
        write_json(data, made / f"{name}.json")


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write finite data as JSON to a file."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _save(figures: Mapping[str, Figure], folder: Path) -> None:
    from negsim.report.plots.files import save

    for name, figure in figures.items():
        save(figure, folder, name)
