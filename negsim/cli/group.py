"""The commands, each imported when it is called."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence

import click

from negsim.cli.memory import check_memory
from negsim.errors import did_you_mean

COMMANDS = {
    "new": "Write a commented scenario to begin with.",
    "run": "Answer the five questions for a scenario and write a report.",
    "check": "Check scenario files and test their claims.",
    "schema": "Print the JSON Schema of the scenario format.",
    "solve": "Show the equilibria of the one-shot game and the solved talks.",
    "stall": "Show when delay is the best reply and what it is worth.",
    "signal": "Show what private types do and what tells them apart.",
    "transcript": "Follow an observed record and the belief about a type.",
    "counter": "Try countermeasures against delay: what works, and who pays.",
    "levers": "Show at which values of levers a conclusion tips.",
    "robust": "Show in how much of the ranges each conclusion holds.",
    "play": "Play named strategies against each other.",
    "tournament": "Play all strategies of one role against all of another.",
    "sweep": "Solve the talks at many points, on a grid or sampled.",
    "export": "Write the table of a sweep as CSV or Parquet.",
    "compare": "Show how two scenarios, and what follows from them, differ.",
    "report": "Write the report of an earlier run or sweep again.",
    "list": "List what can be named: strategies, solvers, measures, numbers.",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, imported now."""
        if name not in COMMANDS:
            return None
        check_memory()
        module = importlib.import_module(f"negsim.cli.{name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command called, or fail with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            known = ", ".join(COMMANDS)
            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f'no command "{args[0]}"{hint} (commands: {known})')
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands and their one-line help without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(package_name="negsim")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Simulate negotiations: when is delay the best reply, what is it worth, what would stop it?

    Start with: negsim run scenarios/march_2025.toml
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def call(words: Sequence[str]) -> int:
    """Carry out a command line and return its exit code.

    Click's own way of calling a command would turn a pipe closed early into exit code 1.
    """
    if "_NEGSIM_COMPLETE" in os.environ:
        cli.main(prog_name="negsim")
    try:
        with cli.make_context("negsim", list(words)) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return code if isinstance(code, int) else 0
