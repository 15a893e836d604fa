"""Processes whose threads, each with its own connection, spend one user's credits.

There are several processes, because the threads of one process share the GIL. Top-level imports must not
need Django, which each process sets up itself.
"""

import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from threading import Barrier
from types import TracebackType
from typing import Self


class Spenders:
    """A context manager of the processes. `rate` makes them spend."""

    def __init__(self, *, processes: int, threads: int, user_id: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(processes):
            parent_end, child_end = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(child_end, number, threads, user_id), daemon=True)
            process.start()
            self._pipes.append(parent_end)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def rate(self, *, seconds: float) -> float:
        """Return the spends per second of all processes."""
        for pipe in self._pipes:
            pipe.send(seconds)
        rates: list[float] = [pipe.recv() for pipe in self._pipes]
        return sum(rates)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(timeout=10)
            process.kill()


def _serve(pipe: Connection, number: int, threads: int, user_id: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.db import connection

    from credits import services as ledger

    together = Barrier(threads)

    def spend_for(seconds: float, thread: int) -> float:
        together.wait()
        start = time.perf_counter()
        count = 0
        while time.perf_counter() < start + seconds:
            count += 1
            key = f"{start}:{number}:{thread}:{count}"
            ledger.spend(user_id=user_id, amount=1, action_type="evaluate_answer", key=key)
        return count / (time.perf_counter() - start)

    def close_connection() -> None:
        together.wait()
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        while True:
            try:
                seconds = pipe.recv()
            except EOFError:
                break
            pipe.send(sum(pool.map(spend_for, [seconds] * threads, range(threads))))
        list(pool.map(lambda _: close_connection(), range(threads)))
