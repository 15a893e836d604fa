"""The response that is stored with a charge, and replayed for its Idempotency-Key."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """What a charged request was answered. `available` is what can be spent now."""

    status: int
    body: object
    available: int
