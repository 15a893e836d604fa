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
        self, user: object, *, most: int, most_per_user: int, full: type[Exception], share: type[Exception]
    ) -> Iterator[None]:
        """Take one of `most` slots, or raise `full` at once.

        Raises `share` if `user` has taken `most_per_user` and half of the slots are taken: the other half is
        for others. A false value for the user is not limited.
        """
        with self._lock:
            taken = self._waiting.total()
            if user and self._waiting[user] >= most_per_user and 2 * taken >= most:
                raise share
            if taken >= most:
                raise full
            self._waiting[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= Counter([user])  # drops a user without waiting threads
