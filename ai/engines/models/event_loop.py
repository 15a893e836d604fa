"""One event loop per process, in its own thread, for the threads that wait for models.

A provider's client belongs to the loop that first used it, so threads can share it only through a common loop.
A web process has few threads: only some of them may wait for models, and the others keep serving the API. One
user's requests may take only a share of them, so that a single account cannot keep all others from the models.
A user with many unpaid calls must pause while half or more of the threads are taken.
"""

import asyncio
import atexit
import os
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import Any, TypeVar

from ai.engines.base import IsWanted, ModelCall
from ai.engines.exceptions import (
    ClientGone,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    TooManyWaiting,
)
from ai.engines.models.client import close_clients
from ai.engines.models.unpaid_waits import UnpaidWaits
from common.waiting_slots import WaitingSlots

Result = TypeVar("Result")

POLL_SECONDS = 0.5
# Extra time to wait for a run after its deadline, and after its cancellation. Normally it takes milliseconds.
GRACE_SECONDS = 1.0
_SHARE = 4  # a user may take one in four of the slots, and at least one
_PAUSE_MESSAGE = "Many of your requests waited for the question engine and were not charged. Try again later."


class _Process:
    """State of this process: its loop, created on demand, and the slots of waiting threads. A fork gets a new one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread: threading.Thread | None = None
        self.slots = WaitingSlots()
        self.unpaid = UnpaidWaits()

    def running_loop(self) -> asyncio.AbstractEventLoop:
        with self.lock:
            if self.loop is None or self.thread is None or not self.thread.is_alive():
                self.loop = asyncio.new_event_loop()
                self.thread = threading.Thread(
                    target=self._serve, args=(self.loop,), name="ai-models", daemon=True
                )
                self.thread.start()
            return self.loop

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            _finish(loop)

    def stop(self) -> None:
        with self.lock:
            loop, thread, self.loop, self.thread = self.loop, self.thread, None, None
        if loop is None or thread is None or not thread.is_alive():
            return
        with suppress(RuntimeError):  # closed meanwhile
            loop.call_soon_threadsafe(loop.stop)
        thread.join(GRACE_SECONDS * 2)


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel running tasks, close the clients and the loop."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    with suppress(Exception):
        loop.run_until_complete(
            asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), GRACE_SECONDS)
        )
        loop.run_until_complete(asyncio.wait_for(close_clients(), GRACE_SECONDS))
        loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


_process = _Process()


def _forget_parent() -> None:
    """Start a new loop in a forked process: threads do not survive a fork, and the lock may have been held."""
    global _process  # noqa: PLW0603 -- one for each process is the point
    _process = _Process()


def stop() -> None:
    """Stop this process's loop. A later call starts another."""
    _process.stop()


os.register_at_fork(after_in_child=_forget_parent)
atexit.register(stop)


def wait_for(
    work: Callable[[], Coroutine[Any, Any, Result]],
    *,
    user: str,
    seconds: float,
    max_waiting: int,
    is_wanted: IsWanted | None = None,
) -> Result:
    """Run `work` on this process's loop, and wait for its result in this thread.

    Raises `EngineBusy` at once if `max_waiting` threads already wait, `TooManyWaiting` if too many of them wait for
    `user` (no limit if empty) or the user must pause, `ClientGone` soon after `is_wanted` says no,
    and `EngineTimeout` if the work is not done shortly after `seconds`. In the last two cases the work is cancelled;
    the calls that it made are on the exception.
    """
    # One abandoned call is always within the allowance.
    pause = _process.unpaid.pause(user, allowance=seconds + GRACE_SECONDS)
    slot = _process.slots.take(
        user,
        most=max_waiting,
        most_per_user=0 if pause else max(1, max_waiting // _SHARE),
        full=EngineBusy,
        share=TooManyWaiting(_PAUSE_MESSAGE, retry_after=pause) if pause else TooManyWaiting(),
        more_while_idle=True,
    )
    with slot, _process.unpaid.measure(user):
        finished = threading.Event()
        cancelled: list[BaseException] = []

        async def supervised() -> Result:
            try:
                return await work()
            except asyncio.CancelledError as error:
                cancelled.append(error)
                raise
            finally:
                finished.set()

        future = asyncio.run_coroutine_threadsafe(supervised(), _process.running_loop())
        try:
            return _result(future, until=time.monotonic() + seconds + GRACE_SECONDS, is_wanted=is_wanted)
        except FutureCancelled:  # the process ends
            raise EngineUnavailable(calls=_calls_of(cancelled)) from None
        except (ClientGone, EngineTimeout) as error:
            if future.done() and not future.cancelled():
                raise  # the work's own
            future.cancel()
            finished.wait(GRACE_SECONDS)
            error.calls = _calls_of(cancelled)
            raise
        finally:
            future.cancel()


def _calls_of(cancelled: list[BaseException]) -> tuple[ModelCall, ...]:
    calls: tuple[ModelCall, ...] = getattr(cancelled[0], "calls", ()) if cancelled else ()
    return calls


def _result(future: "Future[Result]", *, until: float, is_wanted: IsWanted | None) -> Result:
    while True:
        left = until - time.monotonic()
        try:
            return future.result(max(0.0, min(left, POLL_SECONDS) if is_wanted else left))
        except FutureTimeout:
            if future.done():  # the work's own TimeoutError
                return future.result()
        if is_wanted and not is_wanted():
            raise ClientGone
        if time.monotonic() >= until:
            raise EngineTimeout
