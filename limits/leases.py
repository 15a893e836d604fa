"""Count calls in batches: a process counts several calls at once, and then spends them from memory.

All processes together never grant more than the limit. A client that uses several processes may be
refused a little earlier, because a batch that one process holds is counted as used.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from django.utils import timezone

from limits import counter
from limits.counter import Usage
from limits.rates import Limit

BATCHES = 20  # of a quota
MAX_LEASES = 10_000  # batches in the memory of one process


@dataclass(slots=True)
class _Lease:
    left: int
    usage: Usage


_leases: dict[tuple[Limit, str], _Lease] = {}
_lock = Lock()


def count(*, limit: Limit, subject: str, at: datetime | None = None) -> Usage:
    """Count one call of `subject`, as `counter.count` does, with one statement for several calls."""
    now = at or timezone.now()
    if held := _take((limit, subject), now):
        return held
    # Without room for another batch, each call is counted by itself. No batch is dropped for another one:
    # its calls are counted as used.
    calls = max(1, limit.quota // BATCHES) if _has_room(now) else 1
    usage = counter.count(limit=limit, subject=subject, calls=calls, at=now)
    if usage.granted > 1:
        with _lock:
            old = _leases.get((limit, subject))
            left = old.left if old and old.usage.resets_at == usage.resets_at else 0
            _leases[limit, subject] = _Lease(left + usage.granted - 1, usage)
    return replace(usage, count=usage.count - max(0, usage.granted - 1), granted=min(1, usage.granted))


def clear() -> None:
    """Forget the batches of this process."""
    with _lock:
        _leases.clear()


def _has_room(now: datetime) -> bool:
    with _lock:
        if len(_leases) >= MAX_LEASES:
            for key in [key for key, lease in _leases.items() if lease.usage.resets_at <= now]:
                del _leases[key]
        return len(_leases) < MAX_LEASES


def _take(key: tuple[Limit, str], now: datetime) -> Usage | None:
    with _lock:
        lease = _leases.get(key)
        if lease is None or not lease.left or lease.usage.resets_at <= now:
            return None
        lease.left -= 1
        return replace(lease.usage, count=lease.usage.count - lease.left, granted=1)
