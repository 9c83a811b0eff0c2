"""Strategies of a user's own: a class in a file, named ``file.py:ClassName:parameter=value``.

Using one runs the file's code with all the rights of whoever starts the program; nothing is done to
confine it, so name only files that you trust. The class is a frozen dataclass below
:class:`negsim.playing.strategy.Strategy` (or :class:`negsim.playing.automaton.Automaton`) whose
parameters have defaults and bounds. What goes wrong in it is told in one line with the file's line.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import ModuleType

from negsim.errors import NegsimError, UsageError, unknown
from negsim.parameters import read
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables

ENDING = ".py:"
"""What tells a strategy in a file from one of the library."""


def load_strategy(text: str) -> Strategy:
    """Return the strategy of a text such as ``mine.py:Patient:rounds=3``; this runs the file.

    Raises
    ------
    UsageError
        If the file cannot be read or run, its class is no strategy, or a parameter is not allowed;
        also later, from ``tabulate``, if the class's own code fails or returns no tables.
    UnknownNameError
        If the file has no such class, or the class no such parameter.
    """
    file, (word, _, values) = file_of(text), text.partition(ENDING)[2].partition(":")
    kind = _strategy_class(_run(file), file, word.strip())
    return read(f"{word.strip()}:{values}", "strategy", {word.strip(): _guarded(kind, file)})


def file_of(text: str) -> Path:
    """Return the file that a text such as ``mine.py:Patient`` names.

    >>> file_of("rules/mine.py:Patient:rounds=3").as_posix()
    'rules/mine.py'
    """
    return Path(f"{text.partition(ENDING)[0]}.py")


def _run(file: Path) -> ModuleType:
    """Return the module of a file, run."""
    if not file.is_file():
        raise UsageError(f"{file}: no such file; expected FILE.py:CLASS")
    spec = importlib.util.spec_from_file_location(f"negsim_user.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file}: cannot be run as Python")
    module = importlib.util.module_from_spec(spec)
    with _told(file):
        sys.modules[module.__name__] = module
        try:
            spec.loader.exec_module(module)
        finally:
            del sys.modules[module.__name__]
    return module


def _strategy_class(module: ModuleType, file: Path, word: str) -> type[Strategy]:
    """Return the class of a module, checked to be a strategy with bounded parameters."""
    own = {
        name: each
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, Strategy)
        and each.__module__ == module.__name__
    }
    if word not in own:
        raise unknown(f"strategy in {file}", word, own)
    kind = own[word]
    if missing := ", ".join(sorted(getattr(kind, "__abstractmethods__", ()))):
        raise UsageError(f"{file}: {word} does not define {missing}")
    for parameter in fields(kind):
        bounded = {"low", "high"} <= set(parameter.metadata)
        if not (bounded and isinstance(parameter.default, int | float)):
            raise UsageError(
                f"{file}: {word}.{parameter.name} has no number as default or no bounds; expected "
                "field(default=..., metadata=within(low, high, says))"
            )
    return kind


def _guarded(kind: type[Strategy], file: Path) -> type[Strategy]:
    """Return the class with its faults told in one line, under the name by which it was asked."""

    def tabulate(
        self: Strategy, table: Reading, player: int, others: Mapping[int, Tables], /
    ) -> Tables:
        with _told(file):
            found = kind.tabulate(self, table, player, others)
        if not isinstance(found, Tables):
            raise UsageError(
                f"{file}: {kind.__name__}.tabulate returned {type(found).__name__}, expected Tables"
            )
        return found

    changes = {"__slots__": (), "name": f"{file}:{kind.__name__}", "tabulate": tabulate}
    return type(kind.__name__, (kind,), changes)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn whatever the file's code raises into one line that names the file's line."""
    try:
        yield
    except NegsimError:
        raise
    except SyntaxError as error:
        raise UsageError(f"{file}:{error.lineno or 1}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        path = str(file.resolve())
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if str(Path(frame.filename).resolve()) == path
        ]
        words = (str(error).splitlines() or [""])[0]
        where = f"{file}:{lines[-1] if lines else 1}"
        raise UsageError(f"{where}: {type(error).__name__}: {words}".rstrip(": ")) from error
