"""The process ends when told, whatever it is doing, and when nothing can be written or held."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from negsim.cli.main import main

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
ENTRY = "from negsim.cli.main import main; main()"

BUSY = (
    HEARING
    + """
import multiprocessing, os, sqlite3, sys, time
from concurrent.futures import ThreadPoolExecutor
from negsim.cli import schema_command
from negsim.cli.main import main

def kernel():
    "Count for ever outside the interpreter, as a long kernel does."
    os.write(1, b"busy\\n")
    count = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
    sqlite3.connect(":memory:").execute(count)

class Lossy:
    "Python only reports what is raised in here."
    def __del__(self):
        kernel()

def pool():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(kernel).result()

def wait_for_child():
    child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    child.start()
    os.write(1, b"busy\\n")
    child.join()

if __name__ == "__main__":
    schema_command.command.callback = lambda **_options: {WORK}()
    sys.argv = ["negsim", "schema"]
    main()
"""
)


@contextmanager
def running(words: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("work", ["kernel", "pool", "Lossy", "wait_for_child"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_long_work_is_interrupted(work: str, how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY.replace("{WORK}", work), encoding="utf-8")
    with running([str(script)]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "busy\n"
        process.send_signal(how)
        process.send_signal(how)
        out, err = process.communicate(timeout=10)  # ends when no child holds the pipes either
    assert (process.returncode, out, err) == (130, "", "interrupted; nothing is half-written\n")


@pytest.mark.parametrize("module", ["click", "negsim.errors", "negsim.cli.list_command", "numpy"])
def test_imports_are_interrupted(module: str) -> None:
    finder = (
        "import os, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    with running(["-c", HEARING + finder + ENTRY, "list", "solvers"]) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "interrupted; nothing is half-written\n")


def test_a_job_that_was_started_deaf_to_control_c_stays_so() -> None:
    deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    told = "import os; os.kill(os.getpid(), signal.SIGINT)\n"
    script = deaf + "from negsim.cli import stop; stop.listen()\n" + told + ENTRY
    with running(["-c", script, "--version"]) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.startswith("negsim, version")


def test_short_memory_is_one_line() -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2)\n"
    with running(["-c", limit + ENTRY, "list", "solvers"]) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("not enough memory: negsim needs ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_memory_that_runs_out_is_one_line(
    error: Exception, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_options: bool) -> None:
        raise error

    monkeypatch.setattr("negsim.cli.schema_command.command.callback", fail)
    answer = command("schema")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("not enough memory for this; expected ")
    assert len(answer.err.splitlines()) == 1


PRINTED = [["--help"], ["schema"], ["list", "strategies"], ["list", "strategies", "--json"]]
FULL = f"what is printed cannot be written ({os.strerror(errno.ENOSPC)}); expected "


@pytest.mark.parametrize("words", PRINTED, ids=" ".join)
@pytest.mark.parametrize(("place", "code"), [("/dev/full", 2), ("pipe", 0)])
def test_what_cannot_be_printed(
    place: str, code: int, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["negsim", *words])
    monkeypatch.setattr("negsim.cli.stop.listen", lambda: None)
    said = tmp_path / "said"
    with (
        said.open("w") as err,
        opened(place) as out,
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    lines = said.read_text().splitlines()
    assert ended.value.code == code
    assert [line[: len(FULL)] for line in lines] == ([FULL] if code else [])


@contextmanager
def opened(place: str) -> Iterator[object]:
    """Yield a stream that cannot be written to: a full device, or a pipe that nobody reads."""
    if place == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as stream:
            yield stream
    else:
        with Path(place).open("w") as stream:
            yield stream


@pytest.mark.parametrize(
    ("out", "err", "code"), [("full", "", 2), ("pipe", "", 0), ("", "full", 2)]
)
def test_python_adds_nothing_at_its_end(out: str, err: str, code: int) -> None:
    """The last case has nothing to print, and what is wrong with its words cannot be said."""
    words = ["list", "nothing"] if err else ["list", "strategies"]
    with opened("pipe") as pipe, Path("/dev/full").open("w") as full:
        places = {"full": full, "pipe": pipe, "": subprocess.PIPE}
        done = subprocess.run(
            [sys.executable, "-c", ENTRY, *words],
            stdout=places[out],
            stderr=places[err],
            text=True,
            check=False,
        )
    assert done.returncode == code
    assert len((done.stderr or "").splitlines()) == (1 if out == "full" else 0)
