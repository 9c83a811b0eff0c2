"""``negsim schema``: the format of scenarios, or of results, as a JSON Schema."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.option("--results", is_flag=True, help="That of results.json and of what --json prints.")
def command(results: bool) -> None:
    """Print the JSON Schema of the scenario format."""
    if results:
        from negsim.page.schema import results_schema as schema
    else:
        from negsim.scenario.schema import schema

    click.echo(json.dumps(schema(), indent=2))
