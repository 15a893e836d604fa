"""Our webhook compared with dj-stripe's own over HTTP, with the same events.

Each has its own gunicorn and its own database on one server, and both use one sandbox. In a round a user
subscribes and then cancels at the period's end. Every event is new to both.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test import override_settings
from djstripe.models import WebhookEndpoint

from accounts.models import User
from benchmarks import databases
from benchmarks.figures import Figure, at_most
from benchmarks.paid_requests import connect, serve
from benchmarks.timing import Comparison
from billing import services
from billing.models import Plan, Price
from billing.stripe_api.client import stripe_client
from billing.stripe_objects import EventObject
from billing.webhooks.handlers import HANDLED_EVENTS
from stripe_sandbox.testing import Sandbox, running_sandbox
from stripe_sandbox.webhook_delivery import signature

ROUNDS = 50
KINDS = ("checkout.session.completed", "invoice.paid", "customer.subscription.updated")

Event = dict[str, Any]
Post = Callable[[Event], float]


def measure() -> list[Figure]:
    """Return the figures. Our server uses the default database."""
    Price.objects.create(  # as the first checkout of a deployment stores it
        stripe_id=settings.STRIPE_PRICE_ID,
        plan=Plan.objects.get(slug=Plan.DEFAULT),
        unit_amount=999,
        currency="usd",
        interval="month",
        is_default=True,
    )
    with running_sandbox(delivery="manual") as sandbox, _servers(sandbox) as posts:
        found = _compare(sandbox, posts)
    return [
        Figure(
            "webhook_vs_djstripe",
            max(comparison.ratio("ours", to="alone") for comparison in found.values()),
            at_most(1.3),
            "`POST /api/stripe-webhook`, against dj-stripe's view without our apps, for the same event, over HTTP: "
            "the highest ratio of the event types below",
            f"{ROUNDS} events of each kind, new to both",
        ),
        *(
            Figure(
                f"webhook_vs_djstripe_{kind.replace('.', '_')}",
                comparison.ratio("ours", to="alone"),
                None,
                f"the same for `{kind}`",
                f"{comparison.milliseconds('ours')}, dj-stripe alone {comparison.milliseconds('alone')}",
            )
            for kind, comparison in found.items()
        ),
    ]


def _compare(sandbox: Sandbox, posts: dict[str, Post]) -> dict[str, Comparison]:
    """Return the comparison of each event type; the first round fills caches and does not count."""
    found = {kind: Comparison({name: [] for name in posts}) for kind in KINDS}
    order = list(posts)
    # New users: those of other measurements have hundreds of pending spends, which a grant would consume.
    users = User.objects.bulk_create(
        User(email=f"buyer{number}@example.com", password=databases.PASSWORD) for number in range(ROUNDS + 1)
    )
    with override_settings(STRIPE_API_HOST=sandbox.url):
        for round_number, user in enumerate(users):
            for event in _history(sandbox, user):
                taken = {name: posts[name](event) for name in order}
                if round_number and event["type"] in found:
                    for name, seconds in taken.items():
                        found[event["type"]].seconds[name].append(seconds)
            order.reverse()
            user.refresh_from_db()
            assert user.plan == "pro" and user.cancel_at_period_end  # noqa: PT018  (our side processed the events)
    return found


def _history(sandbox: Sandbox, user: User) -> Iterator[Event]:
    """Yield the events of a user, each directly after it occurred."""
    paid = sandbox.pay(services.create_checkout_session(user=user).id)
    yield from _new_events(sandbox, user)
    with stripe_client() as api:
        api.v1.subscriptions.update(paid["subscription"], {"cancel_at_period_end": True})
    yield _new_events(sandbox, user)[-1]


def _new_events(sandbox: Sandbox, user: User) -> list[Event]:
    """Return a user's events, oldest first, of the types that an endpoint subscribes to."""
    return [
        {name: value for name, value in event.items() if name != "deliveries"}
        for event in sandbox.events()
        if event["type"] in HANDLED_EVENTS
        and EventObject.from_stripe(event["data"]["object"]).customer_id == user.stripe_customer_id
    ]


@contextmanager
def _servers(sandbox: Sandbox) -> Iterator[dict[str, Post]]:
    """Run both servers and yield a function to post to each."""
    our_database = connections["default"]
    name = f"{connection.settings_dict['NAME']}_djstripe"
    with databases.new_database(name):
        databases.flush_at_commit(on=False)
        endpoint = WebhookEndpoint.objects.create(
            id="we_alone",
            djstripe_uuid=uuid.uuid4(),
            secret=settings.STRIPE_WEBHOOK_SECRET,
            livemode=False,
            api_version=settings.STRIPE_API_VERSION,
            enabled_events=["*"],
            status="enabled",
            url="https://localhost/webhook",
            stripe_data={},
        )
        alone = {"DJANGO_SETTINGS_MODULE": "benchmarks.djstripe_alone", "BENCHMARK_DATABASE": name}
        with (
            databases.using(our_database),
            serve(BENCHMARK_STRIPE_HOST=sandbox.url) as our_port,
            serve(BENCHMARK_STRIPE_HOST=sandbox.url, **alone) as other_port,
        ):
            yield {
                "ours": _posts(our_port, "/api/stripe-webhook"),
                "alone": _posts(other_port, f"/webhook/{endpoint.djstripe_uuid}/"),
            }


def _posts(port: int, path: str) -> Post:
    sender = connect(port)

    def post(event: Event) -> float:
        """Deliver an event as Stripe does and return the seconds until the response."""
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": signature(settings.STRIPE_WEBHOOK_SECRET, body),
        }
        start = time.perf_counter()
        sender.request("POST", path, body=body, headers=headers)
        response = sender.getresponse()
        content = response.read()
        taken = time.perf_counter() - start
        assert response.status == 200, content
        return taken

    return post
