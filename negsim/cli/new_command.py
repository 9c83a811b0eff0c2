"""``negsim new``: a commented scenario to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from negsim.errors import UsageError


@click.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(file: Path, as_json: bool) -> None:
    """Write a scenario to begin with to FILE: it works, and explains itself line by line.

    A file that is there already is never written over.
    """
    from negsim.cli.common import echo_json
    from negsim.scenario.starter import starter_text

    path = file if file.suffix == ".toml" else file.with_name(f"{file.name}.toml")
    write_new(path, starter_text())
    steps = [f"negsim check {path}", f"negsim run {path}"]
    if as_json:
        echo_json({"file": str(path), "next": steps})
        return
    click.echo(f"{path}: a negotiation over the water of one river; change it into your own.")
    click.echo(f"Next: open it in an editor, then: {steps[0]}; {steps[1]}")


def write_new(path: Path, text: str) -> None:
    """Write a text to a file that is not there yet.

    Raises
    ------
    UsageError
        If the file is there, or cannot be made.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; expected the name of a new file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise UsageError(f"{path}: cannot be written ({reason}); expected a new file") from None
