"""Run a sandbox in a separate process, and control it, for tests. See docs/sandbox.md."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypedDict

import httpx

from stripe_sandbox.fault_injection import Kind

Json = dict[str, Any]
Mode = Literal["automatic", "manual"]


class DeliveryResponse(TypedDict):
    """The response to one delivery; `status` is None if there was none."""

    event: str
    endpoint: str
    status: int | None
    answer: str


class SandboxRefused(Exception):
    """The sandbox refused a command; `error` is Stripe's error object."""

    def __init__(self, status: int, error: Json) -> None:
        self.status, self.error = status, error
        super().__init__(f"{status}: {error.get('message', '')}")


class Sandbox:
    """Client of a running sandbox's control API. Every method returns when the command is done."""

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        """Connect to the sandbox at this URL, or to one in this process through an `AsgiTransport`."""
        self.url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=f"{self.url}/_sandbox/", timeout=120, trust_env=False, transport=transport
        )

    def close(self) -> None:
        """Close the connection; the sandbox keeps running."""
        self._client.close()

    def _call(self, method: str, path: str, body: Json | None = None, **query: Any) -> Json:
        params = {key: value for key, value in query.items() if value is not None}
        response = self._client.request(method, path, json=body, params=params)
        if response.is_error:
            raise SandboxRefused(response.status_code, response.json()["error"])
        found: Json = response.json()
        return found

    def _post(self, path: str, **body: Any) -> Json:
        return self._call("POST", path, {key: value for key, value in body.items() if value is not None})

    # The sandbox as a whole

    def reset(self, *, delivery: Mode | None = None) -> None:
        """Delete everything but the catalog and the webhook endpoint."""
        self._post("reset", delivery=delivery)

    def set_webhook(
        self,
        *,
        url: str | None = None,
        secret: str | None = None,
        enabled_events: Sequence[str] | None = None,
    ) -> None:
        """Set the URL, the secret and the event types (`["*"]`: all) of the webhook endpoint."""
        self._post("webhook", url=url, secret=secret, enabled_events=enabled_events)

    def settings(
        self,
        *,
        after_retries: Literal["canceled", "unpaid", "past_due"] = "canceled",
        default_portal: bool = True,
    ) -> None:
        """Set the status of a subscription after the last retry of a payment.

        Without `default_portal`, the account has no default configuration of the customer portal.
        """
        self._post("settings", after_retries=after_retries, default_portal=default_portal)

    # The clock

    def now(self) -> int:
        """Return the sandbox's time, in seconds since the epoch."""
        return int(self._call("GET", "clock")["now"])

    def advance(
        self, *, days: float = 0, hours: float = 0, seconds: float = 0, to: int | None = None
    ) -> Json:
        """Move the clock forward; renewals, retries and expiries happen in order, each at its own time."""
        return self._post("clock/advance", days=days, hours=hours, seconds=seconds, to=to)

    # Checkout sessions and customers

    def pay(
        self, session_id: str, *, card: str | None = None, later: bool = False, **choices: str | int
    ) -> Json:
        """Pay a Checkout session and return it; `later` pays by a delayed method (see `settle`).

        `choices`: the `quantity`, the `promotion_code` (the id of a coupon) and the `country` of the buyer.
        Raises SandboxRefused: with status 402 for a test card that is declined, with 400 for a choice that
        the page does not offer.
        """
        return self._post(f"checkout/{session_id}/pay", card=card, later=later or None, **choices)

    def decline(self, session_id: str, *, decline_code: str = "generic_decline") -> Json:
        """Record a declined payment on the Checkout page; return the session, still open."""
        return self._post(f"checkout/{session_id}/decline", decline_code=decline_code)

    def expire(self, session_id: str) -> Json:
        """Expire a Checkout session."""
        return self._post(f"checkout/{session_id}/expire")

    def settle(self, session_id: str, *, succeeds: bool = True) -> Json:
        """End a delayed payment."""
        return self._post(f"checkout/{session_id}/settle", succeeds=succeeds)

    def decline_cards(self, customer_id: str, *, decline_code: str = "generic_decline") -> None:
        """Decline later payments with the customer's cards."""
        self._post(f"customers/{customer_id}/card", decline_code=decline_code)

    def restore_cards(self, customer_id: str) -> None:
        """Accept payments with the customer's cards again."""
        self._post(f"customers/{customer_id}/card")

    def forget(self, object_id: str) -> None:
        """Remove an object. Requests for it get 404, as for an object that never existed."""
        self._post(f"objects/{object_id}/forget")

    def discount_customer(self, customer_id: str, *, coupon: str) -> Json:
        """Give a customer a discount. Stripe's dashboard can do that, its API cannot."""
        return self._post(f"customers/{customer_id}/discount", coupon=coupon)

    # Subscriptions, refunds, disputes

    def renew(self, subscription_id: str) -> Json:
        """Bill the next period now, without moving the clock; return the subscription."""
        return self._post(f"subscriptions/{subscription_id}/renew")

    def cancel(self, subscription_id: str, *, at_period_end: bool = False) -> Json:
        """Cancel a subscription, as the portal does; return it."""
        return self._post(f"subscriptions/{subscription_id}/cancel", at_period_end=at_period_end)

    def retry(self, invoice_id: str) -> Json:
        """Try to pay an open invoice again; return the invoice."""
        return self._post(f"invoices/{invoice_id}/retry")

    def pay_part(self, invoice_id: str, *, amount: int) -> Json:
        """Pay a part of an open invoice by a payment intent of its own; return the invoice.

        The part that makes the sum complete pays the invoice.
        """
        return self._post(f"invoices/{invoice_id}/pay_part", amount=amount)

    def attach_payment(self, invoice_id: str, intent_id: str) -> Json:
        """Attach a payment intent that succeeded earlier to an open invoice; return the invoice."""
        return self._post(f"invoices/{invoice_id}/attach/{intent_id}")

    def fail_refund(self, refund_id: str, *, status: Literal["failed", "canceled"] = "failed") -> Json:
        """Let a refund fail, after it was reported; return it."""
        return self._post(f"refunds/{refund_id}/fail", status=status)

    def refund(self, object_id: str, *, amount: int | None = None) -> Json:
        """Refund a charge, in full or `amount` minor units; return the refund.

        The id may be that of the charge, or of its payment intent, invoice or Checkout session.
        """
        return self._post(f"refund/{object_id}", amount=amount)

    def dispute(self, object_id: str, *, amount: int | None = None) -> Json:
        """Open a dispute of a charge, named as for `refund`; return the dispute."""
        return self._post(f"dispute/{object_id}", amount=amount)

    def close_dispute(self, dispute_id: str, *, won: bool) -> Json:
        """End a dispute; return it."""
        return self._post(f"disputes/{dispute_id}/close", won=won)

    # Events and webhooks

    def events(self, *, type: str | None = None, state: str | None = None) -> list[Json]:  # noqa: A002  # Stripe's word
        """Return events, oldest first, each with `deliveries` and their attempts.

        `type` may be a glob (`invoice.*`); `state` is pending, delivered, failed or dropped.
        """
        found: list[Json] = self._call("GET", "events", None, type=type, state=state)["data"]
        return found

    def deliver(self, event_id: str, *, times: int = 1, concurrency: int = 1) -> list[DeliveryResponse]:
        """Deliver an event `times` times, `concurrency` at once; return the responses."""
        return self._responses(f"events/{event_id}/deliver", times=times, concurrency=concurrency)

    def deliver_pending(
        self, *, order: Sequence[str] | None = None, reverse: bool = False, concurrency: int = 1
    ) -> list[DeliveryResponse]:
        """Deliver the pending events, oldest first, or the events of `order`; return the responses."""
        return self._responses("deliver", order=order, reverse=reverse, concurrency=concurrency)

    def _responses(self, path: str, **body: Any) -> list[DeliveryResponse]:
        responses: list[DeliveryResponse] = self._post(path, **body)["answers"]
        return responses

    def drop(self, events: Sequence[str] | None = None) -> int:
        """Drop the pending deliveries of these events (None: all); return their number."""
        return int(self._post("drop", events=events)["dropped"])

    def set_delivery(self, mode: Mode) -> None:
        """Deliver events as they occur (`automatic`), or only on request (`manual`)."""
        self._post("delivery", mode=mode)

    def wait_idle(self, *, timeout: float = 30) -> None:
        """Wait until every event is delivered. Raises TimeoutError with the pending events."""
        if not self._post("wait", timeout=timeout)["idle"]:
            pending = [(event["type"], event["deliveries"]) for event in self.events(state="pending")[:3]]
            raise TimeoutError(f"Events are still pending after {timeout} s: {pending}")

    # Faults

    def fail(self, kind: Kind = "error", *, times: int | None = None, **options: Any) -> None:
        """Make the requests that match fail, `times` times or (None) until `stop_failing`.

        The kinds and options are those of `stripe_sandbox.fault_injection.Fault`.
        """
        self._call("POST", "faults", {"kind": kind, "times": times, **options})

    def fail_next(self, kind: Kind = "error", *, times: int = 1, **options: Any) -> None:
        """Make the next `times` requests fail; see `fail`."""
        self.fail(kind, times=times, **options)

    def stop_failing(self) -> None:
        """Clear all injected failures."""
        self._post("faults/clear")


@contextmanager
def running_sandbox(
    *, webhook_url: str = "", webhook_secret: str = "", delivery: Mode = "automatic", data: Path | None = None
) -> Iterator[Sandbox]:
    """Run a sandbox on a free port until the block ends, and yield its control client.

    The process ends with this one, even if this one is killed.
    """
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", "--stop-with-stdin"]
    command += ["--delivery", delivery]
    if webhook_url:
        command += ["--webhook-url", webhook_url, "--webhook-secret", webhook_secret]
    if data:
        command += ["--data", str(data)]
    root = str(Path(__file__).resolve().parent.parent)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STRIPE_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    with subprocess.Popen(  # noqa: S603  # our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # it is a pipe
            line = process.stdout.readline()
            if "http" not in line:
                raise RuntimeError(f"The sandbox did not start: exit status {process.wait(5)}")
            sandbox = Sandbox(next(word for word in line.split() if word.startswith("http")))
            try:
                yield sandbox
            finally:
                sandbox.close()
        finally:
            process.terminate()
            process.wait(10)
