"""The command line: a lazy group of commands, and what happens when something goes wrong.

Exit codes: 0 done, 1 a claim or check failed, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import importlib
import signal
import sys
import traceback
from types import FrameType

import click

from negsim.errors import NegsimError, did_you_mean

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


def main() -> None:
    """Run the command line and exit with the documented codes."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = cli.main(prog_name="negsim", standalone_mode=False)
    except NegsimError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except click.ClickException as error:
        click.echo(_one_line(error), err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo(f"interrupted; {_kept(error)}", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        click.echo(
            "This is a fault of negsim, not of your input: please report it with the lines above, "
            "`negsim --version` and the scenario file.",
            err=True,
        )
        sys.exit(70)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _kept(error: BaseException) -> str:
    """Return what an interrupted command left, as it says itself if it keeps anything."""
    cause = error.__cause__ if isinstance(error, click.Abort) else error
    return str(cause or "") or "nothing is half-written"


def _one_line(error: click.ClickException) -> str:
    called = error.ctx if isinstance(error, click.UsageError) else None
    where = called.command_path if called else "negsim"
    return f"{where}: {' '.join(error.format_message().split())}"
