"""What the commands share: loading with ``--set``, folders, progress bars, JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from negsim.cli.stop import NOTHING_HALF_WRITTEN, Stop
from negsim.deadline import has_limit, left_out, statement, time_limit
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.check import check_ends
from negsim.errors import UsageError
from negsim.folders import FolderClaim, Holder, claimed
from negsim.scenario.check.estimate import duration, sizes, to_drop
from negsim.scenario.load import load
from negsim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from negsim.answers import Answer

Command = TypeVar("Command", bound=Callable[..., Any])

TOLD_SECONDS = 60.0
"""Work of more time than this is announced."""

PACE_SECONDS = 5.0
"""Time for which work goes on before its pace is told."""

MAX_SECONDS = 86_400.0
"""Most time that a command may take unless it is told when to stop."""

DEFAULT_SEED = 20250319


def scenario_options(function: Command) -> Command:
    """Add FILE, --set, --seed, --out and --json to a command."""
    function = click.option(
        "--out",
        type=click.Path(path_type=Path),
        help="Folder to write to; without it only run and sweep write, to out/.",
    )(function)
    function = click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=DEFAULT_SEED,
        show_default=True,
        help="Seed of whatever is drawn by lot.",
    )(function)
    function = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Change a named number, for example parameters.front_speed=0.2.",
    )(function)
    function = click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)
    return click.argument("file", type=click.Path(path_type=Path))(function)


def party_option(whose: str) -> Callable[[Command], Command]:
    """Add --party to a command: whose label or delay it is about."""
    rule = "the largest worth of delay over the spread of its own end payoffs"
    return click.option("--party", help=f"{whose}; by default the party with {rule}.")


def time_limited(function: Command) -> Command:
    """Add --time-limit to a command whose long loops look at the deadline."""

    def begin(ctx: click.Context, _param: click.Parameter, seconds: float | None) -> None:
        ctx.with_resource(time_limit(seconds))

    return click.option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        expose_value=False,
        callback=begin,
        help="Stop after so many seconds, give what is finished, and say what is not.",
    )(function)


def announce(compiled: Compiled, solutions: int) -> None:
    """Say on standard error what solving the talks so often takes, if it is more than a minute.

    Raises
    ------
    UsageError
        If it is more than a day, and no time limit is set.
    """
    large = sizes(compiled.scenario, {name: len(own) for name, own in compiled.moves.items()})
    whole = large.estimate().times(solutions)
    if whole.seconds <= TOLD_SECONDS or has_limit():
        return
    _, advice = to_drop(compiled.scenario, large, of_memory=False, solutions=solutions)
    words = f"{solutions:,} solutions of the talks take {whole}; {advice}"
    if whole.seconds > MAX_SECONDS:
        raise UsageError(f"{words}; expected at most a day, or --time-limit SECONDS")
    click.echo(f"{words}; --time-limit SECONDS gives what is finished by then", err=True)


def with_statement(data: dict[str, Any]) -> dict[str, Any]:
    """Return data that says, where a time limit cut it short, what was finished only in part."""
    return {**data, "incomplete": list(left_out())} if left_out() else data


def say_incomplete() -> None:
    """Print what a time limit cut short, if it did."""
    if told := statement():
        click.echo(told)


def compiled_scenario(file: Path, settings: tuple[str, ...]) -> Compiled:
    """Load a scenario, change the numbers that were set, and check that its ends can be reached.

    Raises
    ------
    ScenarioError, UsageError, UnknownNameError
        As one clear line a fault.
    """
    scenario = load(file)
    if settings:
        scenario = scenario.alter(dict(parse_setting(text) for text in settings))
    compiled = compile_scenario(scenario)
    check_ends(compiled)
    return compiled


def parse_setting(text: str) -> tuple[str, Decimal]:
    """Return the name and value of ``NAME=VALUE``.

    Raises
    ------
    UsageError
        If the text is not of that form or the value is not a finite number.
    """
    name, sign, value = text.partition("=")
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not sign or not number.is_finite():
        raise UsageError(f'--set {text}: expected NAME=NUMBER, got "{value}"')
    return name.strip(), number


def deliver(
    data: Answer | dict[str, Any],
    as_json: bool,
    claim: FolderClaim | None,
    draw: Callable[[], Mapping[str, Figure]] | None = None,
    tables: Mapping[str, list[list[Any]]] | None = None,
) -> bool:
    """Write the data, figures and tables to a folder if asked, print the data if asked.

    The data are written to STUDY.json. Return whether they were printed.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    from negsim.answers import written
    from negsim.drawing.save import write_study

    told = with_statement(written(data))
    if claim is not None:
        figures = draw() if draw else {}
        write_study(claim.holder.study, told, figures, tables or {}, claim)
    if as_json:
        echo_json(told)
    else:
        say_incomplete()
    return as_json


def writable(path: Path) -> Path:
    """Return a folder that is there or can be made and written to; nothing is made yet.

    Raises
    ------
    UsageError
        If it is a file, lies below one, or may not be written to.
    """
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise UsageError(f"{there}: is a file, expected a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"{there}: may not be written to, expected a folder that may")
    return path


def holder_of(study: str, scenario: Scenario) -> Holder:
    """Return whose results a study of a scenario are."""
    return Holder(study, Path(scenario.path).name, scenario.title, scenario.digest)


def claim_folder(path: Path, holder: Holder, names: Iterable[str] = ()) -> FolderClaim:
    """Return a folder that this command alone writes to until it ends; errors as ``claimed``."""
    claim: FolderClaim = click.get_current_context().with_resource(
        claimed(writable(path), holder, [f"{holder.study}.json", *names])
    )
    return claim


def claim_out(path: Path | None, study: str, scenario: Scenario) -> FolderClaim | None:
    """Return the folder of --out for a study, checked before anything is solved, if it is asked.

    Raises
    ------
    UsageError
        If it cannot be written to, or holds something that is not the same study's.
    """
    return None if path is None else claim_folder(path, holder_of(study, scenario))


def echo_json(data: Any) -> None:
    """Print an answer as JSON with the number of its form, or a list; see ``answers.plain``."""
    from negsim.answers import plain, written

    told = plain(data) if isinstance(data, list) else written(data)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Say, if the work is interrupted, that what is finished is kept in a folder."""
    Stop.kept = f"what is finished is kept in {folder}; the same command goes on from there"
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(Stop.kept) from None
    finally:
        Stop.kept = NOTHING_HALF_WRITTEN


@dataclass
class Pace:
    """Tells once, from how fast it goes, that work takes more than a minute, and what takes less.

    Work whose time nobody knows before some of it is done is announced so. The clock starts with
    the second call, since what is made ready before the first unit is no part of the pace.
    """

    say: Callable[[str], None]
    what: str
    less: str
    clock: Callable[[], float] = time.monotonic
    marks: list[tuple[int, float]] = field(default_factory=list)

    def __call__(self, done: int, total: int) -> None:
        """Take note of how much is done."""
        if has_limit() or not self.less:
            return
        self.marks = [*self.marks[:2], (done, self.clock())]
        if len(self.marks) < 3:
            return
        (first, start), (last, now) = self.marks[1:]
        if last == first or now - start < PACE_SECONDS:
            return
        left = (now - start) / (last - first) * (total - last)
        if left > TOLD_SECONDS:
            self.say(
                f"{total - last:,} of {total:,} {self.what} are left and take about "
                f"{duration(left)} at this pace; {self.less} would take less, "
                "--time-limit SECONDS gives what is finished by then"
            )
            self.less = ""


@contextmanager
def progress_bar(what: str, less: str = "") -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal and nothing elsewhere; yields a callback of done and total.

    With ``less``, that which makes the work less, it is said if that takes more than a minute.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(what, total=None)
        pace = Pace(partial(bar.console.print, soft_wrap=True, highlight=False), what, less)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            pace(done, total)

        yield advance
