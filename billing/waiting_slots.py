"""Limit the threads of a web process that wait for Stripe, so that the others keep serving the API.

Only checkout and portal requests take a slot: webhooks and commands never wait for one.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.conf import settings

from billing.exceptions import StripeBusy

MAX_PER_USER = 2  # two tabs; one account must not take all slots

_lock = Lock()
_waiting: Counter[object] = Counter()  # by user id


@contextmanager
def waiting_slot(*, user_id: object) -> Iterator[None]:
    """Take one of this process's STRIPE_MAX_WAITING_THREADS slots, at most MAX_PER_USER of them for one user.

    Raises StripeBusy at once if none is free.
    """
    with _lock:
        is_full = _waiting.total() >= settings.STRIPE_MAX_WAITING_THREADS
        if is_full or _waiting[user_id] >= MAX_PER_USER:
            raise StripeBusy
        _waiting[user_id] += 1
    try:
        yield
    finally:
        with _lock:
            _waiting[user_id] -= 1
            if not _waiting[user_id]:
                del _waiting[user_id]
