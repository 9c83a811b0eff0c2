"""Compiled kernels are taken from disk if they are whole and up to date, and made anew if not."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negsim import kernel_cache

INNER = """
from negsim.arrays import inner_kernel

FACTOR = 2.0

@inner_kernel
def scaled(value):
    return FACTOR * value
"""

OUTER = """
from negsim.arrays import kernel
from toy_kernels.inner import scaled

@kernel
def outer(value):
    return scaled(value) + 1.0
"""

PROCESS = """
from negsim.arrays import kernel

@kernel
def add(value):
    return value + 1.0

@kernel
def double(value):
    return 2.0 * value

print(double(add(3.0)))
"""

NO_ROOM = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"


class Toy:
    """A package of two kernels, one in a file of its own, that is imported anew by each call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self) -> tuple[float, bool]:
        """Return what a kernel gives for 3, and whether it was on disk."""
        outer = self.kernel()
        return outer(3.0), bool(outer.stats.cache_hits)

    def kernel(self) -> Any:
        for name in [name for name in sys.modules if name.startswith("toy_kernels")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return importlib.import_module("toy_kernels.outer").outer

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def files(self, pattern: str) -> list[Path]:
        return sorted((self.folder / "__pycache__").glob(pattern))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    folder = tmp_path / "toy_kernels"
    folder.mkdir()
    for name, text in (("__init__", ""), ("inner", INNER), ("outer", OUTER)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    kernel_cache.say_unkept.cache_clear()
    yield Toy(folder)
    kernel_cache.say_unkept.cache_clear()


def test_a_compiled_kernel_is_kept(toy: Toy) -> None:
    assert not kernel_cache.cache_of(toy.kernel()).is_kept()
    assert toy() == (7.0, False)
    assert kernel_cache.cache_of(toy.kernel()).is_kept()
    assert toy() == (7.0, True)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("FACTOR = 2.0", "FACTOR = 5.0", 16.0), ("* value", "* value * value", 19.0)],
    ids=["constant", "code"],
)
def test_a_change_in_the_file_of_a_called_kernel_renews(
    old: str, new: str, found: float, toy: Toy
) -> None:
    assert toy() == (7.0, False)
    toy.edit("inner.py", old, new)
    assert not kernel_cache.cache_of(toy.kernel()).is_kept()
    assert toy() == (found, False)
    assert toy() == (found, True)
    assert len(toy.files("*.nbc")) == 2


def test_a_change_that_makes_no_difference_renews_nothing(toy: Toy) -> None:
    toy()
    toy.edit("inner.py", "return", "# times a constant\n    return")
    toy.edit("__init__.py", "", "OTHER = 1")
    assert toy() == (7.0, True)


def test_an_index_that_outlived_its_data_is_not_believed(toy: Toy) -> None:
    """A process that is killed between the two writes leaves a new index and old data."""
    toy()
    (data,) = toy.files("outer.*.nbc")
    old = data.read_bytes()
    toy.edit("inner.py", "2.0", "5.0")
    toy()
    data.write_bytes(old)
    assert toy() == (16.0, False)
    assert toy() == (16.0, True)


DAMAGES = {
    "empty": lambda kept: b"",
    "truncated": lambda kept: kept[: len(kept) // 2],
    "changed": lambda kept: kept[:-100] + bytes([kept[-100] ^ 1]) + kept[-99:],
    "garbage": lambda kept: b"no pickle",
    "folder": None,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_what_is_damaged_is_mended(
    damage: str, ending: str, toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    toy()
    (file,) = toy.files(f"outer.*.{ending}")
    if spoil := DAMAGES[damage]:
        file.write_bytes(spoil(file.read_bytes()))
    else:
        file.unlink()
        file.mkdir()
    assert toy() == (7.0, False)
    assert toy() == (7.0, spoil is not None)
    assert capsys.readouterr().err == ("" if spoil else kernel_cache.UNKEPT)


def test_nothing_but_memory_is_needed(
    toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(file))
    monkeypatch.setattr("negsim.kernel_cache.AppDirs.user_cache_dir", str(file))
    (toy.folder / "__pycache__").touch()
    assert not kernel_cache.cache_of(toy.kernel()).can_be_kept()
    assert toy() == (7.0, False)
    assert toy() == (7.0, False)
    assert capsys.readouterr().err == kernel_cache.UNKEPT


def test_the_users_own_folder_serves_where_that_of_the_source_cannot_be_written(
    toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("negsim.kernel_cache.AppDirs.user_cache_dir", str(tmp_path / "own"))
    (toy.folder / "__pycache__").touch()
    assert (toy(), toy()) == ((7.0, False), (7.0, True))
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path / "given"))
    assert (toy(), toy()) == ((7.0, False), (7.0, True))
    assert len(list(tmp_path.glob("own/*/*.nbi"))) == len(list(tmp_path.glob("given/*/*.nbi"))) == 2
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("limit", "folder"),
    [
        ("", "/dev/null/kernels"),
        ("import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (0, 0))\n", ""),
    ],
    ids=["read only, no home", "full disk"],
)
def test_a_process_says_so_once(limit: str, folder: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(limit + PROCESS, encoding="utf-8")
    if folder:
        (tmp_path / "__pycache__").touch()
    homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"), folder or str(tmp_path))
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, **homes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "8.0\n", kernel_cache.UNKEPT)


TOGETHER = """
import sys, time
from numba.core import event
from negsim.arrays import kernel

class Count(event.Listener):
    made = 0
    def on_start(self, _): Count.made += 1
    def on_end(self, _): pass

@kernel
def doubled(x):
    total = x * 0
    for k in range(100):
        for each in x:
            total += each * k
    return total

import numpy as np
event.register("numba:compile", Count())
doubled(np.ones(3))
print(Count.made)
"""


def test_of_processes_that_begin_together_one_compiles(tmp_path: Path) -> None:
    script = tmp_path / "together.py"
    script.write_text(TOGETHER, encoding="utf-8")
    home = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    begun = [
        subprocess.Popen([sys.executable, str(script)], env=home, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    made = [process.communicate(timeout=120)[0].strip() for process in begun]
    assert sorted(map(int, made))[:2] == [0, 0]
    assert any(map(int, made))


def test_a_stamp_is_the_same_in_every_process() -> None:
    """An address in what a kernel is made of would have it compiled anew for ever."""
    for name in (
        "theory.stochastic.backward_induction",
        "theory.oneshot.two_party.enumeration",
        "playing.drawing",
    ):
        module = importlib.import_module(f"negsim.{name}")
        kernels = [each for each in vars(module).values() if hasattr(each, "py_func")]
        assert kernels
        for each in kernels:
            assert " at 0x" not in kernel_cache.description(each)[0]
