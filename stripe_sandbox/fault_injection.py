"""Failures on demand: what a client of Stripe must survive."""

from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Literal

Kind = Literal["error", "rate_limit", "delay", "drop", "garbage"]
KINDS = ("error", "rate_limit", "delay", "drop", "garbage")
_numbers = count(1)


@dataclass(slots=True)
class Fault:
    """One failure that is waiting to happen.

    `error` answers `status`; `rate_limit` 429 with Retry-After; `delay` waits, then serves the request;
    `drop` closes the connection; `garbage` answers 200 with a body that is no JSON. With `after` the request
    takes effect first and only its answer is lost or late. `times` None: until it is removed.
    """

    id: int
    kind: Kind
    path: str = "/v1/"
    method: str | None = None
    times: int | None = 1
    after: bool = False
    status: int = 500
    retry_after: int = 1
    seconds: float = 0.0


class Faults:
    """The failures that are set, in the order in which they were set."""

    def __init__(self) -> None:
        """Start without any."""
        self._faults: list[Fault] = []

    def add(self, **fields: Any) -> Fault:
        """Set a failure."""
        fault = Fault(id=next(_numbers), **fields)
        if fault.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        self._faults.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Return the failure that hits this request, if any, counting it."""
        for fault in self._faults:
            if path.startswith(fault.path) and fault.method in (None, method):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Remove them all."""
        self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Return what is set."""
        return [asdict(fault) for fault in self._faults]
