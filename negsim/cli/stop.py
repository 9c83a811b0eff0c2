"""Told to stop: the work is interrupted and, if it does not end soon, the process is ended.

Ctrl-C and SIGTERM raise KeyboardInterrupt in the main thread, which leaves things in order as it
unwinds. Python raises it between two steps of its own only, so a long kernel holds it off, and so
does a wait for threads that are in one. A watching thread ends the process then.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

INTERRUPTED = 130
"""Exit code of an interrupted process."""

GRACE = 0.5
"""Seconds that interrupted work has to leave things in order."""

NOTHING_HALF_WRITTEN = "nothing is half-written"

SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"
"""Clears the line of a progress bar and shows the cursor that it hid."""


class Stop:
    """What is known of being told to stop."""

    asked = False
    over = False
    kept = NOTHING_HALF_WRITTEN
    leaving = threading.Lock()


def listen() -> None:
    """Let Ctrl-C and SIGTERM end this process from now on.

    Ctrl-C stays ignored in a process that was started so, as the jobs of a script are.
    """
    reader, writer = os.pipe()
    if hasattr(os, "set_blocking"):
        os.set_blocking(writer, False)
    threading.Thread(target=_watch, args=(reader,), daemon=True).start()
    signal.set_wakeup_fd(writer)
    sys.unraisablehook = _report
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def finish() -> None:
    """Take the work as done: a signal changes nothing any more, and one that was lost is told."""
    Stop.over = True
    if Stop.asked:
        raise KeyboardInterrupt


def leave(words: str) -> None:
    """Say that the process was interrupted, end its children and end it, whatever it is doing."""
    Stop.leaving.acquire()
    try:
        with suppress(OSError):
            shown = SHOW_CURSOR if os.isatty(2) else b""
            os.write(2, shown + f"interrupted; {words}\n".encode())
        if "multiprocessing.process" in sys.modules:
            for child in sys.modules["multiprocessing.process"].active_children():
                child.kill()
    finally:
        os._exit(INTERRUPTED)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    if not (Stop.asked or Stop.over):
        Stop.asked = True
        raise KeyboardInterrupt


def _report(lost: sys.UnraisableHookArgs) -> None:
    """Report an error that Python cannot raise, except an interruption: the watch sees to that."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def _watch(reader: int) -> None:
    """Wait for a signal, give the work some time to end, and end the process if it does not."""
    while os.read(reader, 1)[0] not in (signal.SIGINT, signal.SIGTERM):
        pass
    time.sleep(GRACE)
    leave(Stop.kept)
