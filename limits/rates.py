"""A limit, as settings write it: `30/min`."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Self

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
RATE = re.compile(r"([1-9]\d{0,8})/(s|sec|second|m|min|minute|h|hour|d|day)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `quota` requests of one subject in `seconds`. The headers show `name`.

    A limit that is not `reported` has no headers, because it also counts requests of other clients.
    """

    name: str
    quota: int
    seconds: int
    reported: bool = True

    @classmethod
    @cache  # the settings have few rates, and each request asks for some
    def from_rate(cls, name: str, rate: str, *, reported: bool = True) -> Self | None:
        """Return the limit that a setting describes, or None if it is empty. Raises ValueError."""
        if not rate:
            return None
        match = RATE.fullmatch(rate)
        if match is None:
            raise ValueError(f"{rate!r} is not a rate such as 30/min.")
        return cls(name=name, quota=int(match[1]), seconds=SECONDS[match[2][0]], reported=reported)
