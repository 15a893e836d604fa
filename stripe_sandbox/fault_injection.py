"""Fault injection: failures of the API that a client must survive."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["error", "rate_limit", "delay", "drop", "garbage"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(slots=True)
class Fault:
    """A failure of the next requests that match.

    `error` returns `status`; `rate_limit` 429 with Retry-After; `delay` waits, then serves the request;
    `drop` closes the connection; `garbage` returns 200 with a body that is not JSON. With `after`, the
    request takes effect first and only its response is lost or late. With `stored`, an `error` is stored
    under the request's Idempotency-Key, as Stripe stores a 500, and returned again for a day. `times` None:
    until cleared.
    """

    kind: Kind
    path: str = "/v1/"
    method: str | None = None
    times: int | None = 1
    after: bool = False
    status: int = 500
    retry_after: int = 1
    seconds: float = 0.0
    stored: bool = False


class Faults:
    """The faults to inject, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, **fields: Any) -> None:
        """Add a fault. Raises ValueError or TypeError for fields that it does not have."""
        fault = Fault(**fields)
        if fault.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        self.waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this request, or None; the fault counts as injected once more."""
        for fault in self.waiting:
            if path.startswith(fault.path) and fault.method in (None, method):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Remove all faults."""
        self.waiting.clear()
