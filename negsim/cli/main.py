"""The way in to the command line, and what is said when something goes wrong.

Exit codes: 0 done, 1 a claim or check failed, 2 bad input or no room for what is written, 130
interrupted. Nothing large is imported here: Ctrl-C is listened to before anything else is done.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

from negsim.cli import stop

TYPE_CHECKING = False
"""As in ``typing``, whose import would take longer than all that is here."""

if TYPE_CHECKING:
    from typing import TextIO

    import click

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EROFS}
"""Errors of a disk or device, not of a program, while something is written."""

FAULT = (
    "This is a fault of negsim, not of your input: please report it with the lines above, "
    "`negsim --version` and the scenario file."
)

NO_MEMORY = (
    "not enough memory for this; expected a smaller scenario, fewer points or fewer workers, or "
    "a higher limit (ulimit -v)"
)


def main() -> None:
    """Run the command line and exit with the documented codes."""
    stop.listen()
    try:
        code = answer()
        stop.finish()
    except KeyboardInterrupt as error:
        code = interrupted(error)
    _settle(sys.stdout)
    _settle(sys.stderr)
    sys.exit(code)


def answer() -> int:
    """Carry out the command line and return the exit code; a fault of the input is one line."""
    import click

    from negsim.cli.group import call
    from negsim.errors import NegsimError

    try:
        code = call(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except NegsimError as error:
        return refused(str(error))
    except click.ClickException as error:
        return refused(_one_line(error))
    except MemoryError:
        return refused(NO_MEMORY)
    except (Exception, SystemExit) as error:  # noqa: BLE001
        return unforeseen(error)
    return code


def unforeseen(error: BaseException) -> int:
    """Return the exit code after an error that no fault of the input explains."""
    if stop.Stop.asked:
        raise KeyboardInterrupt from error
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        return 0
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        return refused(
            f"what is printed cannot be written ({error.strerror}); expected a place with room"
        )
    if str(error) == "can't start new thread":
        return refused(NO_MEMORY)
    import traceback

    say(traceback.format_exc() + FAULT)
    return 70


def refused(line: str) -> int:
    """Say what cannot be done, and return the exit code of bad input."""
    say(line)
    return 2


def interrupted(error: KeyboardInterrupt) -> int:
    """Say what is left, as the command that was interrupted says itself if it keeps anything."""
    words = str(error) or stop.NOTHING_HALF_WRITTEN
    if stop.Stop.asked:
        stop.leave(words)
    say(f"interrupted; {words}")
    return stop.INTERRUPTED


def say(text: str) -> None:
    """Write lines on standard error, if anything can be written there.

    They quote what was typed or read: control characters are shown, not sent to the terminal.
    """
    from negsim.scenario.words import printable

    shown = "\n".join(map(printable, text.split("\n")))
    with suppress(OSError):
        if sys.stderr is not None:
            sys.stderr.write(shown + "\n")
            sys.stderr.flush()


def _settle(stream: TextIO | None) -> None:
    """Throw away what a stream cannot write, or Python would say so at its end."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _one_line(error: click.ClickException) -> str:
    from click import UsageError

    called = error.ctx if isinstance(error, UsageError) else None
    where = called.command_path if called else "negsim"
    return f"{where}: {' '.join(error.format_message().split())}"
