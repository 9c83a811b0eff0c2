"""``negsim check``: are these files scenarios, and do their claims hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negsim.cli import workload
from negsim.cli.common import announce, time_limited
from negsim.deadline import in_time, statement
from negsim.errors import NegsimError, ScenarioError, UsageError


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
    from negsim.cli.common import echo_json

    files = scenario_files(paths)
    reports = [check_file(file) for file in in_time(files, "files")]
    reports += [empty_report(file, checked=False) for file in files[len(reports) :]]
    if as_json:
        echo_json(reports)
    for report in reports:
        show(report, as_json)
    if told := statement():
        click.echo(told, err=as_json)
    if any(report["faults"] for report in reports):
        return 2
    failed = any(not claim["holds"] for report in reports for claim in report["claims"])
    return 1 if failed or (strict and any(report["warnings"] for report in reports)) else 0


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


def empty_report(file: Path, checked: bool) -> dict[str, Any]:
    """Return the report of a file about which nothing is known yet."""
    lists: dict[str, Any] = {key: [] for key in ("faults", "warnings", "claims", "untested")}
    return {"file": str(file), "checked": checked, **lists}


def check_file(file: Path) -> dict[str, Any]:
    """Return the faults, warnings and claims of a file."""
    from negsim.dynamics.build import compile_scenario
    from negsim.dynamics.check import end_faults, idle_parts
    from negsim.playing.rule_list import rule_faults
    from negsim.questions.claims import check_claims, claim_faults
    from negsim.scenario.load import load

    report = empty_report(file, checked=True)
    try:
        scenario = load(file)
        compiled = compile_scenario(scenario)
        if faults := (*end_faults(compiled), *claim_faults(scenario), *rule_faults(compiled)):
            raise ScenarioError(sorted(faults))
        announce(compiled, workload.claimed(scenario))
        report["warnings"] = [*scenario.warnings, *map(str, idle_parts(compiled))]
        report["claims"] = [
            {
                "name": verdict.claim.name,
                "says": verdict.claim.says,
                "holds": verdict.holds,
                "found": verdict.found,
            }
            for verdict in check_claims(scenario)
        ]
        tested = {claim["name"] for claim in report["claims"]}
        report["untested"] = [each.name for each in scenario.claims if each.name not in tested]
    except NegsimError as error:
        report["faults"] = str(error).splitlines()
    return report


def show(report: dict[str, Any], faults_only: bool = False) -> None:
    """Print a file's report: faults and warnings on standard error, the rest on standard output."""
    for line in report["faults"]:
        click.echo(line, err=True)
    for line in report["warnings"]:
        click.echo(f"warning: {line}", err=True)
    if report["faults"] or faults_only:
        return
    if not report["checked"]:
        click.echo(f"{report['file']}: not checked")
        return
    held = sum(claim["holds"] for claim in report["claims"])
    left = len(report["untested"])
    rest = f", {left:,} not tested" if left else ""
    click.echo(f"{report['file']}: valid, {held} of {len(report['claims'])} claims hold{rest}")
    for claim in report["claims"]:
        if not claim["holds"]:
            click.echo(f"  FAILS {claim['name']}: {claim['says']} ({claim['found']})")
