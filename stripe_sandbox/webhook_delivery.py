"""Webhooks: each event goes to each endpoint that listens, signed, until it is answered with 2xx."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time
from typing import TYPE_CHECKING, Any

import httpx

from stripe_sandbox.contract import API_VERSION
from stripe_sandbox.settings import ENDPOINT_ID

if TYPE_CHECKING:
    from stripe_sandbox.state import State
    from stripe_sandbox.store import Json

logger = logging.getLogger("stripe_sandbox")
TIMEOUT = 20.0
# Seconds of real time between attempts. Stripe retries for three days; a developer does not wait that long.
BACKOFF = (0.5, 1, 2, 5, 10, 30, 60, 60, 120, 300, 600, 1800, 3600)
EXCERPT = 2000


def signature(secret: str, payload: bytes, *, at: int | None = None) -> str:
    """Return the Stripe-Signature header. Source: https://docs.stripe.com/webhooks#verify-manually."""
    moment = int(time.time()) if at is None else at
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class WebhookDispatcher:
    """Delivers what is pending, one event at a time and in order; a failed one waits and does not block others."""

    def __init__(self, state: State) -> None:
        """Take the state whose events are to be delivered."""
        self.state = state
        self._wake = asyncio.Event()
        self._busy = 0
        self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    @property
    def mode(self) -> str:
        """`automatic` delivers by itself; `manual` waits to be told."""
        found: str = self.state.store.meta("delivery", self.state.settings.delivery)
        return found

    def wake(self) -> None:
        """Look for pending deliveries (again)."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver for as long as the process lives."""
        try:
            while True:
                try:
                    wait = await self._round()
                except Exception:
                    logger.exception("events could not be delivered")
                    wait = 1.0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait)
                self._wake.clear()
        finally:
            await self._client.aclose()

    async def _round(self) -> float | None:
        """Deliver what is due; return the seconds until the next retry is."""
        while self.mode == "automatic":
            row = self.state.store.db.execute(
                "SELECT * FROM deliveries WHERE state = 'pending' ORDER BY next_at > ?, seq LIMIT 1",
                (time.time(),),
            ).fetchone()
            if row is None:
                return None
            if row["next_at"] > time.time():
                soonest = self.state.store.db.execute(
                    "SELECT min(next_at) AS at FROM deliveries WHERE state = 'pending'"
                ).fetchone()["at"]
                return float(max(soonest - time.time(), 0.05))
            await self.attempt(row["event"], row["endpoint"])
        return None

    def counts(self) -> dict[str, int]:
        """Return how many deliveries are in each state, and how many of the pending ones are due now."""
        rows = self.state.store.db.execute("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
        found = {"pending": 0, "delivered": 0, "failed": 0, "dropped": 0} | {
            row["state"]: row["n"] for row in rows
        }
        due = "SELECT count(*) AS n FROM deliveries WHERE state = 'pending' AND next_at <= ?"
        found["due"] = self.state.store.db.execute(due, (time.time(),)).fetchone()["n"]
        return found

    async def wait_idle(self, timeout: float) -> bool:  # noqa: ASYNC109  # answered with False, not raised
        """Return whether everything was delivered within `timeout` seconds (retries included)."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._busy == 0 and (self.mode == "manual" or self.counts()["pending"] == 0):
                return True
            self._wake.set()
            await asyncio.sleep(0.01)
        return False

    async def attempt(self, event_id: str, endpoint_id: str = ENDPOINT_ID) -> Json:
        """Deliver one event to one endpoint, now; return what was answered."""
        event = self.state.get("event", event_id)
        endpoint = self.state.get("webhook_endpoint", endpoint_id)
        secret = self.state.store.private(endpoint_id).get("secret", "")
        payload = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(secret, payload),
        }
        started = time.time()
        self._busy += 1
        status: int | None = None
        try:
            response = await self._client.post(endpoint["url"], content=payload, headers=headers)
            status, answer = response.status_code, response.text[:EXCERPT]
        except httpx.HTTPError as error:
            answer = f"{type(error).__name__}: {error}"
        finally:
            self._busy -= 1
        self._record(event_id, endpoint_id, started, status, answer)
        return {"event": event_id, "endpoint": endpoint_id, "status": status, "answer": answer}

    def _record(
        self, event_id: str, endpoint_id: str, started: float, status: int | None, answer: str
    ) -> None:
        store = self.state.store
        succeeded = status is not None and 200 <= status < 300  # noqa: PLR2004
        with store.transaction():
            if store.row(event_id) is None:  # the sandbox was reset meanwhile
                return
            store.db.execute(
                "INSERT INTO attempts (event, endpoint, at, status, answer, seconds) VALUES (?, ?, ?, ?, ?, ?)",
                (event_id, endpoint_id, started, status, answer, time.time() - started),
            )
            row = store.db.execute(
                "SELECT * FROM deliveries WHERE event = ? AND endpoint = ?", (event_id, endpoint_id)
            ).fetchone()
            if row is None or row["state"] == "delivered":
                return
            attempts = row["attempts"] + 1
            state = "delivered" if succeeded else "failed" if attempts > len(BACKOFF) else "pending"
            pause = 0 if state != "pending" else BACKOFF[attempts - 1]
            store.db.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, next_at = ? WHERE seq = ?",
                (state, attempts, time.time() + pause, row["seq"]),
            )
            self.count_pending(event_id)
        if not succeeded:
            logger.warning(
                "webhook %s was answered %s; trying again in %s s", event_id, status or answer, pause
            )

    def count_pending(self, event_id: str) -> None:
        """Bring an event's `pending_webhooks` in line with its deliveries."""
        event = self.state.get("event", event_id)
        left = self.state.store.db.execute(
            "SELECT count(*) AS n FROM deliveries WHERE event = ? AND state <> 'delivered'", (event_id,)
        ).fetchone()["n"]
        event["pending_webhooks"] = left
        self.state.save(event)


def ensure_endpoint(state: State, *, url: str, secret: str) -> None:
    """Make the endpoint that the command line names, or bring it up to date."""
    if not url:
        return
    current = state.get_or_none(ENDPOINT_ID)
    values: dict[str, Any] = {"url": url, "status": "enabled"}
    if current and not current.get("deleted"):
        state.save({**current, **values}, {"secret": secret})
        return
    endpoint = state.build(
        "webhook_endpoint",
        id=ENDPOINT_ID,
        api_version=API_VERSION,
        enabled_events=["*"],
        metadata={},
        **values,
    )
    state.save(endpoint, {"secret": secret})
