"""Idempotency keys. Source: https://docs.stripe.com/api/idempotent_requests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from stripe_sandbox.errors import StripeError
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

LIFETIME = 24 * 3600  # seconds
MAX_LENGTH = 255


class IdempotencyKeys:
    """The keys in use, and the stored responses to requests that had a key."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._in_use: set[str] = set()

    @contextmanager
    def use(self, key: str | None) -> Iterator[None]:
        """Mark a key as in use during the block. Raises StripeError (409) if it already is."""
        if key is None:
            yield
            return
        if key in self._in_use:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        self._in_use.add(key)
        try:
            yield
        finally:
            self._in_use.discard(key)

    def stored_response(self, key: str, fingerprint: str) -> tuple[int, Json] | None:
        """Return the status and body of the first response, or None.

        Raises StripeError if the first request had another fingerprint.
        """
        if not 0 < len(key) <= MAX_LENGTH:
            raise StripeError("Idempotency keys are at most 255 characters long.", kind="idempotency_error")
        row = self.state.store.db.execute("SELECT * FROM idempotency WHERE key = ?", (key,)).fetchone()
        if row is None or row["created"] < self.state.now() - LIFETIME:
            return None
        if row["fingerprint"] != fingerprint:
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return row["status"], json.loads(row["body"])

    def store_response(self, key: str, fingerprint: str, status: int, body: Json) -> None:
        """Store a response for later requests with this key."""
        self.state.store.db.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?)",
            (key, fingerprint, self.state.now(), status, json.dumps(body)),
        )
