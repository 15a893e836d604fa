"""Count requests, for all processes at once.

One statement counts a request and returns the count, so that two requests never count as one. A window
starts with its first request. Refused requests also count, but this has no effect, since the window ends at
the same time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from limits.models import KnownAddress
from limits.rates import Limit

_COUNT = """
insert into limits_requestcount as known (key, count, resets_at) values (%(key)s, %(calls)s, %(resets_at)s)
on conflict (key) do update set
    count = case when known.resets_at <= %(now)s then 0 else known.count end + excluded.count,
    resets_at = case when known.resets_at <= %(now)s then excluded.resets_at else known.resets_at end
returning count, resets_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The use of a limit after some calls were counted. `granted` of those calls are within the limit."""

    limit: Limit
    count: int
    granted: int
    resets_at: datetime

    @property
    def remaining(self) -> int:
        """The remaining calls in this window."""
        return max(0, self.limit.quota - self.count)

    def wait(self, now: datetime) -> int:
        """Return the seconds until the window ends, at least 1."""
        return max(1, ceil((self.resets_at - now).total_seconds()))


def count(*, limit: Limit, subject: str, calls: int = 1, at: datetime | None = None) -> Usage:
    """Count `calls` of `subject`, and return the use of the limit."""
    now = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "key": _key(limit.name, subject),
                "calls": calls,
                "now": now,
                "resets_at": now + timedelta(seconds=limit.seconds),
            },
        )
        ((counted, resets_at),) = cursor.fetchall()
    granted = min(calls, max(0, limit.quota - (counted - calls)))
    return Usage(limit=limit, count=counted, granted=granted, resets_at=resets_at)


def remember_address(*, account: str, block: str, at: datetime | None = None) -> None:
    """Remember that the account has logged in at this address block."""
    KnownAddress.objects.update_or_create(
        key=_key("known address", account, block),
        defaults={"account": _key("account", account), "last_login_at": at or timezone.now()},
    )


def forget_addresses(*, account: str) -> int:
    """Delete the addresses at which the account has logged in, and return how many."""
    deleted, _ = KnownAddress.objects.filter(account=_key("account", account)).delete()
    return deleted


def is_known_address(*, account: str, block: str) -> bool:
    """Return whether the account has logged in at this address block before."""
    return KnownAddress.objects.filter(key=_key("known address", account, block)).exists()


def _key(*parts: str) -> str:
    """Return a keyed hash, so that the table reveals no client addresses and no email addresses."""
    text = "\0".join(parts).encode(errors="backslashreplace")
    return salted_hmac("limits", text, algorithm="sha256").hexdigest()
