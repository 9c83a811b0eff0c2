"""``negsim report``: the report of an earlier run, written again from its results."""

from __future__ import annotations

from pathlib import Path

import click

from negsim.errors import UsageError

SWEEP = "results.sqlite"
RESULTS = "results.json"


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
    from negsim.cli.common import claim_folder, echo_json

    if (folder / SWEEP).is_file() and not (folder / RESULTS).exists():
        report_sweep(folder, out or folder, as_json)
        return
    from negsim.folders import recover
    from negsim.page.document import put_report, report_holder
    from negsim.page.results import read_results, sealed

    recover(folder)
    claim = claim_folder(out or folder, report_holder(read_results(folder / RESULTS)))
    findings = read_results(folder / RESULTS)
    put_report(findings, claim)
    if as_json:
        echo_json(sealed(findings))
    else:
        click.echo(f"Report: {out or folder}/report.html")


def report_sweep(folder: Path, out: Path, as_json: bool) -> None:
    """Draw the results of a sweep again, as far as it got."""
    from negsim.cli.common import claim_folder, echo_json
    from negsim.folders import Holder
    from negsim.questions.sweep.answer import Sweep
    from negsim.questions.sweep.ask import ask_sweep
    from negsim.questions.sweep.draw import write_sweep
    from negsim.questions.sweep.say import show_sweep
    from negsim.sampling.manifest import described
    from negsim.sampling.store import open_results

    results = open_results(folder)
    if not len(results.points):
        raise UsageError(f"{folder}: the sweep has no finished point yet, expected one or more")
    about = described(results.manifest)
    holder = Holder("sweep", about.file, about.title, about.scenario)
    answer = write_sweep(results, claim_folder(out, holder, ["phase.json"]))
    if as_json:
        echo_json(answer)
    elif isinstance(answer, Sweep):
        show_sweep(answer, out)
    else:
        show_sweep(ask_sweep(results), out, "phase")
