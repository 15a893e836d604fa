"""Limit the threads of a web process that wait for another service, so that the others keep serving the API."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class WaitingSlots:
    """The slots of one service in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: Counter[object] = Counter()  # threads by user

    @property
    def taken(self) -> int:
        """How many threads wait."""
        return self._waiting.total()

    @contextmanager
    def take(
        self,
        user: object,
        *,
        most: int,
        most_per_user: int,
        full: type[Exception],
        share: type[Exception] | Exception,
        more_while_idle: bool = False,
    ) -> Iterator[None]:
        """Take one of `most` slots, or raise `full` at once.

        Raises `share` if `user` has taken `most_per_user`. With `more_while_idle`, a user may take more while at
        least half of the slots are free. A false value for the user is not limited.
        """
        with self._lock:
            taken = self._waiting.total()
            is_idle = more_while_idle and 2 * taken < most
            if user and self._waiting[user] >= most_per_user and not is_idle:
                raise share
            if taken >= most:
                raise full
            self._waiting[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= Counter([user])  # drops a user without waiting threads
