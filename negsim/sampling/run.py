"""Running a sweep: chunks of a design, solved here or in worker processes, each committed."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar, TypeAlias

from negsim.arrays import BoolArray, FloatArray
from negsim.deadline import is_over, leave_out
from negsim.errors import UsageError
from negsim.sampling.manifest import describe
from negsim.sampling.named import RulesByParty
from negsim.sampling.points import Design
from negsim.sampling.results import Results
from negsim.sampling.store import FILE, Store
from negsim.sampling.worker import Evaluated, Evaluator, compiled_from, evaluator, pack
from negsim.scenario.model import Scenario

CHUNK = 64
"""Points committed together, rounded up to whole batches."""

BATCHES = 4
"""Batches committed together where one is larger than that: one-shot games are solved fast."""

AHEAD = 2
"""Chunks that wait or run for each worker."""

Progress: TypeAlias = Callable[[int, int], None]

Crew: TypeAlias = Callable[[FloatArray, Sequence[slice]], Generator[tuple[slice, Evaluated]]]
"""Yields chunks of the values with their measures, in order."""


def sweep(
    scenario: Scenario,
    design: Design,
    measures: Sequence[str],
    out: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
    text: str = "",
    chunk: int | None = None,
    threads: int = 1,
    rules: RulesByParty | None = None,
    cluster: str | None = None,
    seed: int | None = None,
) -> Results:
    """Solve a scenario at every point of a design and return the measures there.

    The results are the same, bit for bit, whatever ``workers`` and ``chunk``. A point that cannot
    be solved is a row with NaN and its error. An interrupted or killed sweep leaves its finished
    chunks in the file; the same call goes on from there and ends with the same table.

    Parameters
    ----------
    out
        folder in which ``results.sqlite`` is kept, made if it is not there; None keeps nothing.
    workers
        processes; 1 solves in this one. With more, a script must make the call under
        ``if __name__ == "__main__":``, since every new process reads the script again.
    progress
        called with the number of points done and of all points, at first and after each chunk.
    command, text
        the command line and the scenario file's text, kept with the results.
    chunk
        points committed together, rounded up to whole batches; by default about as many as are
        solved in half a second.
    threads
        batches solved at the same time in this process, where ``workers`` is 1.
    rules
        the strategy of each party that plays by one; see
        :func:`negsim.sampling.worker.evaluate_points`.
    cluster
        address of a running Dask scheduler, to whose workers the chunks go instead; this process
        alone writes. Table and versions are the same there, or it is an error.
    seed
        a seed to be kept with the results of a design that has none.

    Raises
    ------
    UnknownNameError
        If a number or measure is not known.
    UsageError
        If ``workers``, ``chunk`` or ``threads`` is below 1, a measure lacks its party or is asked
        for twice, the file holds another sweep or cannot be written, a worker process dies, or no
        cluster answers.
    GameError
        If the scenario breaks its own rules, whatever the numbers.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.sampling.design import grid
    >>> scenario = loads('''
    ... format = 1
    ... title = "A well"
    ... parties.east = {}
    ... options.dig.parties = ["east"]
    ... payoffs.east.water = { when = "dig", value = 2, range = [-1, 3], why = "A dry summer" }
    ... ''')
    >>> design = grid({"payoffs.east.water": (-1, 3, 3)})
    >>> sweep(scenario, design, ["value.east"]).measures["value.east"]
    array([0., 1., 3.])
    """
    for name, number in (("workers", workers), ("chunk", chunk), ("threads", threads)):
        if number is not None and number < 1:
            raise UsageError(f"{name} = {number}, expected 1 or more")
    solve = evaluator(scenario, design.names, design.values, measures, threads, rules)
    with crew_of(solve, workers, cluster) as crew, open_store(out) as store:
        about = describe(scenario, design, measures, command, text, rules)
        store.begin(about | {"seed": seed if design.seed is None else design.seed}, design.values)
        done = store.done(design.size)
        usual = CHUNK if solve.batch <= CHUNK else BATCHES * solve.batch
        fair = math.ceil(design.size / (BATCHES * workers))
        step = math.ceil((chunk or min(usual, max(CHUNK, fair))) / solve.batch) * solve.batch
        report = progress or _say_nothing
        report(int(done.sum()), design.size)
        with closing(crew(design.values, unfinished(done, step))) as chunks:
            for piece, found in chunks:
                store.write(range(piece.start, piece.stop), found)
                done[piece] = True
                report(int(done.sum()), design.size)
                if is_over() and not done.all():
                    leave_out(f"{int(done.sum()):,} of {design.size:,} points")
                    break
        return store.results()


@contextmanager
def crew_of(solve: Evaluator, workers: int, cluster: str | None) -> Iterator[Crew]:
    """Yield what solves chunks: this process, worker processes, or a cluster that answers.

    Raises
    ------
    UsageError
        If a cluster is named and does not answer.
    """
    if cluster is not None:
        from negsim.sampling.cluster import solved_on

        with solved_on(solve, cluster) as crew:
            yield crew
    else:
        yield partial(solved, solve, workers)


def _say_nothing(_done: int, _total: int) -> None:
    pass


@contextmanager
def open_store(out: str | Path | None) -> Iterator[Store]:
    """Yield the store in a folder, made if it is not there, or in memory.

    If nothing comes to be written, nothing is left behind.

    Raises
    ------
    UsageError
        If the folder cannot be made, or the file in it cannot be opened.
    """
    if out is None:
        with Store(None) as store:
            yield store
        return
    folder, file = Path(out), Path(out) / FILE
    new = [path for path in (file, folder) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; expected a folder to write to") from None
    try:
        with Store(file) as store:
            yield store
    finally:
        if file in new and file.exists() and not file.stat().st_size:
            file.unlink()
        if folder in new and not any(folder.iterdir()):
            folder.rmdir()


def unfinished(done: BoolArray, step: int) -> list[slice]:
    """Return the chunks of ``step`` points that are not wholly done.

    >>> import numpy as np
    >>> unfinished(np.array([True, True, True, False, False]), 2)
    [slice(2, 4, None), slice(4, 5, None)]
    """
    size = len(done)
    pieces = [slice(first, min(first + step, size)) for first in range(0, size, step)]
    return [piece for piece in pieces if not done[piece].all()]


def solved(
    solve: Evaluator, workers: int, values: FloatArray, pieces: Sequence[slice]
) -> Generator[tuple[slice, Evaluated]]:
    """Yield each chunk with its measures, in order, solved here or in worker processes."""
    workers = min(workers, len(pieces))
    if workers > 1:
        yield from solved_by(solve, values, pieces, workers)
        return
    for piece in pieces:
        yield piece, solve(values[piece])


def solved_by(
    solve: Evaluator, values: FloatArray, pieces: Sequence[slice], workers: int
) -> Generator[tuple[slice, Evaluated]]:
    """Yield each chunk with its measures, in order, solved in worker processes.

    Raises
    ------
    UsageError
        If a worker process dies.
    """
    running: deque[tuple[slice, Future[Evaluated]]] = deque()
    try:
        with pool_of(solve, workers) as pool:
            for piece in pieces:
                if len(running) == AHEAD * workers:
                    first, future = running.popleft()
                    yield first, future.result()
                with interrupts_held():
                    running.append((piece, pool.submit(solve_in_worker, values[piece])))
            for piece, future in running:
                yield piece, future.result()
    except BrokenProcessPool:
        raise UsageError(
            "a worker process ended before its work was done: it was killed, memory ran out, or "
            "the script that called sweep with workers > 1 did not do so under "
            '`if __name__ == "__main__":`; chunks that were finished are kept'
        ) from None


@contextmanager
def pool_of(solve: Evaluator, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield worker processes that end with the block, however it ends, and with this process.

    The workers watch a pipe that this process alone holds open: they end when it is closed, and
    the system closes it when this process dies.
    """
    context = multiprocessing.get_context("spawn")
    leash, held = context.Pipe(duplex=False)
    setup = (pack(solve.compiled.scenario), solve.names, solve.measures, solve.batch, solve.rules)
    pool = ProcessPoolExecutor(workers, context, start_worker, (leash, *setup))
    try:
        yield pool
        pool.shutdown()
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        leash.close()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment, so that a process started within is born deaf to it.

    Ctrl-C reaches the workers too, and one that was still starting would print a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Bench:
    """What a worker process has at hand: one evaluator, set when the process starts."""

    evaluator: ClassVar[Evaluator]


def start_worker(
    leash: Connection,
    data: bytes,
    names: tuple[str, ...],
    measures: tuple[str, ...],
    batch: int,
    rules: tuple[tuple[str, str], ...],
) -> None:
    """Prepare a worker process: it compiles the scenario once and ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, args=(leash,), daemon=True).start()
    Bench.evaluator = Evaluator(compiled_from(data), names, measures, batch, rules=rules)


def end_with_parent(leash: Connection) -> None:
    """Wait until the other end of the pipe is closed, then end this process at once."""
    try:
        leash.poll(None)
    finally:
        os._exit(1)


def solve_in_worker(values: FloatArray) -> Evaluated:
    """Solve some points in a worker process."""
    return Bench.evaluator(values)
