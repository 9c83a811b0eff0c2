"""Solving chunks on a running Dask cluster: the same chunks, and the same table."""

from __future__ import annotations

import asyncio
import importlib
import socket
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.sampling.manifest import PACKAGES, installed
from negsim.sampling.worker import Evaluated, Evaluator, compiled_from, pack
from negsim.scenario.words import shown

TIMEOUT = 10
"""Seconds in which a scheduler, and one worker of it, must answer."""

AHEAD = 2
"""Chunks that wait or run for each processor of the cluster."""

MOST_PORT = 65_535

RETRIES = 8
"""Deaths of workers that one chunk survives."""


@contextmanager
def solved_on(
    solve: Evaluator, address: str
) -> Iterator[Callable[[FloatArray, Sequence[slice]], Generator[tuple[slice, Evaluated]]]]:
    """Yield what solves chunks on the workers of a scheduler; the connection ends with the block.

    A chunk whose worker dies goes to another worker. Workers need the same versions of negsim,
    numpy, scipy and numba: then, on processors of one kind, results are those of this process.

    Raises
    ------
    UsageError
        If dask.distributed is not installed, no scheduler answers at the address, it has no
        worker, a worker has other versions, or workers keep dying.
    """
    client = connected(address)
    try:
        setup = (
            pack(solve.compiled.scenario),
            solve.names,
            solve.measures,
            solve.batch,
            solve.rules,
            tuple(installed().items()),
        )
        yield partial(chunks_of, client, setup, address)
    finally:
        client.close(timeout=TIMEOUT)


def connected(address: str) -> Any:
    """Return a client of the scheduler at an address, which has a worker; errors as above."""
    try:
        distributed = importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise UsageError(
            "a cluster needs dask.distributed, which is not installed; expected "
            "pip install 'negsim[cluster]'"
        ) from None
    try:
        listening(address)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, greeted(distributed, address)).result()
        client = distributed.Client(address, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError, ImportError, MemoryError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f'no Dask scheduler answers at "{shown(address)}" ({reason}); expected the address of '
            "a running one, as in tcp://127.0.0.1:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError:
        client.close()
        raise UsageError(
            f"the scheduler at {address} has no worker, expected one or more"
        ) from None
    return client


def listening(address: str) -> None:
    """Check that something listens at an address such as ``tcp://127.0.0.1:8786``.

    Raises
    ------
    OSError, ValueError
        If nothing does, or the address has no host and port.
    """
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not host or not port.isdecimal() or int(port) > MOST_PORT:
        raise ValueError(f"expected HOST:PORT with a port up to {MOST_PORT}")
    socket.create_connection((host.strip("[]"), int(port)), TIMEOUT).close()


async def greeted(distributed: Any, address: str) -> None:
    """Exchange greetings with a scheduler; TimeoutError if something else listens there."""
    async with asyncio.timeout(TIMEOUT):
        connection = await distributed.comm.connect(address, timeout=TIMEOUT)
        await connection.close()


def chunks_of(
    client: Any, setup: tuple[Any, ...], address: str, values: FloatArray, pieces: Sequence[slice]
) -> Generator[tuple[slice, Evaluated]]:
    """Yield each chunk with its measures, in order, solved by the workers of a cluster.

    Every task carries all it needs: data shared between workers would die with the last of them
    that holds it, and the chunks that wait for it too.
    """
    distributed = importlib.import_module("distributed")
    lost = (distributed.KilledWorker, distributed.client.FutureCancelledError, OSError)
    running: deque[tuple[slice, Any]] = deque()
    waiting = deque(pieces)
    try:
        while waiting or running:
            room = AHEAD * max(1, sum(client.ncores().values()))
            while waiting and len(running) < room:
                piece = waiting.popleft()
                task = client.submit(solve_there, setup, values[piece], pure=False, retries=RETRIES)
                running.append((piece, task))
            piece, task = running.popleft()
            yield piece, task.result()
    except lost as error:
        raise UsageError(
            f"the cluster at {address} was lost ({type(error).__name__}); chunks that were "
            "finished are kept, and the same command goes on from there"
        ) from None
    finally:
        client.cancel([task for _, task in running])


def solve_there(setup: tuple[Any, ...], values: FloatArray) -> Evaluated:
    """Solve some points in a worker of the cluster.

    Raises
    ------
    UsageError
        If the worker has other versions than the process that asks.
    """
    data, names, measures, batch, rules, versions = setup
    check_versions(dict(versions), installed())
    return Evaluator(compiled_from(data), names, measures, batch, rules=rules)(values)


def check_versions(here: Mapping[str, str], there: Mapping[str, str]) -> None:
    """Check that a worker has the same versions as the process that asks.

    Raises
    ------
    UsageError
        If not; the message names the first that differs.
    """
    for name in PACKAGES:
        if here[name] != there[name]:
            raise UsageError(
                f"a worker of the cluster has {name} {there[name]}, expected {here[name]} as here"
            )
