"""``negsim check``: are these files scenarios, and do their claims hold?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from negsim.cli import workload
from negsim.cli.common import announce, echo_json, time_limited
from negsim.deadline import in_time, statement
from negsim.errors import UsageError

if TYPE_CHECKING:
    from negsim.dynamics.build import Compiled
    from negsim.questions.claims import FileReport


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@time_limited
@click.option("--strict", is_flag=True, help="Count warnings as failures.")
def command(paths: tuple[Path, ...], as_json: bool, strict: bool) -> int:
    """Check scenario files, or every .toml file of folders, and test their claims.

    Exit code 0 if all that was tested is well, 1 if a claim fails (or there are warnings with
    --strict), 2 if a file is not a scenario.
    """
    from negsim.questions.claims import FileReport, check_file

    files = scenario_files(paths)
    reports = [check_file(file, announce_claims) for file in in_time(files, "files")]
    reports += [FileReport(str(file), checked=False) for file in files[len(reports) :]]
    if as_json:
        echo_json(reports)
    for report in reports:
        show(report, as_json)
    if told := statement():
        click.echo(told, err=as_json)
    if any(report.faults for report in reports):
        return 2
    failed = any(not claim.holds for report in reports for claim in report.claims)
    return 1 if failed or (strict and any(report.warnings for report in reports)) else 0


def announce_claims(compiled: Compiled) -> None:
    """Say what testing the claims takes, if it is long; errors as :func:`announce`."""
    announce(compiled, workload.claimed(compiled.scenario))


def scenario_files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files named and every .toml file below the folders named, none that is hidden.

    Raises
    ------
    UsageError
        If a folder holds none.
    """
    files: list[Path] = []
    for path in paths:
        found = visible_files(path) if path.is_dir() else [path]
        if not found:
            raise UsageError(f"{path}: holds no .toml file, expected scenarios")
        files += found
    return files


def visible_files(folder: Path) -> list[Path]:
    """Return the .toml files below a folder; what starts with a dot is not looked into."""
    return sorted(
        file
        for file in folder.rglob("*.toml")
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def show(report: FileReport, faults_only: bool = False) -> None:
    """Print a file's report: faults and warnings on standard error, the rest on standard output."""
    for line in report.faults:
        click.echo(line, err=True)
    for line in report.warnings:
        click.echo(f"warning: {line}", err=True)
    if report.faults or faults_only:
        return
    if not report.checked:
        click.echo(f"{report.file}: not checked")
        return
    held = sum(bool(claim.holds) for claim in report.claims)
    left = len(report.untested)
    rest = f", {left:,} not tested" if left else ""
    click.echo(f"{report.file}: valid, {held} of {len(report.claims)} claims hold{rest}")
    for claim in report.claims:
        if not claim.holds:
            click.echo(f"  FAILS {claim.name}: {claim.says} ({claim.found})")
