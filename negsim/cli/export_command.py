"""``negsim export``: the table of a sweep as CSV or Parquet."""

from __future__ import annotations

from pathlib import Path

import click

from negsim.errors import UsageError

ENDINGS = {"csv": ".csv", "parquet": ".parquet"}


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(ENDINGS)),
    default=None,
    help="Default: by the ending of --out, else csv.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write to; default: sweep.csv or sweep.parquet in FOLDER.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(folder: Path, form: str | None, out: Path | None, as_json: bool) -> None:
    """Write the table of the sweep in FOLDER, one row a point, for other programs."""
    from negsim.cli.common import echo_json
    from negsim.folders import check_export, note_export
    from negsim.sampling.export import export
    from negsim.sampling.store import FILE, open_results

    results = open_results(folder)
    if form is None:
        form = "parquet" if out is not None and out.suffix == ENDINGS["parquet"] else "csv"
    home = folder if folder.is_dir() else folder.parent
    path = out or home / f"sweep{ENDINGS[form]}"
    if path.name == FILE and path.parent.resolve() == home.resolve():
        raise UsageError(f"{path}: holds the sweep itself, expected another file")
    check_export(home, path)
    export(results, path, form)
    note_export(home, path)
    if as_json:
        echo_json({"file": str(path), "format": form, "points": len(results.points)})
        return
    rest = "" if results.complete else f" of {len(results.planned):,}: the sweep is not finished"
    click.echo(f"{len(results.points):,} points{rest}: {path}")
