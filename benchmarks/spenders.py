"""Processes whose threads, each with its own connection, spend one user's credits.

Several processes, since the threads of one share the GIL. Top-level imports must not need Django, which
the processes set up themselves.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier


@contextmanager
def spenders(*, processes: int, threads: int, user_id: int) -> Iterator[Callable[[float], float]]:
    """Yield a function that spends for some seconds and returns the spends per second of all processes."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, initializer=_set_up) as pool:
        spend = partial(_spend, threads, user_id)
        yield lambda seconds: sum(pool.map(spend, [seconds] * processes))


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()


def _spend(threads: int, user_id: int, seconds: float) -> float:
    """Return the spends per second of this process."""
    from django.db import connection

    from credits import services as ledger

    together = Barrier(threads)

    def spend(thread: int) -> float:
        connection.ensure_connection()
        together.wait()
        start = time.perf_counter()
        count = 0
        while time.perf_counter() < start + seconds:
            count += 1
            key = f"{start}:{os.getpid()}:{thread}:{count}"
            ledger.spend(user_id=user_id, amount=1, action_type="evaluate_answer", key=key)
        rate = count / (time.perf_counter() - start)
        connection.close()
        return rate

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(spend, range(threads)))
