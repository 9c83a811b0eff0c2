"""``negsim schema``: the format as a JSON Schema, for editors."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the scenario format."""
    from negsim.scenario.schema import schema

    click.echo(json.dumps(schema(), indent=2))
