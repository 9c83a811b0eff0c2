"""The time that a command may take: long loops ask between their units of work if it is over.

What a loop leaves out is noted here, so that whoever tells the results can tell that as well. One
unit of every loop is always done, so that there is something to tell, and it is told whole. A part
of an answer that stands by itself is done whole or left out: :func:`part`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

Unit = TypeVar("Unit")

IN_PART: ContextVar[bool] = ContextVar("IN_PART", default=False)
"""Whether what is being worked on is a part that may be left out."""


class OutOfTimeError(Exception):
    """The time is over within a part that may be left out; :func:`part` catches it."""


@dataclass(frozen=True)
class TimeLimit:
    """When the time of a command is over, and what was left out because of it."""

    seconds: float
    ends: float
    left_out: list[str] = field(default_factory=list)

    current: ClassVar[TimeLimit | None] = None


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Let the work of this process within the block end after some seconds; None: when done."""
    before = TimeLimit.current
    limit = None if seconds is None else TimeLimit(seconds, time.monotonic() + seconds)
    TimeLimit.current = limit
    try:
        yield
    finally:
        TimeLimit.current = before


def is_over() -> bool:
    """Tell whether the time is over; it never is without a limit."""
    return TimeLimit.current is not None and time.monotonic() >= TimeLimit.current.ends


def has_limit() -> bool:
    """Tell whether the time is limited."""
    return TimeLimit.current is not None


def leave_out(what: str) -> None:
    """Note in words what was not done because the time was over."""
    if TimeLimit.current is not None and what not in TimeLimit.current.left_out:
        TimeLimit.current.left_out.append(what)


def in_time(units: Sequence[Unit], what: str) -> Iterator[Unit]:
    """Yield units of work until the time is over, the first whenever that is; note what is left.

    >>> with time_limit(0):
    ...     list(in_time("abc", "letters")), left_out()
    (['a'], ('1 of 3 letters',))
    >>> list(in_time("abc", "letters"))
    ['a', 'b', 'c']
    """
    for done, unit in enumerate(units):
        if done and is_over():
            leave_out(f"{done:,} of {len(units):,} {what}")
            return
        yield unit


def can_begin(what: str) -> bool:
    """Tell whether there is time to begin something; note it as left out if there is not."""
    if is_over():
        leave_out(f"no {what}")
        return False
    return True


def part(what: str, work: Callable[[], Unit]) -> Unit | None:
    """Return what some work gives, or None, noted as left out, if the time is over before its end.

    >>> with time_limit(0):
    ...     part("map", lambda: 1), left_out()
    (None, ('no map',))
    """
    if not can_begin(what):
        return None
    before = IN_PART.set(True)
    try:
        return work()
    except OutOfTimeError:
        leave_out(f"no {what}")
        return None
    finally:
        IN_PART.reset(before)


def stop_part_if_over(in_part: bool) -> None:
    """Leave the part that is being worked on if the time is over.

    ``in_part`` is ``IN_PART`` of whoever shares the work out, for its threads have their own.

    Raises
    ------
    OutOfTimeError
        If so.
    """
    if in_part and is_over():
        raise OutOfTimeError


def left_out() -> tuple[str, ...]:
    """Return what was finished only in part, in words."""
    return () if TimeLimit.current is None else tuple(TimeLimit.current.left_out)


def statement() -> str:
    """Return the line that says what is incomplete, empty if nothing is."""
    if TimeLimit.current is None or not TimeLimit.current.left_out:
        return ""
    limit = f"{TimeLimit.current.seconds:g} s"
    return f"Incomplete: the time limit of {limit} is over, with {', '.join(left_out())}."
