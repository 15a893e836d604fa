"""Stripe as the tests of billing play it: the sandbox, and its events posted to the webhook in this process.

Where real HTTP is the point, a test uses `webhooks` of the root conftest instead. Posting in the
process sees the same view, signature and all, within the test's own transaction: that is faster.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import stripe
from django.conf import settings
from django.test import Client

from accounts.factories import UserFactory
from accounts.models import User
from billing import services
from billing.models import Plan
from billing.receivers import HANDLED_EVENTS
from billing.stripe_api import client
from stripe_sandbox.testing import Sandbox
from stripe_sandbox.webhook_delivery import signature

URL = "/api/stripe-webhook"


class Stripe:
    """A sandbox, what users do there, and the events that follow from it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = Client(raise_request_exception=False)
        self._seen: set[str] = set()

    @property
    def api(self) -> stripe.StripeClient:
        return client()

    def post(self, event: Any, *, secret: str | None = None, at: int | None = None, **headers: str) -> Any:
        """Post an event (or raw bytes) to the webhook, signed as Stripe signs it."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signed = signature(secret or settings.STRIPE_WEBHOOK_SECRET, body, at=at)
        sent = {"Stripe-Signature": signed, **headers}
        return self.http.post(URL, body, content_type="application/json", headers=sent)

    def new_events(self, types: Sequence[str] = HANDLED_EVENTS) -> list[dict[str, Any]]:
        """What happened since the last call, oldest first, of the types that an endpoint subscribes to."""
        events = [event for event in self.sandbox.events() if event["id"] not in self._seen]
        self._seen.update(event["id"] for event in events)
        return [
            {name: value for name, value in event.items() if name != "deliveries"}
            for event in events
            if event["type"] in types
        ]

    def deliver(self, types: Sequence[str] = HANDLED_EVENTS) -> list[int]:
        """Deliver what happened since the last call, in order. The statuses of the answers."""
        return [self.post(event).status_code for event in self.new_events(types)]

    def lose(self) -> None:
        """Lose every event so far."""
        self.new_events(())

    def checkout(self, user: User, *, plan: str = "pro") -> str:
        """Open a checkout as the API does; returns the session's id."""
        return services.create_checkout_session(user=user, plan=plan).id

    def subscribe(self, user: User, *, plan: str = "pro", deliver: bool = True) -> str:
        """Let `user` pay for a plan; returns the subscription's id."""
        paid = self.sandbox.pay(self.checkout(user, plan=plan))
        if deliver:
            assert set(self.deliver()) == {200}
        return str(paid["subscription"])

    def dashboard_subscribes(self, user: User, *, card: str = "pm_card_visa", **parameters: Any) -> str:
        """A subscription made by hand in Stripe's dashboard, not through our checkout; returns its id."""
        customer = services.ensure_customer(user=user)
        method = self.api.v1.payment_methods.attach(card, {"customer": customer})
        wanted = {
            "customer": customer,
            "items": [{"price": "price_sandbox_pro_monthly"}],
            "default_payment_method": method.id,
        }
        return self.api.v1.subscriptions.create({**wanted, **parameters}).id  # type: ignore[typeddict-item]

    def price(self, *, cents: int, interval: str | None = "month") -> str:
        """A new price in Stripe."""
        parameters: dict[str, Any] = {
            "currency": "usd",
            "unit_amount": cents,
            "product_data": {"name": f"Something for {cents}"},
        }
        if interval:
            parameters["recurring"] = {"interval": interval}
        return self.api.v1.prices.create(parameters).id  # type: ignore[arg-type]


@pytest.fixture
def stripe_world(db, sandbox):
    """The sandbox with in-process delivery, and the plans that the migration makes."""
    Plan.objects.get_or_create(slug="free", defaults={"name": "Free"})
    Plan.objects.get_or_create(slug="pro", defaults={"name": "Pro", "credits_per_period": 1000})
    world = Stripe(sandbox)
    world.lose()
    return world


@pytest.fixture
def subscriber(db, stripe_world):
    """A user who subscribed to pro, all webhooks delivered."""
    user = UserFactory()
    stripe_world.subscribe(user)
    user.refresh_from_db()
    return user
