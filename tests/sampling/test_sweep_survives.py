"""A sweep survives SIGKILL at any moment, a full disk and a lost worker, and ends the same."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from negsim.errors import UsageError
from negsim.sampling import store
from negsim.sampling.cluster import check_versions, connected
from negsim.sampling.design import grid
from negsim.sampling.manifest import installed
from negsim.sampling.results import Results
from negsim.sampling.run import sweep
from negsim.sampling.store import FILE, Store, open_results
from negsim.scenario.model import Scenario

HAS_DASK = importlib.util.find_spec("distributed") is not None
MEASURES = ["label.north", "delay.south", "agreement_chance", "end_round"]
AXES = {"parameters.drift": (0.0, 1.1, 24), "payoffs.north.war": (-0.9, 0.0, 16)}

SCRIPT = f"""
import sys
from negsim.scenario.load import load
from negsim.sampling.design import grid
from negsim.sampling.run import sweep

def main():
    report = lambda done, total: print(done, flush=True)
    scenario, workers = load(sys.argv[1]), int(sys.argv[3])
    sweep(scenario, grid({AXES}), {MEASURES}, sys.argv[2], workers, report, chunk=1)

if __name__ == "__main__":
    main()
"""


def table(results: Results) -> tuple[bytes, ...]:
    """Return everything in a table, to the last bit."""
    columns = [results.measures[name].tobytes() for name in results.measures]
    return (
        results.points.tobytes(),
        results.values.tobytes(),
        *columns,
        repr(results.errors).encode(),
    )


def started(file: Path, out: Path, workers: int) -> subprocess.Popen[str]:
    script = file.with_name("script.py")
    script.write_text(SCRIPT, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(file), str(out), str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def killed_at_random(file: Path, out: Path, times: int, seed: int) -> int:
    """Kill a sweep at random moments, going on each time; return how often it was alive then."""
    luck = random.Random(seed)
    alive = 0
    for _ in range(times):
        with started(file, out, workers=luck.choice([1, 1, 2])) as process:
            assert process.stdout is not None
            if luck.random() < 0.85:
                for _ in range(luck.randint(1, 2)):
                    process.stdout.readline()
            time.sleep(luck.uniform(0, 0.03))
            alive += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=30)
        if (out / FILE).exists():
            with closing(sqlite3.connect(out / FILE)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return alive


def ends_the_same(scenario: Scenario, out: Path) -> None:
    finished = sweep(scenario, grid(AXES), MEASURES, out)
    assert table(finished) == table(sweep(scenario, grid(AXES), MEASURES))
    assert finished.complete
    assert finished.num_failed == 3 * 16


def test_a_sweep_killed_a_few_times_ends_with_the_same_table(
    scenario: Scenario, scenario_file: Path, tmp_path: Path
) -> None:
    assert killed_at_random(scenario_file, tmp_path / "out", times=3, seed=1) >= 2
    ends_the_same(scenario, tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_sweep_killed_many_times_ends_with_the_same_table(
    seed: int, scenario: Scenario, scenario_file: Path, tmp_path: Path
) -> None:
    assert killed_at_random(scenario_file, tmp_path / "out", times=8, seed=seed) >= 6
    ends_the_same(scenario, tmp_path / "out")


# ---------------------------------------------------------------- a disk that fills up


@contextmanager
def small_disk(monkeypatch: pytest.MonkeyPatch, pages: int) -> Iterator[None]:
    """Let files of results grow to a few pages only, as on a disk without space."""
    opened = Store.__init__

    def limited(self: Store, file: Path | None) -> None:
        opened(self, file)
        self.connection.execute(f"PRAGMA max_page_count = {pages}")

    with monkeypatch.context() as patch:
        patch.setattr(store.Store, "__init__", limited)
        yield


def test_a_full_disk_is_one_clear_line_and_the_sweep_goes_on_later(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    sweep(scenario, grid(AXES), MEASURES, tmp_path / "whole")
    pages = (tmp_path / "whole" / FILE).stat().st_size // 4096
    with (
        small_disk(monkeypatch, pages - 2),
        pytest.raises(UsageError, match=r"results\.sqlite: database or disk is full; expected"),
    ):
        sweep(scenario, grid(AXES), MEASURES, tmp_path, progress=lambda done, _: told.append(done))
    kept = open_results(tmp_path)
    assert 0 < len(kept.points) == told[-1] < 384
    ends_the_same(scenario, tmp_path)


def test_no_space_at_all_leaves_nothing_half_written(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with small_disk(monkeypatch, 2), pytest.raises(UsageError, match=r"database or disk is full"):
        sweep(scenario, grid(AXES), MEASURES, out)
    assert not out.exists()
    out.mkdir()
    with small_disk(monkeypatch, 2), pytest.raises(UsageError, match=r"database or disk is full"):
        sweep(scenario, grid(AXES), MEASURES, out)
    assert list(out.iterdir()) == []
    ends_the_same(scenario, out)


# ---------------------------------------------------------------- a Dask cluster

CLUSTER = f"""
import os, signal, sys
import distributed
from negsim.scenario.load import load
from negsim.sampling.design import grid
from negsim.sampling.run import sweep

def main():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        killed = []
        def report(done, total):
            if done >= 64 and not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)
        address = cluster.scheduler_address
        scenario, design = load(sys.argv[1]), grid({AXES})
        sweep(scenario, design, {MEASURES}, sys.argv[2], progress=report, cluster=address)
        print(len(killed))

if __name__ == "__main__":
    main()
"""


def test_a_cluster_that_loses_a_worker_gives_the_same_table(
    scenario: Scenario, scenario_file: Path, tmp_path: Path
) -> None:
    if not HAS_DASK:
        with pytest.raises(UsageError, match=r"^a cluster needs dask\.distributed, which is not"):
            connected("tcp://127.0.0.1:8786")
        return
    script = tmp_path / "script.py"
    script.write_text(CLUSTER, encoding="utf-8")
    words = [sys.executable, str(script), str(scenario_file), str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    found = open_results(tmp_path / "out")
    assert table(found) == table(sweep(scenario, grid(AXES), MEASURES))


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@pytest.mark.parametrize("form", ["tcp://127.0.0.1:{}", "127.0.0.1:{}"])
def test_a_dead_cluster_is_one_clear_line(form: str, scenario: Scenario, tmp_path: Path) -> None:
    address = form.format(closed_port())
    words = f'no Dask scheduler answers at "{address}"' if HAS_DASK else "a cluster needs dask"
    begun = time.monotonic()
    with pytest.raises(UsageError) as caught:
        sweep(scenario, grid(AXES), MEASURES, tmp_path / "out", cluster=address)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("address", ["nonsense", "", "127.0.0.1:port", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_one_clear_line(address: str) -> None:
    words = f'no Dask scheduler answers at "{address}"' if HAS_DASK else "a cluster needs dask"
    with pytest.raises(UsageError) as caught:
        connected(address)
    assert str(caught.value).startswith(words)


def test_something_else_that_listens_is_one_clear_line() -> None:
    """A web server answers in its own way, which read as the scheduler's asks for much memory."""

    def answer(place: socket.socket) -> None:
        peer, _ = place.accept()
        with peer:
            peer.close()
        peer, _ = place.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)
            peer.recv(10_000)

    with socket.create_server(("127.0.0.1", 0)) as place:
        threading.Thread(target=answer, args=(place,), daemon=True).start()
        address = f"127.0.0.1:{place.getsockname()[1]}"
        words = f'no Dask scheduler answers at "{address}"' if HAS_DASK else "a cluster needs dask"
        with pytest.raises(UsageError) as caught:
            connected(address)
        assert str(caught.value).startswith(words)


def test_a_worker_of_another_version_is_refused() -> None:
    check_versions(installed(), installed())
    with pytest.raises(
        UsageError, match=r"^a worker of the cluster has scipy 0\.1, expected [\d.]+"
    ):
        check_versions(installed(), installed() | {"scipy": "0.1"})


# ---------------------------------------------------------------- folders


def test_a_read_only_folder_is_one_clear_line(scenario: Scenario, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    sweep(scenario, grid({"parameters.drift": (0, 1, 2)}), MEASURES, folder)
    before = (folder / FILE).read_bytes()
    folder.chmod(0o555)
    (folder / FILE).chmod(0o444)
    try:
        if os.access(folder, os.W_OK):  # as root every folder can be written to
            shutil.rmtree(folder)
            folder.write_bytes(before)
        with pytest.raises(UsageError) as caught:
            sweep(scenario, grid(AXES), MEASURES, folder)
        assert "\n" not in str(caught.value)
    finally:
        folder.chmod(0o755)


def test_the_sizes_of_a_sweep_are_those_of_its_numbers(scenario: Scenario, tmp_path: Path) -> None:
    found = sweep(scenario, grid(AXES), MEASURES, tmp_path)
    np.testing.assert_array_equal(found.planned, found.values)
    assert found.design.digest == grid(AXES).digest
    assert found.manifest["facts"]["base"] == {"parameters.drift": 0.3, "payoffs.north.war": -0.1}
