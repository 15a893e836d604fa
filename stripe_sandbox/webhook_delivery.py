"""Deliver webhooks: send each event, signed, to each subscribed endpoint until it returns 2xx."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

import httpx

from stripe_sandbox.contract import API_VERSION
from stripe_sandbox.settings import ENDPOINT_ID
from stripe_sandbox.state import State
from stripe_sandbox.store import Json

logger = logging.getLogger("stripe_sandbox")
TIMEOUT = 20.0  # seconds
# Seconds of real time between attempts. Stripe retries for three days, which is too long for development.
BACKOFF = (0.5, 1, 2, 5, 10, 30, 60, 60, 120, 300, 600, 1800, 3600)
MAX_RESPONSE_BODY = 2000  # stored characters of a response


def signature(secret: str, payload: bytes, *, at: int | None = None) -> str:
    """Return the Stripe-Signature header. Source: https://docs.stripe.com/webhooks#verify-manually."""
    moment = int(time.time()) if at is None else at
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class WebhookDispatcher:
    """Delivers pending events one at a time, in order; a failed one waits and does not block the others."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.db = state.store.db
        self._wake = asyncio.Event()
        self._busy = 0
        self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    @property
    def mode(self) -> str:
        """`automatic` delivers events as they occur; `manual` only on request."""
        mode: str = self.state.store.meta("delivery", self.state.settings.delivery)
        return mode

    def wake(self) -> None:
        """Look for pending deliveries now."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                try:
                    wait = await self._deliver_due()
                except Exception:
                    logger.exception("events could not be delivered")
                    wait = 1.0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait)
                self._wake.clear()
        finally:
            await self._client.aclose()

    async def _deliver_due(self) -> float | None:
        """Deliver the due events; return the seconds until the next retry, or None."""
        while self.mode == "automatic":
            now = time.time()
            row = self.db.execute(
                "SELECT * FROM deliveries WHERE state = 'pending' ORDER BY max(next_at, ?), seq LIMIT 1",
                (now,),
            ).fetchone()
            if row is None:
                return None
            if row["next_at"] > now:
                return float(max(row["next_at"] - now, 0.05))
            await self.attempt(row["event"], row["endpoint"])
        return None

    async def wait_idle(self, timeout: float) -> bool:  # noqa: ASYNC109  # returns False, does not raise
        """Return whether everything is delivered, retries included, within `timeout` seconds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._busy == 0 and (self.mode == "manual" or self.counts()["pending"] == 0):
                return True
            self._wake.set()
            await asyncio.sleep(0.01)
        return False

    # Deliveries

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries in each state."""
        rows = self.db.execute("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
        counts = dict.fromkeys(("pending", "delivered", "failed", "dropped"), 0)
        return counts | {row["state"]: row["n"] for row in rows}

    def deliveries_of(self, event_id: str) -> list[Json]:
        """Return an event's deliveries, each with its attempts."""
        found = []
        for row in self.db.execute("SELECT * FROM deliveries WHERE event = ? ORDER BY seq", (event_id,)):
            attempts = self.db.execute(
                "SELECT at, status, answer, seconds FROM attempts WHERE event = ? AND endpoint = ? ORDER BY seq",
                (event_id, row["endpoint"]),
            )
            found.append(
                {"endpoint": row["endpoint"], "state": row["state"], "attempts": list(map(dict, attempts))}
            )
        return found

    def pending_events(self) -> list[str]:
        """Return the ids of the events that are pending for the default endpoint, oldest first."""
        rows = self.db.execute(
            "SELECT event FROM deliveries WHERE state = 'pending' AND endpoint = ? ORDER BY seq",
            (ENDPOINT_ID,),
        )
        return [row["event"] for row in rows]

    def drop(self, events: Sequence[str] | None) -> int:
        """Drop the pending deliveries of these events (None: all); return their number."""
        query = "UPDATE deliveries SET state = 'dropped' WHERE state = 'pending'"
        if events is None:
            return self.db.execute(query).rowcount
        return sum(self.db.execute(f"{query} AND event = ?", (event,)).rowcount for event in events)

    # Attempts

    async def attempt_all(self, events: Sequence[str], *, concurrency: int) -> list[Json]:
        """Deliver events to the default endpoint, `concurrency` at a time; return the responses."""
        try:
            asyncio.get_running_loop()
        except RuntimeError as error:
            raise RuntimeError("Delivery needs a sandbox in a process of its own.") from error
        limit = asyncio.Semaphore(max(1, concurrency))

        async def attempt(event: str) -> Json:
            async with limit:
                return await self.attempt(event)

        return list(await asyncio.gather(*(attempt(event) for event in events)))

    async def attempt(self, event_id: str, endpoint_id: str = ENDPOINT_ID) -> Json:
        """Deliver one event to one endpoint now; return the response."""
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
            status, response_body = response.status_code, response.text[:MAX_RESPONSE_BODY]
        except httpx.HTTPError as error:
            response_body = f"{type(error).__name__}: {error}"
        finally:
            self._busy -= 1
        self._record(event_id, endpoint_id, started, status, response_body)
        return {"event": event_id, "endpoint": endpoint_id, "status": status, "answer": response_body}

    def _record(
        self, event_id: str, endpoint_id: str, started: float, status: int | None, response_body: str
    ) -> None:
        with self.state.store.transaction():
            if self.state.store.row(event_id) is None:  # the sandbox was reset meanwhile
                return
            self.db.execute(
                "INSERT INTO attempts (event, endpoint, at, status, answer, seconds) VALUES (?, ?, ?, ?, ?, ?)",
                (event_id, endpoint_id, started, status, response_body, time.time() - started),
            )
            row = self.db.execute(
                "SELECT * FROM deliveries WHERE event = ? AND endpoint = ?", (event_id, endpoint_id)
            ).fetchone()
            if row is None or row["state"] == "delivered":
                return
            attempts = row["attempts"] + 1
            succeeded = status is not None and httpx.codes.is_success(status)
            state = "delivered" if succeeded else "failed" if attempts > len(BACKOFF) else "pending"
            pause = BACKOFF[attempts - 1] if state == "pending" else 0
            self.db.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, next_at = ? WHERE seq = ?",
                (state, attempts, time.time() + pause, row["seq"]),
            )
            event = self.state.get("event", event_id)
            event["pending_webhooks"] = self.db.execute(
                "SELECT count(*) AS n FROM deliveries WHERE event = ? AND state <> 'delivered'", (event_id,)
            ).fetchone()["n"]
            self.state.save(event)
        if not succeeded:
            logger.warning(
                "webhook %s got the response %s; retry in %s s", event_id, status or response_body, pause
            )


def ensure_endpoint(state: State, *, url: str, secret: str) -> None:
    """Create or update the default endpoint, if there is a URL."""
    if not url:
        return
    current = state.get_or_none(ENDPOINT_ID)
    values: dict[str, Any] = {"url": url, "status": "enabled"}
    if current and not current.get("deleted"):
        state.save({**current, **values}, {"secret": secret})
        return
    endpoint = state.build(
        "webhook_endpoint", id=ENDPOINT_ID, api_version=API_VERSION, enabled_events=["*"], **values
    )
    state.save(endpoint, {"secret": secret})
