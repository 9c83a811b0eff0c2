"""A sweep gives the same table however it is cut, spread over processes, interrupted or killed."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from negsim.errors import UsageError
from negsim.sampling import worker
from negsim.sampling.design import Design, grid, latin_hypercube
from negsim.sampling.results import Results
from negsim.sampling.run import pool_of, sweep
from negsim.sampling.store import FILE, open_results
from negsim.sampling.worker import Evaluator, evaluator
from negsim.scenario.model import Scenario

MEASURES = ["label.north", "delay.south", "premium.north", "agreement_chance", "end_round"]
AXES = {"parameters.drift": (0.0, 1.1, 40), "payoffs.north.war": (-0.9, 0.0, 32)}


def same(left: Results, right: Results) -> bool:
    """Tell whether two tables are the same to the last bit."""
    return (
        left.points.tobytes() == right.points.tobytes()
        and left.values.tobytes() == right.values.tobytes()
        and list(left.measures) == list(right.measures)
        and all(
            column.tobytes() == right.measures[name].tobytes()
            for name, column in left.measures.items()
        )
        and left.errors == right.errors
    )


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MAX_BATCH", 4)


@pytest.fixture
def design(scenario: Scenario) -> Design:
    """Return a design over all ranges in which some points cannot be solved."""
    found = latin_hypercube(scenario, 50, seed=11)
    values = found.values.copy()
    values[[5, 29], found.names.index("parameters.drift")] = 1.25
    values[31, found.names.index("talks.rounds")] = 0
    return Design("latin_hypercube", found.names, values, 11)


@pytest.mark.usefixtures("small_batches")
def test_the_table_depends_neither_on_chunks_nor_on_workers(
    scenario: Scenario, design: Design, tmp_path: Path
) -> None:
    plain = sweep(scenario, design, MEASURES)
    assert plain.complete
    assert [point for point, error in enumerate(plain.errors) if error] == [5, 29, 31]
    np.testing.assert_array_equal(plain.values, design.values)
    for chunk in (1, 6, 23, 1000):
        assert same(sweep(scenario, design, MEASURES, chunk=chunk), plain)
    spread = sweep(scenario, design, MEASURES, tmp_path, workers=2, chunk=8)
    assert same(spread, plain)
    assert same(open_results(tmp_path), plain)


@pytest.mark.usefixtures("small_batches")
def test_progress_is_told_from_first_to_last(scenario: Scenario, design: Design) -> None:
    told: list[tuple[int, int]] = []
    sweep(scenario, design, MEASURES, chunk=20, progress=lambda *seen: told.append(seen))
    assert told == [(0, 50), (20, 50), (40, 50), (50, 50)]


@pytest.mark.usefixtures("small_batches")
def test_lost_rows_are_solved_again_and_only_they(
    scenario: Scenario, design: Design, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    plain = sweep(scenario, design, MEASURES, tmp_path, chunk=8)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("DELETE FROM rows WHERE point >= 48 OR point = 3")
        connection.commit()
    assert not open_results(tmp_path).complete
    again = sweep(
        scenario, design, MEASURES, tmp_path, chunk=8, progress=lambda *seen: told.append(seen)
    )
    assert told == [(47, 50), (48, 50), (50, 50)]
    assert same(again, plain)


def test_a_finished_sweep_is_read_back(scenario: Scenario, tmp_path: Path) -> None:
    design = grid({"parameters.drift": (0, 1, 3)})
    plain = sweep(scenario, design, MEASURES, tmp_path, command="first")
    before = (tmp_path / FILE).read_bytes()
    again = sweep(scenario, design, MEASURES, tmp_path, workers=2, command="second")
    assert same(again, plain)
    assert again.manifest["command"] == "first"
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.usefixtures("small_batches")
def test_an_interrupt_keeps_what_is_finished(
    scenario: Scenario, design: Design, tmp_path: Path
) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done >= 16:
            raise KeyboardInterrupt

    for workers in (1, 2):
        out = tmp_path / str(workers)
        with pytest.raises(KeyboardInterrupt) as caught:
            sweep(scenario, design, MEASURES, out, workers, chunk=8, progress=interrupt)
        assert multiprocessing.active_children() == [], caught
        assert open_results(out).points.tolist() == list(range(16))


def test_workers_do_not_finish_their_chunks_after_an_interrupt(
    scenario: Scenario, design: Design
) -> None:
    solve = evaluator(scenario, design.names, design.values, MEASURES)
    start = time.monotonic()
    with closing(solved_slowly(solve)) as chunks:
        next(chunks)
    assert time.monotonic() - start < 30


def solved_slowly(solve: Evaluator) -> Generator[None]:
    """Stop after the start of a chunk that takes a minute."""
    with pool_of(solve, 1) as pool:
        pool.submit(time.sleep, 60)
        yield


def test_senseless_requests_are_refused(scenario: Scenario) -> None:
    design = grid({"parameters.drift": (0, 1, 3)})
    with pytest.raises(UsageError, match=r"^workers = 0, expected 1 or more$"):
        sweep(scenario, design, MEASURES, workers=0)
    with pytest.raises(UsageError, match=r"^chunk = -2, expected 1 or more$"):
        sweep(scenario, design, MEASURES, chunk=-2)


SCRIPT = f"""
import signal, sys, time
from negsim.scenario.load import load
from negsim.sampling.design import grid
from negsim.sampling.run import sweep

def report(done, total):
    print(done, flush=True)
    time.sleep(0.05)

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is born deaf
    try:
        sweep(load(sys.argv[1]), grid({AXES}), {MEASURES}, sys.argv[2], 2, report)
    except KeyboardInterrupt:
        sys.exit(130)
"""
GUARDED = SCRIPT + '\nif __name__ == "__main__":\n    main()\n'
UNGUARDED = SCRIPT + "\nmain()\n"


@contextmanager
def running(source: str, file: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a script that sweeps with two workers, in a group of processes of its own."""
    script = file.with_name("script.py")
    script.write_text(source, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(file), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def until_some_are_done(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert any(int(line) > 0 for line in process.stdout)


def test_a_killed_sweep_leaves_no_process_and_ends_with_the_same_table(
    scenario: Scenario, scenario_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with running(GUARDED, scenario_file, out) as process:
        until_some_are_done(process)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)  # ends when no worker holds the other end any more
    done = len(open_results(out).points)
    assert 0 < done < 1280
    assert done % 64 == 0
    told: list[int] = []
    again = sweep(scenario, grid(AXES), MEASURES, out, progress=lambda done, _: told.append(done))
    assert told[0] == done
    assert same(again, sweep(scenario, grid(AXES), MEASURES))
    assert again.num_failed == 4 * 32


def test_control_c_ends_every_process_without_a_word(scenario_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(GUARDED, scenario_file, out) as process:
        until_some_are_done(process)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "")
    assert len(open_results(out).points) % 64 == 0


def test_control_c_while_workers_start(scenario_file: Path, tmp_path: Path) -> None:
    with running(GUARDED, scenario_file, tmp_path / "out") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "")


def test_a_script_without_a_guard_is_told_so(scenario_file: Path, tmp_path: Path) -> None:
    with running(UNGUARDED, scenario_file, tmp_path / "out") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert 'did not do so under `if __name__ == "__main__":`' in errors.splitlines()[-1]


def test_one_sweep_after_another_takes_no_more_memory(
    scenario: Scenario, design: Design, tmp_path: Path
) -> None:
    """Fourteen in one process: what is held after the last is what was held after the fourth."""
    design = grid({design.names[0]: (0.1, 0.3, 3)})
    tracemalloc.start()
    held = []
    for number in range(14):
        sweep(scenario, design, MEASURES, tmp_path / str(number))
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[3] < 50_000, held
