"""A folder of results: whose it is, which files negsim wrote there, and how new ones replace them.

``negsim.json`` in the folder lists the files that negsim wrote, each with its digest, and says of
which study and scenario they are. Only these files are ever replaced, and only as long as nobody
changed them. New files are made in a folder beside them and then moved in; a journal allows the
next command to undo a move that was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import FrameType, MappingProxyType

from negsim.errors import UsageError, os_reason

MANIFEST = "negsim.json"
FORMAT = "negsim folder 1"
SWAP = ".negsim-swap"
"""Folder of a swap that is under way: ``new`` to be moved in, ``old`` moved out (the journal)."""

EXPORTS = ".negsim-exports.json"
"""Digests of the files that were exported from a folder, wherever they are."""

STORES = {"results.sqlite": "sweep", "tournament.sqlite": "tournament"}
"""Files that tell the study of a folder whose files were never listed: it was interrupted."""


CHANGED = ", with "
"""What stands in a title before the numbers that a user changed."""


@dataclass(frozen=True)
class Holder:
    """Whose results a folder holds: those of a study of a scenario.

    Attributes
    ----------
    study
        the command that made them, such as ``run`` or ``sweep``.
    file, title, digest
        name of the scenario's file, its title, and a digest of its text; empty if not known.
    """

    study: str
    file: str = ""
    title: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """Return the study and the scenario in words, on one line."""
        title = "".join(each for each in " ".join(self.title.split()) if each.isprintable())
        names = [name for name in (self.file, title and f'"{title}"') if name]
        return f"negsim {self.study}" + (f" of {', '.join(names)}" if names else "")

    def same_as(self, other: Holder) -> bool:
        """Tell whether both are the same study of one scenario, whose numbers may have changed."""
        titles = (each.title.partition(CHANGED)[0] for each in (self, other))
        named = bool(self.file) and self.file == other.file and len(set(titles)) == 1
        return self.study == other.study and (self.digest == other.digest or named)


@dataclass(frozen=True)
class Manifest:
    """What negsim wrote in a folder: for whom, and the digest of each file by its path in it."""

    holder: Holder
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def text(self) -> str:
        """Return the manifest as JSON."""
        data = {"format": FORMAT, **asdict(self.holder), "files": dict(self.files)}
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises
    ------
    UsageError
        If it is not one that negsim wrote.
    """
    try:
        data = json.loads(path.read_bytes() if _is_plain(path) else "null")
        holder = Holder(*(data[key] for key in ("study", "file", "title", "digest")))
        files = data["files"]
        texts = [*asdict(holder).values(), *files, *files.values()]
        whole = data["format"] == FORMAT and all(isinstance(text, str) for text in texts)
        whole = whole and all(_stays_inside(name) for name in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise UsageError(
            f"{path}: is not negsim's list of the files that it wrote; expected another folder, "
            "or an empty one"
        )
    return Manifest(holder, MappingProxyType(files))


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    own = path.parts and path.parts[0] not in {MANIFEST, SWAP, EXPORTS} and "\\" not in name
    return bool(own) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


def digest_of(path: Path) -> str:
    """Return the digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class FolderClaim:
    """A folder that this command alone writes to, for one study of one scenario."""

    folder: Path
    holder: Holder
    before: Manifest

    def check(self, names: Iterable[str], made: Mapping[str, str] | None = None) -> None:
        """Refuse names whose places hold something that negsim did not write.

        ``made`` gives the digests of the new files, where they are there already.

        Raises
        ------
        UsageError
            With the first place that is not free.
        """
        for name in names:
            for parent in [*PurePosixPath(name).parents][-2::-1]:
                _refuse_unless_folder(self.folder / parent)
            path, known = self.folder / name, self.before.files.get(name)
            if not os.path.lexists(path):
                continue
            if not _is_plain(path):
                raise UsageError(f"{path}: is no plain file, expected another folder")
            if digest_of(path) not in {known, (made or {}).get(name)}:
                how = "was changed since negsim wrote it" if known else "was not written by negsim"
                raise UsageError(f"{path}: {how}; expected it moved away, or another folder")

    @contextmanager
    def staged(self) -> Iterator[Path]:
        """Yield an empty folder whose files replace those that negsim wrote, all or none.

        Files that were written before and are not made again go, if nobody changed them. An error
        or interruption leaves what was there.

        Raises
        ------
        UsageError
            If a file cannot be written, or its place holds something that negsim did not write.
        """
        swap = self.folder / SWAP
        with writing(self.folder):
            try:
                (swap / "new").mkdir(parents=True)
                yield swap / "new"
                self._move_in(swap)
            finally:
                with interrupts_held():
                    settle(self.folder)

    def _move_in(self, swap: Path) -> None:
        """Move the new files into their places; the new manifest, moved last, makes it so."""
        new, old = swap / "new", swap / "old"
        files = {
            path.relative_to(new).as_posix(): digest_of(path)
            for path in sorted(new.rglob("*"))
            if path.is_file()
        }
        self.check(files, files)
        gone = [name for name, digest in self.before.files.items() if name not in files]
        gone = [name for name in gone if _is(self.folder / name, self.before.files[name])]
        text = Manifest(self.holder, files).text()
        (new / MANIFEST).write_text(text, encoding="utf-8")
        with interrupts_held():
            old.mkdir()
            for name in (*gone, *files):
                if os.path.lexists(self.folder / name):
                    _move(self.folder / name, old / name)
            for name in files:
                _move(new / name, self.folder / name)
            (new / MANIFEST).replace(self.folder / MANIFEST)
            _drop_empty(self.folder, gone)


@contextmanager
def claimed(folder: Path, holder: Holder, names: Iterable[str] = ()) -> Iterator[FolderClaim]:
    """Yield a folder, made if it is not there, that no other command writes to meanwhile.

    Folders that were made and stay empty are removed at the end.

    Raises
    ------
    UsageError
        If the folder cannot be made, another command writes to it, it holds the results of
        something else, or the place of one of the names is taken by what negsim did not write.
    """
    with writing(folder):
        made = [each for each in (folder, *folder.absolute().parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder):
            settle(folder)
            claim = FolderClaim(folder, holder, _written_before(folder, holder))
            claim.check(names)
            yield claim
    finally:
        for each in made:
            with suppress(OSError):
                each.rmdir()  # only if nothing came to be in it


def _written_before(folder: Path, holder: Holder) -> Manifest:
    """Return what negsim wrote in a folder for the same holder; refuse the folder of another."""
    if os.path.lexists(folder / MANIFEST):
        before = read_manifest(folder / MANIFEST)
    else:
        kept = [study for name, study in STORES.items() if os.path.lexists(folder / name)]
        study = holder.study if holder.study in kept or not kept else kept[0]
        before = Manifest(holder if study == holder.study else Holder(study))
    if not holder.same_as(before.holder):
        raise UsageError(
            f"{folder}: holds the results of {before.holder}; expected another folder with --out"
        )
    return before


def check_export(home: Path, path: Path) -> None:
    """Refuse to export to a file that is there, unless it was exported from this folder before.

    Raises
    ------
    UsageError
        If a file is there that negsim did not write, or that was changed since.
    """
    if os.path.lexists(path) and not _is(path, _exports(home).get(_from(home, path), "")):
        raise UsageError(
            f"{path}: is there and is not as negsim wrote it; expected it moved away, or another "
            "file with --out"
        )


def note_export(home: Path, path: Path) -> None:
    """Note in a folder which file was exported from it, if it can be written to."""
    notes = _exports(home) | {_from(home, path): digest_of(path)}
    with suppress(OSError), TemporaryDirectory(dir=home, prefix=".negsim-") as made:
        text = json.dumps(notes, indent=1, ensure_ascii=False) + "\n"
        (Path(made) / EXPORTS).write_text(text, encoding="utf-8")
        (Path(made) / EXPORTS).replace(home / EXPORTS)


def _exports(home: Path) -> dict[str, str]:
    """Return the digests of the files that were exported; what cannot be read is not known."""
    notes = None
    with suppress(OSError, ValueError, RecursionError):
        notes = json.loads((home / EXPORTS).read_bytes())
    return notes if isinstance(notes, dict) else {}


def _from(home: Path, path: Path) -> str:
    return Path(os.path.relpath(path.absolute(), home.absolute())).as_posix()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; the hold ends with the process, however it ends.

    Raises
    ------
    UsageError
        If another process holds it, or its disk knows no such holds.
    """
    with writing(folder):
        held = _hold(folder)
    try:
        yield
    finally:
        os.close(held)


if sys.platform == "win32":

    def _hold(folder: Path) -> int:
        """Hold a folder by a file that the system deletes when its process ends."""
        flags = os.O_CREAT | os.O_EXCL | os.O_TEMPORARY
        try:
            return os.open(folder / ".negsim-lock", flags)
        except FileExistsError:
            raise _busy(folder) from None

else:
    import fcntl

    def _hold(folder: Path) -> int:
        """Hold a folder by an advisory lock on the folder itself, which leaves no file."""
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException as error:
            os.close(held)
            if isinstance(error, BlockingIOError):
                raise _busy(folder) from None
            raise
        return held


def _busy(folder: Path) -> UsageError:
    return UsageError(
        f"{folder}: another negsim command is writing to it; expected to wait until it is done, or "
        "another folder with --out"
    )


def recover(folder: Path) -> None:
    """Undo what a killed command left half-moved in a folder that is to be read.

    Raises
    ------
    UsageError
        If it cannot be undone.
    """
    if (folder / SWAP).exists():
        with locked(folder):
            settle(folder)


def settle(folder: Path) -> None:
    """Undo a swap that was not finished, and remove what it left.

    Raises
    ------
    UsageError
        If a file has come since then to where an old one has to go back.
    """
    swap = folder / SWAP
    new, old = swap / "new", swap / "old"
    if not os.path.lexists(swap):
        return
    _refuse_unless_folder(swap)
    with writing(folder):
        if old.exists() and (new / MANIFEST).exists():
            _undo(folder, new, old)
        shutil.rmtree(swap)


def _undo(folder: Path, new: Path, old: Path) -> None:
    """Take out the new files that had been moved in, then put back the old ones."""
    made = read_manifest(new / MANIFEST).files
    moved = [name for name in made if not (new / name).exists()]
    for name in moved:
        if _is(folder / name, made[name]):
            _move(folder / name, new / name)
    for path in sorted(old.rglob("*")):
        if path.is_file():
            place = folder / path.relative_to(old)
            if os.path.lexists(place):
                raise UsageError(f"{place}: is where an older file goes back; expected it moved")
            _move(path, place)
    _drop_empty(folder, moved)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is(path: Path, digest: str) -> bool:
    """Tell whether a path is a plain file of this digest."""
    return _is_plain(path) and digest_of(path) == digest


def _move(path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)


def _drop_empty(folder: Path, names: Iterable[str]) -> None:
    """Remove the folders of files that are gone, if nothing else is in them."""
    for name in names:
        for parent in [*PurePosixPath(name).parents][:-1]:
            with suppress(OSError):
                (folder / parent).rmdir()


def _refuse_unless_folder(path: Path) -> None:
    if path.is_symlink():
        raise UsageError(f"{path}: is a symbolic link, expected a folder or nothing")
    if os.path.lexists(path) and not path.is_dir():
        raise UsageError(f"{path}: is a file, expected a folder or nothing")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a disk objects to into one clear line."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({os_reason(error)}); expected a folder that can"
        ) from None


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back for a moment; they come through at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    held = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for caught in dict.fromkeys(came):
            signal.raise_signal(caught)
