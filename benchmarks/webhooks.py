"""Our webhook against dj-stripe's own, over real HTTP: the same events, one after the other, to both.

Each has a gunicorn and a database of its own on one server, and both ask the same sandbox. A turn is a
user who subscribes, and then cancels at the period's end. Every event is new to both.
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
from benchmarks.requests import connect, serve
from benchmarks.turns import Compared
from billing import services
from billing.receivers import HANDLED_EVENTS
from billing.stripe_api import client
from stripe_sandbox.testing import Sandbox, running_sandbox
from stripe_sandbox.webhook_delivery import signature

TURNS = 50
KINDS = ("checkout.session.completed", "invoice.paid", "customer.subscription.updated")

Event = dict[str, Any]
Post = Callable[[Event], float]


def measure() -> list[Figure]:
    """The default database is the one that our server will use."""
    with running_sandbox(delivery="manual") as sandbox, _servers(sandbox) as posts:
        found = _compare(sandbox, posts)
    return [
        Figure(
            "webhook_vs_djstripe",
            max(one.ratio("ours", to="alone") for one in found.values()),
            at_most(1.3),
            "`POST /api/stripe-webhook`, against dj-stripe's view without anything of ours, for the same event, "
            "over HTTP: the worst of the kinds below",
            f"{TURNS} events of each kind, new to both",
        ),
        *(
            Figure(
                f"webhook_vs_djstripe_{kind.replace('.', '_')}",
                one.ratio("ours", to="alone"),
                None,
                f"the same for `{kind}`",
                f"{one.milliseconds('ours')}, dj-stripe alone {one.milliseconds('alone')}",
            )
            for kind, one in found.items()
        ),
    ]


def _compare(sandbox: Sandbox, posts: dict[str, Post]) -> dict[str, Compared]:
    """Seconds of each kind of event; the first turn warms both servers and does not count."""
    found = {kind: Compared({name: [] for name in posts}) for kind in KINDS}
    order = list(posts)
    # New ones: those of the other measurements have spent hundreds of times, which a grant would settle.
    users = User.objects.bulk_create(
        User(email=f"buyer{number}@example.com", password=databases.PASSWORD) for number in range(TURNS + 1)
    )
    with override_settings(STRIPE_API_HOST=sandbox.url):
        for turn, user in enumerate(users):
            for event in _history(sandbox, user):
                taken = {name: posts[name](event) for name in order}
                if turn and event["type"] in found:
                    for name, seconds in taken.items():
                        found[event["type"]].seconds[name].append(seconds)
            order.reverse()
            user.refresh_from_db()
            assert user.plan == "pro" and user.cancel_at_period_end  # noqa: PT018  (ours did its work)
    return found


def _history(sandbox: Sandbox, user: User) -> Iterator[Event]:
    """What an endpoint hears of a user, each event as soon as it happened."""
    paid = sandbox.pay(services.create_checkout_session(user=user).id)
    yield from _news(sandbox, user)
    client().v1.subscriptions.update(paid["subscription"], {"cancel_at_period_end": True})
    yield _news(sandbox, user)[-1]


def _news(sandbox: Sandbox, user: User) -> list[Event]:
    """The events of a user so far, oldest first, of the types that an endpoint subscribes to."""
    return [
        {name: value for name, value in event.items() if name != "deliveries"}
        for event in sandbox.events()
        if event["type"] in HANDLED_EVENTS
        and services.customer_in(event["data"]["object"]) == user.stripe_customer_id
    ]


@contextmanager
def _servers(sandbox: Sandbox) -> Iterator[dict[str, Post]]:
    """Both endpoints, ready to be posted to."""
    ours = connections["default"]
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
            databases.using(ours),
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
        """Deliver as Stripe does; the seconds until the answer."""
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": signature(settings.STRIPE_WEBHOOK_SECRET, body),
        }
        start = time.perf_counter()
        sender.request("POST", path, body=body, headers=headers)
        answer = sender.getresponse()
        content = answer.read()
        taken = time.perf_counter() - start
        assert answer.status == 200, content
        return taken

    return post
