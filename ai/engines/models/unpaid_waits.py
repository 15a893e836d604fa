"""Remember how long the unpaid calls of each user made a thread wait for a model.

A call whose client disconnects, or that ends with 4xx, costs nothing. Without a limit, a few free accounts could
keep all slots of waiting threads that way. So each user has an allowance of such time, and regains a tenth of the
time that passes.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock

from ai.engines.exceptions import EngineError

RECOVERY = 10  # seconds until one second of unpaid waiting no longer counts


class UnpaidWaits:
    """The recent unpaid waits in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forgotten_at: dict[str, float] = {}  # by user: when no waiting counts any more

    def pause(self, user: str, *, allowance: float) -> int:
        """Return the seconds until the unpaid waits of `user` are within the allowance; 0 if they are now."""
        with self._lock:
            left = self._forgotten_at.get(user, 0.0) - time.monotonic()
        return max(0, math.ceil(left - allowance * RECOVERY))

    @contextmanager
    def measure(self, user: str) -> Iterator[None]:
        """Count the time of the block if it raises an error that its user can cause."""
        started = time.monotonic()
        try:
            yield
        except EngineError as error:
            if user and error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._add(user, time.monotonic() - started)
            raise

    def _add(self, user: str, seconds: float) -> None:
        now = time.monotonic()
        with self._lock:
            current = {name: at for name, at in self._forgotten_at.items() if at > now}
            current[user] = current.get(user, now) + seconds * RECOVERY
            self._forgotten_at = current
