"""Compiled kernels on disk: used only if nothing that they are made of has changed.

A kernel holds the compiled form of every kernel that it calls and the values of the constants that
it uses, so its stamp covers them all, whatever file they stand in. What cannot be read is compiled
again and written anew; what cannot be written stays in memory. Of processes that begin together on
an empty cache one compiles a kernel and the others wait for it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import IO, Any

import llvmlite
import numpy as np
from numba.core import config
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    _CacheLocator,
)
from numba.misc.appdirs import AppDirs

CHECK = 4
"""Bytes in front of a compiled form that tell whether it is whole."""

PATIENCE = 300.0
"""Seconds after which nobody waits any longer for the process that compiles a kernel."""

UNKEPT = (
    "compiled kernels cannot be kept on disk, so every run compiles them again; expected a folder "
    "with room that can be written to, as NUMBA_CACHE_DIR may name one\n"
)


class KernelCache(FunctionCache):
    """Keeps the compiled forms of one kernel, and is never in the way of using it."""

    def __init__(self, kernel: Any) -> None:
        self._py_func = kernel.py_func
        self._name = repr(kernel.py_func)
        self._impl = Forms(kernel.py_func)
        self._cache_path = self._impl.locator.get_cache_path()
        self._cache_file = self._files = Files(self._cache_path, self._impl.filename_base, kernel)
        self._lock = CompileLock(Path(self._cache_path) / f"{self._impl.filename_base}.lock")
        self.enable()

    def is_kept(self) -> bool:
        """Tell whether a compiled form is on disk that is made of what there is now."""
        return any(self._files.load(key) is not None for key in self._files.known())

    def can_be_kept(self) -> bool:
        """Tell whether compiled forms can be written."""
        return is_writable(self._cache_path)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a compiled form that is whole and up to date; None if this process is to make it.

        Where there is none, a process that is making one is waited for.
        """
        found = self._read(sig, target_context)
        if found is None:
            self._lock.take()
            found = self._read(sig, target_context)
            if found is not None:
                self._lock.give_up()
        return found

    def _read(self, sig: Any, target_context: Any) -> Any:
        with suppress(Exception):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Write a compiled form, or say once that it cannot be written."""
        try:
            super().save_overload(sig, data)
        except OSError:
            say_unkept()
        finally:
            self._lock.give_up()


class CompileLock:
    """Whose turn it is to compile a kernel: that of the process which has locked a file.

    Without file locks, or where the file cannot be made, everybody compiles.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: IO[bytes] | None = None

    def take(self) -> None:
        """Wait until it is this process's turn, or for as long as one waits."""
        with suppress(OSError, ImportError):
            import fcntl

            self.file = self.file or self.path.open("ab")
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                with suppress(BlockingIOError):
                    fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                time.sleep(0.05)

    def give_up(self) -> None:
        """Let others have their turn, also those that a fork left with the same file."""
        if self.file is not None:
            with suppress(OSError, ImportError):
                import fcntl

                fcntl.flock(self.file, fcntl.LOCK_UN)
            self.file.close()
            self.file = None


class Files(IndexDataCacheFile):
    """The files of one kernel: what is damaged, or of another stamp, counts as missing."""

    def __init__(self, folder: str, name: str, kernel: Any) -> None:
        super().__init__(folder, name, b"")
        self._kernel = kernel

    def known(self) -> list[Any]:
        """Return what there are compiled forms for."""
        return list(self._load_index())

    def load(self, key: Any) -> Any:
        """Return what was kept under a key, or None."""
        with suppress(Exception):
            stamp, own, data = super().load(key)
            if (stamp, own) == (self._source_stamp, key):
                return data
        return None

    def save(self, key: Any, data: Any) -> None:
        """Keep something under a key. It names its stamp, since an index may outlive its data."""
        super().save(key, (self._source_stamp, key, data))

    def _load_index(self) -> dict[Any, str]:
        """Return the index. The stamp waits for it: only then is all there that is called."""
        self._source_stamp = self._source_stamp or stamp_of(self._kernel)
        with suppress(Exception):
            return dict(super()._load_index())
        return {}

    def _load_data(self, name: str) -> Any:
        kept = Path(self._data_path(name)).read_bytes()
        if kept[:CHECK] != check(kept[CHECK:]):
            return None
        return pickle.loads(kept[CHECK:])

    def _save_data(self, name: str, data: Any) -> None:
        kept = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(check(kept) + kept)


class CacheFolder(_CacheLocator):
    """The first folder that can be written to: as set, beside the source, or the user's own."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        self.line = function.__code__.co_firstlineno
        folders = list(self.folders(file))
        self.folder = next(filter(is_writable, folders), folders[0])

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> CacheFolder:
        """Return the place for a function; it may turn out that nothing can be written there."""
        return cls(py_func, py_file)

    def folders(self, file: str) -> Iterator[str]:
        """Yield the folders to try, best first."""
        own = self.get_suitable_cache_subpath(file)
        if given := vars(config)["CACHE_DIR"]:
            yield str(Path(given) / own)
        if Path(file).exists():
            yield str(Path(file).parent / "__pycache__")
        yield str(Path(AppDirs(appname="numba", appauthor=False).user_cache_dir) / own)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return self.folder

    def get_source_stamp(self) -> bytes:
        """Return nothing: the stamp is of what a kernel is made of, not of its file."""
        return b""

    def get_disambiguator(self) -> str:
        """Return what tells functions of one name in one file apart."""
        return str(self.line)


class Forms(CompileResultCacheImpl):
    """How a compiled form becomes bytes, as numba has it, and where they are kept."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._locator_classes = [CacheFolder]
        super().__init__(function)


def cache_of(kernel: Any) -> KernelCache:
    """Return where the compiled forms of a kernel are kept."""
    kept: KernelCache = kernel._cache
    return kept


def check(kept: bytes) -> bytes:
    """Return what tells whether bytes are whole."""
    return zlib.crc32(kept).to_bytes(CHECK, "big")


@cache
def is_writable(folder: str) -> bool:
    """Tell whether files can be made in a folder, which is made if it is not there."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@cache
def say_unkept() -> None:
    """Say once, in the first process alone, that compiled forms cannot be kept."""
    if multiprocessing.parent_process() is None and sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(UNKEPT)


def stamp_of(kernel: Any) -> bytes:
    """Return a digest of all that a kernel is made of: code, constants, and kernels it calls."""
    waiting, met = [kernel], dict[Any, str]()
    while waiting:
        each = waiting.pop()
        if each not in met:
            met[each], called = description(each)
            waiting += called
    text = "\n".join([llvmlite.__version__, np.__version__, *met.values()])
    return hashlib.sha256(text.encode()).digest()


@cache
def description(function: Any) -> tuple[str, list[Any]]:
    """Return what a function itself is made of as text, and the functions that it calls."""
    plain = getattr(function, "py_func", function)
    codes = list(codes_in(plain.__code__))
    used = used_by(plain, codes)
    called = [value for value in used.values() if is_compiled_in(value, plain)]
    parts = [
        repr(sorted(getattr(function, "targetoptions", {}).items())),
        plain.__qualname__,
        *map(code_text, codes),
        *(f"{name} = {text_of(value)}" for name, value in used.items()),
    ]
    return "\n".join(parts), called


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function and of what is defined inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def code_text(code: CodeType) -> str:
    """Return what a function does as text, without where it stands."""
    constants = [text_of(each) for each in code.co_consts if not isinstance(each, CodeType)]
    return repr((code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants))


def used_by(function: FunctionType, codes: list[CodeType]) -> dict[str, Any]:
    """Return the values from outside that a function uses, by name."""
    names = sorted(set(chain.from_iterable(code.co_names for code in codes)))
    used = {name: function.__globals__[name] for name in names if name in function.__globals__}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    used |= {name: cell.cell_contents for name, cell in cells}
    used["defaults"] = function.__defaults__
    for module in [value for value in used.values() if isinstance(value, ModuleType)]:
        if package_of(module.__name__) == package_of(function.__module__):
            used |= {f"{module.__name__}.{n}": vars(module)[n] for n in names if n in vars(module)}
    return used


def is_compiled_in(value: Any, function: FunctionType) -> bool:
    """Tell whether a value is a kernel, or a plain function of the same package."""
    if isinstance(value, FunctionType):
        return package_of(value.__module__) == package_of(function.__module__)
    return hasattr(value, "py_func")


def package_of(module: str | None) -> str:
    """Return the name of the package that a module stands in."""
    return (module or "").partition(".")[0]


def text_of(value: Any) -> str:
    """Return a value as text that is the same in every process; of a function, its name."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {value.tobytes()!r}"
    if isinstance(value, tuple):
        return f"{type(value).__qualname__}({', '.join(map(text_of, value))})"
    if isinstance(value, frozenset):
        return f"frozenset({', '.join(sorted(map(text_of, value)))})"
    if isinstance(value, ModuleType):
        return value.__name__
    if name := getattr(value, "__qualname__", ""):
        return f"{value.__module__}.{name} {getattr(value, '_fields', '')}"
    return repr(value)
