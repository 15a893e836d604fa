"""The sandbox with in-process delivery: events are posted to the webhook view by Django's test client.

The view, its signature check included, then runs in the test's own transaction, which is faster than HTTP.
A test that needs real HTTP uses the fixture `sandbox_with_webhooks` instead.
"""

import json
from collections.abc import Sequence
from typing import Any

import stripe
from django.conf import settings
from django.test import Client

from accounts.models import User
from billing import services
from billing.stripe_api.client import stripe_client
from billing.webhooks.handlers import HANDLED_EVENTS
from stripe_sandbox.testing import Sandbox
from stripe_sandbox.webhook_delivery import signature

URL = "/api/stripe-webhook"


def stripe_api() -> stripe.StripeClient:
    """Return the app's client of Stripe's API."""
    with stripe_client() as api:
        return api


class FakeStripe:
    """A sandbox, actions of its customers, and the delivery of the events that follow."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = Client(raise_request_exception=False)
        self._seen: set[str] = set()

    @property
    def api(self) -> stripe.StripeClient:
        return stripe_api()

    def post(self, event: Any, *, secret: str | None = None, at: int | None = None, **headers: str) -> Any:
        """Post an event (or raw bytes) to the webhook, signed as Stripe signs it."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signed = signature(secret or settings.STRIPE_WEBHOOK_SECRET, body, at=at)
        sent = {"Stripe-Signature": signed, **headers}
        return self.http.post(URL, body, content_type="application/json", headers=sent)

    def new_events(self, types: Sequence[str] = HANDLED_EVENTS) -> list[dict[str, Any]]:
        """Return the events since the last call, oldest first, of the types that an endpoint subscribes to."""
        events = [event for event in self.sandbox.events() if event["id"] not in self._seen]
        self._seen.update(event["id"] for event in events)
        return [
            {name: value for name, value in event.items() if name != "deliveries"}
            for event in events
            if event["type"] in types
        ]

    def deliver(self, types: Sequence[str] = HANDLED_EVENTS) -> list[int]:
        """Deliver the events since the last call, in order, and return the status of each response."""
        return [self.post(event).status_code for event in self.new_events(types)]

    def drop_events(self) -> None:
        """Drop every event so far."""
        self.new_events(())

    def checkout(self, user: User, *, plan: str = "pro") -> str:
        """Open a checkout as the API does and return the session's id."""
        return services.create_checkout_session(user=user, plan=plan).id

    def subscribe(self, user: User, *, plan: str = "pro", deliver: bool = True) -> str:
        """Let `user` pay for a plan and return the subscription's id."""
        paid = self.sandbox.pay(self.checkout(user, plan=plan))
        if deliver:
            assert set(self.deliver()) == {200}
        return str(paid["subscription"])

    def subscribe_in_dashboard(self, user: User, *, card: str = "pm_card_visa", **parameters: Any) -> str:
        """Create a subscription as in Stripe's dashboard, without our checkout, and return its id."""
        customer = services.ensure_customer(user=user)
        method = self.api.v1.payment_methods.attach(card, {"customer": customer})
        wanted = {
            "customer": customer,
            "items": [{"price": "price_sandbox_pro_monthly"}],
            "default_payment_method": method.id,
        }
        return self.api.v1.subscriptions.create({**wanted, **parameters}).id  # type: ignore[typeddict-item]  # built at runtime

    def create_price(self, *, cents: int, interval: str | None = "month") -> str:
        """Create a price in Stripe and return its id."""
        parameters: dict[str, Any] = {
            "currency": "usd",
            "unit_amount": cents,
            "product_data": {"name": f"Something for {cents}"},
        }
        if interval:
            parameters["recurring"] = {"interval": interval}
        return self.api.v1.prices.create(parameters).id  # type: ignore[arg-type]  # built at runtime
