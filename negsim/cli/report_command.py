"""``negsim report``: the report of an earlier run, written again from its results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from negsim.errors import UsageError

SWEEP = "results.sqlite"

PARTS = (
    "about",
    "outcomes",
    "delay",
    "labels",
    "variants",
    "levers",
    "phase",
    "robustness",
    "claims",
    "play",
)
"""What the results of a run hold."""


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Another folder to write to; default: FOLDER."
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def command(folder: Path, out: Path | None, as_json: bool) -> None:
    """Write the report in FOLDER again from its results, without solving anything.

    FOLDER is that of a run (results.json) or of a sweep (results.sqlite).
    """
    from negsim.cli.common import echo_json

    if (folder / SWEEP).is_file() and not (folder / "results.json").exists():
        report_sweep(folder, out or folder, as_json)
        return
    from negsim.report.document import write_report

    findings = read_results(folder / "results.json")
    write_report(findings, out or folder)
    if as_json:
        echo_json(findings)
    else:
        click.echo(f"Report: {out or folder}/report.html")


def report_sweep(folder: Path, out: Path, as_json: bool) -> None:
    """Draw the results of a sweep again, as far as it got."""
    from negsim.cli.common import echo_json, writable
    from negsim.report.sweep_text import show_sweep, sweep_data, write_sweep
    from negsim.sweep.store import open_results

    results = open_results(folder)
    if not len(results.points):
        raise UsageError(f"{folder}: the sweep has no finished point yet, expected one or more")
    data = write_sweep(results, writable(out))
    if as_json:
        echo_json(data)
    else:
        show_sweep(sweep_data(results), out, "sweep" if "measures" in data else "phase")


def read_results(path: Path) -> dict[str, Any]:
    """Return the results of an earlier run.

    Raises
    ------
    UsageError
        If there are none, or the file is not one of ours.
    """
    try:
        findings = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UsageError(
            f"{path}: not there; expected the folder of an earlier negsim run"
        ) from None
    except ValueError:
        raise UsageError(f"{path}: not JSON; expected the results of a negsim run") from None
    if not isinstance(findings, dict) or not set(PARTS) <= set(findings):
        raise UsageError(f"{path}: not the results of a negsim run")
    return findings
