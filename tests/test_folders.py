"""Only what negsim wrote is ever replaced, whole or not at all, by one command at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from negsim import folders
from negsim.errors import UsageError
from negsim.folders import MANIFEST, SWAP, Holder, claimed, interrupts_held

RUN = Holder("run", "truce.toml", "A truce", "aa")
FIRST = {"report.html": "one", "figures/a.svg": "a1", "figures/b.svg": "b1", "tables/a.csv": "t1"}
SECOND = {"report.html": "two", "figures/a.svg": "a2", "tables/new/c.csv": "c2"}


def put(folder: Path, files: Mapping[str, str], holder: Holder = RUN) -> None:
    with claimed(folder, holder) as claim, claim.staged() as made:
        for name, text in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8")


def files_of(folder: Path, hidden: bool = False) -> dict[str, str]:
    """Return the texts of the files of a folder, without the manifest unless asked for."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and (hidden or path.name != MANIFEST)
    }


def test_only_what_negsim_wrote_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    mine = {"notes.txt": "mine", "figures/mine.png": "mine"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    put(tmp_path, FIRST)
    assert files_of(tmp_path) == mine | FIRST
    put(tmp_path, SECOND)
    assert files_of(tmp_path) == mine | SECOND
    assert not (tmp_path / "tables" / "a.csv").exists()
    put(tmp_path, {"report.html": "three"})
    assert files_of(tmp_path) == mine | {"report.html": "three"}
    assert not (tmp_path / "tables").exists()


def link(path: Path) -> None:
    (path.parent / "elsewhere").mkdir()
    path.symlink_to("elsewhere", target_is_directory=True)


TAKEN: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "a file of that name": (
        "report.html",
        lambda path: path.write_text("mine", encoding="utf-8"),
        "report.html: was not written by negsim; expected it moved away, or another folder",
    ),
    "a folder of that name": (
        "report.html",
        lambda path: path.mkdir(),
        "report.html: is no plain file, expected another folder",
    ),
    "a link of that name": (
        "report.html",
        lambda path: path.symlink_to("nowhere"),
        "report.html: is no plain file, expected another folder",
    ),
    "a pipe of that name": (
        "report.html",
        os.mkfifo,
        "report.html: is no plain file, expected another folder",
    ),
    "a link for a folder": (
        "tables",
        link,
        "tables: is a symbolic link, expected a folder or nothing",
    ),
    "a file for a folder": (
        "figures",
        lambda path: path.write_text("mine", encoding="utf-8"),
        "figures: is a file, expected a folder or nothing",
    ),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_place_that_is_taken_is_refused_and_nothing_changes(kind: str, tmp_path: Path) -> None:
    name, take, words = TAKEN[kind]
    take(tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as caught:
        put(tmp_path, FIRST)
    assert str(caught.value) == f"{tmp_path}/{words}"
    assert sorted(tmp_path.rglob("*")) == before
    with pytest.raises(UsageError), claimed(tmp_path, RUN, FIRST):
        raise AssertionError("a place that is taken is seen before anything is solved")


def test_a_file_that_was_edited_is_kept(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    edited = FIRST | {"figures/b.svg": "edited"}
    (tmp_path / "figures" / "b.svg").write_text("edited", encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.svg: was changed since negsim wrote it; expected"):
        put(tmp_path, FIRST)
    assert files_of(tmp_path) == edited
    put(tmp_path, SECOND)
    assert files_of(tmp_path) == SECOND | {"figures/b.svg": "edited"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Holder("sweep", "truce.toml", "A truce", "aa"), 'negsim run of truce.toml, "A truce"'),
        (Holder("run", "war.toml", "A truce", "bb"), 'negsim run of truce.toml, "A truce"'),
        (Holder("run", "truce.toml", "A war", "bb"), 'negsim run of truce.toml, "A truce"'),
    ],
)
def test_the_folder_of_another_is_refused(other: Holder, words: str, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    before = files_of(tmp_path, hidden=True)
    with pytest.raises(UsageError) as caught:
        put(tmp_path, SECOND, other)
    assert str(caught.value) == (
        f"{tmp_path}: holds the results of {words}; expected another folder with --out"
    )
    assert files_of(tmp_path, hidden=True) == before


def test_a_scenario_whose_numbers_changed_is_the_same(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    put(tmp_path, SECOND, Holder("run", "truce.toml", "A truce", "bb"))
    put(tmp_path, FIRST, Holder("run", "copy.toml", "A copy", "bb"))
    assert files_of(tmp_path) == FIRST


@pytest.mark.parametrize(
    ("store", "study"), [("results.sqlite", "sweep"), ("tournament.sqlite", "tournament")]
)
def test_an_interrupted_study_holds_its_folder(store: str, study: str, tmp_path: Path) -> None:
    (tmp_path / store).write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match=rf": holds the results of negsim {study}; expected anot"):
        put(tmp_path, FIRST)
    put(tmp_path, FIRST, Holder(study))
    assert files_of(tmp_path) == FIRST | {store: "kept"}


OUTSIDE = ["../x", "/etc/x", "a/../../x", MANIFEST, f"{SWAP}/x", "", "a\\b"]
DAMAGED = {
    "empty": lambda _: "",
    "half": lambda text: text[: len(text) // 2],
    "a list": lambda _: "[]",
    "a number": lambda _: "7",
    "deep": lambda _: "[" * 100_000,
    "another version": lambda text: text.replace("folder 1", "folder 2"),
    "no study": lambda text: text.replace('"study"', '"x"'),
    "files as a list": lambda text: json.dumps(json.loads(text) | {"files": ["report.html"]}),
    "a digest that is none": lambda text: json.dumps(json.loads(text) | {"files": {"a": 1}}),
    **{
        f"outside: {name}": lambda text, name=name: json.dumps(
            json.loads(text) | {"files": {name: "0"}}
        )
        for name in OUTSIDE
    },
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_list_of_files_is_refused(kind: str, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    path = tmp_path / MANIFEST
    path.write_text(DAMAGED[kind](path.read_text(encoding="utf-8")), encoding="utf-8")
    before = files_of(tmp_path, hidden=True)
    with pytest.raises(UsageError) as caught:
        put(tmp_path, SECOND)
    assert str(caught.value).startswith(f"{path}: is not negsim's list of the files that it wrote")
    assert files_of(tmp_path, hidden=True) == before


# ------------------------------------------------ interrupted, killed, out of space


MOVES = 2 * len(FIRST) + 2
"""More moves than there are in a swap of the first files by the second."""


def swapped_until(folder: Path, move: int, error: BaseException, patch: pytest.MonkeyPatch) -> bool:
    """Swap in the second files with an error at a move; return whether there was such a move."""
    real, count = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == move:
            raise error
        return real(self, target)

    with patch.context() as context:
        context.setattr(Path, "replace", replace)
        try:
            put(folder, SECOND)
        except (UsageError, KeyboardInterrupt):
            return True
    return False


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_swap_that_fails_at_any_move_is_undone(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = 0
    for move in range(1, MOVES):
        folder = tmp_path / str(move)
        put(folder, FIRST)
        before = files_of(folder, hidden=True)
        if swapped_until(folder, move, error, monkeypatch):
            failed += 1
            assert files_of(folder, hidden=True) == before
        else:
            assert files_of(folder) == SECOND
        assert not (folder / SWAP).exists()
    assert failed == len(set(FIRST) & set(SECOND)) + len(set(FIRST) - set(SECOND)) + len(SECOND) + 1


def test_a_swap_that_is_killed_at_any_move_is_undone_by_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves what there is: neither this command nor a second kill tidies up."""
    real = folders.settle

    def killed(folder: Path) -> None:
        if not (folder / SWAP).exists():
            real(folder)

    for move in range(1, MOVES):
        folder = tmp_path / str(move)
        put(folder, FIRST)
        before = files_of(folder, hidden=True)
        with monkeypatch.context() as patch:
            patch.setattr(folders, "settle", killed)
            cut = swapped_until(folder, move, KeyboardInterrupt(), monkeypatch)
        undone_until(folder, move, monkeypatch)
        folders.recover(folder)
        if cut:
            assert files_of(folder, hidden=True) == before
        assert not (folder / SWAP).exists()
        put(folder, SECOND)
        assert files_of(folder) == SECOND


def undone_until(folder: Path, move: int, patch: pytest.MonkeyPatch) -> None:
    """Undo a swap, and be killed at a move of that too."""
    real, count = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == move % 4:
            raise KeyboardInterrupt
        return real(self, target)

    with patch.context() as context:
        context.setattr(Path, "replace", replace)
        with suppress(KeyboardInterrupt):
            folders.recover(folder)


def test_what_came_after_a_kill_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(folders, "settle", lambda _: None)
        swapped_until(tmp_path, 2, KeyboardInterrupt(), monkeypatch)
    (gone,) = (name for name in FIRST if not (tmp_path / name).exists())
    (tmp_path / gone).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r": is where an older file goes back; expected it moved"):
        put(tmp_path, SECOND)
    assert (tmp_path / gone).read_text(encoding="utf-8") == "mine"
    (tmp_path / gone).unlink()
    folders.recover(tmp_path)
    assert files_of(tmp_path) == FIRST


def test_an_error_without_a_reason_of_the_system_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught, folders.writing(tmp_path):
        raise OSError("Cannot call rmtree on a symbolic link")
    assert str(caught.value) == (
        f"{tmp_path}: cannot be written (Cannot call rmtree on a symbolic link); "
        "expected a folder that can"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_during_a_swap_comes_after_it(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        signal.raise_signal(number)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    try:
        with pytest.raises(KeyboardInterrupt):
            put(tmp_path, FIRST)
    finally:
        signal.signal(number, before)
    assert files_of(tmp_path) == FIRST
    assert not (tmp_path / SWAP).exists()


def test_without_an_interruption_nothing_is_raised() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupts_held():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


# ------------------------------------------------ two at once


HOLD = """
import sys
from pathlib import Path
from negsim.folders import Holder, claimed
with claimed(Path(sys.argv[1]), Holder("run", "truce.toml", "A truce", "aa")):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_of_two_commands_into_one_folder_one_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UsageError) as caught:
            put(folder, FIRST)
        assert str(caught.value) == (
            f"{folder}: another negsim command is writing to it; expected to wait until it is "
            "done, or another folder with --out"
        )
        other.kill()
    put(folder, FIRST)
    assert files_of(folder) == FIRST


def test_a_folder_that_stays_empty_goes(tmp_path: Path) -> None:
    with claimed(tmp_path / "a" / "b", RUN):
        assert (tmp_path / "a" / "b").is_dir()
    assert list(tmp_path.iterdir()) == []
